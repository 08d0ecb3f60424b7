"""What a command says of what it saved is true, whatever becomes of its output and wherever it is stopped."""

from __future__ import annotations

import errno
import io
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine.default import DefaultDialect

from tests.support import START, Machine, Said, image, machine_in, rows, say, settle, some
from tests.test_calendar_stays_right import invitation
from tests.test_durability import Moments, _restore
from tracker.cli.main import run
from tracker.cli.running import Flags

pytestmark = pytest.mark.slow

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
GONE = BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
CTRL_C = KeyboardInterrupt()

WRITING = {
    "log": ("log", "visit"),
    "log weight": ("log", "weight", "55"),
    "book": ("book", "visit/2", "2026-12-21", "15:30"),
    "dose": ("dose", "40", "--from", "2026-12-24"),
    "until": ("until", "--duration", "24w"),
    "pause": ("pause", "2026-11-26"),
    "stop": ("stop", "today"),
    "start": ("--patient", "other", *START),
    "start with a calendar": ("--patient", "other", *START, "--ics", "other.ics"),
    "fix": ("fix", "2", "--value", "56"),
    "undo": ("undo",),
    "settings": ("calendar", "settings", "titles=full", "capsule=08:30"),
    "settings of what is typed": ("settings", "dates=day-first"),
    "settings as JSON": ("calendar", "settings", "titles=full", "--json"),
    "export": ("calendar", "export", "-o", "out.ics"),
    "subscribe": ("calendar", "subscribe", "feed.ics"),
    "an invitation": ("calendar", "import-appointments", "in.ics"),
}
READING = {
    "status": (),
    "plan": ("plan",),
    "next": ("next",),
    "plan as JSON": ("plan", "--json"),
    "history": ("history",),
    "preview": ("calendar", "preview"),
    "settings": ("calendar", "settings"),
    "programmes": ("protocols",),
    "help": ("--help",),
    "version": ("--version",),
}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which a course runs, and every command in the same second."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    monkeypatch.setattr(Flags, "moment", lambda _: datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    (place.folder / "in.ics").write_bytes(invitation("DTSTART:20261224T063000Z|SUMMARY:再診"))
    assert say(*START).code == 0
    assert say("log", "consent").code == 0
    return place


class Breaking(io.RawIOBase):
    """An output that breaks at one of its writes, and stays broken."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.at = at
        self.error = error
        self.count = 0
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        self.count += 1
        if self.count == self.at + 1 or (self.count > self.at and isinstance(self.error, OSError)):
            raise self.error
        self.taken += bytes(octets)
        return len(octets)

    @property
    def broke(self) -> bool:
        return self.count > self.at


def _say(out: Breaking, *arguments: str, err: Breaking | None = None) -> Said:
    """Run one command with outputs that break."""
    errors = io.BytesIO() if err is None else err
    streams = [io.TextIOWrapper(stream, "utf-8", write_through=True) for stream in (out, errors)]  # type: ignore[type-var]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        code = run(list(arguments))
    for stream in streams:
        stream.detach()
    return Said(code, out.taken.decode(), errors.getvalue().decode() if isinstance(errors, io.BytesIO) else "")


def _record(machine: Machine) -> list[Any]:
    """All that is recorded, without the random names of courses."""
    tables = ("command", "fact", "weight", "prescription", "appointment", "projection", "setting", "published")
    kept = "entry, sequence, content"
    found = [rows(machine.db, f"SELECT {kept if table == 'published' else '*'} FROM {table}") for table in tables]  # noqa: S608
    return [sorted(map(repr, table)) for table in found]


@dataclass(frozen=True)
class Course:
    machine: Machine
    before: dict[str, bytes]

    def moments(self, error: BaseException, *command: str) -> Iterator[tuple[int, Said]]:
        """What a command says whose output breaks at its first write, its second, and so on to the last."""
        at = 0
        while True:
            out = Breaking(at, error)
            said = _say(out, *command)
            if not out.broke:
                assert (said.code, said.err) == (0, "")
                return
            yield at, said
            _restore(self.machine, self.before)
            at += 1


@pytest.fixture
def running(course: Machine) -> Course:
    return Course(course, image(course.folder))


def breaking(commands: dict[str, tuple[str, ...]]) -> pytest.MarkDecorator:
    """Each command with an output that breaks, in one of the ways."""
    ways = {"full": FULL, "gone": GONE, "Ctrl-C": CTRL_C}
    pairs = [(name, way) for at, name in enumerate(commands) for way in some(ways, 3, at)]
    return pytest.mark.parametrize(("name", "error"), [(name, ways[way]) for name, way in pairs],
                                   ids=[f"{name}-{way}" for name, way in pairs])  # fmt: skip


@pytest.mark.long
@breaking(WRITING)
def test_what_is_saved_stays_saved_wherever_the_output_breaks(running: Course, name: str, error: BaseException) -> None:
    command = WRITING[name]
    assert say(*command).code == 0
    recorded = _record(running.machine)
    _restore(running.machine, running.before)
    breaks = 0
    for at, said in running.moments(error, *command):
        assert said.code == (130 if error is CTRL_C else 0), (at, said)
        assert "nothing was saved" not in said.err, (at, said)
        assert "saved" in said.err, (at, said)
        assert len(said.complaint) == 1, (at, said)
        if name != "start with a calendar":  # there the calendar may not be written yet
            assert recorded == _record(running.machine), at
        breaks += 1
    assert breaks > 0


@pytest.mark.long
@breaking(READING)
def test_a_reading_that_nobody_can_read_has_failed(running: Course, name: str, error: BaseException) -> None:
    for at, said in running.moments(error, *READING[name]):
        assert said.code == (130 if error is CTRL_C else 1), (at, said)
        assert len(said.complaint) == (0 if error is GONE else 1), (at, said)


def test_neither_output_can_be_written_and_what_was_saved_is_no_failure(running: Course) -> None:
    for command in WRITING.values():
        said = _say(Breaking(0, FULL), *command, err=Breaking(0, FULL))
        assert said.code == 0, command
        _restore(running.machine, running.before)


@pytest.mark.usefixtures("running")
def test_a_refusal_that_nobody_can_read_keeps_its_exit_code() -> None:
    for command, code in ((("log", "weight", "-1"), 2), (("calendar", "export", "-o", "no/such.ics"), 1), (("x",), 2)):
        assert _say(Breaking(0, FULL), *command, err=Breaking(0, FULL)).code == code


def test_a_closed_output_is_said_where_something_was_saved(
    course: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert run(["log", "weight", "55"]) == 0
    assert "saved" in capfd.readouterr().err
    assert run(["plan"]) == 0
    assert capfd.readouterr().err == ""
    assert rows(course.db, "SELECT count(*) FROM weight") == [(2,)]


def _stop(_name: str) -> None:
    raise KeyboardInterrupt


def test_wherever_a_command_is_stopped_it_says_whether_it_was_saved(running: Course) -> None:
    machine = running.machine
    at, heard = 0, set()
    while True:
        moments = Moments(at, _stop)
        with moments.watched():
            said = say("log", "weight", "56")
        if len(moments.seen) <= at:
            break
        saved = rows(machine.db, "SELECT count(*) FROM weight") == [(2,)]
        heard.add(saved)
        assert said.code == 130
        assert ("nothing was saved" in said.err) is not saved, (moments.seen, said)
        _restore(machine, running.before)
        at += 1
    assert False in heard


def _in_the_commit(monkeypatch: pytest.MonkeyPatch, act: Callable[[Callable[[], None]], None]) -> None:
    """Let ``act`` do the first commit of a write in the place of the database's own."""
    real = DefaultDialect.do_commit
    wrote = False

    def commit(self: DefaultDialect, raw: Any) -> None:
        nonlocal wrote
        if wrote or not raw.dbapi_connection.total_changes:
            real(self, raw)
        else:
            wrote = True
            act(lambda: real(self, raw))

    monkeypatch.setattr(DefaultDialect, "do_commit", commit)


