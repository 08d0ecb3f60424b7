"""Reads the whole record of a patient, and writes what comes of another one into it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker.db import preferences, published, seals, store
from tracker.db.tables import command, course, details, fact, patient, remote
from tracker.facts import Course, kind_of
from tracker.whole import Carried, CourseWhole, Entry, Given, RemoteEntry, Whole


def read(connection: Connection, patient_id: int, written: Collection[str]) -> Whole:
    """Everything of a patient, by the ids of the database; :func:`in_order` gives those of the record itself.

    ``written`` are the settings that say how the calendar is written, not what was given.
    """
    who = connection.execute(select(patient).where(patient.c.id == patient_id)).one()
    commands = connection.execute(select(command).where(command.c.patient_id == patient_id).order_by(command.c.id))
    carried = tuple(Carried(row.id, row.verb, row.recorded_at, row.undone_at, row.undone_order) for row in commands)
    stored = published.settings(connection, patient_id)
    rows = connection.execute(select(course).where(course.c.patient_id == patient_id).order_by(course.c.id)).all()
    given = Given(
        tuple((row.id, one) for row in rows
              for one in sorted(published.load(connection, row.id).values(), key=lambda one: one.entry)),
        {name: value for name, value in sorted(stored.items()) if name in published.GIVEN},
        _remote(connection, patient_id),
    )  # fmt: skip
    return Whole(
        who.label, who.recorded_at, carried, tuple(_course(connection, row) for row in rows),
        {name: value for name, value in sorted(stored.items()) if name in written},
        dict(sorted(preferences.preferences(connection).items())), given,
    )  # fmt: skip


def _course(connection: Connection, row: Any) -> CourseWhole:
    found = Course(
        id=row.id, uuid=row.uuid, name=row.name, protocol_id=row.protocol_id, protocol_version=row.protocol_version,
        enrolled=row.enrolled, timezone=row.timezone, can_become_pregnant=row.can_become_pregnant,
    )  # fmt: skip
    headers = connection.execute(
        select(fact.c.id, fact.c.command_id, fact.c.voided_by).where(fact.c.course_id == row.id)
    )
    by_id = {one.id: (one.command_id, one.voided_by) for one in headers}
    facts = store.every_fact(connection, row.id)
    return CourseWhole(found, row.command_id, row.protocol_text, tuple(Entry(one, *by_id[one.id]) for one in facts))


def _remote(connection: Connection, patient_id: int) -> tuple[RemoteEntry, ...]:
    mine = select(remote).where(remote.c.patient_id == patient_id).order_by(remote.c.calendar, remote.c.uid)
    return tuple(RemoteEntry(one.calendar, one.uid, one.digest, one.seen, one.sent) for one in connection.execute(mine))


def in_order(whole: Whole) -> Whole:
    """The record with ids of its own: commands, courses and facts in their order, each from 1."""
    commands = {one.id: number for number, one in enumerate(whole.commands, start=1)}
    courses = {one.course.id: number for number, one in enumerate(whole.courses, start=1)}
    facts = {one.fact.id: number for number, one in enumerate(whole.entries, start=1)}
    return renumbered(whole, commands, courses, facts)


def renumbered(
    whole: Whole, commands: Mapping[int, int], courses: Mapping[int, int], facts: Mapping[int, int]
) -> Whole:
    """The record with other ids."""

    def entry(one: Entry) -> Entry:
        voided_by = commands[one.voided_by] if one.voided_by is not None else None
        return Entry(replace(one.fact, id=facts[one.fact.id]), commands[one.command], voided_by)

    given = whole.given
    return replace(
        whole,
        commands=tuple(replace(one, id=commands[one.id]) for one in whole.commands),
        courses=tuple(
            CourseWhole(replace(one.course, id=courses[one.course.id]), commands[one.command], one.protocol_text,
                        tuple(map(entry, one.entries)))
            for one in whole.courses
        ),
        given=given and replace(given, published=tuple((courses[at], one) for at, one in given.published)),
    )  # fmt: skip


def owners(connection: Connection, uuids: Iterable[str]) -> set[int]:
    """The patients who have courses with these identities."""
    found = connection.execute(select(course.c.patient_id).where(course.c.uuid.in_(list(uuids))))
    return {row.patient_id for row in found}


def add_command(connection: Connection, patient_id: int, one: Carried) -> int:
    """A command as it was carried out elsewhere; its id here."""
    values = {"verb": one.verb, "recorded_at": one.recorded_at, "undone_at": one.undone_at}
    done = connection.execute(
        insert(command).values(patient_id=patient_id, undone_order=one.undone_order, **values)
    ).inserted_primary_key
    assert done is not None  # noqa: S101 - the table has an integer key
    seals.touch(connection, seals.COMMAND, int(done[0]))
    return int(done[0])


def add_entry(connection: Connection, course_id: int, entry: Entry) -> int | None:
    """A fact as it was recorded elsewhere, by commands of here; its id here, None where the tables refuse it."""
    kind, one = kind_of(entry.fact), entry.fact
    header = {"kind": kind.name, "on_date": one.on, "note": one.note, "number": one.number}
    by = {"course_id": course_id, "command_id": entry.command, "voided_by": entry.voided_by}
    done = connection.execute(insert(fact).values(**header, **by)).inserted_primary_key
    assert done is not None  # noqa: S101 - as above
    seals.touch(connection, seals.FACT, int(done[0]))
    if kind.table is not None:
        try:
            connection.execute(insert(details(kind.table)).values(fact_id=done[0], **kind.kept(one)))
        except IntegrityError:
            return None
    return int(done[0])


def change_command(connection: Connection, one: Carried) -> None:
    """Let a command be taken back, or stand, as this one says."""
    seals.touch(connection, seals.COMMAND, one.id)
    changed = update(command).where(command.c.id == one.id)
    connection.execute(changed.values(undone_at=one.undone_at, undone_order=one.undone_order))


def change_voiding(connection: Connection, fact_id: int, voided_by: int | None) -> None:
    """Let a fact be voided by another command."""
    seals.touch(connection, seals.FACT, fact_id)
    connection.execute(update(fact).where(fact.c.id == fact_id).values(voided_by=voided_by))


def next_order(connection: Connection, patient_id: int) -> int:
    """The order that the next command of a patient has which is taken back."""
    highest = select(func.coalesce(func.max(command.c.undone_order), 0)).where(command.c.patient_id == patient_id)
    return 1 + int(connection.execute(highest).scalar_one())


def set_beginning(connection: Connection, patient_id: int, moment: datetime) -> None:
    """When a patient was first recorded."""
    seals.touch(connection, seals.PATIENT, patient_id)
    connection.execute(update(patient).where(patient.c.id == patient_id).values(recorded_at=moment))


def take_calendar(connection: Connection, patient_id: int, given: Given) -> list[int]:
    """Remember what calendars were given elsewhere, where that is newer; the places of what the tables refuse.

    The ids of courses are those of here. Where a calendar is written and sent to is said here alone.
    """
    refused = published.take(connection, given.published)
    here = published.settings(connection, patient_id)
    apart = published.of_the_machine(given.settings)
    for name, value in given.settings.items():
        if not here.get(name) and name not in apart:
            published.remember(connection, patient_id, name, value)
    for entry in given.remote:
        known_there = select(remote.c.uid).where(remote.c.calendar == entry.calendar, remote.c.uid == entry.uid)
        if connection.execute(known_there).first() is None:
            connection.execute(insert(remote).values(
                calendar=entry.calendar, uid=entry.uid, patient_id=patient_id, digest=entry.digest, seen=entry.seen,
                sent=entry.sent,
            ))  # fmt: skip
    return refused


def take_settings(connection: Connection, patient_id: int, settings: Mapping[str, str]) -> None:
    """Remember how the calendar is written, as far as it was never said here and does not let it say more."""
    here, apart = published.settings(connection, patient_id), published.of_the_machine(settings)
    for name, value in settings.items():
        if name not in here and name not in apart:
            published.remember(connection, patient_id, name, value)


def take_preferences(connection: Connection, found: Mapping[str, str]) -> None:
    """Remember what whoever types prefers, as far as it was never said here."""
    here = preferences.preferences(connection)
    for name, value in found.items():
        if name not in here:
            preferences.remember(connection, name, value)
