"""A database on which anything can be tried out: a copy in memory, of which nothing ever reaches the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Transaction

from tracker.db import migrations, seals
from tracker.db.engine import Database


class Rehearsal(Database):
    """The database at a path as this command would leave it, seen by this command alone.

    It is read from the file once, when it is first asked for, in one consistent state; the file and its folder are
    opened for reading only. A file of an older format is brought to the newest in memory.
    """

    is_rehearsal = True

    def __init__(self, real: Database) -> None:
        super().__init__(real.link or real.path, settle=real.settle)
        self._real = real
        self.connector = real.connector
        self._on_memory: Engine | None = None
        self._memory: sqlite3.Connection | None = None
        self._before: sqlite3.Connection | None = None
        self.has_written = False
        """Whether a transaction for writing has ended well."""

    @contextmanager
    def writing(self, *, create: bool = False, unchecked: bool = False, alone: bool = False) -> Iterator[Connection]:
        """One transaction that the rest of the command sees, undone when the block raises; never checked."""
        del unchecked, alone
        with self.named():
            if create and not self.path.exists():
                self._create()
            self._require_file()
            if not self.has_written:
                with self._transaction("BEGIN"):
                    pass  # where it is of an older format, it is brought to the newest before it is remembered
                self._before = self.connector.memory(self.path)
                self._copy().backup(self._before)
            with self._transaction("BEGIN IMMEDIATE") as (connection, transaction):
                seals.forget(connection)
                yield connection
                seals.seal(connection)
                transaction.commit()
            self.has_written = True

    def before(self) -> Rehearsal:
        """The database as it was before this command wrote to it."""
        found = Rehearsal(self._real)
        found._memory = self._before
        return found

    def of_the_disk(self) -> Database:
        """The one in the file."""
        return self._real

    def _require_file(self) -> None:
        if self._memory is None:
            self._real._require_file()  # noqa: SLF001 - it stands in its place

    def _create(self) -> None:
        if self._memory is None:
            migrations.create(self._engine())

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[tuple[Connection, Transaction]]:
        with self._begun(begin) as (connection, transaction):
            if migrations.version_of(connection) == migrations.HEAD:
                yield connection, transaction
                return
        self._copy().execute("PRAGMA foreign_keys = OFF")
        migrations.bring_up(self._engine(), self.settle)
        self._copy().execute("PRAGMA foreign_keys = ON")
        with self._begun(begin) as found:
            yield found

    def _copy(self) -> sqlite3.Connection:
        """The one connection to the copy."""
        if self._memory is None:
            memory = self.connector.memory(self.path)
            if self.path.exists():
                self._read_into(memory)
            self._memory = memory
        return self._memory

    def _read_into(self, memory: sqlite3.Connection) -> None:
        """Copy the file; where a command was cut off in it, as every command would read it."""
        try:
            with self.connector.opened(self.path, writable=False) as source:
                source.backup(memory)
        except sqlite3.OperationalError:
            with self._real._begun("BEGIN") as (connection, _transaction):  # noqa: SLF001 - as above
                found = connection.connection.driver_connection
                assert found is not None  # noqa: S101 - it has just begun
                found.backup(memory)

    def _engine(self, path: Path | None = None, *, keys: bool = True) -> Engine:
        del path, keys
        if self._on_memory is None:
            self._on_memory = self.connector.engine_on(self.path, self._copy)
        return self._on_memory
