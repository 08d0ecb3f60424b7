"""The unit of work: one command's facts in one transaction, and what moved because of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.db import store
from tracker.engine.view import Recount, View, recounted
from tracker.errors import N_, Phrase
from tracker.facts import PLANNING, Appointment, Fact, kind_of
from tracker.facts.money import Cost, about
from tracker.journeys.context import Context, Paid, current, days_before, find_current, look, patient_of, seen
from tracker.journeys.pricing import in_currency
from tracker.plan import Move, Plan, moves
from tracker.washout import CourseDays

F = TypeVar("F", bound=Fact)


class Outcome(Struct, frozen=True):
    """What a command did: the facts that it recorded, the course as it is now, and what moved."""

    view: View
    recorded: tuple[Fact, ...]
    moved: tuple[Move, ...]
    reason: Phrase | None
    already_there: bool = False
    remarks: tuple[Phrase, ...] = ()
    recounted: tuple[Recount, ...] = ()
    stood: tuple[Fact, ...] = ()
    """What was said among other things and stands already."""
    paid: Cost | None = None
    """What it cost, where that was said with it."""


class UnitOfWork(Struct):
    """Records facts of one command on one course."""

    connection: Connection
    command_id: int
    view: View
    """The course before."""
    recorded: list[Fact] = field(default_factory=list)
    remarks: list[Phrase] = field(default_factory=list)
    stood: list[Fact] = field(default_factory=list)
    """What was said and stands already."""
    before: Callable[[], tuple[CourseDays, ...]] = tuple
    """Gives the patient's courses before this one."""
    _voided: set[int] = field(default_factory=set)
    _after: View | None = None
    paid: Cost | None = None
    """What it cost, where that was said with it."""
    _planned: View | None = None
    """The last one whose plan knows all that was recorded or voided and that a plan rests on."""

    def record(self, fact: F, number: int | None = None) -> F:
        """Record a fact; the fact with its id."""
        done = store.record(self.connection, self.command_id, self.view.course.id, fact, number)
        self.recorded.append(done)
        self._is_outdated_by(done)
        return done

    def void(self, fact: Fact) -> int:
        """Void a fact that stands; the number that a correction keeps."""
        self._voided.add(fact.id)
        self._is_outdated_by(fact)
        return store.void(self.connection, self.command_id, fact.id)

    def _is_outdated_by(self, fact: Fact) -> None:
        self._after = None
        if kind_of(fact) in PLANNING:
            self._planned = None

    def is_voided(self, fact: Fact) -> bool:
        """Whether this command voided it."""
        return fact.id in self._voided

    @property
    def has_changed(self) -> bool:
        """Whether anything was recorded or voided."""
        return bool(self.recorded or self._voided)

    def after(self) -> View:
        """The course as it is with what was recorded so far, as a reading would give it."""
        if self._after is None:
            history = self.view.history.changed(self._voided, self.recorded)
            if self._planned is None:
                self._after = seen(self.view.programmes.started, history, self.view.plan.today, self._days_before)
            else:
                self._after = replace(self._planned, history=history)
            self._planned = self._after
        return self._after

    def _days_before(self) -> tuple[CourseDays, ...]:
        return self.view.before or self.before()

    def say(self, message: str, **values: object) -> None:
        """Tell the user something about what was recorded."""
        self.remarks.append(Phrase(message, values))


class AlreadyThere(Exception):  # noqa: N818 - not an error: there is nothing to do
    """The very same facts stand already."""

    def __init__(self, *facts: Fact, remarks: Sequence[Phrase] = ()) -> None:
        super().__init__()
        self.facts = facts
        self.remarks = tuple(remarks)
        """What is to be said of it all the same."""


def carry_out(
    context: Context, verb: str, reason: Phrase, write: Callable[[UnitOfWork], None], *, fact_id: int | None = None
) -> Outcome:
    """Run ``write`` in one transaction and say what moved because of it: on the newest course, or on that of a fact."""
    if context.read.paid is not None:
        context = context.reading(Cost)
    try:
        with context.database.writing() as connection:
            newest = view = current(connection, context)
            patient = patient_of(connection, context).id
            if fact_id is not None and (found := store.find_fact(connection, patient, fact_id)) is not None:
                view = find_current(connection, context, found[0]) or view
            others = [one for one in context.read.views.values() if one.course.id != view.course.id]
            work = UnitOfWork(connection, store.begin_command(connection, patient, verb, context.now), view,
                              before=lambda: days_before(connection, context, view.course))  # fmt: skip
            stood = _written(work, write, context)
            done, state = outcome(work, reason), store.state_of(connection, patient)
    except AlreadyThere as same:
        return Outcome(look(context), same.facts, (), None, already_there=True, remarks=same.remarks)
    if stood is not None:
        done = replace(done, recorded=stood.facts, already_there=True)
    context.read.keep(state, context.read.kinds, [*others, done.view])
    if view.course.id == newest.course.id:
        context.read.current = done.view
    return done


