"""The record leaves and returns without loss: what is exported and imported is the same, to the octet."""

from __future__ import annotations

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support import LONG, Machine, Said, faults, machine_in, opened, rows, say, settle
from tests.test_facts import each, facts
from tests.test_input_fuzz import Settled, command_lines, reset
from tests.test_input_fuzz import settled as machine_of_the_fuzz
from tests.test_old_databases import OLD
from tracker.db import published
from tracker.facts import KINDS, Fact, FactKind
from tracker.facts.kind import Kept
from tracker.protocols.node import Node, SpoiltError
from tracker.record import FORMAT, VERSION, reading, writing
from tracker.whole import VERBS, Entry

at = machine_of_the_fuzz
"""A fixture: a machine with a course of all kinds of facts, cut off from the world."""
SCHEMA = Path(__file__).parent.parent / "schemas" / "record.schema.json"
SCREENS = ("plan --json", "plan", "history --json", "history", "dose --json", "money --json", "procedure --json",
           "blood --json", "symptoms --json", "substances --json", "stock --json", "observed --json",
           "why", "next", "", "calendar settings --json", "report -o -", "report -o - --full --lang ja")  # fmt: skip
WRITES = bool(os.environ.get("ISOTRACK_WRITE_DOCUMENTS"))
LATER = "2026-12-20"


def screens(*flags: str) -> dict[str, Said]:
    """What the record says of itself, and its calendar."""
    found = {screen: say(*screen.split(), *flags, "--today", LATER) for screen in SCREENS}
    found["calendar"] = say("calendar", "export", "-o", "-", *flags, "--today", LATER)
    return found


def without_the_moment(text: str) -> str:
    return re.sub(r'"exported_at": "[^"]*"', "", text)


def moved(machine: Machine, monkeypatch: pytest.MonkeyPatch | None = None, *, name: str = "new.db") -> list[str]:
    """Take the record to another database; the flags that name that."""
    del monkeypatch
    there = ("--db", name)
    exported = say("record", "export", "--with-calendar", "-o", "taken.json", "--force")
    assert exported.code == 0, exported
    imported = say("record", "import", "taken.json", *there)
    assert imported.code == 0, imported
    assert faults(machine.folder / name) == faults(machine.db)
    say_there_what_no_file_says(machine.db, machine.folder / name)
    return [*there]


def say_there_what_no_file_says(here: Path, there: Path) -> None:
    """Let the other database know what of calendars a person alone says there."""
    known = dict(rows(here, "SELECT name, value FROM setting"))
    with opened(there) as connection:
        for name, value in published.of_the_machine(known).items():
            connection.execute("INSERT INTO setting SELECT max(id), ?, ? FROM patient", (name, value))


def same_there(machine: Machine) -> None:
    """Whatever is asked, the database that the record was taken to answers as the one that it comes from."""
    say("calendar", "export", "-o", "-", "--today", LATER)  # what is new is numbered by the clock
    there = moved(machine)
    again = say("record", "export", "--with-calendar", "-o", "-", *there)
    taken = (machine.folder / "taken.json").read_text()
    assert without_the_moment(again.out) == without_the_moment(taken)
    jsonschema.Draft202012Validator(schema()).validate(json.loads(taken))
    mine, theirs = screens(), screens(*there)
    for screen, said in mine.items():
        assert theirs[screen].code == said.code, screen
        new = theirs[screen].out.replace(" --db new.db", "").replace("new.photos", "isotrack.photos")
        assert flat(new) == flat(said.out), screen


def flat(text: str) -> str:
    return " ".join(text.split())


LEAVING = ("delete", "rename", "wipe")
"""Commands after which there is no such record any more."""


