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
    ("日付,服用,メモ\n令和8年11月20日,20ミリ,so\n11月21日,0錠,\n2026/11/22(日),なし,\n", "utf-8"),
    ("日付,用量,メモ\nR8.11.20,20mg,so\n11/21,0,\n８年１１月２２日,0,\n".replace("８年", "令和８年"), "cp932"),
    ("day,mg,note\nFri 20 Nov 2026,20,so\n11/21,0,\n20261122,0,\n", "utf-8"),
]
DAYS = {
    "2026-02-30": None,
    "yesterday": None,
    "昨日": None,
    "-3d": None,
    "20": None,
    "Friday": None,
    "": None,
    "11/24/2026": None,  # it has not come yet
    "11/05/2026": None,
    "3/11": "2026-11-03",
    "2026/11/10(水)": None,
    "11/32": None,
    "2026/11/10(火)": "2026-11-10",
    "11/15/2026": "2026-11-15",
    "11/15": "2026-11-15",
    "15 Nov": "2026-11-15",
    "令和8年11月5日": "2026-11-05",
    "11月5日": "2026-11-05",
    "R8/11/5": "2026-11-05",
    "2026-11-05": "2026-11-05",
}
"""Days as they are written, and what is read; None where that is refused."""
AMOUNTS = {
    "2錠": (40, "how many milligrams"),
    "1錠": (20, "how many milligrams the capsule"),
    "３ カプセル": (60, "how many milligrams"),
    "1 capsule": (10, None),
    "1 tab": (10, None),
    "5錠": (40, "how many milligrams"),
    "1.5錠": (20, "is no amount in mg"),
}
"""What is written on a day with so many milligrams; what is said where it is not known how much that is."""
WRONG = [
    ("day,mg\n2026-02-30,20\n", 'line 2: "2026-02-30": there is no such day; the last of that month is Sat 28'),
    ("day,mg\nyesterday,20\n", 'line 2: "yesterday" is no day such as'),
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
    shown = given(course, octets)
    assert "Nothing was saved. To save them: isotrack record import-doses diary.csv --yes" in shown.out
    assert doses(course) == before
    given(course, octets, "--yes")
    assert doses(course)[1:] == [
        ("2026-11-20", True, 20, "so"), ("2026-11-21", False, None, None), ("2026-11-22", False, None, None),
    ]  # fmt: skip
    assert "there already" in given(course, octets, "--yes").out
    assert len(doses(course)) == 4
    course("undo")
    assert doses(course) == before


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_each_mistake_is_named_by_its_line_and_nothing_is_saved(course: Isotrack, text: str, words: str) -> None:
    before = doses(course)
    ran = given(course, (text + "2026-11-22,20\n").encode(), ok=False)
    assert [line for line in ran.out.splitlines() if line.startswith(words)], ran
    assert doses(course) == before


@pytest.mark.parametrize("typed", DAYS)
def test_a_day_is_read_as_everywhere_and_what_is_no_day_of_its_own_is_refused(course: Isotrack, typed: str) -> None:
    given(course, f"day,mg\n{typed},20\n".encode(), "--yes", ok=DAYS[typed] is not None)
    assert [on for on, *_rest in doses(course)] == sorted(filter(None, [DAYS[typed], "2026-11-19"]))


@pytest.mark.parametrize("typed", AMOUNTS)
def test_capsules_are_counted_by_what_is_prescribed_and_never_guessed(isotrack: Isotrack, typed: str) -> None:
    prescribed, complaint = AMOUNTS[typed]
    isotrack("start", "2026-11-01", "--weight", "54", "--dose", str(prescribed), "--cannot-become-pregnant")
    ran = given(isotrack, f"日付,服用\n11月20日,{typed}\n".encode(), "--yes", ok=complaint is None)
    assert (complaint or "") in ran.out
    assert [mg for _on, _taken, mg, _note in doses(isotrack)] == ([] if complaint else [prescribed])


def test_capsules_of_the_only_strength_at_hand_are_counted_by_it(course: Isotrack) -> None:
    course("log", "stock", "28", "--strength", "10")
    given(course, "日付,服用\n11月20日,3錠\n".encode(), "--yes")
    assert doses(course)[1][:3] == ("2026-11-20", True, 30)


@pytest.mark.parametrize(("mg", "is_asked"), [("200", True), ("60", True), ("40", False), ("20", False), ("10", False)])
def test_an_amount_far_above_what_is_prescribed_is_asked_about(course: Isotrack, mg: str, *, is_asked: bool) -> None:
    ran = given(course, f"day,mg\n2026-11-20,{mg}\n".encode())
    question = f"! line 2: {mg} mg on Fri 20 Nov 2026, where 20 mg are prescribed: is that right?"
    assert (question in ran.out) is is_asked
    assert len(doses(course)) == 1


def test_all_that_is_wrong_is_named_at_once_and_what_is_skipped_is_left_out(course: Isotrack) -> None:
    text = b"day,mg,colour\n2026-11-20,lots,red\n2026-11-19,40,red\n2026-11-21,20,red\n2026-12-24,20,red\n"
    ran = given(course, text, ok=False)
    assert "these columns are not known: colour; to leave one out: isotrack record import-doses FILE --skip" in ran.err
    ran = given(course, text, "--skip", "Colour", ok=False)
    named = [line.split(":")[0] for line in ran.out.splitlines() if line.startswith("line ")]
    assert named == ["line 2", "line 3", "line 5"]
    assert "3 mistakes" in ran.err
    left = ["--skip", "colour", "--skip", "2", "--skip", "3", "--skip", "5"]
    given(course, text, *left, "--yes")
    assert [on for on, *_rest in doses(course)] == ["2026-11-19", "2026-11-21"]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_diary_is_said_in_one_line(course: Isotrack, text: str) -> None:
    assert given(course, text.encode(), ok=False).out == ""
