"""The one engine: a protocol and the facts of a course give its plan.

Pure: no clock, no files. The plan is derived on every read and never stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from tracker.capsules import (
    dangers,
    pauses,
    settled_without_a_test,
    tested_too_early,
    unclear_test,
    without_capsules,
)
from tracker.dates import last_restricted_day
from tracker.engine.assigner import assign
from tracker.engine.assignment import Assignment
from tracker.engine.earlier import settled
from tracker.engine.occurrences import Context, context
from tracker.engine.occurrences import items as items_of
from tracker.engine.pick_up import (
    begun_without_a_test,
    drawn_too_early,
    picked_up_without_a_test,
    visits_without_a_test,
)  # fmt: skip
from tracker.engine.sessions import NO_SESSIONS, sessions
from tracker.engine.slots import day_of, hangs_on_the_last_dose
from tracker.engine.timeline import timeline
from tracker.errors import N_, Phrase
from tracker.facts import Done, Override, RedFlag, Risk, RiskKind, TestResult
from tracker.history import History
from tracker.plan import Item, Notice, NoticeCode, Phase, Plan, SpanInPlan, Stage, State, Timeline
from tracker.reckoning import Reckoning, Rounding
from tracker.rules import Answering, During, Kind, Once, Point, Protocol, Rule
from tracker.washout import Surroundings

_DAY = timedelta(days=1)
_in_order_of_days = attrgetter("due", "key")
_in_order_of_start = attrgetter("start", "key")


def plan(
    protocol: Protocol,
    history: History,
    today: date,
    procedures: Surroundings | None = None,
    answering: Answering | None = None,
) -> Plan:
    """What ``protocol`` asks of this course, seen from ``today``; the same facts always give the same plan.

    ``procedures`` are needed where the history has any, ``answering`` where it has risks of a pregnancy.
    """
    line = timeline(history, today, protocol.duration)
    rules = protocol.rules_for(can_become_pregnant=history.can_become_pregnant)
    counts = _assigned(protocol, history, line)
    at = context(history, line, today, counts)
    planned: list[Item] = []
    spans: list[SpanInPlan] = []
    for rule in rules:
        if not isinstance(rule.timing, During):
            planned.extend(items_of(rule, at))
    planned = settled(planned, history.earlier, counts.awaiting)
    for rule in rules:
        if isinstance(rule.timing, During):
            spans.extend(_span(rule, rule.timing, at, planned))
    own = sessions(protocol, at, procedures) if procedures is not None else NO_SESSIONS
    planned.extend(own.items)
    planned.sort(key=_in_order_of_days)
    spans.sort(key=_in_order_of_start)
    return Plan(
        today=today,
        course=history.course,
        timeline=line,
        items=tuple(planned),
        spans=tuple(spans),
        notices=(*_dangers(history, protocol.jurisdiction, stage_of(history, line, today)),
                 *_of_tests(history, line, answering), *begun_without_a_test(planned, history, line, today),
                 *drawn_too_early(planned, line), *picked_up_without_a_test(counts, history),
                 *visits_without_a_test(rules, planned, line, today),
                 *_notices(protocol, planned, spans, history, line, today, counts),
                 *(_not_possible(protocol, at) if history.fertility else ()), *own.notices,
                 *_of_earlier(planned, history)),
        downtimes=own.downtimes,
        counts=_in_the_plan(counts) | own.counts,
        lacking=counts.lacking,
    )  # fmt: skip


def days_that_count(protocol: Protocol, history: History, today: date, key: str) -> tuple[date | None, date | None]:
    """The first and last day on which a thing that is named for an item counts for it; None where there is no bound."""
    line = timeline(history, today, protocol.duration)
    return _assigned(protocol, history, line).days_that_count(key)


def _assigned(protocol: Protocol, history: History, line: Timeline) -> Assignment:
    pregnant = history.can_become_pregnant
    rules, former = protocol.rules_for(can_become_pregnant=pregnant), protocol.former_for(can_become_pregnant=pregnant)
    return assign(rules, history, line, former)


def _in_the_plan(counts: Assignment) -> dict[int, tuple[str, ...]]:
    """What each thing done counts for, without what was asked for by rules that are gone."""
    if not counts.former:
        return counts.keys
    names = {rule.id for rule in counts.final}
    return {fact: tuple(key for key in keys if key.rpartition("/")[0] in names) for fact, keys in counts.keys.items()}


def earliest_first_dose(rules: tuple[Rule, ...], enrolled: date) -> date:
    """The first day on which the first dose keeps every lead that the rules ask for, counted from enrolment."""
    leads = [rule.timing.lead for rule in rules if rule.kind is Kind.CONTRACEPTION and isinstance(rule.timing, During)]
    return max((last_restricted_day(enrolled, lead) for lead in leads), default=enrolled)


def _span(rule: Rule, timing: During, at: Context, items: list[Item]) -> list[SpanInPlan]:
    start = day_of(timing.start, at.line, at.history.done)
    until = day_of(timing.until, at.line, at.history.done)
    if start is None or until is None:
        return []
    running = at.line.last_dose is None
    estimate = Point.LAST_DOSE in (timing.until.point, timing.start.point) and (
        running or not at.line.last_dose_is_known
    )
    lead = Reckoning(timing.start, start, timing.lead, Rounding.LEAD)
    tail = Reckoning(timing.until, until, timing.tail, Rounding.LONG)
    first_day, last_day = lead.day, tail.day
    if at.today < first_day:
        phase = Phase.UPCOMING
    elif at.today <= last_day:
        phase = Phase.ACTIVE
    else:
        phase = Phase.OVER_TEST_OUTSTANDING if _closing_test_is_outstanding(rule, items) else Phase.ENDED
    return [SpanInPlan(rule.id, rule, first_day, last_day, estimate, phase, lead, tail)]


def _closing_test_is_outstanding(rule: Rule, items: list[Item]) -> bool:
    """Whether the last test that is asked for after the course has not said yet that there is no pregnancy."""
    if rule.kind is not Kind.CONTRACEPTION:
        return False
    tests = [item for item in items if item.kind is Kind.PREGNANCY_TEST and hangs_on_the_last_dose(item.rule)]
    closing = max(tests, key=_in_order_of_days, default=None)
    return closing is not None and (
        not isinstance(closing.done, Done) or closing.done.result is not TestResult.NEGATIVE
    )


def _what(one: Done | Risk) -> RiskKind | Phrase:
    """Of what a test is asked for."""
    return one.what if isinstance(one, Risk) else Phrase(N_("positive test"))


def _of_tests(history: History, line: Timeline, answering: Answering | None) -> Iterator[Notice]:
    """What no test has answered yet."""
    for one in settled_without_a_test(history, answering):
        about: tuple[tuple[str, Any], ...] = (("on", one.on), ("what", _what(one)))
        tested = tested_too_early(history, one, answering) if isinstance(one, Risk) else None
        if answering is not None and tested is not None:
            about = (*about, ("tested", tested), ("first", answering.first_day(one.on)), ("after", answering.after),
                     ("sources", answering.sources), ("confirmed", answering.confirmed))  # fmt: skip
        # Who was found pregnant and has ended the course is not asked for another test.
        if isinstance(one, Risk) or line.last_dose is None:
            yield Notice(NoticeCode.TEST_AFTER_RISK, about)
    unclear = unclear_test(history)
    if unclear is not None:
        yield Notice(NoticeCode.UNCLEAR_TEST, (("on", unclear.on),))


def _notices(
    protocol: Protocol,
    items: list[Item],
    spans: list[SpanInPlan],
    history: History,
    line: Timeline,
    today: date,
    counts: Assignment,
) -> list[Notice]:
    rules = protocol.rules_for(can_become_pregnant=history.can_become_pregnant)
    notices: list[Notice] = []
    # What must come before the first dose and cannot yet: it waits for something that was done late.
    waiting = [item.due for item in items if isinstance(item.rule.timing, Once) and item.rule.timing.earliest
               and item.rule.timing.anchor.point is Point.FIRST_DOSE and item.state.is_open]  # fmt: skip
    earliest = max(earliest_first_dose(rules, line.enrolled), *waiting, line.enrolled)
    if line.last_dose is None and today <= line.first_dose < earliest:
        days = (("first_dose", line.first_dose), ("earliest", earliest))
        notices.append(Notice(NoticeCode.FIRST_DOSE_TOO_EARLY, days))
    notices.extend(
        Notice(NoticeCode.TEST_OUTSTANDING, (("rule", span.rule), ("end", span.end)))
        for span in spans
        if span.phase is Phase.OVER_TEST_OUTSTANDING
    )
    if history.pauses and line.last_dose is None:  # a course that has ended begins anew with its own start
        notices.extend(_gaps_longer_than_the_tail(rules, history))
    if line.overrun:
        notices.append(Notice(NoticeCode.PAST_PROJECTED_END))
    if not line.last_dose_is_known:
        notices.append(Notice(NoticeCode.LAST_DOSE_UNKNOWN, (("on", line.last_dose),)))
    notices.extend(
        Notice(NoticeCode.COUNTED_BY_CLINIC, (("key", item.key), ("on", item.done.on)))
        for item in items
        if isinstance(item.done, Done) and item.done.clinic_confirmed and item.done.pin == item.key
        and counts.needs_the_clinic(item.done, item.key)
    )  # fmt: skip
    matters = {span.rule.id: span.rule for span in spans if span.phase is not Phase.ENDED}
    notices.extend(
        Notice(NoticeCode.SHORTENED_BY_CLINIC, (("rule", matters[own.rule]), ("value", own.value)))
        for own in history.overrides
        if own.clinic_confirmed and own.rule in matters and _holds(own, rules)
    )
    return notices


def _not_possible(protocol: Protocol, at: Context) -> Iterator[Notice]:
    """What is not asked for because the clinic said after the start that no pregnancy is possible, while it matters."""
    possible, changes = at.history.who
    days = [at.line.enrolled] if possible != at.history.course.can_become_pregnant else []
    days += [day for day, _possible in changes]
    gone = [one for one in protocol.rules_for(can_become_pregnant=True) if not one.applies(can_become_pregnant=False)]
    if days and gone and not at.history.can_become_pregnant:
        spans = [span for one in gone if isinstance(one.timing, During) for span in _span(one, one.timing, at, [])]
        over = (Phase.ENDED, Phase.OVER_TEST_OUTSTANDING)
        if at.line.last_dose is None or any(span.phase not in over for span in spans):
            titles = tuple(dict.fromkeys(one.title for one in gone))
            yield Notice(NoticeCode.NOT_POSSIBLE_BY_CLINIC, (("on", days[-1]), ("rules", titles)))


def stage_of(history: History, line: Timeline, today: date) -> Stage:
    """Whether a capsule may still be taken; on the day of the last one nobody knows whether it was."""
    if line.last_dose is not None and line.last_dose < today:
        return Stage.AFTER
    return Stage.DURING if today >= line.first_dose or any(fact.taken for fact in history.doses) else Stage.BEFORE


def _dangers(history: History, jurisdiction: str, stage: Stage) -> list[Notice]:
    """What stands until the clinic's word; of a red flag met several times its first day, all else once a day."""
    notices: dict[object, Notice] = {}
    for danger in dangers(history):
        about: tuple[tuple[str, Any], ...] = (("on", danger.on), ("stage", stage))
        if isinstance(danger, RedFlag):
            about = (*about, ("code", danger.code), ("jurisdiction", jurisdiction))
            notices.setdefault(danger.code, Notice(NoticeCode.RED_FLAG, about))
        elif isinstance(danger, Risk):
            risk = Notice(NoticeCode.PREGNANCY_RISK, (*about, ("what", danger.what)))
            notices.setdefault((danger.on, danger.what), risk)
        else:
            notices.setdefault(danger.on, Notice(NoticeCode.POSITIVE_TEST, about))
    return list(notices.values())


