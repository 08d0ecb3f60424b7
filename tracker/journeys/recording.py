"""Logging what was done or measured, and booking appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from tracker import schedule
from tracker.errors import N_, InputError, Phrase
from tracker.history import has_same
from tracker.journeys.checks import MOST_MG_PER_KG, check, check_new, is_inside_a_pause
from tracker.journeys.desk import AlreadyThere, Desk, Outcome, Pen, View, carry_out, look, views
from tracker.model import Appointment, Done, Dose, Fact, FirstDosePlanned, Prescribed, TestResult, Weight
from tracker.plan import Item, State
from tracker.rules import KIND_NAMES, Kind


def log_done(desk: Desk, done: Done) -> Outcome:
    """Record that a visit, a test, a consent ... was done; which planned item it counts for follows from its day."""

    def write(pen: Pen) -> None:
        check(done, pen.view, desk.today)
        stop_if_same(pen.view, done)
        new = named_for(desk, pen.view, done)
        waiting = _test_without_result(pen.view, new)
        if waiting is not None:
            if new.result is None:
                raise AlreadyThere(waiting)
            # The same test again, with what it said: the one that waited for it.
            new = replace(new, pin=new.pin or waiting.pin, note=new.note or waiting.note)
        recorded = pen.record(new, pen.void(waiting) if waiting is not None else None)
        say_what_it_counts_for(desk, pen, recorded)

    reason = Phrase(N_("{what} done on {on}"), {"what": Phrase(KIND_NAMES[done.kind], {}), "on": done.on})
    return carry_out(desk, "log", reason, write)


def _test_without_result(view: View, done: Done) -> Done | None:
    same_day = (one for one in view.history.done if one.kind is done.kind and one.on == done.on)
    return next((one for one in same_day if one.awaits_result), None)


def named_for(desk: Desk, without: View, done: Done) -> Done:
    """A thing done with the item that was named for it; the clinic's word is kept only where the day needs it.

    ``without`` is the course without it. Raise InputError where the item does not take it on that day.
    """
    if done.pin is None:
        return replace(done, clinic_confirmed=False)
    item_named(without, done.pin, done.kind)
    first, last = schedule.days_that_count(without.protocol, without.history, desk.today, done.pin)
    if (first is None or first <= done.on) and (last is None or done.on <= last):
        return replace(done, clinic_confirmed=False)
    if not done.clinic_confirmed:
        raise _not_counted(done, first, last)
    return done


def _not_counted(done: Done, first: date | None, last: date | None) -> InputError:
    message = N_("{key} is not counted on {on}: it counts until {last}")
    if first is not None:
        message = N_("{key} is not counted on {on}: it counts from {first} on")
    if first is not None and last is not None:
        message = N_("{key} is not counted on {on}: it counts from {first} to {last}")
    hint = N_("only your clinic can count it all the same: --clinic-confirmed")
    return InputError(message, hint, key=done.pin, on=done.on, first=first, last=last)


def say_what_it_counts_for(desk: Desk, pen: Pen, recorded: Done) -> None:
    """Say what is to be said of what a recorded thing counts for; raise InputError where it was named in vain."""
    after = pen.after(desk)
    keys = after.counts_for(recorded)
    if recorded.result is TestResult.UNCLEAR:
        pen.say(
            N_("An unclear test is not a negative one and counts for nothing: contact your clinic about repeating it.")
        )
    elif recorded.pin is not None and recorded.pin not in keys:
        raise InputError(N_("{key} cannot be counted on {on}: what was done before or after it counts for a later one"),
                         key=recorded.pin, on=recorded.on)  # fmt: skip
    elif recorded.awaits_result:
        pen.say(
            N_("Without its result it is not done. As soon as you know it: {command}"),
            command=Phrase(N_("isotrack fix {id} --result negative"), {"id": recorded.id}),
        )
    elif not keys:
        _say_unscheduled(pen, after, recorded)


def log_dose(desk: Desk, fact: Dose, *, first: bool) -> Outcome:
    """Record the capsules of one day, taken or missed; ``first`` says that there were none before."""

    def write(pen: Pen) -> None:
        stop_if_same(pen.view, fact)
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
        line = pen.view.plan.timeline
        if not fact.taken:
            pen.say(N_("A missed capsule is never made up for by a double one."))
        elif line.last_dose is not None and fact.on > line.last_dose:
            pen.say(N_("The course was stopped on {on}: this capsule is now its last, and what hangs on it moves."),
                    on=line.last_dose)  # fmt: skip
        elif is_inside_a_pause(pen.view, fact.on):
            pen.say(
                N_("This day lies inside a pause; if the pause is over, say: {command}"),
                command=Phrase(N_("isotrack resume DATE")),
            )
        elif not first:
            _say_what_it_means_for_the_first(desk, pen, fact)

    return carry_out(desk, "log", Phrase(N_("capsule of {on} logged"), {"on": fact.on}), write)


def may_be_the_first(desk: Desk, on: date) -> date | None:
    """The planned first day, where a capsule of ``on`` is the first one logged and came after it; else None."""
    try:
        view = look(desk)
    except InputError:
        return None
    planned = view.history.first_dose_planned
    is_first = not any(one.taken for one in view.history.doses)
    return planned if is_first and view.plan.timeline.first_dose == planned < on <= desk.today else None


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
    elif fact.on > before and not any(one.taken for one in pen.view.history.doses):
        pen.say(
            N_("The days from {planned} on are assumed taken. If this was the first capsule, say: {command}"),
            planned=before, command=f"isotrack undo; isotrack log dose --first --on {fact.on.isoformat()}",
        )  # fmt: skip


def log_weight(desk: Desk, fact: Weight) -> Outcome:
    """Record a body weight."""

    def write(pen: Pen) -> None:
        stop_if_same(pen.view, fact)
        check(fact, pen.view, desk.today)
        same_day = [one for one in pen.view.history.weights if one.on == fact.on]
        for one in same_day:
            pen.void(one)
            pen.say(N_("It takes the place of {kg} kg from the same day."), kg=one.kg)
        pen.record(fact)

    return carry_out(desk, "log", Phrase(N_("weight logged"), {}), write)


def prescribe(desk: Desk, fact: Prescribed) -> Outcome:
    """Record the daily dose that is prescribed from a day on."""

    def write(pen: Pen) -> None:
        stop_if_same(pen.view, fact)
        check_new(fact, pen.view, desk.today)
        same_day = [one for one in pen.view.history.prescribed if one.on == fact.on]
        for one in same_day:
            pen.void(one)
            pen.say(N_("It takes the place of {mg} mg from the same day."), mg=one.mg)
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
        stop_if_same(pen.view, fact)
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


def stop_if_same(view: View, fact: Fact) -> None:
    """Raise AlreadyThere where the very same fact stands."""
    same = has_same(view.history, fact)
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


def _say_unscheduled(pen: Pen, after: View, done: Done) -> None:
    same_day = [one for one in after.history.done if one.kind is done.kind and one.on == done.on and one != done]
    if any(after.counts_for(one) for one in same_day):
        pen.say(N_("Another one of that day counts already."))
        return
    of_its_kind = [item for item in after.plan.items if item.kind is done.kind]
    closed = [item for item in of_its_kind if item.state is State.MISSED and item.window_end < done.on]
    coming = [item for item in of_its_kind if item.state.is_open and item.window_start > done.on]
    if coming:
        first = min(coming, key=lambda item: item.planned_day)
        pen.say(N_("Recorded outside the plan: {key} counts from {start} to {end}."),
                key=first.key, start=first.window_start, end=first.hard_end or first.window_end)  # fmt: skip
    elif closed:
        last = max(closed, key=lambda item: item.window_end)
        pen.say(N_("Recorded outside the plan: the window of {key} closed on {end}. Ask your clinic how to go on."),
                key=last.key, end=last.hard_end or last.window_end)  # fmt: skip
    else:
        pen.say(N_("Recorded outside the plan: the protocol asks for no such thing around {on}."), on=done.on)
