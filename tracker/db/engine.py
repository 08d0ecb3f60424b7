"""Opens the database: one file of the patient's own, durable when a command says that it saved.

The settings and the reasons for them were measured: a rollback journal with ``synchronous=EXTRA`` loses nothing
that was acknowledged, even in a power cut; every write is one ``BEGIN IMMEDIATE`` transaction, DDL included, so
that parallel commands wait for one another and a migration that is cut off leaves no trace.

Damage is looked for before a file is written to. Each time: the header, the size against the pages that the header
counts, the schema, and (SQLite does this) the structure of every page that the command touches. All pages: each time
where that takes a moment, in a larger file with the first write of a day. The file itself remembers that day: every
write gives it a new time. A value that has silently become another one is found by ``isotrack doctor`` alone: every
write ends with its seal (:mod:`tracker.db.seals`).
"""

from __future__ import annotations

import glob
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError

from tracker import asides
from tracker.db import journals, kept, leftovers, migrations, place, seals, signs, turned
from tracker.db.backups import Backups
from tracker.db.connecting import HOW, Connector
from tracker.db.interrupts import interrupts_wait
from tracker.db.legible import check_pages
from tracker.errors import N_, Phrase, StorageError, reason_of

_SOON_READ = 1 << 20
"""Octets of a file of which every page can be checked each time: it takes some milliseconds."""


