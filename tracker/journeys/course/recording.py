"""Logging what was done or measured, and booking appointments."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from msgspec.structs import replace

from tracker.capsules import is_day_off, regimen_of
from tracker.engine.laws import check, check_new, is_inside_a_pause
from tracker.engine.naming import named_for, no_such_item
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, Done, Dose, Fact, FirstDosePlanned, TestResult, Weight, kind_of
from tracker.journeys.booking import by_hand, outside_the_window, rebook, take_away, too_early
from tracker.journeys.context import Context, look, views
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Item, State
from tracker.rules import KIND_NAMES, Kind

MOST_CHANGE = Decimal("0.25")
"""Of the weight before: a change by more is asked about; a bound against slips, no clinical limit."""


def log_done(context: Context, done: Done) -> Outcome:
    """Record that a visit, a test, a consent ... was done; which planned item it counts for follows from its day."""
    if done.clinic_confirmed and done.pin is None:
        raise InputError(N_("--clinic-confirmed goes with --for"))

    def write(work: UnitOfWork) -> None:
        check(done, work.view, context.today)
        stop_if_same(work.view, done)
        new = named_for(work.view, done)
        waiting = _test_without_result(work.view, new)
        if waiting is not None:
            if new.result is None:
                raise AlreadyThere(waiting)
            # The same test again, with what it said: the one that waited for it.
            new = replace(new, pin=new.pin or waiting.pin, note=new.note or waiting.note)
        recorded = work.record(new, work.void(waiting) if waiting is not None else None)
        say_what_it_counts_for(work, recorded)

    reason = Phrase(N_("{what} done on {on}"), {"what": Phrase(KIND_NAMES[done.kind], {}), "on": done.on})
    return carry_out(context, "log", reason, write)


def _test_without_result(view: View, done: Done) -> Done | None:
    same_day = (one for one in view.history.done if one.kind is done.kind and one.on == done.on)
    return next((one for one in same_day if one.awaits_result), None)


def say_what_it_counts_for(work: UnitOfWork, recorded: Done) -> None:
    """Say what is to be said of what a recorded thing counts for; raise InputError where it was named in vain."""
    after = work.after()
    keys = after.counts_for(recorded)
    if recorded.result is TestResult.UNCLEAR:
        work.say(
            N_("An unclear test is not a negative one and counts for nothing: contact your clinic about repeating it.")
        )
    elif recorded.pin is not None and recorded.pin not in keys:
        raise InputError(N_("{key} cannot be counted on {on}: what was done before or after it counts for a later one"),
                         key=recorded.pin, on=recorded.on)  # fmt: skip
    elif recorded.awaits_result:
        work.say(
            N_("Without its result it is not done. As soon as you know it: {command}"),
            command=Phrase(N_("isotrack fix {id} --result negative"), {"id": recorded.id}),
        )
    elif not keys:
        _say_unscheduled(work, after, recorded)


def log_dose(context: Context, fact: Dose, *, first: bool) -> Outcome:
    """Record the capsules of one day, taken or missed; ``first`` says that there were none before."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check_amount(fact, work.view)
        not_of_the_course_before(context, work, fact)
        if first:
            record_the_first_day(work, fact)
        # With the first capsule the turns of its doses begin.
        check(fact, work.after() if first else work.view, context.today)
        work.record(fact)
        if not fact.taken:
            work.say(N_("A missed capsule is never made up for by a double one."))
        else:
            say_what_it_means(work, fact, first=first)

    return carry_out(context, "log", Phrase(N_("capsule of {on} logged"), {"on": fact.on}), write)


def check_amount(fact: Dose, view: View) -> None:
    """Raise InputError for milligrams that cannot have been taken on a day."""
    if fact.mg is not None:
        from tracker.journeys.course.plausible import check_taken  # start-up: most are as prescribed

        check_taken(fact.mg, view)


def record_the_first_day(work: UnitOfWork, fact: Dose) -> None:
    """Record that the course began with this capsule; raise InputError where one was taken before."""
    earlier = next((one for one in work.view.history.doses if one.taken and one.on < fact.on), None)
    if earlier is not None:
        raise InputError(
            N_("a capsule was logged on {on} (number {id})"), N_("to correct it: {command}"), on=earlier.on,
            id=earlier.id, command=Phrase(N_("isotrack fix {id} ..."), {"id": earlier.id}),
        )  # fmt: skip
    work.record(FirstDosePlanned(on=fact.on))


