"""In which phase of a course a day lies, as the skin knows it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.dates import Span, last_restricted_day


class Phase(StrEnum):
    """A part of the course, in order."""

    BEFORE = "before"
    FIRST_WEEKS = "first-weeks"
    DURING = "during"
    AFTER = "after"


def phase(day: date, first_dose: date, last_dose: date | None, first_weeks: Span) -> Phase:
    """The phase of a day."""
    if day < first_dose:
        return Phase.BEFORE
    if last_dose is not None and day > last_dose:
        return Phase.AFTER
    return Phase.FIRST_WEEKS if day < last_restricted_day(first_dose, first_weeks) else Phase.DURING
