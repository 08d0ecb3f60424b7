"""On what a day of the plan hangs: what would have to be recorded for another one to come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import N_, Phrase
from tracker.facts import Done, kinds_of
from tracker.plan import EndFrom, Item, SpanInPlan, State
from tracker.rules import During, Kind, Mode, Once, Permit, Point, Repeat, Rule

if TYPE_CHECKING:
    from tracker.engine.view import View

_STRETCHED = (EndFrom.TARGET, EndFrom.DURATION, EndFrom.PROGRAMME)
"""Ends that days without capsules put off."""


def what_moves(one: Item | SpanInPlan, view: View) -> Phrase | None:
    """What moves an entry; None of one that is done."""
    if isinstance(one, Item) and not one.state.is_open:
        return _how_it_was_done(one, view) if one.state is State.MISSED else None
    if _hangs_on_the_last_capsule(one.rule):
        return _with_the_last_capsule(view)
    return Phrase(_with_the_rest(one.rule))


def _hangs_on_the_last_capsule(rule: Rule) -> bool:
    match rule.timing:
        case During(until=until):
            return until.point is Point.LAST_DOSE
        case Once(anchor=anchor):
            return anchor.point is Point.LAST_DOSE
    return False


def _with_the_rest(rule: Rule) -> str:
    match rule.timing:
        case Repeat() if rule.kind is Kind.PROCEDURE:
            return N_("It moves with the last capsule, and with the session before it.")
        case Repeat(mode=Mode.FROM_LAST_DONE):
            return N_("It moves with the day on which the one before it is done: an early one brings it forward.")
        case Permit():
            return N_("It moves with the day of what opened it.")
    return N_("It moves with the first capsule (isotrack start --move) or the enrolment.")


def _with_the_last_capsule(view: View) -> Phrase:
    """What moves the last capsule, by where the course stands: an end that is recorded moves by a correction alone."""
    line, stop = view.plan.timeline, view.history.stop
    if line.last_dose is not None and stop is not None:
        message = N_(
            "The course has ended: this moves only if a later capsule is logged, or the day of the last one is"
            " corrected: {command}"
        )
        if not line.last_dose_is_known:
            message = N_(
                "The course has ended, on a day that is not known. Once it is, this can only move to an earlier day:"
                " {command}"
            )
        return Phrase(message, {"command": Phrase(N_("isotrack fix {id} --on DATE"), {"id": stop.id})})
    if line.end_from is EndFrom.OVERRUN:
        return Phrase(N_(
            "It moves by a day each day, until it is said when the last capsule was (isotrack stop DATE) or will be"
            " (isotrack until DATE)."
        ))  # fmt: skip
    if line.end_from in _STRETCHED and line.held_since is not None:
        return Phrase(N_(
            "Each further day without capsules, until your clinic's word is recorded, puts it off by a day: the course"
            " is counted in days with capsules."
        ))  # fmt: skip
    if line.end_from in _STRETCHED and line.paused_since is not None:
        return Phrase(N_(
            "Each further day of the pause puts it off by a day, until isotrack resume or stop: the course is counted"
            " in days with capsules."
        ))  # fmt: skip
    return Phrase(N_("It moves with the last capsule: one logged later, isotrack until, pause, resume or stop."))


def _how_it_was_done(one: Item, view: View) -> Phrase:
    """Why an item is closed although nothing was recorded for it, and how to say that it was done."""
    why = N_("Its time is over, and it is no longer asked for. If it was done: {command}")
    if view.plan.timeline.last_dose is not None:
        why = N_("The course has ended, and it is no longer asked for. If it was done: {command}")
    names = {kind.fixed.get("kind"): kind.log.names[0] for kind in kinds_of(Done) if kind.log is not None}
    values = {"what": names.get(one.rule.kind, one.rule.kind.value), "key": one.key}
    return Phrase(why, {"command": Phrase(N_("isotrack log {what} --on DATE --for {key}"), values)})
