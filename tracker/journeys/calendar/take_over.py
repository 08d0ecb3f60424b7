"""Takes over what another device changed: as facts where the plan has a word for it, as it is where it has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from tracker.calendar import entries
from tracker.calendar.merge import Elsewhere, Step
from tracker.db import remote
from tracker.engine.laws import check_new
from tracker.engine.naming import named_for
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, Done, Fact, Session
from tracker.journeys.booking import by_hand, rebook, take_away
from tracker.journeys.calendar.three_way import Difference, Form, Sides, There, sides
from tracker.journeys.context import Context, find_current, patient_of
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.plan import Item
from tracker.publication import Known, local
from tracker.rules import Kind


class Pulled(Struct, frozen=True):
    """What was taken over from other devices."""

    outcome: Outcome | None = None
    """Of the command that recorded it; None where there was nothing to record."""
    facts: tuple[Difference, ...] = ()
    """What is a fact now."""
    left: tuple[Difference, ...] = ()
    """What is no fact, and stays as it was made there until the plan changes it."""


def pull(context: Context, form: Form, calendar: str, there: There) -> Pulled:
    """Record as facts, in one command, what other devices changed.

    A moved item becomes a booking, a ticked one is done, a deleted booking is taken away. A renamed entry, and a
    deleted one that only said to book, are left as they are until the plan changes them. Whatever else would hide a
    day of the plan, or show a wrong one, is not taken over.
    """
    with context.database.reading() as connection:
        found = sides(connection, context, form, calendar, there)
        view = find_current(connection, context)
    foreign = [step for step in found.steps if step.elsewhere is not None]
    takes = {step.uid: take for step in foreign if view and (take := _take(context, found, step, view)) is not None}
    left = [step for step in foreign if step.uid not in takes and _may_stay(found, step)]

    def agree(connection: Connection) -> None:
        rows = {step.uid: Known(seen=step.here) for step in foreign if step.uid in takes}
        for step in left:
            want = found.wanted.get(step.uid)
            rows[step.uid] = Known(digest=want.digest if want else "", seen=step.here)
        remote.save(connection, calendar, patient_of(connection, context).id, rows)

    def write(work: UnitOfWork) -> None:
        for take in takes.values():
            take(work)
        agree(work.connection)

    done: Outcome | None = None
    if takes:
        done = carry_out(context, "calendar sync --pull", Phrase(N_("taken over from another device")), write)
    elif left:
        with context.database.writing() as connection:
            agree(connection)
    facts = [one for step in foreign if step.uid in takes and (one := found.difference(step))]
    return Pulled(done, tuple(facts), tuple(one for step in left if (one := found.difference(step))))


def _may_stay(found: Sides, step: Step) -> bool:
    """Whether an entry can be left as another device made it: its days are the plan's, or it only said to book."""
    here, before = step.here, step.before
    if step.elsewhere is Elsewhere.DELETED:
        return step.uid in found.lines and found.lines[step.uid][1].entry.key.endswith(entries.TO_BOOK)
    same_days = (here.start, here.end, here.repeats) == (before.start, before.end, before.repeats)
    return step.elsewhere is Elsewhere.EDITED and same_days


def _take(context: Context, found: Sides, step: Step, view: View) -> Callable[[UnitOfWork], None] | None:
    """How a change is recorded; None where there is no such fact, or it cannot be true."""
    if step.uid not in found.lines:
        return None
    course, line = found.lines[step.uid]
    item = view.plan.item(line.entry.key.removeprefix(entries.TODO))
    if course != view.course.id or item is None or not item.state.is_open:
        return None
    booked = item.appointment
    if step.elsewhere is Elsewhere.DELETED:
        return None if booked is None else lambda work: take_away(work, booked)
    fact = _fact(context, step, item, view)
    if fact is None:
        return None
    try:
        check_new(fact, view, context.today)
        new = named_for(view, fact) if isinstance(fact, Done) else fact
    except InputError:
        return None
    return lambda work: _record(work, booked, new)


def _record(work: UnitOfWork, booked: Appointment | None, fact: Fact) -> None:
    if isinstance(fact, Appointment):
        rebook(work, booked, by_hand(fact, booked))
    else:
        work.record(fact)


def _fact(context: Context, step: Step, item: Item, view: View) -> Fact | None:
    timezone = view.course.timezone
    if step.elsewhere is Elsewhere.TICKED and item.kind is not Kind.PREGNANCY_TEST:
        ticked = local(step.here.done_at, timezone) or context.today
        on = ticked.date() if isinstance(ticked, datetime) else ticked
        series = next((one for one in view.history.series if one.series == item.rule.id), None)
        if series is not None:
            return Session(on=on, code=series.code)
        return Done(on=on, kind=item.kind, pin=item.key)
    moved = local(step.here.start, timezone) if step.elsewhere is Elsewhere.MOVED else None
    if moved is None:
        return None
    if isinstance(moved, datetime):
        return Appointment(on=moved.date(), key=item.key, at=moved.time().replace(second=0, microsecond=0))
    return Appointment(on=moved, key=item.key)
