"""Files that hold something of a record and lie elsewhere: noted, so that a wipe finds them again."""

from __future__ import annotations

from pathlib import Path

from tracker.db import patients, store, written
from tracker.db.written import Written
from tracker.journeys.context import Context


def note(context: Context, target: Path) -> None:
    """Note a file with this patient's record that is about to be written."""
    with context.database.reading() as connection:
        label = context.patient or (context.read.patient.label if context.read.patient is not None else "")
        who = patients.named(connection, label)
        standing = store.courses(connection, who.id) if who is not None else []
        withdrawn = store.withdrawn_courses(connection, who.id) if who is not None else []
    courses = [*(one.uuid for one, _text in standing), *(uuid for _id, uuid in withdrawn)]
    if courses:
        written.remember(context.database.backups.folder, [Written(target, courses[0])])


def note_of_everybody(context: Context, target: Path) -> None:
    """Note a file with everybody's record: a copy of the database."""
    written.remember(context.database.backups.folder, [Written(target)])
