"""The facts of a course: frozen values that say what happened or was decided, on the patient's local dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from tracker.dates import Span
from tracker.rules import Kind


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
    """A thing that the plan asks for was done: a visit, a blood test, a pregnancy test, a consent ...

    Which item it counts for is derived from its day, see :mod:`tracker.engine.assigner`.
    """

    kind: Kind
    pin: str | None = None
    """Key of the item that a person named for it; None where none was named."""
    clinic_confirmed: bool = False
    """Whether the clinic itself counts it for that item, outside the item's days."""
    result: TestResult | None = None

    @property
    def awaits_result(self) -> bool:
        """Whether it is a test whose result is not known yet."""
        return self.kind is Kind.PREGNANCY_TEST and self.result is None


class RiskKind(StrEnum):
    """Why a pregnancy is possible although no test says so."""

    UNPROTECTED = "unprotected"
    MISSED_PERIOD = "missed-period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Fact):
    """A pregnancy is possible: the clinic has to be asked before the next capsule."""

    what: RiskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared(Fact):
    """The clinic's word that a positive test or a risk of pregnancy of this day or before is settled."""


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
