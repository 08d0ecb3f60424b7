"""The weeks of a course: what was taken in each, and which symptoms were there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from tracker.facts.intake import Product
from tracker.journeys.course.suffering import Complaints
from tracker.readings.intake import taken_by_day
from tracker.readings.symptoms import in_week
from tracker.walk import Account

DAYS_OF_A_WEEK = 7
_DAY, _WEEK = timedelta(days=1), timedelta(days=DAYS_OF_A_WEEK)


class Week(Struct, frozen=True):
    """A week of the course: what was taken in it, and what was there."""

    number: int
    """1 is the week of the first capsule; 0 and less lie before it."""
    first: date
    mg: dict[Product, Decimal] | None
    """Taken in it by the kind of capsules, logged or assumed; None where no dose is known, or only that of all days."""
    grades: dict[str, int | None]


def weeks(found: Complaints) -> list[Week]:
    """The weeks of the course from the first symptom on, oldest first, with what was taken in each."""
    view = found.view
    line, today = view.plan.timeline, view.plan.today
    if not found.periods:
        return []
    number = (found.periods[0].start - line.first_dose).days // 7
    first = line.first_dose + number * _WEEK
    has_dose = bool(view.history.prescribed or view.history.doses)
    days = taken_by_day(view.history, line, today) if has_dose else []
    weeks = []
    while first <= today:
        last = min(first + _WEEK - _DAY, today)
        mg = None
        is_known = not any(first <= day.on <= last and day.account is Account.STATED for day in days)
        if has_dose and last >= line.first_dose and is_known:
            mg = dict[Product, Decimal]()
            for day in days:
                if first <= day.on <= last and day.taken:
                    mg[day.product] = mg.get(day.product, Decimal(0)) + day.mg
        weeks.append(Week(number + 1, first, mg, in_week(found.periods, first, last)))
        number, first = number + 1, first + _WEEK
    return weeks
