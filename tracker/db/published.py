"""What calendars were given: by UID the text that a SEQUENCE stands for, and which of it no file has brought yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from tracker.db import store
from tracker.db.tables import course, published, setting
from tracker.publication import Published

UNDELIVERED = "undelivered"
"""The setting that holds what no file has brought yet."""
SUBSCRIBED = "subscribed-file"
"""The setting that names the file which is kept up to date."""
SYNC_URL = "sync-url"
"""The setting that names the server which the calendar is kept on."""
PLACES = (SUBSCRIBED, SYNC_URL)
"""Where a patient's calendar is kept up to date."""


def load(connection: Connection, course_id: int) -> dict[str, Published]:
    """The entries of a course that have a number, by their key in the calendar."""
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


def forms(connection: Connection, patient_id: int, todo: str) -> list[bool]:
    """Whether events (False) and to-dos (True) were ever published for this patient; ``todo`` begins a to-do's key."""
    mine = _courses_of(patient_id)
    is_todo = published.c.entry.startswith(todo, autoescape=True)
    rows = connection.execute(select(is_todo).where(published.c.course_id.in_(mine)).distinct())
    return sorted(bool(row[0]) for row in rows)


def save(connection: Connection, entries: Iterable[tuple[int, Published]]) -> None:
    """Remember these entries, each with the id of its course, in place of what was remembered of them."""
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
        for course_id, entry in entries
    ]
    known = [{"known": row["uid"]} for row in rows if row["sequence"] > 0]
    if known:
        connection.execute(delete(published).where(published.c.uid == bindparam("known")), known)
    if rows:
        connection.execute(insert(published), rows)


def take(connection: Connection, entries: Iterable[tuple[int, Published]]) -> list[int]:
    """Remember what was published elsewhere, where that is newer; the places of what the tables refuse.

    No SEQUENCE ever falls below what was given from here.
    """
    refused = []
    known: dict[int, dict[str, Published]] = {}
    for place, (course_id, one) in enumerate(entries):
        if course_id not in known:
            known[course_id] = load(connection, course_id)
        here = known[course_id].get(one.entry)
        if here is not None and (here.sequence, here.stamp) >= (one.sequence, one.stamp):
            continue
        try:
            connection.execute(delete(published).where(published.c.course_id == course_id,
                                                       published.c.entry == one.entry))  # fmt: skip
            save(connection, [(course_id, one)])
        except IntegrityError:
            refused.append(place)
    return refused


def settings(connection: Connection, patient_id: int) -> dict[str, str]:
    """How this patient wants the calendar written, as far as it was ever said."""
    rows = connection.execute(select(setting.c.name, setting.c.value).where(setting.c.patient_id == patient_id))
    return {row.name: row.value for row in rows}


def is_remembered_elsewhere(connection: Connection, patient_id: int, name: str, value: str) -> bool:
    """Whether another patient has this value for a setting."""
    found = select(setting.c.name).where(
        setting.c.name == name, setting.c.value == value, setting.c.patient_id != patient_id
    )  # fmt: skip
    return connection.execute(found.limit(1)).first() is not None


def remember(connection: Connection, patient_id: int, name: str, value: str) -> None:
    """Remember one setting in place of what it was."""
    connection.execute(delete(setting).where(setting.c.patient_id == patient_id, setting.c.name == name))
    connection.execute(insert(setting).values(patient_id=patient_id, name=name, value=value))


def undelivered(settings: Mapping[str, str]) -> dict[str, str | None]:
    """By UID what has a number that no file has brought yet, with the entry that was delivered before it if any.

    A file that was written by a run which was then cut off may have brought it after all.
    """
    found: dict[str, str | None] = json.loads(settings.get(UNDELIVERED) or "{}")
    return found


def remember_undelivered(connection: Connection, patient_id: int, entries: Mapping[str, str | None]) -> None:
    """Remember what is not delivered yet in place of what was not."""
    remember(connection, patient_id, UNDELIVERED, json.dumps(entries, ensure_ascii=False) if entries else "")


def state(connection: Connection, patient_id: int) -> tuple[object, ...]:
    """What the patient's calendar is made from and numbered by: another value once anything of it has changed.

    Facts come and go by commands alone (see :func:`tracker.db.store.state_of`); numbers only rise.
    """
    numbers = select(func.count(), func.sum(published.c.sequence))
    return (
        *store.state_of(connection, patient_id),
        *connection.execute(numbers.where(published.c.course_id.in_(_courses_of(patient_id)))).one(),
        *sorted(settings(connection, patient_id).items()),
    )


def _courses_of(patient_id: int) -> Any:
    return select(course.c.id).where(course.c.patient_id == patient_id)
