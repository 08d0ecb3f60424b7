"""Days along the foot of a picture: the column of each, to scale, and which of them are named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct
from rich.cells import cell_len

from tracker.i18n import active

_GAP = 2
"""Columns between two names at least."""
_STEPS_OF_DAYS, _STEPS_OF_MONTHS = (1, 2, 7, 14), (1, 2, 3, 6, 12, 24, 60, 120)
_MONTHS_OF_A_YEAR = 12
_MOST_DAYS = 70
"""Days of a time whose months are not named, but its weeks."""
_MOST_NAMES = 12


class Time(Struct, frozen=True):
    """The days of a picture, with those that are named by what they are."""

    first: date
    last: date
    named: tuple[tuple[date, str], ...] = ()
    round: tuple[date, ...] | None = None
    """The days that are named besides where there is room; firsts of months, or single days, where it is not said."""


class Axis(Struct, frozen=True):
    """So many columns for the days from the first to the last."""

    first: date
    last: date
    columns: int

    @property
    def days(self) -> int:
        """From the first day to the last."""
        return (self.last - self.first).days

    def column(self, on: date) -> int:
        """Where a day stands: the first one in the first column, the last one in the last, the others to scale."""
        if not self.days:
            return 0
        return ((on - self.first).days * (self.columns - 1) + self.days // 2) // self.days

    def day(self, column: int) -> date:
        """The last day that stands in a column, or left of it where none stands there."""
        if not self.days or self.columns == 1:
            return self.last
        number = ((column + 1) * self.days - self.days // 2 - 1) // (self.columns - 1)
        return self.first + timedelta(days=min(number, self.days))

    def names(self, time: Time) -> list[tuple[int, str]]:
        """The days that are named, by their columns: the ends, those with a name, round ones where there is room."""
        wanted = [(self.first, active().bare_day(self.first)), (self.last, active().bare_day(self.last)), *time.named]
        found: list[tuple[int, str]] = []
        for on, name in wanted:
            self._name(found, on, name)
        for on in self._round() if time.round is None else time.round:
            self._name(found, on, active().bare_day(on))
        return sorted(found)

    def _name(self, found: list[tuple[int, str]], on: date, name: str) -> None:
        if not self.first <= on <= self.last or cell_len(name) > self.columns:
            return
        begin = self.begin(self.column(on), name)
        end = begin + cell_len(name) + _GAP
        others = [(self.begin(column, other), cell_len(other) + _GAP) for column, other in found]
        if all(end <= at or at + width <= begin for at, width in others):
            found.append((self.column(on), name))

    def begin(self, column: int, name: str) -> int:
        """Where the name of a column begins: below it, and never beyond the picture."""
        return max(min(column - cell_len(name) // 2, self.columns - cell_len(name)), 0)

    def _round(self) -> Iterator[date]:
        room = cell_len(active().bare_day(self.last)) + _GAP
        most = min(max(self.columns // room - 1, 0), _MOST_NAMES)
        if not most:
            return
        if self.days < _MOST_DAYS:
            step = next((one for one in _STEPS_OF_DAYS if self.days <= one * (most + 1)), self.days)
            yield from (self.first + timedelta(days=at) for at in range(step or 1, self.days, step or 1))
            return
        step = next((one for one in _STEPS_OF_MONTHS if self.days <= one * 30 * (most + 1)), _STEPS_OF_MONTHS[-1])
        number = self.first.year * _MONTHS_OF_A_YEAR + self.first.month - 1
        number += -number % step
        while (on := date(number // _MONTHS_OF_A_YEAR, number % _MONTHS_OF_A_YEAR + 1, 1)) < self.last:
            yield on
            number += step
