"""Puts a copy in the place of the database, and lets the calendars' numbers go on from where they are.

What calendars were given is a fact of the world outside: it does not go back with the record. So the numbers of
entries, where they are kept and what was put on a server are taken from the database that is replaced. Where that can
no longer be read, every number is raised far beyond what it can have become.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from tracker import asides
from tracker.db import (
    cipher,
    contents,
    encrypting,
    journals,
    keys_here,
    layout,
    migrations,
    patients,
    place,
    published,
    seals,
    withholding,
)
from tracker.db.contents import Content, state_of
from tracker.db.engine import DamagedError, Database
from tracker.db.tables import course, patient, remote, setting
from tracker.db.tables import published as published_table
from tracker.db.withholding import Withheld
from tracker.errors import N_, InputError, StorageError
from tracker.names import folded

_BEYOND = 1_000
"""So many numbers an entry can have had since a copy of it was made: it gets one with each change of the plan."""


class Agreed(Struct, frozen=True):
    """What a person has agreed to."""

    here: Content | None
    """What is replaced: what was in the database then; None where there was none that could be read."""


class Restored(Struct, frozen=True):
    """What became of it."""

    kept: Path | None
    """Where the database from before lies now; None where there was none."""
    orphans: int
    """Entries that calendars show of courses which the copy does not have."""
    is_numbered: bool
    """Whether the numbers of calendars could be taken over."""
    has_calendar: bool
    """Whether calendars were given anything."""
    withheld: tuple[Withheld, ...] = ()
    """What of the copy's settings was not taken."""
    photos: int = 0
    """Files of photos that were opened, because the database is not encrypted."""


def restore(database: Database, copy: Path, today: date, agreed: Agreed | None, key: cipher.Key | None) -> Restored:
    """Put what is in the copy in the place of what is in the database, in one transaction; that is kept as a copy.

    ``agreed`` is what a person has looked at, if one was asked; ``key`` what it is encrypted with, also afterwards.

    Not by giving the copy its name: a command that waits for the old file would take the journal of the new one for its
    own. Only what nobody can have open, because it is damaged or not there, is replaced by a rename.
    """
    database.require_place()
    place.require_own_way(database.link, database.path)
    aside = database.path.with_name(f"{database.path.name}.restored-{uuid.uuid4()}")
    folder = database.path.parent
    with database.named():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        journals.set_aside(database.path, database.backups.folder, database.connector.on_aside)
    with asides.using(folder), asides.removed(aside):
        with database.named():
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            place.require_own_folder(database.path, aside)  # before anything of the record is in it
            aside.unlink()
        with database.named(copy):
            _copy(database, copy, aside, key)
            _require_layout(database, copy, aside)
            if agreed is not None and agreed.here is not None and not database.path.exists():
                raise _changed()
            of_its_own = withholding.is_own(database.backups, copy)
            poured = _pour(database, aside, today, agreed, of_its_own) if database.path.exists() else None
            kept, orphans, is_numbered, withheld = poured or _swap(database, aside, today, of_its_own)
    with database.reading() as connection:
        has_calendar = connection.execute(select(published_table.c.uid).limit(1)).first() is not None
    return Restored(kept, orphans, is_numbered, has_calendar, withheld)


def _require_layout(database: Database, copy: Path, aside: Path) -> None:
    """Raise StorageError for a copy that has tables, or parts of them, which no database of isotrack's has."""
    with database.connector.opened(aside) as connection:
        others = layout.differences(seals.asking_of_a_file(connection))
    if others:
        raise StorageError(N_("{file} is not laid out as a database of isotrack's ({names}): it was not put back"),
                           N_("another copy: {command}"), file=str(copy), names=", ".join(others),
                           command="isotrack restore")  # fmt: skip


def _changed() -> InputError:
    return InputError(N_("it has changed meanwhile: nothing was put back"), N_("look at it again"))


_Done = tuple[Path | None, int, bool, tuple[Withheld, ...]]


