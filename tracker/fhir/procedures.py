"""``Procedure``: what was done to the skin. What is planned stands in the plan alone."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.engine.view import View
from tracker.facts import Session
from tracker.fhir.chart import Chart, Resource, named
from tracker.fhir.elements import concept, day
from tracker.i18n import active
from tracker.procedures import name_of


def procedures(chart: Chart, view: View) -> Iterator[Resource]:
    """The sessions of a course."""
    for fact in view.history.sessions:
        yield chart.made(
            "Procedure", view.course, named(fact), is_asserted=True,
            basedOn=[chart.plan_of(view.course)], status="completed",
            code=concept(called(fact)),
            subject=chart.patient, performedDateTime=day(fact.on), asserter=chart.patient,
            bodySite=[concept(fact.area)] if fact.area is not None else None,
            note=chart.own_note(fact),
        )  # fmt: skip


def called(fact: Session) -> str:
    """What a procedure is called."""
    return name_of(fact.code).in_language(active().code)