@pytest.mark.slow
@pytest.mark.long
def test_after_any_commands_the_record_taken_along_is_the_same(at: Settled) -> None:
    @settings(max_examples=2000 if LONG else 6, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(command_lines(), min_size=4, max_size=25), st.integers(0, 3), st.integers(0, 2))
    def taken_along(lines: list[list[str]], undone: int, redone: int) -> None:
        try:
            for line in lines:
                if not any(word in LEAVING or word.startswith(("--patient", "--db")) for word in line):
                    say(*line)
            for back in ("undo",) * undone + ("redo",) * redone:
                say(back)
            if rows(at.machine.db, "SELECT count(*) FROM patient") == [(1,)]:
                same_there(at.machine)
                for command in ("undo", "redo", "redo", "undo", "undo"):
                    assert say(command).code == say(command, "--db", "new.db").code, command
                    assert say("history", "--json").out == say("history", "--json", "--db", "new.db").out
        finally:
            reset(at.machine, at.state)

    taken_along()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_the_record_of_a_database_of_any_format_is_taken_along(machine: Machine, old: Path) -> None:
    machine.db.write_bytes(old.read_bytes())
    names = [name for (name,) in rows(machine.db, "SELECT label FROM patient")]
    for name in names:
        exported = say("record", "export", "--with-calendar", "-o", f"{name}.json", "--patient", name)
        assert exported.code == 0, exported
        imported = say("record", "import", f"{name}.json", "--db", "new.db", "--patient", name)
        assert imported.code == 0, imported
        again = say("record", "export", "--with-calendar", "-o", "-", "--patient", name, "--db", "new.db")
        taken = (machine.folder / f"{name}.json").read_text()
        assert without_the_moment(again.out) == without_the_moment(taken)


@each
def test_every_kind_of_fact_is_written_and_read_back_the_same(kind: FactKind[Any]) -> None:
    @settings(max_examples=30)
    @given(facts(kind))
    def taken_along(fact: Fact) -> None:
        written = writing._entry(Entry(replace(fact, id=7, number=2), 1, None))
        node = Node(json.loads(json.dumps(written)))
        try:
            assert reading._entry(node, [1]) == Entry(replace(fact, id=7, number=2), 1, None)
        except SpoiltError:
            # What no command takes is not believed here either; nothing else is wrong with it.
            assert [fault.path for fault in node.faults] == [()]
            assert "expected {expected}" not in node.faults[0].problem.message

    taken_along()


def schema() -> dict[str, Any]:
    """The schema of a record as the kinds of facts make it."""
    moment = {"type": "string", "format": "date-time"}
    day = {"type": "string", "format": "date"}
    number = {"type": "integer", "minimum": 1}
    text, texts = {"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}
    maybe = {"type": ["string", "null"]}
    kept = {Kept.INTEGER: {"type": "integer"}, Kept.TEXT: text, Kept.DAY: day, Kept.TRUTH: {"type": "boolean"},
            Kept.CLOCK: text | {"pattern": "^[0-2][0-9]:[0-5][0-9]$"}}  # fmt: skip

    def whole(properties: dict[str, Any], optional: str = "") -> dict[str, Any]:
        required = [name for name in properties if name not in optional.split()]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def of(kind: FactKind[Any]) -> dict[str, Any]:
        head: dict[str, Any] = {
            "id": number, "kind": {"const": kind.name}, "on": day, "number": number, "command": number,
            "voided_by": number, "note": text,
        }  # fmt: skip
        if kind.columns:
            columns = {
                one.column: {"enum": one.sort.json["enum"]} if "enum" in one.sort.json else kept[one.sort.kept]
                for one in kind.columns
            }
            head["value"] = whole(columns, " ".join(one.column for one in kind.columns if not one.required))
        return whole(head, "voided_by note")

    command = whole(
        {
            "id": number,
            "verb": {"enum": sorted(VERBS)},
            "recorded_at": moment,
            "undone_at": moment,
            "undone_order": number,
        },
        "undone_at undone_order",
    )
    protocol = whole({
        "id": text, "version": text,
        "text": text | {"description": "The clinic's own programme, as it was read when the course was opened."},
    }, "text")  # fmt: skip
    course = whole({
        "uuid": text | {"format": "uuid", "description": "The identity of the course; those of its calendar entries"
                        " are derived from it."},
        "name": maybe, "protocol": protocol, "enrolled": day, "timezone": text,
        "can_become_pregnant": {"type": "boolean"},
        "command": number | {"description": "The id of the command that opened it."},
        "facts": {
            "description": "Every fact, also those that no longer stand. id: its place in the order of recording,"
            " over all courses. number: the n-th of its kind; one that corrects another has the same. command: the id"
            " of the command that recorded it; voided_by: of the one that corrected or removed it. A fact stands as"
            " long as its command was not taken back and no command that stands voids it. value: in the form in which"
            " it is kept: milligrams, and mg per kg, as micrograms, kilograms as grams, other numbers as their"
            " digits; what was not said is left out.",
            "type": "array", "items": {"oneOf": [of(kind) for kind in KINDS]},
        },
    })  # fmt: skip
    published = whole({
        "course": number | {"description": "Its place among the courses, from 1."}, "uid": text, "entry": text,
        "sequence": {"type": "integer", "minimum": 0}, "digest": text, "stamp": moment,
        "cancelled": {"type": "boolean"}, "content": text,
    })  # fmt: skip
    remote = whole({"calendar": text, "uid": text, "digest": text, "seen": maybe, "sent": maybe})
    calendar = whole({
        "settings": texts | {"description": "What of them no file has brought, and, to be said anew on another machine,"
                             " the file and the server that are kept up to date."},
        "published": {"type": "array", "items": published}, "remote": {"type": "array", "items": remote},
    })  # fmt: skip
    photos = {"type": "array", "items": whole({"file": text, "sha256": text})}
    document = whole({
        "$schema": text,
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "exported_at": moment,
        "patient": whole({"name": text | {"description": "me, where none was said."}, "recorded_at": moment}),
        "preferences": texts | {"description": "As isotrack settings has them."},
        "settings": texts | {"description": "As isotrack calendar settings has them."},
        "photos": photos | {"description": "The files that belong to the record; none of them is in it."},
        "commands": {
            "description": "Everything that was ever carried out, in order; undone_order says in which order what was"
            " taken back was.", "type": "array", "items": command,
        },
        "courses": {"type": "array", "items": course},
        "calendar": calendar | {"description": "What calendars were given: with --with-calendar only."},
    }, "$schema calendar")  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "isotrack record export",
        "description": "The whole record of one patient. A newer version of the form is refused by an older isotrack;"
        " within a version kinds of facts and values that may be left out are added, nothing is renamed or removed.",
        **document,
    }


