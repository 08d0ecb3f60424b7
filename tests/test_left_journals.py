"""A journal that outlives its file is never written into another one that gets its name; it is kept, and named."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support import LONG, START, Machine, faults, image, machine_in, say, settle
from tracker import asides
from tracker.db import kept, turned


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    for words in (START, ("backup", "out.db"), ("record", "export", "-o", "r.json"), ("log", "weight", "57")):
        assert say(*words).code == 0, words
    return place


def journal_of(file: Path) -> bytes:
    """What a command leaves that is killed when it has written on every page, with the file as it lies there."""
    journal = file.with_name(f"{file.name}-journal")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE fact SET note = hex(randomblob(90000))")
        octets, written = journal.read_bytes(), file.read_bytes()
        connection.execute("ROLLBACK")
    file.write_bytes(written)
    journal.write_bytes(octets)
    journal.chmod(0o600)
    return octets


def log_of(file: Path) -> bytes:
    """A write-ahead log, as another program leaves it."""
    log, index = (file.with_name(file.name + ending) for ending in ("-wal", "-shm"))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE fact SET note = hex(randomblob(90000))")
        found = log.read_bytes(), index.read_bytes()
    log.write_bytes(found[0])
    index.write_bytes(found[1])
    return found[0]


TAKERS = {
    "a copy of a day": ("restore", "--yes", date.today().isoformat()),  # noqa: DTZ011 - the machine's
    "a copy elsewhere": ("restore", "--yes", "out.db"),
    "a new one": START,
    "a record": ("record", "import", "r.json", "--yes"),
}


@pytest.mark.long
@pytest.mark.parametrize(("taker", "lang"), [
    (taker, lang) for at, taker in enumerate(TAKERS) for lang in (("en", "ja") if LONG else (("en", "ja")[at % 2],))
])  # fmt: skip
def test_whatever_takes_the_name_of_a_file_that_is_gone_is_whole(machine: Machine, taker: str, lang: str) -> None:
    leave = log_of if lang == "ja" else journal_of
    octets = leave(machine.db)
    machine.db.unlink()
    if "copy of a day" not in taker:
        shutil.rmtree(f"{machine.db}.backups")
    name = next(one for one in machine.folder.iterdir() if one.name.endswith(("-wal", "-journal"))).name
    assert name in say("doctor", "--lang", lang).out
    said = say(*TAKERS[taker], "--lang", lang)
    assert (said.code, faults(machine.db)) == (0, []), said
    backups = kept.folder_of(machine.db)
    [aside] = [one for one in backups.iterdir() if one.read_bytes() == octets]
    assert str(aside) in said.err.replace("\n", "")
    assert not list(machine.folder.glob("*-*al"))
    assert say("log", "weight", "58").code == 0
    assert say("doctor").code == 0
    # What gets the name of what was kept, is as safe from it.
    assert say("restore", "--yes", "out.db").code == 0
    assert aside.read_bytes() == octets
    assert all(faults(one) == [] for one in backups.glob("*.db"))
    assert say("wipe", "--yes").code == 0
    assert not list(machine.folder.glob("isotrack.db*"))


def test_one_that_holds_nothing_is_left_lying_and_not_spoken_of(machine: Machine) -> None:
    journal = machine.db.with_name("isotrack.db-journal")
    machine.db.unlink()
    shutil.rmtree(f"{machine.db}.backups")
    journal.write_bytes(b"\0" * 600)
    said = say(*START)
    assert (said.code, "journal" in said.err) == (0, False)
    assert faults(machine.db) == []


def test_a_file_that_cannot_be_read_takes_all_of_its_own_along(machine: Machine) -> None:
    journal = journal_of(machine.db)
    log = machine.db.with_name("isotrack.db-wal")
    log.write_bytes(b"x" * 100)
    machine.db.write_bytes(b"y" * 8192)
    assert say("restore", "--yes", "out.db").code == 0
    assert faults(machine.db) == []
    [aside] = kept.folder_of(machine.db).glob("replaced-*.db")
    assert [aside.read_bytes(), *(one.read_bytes() for one in kept.beside(aside)[:2])] == [
        b"y" * 8192,
        journal,
        b"x" * 100,
    ]


def test_a_copy_is_not_laid_where_one_would_be_written_into_it(machine: Machine) -> None:
    journal_of(machine.folder / "out.db")
    shutil.copy(machine.folder / "out.db-journal", machine.folder / "other.db-journal")
    before = image(machine.folder)
    said = say("backup", "other.db")
    assert (said.code, "other.db-journal" in said.err) == (1, True)
    assert image(machine.folder) == before
    assert say("backup", "out.db", "--force").code == 0  # of a file that is there it was taken back when it was read
    assert faults(machine.folder / "out.db") == []


def test_what_a_killed_command_made_ready_gets_no_name_beside_one(machine: Machine) -> None:
    journal_of(machine.db)
    machine.db.rename(turned.ready(machine.db))
    before = image(machine.folder)
    said = say("log", "weight", "58")
    assert (said.code, "-journal" in said.err) == (1, True)
    assert image(machine.folder) == before
    machine.db.with_name("isotrack.db-journal").unlink()


@pytest.mark.parametrize("refused", ["names", "another disk", "locks", "room"])
def test_a_disk_that_refuses_loses_none_of_it(machine: Machine, monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    octets = journal_of(machine.db)
    machine.db.unlink()

    def fail(*_args: Any, **_named: Any) -> None:
        raise OSError({"names": errno.EPERM, "another disk": errno.EXDEV}.get(refused, errno.ENOSPC), "")

    if refused == "locks":
        monkeypatch.setattr(asides, "_locked", lambda *_how: False)
    else:
        monkeypatch.setattr(os, "link", fail)
    said = say("restore", "--yes", "out.db")
    places = [one for folder in (machine.folder, kept.folder_of(machine.db)) for one in folder.glob("*-journal")]
    assert [one.read_bytes() for one in places] == [octets]
    is_kept = refused in ("names", "another disk")
    assert said.code == (0 if is_kept else 1)
    assert machine.db.exists() == is_kept


def test_what_lay_beside_a_file_goes_to_another_disk_with_it(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = journal_of(machine.db)
    machine.db.write_bytes(b"y" * 8192)
    backups, replace = kept.folder_of(machine.db), Path.replace

    def between_disks(one: Path, other: Path) -> Path:
        if one.parent != other.parent:
            raise OSError(errno.EXDEV, "")
        return replace(one, other)

    def fail(*_args: Any, **_named: Any) -> None:
        raise OSError(errno.EXDEV, "")

    monkeypatch.setattr(Path, "replace", between_disks)
    monkeypatch.setattr(os, "link", fail)
    assert say("restore", "--yes", "out.db").code == 0
    [aside] = backups.glob("replaced-*.db")
    assert [aside.read_bytes(), kept.beside(aside)[0].read_bytes()] == [b"y" * 8192, octets]
    assert (faults(machine.db), list(machine.folder.glob("*-journal"))) == ([], [])


@pytest.mark.parametrize(("how", "lang"), [(("patients", "delete"), "ja"), (("wipe", "--patient"), "en")])
def test_one_that_was_set_aside_is_named_where_a_patient_is_deleted_and_by_the_doctor(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...], lang: str
) -> None:
    octets = journal_of(machine.db)
    machine.db.unlink()
    assert say("restore", "--yes", "out.db").code == 0
    [aside] = kept.folder_of(machine.db).glob("*-journal")
    monkeypatch.setattr("tracker.cli.paper.ask", lambda *_: "me")
    monkeypatch.setattr("tracker.cli.wipe.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.patients.is_asked", lambda: True, raising=False)
    said = say(*how, "me", "--lang", lang)
    assert (said.code, str(aside) in said.out.replace("\n", "")) == (0, True), said
    assert aside.read_bytes() == octets
    assert say(*START).code == 0
    assert str(aside) in say("doctor", "--lang", lang).out.replace("\n", "")
