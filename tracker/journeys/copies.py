"""Copies of the database: made, looked at, put back, and cleared of a patient who is deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker import album, files
from tracker.db import contents, encrypting, keys_here, patients, restoring, turned, withholding
from tracker.db.backups import Copy
from tracker.db.cipher import Key
from tracker.db.connecting import WrongPassphraseError
from tracker.db.contents import Content, Written
from tracker.db.restoring import Restored, Whose
from tracker.db.withholding import Withheld
from tracker.errors import N_, InputError, StorageError
from tracker.journeys import noting
from tracker.journeys.calendar import keeping
from tracker.journeys.calendar.keeping import Kept
from tracker.journeys.context import Context, Read

REMINDED_AFTER = 30
"""Days after which one is reminded that copies on the same disk are no backup."""


class Held(Struct, frozen=True):
    """A copy and what is in it; why that cannot be said otherwise."""

    copy: Copy
    content: Content | None
    error: StorageError | None = None

    @property
    def is_locked(self) -> bool:
        """Whether no passphrase that was said opens it."""
        return isinstance(self.error, WrongPassphraseError)


def held(context: Context) -> list[Held]:
    """The copies that lie beside the database, the newest first."""
    found = []
    database = context.database
    with suppress(StorageError, InputError), database.reading():
        pass  # the passphrase of the database, where it has one, is that of its copies
    if not database.path.exists():
        for copy in database.backups.all()[:1]:
            with suppress(StorageError, InputError):
                database.connector.key_of(copy.path)  # as above, where only the copies are left
    with database.connector.without_asking():
        keys_here.know_former(database)
        for copy in database.backups.all():
            try:
                found.append(Held(copy, contents.content(database, copy.path)))
            except StorageError as error:
                found.append(Held(copy, None, error))
    return found


def best(found: Sequence[Held], today: date) -> Held:
    """The copy that knows most commands, of those the newest; one of a day to come only if it knows more."""

    def worth(one: Held) -> tuple[int, bool, bool, date]:
        day = one.copy.day or date.min
        known = len(one.content.state) if one.content is not None else -1
        return known, day <= today, one.copy.is_of_a_day, day

    return max(found, key=worth)


def make(context: Context, day: date) -> Path | None:
    """Make the copy of this day anew; None where nothing is recorded."""
    database = context.database
    with database.reading():
        pass  # there is a database, and it is one of ours
    try:
        return database.backups.make(day)
    except (OSError, sqlite3.Error) as error:
        raise database.cannot_copy(error, database.backups.folder) from error


def write(context: Context, target: Path, day: date) -> None:
    """Make a copy at a place of the person's choice, in place of what is there."""
    database = context.database
    with database.reading():
        pass
    noting.note_of_everybody(context, target)
    try:
        database.backups.write(target)
    except (OSError, sqlite3.Error) as error:
        raise database.cannot_copy(error, target.parent) from error
    database.backups.remember_elsewhere(day)


def is_superseded(context: Context, file: Path) -> bool:
    """Whether a file is a copy of which the database has every command and every course."""
    database = context.database
    with database.reading():
        pass  # there is one, and its passphrase is known
    try:
        with database.connector.without_asking():
            here, there = (contents.content(database, path) for path in (database.path, file))
    except StorageError:
        return False
    return here.knows_all_of(there) and not contents.flaws(database, database.path, here.version)


def is_a_copy(context: Context, file: Path) -> bool:
    """Whether a file is a database of ours."""
    try:
        contents.content(context.database, file)
    except StorageError:
        return False
    return True


def is_of_others(context: Context, file: Path, uuids: Collection[str]) -> bool:
    """Whether a file is a copy in which none of these courses is, but others are: of another database."""
    try:
        with context.database.connector.without_asking():
            found = contents.content(context.database, file).uuids
    except StorageError:
        return False
    return bool(uuids and found) and found.isdisjoint(uuids)


def has_photos(context: Context) -> bool:
    """Whether there are photos, which no copy of the database has."""
    folder = album.folder_of(context.database.path)
    return folder.is_dir() and any(folder.iterdir())


def of_day(context: Context, day: date) -> Copy:
    """The copy of a day; where there is none, the newest from before it."""
    found = [one for one in context.database.backups.all() if one.day is not None and one.is_of_a_day]
    before = [one for one in found if one.day is not None and one.day <= day]
    if not before:
        context.database.backups.require_seen()
    if not before:
        raise InputError(N_("there is no copy of {day} or from before it"), N_("{command} shows those that there are"),
                         day=day, command="isotrack restore")  # fmt: skip
    return before[0]


class Offer(Struct, frozen=True):
    """What a copy would bring back, beside what is here."""

    path: Path
    content: Content
    here: Content | None
    """None where there is no database here, or none that can be read."""
    flaws: int = 0
    """Rows of it that are not what was recorded."""
    key: Key | None = None
    """What the database is encrypted with, and is afterwards."""
    is_laid_open: bool = False
    """Whether what was encrypted is not any more afterwards."""
    withheld: tuple[Withheld, ...] = ()
    """What of its settings will not be taken."""

    @property
    def lost(self) -> tuple[Written, ...]:
        """Commands that stand here and not in the copy."""
        return _without(self.here, self.content)

    @property
    def back(self) -> tuple[Written, ...]:
        """Commands that stand in the copy and not here: they were taken back since, or their patient was deleted."""
        return _without(self.content, self.here)


