"""Whatever fails, and wherever: no word of the record stands in what is said of it, in a log or in a file's name.

A word of its own is planted in every text of every kind of fact. Then errors are forced that carry it: by the machine,
by the database, and at calls all over the program, as of a mistake of ours that nobody foresaw.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import shutil
import sqlite3
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.support import LONG, START, Machine, Said, machine_in, opened, rows, say, settle
from tests.test_facts import TYPED
from tests.test_photos import photo_of
from tracker.cli import internal, paper
from tracker.cli.main import run
from tracker.db import store
from tracker.db.engine import Database
from tracker.facts import KINDS, CalledOff, Column, Enrolment, FactKind
from tracker.i18n import Language
from tracker.vocabulary import vocabulary

pytestmark = pytest.mark.slow
WORD = "Kanarienvogel"
NAME = "Zeisig Hanako"
FREE = ("note", "text", "name", "what", "area", "printed", "source", "path", "label")
"""Columns that hold a person's own words."""
PLANTED = [
    ("log", "dose", "20", "--on", "2026-11-01", "--first"), ("log", "dose", "20", "--on", "2026-11-20"),
    ("log", "symptom", "headache", "2"), ("log", "symptom", "rf-liver"), ("log", "mood", "low"),
    ("log", "skin", "chin", "red=3"),
    ("log", "blood", "ALT=99", "TG=500mg/dL"), ("log", "photo", "shot.png", "--area", "forehead"),
    ("log", "substance", WORD), ("log", "background", "allergy", WORD), ("ask", WORD),
    ("log", "cost", "100", "other"), ("log", "budget", "100000"), ("log", "stock", "28", "--strength", "20"),
    ("procedure", "log", "dermapen", "--area", WORD), ("procedure", "profile", "consensus-2017", "--clinic-confirmed"),
    ("procedure", "plan", "potenza", "--sessions", "2", "--every", "P1M"),
    ("procedure", "plan", "dermapen", "--sessions", "3", "--every", "P1M"), ("procedure", "cancel", "dermapen"),
    ("book", "visit/3", "2027-01-22", "10:00"), ("dose", "40", "--from", "2026-12-01"), ("until", "2027-05-01"),
    ("adopt", "jp-strict", "--yes"), ("pause", "2026-11-21"), ("resume", "2026-11-23"),
    ("stop", "2026-11-24"), ("undo",),
    ("calendar", "export", "-o", "out.ics", "--titles", "full"), ("calendar", "subscribe", "kept.ics"),
    ("record", "export", "-o", "record.json"), ("report",), ("backup", "copy.db"),
]  # fmt: skip


_OF_THE_COURSE = 20
"""So many of these come before the commands that each kind of fact has of its own."""
COMMANDS = [
    "", "history --json", "report -o p.html --force", "log visit", "record export -o r.json", "plan", "next --json",
    "undo", "calendar export -o c.ics", "symptoms", "record import record.json --yes", "fix 12 --note x", "ask",
    "backup b.db --force", "why visit/2", "blood", "photos", "patients", "restore copy.db --yes",
    "wipe --dry-run", "calendar preview",
    "record export --fhir -o f.json", "money", "chart ALT", "log weight -3",
]  # fmt: skip
"""Those that read, write, print and refuse; none of them says the word."""
CARRYING: list[Callable[[], BaseException]] = [
    lambda: KeyError(WORD), lambda: ValueError(f"no {WORD}"), lambda: OSError(errno.EIO, WORD, WORD),
    lambda: UnicodeEncodeError("ascii", WORD, 0, 1, WORD), lambda: sqlite3.OperationalError(WORD),
    lambda: IntegrityError(f"INSERT {WORD}", {"note": WORD}, Exception(WORD)), lambda: RecursionError(WORD),
    lambda: MemoryError(WORD), lambda: KeyboardInterrupt(WORD), lambda: AssertionError(WORD),
]  # fmt: skip
"""Errors as they come, each with a text of the record in it."""


def _typed(kind: FactKind[Any]) -> list[str]:
    """What is typed for a kind, the word wherever it may stand."""
    assert kind.log is not None
    if kind.log.coded:
        return [f"{vocabulary(kind.name).codes[0].code}=1"]
    asked: list[tuple[Column, str | None]] = [(kind.column(name), None) for name in kind.log.arguments]
    asked += [(one, one.flag) for one in map(kind.column, kind.log.options) if one.required]
    typed: list[str] = []
    for column, flag in asked:
        value = WORD if column.sort.name == "words" else next(iter(column.sort.words), TYPED.get(column.sort.name))
        typed += filter(None, [flag, value] if value is not None else [])
    return typed


