"""``CarePlan``: what a course asks for, each thing with what became of it, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tracker.engine.view import View
from tracker.errors import N_, Listed
from tracker.facts import (
    Done,
    Earlier,
    Fact,
    Fertility,
    FirstDosePlanned,
    Override,
    Pause,
    Prescribed,
    Programme,
    Projection,
    Resume,
    SeriesEnd,
    SeriesPlan,
    Session,
    Stop,
    TimesChosen,
)  # fmt: skip
from tracker.facts.done import Standing
from tracker.facts.lab import LabValue
from tracker.fhir.chart import PLAN, Chart, Resource, named
from tracker.fhir.elements import Element, amount, concept, day, filled, period, text
from tracker.fhir.medication import capsules
from tracker.fhir.procedures import called
from tracker.i18n import _, active
from tracker.plan import Item, Phase, State
from tracker.rules import KIND_NAMES, Kind, Rule

_DAY = timedelta(days=1)
_DECISIONS: tuple[type[Fact], ...] = (
    FirstDosePlanned, Projection, Pause, Resume, Stop, Override, Programme, Earlier, Fertility, SeriesPlan,
    SeriesEnd, TimesChosen,
)  # fmt: skip
"""What was decided of a course: said in the words of the record."""
_KINDS = {
    Kind.VISIT: "Appointment", Kind.BLOOD_TEST: "ServiceRequest", Kind.PREGNANCY_TEST: "ServiceRequest",
    Kind.PROCEDURE: "ServiceRequest",
}  # fmt: skip
"""Which resource an activity could be asked for with; of others, a task."""
_STATUS = {
    State.BOOKED: "scheduled", State.DONE: "completed", State.AWAITING_RESULT: "in-progress",
    State.AS_PLANNED: "unknown", State.NOT_KNOWN: "unknown",
}  # fmt: skip
"""Of an activity; of every other state nobody has begun with it."""


def plan_of(chart: Chart, view: View) -> Resource:
    """The plan of a course."""
    plan, protocol = view.plan, view.protocol
    activities = [
        *(_prescribed(chart, view, step, following) for step, following in _steps(view)),
        *(_planned(chart, view, item) for item in plan.items),
        *(_unplanned(chart, view, fact) for fact in _things_done(view) if not view.counts_for(fact)),
    ]
    return chart.made(
        "CarePlan", view.course, PLAN, is_asserted=False,
        status=_status(view), intent="plan",
        title=text(protocol.name.in_language(active().code)),
        description=text(view.reference),
        subject=chart.patient,
        period=period(view.history.enrolled),
        activity=activities,
        note=[one for fact in _decisions(view) for one in (*_decided(chart, fact), *chart.own_note(fact))],
    )  # fmt: skip


def _status(view: View) -> str:
    line = view.plan.timeline
    if line.last_dose is not None:
        is_over = all(one.phase is Phase.ENDED for one in view.plan.spans)
        return "completed" if is_over and not any(one.state.is_open for one in view.plan.items) else "active"
    return "on-hold" if line.paused_since is not None or line.held_since is not None else "active"


def _decisions(view: View) -> list[Fact]:
    found = [one for cls in _DECISIONS for one in view.history.all(cls)]
    return sorted(found, key=lambda one: (one.on, one.id))


def _decided(chart: Chart, fact: Fact) -> list[Element]:
    said = chart.material.described(fact)
    if isinstance(fact, Stop) and not fact.date_known:
        said = active().fill(N_("{text}: the latest possible day, nobody knows which it was"), {"text": said})
    return chart.notes(said)


def _steps(view: View) -> Iterator[tuple[Prescribed, Prescribed | None]]:
    """Each prescription, with the one that takes its place."""
    steps = view.history.prescribed
    yield from pairwise(steps)
    if steps:
        yield steps[-1], None


def _prescribed(chart: Chart, view: View, step: Prescribed, following: Prescribed | None) -> Element:
    """What was prescribed: that any of it was taken is said elsewhere."""
    status, reason = _of_a_step(chart, view, step, following)
    last = following.on - _DAY if following is not None and following.on > step.on else None
    return _activity(
        named(step), chart.own_note(step), kind="MedicationRequest", code=capsules(step.made_of), status=status,
        statusReason=concept(reason) if reason is not None else None,
        scheduledPeriod=period(step.on, last), productCodeableConcept=capsules(step.made_of),
        dailyAmount=amount(step.mg, "mg") if step.pattern is None else None,
        description=text(str(active().value(step.said))),
    )  # fmt: skip


def _of_a_step(chart: Chart, view: View, step: Prescribed, following: Prescribed | None) -> tuple[str, str | None]:
    if following is not None and following.on <= chart.today:
        return "unknown", _("another dose took its place; what was taken is said of each day")
    if view.plan.timeline.last_dose is not None:
        return "unknown", _("the course has ended; what was taken is said of each day")
    if max(step.on, view.plan.timeline.first_dose) > chart.today:
        return "not-started", None
    if any(dose.taken and dose.on >= step.on for dose in view.history.doses):
        return "in-progress", None
    return "unknown", _("no capsule of it is recorded")


def _planned(chart: Chart, view: View, item: Item) -> Element:
    is_tentative = item.appointment is not None and item.appointment.standing is Standing.TENTATIVE
    status = _STATUS.get(item.state, "not-started")
    if item.state is State.BOOKED and is_tentative:
        status = "not-started"
    reason = None
    if status in ("not-started", "unknown", "in-progress"):
        reason = _("booked, not confirmed yet") if is_tentative else _(chart.material.states[item.state])
    done = item.done or item.awaiting
    notes = [*chart.own_note(done), *_done_on(chart, done)] if done is not None else []
    return _activity(
        item.key, notes, outcome=_outcome(chart, view, done) if done is not None else (),
        kind=_KINDS.get(item.kind, "Task"), code=concept(item.rule.title.in_language(active().code)), status=status,
        statusReason=concept(reason) if reason is not None else None, **_when(item), description=_rule(item.rule),
    )  # fmt: skip


def _when(item: Item) -> dict[str, Any]:
    """The day for which it is booked or planned; in words where that is an estimate."""
    on = item.planned_day
    if not item.due_is_estimate or item.state is State.BOOKED:
        return {"scheduledPeriod": period(on, on)}
    return {"scheduledString": active().fill(N_("{on} (estimate)"), {"on": on})}


def _rule(rule: Rule) -> str | None:
    values = {"text": rule.text, "sources": Listed(rule.sources)}
    return text(active().fill(N_("{text} [{sources}]"), values))


def _things_done(view: View) -> list[Done | Session]:
    return [*view.history.done, *view.history.sessions]


def _unplanned(chart: Chart, view: View, fact: Done | Session) -> Element:
    """Something that was done and counts for nothing that was planned."""
    is_waiting = isinstance(fact, Done) and fact.awaits_result
    kind = fact.kind if isinstance(fact, Done) else Kind.PROCEDURE
    name = _(KIND_NAMES[kind]) if isinstance(fact, Done) else called(fact)
    return _activity(
        f"done/{named(fact)}", [*chart.own_note(fact), *_done_on(chart, fact)], outcome=_outcome(chart, view, fact),
        kind=_KINDS.get(kind, "Task"), code=concept(name),
        status="in-progress" if is_waiting else "completed",
        statusReason=concept(_(chart.material.states[State.AWAITING_RESULT])) if is_waiting else None,
        scheduledPeriod=period(fact.on, fact.on),
    )  # fmt: skip


def _done_on(chart: Chart, fact: Done | Session) -> list[Element]:
    said = active().fill(N_("done on {on}"), {"on": fact.on})
    return [{"authorReference": chart.patient, "time": day(fact.on), **one} for one in chart.notes(said)]


def _outcome(chart: Chart, view: View, fact: Done | Session) -> list[Element]:
    """What came of it: the procedure, the test's result, the values of that day's blood."""
    if isinstance(fact, Session) or fact.kind is Kind.PREGNANCY_TEST:
        return [chart.reference(view.course, named(fact))]
    if fact.kind is not Kind.BLOOD_TEST:
        return []
    return [chart.reference(view.course, named(one)) for one in view.history.all(LabValue) if one.on == fact.on]


def _activity(about: str, progress: list[Element], outcome: Sequence[Element] = (), **detail: Any) -> Element:
    return filled({"id": about, "outcomeReference": list(outcome), "progress": progress, "detail": filled(detail)})
