"""The year of a day that is typed without one, or with two digits of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NoReturn

from msgspec import Struct

from tracker.cli.typed.refusals import not_a_day
from tracker.errors import N_, InputError, Listed


class Lean(StrEnum):
    """Which day is meant where the words leave several: a day without its year, a day of the week alone."""

    PAST = "past"
    """The last time that day was: for what has happened."""
    COMING = "coming"
    """The next time that it will be: for what lies ahead."""
    STARTING = "starting"
    """The next time, where that is within half a year; else both years are named, and both days of the week."""
    EITHER = "either"
    """The nearest, where that is within a quarter; else both years are named, and both days of the week."""
    NEAREST = "nearest"
    """The nearest year; both days of the week are named."""


class Order(StrEnum):
    """Whether ``1/5`` is the 1st of May or the 5th of January, where the language leaves it open."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


_QUARTER, _HALF_A_YEAR = timedelta(days=92), timedelta(days=183)
_A_SLIP = timedelta(days=31)
"""What has not come yet, so near ahead, was meant when it was typed for the past."""
_LONG_BEFORE = timedelta(days=60)
"""Before a course begins: what is recorded in it is not older, such as the tests and the consent before the start."""
_YEARS_BESIDE = 3
"""Years before and after this one that two digits can stand for: no course lasts longer."""
_LEAP_DAY = (2, 29)
_DIGITS = 2
_BEFORE_REIWA = 2018


class Begun(Struct, frozen=True):
    """How a course begins: the first day of which something is recorded, and that of the first capsule."""

    known: date
    first_dose: date


class Asked(Struct, frozen=True):
    """What was typed for a day, and what is known beside it."""

    typed: str
    today: date
    lang: str
    lean: Lean
    order: Callable[[], Order | None] | None = None
    """Gives the order that was chosen for days written with numbers alone, if any; called only where it matters."""
    since: Callable[[], Begun | None] | None = None
    """Gives how the course begins that the day is recorded in, if there is one; called only where it matters."""

    def in_order(self, one: int, two: int, *, year: int) -> list[tuple[int, int]]:
        """The months and days that two numbers can be: in the order that was chosen, where both orders have a day."""
        orders = {Order.MONTH_FIRST: (one, two), Order.DAY_FIRST: (two, one)}
        found = {order: both for order, both in orders.items() if existing(year, *both)}
        chosen = self.order() if self.order and len(found) > 1 and one != two else None
        return [found[chosen]] if chosen else list(dict.fromkeys(found.values()))

    def allowed(self, days: Iterable[date]) -> set[date]:
        """Those days that the command can mean; all of them where it can mean none."""
        found = set(days)
        match self.lean:
            case Lean.PAST:
                return {day for day in found if day <= self.today} or found
            case Lean.COMING:
                return {day for day in found if day >= self.today} or found
        return found


def in_its_year(asked: Asked, *orders: tuple[int, int]) -> set[date]:
    """What months and days can mean: each one day, or two where it can be this year's and another's.

    What is recorded in a course is not long before its beginning, unless the year is said.
    """
    found = {day for order in orders for day in _of_any_year(asked, *order)}
    begun = asked.since() if asked.since is not None else None
    if begun is None:
        return found
    first = begun.known
    in_the_course = {day for day in found if day >= first - _LONG_BEFORE}
    if not in_the_course:
        _refuse_a_day_near_ahead(asked, orders)
        raise InputError(
            N_('"{typed}" without a year is {days}, long before the course, which begins on {first}; write the year if'
               " that day is meant"),
            typed=asked.typed, days=Listed(tuple(sorted(found))), first=begun.first_dose,
        )  # fmt: skip
    is_open = in_the_course < found and max(in_the_course) < first
    # Both lie before the course: that one of them lies far before it does not say which was meant.
    return found if is_open else in_the_course


def _refuse_a_day_near_ahead(asked: Asked, orders: Iterable[tuple[int, int]]) -> None:
    """Raise InputError where the days lie long before the course, but one of them will be soon: that one is meant."""
    years = (asked.today.year, asked.today.year + 1)
    ahead = sorted(one for year in years for order in orders if (one := existing(year, *order))
                   and asked.today < one <= asked.today + _QUARTER)  # fmt: skip
    if ahead:
        raise InputError(N_("{on} has not come yet (today is {today})"), N_("only what has happened is logged"),
                         on=Listed(tuple(ahead)), today=asked.today)  # fmt: skip


