"""Pausing, resuming and stopping a course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tracker.errors import N_, InputError, Phrase
from tracker.journeys.checks import check, check_new
from tracker.journeys.desk import AlreadyThere, Desk, Outcome, Pen, carry_out
from tracker.model import Pause, Resume, Stop

_DAY = timedelta(days=1)


def pause(desk: Desk, fact: Pause) -> Outcome:
    """Record the first day without a capsule."""

    def write(pen: Pen) -> None:
        since = pen.view.plan.timeline.paused_since
        if since is not None:
            known = pen.view.history.pauses[-1]
            if fact.on == since:
                raise AlreadyThere(replace(fact, on=since, id=known.id))
            raise InputError(
                N_("the course is paused since {since} already (number {id})"), N_("to correct it: {command}"),
                since=since, id=known.id, command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": known.id}),
            )  # fmt: skip
        check_new(fact, pen.view, desk.today)
        pen.record(fact)
        pen.say(N_("Contraception, visits and tests go on during a pause."))

    return carry_out(desk, "pause", Phrase(N_("no capsules from {on} on"), {"on": fact.on}), write)


def resume(desk: Desk, fact: Resume) -> Outcome:
    """Record the first day with a capsule again."""

    def write(pen: Pen) -> None:
        check_new(fact, pen.view, desk.today)
        pen.record(fact)

    return carry_out(desk, "resume", Phrase(N_("capsules again from {on} on"), {"on": fact.on}), write)


def stop(desk: Desk, on: date | None, note: str | None) -> Outcome:
    """Record the day of the last capsule; without a day the latest possible one, and say so.

    While the course is paused the last capsule was taken on the day before the pause, whatever day is named, or on
    the last day inside the pause for which one was logged.
    """

    def write(pen: Pen) -> None:
        since = pen.view.plan.timeline.paused_since
        if since is not None and (on or desk.today) >= since:
            last = max([since - _DAY, *(one.on for one in pen.view.history.doses if one.taken)])
            if on is not None and on != last:
                pen.say(N_("The course is paused since {since}: the last capsule is that of {on}."),
                        since=since, on=last)  # fmt: skip
            fact = Stop(on=last, note=note)
        else:
            fact = Stop(on=on or desk.today, date_known=on is not None, note=note)
        if on is not None:
            check(Stop(on=on), None, desk.today)
        check(fact, pen.view, desk.today)
        pen.record(fact)
        if not fact.date_known:
            pen.say(
                N_("No day was named: the latest possible one, {on}, is taken. If it was earlier, say: {command}"),
                on=fact.on, command=Phrase(N_("isotrack undo; isotrack stop DATE")),
            )  # fmt: skip

    return carry_out(desk, "stop", Phrase(N_("course stopped"), {}), write)
