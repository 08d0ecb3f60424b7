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
SYNC_USER, SYNC_FORM, SYNC_CALENDAR = "sync-user", "sync-form", "sync-calendar"
"""The settings that name who one is on the server, what its entries are, and its own address."""
LAST_CHANGES = "last-changes"
"""The setting with the UIDs of what was changed by the last export that changed anything, for writing it again."""
PLACES = (SUBSCRIBED, SYNC_URL)
"""Where a patient's calendar is kept up to date."""
OF_A_MACHINE = (SUBSCRIBED, SYNC_URL, SYNC_USER, SYNC_FORM, SYNC_CALENDAR)
"""Where this machine writes a calendar and to whom it speaks: what comes from elsewhere never says that."""
GIVEN = (*OF_A_MACHINE, UNDELIVERED, LAST_CHANGES)
"""Every setting that is of what calendars were given, and not of how they are written."""
_SAYING_MORE = {"titles": "full"}
"""Of how a calendar is written what lets it say more: that too is said here alone."""


def withheld(coming: Mapping[str, str], here: Mapping[str, str]) -> dict[str, str]:
    """Of settings that come from elsewhere those that are not taken, and are not so here already."""
    return {
        name: value for name, value in coming.items()
        if value and here.get(name) != value and (name in OF_A_MACHINE or _SAYING_MORE.get(name) == value)
    }  # fmt: skip


def of_the_machine(stored: Mapping[str, str]) -> dict[str, str]:
    """Of settings those that only this machine says."""
    return withheld(stored, {})


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

    A file that was written by a run which was then cut off may have brought it after all. Of what cannot be read
    nothing is known: see :func:`illegible`.
    """
    found = _kept(settings.get(UNDELIVERED) or "{}")
    is_so = isinstance(found, dict) and all(one is None or isinstance(one, str) for one in found.values())
    return found if is_so else {}


def last_changes(settings: Mapping[str, str]) -> set[str]:
    """The UIDs of what was changed by the last export that changed anything; none where they cannot be read."""
    found = _kept(settings.get(LAST_CHANGES) or "[]")
    return set(found) if isinstance(found, list) and all(isinstance(one, str) for one in found) else set()


def illegible(settings: Mapping[str, str]) -> list[str]:
    """The names of what was kept of what calendars were given and can no longer be read."""
    return [name for name, read in ((UNDELIVERED, undelivered), (LAST_CHANGES, last_changes))
            if not read(settings) and settings.get(name, "") not in _NOTHING]  # fmt: skip


_NOTHING = ("", "{}", "[]")


def _kept(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


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
