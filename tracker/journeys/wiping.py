"""Taking away a database with all that belongs to it, or one patient: what there is, and in which order it goes.

A list of what was written elsewhere goes last, and the database holds the names of accounts: whatever is killed on its
way is begun again by the same command, which then finds less. What a command cannot reach is named and never touched.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker import album, envelope, places
from tracker.db import migrations, patients, published, restoring, store, written
from tracker.db.engine import DamagedError
from tracker.db.patients import Patient
from tracker.db.written import Written
from tracker.errors import N_, StorageError, TrackerError
from tracker.journeys import copies
from tracker.journeys import patients as journey
from tracker.journeys.calendar import syncing
from tracker.journeys.context import Context

_MADE = r"new-\d+|(restored|turning)-[0-9a-f-]{36}|turned|keyring|backup-v\d+[-.0-9a-z]*"
_BESIDE = rf"(-journal|-wal|-shm|\.({_MADE})(-journal)?)"
"""What follows the database's name in those of its journals, its old copies and what killed commands left."""
_A_COPY = re.compile(r"\.?[a-z0-9-]+\.db(\.new-[0-9a-f-]{36})?(-journal)?|elsewhere|\.(elsewhere|written)\.new")
_A_PHOTO = re.compile(rf"\.?([0-9a-f]{{16}}\.jpg|{envelope.NAME.pattern})(\.[a-z0-9_]{{8}})?")
_HEAD = 4096


class Account(Struct, frozen=True):
    """Where a patient's calendar is kept on a server, and as whom."""

    url: str
    user: str


class Belongings(Struct, frozen=True, kw_only=True):
    """What there is of a database, or of one patient."""

    labels: tuple[str, ...] = ()
    """Whose records; none where the database cannot be read."""
    commands: int = 0
    database: tuple[Path, ...] = ()
    """The file, its journals, what killed commands left beside it."""
    copies: tuple[Path, ...] = ()
    photos: tuple[Path, ...] = ()
    elsewhere: tuple[Written, ...] = ()
    """What isotrack wrote in other places, as far as it is still what isotrack wrote."""
    other: tuple[Path, ...] = ()
    """What lies in such places now and is something else: it stays."""
    unsure: tuple[Path, ...] = ()
    """What lies there, is encrypted, and may be isotrack's: it stays."""
    linked: tuple[Path, ...] = ()
    """What stays under another name that it has somewhere on this disk."""
    away: tuple[Path, ...] = ()
    """What was written into folders that are not there now: another disk, a stick."""
    accounts: tuple[Account, ...] = ()
    """The accounts on servers, whose passwords the keyring may have."""
    imported: bool = False
    """Whether a calendar was ever written: some program may have imported it."""
    is_listed: bool = False
    """Whether there is a list of what was written elsewhere."""
    is_known: bool = True
    """Whether the database could be read."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to be taken away."""
        return not (self.database or self.copies or self.photos or self.elsewhere or self.is_listed)


class Left(Struct, frozen=True):
    """What could not be taken away."""

    files: tuple[Path, ...] = ()
    passwords: tuple[Account, ...] = ()


Alone = Callable[[Context], AbstractContextManager[None]]
"""Keeps every other command out of the database."""
Forget = Callable[[Account], bool]
"""Takes a password out of the keyring; whether none is there any more."""


def of_everybody(context: Context) -> Belongings:
    """What there is of the whole database; raise StorageError for a file that is none of isotrack's."""
    database = context.database
    found, subscribed = Belongings(), list[str]()
    if database.path.exists():
        database.require_place()
        found = _with_what_it_says(context)
        subscribed = _subscribed(context)
    return around(
        context, found, [*written.known(database.backups.folder), *(Written(Path(one)) for one in subscribed)]
    )


def around(context: Context, found: Belongings, listed: Iterable[Written]) -> Belongings:
    """With what lies beside the database and where it was written to.

    Looked for when the database was read: one of an older format is brought to this one, and a copy made before that.
    """
    database = context.database
    found = replace(
        found, database=_files_of(database.link or database.path), copies=_files_in(database.backups.folder, _A_COPY),
        photos=_files_in(album.folder_of(database.path), _A_PHOTO),
        is_listed=(database.backups.folder / written.NAME).exists(),
    )  # fmt: skip
    found = _with_what_lies_elsewhere(context, found, listed)
    gone = (*found.database, *found.copies, *found.photos, *(one.path for one in found.elsewhere))
    return replace(found, linked=_linked(gone))


