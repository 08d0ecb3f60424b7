"""What was said to be saved is saved: through kills at any moment, full disks and many commands at once."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import Engine, event

from tests.support import (
    LONG,
    START,
    Machine,
    Said,
    doomed,
    faults,
    image,
    machine_in,
    opened,
    rows,
    say,
    settle,
    wait_until,
)
from tracker.cli.running import Flags

pytestmark = pytest.mark.slow
KILLS = 120 if LONG else 3
STEP = 1 if LONG else 4
"""Of the writes of a command each is tried, or each fourth."""
PATIENCE = 20
"""How many kills may be needed for one that falls where it was aimed at."""
COMMANDS_EACH = 200 if LONG else 4
WRITERS = 8
needs_kill = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as POSIX does it")

LOGGING = """
import sys
from tracker.cli.main import run
number = int(sys.argv[1])
while True:
    run(["log", "weight", "55", "--note", f"fact {number}"])
    number += 1
"""
OPENING = """
import os, sys
from tracker.cli.main import run
number = int(sys.argv[1])
while True:
    os.environ["ISOTRACK_DB"] = f"{sys.argv[2]}/new {number}/isotrack.db"
    run(["start", *sys.argv[3:]])
    number += 1
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


def _heard(process: subprocess.Popen[str], sign: str, times: int) -> tuple[str, float]:
    """What a process says until it has said ``sign`` so often, and the seconds from one time to the next."""
    assert process.stdout is not None
    assert process.stderr is not None
    said, moments = "", []
    while len(moments) < times:
        line = process.stdout.readline()
        assert line, f"it ended too early: {said}{process.stderr.read()}"
        said += line
        if line.startswith(sign):
            moments.append(time.monotonic())
    return said, (moments[-1] - moments[0]) / max(times - 1, 1)


def _killed(process: subprocess.Popen[str]) -> str:
    """Kill a process; what it had said besides."""
    assert process.stdout is not None
    process.kill()
    rest = process.stdout.read()
    process.wait()
    return rest


def _notes(machine: Machine) -> list[str]:
    return [note for (note,) in rows(machine.db, "SELECT note FROM fact WHERE note IS NOT NULL ORDER BY id")]


@pytest.mark.long
@needs_kill
@pytest.mark.parametrize("while_it_writes", [False, True], ids=["at any moment", "while it writes"])
def test_a_loop_of_commands_that_is_killed_loses_nothing_that_it_acknowledged(
    machine: Machine, while_it_writes: bool
) -> None:
    assert say(*START).code == 0
    journal = machine.db.with_name(machine.db.name + "-journal")
    dice = random.Random(1)  # noqa: S311 - dice, no secret
    acknowledged = begun = tries = into_a_write = 0
    while (into_a_write if while_it_writes else tries) < KILLS:
        tries += 1
        assert tries <= KILLS * PATIENCE, f"{into_a_write} of {tries} kills fell into a write"
        with doomed(machine.begin("-c", LOGGING, str(begun))) as process:
            said, usual = _heard(process, "Saved", times=dice.randint(2, 4))
            if while_it_writes:
                assert wait_until(process, journal.exists)
                time.sleep(dice.choice([0, dice.uniform(0, usual / 10)]))
            else:
                time.sleep(dice.uniform(0, usual))
            said += _killed(process)
            assert process.returncode == -signal.SIGKILL
        into_a_write += journal.exists()
        acknowledged += sum(line.startswith("Saved") for line in said.splitlines() if line.endswith(")."))
        assert faults(machine.db) == []
        notes = _notes(machine)
        begun = len(notes)
        assert notes == [f"fact {number}" for number in range(begun)]
        # At most one a kill is there that nobody was told of: the kill came between the commit and the print.
        assert acknowledged <= begun <= acknowledged + tries


@pytest.mark.long
@needs_kill
def test_a_command_of_its_own_process_is_there_whole_or_not_at_all_when_killed(machine: Machine) -> None:
    assert machine.isotrack(*START).code == 0
    journal = machine.db.with_name(machine.db.name + "-journal")
    dice = random.Random(2)  # noqa: S311 - dice, no secret
    tries, into_a_write, acknowledged = 0, 0, set()
    while into_a_write < KILLS:
        assert tries < KILLS * PATIENCE, f"{into_a_write} of {tries} kills fell into a write"
        note = f"fact {tries}"
        tries += 1
        journal.unlink(missing_ok=True)  # one that holds nothing is left lying
        with doomed(machine.begin("-m", "tracker", "log", "weight", "55", "--note", note)) as process:
            wait_until(process, journal.exists)
            time.sleep(dice.choice([0, dice.uniform(0, 0.01)]))
            if "Saved" in _killed(process):
                acknowledged.add(note)
        into_a_write += journal.exists()
        assert faults(machine.db) == []
    notes = _notes(machine)
    assert acknowledged - set(notes) == set()
    assert sorted(set(notes)) == sorted(notes)
    assert say().code == 0


