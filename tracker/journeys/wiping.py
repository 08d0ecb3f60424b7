"""Taking away a database with all that belongs to it, or one patient: what there is, and in which order it goes.

What was shown before the question may be more by the time it is answered: another command made a copy, a photo, a page.
So it is looked for once more when every other command is kept out, and what is there then goes.

A list of what was written elsewhere goes last, and the database holds the names of accounts: whatever is killed on its
way is begun again by the same command, which then finds less. What a command cannot reach is named and never touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker import album, asides
from tracker.db import belongings, migrations, patients, published, restoring, store, written
from tracker.db.engine import DamagedError
from tracker.db.legible import IllegibleError, legible
from tracker.db.patients import Patient
from tracker.db.place import LaidOpenError
from tracker.db.written import Written
from tracker.errors import N_, StorageError, TrackerError
from tracker.journeys import patients as journey
from tracker.journeys.calendar import syncing
from tracker.journeys.context import Context
from tracker.journeys.traces import (
    Account,
    Belongings,
    Left,
    around,
    not_believed,
    with_what_lies_elsewhere,
)

Alone = Callable[[Context], AbstractContextManager[Connection | None]]
"""Keeps every other command out of the database; the one connection to it, where it can be read."""
Again = Callable[[Context, Belongings, Connection | None], Belongings]
"""Looks for it once more while every other command is kept out."""
Forget = Callable[[Account], bool]
"""Takes a password out of the keyring; whether none is there any more."""
ForgetPassphrase = Callable[[Path], bool]
"""Takes the copy of a database's passphrase out of the keyring; whether none is there any more."""


def of_everybody(context: Context) -> Belongings:
    """What there is of the whole database; raise StorageError for a file that is none of isotrack's."""
    database = context.database
    found, subscribed = Belongings(), list[str]()
    if database.path.exists():
        database.require_place()
        _require_ours(context)
        try:
            with database.reading() as connection:
                found, subscribed = _what_it_says(connection)
        except (DamagedError, IllegibleError, LaidOpenError):
            found = Belongings(is_known=False)
    return around(context, found, _listed(context, subscribed))


def _require_ours(context: Context) -> None:
    database = context.database
    try:
        if not database.is_encrypted:
            migrations.check_identity(database.connector.head(database.path), str(database.path))
    except (sqlite3.Error, OSError):
        raise StorageError(
            N_("{path} is not an isotrack database, or it is damaged; it was left as it is"),
            N_("if it is yours, remove it yourself"), path=str(database.path),
        ) from None  # fmt: skip


def _what_it_says(connection: Connection) -> tuple[Belongings, list[str]]:
    """What the database itself knows, and the files that are kept up to date."""
    with legible():
        everybody = patients.all_of_them(connection)
        found = Belongings(
            labels=tuple(one.label for one in everybody),
            uuids=frozenset().union(*(journey.uuids(connection, one) for one in everybody)),
            commands=sum(len(store.commands(connection, one.id)) for one in everybody),
            imported=any(published.forms(connection, one.id, "") for one in everybody),
            accounts=tuple(dict.fromkeys(_accounts(connection).values())),
        )
        return found, _subscribed(connection, everybody)


def _accounts(connection: Connection) -> dict[str, Account]:
    return {label: Account(one.url, one.user) for label, one in syncing.setups_in(connection).items()}


def _subscribed(connection: Connection, whose: Collection[Patient]) -> list[str]:
    kept = [published.settings(connection, one.id).get(published.SUBSCRIBED) for one in whose]
    return [one for one in kept if one]


def _listed(context: Context, subscribed: Collection[str]) -> list[Written]:
    return [*written.known(context.database.backups.folder), *(Written(Path(one)) for one in subscribed)]


def _again(context: Context, before: Belongings, connection: Connection | None) -> Belongings:
    """The same once more, by the one connection that there is; what was known before is not less."""
    found, subscribed = Belongings(is_known=before.is_known and not context.database.path.exists()), list[str]()
    if connection is not None:
        with suppress(DamagedError, IllegibleError), context.database.named():
            found, subscribed = _what_it_says(connection)
    found = replace(found, accounts=tuple(dict.fromkeys((*before.accounts, *found.accounts))))
    return around(context, found, _listed(context, subscribed))


def of_patient(context: Context, who: Patient) -> Belongings:
    """What there is of one patient, beside what others have as well."""
    with context.database.reading() as connection:
        return _of_patient(context, connection, who)


def _of_patient(context: Context, connection: Connection, who: Patient) -> Belongings:
    uuids = journey.uuids(connection, who)
    listed = [one for one in written.known(context.database.backups.folder) if one.course in uuids]
    listed += [Written(Path(one)) for one in _subscribed(connection, [who])]
    held = journey.held(connection, who)
    found = Belongings(labels=(who.label,), uuids=frozenset(uuids), commands=held.commands,
                       accounts=own_accounts(connection, who), imported=held.imported)  # fmt: skip
    found = with_what_lies_elsewhere(context, found, listed)
    everybodys = _of_everybody_elsewhere(context)
    return replace(found, databases=tuple({*found.databases, *everybodys.databases}),
                   misled=tuple({*found.misled, *everybodys.misled}),
                   unsure=tuple({*found.unsure, *everybodys.unsure}),
                   not_believed=not_believed(context))  # fmt: skip


def own_accounts(connection: Connection, who: Patient) -> tuple[Account, ...]:
    """The accounts of a patient that no other one has."""
    accounts = _accounts(connection)
    mine = {account for label, account in accounts.items() if label == who.label}
    return tuple(mine - {account for label, account in accounts.items() if label != who.label})


