"""The one way to a database file: every connection of the program is opened here, also to copies and to look at one.

The settings of a connection and the reasons for them are told in :mod:`tracker.db.engine`. Whether a file is encrypted
is seen by its first page, each time: another command may have turned it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from tracker import asides
from tracker.db import cipher, journals, kept, turned
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
APPLICATION_ID = 0x49534F54
"""The letters ISOT: the mark of a database of ours."""
HOW = "how_to_begin"
"""The execution option of a connection that says how its transactions begin."""
HEADER = 100
"""Octets of the header of an SQLite file."""
_NEXT_PAGES = (2, 3, 4)
"""Pages that tell a wrong passphrase from a first page that is damaged."""
_NO_KEY = N_(
    "this passphrase does not open {path}, or the file is damaged where it begins, or it is no isotrack database"
)
_NO_WAY_IN = N_("it was left as it is; where it is damaged, move it away, and put a copy in its place: {command}")


Speaking = Callable[[], AbstractContextManager[None]]


class WrongPassphraseError(StorageError):
    """No passphrase that was said opens the file."""


class Connector:
    """How the files of one command are opened.

    ``on_wait`` is called when another command holds one for a second. ``passphrase`` gives what opens a file, by how
    often it was asked for before; None where there is no more to be had. ``live`` is the database of the command.
    """

    def __init__(
        self,
        on_wait: Callable[[], None] = lambda: None,
        passphrase: Callable[[Path, int], str | None] = lambda _path, _before: None,
        live: Path | None = None,
    ) -> None:
        self._live = live
        self.on_wait = on_wait
        self.on_kept: Callable[[Path, Path], None] = lambda _path, _kept: None
        self.on_aside: Callable[[Path, Path], None] = lambda _journal, _kept: None
        self._passphrase = passphrase
        self._said: list[str] = []
        self._keys: list[cipher.Key] = []
        self._held: dict[Path, cipher.Key | None] = {}
        self._engines: dict[tuple[Path, bool, cipher.Key | None], Engine] = {}
        self.asks = True
        """Whether a passphrase may be asked for; else those that were said have to do."""

    def key_of(self, path: Path) -> cipher.Key | None:
        """What opens a file; None where it is not encrypted. Raise WrongPassphraseError where nothing does.

        The file is looked into, which gives up the locks of this process on it: not while it is held.
        """
        if path in self._held:
            return self._held[path]
        self._require_own(path)
        turned.finish(path, self.on_wait, self.on_kept)
        page = _page(path)
        if not cipher.seems_encrypted(page):
            return None
        salt = page[: cipher.SALT]
        for key in self._keys:
            if key.salt == salt and key.opens(page):
                return key
        cipher.library(path)
        for said in self._said:
            if (found := self._tried(said, path, page)) is not None:
                return found
        before = 0
        while self.asks and (typed := self._passphrase(path, before)) is not None:
            if (found := self._tried(typed, path, page)) is not None:
                self._said.append(typed)
                return found
            before += 1
        raise WrongPassphraseError(_NO_KEY, _NO_WAY_IN, path=str(path), command="isotrack restore")

    @staticmethod
    def _require_own(path: Path) -> None:
        """Raise StorageError where another account has laid something there that would be taken over into the file."""
        for beside in (turned.ready(path), *kept.beside(path)):
            if asides.is_of_another(beside, path):
                raise journals.of_another(beside)

    def _tried(self, passphrase: str, path: Path, page: bytes) -> cipher.Key | None:
        key = cipher.key(passphrase, page[: cipher.SALT])
        if key.opens(page):
            self._keys.append(key)
            return key
        if any(key.opens(_page(path, number), number) for number in _NEXT_PAGES):
            raise sqlite3.DatabaseError("malformed")  # the passphrase is right, and the first page is not
        return None

    def learn(self, passphrase: str, key: cipher.Key) -> None:
        """Open with them from now on, before others."""
        self._said.insert(0, passphrase)
        self._keys.insert(0, key)

    def know(self, keys: Iterable[cipher.Key]) -> None:
        """Open with them as well, files of theirs that are met."""
        self._keys.extend(keys)

    @contextmanager
    def holding(self, path: Path) -> Iterator[None]:
        """The file is as it is until the block ends: nothing looks into it past SQLite."""
        if path in self._held:
            yield
            return
        self._held[path] = self.key_of(path)
        try:
            yield
        finally:
            del self._held[path]

    @contextmanager
    def without_asking(self) -> Iterator[None]:
        """What was not said by now is not asked for in the block."""
        before, self.asks = self.asks, False
        try:
            yield
        finally:
            self.asks = before

    def engine(self, path: Path, *, keys: bool = True) -> Engine:
        """An engine on a file that is there, with foreign keys or without; kept, with what it has compiled."""
        key = self.key_of(path)
        if (path, keys, key) not in self._engines:
            library = sqlite3 if key is None else cipher.library(path)

            def connect() -> Any:
                where, timeout = _where(path, "rw"), FIRST_WAIT_MS / 1000
                connection = library.connect(where, uri=True, isolation_level=None, timeout=timeout)
                if key is not None:
                    cipher.unlock(connection, key)
                return connection

            how: dict[str, Any] = {"creator": connect, "module": library}
            found = create_engine("sqlite://", poolclass=NullPool, hide_parameters=True, **how)
            self._engines[path, keys, key] = self._listened_to(found, keys=keys)
        return self._engines[path, keys, key]

    def engine_on(self, path: Path, open_: Callable[[], sqlite3.Connection]) -> Engine:
        """An engine on the one connection that ``open_`` gives, made by :meth:`memory` for this file."""
        how = {} if self.key_of(path) is None else {"module": cipher.library(path)}
        found = create_engine("sqlite://", creator=open_, poolclass=StaticPool, hide_parameters=True, **how)
        return self._listened_to(found, keys=True)

    def memory(self, path: Path) -> sqlite3.Connection:
        """A database in memory into which that of a file can be copied."""
        key = self.key_of(path)
        if key is None:
            return sqlite3.connect(":memory:", isolation_level=None)
        connection: sqlite3.Connection = cipher.library(path).connect(":memory:", isolation_level=None)
        cipher.unlock(connection, key)
        return connection

    @contextmanager
    def opened(self, path: Path, *, writable: bool = True) -> Iterator[sqlite3.Connection]:
        """A bare connection to a file, outside of any transaction; one that cannot write waits for nobody's journal."""
        where = _where(path, "rw" if writable else "ro")
        timeout = LAST_WAIT_MS / 1000
        key = self.key_of(path)
        if path.exists() and not path.is_file():
            raise sqlite3.OperationalError("unable to open database file")  # a pipe would be waited for
        if not self._is_live(path) and _is_laid_open(path):
            where += "&immutable=1"
        if key is None:
            with closing(sqlite3.connect(where, uri=True, isolation_level=None, timeout=timeout)) as connection:
                _distrust(connection)
                yield connection
            return
        library = cipher.library(path)
        connected = closing(library.connect(where, uri=True, isolation_level=None, timeout=timeout))
        with cipher.as_sqlite(library), connected as connection:
            cipher.unlock(connection, key)
            _distrust(connection)
            yield connection

    def _is_live(self, path: Path) -> bool:
        """Whether it is the database of the command, under whatever name: others write to it."""
        if self._live is None or path == self._live:
            return path == self._live
        try:
            return path.samefile(self._live)
        except OSError:
            return False

    def speaking(self, path: Path) -> Speaking:
        """In whose block an error of a file's library is one of the standard library."""
        return partial(cipher.as_sqlite, cipher.library(path)) if self.key_of(path) is not None else nullcontext

    def head(self, path: Path) -> bytes:
        """The header of a file, before SQLite touches it; while the file is open here, that gives up its locks."""
        if path.exists() and not path.is_file():
            return b""  # a pipe would be waited for
        with path.open("rb") as file:
            return file.read(HEADER)

    def is_whole(self, path: Path) -> bool:
        """Whether a file is there, is a database of ours, and every page of it is as SQLite left it."""
        if not path.exists() or path.stat().st_size == 0:
            return False
        try:
            with self.opened(path) as check:
                # What no entry may say is found by its seal, and is kept where a person asked for what there was.
                check.execute("PRAGMA ignore_check_constraints = ON")
                is_ours = check.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
                return is_ours and bool(check.execute("PRAGMA quick_check").fetchone() == ("ok",))
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
        except Exception as error:
            if "locked" not in str(error):
                raise
            self.on_wait()
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
            self.on_wait()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
            connection.exec_driver_sql(statement)
        # A reader may hold back the commit: that waits as long.
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")


