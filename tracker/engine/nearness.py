"""Whether a day can be meant at all: it has come, and lies not too long before the course."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.dates import Span, Unit, add
from tracker.engine.view import View
from tracker.errors import N_, InputError
from tracker.rules import Kind

A_YEAR = timedelta(days=366)
LONGEST_BEFORE_THE_COURSE = timedelta(days=60)
"""What belongs to the beginning is done so long before it at most: twice the month that the programmes ask for
(the longest window before a first capsule is 29 days). Our own bound against slips, no clinical value."""
SOON_BEFORE = frozenset({Kind.ATTESTATION, Kind.VISIT, Kind.PREGNANCY_TEST, Kind.PICK_UP, Kind.REVIEW})
"""Blood and contraception may be older."""


def has_happened(on: date, today: date) -> None:
    """Raise InputError for a day that has not come yet."""
    if on > today:
        raise InputError(
            N_("{on} has not come yet (today is {today})"), N_("only what has happened is logged"), on=on, today=today
        )


def not_long_before(on: date, view: View | None) -> None:
    """Raise InputError for a day that is years too early."""
    if view is not None and on < min(view.history.enrolled, view.plan.timeline.first_dose) - A_YEAR:
        raise InputError(
            N_("{on} is more than a year before the course ({start})"), on=on, start=view.plan.timeline.first_dose
        )


def soon_before(on: date, view: View | None, today: date) -> None:
    """Raise InputError for a day that is some months too early: the year may be a slip."""
    if view is None:
        return
    begin = min(view.history.enrolled, view.plan.timeline.first_dose)
    earliest = begin - LONGEST_BEFORE_THE_COURSE
    if on >= earliest:
        return
    others = (add(on, Span(12 * later, Unit.MONTH)) for later in range(1, today.year - on.year + 1))
    meant = next((day for day in others if earliest <= day <= today), None)
    raise InputError(
        N_("{on} is more than {days} days before the course ({start})"),
        N_("was {meant} meant?") if meant is not None else None,
        on=on, days=LONGEST_BEFORE_THE_COURSE.days, start=view.plan.timeline.first_dose, meant=meant,
    )  # fmt: skip


def exists_in(local: datetime, timezone: str) -> None:
    """Raise InputError for a local time that the zone's clocks skip."""
    zone = ZoneInfo(timezone)
    there = local.replace(tzinfo=zone)
    if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise InputError(N_("{time} does not exist in {zone}: the clocks go forward over it"),
                         time=local.strftime("%Y-%m-%d %H:%M"), zone=timezone)  # fmt: skip
