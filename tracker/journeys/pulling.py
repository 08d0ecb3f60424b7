"""Takes over what another device changed: as facts where the plan has a word for it, as it is where it has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from tracker.calendar.merge import Elsewhere, Step
from tracker.db import remote, store
from tracker.errors import N_, InputError, Phrase
from tracker.journeys import calendars
from tracker.journeys.checks import check_new
from tracker.journeys.desk import Desk, Outcome, Pen, View, carry_out, find_current
from tracker.journeys.sides import Difference, Form, Sides, There, sides
from tracker.model import Appointment, Done, Fact, Item
from tracker.rules import Kind
from tracker.seen import Known, local


def pull(desk: Desk, form: Form, calendar: str, there: There) -> tuple[Outcome | None, tuple[Difference, ...]]:
    """Record as facts, in one command, what other devices changed; the outcome, and what was taken over.

    A moved item becomes a booking, a ticked one is done, a deleted booking is taken away. Another entry that was
    deleted or renamed is left as it is until the plan changes it. What would show a wrong day is not taken over.
    """
    with desk.database.reading() as connection:
        found = sides(connection, desk, form, calendar, there)
        view = find_current(connection, desk)
    foreign = [step for step in found.steps if step.elsewhere is not None]
    takes = {step.uid: take for step in foreign if view and (take := _take(desk, found, step, view)) is not None}
    left = [step for step in foreign if step.uid not in takes and _shows_the_day_of_the_plan(step)]

    def agree(connection: Connection) -> None:
        rows = {step.uid: Known(seen=step.here) for step in foreign if step.uid in takes}
        for step in left:
            want = found.wanted.get(step.uid)
            rows[step.uid] = Known(digest=want.digest if want else "", seen=step.here)
        remote.save(connection, calendar, store.known_patient_id(connection, desk.patient), rows)

    def write(pen: Pen) -> None:
        for take in takes.values():
            take(pen)
        agree(pen.connection)

    done: Outcome | None = None
    if takes:
        done = carry_out(desk, "calendar sync --pull", Phrase(N_("taken over from another device")), write)
    elif left:
        with desk.database.writing() as connection:
            agree(connection)
    taken = {*takes, *(step.uid for step in left)}
    return done, tuple(one for step in foreign if step.uid in taken and (one := found.difference(step)))


def _shows_the_day_of_the_plan(step: Step) -> bool:
    here, before = step.here, step.before
    return step.elsewhere is Elsewhere.DELETED or (
        step.elsewhere is Elsewhere.EDITED
        and (here.start, here.end, here.repeats) == (before.start, before.end, before.repeats)
    )


def _take(desk: Desk, found: Sides, step: Step, view: View) -> Callable[[Pen], None] | None:
    """How a change is recorded; None where there is no such fact, or it cannot be true."""
    if step.uid not in found.lines:
        return None
    course, line = found.lines[step.uid]
    item = view.plan.item(line.entry.key.removeprefix(calendars.TODO))
    if course != view.course.id or item is None or not item.state.is_open:
        return None
    booked = item.appointment
    if step.elsewhere is Elsewhere.DELETED:
        return None if booked is None else lambda pen: _void(pen, booked)
    fact = _fact(desk, step, item, view.course.timezone)
    if fact is None:
        return None
    try:
        check_new(fact, view, desk.today)
    except InputError:
        return None
    return lambda pen: _record(pen, booked, fact)


def _void(pen: Pen, booked: Appointment) -> None:
    pen.void(booked)


def _record(pen: Pen, booked: Appointment | None, fact: Fact) -> None:
    if isinstance(fact, Appointment) and booked is not None:
        pen.void(booked)
    pen.record(fact)


def _fact(desk: Desk, step: Step, item: Item, timezone: str) -> Fact | None:
    if step.elsewhere is Elsewhere.TICKED and item.kind is not Kind.PREGNANCY_TEST:
        ticked = local(step.here.done_at, timezone) or desk.today
        day = ticked.date() if isinstance(ticked, datetime) else ticked
        return Done(on=min(day, desk.today), kind=item.kind, fills=item.key)
    moved = local(step.here.start, timezone) if step.elsewhere is Elsewhere.MOVED else None
    if moved is None:
        return None
    if isinstance(moved, datetime):
        return Appointment(on=moved.date(), key=item.key, at=moved.time().replace(second=0, microsecond=0))
    return Appointment(on=moved, key=item.key)
