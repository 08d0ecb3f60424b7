"""For whom a programme is meant by age, as it says itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from tracker.dates import Span, Unit, not_before
from tracker.rules import Remark

_MONTHS_IN_A_YEAR = 12


class TooYoung(Struct, frozen=True):
    """A person is younger at the first capsule than a programme has it."""

    remark: Remark
    """What the programme says of it, with its sources."""
    age: int
    """Whole years at the first capsule."""


def too_young(remarks: Iterable[Remark], born: date, first_dose: date) -> list[TooYoung]:
    """Of what a programme states, that which somebody born on a day is too young for."""
    age = age_on(first_dose, born)
    return [TooYoung(one, age) for one in remarks if one.min_age is not None and age < one.min_age]


def age_on(day: date, born: date) -> int:
    """Age in whole years; who was born on 29 February is a year older on 1 March where the year has no such day."""
    years = day.year - born.year
    return years if day >= not_before(born, Span(_MONTHS_IN_A_YEAR * years, Unit.MONTH)) else years - 1
