"""A dose as it is prescribed: what is taken on each day, in one intake or several, in turn or by the day of the week.

``20/40`` is 20 mg on the day that it begins on, 40 mg on the next, and so on; ``20/0`` is every second day; ``20+20``
is twice a day; a week has seven days from Monday on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from tracker.errors import N_, Phrase

Intakes = tuple[Decimal, ...]
"""The milligrams of each intake of a day, in order; empty for a day without a capsule."""
MOST_DAYS = 28
"""The longest cycle that can be meant; a bound against slips."""
MOST_INTAKES = 4
"""The most intakes of a day that can be meant; a bound against slips."""
_ANY = Decimal(10**6)
_A_WEEK = 7
_OF_A_WEEK = "week:"
_SECOND = 2


class Weekdays(Struct, frozen=True):
    """Days of the week, from Monday = 0."""

    numbers: tuple[int, ...]


class Pattern(Struct, frozen=True):
    """What is taken on which day; raise ValueError for what cannot be meant. The same doses are equal patterns."""

    days: tuple[Intakes, ...]
    weekly: bool = False
    """Whether the days are those of a week, from Monday; else they follow one another from a first day on."""

    def __post_init__(self) -> None:
        days = tuple(tuple(mg for mg in intakes if mg) for intakes in self.days)
        if len(days) > MOST_DAYS or (self.weekly and len(days) != _A_WEEK) or not any(days):
            raise ValueError(str(days))
        if any(len(intakes) > MOST_INTAKES or not all(0 < mg < _ANY for mg in intakes) for intakes in days):
            raise ValueError(str(days))
        sizes = [1, _A_WEEK] if self.weekly else range(1, len(days) + 1)
        size = next(size for size in sizes if days == days[:size] * (len(days) // size))
        force_setattr(self, "days", days[:size])
        force_setattr(self, "weekly", self.weekly and size == _A_WEEK)

    @classmethod
    def daily(cls, mg: Decimal) -> Pattern:
        """The same every day, at once."""
        return _daily(mg)

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """What :meth:`__str__` wrote; raise ValueError for anything else."""
        weekly = text.startswith(_OF_A_WEEK)
        days = text.removeprefix(_OF_A_WEEK).split("/")
        try:
            return cls(tuple(tuple(Decimal(mg) for mg in day.split("+")) for day in days), weekly)
        except ArithmeticError as error:
            raise ValueError(text) from error

    def __str__(self) -> str:
        return (_OF_A_WEEK if self.weekly else "") + "/".join(map(written, self.days))

    def written(self) -> dict[str, Any]:
        """In JSON."""
        days = [[int(mg) if mg == int(mg) else float(mg) for mg in intakes] for intakes in self.days]
        return {"days": days, "weekly": self.weekly}

    def spaced(self, count: int) -> Pattern:
        """The same dose on every ``count``-th day alone; raise ValueError where it is not the same every day."""
        if len(self.days) > 1 or not 1 <= count <= MOST_DAYS:
            raise ValueError(str(self))
        return Pattern((self.days[0], *[()] * (count - 1)))

    @property
    def is_daily(self) -> bool:
        """Whether it is the same every day, at once."""
        return len(self.days) == len(self.days[0]) == 1

    @property
    def most(self) -> Decimal:
        """The milligrams of the day that has most."""
        return max(total(intakes) for intakes in self.days)

    def place(self, day: date, origin: date) -> int:
        """Which of its days ``day`` is, where the first of them, unless they are those of a week, is ``origin``."""
        return day.weekday() if self.weekly else (day - origin).days % len(self.days)

    def intakes(self, day: date, origin: date) -> Intakes:
        """What is taken on ``day``."""
        return self.days[self.place(day, origin)]

    def capsule_at(self, day: date, origin: date) -> Intakes:
        """What is taken on ``day``, or on the next day with a capsule."""
        start = self.place(day, origin)
        return next(intakes for intakes in (*self.days[start:], *self.days[:start]) if intakes)

    def groups(self) -> Iterator[tuple[Intakes, tuple[int, ...]]]:
        """The days with the same intakes, each by its number in the pattern; none without a capsule."""
        for intakes in dict.fromkeys(self.days):
            if intakes:
                yield intakes, tuple(number for number, day in enumerate(self.days) if day == intakes)

    @property
    def said(self) -> Phrase:
        """In a few words."""
        if self.weekly:
            return _by_weekday([*self.groups()])
        first, size = self.days[0], len(self.days)
        mg = written(first)
        if size == 1:
            return _every_day(first)
        if first and not any(self.days[1:]):
            if size == _SECOND:
                return Phrase(N_("{mg} mg every second day"), {"mg": mg})
            return Phrase(N_("{mg} mg every {count} days"), {"mg": mg, "count": size})
        if all(self.days) and size == _SECOND:
            return Phrase(
                N_("{first} mg and {second} mg on alternating days"), {"first": mg, "second": written(self.days[1])}
            )
        return Phrase(N_("{amounts} mg in turn, day by day"), {"amounts": str(self)})


@lru_cache(maxsize=64)
def _daily(mg: Decimal) -> Pattern:
    """Made once: every day of a course asks for it."""
    return Pattern(((mg,),))


def total(intakes: Intakes) -> Decimal:
    """The milligrams of a day."""
    return intakes[0] if len(intakes) == 1 else sum(intakes, Decimal(0))


def _every_day(intakes: Intakes) -> Phrase:
    if len(intakes) == 1:
        return Phrase(N_("{mg} mg a day"), {"mg": intakes[0]})
    values = {"mg": intakes[0], "count": len(intakes), "total": total(intakes), "amounts": written(intakes)}
    if len(set(intakes)) > 1:
        return Phrase(N_("{amounts} mg a day ({total} mg)"), values)
    if len(intakes) == _SECOND:
        return Phrase(N_("{mg} mg twice a day ({total} mg)"), values)
    return Phrase(N_("{mg} mg {count} times a day ({total} mg)"), values)


def _by_weekday(groups: list[tuple[Intakes, tuple[int, ...]]]) -> Phrase:
    (intakes, numbers), *others = groups
    said = Phrase(N_("{mg} mg on {days}"), {"mg": written(intakes), "days": Weekdays(numbers)})
    return Phrase(N_("{this}; {others}"), {"this": said, "others": _by_weekday(others)}) if others else said


def written(intakes: Intakes) -> str:
    """The milligrams of a day, ``20+20``; ``0`` for none."""
    return "+".join(f"{mg:f}".rstrip("0").rstrip(".") if mg != int(mg) else str(int(mg)) for mg in intakes) or "0"
