"""``Flag``: what has to be seen first: dangers, the times in which something is forbidden or asked for, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tracker.capsules import Danger, cleared_on, every_danger
from tracker.engine.view import View
from tracker.errors import N_
from tracker.fhir.chart import Chart, Resource, named
from tracker.fhir.elements import TERMINOLOGY, Element, coding, concept, period
from tracker.i18n import _, active
from tracker.plan import Phase, SpanInPlan

_CATEGORY = f"{TERMINOLOGY}/flag-category"
_ABOUT = {"blood": ("lab", "Lab"), "substance": ("drug", "Drug")}
_CLINICAL, _DRUG = ("clinical", "Clinical"), ("drug", "Drug")
_IN_FORCE = (Phase.ACTIVE, Phase.OVER_TEST_OUTSTANDING)


def flags(chart: Chart, view: View) -> Iterator[Resource]:
    """Of a course its dangers, until the clinic cleared them, and its windows."""
    for danger in every_danger(view.history):
        yield _danger(chart, view, danger)
    for span in view.plan.spans:
        yield _window(chart, view, span)


def findings(chart: Chart) -> Iterator[Resource]:
    """What a careful nurse would notice today, as the screens say it."""
    view = chart.material.views[-1]
    seen: Counter[str] = Counter()
    for one in chart.material.findings:
        about = "/".join(("finding", one.about, one.level, *one.codes, one.on.isoformat()))
        seen[about] += 1
        name = about if seen[about] == 1 else f"{about}/{seen[about]}"
        yield chart.made(
            "Flag", view.course, name, is_asserted=False, status="active",
            category=_category(_ABOUT.get(one.about, _CLINICAL)), code=concept(one.text), subject=chart.patient,
            period=period(one.on),
        )  # fmt: skip


def _danger(chart: Chart, view: View, fact: Danger) -> Resource:
    cleared = cleared_on(view.history, fact)
    said = chart.material.described(fact)
    if cleared is not None:
        said = active().fill(N_("{text}; cleared by the clinic on {on}"), {"text": said, "on": cleared})
    return chart.made(
        "Flag", view.course, f"danger/{named(fact)}", is_asserted=True,
        status="active" if cleared is None else "inactive", category=_category(_CLINICAL), code=concept(said),
        subject=chart.patient, period=period(fact.on, cleared), author=chart.patient,
    )  # fmt: skip


def _window(chart: Chart, view: View, span: SpanInPlan) -> Resource:
    """A window without its end where that is an estimate: the words say so."""
    title = span.rule.title.in_language(active().code)
    message = N_("{title} ({state}), until {on}")
    if span.end_is_estimate:
        message = N_("{title} ({state}), until {on} by an estimate")
    values = {"title": title, "state": _(chart.material.phases[span.phase]), "on": span.end}
    return chart.made(
        "Flag", view.course, f"window/{span.key}", is_asserted=False,
        status="active" if span.phase in _IN_FORCE else "inactive", category=_category(_DRUG),
        code=concept(active().fill(message, values)), subject=chart.patient,
        period=period(span.start, None if span.end_is_estimate else span.end),
    )  # fmt: skip


def _category(of: tuple[str, str]) -> list[Element]:
    code, display = of
    return [{"coding": [coding(_CATEGORY, code, display)]}]
