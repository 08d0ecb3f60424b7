"""The dated items that one rule gives: once, repeated, or in a window that an event opens.

Occurrence n is its anchor plus n times the interval, added once. A repeated item is numbered on from the
highest ordinal logged, never from a count, so that a fact logged late renumbers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.dates import due_early, not_before, permit_end, permit_start
from tracker.model import Appointment, Done, History, Item, State, TestResult, Timeline
from tracker.rules import Anchor, FirstDay, Kind, Mode, Once, Permit, Point, Repeat, Rule, Window

OPENS_BEFORE_DUE = timedelta(days=7)
"""An item's window opens so long before its due day where the protocol names none."""

_EVENT_KIND = {
    Point.SPECIMEN: Kind.PREGNANCY_TEST,
    Point.PRESCRIPTION: Kind.VISIT,
    Point.DISPENSE: Kind.PICK_UP,
}
"""The logged thing that makes an anchor: a specimen is a pregnancy test, a prescription is written at a visit."""


@dataclass(frozen=True, slots=True)
class Context:
    """All that the rules of one course are expanded with."""

    history: History
    line: Timeline
    today: date
    done: dict[str, Done]
    """By the key of the item it fills."""
    ordinals: dict[str, list[int]]
    """The ordinals done, by rule id."""
    appointments: dict[str, Appointment]


def context(history: History, line: Timeline, today: date) -> Context:
    """Index the facts of a course by what they fill."""
    done: dict[str, Done] = {}
    ordinals: dict[str, list[int]] = {}
    for fact in history.done:
        if fact.fills is not None:
            rule_id, _, ordinal = fact.fills.rpartition("/")
            done[fact.fills] = fact
            ordinals.setdefault(rule_id, []).append(int(ordinal))
    return Context(history, line, today, done, ordinals, {booked.key: booked for booked in history.appointments})


def items(rule: Rule, at: Context) -> Iterator[Item]:
    """The items of ``rule``; a span has none."""
    match rule.timing:
        case Once() as timing:
            yield from _once(rule, timing, at)
        case Repeat() as timing:
            yield from _repeat(rule, timing, at)
        case Permit() as timing:
            yield from _permit(rule, timing, at)


def day_of(anchor: Anchor, at: Context) -> date | None:
    """The day of an anchor, projected where it lies ahead; None where nothing has made it yet."""
    match anchor.point:
        case Point.ENROLMENT:
            return at.line.enrolled
        case Point.FIRST_DOSE:
            return at.line.first_dose
        case Point.LAST_DOSE:
            return at.line.end
    return max((event.on for event in events(anchor, at.history)), default=None)


def events(anchor: Anchor, history: History) -> list[Done]:
    """The logged things that make an anchor, in order of their days."""
    kind = anchor.kind if anchor.point is Point.LAST_DONE else _EVENT_KIND[anchor.point]
    return [fact for fact in history.done if fact.kind is kind]


def _once(rule: Rule, timing: Once, at: Context) -> Iterator[Item]:
    key = f"{rule.id}/1"
    done = at.done.get(key)
    anchor = day_of(timing.anchor, at)
    if anchor is None:
        return
    due = (not_before if timing.not_before else due_early)(anchor, timing.offset)
    start, end = _window(due, timing.window)
    if timing.anchor.point is Point.FIRST_DOSE and due < at.line.enrolled:
        due = min(at.line.enrolled, anchor)
    earliest = [
        not_before(day, gap.offset)
        for gap in timing.earliest
        if (day := _day_before_this(gap.anchor, done, at)) is not None
    ]
    due = max(due, *earliest) if earliest else due
    after_the_end = at.line.last_dose is not None and due > at.line.last_dose
    if done is None and after_the_end and timing.anchor.point is not Point.LAST_DOSE:
        return
    superseded = done is None and _is_superseded(rule, timing, due, at)
    if timing.not_before:
        start = due
    if earliest:
        start = min(max(start, *earliest), due)
    end = max(end, due)
    if done is not None and timing.anchor.point is Point.LAST_DOSE and done.on < start:
        # The course went on after it: what is asked for at its end is still to be done.
        done = None
    estimate = timing.anchor.point is Point.LAST_DOSE and at.line.last_dose is None
    yield _item(rule, 1, due, (start, end), at, done=done, superseded=superseded, estimate=estimate)


def _day_before_this(anchor: Anchor, done: Done | None, at: Context) -> date | None:
    """The day of ``anchor`` leaving out the item's own fact and later ones, which it cannot have waited for."""
    if anchor.point is not Point.LAST_DONE:
        return day_of(anchor, at)
    # What was recorded outside the plan counts for nothing, so it holds nothing up either.
    before = [event.on for event in events(anchor, at.history) if event.fills and event.on < at.line.first_dose]
    if done is not None:
        before = [on for on in before if on < done.on]
    return max(before, default=None)


