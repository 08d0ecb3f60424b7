"""The day of enrolment, said after the start: what is counted from it follows, in every order of typing."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.conftest import Isotrack

START = ("start", "2026-08-06", "--protocol", "us", "--can-become-pregnant", "--weight", "60", "--dose", "30")
TODAY = "2026-08-01"
TYPED = [
    ("log", "enrolment", "--on", "2026-07-01"), ("log", "pregnancy-test", "negative", "--on", "2026-07-01"),
    ("log", "pregnancy-test", "negative", "--on", "2026-08-01"),
]  # fmt: skip
DUE = {"pregnancy-test-first/1": "2026-07-01", "pregnancy-test-second/1": "2026-08-06"}


def due(isotrack: Isotrack) -> dict[str, str]:
    found = isotrack("plan", "--json", today=TODAY).items()
    return {key: found[key]["due"] for key in DUE}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_is_counted_from_it_follows(order: tuple[int, ...], isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    assert due(isotrack) != DUE
    for number in order:
        isotrack(*TYPED[number], today=TODAY)
    assert due(isotrack) == DUE
    assert isotrack("plan", "--json", today=TODAY).json["course"]["enrolled"] == "2026-07-01"


def test_the_day_that_was_said_last_holds_and_can_be_taken_back(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    before = due(isotrack)
    for on in ("2026-07-05", "2026-07-01"):
        isotrack("log", "enrolment", "--on", on, today=TODAY)
    assert due(isotrack) == DUE
    isotrack("undo", today=TODAY)
    assert due(isotrack)["pregnancy-test-first/1"] == "2026-07-05"
    isotrack("undo", today=TODAY)
    assert due(isotrack) == before


@pytest.mark.parametrize(("lang", "words"), [("en", "lies after the first capsule"), ("ja", "より後")])
def test_it_never_lies_after_the_first_capsule(lang: str, words: str, isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    refused = isotrack("log", "enrolment", "--on", "2026-08-07", "--lang", lang, today="2026-08-10", ok=False)
    assert words in refused.err
    isotrack("log", "enrolment", "--on", "2026-07-01", today="2026-08-10")
    assert words in isotrack("fix", "4", "--on", "2026-08-07", "--lang", lang, today="2026-08-10", ok=False).err


@pytest.mark.parametrize("line", [("fix", "1", "--enrolled", "2026-07-01"), ("start", "--enrolled", "2026-07-01")])
def test_who_says_it_elsewhere_is_led_to_it(line: tuple[str, ...], isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    assert "isotrack log enrolment --on 2026-07-01" in isotrack(*line, today=TODAY, ok=False).err
