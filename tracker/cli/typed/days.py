"""Days as people type them: written with numbers and months, counted from today, or named by the week."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from tracker.cli.typed.clock import split_clock
from tracker.cli.typed.refusals import NotADayError, not_a_day, refuse_readings
from tracker.cli.typed.relative import counted
from tracker.cli.typed.text import plain_day
from tracker.cli.typed.weekdays import named, of_the_week, without_weekday
from tracker.cli.typed.years import Asked, Begun, Lean, Order, in_its_year, of_two_digits, the_day
from tracker.errors import N_, InputError

_NUMBERS_ALONE = r"[0-9]{1,2}[./\-][0-9]{1,2}(?:[./\-][0-9]{2,4})?"
_FIRST_YEAR = 1900
_YEARS_AHEAD = 10
_LONGEST = 100
_A_LEAP_YEAR = 2024
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS_FROM_HERE = {"先々": -2, "先": -1, "今": 0, "来": 1, "再来": 2}
_ERAS = {
    "令和": (date(2019, 5, 1), None), "R": (date(2019, 5, 1), None),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)), "H": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)), "S": (date(1926, 12, 25), date(1989, 1, 7)),
}  # fmt: skip
"""First and last day of an era."""


def read_day(
    typed: str,
    today: date,
    lang: str,
    lean: Lean = Lean.NEAREST,
    order: Callable[[], Order | None] | None = None,
    since: Callable[[], Begun | None] | None = None,
) -> date:
    """The day that ``typed`` means; raise InputError where it means none or two.

    ``order`` gives the order that was chosen for days such as ``1/5``; it is called only where both can be meant.
    ``since`` gives how the course begins that the day is recorded in, where the year is not said.
    """
    asked = Asked(typed, today, lang, lean, order, since)
    text = plain_day(typed)
    if len(text) > _LONGEST:
        not_a_day(typed)
    weekday = 0
    found = _readings(text, asked)
    if not found:
        text, weekday = without_weekday(text)
        found = _readings(text, asked) if weekday else set()
    if not found:
        _refuse_a_time(text, asked)
        not_a_day(typed)
    fitting = {day for day in found if weekday in (0, day.isoweekday())}
    if not fitting and len(found) == 1:
        raise InputError(N_('"{typed}": {on} is another day of the week'), typed=typed, on=found.pop())
    if len(fitting) != 1:
        by_order = lang != "ja" and order is not None and re.fullmatch(_NUMBERS_ALONE, text) is not None
        is_open = bool(by_order and order and not order())
        refuse_readings(typed, fitting or found, by_order=is_open, usual=getattr(order, "usual", None))
    [day] = fitting
    if not _FIRST_YEAR <= day.year <= today.year + _YEARS_AHEAD:
        raise InputError(
            N_('"{typed}" is not a year that can be meant here; expected {first} to {last}'),
            typed=typed, first=_FIRST_YEAR, last=today.year + _YEARS_AHEAD,
        )  # fmt: skip
    return day


def _readings(text: str, asked: Asked) -> set[date]:
    """The days that a text can mean; none where it has no form of a day."""
    for form, read in _FORMS:
        if (match := re.fullmatch(form, text, re.IGNORECASE)) and (days := read(match, asked)):
            return days
    day = counted(text, asked.today)
    return of_the_week(text, asked) if day is None else {day}


def _refuse_a_time(text: str, asked: Asked) -> None:
    """Say that only a day is asked, where a time stands behind one."""
    parts = split_clock(text)
    if parts is None:
        return
    try:
        day = read_day(parts.day, asked.today, asked.lang, asked.lean, asked.order, asked.since)
    except NotADayError:
        return
    raise NotADayError(
        N_('"{typed}": only the day is asked here, without a time of day: {day}'),
        typed=asked.typed, day=day.isoformat(), word=asked.typed, instead=[day.isoformat()],
    )  # fmt: skip


def _in_era(match: re.Match[str], asked: Asked) -> set[date]:
    first, last = _ERAS[match[1].upper()]
    year = 1 if match[2] == "元" else int(match[2])
    found = the_day(first.year + year - 1, int(match[3]), int(match[4]), asked.typed) if year else None
    if found is None or found < first or (last is not None and found > last):
        if last is None:
            raise InputError(N_('"{typed}" is before that era, which began on {first}'), typed=asked.typed, first=first)
        raise InputError(
            N_('"{typed}" is outside that era, which runs from {first} to {last}'),
            typed=asked.typed, first=first, last=last,
        )  # fmt: skip
    return {found}


def _in_full(match: re.Match[str], asked: Asked) -> set[date]:
    year, month, day = (int(part) for part in match.groups())
    return {the_day(year, month, day, asked.typed)}


def _year_last(match: re.Match[str], asked: Asked) -> set[date]:
    one, two, year = (int(part) for part in match.groups())
    orders = asked.in_order(one, two, year=year) or [(one, two)]
    return asked.allowed(the_day(year, *order, asked.typed) for order in orders)


def _two_digits(match: re.Match[str], asked: Asked) -> set[date]:
    return of_two_digits(asked, match[1], match[3], match[4])


def _without_year(match: re.Match[str], asked: Asked) -> set[date]:
    one, two = int(match[1]), int(match[2])
    if asked.lang == "ja":
        return in_its_year(asked, (one, two))
    orders = asked.in_order(one, two, year=_A_LEAP_YEAR) or [(one, two)]
    return in_its_year(asked, *orders)


def _month_and_day(match: re.Match[str], asked: Asked) -> set[date]:
    return in_its_year(asked, (int(match[1]), int(match[2])))


def _of_a_month_near_by(match: re.Match[str], asked: Asked) -> set[date]:
    months = asked.today.year * 12 + asked.today.month - 1 + _MONTHS_FROM_HERE[match[1]]
    return {the_day(months // 12, months % 12 + 1, int(match[2]), asked.typed)}


def _named_month(match: re.Match[str], asked: Asked) -> set[date]:
    month, day, year = named(match["month"], _MONTHS), int(match["day"]), match["year"]
    if not month:
        return set()
    return {the_day(int(year), month, day, asked.typed)} if year else in_its_year(asked, (month, day))


_DAY, _NAME, _YEAR = (
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?",
    r"(?P<month>[a-z]{3,9})\.?",
    r"(?:,?\s+(?P<year>[0-9]{4}))?",
)
_FORMS: tuple[tuple[str, Callable[[re.Match[str], Asked], set[date]]], ...] = (
    (r"([0-9]{4})\s*[年./\-]\s*([0-9]{1,2})\s*[月./\-]\s*([0-9]{1,2})\s*日?", _in_full),
    (r"(令和|平成|昭和|[RHS])\s*(元|[0-9]{1,2})\s*[年./\-]\s*([0-9]{1,2})\s*[月./\-]\s*([0-9]{1,2})日?", _in_era),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", _in_full),
    (r"([0-9]{1,2})[./\-]([0-9]{1,2})[./\-]([0-9]{4})", _year_last),
    (r"([0-9]{1,2})([./\-])([0-9]{1,2})\2([0-9]{1,2})", _two_digits),
    (r"([0-9]{1,2})/([0-9]{1,2})", _without_year),
    (r"([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日?", _month_and_day),
    (r"(先々|先|今|来|再来)月の?\s*([0-9]{1,2})\s*日", _of_a_month_near_by),
    (rf"{_DAY}\s+(?:of\s+)?{_NAME}{_YEAR}", _named_month),
    (rf"{_NAME}\s+{_DAY}{_YEAR}", _named_month),
)
"""The forms with numbers and what reads them. They are compiled when they are tried: most commands read no day."""
