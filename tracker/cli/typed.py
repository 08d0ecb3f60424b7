"""What people type, read with care: days in many forms, never guessed.

Full-width forms are taken for their plain ones (NFKC). A day that has two readings is refused with both, unless the
language settles it: in Japanese 3/4 is the 4th of March.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NoReturn

from tracker.errors import N_, InputError


class Lean(StrEnum):
    """Which year is meant by a day that is typed without one."""

    PAST = "past"
    """The last time that day was: for what has happened."""
    COMING = "coming"
    """The next time that it will be: for what lies ahead."""
    STARTING = "starting"
    """The next time, where that is within half a year; else both years are named."""
    EITHER = "either"
    """The nearest, where that is within a quarter; else both years are named."""
    NEAREST = "nearest"


_QUARTER, _HALF_A_YEAR = timedelta(days=92), timedelta(days=183)
_A_SLIP = timedelta(days=31)
"""What has not come yet, so near ahead, was meant when it was typed for the past."""
_FIRST_YEAR = 1900
_YEARS_AHEAD = 10
_MOST_WORDS_OF_A_TIME = 2
_LONGEST_NOTE = 64 * 1024
_WORDS = {
    0: ("today", "今日", "本日", "きょう"),
    -1: ("yesterday", "昨日", "きのう"),
    -2: ("一昨日", "おととい"),
    1: ("tomorrow", "明日", "あした"),
    2: ("明後日", "あさって"),
}
_NAMED_DAYS = {word: days for days, words in _WORDS.items() for word in words}
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_JA = "月火水木金土日"
_SHORTEST_NAME = 3
_ERAS = {
    "令和": (date(2019, 5, 1), None), "R": (date(2019, 5, 1), None),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)), "H": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)), "S": (date(1926, 12, 25), date(1989, 1, 7)),
}  # fmt: skip
"""First and last day of an era."""

_RELATIVE = re.compile(r"([+\-\N{MINUS SIGN}]?)([0-9]{1,4})\s*([dw])|([0-9]{1,4})(日|週間)(前|後)", re.IGNORECASE)
_ERA = re.compile(
    r"(令和|平成|昭和|[RHS])\s*(元|[0-9]{1,2})\s*[年./\-]\s*([0-9]{1,2})\s*[月./\-]\s*([0-9]{1,2})日?", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*([年./\-])\s*([0-9]{1,2})\s*[月./\-]\s*([0-9]{1,2})\s*日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[./\-]([0-9]{1,2})[./\-]([0-9]{4})")
_MONTH_AND_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})|([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日")
_DAY_MONTH_NAME = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?(?:,?\s+([0-9]{4}))?", re.IGNORECASE)
_MONTH_NAME_DAY = re.compile(r"([a-z]{3,9})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?(?:,?\s+([0-9]{4}))?", re.IGNORECASE)
_WEEKDAY_BEFORE = re.compile(r"([a-z]{3,9})\.?,?\s+(?=[0-9a-z])", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(r"\s*\(([月火水木金土日])(?:曜日?)?\)$")
_CLOCK = re.compile(
    r"(?:(午前|午後)\s*)?([0-9]{1,2})(?::([0-9]{2})|時(?:([0-9]{1,2})分|(半))?)?\s*(am|pm)?", re.IGNORECASE
)
_UNSEEN = re.compile(r"[\u200b\u200c\u2060\ufeff]")


def plain(text: str) -> str:
    """``text`` in plain forms of its characters, without blanks around it; InputError for what cannot be stored."""
    if any(unicodedata.category(character) in ("Cs", "Cc") and character not in "\t\n" for character in text):
        raise InputError(N_("the text has characters that cannot be stored"))
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).strip()


def read_day(typed: str, today: date, lang: str, lean: Lean = Lean.NEAREST) -> date:  # noqa: C901 - one branch a form
    """The day that ``typed`` means; raise InputError where it means none or two."""
    text, weekday = _without_weekday(plain(typed))
    if text.lower() in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[text.lower()])
    if match := _RELATIVE.fullmatch(text):
        found = _relative(match, today, typed)
    elif match := _ERA.fullmatch(text):
        found = _in_era(match, typed)
    elif match := _YEAR_FIRST.fullmatch(text):
        found = _day(int(match[1]), int(match[3]), int(match[4]), typed)
    elif match := _COMPACT.fullmatch(text):
        found = _day(int(match[1]), int(match[2]), int(match[3]), typed)
    elif match := _YEAR_LAST.fullmatch(text):
        found = _either_order(int(match[1]), int(match[2]), int(match[3]), typed)
    elif match := _MONTH_AND_DAY.fullmatch(text):
        found = _without_year(match, _Year(today, lean, typed), lang)
    elif (match := _DAY_MONTH_NAME.fullmatch(text)) and _named(match[2], _MONTHS):
        found = _named_month(match[2], match[1], match[3], _Year(today, lean, typed))
    elif (match := _MONTH_NAME_DAY.fullmatch(text)) and _named(match[1], _MONTHS):
        found = _named_month(match[1], match[2], match[3], _Year(today, lean, typed))
    else:
        _not_a_day(typed)
    if weekday and found.isoweekday() != weekday:
        raise InputError(N_('"{typed}": {on} is another day of the week'), typed=typed, on=found)
    if not _FIRST_YEAR <= found.year <= today.year + _YEARS_AHEAD:
        raise InputError(
            N_('"{typed}" is not a year that can be meant here; expected {first} to {last}'),
            typed=typed, first=_FIRST_YEAR, last=today.year + _YEARS_AHEAD,
        )  # fmt: skip
    return found


def _without_weekday(text: str) -> tuple[str, int]:
    """The text without the day of the week beside it, and its number from Monday = 1; 0 where none stands there."""
    if match := _WEEKDAY_AFTER.search(text):
        return text[: match.start()], _WEEKDAYS_JA.index(match[1]) + 1
    match = _WEEKDAY_BEFORE.match(text)
    weekday = _named(match[1], _WEEKDAYS) if match else 0
    return (text[match.end() :], weekday) if match and weekday else (text, 0)


def _named(word: str, names: tuple[str, ...]) -> int:
    """Which of ``names`` the word is, whole or shortened, from 1; 0 for none."""
    short = word.lower()
    found = [number for number, name in enumerate(names, start=1) if name.startswith(short)]
    return found[0] if len(short) >= _SHORTEST_NAME and found else 0


def read_when(typed: str, today: date, lang: str) -> tuple[date, time | None]:
    """A day that lies ahead, with a local time of day or without."""
    text = plain(typed).replace("T", " ") if re.match(r"[0-9]{4}-", plain(typed)) else plain(typed)
    words = text.split(" ")
    for count in range(1, min(len(words), _MOST_WORDS_OF_A_TIME + 1)):
        clock = _clock(" ".join(words[-count:]), typed)
        if clock is not None:
            return read_day(" ".join(words[:-count]), today, lang, Lean.COMING), clock
    day_text, clock_text = _split_after_day(text)
    if clock_text and (clock := _clock(clock_text, typed)) is not None:
        return read_day(day_text, today, lang, Lean.COMING), clock
    return read_day(text, today, lang, Lean.COMING), None


def _split_after_day(text: str) -> tuple[str, str]:
    head, mark, tail = text.partition("日")
    return head + mark, tail.strip()


def _clock(text: str, typed: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None or (match[3] is None and "時" not in text and match[6] is None):
        return None
    hour, minute = int(match[2]), int(match[3] or match[4] or (30 if match[5] else 0))
    afternoon = match[1] == "午後" or (match[6] or "").lower() == "pm"
    if match[1] or match[6]:
        # Hours of half a day; 25 is refused below.
        hour = hour % 12 + (12 if afternoon else 0) if hour <= 12 else 25  # noqa: PLR2004
    try:
        return time(hour, minute)
    except ValueError:
        raise InputError(N_('"{typed}": there is no such time of day'), typed=typed) from None


def _relative(match: re.Match[str], today: date, typed: str) -> date:
    if match[2]:
        days = int(match[2]) * (7 if match[3].lower() == "w" else 1) * (1 if match[1] in ("", "+") else -1)
        if not match[1]:
            _not_a_day(typed)
    else:
        days = int(match[4]) * (7 if match[5] == "週間" else 1) * (1 if match[6] == "後" else -1)
    return today + timedelta(days=days)


def _in_era(match: re.Match[str], typed: str) -> date:
    first, last = _ERAS[match[1].upper()]
    year = 1 if match[2] == "元" else int(match[2])
    found = _day(first.year + year - 1, int(match[3]), int(match[4]), typed) if year else None
    if found is None or found < first or (last is not None and found > last):
        if last is None:
            raise InputError(N_('"{typed}" is before that era, which began on {first}'), typed=typed, first=first)
        raise InputError(
            N_('"{typed}" is outside that era, which runs from {first} to {last}'), typed=typed, first=first, last=last
        )
    return found


def _either_order(one: int, two: int, year: int, typed: str) -> date:
    readings = {reading for reading in (_try(year, one, two), _try(year, two, one)) if reading}
    return _only(readings, typed) if readings else _day(year, one, two, typed)


@dataclass(frozen=True, slots=True)
class _Year:
    """Gives a month and day the year that can be meant; raise InputError where two can."""

    today: date
    lean: Lean
    typed: str

    def of(self, month: int, day: int) -> date:
        """The day in its year."""
        readings = [one for year in (-1, 0, 1) if (one := _try(self.today.year + year, month, day))]
        if not readings:
            return _day(self.today.year, month, day, self.typed)
        before = max((one for one in readings if one <= self.today), default=None)
        after = min((one for one in readings if one >= self.today), default=None)
        if before is None or after is None or before == after:
            return before or after or readings[0]
        if self.lean is Lean.COMING:
            return after
        if self.lean is Lean.PAST:
            if after - self.today <= _A_SLIP and self.today - before > _HALF_A_YEAR:
                self._refuse(before, after)
            return before
        nearest = min(before, after, key=lambda one: abs(one - self.today))
        if self.lean is Lean.STARTING and after - self.today <= _HALF_A_YEAR:
            return after
        if self.lean is Lean.STARTING or (self.lean is Lean.EITHER and abs(nearest - self.today) > _QUARTER):
            self._refuse(before, after)
        return nearest

    def _refuse(self, before: date, after: date) -> NoReturn:
        raise InputError(
            N_('"{typed}" can be read as {one} or as {two}; write it as {example}'),
            typed=self.typed, one=before, two=after, example=after.isoformat(),
        )  # fmt: skip


def _without_year(match: re.Match[str], year: _Year, lang: str) -> date:
    if match[3]:
        return year.of(int(match[3]), int(match[4]))
    month, day = int(match[1]), int(match[2])
    if lang == "ja":
        return year.of(month, day)
    orders = {order for order in ((month, day), (day, month)) if _try(2024, *order)}  # a leap year has every day
    readings = {year.of(*order) for order in orders}
    return _only(readings, year.typed) if readings else year.of(month, day)


def _only(readings: set[date], typed: str) -> date:
    if len(readings) > 1:
        one, two = sorted(readings)
        raise InputError(
            N_('"{typed}" can be read as {one} or as {two}; write it as {example}'),
            typed=typed, one=one, two=two, example="2026-12-24",
        )  # fmt: skip
    return readings.pop()


def _named_month(name: str, day: str, said: str | None, year: _Year) -> date:
    month = _named(name, _MONTHS)
    return _day(int(said), month, int(day), year.typed) if said else year.of(month, int(day))


def _try(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(year: int, month: int, day: int, typed: str) -> date:
    found = _try(year, month, day)
    if found is not None:
        return found
    if not 1 <= month <= 12 or not 1 <= year <= 9999:  # noqa: PLR2004 - months of a year
        _not_a_day(typed)
    last = next(number for number in (31, 30, 29, 28) if _try(year, month, number))
    if (month, day) == (2, 29):
        raise InputError(N_('"{typed}": {year} is not a leap year'), typed=typed, year=year)
    raise InputError(
        N_('"{typed}": there is no such day; the last of that month is {last}'),
        typed=typed,
        last=date(year, month, last),
    )


def _not_a_day(typed: str) -> NoReturn:
    raise InputError(
        N_('"{typed}" is not a day; expected for example 2026-11-24, 11/24, 24 Nov, today or -3d'), typed=typed
    )  # fmt: skip


def read_note(typed: str) -> str:
    """A text of the user's own in composed form; InputError for what no calendar or terminal can take."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not plain(text):
        raise InputError(N_("the text is empty"))
    if len(text.encode()) > _LONGEST_NOTE:
        raise InputError(N_("the text is too long (at most {most} bytes)"), most=_LONGEST_NOTE)
    return text


def combined(day: date, clock: time | None) -> date | datetime:
    """A day and a time of day as one value."""
    return datetime.combine(day, clock) if clock is not None else day