def _linked(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those files that have more names than are known."""
    names: dict[tuple[int, int, int], list[Path]] = {}
    for path in dict.fromkeys(paths):
        with suppress(OSError):
            found = path.lstat()
            names.setdefault((found.st_dev, found.st_ino, found.st_nlink), []).append(path)
    return tuple(known[0] for (_disk, _file, most), known in names.items() if most > len(known))


def _with_what_it_says(context: Context) -> Belongings:
    """What the database itself knows; where it is damaged, that this is not known."""
    database = context.database
    try:
        if not database.is_encrypted:
            migrations.check_identity(database.connector.head(database.path), str(database.path))
    except (sqlite3.Error, OSError):
        raise StorageError(
            N_("{path} is not an isotrack database, or it is damaged; it was left as it is"),
            N_("if it is yours, remove it yourself"), path=str(database.path),
        ) from None  # fmt: skip
    try:
        with database.reading() as connection:
            everybody = patients.all_of_them(connection)
            commands = sum(len(store.commands(connection, one.id)) for one in everybody)
            imported = any(published.forms(connection, one.id, "") for one in everybody)
        accounts = tuple(dict.fromkeys(Account(one.url, one.user) for one in syncing.setups(context).values()))
    except DamagedError:
        return Belongings(is_known=False)
    labels = tuple(one.label for one in everybody)
    return Belongings(labels=labels, commands=commands, imported=imported, accounts=accounts)


def _subscribed(context: Context, who: Patient | None = None) -> list[str]:
    """The files that are kept up to date, as far as the database can be read."""
    with suppress(DamagedError), context.database.reading() as connection:
        whose = patients.all_of_them(connection) if who is None else [who]
        kept = [published.settings(connection, one.id).get(published.SUBSCRIBED) for one in whose]
        return [one for one in kept if one]
    return []


def of_patient(context: Context, who: Patient) -> Belongings:
    """What there is of one patient, beside what others have as well."""
    database = context.database
    with database.reading() as connection:
        uuids = _uuids(connection, who)
    listed = [one for one in written.known(database.backups.folder) if one.course in uuids]
    listed += [Written(Path(one)) for one in _subscribed(context, who)]
    held = journey.holding(context, who)
    found = Belongings(labels=(who.label,), commands=held.commands, accounts=own_accounts(context, who),
                       imported=held.imported)  # fmt: skip
    return _with_what_lies_elsewhere(context, found, listed)


def own_accounts(context: Context, who: Patient) -> tuple[Account, ...]:
    """The accounts of a patient that no other one has."""
    setups = syncing.setups(context)
    mine = {Account(one.url, one.user) for label, one in setups.items() if label == who.label}
    others = {Account(one.url, one.user) for label, one in setups.items() if label != who.label}
    return tuple(mine - others)


def _uuids(connection: Connection, who: Patient) -> set[str]:
    courses = [one.uuid for one, _text in store.courses(connection, who.id)]
    return {*courses, *(uuid for _id, uuid in store.withdrawn_courses(connection, who.id))}


def wipe(context: Context, found: Belongings, forget: Forget, alone: Alone | None = None) -> Left:
    """Take the database away, and all that belongs to it; what could not be.

    Nobody writes to it meanwhile: a command that waits for it is told that it is gone.
    """
    with (alone or _alone)(context):
        passwords = tuple(one for one in found.accounts if not forget(one))
        gone = [one.path for one in found.elsewhere]
        left = [path for path in (*gone, *found.photos, *found.copies) if not _removed(path)]
        # A journal that outlives its file would be taken for that of the next one of this name.
        journals_first = sorted(found.database, key=lambda path: path == context.database.path)
        left += [path for path in journals_first if not _removed(path)]
    left = [path for path in left if not _removed(path)]  # some systems keep what is open
    if not left:
        _removed(context.database.backups.folder / written.NAME)
    for folder in (context.database.backups.folder, album.folder_of(context.database.path)):
        with suppress(OSError):  # what a person laid there stays, and its folder with it
            folder.rmdir()
    return Left(tuple(left), passwords)


def wipe_patient(context: Context, who: Patient, found: Belongings, forget: Forget) -> tuple[Left, journey.Removed]:
    """Take one patient away; the rest of the database stays."""
    folder = context.database.backups.folder
    with context.database.reading() as connection:
        uuids = _uuids(connection, who)
    passwords = tuple(one for one in found.accounts if not forget(one))
    left = [one for one in found.elsewhere if not _removed(one.path)]
    listed = [one for one in written.known(folder) if not one.course]
    everybodys = [one.path for one in _with_what_lies_elsewhere(context, Belongings(), listed).elsewhere]
    still = [path for path in everybodys if not _cleared(context, path, uuids, who)]
    removed = journey.remove(context, who)
    written.forget(folder, [one for one in written.known(folder) if one.course in uuids and one not in left])
    return Left((*(one.path for one in left), *still), passwords), removed


def _cleared(context: Context, copy: Path, uuids: Collection[str], who: Patient) -> bool:
    """Whether a copy that lies elsewhere holds the patient no more."""
    try:
        restoring.forget(context.database, copy, uuids, who.label)
    except (OSError, TrackerError):
        return False
    return True


@contextmanager
def _alone(context: Context) -> Iterator[None]:
    """Keep every other command out of the database, where there is one that can be read."""
    database = context.database
    if not database.path.exists():
        yield
        return
    with database.named(), database.connector.opened(database.path) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # another command has it, or it cannot be written; in a damaged one nobody can work
        yield


def _files_of(database: Path) -> tuple[Path, ...]:
    """The file and what lies beside it and bears its name; behind a link also what it leads to."""
    found: list[Path] = []
    for path in dict.fromkeys((database, places.real(database))):
        beside = re.compile(re.escape(path.name) + f"{_BESIDE}?")
        found += [one for one in _entries(path.parent) if beside.fullmatch(one.name) and not one.is_dir()]
    return tuple(sorted(found))


def _files_in(folder: Path, name: re.Pattern[str]) -> tuple[Path, ...]:
    """What isotrack laid in a folder of its own."""
    if folder.is_symlink():
        return ()
    return tuple(sorted(one for one in _entries(folder) if name.fullmatch(one.name) and not one.is_dir()))


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _with_what_lies_elsewhere(context: Context, found: Belongings, listed: Iterable[Written]) -> Belongings:
    """With the files that are still what isotrack wrote, each once, and apart those that are something else by now."""
    ours: dict[Path, Written] = {}
    other, away = dict[Path, None](), dict[Path, None]()
    for one in listed:
        try:
            if one.path.is_file() and not one.path.is_symlink() and _is_ours(context, one.path):
                ours.setdefault(one.path, one)
            elif one.path.is_symlink() or one.path.exists():
                other[one.path] = None
            elif not one.path.parent.exists():
                away[one.path] = None
        except OSError:
            other[one.path] = None
    return replace(found, elsewhere=tuple(ours.values()), other=tuple(other), away=tuple(away))


def _is_ours(context: Context, path: Path) -> bool:
    head = _head_of(path)
    if head.startswith(b"SQLite format 3\0") and head[68:72] == migrations.APPLICATION_ID.to_bytes(4, "big"):
        return True  # also one that is damaged by now
    return any(mark in head for mark in _marks()) or copies.is_a_copy(context, path)


def _head_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _marks() -> list[bytes]:
    """By what the files that isotrack writes are known."""
    from tracker.fhir import bundle
    from tracker.journeys.calendar import delivery
    from tracker.record import tables, writing
    from tracker.report import html

    heads = (tables.ours(table) for table in tables.HEADINGS)
    return [one.mark for one in (delivery.OURS, writing.OURS, bundle.OURS, html.OURS, *heads)]


def _removed(path: Path) -> bool:
    """Whether it is there no more."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