@pytest.fixture
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell starts what runs in its background with Ctrl-C ignored: the tests may."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX does it")
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_ctrl_c_in_a_commit_waits_for_it(course: Machine, monkeypatch: pytest.MonkeyPatch, *, first: bool) -> None:
    def act(commit: Callable[[], None]) -> None:
        if first:
            os.kill(os.getpid(), signal.SIGINT)
        commit()
        os.kill(os.getpid(), signal.SIGINT)

    _in_the_commit(monkeypatch, act)
    said = say("log", "weight", "56")
    assert (said.code, said.complaint) == (130, ["stopped; what was saved before stays saved"])
    assert rows(course.db, "SELECT count(*) FROM weight") == [(2,)]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_commit_of_which_nobody_knows_is_not_said_to_be_undone(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(commit: Callable[[], None]) -> None:
        commit()
        raise sqlite3.OperationalError("disk I/O error")

    _in_the_commit(monkeypatch, act)
    said = say("log", "weight", "56")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert "nothing was saved" not in said.err
    assert "isotrack history" in said.err
    assert rows(course.db, "SELECT count(*) FROM weight") == [(2,)]


@pytest.mark.parametrize("reason", ["database or disk is full", "database is locked"])
def test_a_commit_that_was_refused_saved_nothing_and_says_so(
    course: Machine, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    def act(_commit: Callable[[], None]) -> None:
        raise sqlite3.OperationalError(reason)

    _in_the_commit(monkeypatch, act)
    said = say("log", "weight", "56")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert "nothing was saved" in said.err
    assert rows(course.db, "SELECT count(*) FROM weight") == [(1,)]


def test_an_error_after_the_saving_is_said_and_no_failure(course: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("of the value in hand")

    monkeypatch.setattr("tracker.cli.show.outcome", fail)
    said = say("log", "weight", "56")
    assert (said.code, len(said.complaint)) == (0, 1)
    assert "saved; but" in said.err
    assert "RuntimeError" in said.err
    assert "value in hand" not in said.err
    assert rows(course.db, "SELECT count(*) FROM weight") == [(2,)]


def test_a_course_that_is_open_while_its_calendar_cannot_be_written_is_said_to_be_saved(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _handle: (_ for _ in ()).throw(FULL))
    said = say("--patient", "other", *START, "--ics", "other.ics")
    assert (said.code, len(said.complaint)) == (0, 1)
    assert said.err.startswith("isotrack: saved; but other.ics cannot be written")
    assert rows(course.db, "SELECT count(*) FROM course") == [(2,)]
    assert not (course.folder / "other.ics").exists()
    failed = say("--patient", "other", "calendar", "export", "-o", "other.ics")
    assert (failed.code, len(failed.complaint)) == (1, 1), "this is what the command was for"
