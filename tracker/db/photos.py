"""Which copies of photos the record names, and what they are sealed with."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from sqlalchemy import Connection, select, text

from tracker.db import encrypting
from tracker.db.engine import Database
from tracker.db.tables import course, details, fact
from tracker.envelope import Envelope
from tracker.errors import StorageError

_STANDING = """
SELECT photo.file FROM photo JOIN fact ON fact.id = photo.fact_id
  WHERE fact.command_id NOT IN (SELECT id FROM command WHERE undone_at IS NOT NULL)
  AND (fact.voided_by IS NULL OR fact.voided_by IN (SELECT id FROM command WHERE undone_at IS NOT NULL))
"""


def digests(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """The number of every entry that stands and names a copy, the copy's name, and what it is known by.

    Of a file of whatever format: an old one names none.
    """
    if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'photo'").fetchone() is None:
        return []
    found = connection.execute(_STANDING.replace("photo.file", "fact.id, photo.file, photo.digest", 1))
    return [(number, file, digest) for number, file, digest in found]


def standing(connection: Connection) -> set[str]:
    """The names of the copies that entries of any patient name which stand."""
    return {name for (name,) in connection.execute(text(_STANDING))}


def in_copies(database: Database) -> set[str]:
    """The names of those that stand in copies of the database, as far as these can be opened without a question."""
    found = set[str]()
    with database.connector.without_asking():
        for copy in database.backups.all():
            opened = database.connector.opened(copy.path, writable=False)
            with suppress(sqlite3.Error, StorageError, OSError), opened as connection:
                found.update(file for _number, file, _digest in digests(connection))
    return found


def of_patient(connection: Connection, patient: int) -> set[str]:
    """The names of the copies that any entry of a patient names, or named, and no other patient's does."""
    photo = details("photo")
    named = (
        select(photo.c.file, course.c.patient_id)
        .join(fact, fact.c.id == photo.c.fact_id)
        .join(course, course.c.id == fact.c.course_id)
    )
    rows = connection.execute(named).all()
    return {row.file for row in rows if row.patient_id == patient} - {
        row.file for row in rows if row.patient_id != patient
    }


def seal(database: Database, here: Connection | None = None) -> Envelope | None:
    """What the photos beside an encrypted database are sealed with; None where it is not encrypted.

    Asked for in the transaction that keeps or removes one: until that has begun, another command may turn all. ``here``
    is a connection to the file, where no other one can be had.
    """
    if not database.is_encrypted:
        return None
    return encrypting.seal(encrypting.kept_keys(database, here))
