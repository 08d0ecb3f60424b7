"""What is measured in blood, as values: analytes with their units, their ranges of reference and their limits.

Amounts are exact decimals and are compared by multiplying, never by dividing: no limit is met or missed by a rounding.
Named tuples, which are made in a fraction of the time of data classes: ``log blood`` is to be as quick as ``log dose``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tracker.rules import Sex, Text


class Level(StrEnum):
    """How much a finding asks of the patient, the least first."""

    WATCH = "watch"
    CONTACT = "contact-clinic"
    NOW = "contact-clinic-now"

    @property
    def rank(self) -> int:
        """The higher, the more pressing."""
        return list(Level).index(self)


class Of(StrEnum):
    """What a limit is a multiple of."""

    UPPER = "upper-limit"
    """The upper end of the range of reference."""
    BASELINE = "baseline"
    """The last value on or before the first dose."""
    PREVIOUS = "previous"
    """The value of the draw before."""
    SHEET = "sheet"
    """The range that the laboratory printed with the value, or its mark, H or L."""


class Unit(Struct, frozen=True):
    """A unit in which an analyte is measured."""

    name: str
    aliases: tuple[str, ...] = ()
    factor: Decimal = Decimal(1)
    """How many of the analyte's first unit one of this is."""
    system: str | None = None
    """The habit of countries to which it belongs; None where all have it."""
    is_rare: bool = False
    """Whether it is offered only where the country has this habit."""


class Interval(Struct, frozen=True):
    """A range of reference in the analyte's first unit; for both sexes where none is named."""

    low: Decimal | None
    high: Decimal | None
    sex: Sex | None = None
    confirmed: bool = True


class Bound(Struct, frozen=True):
    """What a value is held against: an amount, or so many times something."""

    reached: bool
    """Whether the amount itself counts; else only what is above it."""
    value: Decimal | None = None
    """In the analyte's first unit."""
    also: Mapping[str, Decimal] | None = None
    """The same amount as it is published in other units: of a value in such a unit, that holds."""
    times: Decimal = Decimal(1)
    of: Of | None = None


class Limit(Struct, frozen=True):
    """A bound from which on a finding is made."""

    level: Level
    bound: Bound
    sources: tuple[str, ...]
    confirmed: bool = True
    symptoms: tuple[str, ...] = ()
    """It holds only together with one of these."""
    beyond: Decimal | None = None
    """It holds only for values of at least so many times the upper limit."""


AS_PRINTED = Limit(Level.WATCH, Bound(reached=False, of=Of.SHEET), sources=())
"""What the laboratory itself has found, of a value that no limit of the data finds: the sheet is the source."""


class Grade(Struct, frozen=True):
    """A CTCAE grade and the bound from which on a value has it."""

    grade: int
    bound: Bound


class Analyte(Struct, frozen=True):
    """Something that is measured in blood."""

    code: str
    name: Text
    label: Text
    """Its name in a table."""
    aliases: tuple[str, ...]
    units: tuple[Unit, ...]
    """The first is the one in which ranges and limits are said."""
    least: Decimal
    most: Decimal
    """What can be meant, in the first unit: against slips, no clinical limit."""
    asked_below: Decimal = Decimal(0)
    asked_above: Decimal = Decimal("Infinity")
    """Beyond these it is asked about before it is saved."""
    ranges: tuple[Interval, ...] = ()
    limits: tuple[Limit, ...] = ()
    grades: tuple[Grade, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    """Names that no source was seen to have."""
    grades_from_baseline: tuple[Grade, ...] = ()
    """Those that hold where the baseline was above its range."""
    is_fasting: bool = False
    """Whether it is meant to be drawn fasting."""

    def unit(self, name: str | None) -> Unit:
        """The unit of this name; the first where a newer isotrack recorded one that is not known here."""
        return next((one for one in self.units if one.name == name), self.units[0])

    def usual(self, systems: Sequence[str]) -> Unit | None:
        """The unit that is meant where none is said; None where that depends on a habit which is not known."""
        if self.units[0].system is None:
            return self.units[0]
        return next((one for system in systems for one in self.units if one.system == system), None)

    def is_plausible(self, value: Decimal, unit: Unit) -> bool:
        """Whether so much can be meant."""
        return self.least <= value * unit.factor <= self.most

    def times_beyond(self, value: Decimal, unit: Unit) -> Decimal:
        """How many times what healthy people have at most it is, or that is of it; 1 within a range, or without one."""
        found = value * unit.factor
        one_time = Decimal(1)
        return min((max(one_time, found / one.high if one.high else one_time, one.low / found if one.low else one_time)
                    for one in self.ranges if found), default=one_time)  # fmt: skip

    def is_usual(self, value: Decimal, unit: Unit) -> bool:
        """Whether so much is met, so that nobody is asked about it."""
        return self.asked_below <= value * unit.factor <= self.asked_above


class Source(Struct, frozen=True):
    """Where a number comes from."""

    id: str
    title: Text
    dated: str | None = None


class Named(Struct, frozen=True):
    """What a set of numbers is called on the screen, and its source."""

    name: str
    source: str


class Elsewhere(Struct, frozen=True):
    """Something that is on the sheet and is recorded by another command."""

    aliases: tuple[str, ...]
    command: str


class Laboratory(Struct, frozen=True):
    """Every analyte that is known, and the habits of countries."""

    analytes: tuple[Analyte, ...]
    sources: tuple[Source, ...]
    ranges: Named
    grades: Named
    countries: Mapping[str, tuple[str, ...]]
    """The systems of units of each country, the first that has a unit of an analyte holds."""
    elsewhere: tuple[Elsewhere, ...] = ()

    def analyte(self, code: str) -> Analyte | None:
        """The analyte of a code; None where a newer isotrack recorded one that is not known here."""
        return next((one for one in self.analytes if one.code == code), None)
