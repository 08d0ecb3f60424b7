"""The capsules of a day as they are recorded: how much can be meant, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.capsules import dangers, holds, is_day_off, is_within, regimen_of, suspended
from tracker.engine.laws import check, is_inside_a_pause
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Dose, FirstDosePlanned
from tracker.journeys.context import Context, look, views
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.plan import NoticeCode


def log_dose(context: Context, fact: Dose, *, first: bool, is_sure: bool = False) -> Outcome:
    """Record the capsules of one day, taken or missed; ``first`` says that there were none before.

    Raise DoubtError for much more than is prescribed, unless the user ``is_sure``.
    """

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check_amount(fact, work.view)
        not_of_the_course_before(context, work, fact)
        if first:
            record_the_first_day(work, fact)
        # With the first capsule the turns of its doses begin.
        check(fact, work.after() if first else work.view, context.today)
        if not is_sure:
            doubt_amount([fact], work.view, f"isotrack log dose {{mg}} --on {fact.on.isoformat()}")
        work.record(fact)
        if not fact.taken:
            say_of_missed(work, [fact])
        else:
            say_what_it_means(work, fact, first=first)

    return carry_out(context, "log", Phrase(N_("capsule of {on} logged"), {"on": fact.on}), write)


def check_amount(fact: Dose, view: View, days: Sequence[date] = ()) -> None:
    """Raise InputError for milligrams that cannot have been taken on its day, or on each of several."""
    if fact.mg is not None:
        from tracker.journeys.course.plausible import check_taken  # start-up: most are as prescribed

        check_taken(fact.mg, days or (fact.on,), view)


def doubt_amount(doses: Sequence[Dose], view: View, as_prescribed: str) -> None:
    """Raise DoubtError for much more than is prescribed: see :func:`plausible.doubt_taken`."""
    if any(one.mg is not None for one in doses):
        from tracker.journeys.course.plausible import doubt_taken  # start-up: most are as prescribed

        doubt_taken(doses, view.history, as_prescribed)


def milligrams_of(context: Context, capsules: int, days: Sequence[date]) -> Decimal:
    """What so many capsules come to, the same on each of these days; raise InputError where nothing says it."""
    from tracker.journeys.course import plausible  # start-up: most are as prescribed

    view = look(context)
    found = {plausible.milligrams_of(capsules, day, view) for day in days}
    if len(found) > 1:
        raise InputError(N_("it is not known how many milligrams each of the {count} capsules has: say it in mg"),
                         count=capsules)  # fmt: skip
    return found.pop()


def record_the_first_day(work: UnitOfWork, fact: Dose) -> None:
    """Record that the course began with this capsule; raise InputError where one was taken before."""
    earlier = next((one for one in work.view.history.doses if one.taken and one.on < fact.on), None)
    if earlier is not None:
        raise InputError(
            N_("a capsule was logged on {on} (number {id})"), N_("to correct it: {command}"), on=earlier.on,
            id=earlier.id, command=Phrase(N_("isotrack fix {id} ..."), {"id": earlier.id}),
        )  # fmt: skip
    work.record(FirstDosePlanned(on=fact.on))


def say_what_it_means(work: UnitOfWork, fact: Dose, *, first: bool, others: Sequence[Dose] = ()) -> None:
    """Say what is to be said of a capsule taken outside the days that have one, or before any other.

    ``others`` were recorded with it.
    """
    line = work.view.plan.timeline
    _say_if_more(work, fact)
    if line.last_dose is not None and fact.on > line.last_dose:
        work.say(N_("The course was stopped on {on}: this capsule is now its last, and what hangs on it moves."),
                on=line.last_dose)  # fmt: skip
    elif _say_of_a_hold(work, [fact, *others]):
        pass
    elif is_inside_a_pause(work.view, fact.on):
        work.say(
            N_("This day lies inside a pause; if the pause is over, say: {command}"),
            command=Phrase(N_("isotrack resume DATE")),
        )
    elif not first:
        _say_what_it_means_for_the_first(work, fact)
    if not any(one.taken for one in work.view.history.doses):
        from tracker.journeys.course import signatures, untested  # start-up: most have one before them

        signatures.say_of(work)
        for notice in work.after().plan.notices:
            if notice.code is NoticeCode.BEGUN_WITHOUT_TEST:
                untested.say_of(work, notice)


def _say_of_a_hold(work: UnitOfWork, doses: Sequence[Dose]) -> bool:
    """Say what is said later of capsules that a danger forbade; whether any was of a day of one.

    Of the day of the danger itself nobody knows which came first: what is asked from then on is said, and no more.
    """
    history = work.view.history
    periods = holds(history)
    within = [one for one in doses if one.taken and is_within(periods, one.on)] if periods else []
    if not within:
        return False
    from tracker.journeys.course.dangers import name_of_danger  # start-up: most are of no such day
    from tracker.readings.departures import is_held

    held = [one.on for one in within if is_held(history, one)]
    if len(held) > 1:
        work.say(N_("On these days capsules were held, before your clinic's word: {days}. Tell your clinic that some"
                    " were taken."), days=Listed(tuple(held)))  # fmt: skip
    elif held:
        work.say(N_("On this day capsules were held, before your clinic's word: tell your clinic that one was taken."))
    days = {one.on for one in within}
    for danger in [one for one in dangers(history) if one.on in days]:
        work.say(N_("On {on} this was recorded too: {what}. No further capsule until your clinic has spoken."),
                 on=danger.on, what=name_of_danger(danger))  # fmt: skip
    return True


def say_what_is_corrected(work: UnitOfWork, fact: Dose) -> None:
    """Say of a dose as it is corrected what is said of one that is recorded."""
    if fact.taken:
        _say_if_more(work, fact)
        _say_of_a_hold(work, [fact])
    else:
        say_of_missed(work, [fact])


def say_of_missed(work: UnitOfWork, missed: Sequence[Dose]) -> None:
    """Say that a missed capsule is not made up for, and of days on which none was to be taken that they do not count.

    Those are days of a pause, days on which capsules are held, and days after the last one.
    """
    idle, last = suspended(work.view.history), work.view.plan.timeline.last_dose
    none = [one.on for one in missed if is_within(idle, one.on) or (last is not None and one.on > last)]
    if len(none) < len(missed):
        work.say(N_("A missed capsule is never made up for by a double one."))
    if len(none) == len(missed) == 1:
        work.say(N_("No capsule was to be taken on that day: it does not count as missed."))
    elif len(none) == len(missed):
        work.say(N_("No capsule was to be taken on those days: they do not count as missed."))
    elif none:
        work.say(N_("No capsule was to be taken on these days, and they do not count as missed: {days}"),
                 days=Listed(tuple(none)))  # fmt: skip


def _say_if_more(work: UnitOfWork, fact: Dose) -> None:
    prescribed = regimen_of(work.view.history).mg(fact.on) if fact.mg is not None else None
    if fact.mg is not None and prescribed and fact.mg > prescribed:
        work.say(N_("More than the {mg} mg prescribed for that day: a missed capsule is never made up for by a double"
                    " one."), mg=prescribed)  # fmt: skip


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
    if fact.on >= work.view.history.enrolled:
        return
    for one in views(work.connection, context):
        stop = one.history.stop
        if one.course.id < work.view.course.id and stop is not None:
            raise InputError(
                N_("{on} lies before this course, which was opened on {enrolled}"),
                N_("to move the last capsule of the one before: {command}"),
                on=fact.on, enrolled=work.view.history.enrolled,
                command=f"isotrack fix {stop.id} --on {fact.on.isoformat()}",
            )  # fmt: skip


def _say_what_it_means_for_the_first(work: UnitOfWork, fact: Dose) -> None:
    before, after = work.view.plan.timeline.first_dose, work.after().plan.timeline.first_dose
    if after != before:
        work.say(N_("The first capsule is now {on} (it was {before}), and all that hangs on it moves. If that is wrong:"
                   " {command}"), on=after, before=before, command="isotrack undo")  # fmt: skip
    elif fact.on > before and not any(one.taken for one in work.view.history.doses):
        work.say(
            N_("The days from {planned} on are assumed taken as prescribed. If this was the first capsule, say:"
               " {command}"),
            planned=before, command=f"isotrack undo; isotrack log dose --first --on {fact.on.isoformat()}",
        )  # fmt: skip


def of_a_correction(values: dict[str, Any]) -> dict[str, Any]:
    """Milligrams say that a dose was taken, and one that was missed has none."""
    if values.get("taken") is False:
        if values.get("mg") is not None:
            raise InputError(N_("a missed dose has no milligrams and is not the first"))
        return values | {"mg": None}
    return values | {"taken": True} if values.get("mg") is not None else values
