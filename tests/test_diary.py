"""A diary of doses comes in whole or not at all; each mistake is named by its line, and nothing is doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Isotrack, Ran

GOOD = [
    ("day,mg,note\n2026-11-20,20,so\n2026/11/21,0,\n22.11.2026,missed,\n", "utf-8"),
    ("\ufeff日付,服用,メモ\n2026年11月20日,20mg,so\n2026.11.21,×,\n２０２６／１１／２２,飲み忘れ,\n", "utf-8"),
    ("日付;用量;服用;備考\n2026-11-20;20;はい;so\n2026-11-21;;いいえ;\n\n2026-11-22;;なし;\n", "cp932"),
    ('Date\tDose\tNotes\n"2026-11-20"\t20 mg\t"so"\n2026-11-21\tno\t\n2026-11-22\tNO\t\n', "utf-8"),
]
WRONG = [
    ("day,mg\n2026-02-30,20\n", 'line 2: "2026-02-30" is a day that does not exist'),
    ("day,mg\n11/24/2026,20\n", 'line 2: "11/24/2026" is no day such as'),
    ("day,mg\n2026-11-20,2000\n", "line 2: a dose of 2000 mg a day is not possible"),
    ("day,mg\n2026-11-20,lots\n", 'line 2: "lots" is no amount in mg'),
    ("day,mg\n2026-11-20,\n", "line 2: it says neither how much was taken nor whether"),
    ("day,mg,taken\n2026-11-20,20,no\n", "line 2: its cells say different things"),
    ("day,mg\n2026-11-20,20\n2026-11-20,40\n", "line 3: line 2 has this day as well"),
    ("day,mg\n2026-12-20,20\n", "line 2: Sun 20 Dec 2026 has not come yet"),
    ("day,mg\n2026-11-19,40\n", "line 2: Thu 19 Nov 2026 has another entry already"),
    ("day,mg\n2026-11-20,20,x\n", "line 2: it has more cells than the first line"),
]
NONE = ["", "day,mg\n", "day,colour\n2026-11-20,red\n", "mg\n20\n", "day,mg,mg\n2026-11-20,20,20\n", "\0\1"]


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    """A course of which one day is logged."""
    isotrack("start", "2026-11-01", "--weight", "54", "--dose", "20", "--cannot-become-pregnant")
    isotrack("log", "dose", "20", "--on", "2026-11-19")
    return isotrack


def doses(course: Isotrack) -> list[tuple[str, bool, object, object]]:
    facts = [fact for one in json.loads(course("history", "--json").out) for fact in one["recorded"]]
    return sorted((one["on"], one["taken"], one["mg"], one["note"]) for one in facts if one["kind"] == "dose")


def given(course: Isotrack, octets: bytes, *flags: str, ok: bool = True) -> Ran:
    Path("diary.csv").write_bytes(octets)
    return course("record", "import-doses", "diary.csv", *flags, ok=ok)


@pytest.mark.parametrize(("text", "charset"), GOOD)
def test_a_diary_is_taken_over_in_the_forms_that_people_write(course: Isotrack, text: str, charset: str) -> None:
    octets = text.encode(charset)
    assert "dry run" in given(course, octets, "--dry-run").out
    before = doses(course)
    assert len(before) == 1
    given(course, octets)
    assert doses(course)[1:] == [
        ("2026-11-20", True, 20, "so"), ("2026-11-21", False, None, None), ("2026-11-22", False, None, None),
    ]  # fmt: skip
    assert "there already" in given(course, octets).out
    assert len(doses(course)) == 4
    course("undo")
    assert doses(course) == before


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_each_mistake_is_named_by_its_line_and_nothing_is_saved(course: Isotrack, text: str, words: str) -> None:
    before = doses(course)
    ran = given(course, (text + "2026-11-22,20\n").encode(), ok=False)
    assert [line for line in ran.out.splitlines() if line.startswith(words)], ran
    assert doses(course) == before


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_diary_is_said_in_one_line(course: Isotrack, text: str) -> None:
    assert given(course, text.encode(), ok=False).out == ""
