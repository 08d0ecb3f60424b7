"""What is in a file that may be a database of isotrack's: a copy, or the database itself, whatever is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection

from tracker.db import layout, migrations, seals
from tracker.db.engine import DamagedError, Database
from tracker.db.tables import Instant
from tracker.errors import StorageError

_ACTING = """
SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE '%CREATE VIRTUAL%' OR sql LIKE '%GENERATED%'
"""
_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a command of which nothing says when it was typed."""


class Written(Struct, frozen=True):
    """A command that stands in a database."""

    id: int
    patient: str
    verb: str
    at: datetime


class Content(Struct, frozen=True):
    """What is in a database of whatever format."""

    version: int
    patients: tuple[str, ...]
    courses: int
    commands: tuple[Written, ...]
    """Those that stand, in their order."""
    state: tuple[tuple[Any, ...], ...] = ()
    """All of them as they are kept: by it it is seen whether something has changed."""
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the name of a patient what is remembered of the calendar."""
    uuids: frozenset[str] = frozenset()
    """Of the courses."""

    @property
    def newest(self) -> datetime | None:
        """When the last of them was recorded."""
        return max((one.at for one in self.commands), default=None)

    def knows_all_of(self, other: Content) -> bool:
        """Whether every command and every course of the other one is in here, standing or taken back."""
        return other.uuids <= self.uuids and _identities(other) <= _identities(self)


def _identities(one: Content) -> set[tuple[Any, ...]]:
    return {(number, verb, moment) for number, _whose, verb, moment, _undone in one.state}


def content(database: Database, path: Path, *, writable: bool = True) -> Content:
    """What is in a file; raise StorageError where it is no database of ours, is newer, or its pages are damaged.

    A value that is none any more is no such reason: all the rest is there, other commands go on writing beside it, and
    what is wrong is counted by its seal.
    """
    with database.named(path), database.connector.opened(path, writable=writable) as connection:
        migrations.check(connection, path, database.connector)
        connection.text_factory = _text
        require_sound(connection)
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        labels = dict(connection.execute("SELECT id, label FROM patient ORDER BY label"))
        uuids = [uuid for (uuid,) in connection.execute("SELECT uuid FROM course")]
        state = _state(connection)
        settings = _settings(connection)
    commands, near = list[Written](), _NO_MOMENT
    for number, whose, verb, moment, undone in state:
        with suppress(TypeError, ValueError):
            near = _of_a_zone(Instant.read(moment))
        if undone is None:
            commands.append(Written(number, labels.get(whose, ""), verb, near))
    return Content(
        version, tuple(labels.values()), len(uuids), tuple(commands), state, settings, frozenset(uuids)
    )  # fmt: skip


def is_beyond_use(database: Database) -> bool:
    """Whether the file is one of SQLite's, with copies of a database of ours beside it, and no such database any more.

    A bit of what says whose it is, and of which format, is another one; or a part of its layout is gone.
    """
    if not database.backups.all():
        return False  # it may be anybody's
    try:
        with database.named(), database.connector.opened(database.path, writable=False) as connection:
            ((application_id,),) = connection.execute("PRAGMA application_id").fetchall()
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
            is_laid_out = not layout.differences(seals.asking_of_a_file(connection))
    except StorageError as error:
        return isinstance(error, DamagedError)
    if application_id != migrations.APPLICATION_ID or not 1 <= version <= migrations.HEAD:
        return True
    return is_laid_out is not (version == migrations.HEAD)


def _of_a_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError  # isotrack writes none, and it cannot be compared
    return moment


def _text(octets: bytes) -> str:
    return octets.decode(errors="replace")


def _state(connection: sqlite3.Connection) -> tuple[tuple[Any, ...], ...]:
    return tuple(connection.execute("SELECT id, patient_id, verb, recorded_at, undone_at FROM command ORDER BY id"))


def _settings(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with suppress(sqlite3.Error):  # older formats have none
        for label, name, value in connection.execute(
            "SELECT label, name, value FROM setting JOIN patient ON patient.id = patient_id"
        ):
            found.setdefault(label, {})[name] = str(value)
    return found


def _require_inert(connection: sqlite3.Connection) -> None:
    """Raise an error for a file with what would act by itself.

    That is never isotrack's, and looking at it may already be what somebody wants.
    """
    if connection.execute(_ACTING).fetchone() is not None:
        raise sqlite3.DatabaseError("malformed")


def require_sound(connection: sqlite3.Connection) -> None:
    """Raise an error for a file of which the pages are damaged, not the values alone."""
    _require_inert(connection)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("malformed")
    finally:
        connection.execute("PRAGMA ignore_check_constraints = OFF")


def flaws(database: Database, path: Path, version: int) -> list[seals.Flaw]:
    """What in a file of this format is not what was recorded; of one from before the seals nobody knows."""
    if version < seals.SEALED:
        return []
    with database.named(path), database.connector.opened(path) as connection:
        return list(seals.flaws(seals.asking_of_a_file(connection)))


def is_damaged(database: Database) -> bool:
    """Whether something in the database is not what was recorded, or refers to nothing."""
    if not database.path.exists():
        return False
    with database.named(), database.connector.opened(database.path) as connection:
        ask = seals.asking_of_a_file(connection)
        return next(iter(seals.flaws(ask)), None) is not None or bool(ask("PRAGMA foreign_key_check", ())[1])


def state_of(here: Connection) -> tuple[tuple[Any, ...], ...]:
    """The same of the database in a transaction; raise an error where it is damaged."""
    driver: Any = here.connection.driver_connection
    require_sound(driver)
    factory, driver.text_factory = driver.text_factory, _text
    try:
        return _state(driver)
    finally:
        driver.text_factory = factory