def _where(path: Path, mode: str) -> str:
    """A file as SQLite is told of one that has to be there: what a wipe has just taken away is not made anew."""
    where = path.absolute().as_uri()
    if not where.startswith("file:///"):  # pragma: no cover - the folder of another Windows machine
        where = where.replace("file:", "file://", 1)
    return f"{where}?mode={mode}"


def _is_laid_open(path: Path) -> bool:
    """Whether another account could lay a journal beside a file: of one that nobody writes none is looked for then.

    A copy is, which a person keeps where it is convenient. The database itself is not used there, or (by root, in a
    folder of the system) as everywhere: other commands write to it, and without their locks it cannot be read.
    """
    return path.exists() and asides.others_write(path.parent, path) and not any(
        one.exists() and not asides.is_of_another(one, path) for one in kept.beside(path)
    )  # fmt: skip


def _distrust(connection: sqlite3.Connection) -> None:
    """Believe nothing that a file says of itself: it may be anybody's."""
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _page(path: Path, number: int = 1) -> bytes:
    """A page of a file that is not held; nothing of one that cannot be read."""
    if not path.is_file():
        return b""  # a pipe would be waited for
    try:
        with path.open("rb") as file:
            begun = file.read(len(cipher.PLAIN)) if number == 1 else b""
            if begun == cipher.PLAIN:
                return begun
            file.seek((number - 1) * cipher.PAGE)
            return file.read(cipher.PAGE)
    except OSError:
        return b""
