"""For whom a programme is meant by age: said where the age is known, and only there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tracker.readings.ages import age_on

START = ("start", "2026-11-24", "--weight", "50", "--dose", "20", "--can-become-pregnant", "--protocol", "jp-strict")
WORDS = "18 years or older. [J15] At the first capsule (Tue 24 Nov 2026) the age is 17: ask your clinic."


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 11, 23), date(2008, 11, 24), 17),
        (date(2026, 11, 24), date(2008, 11, 24), 18),
        (date(2026, 2, 28), date(2008, 2, 29), 17),
        (date(2026, 3, 1), date(2008, 2, 29), 18),
        (date(2028, 2, 29), date(2008, 2, 29), 20),
        (date(2026, 12, 31), date(2009, 1, 1), 17),
        (date(2026, 11, 24), date(2026, 11, 24), 0),
    ],
)
def test_a_year_is_full_on_the_day_of_birth_and_not_before(day: date, born: date, age: int) -> None:
    assert age_on(day, born) == age


@given(st.dates(date(1930, 1, 1), date(2030, 1, 1)), st.integers(0, 40_000))
def test_an_age_never_comes_before_the_calendar_has_it(born: date, days: int) -> None:
    day = date.fromordinal(born.toordinal() + days)
    passed = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert age_on(day, born) == passed


@pytest.mark.parametrize(("born", "is_said"), [("2008-11-25", True), ("2008-11-24", False), ("1999-04-01", False)])
def test_who_is_too_young_is_told_at_the_start_later_and_on_the_status(
    isotrack: Isotrack, born: str, *, is_said: bool
) -> None:
    for said in (isotrack(*START, "--born", born).out, isotrack().out):
        assert (WORDS in said) == is_said
    isotrack("undo")
    isotrack(*START)
    for said in (isotrack("log", "person", "--born", born).out, isotrack().out):
        assert (WORDS in said) == is_said


def test_where_the_age_is_not_known_or_the_programme_has_none_nothing_is_said(isotrack: Isotrack) -> None:
    assert "ask your clinic." not in isotrack(*START).out
    isotrack("undo")
    assert "ask your clinic." not in isotrack(*START[:-1], "jp-standard", "--born", "2012-01-01").out


def test_a_first_capsule_that_is_moved_is_the_day_that_counts(isotrack: Isotrack) -> None:
    isotrack(*START, "--born", "2008-11-25")
    isotrack("start", "--move", "2026-11-25")
    assert "the age is" not in isotrack().out
