"""A course that is entered in the middle: what lies before the day, and the doses so far."""

from __future__ import annotations

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, Phrase
from tracker.facts import Earlier, HowEarlier
from tracker.journeys.context import Context
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.plan import Item, State
from tracker.rules import Kind

_LOGGED = {
    Kind.BLOOD_TEST: N_("isotrack log blood --on DATE"),
    Kind.PREGNANCY_TEST: N_("isotrack log pregnancy-test RESULT --on DATE"),
}
_SETTLED = (State.AS_PLANNED, State.NOT_KNOWN)


def log_earlier(context: Context, fact: Earlier) -> Outcome:
    """Record what is to be thought of the time before a day; what was said of the same one is replaced."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        before = next((one for one in work.view.history.all(Earlier) if one.on == fact.on), None)
        work.record(fact, work.void(before) if before is not None else None)
        holds = work.after().history.earlier
        if holds is not None and holds.on != fact.on:
            work.say(N_("It changes nothing: what was said of the time before {on} holds."), on=holds.on)
        for phrase in remarks(work.after()):
            work.say(phrase.message, **phrase.values)

    return carry_out(context, "log", Phrase(N_("the time before {on}"), {"on": fact.on}), write)


def remarks(view: View) -> list[Phrase]:
    """What is to be said of what lies before: what stays open although it does, or that nothing does."""
    earlier = view.history.earlier
    if earlier is None or earlier.how is HowEarlier.OPEN:
        return []
    kept = [item for item in left_open(view) if item.due < earlier.on and item.kind in _LOGGED]
    found = [
        Phrase(
            N_("Still asked for, as the current month or the next capsule needs it: {key}. If it was done, log it with"
               " its day: {command}"),
            {"key": item.key, "command": Phrase(_LOGGED[item.kind])},
        )
        for item in kept
    ]  # fmt: skip
    if not kept and not any(item.state in _SETTLED for item in view.plan.items):
        found.append(Phrase(N_("Nothing of the plan lies before {on}."), {"on": earlier.on}))
    return found


def left_open(view: View) -> list[Item]:
    """What should have been done before today."""
    return [item for item in view.plan.items if item.state is State.OVERDUE]
