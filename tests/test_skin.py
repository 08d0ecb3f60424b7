"""What the skin shows, by area: what is typed for it, what is kept, and what changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.screens import faults
from tests.support import machine_in, opened, say, settle
from tracker.i18n import language

ROOT = Path(__file__).parent.parent
DAY = "2026-12-02"


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say("--today", "2026-12-01", "start", "2026-12-01", "--weight", "54", "--dose", "20").code == 0


def _kept() -> list[tuple[str | None, str, float | None, int | None]]:
    """Area, code, value and grade of what stands, as they were recorded."""
    found = json.loads(say("--today", DAY, "observed", "skin", "--json").out)
    return [(one["site"], one["code"], one["value"], one["grade"]) for one in reversed(found)]


TYPED: list[tuple[str, list[tuple[str | None, str, float | None, int | None]]]] = [
    ("red=12 pus=3", [(None, "red", 12, None), (None, "pus", 3, None)]),
    ("red 12, pus: 3", [(None, "red", 12, None), (None, "pus", 3, None)]),
    ("red=0", [(None, "red", 0, None)]),
    ("赤＝１２、膿３個", [(None, "red", 12, None), (None, "pus", 3, None)]),
    ("あかにきび 5コ", [(None, "red", 5, None)]),
    ("アカニキビ5", [(None, "red", 5, None)]),
    ("白ニキビ10個 黒ニキビなし", [(None, "white", 10, None), (None, "black", 0, None)]),
    ("scars=4", [(None, "scar", 4, None)]),
    ("left-cheek red=12 chin red=4", [("left-cheek", "red", 12, None), ("chin", "red", 4, None)]),
    ("red=12 left cheek red=4 chin", [("left-cheek", "red", 12, None), ("chin", "red", 4, None)]),
    ("chin red=4 pus=1 nose black 9",
     [("chin", "red", 4, None), ("chin", "pus", 1, None), ("nose", "black", 9, None)]),
    ("左頬 赤12 膿3 顎 赤4",
     [("left-cheek", "red", 12, None), ("left-cheek", "pus", 3, None), ("chin", "red", 4, None)]),
    ("左頬赤ニキビ3個", [("left-cheek", "red", 3, None)]),
    ("左頬に赤ニキビ3個", [("left-cheek", "red", 3, None)]),
    ("left-cheek: red=5 and pus=1", [("left-cheek", "red", 5, None), ("left-cheek", "pus", 1, None)]),
    ("no pus, red 2, chin", [("chin", "pus", 0, None), ("chin", "red", 2, None)]),
    ("おでこ 皮脂 テカる", [("forehead", "sebum", None, 2)]),
    ("sebum=2", [(None, "sebum", None, 2)]),
    ("sebum oily", [(None, "sebum", None, 2)]),
    ("sebum very oily nose", [("nose", "sebum", None, 3)]),
    ("sebum=none", [(None, "sebum", 0, None)]),
    ("sebum=0", [(None, "sebum", 0, None)]),
    ("テカリなし", [(None, "sebum", 0, None)]),
    ("pores visible close up", [(None, "pores", None, 1)]),
    ("毛穴 かなり目立つ 鼻", [("nose", "pores", None, 3)]),
    ("毛穴目立たない", [(None, "pores", 0, None)]),
    ("crater=most", [(None, "crater", None, 3)]),
    ("クレーター 広範囲", [(None, "crater", None, 3)]),
    ("凹み 少し 右頬", [("right-cheek", "crater", None, 1)]),
    ("シミ=一部 赤み=なし", [(None, "pigmentation", None, 2), (None, "redness", 0, None)]),
    ("brown marks few red marks part of the area left cheek",
     [("left-cheek", "pigmentation", None, 1), ("left-cheek", "redness", None, 2)]),
]  # fmt: skip
"""What is typed, and what is kept of it."""


@pytest.mark.parametrize(("typed", "kept"), TYPED)
def test_what_the_skin_shows_is_read_in_both_languages(typed: str, kept: list[Any]) -> None:
    logged = say("--today", DAY, "log", "skin", *typed.split(" "))
    assert (logged.code, _kept()) == (0, kept), logged


@pytest.mark.parametrize("typed", [
    "red=3 chin pus=2", "chin", "chin nose red=3", "red=3 chin --area nose", "sebum", "sebum=4", "sebum=-1",
    "sebum=purple", "crater=5", "pores=1.5", "red=oily", "左頬", "顎 赤ニキビビ",
    "毛穴=12", "red=12 foot", "くれーた=少し", "cheek red=3", "頬 赤=3", "pores big", "=,", "sebum rred=3",
])  # fmt: skip
def test_what_is_not_clear_is_refused_in_one_line_and_nothing_is_kept(typed: str) -> None:
    for lang in ("en", "ja"):
        refused = say("--today", DAY, "--lang", lang, "log", "skin", *typed.split(" "))
        assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert _kept() == []


def test_no_grade_is_said_as_a_number_without_its_word() -> None:
    said = say("--today", DAY, "log", "skin", "sebum=2", "crater=1", "pores=0")
    assert [
        next(word for word in ("oily (2)", "a few places (1)", "not visible") if word in line)
        for line in said.out.splitlines()
    ] == ["oily (2)", "a few places (1)", "not visible"]
    assert "1 = slightly oily, 2 = oily" in say("--today", DAY, "log", "skin", "sebum=7").err
    assert "1＝ややテカる" in say("--today", DAY, "--lang", "ja", "log", "skin", "皮脂=7").err


def test_a_count_of_an_area_takes_the_place_of_that_of_the_same_day_and_area_alone() -> None:
    assert say("--today", DAY, "log", "skin", *["left-cheek", "red=12", "chin", "red=4", "nose", "sebum=2"]).code == 0
    assert say("--today", DAY, "log", "skin", *["chin", "red=3", "nose", "sebum=none"]).code == 0
    assert say("--today", DAY, "log", "skin", "red=9").code == 0
    assert say("--today", DAY, "log", "skin", *["chin", "red=8", "--on", "yesterday"]).code == 0
    assert sorted(_kept(), key=repr) == [
        ("chin", "red", 3, None), ("chin", "red", 8, None), ("left-cheek", "red", 12, None),
        ("nose", "sebum", 0, None), (None, "red", 9, None),
    ]  # fmt: skip


def test_a_grade_is_corrected_by_its_word_or_number() -> None:
    assert say("--today", DAY, "log", "skin", "nose", "sebum=2").code == 0
    for number, typed, kept in ((4, "very oily", (None, 3)), (5, "none", (0, None)), (6, "1", (None, 1))):
        assert say("--today", DAY, "fix", str(number), "--value", typed).code == 0
        assert _kept() == [("nose", "sebum", *kept)]
    assert say("--today", DAY, "fix", "7", "--value", "purple").code == 2
    assert say("--today", DAY, "fix", "7", "--value", "4").code == 2


def test_what_was_counted_before_it_had_grades_stays_a_count(tmp_path: Path) -> None:
    assert say("--today", DAY, "log", "skin", "chin", "crater=1").code == 0
    with opened(tmp_path / "home" / "isotrack.db") as connection:
        connection.execute("UPDATE observation SET grade = NULL, value = '7'")
    assert "crater scars, chin: 7" in say("--today", DAY, "history").out
    assert say("--today", DAY, "fix", "4", "--note", "old").code == 0
    assert say("--today", "2026-12-03", "log", "skin", "chin", "crater=part").code == 0
    [area] = _shown("2026-12-03")["areas"]
    assert [area["signs"][0][key] for key in ("change_since_start", "change_since_visit")] == [None, None]


def _shown(today: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say("--today", today, "skin", *words, "--json").out)
    schema = json.loads((ROOT / "schemas" / "skin.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def _story() -> None:
    for line in (
        "log skin left-cheek red=20 pus=5 sebum=very chin red=3 --on 2026-11-28",
        "log skin left-cheek red=12 --on 2026-12-20",
        "log visit --on 2027-01-01",
        "log skin left-cheek red=4 pus=0 sebum=slightly crater=part --on 2027-01-05",
    ):
        assert say("--today", "2027-01-05", *line.split()).code == 0


def test_what_changed_since_the_start_and_since_the_last_visit() -> None:
    _story()
    found = _shown("2027-01-05")
    assert [(one["area"], one["stage"]) for one in found["areas"]] == [("left-cheek", "red"), ("chin", "red")]
    assert found["last_visit"] == "2027-01-01"
    assert [
        (one["code"], one["change_since_start"], one["change_since_visit"], len(one["entries"]))
        for one in found["areas"][0]["signs"]
    ] == [("red", -16, -8, 3), ("pus", -5, -5, 2), ("crater", None, None, 1), ("sebum", -2, -2, 2)]
    assert [one["area"] for one in _shown("2027-01-05", "左頬")["areas"]] == ["left-cheek"]


AGES = [
    # the stages that were seen, by day; today; the stage that is shown, and its age where it is old
    ([("2026-12-02", "pus=3 red=2")], "2026-12-09", "pus", ""),
    ([("2026-12-02", "pus=3 red=2")], "2026-12-10", "pus", " (of Wed 2 Dec 2026, 8 days ago)"),
    ([("2026-12-02", "pus=3"), ("2027-03-01", "red=2")], "2027-03-01", "pus", " (of Wed 2 Dec 2026, 89 days ago)"),
    ([("2026-12-02", "pus=3"), ("2027-03-01", "red=2 pus=0")], "2027-03-01", "red", ""),
    ([("2026-12-02", "pus=3"), ("2027-03-01", "red=2 pus=1")], "2027-03-02", "pus", ""),
]


@pytest.mark.parametrize(("seen", "today", "stage", "age"), AGES)
def test_a_stage_that_nobody_saw_in_the_last_days_is_shown_with_its_age(
    seen: list[tuple[str, str]], today: str, stage: str, age: str
) -> None:
    for on, words in seen:
        assert say("--today", today, "log", "skin", "chin", *words.split(), "--on", on).code == 0
    names = {"pus": "spots with pus", "red": "inflamed red spots"}
    first = say("--today", today, "skin").out.splitlines()
    assert [line for line in first if line.startswith("chin")] == [f"chin, stage: {names[stage]}{age}"]
    [area] = _shown(today)["areas"]
    old = next((on for on, words in reversed(seen) if f"{stage}=" in words), None)
    assert (area["stage"], area["stage_on"]) == (stage, old)
    assert say("--today", today, "report", "-o", "page.html").code == 0
    when = f" ({language('en').bare_day(date.fromisoformat(old))})" if age and old else ""
    assert f"chin, stage: {names[stage]}{when}" in Path("page.html").read_text()


def test_a_day_after_the_course_is_no_day_of_it() -> None:
    for on in ("2026-11-30", "2026-12-01", "2026-12-20", "2027-01-05"):
        assert say("--today", "2027-01-05", "log", "skin", "chin", "red=3", "--on", on).code == 0
    assert say("--today", "2027-01-05", "stop", "2026-12-20").code == 0
    rows = [line for line in say("--today", "2027-01-05", "skin", "chin").out.splitlines() if "red spots" in line]
    assert [next(one for one in ("16 days after it", " 20 ", " 1 ", " - ") if one in row) for row in rows] == [
        "16 days after it", " 20 ", " 1 ", " - ",
    ]  # fmt: skip


def test_a_visit_of_today_is_the_one_at_which_it_is_shown() -> None:
    _story()
    assert say("--today", "2027-01-20", "log", "visit").code == 0
    assert _shown("2027-01-20")["last_visit"] == "2027-01-01"
    assert _shown("2027-01-21")["last_visit"] == "2027-01-20"


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_is_readable_on_every_screen(columns: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _story()
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ((), ("left", "cheek"), ("back",)):
        shown = say("--today", "2027-01-05", "--lang", lang, "skin", *words)
        assert (shown.code, shown.err, faults(shown.out, columns)) == (0, "", []), shown.out