class DamagedError(StorageError):
    """The file cannot be read: it is damaged, or no database at all."""


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
        passphrase: Callable[[Path, int], str | None] = lambda _path, _before: None,
    ) -> None:
        behind = asides.behind(path)
        self.link = None if behind is None else path
        """Where it was named by a link; all that belongs to it lies beside the file itself, and is named after it."""
        self.path = path = behind or path
        self._today = today
        self.commits = 0
        """How many of our transactions are on the disk: what was said since no error can take back."""
        self.connector = Connector(on_wait, passphrase, path)
        self.backups = Backups(path, self.connector)
        self.copied: StorageError | bool = False
        """Whether this command made the copy of the day, or why it could not."""
        self.settle = settle
        self.is_written_to = False
        """Whether a transaction for writing was begun, whatever became of it."""
        self._is_committing = False

    @property
    def is_encrypted(self) -> bool:
        """Whether the file is; its passphrase is asked for then. A database that is not there is not."""
        with self.named():
            return self.path.is_file() and self.connector.key_of(self.path) is not None

    def of_the_disk(self) -> Database:
        """The database that this one is, or is rehearsed on."""
        return self

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; raise NoDatabaseError where there is no file."""
        with self.named():
            self._require_file()
            with self._transaction("BEGIN") as (connection, _transaction):
                yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """The one connection that there is to the file, which another command neither reads nor writes meanwhile."""
        with self.named(), self._begun("BEGIN EXCLUSIVE") as (connection, _transaction):
            yield connection

    def is_of_the_newest_version(self) -> bool:
        """Whether the file can be read as it is: another is brought to this version by the first command on it."""
        with self.named():
            self._require_file()
            with self._begun("BEGIN") as (connection, _transaction):
                return migrations.version_of(connection) == migrations.HEAD

    @contextmanager
    def writing(self, *, create: bool = False, unchecked: bool = False, alone: bool = False) -> Iterator[Connection]:
        """One immediate transaction, on the disk when the block ends and undone when it raises.

        ``unchecked`` is for a file of which it is known that it holds what no entry may hold: see
        :mod:`tracker.journeys.examining.accepting`. ``alone`` keeps out those who read as well: who makes a copy.
        """
        with self.named():
            if not self.is_written_to:
                leftovers.clear(self.path, self.connector)
            if create:
                self._create()
            self._require_file()
            if not self.is_written_to and not unchecked:
                self._back_up()
            with self._transaction("BEGIN EXCLUSIVE" if alone else "BEGIN IMMEDIATE") as (connection, transaction):
                if not self.is_written_to and not unchecked:
                    self._check_pages(connection)
                    self.is_written_to = True
                yield connection
                seals.seal(connection)
                self._commit(transaction)

    def _back_up(self) -> None:
        """Make the copy of the day where there is none yet; where that cannot be, the command does without."""
        if self._today is None:
            return
        key = self.connector.key_of(self.path)
        try:
            if self.backups.is_made(self._today):
                return
            self.copied = self.backups.make(self._today) is not None
        except (OSError, sqlite3.Error) as error:
            if signs.sign_of(error) in signs.DAMAGED:
                if self.connector.key_of(self.path) == key:
                    raise
                self._back_up()  # another command has encrypted or decrypted it in this very moment
                return
            self.copied = self.cannot_copy(error, self.backups.folder)

    def cannot_copy(self, error: Exception, where: Path) -> StorageError:
        """The error of a copy that cannot be made."""
        reason = reason_of(error) if isinstance(error, OSError) else Phrase(*self._meaning(error, where))
        return StorageError(N_("no copy could be made in {folder} ({reason})"), folder=str(where), reason=reason)

    @staticmethod
    def _meaning(error: Exception, path: Path) -> tuple[str, dict[str, str]]:
        return signs.MEANINGS[signs.sign_of(error)][0], {"path": str(path)}

    def _commit(self, transaction: Transaction) -> None:
        """Commit; Ctrl-C waits for it, so that it is known whether it came before or after."""
        self._is_committing = True
        with interrupts_wait():
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
        check_pages(lambda asked: (found := connection.exec_driver_sql(asked)).returns_rows and found.scalar(), check)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[tuple[Connection, Transaction]]:
        """A transaction on a database of the newest version; an older one is taken there first."""
        with self._begun(begin) as (connection, transaction):
            if migrations.version_of(connection) == migrations.HEAD:
                yield connection, transaction
                return
            version = migrations.version_of(connection)
        leftovers.clear(self.path, self.connector)
        with asides.using(self.path.parent):
            self.backups.keep_format(version)
            migrations.bring_up(self._engine(keys=False), self.settle)
        with self._begun(begin) as found:
            yield found

    @contextmanager
    def _begun(self, begin: str) -> Iterator[tuple[Connection, Transaction]]:
        with ExitStack() as held:
            connection, transaction = self._connected(begin, held)
            yield connection, transaction

    def _connected(self, begin: str, held: ExitStack) -> tuple[Connection, Transaction]:
        """A connection in a transaction that has seen the file; where the file is turned just then, once more.

        It may have waited for a command that was killed while it turned the file: what was ready then takes the place
        of all that is in the file, and whoever wrote into it first would write for nothing.
        """
        while True:
            key = self.connector.key_of(self.path)
            with ExitStack() as trying:
                trying.enter_context(self.connector.holding(self.path))
                try:
                    connection = trying.enter_context(self._engine().connect())
                    connection.execution_options(**{HOW: begin})
                    transaction = trying.enter_context(connection.begin())
                    connection.exec_driver_sql("PRAGMA schema_version").scalar()
                except DBAPIError as error:
                    if not self.path.exists():
                        trying.close()
                        self._require_file()  # it was wiped in this very moment
                    was_cut_off = turned.ready(self.path).exists()
                    if signs.sign_of(error) != signs.NO_DATABASE and not was_cut_off:
                        raise
                    trying.close()
                    if self.connector.key_of(self.path) == key and not was_cut_off:
                        if key is not None:
                            raise sqlite3.DatabaseError("malformed") from error
                        raise
                else:
                    if not turned.ready(self.path).exists():
                        held.push(trying.pop_all())
                        return connection, transaction

    def require_place(self) -> None:
        """Raise an error where something else than a file stands in its place, or what belongs to it beside a link."""
        place.require(self.link, self.path)

    def _require_file(self) -> None:
        self.require_place()
        if not turned.is_there(self.path, self.connector.on_wait):
            raise place.missing(self.path, self.backups)
        place.require_own(self.link, self.path)
        if self.connector.key_of(self.path) is None:
            try:
                migrations.check_identity(self.connector.head(self.path), str(self.path))
            except migrations.ForeignError as error:
                if not self.backups.all():
                    raise
                raise StorageError(error.message, signs.RESTORE, path=str(self.path),
                                   command="isotrack restore", doctor="isotrack doctor") from None  # fmt: skip

    def _create(self) -> None:
        """Make the file aside and link it into place, so that nobody ever meets a half-made one."""
        if turned.is_there(self.path, self.connector.on_wait) or self.path.is_symlink():
            self._clear_second_names()
            return
        if self.backups.may_be() and not self.path.exists():
            raise place.missing(self.path, self.backups)
        place.require_own_way(self.link, self.path)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self.path.with_name(f"{self.path.name}.new-{os.getpid()}")
        journals.set_aside(self.path, self.backups.folder, self.connector.on_aside)
        with asides.using(self.path.parent):
            for one in (aside, *kept.beside(aside)):
                one.unlink(missing_ok=True)
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                place.require_own_folder(self.path, aside)
                migrations.create(self._engine(aside))
                asides.named_anew(aside, self.path)
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
        return self.connector.engine(path or self.path, keys=keys)

    @contextmanager
    def named(self, path: Path | None = None) -> Iterator[None]:
        """Say what goes wrong with the file, or with another one, in words."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise self._named(error, path or self.path) from error
        except OSError as error:
            hint = signs.hint_on(error, is_begun=os.path.exists(turned.ready(self.path)))  # noqa: PTH110 - of a folder that is closed too
            of_copies = str(path) != (named := str(error.filename)) and named.startswith(str(self.backups.folder))
            values = {"path": str(self.backups.folder if of_copies else path or self.path), "reason": reason_of(error)}
            raise StorageError(N_("{path} cannot be used ({reason})"), hint, **values) from error

    def _named(self, error: Exception, path: Path) -> StorageError:
        """The error in words, with what became of the command's work where no other advice is more urgent."""
        sign = signs.sign_of(error)
        meaning, hint = signs.MEANINGS[sign]
        if sign in signs.DAMAGED:
            return DamagedError(meaning, self._copies(), path=str(path), folder=str(self.backups.folder),
                                command="isotrack restore", doctor="isotrack doctor")  # fmt: skip
        if hint is None and self._is_committing and sign not in signs.BEFORE_THE_COMMIT:
            return StorageError(meaning, signs.UNCERTAIN, path=str(path), command="isotrack history")
        if hint is None and not self.commits:
            hint = N_("nothing was saved")
        return StorageError(meaning, hint, path=str(path))

    def _copies(self) -> str:
        """What there is to put in the place of a file that cannot be used, as far as it is known."""
        if self.backups.barred() is not None:
            return signs.NOT_SEEN
        return signs.RESTORE if self.backups.all() else signs.NO_COPIES


def _day_of(moment: float) -> date | None:
    """The day of a file's time; None where it is no time at all."""
    try:
        return date.fromtimestamp(moment)  # noqa: DTZ012 - the day of this machine is meant
    except (OverflowError, ValueError, OSError):
        return None