def test_the_schema_of_the_record_is_that_of_the_kinds() -> None:
    wanted = json.dumps(schema(), indent=2) + "\n"
    if WRITES:
        SCHEMA.write_text(wanted)
    assert SCHEMA.read_text() == wanted, "renew it with ISOTRACK_WRITE_DOCUMENTS=1"


def test_every_command_that_records_something_may_come_in_again() -> None:
    """Their names stand in the source as the second argument of carry_out, and the third of begin_command."""
    found = set()
    for path in (Path(__file__).parent.parent / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            at = {"carry_out": 1, "begin_command": 2}.get(called)
            if at is not None and isinstance(node, ast.Call) and isinstance(node.args[at], ast.Constant):
                found.add(node.args[at].value)
    assert found == VERBS


@pytest.mark.usefixtures("machine")
def test_a_command_that_no_isotrack_has_is_refused_with_its_place() -> None:
    assert say("start", LATER, "--weight", "54", "--dose", "20", "--yes", "--today", LATER).code == 0
    document = json.loads(say("record", "export", "-o", "-").out)
    document["commands"][0]["verb"] = "conjure"
    Path("a.json").write_text(json.dumps(document), encoding="utf-8")
    refused = say("record", "import", "a.json", "--db", "new.db", "--today", LATER)
    assert (refused.code, "$.commands[0].verb" in refused.out) == (1, True), refused
    assert not Path("new.db").exists()


NO_RECORD = {
    "a text": b"dear diary", "a table": "日付,mg\n2026-11-20,20\n".encode(), "an image": b"\x89PNG\r\n\x1a\n\0\0",
    "another document": b'{"a": 1}', "a broken one": b"{'a': 1}", "a list": b"[]", "nothing": b"",
}  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("name", NO_RECORD)
def test_a_file_that_is_no_record_is_answered_with_what_is_expected(name: str) -> None:
    Path("a.json").write_bytes(NO_RECORD[name])
    refused = say("record", "import", "a.json")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "isotrack: a.json is not a record of isotrack's; expected what isotrack record export wrote\n"
