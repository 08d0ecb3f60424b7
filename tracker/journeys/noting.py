"""Files that hold something of a record and lie elsewhere: noted, so that a wipe finds them again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tracker.db import patients, store, written
from tracker.db.written import Written
from tracker.errors import N_, StorageError
from tracker.journeys import owned
from tracker.journeys.context import Context


def note(context: Context, files: Mapping[Path, bytes]) -> None:
    """Note files with this patient's record that are about to be written."""
    if mine := courses(context):
        found = [Written(target, mine[0], (written.digest_of(octets),)) for target, octets in files.items()]
        written.remember(context.database.backups.folder, found)


def require_own(context: Context, target: Path, octets: bytes, *, force: bool) -> None:
    """Raise StorageError for a file of isotrack's that is another patient's, or of which nothing says whose it is.

    It is this patient's by what it says, by its digest wherever that was noted (the folder may have been moved), or by
    the bare note of an older isotrack.
    """
    if force or not target.is_file():
        return
    there, mine = target.read_bytes(), courses(context)
    digest, path = written.digest_of(there), written.whole(target)
    known = written.known(context.database.backups.folder)
    here = [one for one in known if written.whole(one.path) == path]
    said = owned.is_of(there, mine)
    of_mine = [one for one in known if one.course in mine and digest in one.digests]
    if said or there == octets or any(one in here for one in of_mine):
        return
    if said is False or any(digest in one.digests for one in here):
        raise _refused(N_("{file} is of another patient's record, or of another database"), target)
    bare = {one.course for one in here if not one.digests}
    if not of_mine and not (bare and bare <= {*mine}):
        raise _refused(N_("{file} is not known to be of this patient's record"), target)


def _refused(message: str, target: Path) -> StorageError:
    return StorageError(message, N_("name another file with -o; to replace it all the same, add --force"),
                        file=str(target))  # fmt: skip


def courses(context: Context) -> list[str]:
    """The identities of this patient's courses, those that were taken back too, the oldest first.

    A file is noted by the oldest: that is in the oldest copy of the database.
    """
    with context.database.reading() as connection:
        label = context.patient or (context.read.patient.label if context.read.patient is not None else "")
        who = patients.named(connection, label)
        standing = store.courses(connection, who.id) if who is not None else []
        withdrawn = store.withdrawn_courses(connection, who.id) if who is not None else []
    return [uuid for _id, uuid in sorted([*((one.id, one.uuid) for one, _text in standing), *withdrawn])]


def note_of_everybody(context: Context, target: Path) -> None:
    """Note a file with everybody's record: a copy of the database."""
    written.remember(context.database.backups.folder, [Written(target)])
