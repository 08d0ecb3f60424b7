"""Days as they are typed, by the command that they are typed for: a table to which a line is added for a new form.

Each line has a language (``*`` for both), today, what the command asks for, what is typed, and the day, or all days
that the refusal names. ``-`` is no day at all.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.test_spoken_days import read
from tracker.cli.typed import Lean, NotADayError, Order, read_day
from tracker.errors import InputError

TABLE = """
en  2026-12-20  past      last friday         2026-12-18
en  2026-12-20  past      friday              2026-12-18
en  2026-12-20  coming    friday              2026-12-25
en  2026-12-20  coming    next tuesday        2026-12-22
en  2026-12-21  coming    next tuesday        2026-12-22 2026-12-29
en  2026-12-21  coming    next monday         2026-12-28
en  2026-12-20  coming    in 2 weeks          2027-01-03
en  2026-12-20  past      3 days ago          2026-12-17
en  2026-12-20  past      8 Mar               2026-03-08
en  2026-12-20  coming    8 Mar               2027-03-08
en  2026-12-20  either    8 Mar               2027-03-08
en  2026-12-20  past      8 March 2026        2026-03-08
en  2026-12-20  past      1/5                 2026-01-05 2026-05-01 2027-01-05
en  2026-12-20  coming    1/5                 2027-01-05 2027-05-01
en  2026-12-20  past      13/5                2026-05-13
en  2026-12-20  past      12/12               2026-12-12
*   2026-12-20  past      18/01/27            2027-01-18
*   2026-12-20  past      おととい            2026-12-18
*   2026-12-20  past      －１日              2026-12-19
*   2026-12-20  past      先週の金曜          2026-12-11
*   2026-12-20  coming    来週の火曜日        2026-12-22
*   2026-12-20  past      金曜日              2026-12-18
*   2026-12-20  coming    金曜日              2026-12-25
*   2026-12-20  past      令和８年１２月１日  2026-12-01
ja  2026-12-20  past      1/5                 2026-01-05 2027-01-05
ja  2026-12-20  coming    1/5                 2027-01-05
ja  2026-12-20  past      １２／１            2026-12-01
en  2026-12-20  coming    24 Dec              2026-12-24
en  2027-03-01  past      24 Aug              2026-08-24
*   2026-12-20  past      3                   -
*   2026-12-20  past      last day            -
*   2026-12-20  past      前回                -
*   2026-12-20  past      12月                -
"""
WORDS = [line.split(maxsplit=3) for line in TABLE.strip().splitlines()]
ROWS = [(*words[:3], *words[3].rsplit("  ", 1)) for words in WORDS]
CASES = [
    (lang, today, Lean(lean), typed.strip(), set(days.split()))
    for said, today, lean, typed, days in ROWS
    for lang in (("en", "ja") if said == "*" else (said,))
]


@pytest.mark.parametrize(("lang", "today", "lean", "typed", "days"), CASES, ids=map(str, range(len(CASES))))
def test_a_day_is_the_one_that_the_command_can_mean(
    lang: str, today: str, lean: Lean, typed: str, days: set[str]
) -> None:
    if days == {"-"}:
        with pytest.raises(NotADayError):
            read_day(typed, date.fromisoformat(today), lang, lean)
    else:
        assert read(typed, date.fromisoformat(today), lean, lang) == days


IN_ORDER = """
day-first    past    1/5         2026-05-01
month-first  past    1/5         2026-01-05 2027-01-05
day-first    coming  1/5         2027-05-01
month-first  coming  1/5         2027-01-05
day-first    past    1/5/2026    2026-05-01
month-first  past    1-5-2026    2026-01-05
day-first    past    13/5        2026-05-13
day-first    past    5/13        2026-05-13
day-first    past    1/5/26      2026-05-01
month-first  past    01.05.26    2026-01-05
day-first    past    2026-05-01  2026-05-01
"""


@pytest.mark.parametrize("line", IN_ORDER.strip().splitlines())
def test_numbers_are_read_in_the_order_that_was_chosen(line: str) -> None:
    order, lean, typed, *days = line.split()
    try:
        found = {read_day(typed, date(2026, 12, 20), "en", Lean(lean), lambda: Order(order)).isoformat()}
    except InputError:
        found = read(typed, date(2026, 12, 20), Lean(lean)) & set(days)
    assert found == set(days)


@pytest.mark.parametrize("typed", ["2026-05-01", "yesterday", "13/5", "5 May", "12/12", "5月1日", "last friday"])
def test_the_order_is_asked_for_only_where_it_matters(typed: str) -> None:
    asked: list[str] = []
    read_day(typed, date(2026, 12, 20), "en", Lean.PAST, lambda: asked.append(typed))
    assert asked == []


def test_in_japanese_the_month_stands_first_whatever_was_chosen() -> None:
    assert read_day("3/4", date(2026, 12, 20), "ja", Lean.PAST, lambda: Order.DAY_FIRST) == date(2026, 3, 4)
