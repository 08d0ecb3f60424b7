"""Loads a history and records facts, inside a transaction that the caller opened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import BindParameter, Connection, TextClause, and_, bindparam, func, insert, select, text, update

from tracker.db import seals
from tracker.db.legible import IllegibleError, legible
from tracker.db.makers import day, makers
from tracker.db.tables import COLUMNS, command, course, details, fact
from tracker.facts import KINDS, PLANNING, Course, Fact, FactKind, by_name, kind_of
from tracker.history import History, history_of

F = TypeVar("F", bound=Fact)
Kinds = tuple[FactKind[Any], ...]
_UNDONE = "(SELECT id FROM command WHERE undone_at IS NOT NULL)"
_STANDS = f"fact.command_id NOT IN {_UNDONE} AND (fact.voided_by IS NULL OR fact.voided_by IN {_UNDONE})"
"""Of a fact that it stands."""
_AT_A_TIME = 500
"""Values that one question to the database names at most."""


class Command(Struct, frozen=True):
    """One command that was carried out, and the facts that it recorded and voided."""

    id: int
    verb: str
    recorded_at: datetime
    recorded: tuple[Fact, ...] = ()
    voided: tuple[Fact, ...] = ()


def begin_command(connection: Connection, patient: int, verb: str, now: datetime) -> int:
    """Open the ledger entry that this command's facts belong to."""
    begun = _insert(connection, command, patient_id=patient, verb=verb, recorded_at=now)
    seals.touch(connection, seals.COMMAND, begun)
    return begun


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
    seals.touch(connection, seals.COURSE, course_id)
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
    return [(Course(**{name: getattr(row, name) for name in _OF_A_COURSE}), row.protocol_text) for row in rows]


_OF_A_COURSE = ("id", "uuid", "name", "protocol_id", "protocol_version", "enrolled", "timezone", "can_become_pregnant")


def has_courses(connection: Connection, patient: int) -> bool:
    """Whether the patient ever had a course, one that was taken back included."""
    return connection.execute(select(course.c.id).where(course.c.patient_id == patient).limit(1)).first() is not None


def has_calendar(connection: Connection, patient: int) -> bool:
    """Whether anything of the patient was ever published, or anything was set for a calendar."""
    given = text(
        "SELECT EXISTS (SELECT 1 FROM published WHERE course_id IN (SELECT id FROM course WHERE patient_id = :patient))"
        " OR EXISTS (SELECT 1 FROM setting WHERE patient_id = :patient)"
    )
    return bool(connection.execute(given, {"patient": patient}).scalar_one())


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
    found = _read(connection, f"course_id = :course AND {_STANDS}", {"course": of.id}, kinds)
    return history_of(of, [one for _course, one in found])


def every_fact(connection: Connection, course_id: int) -> list[Fact]:
    """All that was ever recorded of a course, whether it stands or not."""
    return [one for _course, one in _read(connection, "course_id = :course", {"course": course_id})]


def record(connection: Connection, command_id: int, course_id: int, new: F, number: int | None = None) -> F:
    """Record a fact and give it back with its id; ``number`` keeps that of the fact that it corrects."""
    kind = kind_of(new)
    if number is None:
        same = and_(fact.c.course_id == course_id, fact.c.kind == kind.name)
        number = 1 + (connection.execute(select(func.max(fact.c.number)).where(same)).scalar() or 0)
    header = {"kind": kind.name, "on_date": new.on, "note": new.note, "number": number}
    fact_id = _insert(connection, fact, course_id=course_id, command_id=command_id, **header)
    seals.touch(connection, seals.FACT, fact_id)
    if kind.table is not None:
        connection.execute(insert(details(kind.table)).values(fact_id=fact_id, **kind.kept(new)))
    return replace(new, id=fact_id, number=number)


def void(connection: Connection, command_id: int, fact_id: int) -> int:
    """Void a fact on behalf of a command; the number that a corrected fact keeps."""
    seals.touch(connection, seals.FACT, fact_id)
    connection.execute(update(fact).where(fact.c.id == fact_id).values(voided_by=command_id))
    return int(connection.execute(select(fact.c.number).where(fact.c.id == fact_id)).scalar_one())


def is_legible(connection: Connection, fact_id: int) -> bool:
    """Whether what is kept of a fact, standing or not, can be read."""
    try:
        next(_read(connection, "id = :fact", {"fact": fact_id}), None)
    except IllegibleError:
        return False
    return True