def _without(one: Content | None, other: Content | None) -> tuple[Written, ...]:
    known = {(written.id, written.at, written.verb) for written in other.commands} if other is not None else set()
    commands = one.commands if one is not None else ()
    return tuple(written for written in commands if (written.id, written.at, written.verb) not in known)


def offer(context: Context, path: Path) -> Offer:
    """What a copy would bring; raise InputError or StorageError where it is none that can be read."""
    database = context.database
    database.require_place()
    files.require_own_way(path)
    with database.named():
        is_there = turned.is_there(database.path, database.connector.on_wait)
    if not path.is_file():
        raise InputError(N_("there is no file {file}"), N_("{command} shows the copies that there are"),
                         file=str(path), command="isotrack restore")  # fmt: skip
    if is_there and path.samefile(database.path):
        raise InputError(N_("{file} is the database itself"), file=str(path))
    found = _opened(context, path)
    try:
        here = contents.content(database, database.path) if is_there else None
    except WrongPassphraseError:
        raise
    except StorageError:
        here = None
    key = keys_here.of_database(database)
    return Offer(path, found, here, len(contents.flaws(database, path, found.version)), key,
                 is_laid_open=key is None and (
                     _lays_open(context, path) if here is None else database.connector.key_of(path) is not None),
                 withheld=withholding.foreseen(found.settings, here.settings if here is not None else {},
                                               of_its_own=withholding.is_own(database.backups, path)))  # fmt: skip


def _opened(context: Context, path: Path) -> Content:
    """What is in a copy, of which the database may still keep the key where its passphrase does not open it."""
    database = context.database
    try:
        return contents.content(database, path)
    except WrongPassphraseError:
        with suppress(sqlite3.Error, StorageError, OSError):
            database.connector.key_of(database.path)
        keys_here.know_former(database)
        with database.connector.without_asking():
            return contents.content(database, path)


def _lays_open(context: Context, copy: Path) -> bool:
    """Whether a copy is plain, and something says that the database, which is gone or cannot be read, was not."""
    database = context.database
    if database.connector.key_of(copy) is not None:
        return False
    return keys_here.was_encrypted(database) or bool(album.sealed(album.folder_of(database.path)))


def restore(context: Context, offered: Offer, day: date, *, is_agreed: bool) -> Restored:
    """Put the copy in the database's place; raise InputError where that is not what it was when a person agreed."""
    agreed = restoring.Agreed(offered.here) if is_agreed else None
    done = restoring.restore(context.database, offered.path, day, agreed, offered.key)
    if offered.key is not None or context.database.is_encrypted:
        return done
    return replace(done, photos=_open_photos(context, offered.path))


def _open_photos(context: Context, copy: Path) -> int:
    """Let no photo stay sealed with a key that a plain database does not keep, and the copy has; how many were."""
    seal = encrypting.seal(encrypting.kept_in(context.database, copy))
    if seal is None:
        return 0
    folder = album.folder_of(context.database.path)
    opened = album.open_all(folder, seal)
    return len(opened) - len(album.remove(folder, opened))


def subscribed(context: Context) -> list[Kept | None]:
    """Bring the files that calendars subscribe to in step, of all patients."""
    with context.database.reading() as connection:
        names = [one.label for one in patients.all_of_them(connection)]
    return [keeping.keep(replace(context, patient=name, read=Read())) for name in names]


def forget(context: Context, who: Whose) -> tuple[int, list[Path]]:
    """Take a patient who was deleted out of every copy; how many there were, and those that still hold the record."""
    cleared, left = 0, [] if context.database.backups.barred() is None else [context.database.backups.folder]
    for copy in context.database.backups.all():
        try:
            with context.database.connector.without_asking():
                cleared += restoring.forget(context.database, copy.path, who)
        except (OSError, StorageError):
            left.append(copy.path)
    return cleared, left


def of_namesakes(context: Context, who: Whose, elsewhere: Iterable[Path]) -> list[Path]:
    """The copies with a record of the patient's name that is nobody's of here: the patient's it may be or not."""
    found = []
    for path in (*(one.path for one in context.database.backups.all()), *elsewhere):
        with suppress(OSError, StorageError, sqlite3.Error), context.database.connector.without_asking():
            if restoring.has_a_namesake(context.database, path, who):
                found.append(path)
    return found


def is_time_to_copy_elsewhere(context: Context, day: date) -> bool:
    """Whether all copies have lain on this disk alone for long; from then on it counts anew."""
    backups = context.database.backups
    if 0 <= backups.days_since_elsewhere(day) < REMINDED_AFTER:
        return False
    backups.remember_elsewhere(day)
    return True
