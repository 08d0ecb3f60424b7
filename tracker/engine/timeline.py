"""The days that rules hang on: when a course began, when it ends or is projected to, its days with capsules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import (
    Days,
    Regimen,
    days_off_until,
    first_dose,
    holds,
    is_within,
    pauses,
    regimen_of,
    start_weight,
    suspended,
)
from tracker.dates import Span, add
from tracker.facts.intake import Product
from tracker.history import History
from tracker.plan import EndFrom, Series, Timeline
from tracker.walk import LONGEST, projected

_DAY = timedelta(days=1)


def timeline(history: History, today: date, default_duration: Span) -> Timeline:
    """The days that rules hang on, seen from ``today``.

    The last dose of a stopped course is the later of the recorded last dose and the last one logged as taken; an
    assumed dose never moves it.
    """
    first = first_dose(history)
    last_taken = next((dose.on for dose in reversed(history.doses) if dose.taken), None)
    last_dose = max(history.stop.on, last_taken or history.stop.on) if history.stop else None
    expected = _expected(history, first, today, default_duration)
    projected = max(expected.on, last_taken or expected.on)
    overrun = last_dose is None and today > projected
    if last_dose is not None and history.stop is not None:
        is_known = EndFrom.STOP if history.stop.date_known else EndFrom.LATEST
        end_from = is_known if last_dose == history.stop.on else EndFrom.LOGGED
    elif overrun:
        end_from = EndFrom.OVERRUN
    else:
        end_from = expected.end_from if projected == expected.on else EndFrom.LOGGED
    return Timeline(
        enrolled=history.enrolled,
        first_dose=first,
        last_dose=last_dose,
        last_dose_is_known=history.stop is None or history.stop.date_known,
        projected_last_dose=today if overrun else projected,
        overrun=overrun,
        paused_since=_goes_on_since(pauses(history)) if last_dose is None else None,
        held_since=_goes_on_since(holds(history)),
        end_from=end_from,
        duration=expected.duration,
        days_off=expected.days_off if end_from is expected.end_from else 0,
    )


def _goes_on_since(periods: Days) -> date | None:
    return periods[-1][0] if periods and periods[-1][1] is None else None


class _Expected(Struct, frozen=True):
    """When the last capsule is expected, and from what."""

    on: date
    end_from: EndFrom
    duration: Span | None = None
    days_off: int = 0


def _expected(history: History, first: date, today: date, default: Span) -> _Expected:
    projection = history.projection
    if projection is not None and projection.until is not None:
        return _Expected(max(projection.until, first), EndFrom.UNTIL)
    if projection is not None and projection.target is not None:
        reached = _day_target_is_reached(history, projection.target, first, today)
        if reached is not None:
            return _Expected(reached, EndFrom.TARGET)
    said = projection.duration if projection is not None else None
    duration = said or default
    without = sum((end - max(start, first)).days
                  for start, end in days_off_until(history, today) if end is not None and end > first)  # fmt: skip
    days_off_so_far = max(without, 0)
    last = add(first, duration) + timedelta(days=days_off_so_far)
    return _Expected(last, EndFrom.DURATION if said is not None else EndFrom.PROGRAMME, duration, days_off_so_far)


def is_out_of_reach(history: History, target: Decimal, first: date, today: date) -> bool:
    """Whether the capsules are micronised ones, by now or all of them, and too few of the others come before."""
    if all(one.made_of is not Product.MICRONISED for one in history.prescribed):
        return False
    return _day_target_is_reached(history, target, first, today) is None


def _day_target_is_reached(history: History, target: Decimal, first: date, today: date) -> date | None:
    """Simulate day by day over the log, then the planned steps and pauses; None where it is never reached.

    Where stock is kept, days beyond the capsules at hand are not assumed taken: the end, and what hangs on it, comes so
    much later. A target is one of conventional capsules.
    """
    kg = start_weight(history, first)
    if kg is None or not history.prescribed or history.stop is not None:
        return None
    remaining = target * kg
    for day in projected(history, first, today):
        if day.product is Product.CONVENTIONAL:
            remaining -= day.mg + day.stated_mg
        if remaining <= 0:
            return day.on
        if (day.on - first).days >= LONGEST:
            return None
    raise AssertionError  # days never end


def daily_series(history: History, line: Timeline) -> list[Series]:
    """The days with capsules: a new series at each dose step and after each pause or hold.

    Each is named by what begins it and its number in the order of days, whatever was recorded first. Doses that differ
    from day to day make several at once, which are numbered. No day of a pause or a hold is called for, and a capsule
    taken on one renames nothing.
    """
    without, regimen = suspended(history), regimen_of(history)
    begins = {line.first_dose: "first"}
    begins |= {
        fact.on: f"dose-{number}"
        for number, fact in enumerate(history.prescribed, start=1)
        if fact.on > line.first_dose
    }
    begins |= {end: f"resume-{number}" for number, (_start, end) in enumerate(without, start=1) if end is not None}
    days = sorted(day for day in begins if day >= line.first_dose)
    last = history.stop.on if history.stop is not None else line.end
    found: list[Series] = []
    for day, following in zip(days, [*days[1:], date.max], strict=True):
        ends = [last, following - _DAY, *(start - _DAY for start, _end in without if start > day)]
        if not is_within(without, day) and day <= min(ends):
            at_once = _series(regimen, begins[day], day, min(ends))
            found += [replace(one, key=f"{one.key}+{number}" if number else one.key)
                      for number, one in enumerate(sorted(at_once, key=lambda one: one.first))]  # fmt: skip
    return found


def _series(regimen: Regimen, key: str, first: date, last: date) -> Iterator[Series]:
    """The days of each dose from ``first`` until ``last``, between which no cycle begins anew."""
    step = regimen.step(first)
    if step is None:
        yield Series(key, first, last)
        return
    pattern = step.doses
    size = len(pattern.days)
    start = pattern.place(first, regimen.origin(first))
    for intakes, numbers in pattern.groups():
        # By the day of the week one series has them all; otherwise it is one for each day of the cycle.
        for places in [numbers] if pattern.weekly else [(number,) for number in numbers]:
            begins = [first + _DAY * ((place - start) % size) for place in places]
            ends = [day + _DAY * ((last - day).days // size * size) for day in begins if day <= last]
            if ends and pattern.weekly:
                yield Series(key, min(begins), max(ends), intakes, weekdays=places)
            elif ends:
                yield Series(key, begins[0], ends[0], intakes, size)