def plant(machine: Machine) -> None:
    """A record with every kind of fact, and the word in every text of it."""
    (machine.folder / "shot.png").write_bytes(photo_of("PNG"))
    begun = ("start", "2026-11-01", *START[2:], "--patient", NAME, "--set", "blood-donation.tail=P6M")
    own = [("log", kind.log.names[0], *_typed(kind), *(["--on", "2026-10-20"] if kind.cls is Enrolment else []))
           for kind in KINDS if kind.log is not None]  # fmt: skip
    for command in (begun, *PLANTED[:_OF_THE_COURSE], *own, *PLANTED[_OF_THE_COURSE:]):
        said = say(*command, *(["--note", WORD] if command[0] == "log" else []))
        assert said.code == 0, (command, said)
    database = Database(machine.db)
    with database.writing() as connection:
        fact = CalledOff(on=date(2026, 11, 20), uid=WORD, recurrence_id=None, sequence=1, stamp=datetime.now(UTC))
        store.record(connection, 1, store.courses(connection, 1)[0][0].id, fact)
    texts = _texts(machine.db)
    with opened(machine.db) as connection:
        connection.execute("UPDATE fact SET note = ?", (WORD,))
        for kind in KINDS:
            for column in kind.columns:
                is_free = column.sort.name in ("text", "words") and column.name in FREE and kind.name != "programme"
                if is_free and (kind.table, column.name) in texts:
                    connection.execute(f"UPDATE {kind.table} SET {column.name} = ?", (WORD,))  # noqa: S608 - our own
    planted = {name for (name,) in rows(machine.db, "SELECT DISTINCT kind FROM fact")}
    assert {kind.name for kind in KINDS} - planted == set()


@dataclass(frozen=True)
class Planted:
    """The machine, what lay in its folder, and an empty folder for what is temporary."""

    machine: Machine
    whole: Path
    temporary: Path

    def reset(self) -> None:
        shutil.rmtree(self.machine.folder)
        shutil.copytree(self.whole, self.machine.folder)
        os.chdir(self.machine.folder)


_MADE: dict[str, Path] = {}


def planted(top: Path) -> Machine:
    """A machine in this folder with such a record; it is made once in a process, and copied from then on."""
    machine = Machine(top / "home", top / "home" / "isotrack.db")
    with pytest.MonkeyPatch.context() as patch:
        if not _MADE:
            settle(machine_in(top), patch)
            plant(machine)
            _MADE["whole"] = top / "whole"
            shutil.copytree(machine.folder, top / "whole")
        else:
            shutil.copytree(_MADE["whole"], machine.folder)
    return machine


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    top = tmp_path_factory.mktemp("canary")
    machine = planted(top)
    with pytest.MonkeyPatch.context() as patch:
        settle(machine, patch)
        (top / "tmp").mkdir()
        patch.setattr(tempfile, "tempdir", str(top / "tmp"))
        yield Planted(machine, _MADE["whole"], top / "tmp")


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def assert_it_is_nowhere(place: Planted, said: Said, logs: pytest.LogCaptureFixture, what: object) -> None:
    """A line says that it failed, one more at most that a calendar is behind, and nothing has the word or the name."""
    lines = [line for line in said.complaint if not line.startswith("! ")]
    found = [word for word in (WORD, NAME, "Traceback") if word in said.err + logs.text]
    assert (found, len(lines) <= 1 + (said.code == 0), said.code in (0, 1, 2, 130)) == ([], True, True), (what, said)
    assert [*place.temporary.iterdir()] == [], what
    for path in place.machine.folder.rglob("*"):
        assert not [word for word in (WORD, *NAME.split()) if word in path.name], what
        is_aside = path.name.startswith(".") or ".new-" in path.name or ".restored-" in path.name
        assert not is_aside, (what, path)


@contextmanager
def failing_at(number: int, error: Callable[[], BaseException]) -> Iterator[list[int]]:
    """The call of a function of ours that has this number fails; it counts them."""
    calls = [0]

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and "/tracker/" in frame.f_code.co_filename and frame.f_globals["__name__"] not in _OF_LAST:
            calls[0] += 1
            if calls[0] == number:
                raise error()

    sys.setprofile(watch)
    try:
        yield calls
    finally:
        sys.setprofile(None)


