"""The days that rules hang on: when a course began, when it ends or is projected to, its days with capsules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tracker.capsules import (
    Days,
    days_off,
    holds,
    is_within,
    pauses,
    prescribed_mg,
    start_weight,
    stated_before,
    taken_mg,
)
from tracker.dates import Span, add
from tracker.history import History
from tracker.plan import Series, Timeline

_DAY = timedelta(days=1)
_LONGEST_SIMULATION = 3653
"""Days after which a target that is not reached is given up (ten years)."""


def timeline(history: History, today: date, default_duration: Span) -> Timeline:
    """The days that rules hang on, seen from ``today``.

    The last dose of a stopped course is the later of the recorded last dose and the last one logged as taken; an
    assumed dose never moves it.
    """
    first_dose = _first_dose(history)
    last_taken = next((dose.on for dose in reversed(history.doses) if dose.taken), None)
    last_dose = max(history.stop.on, last_taken or history.stop.on) if history.stop else None
    projected = _projected_last_dose(history, first_dose, today, default_duration)
    if last_taken is not None and last_taken > projected:
        projected = last_taken
    overrun = last_dose is None and today > projected
    return Timeline(
        enrolled=history.course.enrolled,
        first_dose=first_dose,
        last_dose=last_dose,
        last_dose_is_known=history.stop is None or history.stop.date_known,
        projected_last_dose=today if overrun else projected,
        overrun=overrun,
        paused_since=_goes_on_since(pauses(history)) if last_dose is None else None,
        held_since=_goes_on_since(holds(history)),
    )


def _first_dose(history: History) -> date:
    """The planned day, or the first dose logged as taken where that came on it or before it.

    A person may log no dose for weeks and then one: the days before it are assumed taken. So a dose logged after the
    planned day is the first only where every day from the planned one until it was logged as missed.
    """
    planned = history.first_dose_planned
    first = next((dose.on for dose in history.doses if dose.taken), None)
    if first is None or first <= planned:
        return first or planned
    missed = {dose.on for dose in history.doses if not dose.taken and planned <= dose.on < first}
    return first if len(missed) == (first - planned).days else planned


def _goes_on_since(periods: Days) -> date | None:
    return periods[-1][0] if periods and periods[-1][1] is None else None


def _projected_last_dose(history: History, first_dose: date, today: date, default: Span) -> date:
    projection = history.projection
    if projection is not None and projection.until is not None:
        return max(projection.until, first_dose)
    if projection is not None and projection.target is not None:
        reached = _day_target_is_reached(history, projection.target, first_dose, today)
        if reached is not None:
            return reached
    duration = projection.duration if projection is not None and projection.duration is not None else default
    without = sum(((end or max(today, start)) - max(start, first_dose)).days
                  for start, end in days_off(history) if end is None or end > first_dose)  # fmt: skip
    return add(first_dose, duration) + timedelta(days=max(without, 0))


def _day_target_is_reached(history: History, target: Decimal, first_dose: date, today: date) -> date | None:
    """Simulate day by day over the log, then the planned steps and pauses; None where it is never reached."""
    kg = start_weight(history, first_dose)
    if kg is None or not history.prescribed:
        return None
    remaining = target * kg
    logged = {dose.on: dose for dose in history.doses}
    # A pause that goes on is taken to end today, or on its first day where that lies ahead.
    without = [(start, end or max(today, start)) for start, end in days_off(history)]
    day = first_dose
    stated = stated_before(history, first_dose)
    if stated is not None:
        day, mg = stated
        before = (dose for dose in history.doses if first_dose <= dose.on < day)
        remaining -= max(mg, sum((taken_mg(history, one.on, one.taken, one.mg) for one in before), Decimal(0)))
        if remaining <= 0:
            return day - _DAY
    for _ in range(_LONGEST_SIMULATION):
        dose = logged.get(day)
        if dose is not None:
            remaining -= taken_mg(history, day, dose.taken, dose.mg)
        elif not any(start <= day < end for start, end in without):
            remaining -= prescribed_mg(history, day) or 0
        if remaining <= 0:
            return day
        day += _DAY
    return None


def daily_series(history: History, line: Timeline) -> list[Series]:
    """The days with capsules in a row: a new series at each dose step and after each pause or hold.

    Each is named by what begins it and its number in the order of days, whatever was recorded first.
    """
    without = days_off(history)
    begins = {line.first_dose: "first"}
    begins |= {
        fact.on: f"dose-{number}"
        for number, fact in enumerate(history.prescribed, start=1)
        if fact.on > line.first_dose
    }
    begins |= {end: f"resume-{number}" for number, (_start, end) in enumerate(without, start=1) if end is not None}
    days = sorted(day for day in begins if day >= line.first_dose)
    last = history.stop.on if history.stop is not None else line.end
    found = []
    for day, following in zip(days, [*days[1:], date.max], strict=True):
        ends = [last, following - _DAY, *(start - _DAY for start, _end in without if start > day)]
        if not is_within(without, day) and day <= min(ends):
            found.append(Series(begins[day], day, min(ends), prescribed_mg(history, day)))
    return found