def _is_superseded(rule: Rule, timing: Once, due: date, at: Context) -> bool:
    """Whether it is too late: the course has ended, or a later thing of its kind was done in the course."""
    if timing.anchor.point is Point.LAST_DOSE:
        return False
    if at.line.last_dose is not None and at.today > at.line.last_dose:
        return True
    return any(
        fact.kind is rule.kind and fact.fills and fact.on > max(due, at.line.first_dose) for fact in at.history.done
    )


def _repeat(rule: Rule, timing: Repeat, at: Context) -> Iterator[Item]:
    anchor = day_of(timing.anchor, at)
    if anchor is None:
        return
    logged = at.ordinals.get(rule.id)
    highest = max(logged) if logged else 0
    end = at.line.end
    stopped = at.line.last_dose is not None
    from_last_done = timing.mode is Mode.FROM_LAST_DONE
    interval = timing.every
    first = timing.first
    since, last_done = anchor, 0
    ordinal = 0
    beyond_the_end = False
    while True:
        ordinal += 1
        steps = ordinal - last_done
        due = due_early(since, interval * steps if last_done else first + interval * (steps - 1))
        if due > end and ordinal > highest:
            # A course that runs past its projected end still has a next time.
            if not at.line.overrun or beyond_the_end:
                return
            beyond_the_end = due > end
        superseded = ordinal < highest or (stopped and at.today > end)
        done = at.done.get(f"{rule.id}/{ordinal}")
        item = _item(rule, ordinal, due, _window(due, timing.window), at, done=done, superseded=superseded)
        yield item
        if from_last_done and item.done is not None:
            since, last_done = max(since, item.done.on), ordinal


def _permit(rule: Rule, timing: Permit, at: Context) -> Iterator[Item]:
    opened_by = [
        event
        for event in events(timing.opened_by, at.history)
        if f"{rule.id}/{event.number}" in at.done or _opens(event, timing, at)
    ]
    uses_up = rule.kind is Kind.SUPPLY
    for index, event in enumerate(opened_by):
        # A pack lasts from its first capsule, which for the first pack may come after the pharmacy.
        opened = max(event.on, at.line.first_dose) if uses_up else event.on
        end = permit_end(opened, timing.length, counts_first_day=timing.first_day is not FirstDay.DOES_NOT_COUNT)
        hard_end = permit_end(opened, timing.length, counts_first_day=timing.first_day is FirstDay.COUNTS)
        start = end - OPENS_BEFORE_DUE if uses_up else opened
        followed = index + 1 < len(opened_by)
        stopped = at.line.last_dose is not None and at.today > at.line.last_dose
        yield _item(
            rule, event.number, end, (start, end), at,
            done=opened_by[index + 1] if uses_up and followed else at.done.get(f"{rule.id}/{event.number}"),
            superseded=followed or stopped,
            hard_end=None if uses_up else hard_end,
        )  # fmt: skip


def _opens(event: Done, timing: Permit, at: Context) -> bool:
    """Whether an event opens a window: no positive or unclear test does, and nothing after the last dose.

    Where some tests open nothing, one outside the plan opens a window only as the repetition of one that did.
    """
    if event.result in (TestResult.POSITIVE, TestResult.UNCLEAR):
        return False
    if at.line.last_dose is not None and event.on > at.line.last_dose:
        return False
    if event.fills is not None or not timing.except_after:
        return _rule_of(event) not in timing.except_after
    return any(
        before.fills is not None and before.on <= event.on and _rule_of(before) not in timing.except_after
        for before in events(timing.opened_by, at.history)
    )


def _rule_of(event: Done) -> str:
    return (event.fills or "").rpartition("/")[0]


def _window(due: date, window: Window | None) -> tuple[date, date]:
    if window is None:
        return due - OPENS_BEFORE_DUE, due
    return permit_start(due, window.before), permit_end(due, window.after, counts_first_day=False)


def _item(  # noqa: PLR0913 - each is one column of the item
    rule: Rule,
    ordinal: int,
    due: date,
    window: tuple[date, date],
    at: Context,
    *,
    done: Done | None,
    superseded: bool,
    estimate: bool = False,
    hard_end: date | None = None,
) -> Item:
    key = f"{rule.id}/{ordinal}"
    booked = at.appointments.get(key)
    start, end = window
    today = at.today
    if done is not None:
        state = State.DONE
    elif superseded or (hard_end is not None and today > hard_end):
        state = State.MISSED
    elif booked is not None and booked.on >= today:
        state = State.BOOKED
    elif today < start:
        state = State.PLANNED
    elif today <= end:
        state = State.DUE
    else:
        state = State.OVERDUE
    return Item(key, rule, ordinal, due, start, end, hard_end, state, estimate, booked, done)
