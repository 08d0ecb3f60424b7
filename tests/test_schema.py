"""The tables, on SQLite and elsewhere, and the way of a file from one version to the next."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    Table,
    create_engine,
    create_mock_engine,
    event,
    insert,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from tests.support import START, Machine, faults, image, machine_in, opened, rows, say, settle
from tracker.db import migrations, seals, tables
from tracker.db.backups import Backups
from tracker.db.engine import Database
from tracker.errors import StorageError

TABLES = tables.all_tables().sorted_tables
DAYS = [column for table in TABLES for column in table.c if isinstance(column.type, tables.Day)]
TRUTHS = [column for table in TABLES for column in table.c if isinstance(column.type, tables.Truth)]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


@pytest.fixture
def course(machine: Machine) -> Machine:
    assert say(*START, "--name", "kept").code == 0
    return machine


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    """A database without a row."""
    path = tmp_path / "new.db"
    migrations.create(_plain_engine(path))
    return path


def _plain_engine(path: Path) -> Engine:
    """An engine that begins as the program's own does."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


# --- elsewhere --------------------------------------------------------------------------------------------------


def _for_postgresql() -> list[str]:
    said: list[str] = []
    engine = create_mock_engine(
        "postgresql+psycopg://", lambda ddl, *_, **__: said.append(str(ddl.compile(dialect=engine.dialect)))
    )
    tables.all_tables().create_all(engine, checkfirst=False)
    return said


def test_every_table_and_index_compiles_for_postgresql() -> None:
    said = _for_postgresql()
    assert len(TABLES) + sum(len(table.indexes) for table in TABLES) == len(said)
    for table in TABLES:
        alone = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert alone.strip() in [one.strip() for one in said]
        for index in table.indexes:
            assert f"ON {table.name}" in str(CreateIndex(index).compile(dialect=postgresql.dialect()))


def test_nothing_in_it_is_for_sqlite_alone() -> None:
    everything = "\n".join(_for_postgresql())
    for foreign in ("STRICT", "date(", "datetime(", "time(", "IN (0, 1)", "AUTOINCREMENT", "WITHOUT ROWID", "GLOB"):
        assert foreign not in everything


def test_dates_truths_and_instants_have_types_of_their_own_elsewhere() -> None:
    dialect = postgresql.dialect()
    compiled = {str(column): column.type.compile(dialect=dialect) for table in TABLES for column in table.c}
    assert {"DATE"} == {compiled[str(column)] for column in DAYS}
    assert {"BOOLEAN"} == {compiled[str(column)] for column in TRUTHS}
    instants = [column for table in TABLES for column in table.c if isinstance(column.type, tables.Instant)]
    # An instant in UTC without its zone would be read in the zone of the server's session.
    assert {"TIMESTAMP WITH TIME ZONE"} == {compiled[str(column)] for column in instants}


# --- on SQLite --------------------------------------------------------------------------------------------------


def test_every_table_is_strict(laid_out: Path) -> None:
    found = {
        name: strict
        for _schema, name, kind, _columns, _rowid, strict in rows(laid_out, "PRAGMA table_list")
        if kind == "table" and not name.startswith("sqlite_")
    }
    assert dict.fromkeys((table.name for table in TABLES), 1) == found


def _row(table: Table, **own: object) -> dict[str, object]:
    """A row in which every column that has to be filled is filled."""
    found: dict[str, object] = {}
    for column in table.c:
        if column.name in own or (column.nullable and not column.primary_key):
            continue
        kind = column.type
        if isinstance(kind, tables.Day):
            found[column.name] = "2026-11-24"
        elif isinstance(kind, (tables.Truth, Integer, Boolean)):
            found[column.name] = 1
        elif isinstance(kind, (tables.Instant, DateTime)):
            found[column.name] = "2026-11-24T00:00:00+00:00"
        else:
            found[column.name] = "visit"
    return found | own


