"""The one way to a database file: every connection of the program is opened here, also to copies and to look at one.

The settings of a connection and the reasons for them are told in :mod:`tracker.db.engine`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from tracker.errors import N_, StorageError

FIRST_WAIT_MS = 1_000
LAST_WAIT_MS = 30_000
_OLDEST_SQLITE = (3, 37, 0)
"""The first release with STRICT tables."""
_SETTINGS = (
    "synchronous = EXTRA",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
HOW = "how_to_begin"
"""The execution option of a connection that says how its transactions begin."""
HEADER = 100
"""Octets of the header of an SQLite file."""


class Connector:
    """How the files of one command are opened; ``on_wait`` is called when another command holds one for a second."""

    def __init__(self, on_wait: Callable[[], None] = lambda: None) -> None:
        self._on_wait = on_wait
        self._engines: dict[tuple[Path, bool], Engine] = {}

    def engine(self, path: Path, *, keys: bool = True) -> Engine:
        """An engine on a file, with foreign keys or without; kept, with the statements that it has compiled."""
        if (path, keys) not in self._engines:
            found = create_engine(
                URL.create("sqlite", database=str(path)),
                poolclass=NullPool,
                hide_parameters=True,
                connect_args={"isolation_level": None, "timeout": FIRST_WAIT_MS / 1000},
            )
            self._engines[path, keys] = self._listened_to(found, keys=keys)
        return self._engines[path, keys]

    def engine_on(self, open_: Callable[[], sqlite3.Connection]) -> Engine:
        """An engine on the one connection that ``open_`` gives."""
        found = create_engine("sqlite://", creator=open_, poolclass=StaticPool, hide_parameters=True)
        return self._listened_to(found, keys=True)

    @contextmanager
    def opened(self, path: Path, *, writable: bool = True) -> Iterator[sqlite3.Connection]:
        """A bare connection to a file, outside of any transaction; one that cannot write waits for nobody's journal."""
        mode = "rw" if writable else "ro"
        where = f"{path.absolute().as_uri()}?mode={mode}"
        timeout = LAST_WAIT_MS / 1000
        with closing(sqlite3.connect(where, uri=True, isolation_level=None, timeout=timeout)) as connection:
            yield connection

    def head(self, path: Path) -> bytes:
        """The header of a file, before SQLite touches it; while the file is open here, that gives up its locks."""
        with path.open("rb") as file:
            return file.read(HEADER)

    def is_whole(self, path: Path) -> bool:
        """Whether a file is there and every page of it is as SQLite left it."""
        if not path.exists():
            return False
        try:
            with self.opened(path) as check:
                return bool(check.execute("PRAGMA quick_check").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False

    def _listened_to(self, engine: Engine, *, keys: bool) -> Engine:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StorageError(
                N_("this Python has SQLite {found}; isotrack needs {needed} or newer"),
                found=sqlite3.sqlite_version,
                needed=".".join(map(str, _OLDEST_SQLITE)),
            )
        event.listen(engine, "connect", lambda connection, _record: self._prepare(connection, keys=keys))
        event.listen(engine, "begin", self._begin)
        return engine

    def _prepare(self, connection: sqlite3.Connection, *, keys: bool) -> None:
        """Set up a new connection, waiting for another command where it holds the file."""
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            self._on_wait()
            connection.execute(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
            connection.execute("PRAGMA journal_mode = DELETE")
        for pragma in (f"foreign_keys = {'ON' if keys else 'OFF'}", *_SETTINGS):
            connection.execute(f"PRAGMA {pragma}")

    def _begin(self, connection: Connection) -> None:
        statement = connection.get_execution_options().get(HOW, "BEGIN IMMEDIATE")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {FIRST_WAIT_MS}")
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            if "locked" not in str(error.orig):
                raise
            self._on_wait()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
            connection.exec_driver_sql(statement)
        # A reader may hold back the commit: that waits as long.
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
