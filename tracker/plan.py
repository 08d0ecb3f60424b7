"""A plan: what is to be done and what is forbidden, derived from the facts of a course on every read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from tracker.dates import Span
from tracker.facts import Appointment, Course, Done, Session
from tracker.pattern import Intakes
from tracker.reckoning import Reckoning
from tracker.rules import Kind, Panel, Rule


class State(StrEnum):
    """Where a planned item stands today."""

    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    BOOKED = "booked"
    AWAITING_RESULT = "awaiting-result"
    """A test was made, and what it said is not recorded: it is not done."""
    DONE = "done"
    AS_PLANNED = "as-planned"
    """It lies before the course came into isotrack, and is taken to have been done as planned: nobody recorded it."""
    NOT_KNOWN = "not-known"
    """It lies before the course came into isotrack, and nobody knows whether it was done."""
    MISSED = "missed"

    @property
    def is_open(self) -> bool:
        """Whether the thing can still be done."""
        return self not in (State.DONE, State.AS_PLANNED, State.NOT_KNOWN, State.MISSED)


class Phase(StrEnum):
    """Where a span stands today."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    OVER_TEST_OUTSTANDING = "over-test-outstanding"
    """Its last day has passed, but the test that closes it was not done, or not with a negative result."""
    ENDED = "ended"

    @property
    def is_over(self) -> bool:
        """Whether the last restricted day has passed and nothing is outstanding."""
        return self is Phase.ENDED


class Item(Struct, frozen=True):
    """A dated thing to do. ``window_end`` is the last day that is in time, ``hard_end`` the last at all."""

    key: str
    rule: Rule
    ordinal: int
    due: date
    window_start: date
    window_end: date
    hard_end: date | None
    state: State
    due_is_estimate: bool = False
    appointment: Appointment | None = None
    done: Done | Session | None = None
    awaiting: Done | None = None
    """The test that counts for it as soon as its result is recorded."""
    reckoning: Reckoning | None = None
    """How its due day came about, or of a permitted time its last; None where it was asked for on a day by itself."""
    waits: tuple[Reckoning, ...] = ()
    """Before the latest of these it is not due."""

    @property
    def kind(self) -> Kind:
        """What the item is about."""
        return self.rule.kind

    @property
    def planned_day(self) -> date:
        """The day on which it is to be done: that of its appointment, else its due day."""
        return self.appointment.on if self.appointment is not None and self.state.is_open else self.due


class Series(Struct, frozen=True):
    """Days with the same dose, the first and the last of them included."""

    key: str
    first: date
    last: date
    intakes: Intakes = ()
    """The milligrams of each intake of a day; none where nothing was prescribed."""
    every: int = 1
    """On every so many days from the first one on."""
    weekdays: tuple[int, ...] = ()
    """The days of the week, from Monday = 0; empty where it is not by them."""


class Downtime(Struct, frozen=True):
    """The days on which a skin shows a procedure, that of the session included."""

    key: str
    """That of the session's item; ``procedure/3`` for the third one recorded, where it belongs to no series."""
    rule: Rule
    first: date
    last: date
    is_estimate: bool = False


class SpanInPlan(Struct, frozen=True):
    """A time in which something is forbidden or required; ``end`` is the last restricted day."""

    key: str
    rule: Rule
    start: date
    end: date
    end_is_estimate: bool
    phase: Phase
    lead: Reckoning | None = None
    """How its first day came about."""
    tail: Reckoning | None = None
    """How its last day came about."""