def _pour(database: Database, aside: Path, today: date, agreed: Agreed | None, of_its_own: bool) -> _Done | None:  # noqa: FBT001 - of one caller
    """Fill the database with what is in the other one.

    Where it lies now as it was, the number of entries without a course, and whether what calendars were given could be
    taken over; None, with nothing changed, where it is damaged.
    """
    try:
        with database.writing(unchecked=True) as here:
            if layout.differences(seals.asking(here)):
                raise sqlite3.DatabaseError("malformed")  # as any other damage: what is to be filled is not there
            now = state_of(here)
            if agreed is not None and (agreed.here is None or agreed.here.state != now):
                raise _changed()
            orphans, withheld = _carry_over(database, here, aside, of_its_own)
            kept = database.backups.keep_replaced(today)
            here.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            here.exec_driver_sql("PRAGMA ignore_check_constraints = ON")  # a copy is put back as it is
            with database.connector.opened(aside) as full:
                _replace_rows(here, full)
            encrypting.add_photo_keys(database, here, encrypting.photo_keys(encrypting.kept_in(database, aside)))
    except DamagedError:
        return None
    except StorageError:
        if not contents.is_beyond_use(database):
            raise
        return None
    return kept, orphans or 0, orphans is not None, withheld


def _carry_over(
    database: Database, here: Connection, aside: Path, of_its_own: bool  # noqa: FBT001 - of one caller
) -> tuple[int | None, tuple[Withheld, ...]]:  # fmt: skip
    """Let the other one have what calendars were given; None where that can no longer be read, and all is raised."""
    engine = database.connector.engine(aside)
    try:
        with engine.begin() as there:
            mine = {theirs: published.settings(here, one) for one, theirs in _same_patients(here, there).items()}
            withheld = withholding.withhold(there, mine, of_its_own=of_its_own)
            return take_over(here, there), withheld
    except (ArithmeticError, LookupError, TypeError, ValueError, DBAPIError):
        with engine.begin() as there:
            _raise_all(there)
            return None, withholding.withhold(there, {}, of_its_own=of_its_own)