def wipe(
    context: Context,
    found: Belongings,
    forget: Forget,
    forget_passphrase: ForgetPassphrase,
    alone: Alone | None = None,
    again: Again = _again,
) -> Left:
    """Take the database away, and all that belongs to it; what could not be.

    Nobody writes to it meanwhile: a command that waits for it is told that it is gone. The copy of the passphrase is
    forgotten when the database is gone: what fails before can be tried again without it being typed.
    """
    folder, path = context.database.backups.folder, context.database.path
    with (alone or _alone)(context) as connection:
        listed = written.known(folder)
        found = again(context, found, connection)
        marks = [one for one in found.database if one in _marks(found)]
        passwords = tuple(one for one in found.accounts if not forget(one))
        gone = [one.path for one in found.elsewhere]
        left = [one for one in (*gone, *found.photos, *found.copies) if not _removed(one)]
        # A journal that outlives its file would be taken for that of the next one of this name.
        journals_first = sorted(set(found.database).difference(marks), key=lambda one: (one == path, one))
        left += [one for one in journals_first if not _removed(one)]
    left += [one for one in found.not_believed if _is_closed(one)]
    left = [one for one in left if not _removed(one)]  # some systems keep what is open
    left += [one for one in marks if not (forget_passphrase(_of_mark(one)) and _removed(one))]
    if not left and written.not_believed(folder) is None and not _forgotten(folder, listed):
        _removed(folder / written.NAME)
    for one in (folder, album.folder_of(path)):
        with suppress(OSError):  # what a person laid there stays, and its folder with it
            one.rmdir()
    return Left(tuple(left), passwords)


def _is_closed(folder: Path) -> bool:
    """Whether it is one of ours that cannot be looked into: what is in it is not gone."""
    return folder.is_dir() and not asides.is_laid_there(folder) and not asides.is_readable(folder)


_MARK = belongings.keyring_mark(Path("-")).name.removeprefix("-")


def _marks(found: Belongings) -> set[Path]:
    """The files that say under which name the keyring has a passphrase: as long as it has one, they are needed."""
    return {one for one in found.database if one.name.endswith(_MARK)}


def _of_mark(mark: Path) -> Path:
    return mark.with_name(mark.name.removesuffix(_MARK))


def _forgotten(folder: Path, listed: Collection[Written]) -> bool:
    """Whether the list has something that a command has noted since, and has it alone now."""
    if len(written.known(folder)) == len(listed):
        return False
    written.forget(folder, listed)
    return True


def delete(context: Context, who: Patient, forget: Callable[[Account], None]) -> journey.Removed:
    """Take one patient out of the database and its copies alone: what was written elsewhere stays."""

    def beside(connection: Connection) -> None:
        for one in own_accounts(connection, who):
            forget(one)

    return journey.remove(context, who, beside)


def wipe_patient(context: Context, who: Patient, forget: Forget) -> tuple[Left, journey.Removed]:
    """Take one patient away; the rest of the database stays."""
    folder = context.database.backups.folder
    left, still, passwords = list[Written](), list[Path](), list[Account]()
    mine = set[str]()

    def beside(connection: Connection) -> None:
        found = _of_patient(context, connection, who)
        whose = journey.whose(connection, who)
        mine.update(whose.uuids)
        left.extend(one for one in found.elsewhere if not _removed(one.path))
        for one in _of_everybody_elsewhere(context).elsewhere:
            if not _cleared(context, one.path, whose):
                still.append(one.path)
        passwords.extend(one for one in found.accounts if not forget(one))

    removed = journey.remove(context, who, beside)
    written.forget(folder, [one for one in written.known(folder) if one.course in mine and one not in left])
    return Left((*(one.path for one in left), *still), tuple(passwords)), removed


def _of_everybody_elsewhere(context: Context) -> Belongings:
    """The copies of the database that lie elsewhere."""
    everybodys = [one for one in written.known(context.database.backups.folder) if not one.course]
    return with_what_lies_elsewhere(context, Belongings(), everybodys)


def _cleared(context: Context, copy: Path, who: restoring.Whose) -> bool:
    """Whether a copy that lies elsewhere holds the patient no more."""
    try:
        restoring.forget(context.database, copy, who)
    except (OSError, TrackerError):
        return False
    return True


def copies_that_go(context: Context, who: Patient) -> list[Path]:
    """The copies elsewhere in which there is nobody but this patient: with the record they go themselves."""
    with context.database.reading() as connection:
        whose = journey.whose(connection, who)
    found = []
    for one in _of_everybody_elsewhere(context).elsewhere:
        with suppress(OSError, TrackerError), context.database.connector.without_asking():
            if restoring.holds_alone(context.database, one.path, whose):
                found.append(one.path)
    return found


def copies_of_namesakes(context: Context, who: Patient) -> list[Path]:
    """The copies, beside the database and elsewhere, in which there is somebody of that name who is nobody of here."""
    elsewhere = [one.path for one in _of_everybody_elsewhere(context).elsewhere]
    return journey.copies_of_namesakes(context, who, elsewhere)


@contextmanager
def _alone(context: Context) -> Iterator[Connection | None]:
    """Keep every other command out of the database, where there is one that can be read."""
    with ExitStack() as held:
        connection = None
        if context.database.path.exists():
            with suppress(DamagedError):  # in a damaged one nobody can work
                connection = held.enter_context(context.database.alone())
        yield connection


def _removed(path: Path) -> bool:
    """Whether it is there no more."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
