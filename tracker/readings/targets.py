"""The day on which a cumulative dose is reached, walked from day to day: at the prescribed rate and at the real one.

First what was logged, stated and assumed; from tomorrow on what is prescribed, with its steps, patterns and pauses. A
target is one of conventional capsules on the start weight: those of another kind have another scale.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from tracker.facts.intake import Product
from tracker.history import History
from tracker.plan import Timeline
from tracker.walk import LONGEST, Account, Day, projected


class Reached(Struct, frozen=True):
    """The first day on which the sum is as high as a target."""

    on: date
    day: int
    """Counted from the first capsule, which is day 1."""
    mg: Fraction
    """The sum at the end of that day."""
    over_mg: Fraction
    """By how much that day takes it over the target."""


class Target(Struct, frozen=True):
    """A cumulative dose and when it is reached; None where it never is, or where nothing says at which rate."""

    mg_per_kg: Decimal
    mg: Decimal
    prescribed: Reached | None = None
    real: Reached | None = None

    def is_reached(self, today: date) -> bool:
        """Whether the sum is as high already."""
        return self.prescribed is not None and self.prescribed.on <= today


def targets(
    history: History, line: Timeline, today: date, wanted: Collection[Decimal], kg: Decimal, rate: Fraction | None
) -> tuple[Target, ...]:
    """When each target is reached; ``rate`` is what is really taken of what is prescribed."""
    found = [Target(per_kg, per_kg * kg) for per_kg in sorted(wanted)]
    sums = [one.mg for one in found]
    prescribed = _reached(history, line, today, sums, Fraction(1))
    real = _reached(history, line, today, sums, rate) if rate is not None else {}
    return tuple(replace(one, prescribed=prescribed.get(one.mg), real=real.get(one.mg)) for one in found)


def _reached(
    history: History, line: Timeline, today: date, sums: Collection[Decimal], rate: Fraction
) -> dict[Decimal, Reached]:
    """By the sum when it is reached where ``rate`` of what is prescribed is taken from tomorrow on."""
    open_sums, found, total = sorted(sums), dict[Decimal, Reached](), Fraction(0)
    # Once the course has ended, or while a test holds the capsules, nothing is projected.
    last = today if line.last_dose is not None or line.held_since is not None else date.max
    for day in projected(history, line.first_dose, today):
        number = (day.on - line.first_dose).days + 1
        if not open_sums or day.on > last or number > LONGEST:
            break
        if day.product is Product.CONVENTIONAL:
            total += _milligrams(day, rate)
        while open_sums and total >= open_sums[0]:
            mg = open_sums.pop(0)
            found[mg] = Reached(day.on, number, total, total - Fraction(mg))
    return found


def _milligrams(day: Day, rate: Fraction) -> Fraction:
    return Fraction(day.mg) * (rate if day.account is Account.AHEAD else 1) + Fraction(day.stated_mg)