def _replace_rows(here: Connection, full: sqlite3.Connection) -> None:
    """Let every table have the rows that it has in the other database, value for value."""
    tables = full.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (name,) in tables.fetchall():
        if name == encrypting.TABLE:
            continue  # the photos beside the database are sealed with its own, which are kept; others are added
        found = full.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name of the schema
        columns = ", ".join(f'"{column[0]}"' for column in found.description)
        marks = ", ".join("?" * len(found.description))
        here.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - as above
        if rows := found.fetchall():
            here.exec_driver_sql(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - as above


class Whose(Struct, frozen=True):
    """A patient of here, as copies know one: by the courses alone, never by the name, which another one may have."""

    label: str
    uuids: frozenset[str]
    """Of the patient's courses."""
    others: frozenset[str]
    """Of the courses of everybody else here."""


def forget(database: Database, copy: Path, who: Whose) -> bool:
    """Take a patient out of a copy; whether it was in there. One without patients goes.

    The copy is of the newest format then.
    """
    aside = copy.with_name(f".{copy.name}.new-{uuid.uuid4()}")
    with database.named(copy), asides.using(copy.parent), asides.removed(aside):
        _copy(database, copy, aside)
        with database.connector.engine(aside).begin() as connection:
            courses = dict(map(tuple, connection.execute(select(course.c.uuid, course.c.patient_id))))
            known = {one.id: one for one in patients.all_of_them(connection)}
            found = _same(courses, who)
            for one in map(known.__getitem__, found & known.keys()):
                patients.remove(connection, one)
            is_empty = patients.count(connection) == 0
        if found and is_empty:
            copy.unlink()
        elif found:
            asides.sync_file(aside)
            aside.replace(copy)
        asides.sync_folder(copy.parent)
    return bool(found)


def holds_alone(database: Database, copy: Path, who: Whose) -> bool:
    """Whether a copy elsewhere has this patient's record and no other: it goes with that."""
    labels, courses = _whose_it_has(database, copy)
    return bool(labels) and labels.keys() == _same(courses, who)


def has_a_namesake(database: Database, copy: Path, who: Whose) -> bool:
    """Whether a copy has a record of the patient's name that is nobody's of here: it may be another person's."""
    labels, courses = _whose_it_has(database, copy)
    known = _same(courses, who) | {courses[uuid] for uuid in who.others & courses.keys()}
    return any(folded(label) == folded(who.label) for number, label in labels.items() if number not in known)


def _whose_it_has(database: Database, copy: Path) -> tuple[dict[int, str], dict[str, int]]:
    """The names of those in a copy, and of each course there whose it is."""
    with database.named(copy), database.connector.opened(copy, writable=False) as connection:
        labels = dict(connection.execute("SELECT id, label FROM patient"))
        return labels, dict(connection.execute("SELECT uuid, patient_id FROM course"))


def _same(courses: Mapping[str, int], who: Whose) -> set[int]:
    """Who of those in a copy is the patient: who has one of the courses there."""
    return {courses[uuid] for uuid in who.uuids & courses.keys()}


def _copy(database: Database, source: Path, aside: Path, key: cipher.Key | None = None) -> None:
    """Make a copy aside, for its owner alone, of the newest format; encrypted with ``key``, or as the source is."""
    with database.connector.opened(source) as connection:
        old = database.connector.key_of(source)
        if key is None or (old is not None and old.raw == key.raw):
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            connection.execute("VACUUM INTO ?", (str(aside),))
        else:
            connection.execute("BEGIN")  # nobody changes it meanwhile
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            known = (*keys_here.of_photos(database), *encrypting.photo_keys(encrypting.kept_in(database, source)))
            kept = encrypting.keeping(known or keys_here.of_photos_or_new(database))
            with cipher.as_sqlite(cipher.library(source)), encrypting.exported(source, old, aside, key, kept):
                encrypting.check(aside, key, source)
    migrations.bring_up(database.connector.engine(aside, keys=False), database.settle)


def _raise_all(there: Connection) -> None:
    raised = {"sequence": published_table.c.sequence + _BEYOND, "digest": ""}
    there.execute(update(published_table).values(raised))


def take_over(here: Connection, there: Connection) -> int:
    """Let what calendars were given from ``here`` hold ``there`` as well.

    The number of entries of courses that are not there, and so can never be changed or cancelled from there.
    """
    courses = dict(map(tuple, there.execute(select(course.c.uuid, course.c.id))))
    orphans = 0
    for row in here.execute(select(course.c.uuid, course.c.id)).all():
        entries = published.load(here, row.id)
        if row.uuid in courses:
            published.take(there, [(courses[row.uuid], one) for one in entries.values()])
        else:
            orphans += sum(not one.cancelled for one in entries.values())
    for mine, theirs in _same_patients(here, there).items():
        for name in (*published.OF_A_MACHINE, published.UNDELIVERED):
            there.execute(delete(setting).where(setting.c.patient_id == theirs, setting.c.name == name))
        for name, value in published.settings(here, mine).items():
            if name in (*published.OF_A_MACHINE, published.UNDELIVERED):
                published.remember(there, theirs, name, value)
        there.execute(delete(remote).where(remote.c.patient_id == theirs))
        for entry in here.execute(select(remote).where(remote.c.patient_id == mine)).mappings().all():
            there.execute(delete(remote).where(remote.c.calendar == entry["calendar"], remote.c.uid == entry["uid"]))
            there.execute(insert(remote).values({**entry, "patient_id": theirs}))
    return orphans


def _same_patients(here: Connection, there: Connection) -> dict[int, int]:
    """By the id of a patient here the id of the same one there: who has the same courses, else the same name."""
    labels = dict(map(tuple, there.execute(select(patient.c.label, patient.c.id))))
    owners = dict(map(tuple, there.execute(select(course.c.uuid, course.c.patient_id))))
    courses = here.execute(select(course.c.uuid, course.c.patient_id)).all()
    found = {row.patient_id: owners[row.uuid] for row in courses if row.uuid in owners}
    known = {*found.values()}  # whoever had the name before is not who has it now
    named = {row.id: labels[row.label] for row in here.execute(select(patient)) if row.label in labels}
    return {mine: theirs for mine, theirs in named.items() if theirs not in known} | found


def _swap(database: Database, aside: Path, today: date, of_its_own: bool) -> _Done:  # noqa: FBT001 - of one caller
    """Give the file the database's name, with every number raised, and what bore it a name among the copies."""
    with database.connector.engine(aside).begin() as there:
        _raise_all(there)
        withheld = withholding.withhold(there, {}, of_its_own=of_its_own)
        encrypting.add_photo_keys(database, there, keys_here.of_photos(database))
    asides.sync_file(aside)
    kept = None
    if database.path.exists():
        kept = database.backups.keep_file(today)
        journals.move_with(database.path, kept)
    aside.replace(database.path)
    asides.sync_folder(database.path.parent)
    database.commits += 1
    return kept, 0, False, withheld