def _written(work: UnitOfWork, write: Callable[[UnitOfWork], None], context: Context) -> AlreadyThere | None:
    """Write, and what was paid for it; what stood already, where only that is new."""
    paid, stood = context.read.paid, None
    try:
        write(work)
    except AlreadyThere as same:
        if paid is None:
            raise
        stood = same
    if paid is not None:
        known = _pay(work, paid, stood.facts if stood is not None else work.recorded)
        if stood is not None and known is not None:
            raise AlreadyThere(known, *stood.facts)
    return stood


def _pay(work: UnitOfWork, paid: Paid, facts: Sequence[Fact]) -> Fact | None:
    """Record what something cost, beside it: it is no part of what the command is about. The same cost that stands."""
    fact = next((one for one in facts if about(one) is not None), facts[-1])
    cost = Cost(on=fact.on, price=paid.price, about=about(fact), payer=paid.payer, follows=True)
    cost = in_currency(work.connection, work.view, cost)
    same = work.view.history.same_as(cost) or work.view.history.same_as(replace(cost, follows=False))
    if same is not None:
        work.say(N_("What was paid stands already: {text} (number {id})."), text=kind_of(same).say(same), id=same.id)
        return same
    for one in work.view.history.all(Cost):
        if (one.on, one.about) == (cost.on, cost.about):
            work.say(N_("On that day stands already: {text} (number {id}). If it is the same: {command}"),
                     text=kind_of(one).say(one), id=one.id, command=f"isotrack fix {one.id} --remove")  # fmt: skip
    work.paid = store.record(work.connection, work.command_id, work.view.course.id, cost)
    return None


def outcome(work: UnitOfWork, reason: Phrase | None) -> Outcome:
    """The course after the facts of a unit of work, and the difference to the plan before."""
    after = work.after()
    moved = moves(work.view.plan, after.plan)
    return Outcome(
        after, tuple(work.recorded), moved, reason if moved else None,
        remarks=(*work.remarks, *no_longer_kept(work.view.plan, after.plan)),
        recounted=recounted(work.view, after), stood=tuple(work.stood), paid=work.paid,
    )  # fmt: skip


def no_longer_kept(before: Plan, after: Plan) -> tuple[Phrase, ...]:
    """What is said of appointments ahead whose items were done on an earlier day: they stand no more."""
    return tuple(_no_longer_kept(one, after) for one in _overtaken(before, after))


def kept_again(before: Plan, after: Plan) -> tuple[Phrase, ...]:
    """What is said of appointments that stand again, because what was done before them is taken back."""
    said = N_("The appointment on {booked} for {key} stands again.")
    return tuple(Phrase(said, {"booked": _moment(one), "key": key}) for key, one in _overtaken(after, before))


def _overtaken(before: Plan, after: Plan) -> Iterator[tuple[str, Appointment]]:
    """By their keys the appointments, from today on, of open items that something earlier was done for."""
    for item in before.items:
        booked, now = item.appointment, after.item(item.key)
        if booked is None or not item.state.is_open or booked.on < before.today:
            continue
        if now is not None and now.done is not None and now.done.on < booked.on and booked == now.appointment:
            yield item.key, booked


def _no_longer_kept(overtaken: tuple[str, Appointment], after: Plan) -> Phrase:
    key, booked = overtaken
    rule = next(one.rule for one in after.items if one.key == key)
    following = next((one for one in after.items if one.rule.id == rule.id and one.state.is_open), None)
    values = {"booked": _moment(booked), "key": key}
    if following is None or following.appointment is not None:
        said = N_("The appointment on {booked} for {key} stands no more: {key} is done. If that is wrong: {command}")
        return Phrase(said, values | {"command": "isotrack undo"})
    when = f"{booked.on}" if booked.at is None else f'"{booked.on} {booked.at:%H:%M}"'
    said = N_("The appointment on {booked} for {key} stands no more: {key} is done. To keep it for {next}: {command}")
    return Phrase(said, values | {"next": following.key, "command": f"isotrack book {following.key} {when}"})


def _moment(booked: Appointment) -> date:
    return booked.on if booked.at is None else datetime.combine(booked.on, booked.at)
