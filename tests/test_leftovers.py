"""What killed commands leave aside is cleared by the next run: never what is in use, never what is not ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.support import START, Machine, faults, image, machine_in, opened, rows, say, settle
from tests.test_durability import EXPORT, _restore, cut_off_at, needs_kill
from tests.test_schema import _add_a_column, _extra_step
from tracker import asides
from tracker.calendar import ics

pytestmark = pytest.mark.slow

UUID = "5b0c2f9e-6a57-4f0a-9a5e-0d8f6f4f2a11"
posix = pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked there, and nothing is cleared")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    assert say(*START).code == 0
    assert say(*EXPORT).code == 0
    return place


def _names(machine: Machine) -> list[str]:
    return sorted(path.name for path in machine.folder.iterdir())


def _half(source: str) -> Callable[[Machine], bytes]:
    def octets(machine: Machine) -> bytes:
        found = (machine.folder / source).read_bytes()
        return found[: len(found) // 2]

    return octets


def _laid_out(machine: Machine) -> bytes:
    """A new database to which nobody has come yet."""
    path = machine.folder / "laid out.db"
    shutil.copy(machine.db, path)
    with opened(path) as connection:
        for table in ("published", "setting", "weight", "prescription", "fact", "course", "command", "patient"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a text of our own
    octets = path.read_bytes()
    path.unlink()
    return octets


LEFT: dict[str, tuple[str, Callable[[Machine], bytes]]] = {
    "a calendar of which nothing is written yet": (".reminders.ics.abcdefg_", lambda _: b""),
    "the first octets of a calendar": (".reminders.ics.a2345678", lambda _: ics.BEGINNING[:9]),
    "half a calendar": (".reminders.ics.12345678", _half("reminders.ics")),
    "a whole calendar": (".reminders.ics.abcdefgh", lambda machine: (machine.folder / "reminders.ics").read_bytes()),
    "a new database that is empty": ("isotrack.db.new-4711", lambda _: b""),
    "a new database that is laid out": ("isotrack.db.new-4711", _laid_out),
    "a journal without its database": ("isotrack.db.new-4711-journal", lambda _: b"x"),
    "half a copy": (f"isotrack.db.backup-v1.new-{UUID}", _half("isotrack.db")),
    "a copy": (f"isotrack.db.backup-v1.new-{UUID}", lambda machine: machine.db.read_bytes()),
    "the journal of a copy": (f"isotrack.db.backup-v1.new-{UUID}-journal", lambda _: b"x"),
}


@posix
@pytest.mark.parametrize("kind", LEFT)
def test_what_is_left_is_cleared_by_the_next_run_unless_somebody_is_at_work_there(course: Machine, kind: str) -> None:
    name, octets = LEFT[kind]
    before = _names(course)
    (course.folder / name).write_bytes(octets(course))
    assert say("log", "visit").code == 0
    with asides.using(course.folder):
        assert say(*EXPORT).code == 0
    if not name.startswith("."):
        (course.folder / name).write_bytes(octets(course))
        with asides.using(course.folder):
            assert say("log", "blood").code == 0
    assert _names(course) == sorted([*before, name])
    assert say("log", "weight", "55").code == 0
    assert say(*EXPORT).code == 0
    assert _names(course) == before
    assert faults(course.db) == []


OTHERS: dict[str, Callable[[Machine], bytes]] = {
    ".reminders.ics.swp": lambda _: b"",
    ".reminders.ics.AbCdEf": lambda machine: (machine.folder / "reminders.ics").read_bytes(),
    ".reminders.ics.abcdefghi": lambda _: b"",
    ".reminders.ics.abcdefgh": lambda _: b"BEGIN:VCALENDAR\r\nPRODID:-//someone else//EN\r\nEND:VCALENDAR\r\n",
    ".reminders.ics.bcdefghi": lambda _: b"mine",
    ".other.ics.abcdefgh": lambda _: b"",
    "reminders.ics.abcdefgh": lambda _: b"",
    ".remindersXics.abcdefgh": lambda _: b"",
    "isotrack.db.new-1": lambda machine: machine.db.read_bytes(),
    "isotrack.db.new-2": lambda _: b"mine",
    "isotrack.db.new-x": lambda _: b"",
    "isotrack.db.new-3-journal.txt": lambda _: b"",
    "isotrack.db.new": lambda _: b"",
    "isotrack.db.backup": lambda machine: machine.db.read_bytes(),
    "isotrack.db.backup-v1": lambda machine: machine.db.read_bytes(),
    "isotrack.db.backup-v1-2": lambda machine: machine.db.read_bytes(),
    "isotrack.db.backups.new-1": lambda _: b"",
    "isotrackXdb.new-1": lambda _: b"",
    "other.db.new-1": lambda _: b"",
}


@posix
def test_what_is_not_ours_is_left_where_it_is(course: Machine) -> None:
    for name, octets in OTHERS.items():
        (course.folder / name).write_bytes(octets(course))
    (course.folder / ".reminders.ics.folder__").mkdir()
    (course.folder / "isotrack.db.new-9").mkdir()
    (course.folder / ".reminders.ics.link____").symlink_to(course.folder / "reminders.ics")
    (course.folder / "isotrack.db.new-8").symlink_to(course.db)
    os.mkfifo(course.folder / ".reminders.ics.pipe____")
    before = _names(course)
    others = {name: (course.folder / name).read_bytes() for name in OTHERS}
    for command in (("log", "visit"), EXPORT, ("calendar", "subscribe", "reminders.ics"), ("log", "weight", "55")):
        assert say(*command).code == 0
    assert _names(course) == before
    assert others == {name: (course.folder / name).read_bytes() for name in OTHERS}


@posix
def test_what_a_running_command_has_aside_is_not_cleared_by_another(course: Machine) -> None:
    script = (
        "import os, sys; from tracker.cli.main import run; fsync = os.fsync\n"
        "def wait(handle):\n"
        "    fsync(handle); print('aside', flush=True); sys.stdin.readline()\n"
        "os.fsync = wait; sys.exit(run(['calendar', 'export', '-o', 'reminders.ics', '--titles', 'full']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=course.folder, env=course.environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "aside\n"
        (aside,) = [name for name in _names(course) if name.startswith(".")]
        for command in (EXPORT, ("log", "visit"), EXPORT):
            assert say(*command).code == 0
            assert aside in _names(course)
        out, _err = other.communicate("\n" * 9)
    assert other.returncode == 0, out
    assert [name for name in _names(course) if name.startswith(".")] == []
    assert b"Follow-up visit" in (course.folder / "reminders.ics").read_bytes()


def test_where_folders_cannot_be_locked_nothing_is_cleared(course: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asides, "fcntl", None)
    for name, octets in LEFT.values():
        (course.folder / name).write_bytes(octets(course))
    before = _names(course)
    for command in (("log", "visit"), EXPORT):
        assert say(*command).code == 0
    assert _names(course) == before


@posix
def test_a_folder_that_others_keep_locked_is_written_to_all_the_same(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asides, "_TRIES", 2)
    with asides._opened(course.folder) as handle:
        assert handle is not None
        assert asides._locked(handle, asides.fcntl.LOCK_EX)
        for command in (("log", "visit"), EXPORT, ("--db", "new.db", *START)):
            assert say(*command).code == 0


@needs_kill
def test_a_copy_of_an_older_file_that_was_killed_is_cleared_by_the_next_run(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = _extra_step(monkeypatch, _add_a_column)
    state, moment = image(course.folder), 0
    facts = rows(course.db, "SELECT * FROM fact")
    while cut_off_at(moment, "plan"):
        assert say("plan").code == 0
        found = [path.name for path in (course.folder / "isotrack.db.backups").iterdir()]
        assert f"format-{version}.db" in found, moment
        assert [name for name in found if ".new-" in name] == [], moment
        assert [name for name in found if ".new-" in name] == [], moment
        assert (faults(course.db), rows(course.db, "SELECT * FROM fact")) == ([], facts)
        _restore(course, state)
        moment += 1
    assert moment >= 5


@posix
def test_two_that_bring_a_file_up_to_date_do_not_clear_each_others_copy(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clear_meanwhile(connection: Connection) -> None:
        name = f"isotrack.db.backup-v1.new-{UUID}"
        (course.folder / name).write_bytes(b"")
        assert say("--db", str(course.db), "calendar", "settings").code in (0, 1)
        assert name in _names(course)
        (course.folder / name).unlink()
        _add_a_column(connection)

    _extra_step(monkeypatch, clear_meanwhile)
    monkeypatch.setattr("tracker.db.connecting.FIRST_WAIT_MS", 10)
    monkeypatch.setattr("tracker.db.connecting.LAST_WAIT_MS", 10)
    assert say("plan").code == 0
