"""How long a pack lasts: for the days that its programme gives it, longer or less long by what was logged in them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import ceil

from tracker.capsules import Days, Regimen, days_off, regimen_of
from tracker.facts import Dose
from tracker.history import History
from tracker.pattern import Intakes, total

_DAY = timedelta(days=1)
_SOMETHING: Intakes = (Decimal(1),)
"""What a day takes where nothing is prescribed: as much as any other."""


class Packs:
    """The packs of a course: each holds what was prescribed for its days, and is used up as was logged.

    A day without a capsule, paused, held or logged as missed, leaves what it would have taken to a day that takes just
    the same: whether it makes another dose nobody knows. What was taken beyond the prescription is missing at the end,
    in whole days; a smaller dose leaves nothing, as a capsule cannot be halved. So the last day is never later than the
    capsules last. Time off that goes on leaves nothing yet.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[tuple[date, date], int] = {}

    def days_more(self, first: date, last: date) -> int:
        """By how many days a pack lasts longer than its days, from ``first`` to ``last``; below 0 less long."""
        if (first, last) not in self._known:
            self._known[first, last] = self._days_more(first, last)
        return self._known[first, last]

    @cached_property
    def _off(self) -> Days:
        return days_off(self._history)

    @cached_property
    def _regimen(self) -> Regimen:
        return regimen_of(self._history)

    @cached_property
    def _doses(self) -> dict[date, Dose]:
        return {dose.on: dose for dose in self._history.doses}

    def _days_more(self, first: date, last: date) -> int:
        begins = self._regimen.begins
        planned = Regimen(self._regimen.steps, (begins[0], *(day for day in begins[1:] if day <= first)))
        days = (first + number * _DAY for number in range((last - first).days + 1))
        pack = Counter(filter(None, (_intakes(planned, day) for day in days)))
        return (self._first_without(pack, first) - _next_capsule(planned, last + _DAY)).days

    def _first_without(self, pack: Counter[Intakes], first: date) -> date:
        """The first day whose dose is not in a pack of so many days' doses any more."""
        day = first
        while True:
            dose, is_empty = self._doses.get(day), not any(pack.values())
            is_taken = dose is not None and dose.taken
            if is_empty and (is_taken or _intakes(self._regimen, day)):
                return day
            again = next((end for start, end in self._off if end is not None and start <= day < end), None)
            if again is None and (dose is None or is_taken) and not self._is_taken_from(pack, day, dose):
                return day
            day = again if again is not None and not is_empty else day + _DAY

    def _is_taken_from(self, pack: Counter[Intakes], day: date, dose: Dose | None) -> bool:
        """Take the dose of a day out of a pack; whether it was in it."""
        usual = _intakes(self._regimen, day)
        if dose is not None and self._regimen.steps:
            usual = self._regimen.intakes_logged(day, taken=True, mg=None)
        if not usual:
            return True
        if not pack[usual]:
            return False
        pack[usual] -= 1
        excess = Decimal(0)
        if dose is not None and dose.mg is not None and self._regimen.steps:
            excess = dose.mg - total(usual)
        if excess > sum(total(one) * count for one, count in pack.items()):
            return False
        for one in pack if excess > 0 else ():
            # Of which capsules it was nobody knows: it is missing of each.
            pack[one] = max(pack[one] - ceil(excess / total(one)), 0)
        return True


def _intakes(regimen: Regimen, day: date) -> Intakes:
    return regimen.intakes(day) if regimen.steps else _SOMETHING


def _next_capsule(regimen: Regimen, day: date) -> date:
    return regimen.next_capsule(day) or day
