"""Blood values as they stand on a sheet: ``ALT=22``, ``GOT 25 U/L``, ``TG H 145* (30-117)``, ``CK <5``.

What is printed is taken apart here and kept to the letter; nothing here knows what the words mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tracker.cli.typed.refusals import a_comma_in
from tracker.errors import N_, InputError, NoSuchError, Phrase
from tracker.facts.lab import in_signs

_THOUSANDS = r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9,])"
"""A number whose thousands are parted by commas; like the others compiled where it is needed."""
_A_COMMA = r"(?<![0-9.,])([0-9]{1,7}),([0-9]{1,6})(?![0-9.,])"
"""A number with one comma; where it cannot part thousands, it is a decimal one."""
_COMPARATORS = {"<": "<", "≦": "<=", "≤": "<=", "<=": "<=", ">": ">", "≧": ">=", "≥": ">=", ">=": ">="}
_MOST_DIGITS, _MOST_DECIMALS = 7, 6
_NUMBER = rf"[0-9]{{1,{_MOST_DIGITS}}}(?:\.[0-9]{{1,{_MOST_DECIMALS}}})?"
_MARK = r"[HLhl高低↑↓*＊]+"
_SPOKEN = r"(?:[Hh]igh|HIGH|[Ll]ow|LOW)"
"""A mark that is written out."""
_DASH = "[-~〜‐‑–—―ー−]"  # noqa: RUF001 - as it is printed
_BEGINS_A_UNIT = "a-zA-Zμ×/%ァ-ヶ一-龯"
"""Also 万/μL and 国際単位/L; what stands there alone as 高 is a mark."""
_VALUE = (
    rf"(?:(?:{_MARK}|{_SPOKEN}(?=\s))\s*)?(?P<sign>[<>]=?|[≦≤≧≥])?\s*(?P<number>{_NUMBER})"
    rf"(?P<behind>(?:[\s(\[【{_MARK[1:-2]}{_BEGINS_A_UNIT}].*)?)"
)
_BEHIND = (
    rf"\s*(?:(?P<bracketed>[(\[【]\s*(?:{_MARK}|{_SPOKEN})\s*[)\]】])|(?P<range>[(\[【][^)\]】]*[)\]】])"
    rf"|(?P<mark>{_MARK}|{_SPOKEN})(?![a-zA-Z/])|(?P<bare>(?<=\s){_NUMBER}\s*{_DASH}\s*{_NUMBER})(?![0-9.])"
    rf"|(?P<unit>(?:[×x]?10[*^]?[0-9]*/|[{_BEGINS_A_UNIT}])[^\s()\[\]【】]*))"
)
_AN_L = r"^l[0-9]|[0-9]l(?![a-zA-Z/])"
"""A small l beside a digit, as of 3l and l9: it may be the mark of a low value, and a 1 as well."""
_RANGE = rf"(?P<low>{_NUMBER})?\s*(?:{_DASH}|(?P<below>[<≦≤]=?)|(?P<above>[>≧≥]=?))\s*(?P<high>{_NUMBER})?"
_BEGINS_A_VALUE = rf"(?:{_MARK})?(?:[<>]=?|[≦≤≧≥])?[-+−]?[0-9]"
_ALONE = rf"{_MARK}|[<>]=?|[≦≤≧≥]"
_IN_A_RANGE = (
    rf"(?P<ends>.*?[0-9]\s*|{_DASH}\s*)(?P<unit>[×x]?10[*^]?[0-9]+/[^\s]+|(?<![0-9.])[{_BEGINS_A_UNIT}][^\s]*)"
)
"""What stands in the brackets of a range that says its unit as well."""
_GOES_ON = rf"[(\[【].*|{_MARK}|{_SPOKEN}|.*/.*|[a-zA-Z]+%|[iI]?[uU]|mM|{_NUMBER}{_DASH}{_NUMBER}"


_ALSO = {"bracketed": "mark", "bare": "range"}
_A_DAY = rf"(?:0?[1-9]|1[0-2]){_DASH}(?:0?[1-9]|[12][0-9]|3[01])"


class RangeOrDayError(NoSuchError):
    """A range of reference without brackets that can be a day as well."""

    def __init__(self, typed: str, ends: str) -> None:
        meant = f"{typed[: typed.rindex(ends)]}({ends})" if ends in typed else ""
        super().__init__(
            N_('"{typed}": is {range} a range of reference or a day? A range stands in brackets, ({range}); a day'
               " behind --on"), N_("for example: {command}"), typed=typed, range=ends, word=typed,
            instead=(meant,) if meant else (), command=f'isotrack log blood "ALT={meant or typed}"',
        )  # fmt: skip

    def of(self, what: Any) -> NoSuchError:
        """The same, of the analyte that it was said of."""
        values = self.values | {"what": what, "problem": Phrase(self.message, self.values)}
        return _RangeOrDayOfError(N_("{what}: {problem}"), self.hint, word=self.word, instead=self.instead, **values)


class _RangeOrDayOfError(NoSuchError):
    """The same with the name of its analyte."""

    names_a_day = True


class Measured(Struct, frozen=True):
    """A value as it was printed."""

    value: Decimal
    comparator: str | None
    unit: str | None
    low: Decimal | None
    high: Decimal | None
    printed: str
    with_a_point: Decimal | None = None
    """What it would be were its comma a decimal one: 1,020 as 1.02."""
    of_the_range: str | None = None
    """The unit that stands in the brackets of the range."""


def plain_pair(word: str) -> tuple[str, str] | None:
    """The name and the number of ``ALT=22``, as most values are typed; None where anything else is there to be read."""
    name, equals, number = word.partition("=")
    return (name, number) if equals and name.isalnum() and is_plain(number) else None


def is_plain(typed: str) -> bool:
    """Whether a value is a number and nothing else."""
    whole, point, part = typed.partition(".")
    parts = [(whole, _MOST_DIGITS), *([(part, _MOST_DECIMALS)] if point else [])]
    return typed.isascii() and all(one.isdecimal() and len(one) <= most for one, most in parts)


def read_measured(typed: str, *, grouped: bool = False) -> Measured:
    """A value as it stands on a sheet; raise InputError where it is none.

    A comma that is typed is never guessed at; in a table of a laboratory, ``grouped``, it may part thousands.
    """
    if is_plain(typed):
        return Measured(Decimal(typed), None, None, None, None, typed)
    printed = " ".join(typed.split())
    as_typed = unicodedata.normalize("NFKC", printed)
    text = re.sub(_THOUSANDS, lambda match: match[0].replace(",", ""), as_typed) if grouped else as_typed
    text = re.sub(_A_COMMA, lambda one: one[0] if re.fullmatch(_THOUSANDS, one[0]) else f"{one[1]}.{one[2]}", text)
    if re.search(_AN_L, text):
        raise InputError(N_('"{typed}": is the letter l a 1? Write L for a value below its range'), typed=typed)
    match = re.fullmatch(_VALUE, text)
    if match is None:
        if re.search(r"[0-9],[0-9]", text):
            raise a_comma_in(typed, text)
        raise _no_value(typed)
    behind = _behind(match["behind"], typed)
    low, high, unit = _range(behind.get("range"))
    sign = _COMPARATORS[match["sign"]] if match["sign"] else None
    parted = next(
        (one[0] for one in re.finditer(_THOUSANDS, as_typed) if one[0].replace(",", "") == match["number"]), ""
    )
    with_a_point = Decimal(parted.replace(",", ".")) if parted.count(",") == 1 else None
    return Measured(Decimal(match["number"]), sign, behind.get("unit", unit), low, high, printed, with_a_point, unit)


def _behind(text: str, typed: str) -> dict[str, str]:
    """What stands behind a number: unit, range and marks in any order, the first two once at most."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = re.match(_BEHIND, text[at:])
        group = str(match.lastgroup) if match is not None else ""
        name = _ALSO.get(group, group)
        if match is None or (name in found and name != "mark"):
            raise _no_value(typed)
        at += match.end()
        is_last = at >= len(text.rstrip())
        if group == "bare" and is_last and "mark" not in found and re.fullmatch(_A_DAY, match[group]):
            raise RangeOrDayError(typed, match[group])
        found[name] = f"({match[group]})" if group == "bare" else match[group]
    return found


