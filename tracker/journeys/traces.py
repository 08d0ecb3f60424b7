"""What there is of a database, or of one patient: the files that isotrack laid beside it, and what it wrote elsewhere.

Nothing here opens the database itself: it may be held, or nobody can open it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker import album, asides, envelope, places, ways
from tracker.db import cipher, migrations, written
from tracker.db.kept import folder_of
from tracker.db.written import Written
from tracker.journeys import copies, owned
from tracker.journeys.context import Context

_MADE = r"new-\d+|(restored|turning)-[0-9a-f-]{36}|turned|keyring|backup-v\d+[-.0-9a-z]*"
_BESIDE = rf"(-journal|-wal|-shm|\.({_MADE})(-journal)?)"
"""What follows the database's name in those of its journals, its old copies and what killed commands left."""
_A_COPY = re.compile(
    r"\.?[a-z0-9-]+\.db(\.new-[0-9a-f-]{36})?(-(journal|wal|shm))?|elsewhere|\.(elsewhere|written)\.new"
)
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
    uuids: frozenset[str] = frozenset()
    """Of the courses; none where the database cannot be read."""
    commands: int = 0
    database: tuple[Path, ...] = ()
    """The file, its journals, what killed commands left beside it."""
    copies: tuple[Path, ...] = ()
    photos: tuple[Path, ...] = ()
    elsewhere: tuple[Written, ...] = ()
    """What isotrack wrote in other places, as far as it is still what isotrack wrote."""
    other: tuple[Path, ...] = ()
    """What lies in such places now and is something else: it stays."""
    of_others: tuple[Path, ...] = ()
    """Copies that lie there, of another database or of one that was here before: they stay."""
    unsure: tuple[Path, ...] = ()
    """What lies there, is encrypted, and may be isotrack's: it stays."""
    linked: tuple[Path, ...] = ()
    """What stays under another name that it has somewhere on this disk."""
    databases: tuple[Path, ...] = ()
    """What lies there now is a database of its own, with a folder of copies beside it: it stays."""
    not_believed: tuple[Path, ...] = ()
    """Folders beside the database, and the list in one, that are another account's, or cannot be read: they stay."""
    misled: tuple[Path, ...] = ()
    """What another account can put something else in the place of, on the way to it: it is not looked at, and stays."""
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


def around(context: Context, found: Belongings, listed: Iterable[Written]) -> Belongings:
    """With what lies beside the database and where it was written to.

    Looked for when the database was read: one of an older format is brought to this one, and a copy made before that.
    """
    database = context.database
    found = replace(
        found, database=_files_of(database.link or database.path), copies=_files_in(database.backups.folder, _A_COPY),
        photos=_files_in(album.folder_of(database.path), _A_PHOTO),
        not_believed=not_believed(context),
        is_listed=written.is_there(database.backups.folder),
    )  # fmt: skip
    found = with_what_lies_elsewhere(context, found, listed)
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


def _files_of(database: Path) -> tuple[Path, ...]:
    """The file and what lies beside it and bears its name; behind a link also what it leads to."""
    found: list[Path] = []
    for path in dict.fromkeys((database, places.real(database))):
        beside = re.compile(re.escape(path.name) + f"{_BESIDE}?")
        found += [one for one in _entries(path.parent) if beside.fullmatch(one.name) and not one.is_dir()]
    return tuple(sorted(found))


def _files_in(folder: Path, name: re.Pattern[str]) -> tuple[Path, ...]:
    """What isotrack laid in a folder of its own."""
    if folder.is_symlink() or asides.is_laid_there(folder):
        return ()
    return tuple(sorted(one for one in _entries(folder) if name.fullmatch(one.name) and not one.is_dir()))


def not_believed(context: Context) -> tuple[Path, ...]:
    """Which of the two folders nothing was looked for in, and the list where it is none of this account's."""
    copies, photos = context.database.backups.folder, album.folder_of(context.database.path)
    closed = [one for one in (copies, photos) if asides.is_laid_there(one) or not asides.is_readable(one)]
    listed = written.not_believed(copies)
    return (*closed, *((listed,) if listed is not None and not {listed, listed.parent} & {*closed} else ()))


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def with_what_lies_elsewhere(context: Context, found: Belongings, listed: Iterable[Written]) -> Belongings:
    """With the files that are still what isotrack wrote, each once, and apart those that are something else by now."""
    ours: dict[Path, Written] = {}
    other, of_others, unsure, away, databases, misled = (dict[Path, None]() for _ in range(6))
    for one in listed:
        try:
            if is_misled(one.path):
                misled[one.path] = None
            elif is_a_database(context, one.path):
                databases[one.path] = None
            elif one.path.is_file() and not one.path.is_symlink() and _is_ours(context, one, found.uuids):
                ours.setdefault(one.path, one)
            elif not one.path.is_symlink() and one.path.is_file() and copies.is_of_others(
                context, one.path, found.uuids
            ):  # fmt: skip
                of_others[one.path] = None
            elif not one.course and seems_encrypted(one.path):
                unsure[one.path] = None
            elif one.path.is_symlink() or one.path.exists():
                other[one.path] = None
            elif not one.path.parent.exists():
                away[one.path] = None
        except OSError:
            other[one.path] = None
    return replace(found, elsewhere=tuple(ours.values()), other=tuple(one for one in other if one not in ours),
                   databases=tuple(databases), of_others=tuple(of_others), unsure=tuple(unsure),
                   misled=tuple(misled), away=tuple(away))  # fmt: skip


def is_misled(path: Path) -> bool:
    """Whether another account can decide where the way to a file leads, and so what would be taken away there."""
    return next(ways.changeable(path), None) is not None


def is_a_database(context: Context, path: Path) -> bool:
    """Whether another database lies there, that is used: a copy of this one has no folder of copies."""
    own = context.database.path
    return path.is_file() and os.path.lexists(folder_of(path)) and not (own.exists() and path.samefile(own))


def _is_ours(context: Context, one: Written, uuids: Collection[str]) -> bool:
    """Whether a file is still what isotrack wrote there for one of these courses, as far as that can be seen."""
    octets = one.path.read_bytes() if one.course else _head_of(one.path)
    head = octets[:_HEAD]
    if one.digests and one.holds(written.digest_of(octets)):
        return True
    said = owned.is_of(octets, {*uuids, one.course} - {""})
    if said is not None or one.digests:
        return bool(said)
    if head.startswith(b"SQLite format 3\0") and head[68:72] == migrations.APPLICATION_ID.to_bytes(4, "big"):
        return not copies.is_of_others(context, one.path, uuids)  # ours also where it is damaged by now
    if any(mark in head for mark in _marks()):
        return True
    return copies.is_a_copy(context, one.path) and not copies.is_of_others(context, one.path, uuids)


def seems_encrypted(path: Path) -> bool:
    """Whether a file may be a copy that no passphrase which was said opens."""
    return path.is_file() and not path.is_symlink() and cipher.seems_encrypted(_head_of(path))


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
