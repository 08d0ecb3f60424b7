"""Several days at once: how they are read, and what one command records of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from tests.conftest import Isotrack
from tests.test_journeys import START
from tracker.cli.typed import Lean, read_day, read_days, read_several
from tracker.errors import InputError
from tracker.i18n import language

TODAY = date(2026, 12, 20)
FIRST_TO_FOURTH = ("2026-12-01", "2026-12-04")


def past(lang: str) -> Callable[[str], date]:
    """Reads a day of what has happened."""
    return partial(read_day, today=TODAY, lang=lang, lean=Lean.PAST)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    ("typed", "days"),
    [
        *((typed, FIRST_TO_FOURTH) for typed in (
            "1 Dec..4 Dec", "1..4 Dec", "1-4 Dec", "Dec 1-4", "Dec 1 - 4", "1 Dec to 4 Dec", "from 1 Dec to 4 Dec",
            "from Tue 1 Dec 2026 to Fri 4 Dec 2026", "1 Dec – 4 Dec", "1st to 4th Dec", "2026-12-01..2026-12-04",
            "2026-12-01 - 2026-12-04", "2026-12-01〜2026-12-04", "12月1日〜12月4日", "12月1日から12月4日まで",
            "12月1日から4日まで", "１２月１日～４日", "令和8年12月1日から令和8年12月4日まで", "1 Dec…4 Dec",
        )),
        ("2026-12-01", ("2026-12-01", "2026-12-01")),
        ("1 Dec..1 Dec", ("2026-12-01", "2026-12-01")),
        ("last friday to today", ("2026-12-18", "2026-12-20")),
        ("-3d..yesterday", ("2026-12-17", "2026-12-19")),
        ("monday until wednesday", ("2026-12-14", "2026-12-16")),
        ("先週の金曜から今日まで", ("2026-12-11", "2026-12-20")),
        ("30 Nov..2 Dec", ("2026-11-30", "2026-12-02")),
        ("1Dec..4Dec", FIRST_TO_FOURTH), ("1dec2026..4dec2026", FIRST_TO_FOURTH), ("Dec1..Dec4", FIRST_TO_FOURTH),
        ("1December to 4", FIRST_TO_FOURTH), ("1-4Dec", FIRST_TO_FOURTH), ("30Nov", ("2026-11-30", "2026-11-30")),
        ("先週の水曜から金曜まで", ("2026-12-09", "2026-12-11")),
        ("先週の金曜から月曜まで", ("2026-12-11", "2026-12-14")),
        ("wednesday last week to friday", ("2026-12-09", "2026-12-11")),
        ("wed to fri last week", ("2026-12-09", "2026-12-11")),
        ("last week fri to mon", ("2026-12-11", "2026-12-14")),
        ("今週の月曜から水曜まで", ("2026-12-14", "2026-12-16")),
        ("last wednesday to friday", ("2026-12-16", "2026-12-18")),
        ("2026-09-20..today", ("2026-09-20", "2026-12-20")),
    ],
)  # fmt: skip
def test_two_days_are_read_as_people_say_them(typed: str, days: tuple[str, str], lang: str) -> None:
    assert tuple(day.isoformat() for day in read_days(typed, past(lang))) == days


@pytest.mark.parametrize(
    "typed", ["12/1〜12/4", "12/1～4", "12/1-12/4", "12/1..12/4", "１２／１〜１２／４", "12/1から12/4まで"]
)
def test_in_japanese_the_month_stands_first_in_both(typed: str) -> None:
    assert tuple(day.isoformat() for day in read_days(typed, past("ja"))) == FIRST_TO_FOURTH


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("4 Dec..1 Dec", "Fri 4 Dec 2026 is after Tue 1 Dec 2026"),
        ("28 Nov..3", "is after"),
        ("1 Feb..30", "no such day"),
        ("2026-09-19..today", "92 days"),
        ("12/1..12/4", "Tue 1 Dec 2026"),
        ("..", "not a day"),
        ("1 Dec..", "not a day"),
        ("..4 Dec", "not a day"),
        ("1..4", "not a day"),
        ("1 Dec..2 Dec..3 Dec", "not a day"),
        ("1 Dec to", "not a day"),
    ],
)
def test_what_are_no_days_in_a_row_is_refused(typed: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_days(typed, past("en"))
    assert told in language("en").fill(refused.value.message, refused.value.values)


@pytest.mark.parametrize(("typed", "days"), [
    ("12/4,12/3", "3 4"), ("12/3、12/5", "3 5"), ("12月3日と5日", "3 5"), ("12月3、5日", "3 5"), ("12月7〜8日", "7 8"),
    ("12月7-8日", "7 8"), ("12/3-5,12/8", "3 4 5 8"), ("12/3・12/3", "3"), ("3 Dec, 5 Dec", "3 5"), ("Dec 3, 5", "3 5"),
    ("3 and 5 Dec", "3 5"), ("2026-12-01,2026-12-05", "1 5"), ("昨日と一昨日", "18 19"), ("3 Dec", "3"),
    ("1-3 Dec", "1 2 3"),
    ("12/4,", None), ("12/4,x", None), ("3,5", None), (",", None),
    ("2026-09-01..2026-11-30, 2026-12-01, 2026-12-02", None),
])  # fmt: skip
def test_several_days_are_read_in_a_row_or_not(typed: str, days: str | None) -> None:
    if days is None:
        with pytest.raises(InputError):
            read_several(typed, past("ja"))
    else:
        assert read_several(typed, past("ja")) == tuple(date(2026, 12, int(day)) for day in days.split())


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START)

    def on_the_day(*arguments: str, **options: Any) -> Any:
        return isotrack(*arguments, **{"today": "2026-12-20"} | options)

    return on_the_day


def doses(course: Isotrack) -> dict[str, bool]:
    entries = [one for command in course("history", "--json").json for one in command["recorded"]]
    return {one["on"]: one["taken"] for one in entries if one["kind"] == "dose"}


@pytest.mark.parametrize("typed", ["1 Dec..4 Dec", "1 Dec to 4 Dec", "12月1日から12月4日まで"])
def test_a_range_is_one_command_and_one_undo(course: Isotrack, typed: str) -> None:
    before = course("plan", "--json").json
    said = course("log", "dose", "--missed", "--on", *typed.split())
    assert "Tue 1 Dec 2026 to Fri 4 Dec 2026, 4 days (numbers 4 to 7)" in said.out
    assert doses(course) == {f"2026-12-0{day}": False for day in range(1, 5)}
    assert len(course("history", "--json").json) == 2
    course("undo")
    assert (doses(course), course("plan", "--json").json) == ({}, before)


def test_days_that_have_an_entry_keep_it_and_are_named(course: Isotrack) -> None:
    course("log", "dose", "40", "--on", "2026-12-02")
    said = course("log", "dose", "--missed", "--on", "1 Dec..4 Dec").out
    assert "Wed 2 Dec 2026 (40 mg taken, number 4)" in said
    assert "3 days" in said
    assert doses(course) == {"2026-12-01": False, "2026-12-02": True, "2026-12-03": False, "2026-12-04": False}


def test_the_same_again_changes_nothing_and_another_thing_is_refused(course: Isotrack) -> None:
    course("log", "dose", "--missed", "--on", "1 Dec..4 Dec")
    assert "Nothing changed" in course("log", "dose", "--missed", "--on", "1 Dec..4 Dec").out
    refused = course("log", "dose", "--on", "1 Dec..4 Dec", ok=False)
    assert (refused.code, "isotrack fix 4" in refused.err) == (2, True)
    assert set(doses(course).values()) == {False}


def test_days_are_filled_in_as_taken_too(course: Isotrack) -> None:
    course("log", "dose", "20", "--on", "24 Nov..20 Dec", "--note", "from the diary")
    assert len(doses(course)) == 27
    assert "540 mg" in course().out
    assert "assumed" not in course().out


def test_a_day_that_has_not_come_refuses_them_all(course: Isotrack) -> None:
    refused = course("log", "dose", "--missed", "--on", "2026-12-18..2026-12-21", ok=False)
    assert (refused.code, "Mon 21 Dec 2026 has not come yet" in refused.err) == (2, True)
    assert doses(course) == {}


def test_missed_from_the_planned_day_on_moves_the_first_capsule_as_one_by_one(isotrack: Isotrack) -> None:
    def firsts(*commands: tuple[str, ...]) -> str:
        isotrack("start", "2026-11-24", "--dose", "20", "--timezone", "Asia/Tokyo", "--patient", str(len(commands)))
        for command in commands:
            isotrack("log", "dose", *command, "--patient", str(len(commands)), today="2026-12-20")
        found = isotrack("plan", "--json", "--patient", str(len(commands)), today="2026-12-20").json
        return str(found["course"]["start"])

    one_by_one = [("--missed", "--on", f"2026-11-{day}") for day in (24, 25, 26)]
    assert firsts(("--missed", "--on", "24 Nov..26 Nov"), ("--on", "27 Nov")) == "2026-11-27"
    assert firsts(*one_by_one, ("--on", "27 Nov")) == "2026-11-27"


def test_the_first_capsule_can_be_the_first_of_a_range(course: Isotrack) -> None:
    course("log", "dose", "--first", "--on", "28 Nov..30 Nov")
    assert course("plan", "--json").json["course"]["start"] == "2026-11-28"


def test_a_pause_is_left_out_of_days_in_a_row_unless_it_is_all_that_is_said(isotrack: Isotrack) -> None:
    isotrack(*START[:1], "2026-12-01", *START[2:], today="2026-12-20")
    isotrack("pause", "2026-12-08", today="2026-12-20")
    isotrack("resume", "2026-12-11", today="2026-12-20")
    said = isotrack("log", "dose", "--on", "2026-12-06..2026-12-12", today="2026-12-20")
    assert "4 days" in said.out
    assert (
        "Left out, as no capsule was to be taken on them: Tue 8 Dec 2026, Wed 9 Dec 2026, Thu 10 Dec 2026" in said.out
    )
    assert "isotrack log dose --on 2026-12-08" in said.out
    inside = isotrack("log", "dose", "--on", "2026-12-08..2026-12-09", today="2026-12-20")
    assert "2 days" in inside.out
    missed = isotrack("log", "dose", "--missed", "--on", "2026-12-10..2026-12-14", today="2026-12-20")
    assert "Left out" in missed.out
