"""Opens the database: one file of the patient's own, durable when a command says that it saved.

The settings and the reasons for them were measured: a rollback journal with ``synchronous=EXTRA`` loses nothing
that was acknowledged, even in a power cut; every write is one ``BEGIN IMMEDIATE`` transaction, DDL included, so
that parallel commands wait for one another and a migration that is cut off leaves no trace.

Damage is looked for before a file is written to. Each time: the header, the size against the pages that the header
counts, the schema, and (SQLite does this) the structure of every page that the command touches. All pages: each time
where that takes a moment, in a larger file with the first write of a day. The file itself remembers that day: every
write gives it a new time. No check sees a value that has silently become another one.
"""

from __future__ import annotations

import glob
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Transaction, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tracker import asides
from tracker.db import leftovers, migrations
from tracker.errors import N_, InputError, Phrase, StorageError, reason_of

_FIRST_WAIT_MS = 1_000
_LAST_WAIT_MS = 30_000
_SOON_READ = 1 << 20
"""Octets of a file of which every page can be checked each time: it takes some milliseconds."""
_OLDEST_SQLITE = (3, 37, 0)
"""The first release with STRICT tables."""


_SETTINGS = (
    "synchronous = EXTRA",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
_HOW = "how_to_begin"
"""The execution option of a connection that says how its transactions begin."""
_ANOTHER_FILE = N_("name another file with --db or ISOTRACK_DB")
_BACKUPS = N_("put a backup in its place: they lie beside it, named .backup")
_TO_WRITE = N_("make the file and its folder writable, or name another with --db or ISOTRACK_DB")


class NoDatabaseError(InputError):
    """There is no database yet."""


class Database:
    """The database at ``path``; ``on_wait`` is called when another command holds it for more than a second.

    ``settle`` goes over the records of an older format when they are brought to this one, inside that transaction.
    ``today`` is the day by the clock of the machine that writes the times of files; without it, all of a large file
    is checked by every command that writes.
    """

    is_rehearsal = False
    """Whether nothing of it reaches the disk: see :class:`tracker.db.rehearsal.Rehearsal`."""

    def __init__(
        self,
        path: Path,
        on_wait: Callable[[], None] = lambda: None,
        settle: Callable[[Connection], None] = lambda _: None,
        today: date | None = None,
    ) -> None:
        self.path = path
        self._today = today
        self.commits = 0
        """How many transactions of ours are on the disk: what was said since cannot be taken back by an error."""
        self._on_wait = on_wait
        self._settle = settle
        self.is_written_to = False
        """Whether a transaction for writing was begun, whatever became of it."""
        self._is_committing = False
        self._engines: dict[tuple[Path, bool], Engine] = {}

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; raise NoDatabaseError where there is no file."""
        with self._errors_named():
            self._require_file()
            with self._transaction("BEGIN") as (connection, _transaction):
                yield connection

    def is_of_the_newest_version(self) -> bool:
        """Whether the file can be read as it is: another is brought to this version by the first command on it."""
        with self._errors_named():
            self._require_file()
            with self._begun("BEGIN") as (connection, _transaction):
                return migrations.version_of(connection) == migrations.HEAD

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[Connection]:
        """One immediate transaction, on the disk when the block ends and undone when it raises."""
        with self._errors_named():
            if not self.is_written_to:
                leftovers.clear(self.path)
            if create:
                self._create()
            self._require_file()
            with self._transaction("BEGIN IMMEDIATE") as (connection, transaction):
                if not self.is_written_to:
                    self._check_pages(connection)
                    self.is_written_to = True
                yield connection
                self._commit(transaction)

    def _commit(self, transaction: Transaction) -> None:
        """Commit; Ctrl-C waits for it, so that it is known whether it came before or after."""
        self._is_committing = True
        with _interrupts_wait():
            transaction.commit()
            self.commits += 1
        self._is_committing = False

    def _check_pages(self, connection: Connection) -> None:
        """Raise an error for a file that is damaged, as far as can be seen without reading more than is due."""
        found = self.path.stat()
        count, size = (int(connection.exec_driver_sql(f"PRAGMA page_{one}").scalar_one()) for one in ("count", "size"))
        was_checked_today = self._today is not None and _day_of(found.st_mtime) == self._today
        has_its_size = found.st_size == count * size
        partly = has_its_size and was_checked_today and found.st_size > _SOON_READ
        check = "PRAGMA quick_check(sqlite_schema)" if partly else "PRAGMA quick_check(1)"
        if connection.exec_driver_sql(check).scalar() != "ok":
            raise sqlite3.DatabaseError("malformed")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[tuple[Connection, Transaction]]:
        """A transaction on a database of the newest version; an older one is taken there first."""
        with self._begun(begin) as (connection, transaction):
            if migrations.version_of(connection) == migrations.HEAD:
                yield connection, transaction
                return
        leftovers.clear(self.path)
        with asides.using(self.path.parent):
            migrations.upgrade(self._engine(keys=False), self.path, self._settle)
        with self._begun(begin) as found:
            yield found

    @contextmanager
    def _begun(self, begin: str) -> Iterator[tuple[Connection, Transaction]]:
        with self._engine().connect() as connection:
            connection.execution_options(**{_HOW: begin})
            with connection.begin() as transaction:
                yield connection, transaction

    def _require_file(self) -> None:
        if not self.path.exists():
            if self.path.is_symlink():
                raise StorageError(N_("{path} is a link to nothing"), _ANOTHER_FILE, path=str(self.path))
            if any(folder.exists() and not folder.is_dir() for folder in self.path.parents):
                raise StorageError(N_("a part of {path} is a file"), _ANOTHER_FILE, path=str(self.path))
            raise NoDatabaseError(
                N_("there is no course yet: no database at {path}"),
                N_("open one with: {command}"),
                path=str(self.path),
                command=Phrase(N_("isotrack start DATE --weight KG --dose MG")),
            )
        if not self.path.is_file():
            raise StorageError(N_("{path} is a folder, not a database"), _ANOTHER_FILE, path=str(self.path))
        with self.path.open("rb") as file:
            migrations.check_identity(file.read(migrations.HEADER), str(self.path))

    def _create(self) -> None:
        """Make the file aside and link it into place, so that nobody ever meets a half-made one."""
        if self.path.exists() or self.path.is_symlink():
            self._clear_second_names()
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self.path.with_name(f"{self.path.name}.new-{os.getpid()}")
        with asides.using(self.path.parent):
            aside.unlink(missing_ok=True)
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                migrations.create(self._engine(aside))
                os.link(aside, self.path)
            except FileExistsError:
                pass  # Another command was first: its file is as good.
            finally:
                aside.unlink(missing_ok=True)
        asides.sync_folder(self.path.parent)

    def _clear_second_names(self) -> None:
        """Drop the first name of the file, where a command was killed just after it gave it its own."""
        for aside in self.path.parent.glob(f"{glob.escape(self.path.name)}.new-*"):
            with suppress(FileNotFoundError):  # the other command has just done so
                if aside.samefile(self.path):
                    aside.unlink()

    def _engine(self, path: Path | None = None, *, keys: bool = True) -> Engine:
        """An engine; kept, with the statements that it has compiled."""
        key = (path or self.path, keys)
        if key not in self._engines:
            self._engines[key] = self._new_engine(*key)
        return self._engines[key]

    def _new_engine(self, path: Path, keys: bool) -> Engine:  # noqa: FBT001 - a part of the key
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StorageError(
                N_("this Python has SQLite {found}; isotrack needs {needed} or newer"),
                found=sqlite3.sqlite_version,
                needed=".".join(map(str, _OLDEST_SQLITE)),
            )
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"isolation_level": None, "timeout": _FIRST_WAIT_MS / 1000},
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
            connection.execute(f"PRAGMA busy_timeout = {_LAST_WAIT_MS}")
            connection.execute("PRAGMA journal_mode = DELETE")
        for pragma in (f"foreign_keys = {'ON' if keys else 'OFF'}", *_SETTINGS):
            connection.execute(f"PRAGMA {pragma}")

    def _begin(self, connection: Connection) -> None:
        statement = connection.get_execution_options().get(_HOW, "BEGIN IMMEDIATE")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_FIRST_WAIT_MS}")
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            if "locked" not in str(error.orig):
                raise
            self._on_wait()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_LAST_WAIT_MS}")
            connection.exec_driver_sql(statement)
        # A reader may hold back the commit: that waits as long.
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_LAST_WAIT_MS}")

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise self._named(error) from error
        except OSError as error:
            raise StorageError(
                N_("{path} cannot be used ({reason})"), _TO_WRITE, path=str(self.path), reason=reason_of(error)
            ) from error

    def _named(self, error: Exception) -> StorageError:
        """The error in words, with what became of the command's work where no other advice is more urgent."""
        reason = str(getattr(error, "orig", error))
        sign, meaning, hint = next((one for one in _MEANINGS if one[0] in reason), _ANY_OTHER)
        if hint is None and self._is_committing and sign not in _BEFORE_THE_COMMIT:
            return StorageError(meaning, _UNCERTAIN, path=str(self.path), command="isotrack history")
        if hint is None and not self.commits:
            hint = N_("nothing was saved")
        return StorageError(meaning, hint, path=str(self.path))


def _day_of(moment: float) -> date | None:
    """The day of a file's time; None where it is no time at all."""
    try:
        return date.fromtimestamp(moment)  # noqa: DTZ012 - the day of this machine is meant
    except (OverflowError, ValueError, OSError):
        return None


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back until the block has ended."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt


_MEANINGS: tuple[tuple[str, str, str | None], ...] = (
    ("not a database", N_("{path} is not an isotrack database, or it is damaged; it was left as it is"), _BACKUPS),
    ("malformed", N_("{path} is damaged; it was left as it is"), _BACKUPS),
    ("locked", N_("{path} is in use by another program, try again"), None),
    ("readonly", N_("{path} cannot be written: it is read-only"), _TO_WRITE),
    ("unable to open", N_("{path} cannot be opened"), _TO_WRITE),
    ("full", N_("the disk is full"), None),
    ("disk I/O", N_("the disk reported an error"), None),
)
_ANY_OTHER = ("", N_("{path}: the database refused the command"), None)
_BEFORE_THE_COMMIT = ("locked", "full")
"""What SQLite finds before the moment from which on a transaction counts, even where it finds it in the commit."""
_UNCERTAIN = N_("whether it was saved is not certain: {command} shows it")
