"""Blood values: one fact a value, with what stood on the sheet; the analytes are data."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from tracker.errors import N_, Phrase
from tracker.facts.kind import CODE, NUMBER, TEXT, Column, Fact, FactKind, Term
from tracker.facts.observation import COMPARATOR, Comparator

_SIGNS = (
    (r"[≦≤]|<\s*or\s*=|=<", "<="),
    (r"[≧≥]|>\s*or\s*=|=>", ">="),
    (r"([0-9.]+)([^0-9.<>()\[\]]*?)\s*(?:以下|or less\b|or below\b)", r"<=\1\2"),
    (r"([0-9.]+)([^0-9.<>()\[\]]*?)\s*(?:以上|or more\b|or above\b)", r">=\1\2"),
    (r"([0-9.]+)([^0-9.<>()\[\]]*?)\s*未満", r"<\1\2"),
    (r"([0-9.]+)([^0-9.<>()\[\]]*?)\s*超", r">\1\2"),
)
"""The signs of the ends of ranges for all that is printed for them."""
_ONE_END = r"[(\[【]\s*(<=?|>=?)\s*[0-9.]"


class LabValue(Fact, frozen=True, kw_only=True):
    """What was measured of one analyte in the blood that was drawn on a day."""

    code: str
    value: Decimal
    comparator: Comparator | None = None
    """Where the value is a bound, such as <5."""
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    """The laboratory's own range, where it was printed; in the same unit."""
    printed: str | None = None
    """What was printed or typed, to the letter."""


def say(fact: LabValue) -> Phrase:
    """An analyte with its value."""
    values = {"what": Term("lab", fact.code), "value": amount(fact)}
    if fact.low is None and fact.high is None:
        return Phrase(N_("{what} {value}"), values)
    return Phrase(N_("{what} {value} ({range})"), values | {"range": span(fact.low, fact.high, sign_of(fact))})


def amount(fact: LabValue) -> Phrase:
    """The value with its unit."""
    return with_unit(f"{fact.comparator or ''}{fact.value:f}", fact.unit)


def behind(unit: str) -> str:
    """A unit as it is written behind a number: one that is a power of ten does not run together with it."""
    return f"x{unit}" if unit[:1].isdecimal() else unit


def with_unit(value: str, unit: str | None) -> Phrase:
    """An amount with the unit behind it, if it has one."""
    if not unit:
        return Phrase("{value}", {"value": value})
    return Phrase(N_("{value} {unit}"), {"value": value, "unit": behind(unit)})


def in_signs(text: str) -> str:
    """A text with the signs <, <=, > and >= before a number for all that is printed for them: 40以下, > OR = 40."""
    found = unicodedata.normalize("NFKC", text)
    for printed, sign in _SIGNS:
        found = re.sub(printed, sign, found, flags=re.IGNORECASE)
    return found


def sign_of(fact: LabValue) -> str:
    """The sign with which a range was printed that has one end, such as ``<`` of (<150); empty for any other."""
    if (fact.low is None) is (fact.high is None):
        return ""
    found = re.search(_ONE_END, in_signs(fact.printed or ""))
    sign = found[1] if found is not None else ""
    return sign if sign.startswith("<" if fact.low is None else ">") else ""


def span(low: Decimal | None, high: Decimal | None, sign: str = "") -> str:
    """A range of reference, as it is printed on a sheet; a hyphen alone where there is none."""
    if sign and (end := high if low is None else low) is not None:
        return f"{sign}{end:f}"
    if low is None and high is not None:
        return f"-{high:f}"
    return f"{low:f}-{high:f}" if low is not None and high is not None else f"{low or ''}-"


KINDS = (
    FactKind(
        name="lab",
        cls=LabValue,
        since=5,
        table="observation",
        columns=(
            Column(name="code", sort=CODE, required=True),
            Column(name="value", sort=NUMBER, required=True),
            COMPARATOR,
            Column(name="unit", sort=TEXT),
            Column(name="low", sort=NUMBER),
            Column(name="high", sort=NUMBER),
            Column(name="printed", sort=TEXT),
        ),
        value="value",
        say=say,
    ),
)
