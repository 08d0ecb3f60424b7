"""Alcohol of the page's time, beside the blood values that it may raise: its days, or where they are many its weeks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts.observation import Observation
from tracker.i18n import active, number

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report

_CODE, _FAMILY = "alcohol", "habit"
_DAYS, _WEEKS = 8, 8
"""Days that are named at most, beyond them weeks; and how many of those, but for the full page."""


def line(found: Report, *, is_full: bool) -> str | None:
    """The days with their amounts; None where none was recorded. A day that was said to be without is none."""
    days = _days(found)
    if not days:
        return None
    if len(days) <= _DAYS:
        return filled(N_("Alcohol: {days}"), days=_listed(days))
    weeks: dict[date, Decimal | None] = {}
    for day, amount in days.items():
        monday = day - timedelta(days=day.weekday())
        so_far = weeks.get(monday, Decimal(0))
        weeks[monday] = None if amount is None or so_far is None else so_far + amount
    named = weeks if is_full else dict(list(weeks.items())[-_WEEKS:])
    message = N_("Alcohol, sums of the weeks from: {days}")
    if len(named) < len(weeks):
        message = N_("Alcohol, sums of the last weeks, from: {days}")
    return filled(message, days=_listed(named))


def _days(found: Report) -> dict[date, Decimal | None]:
    """By day what was recorded last of it, the oldest first; None where that has no amount."""
    entries = (
        one
        for view in found.views
        for one in view.history.all(Observation)
        if (one.family, one.code) == (_FAMILY, _CODE) and one.on <= found.today and found.is_in_it(one.on)
    )
    by_day = {one.on: one.value for one in sorted(entries, key=lambda one: (one.on, one.id))}  # fmt: skip
    return {day: amount for day, amount in by_day.items() if amount != 0}


def _listed(amounts: dict[date, Decimal | None]) -> Listed:
    """Days with amounts; one whose amount is not known has none."""
    day = active().bare_day
    return Listed(tuple(
        day(on) if amount is None else Phrase(N_("{what} ({note})"), {"what": day(on), "note": number(amount)})
        for on, amount in amounts.items()
    ))  # fmt: skip