def _of_any_year(asked: Asked, month: int, day: int) -> set[date]:
    found = [one for year in (-1, 0, 1) if (one := existing(asked.today.year + year, month, day))]
    if not found:
        return {the_day(_year_of(asked, month), month, day, asked.typed)}
    before = max((one for one in found if one <= asked.today), default=None)
    after = min((one for one in found if one >= asked.today), default=None)
    return _on_one_side(asked, before, after) if before is None or after is None else _leaning(asked, before, after)


def _year_of(asked: Asked, month: int) -> int:
    """The year in which a month is looked for: one that the command can mean."""
    this = asked.today.year
    if asked.lean in (Lean.COMING, Lean.STARTING):
        return this + (month < asked.today.month)
    return this - (asked.lean is Lean.PAST and month > asked.today.month)


def _leaning(asked: Asked, before: date, after: date) -> set[date]:
    ago, ahead = asked.today - before, after - asked.today
    if asked.lean is Lean.COMING or (asked.lean is Lean.STARTING and ahead <= _HALF_A_YEAR):
        return {after}
    if asked.lean is Lean.PAST and not (ahead <= _A_SLIP and ago > _HALF_A_YEAR):
        return {before}
    if asked.lean is Lean.NEAREST or (asked.lean is Lean.EITHER and min(ago, ahead) <= _QUARTER):
        return {before if ago <= ahead else after}
    return {before, after}


def _on_one_side(asked: Asked, before: date | None, after: date | None) -> set[date]:
    """A 29 February that the years beside this one have on one side alone."""
    over = asked.today.month > _LEAP_DAY[0]
    if asked.lean is Lean.PAST and before is None:
        refuse_leap_day(asked.typed, asked.today.year - (not over))
    if asked.lean is Lean.COMING and after is None:
        refuse_leap_day(asked.typed, asked.today.year + over)
    return {one for one in (before, after) if one}


def of_two_digits(asked: Asked, one: str, two: str, three: str) -> set[date]:
    """What three numbers of at most two digits can mean: a year is any in reach, and the order any that has a day.

    In Japanese the year stands first, where that can be. It can be one of Reiwa too, where there is no other reading.
    """
    numbers = int(one), int(two), int(three)
    year_first = _near(asked, [_of(2000, *numbers)] if len(one) == _DIGITS else [])
    orders = asked.in_order(*numbers[:2], year=2000 + numbers[2]) if len(three) == _DIGITS else ()
    others = _near(asked, [_of(2000, numbers[2], *order) for order in orders])
    of_reiwa = _near(asked, [_of(_BEFORE_REIWA, *numbers)])
    if asked.lang != "ja":
        found = asked.allowed(year_first | others)
    elif year_first:
        found = year_first
    else:
        found = others | of_reiwa if of_reiwa else asked.allowed(others)
    if found:
        return found
    raise InputError(
        N_('"{typed}": write the year with four digits, like {example}'), typed=asked.typed, example="2026-12-24"
    )


def _near(asked: Asked, days: Iterable[date | None]) -> set[date]:
    return {day for day in days if day and abs(day.year - asked.today.year) <= _YEARS_BESIDE}


def _of(before: int, year: int, month: int, day: int) -> date | None:
    return existing(before + year, month, day)


def existing(year: int, month: int, day: int) -> date | None:
    """The day, where there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def the_day(year: int, month: int, day: int, typed: str) -> date:
    """The day; InputError that says why there is none."""
    found = existing(year, month, day)
    if found is not None:
        return found
    if not 1 <= month <= 12 or not 1 <= year <= 9999:  # noqa: PLR2004 - months of a year
        not_a_day(typed)
    if (month, day) == _LEAP_DAY:
        refuse_leap_day(typed, year)
    last = next(number for number in (31, 30, 29, 28) if existing(year, month, number))
    raise InputError(
        N_('"{typed}": there is no such day; the last of that month is {last}'),
        typed=typed,
        last=date(year, month, last),
    )


def refuse_leap_day(typed: str, year: int) -> NoReturn:
    """Say that this year has no 29 February."""
    raise InputError(N_('"{typed}": {year} is not a leap year'), typed=typed, year=year)
