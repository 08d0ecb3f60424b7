"""A diary of doses that was kept elsewhere: all of its days in one command, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tracker.capsules import Regimen, regimen_of
from tracker.engine.laws import check
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Dose, kind_of
from tracker.journeys.context import Context
from tracker.journeys.course import recording
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.record.diary import DiaryError, Line, Mistake


def take_over(context: Context, lines: Sequence[Line]) -> Outcome:
    """Record the days of a diary; one that has the same entry keeps it, one that has another is a mistake."""

    def write(work: UnitOfWork) -> None:
        regimen = regimen_of(work.view.history)
        there = {one.on: one for one in work.view.history.doses}
        mistakes, new = [], []
        for line in lines:
            dose = line.dose
            try:
                if dose.on not in there:
                    recording.check_amount(dose, work.view)
                    check(dose, work.view, context.today)
                    new.append(dose)
                elif _amount(regimen, there[dose.on]) == _amount(regimen, dose):
                    work.stood.append(there[dose.on])
                else:
                    mistakes.append(Mistake(line.number, _another(there[dose.on])))
            except InputError as error:
                mistakes.append(Mistake(line.number, Phrase(error.message, error.values)))
        if mistakes:
            raise DiaryError(mistakes)
        if not new:
            raise AlreadyThere(*work.stood)
        recording.not_of_the_course_before(context, work, new[0])
        for dose in new:
            work.record(dose)

    reason = Phrase(N_("capsules of {first} to {last} logged"), {"first": lines[0].dose.on, "last": lines[-1].dose.on})
    return carry_out(context, "log", reason, write)


def _amount(regimen: Regimen, dose: Dose) -> Decimal | bool:
    return dose.taken and regimen.mg_logged(dose.on, taken=True, mg=dose.mg)


def _another(known: Dose) -> Phrase:
    return Phrase(N_("{on} has another entry already: {what} (number {id})"),
                  {"on": known.on, "what": kind_of(known).say(known), "id": known.id})  # fmt: skip
