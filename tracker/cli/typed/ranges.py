"""Days in a row: ``1 Dec..4 Dec``, ``last friday to today``, ``1-4 Dec``, 12/1〜12/4, 12月1日から4日まで."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from tracker.cli.typed.refusals import NotADayError, not_a_day
from tracker.cli.typed.text import plain_day
from tracker.cli.typed.weekdays import by_itself, is_in_a_week
from tracker.cli.typed.years import existing
from tracker.errors import N_, InputError

ReadOne = Callable[[str], date]
"""Reads one of the days as the command takes it; raise InputError where it means none or two."""
_A_WEEK = 7
MOST_DAYS = 92
"""Days of one range: a quarter. Our own bound against slips; a longer time without capsules is a pause."""

_BETWEEN = (
    r"\s*(?:\.{2,3}|…|[〜~–—]|から)\s*|\s+(?:to|till?|until|through|thru|-)\s+|(?<=^[0-9])-(?=[0-9]{1,2}\s+[a-z])"
    r"|(?<=^[0-9]{2})-(?=[0-9]{1,2}\s+[a-z])|(?<=[a-z]\s[0-9])-(?=[0-9]{1,2}\b)|(?<=[a-z]\s[0-9]{2})-(?=[0-9]{1,2}\b)"
    r"|(?<=月[0-9])-(?=[0-9]{1,2}日$)|(?<=月[0-9]{2})-(?=[0-9]{1,2}日$)"
)
_IN_FRONT, _BEHIND = r"^(?:from|between)\s+", r"\s*まで$"
_WITH_SLASHES = r"^([0-9]{1,2}/[0-9]{1,2})-([0-9]{1,2}(?:/[0-9]{1,2})?)$"
_WITH_MONTHS = r"^([0-9]{1,2}\s?[a-z]{3,9}|[a-z]{3,9}\s?[0-9]{1,2})-([0-9]{1,2}\s?[a-z]{3,9}|[a-z]{3,9}\s?[0-9]{1,2})$"
_DAY_ALONE = r"([0-9]{1,2})(?:st|nd|rd|th|日)?"
_WITHOUT_ITS_SIGN = r"[0-9]月\s*[0-9]{1,2}$"
"""The first day of ``9月7〜8日``: its sign stands behind the second."""
_LISTED = r"\s*[,;、・&]\s*|\s*と\s*|\s+and\s+"
"""They are compiled when they are tried: most commands read no days."""


def read_days(typed: str, read_one: ReadOne) -> tuple[date, date]:
    """The first and the last of the days that ``typed`` means, the same for one day; InputError as for a day.

    Of two days one may be a number alone: it is of the other's month.
    """
    text = plain_day(typed)
    text = re.sub(_WITH_SLASHES, r"\1..\2", text)
    text = re.sub(_WITH_MONTHS, r"\1..\2", text, flags=re.IGNORECASE)
    text = re.sub(_BEHIND, "", re.sub(_IN_FRONT, "", text, flags=re.IGNORECASE))
    sides = re.split(_BETWEEN, text, flags=re.IGNORECASE)
    if sides[-1].endswith("日"):
        sides = [f"{side}日" if re.search(_WITHOUT_ITS_SIGN, side) else side for side in sides]
    if len(sides) != 2 or not all(sides):  # noqa: PLR2004 - from and to
        one = read_one(typed)
        return one, one

    def read(side: str) -> date:
        try:
            return read_one(side)
        except NotADayError:
            not_a_day(typed)

    alone = [re.fullmatch(_DAY_ALONE, side, re.IGNORECASE) for side in sides]
    days = [by_itself(side) for side in sides]
    if days[1] and is_in_a_week(sides[0]):
        # From Wednesday of last week to Friday: to the Friday that follows it.
        first = read(sides[0])
        last = first + timedelta(days=(days[1] - first.isoweekday()) % _A_WEEK)
    elif days[0] and is_in_a_week(sides[1]):
        last = read(sides[1])
        first = last - timedelta(days=(last.isoweekday() - days[0]) % _A_WEEK)
    elif alone[0] is not None:
        last = read(sides[1])
        first = _of_the_month_of(last, alone[0], typed)
    else:
        first = read(sides[0])
        last = _of_the_month_of(first, alone[1], typed) if alone[1] is not None else read(sides[1])
    if first > last:
        raise InputError(N_('"{typed}": {first} is after {last}'), typed=typed, first=first, last=last)
    if last - first >= timedelta(days=MOST_DAYS):
        raise InputError(
            N_('"{typed}" is more than {most} days, from {first} to {last}'),
            typed=typed, most=MOST_DAYS, first=first, last=last,
        )  # fmt: skip
    return first, last


def read_several(typed: str, read_one: ReadOne) -> tuple[date, ...]:
    """All the days that ``typed`` means, in their order: one, days in a row, or several of them; InputError as for one.

    A number alone is of the month of the day before it, or else behind it: ``9月3日、5日``, ``3 and 4 Sep``.
    """
    try:
        return _each(*read_days(typed, read_one))
    except NotADayError:
        parts = [part for part in re.split(_LISTED, plain_day(typed), flags=re.IGNORECASE) if part]
        if len(parts) < 2:  # noqa: PLR2004 - one and another
            raise
    found: list[date] = []
    waiting: list[re.Match[str]] = []
    for part in parts:
        alone = re.fullmatch(_DAY_ALONE, part, re.IGNORECASE)
        if alone is not None:
            waiting.append(alone)
        else:
            try:
                days = read_days(f"{part}日" if re.search(_WITHOUT_ITS_SIGN, part) else part, read_one)
            except NotADayError:
                not_a_day(typed)
            found += _each(*days)
        if found:
            found += [_of_the_month_of(found[-1], one, typed) for one in waiting]
            waiting = []
    if waiting:
        not_a_day(typed)
    several = tuple(sorted(set(found)))
    if len(several) > MOST_DAYS:
        raise InputError(
            N_('"{typed}" is more than {most} days, from {first} to {last}'),
            typed=typed, most=MOST_DAYS, first=several[0], last=several[-1],
        )  # fmt: skip
    return several


def _each(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=after) for after in range((last - first).days + 1))


def _of_the_month_of(day: date, alone: re.Match[str], typed: str) -> date:
    found = existing(day.year, day.month, int(alone[1]))
    if found is None:
        raise NotADayError(N_('"{typed}": there is no such day'), typed=typed, word=typed)
    return found
