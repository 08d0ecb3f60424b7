"""Amounts that people type: milligrams, kilograms, spans of a course. One decimal sign, known units, no guessing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click

from tracker.cli.typed import a_comma_in, plain
from tracker.cli.words import MOST_WORDS
from tracker.currencies import DECIMALS, SIGNS, Money
from tracker.dates import Span, Unit
from tracker.errors import N_, InputError
from tracker.rounding import KG_PER_POUND, half_up

_NUMBER = r"([+\-\N{MINUS SIGN}]?[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(.*)"
_SPAN = r"(?i)([0-9]{1,3})\s*([a-z]+|日間?|週間?|(?:か|ヶ|カ|ケ|箇)月間?)"
_UNITS = {
    "d": Unit.DAY, "day": Unit.DAY, "days": Unit.DAY, "日": Unit.DAY, "日間": Unit.DAY,
    "w": Unit.WEEK, "week": Unit.WEEK, "weeks": Unit.WEEK, "週": Unit.WEEK, "週間": Unit.WEEK,
    "m": Unit.MONTH, "month": Unit.MONTH, "months": Unit.MONTH,
}  # fmt: skip
_DAYS_OF = {Unit.DAY: 1, Unit.WEEK: 7}
_PRICE = (
    r"(?P<before>[^0-9\s.,+-]{1,8})?\s*(?P<amount>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,3})?)\s*"
    r"(?P<many>[千万])?\s*(?:(?P<thousands>[1-9])\s*千)?\s*(?P<rest>(?<=[千万\s])[1-9][0-9]{0,3})?\s*(?P<behind>[^0-9\s.,+-]{1,8})?"
)
"""Compiled where a price is read."""
_UNIT = r"(?:錠|カプセル|カプ|個|箇|こ|コ|[ケヶヵ]|粒|つぶ|ツブ|capsules?|caps?\.?|pills?|tablets?|tabs?)"
_CAPSULES = rf"([0-9]{{1,2}})\s*{_UNIT}|カプセル\s*([0-9]{{1,2}})\s*(?:個|錠)?"
_MG = r"(?P<mg>[0-9]{1,3})\s*(?:mg|ミリグラム|ミリ)"
_TIMES = (
    rf"{_MG}\s*[x×*]\s*(?P<count>[0-9]{{1,2}})",
    rf"{_MG}(?:の|を)?\s*(?:{_UNIT}を?)?\s*(?P<count>[0-9]{{1,2}})\s*{_UNIT}",
    rf"(?P<count>[0-9]{{1,2}})\s*(?:{_UNIT}(?:\s+of)?\s*|[x×*])\s*{_MG}",
)
_STRENGTH = r"(?P<mg>[0-9]{1,3}(?:\.[0-9]{1,3})?)\s*(?:mg|ミリグラム|ミリ)"
_BETWEEN = r"\s*(?:[x×*@、,]|の|を|of\b)?\s*"
_OF_A_STRENGTH = (
    rf"{_STRENGTH}{_BETWEEN}(?:{_UNIT}{_BETWEEN})?(?P<count>[0-9]{{1,4}})\s*{_UNIT}?",
    rf"(?P<count>[0-9]{{1,4}})\s*{_UNIT}?{_BETWEEN}\(?{_STRENGTH}\)?\s*{_UNIT}?",
)
_PACKS = (
    r"[0-9]+\s*(?:シート|箱|パック|袋|瓶|ボトル|日分|週間?分|[かヶカケ箇]月分"
    r"|(?:sheet|blister|strip|box|pack|packet|bottle)(?:e?s)?)"
)
"""Compiled where capsules are counted."""
_PART = rf"半(?:分|錠|カプセル|個|粒|量)?$|[錠個ル]半|\bhalf\b|1\s*[/⁄]\s*2|[0-9]*\.[0-9]+\s*{_UNIT}"
_COUNTS = {"one": "1", "two": "2", "three": "3", "four": "4", "一": "1", "二": "2", "三": "3", "四": "4"}
_COUNTED = rf"\b(?:one|two|three|four)\b(?=\s*{_UNIT})|[一二三四](?=\s*{_UNIT})"
"""Compiled where an amount that was taken is read."""
_MANY = {"千": 1000, "万": 10_000}
_MILLIGRAMS = ("", "mg", "mgs", "milligram", "milligrams", "ミリグラム", "ミリ")
_KILOGRAMS = ("", "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "キロ", "キログラム")
_POUNDS_PER_STONE = 14
_STONES = (
    r"(?P<stones>[0-9]{1,2}(?:\.[0-9]{1,2})?)\s*(?:stones?|sts?|ストーン)\.?"
    r"(?:[\s,]*(?:and\s+)?(?P<pounds>(?:[0-9]|1[0-3])(?:\.[0-9]{1,2})?)\s*(?:lbs?\.?|pounds?|ポンド)?)?"
)
_UNITS_TYPED = "tracker.cli.amounts.units"
_POUNDS = ("lb", "lbs", "pound", "pounds", "ポンド")


class PacksError(InputError):
    """Packs are counted, and not what is in them."""


def read_number(typed: str, units: tuple[str, ...], expected: str) -> tuple[Decimal, str]:
    """A number and its unit, in small letters; ``expected`` is an example for the error."""
    text = plain(typed)
    match = re.fullmatch(_NUMBER, text)
    if match is None or match[2].lower() not in units:
        if re.search(r"[0-9],[0-9]", text):
            raise a_comma_in(typed, text)
        raise InputError(N_('"{typed}" is not such an amount; expected for example {expected}'), typed=typed,
                         expected=expected)  # fmt: skip
    return Decimal(match[1].replace("\N{MINUS SIGN}", "-")), match[2].lower()


def read_milligrams(typed: str) -> Decimal:
    """Milligrams a day, such as ``20`` or ``20mg``."""
    return read_number(typed, _MILLIGRAMS, "20mg")[0]


def read_capsules_taken(typed: str) -> Decimal | int:
    """What was taken of a day: milligrams, also as ``2 x 20mg``; or a whole number of capsules, ``2錠``, as an int.

    Raise InputError for a part of a capsule: how many milligrams that is, is for the person to say.
    """
    text = re.sub(_COUNTED, lambda word: _COUNTS[word[0].lower()], plain(typed), flags=re.IGNORECASE)
    if re.search(_PART, text, re.IGNORECASE):
        raise InputError(N_('"{typed}" is no whole capsule: say the milligrams that were taken, such as {expected}'),
                         typed=typed, expected="10mg")  # fmt: skip
    if match := re.fullmatch(_CAPSULES, text, re.IGNORECASE):
        return int(match[1] or match[2]) or Decimal(0)
    for form in _TIMES:
        if match := re.fullmatch(form, text, re.IGNORECASE):
            return Decimal(match["mg"]) * int(match["count"])
    return read_milligrams(typed)


def read_capsules(typed: str) -> int:
    """How many capsules, such as ``28``, ``28カプセル``; raise InputError for packs, which are of any size."""
    text = plain(typed)
    if match := re.fullmatch(_CAPSULES.replace("{1,2}", "{1,4}"), text, re.IGNORECASE):
        return int(match[1] or match[2])
    if re.fullmatch(_PACKS, text, re.IGNORECASE):
        raise PacksError(N_('"{typed}": how many capsules these are is not known here; say their number, such as'
                            " {expected}"), typed=typed, expected="28")  # fmt: skip
    # In the form in which it was tried: with the milligrams of each.
    value = read_number(typed, ("",), "20mg×28" if re.search(_MG, text, re.IGNORECASE) else "28")[0]
    if value != value.to_integral_value():
        raise InputError(N_('"{typed}" is not such a number; expected for example {expected}'), typed=typed,
                         expected="28")  # fmt: skip
    return int(value)


def read_capsules_of(typed: str) -> tuple[int, Decimal] | None:
    """How many capsules of how many milligrams each: ``20mg×28``, ``28カプセル 20mg``; None where it is not both."""
    try:
        text = plain(typed)
    except InputError:
        return None
    found = next(filter(None, (re.fullmatch(form, text, re.IGNORECASE) for form in _OF_A_STRENGTH)), None)
    return (int(found["count"]), Decimal(found["mg"])) if found is not None else None


def read_kilograms(typed: str) -> Decimal:
    """Kilograms to the gram, such as ``54``, ``54.5kg``, ``119lb`` or ``11st 4lb``."""
    if (stones := re.fullmatch(_STONES, plain(typed), re.IGNORECASE)) is not None:
        pounds = Decimal(stones["stones"]) * _POUNDS_PER_STONE + Decimal(stones["pounds"] or 0)
        return _with_unit(half_up(pounds * KG_PER_POUND, 3), "lb")
    value, unit = read_number(typed, _KILOGRAMS + _POUNDS, "54.5kg")
    is_pounds = unit in _POUNDS
    return _with_unit(half_up(value * KG_PER_POUND if is_pounds else value, 3), "lb" if is_pounds else unit)


def _with_unit(kg: Decimal, unit: str) -> Decimal:
    """Remember in the running command in which unit a weight was typed."""
    running = click.get_current_context(silent=True)
    if running is not None:
        running.meta[_UNITS_TYPED] = {**running.meta.get(_UNITS_TYPED, {}), kg: unit}
    return kg


def unit_of(kg: Decimal) -> str | None:
    """The unit in which the running command had a weight: ``lb``, nothing; None where it had none such."""
    running = click.get_current_context(silent=True)
    unit: str | None = running.meta.get(_UNITS_TYPED, {}).get(kg) if running is not None else None
    return unit


def read_target(typed: str) -> Decimal:
    """A cumulative dose in mg per kg of body weight, such as ``120``."""
    return read_number(typed, ("", "mg/kg"), "120mg/kg")[0]


def read_span(typed: str, expected: str = "4w, 1m, P1M, 1か月") -> Span:
    """A length of time: ``4w``, ``1m``, ``P1M``, ``1か月``."""
    text = plain(typed)
    try:
        return Span.parse(text.upper())
    except ValueError:
        match = re.fullmatch(_SPAN, text)
    is_of_months = match is not None and match[2].rstrip("間").endswith("月")
    unit = _UNITS.get(match[2].lower(), Unit.MONTH if is_of_months else None) if match else None
    if match is None or unit is None:
        raise InputError(N_('"{typed}" is not a length of time; expected for example {expected}'), typed=typed,
                         expected=expected)  # fmt: skip
    return Span(int(match[1]), unit)


def read_count_of_days(typed: str) -> int:
    """So many days, such as ``2``, ``2日間`` or ``1 week``; raise InputError for a length that is no number of days."""
    text = plain(typed)
    if text.removeprefix("-").isdecimal() or re.fullmatch(_NUMBER, text) is None:
        value = read_number(typed, ("",), "2")[0]
    else:
        match = re.fullmatch(_SPAN, text)
        factor = _DAYS_OF.get(_UNITS[match[2].lower()]) if match is not None and match[2].lower() in _UNITS else None
        if match is None or factor is None:
            raise InputError(N_('"{typed}" is not such a number; expected for example {expected}'), typed=typed,
                             expected="2")  # fmt: skip
        value = Decimal(match[1]) * factor
    if value != value.to_integral_value():
        raise InputError(N_('"{typed}" is not such a number; expected for example {expected}'), typed=typed,
                         expected="2")  # fmt: skip
    return int(value)


def read_duration(typed: str) -> Span:
    """How long a course lasts: ``24w``, ``6m``, ``P6M``, ``6か月``."""
    span = read_span(typed, "24w, 6m, P6M, 6か月")
    if not span.count >= 1 or span.days_at_most > 3 * 366:
        raise InputError(N_("a course of {value} is not possible; expected one day to three years"), value=span)
    return span


def read_price(typed: str) -> Money:
    """What something costs: ``30000``, ``30,000``, ``¥30000``, ``2万8千円``, ``199.50``, ``50 USD``."""
    match = re.fullmatch(_PRICE, plain(typed))
    currencies = {_currency(match[side]) for side in ("before", "behind") if match[side]} if match is not None else {""}
    if match is None or "" in currencies or len(currencies) > 1 or not _are_places(match):
        raise InputError(N_('"{typed}" is not a price; expected for example {expected}'), typed=typed,
                         expected="30000, 199.50, 50 USD")  # fmt: skip
    value = Decimal(match["amount"].replace(",", ""))
    if match["many"]:
        value = (value * _MANY[match["many"]]).quantize(Decimal(1))
        value += int(match["thousands"] or 0) * _MANY["千"] + int(match["rest"] or 0)
    return Money(value, next(iter(currencies), ""))


def _are_places(price: re.Match[str]) -> bool:
    """Whether what stands behind 万 and 千 are lower places of the same number: 2万8千500, 2万8000, 3千500."""
    many, thousands, rest = price["many"], price["thousands"], price["rest"]
    if not thousands and not rest:
        return True
    is_above = many == "万" or (many is not None and not thousands)
    is_below = not rest or int(rest) < (_MANY["千"] if thousands or many == "千" else _MANY["万"])
    return is_above and is_below and price["amount"].isdecimal()


def _currency(typed: str) -> str:
    """The code of a currency; empty where it is none."""
    return SIGNS.get(typed.lower()) or (typed.upper() if typed.upper() in DECIMALS else "")


class Amount(click.ParamType[Any]):
    """An amount read by ``read``."""

    def __init__(self, name: str, read: Callable[[str], Any], most_words: int = MOST_WORDS) -> None:
        self.name = name
        self._read = read
        self.most_words = most_words

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one amount: ``20 mg``."""
        try:
            self._read(words)
        except InputError:
            return False
        return True

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it; InputError goes up to the error boundary."""
        del param, ctx
        return self._read(value) if isinstance(value, str) else value


MILLIGRAMS = Amount("mg", read_milligrams)
KILOGRAMS = Amount("kg", read_kilograms)
TARGET = Amount("mg/kg", read_target)
DURATION = Amount("span", read_duration)
