"""The history of a course, and corrections."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.capsules import Danger, dangers, settled_by
from tracker.db import patients, store
from tracker.db.store import Command
from tracker.engine.coherence import check_history
from tracker.engine.laws import check, check_new
from tracker.engine.naming import named_for
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import (
    Appointment,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    Override,
    Prescribed,
    Programme,
    SeriesPlan,
    Session,
    Standing,
    Stop,
    Weight,
    kind_of,
)
from tracker.facts.kind import PRICE
from tracker.facts.lab import LabValue
from tracker.facts.money import Cost
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, current, patient_of, views
from tracker.journeys.course import intake, paying, recording, taking, treated
from tracker.journeys.course.dangers import say_what_no_longer_stands
from tracker.journeys.course.measuring import check_value, doubt_values
from tracker.journeys.course.observing import check_measure
from tracker.journeys.course.plausible import doubt_doses, doubt_weight, latest_weight
from tracker.journeys.course.suffering import raise_flags
from tracker.journeys.pricing import in_currency
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.rules import Kind


class Correction(Struct, frozen=True, kw_only=True):
    """What is to be said anew of a fact; None leaves it as it is."""

    on: date | None = None
    note: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """The values that are other than recorded, by the attributes of the fact's class."""
    remove: bool = False


class Ledger(Struct, frozen=True):
    """The commands that stand, newest first, and the keys of the items that each thing done counts for, by its id."""

    commands: list[Command]
    counts: dict[int, tuple[str, ...]]
    extra: frozenset[int]
    """Draws that lack what the programme asks for, and count for nothing."""
    settled: Mapping[int, list[Danger]]
    """What each word of the clinic has settled."""
    voided: Mapping[int, bool]
    """The facts that were voided, by their ids, and whether another took their place."""


def history(
    context: Context, kinds: Collection[str] = (), first: date | None = None, last: date | None = None
) -> Ledger:
    """Everything that was recorded for the patient and has not been undone: of these kinds, where any are named.

    ``first`` and ``last`` bound the days of the entries.
    """
    with context.database.reading() as connection:
        courses = views(connection, context) or [current(connection, context)]
        patient = patient_of(connection, context).id
        extra = frozenset(fact for view in courses for fact in view.plan.lacking)
        settled = {word.id: settled_by(view.history, word) for view in courses for word in view.history.cleared}
        counts = {fact: keys for view in courses for fact, keys in view.plan.counts.items()}
        commands = store.commands(connection, patient)
    voided = {fact.id: bool(one.recorded) for one in commands for fact in one.voided}
    if kinds or first is not None or last is not None:
        commands = [one for command in commands if (one := _only(command, kinds, first, last)).recorded]
    return Ledger(commands, counts, extra, settled, voided)


def _only(command: Command, kinds: Collection[str], first: date | None, last: date | None) -> Command:
    """The command with those of its facts that are of these kinds and days."""

    def is_wanted(fact: Fact) -> bool:
        return ((not kinds or kind_of(fact).name in kinds) and (first is None or fact.on >= first)
                and (last is None or fact.on <= last))  # fmt: skip

    return replace(command, recorded=tuple(filter(is_wanted, command.recorded)))


