"""``isotrack doctor``: faults are planted one by one, and each is found; no flipped bit of a fact is missed."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import LONG, START, TODAY, Machine, faults, image, machine_in, opened, rows, say, settle
from tests.test_old_databases import OLD
from tracker import places
from tracker.db import layout, seals
from tracker.db.engine import Database
from tracker.db.tables import DETAILS

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "doctor.schema.json").read_text("utf-8"))
WELL = {"ok"}
YUKI = ("--patient", "Yuki")
LIVED = (
    START, ("log", "weight", "55", "--note", "朝"), ("log", "visit"), ("log", "blood", "ALT=22", "TG=145"),
    ("log", "dose"), ("log", "symptom", "lips=2"), ("fix", "4", "--value", "56"), ("undo",), ("redo",),
    ("log", "cost", "1980", "skin-care"), ("book", "visit/2", "2026-12-24 15:30"),
    ("dose", "40", "--from", "2026-12-24"),
    ("ask", "May I go to the hot spring?"), ("adopt", "jp-strict", "--yes", "--clinic-confirmed"),
)  # fmt: skip
"""A record with most kinds of what is sealed: corrections, what was taken back, texts of one's own."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has lived, its copies and a file that calendars subscribe to."""
    with pytest.MonkeyPatch.context() as patch:
        place = machine_in(tmp_path_factory.mktemp("lived"))
        settle(place, patch)
        for command in LIVED:
            assert say(*command).code == 0, command
        assert say("calendar", "subscribe", "reminders.ics").code == 0
        assert say("patients", "rename", "me", "Hana").code == 0
        assert say(*YUKI, *START).code == 0
        assert say(*YUKI, "log", "weight", "60").code == 0
        assert say("backup").code == 0
    return place.folder


@pytest.fixture
def machine(tmp_path: Path, lived: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = Machine(tmp_path / "home", tmp_path / "home" / "isotrack.db")
    shutil.copytree(lived, place.folder)
    settle(place, monkeypatch)
    with opened(place.db) as connection:
        kept = str(place.folder / "reminders.ics")
        connection.execute("UPDATE setting SET value = ? WHERE name = 'subscribed-file'", (kept,))
    return place


def said(code: int, *arguments: str) -> Any:
    done = say("doctor", "--json", *arguments)
    assert done.code == code, done
    found = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    assert found["well"] == (code == 0)
    return found["findings"]


def bad(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["check"], one["level"]) for one in findings if one["level"] != "ok"]


def test_a_database_that_is_well(machine: Machine) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in machine.folder.rglob("*")}
    was = image(machine.folder)
    assert bad(said(0)) == []
    done = say("doctor")
    assert (done.code, done.err, done.out.splitlines()[-1]) == (0, "", "All is well.")
    assert "What to do" not in done.out
    assert was == image(machine.folder)
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in machine.folder.rglob("*")}


# --- faults, one by one -------------------------------------------------------------------------------------------


def sql(statement: str) -> Callable[[Machine], None]:
    """A fault that was made past the program, and past what SQLite asks of values."""

    def plant(machine: Machine) -> None:
        with opened(machine.db) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.executescript(statement)

    return plant


def aside(name: str, octets: bytes = b"") -> Callable[[Machine], None]:
    return lambda machine: [(machine.folder / name).write_bytes(octets), (machine.folder / name).chmod(0o600)][0]  # type: ignore[return-value]


def damaged_page(machine: Machine) -> None:
    ((root,),) = rows(machine.db, "SELECT rootpage FROM sqlite_master WHERE name = 'fact'")
    octets = bytearray(machine.db.read_bytes())
    octets[(root - 1) * 4096 + 8 : (root - 1) * 4096 + 10] = b"\0\1"
    machine.db.write_bytes(octets)


