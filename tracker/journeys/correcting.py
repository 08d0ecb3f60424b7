"""The history of a course, corrections, and taking the last command back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker import schedule
from tracker.db import store
from tracker.db.store import Command
from tracker.errors import N_, InputError, Phrase
from tracker.journeys import recording
from tracker.journeys.checks import check, check_history, check_new
from tracker.journeys.desk import Desk, Outcome, Pen, View, carry_out, current, find_current
from tracker.journeys.moves import Move, moves
from tracker.model import (
    Appointment,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    Override,
    Prescribed,
    Stop,
    TestResult,
    Weight,
)
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
    """Void a fact and record it corrected, or remove it. A change of the note alone asks nothing else of the fact."""
    if correction == Correction():
        raise InputError(N_("nothing to correct was said"), N_("say what is right, for example: {command}"),
                         command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": fact_id}))  # fmt: skip

    def write(pen: Pen) -> None:
        patient = store.known_patient_id(pen.connection, desk.patient)
        found = store.find_fact(pen.connection, patient, fact_id)
        if found is None:
            raise InputError(N_("there is no entry number {id}"), N_("the numbers are shown by: {command}"),
                             id=fact_id, command="isotrack history")  # fmt: skip
        _, old = found
        number = pen.void(old)
        if correction.remove:
            if isinstance(old, FirstDosePlanned | Override):
                raise InputError(N_("entry {id} holds the course up and cannot be removed"), id=fact_id)
            check_history(pen.after(desk))
            return
        new = _corrected(old, correction)
        if correction == Correction(note=correction.note):
            pen.record(new, number)
            return
        without = pen.view if isinstance(old, FirstDosePlanned) else pen.after(desk)
        (check_new if isinstance(new, Appointment) and new.on != old.on else check)(new, without, desk.today)
        if isinstance(new, Done) and isinstance(old, Done):
            new = _assigned(old, new, without, correction.fills)
        recorded = pen.record(new, number)
        check_history(pen.after(desk))
        if isinstance(new, Done) and new != old:
            if correction.result is not None:
                recording.say_result(pen, new)
            recording.say_if_it_counts_for_nothing(desk, pen, recorded)

    reason = N_("entry {id} removed") if correction.remove else N_("entry {id} corrected")
    return carry_out(desk, "fix", Phrase(reason, {"id": fact_id}), write, fact_id=fact_id)


def _assigned(old: Done, new: Done, without: View, key: str | None) -> Done:
    """The corrected fact with the item that it counts for, in the plan ``without`` it.

    An item that was named stays the one; one that was found by the day is looked for again.
    """
    if key is not None:
        return replace(new, fills=recording.item_named(without, key, new.kind).key)
    if new.result is TestResult.UNCLEAR:
        return replace(new, fills=None)
    before = schedule.item_for(without.plan, old.kind, old.on)
    was_found = old.fills == (before.key if before else None) or old.result is TestResult.UNCLEAR
    if not was_found or (new.on == old.on and old.fills is not None):
        return new
    after = schedule.item_for(without.plan, new.kind, new.on)
    return replace(new, fills=after.key if after else None)


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