def fix(context: Context, fact_id: int, correction: Correction, *, is_sure: bool = False) -> Outcome:
    """Void a fact and record it corrected, or remove it. A change of the note alone asks nothing else of the fact.

    Raise DoubtError for what is unusual, unless the user ``is_sure``.
    """
    if correction == Correction():
        raise InputError(N_("nothing to correct was said"), N_("say what is right, for example: {command}"),
                         command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": fact_id}))  # fmt: skip

    def write(work: UnitOfWork) -> None:
        old = _standing(work.connection, context, fact_id)
        stood = dangers(work.view.history)
        number = work.void(old)
        if correction.remove:
            if isinstance(old, FirstDosePlanned | Override) or _is_of_the_start(old, work.view):
                raise InputError(N_("entry {id} holds the course up and cannot be removed"), id=fact_id)
            check_history(work.after())
            paying.follow(work, old, None)
        else:
            _record_corrected(context, work, old, correction, number, is_sure=is_sure)
        say_what_no_longer_stands(work, stood)

    reason = N_("entry {id} removed") if correction.remove else N_("entry {id} corrected")
    at = context.reading(LabValue, Observation, Cost)
    return carry_out(at, "fix", Phrase(reason, {"id": fact_id}), write, fact_id=fact_id)


def find(context: Context, fact_id: int) -> Fact:
    """A fact of the patient that stands; raise InputError where there is none with this number."""
    with context.database.reading() as connection:
        current(connection, context)
        return _standing(connection, context, fact_id)


def _standing(connection: Connection, context: Context, fact_id: int) -> Fact:
    patient = patient_of(connection, context).id
    found = store.find_fact(connection, patient, fact_id)
    if found is None:
        raise _no_entry(connection, patient, fact_id)
    return found[1]


def _no_entry(connection: Connection, patient: int, fact_id: int) -> InputError:
    """Why there is no such entry: it was corrected, removed or taken back, is another patient's, or never was."""
    numbers, shown = N_("the numbers are shown by: {command}"), "isotrack history"
    successor = store.successor(connection, patient, fact_id)
    if successor is not None:
        return InputError(N_("entry {id} was corrected: number {successor} took its place"),
                          N_("to correct that one: {command}"), id=fact_id, successor=successor,
                          command=Phrase(N_("isotrack fix {id} ..."), {"id": successor}))  # fmt: skip
    by = patients.recorded_by(connection, fact_id)
    if by is None:
        return InputError(N_("there is no entry number {id}"), numbers, id=fact_id, command=shown)
    whose, command, is_undone = by
    if whose != patient:
        return InputError(N_("entry {id} is another patient's"), numbers, id=fact_id, command=shown)
    if not is_undone:
        return InputError(N_("entry {id} was removed"), N_("to record it anew: {command}"), id=fact_id,
                          command="isotrack log")  # fmt: skip
    back, newest = store.last_undone(connection, patient), store.last_command(connection, patient)
    can_be_redone = back is not None and back.id == command and (newest is None or newest.id < command)
    return InputError(
        N_("entry {id} was taken back"), N_("to bring it back: {command}") if can_be_redone else numbers, id=fact_id,
        command="isotrack redo" if can_be_redone else shown,
    )  # fmt: skip


def _record_corrected(
    context: Context, work: UnitOfWork, old: Fact, correction: Correction, number: int, *, is_sure: bool
) -> None:  # fmt: skip
    new = in_currency(work.connection, work.view, _in_its_currency(_corrected(old, correction), old))
    if replace(new, id=old.id) == old:
        raise AlreadyThere(old)
    if new.on != old.on and _is_of_the_start(old, work.view):
        raise InputError(N_("entry {id} is the programme that the course was started under: it has no other day"),
                         id=old.id)  # fmt: skip
    if correction == Correction(note=correction.note):
        work.record(new, number)
        return
    without = work.view if isinstance(old, FirstDosePlanned) else work.after()
    (check_new if isinstance(new, Appointment) and new.on != old.on else check)(new, without, context.today)
    if isinstance(new, Observation):
        check_measure(new)
    if isinstance(new, LabValue):
        check_value(new)
    _not_on_a_day_that_has_one(new, old, without)
    if isinstance(new, Done):
        new = _named_anew(new, without, correction)
    if not is_sure:
        _doubt(work, new, old)
    recorded = work.record(new, number)
    if isinstance(new, Done) and new.kind is Kind.BLOOD_TEST and new.on != old.on:
        _move_values(work, old.on, new.on, context.today)
    check_history(work.after())
    _say_of(context, work, old, recorded)


def _move_values(work: UnitOfWork, old: date, on: date, today: date) -> None:
    """Let the values of a draw go with it to its new day, where no other draw of the old day can be theirs."""
    history = work.view.history
    if any(one.kind is Kind.BLOOD_TEST and one.on == old and not work.is_voided(one) for one in history.done):
        return
    moved = []
    for one in history.all(LabValue):
        if one.on == old:
            new = replace(one, id=0, on=on)
            check(new, work.view, today)
            _not_on_a_day_that_has_one(new, one, work.view)
            moved.append(work.record(new, work.void(one)))
    if moved:
        from tracker.analytes import said  # start-up: only where a value is named

        work.say(N_("Its values go with it from {old} to {on}: {values}."), old=old, on=on,
                 values=Listed(tuple(said(kind_of(one).say(one)) for one in moved)))  # fmt: skip


def _say_of(context: Context, work: UnitOfWork, old: Fact, recorded: Fact) -> None:
    """Say of a corrected entry what is said of one that is recorded, and let follow it what hangs on it."""
    if isinstance(recorded, Dose):
        intake.say_what_is_corrected(work, recorded)
    paying.follow(work, old, recorded)
    if isinstance(recorded, Observation):
        raise_flags(work, [recorded], context.today)
    if isinstance(recorded, Done) and replace(recorded, id=old.id) != old:
        recording.say_what_it_counts_for(work, recorded)
    taking.say_of(work, recorded, context.today)
    if isinstance(recorded, Session):
        treated.say_of(context, work, recorded)


def _doubt(work: UnitOfWork, new: Fact, old: Fact) -> None:
    """Raise DoubtError for what is unusual, as where it is said for the first time."""
    history = work.view.history
    match new:
        case Prescribed():
            doubt_doses(new.doses, new.made_of, work.view.protocol.jurisdiction, kg=latest_weight(history), own=history)
        case Weight():
            doubt_weight(new.kg)
        case Dose():
            intake.check_amount(new, work.view)
            intake.doubt_amount([new], work.view, f"isotrack fix {old.id} --value {{mg}}")
        case LabValue():
            doubt_values([new])


def _is_of_the_start(fact: Fact, view: View) -> bool:
    """Whether it is the programme that the course was started under."""
    return isinstance(fact, Programme) and fact.number == 1 and fact.text is not None and (
        (fact.protocol, fact.version) == (view.course.protocol_id, view.course.protocol_version)
    )  # fmt: skip


def _not_on_a_day_that_has_one(new: Fact, old: Fact, without: View) -> None:
    """Raise InputError for a weight, prescription or blood value that is moved onto the day of another."""
    if new.on == old.on or not isinstance(new, Weight | Prescribed | LabValue):
        return
    others = [one for one in without.history.all(type(new)) if getattr(one, "code", "") == getattr(new, "code", "")]
    same_day = next((one for one in others if one.on == new.on), None)
    if same_day is not None:
        raise InputError(N_("{on} has such an entry already (number {id})"), on=new.on, id=same_day.id)


def _named_anew(new: Done, without: View, correction: Correction) -> Done:
    """The corrected fact with the item that it was named for, as long as its day still counts for that."""
    if "pin" in correction.values or new.pin is None:
        return named_for(without, new)
    try:
        return named_for(without, new)
    except InputError:
        # It was named for another day: on this one its day alone tells.
        return replace(new, pin=None, clinic_confirmed=False)


def _in_its_currency(new: Fact, old: Fact) -> Fact:
    """A price that is said anew without a currency stays in the one that it had."""
    for column in kind_of(new).columns:
        price, before = (getattr(one, column.name) for one in (new, old))
        if column.sort is PRICE and price is not None and before is not None and not price.currency:
            new = replace(new, **{column.name: replace(price, currency=before.currency)})
    return new


def _corrected(old: Fact, correction: Correction) -> Fact:
    values = dict(correction.values)
    if isinstance(old, Dose):
        values = intake.of_a_correction(values)
    if (isinstance(old, SeriesPlan) and "begins" in values) or (isinstance(old, Session) and correction.on is not None):
        # The clinic's word was for another day.
        values.setdefault("clinic_confirmed", False)
    if correction.on is not None:
        values["on"] = correction.on
        values |= {"date_known": True} if isinstance(old, Stop) else {}
        values |= {"standing": Standing.OWN} if isinstance(old, Appointment) and old.uid is not None else {}
    if correction.note is not None:
        values["note"] = correction.note or None
    return replace(old, id=0, **values)
