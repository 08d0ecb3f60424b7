"""``Observation`` of what was seen and felt: symptoms, mood, skin, habits, what was explained, the background."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tracker.engine.view import View
from tracker.errors import N_
from tracker.facts import Fact
from tracker.facts.background import ABOUT_NAMES, Background
from tracker.facts.observation import Observation
from tracker.facts.person import SEX_NAMES, Person
from tracker.fhir.chart import Chart, Resource, named
from tracker.fhir.elements import TERMINOLOGY, Element, coding, concept, day, measured, period, text
from tracker.i18n import _, active
from tracker.lexicon import Word
from tracker.vocabulary import graded, vocabulary
from tracker.vocabulary import measured as said_of

_CATEGORIES = {"mood": "survey", "habit": "social-history"}
"""What FHIR calls a family; of the others it has no name."""
_KNOWN = ("laboratory", "vital-signs", "social-history", "survey")
"""Categories of FHIR's own that are used."""


def seen(chart: Chart, view: View) -> Iterator[Resource]:
    """What was observed in a course, and what was said of the time before it."""
    for one in view.history.all(Observation):
        yield _coded(chart, view, one)
    for said in [one for one in view.history.all(Person) if one.sex is not None][-1:]:
        yield _sex(chart, view, said)
    for known in view.history.all(Background):
        yield observation(
            chart, view, known, category="social-history", status="final", code=concept(_(ABOUT_NAMES[known.about])),
            valueString=text(known.text) or "-", note=[*_until(chart, known), *chart.own_note(known)],
        )  # fmt: skip


def _sex(chart: Chart, view: View, fact: Person) -> Resource:
    """The sex that ranges are held against, as it was said last: it is no ``gender`` of administration."""
    said = _(SEX_NAMES[fact.sex]) if fact.sex is not None else ""
    return observation(
        chart, view, fact, category="social-history", status="final",
        code=concept(_("sex, for the ranges of blood values")), valueCodeableConcept=concept(said),
        note=chart.own_note(fact),
    )  # fmt: skip


def observation(
    chart: Chart, view: View, fact: Fact, *, category: str, status: str, code: Element, **elements: Any
) -> Resource:
    """What a person says to have observed on the day of a fact."""
    system = f"{TERMINOLOGY}/observation-category"
    kind = {"coding": [coding(system, category)]} if category in _KNOWN else concept(category)
    effective = {} if "effectivePeriod" in elements else {"effectiveDateTime": day(fact.on)}
    return chart.made(
        "Observation", view.course, named(fact), is_asserted=True, status=status, category=[kind], code=code,
        subject=chart.patient, **effective, performer=[chart.patient], **elements,
    )  # fmt: skip


def absent() -> dict[str, Any]:
    """That there is no value, and that nobody knows one."""
    return {"dataAbsentReason": {"coding": [coding(f"{TERMINOLOGY}/data-absent-reason", "unknown", "Unknown")]}}


def _coded(chart: Chart, view: View, fact: Observation) -> Resource:
    words = vocabulary(fact.family)
    word = words.data.word(fact.code)
    name = _said(word.question if word is not None and word.question is not None else words.named(fact.code))
    span = {"effectivePeriod": period(fact.on, fact.until)} if fact.until is not None else {}
    return observation(
        chart, view, fact, category=_CATEGORIES.get(fact.family, _(fact.family)),
        status="final", code=concept(name), **span, **_value(fact, word),
        bodySite=concept(_said(words.named(fact.site))) if fact.site is not None else None,
        note=chart.own_note(fact), component=_grade(fact) if fact.family == "symptom" else None,
    )  # fmt: skip


def _value(fact: Observation, word: Word | None) -> dict[str, Any]:
    """The value as the vocabulary has it; that something is there, where that is all that was said."""
    if fact.family in ("symptom", "counselling") or (word is not None and word.is_truth):
        return {"valueBoolean": fact.value != 0}
    if fact.grade is not None:
        return {"valueCodeableConcept": concept(_said(graded(word, fact.grade)))}
    return absent() if fact.value is None else _number(fact, fact.value, word)


def _number(fact: Observation, value: Decimal, word: Word | None) -> dict[str, Any]:
    """A count, an amount with its unit, or what a number stands for."""
    unit = fact.unit or (word.unit.en if word is not None and word.unit is not None else None)
    if unit is not None or fact.comparator is not None:
        return measured(value, unit, fact.comparator)
    if word is not None and (word.question is not None or (word.zero is not None and value == 0)):
        return {"valueCodeableConcept": concept(_said(said_of(word, value)))}
    return {"valueInteger": int(value)} if value == int(value) else measured(value, None)


def _grade(fact: Observation) -> list[Element] | None:
    if fact.grade is None:
        return None
    return [{"code": concept(_("grade, as the person judges it")), "valueInteger": fact.grade}]


def _until(chart: Chart, fact: Background) -> list[Element]:
    return chart.notes(active().fill(N_("until {on}"), {"on": fact.until})) if fact.until is not None else []


def _said(value: Any) -> str:
    return str(active().value(value))
