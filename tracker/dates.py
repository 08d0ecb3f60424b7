"""Spans of time as the sources write them, and the four ways of rounding them.

Months, weeks and days are different units and stay so. Every function takes and gives local calendar
dates. The readings that each rounding takes into account are listed in the clinical notes, section I
(Japanese Civil Code art. 140-143 among them).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from msgspec import Struct

if TYPE_CHECKING:
    from typing import Self

DAYS_IN_A_MONTH = 30
"""The days of a month in the sources that count days ("30-day supply")."""

_DAY = timedelta(days=1)
_ISO_SPAN = re.compile(r"(-?)P([0-9]{1,4})([DWM])", re.ASCII)


class Unit(StrEnum):
    """What a span counts; the value is its ISO 8601 designator."""

    DAY = "D"
    WEEK = "W"
    MONTH = "M"


TEN_YEARS = {Unit.DAY: 3650, Unit.WEEK: 520, Unit.MONTH: 120}
"""The longest span that a programme or a clinic may set, by unit: far beyond every real one, and soon planned."""


class Span(Struct, frozen=True):
    """A whole number of days, weeks or months; negative means before."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``P1M``, ``P4W``, ``P30D`` or ``-P1D``; raise ValueError for anything else."""
        match = _ISO_SPAN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        sign, count, unit = match.groups()
        return cls(-int(count) if sign else int(count), Unit(unit))

    def __str__(self) -> str:
        return f"{'-' if self.count < 0 else ''}P{abs(self.count)}{self.unit.value}"

    def __mul__(self, times: int) -> Span:
        return Span(self.count * times, self.unit)

    def __add__(self, other: Span) -> Span:
        """Sum of two spans of one unit; raise ValueError for two units, which have no sum."""
        if self.count and other.count and self.unit is not other.unit:
            raise ValueError(f"{self} + {other}")
        return Span(self.count + other.count, self.unit if self.count else other.unit)

    @property
    def days_at_most(self) -> int:
        """Days that the span can last, for comparing two spans (a month: 31)."""
        return self.count * {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}[self.unit]

    @property
    def is_within_ten_years(self) -> bool:
        """Whether it is no longer than :data:`TEN_YEARS`, forwards or back."""
        return abs(self.count) <= TEN_YEARS[self.unit]

    @property
    def half_in_days(self) -> int:
        """Half of the span in whole days, a month counted as 30."""
        return self.count * {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: DAYS_IN_A_MONTH}[self.unit] // 2


NOTHING = Span(0, Unit.DAY)


@lru_cache(maxsize=4096)
def _add_months(anchor: date, count: int) -> date:
    """Remembered: a command plans the same course before and after, and its rules share their days."""
    return anchor + relativedelta(months=count)


def add(anchor: date, span: Span) -> date:
    """``anchor`` plus ``span``, months clamped back to the month's end: 31 January + P1M is 28 February."""
    if span.unit is Unit.MONTH:
        return _add_months(anchor, span.count)
    return anchor + timedelta(days=span.count if span.unit is Unit.DAY else span.count * 7)


due_early = add
"""A due date is rounded early: calendar months, clamped back where the day is missing."""


class How(StrEnum):
    """How a source may be read that says so many days, weeks or months."""

    COUNTED = "counted"
    """Days and weeks have one reading."""
    CALENDAR = "calendar"
    """The same day of another month, its end where it has no such day."""
    ROLLED_FORWARD = "rolled-forward"
    """The same day of another month, the 1st of the next one where it has no such day."""
    THIRTY_DAYS = "thirty-days"
    """A month is 30 days."""
    CIVIL_LAW = "civil-law"
    """A period that begins on the following day; from a month's end it is that of month ends too."""


Readings = tuple[tuple[How, date], ...]
"""The days that a span gives by each way of reading it."""


def readings_not_before(anchor: date, span: Span) -> Readings:
    """Those of which :func:`not_before` takes the latest."""
    if span.unit is not Unit.MONTH:
        return ((How.COUNTED, add(anchor, span)),)
    return (
        (How.ROLLED_FORWARD, _roll_forward(anchor, span.count)),
        (How.THIRTY_DAYS, anchor + timedelta(days=DAYS_IN_A_MONTH * span.count)),
    )


def not_before(anchor: date, span: Span) -> date:
    """The first day that is ``span`` after ``anchor`` by every reading, for what must not come too early.

    For months: the later of 30 days each and the calendar month, rolled forward where the day is missing.
    """
    return max(day for _how, day in readings_not_before(anchor, span))


def readings_of_a_tail(last_dose: date, tail: Span) -> Readings:
    """Those of which :func:`last_restricted_day` takes the latest."""
    found = readings_not_before(last_dose, tail)
    if tail.unit is not Unit.MONTH or tail.count == 0:
        return found
    # A civil-law period starts on the following day; from a month's end that is the month-end reading too.
    following = last_dose + _DAY
    civil_law_end = add(following, tail)
    if civil_law_end.day == following.day:
        civil_law_end -= _DAY
    return (*found, (How.CIVIL_LAW, civil_law_end))


def last_restricted_day(last_dose: date, tail: Span) -> date:
    """The last day of a window that forbids, rounded long; the first free day is the next.

    For N months it is the latest of four readings: the calendar month rolled forward where the day is missing,
    30 x N days, month end to month end, and the end of a civil-law period (Civil Code art. 140-143).
    Days and weeks are counted from ``last_dose``, the last of them included.
    """
    return max(day for _how, day in readings_of_a_tail(last_dose, tail))


def readings_of_a_lead(first_dose: date, lead: Span) -> Readings:
    """Those of which :func:`lead_start` takes the earliest."""
    start = add(first_dose, lead * -1)
    if lead.unit is not Unit.MONTH:
        return ((How.COUNTED, start),)
    return (How.CALENDAR, start), (How.THIRTY_DAYS, first_dose - timedelta(days=DAYS_IN_A_MONTH * lead.count))


def lead_start(first_dose: date, lead: Span) -> date:
    """The first day of a window that must have begun ``lead`` before ``first_dose``, rounded long."""
    return min(day for _how, day in readings_of_a_lead(first_dose, lead))


def readings_of_a_permit(opened: date, length: Span, *, counts_first_day: bool) -> Readings:
    """Those of which :func:`permit_end` takes the earliest."""
    less = _DAY if counts_first_day else timedelta(0)
    end = add(opened, length) - less
    if length.unit is not Unit.MONTH:
        return ((How.COUNTED, end),)
    return (How.CALENDAR, end), (How.THIRTY_DAYS, opened + timedelta(days=DAYS_IN_A_MONTH * length.count) - less)


def permit_end(opened: date, length: Span, *, counts_first_day: bool) -> date:
    """The last day of a window that permits, rounded short.

    With ``counts_first_day`` the day that opens the window is its day 1: seven days from the 1st end on the 7th.
    """
    return min(day for _how, day in readings_of_a_permit(opened, length, counts_first_day=counts_first_day))


def permit_start(due: date, length: Span) -> date:
    """The first day of a window that permits a thing so long before ``due``, rounded short."""
    start = add(due, length * -1)
    if length.unit is Unit.MONTH:
        start = max(start, due - timedelta(days=DAYS_IN_A_MONTH * length.count))
    return start


def _roll_forward(anchor: date, months: int) -> date:
    clamped = add(anchor, Span(months, Unit.MONTH))
    return clamped if clamped.day == anchor.day else clamped + _DAY