@pytest.mark.long
@needs_kill
def test_a_first_start_that_is_killed_leaves_no_database_or_a_whole_one(machine: Machine) -> None:
    dice = random.Random(3)  # noqa: S311 - dice, no secret

    def folders() -> int:
        return len(list(machine.folder.glob("new *")))

    def another() -> Callable[[], bool]:
        known = folders()
        return lambda: folders() > known

    tries = acknowledged = into_a_start = 0
    while into_a_start < KILLS:
        tries += 1
        assert tries <= KILLS * PATIENCE, f"{into_a_start} of {tries} kills fell into a start"
        before = folders()
        with doomed(machine.begin("-c", OPENING, str(before), str(machine.folder), *START[1:])) as process:
            said, usual = _heard(process, "Saved.", times=2)
            assert wait_until(process, another())
            time.sleep(dice.uniform(0, usual))
            said += _killed(process)
            assert process.returncode == -signal.SIGKILL
        told = said.count("Saved.")
        into_a_start += folders() - before > told
        acknowledged += told
    made = 0
    for folder in machine.folder.glob("new *"):
        database = folder / "isotrack.db"
        had_a_course = database.exists() and rows(database, "SELECT count(*) FROM course") == [(1,)]
        made += had_a_course
        again = say("--db", str(database), *START)
        assert (2 if had_a_course else 0, []) == (again.code, faults(database)), again.err
        assert rows(database, "SELECT count(*) FROM course") == [(1,)]
    assert 2 * KILLS <= acknowledged <= made


@pytest.mark.long
def test_eight_processes_that_write_at_once_are_all_served(machine: Machine) -> None:
    assert say(*START).code == 0

    def write(writer: int) -> list[Said]:
        return [
            machine.isotrack("log", "weight", "55", "--note", f"fact {writer}.{number}")
            for number in range(COMMANDS_EACH)
        ]

    with ThreadPoolExecutor(WRITERS) as pool:
        said = [one for writer in pool.map(write, range(WRITERS)) for one in writer]
    assert [one.err for one in said if one.code != 0] == []
    wanted = {f"fact {writer}.{number}" for writer in range(WRITERS) for number in range(COMMANDS_EACH)}
    assert sorted(wanted) == sorted(_notes(machine))
    numbers = [number for (number,) in rows(machine.db, "SELECT number FROM fact WHERE kind = 'weight' ORDER BY id")]
    assert list(range(1, len(numbers) + 1)) == numbers
    printed = sorted(int(match[1]) for one in said if (match := re.search(r"\(number (\d+)\)", one.out)))
    assert [fact for (fact,) in rows(machine.db, "SELECT id FROM fact WHERE note LIKE 'fact %' ORDER BY id")] == printed
    assert faults(machine.db) == []


def test_of_eight_processes_that_open_the_first_course_at_once_one_succeeds(machine: Machine) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        said = list(pool.map(lambda _: machine.isotrack(*START), range(WRITERS)))
    assert sorted(one.code for one in said) == [0] + [2] * (WRITERS - 1)
    for refused in (one for one in said if one.code != 0):
        spoken = [line for line in refused.complaint if not line.startswith("waiting")]
        assert len(spoken) == 1, refused.err
        assert "open already" in spoken[0]
        assert "isotrack stop" in spoken[0]
    assert rows(machine.db, "SELECT (SELECT count(*) FROM course), (SELECT count(*) FROM patient)") == [(1, 1)]
    assert [machine.db.name] == sorted(path.name for path in machine.folder.glob("isotrack*") if path.is_file())
    assert faults(machine.db) == []


