"""``Appointment``: what is booked. R4 asks for its beginning and its end; what the record has not is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from tracker.calendar.ics import APPOINTMENT_LASTS
from tracker.engine.view import View
from tracker.errors import N_
from tracker.facts import Appointment
from tracker.facts.done import Standing
from tracker.fhir.chart import Chart, Resource
from tracker.fhir.elements import instant, later, moment, text
from tracker.i18n import _, active
from tracker.plan import Item

_DAY = timedelta(days=1)


def appointments(chart: Chart, view: View) -> Iterator[Resource]:
    """Of each item that was booked the appointment that holds."""
    holding = {one.key: one for one in view.history.appointments}
    for key, one in sorted(holding.items()):
        yield _appointment(chart, view, one, view.plan.item(key))


def _appointment(chart: Chart, view: View, fact: Appointment, item: Item | None) -> Resource:
    is_tentative = fact.standing is Standing.TENTATIVE
    start, end, said = _times(fact, view.course.timezone)
    title = item.rule.title.in_language(active().code) if item is not None else fact.key
    return chart.made(
        "Appointment", view.course, f"appointment/{fact.key}", is_asserted=True,
        status="proposed" if is_tentative else "fulfilled" if _took_place(fact, item) else "booked",
        description=text(title),
        supportingInformation=[chart.plan_of(view.course)],
        start=instant(start), end=instant(end),
        comment=text(" ".join(filter(None, (said, fact.note)))),
        participant=[{"actor": chart.patient, "status": "tentative" if is_tentative else "accepted"}],
    )  # fmt: skip


def _took_place(fact: Appointment, item: Item | None) -> bool:
    """Whether what it was booked for was recorded as done on its day."""
    return item is not None and item.done is not None and item.done.on == fact.on


def _times(fact: Appointment, zone: str) -> tuple[datetime, datetime, str]:
    """The beginning and the end, and what of them was not said."""
    if fact.at is None:
        first = moment(fact.on, time(0), zone)
        said = _("The time of day was not said: the whole day is given in its place.")
        return first, moment(fact.on + _DAY, time(0), zone), said
    start = moment(fact.on, fact.at, zone)
    said = active().fill(N_("How long it lasts was not said: {count} minutes are given in its place."),
                         {"count": int(APPOINTMENT_LASTS.total_seconds()) // 60})  # fmt: skip
    return start, later(start, APPOINTMENT_LASTS), said
