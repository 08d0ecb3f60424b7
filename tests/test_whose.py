"""Whose record: from the second patient on nothing is read or written without a name, and what is said names one."""

from __future__ import annotations

import io
import json
import re
import shlex
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Isotrack, Ran
from tests.support import LONG, machine_in, say, settle
from tests.test_input_fuzz import COMMANDS
from tracker.cli.lines import cells
from tracker.names import folded, likeness

TODAY = "2026-12-20"
START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp", "--timezone", "Asia/Tokyo",
         "--can-become-pregnant")  # fmt: skip
HANAKO, TARO = "Sato Hanako", "山田 太郎"

READING = ["", "status", "next", "plan", "stock", "dose", "blood", "observed skin", "skin", "photos", "care", "habits",
           "symptoms", "history", "calendar preview", "calendar settings", "substances", "background", "consent",
           "compare --stop 2027-03-01", "ask", "can dermapen", "why visit", "procedure", "money",
           "chart", "chart dose", "chart ALT"]  # fmt: skip
WRITING = ["log visit", "log dose", "log weight 55", "log blood", "log blood ALT=22", "book visit/2 2027-01-20",
           "dose 40", "until 2027-05-01", "pause", "stop", "fix 1 --note x", "undo", "redo", "calendar export",
           "calendar subscribe", "calendar settings titles=full", "start --move 2026-12-24",
           "log skin red=3", "log symptom lips 2", "log mood low", "over lips", "log substance minocycline",
           "log background allergy soy", "log habit alcohol", "calendar sync", "adopt jp-strict --yes",
           "procedure plan dermapen --sessions 2 --every P1M", "procedure log dermapen",
           "procedure book visit/2 2027-01-20", "procedure cancel dermapen",
           "procedure profile consensus-2017 --clinic-confirmed", "record export", "ask why", "report"]  # fmt: skip
OF_NOBODY = {"backup", "restore", "doctor", "encrypt", "decrypt", "passwd", "wipe",
             "list", "check", "crisis", "settings", "record import", "patients",
             "patients list", "patients rename", "patients delete", "protocols", "protocols show", "protocols check",
             "completion install", "completion show", "completion remove"}  # fmt: skip
"""What is about no record, or answers without one as well."""


@pytest.fixture
def clinic(isotrack: Isotrack) -> Isotrack:
    """Two patients, each with a course."""

    def typed(*arguments: str, today: str = TODAY, ok: bool = True) -> Ran:
        return isotrack(*arguments, today=today, ok=ok)

    database = Path("data") / "isotrack.db"
    if not _TWO_PATIENTS:
        typed(*START, "--patient", HANAKO)
        typed(*START, "--patient", TARO)
        _TWO_PATIENTS.append(database.read_bytes())
    database.parent.mkdir(mode=0o700, exist_ok=True)
    database.touch(0o600)
    database.write_bytes(_TWO_PATIENTS[0])
    return typed


_TWO_PATIENTS: list[bytes] = []
"""The database of the clinic, once it was made."""


def test_every_command_is_tried_here() -> None:
    known = {verb.partition(" -")[0] for verb, *_ in COMMANDS} - OF_NOBODY
    tried = {*READING, *WRITING}
    logs = {verb for verb in known if verb.startswith("log ")}
    assert sorted(verb for verb in known - logs if not any(one.startswith(verb) for one in tried)) == [
        "calendar import-appointments",
        "import-blood",
        "record import-doses",
        "resume",
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "lang"),
    [(command, lang) for number, command in enumerate([*READING, *WRITING])
     for lang in (("en", "ja") if LONG else ("en", "ja")[number % 2 :: 2])],
)  # fmt: skip
def test_with_a_second_patient_a_name_is_asked_for(clinic: Isotrack, command: str, lang: str) -> None:
    before = everything(clinic)
    said = clinic("--lang", lang, *command.split(), ok=False)
    assert said.code == 2
    assert said.out == ""
    [line] = said.err.splitlines()
    assert "--patient" in line
    assert HANAKO in line
    assert TARO in line
    assert everything(clinic) == before