class Stage(StrEnum):
    """Where a course stands while something dangerous does: what is said of the capsules hangs on it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    """The last capsule was on a day that is over."""


class NoticeCode(StrEnum):
    """What a plan has to say beside its dates."""

    FIRST_DOSE_TOO_EARLY = "first-dose-too-early"
    NEW_COURSE_RULES = "new-course-rules"
    PAST_PROJECTED_END = "past-projected-end"
    LAST_DOSE_UNKNOWN = "last-dose-unknown"
    SHORTENED_BY_CLINIC = "shortened-by-clinic"
    POSITIVE_TEST = "positive-test"
    PREGNANCY_RISK = "pregnancy-risk"
    RED_FLAG = "red-flag"
    TEST_OUTSTANDING = "test-outstanding"
    TEST_AFTER_RISK = "test-after-risk"
    UNCLEAR_TEST = "unclear-test"
    BEGUN_WITHOUT_TEST = "begun-without-test"
    VISIT_WITHOUT_TEST = "visit-without-test"
    PICKED_UP_WITHOUT_TEST = "picked-up-without-test"
    DRAWN_TOO_EARLY = "drawn-too-early"
    COUNTED_BY_CLINIC = "counted-by-clinic"
    NOT_POSSIBLE_BY_CLINIC = "not-possible-by-clinic"
    LAXER_BY_CLINIC = "laxer-by-clinic"
    PROCEDURE_TOO_EARLY = "procedure-too-early"
    PROCEDURE_BOOKED_TOO_EARLY = "procedure-booked-too-early"
    PROCEDURE_BY_CLINIC = "procedure-by-clinic"
    PROCEDURE_TOO_SOON = "procedure-too-soon"
    PROCEDURE_BOOKED_TOO_SOON = "procedure-booked-too-soon"
    PROCEDURE_TIMES_BY_CLINIC = "procedure-times-by-clinic"
    EARLIER_AS_PLANNED = "earlier-as-planned"
    EARLIER_NOT_KNOWN = "earlier-not-known"


class Notice(Struct, frozen=True):
    """One thing a person must be told; ``values`` fill the message of its code."""

    code: NoticeCode
    values: tuple[tuple[str, Any], ...] = ()


class EndFrom(StrEnum):
    """From what it is known, or taken, when the last capsule is."""

    STOP = "stop"
    """Its day was recorded."""
    LOGGED = "logged"
    """A capsule was logged after the day that is recorded or expected."""
    LATEST = "latest"
    """The course has ended, on a day that nobody knows: the latest that is possible."""
    OVERRUN = "overrun"
    """The day that was expected is over and nobody has said that the course ended: today."""
    UNTIL = "until"
    """The day that was said."""
    TARGET = "target"
    """The day on which a cumulative dose is reached."""
    DURATION = "duration"
    """How long the course is to last was said."""
    PROGRAMME = "programme"
    """How long a course of the programme lasts."""


class Timeline(Struct, frozen=True, kw_only=True):
    """The days of a course that rules hang on."""

    enrolled: date
    first_dose: date
    last_dose: date | None
    """The last dose actually taken, once the course has been stopped."""
    last_dose_is_known: bool
    projected_last_dose: date
    overrun: bool
    """The projected end has passed and nobody has said that the course ended."""
    paused_since: date | None
    held_since: date | None = None
    """The first day without a capsule because of a danger that the clinic has not cleared."""
    end_from: EndFrom = EndFrom.PROGRAMME
    duration: Span | None = None
    """What is counted from the first dose to the last one, where it is counted."""
    days_off: int = 0
    """Days without capsules by which it is longer."""

    @property
    def end(self) -> date:
        """The last dose, or where it is projected."""
        return self.last_dose or self.projected_last_dose


class Lacking(Struct, frozen=True):
    """Of a draw that would be that of an item by its day: what the item asks to be measured, and was not."""

    key: str
    missing: tuple[str, ...]
    """Codes of analytes."""
    panel: Panel
    """What the item asks for, with its sources."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be done and what is forbidden, seen from ``today``."""

    today: date
    course: Course
    timeline: Timeline
    items: tuple[Item, ...]
    spans: tuple[SpanInPlan, ...]
    notices: tuple[Notice, ...]
    downtimes: tuple[Downtime, ...] = ()
    """After the sessions of which it is known, by day."""
    counts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The keys of the items that each thing done counts for, by its id."""
    lacking: Mapping[int, Lacking] = field(default_factory=dict)
    """Of draws that count for nothing because of it, by their ids."""

    @property
    def entries(self) -> tuple[Item | SpanInPlan, ...]:
        """Items and spans together."""
        return (*self.items, *self.spans)

    def item(self, key: str) -> Item | None:
        """The item with this key."""
        return next((item for item in self.items if item.key == key), None)


class Move(Struct, frozen=True):
    """A planned date before and after; None where the item or span is new or gone. For a span its last day."""

    key: str
    rule: Rule
    before: date | None
    after: date | None


def moves(before: Plan, after: Plan) -> tuple[Move, ...]:
    """What moved between two plans of one course, in the order of the days after."""
    old = {one.key: one for one in before.entries}
    new = {one.key: one for one in after.entries}
    found = [
        Move(key, one.rule, _day(old.get(key)), _day(new.get(key)))
        for key, one in (old | new).items()
        if _day(old.get(key)) != _day(new.get(key)) and not _is_closed(new.get(key, one))
    ]
    return tuple(sorted(found, key=lambda move: (move.after or move.before, move.key)))


def _day(of: Item | SpanInPlan | None) -> date | None:
    if of is None:
        return None
    return of.end if isinstance(of, SpanInPlan) else of.planned_day


def _is_closed(of: Item | SpanInPlan) -> bool:
    return isinstance(of, Item) and not of.state.is_open
