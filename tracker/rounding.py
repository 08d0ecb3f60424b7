"""Figures as people are shown them: rounded as at school, a half always up, of whatever they were reckoned."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

KG_PER_POUND = Decimal("0.45359237")


def half_up(value: Decimal | Fraction | float, digits: int) -> Decimal:
    """With so many digits behind the point; a half goes away from zero."""
    scaled = Fraction(value) * 10**digits
    count = floor(abs(scaled) + Fraction(1, 2))
    return Decimal(count if scaled >= 0 else -count).scaleb(-digits)


def kilograms(value: Decimal) -> Decimal:
    """A weight as it is said: to a tenth, as pounds are known to the gram; but for the half of one that scales show."""
    return value if half_up(value * 20, 0) == value * 20 else half_up(value, 1)
