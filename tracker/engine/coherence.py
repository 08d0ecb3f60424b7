"""Whether the facts of a course go together, whatever was said of each of them."""

from __future__ import annotations

from datetime import date

from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Enrolment, Fact, Fertility, Pause, Possible, Resume, Stop

_SAID_ALREADY = N_("a pause or its end was recorded on {on} already (number {id})")


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


def check_open_pause(fact: Pause, view: View) -> None:
    """Raise InputError for a pause whose end nobody has said yet, where anything was said of later days."""
    hint, command = N_("a pause that is over, with its first day with a capsule again: {command}"), _closed(fact)
    if (last := view.plan.timeline.last_dose) is not None:
        raise InputError(N_("this course ended on {on}"), hint, on=last, command=command)
    after_the_first_capsule(fact, view.plan.timeline.first_dose)
    if (later := next((one for one in view.history.pauses if one.on >= fact.on), None)) is not None:
        raise InputError(_SAID_ALREADY, hint, on=later.on, id=later.id, command=command)
    dose = next((one for one in view.history.doses if one.taken and one.on >= fact.on), None)
    if dose is not None and dose.on > fact.on:
        raise InputError(N_("a capsule was logged on {on} (number {id}), after this pause began"), hint, on=dose.on,
                         id=dose.id, command=command)  # fmt: skip
    no_capsule_within(fact.on, fact.on, None, view)


def _closed(fact: Pause) -> Phrase:
    return Phrase(N_("isotrack pause {on} --resume DATE"), {"on": fact.on.isoformat()})


def check_closed_pause(fact: Pause, resume: Resume, view: View) -> None:
    """Raise InputError for a pause, said with its end, that does not fit between what was said of other days."""
    if resume.on <= fact.on:
        raise InputError(N_("{on} is not after the first day of the pause ({since})"), on=resume.on, since=fact.on)
    first_dose, last_dose = view.plan.timeline.first_dose, view.plan.timeline.last_dose
    after_the_first_capsule(fact, first_dose)
    if last_dose is not None and resume.on > last_dose:
        raise InputError(N_("this course ended on {on}"), on=last_dose)
    before = [one for one in view.history.pauses if one.on < fact.on]
    within = [one for one in view.history.pauses if fact.on <= one.on <= resume.on]
    if before and isinstance(before[-1], Pause):
        within.insert(0, before[-1])
    if within:
        raise InputError(_SAID_ALREADY, on=within[0].on, id=within[0].id)
    no_capsule_within(fact.on, fact.on, resume.on, view)


def no_capsule_within(said: date, first: date, end: date | None, view: View) -> None:
    """Raise InputError where a capsule was logged from ``first`` on and before ``end``: what was said cannot be."""
    days = (one for one in view.history.doses if one.taken and one.on >= first and (end is None or one.on < end))
    if (dose := next(days, None)) is not None:
        raise InputError(
            N_("it cannot be on {said}: a capsule was logged on {on} (number {id})"),
            N_("if that is wrong, remove it first: {command}"),
            said=said, on=dose.on, id=dose.id,
            command=Phrase(N_("isotrack fix {id} --remove"), {"id": dose.id}),
        )  # fmt: skip


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