@contextmanager
def _held(database: Path, *statements: str, seconds: float) -> Iterator[threading.Event]:
    """Another program has the database for so long; set when it lets go."""
    ready, released = threading.Event(), threading.Event()

    def hold() -> None:
        with opened(database) as connection:
            for statement in statements:
                connection.execute(statement).fetchall()
            ready.set()
            time.sleep(seconds)
            released.set()
            connection.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait()
    try:
        yield released
    finally:
        thread.join()


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(("BEGIN IMMEDIATE",), id="another command is writing"),
        pytest.param(("BEGIN EXCLUSIVE",), id="another command is committing"),
        pytest.param(("BEGIN", "SELECT * FROM fact"), id="another command is reading"),
    ],
)
def test_a_command_waits_for_one_that_takes_two_seconds(machine: Machine, statements: tuple[str, ...]) -> None:
    assert say(*START).code == 0
    with _held(machine.db, *statements, seconds=2.0) as released:
        said = say("log", "weight", "55", "--note", "waited")
        assert released.is_set()
    assert (said.code, _notes(machine)) == (0, ["waited"]), said.err


class Moments:
    """The moments of a command at which something is about to be written, counted; at one of them ``act`` is called."""

    calls = ("open", "link", "unlink", "replace", "rename", "mkdir", "fsync")

    def __init__(self, at: int | None, act: Callable[[str], None]) -> None:
        self.at = at
        self.act = act
        self.seen: list[str] = []

    def meet(self, name: str) -> None:
        self.seen.append(name)
        if len(self.seen) - 1 == self.at:
            self.act(name)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch the calls of the operating system that change something, and every statement and commit."""

        def watch(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **named: Any) -> Any:
                self.meet(name)
                return real(*args, **named)

            return call

        def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            self.meet(text.split(maxsplit=1)[0])

        def commit(_connection: Any) -> None:
            self.meet("COMMIT")

        event.listen(Engine, "before_cursor_execute", statement)
        event.listen(Engine, "commit", commit)
        with pytest.MonkeyPatch.context() as patch:
            for name in self.calls:
                patch.setattr(os, name, watch(name, getattr(os, name)))
            try:
                yield
            finally:
                event.remove(Engine, "before_cursor_execute", statement)
                event.remove(Engine, "commit", commit)


def cut_off_at(moment: int, *arguments: str) -> bool:
    """Run a command in a process that dies at its ``moment``-th write; whether it came so far."""
    child = os.fork()
    if child == 0:
        moments = Moments(moment, lambda _: os.kill(os.getpid(), signal.SIGKILL))
        with moments.watched():
            say(*arguments)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _refuse(name: str) -> None:
    """The disk is full, as the machine or as SQLite says it."""
    if name in Moments.calls:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise sqlite3.OperationalError("database or disk is full")


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands of a test run in the same second."""
    monkeypatch.setattr(Flags, "moment", lambda _: datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


EXPORT = ("calendar", "export", "-o", "reminders.ics")


@pytest.fixture
def exported(machine: Machine, still_clock: None) -> tuple[Path, dict[str, bytes], bytes]:
    """A calendar that is out of date: the file, the machine as it is, and the calendar as it has to become."""
    del still_clock
    target = machine.folder / "reminders.ics"
    for command in (START, EXPORT, ("log", "visit", "--on", "today"), ("book", "visit/2", "2026-12-21 15:30")):
        assert say(*command).code == 0
    stale = image(machine.folder)
    assert say(*EXPORT).code == 0
    wanted = target.read_bytes()
    _restore(machine, stale)
    assert stale["reminders.ics"] != wanted
    return target, stale, wanted


def _restore(machine: Machine, state: dict[str, bytes]) -> None:
    for path in machine.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, octets in state.items():
        (machine.folder / name).write_bytes(octets)


def _sequences(octets: bytes) -> dict[str, tuple[int, bytes]]:
    calendar = icalendar.Calendar.from_ical(octets)
    return {str(one["UID"]): (int(one["SEQUENCE"]), one.to_ical()) for one in calendar.walk("VEVENT")}


def _check_export(machine: Machine, target: Path, stale: bytes, wanted: bytes, moment: str) -> None:
    """The file is the old one or the new one; exporting again brings the new one, with the numbers of a clean run."""
    assert target.read_bytes() in (stale, wanted), moment
    assert faults(machine.db) == [], moment
    again = say(*EXPORT)
    assert (0, wanted) == (again.code, target.read_bytes()), (moment, again.err)
    assert sorted(image(machine.folder)) == ["isotrack.db", "reminders.ics"], moment
    assert _sequences(wanted) == _sequences(target.read_bytes())


@needs_kill
@pytest.mark.long
def test_an_export_that_is_killed_at_any_write_leaves_a_whole_file_and_can_be_repeated(
    machine: Machine, exported: tuple[Path, dict[str, bytes], bytes]
) -> None:
    target, stale, wanted = exported
    moment = 0
    while cut_off_at(moment, *EXPORT):
        _check_export(machine, target, stale["reminders.ics"], wanted, f"killed at write {moment}")
        _restore(machine, stale)
        moment += STEP
    assert moment >= 10


@pytest.mark.long
def test_an_export_that_the_disk_refuses_at_any_write_leaves_everything_and_can_be_repeated(
    machine: Machine, exported: tuple[Path, dict[str, bytes], bytes]
) -> None:
    target, stale, wanted = exported
    moment = 0
    while True:
        moments = Moments(moment, _refuse)
        with moments.watched():
            said = say(*EXPORT)
        if len(moments.seen) <= moment:
            break
        name = f"{moments.seen[moment]}, write {moment}"
        if moments.seen[moment] != "unlink" and said.code != 0:
            assert (said.code, len(said.complaint)) == (1, 1), (name, said.err)
            assert sorted(stale) == sorted(image(machine.folder)), name
            if moments.seen[moment] != "COMMIT":
                assert stale["reminders.ics"] == target.read_bytes(), name
        _check_export(machine, target, stale["reminders.ics"], wanted, name)
        _restore(machine, stale)
        moment += STEP
    assert moment >= 10
    assert said.code == 0


def test_sequence_numbers_rise_by_one_with_a_change_and_never_fall_through_failed_exports(
    exported: tuple[Path, dict[str, bytes], bytes],
) -> None:
    target, stale, _wanted = exported
    before = _sequences(stale["reminders.ics"])
    for moment in range(0, 40, 3):
        moments = Moments(moment, _refuse)
        with moments.watched():
            say(*EXPORT)
    assert say(*EXPORT).code == 0
    after = _sequences(target.read_bytes())
    for uid, (sequence, text) in before.items():
        assert (sequence if after[uid][1] == text else sequence + 1) == after[uid][0]


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be synced there")
def test_an_exported_file_and_its_new_name_are_on_the_disk_before_it_is_said_to_be_saved(
    machine: Machine, exported: tuple[Path, dict[str, bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, _stale, _wanted = exported
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        # What else isotrack keeps, such as where it wrote something, lies in folders of its own.
        number = os.fstat(handle).st_ino
        if number == target.parent.stat().st_ino:
            done.append("folder")
        elif number in {one.stat().st_ino for one in target.parent.iterdir()}:
            done.append("file")
        fsync(handle)

    def replaced(*names: Any, **more: Any) -> None:
        if Path(names[1]).name == target.name:
            done.append("moved")
        replace(*names, **more)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    assert say(*EXPORT).code == 0
    assert done[-3:] == ["file", "moved", "folder"]
    assert date(2026, 12, 21) in {one["DTSTART"].dt.date() for one in _booked(target)}
    assert machine.db.exists()


def _booked(target: Path) -> list[icalendar.Event]:
    events = icalendar.Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    return [one for one in events if isinstance(one["DTSTART"].dt, datetime)]


def _check_start(machine: Machine, moment: str) -> None:
    """There is no database, an empty one or the course; a second start brings the course or says that it is there."""
    had = machine.db.exists() and rows(machine.db, "SELECT count(*) FROM course") == [(1,)]
    assert not machine.db.exists() or faults(machine.db) == [], moment
    again = say(*START)
    assert (2 if had else 0) == again.code, (moment, again.err)
    assert rows(machine.db, "SELECT count(*) FROM course") == [(1,)], moment
    assert rows(machine.db, "SELECT count(*) FROM fact") == [(3,)], moment
    assert faults(machine.db) == [], moment
    assert sorted(image(machine.folder)) == ["isotrack.db"], moment
    assert say("plan").code == 0


@needs_kill
@pytest.mark.long
def test_a_start_that_is_killed_at_any_write_can_be_repeated(machine: Machine) -> None:
    moment = 0
    while cut_off_at(moment, *START):
        _check_start(machine, f"killed at write {moment}")
        _restore(machine, {})
        moment += STEP
    assert moment >= 25


@pytest.mark.long
def test_a_start_that_the_disk_refuses_at_any_write_says_so_and_can_be_repeated(machine: Machine) -> None:
    moment = 0
    while True:
        moments = Moments(moment, _refuse)
        with moments.watched():
            said = say(*START)
        if len(moments.seen) <= moment:
            break
        name = f"{moments.seen[moment]}, write {moment}"
        if said.code != 0:
            assert (said.code, len(said.complaint)) == (1, 1), (name, said.err)
            assert "Saved" not in said.out
        _check_start(machine, name)
        _restore(machine, {})
        moment += STEP
    assert moment >= 25
    assert said.code == 0
