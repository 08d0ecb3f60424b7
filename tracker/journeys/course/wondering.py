"""Questions for the doctor: kept until the visit, ticked off there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import kind_of
from tracker.facts.questions import Question
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out


def reading(context: Context) -> Context:
    """The context that has the questions."""
    return context.reading(Question)


def ask(context: Context, fact: Question) -> Outcome:
    """Record a question; one that is open already is not asked twice."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        known = next((one for one in work.view.history.all(Question)
                      if one.answered is None and one.text == fact.text), None)  # fmt: skip
        if known is not None:
            raise AlreadyThere(known)
        work.record(fact)

    return carry_out(reading(context), "ask", kind_of(fact).say(fact), write)


def tick(context: Context, number: int, on: date, answer: str | None) -> Outcome:
    """Record that a question was answered on a day; raise InputError for a number that is none of a question."""

    def write(work: UnitOfWork) -> None:
        asked = next((one for one in work.view.history.all(Question) if one.id == number), None)
        if asked is None:
            raise InputError(N_("entry {id} is no question"), N_("the questions are shown by: {command}"),
                             id=number, command="isotrack ask")  # fmt: skip
        if asked.answered is not None and answer in (None, asked.note):
            raise AlreadyThere(asked)
        if on < asked.on:
            raise InputError(N_("{on} lies before the question was asked, on {asked}"), on=on, asked=asked.on)
        ticked = replace(asked, id=0, answered=asked.answered or on, note=answer or asked.note)
        check(ticked, work.view, context.today)
        work.record(ticked, work.void(asked))

    reason = Phrase(N_("question {id} answered"), {"id": number})
    return carry_out(reading(context), "ask", reason, write, fact_id=number)


def questions(context: Context) -> tuple[Question, ...]:
    """The questions of the patient, those that are open first, each by its day."""
    return questions_of(look_at_all(reading(context)))


def questions_of(views: Sequence[View]) -> tuple[Question, ...]:
    """The same of courses that were read."""
    found = [one for view in views for one in view.history.all(Question)]
    return tuple(sorted(found, key=lambda one: (one.answered is not None, one.answered or one.on, one.on, one.id)))
