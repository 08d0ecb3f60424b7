"""Days that are counted from today: ``yesterday``, ``-3d``, ``in 2 weeks``, ``a week ago``, 3日前."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WORDS = {
    0: ("today", "今日", "本日", "きょう", "this morning", "this afternoon", "this evening", "tonight", "今朝", "けさ",
        "今夜", "今晩", "さっき", "先ほど"),
    -1: ("yesterday", "昨日", "きのう", "last night", "yesterday evening", "昨夜", "昨晩", "ゆうべ"),
    -2: ("day before yesterday", "the day before yesterday", "一昨日", "おととい", "おとつい"),
    1: ("tomorrow", "明日", "あした", "あす"),
    2: ("day after tomorrow", "the day after tomorrow", "明後日", "あさって"),
}  # fmt: skip
_NAMED_DAYS = {word: days for days, words in _WORDS.items() for word in words}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS_JA = "一二三四五六七八九十"
_IN_WORDS = {word: number for number, word in enumerate(_NUMBERS, start=1)} | {"a": 1, "an": 1}

_COUNT = rf"(?P<count>[0-9]{{1,4}}|{'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>days?|d|weeks?|w)"
_FORMS = (
    r"(?P<sign>[+-])(?P<count>[0-9]{1,4})\s*(?P<unit>days?|d|weeks?|w|日間?|週間?)",
    rf"(?P<sign>in)\s+{_COUNT}\s*{_UNIT}",
    rf"{_COUNT}\s*{_UNIT}\s+(?P<sign>ago|from\s+(?:now|today))",
    rf"(?P<count>[0-9]{{1,4}}|[{_NUMBERS_JA}])\s*(?P<unit>日|週間?)\s*(?P<sign>前|まえ|後)",
)
_BACK = ("-", "ago", "前", "まえ")


def counted(text: str, today: date) -> date | None:
    """The day that ``text`` counts from today; None where it does not count."""
    words = " ".join(text.lower().split())
    if words in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[words])
    for form in _FORMS:
        if match := re.fullmatch(form, words):
            days = _number(match["count"]) * (7 if match["unit"][0] in "w週" else 1)
            return today + timedelta(days=-days if match["sign"] in _BACK else days)
    return None


def _number(word: str) -> int:
    if word in _IN_WORDS:
        return _IN_WORDS[word]
    return int(word) if word.isascii() else _NUMBERS_JA.index(word) + 1
