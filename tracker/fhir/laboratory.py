"""``Observation`` of what was measured: blood values as they were printed, pregnancy tests, body weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker import analytes
from tracker.engine.view import View
from tracker.errors import N_
from tracker.facts import RESULT_NAMES, Done, TestResult, Weight
from tracker.facts.lab import LabValue
from tracker.fhir.chart import Chart, Resource
from tracker.fhir.codes import LOINC, loinc
from tracker.fhir.elements import TERMINOLOGY, Element, amount, coding, concept, filled, measured
from tracker.fhir.observations import absent, observation
from tracker.i18n import _, active
from tracker.rules import KIND_NAMES, Kind
from tracker.sheet import Flag, marked

_INTERPRETATION = f"{TERMINOLOGY}/v3-ObservationInterpretation"
_SIDES = {Flag.HIGH: "High", Flag.LOW: "Low"}
_RESULTS = {
    TestResult.NEGATIVE: coding(_INTERPRETATION, "NEG", "Negative"),
    TestResult.POSITIVE: coding(_INTERPRETATION, "POS", "Positive"),
    TestResult.UNCLEAR: coding(_INTERPRETATION, "IND", "Indeterminate"),
}


def values(chart: Chart, view: View) -> Iterator[Resource]:
    """What was measured in a course."""
    fasting = {one.on: one.fasting for one in view.history.done if one.kind is Kind.BLOOD_TEST}
    for value in view.history.all(LabValue):
        yield _in_blood(chart, view, value, is_fasting=fasting.get(value.on))
    for done in view.history.done:
        if done.kind is Kind.PREGNANCY_TEST:
            yield _test(chart, view, done)
    for weight in view.history.weights:
        yield _weight(chart, view, weight)


def _in_blood(chart: Chart, view: View, fact: LabValue, *, is_fasting: bool | None) -> Resource:
    side = marked(fact.printed)
    printed = active().fill(N_("printed on the sheet: {text}"), {"text": fact.printed}) if fact.printed else None
    fasting = None
    if is_fasting is not None:
        fasting = _("drawn fasting") if is_fasting else _("not drawn fasting")
    return observation(
        chart, view, fact, category="laboratory", status="final",
        code=concept(analytes.named(fact.code).in_language(active().code), _code(fact.code, fact.unit)),
        **measured(fact.value, fact.unit, fact.comparator),
        interpretation=[concept(_SIDES[side], coding(_INTERPRETATION, side.value, _SIDES[side]))] if side else None,
        note=[*chart.notes(printed, fasting), *chart.own_note(fact)],
        referenceRange=_range(fact),
    )  # fmt: skip


def _range(fact: LabValue) -> list[Element] | None:
    """The laboratory's own range; one of the data would be taken for it."""
    if fact.low is None and fact.high is None:
        return None
    ends = {"low": fact.low, "high": fact.high}
    found = {name: amount(end, fact.unit) for name, end in ends.items() if end is not None}
    if None in found.values():
        return [{"text": " - ".join(f"{end:f}" if end is not None else "" for end in ends.values()).strip()}]
    return [filled(found)]


def _test(chart: Chart, view: View, fact: Done) -> Resource:
    """A test whose result nobody recorded has none; of which specimen it was made nobody said: it has no code."""
    if fact.result is None:
        said: dict[str, Any] = absent()
    else:
        said = {"valueCodeableConcept": concept(_(RESULT_NAMES[fact.result]), _RESULTS[fact.result])}
    return observation(
        chart, view, fact, category="laboratory", status="registered" if fact.result is None else "final",
        code=concept(_(KIND_NAMES[Kind.PREGNANCY_TEST])), **said, note=chart.own_note(fact),
    )  # fmt: skip


def _weight(chart: Chart, view: View, fact: Weight) -> Resource:
    return observation(
        chart, view, fact, category="vital-signs", status="final",
        code=concept(_("body weight"), _code("weight", "kg")), **measured(fact.kg, "kg"), note=chart.own_note(fact),
    )  # fmt: skip


def _code(of: str, unit: str | None) -> Element | None:
    found = loinc(of, unit)
    return coding(LOINC, found.code, found.name) if found is not None else None
