"""Loads a history and records facts, inside a transaction that the caller opened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, insert, or_, select, update

from tracker.db.tables import DETAILS, command, course, fact
from tracker.facts import KINDS, PLANNING, Course, Fact, FactKind, by_name, kind_of
from tracker.history import History, history_of

F = TypeVar("F", bound=Fact)
Kinds = tuple[FactKind[Any], ...]
_AT_A_TIME = 500
"""Values that one question to the database names at most."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command that was carried out, and the facts that it recorded and voided."""

    id: int
    verb: str
    recorded_at: datetime
    recorded: tuple[Fact, ...] = ()
    voided: tuple[Fact, ...] = ()


def begin_command(connection: Connection, patient: int, verb: str, now: datetime) -> int:
    """Open the ledger entry that this command's facts belong to."""
    return _insert(connection, command, patient_id=patient, verb=verb, recorded_at=now)


def open_course(
    connection: Connection, patient: int, command_id: int, course_facts: Course, protocol_text: str | None
) -> Course:
    """Record a course; ``protocol_text`` pins a clinic's own file as it was read."""
    values = {
        "uuid": course_facts.uuid,
        "name": course_facts.name,
        "protocol_id": course_facts.protocol_id,
        "protocol_version": course_facts.protocol_version,
        "enrolled": course_facts.enrolled,
        "timezone": course_facts.timezone,
        "can_become_pregnant": course_facts.can_become_pregnant,
    }
    course_id = _insert(
        connection, course, patient_id=patient, command_id=command_id, protocol_text=protocol_text, **values
    )
    return replace(course_facts, id=course_id)


def new_uuid() -> str:
    """A random identity for a course; the calendar's UIDs are derived from it."""
    return str(uuid.uuid4())


def courses(connection: Connection, patient: int) -> list[tuple[Course, str | None]]:
    """The patient's courses that stand, oldest first, each with the text of its own protocol file if it has one."""
    rows = connection.execute(
        select(course)
        .join(command, command.c.id == course.c.command_id)
        .where(course.c.patient_id == patient, command.c.undone_at.is_(None))
        .order_by(course.c.id)
    )
    return [
        (
            Course(
                id=row.id,
                uuid=row.uuid,
                name=row.name,
                protocol_id=row.protocol_id,
                protocol_version=row.protocol_version,
                enrolled=row.enrolled,
                timezone=row.timezone,
                can_become_pregnant=row.can_become_pregnant,
            ),
            row.protocol_text,
        )
        for row in rows
    ]


def has_courses(connection: Connection, patient: int) -> bool:
    """Whether the patient ever had a course, one that was taken back included."""
    return connection.execute(select(course.c.id).where(course.c.patient_id == patient).limit(1)).first() is not None


def withdrawn_courses(connection: Connection, patient: int) -> list[tuple[int, str]]:
    """Id and uuid of the courses whose opening was taken back: calendars may still show them."""
    rows = connection.execute(
        select(course.c.id, course.c.uuid)
        .join(command, command.c.id == course.c.command_id)
        .where(course.c.patient_id == patient, command.c.undone_at.is_not(None))
        .order_by(course.c.id)
    )
    return [(row.id, row.uuid) for row in rows]


def load(connection: Connection, of: Course, kinds: Kinds = PLANNING) -> History:
    """The facts of these kinds that stand in a course; those that the plan needs where none are named."""
    rows = connection.execute(_facts_of_a_course(kinds), {"course": of.id}).mappings()
    return history_of(of, [_read(row) for row in rows])


def record(connection: Connection, command_id: int, course_id: int, new: F, number: int | None = None) -> F:
    """Record a fact and give it back with its id; ``number`` keeps that of the fact that it corrects."""
    kind = kind_of(new)
    if number is None:
        same = and_(fact.c.course_id == course_id, fact.c.kind == kind.name)
        number = 1 + (connection.execute(select(func.max(fact.c.number)).where(same)).scalar() or 0)
    header = {"kind": kind.name, "on_date": new.on, "note": new.note, "number": number}
    fact_id = _insert(connection, fact, course_id=course_id, command_id=command_id, **header)
    if kind.table is not None:
        connection.execute(insert(DETAILS[kind.table]).values(fact_id=fact_id, **kind.kept(new)))
    return replace(new, id=fact_id, number=number)


def void(connection: Connection, command_id: int, fact_id: int) -> int:
    """Void a fact on behalf of a command; the number that a corrected fact keeps."""
    connection.execute(update(fact).where(fact.c.id == fact_id).values(voided_by=command_id))
    return int(connection.execute(select(fact.c.number).where(fact.c.id == fact_id)).scalar_one())


def find_fact(connection: Connection, patient: int, fact_id: int) -> tuple[int, Fact] | None:
    """A fact of this patient that stands, with the id of its course."""
    mine = fact.c.course_id.in_(select(course.c.id).where(course.c.patient_id == patient))
    found = _facts(connection, fact.c.id == fact_id, mine, _stands())
    if not found:
        return None
    return connection.execute(select(fact.c.course_id).where(fact.c.id == fact_id)).scalar_one(), found[0]


def patients_by_uid(connection: Connection, uids: Iterable[str], but: int) -> dict[str, int]:
    """By the UID of an invitation the patient, another than this one, who has an appointment that came of it."""
    booked = DETAILS["appointment"]
    wanted, found = sorted(set(uids)), dict[str, int]()
    for first in range(0, len(wanted), _AT_A_TIME):
        rows = connection.execute(
            select(booked.c.uid, course.c.patient_id)
            .join(fact, fact.c.id == booked.c.fact_id)
            .join(course, course.c.id == fact.c.course_id)
            .where(booked.c.uid.in_(wanted[first : first + _AT_A_TIME]), course.c.patient_id != but, _stands())
            .order_by(course.c.patient_id.desc())
        )
        found |= {row.uid: row.patient_id for row in rows}
    return found