def _no_value(typed: str) -> InputError:
    return InputError(
        N_('"{typed}" is no blood value; expected for example {expected}'), typed=typed,
        expected='22, "<5", "H 45*", 1.6mmol/L, "45(10-42)"',
    )  # fmt: skip


def _range(typed: str | None) -> tuple[Decimal | None, Decimal | None, str | None]:
    """The ends of a range, and the unit that stands with them in its brackets."""
    if typed is None:
        return None, None, None
    text = in_signs(typed[1:-1]).strip()
    unit = re.fullmatch(_IN_A_RANGE, text)
    match = re.fullmatch(_RANGE, unit["ends"].strip() if unit is not None else text)
    if match is None or match["low"] == match["high"] is None or (
        (match["below"] or match["above"]) and match["high"] is None
    ) or (match["above"] and match["low"] is not None):  # fmt: skip
        raise InputError(N_('"{typed}" is no range; expected for example {expected}'), typed=typed, expected="(10-42)")
    low, high = (Decimal(match[end]) if match[end] is not None else None for end in ("low", "high"))
    if match["above"]:  # above a number alone: ">46"
        low, high = high, None
    if low is not None and high is not None and low >= high:
        raise InputError(N_('the range "{typed}" does not go up'), typed=typed)
    return low, high, unit["unit"] if unit is not None else None


