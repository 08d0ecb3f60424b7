"""Logging what was done or measured, and booking appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from tracker import schedule
from tracker.db import store
from tracker.dose import FIRST_DOSE_MAY_SLIP
from tracker.errors import N_, InputError, Phrase
from tracker.journeys.checks import MOST_MG_PER_KG, check, check_new, is_inside_a_pause
from tracker.journeys.desk import AlreadyThere, Desk, Outcome, Pen, View, carry_out, views
from tracker.model import Appointment, Done, Dose, Fact, FirstDosePlanned, Item, Prescribed, State, TestResult, Weight
from tracker.rules import KIND_NAMES, Kind


def log_done(desk: Desk, done: Done, for_key: str | None) -> Outcome:
    """Record that a visit, a test, a consent ... was done, and decide which planned item it counts for."""

    def write(pen: Pen) -> None:
        check(done, pen.view, desk.today)
        if for_key is None:
            _stop_if_same(pen.view, done)
        item = (
            item_named(pen.view, for_key, done.kind)
            if for_key
            else schedule.item_for(pen.view.plan, done.kind, done.on)
        )
        unclear = done.result is TestResult.UNCLEAR and for_key is None
        recorded = pen.record(replace(done, fills=item.key if item and not unclear else None))
        if item is None and not unclear:
            _say_unscheduled(pen, recorded)
        say_result(pen, done)
        say_if_it_counts_for_nothing(desk, pen, recorded)

    reason = Phrase(N_("{what} done on {on}"), {"what": Phrase(KIND_NAMES[done.kind], {}), "on": done.on})
    return carry_out(desk, "log", reason, write)


def say_result(pen: Pen, done: Done) -> None:
    """What a test's result asks for at once."""
    if done.result is TestResult.POSITIVE:
        pen.say(N_("A positive test: stop taking the capsules and contact your clinic now. Do not wait for the visit."))
    if done.result is TestResult.UNCLEAR:
        pen.say(
            N_("An unclear test is not a negative one and counts for nothing: contact your clinic about repeating it.")
        )


def say_if_it_counts_for_nothing(desk: Desk, pen: Pen, recorded: Fact) -> None:
    """Say so where a fact was assigned to an item that does not take it: it came too early."""
    key = recorded.fills if isinstance(recorded, Done) else None
    item = pen.after(desk).plan.item(key) if key else None
    if item is not None and item.done is None:
        pen.say(N_("It does not count for {key} yet: that asks for a day from {start} on."),
                key=item.key, start=item.window_start)  # fmt: skip


def log_dose(desk: Desk, fact: Dose, *, first: bool) -> Outcome:
    """Record the capsules of one day, taken or missed; ``first`` says that there were none before."""

    def write(pen: Pen) -> None:
        _stop_if_same(pen.view, fact)
        _not_of_the_course_before(desk, pen, fact)
        check(fact, pen.view, desk.today)
        if first:
            earlier = next((one for one in pen.view.history.doses if one.taken and one.on < fact.on), None)
            if earlier is not None:
                raise InputError(
                    N_("a capsule was logged on {on} (number {id})"),
                    N_("to correct it: {command}"),
                    on=earlier.on,
                    id=earlier.id,
                    command=Phrase(N_("isotrack fix {id} ..."), {"id": earlier.id}),
                )
            pen.record(FirstDosePlanned(on=fact.on))
        pen.record(fact)
        if not fact.taken:
            pen.say(N_("A missed capsule is never made up for by a double one."))
            return
        line = pen.view.plan.timeline
        if line.last_dose is not None and fact.on > line.last_dose:
            pen.say(N_("The course was stopped on {on}: this capsule is now its last, and what hangs on it moves."),
                    on=line.last_dose)  # fmt: skip
        elif is_inside_a_pause(pen.view, fact.on):
            pen.say(
                N_("This day lies inside a pause; if the pause is over, say: {command}"),
                command=Phrase(N_("isotrack resume DATE")),
            )
            return
        if not first:
            _say_what_it_means_for_the_first(desk, pen, fact)

    return carry_out(desk, "log", Phrase(N_("capsule of {on} logged"), {"on": fact.on}), write)


def _not_of_the_course_before(desk: Desk, pen: Pen, fact: Dose) -> None:
    if fact.on >= pen.view.course.enrolled:
        return
    for one in views(pen.connection, desk):
        stop = one.history.stop
        if one.course.id < pen.view.course.id and stop is not None:
            raise InputError(
                N_("{on} lies before this course, which was opened on {enrolled}"),
                N_("to move the last capsule of the one before: {command}"),
                on=fact.on, enrolled=pen.view.course.enrolled,
                command=f"isotrack fix {stop.id} --on {fact.on.isoformat()}",
            )  # fmt: skip


def _say_what_it_means_for_the_first(desk: Desk, pen: Pen, fact: Dose) -> None:
    before, after = pen.view.plan.timeline.first_dose, pen.after(desk).plan.timeline.first_dose
    if after != before:
        pen.say(N_("The first capsule is now {on} (it was {before}), and all that hangs on it moves. If that is wrong:"
                   " {command}"), on=after, before=before, command="isotrack undo")  # fmt: skip
    elif fact.on > pen.view.history.first_dose_planned + FIRST_DOSE_MAY_SLIP and not any(
        one.taken for one in pen.view.history.doses
    ):
        pen.say(
            N_("The days from {planned} on are assumed taken. If this was the first capsule, say: {command}"),
            planned=before, command=f"isotrack undo; isotrack log dose --first --on {fact.on.isoformat()}",
        )  # fmt: skip


