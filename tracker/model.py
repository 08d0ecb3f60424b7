"""The facts of a course and what is derived from them: frozen values, no behaviour that needs a clock.

Facts say what happened or was decided, on local calendar dates of the patient. A ``Plan`` is derived from
them on every read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.dates import Span
from tracker.rules import Kind, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened or was decided ``on`` a day; ``id`` is 0 until it is recorded."""

    id: int = 0
    number: int = 0
    """It is the n-th recorded of its kind in the course; kept when it is corrected, never used again."""
    on: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDosePlanned(Fact):
    """The first capsule is planned for this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection(Fact):
    """How the last dose is projected: after a duration, at a cumulative dose, or on a day. One of the three."""

    duration: Span | None = None
    target: Decimal | None = None
    """Cumulative dose in mg per kg of start weight."""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed(Fact):
    """From this day the daily dose is ``mg`` milligrams."""

    mg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Fact):
    """The capsules of one day, taken or missed; ``mg`` is the day's total, None means as prescribed."""

    taken: bool
    mg: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(Fact):
    """Body weight in kilograms."""

    kg: Decimal


class TestResult(StrEnum):
    """What a pregnancy test said; never negative by default."""

    __test__ = False

    NEGATIVE = "negative"
    POSITIVE = "positive"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Fact):
    """A thing that the plan asks for was done: a visit, a blood test, a pregnancy test, a consent ..."""

    kind: Kind
    fills: str | None = None
    """Key of the item it counts for; None if it was not scheduled."""
    result: TestResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Fact):
    """An appointment for the item ``key``, on a day or at a local time of the course's zone."""

    key: str
    at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Fact):
    """The first day without a capsule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Fact):
    """The first day with a capsule again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Fact):
    """The day of the last capsule; with ``date_known`` False it is the latest possible day."""

    date_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Fact):
    """The clinic's own value for one field of one rule."""

    rule: str
    field: str
    value: Span
    clinic_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course and the protocol that it was started under."""

    id: int
    uuid: str
    name: str | None
    protocol_id: str
    protocol_version: str
    enrolled: date
    timezone: str
    can_become_pregnant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The facts of one course that stand, each kind in order of its days, same day in order of recording."""

    course: Course
    first_dose_planned: date
    projection: Projection | None = None
    prescribed: tuple[Prescribed, ...] = ()
    doses: tuple[Dose, ...] = ()
    weights: tuple[Weight, ...] = ()
    done: tuple[Done, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    """In order of recording: the last one for a key holds."""
    pauses: tuple[Pause | Resume, ...] = ()
    stop: Stop | None = None
    overrides: tuple[Override, ...] = ()


class State(StrEnum):
    """Where a planned item stands today."""

    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    BOOKED = "booked"
    DONE = "done"
    MISSED = "missed"

    @property
    def is_open(self) -> bool:
        """Whether the thing can still be done."""
        return self not in (State.DONE, State.MISSED)


class Phase(StrEnum):
    """Where a span stands today."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Item:
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
    done: Done | None = None

    @property
    def kind(self) -> Kind:
        """What the item is about."""
        return self.rule.kind

    @property
    def planned_day(self) -> date:
        """The day on which it is to be done: that of its appointment, else its due day."""
        return self.appointment.on if self.appointment is not None and self.state.is_open else self.due


@dataclass(frozen=True, slots=True)
class Series:
    """Days in a row with the same daily dose, both ends included; ``mg`` is None where none was prescribed."""

    key: str
    first: date
    last: date
    mg: Decimal | None


@dataclass(frozen=True, slots=True)
class SpanInPlan:
    """A time in which something is forbidden or required; ``end`` is the last restricted day."""

    key: str
    rule: Rule
    start: date
    end: date
    end_is_estimate: bool
    phase: Phase


class NoticeCode(StrEnum):
    """What a plan has to say beside its dates."""

    FIRST_DOSE_TOO_EARLY = "first-dose-too-early"
    NEW_COURSE_RULES = "new-course-rules"
    PAST_PROJECTED_END = "past-projected-end"
    LAST_DOSE_UNKNOWN = "last-dose-unknown"
    SHORTENED_BY_CLINIC = "shortened-by-clinic"
    POSITIVE_TEST = "positive-test"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a person must be told; ``values`` fill the message of its code."""

    code: NoticeCode
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
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

    @property
    def end(self) -> date:
        """The last dose, or where it is projected."""
        return self.last_dose or self.projected_last_dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done and what is forbidden, seen from ``today``."""

    today: date
    course: Course
    timeline: Timeline
    items: tuple[Item, ...]
    spans: tuple[SpanInPlan, ...]
    notices: tuple[Notice, ...]

    @property
    def entries(self) -> tuple[Item | SpanInPlan, ...]:
        """Items and spans together."""
        return (*self.items, *self.spans)

    def item(self, key: str) -> Item | None:
        """The item with this key."""
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A calendar entry as it was last written: calendars have memory, so this is the one thing remembered of a plan."""

    uid: str
    entry: str
    """Its key in the plan's calendar, such as ``visit/2``."""
    sequence: int
    digest: str
    stamp: datetime
    cancelled: bool
    content: str
    """The entry as JSON, from which it can be cancelled when the plan no longer has it."""