def measured_pairs(
    words: Sequence[str], is_known: Callable[[str], bool] = lambda _word: False
) -> Iterator[tuple[str, str]]:
    """Names with what was printed for them, ``ALT=22``, ``ALT 22 U/L (10-42)``; the value empty where none was.

    ``is_known`` says whether a word is a name that is known, which is no unit then: ``AST/GOT``.
    """
    apart = re.sub(r"(?<=[^\s=＝:：(\[（<>＜＞])(?=[<>＜＞≦≧≤≥])", " ", "\n".join(words))
    kept = re.sub(r"(?<![<>＜＞])[=＝:：]", " = ", apart).split()
    plain = [unicodedata.normalize("NFKC", word).strip(",;、") for word in kept]
    kept = [word.strip(",;、，；") for word in kept]
    name: list[str] = []
    value: list[str] = []
    for at, word in enumerate(plain):
        is_a_name = plain[at + 1 : at + 2] == ["="]
        if value and (is_a_name or not _takes(value, word, is_known)):
            yield " ".join(name), " ".join(value[1:])
            name, value = [], []
        if word == "=" or (name and not value and not is_a_name and _begins_a_value(word)):
            # A value begins with the sign that there is one, typed or not.
            value = value or ["="]
        if value:
            value += [kept[at]] if word != "=" else []
        elif word:
            name.append(kept[at])
    if name or value:
        yield " ".join(name), " ".join(value[1:])


def _begins_a_value(word: str) -> bool:
    return bool(re.match(_BEGINS_A_VALUE, word) or re.fullmatch(_ALONE, word))


def _takes(value: list[str], word: str, is_known: Callable[[str], bool]) -> bool:
    """Whether a word belongs to a value that has begun: to its number, or with its unit, range and marks behind it."""
    said = unicodedata.normalize("NFKC", "".join(value[1:]))
    if not said or re.fullmatch(_ALONE, said):
        return True
    is_open = said.count("(") + said.count("[") + said.count("【") > sum(map(said.count, ")]】"))
    has_a_number = any(one.isdecimal() for one in said)
    return is_open or (has_a_number and bool(re.fullmatch(_GOES_ON, word)) and not is_known(word))