def say_what_it_means(work: UnitOfWork, fact: Dose, *, first: bool) -> None:
    """Say what is to be said of a capsule taken outside the days that have one, or before any other."""
    line = work.view.plan.timeline
    prescribed = regimen_of(work.view.history).mg(fact.on) if fact.mg is not None else None
    if fact.mg is not None and prescribed and fact.mg > prescribed:
        work.say(N_("More than the {mg} mg prescribed for that day: a missed capsule is never made up for by a double"
                    " one."), mg=prescribed)  # fmt: skip
    if line.last_dose is not None and fact.on > line.last_dose:
        work.say(N_("The course was stopped on {on}: this capsule is now its last, and what hangs on it moves."),
                on=line.last_dose)  # fmt: skip
    elif is_inside_a_pause(work.view, fact.on):
        work.say(
            N_("This day lies inside a pause; if the pause is over, say: {command}"),
            command=Phrase(N_("isotrack resume DATE")),
        )
    elif not first:
        _say_what_it_means_for_the_first(work, fact)


def may_be_the_first(context: Context, on: date) -> date | None:
    """The planned first day, where a capsule of ``on`` is the first one logged and came after it; else None."""
    try:
        view = look(context)
    except InputError:
        return None
    planned = view.history.first_dose_planned
    is_first = not any(one.taken for one in view.history.doses)
    return planned if is_first and view.plan.timeline.first_dose == planned < on <= context.today else None


def usual_amount_on_a_day_off(context: Context, on: date) -> Decimal | None:
    """What a day with a capsule has, where the prescription has none for ``on``; else None."""
    try:
        view = look(context)
    except InputError:
        return None
    regimen = regimen_of(view.history)
    return regimen.mg_logged(on, taken=True, mg=None) if is_day_off(view.history, on) else None


def not_of_the_course_before(context: Context, work: UnitOfWork, fact: Dose) -> None:
    """Raise InputError for a capsule that was taken before this course, where another was."""
    if fact.on >= work.view.course.enrolled:
        return
    for one in views(work.connection, context):
        stop = one.history.stop
        if one.course.id < work.view.course.id and stop is not None:
            raise InputError(
                N_("{on} lies before this course, which was opened on {enrolled}"),
                N_("to move the last capsule of the one before: {command}"),
                on=fact.on, enrolled=work.view.course.enrolled,
                command=f"isotrack fix {stop.id} --on {fact.on.isoformat()}",
            )  # fmt: skip


def _say_what_it_means_for_the_first(work: UnitOfWork, fact: Dose) -> None:
    before, after = work.view.plan.timeline.first_dose, work.after().plan.timeline.first_dose
    if after != before:
        work.say(N_("The first capsule is now {on} (it was {before}), and all that hangs on it moves. If that is wrong:"
                   " {command}"), on=after, before=before, command="isotrack undo")  # fmt: skip
    elif fact.on > before and not any(one.taken for one in work.view.history.doses):
        work.say(
            N_("The days from {planned} on are assumed taken. If this was the first capsule, say: {command}"),
            planned=before, command=f"isotrack undo; isotrack log dose --first --on {fact.on.isoformat()}",
        )  # fmt: skip


