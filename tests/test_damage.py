"""A damaged database is not written to: what is looked for with every write, and what once a day."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.support import START, Machine, image, machine_in, rows, say, settle
from tracker.db import engine
from tracker.db.engine import Database

pytestmark = pytest.mark.slow

WHOLE, SCHEMA = "PRAGMA quick_check(1)", "PRAGMA quick_check(sqlite_schema)"
A_DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course whose database counts as a large one."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    assert say(*START).code == 0
    monkeypatch.setattr(engine, "_SOON_READ", 0)
    return place


@contextmanager
def _checks() -> Iterator[list[str]]:
    """The checks that are made while the block runs."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if "quick_check" in text:
            found.append(text)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _checked(*command: str, code: int = 0) -> list[str]:
    with _checks() as found:
        said = say(*command)
    assert said.code == code, said
    return found


def _written(db: Path, days: float) -> None:
    """Let the file have been written to so many days from now."""
    os.utime(db, (time.time() + days * A_DAY,) * 2)


def test_a_large_file_is_read_whole_by_the_first_write_of_a_day_alone(course: Machine) -> None:
    _written(course.db, -1)
    assert [_checked("log", "weight", "55") for _ in range(3)] == [[WHOLE], [SCHEMA], [SCHEMA]]
    _written(course.db, -2)
    assert [_checked("log", "visit"), _checked("undo")] == [[WHOLE], [SCHEMA]]


@pytest.mark.usefixtures("course")
def test_a_small_file_is_read_whole_by_every_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SOON_READ", 1 << 20)
    assert [_checked("log", "weight", "55") for _ in range(2)] == [[WHOLE], [WHOLE]]


def test_the_day_is_that_of_the_machine_and_not_the_one_that_was_said(course: Machine) -> None:
    _written(course.db, -1)
    assert _checked("--today", "2027-01-01", "log", "weight", "55") == [WHOLE]
    assert _checked("--today", "2027-01-02", "log", "weight", "55") == [SCHEMA]


def test_a_write_that_was_refused_leaves_the_check_to_the_next(course: Machine) -> None:
    _written(course.db, -1)
    refused = ("log", "visit", "--for", "visit/99")
    assert [_checked(*refused, code=2), _checked(*refused, code=2), _checked("log", "visit")] == [[WHOLE]] * 3
    assert _checked("log", "weight", "55") == [SCHEMA]


def test_a_file_from_the_future_or_without_a_time_is_read_whole(course: Machine) -> None:
    for days in (1, 400, 1e9):
        try:
            _written(course.db, days)
        except OverflowError:
            continue
        assert _checked("log", "weight", "55") == [WHOLE]
    for odd in (float("nan"), float("inf"), 1e300):
        assert engine._day_of(odd) is None


def test_without_a_clock_a_file_is_read_whole(course: Machine) -> None:
    with _checks() as found, Database(course.db).writing():
        pass
    assert found == [WHOLE]


def test_a_file_is_read_whole_once_a_command(course: Machine) -> None:
    _written(course.db, -1)
    with _checks() as found:
        database = Database(course.db, today=datetime.now(UTC).astimezone().date())
        for _ in range(3):
            with database.writing():
                pass
    assert found == [WHOLE]


def test_reading_commands_check_nothing(course: Machine) -> None:
    _written(course.db, -1)
    assert [_checked(), _checked("plan"), _checked("history")] == [[], [], []]


def _page_of(db: Path, table: str) -> slice:
    ((root,),) = rows(db, "SELECT rootpage FROM sqlite_master WHERE name = ?", table)
    ((size,),) = rows(db, "PRAGMA page_size")
    return slice((root - 1) * size, (root - 1) * size + 512)


def _put(db: Path, at: int, octets: bytes) -> None:
    with db.open("r+b") as file:
        file.seek(at)
        file.write(octets)
    _written(db, 0)


def _spoil(db: Path, where: slice) -> None:
    _put(db, where.start, b"\xff" * (where.stop - where.start))


def _cut_short(db: Path) -> None:
    os.truncate(db, db.stat().st_size - 4096)
    _written(db, 0)


SEEN_BY_EVERY_WRITE: dict[str, Callable[[Path], None]] = {
    "the header": lambda db: _spoil(db, slice(0, 16)),
    "a count of pages that is too large": lambda db: _spoil(db, slice(28, 32)),
    "a count of pages that is too small": lambda db: _put(db, 28, b"\0\0\0\x08"),
    "the end is missing": _cut_short,
    "the schema": lambda db: _spoil(db, slice(100, 612)),
    "a page that the command reads": lambda db: _spoil(db, _page_of(db, "fact")),
    "a page that the command writes": lambda db: _spoil(db, _page_of(db, "weight")),
}


@pytest.mark.parametrize("kind", SEEN_BY_EVERY_WRITE)
def test_damage_that_every_write_sees(course: Machine, kind: str) -> None:
    assert say("log", "weight", "55").code == 0
    SEEN_BY_EVERY_WRITE[kind](course.db)
    before = image(course.folder)
    said = say("log", "weight", "56")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert str(course.db) in said.err
    assert before == image(course.folder)


def test_damage_elsewhere_is_seen_by_the_first_write_of_a_day(course: Machine) -> None:
    assert say("log", "weight", "54").code == 0
    _spoil(course.db, _page_of(course.db, "remote"))
    assert say("log", "weight", "55").code == 0
    _written(course.db, -1)
    before = image(course.folder)
    said = say("log", "weight", "56")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert "damaged" in said.err
    assert before == image(course.folder)


def test_a_file_that_is_longer_than_its_pages_is_read_whole_and_served(course: Machine) -> None:
    """As SQLite leaves it where it is killed while it makes a file smaller."""
    with course.db.open("ab") as file:
        file.write(b"\0" * 4096)
    _written(course.db, 0)
    assert _checked("log", "weight", "55") == [WHOLE]