def find_fact(connection: Connection, patient: int, fact_id: int) -> tuple[int, Fact] | None:
    """A fact of this patient that stands, with the id of its course."""
    mine = f"id = :fact AND course_id IN (SELECT id FROM course WHERE patient_id = :patient) AND {_STANDS}"  # noqa: S608 - of our own words
    return next(_read(connection, mine, {"fact": fact_id, "patient": patient}), None)


def patients_by_uid(connection: Connection, uids: Iterable[str], but: int) -> dict[str, int]:
    """By the UID of an invitation the patient, another than this one, who has an appointment that came of it."""
    booked = details("appointment")
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
    recorded = _by_command(connection, "command_id", ids)
    voided = _by_command(connection, "voided_by", ids)
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
    seals.touch(connection, seals.COMMAND, command_id)
    changed = update(command).where(command.c.id == command_id)
    connection.execute(changed.values(undone_at=now, undone_order=order))


def mark_redone(connection: Connection, command_id: int) -> None:
    """Let a command stand again that was taken back."""
    seals.touch(connection, seals.COMMAND, command_id)
    changed = update(command).where(command.c.id == command_id)
    connection.execute(changed.values(undone_at=None, undone_order=None))


def last_undone(connection: Connection, patient: int) -> Command | None:
    """The command that was taken back last, of those that stand no longer; None where nobody knows the order."""
    of_all = select(command).where(command.c.patient_id == patient, command.c.undone_order.is_not(None))
    rows = list(connection.execute(of_all.order_by(command.c.undone_order.desc()).limit(1)))
    found = _with_facts(connection, rows)
    return found[0] if found else None


def _stands() -> TextClause:
    return text(_STANDS)


def _read(
    connection: Connection, where: str, values: Mapping[str, Any], kinds: Kinds = KINDS, beside: str = "course_id"
) -> Iterator[tuple[int, Fact]]:
    """The facts of these kinds for which a condition holds, as they were recorded, each with a column of its header.

    What is no kind at all is read too: a record that is damaged there is an error, and no fact less. A record has
    thousands of facts, and every command reads them: so the statements are texts, one for each table that has values
    of what was found, and its rows are taken by their places.
    """
    chosen = f"FROM fact WHERE {where}"
    header = f"SELECT {beside}, id, kind, on_date, number, note {chosen} ORDER BY id"
    unasked = {kind.name for kind in KINDS} - {kind.name for kind in kinds}
    found = [row for row in _rows(connection, header, values) if row[2] not in unasked]
    with legible():
        of_kind = {name: by_name()[name] for name in {row[2] for row in found}}
        kept: dict[str, dict[int, Any]] = {}
        for kind in of_kind.values():
            if kind.table is not None and kind.table not in kept:
                columns = ", ".join(COLUMNS[kind.table])
                # A table that several kinds share has rows, most of them perhaps, that nobody asked for.
                names = ", ".join(f"'{one.name}'" for one in kinds if one.table == kind.table)
                only = f" AND kind IN ({names})" if kinds is not KINDS else ""
                of_table = f"SELECT {columns} FROM {kind.table} WHERE fact_id IN (SELECT id {chosen}{only})"  # noqa: S608 - our names
                kept[kind.table] = {row[0]: row for row in _rows(connection, of_table, values)}
        for number_beside, fact_id, name, on, number, note in found:
            kind = of_kind[name]
            taken = dict(kind.fixed)
            if kind.table is not None:
                row = kept[kind.table][fact_id]
                for attribute, place, make in makers(name):
                    value = row[place]
                    taken[attribute] = make(value) if make is not None and value is not None else value
            yield number_beside, kind.cls(id=fact_id, number=number, on=day(on), note=note, **taken)


def _rows(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
    several: list[BindParameter[Any]] = [
        bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)
    ]
    return connection.execute(text(statement).bindparams(*several), values).all()


def _by_command(connection: Connection, column: str, ids: list[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {}
    for command_id, one in _read(connection, f"{column} IN :ids", {"ids": ids}, beside=column):
        found.setdefault(command_id, []).append(one)
    return found


def _insert(connection: Connection, table: Any, **values: Any) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101 - these tables have an integer key
    return int(key[0])