def log(context: Context, fact: Fact) -> Outcome:
    """Record a fact of a kind that asks for nothing else."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        work.record(fact)

    return carry_out(context.reading(type(fact)), "log", kind_of(fact).say(fact), write)


def log_weight(context: Context, fact: Weight, *, is_sure: bool = False) -> Outcome:
    """Record a body weight; raise DoubtError for an unusual one, unless the user ``is_sure``."""
    from tracker.journeys.course.plausible import doubt_weight  # start-up: a dose needs none of it

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        if not is_sure:
            doubt_weight(fact.kg)
        same_day = [one for one in work.view.history.weights if one.on == fact.on]
        for one in same_day:
            work.void(one)
            work.say(N_("It takes the place of {kg} kg from the same day."), kg=one.kg)
        before = [one for one in work.view.history.weights if one.on < fact.on]
        if _is_another(fact.kg, before[-1].kg if before else None, same_day[0].kg if same_day else None):
            work.say(N_("{kg} kg: is that right? If not: {command}"), kg=fact.kg, command="isotrack undo")
        work.record(fact)

    return carry_out(context, "log", Phrase(N_("weight logged"), {}), write)


def _is_another(kg: Decimal, *before: Decimal | None) -> bool:
    """Whether a weight is much another than one before."""
    return any(abs(kg - one) > MOST_CHANGE * one for one in before if one is not None)


def book(context: Context, key: str, on: date, at: time | None, note: str | None) -> Outcome:
    """Record an appointment for a planned item, in place of any that it had."""

    def write(work: UnitOfWork) -> None:
        item = _open_item(work.view, key, on)
        fact = by_hand(Appointment(on=on, key=item.key, at=at, note=note), item.appointment)
        stop_if_same(work.view, fact)
        check_new(fact, work.view, context.today)
        rebook(work, item.appointment, fact)
        if item.appointment is not None:
            before = item.appointment
            work.say(N_("It takes the place of the appointment on {when}."),
                     when=datetime.combine(before.on, before.at) if before.at is not None else before.on)  # fmt: skip
        if (remark := outside_the_window(item, fact)) is not None:
            work.remarks.append(remark)
        if item.kind is Kind.PROCEDURE:
            work.remarks.extend(too_early(work.after().plan, fact.on))

    return carry_out(context, "book", Phrase(N_("{key} booked"), {"key": key}), write)


def unbook(context: Context, key: str) -> Outcome:
    """Take an appointment away; the item falls back to its due day."""

    def write(work: UnitOfWork) -> None:
        item = _open_item(work.view, key)
        if item.appointment is None:
            raise InputError(N_("{key} has no appointment"), key=key)
        take_away(work, item.appointment)

    return carry_out(context, "book --cancel", Phrase(N_("appointment for {key} taken away"), {"key": key}), write)


def stop_if_same(view: View, fact: Fact) -> None:
    """Raise AlreadyThere where the very same fact stands."""
    same = view.history.same_as(fact)
    if same is not None:
        raise AlreadyThere(same)


def _open_item(view: View, key: str, on: date | None = None) -> Item:
    """The open item with this key, or one of a rule or kind that was named without a number.

    Of those the one that is due nearest to a day, where that is said; the next one else.
    """
    of_its_kind = [one for one in view.plan.items if key in (one.rule.id, one.kind) and one.state.is_open]
    if on is not None:
        of_its_kind.sort(key=lambda one: abs(one.due - on))
    item = view.plan.item(key) or next(iter(of_its_kind), None)
    if item is None and view.history.series:
        from tracker.procedures import known  # start-up: only where a series may be meant by another name of it

        name, slash, number = key.partition("/")
        code = procedure.code if (procedure := known(name)) is not None else key
        item = view.plan.item(f"{code}/{number}") if slash else next(
            (one for one in view.plan.items if one.rule.id == code and one.state.is_open), None)  # fmt: skip
    if item is not None and item.state.is_open:
        return item
    if item is not None:
        raise InputError(N_("{key} is closed: it is done or too late"), key=key)
    raise no_such_item(key, [one for one in view.plan.items if one.state.is_open])


def _say_unscheduled(work: UnitOfWork, after: View, done: Done) -> None:
    same_day = [one for one in after.history.done if one.kind is done.kind and one.on == done.on and one != done]
    if any(after.counts_for(one) for one in same_day):
        work.say(N_("Another one of that day counts already."))
        return
    of_its_kind = [item for item in after.plan.items if item.kind is done.kind]
    closed = [item for item in of_its_kind if item.state is State.MISSED and item.window_end < done.on]
    coming = [item for item in of_its_kind if item.state.is_open and item.window_start > done.on]
    if coming:
        first = min(coming, key=lambda item: item.planned_day)
        work.say(N_("Recorded outside the plan: {key} counts from {start} to {end}."),
                key=first.key, start=first.window_start, end=first.hard_end or first.window_end)  # fmt: skip
    elif closed:
        last = max(closed, key=lambda item: item.window_end)
        work.say(N_("Recorded outside the plan: the window of {key} closed on {end}. Ask your clinic how to go on."),
                key=last.key, end=last.hard_end or last.window_end)  # fmt: skip
    else:
        work.say(N_("Recorded outside the plan: the protocol asks for no such thing around {on}."), on=done.on)
