"""What the tests of the whole program share: a machine of their own, real processes, and runs inside this process."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tracker
from tracker.cli.main import run
from tracker.db import seals

TODAY = "2026-11-24"
START = ("start", TODAY, "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
WIDE = "1000"
"""Columns of a screen on which nothing is broken over lines: only the tests of the screen have another."""
LONG = False
"""Whether the long forms of the tests were asked for; ``conftest`` sets it before any test is imported."""


def some(cases: Iterable[Any], each: int, at: int = 0) -> list[Any]:
    """Each so many of the cases of a wide table, from one on; all of them in the long form."""
    found = list(cases)
    return found if LONG else found[at % each :: each]


_OURS = ("ISOTRACK_", "LANG", "LC_", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONWARNINGS")
_FOLDERS = ("XDG_", "ZDOTDIR", "BASH_COMPLETION_USER_DIR")
"""What names folders beside HOME: the developer's own, in which no test may write."""
_ROOT = Path(tracker.__file__).parent.parent
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder with a database of its own, in which real processes run."""

    folder: Path
    db: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process here: nothing of the developer's own reaches it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS + _FOLDERS)}
        paths = [str(_ROOT), *filter(None, [kept.get("PYTHONPATH")])]
        return kept | {
            "HOME": str(self.folder), "LANG": "C.UTF-8", "ISOTRACK_DB": str(self.db), "ISOTRACK_TODAY": TODAY,
            "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": WIDE,
        } | more  # fmt: skip

    def isotrack(self, *arguments: str, under: Sequence[str] = (), longest: float = _LONGEST, **more: str) -> Said:
        """Run one command as a process of its own, to its end; ``under`` is a program that starts it."""
        done = subprocess.run(
            [*under, sys.executable, "-m", "tracker", *arguments], cwd=self.folder, env=self.environment(**more),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=longest, check=False,
        )  # fmt: skip
        return Said(done.returncode, *(text.decode("utf-8", "replace") for text in (done.stdout, done.stderr)))

    def begin(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """Begin a process; the caller ends it."""
        return subprocess.Popen(
            [sys.executable, *command], cwd=self.folder, env=self.environment(**more), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip


@contextmanager
def doomed(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive the block, and that ends by itself when nobody ends it for a minute."""
    patience = threading.Timer(_LONGEST, process.kill)
    patience.start()
    try:
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        patience.cancel()


def wait_until(process: subprocess.Popen[str], happened: Callable[[], bool]) -> bool:
    """Look, without a pause, until something has happened; False where the process ended before."""
    while not happened():
        if process.poll() is not None:
            return happened()
    return True


def machine_in(folder: Path) -> Machine:
    """A machine whose database does not exist yet."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    return Machine(home, home / "isotrack.db")


def begun_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine that this process runs on, with a course."""
    machine = machine_in(folder)
    settle(machine, monkeypatch)
    assert say(*START).code == 0
    return machine


def settle(machine: Machine, monkeypatch: pytest.MonkeyPatch, lang: str = "en") -> None:
    """Let commands that run inside this process live on that machine."""
    for name in [name for name in os.environ if name.startswith(("ISOTRACK_", *_FOLDERS))]:
        monkeypatch.delenv(name)
    for name, value in (("DB", str(machine.db)), ("TODAY", TODAY), ("LANG", lang)):
        monkeypatch.setenv(f"ISOTRACK_{name}", value)
    monkeypatch.setenv("HOME", str(machine.folder))
    monkeypatch.setenv("LANGUAGE", lang)
    monkeypatch.setenv("COLUMNS", WIDE)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.chdir(machine.folder)


def say(*arguments: str) -> Said:
    """Run one command inside this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    return Said(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def say_on(day: str, *arguments: str) -> Said:
    """Run one command inside this process, on a day that no flag says: what it suggests has none either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISOTRACK_TODAY", day)
        return say(*arguments)


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """The database itself, past the program."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
        yield connection


def rows(database: Path, statement: str, *values: object) -> list[Any]:
    """The rows of a query past the program."""
    with opened(database) as connection:
        return connection.execute(statement, values).fetchall()


def faults(database: Path) -> list[object]:
    """What is wrong with a database: pages, references, seals, and commands of which only a part is there."""
    found: list[object] = [row for row in rows(database, "PRAGMA integrity_check") if row != ("ok",)]
    found += rows(database, "PRAGMA foreign_key_check")
    idle = "id NOT IN (SELECT command_id FROM fact)"
    idle += " AND id NOT IN (SELECT voided_by FROM fact WHERE voided_by IS NOT NULL)"
    idle += " AND undone_at IS NULL"  # what one that was taken back had voided may have been corrected since
    found += rows(database, f"SELECT id, verb FROM command WHERE {idle}")  # noqa: S608 - a text of our own
    for kind in ("weight", "prescription"):
        ids = f"SELECT id FROM fact WHERE kind = '{kind}' AND id NOT IN (SELECT fact_id FROM {kind})"  # noqa: S608
        found += rows(database, ids)
    with opened(database) as connection:
        if connection.execute("PRAGMA user_version").fetchone() >= (seals.SEALED,):
            found += seals.flaws(seals.asking_of_a_file(connection))
    return found


def image(folder: Path) -> dict[str, bytes]:
    """Every file under a folder and its bytes, but for the copies that the first command of a day makes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.parent.suffix != ".backups"
    }