_OF_LAST = (internal.__name__, "tracker.__main__")
"""What stands when all else has failed; an error in it is nobody's but Python's."""


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the program hushes these
def test_an_error_of_ours_at_any_call_says_no_word(place: Planted, logs: pytest.LogCaptureFixture) -> None:
    for turn, command in enumerate(COMMANDS if LONG else COMMANDS[::6]):
        place.reset()
        with failing_at(0, CARRYING[0]) as calls:
            said = say(*command.split())
        assert_it_is_nowhere(place, said, logs, command)
        places = 200 if LONG else 2
        for at in range(places):
            number = 1 + calls[0] * (2 * at + 1) // (2 * places)
            error = CARRYING[(turn + at) % len(CARRYING)]
            with failing_at(number, error):
                said = say(*command.split())
            assert_it_is_nowhere(place, said, logs, (command, number, error()))


SAYING = {
    "printing prose": (paper, "prose"), "breaking lines": (paper, "wrapped"), "escaping signs": (paper, "visible"),
    "filling in texts": (Language, "fill"), "values in texts": (Language, "value"),
}  # fmt: skip
"""What everything is said by, errors as well."""


@pytest.mark.parametrize("what", SAYING)
def test_where_even_saying_fails_one_plain_line_says_so(
    place: Planted, logs: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    place.reset()

    def fail(*_: object, **__: object) -> None:
        raise KeyError(WORD)

    with monkeypatch.context() as patch:
        patch.setattr(*SAYING[what], fail)
        for command in ("", "history", "no-such-command", "log weight -3 --lang ja"):
            said = say(*command.split())
            assert_it_is_nowhere(place, said, logs, (what, command))
            if said.code == 1:
                assert said.err.startswith("isotrack: "), said
                assert "KeyError, " in said.err, said


CALLS: list[tuple[Any, str]] = [
    (os, "fsync"), (os, "open"), (os, "link"), (os, "scandir"), (tempfile, "mkstemp"), (Path, "replace"),
    (Path, "open"), (Path, "unlink"), (Path, "mkdir"), (Path, "read_bytes"), (os, "fdopen"),
]  # fmt: skip
WRITING = ["report -o p.html --force", "calendar export -o c.ics", "backup b.db --force", "log weight 56",
           "record export", "restore copy.db --yes"]  # fmt: skip


@pytest.mark.long
def test_a_machine_that_fails_is_told_without_a_word(
    place: Planted, logs: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn, (where, name) in enumerate(CALLS):
        place.reset()
        code = (errno.ENOSPC, errno.EIO)[turn % 2]
        for command in WRITING if LONG else WRITING[turn % 6 :: 6]:
            with monkeypatch.context() as patch:

                def fail(*_: object, **__: object) -> None:
                    raise OSError(code, WORD, WORD)  # noqa: B023 - within this turn

                patch.setattr(where, name, fail)
                said = say(*command.split())
            if name not in ("unlink", "replace"):  # by these what lies aside is taken away
                assert_it_is_nowhere(place, said, logs, (name, command))
            assert WORD not in said.err


@pytest.mark.parametrize("words", ["database or disk is full", "disk I/O error", "database is locked", WORD])
def test_a_database_that_refuses_is_told_without_a_word(
    place: Planted, logs: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    place.reset()

    def fail(_connection: Connection, statement: object, *_: object, **__: object) -> None:
        raise OperationalError(f"{statement} {WORD}", {"note": WORD}, sqlite3.OperationalError(words))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "execute", fail)
        for command in ("", "log weight 56", "history", "patients", "calendar export"):
            assert_it_is_nowhere(place, say(*command.split()), logs, command)


def test_a_real_constraint_that_is_broken_is_told_without_a_word(
    place: Planted, logs: pytest.LogCaptureFixture
) -> None:
    place.reset()
    with opened(place.machine.db) as connection:
        for table in ("fact", "command", "published", "weight", "setting"):
            connection.execute(f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table}"
                               f" BEGIN SELECT RAISE(ABORT, '{WORD}'); END")  # fmt: skip
    for command in ("log weight 56 --note mine", "calendar export --titles discreet", "settings dates=month-first"):
        assert_it_is_nowhere(place, say(*command.split()), logs, command)


def _texts(db: Path) -> list[tuple[str, str]]:
    tables = [name for (name,) in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [(table, name) for table in tables for _at, name, sort, *_ in rows(db, f"PRAGMA table_info({table})")
            if sort == "TEXT" and rows(db, f"SELECT 1 FROM {table} LIMIT 1")]  # fmt: skip  # noqa: S608 - our own


NAMED = [("patient", "label"), ("course", "protocol_id"), ("course", "protocol_version"), ("programme", "protocol"),
         ("programme", "version"), ("red_flag", "code")]  # fmt: skip
"""What an error or an alarm has to name: whose record, which programme, which red flag."""


@pytest.mark.long
def test_values_that_nobody_could_have_recorded_are_told_without_a_word(
    place: Planted, logs: pytest.LogCaptureFixture
) -> None:
    place.reset()
    whole = place.machine.db.read_bytes()
    found = _texts(place.machine.db)
    assert len(found) > 30
    for turn, (table, column) in enumerate(found if LONG else found[::9]):
        if not LONG and column in FREE:
            continue
        place.machine.db.write_bytes(whole)
        with opened(place.machine.db) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            try:
                connection.execute(f"UPDATE {table} SET {column} = ?", (f"{WORD}{{",))  # noqa: S608 - our own
            except sqlite3.IntegrityError:
                continue
        screens = ["", "history --json", "calendar export -o c.ics", "record export", "report --force", "log weight 56"]
        for command in screens if LONG else screens[turn % 3 :: 3]:
            said = say(*command.split())
            if (table, column) not in NAMED:
                assert_it_is_nowhere(place, said, logs, (table, column, command))


def test_a_damaged_file_and_a_wrong_one_are_told_without_a_word(place: Planted, logs: pytest.LogCaptureFixture) -> None:
    place.reset()
    whole = place.machine.db.read_bytes()
    for page in range(1, len(whole) // 4096, len(whole) // 4096 // 6):
        octets = bytearray(whole)
        octets[page * 4096 : page * 4096 + 200] = b"\xff" * 200
        place.machine.db.write_bytes(octets)
        for command in ("", "history", "log weight 56"):
            assert_it_is_nowhere(place, say(*command.split()), logs, (page, command))
    place.machine.db.write_bytes(whole)
    text = (place.machine.folder / "record.json").read_text()
    for wrong in (text[: len(text) // 2], text.replace('"kind"', '"sort"'),
                  text.replace('"on": "2026', f'"on": "{WORD}'),
                  text.replace('"patient": ', '"patient": 7, "was": ')):  # fmt: skip
        (place.machine.folder / "wrong.json").write_text(wrong)
        for command in ("record import", "record import-doses", "import-blood", "calendar import-appointments",
                        "protocols check", "restore"):  # fmt: skip
            assert_it_is_nowhere(place, say(*command.split(), "wrong.json"), logs, command)


class _Broken(io.TextIOWrapper):
    """An output that takes nothing."""

    def __init__(self, error: OSError) -> None:
        super().__init__(io.BytesIO(), "utf-8")
        self.error = error

    def write(self, _text: str) -> int:
        raise self.error


@pytest.mark.parametrize("error", [BrokenPipeError(errno.EPIPE, WORD), OSError(errno.ENOSPC, WORD, WORD)], ids=str)
def test_an_output_that_breaks_is_told_without_a_word(
    place: Planted, logs: pytest.LogCaptureFixture, error: OSError
) -> None:
    place.reset()
    for command in ("", "history --json", "report -o -", "log weight 56"):
        err = io.StringIO()
        with redirect_stdout(_Broken(error)), redirect_stderr(err):
            code = run(command.split())
        assert_it_is_nowhere(place, Said(code, "", err.getvalue()), logs, command)
        with redirect_stdout(io.StringIO()), redirect_stderr(_Broken(error)):
            assert run(["no-such-command"]) in (1, 2)


def test_a_traceback_is_shown_to_whoever_asks_for_it_and_warns_first(
    place: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.reset()

    def fail(*_: object, **__: object) -> None:
        raise KeyError(WORD)

    monkeypatch.setattr("tracker.cli.look.show_status", fail)
    monkeypatch.setenv("ISOTRACK_DEBUG", "1")
    err = io.StringIO()
    with redirect_stderr(err), pytest.raises(KeyError):
        run([])
    assert "may hold what you recorded" in err.getvalue()


def test_nothing_is_warned_of_with_a_word(place: Planted) -> None:
    place.reset()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for command in COMMANDS[: len(COMMANDS) if LONG else 4]:
            say(*command.split())
    assert [str(one.message) for one in warned if WORD in str(one.message)] == []
