"""Files that hold something of a record and lie elsewhere: noted, so that a wipe finds them again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tracker.db import patients, store, written
from tracker.db.written import Written
from tracker.errors import N_, StorageError
from tracker.journeys.context import Context


def note(context: Context, files: Mapping[Path, bytes]) -> None:
    """Note files with this patient's record that are about to be written."""
    if courses := _courses(context):
        found = [Written(target, courses[0], (written.digest_of(octets),)) for target, octets in files.items()]
        written.remember(context.database.backups.folder, found)


def require_own(context: Context, target: Path, *, force: bool) -> None:
    """Raise StorageError for a file of isotrack's that was not written for this patient, as far as it was noted."""
    if force or not target.is_file():
        return
    path = Path(os.path.abspath(target))  # noqa: PTH100 - as it was noted
    digest, courses = written.digest_of(target.read_bytes()), _courses(context)
    known = [one for one in written.known(context.database.backups.folder) if one.path == path and one.holds(digest)]
    # Where it is noted what was written there, that counts; else it was noted by an older isotrack.
    known = [one for one in known if one.digests] or known
    if not any(one.course in courses for one in known):
        raise StorageError(
            N_("{file} was written for another patient or by another database, or was changed since"),
            N_("name another file with -o; to replace it all the same, add --force"), file=str(target),
        )  # fmt: skip


def _courses(context: Context) -> list[str]:
    with context.database.reading() as connection:
        label = context.patient or (context.read.patient.label if context.read.patient is not None else "")
        who = patients.named(connection, label)
        standing = store.courses(connection, who.id) if who is not None else []
        withdrawn = store.withdrawn_courses(connection, who.id) if who is not None else []
    return [*(one.uuid for one, _text in standing), *(uuid for _id, uuid in withdrawn)]


def note_of_everybody(context: Context, target: Path) -> None:
    """Note a file with everybody's record: a copy of the database."""
    written.remember(context.database.backups.folder, [Written(target)])
