"""A pregnancy that is possible, and the clinic's word that settles it."""

from __future__ import annotations

from tracker.capsules import Danger, dangers
from tracker.engine.laws import check
from tracker.errors import N_, InputError, Phrase
from tracker.facts import RISK_NAMES, Cleared, Risk
from tracker.journeys.context import Context
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out


def log_risk(context: Context, fact: Risk) -> Outcome:
    """Record that a pregnancy is possible although no test says so."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        stop_if_same(work.view, fact)
        work.record(fact)

    return carry_out(context, "log", Phrase(N_("a pregnancy is possible")), write)


def log_cleared(context: Context, fact: Cleared) -> Outcome:
    """Record the clinic's word that a positive test or a risk of pregnancy is settled."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        settled = [one for one in dangers(work.view.history) if one.on <= fact.on]
        if not settled:
            stop_if_same(work.view, fact)
            raise InputError(N_("there is nothing to be cleared: no positive test and no risk stands on {on}"),
                             on=fact.on)  # fmt: skip
        work.record(fact)
        for one in settled:
            work.say(N_("Settled on your clinic's word: {what} of {on}."), what=name_of_danger(one), on=one.on)

    return carry_out(context, "log", Phrase(N_("cleared by the clinic on {on}"), {"on": fact.on}), write)


def name_of_danger(fact: Danger) -> Phrase:
    """A positive test or a risk in words."""
    return Phrase(RISK_NAMES[fact.what] if isinstance(fact, Risk) else N_("positive test"))
