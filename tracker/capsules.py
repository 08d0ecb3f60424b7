"""Days with and without a capsule: pauses, what a positive test or a risk forbids, and what is prescribed on a day.

Milligrams and kilograms are Decimal. Milligrams per kilogram always use the start weight, see :func:`start_weight`.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal

from tracker.facts import Cleared, Done, Pause, Risk, TestResult
from tracker.history import History

Days = list[tuple[date, date | None]]
"""Periods: the first day of each and the first day after it, None where it goes on."""
Danger = Done | Risk
"""A positive test, or a pregnancy that is possible although no test says so."""


def dangers(history: History) -> list[Danger]:
    """Positive tests and risks of pregnancy that the clinic has not cleared, in order of their days."""
    standing = [one for one in _every_danger(history) if not any(_clears(word, one) for word in history.cleared)]
    return sorted(standing, key=lambda one: (one.on, one.id))


def _every_danger(history: History) -> list[Danger]:
    return [*(fact for fact in history.done if fact.result is TestResult.POSITIVE), *history.risks]


def _clears(word: Cleared, fact: Danger) -> bool:
    """Of one day the order of recording tells: a test that came after the word is not settled by it."""
    return word.on > fact.on or (word.on == fact.on and word.id > fact.id)


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


def is_paused(history: History, day: date) -> bool:
    """Whether ``day`` is a day without a capsule."""
    return is_within(pauses(history), day)


def holds(history: History) -> Days:
    """From each positive test or risk of pregnancy until the day on which the clinic cleared it."""
    return _merged([
        (one.on, min((word.on for word in history.cleared if _clears(word, one)), default=None))
        for one in _every_danger(history)
    ])  # fmt: skip


def days_off(history: History) -> Days:
    """The days on which no capsule is to be taken: pauses, and what a positive test or a risk forbids."""
    return _merged([*pauses(history), *holds(history)])


def is_within(periods: Days, day: date) -> bool:
    """Whether the day lies in one of the periods."""
    return any(start <= day and (end is None or day < end) for start, end in periods)


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


def taken_mg(history: History, day: date, taken: bool, mg: Decimal | None) -> Decimal:  # noqa: FBT001
    """The milligrams of a day that was logged: as prescribed where it has none of its own."""
    if not taken:
        return Decimal(0)
    return mg if mg is not None else prescribed_mg(history, day) or Decimal(0)


def stated_before(history: History, first_dose: date) -> tuple[date, Decimal] | None:
    """The day before which a total was said to have been taken, and its milligrams; None where none was said."""
    earlier = history.earlier
    if earlier is None or earlier.taken is None or earlier.on <= first_dose:
        return None
    return earlier.on, earlier.taken
