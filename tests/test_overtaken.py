"""What was done before its appointment, and days that can hardly be meant."""

from __future__ import annotations

import shlex
from datetime import date, timedelta

import pytest

from tests.conftest import Isotrack
from tests.support import START

STAYS = (("2027-01-19", "10:00"), "Tue 19 Jan 2027 10:00", "2027-01-19T10:00")
ALL_DAY = (("2027-01-19",), "Tue 19 Jan 2027", "2027-01-19")
GONE = "stands no more"


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    return isotrack


@pytest.mark.parametrize(("booking", "shown", "kept"), [STAYS, ALL_DAY])
def test_a_visit_before_its_appointment_says_that_it_stands_no_more_and_how_to_keep_it(
    course: Isotrack, booking: tuple[str, ...], shown: str, kept: str
) -> None:
    course("book", "visit/2", *booking, today="2026-12-20")
    said = course("log", "visit", today="2027-01-10").out
    assert f"The appointment on {shown} for visit/2 stands no more: visit/2 is done." in said
    assert f"The appointment on {shown} for visit/2 stands again." in course("undo", today="2027-01-10").out
    assert f"The appointment on {shown} for visit/2 stands no more" in course("redo", today="2027-01-10").out
    command = said.partition("To keep it for visit/3: isotrack ")[2].splitlines()[0]
    course(*shlex.split(command), today="2027-01-10")
    items = course("plan", "--json", today="2027-01-10").items()
    assert items["visit/3"]["booked_at"] == kept


def test_all_of_it_is_said_in_japanese(course: Isotrack) -> None:
    course("book", "visit/2", "2027-01-19", "10:00", today="2026-12-20")
    said = course("--lang", "ja", "log", "visit", today="2027-01-10").out
    assert "visit/3の予約として残すには：isotrack book visit/3" in said
    assert "予約は再び有効になりました。" in course("--lang", "ja", "undo", today="2027-01-10").out


def test_a_correction_says_it_as_well(course: Isotrack) -> None:
    course("book", "visit/2", "2027-01-10", "10:00", today="2026-12-20")
    done = course("log", "visit", today="2027-01-10")
    assert GONE not in done.out
    number = done.out.partition("number ")[2].partition(")")[0]
    # The appointment of a day that has come says nothing more, done before it or not.
    assert GONE not in course("fix", number, "--on", "2027-01-09", today="2027-01-11").out


@pytest.mark.parametrize(("day", "today"), [("2027-01-19", "2027-01-19"), ("2027-01-22", "2027-01-22")])
def test_on_the_day_of_the_appointment_or_after_it_nothing_is_said(course: Isotrack, day: str, today: str) -> None:
    course("book", "visit/2", "2027-01-19", "10:00", today="2026-12-20")
    assert GONE not in course("log", "visit", "--on", day, today=today).out


def test_where_the_next_is_booked_as_well_only_undo_is_named(course: Isotrack) -> None:
    for key, day in (("visit/2", "2027-01-19"), ("visit/3", "2027-02-19")):
        course("book", key, day, today="2026-12-20")
    said = course("log", "visit", today="2027-01-10").out
    assert "If that is wrong: isotrack undo" in said


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-20", "2026-01-01"])
def test_no_capsule_is_missed_before_the_first(isotrack: Isotrack, day: str) -> None:
    isotrack(*START)
    for lang, first in (("en", "(Tue 24 Nov 2026)"), ("ja", "2026年11月24日(火)")):
        refused = isotrack("--lang", lang, "log", "dose", "--missed", "--on", day, today="2026-12-01", ok=False)
        assert (refused.code, first in refused.err) == (2, True)
    isotrack("log", "dose", "--missed", "--on", "2026-11-24", today="2026-12-01")


KINDS = {
    "visit": ("log", "visit"), "consent": ("log", "consent"),
    "pregnancy test": ("log", "pregnancy-test", "negative"),
}  # fmt: skip
ENROLLED = date(2026, 11, 23)


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize(("before", "is_refused"), [(29, False), (60, False), (61, True), (200, True), (700, True)])
def test_what_belongs_to_the_beginning_is_done_two_months_before_it_at_most(
    isotrack: Isotrack, what: str, before: int, is_refused: bool
) -> None:
    isotrack(*START, today=str(ENROLLED))
    day = ENROLLED - timedelta(days=before)
    ran = isotrack(*KINDS[what], "--on", str(day), today="2026-12-01", ok=not is_refused)
    assert ("more than 60 days before the course (Tue 24 Nov 2026)" in ran.err) == is_refused


@pytest.mark.parametrize("typed", ["2025-11-20", "2025-11-27", "2024-11-30", "2025-10-01"])
def test_a_slip_of_the_year_names_the_day_that_may_be_meant(isotrack: Isotrack, typed: str) -> None:
    isotrack(*START)
    refused = isotrack("log", "visit", "--on", typed, today="2026-12-01", ok=False)
    day = date.fromisoformat(typed).replace(year=2026)
    assert f"was {day:%a} {day.day} {day:%b %Y} meant?" in refused.err
    said = isotrack("--lang", "ja", "log", "visit", "--on", typed, today="2026-12-01", ok=False)
    assert "のことではありませんか" in said.err


def test_blood_may_be_older(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "blood-test", "--on", "2026-03-01", today="2026-12-01")
