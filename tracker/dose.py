"""Doses: when a course began, when it ends or is projected to end, and how much has been taken.

Milligrams are Decimal. Between the first dose and today every prescribed day counts as taken unless it was
logged otherwise (*assumed*): but not in a pause, not after the day that a stop names, and not from a positive test or a
risk of pregnancy on until the clinic has cleared it. Milligrams per kilogram always use the start weight, see
:func:`start_weight`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.dates import Span, add
from tracker.history import History
from tracker.model import Cleared, Done, Pause, Risk, TestResult
from tracker.plan import Series, Timeline

Days = list[tuple[date, date | None]]
"""Periods: the first day of each and the first day after it, None where it goes on."""
Danger = Done | Risk
"""A positive test, or a pregnancy that is possible although no test says so."""

DAY = timedelta(days=1)
_LONGEST_SIMULATION = 3653
"""Days after which a target that is not reached is given up (ten years)."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What has been taken until a day: milligrams logged, milligrams assumed, and per kilogram of start weight."""

    logged_mg: Decimal
    assumed_mg: Decimal
    start_weight_kg: Decimal | None

    @property
    def total_mg(self) -> Decimal:
        """Logged and assumed together."""
        return self.logged_mg + self.assumed_mg

    @property
    def mg_per_kg(self) -> Decimal | None:
        """Cumulative dose on the start weight; None without a weight."""
        return self.total_mg / self.start_weight_kg if self.start_weight_kg else None


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


def intake(history: History, line: Timeline, today: date) -> Intake:
    """What has been taken from the first dose until ``today`` or the last dose."""
    logged = {dose.on: dose for dose in history.doses}
    until = min(today, line.last_dose or today)
    # A capsule found after the stop counts for itself; the days between are not assumed.
    assumed_until = min(until, history.stop.on if history.stop else until)
    logged_mg = assumed_mg = Decimal(0)
    without = days_off(history)
    day = line.first_dose
    while day <= until:
        dose = logged.get(day)
        if dose is not None:
            logged_mg += _taken_mg(history, day, dose.taken, dose.mg)
        elif day <= assumed_until and not _is_within(without, day):
            assumed_mg += prescribed_mg(history, day) or 0
        day += DAY
    return Intake(logged_mg, assumed_mg, start_weight(history, line.first_dose))


def start_weight(history: History, first_dose: date) -> Decimal | None:
    """Kilograms at the start: the last weight measured until the first dose, else the first one after it."""
    before = [weight.kg for weight in history.weights if weight.on <= first_dose]
    return before[-1] if before else history.weights[0].kg if history.weights else None


def prescribed_mg(history: History, day: date) -> Decimal | None:
    """The daily dose prescribed on ``day``, in milligrams; before the first prescription the first one."""
    if not history.prescribed:
        return None
    index = bisect_right(history.prescribed, day, key=lambda prescribed: prescribed.on)
    return history.prescribed[max(index - 1, 0)].mg


def is_paused(history: History, day: date) -> bool:
    """Whether ``day`` is a day without a capsule."""
    return _is_within(pauses(history), day)


def _is_within(periods: Days, day: date) -> bool:
    return any(start <= day and (end is None or day < end) for start, end in periods)


def pauses(history: History) -> Days:
    """Each pause: its first day without a capsule, and the first day with one again."""
    periods: Days = []
    start: date | None = None
    for fact in history.pauses:
        if isinstance(fact, Pause):
            start = fact.on if start is None else start
        elif start is not None:
            periods.append((start, fact.on))
            start = None
    if start is not None:
        periods.append((start, None))
    return periods


def dangers(history: History) -> list[Danger]:
    """Positive tests and risks of pregnancy that the clinic has not cleared, in order of their days."""
    standing = [one for one in _every_danger(history) if not any(_clears(word, one) for word in history.cleared)]
    return sorted(standing, key=lambda one: (one.on, one.id))


def holds(history: History) -> Days:
    """From each positive test or risk of pregnancy until the day on which the clinic cleared it."""
    return _merged([
        (one.on, min((word.on for word in history.cleared if _clears(word, one)), default=None))
        for one in _every_danger(history)
    ])  # fmt: skip


def _every_danger(history: History) -> list[Danger]:
    return [*(fact for fact in history.done if fact.result is TestResult.POSITIVE), *history.risks]


def _clears(word: Cleared, fact: Danger) -> bool:
    """Of one day the order of recording tells: a test that came after the word is not settled by it."""
    return word.on > fact.on or (word.on == fact.on and word.id > fact.id)


def days_off(history: History) -> Days:
    """The days on which no capsule is to be taken: pauses, and what a positive test or a risk forbids."""
    return _merged([*pauses(history), *holds(history)])


def _merged(periods: Days) -> Days:
    """The same days in periods that neither meet nor overlap; empty ones are left out."""
    merged: Days = []
    for start, end in sorted(periods, key=lambda period: (period[0], period[1] or date.max)):
        if end is not None and end <= start:
            continue
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            before, until = merged[-1]
            merged[-1] = (before, None if until is None or end is None else max(until, end))
        else:
            merged.append((start, end))
    return merged


def _goes_on_since(periods: Days) -> date | None:
    return periods[-1][0] if periods and periods[-1][1] is None else None


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
        ends = [last, following - DAY, *(start - DAY for start, _end in without if start > day)]
        if not _is_within(without, day) and day <= min(ends):
            found.append(Series(begins[day], day, min(ends), prescribed_mg(history, day)))
    return found


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
    for _ in range(_LONGEST_SIMULATION):
        dose = logged.get(day)
        if dose is not None:
            remaining -= _taken_mg(history, day, dose.taken, dose.mg)
        elif not any(start <= day < end for start, end in without):
            remaining -= prescribed_mg(history, day) or 0
        if remaining <= 0:
            return day
        day += DAY
    return None


def _taken_mg(history: History, day: date, taken: bool, mg: Decimal | None) -> Decimal:  # noqa: FBT001
    if not taken:
        return Decimal(0)
    return mg if mg is not None else prescribed_mg(history, day) or Decimal(0)
