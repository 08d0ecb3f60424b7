"""What the skin needs by phase, what is a conflict while the course and its windows hold, and habits by week."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.screens import faults
from tests.support import machine_in, say, settle
from tracker.care import care, read
from tracker.errors import ProtocolError
from tracker.substances import pharmacy
from tracker.vocabulary import vocabulary

SCHEMAS = Path(__file__).parent.parent / "schemas"
DATA = json.loads((SCHEMAS / "care.json").read_text())
CONFLICTS = ["vitamin-a", "retinol-serum", "peel"]


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    start = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--protocol", "jp")
    assert say("--today", "2026-11-24", *start).code == 0


def _care(today: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say("--today", today, "care", "--json", *words).out)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "care-shown.schema.json").read_text())).validate(found)
    return found


def _codes(found: dict[str, Any], key: str) -> list[str]:
    return [one["code"] for one in found[key]]


def test_the_data_are_as_their_schema_says_and_name_what_is_there() -> None:
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "care.schema.json").read_text())).validate(DATA)
    known = care()
    assert [one.code for one in known.points if one.against] == CONFLICTS
    assert {one.code for one in known.points} >= {
        "lips",
        "moisture",
        "sun",
        "alcohol",
        "contact-lenses",
        "exercise",
        "flare",
    }
    unconfirmed = {one.code for one in known.points if not one.confirmed}
    assert unconfirmed == {"contact-lenses", "exercise"}


def test_what_is_said_of_a_substance_is_said_in_one_place() -> None:
    alcohol = next(one for one in care().points if one.code == "alcohol")
    substance = pharmacy().substance("alcohol")
    assert substance is not None
    assert (alcohol.text, alcohol.sources) == (substance.statements[0].reason, substance.statements[0].sources)
    points = {one["code"]: one for one in DATA["points"]}
    assert "text" not in points["alcohol"]


def _changed(*path: str | int, to: object) -> Any:
    value: Any = copy.deepcopy(DATA)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return value


@pytest.mark.parametrize(("value", "where"), [
    ([], "the file"),
    (_changed("points", 0, "phases", to=["later"]), "point 1, phases 1"),
    (_changed("points", 0, "sources", to=["nobody"]), "point 1, sources 1"),
    (_changed("points", 0, "sources", to=[]), "point 1"),
    (_changed("points", 0, "confirmed", to="yes"), "point 1, confirmed"),
    (_changed("points", 8, "substance", to="vitamin-a"), "point 9, substance"),
    (_changed("points", 8, "substance", to="nothing"), "point 9, substance"),
    (_changed("points", 13, "against", 0, "substance", to="nothing"), "point 14, against 1.substance"),
    (_changed("points", 13, "against", 0, "substance", to="vitamin-c"), "point 14, against 1"),
    (_changed("points", 1, "code", to="lips"), "points"),
    (_changed("first_weeks", "span", to="4 weeks"), "first_weeks.span"),
])  # fmt: skip
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read(value, pharmacy(), "care.json")
    assert str(refused.value.values["place"]) == where


PHASES = [
    ("2026-11-30", "before", None), ("2026-12-01", "first-weeks", 1), ("2026-12-28", "first-weeks", 28),
    ("2026-12-29", "during", 29), ("2027-03-01", "during", 91),
]  # fmt: skip


@pytest.mark.parametrize(("on", "phase", "day"), PHASES)
def test_a_day_lies_in_its_phase_however_it_is_asked_for(on: str, phase: str, day: int | None) -> None:
    for found in (_care(on), _care("2026-11-24", "--on", on)):
        assert (found["phase"], found["day_of_course"]) == (phase, day)
        assert _codes(found, "conflicts") == CONFLICTS
        assert ("lips" in _codes(found, "points")) == (phase != "before")
        assert ("flare" in _codes(found, "points")) == (phase == "first-weeks")
        assert set(_codes(found, "points")) & set(CONFLICTS) == set()


def test_a_conflict_is_one_until_the_last_day_of_the_windows_and_advice_from_the_next_day_on() -> None:
    """The last capsule on 31 January; the longest window on the skin is six months: its last day is 31 July."""
    assert say("--today", "2027-01-31", "stop", "today").code == 0
    for on, conflicts in (("2027-02-01", CONFLICTS), ("2027-07-31", CONFLICTS), ("2027-08-01", [])):
        for found in (_care(on), _care("2027-02-01", "--on", on)):
            assert (found["phase"], _codes(found, "conflicts")) == ("after", conflicts)
            assert [code for code in _codes(found, "points") if code in CONFLICTS] == ([] if conflicts else CONFLICTS)
            assert {(one["until"], one["until_is_estimate"]) for one in found["conflicts"]} <= {("2027-07-31", False)}
    assert "lips" not in _codes(_care("2027-02-01"), "points")


def test_while_the_course_goes_on_the_end_of_a_conflict_is_an_estimate_and_never_passes_by_itself() -> None:
    assert [(one["from"], one["until_is_estimate"]) for one in _care("2026-12-10")["conflicts"]] == [
        ("2026-12-01", True)
    ] * 3
    for today in ("2027-12-31", "2029-12-31"):  # nobody said that the course ended
        assert (_care(today)["phase"], _codes(_care(today), "conflicts")) == ("during", CONFLICTS)
    assert (_care("2026-12-10", "--on", "2029-12-31")["phase"]) == "after"


def test_a_second_course_brings_the_conflicts_back() -> None:
    assert say("--today", "2027-01-31", "stop", "today").code == 0
    start = ("start", "2028-01-10", "--weight", "54", "--dose", "20", "--protocol", "jp")
    assert say("--today", "2028-01-05", *start).code == 0
    assert [_codes(_care("2028-01-05", "--on", on), "conflicts") for on in ("2027-07-31", "2028-01-10")] == [
        CONFLICTS, CONFLICTS,
    ]  # fmt: skip
    assert {one["from"] for one in _care("2028-01-05")["conflicts"]} == {"2028-01-10"}


def test_what_speaks_against_it_stands_beside_it_with_its_source() -> None:
    shown = say("--today", "2026-12-10", "care").out
    assert "! Conflict: Retinol serum. AZ: recommended for scars" in shown
    assert "forbidden: vitamin A by mouth: adds up with isotretinoin [J2, J15, J21]" in shown
    assert "own: isotrack's own caution" in shown
    assert "! 治療と相反する推奨：レチノール美容液。" in say("--today", "2026-12-10", "--lang", "ja", "care").out


HABITS = [
    ("sleep=7 moisturiser sunscreen", [("sleep", 7), ("moisturiser", 1), ("sunscreen", 1)]),
    ("sleep 7.5h", [("sleep", 7.5)]),
    ("slept 6:30", [("sleep", 6.5)]),
    ("sleep=7h30 lip balm", [("sleep", 7.5), ("lip-balm", 1)]),
    ("sunscreen no, moisturiser yes", [("sunscreen", 0), ("moisturiser", 1)]),
    ("sunscreen, no moisturiser", [("sunscreen", 1), ("moisturiser", 0)]),
    ("sunscreen no moisturiser=yes", [("sunscreen", 0), ("moisturiser", 1)]),
    ("moisturizer and sunscreen", [("moisturiser", 1), ("sunscreen", 1)]),
    ("no alcohol", [("alcohol", 0)]),
    ("日焼け止めを塗った 揚げ物 食べない", [("sunscreen", 1), ("fried-food", 0)]),
    ("睡眠=7 保湿 日焼け止め", [("sleep", 7), ("moisturiser", 1), ("sunscreen", 1)]),
    ("睡眠７時間半、保湿", [("sleep", 7.5), ("moisturiser", 1)]),
    ("すいみん 6時間 お酒なし", [("sleep", 6), ("alcohol", 0)]),
    ("コーヒー 甘いもの 揚げ物なし", [("caffeine", 1), ("sugar", 1), ("fried-food", 0)]),
    ("protein zinc vitamin C", [("protein", 1), ("zinc", 1), ("vitamin-c", 1)]),
]  # fmt: skip
"""What is typed, and what is kept."""


@pytest.mark.parametrize(("typed", "kept"), HABITS)
def test_habits_are_logged_in_one_line_in_both_languages(typed: str, kept: list[tuple[str, float]]) -> None:
    logged = say("--today", "2026-12-10", "log", "habit", *typed.split(" "))
    found = json.loads(say("--today", "2026-12-10", "observed", "habit", "--json").out)
    assert (logged.code, [(one["code"], one["value"]) for one in reversed(found)]) == (0, kept), logged


@pytest.mark.parametrize(
    "typed",
    [
        "sleep",
        "sleep=25",
        "sleep=-1",
        "sleep=long",
        "moisturiser=2",
        "slep=7",
        "7",
        "睡眠=長い",
        "sunscreen no moisturiser",
        "sleep=7,5",
    ],
)
def test_what_is_no_habit_is_refused_in_one_line(typed: str) -> None:
    refused = say("--today", "2026-12-10", "log", "habit", typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, "")


def _weeks(today: str) -> list[dict[str, Any]]:
    found = json.loads(say("--today", today, "habits", "--json").out)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "habits.schema.json").read_text())).validate(found)
    weeks: list[dict[str, Any]] = found["weeks"]
    return weeks


def test_days_are_counted_by_week_against_what_the_source_says() -> None:
    """Mon 30 Nov to Sun 6 Dec, one week with nothing, and three days of the week from Mon 14 Dec."""
    for on, said in (
        ("2026-11-30", "sleep=7 sunscreen"), ("2026-12-01", "sleep=6.5 sunscreen no"), ("2026-12-06", "sleep=8 milk"),
        ("2026-12-14", "sleep=7 moisturiser"), ("2026-12-16", "sleep=5"), ("2026-12-16", "sleep=7.5 alcohol"),
    ):  # fmt: skip
        assert say("--today", "2026-12-16", "log", "habit", *said.split(), "--on", on).code == 0
    assert [
        (week["from"], week["days"], {one["code"]: (one["days"], one["days_recorded"]) for one in week["habits"]})
        for week in _weeks("2026-12-16")
    ] == [
        ("2026-11-30", 7, {"sleep": (2, 3), "sunscreen": (1, 2), "milk": (1, 1)}),
        ("2026-12-07", 7, {}),
        ("2026-12-14", 3, {"sleep": (2, 2), "moisturiser": (1, 1), "alcohol": (1, 1)}),
    ]
    shown = say("--today", "2026-12-16", "habits").out
    assert "2 of 7" in shown
    assert "7 hours [AZ]" in shown
    assert "7日中2日" in say("--today", "2026-12-16", "--lang", "ja", "habits").out


def test_no_code_of_a_habit_has_a_goal_without_a_source_that_is_named() -> None:
    words = vocabulary("habit")
    goals = [one.goal for one in words.codes if one.goal is not None]
    assert {source for one in goals for source in one.sources} == set(words.data.references)
    sleep = words.word("sleep")
    assert sleep is not None
    assert sleep.goal is not None
    assert sleep.goal.least == 7


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_both_are_readable_on_every_screen(columns: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for said in (("sleep=7", "moisturiser", "with-food=yes", "screens"), ("sleep=6",)):
        assert say("--today", "2026-12-10", "log", "habit", *said).code == 0
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ("care", "habits"):
        shown = say("--today", "2026-12-10", "--lang", lang, command)
        lines = [line for line in shown.out.splitlines() if ".com" not in line and ".jp" not in line]
        assert (shown.code, shown.err, faults("\n".join(lines), columns)) == (0, "", []), shown.out
