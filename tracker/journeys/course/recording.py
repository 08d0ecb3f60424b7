"""Logging what was done or measured, and booking appointments."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from msgspec.structs import replace

from tracker.capsules import dangers
from tracker.engine.laws import check, check_new
from tracker.engine.naming import named_for, no_such_item
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, Done, Fact, TestResult, Weight, kind_of
from tracker.journeys.booking import by_hand, outside_the_window, rebook, take_away, too_early
from tracker.journeys.context import Context
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Item, Notice, NoticeCode, State
from tracker.rounding import KG_PER_POUND, half_up
from tracker.rules import KIND_NAMES, Kind, Text

_A_GRAM = Decimal("0.001")
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


def _say_which_positive_stands(work: UnitOfWork, after: View) -> None:
    """A negative test settles no positive one; of one that was a slip of the keys it is said how it is put right."""
    for one in dangers(after.history):
        if isinstance(one, Done):
            fix = Phrase("isotrack fix {id} {result}", {"id": one.id, "result": Text("negative", "陰性")})
            work.say(N_("The positive test of {on} (number {id}) still stands: a negative one does not settle it. Only"
                        " if it was typed by mistake: {command}"), on=one.on, id=one.id, command=fix)  # fmt: skip


def _too_early(after: View, test: Done) -> list[Notice]:
    """What a negative test came too early to answer."""
    return [one for one in after.plan.notices if one.code is NoticeCode.TEST_AFTER_RISK
            and dict(one.values).get("tested") == test.on]  # fmt: skip


def say_what_it_counts_for(work: UnitOfWork, recorded: Done) -> None:
    """Say what is to be said of what a recorded thing counts for; raise InputError where it was named in vain."""
    after = work.after()
    keys = after.counts_for(recorded)
    if recorded.result is TestResult.NEGATIVE:
        _say_which_positive_stands(work, after)
    if recorded.result is TestResult.UNCLEAR:
        work.say(
            N_("An unclear test is not a negative one and counts for nothing: contact your clinic about repeating it.")
        )
    elif recorded.result is TestResult.NEGATIVE and (early := _too_early(after, recorded)):
        from tracker.journeys.course import untested  # start-up: only after a risk

        for one in early:
            untested.say_of(work, one)
    elif recorded.id in after.plan.lacking:
        from tracker.journeys.course import panels  # start-up: only where values are known

        panels.say_what_is_missing(work, recorded)
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
    else:
        _say_of_what_hangs_on_it(work, after, recorded)


_OF_A_TEST_THAT_COUNTS = (NoticeCode.VISIT_WITHOUT_TEST, NoticeCode.DRAWN_TOO_EARLY)


def _say_of_what_hangs_on_it(work: UnitOfWork, after: View, recorded: Done) -> None:
    if any(one.code in _OF_A_TEST_THAT_COUNTS for one in after.plan.notices):
        from tracker.journeys.course import untested  # start-up: only where one is missing

        untested.say_what_is_new(work, _OF_A_TEST_THAT_COUNTS)
    if recorded.kind is Kind.ATTESTATION:
        from tracker.journeys.course import signatures  # start-up: a dose needs none of it

        signatures.say_of(work)


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
            work.say(N_("It takes the place of {kg} kg from the same day."), kg=one.shown)
        before = [one for one in work.view.history.weights if one.on < fact.on]
        # What it takes the place of was wrong: it is held to one of an earlier day where there is one.
        if _is_another(fact.kg, before[-1] if before else same_day[0] if same_day else None):
            pounds = half_up(fact.kg / KG_PER_POUND, 1).normalize()
            message = N_("{kg} kg: is that right? If not: {command}")
            if context.read.is_in_pounds:
                message = N_("{kg} kg ({lb} lb): is that right? If not: {command}")
            work.say(message, kg=fact.shown, lb=pounds, command="isotrack undo")
        work.record(fact)

    return carry_out(context, "log", Phrase(N_("weight logged"), {}), write)


def _is_another(kg: Decimal, before: Weight | None) -> bool:
    """Whether a weight is much another than the one before; the same number in pounds puts that right."""
    if before is None or abs(kg - half_up(before.kg * KG_PER_POUND, 3)) <= _A_GRAM:
        return False
    return abs(kg - before.kg) > MOST_CHANGE * before.kg


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
    if done.kind is Kind.PICK_UP:
        from tracker.journeys.course import untested  # start-up: a dose needs none of it

        if untested.say_of_a_pick_up(work, done):
            return
    of_its_kind = [item for item in after.plan.items if item.kind is done.kind]
    closed = [item for item in of_its_kind if item.state is State.MISSED and item.window_end < done.on]
    if done.kind is Kind.BLOOD_TEST:  # once that one before the start was not done is enough, whatever draws follow
        missed = {item.key for item in work.view.plan.items if item.state is State.MISSED}
        closed = [item for item in closed if item.key not in missed]
    coming = [item for item in of_its_kind if item.state.is_open and item.window_start > done.on]
    if coming:
        first = min(coming, key=lambda item: item.planned_day)
        work.say(N_("Recorded outside the plan: {key} counts from {start} to {end}."),
                key=first.key, start=first.window_start, end=first.hard_end or first.window_end)  # fmt: skip
    elif closed:
        last = max(closed, key=lambda item: item.window_end)
        work.say(N_("Recorded outside the plan: the window of {key} closed on {end}. Ask your clinic how to go on."),
                key=last.key, end=last.hard_end or last.window_end)  # fmt: skip
    elif done.kind is not Kind.PICK_UP or not untested.say_what_lets_it_be(work, done):
        work.say(N_("Recorded outside the plan: it sets no day for such a thing around {on}."), on=done.on)