@pytest.mark.parametrize("command", READING)
def test_every_screen_begins_with_the_name_and_the_day(clinic: Isotrack, command: str) -> None:
    said = clinic("--patient", TARO, *command.split())
    assert said.out.splitlines()[0] == f"{TARO}, Sun 20 Dec 2026"
    assert HANAKO not in said.out


@pytest.mark.parametrize(
    "command", ["", "status", "next", "plan", "stock", "dose", "symptoms", "history", "calendar preview",
                "calendar settings", "chart", "chart dose", "chart weight", "chart symptoms", "chart mood",
                "chart ALT"],
)  # fmt: skip
def test_every_json_names_the_patient(clinic: Isotrack, command: str) -> None:
    found: Any = clinic("--patient", TARO, *command.split(), "--json").json
    objects = found if isinstance(found, list) else [found]
    assert {one["patient"] for one in objects} <= {TARO}


@pytest.mark.parametrize(
    "command",
    ["log visit", "log dose", "log dose --missed --on 2026-12-01..2026-12-04", "log weight 55",
     "log skin red=3", "log symptom lips 2", "log mood low", "log substance minocycline",
     "log background allergy soy", "log habit alcohol", "book visit/2 2027-01-20", "dose 40 --from 2026-12-24",
     "until 2027-05-01", "until --target 120", "until --duration 24w", "pause 2026-12-24", "stop",
     "log pregnancy-test negative", "adopt jp-strict --yes"],
)  # fmt: skip
def test_every_saved_line_names_the_patient_and_the_day(clinic: Isotrack, command: str) -> None:
    said = clinic("--patient", TARO, *command.split())
    [saved] = [line for line in said.out.splitlines() if "Saved" in line]
    assert saved.startswith(f"[{TARO}] Saved: ")
    assert re.search(r"\b\d{1,2} [A-Z][a-z]{2} 202\d", saved)


