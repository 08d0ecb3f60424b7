"""``MedicationStatement``: the capsules of each day that was logged, what is assumed of others, other substances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.capsules import days_off, is_within, regimen_of
from tracker.engine.view import View
from tracker.errors import N_
from tracker.facts import Dose, Earlier, Prescribed
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.substances import Taken
from tracker.fhir.chart import Chart, Resource, named
from tracker.fhir.elements import Element, amount, concept, day, filled, period
from tracker.i18n import _, active
from tracker.pattern import Intakes
from tracker.pharmacy import FORM_NAMES
from tracker.readings.intake import taken_by_day
from tracker.walk import Account, Day

_DAY = timedelta(days=1)
_NOT_CONFIRMED = {
    Account.ASSUMED: N_("Assumed: prescribed, and not recorded otherwise. Nobody confirmed that it was taken."),
    Account.BEYOND: N_("Not recorded, and the capsules at hand did not suffice: not known whether it was taken."),
}
"""Why it is not known whether what was prescribed for a day was taken: gettext message ids."""


def statements(chart: Chart, view: View) -> Iterator[Resource]:
    """What was said of the capsules of a course, and what is assumed; then what was taken beside them."""
    days = taken_by_day(view.history, view.plan.timeline, chart.today)
    by_day = {one.on: one for one in days}
    for fact in view.history.doses:
        yield _logged(chart, view, fact, by_day.get(fact.on))
    for run in _runs(view, days):
        yield _assumed(chart, view, run)
    earlier = view.history.earlier
    if earlier is not None and earlier.taken is not None:
        yield _stated(chart, view, earlier, earlier.taken)
    for taken in view.history.all(Taken):
        yield _beside(chart, view, taken)


def capsules(product: Product) -> Element:
    """What is in the capsules, and of which kind they are where it is not the usual one."""
    name = _("isotretinoin")
    if product is Product.CONVENTIONAL:
        return concept(name)
    return concept(active().fill(N_("{what} ({product})"), {"what": name, "product": _(PRODUCT_NAMES[product])}))


def _logged(chart: Chart, view: View, fact: Dose, walked: Day | None) -> Resource:
    product = walked.product if walked is not None else Product.CONVENTIONAL
    intakes: Intakes = walked.taken if walked is not None else () if fact.mg is None else (fact.mg,)
    return _statement(
        chart, view, named(fact), is_asserted=True,
        basedOn=[chart.plan_of(view.course)],
        status="completed" if fact.taken else "not-taken",
        medicationCodeableConcept=capsules(product),
        effectiveDateTime=day(fact.on),
        dosage=_dosage(intakes) if fact.taken else None,
        note=chart.own_note(fact),
    )  # fmt: skip


def _runs(view: View, days: Sequence[Day]) -> Iterator[list[Day]]:
    """Days of one prescription in a row of which the same is not confirmed.

    Days for which it has no capsule may lie between them, those off may not.
    """
    regimen, off = regimen_of(view.history), days_off(view.history)
    run: list[Day] = []
    held: object = None
    for one in days:
        if one.account is Account.NONE and not is_within(off, one.on):
            continue
        key = one.account, one.product, regimen.step(one.on)
        if run and key != held:
            yield run
            run = []
        held = key
        if one.account in _NOT_CONFIRMED:
            run.append(one)
    if run:
        yield run


def _assumed(chart: Chart, view: View, run: Sequence[Day]) -> Resource:
    first, last = run[0], run[-1]
    step = regimen_of(view.history).step(first.on)
    is_the_same = all(one.prescribed == first.prescribed for one in run)
    return _statement(
        chart, view, f"assumed/{first.on.isoformat()}", is_asserted=False,
        basedOn=[chart.plan_of(view.course)],
        status="unknown",
        medicationCodeableConcept=capsules(first.product),
        effectivePeriod=period(first.on, last.on),
        dosage=_dosage(first.prescribed) if is_the_same or step is None else [{"text": _said(step)}],
        note=chart.notes(_(_NOT_CONFIRMED[first.account])),
    )  # fmt: skip


def _said(step: Prescribed) -> str:
    return str(active().value(step.doses.said))


def _stated(chart: Chart, view: View, fact: Earlier, taken: Decimal) -> Resource:
    """A total that was said of the time before a day: no dose of any day."""
    said = active().fill(N_("{mg} mg in all before {on}; what is recorded of that time is a part of it"),
                         {"mg": taken, "on": fact.on})  # fmt: skip
    first = view.plan.timeline.first_dose
    before = fact.on - _DAY
    return _statement(
        chart, view, named(fact), is_asserted=True,
        basedOn=[chart.plan_of(view.course)],
        status="completed" if taken else "not-taken",
        medicationCodeableConcept=capsules(Product.CONVENTIONAL),
        effectivePeriod=period(min(first, before), before),
        dosage=[{"text": said}],
        note=chart.own_note(fact),
    )  # fmt: skip


def _beside(chart: Chart, view: View, fact: Taken) -> Resource:
    form = _(FORM_NAMES[fact.form]) if fact.form is not None else None
    return _statement(
        chart, view, named(fact), is_asserted=True,
        status=_status(fact.on, fact.until, chart.today),
        medicationCodeableConcept=concept(fact.name),
        effectivePeriod=period(fact.on, fact.until),
        dosage=[{"route": concept(form)}] if form is not None else None,
        note=chart.own_note(fact),
    )  # fmt: skip


def _status(first: date, last: date | None, today: date) -> str:
    if first > today:
        return "intended"
    return "active" if last is None or last >= today else "completed"


def _dosage(intakes: Intakes) -> list[Element]:
    """Each intake of a day by itself."""
    return [
        filled({"sequence": number if len(intakes) > 1 else None, "doseAndRate": [{"doseQuantity": amount(mg, "mg")}]})
        for number, mg in enumerate(intakes, start=1)
    ]


def _statement(chart: Chart, view: View, about: str, *, is_asserted: bool, **elements: Any) -> Resource:
    return chart.made(
        "MedicationStatement", view.course, about, is_asserted=is_asserted, **elements, subject=chart.patient,
        informationSource=chart.patient if is_asserted else None,
    )  # fmt: skip
