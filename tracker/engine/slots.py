"""The days of what a rule asks for: when it is due and when it may be done, whatever day it is today.

A slot is an item without a state. Occurrence n is its anchor plus n times the interval, added once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tracker.dates import Unit, due_early, permit_end, permit_start
from tracker.engine.packs import Packs
from tracker.facts import Done
from tracker.plan import Timeline
from tracker.reckoning import Reckoning, Rounding
from tracker.rules import Anchor, FirstDay, Kind, Once, Permit, Point, Repeat, Rule, Window

OPENS_BEFORE_DUE = timedelta(days=7)
"""A window opens so long before its due day where the protocol names none."""

LAST_STAYS_OPEN = (Kind.PREGNANCY_TEST, Kind.BLOOD_TEST)
"""Of these the last one before a day is asked for, whatever was said on that day of the time before."""

EVENT_KIND = {
    Point.SPECIMEN: Kind.PREGNANCY_TEST,
    Point.PRESCRIPTION: Kind.VISIT,
    Point.DISPENSE: Kind.PICK_UP,
}
"""The logged thing that makes an anchor: a specimen is a pregnancy test, a prescription is written at a visit."""


class Slot(Struct, frozen=True):
    """A dated thing that a rule asks for. ``end`` is the last day that is in time, ``hard_end`` the last at all."""

    rule: Rule
    ordinal: int
    due: date
    start: date
    end: date
    hard_end: date | None = None
    reckoning: Reckoning | None = None
    """How its due day came about; of a window that permits, its end."""
    waits: tuple[Reckoning, ...] = ()

    @property
    def key(self) -> str:
        """The key of its item."""
        return f"{self.rule.id}/{self.ordinal}"

    @property
    def last(self) -> date:
        """The last day at all."""
        return self.hard_end or self.end

    def has(self, on: date) -> bool:
        """Whether ``on`` lies in its window."""
        return self.start <= on <= self.end


def kind_of(anchor: Anchor) -> Kind | None:
    """The kind of thing whose days make an anchor; None for a point of the course itself."""
    return anchor.kind if anchor.point is Point.LAST_DONE else EVENT_KIND.get(anchor.point)


def day_of(anchor: Anchor, line: Timeline, events: Iterable[Done]) -> date | None:
    """The day of an anchor, projected where it lies ahead; None where nothing has made it yet."""
    match anchor.point:
        case Point.ENROLMENT:
            return line.enrolled
        case Point.FIRST_DOSE:
            return line.first_dose
        case Point.LAST_DOSE:
            return line.end
    kind = kind_of(anchor)
    return max((event.on for event in events if event.kind is kind), default=None)


def belongs_before_the_start(rule: Rule) -> bool:
    """Whether a single item has to be done before the first capsule."""
    timing = rule.timing
    return isinstance(timing, Once) and (
        timing.anchor.point is Point.ENROLMENT or (timing.anchor.point is Point.FIRST_DOSE and timing.offset.count <= 0)
    )


def hangs_on_the_last_dose(rule: Rule) -> bool:
    """Whether a single item is asked for at the end of the course or after it."""
    return isinstance(rule.timing, Once) and rule.timing.anchor.point is Point.LAST_DOSE


def once(rule: Rule, timing: Once, line: Timeline, events: Sequence[Done], counted: Sequence[Done]) -> Slot | None:
    """The one slot of a rule; None where nothing has made its anchor yet.

    ``events`` make the anchor; ``counted`` are the things that count for an item, for which it may have to wait: of
    those before the first dose the latest.

    ====================== =================================================== ======================================
    enrolled, first dose   the rule                                            due [window]
    ====================== =================================================== ======================================
    1 Nov, 24 Nov          first dose - P1D                                    23 Nov [16 Nov to 23 Nov]
    24 Nov, 24 Nov         first dose - P1D: not before enrolment              24 Nov [16 Nov to 24 Nov]
    1 Nov, 5 Jan           first dose; window before P6D                       5 Jan [30 Dec to 5 Jan]
    1 Nov, 5 Jan           the same; 30 days after a test on 20 Dec            19 Jan [19 Jan to 19 Jan]
    1 Nov, 5 Jan           the same; 30 days after a test on 3 Dec             5 Jan [2 Jan to 5 Jan]
    last dose 31 Jan       last dose + P1M, not before                         3 Mar [3 Mar to 3 Mar]
    last dose 31 Jan       last dose, a pregnancy test                         31 Jan [31 Jan to 31 Jan]
    last dose 31 Jan       last dose, blood                                    31 Jan [24 Jan to 31 Jan]
    ====================== =================================================== ======================================
    """
    anchor = day_of(timing.anchor, line, events)
    if anchor is None:
        return None
    rounding = Rounding.NOT_BEFORE if timing.not_before else Rounding.EARLY
    reckoning = Reckoning(timing.anchor, anchor, timing.offset, rounding)
    due = reckoning.day
    start, end = _window(due, timing.window)
    if timing.anchor.point is Point.FIRST_DOSE and due < line.enrolled:
        due = min(line.enrolled, anchor)
    waits = tuple(
        Reckoning(gap.anchor, day, gap.offset, Rounding.NOT_BEFORE)
        for gap in timing.earliest
        if (day := _waited_for(gap.anchor, line, events, counted)) is not None
    )
    waits_for = [one.day for one in waits]
    due = max(due, *waits_for) if waits_for else due
    if timing.not_before or (hangs_on_the_last_dose(rule) and rule.kind is Kind.PREGNANCY_TEST):
        # A test says nothing of a later day: one before the last capsule is not the one at the end.
        start = due
    if waits_for:
        start = max(start, *waits_for)
    return Slot(rule, 1, due, min(start, due), max(end, due), None, reckoning, waits)


def _waited_for(anchor: Anchor, line: Timeline, events: Sequence[Done], counted: Sequence[Done]) -> date | None:
    if anchor.point is not Point.LAST_DONE:
        return day_of(anchor, line, events)
    # What counts for nothing holds nothing up either.
    before = (fact.on for fact in counted if fact.kind is anchor.kind and fact.on < line.first_dose)
    return max(before, default=None)


def repeated(rule: Rule, timing: Repeat, since: date, last: int, ordinal: int) -> Slot:
    """The slot with this ordinal, counted from ``since``: the anchor (``last`` is 0) or the day of the last done."""
    steps = ordinal - last
    span = timing.every * steps if last else timing.first + timing.every * (steps - 1)
    reckoning = Reckoning(timing.anchor, since, span, Rounding.EARLY, last)
    return due_on(rule, timing, ordinal, reckoning.day, reckoning)


def due_on(rule: Rule, timing: Repeat, ordinal: int, due: date, reckoning: Reckoning | None = None) -> Slot:
    """The slot of a repetition that is due on a day."""
    start, end = _window(due, timing.window)
    return Slot(rule, ordinal, due, min(start, due), max(end, due), None, reckoning)


def until_the_earlier(one: Slot, other: Slot) -> Slot:
    """The first of two windows, never open for longer than the other."""
    reckoning = min((one, other), key=lambda slot: slot.end).reckoning
    hard_end = min((end for end in (one.hard_end, other.hard_end) if end is not None), default=None)
    return replace(one, due=min(one.due, other.due), end=min(one.end, other.end), hard_end=hard_end,
                   reckoning=reckoning)  # fmt: skip


def permitted(
    rule: Rule, timing: Permit, line: Timeline, opened_by: date, ordinal: int, packs: Packs | None = None
) -> Slot:  # fmt: skip
    """The window that something done on a day opens.

    A supply runs out on the last day of its window: it lasts from its first capsule, which for the first pack may come
    after the pharmacy, and moves by what was logged: see ``packs``. Time off that goes on adds nothing yet.
    """
    uses_up = rule.kind is Kind.SUPPLY
    opened = max(opened_by, line.first_dose) if uses_up else opened_by
    counts = timing.first_day is not FirstDay.DOES_NOT_COUNT
    reckoning = Reckoning(timing.opened_by, opened, timing.length, Rounding.SHORT, counts_first_day=counts)
    end = reckoning.day
    hard_end = permit_end(opened, timing.length, counts_first_day=timing.first_day is FirstDay.COUNTS)
    if uses_up:
        reckoning = replace(reckoning, days_more=packs.days_more(opened, end) if packs is not None else 0)
        end = reckoning.day
        return Slot(rule, ordinal, end, end - OPENS_BEFORE_DUE, end, None, reckoning)
    return Slot(rule, ordinal, end, opened, end, hard_end, reckoning)


def around(timing: Repeat, since: date, last: int, on: date) -> range:
    """The ordinals after ``last`` whose due days lie around ``on``."""
    every = timing.every
    base, ordinal = (since, last) if last else (due_early(since, timing.first), 1)
    if every.unit is Unit.MONTH:
        steps = ((on.year - base.year) * 12 + on.month - base.month) // every.count
    else:
        steps = (on - base).days // every.days_at_most
    return range(max(last + 1, ordinal + steps - 1), max(last + 1, ordinal + steps + 2) + 1)


def _window(due: date, window: Window | None) -> tuple[date, date]:
    if window is None:
        return due - OPENS_BEFORE_DUE, due
    return permit_start(due, window.before), permit_end(due, window.after, counts_first_day=False)
