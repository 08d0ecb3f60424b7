"""Patients: found by name, added, renamed, and taken out of the database for good."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from tracker.db import seals
from tracker.db.tables import DETAILS, command, course, details, fact, patient, published, remote, seal, setting
from tracker.names import folded, likeness


class Patient(Struct, frozen=True):
    """A person whose record it is; the label is the name as it was typed."""

    id: int
    label: str


def all_of_them(connection: Connection, most: int | None = None) -> list[Patient]:
    """The patients by name; ``most`` of them."""
    rows = connection.execute(select(patient.c.id, patient.c.label).order_by(patient.c.label).limit(most))
    return [Patient(row.id, row.label) for row in rows]


def count(connection: Connection) -> int:
    """How many patients there are."""
    return int(connection.execute(select(func.count()).select_from(patient)).scalar_one())


def named(connection: Connection, name: str) -> Patient | None:
    """The patient with this name; one typed in other letters of the same kind if it can be no one else."""
    row = connection.execute(select(patient.c.id, patient.c.label).where(patient.c.label == name)).first()
    if row is not None:
        return Patient(row.id, row.label)
    same = [one for one in all_of_them(connection) if folded(one.label) == folded(name)]
    return same[0] if len(same) == 1 else None


def near(connection: Connection, name: str) -> list[Patient]:
    """Patients whose names are so near that one may be meant for the other, the nearest first."""
    found = [(likeness(name, one.label), one) for one in all_of_them(connection)]
    return [one for alike, one in sorted(found, key=lambda pair: -pair[0]) if alike]


def with_part(connection: Connection, part: str) -> list[Patient]:
    """Patients in whose names this part stands; all of them for an empty one."""
    return [one for one in all_of_them(connection) if folded(part) in folded(one.label)]


def add(connection: Connection, label: str, now: datetime) -> Patient:
    """A new patient."""
    done = connection.execute(insert(patient).values(label=label, recorded_at=now))
    assert done.inserted_primary_key is not None  # noqa: S101 - the table has an integer key
    added = Patient(int(done.inserted_primary_key[0]), label)
    seals.touch(connection, seals.PATIENT, added.id)
    return added


def rename(connection: Connection, who: Patient, label: str) -> None:
    """Call a patient by another name."""
    seals.touch(connection, seals.PATIENT, who.id)
    connection.execute(update(patient).where(patient.c.id == who.id).values(label=label))


def remove(connection: Connection, who: Patient) -> None:
    """Take a patient's whole record out of the database, the chain of its seals with it; SQLite overwrites it all."""
    courses = select(course.c.id).where(course.c.patient_id == who.id)
    facts = select(fact.c.id).where(fact.c.course_id.in_(courses))
    for table in map(details, DETAILS):
        connection.execute(delete(table).where(table.c.fact_id.in_(facts)))
    connection.execute(delete(fact).where(fact.c.course_id.in_(courses)))
    connection.execute(delete(published).where(published.c.course_id.in_(courses)))
    for own in (course, command, setting, remote, seal):
        connection.execute(delete(own).where(own.c.patient_id == who.id))
    connection.execute(delete(patient).where(patient.c.id == who.id))


def recorded_by(connection: Connection, fact_id: int) -> tuple[int, int, bool] | None:
    """The patient and the command of a fact, whether it stands or not, and whether that command was taken back."""
    found = connection.execute(
        select(command.c.patient_id, command.c.id, command.c.undone_at.is_not(None))
        .join(fact, fact.c.command_id == command.c.id)
        .where(fact.c.id == fact_id)
    ).one_or_none()
    return tuple(found) if found is not None else None
