"""The one engine: a protocol and the facts of a course give its plan.

Pure: no clock, no files. The plan is derived on every read and never stored.
"""

from __future__ import annotations

from datetime import date, timedelta
from operator import attrgetter

from tracker import dose
from tracker.dates import last_restricted_day, lead_start
from tracker.model import (
    History,
    Item,
    Notice,
    NoticeCode,
    Phase,
    Plan,
    Resume,
    SpanInPlan,
    State,
    TestResult,
    Timeline,
)
from tracker.occurrences import Context, context, day_of
from tracker.occurrences import items as items_of
from tracker.rules import During, Kind, Mode, Once, Permit, Point, Protocol, Repeat, Rule

_DAY = timedelta(days=1)
_in_order_of_days = attrgetter("due", "key")
_in_order_of_start = attrgetter("start", "key")


def plan(protocol: Protocol, history: History, today: date) -> Plan:
    """What ``protocol`` asks of this course, seen from ``today``; the same facts always give the same plan."""
    line = dose.timeline(history, today, protocol.duration)
    at = context(history, line, today)
    rules = protocol.rules_for(can_become_pregnant=history.course.can_become_pregnant)
    planned: list[Item] = []
    spans: list[SpanInPlan] = []
    for rule in rules:
        if isinstance(rule.timing, During):
            spans.extend(_span(rule, rule.timing, at))
        else:
            planned.extend(items_of(rule, at))
    planned.sort(key=_in_order_of_days)
    spans.sort(key=_in_order_of_start)
    return Plan(
        today=today,
        course=history.course,
        timeline=line,
        items=tuple(planned),
        spans=tuple(spans),
        notices=tuple(_notices(rules, planned, spans, history, line, today)),
    )


def earliest_first_dose(rules: tuple[Rule, ...], enrolled: date) -> date:
    """The first day on which the first dose keeps every lead that the rules ask for, counted from enrolment."""
    leads = [rule.timing.lead for rule in rules if rule.kind is Kind.CONTRACEPTION and isinstance(rule.timing, During)]
    return max((last_restricted_day(enrolled, lead) for lead in leads), default=enrolled)


def item_for(plan: Plan, kind: Kind, on: date) -> Item | None:
    """The item that a thing of ``kind`` done ``on`` a day counts for, or None where it was not scheduled.

    Of rules counted from the last one done, the item not yet done that is nearest in date, however early or late. Of
    the others the nearest within its window or half an interval. Before the first dose only what is asked for
    before it can be filled, and the first such thing done fills it (a pregnancy test only in its window). Nearest is
    the fewest days apart; of two as near, the earlier. Where nothing fits, a single item that is still waiting for
    it is filled late. What hangs on a last dose that is only expected comes after all else: the course may go on.
    """
    first_dose = plan.timeline.first_dose
    undone = [item for item in plan.items if item.kind is kind and item.state is not State.DONE]
    before = [item for item in undone if isinstance(item.rule.timing, Once) and item.due <= first_dose]
    if on <= first_dose and before:
        in_time = [item for item in before if _is_in_window(item, on)]
        # A pregnancy test says nothing of a later day: too early a one fills nothing that is not overdue.
        late_enough = [item for item in before if kind is not Kind.PREGNANCY_TEST or item.window_end < on]
        return _nearest(in_time or late_enough, on)
    last_done = {item.rule.id: item.done.on for item in plan.items if item.done is not None}
    candidates = [item for item in undone if _takes(item, on, plan.timeline, last_done)]
    if candidates:
        return _nearest([item for item in candidates if not item.due_is_estimate] or candidates, on)
    waiting = [item for item in undone if item.state.is_open and isinstance(item.rule.timing, Once)]
    waiting = [item for item in waiting if item.window_end < on]
    return _nearest(waiting, on)