def log_weight(desk: Desk, fact: Weight) -> Outcome:
    """Record a body weight."""

    def write(pen: Pen) -> None:
        _stop_if_same(pen.view, fact)
        check(fact, pen.view, desk.today)
        pen.record(fact)

    return carry_out(desk, "log", Phrase(N_("weight logged"), {}), write)


def prescribe(desk: Desk, fact: Prescribed) -> Outcome:
    """Record the daily dose that is prescribed from a day on."""

    def write(pen: Pen) -> None:
        _stop_if_same(pen.view, fact)
        check_new(fact, pen.view, desk.today)
        same_day = [one for one in pen.view.history.prescribed if one.on == fact.on]
        if same_day:
            pen.say(N_("It takes the place of {mg} mg from the same day."), mg=same_day[-1].mg)
        pen.record(fact)
        weights = pen.view.history.weights
        if weights and fact.mg / weights[-1].kg > MOST_MG_PER_KG:
            pen.say(N_("{value} mg/kg a day is above {most} mg/kg: is that right?"),
                    value=round(fact.mg / weights[-1].kg, 2), most=MOST_MG_PER_KG)  # fmt: skip

    return carry_out(desk, "dose", Phrase(N_("{mg} mg a day from {on}"), {"mg": fact.mg, "on": fact.on}), write)


def book(desk: Desk, key: str, on: date, at: time | None, note: str | None) -> Outcome:
    """Record an appointment for a planned item, in place of any that it had."""

    def write(pen: Pen) -> None:
        item = _open_item(pen.view, key)
        fact = Appointment(on=on, key=item.key, at=at, note=note)
        _stop_if_same(pen.view, fact)
        check_new(fact, pen.view, desk.today)
        if item.appointment is not None:
            pen.void(item.appointment)
        pen.record(fact)
        if not item.window_start <= on <= item.window_end:
            pen.say(N_("{on} is outside the window of {key} ({start} to {end}). Ask your clinic if that is fine."),
                    on=on, key=item.key, start=item.window_start, end=item.window_end)  # fmt: skip

    return carry_out(desk, "book", Phrase(N_("{key} booked"), {"key": key}), write)


def unbook(desk: Desk, key: str) -> Outcome:
    """Take an appointment away; the item falls back to its due day."""

    def write(pen: Pen) -> None:
        item = _open_item(pen.view, key)
        if item.appointment is None:
            raise InputError(N_("{key} has no appointment"), key=key)
        pen.void(item.appointment)

    return carry_out(desk, "book --cancel", Phrase(N_("appointment for {key} taken away"), {"key": key}), write)


def _stop_if_same(view: View, fact: Fact) -> None:
    same = store.has_same(view.history, fact)
    if same is not None:
        raise AlreadyThere(same)


def _open_item(view: View, key: str) -> Item:
    """The open item with this key, or the next one of a rule or kind that was named without a number."""
    of_its_kind = (one for one in view.plan.items if key in (one.rule.id, one.kind) and one.state.is_open)
    item = view.plan.item(key) or next(of_its_kind, None)
    if item is not None and item.state.is_open:
        return item
    if item is not None:
        raise InputError(N_("{key} is closed: it is done or too late"), key=key)
    raise _no_such(key, [one for one in view.plan.items if one.state.is_open])


def item_named(view: View, key: str, kind: Kind) -> Item:
    """The item that was named for a thing of ``kind``; raise InputError where it cannot be it."""
    candidates = [item for item in view.plan.items if item.kind is kind and item.state is not State.DONE]
    item = view.plan.item(key)
    if item is None:
        raise _no_such(key, candidates)
    if item.kind is not kind:
        raise InputError(N_("{key} is not of that kind"), N_("open here: {keys}"), key=key, keys=_keys(candidates))
    if item.done is not None:
        raise InputError(
            N_("{key} is done already, on {on} (number {id})"),
            N_("to correct it: {command}"),
            key=key,
            on=item.done.on,
            id=item.done.id,
            command=Phrase(N_("isotrack fix {id} ..."), {"id": item.done.id}),
        )
    return item


def _no_such(key: str, candidates: list[Item]) -> InputError:
    return InputError(N_('there is no planned item "{key}"'), N_("open here: {keys}"), key=key, keys=_keys(candidates))


def _keys(items: list[Item]) -> str:
    return ", ".join(item.key for item in items) or "-"


def _say_unscheduled(pen: Pen, done: Fact) -> None:
    assert isinstance(done, Done)  # noqa: S101 - that is what was recorded
    closed = [
        item
        for item in pen.view.plan.items
        if item.kind is done.kind and item.state is State.MISSED and item.window_end < done.on
    ]
    coming = [
        item
        for item in pen.view.plan.items
        if item.kind is done.kind and item.state.is_open and item.window_start > done.on
    ]
    if coming:
        first = min(coming, key=lambda item: item.planned_day)
        pen.say(N_("Recorded outside the plan: {key} counts from {start}. If it must count: {command}"),
                key=first.key, start=first.window_start,
                command=f"isotrack fix {done.id} --for {first.key}")  # fmt: skip
    elif closed:
        last = max(closed, key=lambda item: item.window_end)
        pen.say(N_("Recorded outside the plan: the window of {key} closed on {end}. Ask your clinic how to go on."),
                key=last.key, end=last.hard_end or last.window_end)  # fmt: skip
    else:
        pen.say(N_("Recorded outside the plan: the protocol asks for no such thing around {on}."), on=done.on)