def cut_off(machine: Machine) -> None:
    """The journal of a command that was killed when it had written: as it lies there."""
    with closing(sqlite3.connect(machine.db, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE fact SET note = hex(randomblob(3000))")
        journal = machine.db.with_name("isotrack.db-journal")
        octets, written = journal.read_bytes(), machine.db.read_bytes()
        connection.execute("ROLLBACK")
    journal.write_bytes(octets)
    machine.db.write_bytes(written)
    journal.chmod(0o600)


def test_a_folder_in_which_nothing_can_be_saved_is_named_and_not_the_copy(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, opening = os.access, os.open
    assert say("backup", "out.db").code == 0

    def refuse(path: Any, flags: int, *how: Any, **named: Any) -> int:
        if flags & os.O_CREAT and Path(path).parent == machine.folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opening(path, flags, *how, **named)

    monkeypatch.setattr(os, "access", lambda path, how: Path(path) != machine.folder and access(path, how))
    for lang, text in (("en", "Nothing can be saved"), ("ja", "保存できません")):
        said = say("doctor", "--lang", lang)
        assert (said.code, text in said.out, f"chmod u+w {machine.folder}" in said.out) == (1, True, True), said
    monkeypatch.setattr(os, "open", refuse)
    refused = say("restore", "out.db", "--yes")
    assert (refused.code, f"{machine.db} cannot be used" in refused.err) == (1, True), refused


def newest_copy(machine: Machine) -> Path:
    [copy] = (machine.folder / "isotrack.db.backups").glob("*.db")
    return copy


def flip_in_copy(machine: Machine) -> None:
    with opened(newest_copy(machine)) as connection:
        connection.execute("UPDATE weight SET weight_g = 54001 WHERE weight_g = 54000")


def old_copy(machine: Machine) -> None:
    days = (date.fromisoformat(TODAY) - timedelta(days=40)).isoformat()
    newest_copy(machine).rename(newest_copy(machine).with_name(f"{days}.db"))


@dataclass(frozen=True)
class Fault:
    plant: Callable[[Machine], Any]
    found: tuple[str, str]
    words: tuple[str, ...] = ()
    """What the text says."""
    others: tuple[str, ...] = ()
    """Checks that the same fault shows in as well."""
    code: int = 1
    is_mended: bool = False


WRONG, WARNING = "wrong", "warning"
FAULTS = {
    "a weight of another gram": Fault(
        sql("UPDATE weight SET weight_g = 55008 WHERE weight_g = 55000"), ("seals", WRONG),
        ("Entry 4 of Hana (weight, ", "isotrack restore "),
    ),
    "a day": Fault(sql("UPDATE fact SET on_date = '2026-11-23' WHERE kind = 'visit'"), ("seals", WRONG), ("(visit, ",),
                   ("subscribed-file",)),
    "a note": Fault(sql("UPDATE fact SET note = CAST(x'e69cff' AS TEXT) WHERE note = '朝'"), ("seals", WRONG),
                    ("Entry 4 of Hana (weight, ",), ("subscribed-file", "file", "texts")),
    "what voids": Fault(sql("UPDATE fact SET voided_by = NULL WHERE voided_by IS NOT NULL"), ("seals", WRONG),
                        ("Entry ",), ("subscribed-file",)),
    "another patient's": Fault(sql("UPDATE weight SET weight_g = 60001 WHERE weight_g = 60000"), ("seals", WRONG),
                               ("of Yuki (weight, ",)),
    "a command": Fault(sql("UPDATE command SET verb = 'lof' WHERE verb = 'log' AND id = 2"), ("seals", WRONG),
                       ("Command 2 of Hana (lof)",)),
    "a course": Fault(sql("UPDATE course SET can_become_pregnant = 0 WHERE patient_id = 1"), ("seals", WRONG),
                      ("The course 1 of Hana",), ("subscribed-file",)),
    "a name": Fault(sql("UPDATE patient SET label = 'Hanb' WHERE id = 1"), ("seals", WRONG), ("The name of Hanb",)),
    "an entry that is gone": Fault(
        sql("DELETE FROM observation WHERE fact_id = (SELECT max(id) FROM fact WHERE kind = 'lab');"
            "DELETE FROM fact WHERE id = (SELECT max(id) FROM fact WHERE kind = 'lab')"),
        ("seals", WRONG), (" of Hana (", "is gone from the record")),
    "an entry that isotrack did not write": Fault(
        sql("INSERT INTO fact (course_id, command_id, kind, on_date, number) VALUES (1, 1, 'review', '2026-11-24', 9)"),
        ("seals", WRONG), ("(review, ", "was not recorded by isotrack"), ("references", "subscribed-file")),
    "a seal": Fault(sql("UPDATE seal SET link = replace(link, substr(link, 3, 1), '~') WHERE position = 2"),
                    ("seals", WRONG), ("The chain of seals of Hana is broken at seal 2",)),
    "a seal that is gone": Fault(sql("DELETE FROM seal WHERE patient_id = 1 AND position = 3"), ("seals", WRONG),
                                 ("broken at seal 4",)),
    "a reference": Fault(sql("UPDATE fact SET kind = 'visjt' WHERE kind = 'visit'"), ("references", WRONG),
                         ("In the table fact",), ("seals", "subscribed-file", "file")),
    "a kind that is no more": Fault(sql("UPDATE fact_kind SET name = 'puase' WHERE name = 'pause'"), ("layout", WRONG),
                                    ("fact_kind",)),
    "a trigger": Fault(sql("CREATE TRIGGER spy AFTER INSERT ON fact BEGIN DELETE FROM seal; END"), ("layout", WRONG),
                       ("spy",)),
    "a missing index": Fault(sql("DROP INDEX fact_of_course"), ("layout", WRONG), (": fact.",)),
    "a page": Fault(damaged_page, ("structure", WRONG), ("damaged", "isotrack restore "), ("file",)),
    "half of the file": Fault(lambda machine: os.truncate(machine.db, 50_000), ("structure", WRONG),
                              ("damaged", "isotrack restore "), ("file", "seals", "references", "layout")),
    "another program's file": Fault(lambda machine: machine.db.write_bytes(b"no database" * 20), ("file", WRONG),
                                    ("not an isotrack database",)),
    "a newer format": Fault(sql("PRAGMA user_version = 99"), ("file", WRONG), ("newer isotrack",)),
    "no database": Fault(lambda machine: machine.db.unlink(), ("file", WRONG), ("no database", "isotrack restore ")),
    "a command that was cut off": Fault(cut_off, ("cut-off", WARNING), ("isotrack doctor --mend",), code=0,
                                        is_mended=True),
    "a file that others read": Fault(lambda machine: machine.db.chmod(0o644), ("permissions", WRONG),
                                     ("chmod 600 ", "0644"), is_mended=True),
    "a folder that others write": Fault(lambda machine: machine.folder.chmod(0o777), ("permissions", WRONG),
                                        ("chmod 755 ",), is_mended=True),
    "a copy that others read": Fault(lambda machine: newest_copy(machine).chmod(0o640), ("permissions", WRONG),
                                     ("chmod 600 ",), is_mended=True),
    "no calendar file": Fault(lambda machine: (machine.folder / "reminders.ics").unlink(), ("subscribed-file", WRONG),
                              ("reminders.ics", "is not there", "isotrack calendar subscribe ")),
    "another calendar": Fault(aside("reminders.ics", b"BEGIN:VCALENDAR"), ("subscribed-file", WRONG), ("no calendar",)),
    "an older calendar": Fault(
        lambda machine: (machine.folder / "reminders.ics").write_bytes(
            (machine.folder / "reminders.ics").read_bytes().replace(b"SEQUENCE:0", b"SEQUENCE:1", 1)),
        ("subscribed-file", WRONG), ("the plan of today",)),
    "a new database that got no name": Fault(aside("isotrack.db.new-123"), ("leftovers", WARNING), ("new-123",), code=0,
                                             is_mended=True),
    "a copy that was cut off": Fault(
        aside("isotrack.db.backups/.2026-11-24.db.new-01234567-0123-0123-0123-0123456789ab"), ("leftovers", WARNING),
        ("cut off",), code=0, is_mended=True),
    "another program's log": Fault(aside("isotrack.db-wal"), ("leftovers", WARNING), ("another program",), code=0),
    "a copy that is no database": Fault(lambda machine: newest_copy(machine).write_bytes(b"torn" * 99),
                                        ("copies", WRONG), ("delete it",), ("copies",)),
    "a copy with a bit of rot": Fault(flip_in_copy, ("copies", WRONG), ("In the copy",), ("copies",)),
    "copies that are old": Fault(old_copy, ("copies", WARNING), ("is in no copy", "isotrack backup"), code=0),
    "a clock that was put back": Fault(sql("SELECT 1"), ("clock", WARNING), ("clock",), code=0),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_what_to_do_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault = FAULTS[name]
    fault.plant(machine)
    if name == "a clock that was put back":
        monkeypatch.setenv("ISOTRACK_TODAY", "2026-11-20")
    was = {path: path.stat().st_mode for path in machine.folder.rglob("*")} | image(machine.folder)
    findings = said(fault.code)
    found = bad(findings)
    assert fault.found in found, findings
    text = " ".join(f"{one['text']} {one['advice']}" for one in findings)
    for word in fault.words:
        assert word in text, findings
    assert {check for check, _level in found} <= {fault.found[0], *fault.others}, findings
    done = say("doctor", "--lang", "ja")
    assert (done.code, done.err) == (fault.code, "")
    assert was == {path: path.stat().st_mode for path in machine.folder.rglob("*")} | image(machine.folder)
    if fault.is_mended:
        mended = said(0, "--mend")
        assert [one["check"] for one in mended if one["mended"]] == [fault.found[0]]
        assert bad(said(0)) == []


# --- flipped bits -------------------------------------------------------------------------------------------------


def medical(connection: sqlite3.Connection) -> list[object]:
    """All that is sealed, as it is read."""
    connection.text_factory = bytes
    tables = ("patient", "command", "course", "fact", *DETAILS)
    return [(table, sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))) for table in tables]  # noqa: S608


def is_seen(path: Path) -> bool:
    """Whether what the doctor looks at inside of a file says that something is wrong."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            ask = seals.asking_of_a_file(connection)
            return (
                ask("PRAGMA integrity_check(1)", ())[1] != [("ok",)] or bool(ask("PRAGMA foreign_key_check", ())[1])
                or any(True for _flaw in seals.flaws(ask)) or bool(layout.differences(ask))
            )  # fmt: skip
    except sqlite3.DatabaseError:
        return True


def flipped(value: Any, dice: random.Random) -> Any:
    """A value of which one bit is another."""
    if isinstance(value, int):
        return value ^ (1 << dice.randrange(31))
    octets = bytearray(value.encode("utf-8", "surrogateescape") or b"\1")
    octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
    return bytes(octets)


@pytest.mark.long
def test_a_flipped_bit_of_any_value_is_found_and_its_row_is_named(machine: Machine) -> None:
    dice = random.Random() if LONG else random.Random(8)  # noqa: S311 - not to hide anything
    columns = []
    with opened(machine.db) as connection:
        ask = seals.asking_of_a_file(connection)
        for table in ("patient", "command", "course", "fact", *DETAILS):
            names, found = ask(f"SELECT * FROM {table} ORDER BY random()", ())  # noqa: S608 - names of our own
            columns += [(table, name, row) for name in names for row in found[: 50 if LONG else 2]]
        key = {"patient": "id", "command": "id", "course": "id", "fact": "id"}
        connection.execute("PRAGMA ignore_check_constraints = ON")
        assert len(columns) > 100
        for table, name, row in columns:
            names = [column[0] for column in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]  # noqa: S608
            old = dict(zip(names, row, strict=True))
            number, value = old[key.get(table, "fact_id")], old[name]
            if value is None:
                continue
            new = flipped(value, dice)
            mark = "?" if isinstance(new, int) else "CAST(? AS TEXT)"
            connection.execute("BEGIN")
            where = f"WHERE {key.get(table, 'fact_id')} = ?"
            try:
                connection.execute(f"UPDATE {table} SET {name} = {mark} {where}", (new, number))  # noqa: S608
            except sqlite3.IntegrityError:  # another row has that id, or that name
                connection.execute("ROLLBACK")
                continue
            said = list(seals.flaws(ask))
            connection.execute("ROLLBACK")
            assert said, (table, name, old, new)
            what = {"patient": "p", "command": "c", "course": "k"}.get(table, "f")
            assert (what, number) in {(flaw.what, flaw.id) for flaw in said}, (table, name, old, new)
        assert list(seals.flaws(ask)) == []


@pytest.mark.long
def test_whatever_byte_of_the_file_flips_no_changed_fact_goes_unseen(machine: Machine, tmp_path: Path) -> None:
    dice = random.Random() if LONG else random.Random(8)  # noqa: S311 - as above
    whole, path = machine.db.read_bytes(), tmp_path / "flipped.db"
    with opened(machine.db) as connection:
        wanted = medical(connection)
    changed = 0
    for _ in range(20_000 if LONG else 150):
        octets = bytearray(whole)
        octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
        path.write_bytes(octets)
        try:
            with opened(path) as connection:
                is_same = medical(connection) == wanted
        except sqlite3.DatabaseError:
            is_same = False
        changed += not is_same
        assert is_same or is_seen(path)
    assert changed > 0


# --- every way to write keeps the chain -----------------------------------------------------------------------------


@pytest.mark.parametrize("old", OLD, ids=lambda old: old.stem)
def test_an_old_database_and_a_copy_of_it_are_well_as_they_are_and_once_they_are_newer(
    machine: Machine, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(machine.folder / "isotrack.db.backups")
    shutil.copy(old, machine.db)
    machine.db.chmod(0o600)
    monkeypatch.setenv("ISOTRACK_TODAY", "2027-01-01")
    assert set(bad(said(0))) <= {("copies", "warning")}
    assert say("plan").code == 0
    assert set(bad(said(0))) <= {("copies", "warning")}
    assert faults(machine.db) == []


def test_taking_along_putting_back_and_deleting_keep_every_chain(machine: Machine) -> None:
    assert say("--patient", "Hana", "record", "export", "--with-calendar", "-o", "hana.json").code == 0
    [copy] = rows(machine.db, "SELECT count(*) FROM seal WHERE patient_id = 1")
    with_copy = newest_copy(machine).stem
    assert say("patients", "delete", "Yuki").code in (0, 1, 2)
    assert say("--patient", "Hana", "log", "weight", "57").code == 0
    assert faults(machine.db) == []
    assert say("restore", with_copy, "--yes").code == 0
    assert rows(machine.db, "SELECT count(*) FROM seal WHERE patient_id = 1") == [copy]
    assert bad(said(0)) == []
    assert say("--patient", "Hana", "log", "weight", "57").code == 0
    assert say("--patient", "Hana", "record", "import", "hana.json", "--yes").code == 0
    machine.db.rename(machine.folder / "gone.db")
    (machine.folder / "isotrack.db.backups").rename(machine.folder / "gone.db.backups")
    assert say("record", "import", "hana.json", "--yes").code == 0
    assert faults(machine.db) == []


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_a_pipe_in_place_of_the_database_is_not_waited_for(machine: Machine) -> None:
    machine.db.unlink()
    os.mkfifo(machine.db)
    assert ("file", WRONG) in bad(said(1))


def test_who_is_deleted_takes_the_chain_along(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("Yuki\n"))
    assert say("patients", "delete", "Yuki").code == 0
    for database in (machine.db, newest_copy(machine)):
        assert rows(database, "SELECT DISTINCT patient_id FROM seal") == [(1,)]
        assert faults(database) == []


def test_a_correction_by_hand_is_sealed(machine: Machine) -> None:
    FAULTS["a weight of another gram"].plant(machine)
    shutil.rmtree(machine.folder / "isotrack.db.backups")
    [finding] = [one for one in said(1) if one["check"] == "seals"]
    assert "isotrack fix 4" in finding["advice"] or "isotrack fix" in finding["advice"]
    assert say("--patient", "Hana", "fix", str(finding["entry"]), "--value", "55").code in (0, 2)


# --- what is accepted as it is --------------------------------------------------------------------------------------

TORN = sql("UPDATE fact SET note = CAST(x'e69cff41' AS TEXT) WHERE note = '朝'")
ACCEPTED = {
    "a weight of another gram": "Now it says: 55 kg", "a day": "(visit, ", "what voids": "Entry ",
    "a command": "(lof)", "a course": "The course 1", "a name": "The name of Hanb", "a seal": "seal 2",
    "an entry that is gone": "gone from the record", "a seal that is gone": "seal 4",
    "another patient's": "of Yuki (weight, ",
}  # fmt: skip
"""Faults that can be, and a part of how each is shown."""


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    import io
    import sys

    typed = io.StringIO(text)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)


def seals_of(machine: Machine) -> list[Any]:
    with opened(machine.db) as connection:
        return list(seals.flaws(seals.asking_of_a_file(connection)))


def test_what_no_copy_can_mend_is_accepted_once_it_was_shown_and_the_doctor_goes_on_saying_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ACCEPTED:
        FAULTS[name].plant(machine)
    flaws = seals_of(machine)
    shutil.rmtree(machine.folder / "isotrack.db.backups")
    assert say("backup").code == 0  # it has the damage as well
    was = image(machine.folder)
    shown = say("doctor", "--accept", "--dry-run")
    assert (shown.code, image(machine.folder)) == (0, was), shown
    assert [text for text in ACCEPTED.values() if text not in shown.out] == []
    refused = say("doctor", "--accept")
    assert (refused.code, len(refused.complaint), image(machine.folder)) == (2, 1, was)
    answer(monkeypatch, "y\n")
    done = say("doctor", "--accept")
    assert (done.code, done.err.count("\n")) == (0, 0), done
    [kept] = (machine.folder / "isotrack.db.backups").glob("accepted-*.db")
    assert kept.stat().st_mode & 0o077 == 0
    findings = said(1)
    assert bad(findings) == [("subscribed-file", "wrong")]  # the older copies are no reason to complain
    assert ["24 Nov 2026" in one["text"] for one in findings if one["check"] == "accepted"] == [True, True]
    assert faults(machine.db) == []
    assert "nothing to accept" in say("doctor", "--accept", "--yes", "--lang", "en").out
    # What is damaged afterwards is found again, in the same rows and seals too.
    for flaw in flaws:
        with opened(machine.db) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("BEGIN")
            if not flaw.what:
                changed = "UPDATE seal SET link = link || '~' WHERE position = ? AND patient_id = ?"
                connection.execute(changed, (flaw.id, flaw.patient))
            elif flaw.problem is seals.Problem.MISSING:
                again = "INSERT INTO fact SELECT ?, course_id, command_id, kind, on_date, number, note, NULL FROM fact"
                connection.execute(f"{again} LIMIT 1", (flaw.id,))  # noqa: S608 - a text of our own
            else:
                column = {seals.COMMAND: "command SET verb", seals.COURSE: "course SET name"}.get(flaw.what)
                column = column or ("fact SET note" if flaw.what == seals.FACT else "patient SET label")
                connection.execute(f"UPDATE {column} = 'x' WHERE id = ?", (flaw.id,))  # noqa: S608 - as above
            found = list(seals.flaws(seals.asking_of_a_file(connection)))
            connection.execute("ROLLBACK")
        assert (flaw.patient, flaw.what, flaw.id) in {(one.patient, one.what, one.id) for one in found}


@pytest.mark.parametrize(("name", "lang"), [
    ("a page", "en"), ("half of the file", "ja"), ("a trigger", "ja"),
    ("a kind that is no more", "en"), ("a newer format", "ja"), ("another program's file", "en"),
])  # fmt: skip
def test_what_is_damaged_otherwise_is_never_accepted(machine: Machine, name: str, lang: str) -> None:
    FAULTS[name].plant(machine)
    was = image(machine.folder)
    refused = say("doctor", "--accept", "--yes", "--lang", lang)
    assert (refused.code, len(refused.complaint), refused.out) == (1, 1, ""), refused
    assert image(machine.folder) == was
    assert not list((machine.folder / "isotrack.db.backups").glob("accepted-*"))


ILLEGIBLE = {
    "a day that is none": ("UPDATE fact SET on_date = '2026-12-3~' WHERE kind = 'cost'", "(cost) cannot be read"),
    "a kind that is none": ("UPDATE fact SET kind = 'visitt' WHERE kind = 'visit'", "(unknown kind) cannot be read"),
    "a weight below nothing": ("UPDATE weight SET weight_g = -4 WHERE fact_id = 2", "Entry 2 (weight) cannot"),
    "the first capsule": (
        "UPDATE fact SET on_date = '~' WHERE kind = 'first-dose'", "it is taken to be Tue 24 Nov 2026. The right one:"
    ),
    "that it is the first capsule": (
        "UPDATE fact SET kind = 'first-$ose' WHERE kind = 'first-dose'", "it is taken to be the planned first capsule"
    ),
    "when it was typed": ("UPDATE command SET recorded_at = 'no moment' WHERE id = 2", "When command 2 was typed"),
    "when it was taken back": (
        "UPDATE command SET undone_at = 'no moment' WHERE undone_at IS NOT NULL", "was taken back cannot be read"
    ),
    "when it began": ("UPDATE patient SET recorded_at = 'no moment'", "When the record began"),
    "the enrolment": ("UPDATE course SET enrolled = '~' WHERE id = 1", "The day of enrolment of course 1"),
    "the zone": ("UPDATE course SET timezone = 'Asia/Tokxo' WHERE id = 1", "it is taken to be Etc/UTC"),
    "the programme": ("UPDATE course SET protocol_id = 'jp-standbrd'", "it is taken to be jp-standard@2025-11-17"),
    "who can become pregnant": ("UPDATE course SET can_become_pregnant = 65", "it is taken to be possible"),
}  # fmt: skip
"""What is no value of a record any more, and what becomes of it."""
BESIDE = {"subscribed-file", "copies"}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", ILLEGIBLE)
def test_what_is_no_value_any_more_leads_to_the_doctor_and_can_be_left_behind(
    machine: Machine, name: str, lang: str
) -> None:
    statement, shown = ILLEGIBLE[name]
    assert say("--patient", "Hana", "undo").code == 0
    sql(statement)(machine)
    shutil.rmtree(machine.folder / "isotrack.db.backups")
    for command in (("history",), ("status",), ("log", "weight", "56.5")):
        met = say("--patient", "Hana", *command, "--lang", lang)
        assert met.code == 0 or (len(met.complaint), "isotrack" in met.err) == (1, True), met
        assert "report" not in met.err or "doctor" in met.err, met
    shutil.rmtree(machine.folder / "isotrack.db.backups", ignore_errors=True)
    accepted = say("doctor", "--accept", "--yes", "--lang", lang)
    assert (accepted.code, shown in accepted.out or lang == "ja") == (0, True), accepted
    for command in (("history",), ("status",), ("log", "weight", "57"), ("plan",)):
        assert say("--patient", "Hana", *command, "--lang", lang).code == 0
    assert seals_of(machine) == []
    assert {check for check, _level in bad(json.loads(say("doctor", "--json").out)["findings"])} <= BESIDE


@pytest.mark.long
def test_no_flipped_bit_leads_to_a_dead_end(machine: Machine) -> None:
    dice = random.Random() if LONG else random.Random(8)  # noqa: S311 - not to hide anything
    octets = machine.db.read_bytes()
    with opened(machine.db) as connection:
        ask = seals.asking_of_a_file(connection)
        cells = [(table, name, row[0], row[place]) for table in ("command", "course", "fact", *DETAILS)
                 for names, found in [ask(f"SELECT * FROM {table}", ())]  # noqa: S608 - names of our own
                 for row in found for place, name in enumerate(names)
                 if (place or table == "course") and row[place] is not None]  # fmt: skip
    for table, name, number, value in dice.sample(cells, len(cells) if LONG else 8):
        machine.db.write_bytes(octets)
        shutil.rmtree(machine.folder / "isotrack.db.backups", ignore_errors=True)
        is_a_number_of_a_row = isinstance(value, int) and dice.random() < 1 / 3
        new = dice.choice((0, -1, 99999, 1 << 62)) if is_a_number_of_a_row else flipped(value, dice)
        with opened(machine.db) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            mark, key = ("?" if isinstance(new, int) else "CAST(? AS TEXT)"), names_of_key(connection, table)
            try:
                connection.execute(f"UPDATE {table} SET {name} = {mark} WHERE {key} = ?", (new, number))  # noqa: S608
            except sqlite3.IntegrityError:
                continue
        cell = (table, name, value, new)
        for command in (("history",), ("status",), ("log", "weight", "57")):
            met = say("--patient", "Hana", *command)
            assert met.code == 0 or (len(met.complaint), "inside isotrack" in met.err) == (1, False), (cell, met)
        accepted = say("doctor", "--accept", "--yes")
        is_one_line = (len(accepted.complaint), "inside isotrack" in accepted.err) == (1, False)
        assert accepted.code == 0 or is_one_line, (cell, accepted)
        if accepted.code == 0:
            for command in (("history",), ("status",), ("log", "weight", "57")):
                assert say("--patient", "Hana", *command).code == 0, cell
            assert seals_of(machine) == [], cell


def names_of_key(connection: sqlite3.Connection, table: str) -> str:
    return str(connection.execute(f"SELECT * FROM {table} LIMIT 0").description[0][0])  # noqa: S608 - names of our own


def test_one_that_changes_meanwhile_is_not_accepted(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.cli import doctor

    octets = machine.db.read_bytes()
    fault = FAULTS["an entry that isotrack did not write"].plant
    fault(machine)
    was = image(machine.folder)
    done = say("doctor", "--accept", "--yes")
    assert done.code == 0 or (len(done.complaint), image(machine.folder)) == (1, was), done
    machine.db.write_bytes(octets)
    FAULTS["a command"].plant(machine)
    monkeypatch.setattr(doctor, "confirm", lambda *_all, **_how: FAULTS["a weight of another gram"].plant(machine) or 1)
    answer(monkeypatch, "y\n")
    refused = say("doctor", "--accept")
    assert (refused.code, "meanwhile" in refused.err, len(seals_of(machine))) == (2, True, 2), refused


def test_a_text_that_is_torn_is_named_by_every_command_with_the_way_out(machine: Machine) -> None:
    TORN(machine)
    assert say("backup").code == 0
    for lang, word in (("en", "a text in it can no longer be read"), ("ja", "isotrack doctor")):
        refused = say("--patient", "Hana", "history", "--lang", lang)
        assert (refused.code, len(refused.complaint), word in refused.err) == (1, 1, True), refused
    with opened(machine.db) as connection:  # beside the record too, and where seals are kept
        connection.execute("UPDATE setting SET value = CAST(x'ff' || value AS TEXT)")
        connection.execute("UPDATE seal SET marks = CAST(x'ff' || marks AS TEXT) WHERE position = 2")
    assert ("texts", "wrong") in bad(said(1))
    assert say("doctor", "--accept", "--yes", "--lang", "ja").code == 0
    assert "\ufffd" in say("--patient", "Hana", "history").out
    assert {check for check, _level in bad(said(1))} == {"subscribed-file", "calendar-settings"}
    assert faults(machine.db) == []


# --- photos, whatever is wrong inside --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a weight of another gram", "half of the file"])
def test_photos_are_looked_at_whatever_is_wrong_with_the_rest(machine: Machine, name: str) -> None:
    from tests.test_photos import photo_of

    for number in range(3):
        (machine.folder / f"{number}.jpg").write_bytes(photo_of("JPEG", number + 1))
        assert say("--patient", "Hana", "log", "photo", f"{number}.jpg", "--area", "chin").code == 0
        (machine.folder / f"{number}.jpg").unlink()
    album = machine.folder / "isotrack.db.photos"
    first, second, third = sorted(album.iterdir())
    FAULTS[name].plant(machine)
    first.unlink()
    second.write_bytes(photo_of("JPEG", 8))
    third.chmod(0o644)
    found = {(one["check"], one["level"], Path(one["file"]).name) for one in said(1) if one["file"]}
    assert ("permissions", "wrong", third.name) in found
    assert ("photos", "wrong", second.name) in found
    is_read = name == "a weight of another gram"
    assert (("photos", "warning", first.name if is_read else album.name)) in found, found
    if not is_read:
        shutil.rmtree(album)
        album.symlink_to(machine.folder)
        assert ("photos", "wrong") in bad(said(1))


# --- where it lies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "service"), [
    ("/home/y/Dropbox/isotrack.db", "Dropbox"), ("/home/y/Dropbox (Own)/a/isotrack.db", "Dropbox"),
    ("/Users/y/Library/Mobile Documents/com~apple~CloudDocs/isotrack.db", "iCloud"),
    ("/home/y/OneDrive - Clinic/x/isotrack.db", "OneDrive"), ("/home/y/Nextcloud2/isotrack.db", "Nextcloud"),
    ("/Users/y/Library/CloudStorage/GoogleDrive-y@example.org/My Drive/isotrack.db", "Google Drive"),
    ("/home/y/マイドライブ/isotrack.db", "Google Drive"), ("/home/y/.local/share/isotrack/isotrack.db", None),
    ("/home/y/dropboxes/isotrack.db", None), ("/home/dropbox.db", None), ("/home/y/boxes/isotrack.db", None),
])  # fmt: skip
def test_a_synced_folder_is_known_by_its_name(path: str, service: str | None) -> None:
    assert places.synced_by(Path(path)) == service


def test_a_synced_folder_and_a_network_disk_are_warnings(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.folder / ".stfolder").mkdir()
    monkeypatch.setattr(places, "MOUNTS", machine.folder / "mounts")
    (machine.folder / "mounts").write_text(f"/dev/a / ext4 rw 0 0\nnas:/x {machine.folder} nfs4 rw 0 0\n")
    assert bad(said(0)) == [("synced-folder", "warning"), ("network-mount", "warning")]


@pytest.mark.parametrize(("mounts", "expected"), [
    ("dev / ext4 rw\nnas:/h /home nfs rw", True), ("dev / ext4 rw\nnas:/h /home nfs rw\ndev /home/y xfs rw", False),
    ("dev / ext4 rw\n//nas/h /home/y cifs rw", True), ("dev / ext4 rw\ny@h: /home/y/my\\040disk fuse.sshfs rw", False),
    ("dev / ext4 rw\nnas:/h /hom nfs rw", False), ("", False), ("short", False),
])  # fmt: skip
def test_the_mount_nearest_to_a_file_says_where_it_is(mounts: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert places.is_elsewhere(Path("/home/y/isotrack.db"), mounts) is expected


def test_a_link_is_never_followed_to_be_mended(machine: Machine) -> None:
    real = machine.folder / "real.db"
    machine.db.rename(real)
    real.chmod(0o644)
    machine.db.symlink_to(real)
    assert {("permissions", "warning"), ("permissions", "wrong")} <= set(bad(said(1, "--mend")))
    assert stat.S_IMODE(real.stat().st_mode) == 0o644


def test_a_dry_run_mends_nothing(machine: Machine) -> None:
    machine.db.chmod(0o644)
    assert say("doctor", "--mend", "--dry-run").code == 1
    assert stat.S_IMODE(machine.db.stat().st_mode) == 0o644


def test_where_there_is_nothing_the_command_that_begins_is_named(tmp_path: Path) -> None:
    done = say("doctor", "--db", str(tmp_path / "none.db"))
    assert (done.code, done.out) == (2, "")
    assert "isotrack start" in done.err or "start DATE" in done.err
    assert not (tmp_path / "none.db").exists()


def test_eight_writers_at_once_keep_the_chain(machine: Machine) -> None:
    import threading
    from datetime import UTC, datetime
    from decimal import Decimal

    from tracker.db import store
    from tracker.facts import Weight

    def write() -> None:
        for _ in range(10):
            with Database(machine.db).writing() as connection:
                command = store.begin_command(connection, 1, "log", datetime.now(UTC))
                store.record(connection, command, 1, Weight(on=date.fromisoformat(TODAY), kg=Decimal(55)))

    before = rows(machine.db, "SELECT count(*) FROM seal")[0][0]
    threads = [threading.Thread(target=write) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert rows(machine.db, "SELECT count(*) FROM seal")[0][0] == before + 80
    assert faults(machine.db) == []


DANGLING = [
    "UPDATE prescription SET dose_ug = 0", "UPDATE fact SET course_id = -1 WHERE kind = 'first-dose'",
    "UPDATE course SET id = 99999 WHERE id = 1", "UPDATE fact SET command_id = 0 WHERE id = 2",
    "UPDATE fact SET command_id = 99999 WHERE id = 2", "UPDATE command SET patient_id = 1 << 62 WHERE id = 2",
    "UPDATE course SET patient_id = 0 WHERE id = 1", "UPDATE course SET command_id = 0 WHERE id = 1",
    "UPDATE fact SET voided_by = 99999 WHERE id = 2", "UPDATE patient SET id = 77 WHERE id = 1",
]  # fmt: skip
"""What refers to nothing any more, or is a value that the programme of a plan cannot be made with."""


@pytest.mark.parametrize("statement", DANGLING)
def test_what_refers_to_nothing_leads_to_the_doctor(machine: Machine, statement: str) -> None:
    with opened(machine.db) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
    shutil.rmtree(machine.folder / "isotrack.db.backups", ignore_errors=True)
    commands = [("history",), ("status",), ("log", "weight", "56.5"), ("record", "export", "-o", "-")]
    for command in (*commands, ("undo",), ("patients",)):
        met = say(*(() if command == ("patients",) else ("--patient", "Hana")), *command)
        assert met.code == 0 or (len(met.complaint), "inside isotrack" in met.err) == (1, False), (command, met)
        assert met.code == 0 or "isotrack doctor" in met.err, (command, met)
    looked = say("doctor")
    assert (looked.code, looked.err) == (1, ""), looked
    accepted = say("doctor", "--accept", "--yes")
    can_be_accepted = statement.startswith(("UPDATE prescription", "UPDATE fact SET command", "UPDATE fact SET voided"))
    assert (accepted.code == 0) == can_be_accepted, accepted
    if can_be_accepted:
        for command in commands:
            assert say("--patient", "Hana", *command).code == 0, (command, accepted)
    else:
        assert (len(accepted.complaint), "inside isotrack" in accepted.err) == (1, False), accepted
