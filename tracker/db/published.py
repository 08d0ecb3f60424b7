"""What was last written to a calendar, by UID: read and replaced as a whole by an export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from tracker.db.tables import published, setting
from tracker.model import Published


def load(connection: Connection, course_id: int) -> dict[str, Published]:
    """The entries of a course that were published, by their key in the calendar."""
    rows = connection.execute(select(published).where(published.c.course_id == course_id))
    return {
        row.entry: Published(
            uid=row.uid,
            entry=row.entry,
            sequence=row.sequence,
            digest=row.digest,
            stamp=row.stamp,
            cancelled=row.cancelled,
            content=row.content,
        )
        for row in rows
    }


def count(connection: Connection, course_id: int) -> int:
    """How many entries of a course have ever been published."""
    rows = connection.execute(select(func.count()).select_from(published).where(published.c.course_id == course_id))
    return int(rows.scalar_one())


def save(connection: Connection, course_id: int, entries: Iterable[Published]) -> None:
    """Remember these entries in place of what was remembered of them."""
    rows: list[dict[str, Any]] = [
        {
            "uid": entry.uid,
            "course_id": course_id,
            "entry": entry.entry,
            "sequence": entry.sequence,
            "digest": entry.digest,
            "stamp": entry.stamp,
            "cancelled": entry.cancelled,
            "content": entry.content,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(delete(published).where(published.c.uid.in_([row["uid"] for row in rows])))
        connection.execute(insert(published), rows)


def settings(connection: Connection, patient_id: int) -> dict[str, str]:
    """How this patient wants the calendar written, as far as it was ever said."""
    rows = connection.execute(select(setting.c.name, setting.c.value).where(setting.c.patient_id == patient_id))
    return {row.name: row.value for row in rows}


def remember(connection: Connection, patient_id: int, name: str, value: str) -> None:
    """Remember one setting in place of what it was."""
    connection.execute(delete(setting).where(setting.c.patient_id == patient_id, setting.c.name == name))
    connection.execute(insert(setting).values(patient_id=patient_id, name=name, value=value))