def _put(path: Path, column: Column[Any], value: object) -> None:
    row = _row(column.table, **{column.name: value})
    if "weight_g" in row:
        row["weight_g"] = 54_000
    if "possible" in row:
        row["possible"] = "yes"
    if "about" in row:
        row["about"] = "note"
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    with opened(path) as connection:
        connection.execute("BEGIN")
        connection.execute(f"INSERT INTO {column.table.name} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
        connection.execute("ROLLBACK")


BAD_DAYS = ("2026-02-30", "2025-02-29", "2026-13-01", "2026-1-5", "20260105", "2026-11-24T00:00:00", "2026-11-24 ",
            "today", "now", "", "x", 20261124, 2461369.5, b"2026-11-24")  # fmt: skip


@pytest.mark.parametrize("column", DAYS, ids=str)
def test_a_day_that_is_none_is_refused_by_the_table(laid_out: Path, column: Column[Any]) -> None:
    for good in ("2026-11-24", "2028-02-29", "1999-12-31"):
        _put(laid_out, column, good)
    for bad in BAD_DAYS:
        # "now" is refused by another name: what a CHECK says of it would not be the same tomorrow.
        with pytest.raises((sqlite3.IntegrityError, sqlite3.OperationalError)):
            _put(laid_out, column, bad)


@pytest.mark.parametrize("column", TRUTHS, ids=str)
def test_a_truth_is_yes_or_no(laid_out: Path, column: Column[Any]) -> None:
    for good in (0, 1):
        _put(laid_out, column, good)
    for bad in (2, -1, "yes", "", 0.5):
        with pytest.raises(sqlite3.IntegrityError):
            _put(laid_out, column, bad)


def test_a_weight_or_a_dose_that_is_no_whole_number_in_its_bounds_is_refused(laid_out: Path) -> None:
    for column in (tables.details("weight").c.weight_g, tables.details("prescription").c.dose_ug):
        for bad in (0, -1, "sixty", "NaN", float("nan"), 1.5, float("inf"), 10**9, None):
            with opened(laid_out) as connection, pytest.raises(sqlite3.IntegrityError):
                connection.execute(
                    f"INSERT INTO {column.table.name} (fact_id, {column.name}) VALUES (1, ?)",  # noqa: S608
                    (bad,),
                )


def test_a_reference_to_nothing_is_refused_by_the_program_s_own_connection(course: Machine) -> None:
    database = Database(course.db)
    dangling = {"course_id": 999, "command_id": 1, "kind": "visit", "on_date": "2026-11-24", "number": 1}
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            connection.execute(text(
                "INSERT INTO fact (course_id, command_id, kind, on_date, number)"
                " VALUES (:course_id, :command_id, :kind, :on_date, :number)"
            ), dangling)  # fmt: skip
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute(insert(tables.details("weight")).values(fact_id=999, weight_g=54_000))
    assert faults(course.db) == []


def test_the_program_s_own_connection_has_the_settings_that_keep_what_was_saved(course: Machine) -> None:
    wanted = {
        "journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0,
        "cell_size_check": 1, "mmap_size": 0,
    }  # fmt: skip
    with Database(course.db).writing() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert wanted == {name: value or 0 for name, value in found.items()}


# --- a new file -------------------------------------------------------------------------------------------------


class CutOffError(Exception):
    """What a test raises in the middle of a change."""


def _raise_at(engine: Engine, moment: int) -> None:
    """Let the engine's ``moment``-th statement raise."""
    met = 0

    def count(*_: object) -> None:
        nonlocal met
        met += 1
        if met > moment:
            raise CutOffError

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def test_a_layout_that_is_cut_off_anywhere_leaves_no_table(tmp_path: Path) -> None:
    moment = 0
    while True:
        path = tmp_path / f"{moment}.db"
        engine = _plain_engine(path)
        _raise_at(engine, moment)
        try:
            migrations.create(engine)
        except CutOffError:
            assert rows(path, "SELECT name FROM sqlite_master") == []
            assert rows(path, "PRAGMA user_version") + rows(path, "PRAGMA application_id") == [(0,), (0,)]
        else:
            break
        moment += 1
    assert moment > len(TABLES)
    assert rows(path, "PRAGMA user_version") == [(migrations.HEAD,)]


# --- from one version to the next -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("user_version = 999", "newer"), ("user_version = 0", "not an isotrack"), ("user_version = -1", "not an isotrack"),
     ("application_id = 7", "not an isotrack"), ("application_id = 0", "not an isotrack")],
)  # fmt: skip
def test_a_newer_or_another_program_s_file_has_no_version_here(laid_out: Path, pragma: str, words: str) -> None:
    engine = _plain_engine(laid_out)
    with engine.connect() as connection:
        assert migrations.version_of(connection) == migrations.HEAD
    with opened(laid_out) as connection:
        connection.execute(f"PRAGMA {pragma}")
    before = laid_out.read_bytes()
    with pytest.raises(StorageError, match=words), engine.connect() as connection:
        migrations.version_of(connection)
    assert before == laid_out.read_bytes()


