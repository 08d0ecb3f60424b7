"""How a day of a plan came about: what was counted from which day, rounded how. The engine takes its days from it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from tracker.dates import (
    How,
    Readings,
    Span,
    add,
    readings_not_before,
    readings_of_a_lead,
    readings_of_a_permit,
    readings_of_a_tail,
)
from tracker.rules import Anchor


class Rounding(StrEnum):
    """Which of several readings of a span is taken."""

    EARLY = "early"
    """A day on which something is due: the calendar's, months clamped back."""
    NOT_BEFORE = "not-before"
    """The first day of what must not come too early: the latest."""
    LONG = "long"
    """The last day of a window that forbids: the latest."""
    LEAD = "lead"
    """The first day of a window that must have begun: the earliest."""
    SHORT = "short"
    """The last day of a window that permits: the earliest."""


class Reckoning(Struct, frozen=True):
    """A span counted from a day."""

    anchor: Anchor
    """What the day is."""
    since: date
    span: Span
    rounding: Rounding
    after: int = 0
    """The ordinal of the item whose doing it is counted from; 0 where it is the anchor itself."""
    counts_first_day: bool = False
    """Whether the day itself is the first one of the span."""
    days_more: int = 0
    """Days that a pack lasts longer by what was logged in it; below 0 less long."""

    @property
    def readings(self) -> Readings:
        """The days by each way of reading the span."""
        match self.rounding:
            case Rounding.EARLY:
                return ((How.CALENDAR, add(self.since, self.span)),)
            case Rounding.NOT_BEFORE:
                return readings_not_before(self.since, self.span)
            case Rounding.LONG:
                return readings_of_a_tail(self.since, self.span)
            case Rounding.LEAD:
                return readings_of_a_lead(self.since, self.span)
            case Rounding.SHORT:
                found = readings_of_a_permit(self.since, self.span, counts_first_day=self.counts_first_day)
                moved = timedelta(days=self.days_more)
                return tuple((how, day + moved) for how, day in found)

    @property
    def day(self) -> date:
        """The one that is taken."""
        if self.rounding is Rounding.EARLY:
            return add(self.since, self.span)
        days = [day for _how, day in self.readings]
        return max(days) if self.rounding in (Rounding.NOT_BEFORE, Rounding.LONG) else min(days)
