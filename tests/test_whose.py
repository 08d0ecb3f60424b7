"""Whose record: from the second patient on nothing is read or written without a name, and what is said names one."""

from __future__ import annotations

import io
import json
import re
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
from tracker.cli import base
from tracker.db.patients import folded

TODAY = "2026-12-20"
START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp", "--timezone", "Asia/Tokyo",
         "--can-become-pregnant")  # fmt: skip
HANAKO, TARO = "Sato Hanako", "山田 太郎"

READING = ["", "next", "plan", "stock", "blood", "observed skin", "history", "calendar preview", "calendar settings"]
WRITING = ["log visit", "log dose", "log weight 55", "log blood", "log blood ALT=22", "book visit/2 2027-01-20",
           "dose 40", "until 2027-05-01", "pause", "stop", "fix 1 --note x", "undo", "redo", "calendar export",
           "calendar subscribe", "calendar settings titles=full", "start --move 2026-12-24",
           "log skin red=3", "calendar sync", "adopt jp-strict --yes"]  # fmt: skip
OF_NOBODY = {"settings", "patients", "patients list", "patients rename", "patients delete",
             "protocols", "protocols show", "protocols check"}  # fmt: skip


@pytest.fixture
def clinic(isotrack: Isotrack) -> Isotrack:
    """Two patients, each with a course."""

    def typed(*arguments: str, today: str = TODAY, ok: bool = True) -> Ran:
        return isotrack(*arguments, today=today, ok=ok)

    typed(*START, "--patient", HANAKO)
    typed(*START, "--patient", TARO)
    return typed


def test_every_command_is_tried_here() -> None:
    known = {verb.partition(" -")[0] for verb, *_ in COMMANDS} - OF_NOBODY
    tried = {*READING, *WRITING}
    logs = {verb for verb in known if verb.startswith("log ")}
    assert sorted(verb for verb in known - logs if not any(one.startswith(verb) for one in tried)) == [
        "calendar import-appointments",
        "import-blood",
        "resume",
    ]


@pytest.mark.parametrize("command", [*READING, *WRITING])
@pytest.mark.parametrize("lang", ["en", "ja"])
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


@pytest.mark.parametrize("command", ["", "next", "plan", "stock", "history", "calendar preview", "calendar settings"])
def test_every_json_names_the_patient(clinic: Isotrack, command: str) -> None:
    found: Any = clinic("--patient", TARO, *command.split(), "--json").json
    objects = found if isinstance(found, list) else [found]
    assert {one["patient"] for one in objects} <= {TARO}


@pytest.mark.parametrize(
    "command",
    ["log visit", "log dose", "log dose --missed --on 2026-12-01..2026-12-04", "log weight 55",
     "log skin red=3", "book visit/2 2027-01-20", "dose 40 --from 2026-12-24",
     "until 2027-05-01", "pause 2026-12-24", "stop", "log pregnancy-test negative",
     "adopt jp-strict --yes"],
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


@pytest.mark.parametrize(("typed", "near"), [("Sato Hanoko", HANAKO), ("Hanako Sato", HANAKO), ("山田太朗", TARO),
                                             ("山田", TARO)])  # fmt: skip
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

    monkeypatch.setattr(base, "is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.whose.is_asked", lambda: True)
    monkeypatch.setattr("click.prompt", answer)
    before = everything(clinic)
    assert clinic(*START, "--patient", "Sato Hanoko", ok=False).code == 2
    assert asked == ["Sato Hanoko is not known yet, but there is: Sato Hanako. Is Sato Hanoko another person? [y/N]: "]
    assert everything(clinic) == before


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
                                             ("yes\n", 2), ("", 130)])  # fmt: skip
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
