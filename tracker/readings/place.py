"""Where a day lies in the courses of a patient: the n-th day of one, or so many days after its last capsule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from tracker.plan import Timeline


class Place(Struct, frozen=True):
    """Where a day lies; before every course it is neither."""

    day: int | None = None
    """The n-th day, from the first capsule to the last."""
    after: int | None = None
    """So many days after the last capsule of a course that has ended."""


def place(on: date, lines: Iterable[Timeline]) -> Place:
    """Where a day lies in the course that began last by then."""
    line = max((one for one in lines if one.first_dose <= on), key=lambda one: one.first_dose, default=None)
    if line is None:
        return Place()
    if line.last_dose is not None and on > line.last_dose:
        return Place(after=(on - line.last_dose).days)
    return Place(day=(on - line.first_dose).days + 1)