def successor(connection: Connection, patient: int, fact_id: int) -> int | None:
    """The id of the fact that stands in the place of one that was corrected; None where none does."""
    mine = fact.c.course_id.in_(select(course.c.id).where(course.c.patient_id == patient))
    old = select(fact.c.course_id, fact.c.kind, fact.c.number).where(fact.c.id == fact_id, mine).subquery()
    same = and_(fact.c.course_id == old.c.course_id, fact.c.kind == old.c.kind, fact.c.number == old.c.number)
    found: int | None = connection.execute(select(fact.c.id).join(old, same).where(_stands())).scalar()
    return found


def last_command(connection: Connection, patient: int) -> Command | None:
    """The patient's newest command that has not been undone."""
    found = commands(connection, patient, newest=1)
    return found[0] if found else None


def commands(connection: Connection, patient: int, newest: int | None = None) -> list[Command]:
    """The patient's commands that have not been undone, newest first, with what each recorded and voided."""
    statement = (
        select(command)
        .where(command.c.patient_id == patient, command.c.undone_at.is_(None))
        .order_by(command.c.id.desc())
        .limit(newest)
    )
    return _with_facts(connection, list(connection.execute(statement)))


def _with_facts(connection: Connection, rows: list[Any]) -> list[Command]:
    ids = [row.id for row in rows]
    recorded = _by_command(connection, fact.c.command_id, ids)
    voided = _by_command(connection, fact.c.voided_by, ids)
    return [
        Command(row.id, row.verb, row.recorded_at, tuple(recorded.get(row.id, ())), tuple(voided.get(row.id, ())))
        for row in rows
    ]


def state_of(connection: Connection, patient: int) -> tuple[int, ...]:
    """Another value once anything of the patient's record has changed.

    Commands are never deleted. Of those that there are, the last in a row are taken back and brought back, one by one
    and in turn: how many of them are is which of them are.
    """
    mine = select(func.count(), func.coalesce(func.max(command.c.id), 0), func.count(command.c.undone_at))
    return tuple(connection.execute(mine.where(command.c.patient_id == patient)).one())


def mark_undone(connection: Connection, patient: int, command_id: int, now: datetime) -> None:
    """Take a command back: what it recorded no longer stands, what it voided stands again."""
    mine = select(func.coalesce(func.max(command.c.undone_order), 0)).where(command.c.patient_id == patient)
    order = 1 + connection.execute(mine).scalar_one()
    changed = update(command).where(command.c.id == command_id)
    connection.execute(changed.values(undone_at=now, undone_order=order))


def mark_redone(connection: Connection, command_id: int) -> None:
    """Let a command stand again that was taken back."""
    changed = update(command).where(command.c.id == command_id)
    connection.execute(changed.values(undone_at=None, undone_order=None))


def last_undone(connection: Connection, patient: int) -> Command | None:
    """The command that was taken back last, of those that stand no longer; None where nobody knows the order."""
    of_all = select(command).where(command.c.patient_id == patient, command.c.undone_order.is_not(None))
    rows = list(connection.execute(of_all.order_by(command.c.undone_order.desc()).limit(1)))
    found = _with_facts(connection, rows)
    return found[0] if found else None


def _stands() -> ColumnElement[bool]:
    undone = select(command.c.id).where(command.c.undone_at.is_not(None))
    return and_(fact.c.command_id.not_in(undone), or_(fact.c.voided_by.is_(None), fact.c.voided_by.in_(undone)))


@cache
def _facts_of_a_course(kinds: Kinds) -> Select[Any]:
    of_course = fact.c.course_id == bindparam("course")
    wanted = _joined(kinds).where(of_course, _stands())
    unasked = [kind.name for kind in KINDS if kind not in kinds]
    if unasked:
        # What is no kind at all is read too: a record that is damaged there is an error, and no fact less.
        wanted = wanted.where(fact.c.kind.not_in(unasked))
    return wanted.order_by(fact.c.id)


@cache
def _joined(kinds: Kinds) -> Select[Any]:
    tables = [DETAILS[name] for name in dict.fromkeys(kind.table for kind in kinds) if name is not None]
    source: Any = fact
    for table in tables:
        source = source.outerjoin(table)
    return select(fact, *(column for table in tables for column in table.c)).select_from(source)


def _facts(connection: Connection, *where: ColumnElement[bool]) -> list[Fact]:
    rows = connection.execute(_joined(KINDS).where(*where).order_by(fact.c.id)).mappings()
    return [_read(row) for row in rows]


def _read(row: Any) -> Fact:
    kind = by_name()[row[fact.c.kind]]
    values = {column.column: row[DETAILS[kind.table].c[column.column]] for column in kind.columns} if kind.table else {}
    found: Fact = kind.taken(
        values, id=row[fact.c.id], number=row[fact.c.number], on=row[fact.c.on_date], note=row[fact.c.note]
    )
    return found


def _by_command(connection: Connection, column: Any, ids: list[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {}
    for row in connection.execute(_joined(KINDS).where(column.in_(ids)).order_by(fact.c.id)).mappings():
        found.setdefault(row[column], []).append(_read(row))
    return found


def _insert(connection: Connection, table: Any, **values: Any) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101 - these tables have an integer key
    return int(key[0])
