"""What is recorded of all courses as the rows of a table: a day of capsules, a blood value or a symptom each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any

from tracker import analytes
from tracker.engine.view import View
from tracker.facts import Fact, RedFlag
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look_at_all
from tracker.pattern import total
from tracker.vocabulary import vocabulary
from tracker.walk import Account, Day, Shelf, walk

Rows = list[Sequence[Any]]
_OF_A_DAY = {
    Account.LOGGED: "taken", Account.MISSED: "missed", Account.ASSUMED: "assumed", Account.BEYOND: "not-at-hand",
    Account.STATED: "stated",
}  # fmt: skip


def doses(context: Context) -> Rows:
    """Every day until today that has a capsule, or that was logged; what is assumed stands in a column of its own."""
    return [row for course, view in _courses(context) for row in _days(course, view)]


def _days(course: int, view: View) -> Iterator[Sequence[Any]]:
    first, today = view.plan.timeline.first_dose, view.plan.today
    notes = {one.on: one.note for one in view.history.doses}
    for day in takewhile(lambda one: one.on <= today, walk(view.history, first, today, shelf=Shelf(view.history))):
        if day.account in _OF_A_DAY:
            known = day.account in (Account.LOGGED, Account.MISSED)
            number = (day.on - first).days + 1
            yield (day.on, course, number if number > 0 else None, total(day.prescribed), day.mg if known else None,
                   _assumed(day), _OF_A_DAY[day.account], day.product.value, notes.get(day.on))  # fmt: skip


def _assumed(day: Day) -> Decimal | None:
    return day.mg if day.account is Account.ASSUMED else None


def blood(context: Context) -> Rows:
    """Every blood value, with what was printed."""
    return [
        (one.on, course, one.code, analytes.named(one.code).in_language(context.language), one.comparator, one.value,
         one.unit, one.low, one.high, one.printed, one.note)
        for course, view in _courses(context.reading(LabValue)) for one in view.history.all(LabValue)
    ]  # fmt: skip


def symptoms(context: Context) -> Rows:
    """What was said of symptoms and red flags, an entry a row."""
    words = vocabulary("symptom")

    def row(course: int, one: Fact) -> Sequence[Any]:
        is_flag = isinstance(one, RedFlag)
        code = str(getattr(one, "code", ""))
        return (one.on, getattr(one, "until", None), course, code, words.named(code).in_language(context.language),
                getattr(one, "value", None) != 0, getattr(one, "grade", None), is_flag, one.note)  # fmt: skip

    return [
        row(course, one)
        for course, view in _courses(context.reading(Observation))
        for one in sorted((*(one for one in view.history.all(Observation) if one.family == "symptom"),
                           *view.history.red_flags), key=lambda one: (one.on, one.id))
    ]  # fmt: skip


def _courses(context: Context) -> Iterator[tuple[int, View]]:
    return enumerate(look_at_all(context), start=1)


TABLES: Mapping[str, Callable[[Context], Rows]] = {"doses": doses, "blood": blood, "symptoms": symptoms}
"""By name what gives the rows of a table."""