def _holds(own: Override, rules: tuple[Rule, ...]) -> bool:
    """Whether a clinic's own value is in the rules: a programme that was adopted since may not take it."""
    return any(rule.id == own.rule and getattr(rule.timing, own.field, None) == own.value for rule in rules)


def _of_earlier(items: list[Item], history: History) -> list[Notice]:
    """How much of the time before is not known, or taken to have been done as planned."""
    counted = Counter(item.state for item in items)
    codes = {State.AS_PLANNED: NoticeCode.EARLIER_AS_PLANNED, State.NOT_KNOWN: NoticeCode.EARLIER_NOT_KNOWN}
    on = history.earlier.on if history.earlier is not None else None
    return [Notice(code, (("count", counted[state]), ("on", on))) for state, code in codes.items() if counted[state]]


def _gaps_longer_than_the_tail(rules: tuple[Rule, ...], history: History) -> list[Notice]:
    tails = [rule.timing.tail for rule in rules if rule.kind is Kind.CONTRACEPTION and isinstance(rule.timing, During)]
    return [
        Notice(NoticeCode.NEW_COURSE_RULES, (("paused", start), ("resumed", end)))
        for start, end in without_capsules(pauses(history), history)
        if tails
        and end is not None
        # The last capsule before them is that of the day before.
        and end > max(last_restricted_day(start - _DAY, tail) for tail in tails)
    ]
