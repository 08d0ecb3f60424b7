"""What is in the record and can be none of it: what becomes of it where a person takes the damage as it is.

It cannot be read, or the layout of the database does not allow it. An entry is taken out, for nobody knows what it
said; a day or a moment that only says when something was typed is taken from beside it. The day of the planned first
capsule is taken from there too: a course has one, and it is said how the right one is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tracker.db import seals, store
from tracker.db.seals import Ask, Flaw
from tracker.db.tables import DETAILS, metadata
from tracker.errors import N_, Phrase
from tracker.facts import by_name
from tracker.protocols.shipped import shipped

_FIRST_DOSE = "first-dose"
_NO_ZONE = "Etc/UTC"


class Repair(Struct, frozen=True):
    """What becomes of a row that cannot be read."""

    text: Phrase
    statements: tuple[tuple[str, tuple[Any, ...]], ...]
    taken_out: int | None = None
    """The entry that is taken out, or gets another kind: what it refers to is no matter."""


def repairs(connection: Connection, ask: Ask, flaws: Iterable[Flaw], now: str) -> tuple[Repair, ...]:
    """What has to become of rows that are not what was recorded and cannot stay so; ``now`` as it would be kept.

    ``connection`` is in a transaction that may write, but nothing of it is changed.
    """
    there = [one for one in flaws if one.problem in (seals.Problem.CHANGED, seals.Problem.UNSEALED)]
    found: list[Repair] = []
    for what, of_a_row in (
        (seals.PATIENT, _patient), (seals.COMMAND, _command), (seals.COURSE, _course),
        (seals.FACT, lambda ask, number, now: _fact(connection, ask, number, now)),
    ):  # fmt: skip
        for number in dict.fromkeys(one.id for one in there if one.what == what):
            found.extend(of_a_row(ask, number, now))
    return tuple(found)


def make(ask: Ask, some: Iterable[Repair]) -> None:
    """Do it."""
    for one in some:
        for statement, values in one.statements:
            ask(statement, values)


def _patient(ask: Ask, number: int, now: str) -> Iterator[Repair]:
    ((moment,),) = ask("SELECT recorded_at FROM patient WHERE id = ?", (number,))[1]
    if not _is(datetime.fromisoformat, moment):
        begun = _typed(ask, "patient_id = ?", (number,), now)
        yield Repair(Phrase(N_("When the record began cannot be read: it is taken to be {moment}."), {"moment": begun}),
                     (("UPDATE patient SET recorded_at = ? WHERE id = ?", (begun, number)),))  # fmt: skip


def _command(ask: Ask, number: int, now: str) -> Iterator[Repair]:
    chosen = "SELECT patient_id, recorded_at, undone_at FROM command WHERE id = ?"
    ((patient, moment, undone),) = ask(chosen, (number,))[1]
    if not _is(datetime.fromisoformat, moment):
        near = _typed(ask, "patient_id = ? AND id < ?", (patient, number), "") or _typed(
            ask, "patient_id = ? AND id > ?", (patient, number), now, is_last=False
        )
        yield Repair(Phrase(N_("When command {id} was typed cannot be read: it is taken to be {moment}."),
                            {"id": number, "moment": near}),
                     (("UPDATE command SET recorded_at = ? WHERE id = ?", (near, number)),))  # fmt: skip
    if undone is not None and not _is(datetime.fromisoformat, undone):
        yield Repair(Phrase(N_("When command {id} was taken back cannot be read: it is taken to be {moment}."),
                            {"id": number, "moment": now}),
                     (("UPDATE command SET undone_at = ? WHERE id = ?", (now, number)),))  # fmt: skip


def _typed(ask: Ask, where: str, values: tuple[Any, ...], otherwise: str, *, is_last: bool = True) -> str:
    """When the nearest of these commands was typed whose moment can be read."""
    order = "DESC" if is_last else "ASC"
    rows = ask(f"SELECT recorded_at FROM command WHERE {where} ORDER BY id {order}", values)[1]  # noqa: S608 - our words
    return next((str(moment) for (moment,) in rows if _is(datetime.fromisoformat, moment)), otherwise)


def _course(ask: Ask, number: int, now: str) -> Iterator[Repair]:
    ((patient, command, enrolled, zone, is_possible, own, name, version),) = ask(
        "SELECT patient_id, command_id, enrolled, timezone, can_become_pregnant, protocol_text, protocol_id,"
        " protocol_version FROM course WHERE id = ?", (number,),
    )[1]  # fmt: skip
    if not _is(date.fromisoformat, enrolled):
        day = _typed(ask, "patient_id = ? AND id <= ?", (patient, command), now)[:10]
        yield Repair(Phrase(N_("The day of enrolment of course {id} cannot be read: it is taken to be {day}."),
                            {"id": number, "day": date.fromisoformat(day)}),
                     (("UPDATE course SET enrolled = ? WHERE id = ?", (day, number)),))  # fmt: skip
    if not _is(ZoneInfo, zone):
        yield Repair(Phrase(N_("The time zone of course {id} cannot be read: it is taken to be {zone}."),
                            {"id": number, "zone": _NO_ZONE}),
                     (("UPDATE course SET timezone = ? WHERE id = ?", (_NO_ZONE, number)),))  # fmt: skip
    if own is None:
        yield from _programme(
            name, version, "UPDATE course SET protocol_id = ?, protocol_version = ? WHERE id = ?", number
        )
    if is_possible not in (0, 1):
        yield Repair(Phrase(N_("Whether a pregnancy is possible in course {id} cannot be read: it is taken to be"
                               " possible."), {"id": number}),
                     (("UPDATE course SET can_become_pregnant = 1 WHERE id = ?", (number,)),))  # fmt: skip


def _programme(name: str, version: str, statement: str, number: int) -> Iterator[Repair]:
    """Where there is no programme of this name, the shipped one that was meant."""
    known = {f"{one.id}@{one.version}": one for one in shipped()}
    near = get_close_matches(f"{name}@{version}", known, 1) if f"{name}@{version}" not in known else []
    for likely in near:
        values = (known[likely].id, known[likely].version, number)
        yield Repair(Phrase(N_("There is no programme {name}: it is taken to be {likely}."),
                            {"name": f"{name}@{version}", "likely": likely}), ((statement, values),))  # fmt: skip


def _fact(connection: Connection, ask: Ask, number: int, now: str) -> Iterator[Repair]:
    if store.is_legible(connection, number) and _is_allowed(connection, number):
        of_programme = "SELECT protocol, version FROM programme WHERE fact_id = ? AND text IS NULL"
        for name, version in ask(of_programme, (number,))[1]:
            yield from _programme(
                name, version, "UPDATE programme SET protocol = ?, version = ? WHERE fact_id = ?", number
            )
        return
    ((kind, on, enrolled, patient, command),) = ask(
        "SELECT kind, on_date, enrolled, patient_id, fact.command_id FROM fact JOIN course ON course.id = course_id"
        " WHERE fact.id = ?", (number,),
    )[1]  # fmt: skip
    if kind not in by_name() and get_close_matches(kind, [_FIRST_DOSE], 1):
        # A course has one: were it taken out, there would be none.
        yield Repair(Phrase(N_("What entry {id} is cannot be read: it is taken to be the planned first capsule."),
                            {"id": number}),
                     (("UPDATE fact SET kind = ? WHERE id = ?", (_FIRST_DOSE, number)),), number)  # fmt: skip
        kind = _FIRST_DOSE
        if _is(date.fromisoformat, on):
            return
    if kind == _FIRST_DOSE and not _is(date.fromisoformat, on):
        day = enrolled if _is(date.fromisoformat, enrolled) else _typed(
            ask, "patient_id = ? AND id <= ?", (patient, command), now)[:10]  # fmt: skip
        yield Repair(Phrase(N_("The day of the planned first capsule cannot be read: it is taken to be {day}. The right"
                               " one: {command}"),
                            {"day": date.fromisoformat(day), "command": f"isotrack fix {number} DATE"}),
                     (("UPDATE fact SET on_date = ? WHERE id = ?", (day, number)),))  # fmt: skip
        return
    of_it = tuple((f"DELETE FROM {table} WHERE fact_id = ?", (number,)) for table in DETAILS)  # noqa: S608 - our names
    yield Repair(
        Phrase(N_("Entry {id} ({kind}) cannot be read: it is taken out of the record. Enter it again from your"
                  " papers."),
               {"id": number, "kind": by_name().get(kind) or Phrase(N_("unknown kind"))}),
        (*of_it, ("DELETE FROM fact WHERE id = ?", (number,))), number,
    )  # fmt: skip


def _is_allowed(connection: Connection, number: int) -> bool:
    """Whether the layout allows what is kept of an entry: it is set to itself, column by column, and taken back."""
    before = connection.begin_nested()
    try:
        for name in ("fact", *DETAILS):
            key = "id" if name == "fact" else "fact_id"
            same = ", ".join(f"{one.name} = {one.name}" for one in metadata.tables[name].columns if one.name != key)
            if same:
                connection.exec_driver_sql(f"UPDATE {name} SET {same} WHERE {key} = ?", (number,))  # noqa: S608 - our names
    except IntegrityError:
        return False
    finally:
        before.rollback()
    return True


def _is(read: Callable[[str], object], kept: object) -> bool:
    try:
        read(str(kept))
    except (LookupError, OSError, ValueError):
        return False
    return True