def test_a_record_alone_needs_no_name(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    assert isotrack("log", "visit", today=TODAY).out.startswith("Saved: ")
    assert isotrack(today=TODAY).out.startswith("Sun 20 Dec 2026\n")


def test_a_record_alone_that_has_a_name_is_named(isotrack: Isotrack) -> None:
    isotrack(*START, "--patient", HANAKO, today=TODAY)
    assert isotrack("log", "visit", today=TODAY).out.startswith(f"[{HANAKO}] Saved: ")


def test_the_environment_names_the_patient_too(clinic: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_PATIENT", TARO)
    assert clinic("log", "visit").out.startswith(f"[{TARO}] ")


@pytest.mark.parametrize("typed", ["satohanako", "ＳＡＴＯ　ＨＡＮＡＫＯ", "Sato  Hanako", "sato・hanako"])
def test_width_case_and_blanks_make_no_other_person(clinic: Isotrack, typed: str) -> None:
    assert clinic("--patient", typed, "log", "visit").out.startswith(f"[{HANAKO}] ")
    assert clinic(*START, "--patient", typed, ok=False).code == 2


@pytest.mark.parametrize("typed", ["Sato Hanoko", "Hanako", "Sato", "Hanako Sato", "山田 花子", "山田太朗", "x"])
def test_a_name_that_is_not_known_is_never_guessed(clinic: Isotrack, typed: str) -> None:
    before = everything(clinic)
    assert clinic("--patient", typed, "log", "visit", ok=False).code == 2
    assert everything(clinic) == before


@pytest.mark.parametrize(("typed", "near"), [("Sato Hanoko", HANAKO), ("Hanako Sato", HANAKO), ("山田太朗", TARO)])
def test_a_name_like_a_known_one_is_answered_by_that(clinic: Isotrack, typed: str, near: str) -> None:
    assert f"did you mean: {near}" in clinic("--patient", typed, "plan", ok=False).err
    assert f"a name much like it: {near}" in clinic(*START, "--patient", typed).out


def test_a_new_name_like_a_known_one_is_asked_about_at_a_terminal(
    clinic: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str, **_more: Any) -> str:
        asked.append(question)
        return "n"

    at_a_terminal(monkeypatch, answer)
    before = everything(clinic)
    assert clinic(*START, "--patient", "Sato Hanoko", ok=False).code == 2
    assert asked == ["Sato Hanoko is not known yet, but there is: Sato Hanako. Is Sato Hanoko another person? [y/N]:"]
    assert everything(clinic) == before


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    for module in ("base", "whose", "patients", "entering", "start"):
        monkeypatch.setattr(f"tracker.cli.{module}.is_asked", lambda: True)
    monkeypatch.setattr("click.prompt", answer)


def test_what_was_answered_at_a_terminal_is_not_warned_of_again(
    clinic: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_a_terminal(monkeypatch, lambda *_said, **_more: "y")
    said = clinic(*START, "--earlier", "done", "--patient", "Sato Hanoko").out
    assert "is a new patient" in said
    assert "much like it" not in said
    assert "much like it" not in clinic("patients", "rename", TARO, "Sato Hanaka").out


def test_a_name_that_is_given_is_asked_about_like_a_new_one(clinic: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "! Another patient has a name much like it: Sato Hanako." in clinic("patients", "rename", TARO, "Satō H").out
    asked: list[str] = []

    def answer(question: str, **_more: Any) -> str:
        asked.append(question)
        return "n"

    at_a_terminal(monkeypatch, answer)
    assert clinic("patients", "rename", "Satō H", "Satou Hanako", ok=False).code == 2
    question = (
        "Satou Hanako is much like the name of another patient: Sato Hanako. Is Satō H to be called so all the same?"
    )
    assert asked == [f"{question} [y/N]:"]
    assert clinic("patients", "rename", "Satō H", "sato hanako", ok=False).code == 2
    clinic("patients", "rename", "Satō H", "SATŌ H")
    assert len(asked) == 1
    assert sorted(everything(clinic)) == ["SATŌ H", HANAKO]


def test_a_renaming_says_its_day_and_the_way_back(clinic: Isotrack) -> None:
    clinic("--patient", TARO, "log", "visit")
    before = everything(clinic)
    said = clinic("patients", "rename", TARO, "O'Hara").out
    assert f"Saved: {TARO} is called O'Hara from Sun 20 Dec 2026 on." in said
    assert "isotrack undo takes back entries, not a name." in said
    back = " ".join(said.split()).partition("To go back: isotrack ")[2]
    clinic(*shlex.split(back))
    assert everything(clinic) == before


@pytest.mark.parametrize(
    ("flag", "first", "second"), [("--patient", "Sato Hanako", "山田 太郎"), ("--db", "one.db", "two.db")]
)
@pytest.mark.parametrize("places", ["{0} {1} log visit", "{0} log visit {1}", "log {0} visit {1}", "log visit {0} {1}"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_two_values_of_one_flag_are_refused(
    clinic: Isotrack, flag: str, first: str, second: str, places: str, lang: str
) -> None:
    before = everything(clinic)
    for one, other in ((first, second), (second, first)):
        line = places.format(shlex.join([flag, one]), shlex.join([flag, other]))
        said = clinic("--lang", lang, *shlex.split(line), ok=False)
        assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
        assert one in said.err
        assert other in said.err
    assert everything(clinic) == before


def test_one_record_may_be_named_twice(clinic: Isotrack, tmp_path: Path) -> None:
    db = str(tmp_path / "data" / "isotrack.db")
    said = clinic("--db", db, "--patient", "satohanako", "--patient", HANAKO, "log", "visit", "--patient", "SATOHANAKO",
                  "--db", db)  # fmt: skip
    assert said.out.startswith(f"[{HANAKO}] Saved: ")


def test_everybody_and_one_patient_are_not_said_together(clinic: Isotrack) -> None:
    assert clinic("calendar", "export", "--all-patients", "all", "--patient", TARO, ok=False).code == 2
    assert not Path("all").exists()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_command_for_another_person_is_not_suggested_with_two_names(clinic: Isotrack, lang: str) -> None:
    db = ("--db", "data/isotrack.db") if Path("data/isotrack.db").exists() else ()
    said = clinic("--lang", lang, *db, "--patient", TARO, *START, ok=False).err
    assert said.count("--patient") == 2
    assert re.search(r"isotrack (--db \S+ )?start \S+ --patient ", said)


def test_a_course_that_is_open_is_told_before_anything_is_asked(
    clinic: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(question: str, **_more: Any) -> str:
        raise AssertionError(question)

    at_a_terminal(monkeypatch, answer)
    said = clinic("--patient", TARO, "start", "2026-12-01", ok=False)
    assert (said.code, said.out) == (2, "")
    assert "a course is open already" in said.err


def test_a_first_capsule_that_moves_is_saved_with_name_day_and_number(isotrack: Isotrack) -> None:
    isotrack(*START, "--patient", HANAKO, today="2026-11-20")
    said = isotrack("start", "--move", "2026-11-28", today="2026-11-20").out
    assert re.match(rf"\[{HANAKO}\] Saved: first capsule planned for Sat 28 Nov 2026 \(number \d+\)\.\n", said)


def test_an_expected_end_is_saved_with_what_was_said(clinic: Isotrack) -> None:
    said = " ".join(clinic("--patient", TARO, "until", "--target", "120").out.split())
    assert re.match(
        rf"\[{TARO}\] Saved: last capsule expected: 120 mg/kg \(number \d+\)\. The last capsule is now", said
    )


ONE_RECORD = """
Sato Hanako | ＳＡＴＯ　ｈａｎａｋｏ; 山田 太郎 | 山田太郎; マリー・アン | マリー アン
ﾏﾘｰ･ｱﾝ | マリーアン; J. Smith | j smith; Weiß | WEISS
Ōno | O\u0304no
"""
TWINS = """
高橋 | 髙橋; 斉藤 | 斎藤; 斎藤 | 齋藤; 齋藤 | 齊藤; 渡辺 | 渡邊; 渡邊 | 渡邉; 沢 | 澤; 浜 | 濱
沢田 恵 | 澤田 惠; 山崎 | 山﨑
かとう | カトウ; かとう | ｶﾄｳ; サトウ | さと; ユーコ | ユコ; ゆうこ | ユーコ; やまさき | やまざき; 佐藤 花子 | 花子 佐藤
Ōno | Ono; Ōno | Ohno; Müller | Muller; Nguyễn | Nguyen; Yuuko | Yuko; Satou | Sato; Sato Hanako | Hanako
Li | Lee; Li | Lin; Li | Lo; Ken-x | Kenx; O'Hara | OHara; Mori (2) | Mori 2
"""
STRANGERS = """
Li | Kim; A | B; 佐藤 花子 | 山田 太郎; Sato Hanako | Yamada Taro; かとう | すずき; 高橋 | 渡辺
"""


def pairs(text: str) -> list[list[str]]:
    return [[name.strip() for name in pair.split("|")] for pair in re.split(r"[;\n]", text.strip())]


@pytest.mark.parametrize(("one", "other"), pairs(ONE_RECORD))
def test_what_typing_makes_different_is_one_record(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), pairs(TWINS))
def test_twins_are_two_records_and_asked_about(isotrack: Isotrack, one: str, other: str) -> None:
    assert folded(one) != folded(other)
    assert likeness(one, other) == likeness(other, one) > 0
    isotrack(*START, "--patient", one, today=TODAY)
    assert "much like it" in isotrack(*START, "--patient", other, today=TODAY).out
    assert sorted(everything(isotrack)) == sorted([one, other])


@pytest.mark.parametrize(("one", "other"), pairs(STRANGERS))
def test_strangers_are_not_asked_about(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) == 0


SOMEBODY = """
next Lee                        | --patient Lee next
plan lee                        | --patient Lee plan
Lee log visit                   | --patient Lee log visit
log visit Lee                   | --patient Lee log visit
log visit for Lee               | --patient Lee log visit
log visit --note x Lee          | --patient Lee log visit --note x
log Lee visit                   | --patient Lee log visit
log weight 54 Lee               | --patient Lee log weight 54
stop Lee                        | --patient Lee stop
stop 2026-11-20 Lee             | --patient Lee stop 2026-11-20
fix Lee 3 --note x              | --patient Lee fix 3 --note x
history 佐藤花子                | --patient '佐藤 花子' history
history 佐藤 花子               | --patient '佐藤 花子' history
佐藤 花子 next                  | --patient '佐藤 花子' next
next 花子                       | --patient '佐藤 花子' next
--patient 花子 log visit        | --patient '佐藤 花子' log visit
--patient=花子 log visit        | '--patient=佐藤 花子' log visit
log visit --patient 花子        | log visit --patient '佐藤 花子'
--patient 佐藤 花子 next        | --patient '佐藤 花子' next
next --patient 佐藤 花子        | next --patient '佐藤 花子'
patients rename 花子 Sato       | patients rename '佐藤 花子' Sato
log vist                        | --patient NAME log visit
visit                           | --patient NAME log visit
setings                         | settings
protcols                        | protocols
calendar exprt --all-patients x | calendar export --all-patients x
--patient Lee log vist          | --patient Lee log visit
"""
NOBODY = ["next 佐藤", "next Le", "next Nobody", "--patient 佐藤 plan", "--patient Lee next 太郎"]


@pytest.fixture
def four(isotrack: Isotrack) -> Isotrack:
    """Four patients, two of one family."""
    for name in ("Lee", "佐藤 花子", "佐藤 太郎", "Kim"):
        isotrack(*START, "--patient", name, today=TODAY)
    return isotrack


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_name_in_the_wrong_place_is_answered_by_the_command_that_was_meant(
    four: Isotrack, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(four)
    monkeypatch.setenv("ISOTRACK_TODAY", TODAY)
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    asks = {"en": "did you mean: ", "ja": "次のコマンドのことですか："}[lang]
    for case in SOMEBODY.strip().splitlines():
        line, _bar, meant = (part.strip() for part in case.partition("|"))
        said = four(*shlex.split(line), ok=False)
        assert (said.code, said.err.strip().partition(asks)[2]) == (2, f"isotrack {meant}"), line
    for line in NOBODY:
        said = four(*shlex.split(line), ok=False)
        assert said.code == 2
        assert f"{asks}isotrack" not in said.err
    assert everything(four) == before


@pytest.mark.parametrize("typed", [
    "log 精神面 --patient Lee", "--patient Lee log 精神面", "log 精神面 --on 昨日 --patient Lee",
])  # fmt: skip
def test_a_name_that_was_said_stands_in_what_is_meant_by_a_word_of_a_help(four: Isotrack, typed: str) -> None:
    said = four("--lang", "ja", *shlex.split(typed), ok=False).err
    assert "log review" in said
    assert "--patient Lee" in said


def test_where_one_patient_is_alone_no_name_is_offered(isotrack: Isotrack) -> None:
    isotrack(*START, "--patient", HANAKO, today=TODAY)
    assert "--patient" not in isotrack("next", "Hanako", today=TODAY, ok=False).err
    assert "--patient" not in isotrack("log", "vist", today=TODAY, ok=False).err


CLINIC = ["Li", "Lee", "佐藤 花子", "佐藤 華子", "Sato Hanako", "髙橋 恵美子", "Nguyen Thi Minh Khai", "渡邉 さくら",
          "Maximilian von Hohenstein", "マリー・アントワネット", "O'Hara Siobhan"]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_eleven_patients_take_two_lines_each(isotrack: Isotrack, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CLINIC:
        isotrack(*START, "--patient", name, today=TODAY)
    monkeypatch.setenv("COLUMNS", "80")
    lines = isotrack("--lang", lang, "patients", today=TODAY).out.splitlines()
    assert len(lines) <= 3 + 2 * len(CLINIC)
    assert max(map(cells, lines)) <= 80
    for name in CLINIC:
        assert any(name in line for line in lines)
    for width in range(30, 90):
        monkeypatch.setenv("COLUMNS", str(width))
        said = isotrack("--lang", lang, "patients", today=TODAY).out
        refused = say("--lang", lang, "plan").err
        assert all(name in said for name in CLINIC), width
        assert all(name in refused for name in sorted(CLINIC)[:5]), width


def test_a_new_patient_is_announced(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    said = isotrack(*START, "--patient", HANAKO, today=TODAY).out
    assert "! Sato Hanako is a new patient." in said
    assert "There are two patients now" in said
    assert "patients rename me NAME" in said


def test_a_second_start_says_how_to_add_another_person(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    said = isotrack(*START, today=TODAY, ok=False)
    assert said.code == 2
    assert "isotrack stop DATE" in said.err
    assert "--patient NAME" in said.err


@pytest.mark.parametrize(
    "name", ["a\nb", "a\tb", "a\r", "\u202eHanako", "Ha\u200bnako", "\x1b[31mx", "", " ", "　", "--", "--json", "...",
             "x" * 81, "Hana\u2028ko"],
)  # fmt: skip
def test_what_cannot_be_seen_for_what_it_is_is_no_name(clinic: Isotrack, name: str) -> None:
    before = everything(clinic)
    for typed in (("--patient", name, "log", "visit"), (*START, "--patient", name),
                  ("patients", "rename", TARO, name)):  # fmt: skip
        said = clinic(*typed, ok=False)
        assert (said.code, len(said.err.splitlines())) == (2, 1), typed
    assert everything(clinic) == before


def test_an_error_lists_few_names(isotrack: Isotrack) -> None:
    for number in range(12):
        isotrack(*START, "--patient", f"Patient {number:02}", today=TODAY)
    said = isotrack("plan", today=TODAY, ok=False).err
    assert "Patient 04 and 7 more (isotrack patients)" in said
    assert "Patient 05" not in said


SUGGESTING = ["log visit --on 2026-12-25", "log pregnancy-test", "resume", "start --move 2026-12-24", "stop 2026-11-01",
              "undo", "fix 99 --on 2026-12-01", "book", "plan", ""]  # fmt: skip


@pytest.mark.parametrize("command", SUGGESTING)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_suggested_commands_reach_the_same_record(clinic: Isotrack, tmp_path: Path, command: str, lang: str) -> None:
    db = str(tmp_path / "data" / "isotrack.db")
    clinic("--patient", HANAKO, "calendar", "export", "-o", "one.ics")
    said = say("--lang", lang, "--db", db, "--patient", HANAKO, *command.split())
    text = re.sub(r"isotrack \S+ --help", "", said.out + said.err)
    suggested = re.findall(r"isotrack (?:--\S+ (?:'[^']*'|\S+) )*(?!protocols)[a-z]+", text)
    commands = {verb.split()[0] for verb, *_ in COMMANDS if verb} - {"protocols", "patients"}
    bare = [one for one in suggested if one.split()[1] in commands]
    assert bare == []
    for one in suggested:
        if one.split()[-1] in commands:
            assert f"--db {db} --patient 'Sato Hanako'" in one


def everything(isotrack: Isotrack) -> dict[str, Any]:
    """The whole record of everybody, and who there is."""
    who = [one["patient"] for one in isotrack("patients", "--json").json]
    return {name: isotrack("--patient", name, "history", "--json").json for name in who}


def test_patients_lists_finds_and_renames(clinic: Isotrack) -> None:
    assert [one["patient"] for one in clinic("patients", "--json").json] == [HANAKO, TARO]
    assert [one["patient"] for one in clinic("patients", "ＨＡＮＡ", "--json").json] == [HANAKO]
    assert [one["patient"] for one in clinic("patients", "太", "--json").json] == [TARO]
    assert clinic("patients", "nobody").out.splitlines()[-1] == 'No name has "nobody" in it.'
    before = everything(clinic)[HANAKO]
    clinic("patients", "rename", "satohanako", "Kato Hanako")
    after = everything(clinic)["Kato Hanako"]
    assert [one | {"patient": HANAKO} for one in after] == before
    assert clinic("patients", "rename", "Kato Hanako", "山田太郎", ok=False).code == 2
    clinic("patients", "rename", "Kato Hanako", "KATO Hanako")
    assert clinic("patients", "--json").json[0]["patient"] == "KATO Hanako"


def rows(db: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(db)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608 - ours


@pytest.mark.parametrize(("typed", "code"), [(f"{TARO}\n", 0), ("山田太郎\n", 2), (f"{HANAKO}\n", 2), ("\n", 2),
                                             ("yes\n", 2), ("", 1)])  # fmt: skip
def test_a_record_is_deleted_after_its_name_was_typed(
    isotrack: Isotrack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    db = tmp_path / "data" / "isotrack.db"
    isotrack(*START, "--patient", HANAKO, today=TODAY)
    isotrack("--patient", HANAKO, "log", "skin", "red=3", today=TODAY)
    alone = rows(db)
    isotrack(*START, "--patient", TARO, today=TODAY)
    for deed in ("log visit --note very-private", "log skin red=3", "calendar export", "calendar settings titles=full"):
        isotrack("--patient", TARO, *deed.split(), today=TODAY)
    both = rows(db)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert isotrack("patients", "delete", TARO, today=TODAY, ok=code == 0).code == code
    assert rows(db) == (alone if code == 0 else both)
    assert (b"very-private" in db.read_bytes()) == (code != 0)


def test_a_name_whose_start_was_taken_back_can_be_taken_out(clinic: Isotrack) -> None:
    clinic(*START, "--patient", "Typo")
    assert "isotrack --patient Typo patients delete Typo" not in (out := clinic("--patient", "Typo", "undo").out)
    assert "isotrack patients delete Typo" in out


def test_an_export_for_everybody_needs_no_name(clinic: Isotrack) -> None:
    clinic("--patient", HANAKO, "log", "pregnancy-test", "positive")
    said = clinic("calendar", "export", "--all-patients", "all")
    assert said.err == ""
    assert {line.split("\t")[1] for line in said.out.splitlines() if "\t" in line} == {HANAKO, TARO}


def test_a_subscribed_file_of_one_patient_is_left_alone_by_another_s_commands(clinic: Isotrack) -> None:
    clinic("--patient", HANAKO, "calendar", "subscribe", "hanako.ics")
    before = Path("hanako.ics").read_bytes()
    clinic("--patient", TARO, "log", "visit")
    clinic("patients", "rename", TARO, "Yamada Taro")
    assert Path("hanako.ics").read_bytes() == before


PEOPLE = [
    "佐藤 花子",
    "佐藤 華子",
    "鈴木 一郎",
    "鈴木 二郎",
    "Sato Hanako",
    "Satou Hanako",
    "高橋",
    "高橋 恵",
    "Lee",
    "Li",
]
SLIPS = st.sampled_from([
    lambda name: name, lambda name: name, lambda name: name, lambda name: name.replace(" ", ""), lambda name: name[:-1],
    lambda name: name.lower(), lambda name: name + "子", lambda name: name.replace("a", "o"), lambda _name: None,
    lambda name: " ".join(reversed(name.split())), lambda name: name.replace(" ", "　"),
])  # fmt: skip
DEEDS = st.sampled_from([
    "log visit", "log dose", "log weight 55", "undo", "book visit/2 2027-01-20", "log 採血", "pause", "fix 3 --note x",
    "dose 30", "stop", "calendar export -o out.ics --force",
])  # fmt: skip


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=300 if LONG else 12)
@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), SLIPS, DEEDS, st.sampled_from(["en", "ja"])), min_size=5, max_size=25)
)
def test_a_hurried_day_in_a_clinic_writes_into_no_wrong_record(day: list[tuple[str, Any, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        machine = machine_in(Path(folder))
        settle(machine, patch)
        for name in PEOPLE:
            assert say("--db", str(machine.db), "--today", TODAY, *START, "--patient", name).code == 0
        known = records(machine.db)
        for person, slip, deed, lang in day:
            typed = slip(person)
            whose = ("--patient", typed) if typed is not None else ()
            said = say("--db", str(machine.db), "--today", TODAY, "--lang", lang, *whose, *deed.split())
            now = records(machine.db)
            changed = {name for name in PEOPLE if now[name] != known[name]}
            meant = {name for name in PEOPLE if typed is not None and folded(typed) == folded(name)}
            assert changed <= meant, (typed, deed)
            assert all(name in said.out for name in changed)
            known = now


def records(db: Path) -> dict[str, Any]:
    """What stands of each patient, read beside the program."""
    with closing(sqlite3.connect(db)) as connection:
        found = connection.execute(
            "SELECT label, (SELECT json_group_array(json_array(c.id, c.verb, c.undone_at)) FROM command c"
            " WHERE c.patient_id = p.id) FROM patient p"
        ).fetchall()
    return {label: json.loads(commands) for label, commands in found}
