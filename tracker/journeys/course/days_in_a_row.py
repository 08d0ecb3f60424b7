"""Capsules of several days, in a row or not, taken or missed: one command, which one ``undo`` takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from tracker.capsules import days_off, is_day_off, is_within
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Dose, kind_of
from tracker.journeys.context import Context
from tracker.journeys.course import intake
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out


def log_doses(
    context: Context, like: Dose, days: Sequence[date], *, first: bool, is_sure: bool = False
) -> Outcome:  # fmt: skip
    """Record the same of each of these days, the first that of ``like``; one that has an entry keeps it, and is named.

    Where no amount is said a day without a capsule by the prescription has no entry; days in a pause have none where
    they are not all that is said.
    ``first`` says that there were no capsules before; raise DoubtError as for one day, unless the user ``is_sure``.
    """

    def write(work: UnitOfWork) -> None:
        intake.check_amount(like, work.view, days)
        wanted = frozenset(days)
        there = {one.on: one for one in work.view.history.doses if one.on in wanted}
        free = [replace(like, on=day) for day in days if day not in there]
        if free:
            intake.not_of_the_course_before(context, work, free[0])
        if free and first:
            intake.record_the_first_day(work, free[0])
        view = work.after() if first else work.view
        new, paused = _with_a_capsule(free, view)
        if not new and not there:
            check(like, view, context.today)
        if not new:
            _refuse_if_any_differs(like, there)
            raise AlreadyThere(there[max(there)])
        for fact in new:
            check(fact, view, context.today)
        if not is_sure:
            intake.doubt_amount(new, view, f"isotrack log dose {{mg}} --on {typed(days)}")
        for fact in new:
            work.record(fact)
        if not like.taken:
            intake.say_of_missed(work, new)
        else:
            stopped = work.view.plan.timeline.last_dose
            is_after_it = stopped is not None and new[-1].on > stopped
            told, *others = reversed(new) if is_after_it else new
            intake.say_what_it_means(work, told, first=first, others=others)
        _say_what_was_left_out(work, paused, there)

    return carry_out(context, "log", Phrase(N_("capsules of {first} to {last} logged"),
                                            {"first": days[0], "last": days[-1]}), write)  # fmt: skip


def is_in_a_row(days: Sequence[date]) -> bool:
    """Whether the days follow one another."""
    return (days[-1] - days[0]).days == len(days) - 1


def typed(days: Sequence[date]) -> str:
    """The days as ``--on`` takes them."""
    if len(days) > 1 and is_in_a_row(days):
        return f"{days[0].isoformat()}..{days[-1].isoformat()}"
    return ",".join(day.isoformat() for day in days)


def _with_a_capsule(free: list[Dose], view: View) -> tuple[list[Dose], list[Dose]]:
    """The days on which a capsule was to be taken, and those of a pause, which are left out.

    Of days that all lie in pauses somebody means just those.
    """
    new = [one for one in free if one.mg is not None or not is_day_off(view.history, one.on)]
    paused = [one for one in new if is_within(days_off(view.history), one.on)]
    return (new, []) if len(paused) == len(new) else ([one for one in new if one not in paused], paused)


def _say_what_was_left_out(work: UnitOfWork, paused: list[Dose], there: dict[date, Dose]) -> None:
    if paused:
        work.say(
            N_("Left out, as no capsule was to be taken on them: {days}. If one was taken all the same: {command}"),
            days=Listed(tuple(one.on for one in paused)), command=f"isotrack log dose --on {paused[0].on.isoformat()}",
        )  # fmt: skip
    if there:
        work.say(N_("Recorded before, and left as it is: {days}"), days=_named(list(there.values())))


def _refuse_if_any_differs(like: Dose, there: dict[date, Dose]) -> None:
    others = [one for one in there.values() if (one.taken, one.mg) != (like.taken, like.mg)]
    if others:
        raise InputError(
            N_("these days have an entry already: {days}"), N_("to correct one: {command}"), days=_named(others),
            command=Phrase(N_("isotrack fix {id} ..."), {"id": others[0].id}),
        )  # fmt: skip


def _named(doses: list[Dose]) -> Listed:
    """Each with what was recorded and its number."""
    return Listed(tuple(
        Phrase(N_("{on} ({what}, number {id})"), {"on": one.on, "what": kind_of(one).say(one), "id": one.id})
        for one in sorted(doses, key=lambda one: one.on)
    ))  # fmt: skip
