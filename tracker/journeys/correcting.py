"""The history of a course, corrections, and taking the last command back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.db import store
from tracker.db.store import Command
from tracker.errors import N_, InputError, Phrase
from tracker.journeys.checks import check, check_order_of_pauses
from tracker.journeys.desk import Desk, Outcome, Pen, carry_out, current, find_current
from tracker.journeys.moves import Move, moves
from tracker.model import Done, Dose, Fact, FirstDosePlanned, Override, Prescribed, Stop, TestResult, Weight
from tracker.rules import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to be said anew of a fact; None leaves it as it is."""

    on: date | None = None
    amount: Decimal | None = None
    result: TestResult | None = None
    fills: str | None = None
    note: str | None = None
    taken: bool | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """A command that was taken back, and what moved because of it."""

    command: Command
    moved: tuple[Move, ...]


def history(desk: Desk) -> list[Command]:
    """The commands of the patient that have not been undone, newest first."""
    with desk.database.reading() as connection:
        current(connection, desk)
        patient = store.patient_id(connection, desk.patient)
        return store.commands(connection, patient) if patient is not None else []


def fix(desk: Desk, fact_id: int, correction: Correction) -> Outcome:
    """Void a fact and record it corrected, or remove it."""
    if correction == Correction():
        raise InputError(N_("nothing to correct was said"), N_("say what is right, for example: {command}"),
                         command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": fact_id}))  # fmt: skip

    def write(pen: Pen) -> None:
        patient = store.patient_id(pen.connection, desk.patient)
        found = store.find_fact(pen.connection, patient, fact_id) if patient is not None else None
        if found is None or found[0] != pen.view.course.id:
            raise InputError(N_("this course has no entry number {id}"), N_("the numbers are shown by: {command}"),
                             id=fact_id, command="isotrack history")  # fmt: skip
        _, old = found
        number = pen.void(old)
        if correction.remove:
            if isinstance(old, FirstDosePlanned | Override):
                raise InputError(N_("entry {id} holds the course up and cannot be removed"), id=fact_id)
        else:
            new = _corrected(old, correction)
            without = pen.view if isinstance(old, FirstDosePlanned) else current(pen.connection, desk)
            check(new, without, desk.today)
            if isinstance(new, Done) and new.fills and without.plan.item(new.fills) is None:
                raise InputError(N_('there is no planned item "{key}"'), key=new.fills)
            pen.record(new, number)
        check_order_of_pauses(current(pen.connection, desk))

    reason = N_("entry {id} removed") if correction.remove else N_("entry {id} corrected")
    return carry_out(desk, "fix", Phrase(reason, {"id": fact_id}), write)


def undo(desk: Desk) -> Undone:
    """Take back the last command that has not been taken back."""
    with desk.database.writing() as connection:
        before = current(connection, desk)
        patient = store.patient_id(connection, desk.patient)
        last = store.last_command(connection, patient) if patient is not None else None
        if last is None:
            raise InputError(N_("there is nothing to take back"))
        store.mark_undone(connection, last.id, desk.now)
        after = find_current(connection, desk)
        same_course = after is not None and after.course.id == before.course.id
        return Undone(last, moves(before.plan, after.plan) if after is not None and same_course else ())


def _corrected(old: Fact, correction: Correction) -> Fact:
    new = replace(old, id=0)
    if correction.on is not None:
        new = replace(new, on=correction.on)
        new = replace(new, date_known=True) if isinstance(new, Stop) else new
    if correction.note is not None:
        new = replace(new, note=correction.note or None)
    for said, message, fits, name in (
        (correction.amount, N_("entry {id} has no amount"), isinstance(new, Dose | Prescribed), "mg"),
        (correction.taken, N_("entry {id} is not a capsule"), isinstance(new, Dose), "taken"),
        (correction.result, N_("entry {id} has no result"), _is_test(new), "result"),
        (correction.fills, N_("entry {id} counts for no item"), isinstance(new, Done), "fills"),
    ):
        if said is None:
            continue
        weighed = name == "mg" and isinstance(new, Weight)
        if not (fits or weighed):
            raise InputError(message, id=old.id)
        changes: dict[str, Any] = {"kg" if weighed else name: said}
        new = replace(new, **changes)
    return new


def _is_test(fact: Fact) -> bool:
    return isinstance(fact, Done) and fact.kind is Kind.PREGNANCY_TEST
