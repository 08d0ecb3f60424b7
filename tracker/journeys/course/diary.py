"""A diary of doses that was kept elsewhere: all of its days in one command, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import Regimen, regimen_of
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Dose, kind_of
from tracker.facts.stock import Stock
from tracker.journeys.context import Context, look
from tracker.journeys.course import intake, plausible
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.record.diary import DiaryError, Line, Mistake


class Overview(Struct, frozen=True):
    """What a diary would bring."""

    view: View
    new: tuple[Line, ...]
    """Those that are not there yet, with the milligrams of the capsules that they count."""
    there: tuple[Dose, ...]
    mistakes: tuple[Mistake, ...]
    doubts: tuple[Mistake, ...]
    """What can be meant, but is unusual."""

    def prescribed(self, line: Line) -> Decimal:
        """The milligrams of its day by the prescription."""
        return regimen_of(self.view.history).mg(line.dose.on)


def look_over(context: Context, lines: Sequence[Line], mistakes: Sequence[Mistake]) -> Overview:
    """What the lines of a diary would bring, and all that is wrong with them beside the mistakes that were found."""
    found = _looked_over(look(context.reading(Stock)), lines, context)
    return replace(found, mistakes=tuple(sorted((*mistakes, *found.mistakes), key=lambda one: one.line)))


def take_over(context: Context, lines: Sequence[Line]) -> Outcome:
    """Record the days of a diary; one that has the same entry keeps it, one that has another is a mistake."""

    def write(work: UnitOfWork) -> None:
        found = _looked_over(work.view, lines, context)
        if found.mistakes:
            raise DiaryError(found.mistakes)
        work.stood.extend(found.there)
        if not found.new:
            raise AlreadyThere(*work.stood)
        intake.not_of_the_course_before(context, work, found.new[0].dose)
        for line in found.new:
            work.record(line.dose)

    reason = Phrase(N_("capsules of {first} to {last} logged"), {"first": lines[0].dose.on, "last": lines[-1].dose.on})
    return carry_out(context.reading(Stock), "log", reason, write)


def _looked_over(view: View, lines: Sequence[Line], context: Context) -> Overview:
    regimen = regimen_of(view.history)
    there = {one.on: one for one in view.history.doses}
    new, stood, mistakes = list[Line](), list[Dose](), list[Mistake]()
    for line in lines:
        try:
            dose = replace(line.dose, mg=_milligrams(line, view))
            known = there.get(dose.on)
            if known is None:
                intake.check_amount(dose, view)
                check(dose, view, context.today)
                new.append(replace(line, dose=dose))
            elif _amount(regimen, known) == _amount(regimen, dose):
                stood.append(known)
            else:
                mistakes.append(Mistake(line.number, _another(known)))
        except InputError as error:
            mistakes.append(Mistake(line.number, Phrase(error.message, error.values)))
    return Overview(view, tuple(new), tuple(stood), tuple(mistakes), tuple(_doubts(new, view)))


def _milligrams(line: Line, view: View) -> Decimal | None:
    """What a line says, or what its capsules come to."""
    if line.capsules is None:
        return line.dose.mg
    return plausible.milligrams_of(line.capsules, line.dose.on, view)


def _doubts(new: Sequence[Line], view: View) -> list[Mistake]:
    lines = {line.dose.on: line.number for line in new}
    found = plausible.far_above([line.dose for line in new], view.history)
    return [Mistake(lines[dose.on], plausible.much_more(dose, prescribed)) for dose, prescribed in found]


def _amount(regimen: Regimen, dose: Dose) -> Decimal | bool:
    return dose.taken and regimen.mg_logged(dose.on, taken=True, mg=dose.mg)


def _another(known: Dose) -> Phrase:
    return Phrase(N_("{on} has another entry already: {what} (number {id})"),
                  {"on": known.on, "what": kind_of(known).say(known), "id": known.id})  # fmt: skip
