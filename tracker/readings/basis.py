"""From which fact a day of a plan is counted: the capsule, the visit, the word of the clinic that makes its anchor."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from tracker.capsules import first_dose
from tracker.errors import N_, Phrase
from tracker.facts import Fact, FirstDosePlanned
from tracker.history import History
from tracker.plan import EndFrom, Item, Plan, Timeline
from tracker.reckoning import Reckoning
from tracker.rules import Kind, Point, Repeat, Rule

_KINDS = {
    Point.SPECIMEN: Kind.PREGNANCY_TEST, Point.PRESCRIPTION: Kind.VISIT, Point.DISPENSE: Kind.PICK_UP,
}  # fmt: skip
_ENDS = {
    EndFrom.STOP: N_("the last capsule, as recorded"),
    EndFrom.LOGGED: N_("the last capsule that was logged"),
    EndFrom.LATEST: N_("the last capsule, on a day that nobody knows: the latest that is possible"),
    EndFrom.OVERRUN: N_("today: the day that was expected is over, and no end was recorded"),
    EndFrom.UNTIL: N_("the last capsule, expected on the day that was said for it"),
    EndFrom.TARGET: N_("the last capsule, expected where the cumulative dose is reached"),
    EndFrom.DURATION: N_("the last capsule, expected {duration} after the first, as was said"),
    EndFrom.PROGRAMME: N_("the last capsule, expected {duration} after the first, the usual length in the programme"),
}


class Basis(Struct, frozen=True):
    """What a day is, and the fact that says so where there is one."""

    on: date
    what: Phrase
    fact: Fact | None
    is_told: bool = False
    """Whether ``what`` says all of the fact but its number."""
    days_off: int = 0
    """Days without capsules by which the course is longer."""


def basis(reckoning: Reckoning, rule: Rule, history: History, plan: Plan) -> Basis:
    """What the day is from which something was counted."""
    of_the_course = reckoning.anchor.point is Point.LAST_DOSE
    if rule.kind is Kind.PROCEDURE and isinstance(rule.timing, Repeat) and not of_the_course:
        return _of_a_session(reckoning, rule, history, plan)
    if reckoning.after:
        done = next((item for item in plan.items if item.rule.id == rule.id and item.done is not None
                     and item.done.on == reckoning.since), None)  # fmt: skip
        if done is not None:
            what = Phrase(N_("{title} done ({key})"), {"title": rule.title, "key": done.key})
            return Basis(reckoning.since, what, done.done, is_told=getattr(done.done, "result", None) is None)
    match reckoning.anchor.point:
        case Point.ENROLMENT:
            return Basis(reckoning.since, Phrase(N_("the day of the enrolment")), None)
        case Point.FIRST_DOSE:
            return _first(reckoning.since, history)
        case Point.LAST_DOSE:
            return last_dose(reckoning.since, history, plan.timeline)
    kind = reckoning.anchor.kind or _KINDS.get(reckoning.anchor.point)
    fact = next((one for one in reversed(history.done) if one.kind is kind and one.on == reckoning.since), None)
    return Basis(reckoning.since, Phrase(N_("what was done on that day")), fact)


def _of_a_session(reckoning: Reckoning, rule: Rule, history: History, plan: Plan) -> Basis:
    """The session before it that was done or booked, or the first day on which the series may lie, or its rest."""
    on = reckoning.since
    before = plan.item(f"{rule.id}/{reckoning.after}") if reckoning.after else None
    if before is not None:
        done = before.done
        what = N_("{title} done ({key})") if done is not None else N_("{title} booked ({key})")
        if done is None and before.planned_day != on:
            what = N_("today: {title} ({key}) is not done yet, and can be today at the earliest")
        return Basis(on, Phrase(what, {"title": rule.title, "key": before.key}), done or before.appointment)
    planned = next((one for one in history.series if one.series == rule.id), None)
    if planned is not None and planned.after is not None and reckoning.span.count:
        former = max((one for one in plan.items if one.rule.id == planned.after), key=_day_of, default=None)
        if former is not None and on in (_day_of(former), plan.today):
            what = N_("the last session of the series that it follows: {title} ({key})")
            return Basis(on, Phrase(what, {"title": former.rule.title, "key": former.key}), planned)
    if planned is not None and reckoning.span.count:
        done_before = next((one for one in history.sessions if (one.code, one.on) == (planned.code, on)), None)
        if done_before is not None:
            return Basis(on, Phrase(N_("{title} done, before the series"), {"title": rule.title}), done_before)
    return Basis(on, Phrase(N_("the first day on which the series may lie")), planned)


def _day_of(item: Item) -> date:
    return item.done.on if item.done is not None else item.planned_day


def _first(on: date, history: History) -> Basis:
    logged = next((one for one in history.doses if one.taken and one.on == on), None)
    if logged is not None and first_dose(history) == on:
        return Basis(on, Phrase(N_("the first capsule, as logged")), logged, is_told=True)
    said = Phrase(N_("the first capsule, on the day that was said for it"))
    return Basis(on, said, history.last(FirstDosePlanned), is_told=True)


def last_dose(on: date, history: History, line: Timeline) -> Basis:
    """What makes a day the one of the last capsule."""
    fact: Fact | None = None
    match line.end_from:
        case EndFrom.STOP | EndFrom.LATEST:
            fact = history.stop
        case EndFrom.LOGGED:
            fact = next((one for one in reversed(history.doses) if one.taken), None)
        case EndFrom.UNTIL | EndFrom.TARGET | EndFrom.DURATION:
            fact = history.projection
    return Basis(
        on, Phrase(_ENDS[line.end_from], {"duration": line.duration}), fact, is_told=True, days_off=line.days_off
    )
