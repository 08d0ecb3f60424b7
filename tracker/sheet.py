"""A blood value against its range of reference: the laboratory's own where it was printed, else that of the data."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tracker.facts.lab import LabValue, sign_of
from tracker.facts.observation import Comparator
from tracker.laboratory import Analyte, Bound, Interval, Of
from tracker.rules import Sex

_HIGH = r"(?<![a-zμ/])(?:h+|high)(?![a-z/])|[高↑]"
_LOW = r"(?<![a-zμ/])(?:l+|low)(?![a-z/])|[低↓]"
_ABOVE = (Comparator.ABOVE, Comparator.AT_LEAST)
_BELOW = (Comparator.BELOW, Comparator.AT_MOST)

_FAR = 2
"""So many times the usual upper limit is asked about; our own bound against slips, no clinical value."""


class Flag(StrEnum):
    """On which side of its range a value lies."""

    HIGH = "H"
    LOW = "L"


class Range(Struct, frozen=True):
    """What a value is held against, in the analyte's first unit."""

    low: Decimal | None
    high: Decimal | None
    is_own: bool
    """Whether it is the laboratory's own, printed with the value."""
    sex: Sex | None = None
    """Whose it is, where the sexes differ and the sex is known."""
    sign: str = ""
    """With which the laboratory printed its only end: of (<150) the end itself lies outside, of (<=150) within."""
    both: tuple[Interval, ...] = ()
    """Those of the two sexes, where they differ and the sex is not known: the stricter end of each is taken."""


def in_first_unit(analyte: Analyte, value: LabValue) -> Decimal:
    """What was measured, in the analyte's first unit; exact."""
    return value.value * analyte.unit(value.unit).factor


def range_of(analyte: Analyte, value: LabValue, sex: Sex | None) -> Range:
    """The range that a value is held against: the laboratory's own wins whole, an end that it did not print is open."""
    if value.low is None and value.high is None:
        return _of_the_data(analyte, sex)
    factor = analyte.unit(value.unit).factor
    low, high = (end * factor if end is not None else None for end in (value.low, value.high))
    return Range(low, high, is_own=True, sign=sign_of(value))


def range_of_limits(analyte: Analyte, value: LabValue, sex: Sex | None) -> Range:
    """The range of which limits are multiples: where the laboratory printed no upper end, it is that of the data.

    Without it three times the upper limit would be noticed of nobody whose sheet says (>=10).
    """
    own = range_of(analyte, value, sex)
    return own if own.high is not None else _of_the_data(analyte, sex)


def amount_of(bound: Bound, analyte: Analyte, value: LabValue, against: Range) -> Decimal | None:
    """What a bound comes to for a value, in the analyte's first unit; None for one that hangs on another value."""
    unit = analyte.unit(value.unit)
    if bound.also is not None and unit.name in bound.also:
        return bound.also[unit.name] * unit.factor
    if bound.of is None:
        return bound.value
    return against.high * bound.times if bound.of is Of.UPPER and against.high is not None else None


def is_odd(analyte: Analyte, value: LabValue) -> bool:
    """Whether the upper limit that was printed is so far from that of the data that it may be a slip."""
    known = [one.high for one in analyte.ranges if one.high is not None]
    if value.high is None or not known:
        return False
    own = value.high * analyte.unit(value.unit).factor
    return own > max(known) * _FAR or own * _FAR < min(known)


def _of_the_data(analyte: Analyte, sex: Sex | None) -> Range:
    found = [one for one in analyte.ranges if one.sex in (None, sex)]
    if found:
        return Range(found[0].low, found[0].high, is_own=False, sex=found[0].sex)
    lows = [one.low for one in analyte.ranges if one.low is not None]
    highs = [one.high for one in analyte.ranges if one.high is not None]
    return Range(max(lows, default=None), min(highs, default=None), is_own=False, both=analyte.ranges)


def flag(analyte: Analyte, value: LabValue, sex: Sex | None) -> Flag | None:
    """On which side of its range a value lies: as it was marked on the sheet, else as the range has it."""
    own = marked(value.printed)
    if own is not None:
        return own
    against = range_of(analyte, value, sex)
    return beyond(value, in_first_unit(analyte, value), against)


def beyond_the_sheets_range(value: LabValue) -> Flag | None:
    """On which side of the range that was printed with it a value lies."""
    return beyond(value, value.value, Range(value.low, value.high, is_own=True, sign=sign_of(value)))


def found_by_the_laboratory(value: LabValue) -> Flag | None:
    """On which side the sheet itself has a value, by its mark or by its range; None where it says neither."""
    return marked(value.printed) or beyond_the_sheets_range(value)


def beyond(value: LabValue, amount: Decimal, against: Range) -> Flag | None:
    """On which side of a range so much lies, by the range alone; of (<150) 150 itself does."""
    low, high = against.low, against.high
    if high is not None and is_beyond(value, amount, high, reached=against.sign == "<"):
        return Flag.HIGH
    is_at_the_end = amount == low and (value.comparator is Comparator.BELOW or against.sign == ">")
    below = low is not None and (amount < low or is_at_the_end)
    return Flag.LOW if below and value.comparator not in _ABOVE else None


def is_beyond(value: LabValue, amount: Decimal, limit: Decimal, *, reached: bool) -> bool:
    """Whether a value is above a limit, or has ``reached`` it; of "below 5" nothing is, of "above 5" what 5 is."""
    if value.comparator in _BELOW:
        return False
    return amount >= limit if reached or value.comparator is Comparator.ABOVE else amount > limit


def marked(printed: str | None) -> Flag | None:
    """On which side of its range the laboratory itself marked a value, as it was printed."""
    text = unicodedata.normalize("NFKC", printed or "").casefold()
    if re.search(_HIGH, text):
        return Flag.HIGH
    return Flag.LOW if re.search(_LOW, text) else None
