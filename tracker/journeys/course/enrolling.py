"""The day of enrolment, said after the start: what is counted from it follows."""

from __future__ import annotations

from tracker.engine.coherence import check_history
from tracker.engine.laws import check
from tracker.facts import Enrolment, kind_of
from tracker.journeys.context import Context
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out


def log_enrolment(context: Context, fact: Enrolment) -> Outcome:
    """Record the day of enrolment, in the place of what was said of it after the start before."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        work.record(fact, work.void(before) if (before := work.view.history.last(Enrolment)) is not None else None)
        check_history(work.after())

    return carry_out(context, "log", kind_of(fact).say(fact), write)
