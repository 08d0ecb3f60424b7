"""Pausing, resuming and stopping a course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec.structs import replace

from tracker.capsules import Danger, dangers, is_day_off
from tracker.engine.coherence import check_closed_pause
from tracker.engine.laws import check, check_new
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Pause, RedFlag, Resume, Stop, kind_of
from tracker.journeys.context import Context
from tracker.journeys.course.dangers import in_a_row
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.rules import Kind
from tracker.vocabulary import in_words

_DAY = timedelta(days=1)


def pause(context: Context, fact: Pause, resume: Resume | None = None) -> Outcome:
    """Record the first day without a capsule; with the first one with a capsule again, a pause that lies anywhere."""

    def write(work: UnitOfWork) -> None:
        if resume is not None:
            _write_closed(work, fact, resume, context.today)
            return
        since = work.view.plan.timeline.paused_since
        if since is not None:
            known = work.view.history.pauses[-1]
            if fact.on == since:
                raise AlreadyThere(replace(fact, on=since, id=known.id))
            raise InputError(
                N_("the course is paused since {since} already (number {id})"), N_("to correct it: {command}"),
                since=since, id=known.id, command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": known.id}),
            )  # fmt: skip
        check_new(fact, work.view, context.today)
        work.record(fact)
        _say_what_goes_on(work)

    return carry_out(context, "pause", Phrase(N_("no capsules from {on} on"), {"on": fact.on}), write)


def _write_closed(work: UnitOfWork, fact: Pause, resume: Resume, today: date) -> None:
    known = work.view.history.pauses
    for one, after in pairwise(known):
        if isinstance(one, Pause) and (one.on, after.on) == (fact.on, resume.on):
            raise AlreadyThere(one, after)
    check(fact, work.view, today)
    check(resume, work.view, today)
    check_closed_pause(fact, resume, work.view)
    work.record(fact)
    work.record(resume)
    _say_what_goes_on(work)


def _say_what_goes_on(work: UnitOfWork) -> None:
    has_contraception = any(one.rule.kind is Kind.CONTRACEPTION for one in work.view.plan.spans)
    work.say(N_("Contraception, visits and tests go on during a pause.") if has_contraception
             else N_("Visits and tests go on during a pause."))  # fmt: skip


def _held(by: Sequence[Danger]) -> InputError:
    """No pause keeps the capsules back, but what stands until the clinic's word."""
    words = [Phrase(N_("{what} of {on}"), {"what": in_words(kind_of(one).say(one)), "on": one.on}) for one in by]
    codes = dict.fromkeys(one.code if isinstance(one, RedFlag) else "" for one in by)
    commands = tuple(f"isotrack log cleared {code}".rstrip() for code in codes)
    return InputError(
        N_("the course is not paused: the capsules are held until your clinic's word about {dangers}"),
        N_("once your clinic has said that it is settled: {commands}"),
        dangers=Listed(tuple(words)), commands=Listed(commands),
    )  # fmt: skip


def resume(context: Context, fact: Resume) -> Outcome:
    """Record the first day with a capsule again."""

    def write(work: UnitOfWork) -> None:
        held = dangers(work.view.history)
        if held and work.view.plan.timeline.paused_since is None:
            raise _held(held)
        check_new(fact, work.view, context.today)
        work.record(fact)
        if standing := dangers(work.after().history):
            work.say(N_("Capsules stay held, because of: {others}."), others=in_a_row(standing))

    return carry_out(context, "resume", Phrase(N_("capsules again from {on} on"), {"on": fact.on}), write)


def stop(context: Context, on: date | None, note: str | None) -> Outcome:
    """Record the day of the last capsule; without a day the latest possible one, and say so.

    While the course is paused the last capsule was taken on the day before the pause, whatever day is named, or on
    the last day inside the pause for which one was logged.
    """

    def write(work: UnitOfWork) -> None:
        since = work.view.plan.timeline.paused_since
        if since is not None and (on or context.today) >= since:
            last = max([since - _DAY, *(one.on for one in work.view.history.doses if one.taken)])
            if on is not None and on != last:
                work.say(N_("The course is paused since {since}: the last capsule is that of {on}."),
                        since=since, on=last)  # fmt: skip
            fact = Stop(on=last, note=note)
        else:
            fact = Stop(on=on or context.today, date_known=on is not None, note=note)
        if on is not None:
            check(Stop(on=on), None, context.today)
        check(fact, work.view, context.today)
        work.record(fact)
        if on is not None and is_day_off(work.view.history, fact.on):
            work.say(N_("By the prescription {on} has no capsule; the day that you named counts."), on=fact.on)
        if not fact.date_known:
            work.say(
                N_("No day was named: the latest possible one, {on}, is taken. If it was earlier, say: {command}"),
                on=fact.on, command=Phrase(N_("isotrack undo; isotrack stop DATE")),
            )  # fmt: skip

    return carry_out(context, "stop", Phrase(N_("course stopped"), {}), write)
