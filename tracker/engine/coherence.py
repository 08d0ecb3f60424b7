"""Whether the facts of a course go together, whatever was said of each of them."""

from __future__ import annotations

from datetime import date

from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Enrolment, Fact, Fertility, Pause, Possible, Stop


def check_history(view: View) -> None:
    """Raise InputError where enrolment, pauses, resumptions and the last capsule no longer follow one another."""
    first_dose, stop = view.plan.timeline.first_dose, view.history.stop
    before: Fact | None = None
    for fact in view.history.pauses:
        if isinstance(fact, Pause) == isinstance(before, Pause) or (before is not None and fact.on <= before.on):
            raise InputError(
                N_("entry {id} of {on} depends on this one: correct or remove that one first"), id=fact.id, on=fact.on
            )
        after_the_first_capsule(fact, first_dose)
        before = fact
    if stop is not None:
        not_before_the_first_capsule(stop, first_dose)
    said = view.history.last(Enrolment)
    if said is not None and said.on > first_dose:
        raise InputError(N_("enrolment on {enrolled} lies after the first capsule ({start})"),
                         enrolled=said.on, start=first_dose)  # fmt: skip


def after_the_first_capsule(fact: Fact, first_dose: date) -> None:
    """Raise InputError for a pause or a resumption on the first day or before it."""
    if fact.on <= first_dose:
        raise InputError(
            N_("a pause on {on} does not lie after the first capsule ({start})"),
            N_("a first capsule that lies ahead is moved with: {command}"),
            on=fact.on,
            start=first_dose,
            command=Phrase(N_("isotrack start --move DATE")),
        )


def not_before_the_first_capsule(stop: Stop, first_dose: date) -> None:
    """Raise InputError for a last capsule before the first."""
    if stop.on < first_dose:
        raise InputError(
            N_("a last capsule on {on} lies before the first ({start})"),
            N_("a course that never began is taken back by {command}, one command after another up to its start"),
            on=stop.on,
            start=first_dose,
            command="isotrack undo",
        )


def on_the_clinics_word(fact: Fertility) -> None:
    """Raise InputError where nobody but the person says that no pregnancy is possible any more."""
    if fact.possible is Possible.NO and not fact.clinic_confirmed:
        raise InputError(
            N_("contraception and pregnancy tests fall away only on your clinic's word"),
            N_("if your clinic told you so, add --clinic-confirmed"),
        )
