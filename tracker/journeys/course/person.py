"""The person whose course it is: sex and day of birth, and whether the programme is meant for that age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, Listed, Phrase
from tracker.facts import kind_of
from tracker.facts.person import Person
from tracker.journeys.context import Context
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.readings.ages import too_young
from tracker.rules import Sex


def log_person(context: Context, fact: Person) -> Outcome:
    """Record the sex or the day of birth."""

    def write(work: UnitOfWork) -> None:
        stop_if_same(work.view, fact)
        check(fact, work.view, context.today)
        work.record(fact)
        for phrase in remarks_on_age(work.after(), fact.born):
            work.say(phrase.message, **phrase.values)

    return carry_out(context, "log", kind_of(fact).say(fact), write)


def remarks_on_age(view: View, born: date | None) -> list[Phrase]:
    """That the programme is meant for older people, in its own words; nothing where the age is not known."""
    if born is None:
        return []
    first_dose = view.plan.timeline.first_dose
    return [
        Phrase(
            N_("{text} [{sources}] At the first capsule ({on}) the age is {age}: ask your clinic."),
            {"text": one.remark.text, "sources": Listed(one.remark.sources), "on": first_dose, "age": one.age},
        )
        for one in too_young(view.protocol.remarks, born, first_dose)
    ]


def sex_of(views: Sequence[View]) -> Sex | None:
    """The sex as it was said last, in whatever course."""
    said = [one for one in _said(views) if one.sex is not None]
    return said[-1].sex if said else None


def sex_of_ranges(views: Sequence[View]) -> Sex | None:
    """The sex whose ranges blood values are held against; None where nobody said it: then those of both are shown.

    That pregnancy is possible says it too where a person has said so in so many words. A course that was opened without
    a word on it takes it for possible, to be safe, and says nothing of the sex.
    """
    said = sex_of(views)
    is_said = any(view.can_become_pregnant and view.history.fertility for view in views)
    return Sex.FEMALE if said is None and is_said else said


def born_of(views: Sequence[View]) -> date | None:
    """The day of birth as it was said last, in whatever course."""
    said = [one for one in _said(views) if one.born is not None]
    return said[-1].born if said else None


def _said(views: Sequence[View]) -> list[Person]:
    return sorted((one for view in views for one in view.history.all(Person)), key=lambda one: one.id)