def _takes(item: Item, on: date, line: Timeline, last_done: dict[str, date]) -> bool:
    timing = item.rule.timing
    if isinstance(timing, Repeat):
        if on < line.first_dose:
            return False
        if timing.mode is Mode.FROM_LAST_DONE:
            # After the last one done it is a new one, entered late perhaps; before it, one that had been missed.
            in_the_course = line.last_dose is not None and on <= line.last_dose
            return item.state.is_open or in_the_course or on <= last_done.get(item.rule.id, on)
        return _is_in_window(item, on) or abs((item.due - on).days) <= timing.every.half_in_days
    if isinstance(timing, Permit):
        return item.window_start <= on <= (item.hard_end or item.window_end)
    return _is_in_window(item, on)


def _is_in_window(item: Item, on: date) -> bool:
    return item.window_start <= on <= item.window_end


def _nearest(candidates: list[Item], on: date) -> Item | None:
    return min(candidates, key=lambda item: (abs((item.due - on).days), item.due, item.key), default=None)


def _span(rule: Rule, timing: During, at: Context) -> list[SpanInPlan]:
    start, until = day_of(timing.start, at), day_of(timing.until, at)
    if start is None or until is None:
        return []
    running = at.line.last_dose is None
    estimate = Point.LAST_DOSE in (timing.until.point, timing.start.point) and (
        running or not at.line.last_dose_is_known
    )
    first_day = lead_start(start, timing.lead)
    last_day = last_restricted_day(until, timing.tail)
    if at.today < first_day:
        phase = Phase.UPCOMING
    elif at.today <= last_day:
        phase = Phase.ACTIVE
    else:
        phase = Phase.ENDED
    return [SpanInPlan(rule.id, rule, first_day, last_day, estimate, phase)]


def _notices(
    rules: tuple[Rule, ...],
    items: list[Item],
    spans: list[SpanInPlan],
    history: History,
    line: Timeline,
    today: date,
) -> list[Notice]:
    notices = []
    positive = [fact for fact in history.done if fact.result is TestResult.POSITIVE]
    if positive:
        notices.append(Notice(NoticeCode.POSITIVE_TEST, (("on", positive[-1].on),)))
    # What must come before the first dose and cannot yet: it waits for something that was done late.
    waiting = [item.due for item in items if isinstance(item.rule.timing, Once) and item.rule.timing.earliest
               and item.rule.timing.anchor.point is Point.FIRST_DOSE and item.state.is_open]  # fmt: skip
    earliest = max(earliest_first_dose(rules, line.enrolled), *waiting, line.enrolled)
    if line.last_dose is None and today <= line.first_dose < earliest:
        values = (("first_dose", line.first_dose), ("earliest", earliest))
        notices.append(Notice(NoticeCode.FIRST_DOSE_TOO_EARLY, values))
    if history.pauses:
        notices.extend(_gaps_longer_than_the_tail(rules, history))
    if line.overrun:
        notices.append(Notice(NoticeCode.PAST_PROJECTED_END))
    if not line.last_dose_is_known:
        notices.append(Notice(NoticeCode.LAST_DOSE_UNKNOWN, (("on", line.last_dose),)))
    matters = {span.rule.id for span in spans if span.phase is not Phase.ENDED}
    notices.extend(
        Notice(NoticeCode.SHORTENED_BY_CLINIC, (("rule", own.rule), ("value", own.value)))
        for own in history.overrides
        if own.clinic_confirmed and own.rule in matters
    )
    return notices


def _gaps_longer_than_the_tail(rules: tuple[Rule, ...], history: History) -> list[Notice]:
    tails = [rule.timing.tail for rule in rules if rule.kind is Kind.CONTRACEPTION and isinstance(rule.timing, During)]
    resumed = {fact.on for fact in history.pauses if isinstance(fact, Resume)}
    return [
        Notice(NoticeCode.NEW_COURSE_RULES, (("paused", start), ("resumed", end)))
        for start, end in dose.pauses(history)
        if end in resumed
        and tails
        and end is not None
        # The last capsule before the pause is that of the day before it.
        and end > max(last_restricted_day(start - _DAY, tail) for tail in tails)
    ]
