"""A pregnancy test in the middle of a pack leaves the next visit without one: that is said, and the dates stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Isotrack

START = ("start", "2026-08-30", "--protocol", "us", "--can-become-pregnant", "--weight", "54", "--dose", "20")
CODE = "visit-without-test"
FIRST = ("2026-07-28", "2026-08-29")
"""The tests before the first capsule. The first visit is due on 29 September, and so is a test."""


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START, today=FIRST[0])
    for on in FIRST:
        isotrack("log", "pregnancy-test", "negative", today=on)
    return isotrack


def is_said_after(isotrack: Isotrack, *days: str, today: str) -> bool:
    for on in days:
        isotrack("log", "pregnancy-test", "negative", "--on", on, today=today)
    return CODE in isotrack("plan", "--json", today=today).json["notices"]


@pytest.mark.parametrize(("days", "today", "is_missing"), [
    ((), "2026-09-10", False),
    # The days that a test opens are seven with its own: until the 29th from the 23rd on.
    (("2026-09-22",), "2026-09-22", True),
    (("2026-09-23",), "2026-09-23", False),
    (("2026-09-08",), "2026-09-08", True),
    (("2026-09-08",), "2026-09-30", True),
    # The next one would be due on 5 October, in the days after the visit: whoever is tested after it.
    (("2026-09-05",), "2026-09-05", False),
    (("2026-09-06",), "2026-09-06", True),
    # Another one just before the visit.
    (("2026-09-08", "2026-09-25"), "2026-09-25", False),
    # From the day on which the next one is due the plan asks for it by itself.
    (("2026-09-08",), "2026-10-08", False),
])  # fmt: skip
def test_a_visit_without_a_test_is_said(
    days: tuple[str, ...], today: str, *, is_missing: bool, course: Isotrack
) -> None:
    assert is_said_after(course, *days, today=today) is is_missing
    said = " ".join(course("next", today=today).out.split())
    assert ("No pregnancy test is planned within 7 days of the visit" in said) is is_missing


def test_it_follows_a_visit_that_is_booked(course: Isotrack) -> None:
    assert is_said_after(course, "2026-09-20", today="2026-09-20")
    course("book", "visit/1", "2026-09-24", today="2026-09-20")
    assert not is_said_after(course, today="2026-09-20")


def test_it_ends_with_the_course(course: Isotrack) -> None:
    assert is_said_after(course, "2026-09-08", today="2026-09-08")
    course("stop", "2026-09-10", today="2026-09-10")
    assert not is_said_after(course, today="2026-09-10")


@pytest.mark.parametrize("country", ["uk", "eu", "fr", "kr"])
def test_where_no_test_opens_the_days_of_the_pharmacy_nothing_is_said(country: str, isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-30", "--protocol", country, "--can-become-pregnant", today=FIRST[0])
    assert not is_said_after(isotrack, "2026-09-08", today="2026-09-08")


@pytest.mark.parametrize(("lang", "words"), [
    ("en", "No pregnancy test is planned within 7 days of the visit of Tue 29 Sep 2026"),
    ("ja", "2026年9月29日(火)の診察の前後7日以内に、妊娠検査の予定がありません。"),
])  # fmt: skip
def test_the_test_that_causes_it_says_so(lang: str, words: str, course: Isotrack) -> None:
    said = course("log", "pregnancy-test", "negative", "--lang", lang, today="2026-09-08").out
    assert words in "".join(said.split("\n")) or words in " ".join(said.split())


@pytest.mark.parametrize(("today", "is_asked"), [
    ("2026-09-04", False), ("2026-09-05", True), ("2026-09-11", True), ("2026-09-12", False),
])  # fmt: skip
def test_days_for_picking_up_that_ended_unused_are_asked_about_for_a_week(
    today: str, course: Isotrack, *, is_asked: bool
) -> None:
    ended = "Ended Fri 4 Sep 2026, and nothing is recorded: Pick up the capsules (pick-up/2)."
    assert (ended in " ".join(course("next", today=today).out.split())) is is_asked
    assert [one["key"] for one in course("next", "--json", today=today).json["closed"]] == ["pick-up/2"] * is_asked
    first, *others = [
        line for line in course("next", today=today).out.splitlines() if line.startswith(("Ended", "Over"))
    ]
    assert ("if not, a new negative pregnancy test is needed before the pick-up: ask your clinic" in first) is is_asked
    assert first.startswith("Overdue") or any("blood-baseline/1" in line for line in others)


def test_a_pick_up_answers_it(course: Isotrack) -> None:
    course("log", "pick-up", "--on", "2026-09-03", today="2026-09-06")
    assert "nothing is recorded" not in course("next", today="2026-09-06").out


BEFORE = {"us": 2, "uk": 1, "eu": 1, "fr": 1, "kr": 1, "jp-strict": 1, "jp": 0}
"""How many tests each programme asks for before the first capsule."""


@pytest.mark.parametrize("country", BEFORE)
def test_capsules_that_begin_without_a_negative_test_are_told_until_there_is_one(
    country: str, isotrack: Isotrack
) -> None:
    isotrack("start", "2026-09-10", "--protocol", country, "--can-become-pregnant", today="2026-08-01")

    def told(today: str) -> int:
        return int(isotrack("plan", "--json", today=today).json["notices"].count("begun-without-test"))

    assert told("2026-09-09") == 0
    assert told("2026-09-10") == min(BEFORE[country], 1)
    isotrack("log", "pregnancy-test", today="2026-09-09")
    assert told("2026-09-11") == min(BEFORE[country], 1)
    for on, left in (("2026-09-09", BEFORE[country] // 2), ("2026-09-12", 0)):
        isotrack("log", "pregnancy-test", "negative", "--on", on, today="2026-09-12")
        assert told("2026-09-12") == left


def test_who_cannot_become_pregnant_is_not_told_of_tests(isotrack: Isotrack) -> None:
    isotrack("start", "2026-09-10", "--protocol", "us", "--cannot-become-pregnant", today="2026-08-01")
    assert "begun-without-test" not in isotrack("plan", "--json", today="2026-09-20").json["notices"]


BARE = "picked-up-without-test"


def stands(isotrack: Isotrack, today: str) -> bool:
    return BARE in isotrack("plan", "--json", today=today).json["notices"]


@pytest.mark.parametrize(("tests", "picked_up", "is_bare"), [
    # The days of the test of 29 August: until 4 September, the day of the specimen is the first of seven.
    (FIRST, "2026-08-29", False), (FIRST, "2026-09-04", False), (FIRST, "2026-09-05", True),
    (FIRST, "2026-10-01", True),
    # The first of the two tests opens nothing, not even on its day.
    (FIRST[:1], "2026-07-28", True), (FIRST[:1], "2026-08-30", True), ((), "2026-08-30", True),
    ((*FIRST, "2026-09-27"), "2026-09-27", False), ((*FIRST, "2026-09-27"), "2026-10-03", False),
    ((*FIRST, "2026-09-27"), "2026-10-04", True),
])  # fmt: skip
def test_capsules_that_are_picked_up_without_a_test_are_told_in_whatever_order_it_is_typed(
    isotrack: Isotrack, tests: tuple[str, ...], picked_up: str, *, is_bare: bool
) -> None:
    isotrack(*START, today=FIRST[0])
    commands = [("log", "pregnancy-test", "negative", "--on", on) for on in tests]
    commands.append(("log", "pick-up", "--on", picked_up))
    said = [isotrack(*one, today="2026-10-05").out for one in reversed(commands)]
    assert stands(isotrack, "2026-10-05") is is_bare
    for _ in commands:
        isotrack("undo", today="2026-10-05")
    said += [isotrack(*one, today="2026-10-05").out for one in commands]
    assert stands(isotrack, "2026-10-05") is is_bare
    assert "sets no day for such a thing" not in "".join(said)
    assert ("without a negative pregnancy test" in said[-1]) is is_bare


@pytest.mark.parametrize("answer", [
    ("log", "pregnancy-test", "negative"), ("log", "cleared"),
    ("log", "pregnancy-test", "negative", "--on", "2026-09-04"),
    ("log", "can-become-pregnant", "no", "--clinic-confirmed"),
])  # fmt: skip
def test_it_stands_until_a_negative_test_or_the_word_of_the_clinic(course: Isotrack, answer: tuple[str, ...]) -> None:
    course("log", "pick-up", today="2026-09-06")
    words = (
        "Capsules were picked up on Sun 6 Sep 2026 without a negative pregnancy test that counts in the 7 days before"
    )
    for command in ((), ("next",), ("plan",)):
        assert words in " ".join(course(*command, today="2026-09-08").out.split())
    course("report", "-o", "page.html", today="2026-09-08")
    assert words in Path("page.html").read_text(encoding="utf-8")
    for result in ("unclear", None):
        course("log", "pregnancy-test", *([result] if result else []), today="2026-09-07")
        assert stands(course, "2026-09-08")
    course(*answer, today="2026-09-08")
    assert not stands(course, "2026-09-08")
    course("undo", today="2026-09-08")
    assert stands(course, "2026-09-08")


def test_of_a_pick_up_of_others_it_is_said_what_opens_its_days(isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-30", "--protocol", "us", "--cannot-become-pregnant", today=FIRST[0])
    said = isotrack("log", "pick-up", today="2026-09-08").out
    assert "it counts within 30 days of: visit. None is recorded whose days include Tue 8 Sep 2026 [U5, U6]" in said
    assert not stands(isotrack, "2026-09-08")