def _add_a_column(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE patient ADD COLUMN nickname TEXT")
    connection.exec_driver_sql("UPDATE patient SET nickname = 'none'")
    seals.begin(connection)


def _extra_step(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[Connection], None]) -> int:
    """Let the program know more steps than it does; the version that a file had before them."""
    before = migrations.HEAD
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS | dict(enumerate(steps, start=before + 1)))
    monkeypatch.setattr(migrations, "HEAD", before + len(steps))
    return before


def _version(path: Path) -> int:
    return int(rows(path, "PRAGMA user_version")[0][0])


def _backups(machine: Machine) -> list[Path]:
    """What was kept before a new format."""
    return sorted(machine.folder.glob("isotrack.db.backups/format-*.db"))


def _columns(path: Path) -> list[str]:
    return [row[1] for row in rows(path, "PRAGMA table_info(patient)")]


@pytest.mark.parametrize("command", [("plan",), ("log", "weight", "55")], ids=lambda command: command[0])
def test_an_older_file_is_brought_up_to_date_after_a_copy_was_laid_beside_it(
    course: Machine, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    dump = list(_dump(course.db))
    seen: list[int] = []
    before = _extra_step(monkeypatch, lambda _: seen.append(len(_backups(course))), _add_a_column)
    assert say(*command).code == 0
    assert seen == [1]
    assert _version(course.db) == before + 2
    assert rows(course.db, "SELECT nickname FROM patient") == [("none",)]
    (copy,) = _backups(course)
    assert (before, dump) == (_version(copy), list(_dump(copy)))
    assert rows(copy, "PRAGMA application_id") == rows(course.db, "PRAGMA application_id")
    assert say(*command).code == 0
    assert [copy] == _backups(course)


def _dump(path: Path) -> list[str]:
    with opened(path) as connection:
        return list(connection.iterdump())


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_the_copy_is_for_its_owner_alone_whatever_the_umask(course: Machine) -> None:
    older = (
        "import os, runpy, sys; os.umask(0); from tracker.db import migrations as m;"
        " m.HEAD += 1;"
        " m.STEPS[m.HEAD] = lambda c: c.exec_driver_sql('ALTER TABLE patient ADD COLUMN nickname TEXT');"
        " sys.argv = ['isotrack', 'plan']; runpy.run_module('tracker', run_name='__main__')"
    )
    with course.begin("-c", older) as process:
        _out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    (copy,) = _backups(course)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_copy_that_a_killed_command_left_half_made_does_not_stand_for_a_backup(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _extra_step(monkeypatch, _add_a_column)
    dump = _dump(course.db)
    octets = course.db.read_bytes()
    half = course.db.with_name(f"{course.db.name}.backups") / f"format-{before}.db"
    half.parent.mkdir()
    half.write_bytes(octets[: len(octets) // 2])
    assert say("plan").code == 0
    assert dump in [_dump(copy) for copy in _backups(course) if copy.stat().st_size >= len(octets)]


def test_where_no_copy_can_be_made_nothing_is_changed(course: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _extra_step(monkeypatch, _add_a_column)

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Backups, "keep_format", refuse)
    was = image(course.folder)
    said = say("plan")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert (before, was) == (_version(course.db), image(course.folder))


def test_a_step_that_fails_half_way_leaves_the_file_as_it_was(course: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE patient ADD COLUMN half TEXT")
        connection.exec_driver_sql("DELETE FROM fact WHERE kind = 'weight'")
        raise CutOffError

    dump = _dump(course.db)
    with monkeypatch.context() as patch:
        before = _extra_step(patch, half)
        for command in (("plan",), ("log", "weight", "55")):
            said = say(*command)
            assert (said.code, len(said.complaint)) == (1, 1)
            assert (before, dump) == (_version(course.db), _dump(course.db))
    assert say("plan").code == 0
    _extra_step(monkeypatch, _add_a_column)
    assert say("plan").code == 0
    assert "nickname" in _columns(course.db)
    assert faults(course.db) == []


def test_of_two_steps_none_stays_when_the_second_fails(course: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Connection) -> None:
        raise CutOffError

    dump = _dump(course.db)
    with monkeypatch.context() as patch:
        before = _extra_step(patch, _add_a_column, fail)
        assert say("plan").code == 1
    assert (before, dump) == (_version(course.db), _dump(course.db))
    done: list[str] = []
    _extra_step(monkeypatch, _add_a_column, lambda _: done.append("second"))
    assert say("plan").code == 0
    assert (before + 2, ["second"]) == (_version(course.db), done)


@pytest.mark.parametrize("together", [2, 8])
def test_commands_that_find_an_older_file_at_once_bring_it_up_to_date_once(
    course: Machine, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    before = _extra_step(monkeypatch, _add_a_column)
    gate = threading.Barrier(together)

    keep_format = Backups.keep_format

    def keep_and_wait(backups: Backups, version: int) -> None:
        if gate.wait(30) == 0:  # The copy is another test's matter: here all have one and come to the lock together.
            keep_format(backups, version)
        gate.wait(30)

    monkeypatch.setattr(Backups, "keep_format", keep_and_wait)

    def look(_: int) -> object:
        with Database(course.db).reading() as connection:
            return connection.exec_driver_sql("SELECT nickname FROM patient").scalar()

    with ThreadPoolExecutor(together) as pool:
        assert ["none"] * together == list(pool.map(look, range(together)))
    assert before + 1 == _version(course.db)
    assert _columns(course.db).count("nickname") == 1


def test_commands_that_lay_a_copy_aside_at_once_do_not_trip_over_one_another(
    course: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = 4
    _extra_step(monkeypatch, _add_a_column)
    gate = threading.Barrier(together)
    exists = Path.exists

    def look_together(path: Path, **more: bool) -> bool:
        found = exists(path, **more)
        if path.parent.suffix == ".backups":
            with suppress(threading.BrokenBarrierError):
                gate.wait(1)
        return found

    def look(_: int) -> object:
        with Database(course.db).reading() as connection:
            return connection.exec_driver_sql("SELECT nickname FROM patient").scalar()

    monkeypatch.setattr(Path, "exists", look_together)
    dump = _dump(course.db)
    with ThreadPoolExecutor(together) as pool:
        assert ["none"] * together == list(pool.map(look, range(together)))
    assert dump in [_dump(copy) for copy in _backups(course)]


def test_names_of_tables_and_columns_need_no_quotes() -> None:
    names = {table.name for table in TABLES} | {column.name for table in TABLES for column in table.c}
    assert [name for name in sorted(names) if not re.fullmatch(r"[a-z][a-z_]*", name)] == []
