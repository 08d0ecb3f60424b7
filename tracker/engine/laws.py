"""What a fact must be to be believed: raised as one clear line before anything is written.

``check`` is what a fact has to be whenever it was entered, corrected or not; ``check_new`` is that and what a command
asks beside it of a fact that is entered now; ``check_history`` is what the facts of a course have to be together.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import singledispatch

from tracker.capsules import is_day_off, is_paused, regimen_of, start_weight
from tracker.engine.bounds import within_bounds
from tracker.engine.coherence import (
    check_open_pause,
    no_capsule_within,
    not_before_the_first_capsule,
    on_the_clinics_word,
)  # fmt: skip
from tracker.engine.nearness import A_YEAR, SOON_BEFORE, exists_in, has_happened, not_long_before, soon_before
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import (
    Appointment,
    Done,
    Dose,
    Fact,
    Fertility,
    FirstDosePlanned,
    Pause,
    Prescribed,
    Programme,
    Projection,
    Resume,
    SeriesPlan,
    Stop,
    Weight,
)
from tracker.facts.background import Background
from tracker.facts.money import Budget, Cost
from tracker.facts.observation import Observation
from tracker.facts.person import Person
from tracker.facts.substances import Taken
from tracker.pattern import total
from tracker.rounding import half_up, kilograms

LEAST_DOSE, LARGEST_DOSE = Decimal(1), Decimal(200)
"""Milligrams a day that can be meant; a bound against slips, no clinical limit."""
LEAST_WEIGHT, LARGEST_WEIGHT = Decimal(20), Decimal(300)
"""Kilograms that can be meant; a bound against slips."""
LEAST_TARGET, LARGEST_TARGET = Decimal(10), Decimal(400)
"""Milligrams per kilogram over a course that can be meant; a bound against slips."""
LONGEST_BEFORE_THE_FIRST = timedelta(days=14)
"""A capsule so long before the first day at most can be meant; our own bound against slips, no clinical value."""
LEAST_AGE, LARGEST_AGE = 5, 110
"""Years of age that can be meant; a bound against slips, no clinical limit."""
_TEN_YEARS = timedelta(days=3653)


@singledispatch
def check(fact: Fact, view: View | None, today: date) -> None:
    """Raise InputError where ``fact`` cannot be true of this course; ``view`` is None before there is one."""
    check_common(fact, view, today)


def check_common(fact: Fact, view: View | None, today: date) -> None:
    """What every fact that happened has to be: of a day that has come, its values within their bounds."""
    has_happened(fact.on, today)
    if isinstance(fact, Done) and fact.kind in SOON_BEFORE:
        soon_before(fact.on, view, today)
    not_long_before(fact.on, view)
    within_bounds(fact)


@singledispatch
def check_new(fact: Fact, view: View, today: date) -> None:
    """Raise InputError where ``fact`` cannot be entered now."""
    check(fact, view, today)


@check.register
def _first_dose_planned(fact: FirstDosePlanned, view: View | None, today: date) -> None:
    del view
    if fact.on > today + A_YEAR:
        raise InputError(N_("a first capsule on {on} is more than a year ahead"), on=fact.on)
    if fact.on < today - _TEN_YEARS:
        raise InputError(N_("a first capsule on {on} is more than ten years ago"), on=fact.on)


@check.register
def _person(fact: Person, view: View | None, today: date) -> None:
    check_common(fact, view, today)
    if fact.sex is None and fact.born is None:
        raise InputError(N_("nothing was said of the person"), N_("for example: {command}"),
                         command="isotrack log person female --born 2001-04-30")  # fmt: skip
    if fact.born is not None and not LEAST_AGE <= (today - fact.born).days // 365.25 <= LARGEST_AGE:
        raise InputError(N_("a day of birth on {on} cannot be; expected {least} to {most} years ago"), on=fact.born,
                         least=LEAST_AGE, most=LARGEST_AGE)  # fmt: skip


@check.register
def _lasting(fact: Taken | Background | Observation, view: View | None, today: date) -> None:
    """What was observed has ended when that is said; what is taken may end ahead."""
    is_observed = isinstance(fact, Observation)
    if is_observed:
        check_common(fact, view, today)
    has_happened(fact.on, today)
    if fact.until is not None and fact.until < fact.on:
        hint = None if fact.on < today else N_("the first day is today unless --since says it")
        raise InputError(N_("the last day, {until}, lies before the first, {on}"), hint, until=fact.until, on=fact.on)
    if fact.until is not None and is_observed:
        has_happened(fact.until, today)
    if fact.until is not None and fact.until > today + A_YEAR:
        raise InputError(N_("{on} is more than a year ahead"), on=fact.until)


@check.register
def _projection(fact: Projection, view: View | None, today: date) -> None:
    del today
    if fact.target is not None and not LEAST_TARGET <= fact.target <= LARGEST_TARGET:
        kg = start_weight(view.history, view.plan.timeline.first_dose) if view is not None else None
        as_mg = half_up(fact.target / kg, 1) if kg and fact.target > LARGEST_TARGET else None
        raise InputError(
            N_("a target of {value} mg/kg is not possible; expected {least} to {most} mg/kg over the whole course"),
            N_("{value} mg on {kg} kg are {meant} mg/kg") if as_mg is not None else None,
            value=fact.target, least=LEAST_TARGET, most=LARGEST_TARGET, kg=kilograms(kg) if kg else None, meant=as_mg,
        )  # fmt: skip
    first_dose = view.plan.timeline.first_dose if view else None
    if fact.until is not None and first_dose and not first_dose <= fact.until <= first_dose + 3 * A_YEAR:
        raise InputError(
            N_("a last capsule on {on} does not fit a course that begins on {start}"), on=fact.until, start=first_dose
        )


@check.register
def _prescribed(fact: Prescribed, view: View | None, today: date) -> None:
    for intakes in filter(None, fact.doses.days):
        check_mg(total(intakes))
        if any(mg != mg.to_integral_value() for mg in intakes):
            raise InputError(N_("a part of {value} mg cannot be; expected whole milligrams"), value=min(intakes))
    if fact.on > today + A_YEAR:
        raise InputError(N_("{on} is more than a year ahead"), on=fact.on)
    not_long_before(fact.on, view)


@check_new.register
def _new_prescribed(fact: Prescribed, view: View, today: date) -> None:
    check(fact, view, today)
    if (last := view.plan.timeline.last_dose) and fact.on > last:  # one of the time before may come late
        raise InputError(N_("this course ended on {on}; a new dose belongs to a new course"), on=last)


@check.register
def _dose(fact: Dose, view: View | None, today: date) -> None:
    has_happened(fact.on, today)
    not_long_before(fact.on, view)
    if fact.mg is not None:
        check_mg(fact.mg)
    first_dose = view.plan.timeline.first_dose if view else None
    if not fact.taken and first_dose and fact.on < first_dose:
        raise InputError(
            N_("{on} lies before the first capsule ({start}): none was missed"),
            N_("if the course began then, correct the day of its first capsule: {command} shows its number"),
            on=fact.on, start=first_dose, command="isotrack history",
        )  # fmt: skip
    if fact.taken and first_dose and fact.on < first_dose - LONGEST_BEFORE_THE_FIRST:
        raise InputError(
            N_("a capsule on {on} lies long before the first one ({start})"),
            N_("if the course began then, correct the day of its first capsule: {command} shows its number"),
            on=fact.on,
            start=first_dose,
            command="isotrack history",
        )
    same_day = next((one for one in view.history.doses if one.on == fact.on), None) if view else None
    if same_day is not None:
        raise InputError(
            N_("{on} already has a dose logged (number {id}); a day has one entry, its total"),
            N_("to correct it: {command}"),
            on=fact.on,
            id=same_day.id,
            command=Phrase(N_("isotrack fix {id} ..."), {"id": same_day.id}),
        )
    if view is not None and fact.mg is None and is_day_off(view.history, fact.on):
        raise _by_the_prescription_off(fact, view)


def _by_the_prescription_off(fact: Dose, view: View) -> InputError:
    regimen = regimen_of(view.history)
    usual = regimen.mg_logged(fact.on, taken=True, mg=None)
    command = f"isotrack log dose {usual.normalize():f} --on {fact.on.isoformat()}"
    return InputError(
        N_("by the prescription {on} has no capsule ({doses})"),
        N_("if one was taken, say how much: {command}") if fact.taken else N_("a day without one is not missed"),
        on=fact.on, doses=regimen.said(fact.on), command=command,
    )  # fmt: skip


@check.register
def _weight(fact: Weight, view: View | None, today: date) -> None:
    has_happened(fact.on, today)
    not_long_before(fact.on, view)
    if not LEAST_WEIGHT <= fact.kg <= LARGEST_WEIGHT:
        raise InputError(N_("a weight of {value} kg is not possible; expected {least} to {most} kg"),
                         value=fact.kg, least=LEAST_WEIGHT, most=LARGEST_WEIGHT)  # fmt: skip


@check.register
def _series(fact: SeriesPlan, view: View | None, today: date) -> None:
    check_common(fact, view, today)
    if not fact.every.count >= 1 or not (fact.every * fact.sessions).is_within_ten_years:
        raise InputError(N_("{sessions} sessions, {every} apart, are not possible; expected a day at least between two,"
                            " and ten years at most in all"), sessions=fact.sessions, every=fact.every)  # fmt: skip
    if fact.begins is not None and fact.begins < fact.on:
        raise InputError(N_("{on} is past: a series lies ahead"), N_("what was done is logged"), on=fact.begins)
    if fact.begins is not None and fact.begins > today + 10 * A_YEAR:
        raise InputError(N_("{on} is more than ten years ahead"), on=fact.begins)


@check.register
def _money(fact: Cost | Budget, view: View | None, today: date) -> None:
    del view, today
    within_bounds(fact)
    if isinstance(fact, Budget) and fact.until is not None and fact.until < fact.on:
        raise InputError(N_("it ends on {until}, before its first day ({on})"), until=fact.until, on=fact.on)


@check.register
def _programme(fact: Programme | Fertility, view: View | None, today: date) -> None:
    has_happened(fact.on, today)
    if isinstance(fact, Fertility):
        on_the_clinics_word(fact)
    elif view is not None and fact.on < view.history.enrolled:
        raise InputError(N_("{on} lies before enrolment ({enrolled}): a programme holds from a day of the course on"),
                         on=fact.on, enrolled=view.history.enrolled)  # fmt: skip


@check.register
def _appointment(fact: Appointment, view: View | None, today: date) -> None:
    if fact.on > today + 2 * A_YEAR:
        raise InputError(N_("{on} is more than two years ahead"), on=fact.on)
    if view is not None and fact.at is not None:
        exists_in(datetime.combine(fact.on, fact.at), view.course.timezone)


@check_new.register
def _new_appointment(fact: Appointment, view: View, today: date) -> None:
    if fact.on < today:
        raise InputError(N_("{on} is past: an appointment lies ahead"), N_("what was done is logged"), on=fact.on)
    check(fact, view, today)


@check.register
def _pause_resume(fact: Pause | Resume, view: View | None, today: date) -> None:
    del view
    if fact.on > today + A_YEAR:
        raise InputError(N_("{on} is more than a year ahead"), on=fact.on)


@check_new.register
def _new_pause(fact: Pause, view: View, today: date) -> None:
    check(fact, view, today)
    check_open_pause(fact, view)


@check_new.register
def _new_resume(fact: Resume, view: View, today: date) -> None:
    check(fact, view, today)
    since = view.plan.timeline.paused_since
    if since is None:
        raise InputError(
            N_("the course is not paused"), N_("to pause it: {command}"), command=Phrase(N_("isotrack pause DATE"))
        )
    if fact.on <= since:
        raise InputError(N_("{on} is not after the first day of the pause ({since})"), on=fact.on, since=since)


@check.register
def _stop(fact: Stop, view: View | None, today: date) -> None:
    has_happened(fact.on, today)
    if view is None:
        return
    if view.history.stop is not None:
        raise InputError(
            N_("this course was stopped already, last capsule {on}"),
            N_("to correct that: {command}"),
            on=view.history.stop.on,
            command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": view.history.stop.id}),
        )
    not_before_the_first_capsule(fact, view.plan.timeline.first_dose)
    no_capsule_within(fact.on, fact.on + timedelta(days=1), None, view)


def check_mg(mg: Decimal) -> None:
    """Raise InputError for a daily dose that cannot be meant."""
    if not LEAST_DOSE <= mg <= LARGEST_DOSE or mg != mg.to_integral_value():
        raise InputError(
            N_("a dose of {value} mg a day is not possible; expected whole milligrams from {least} to {most}"),
            value=mg,
            least=LEAST_DOSE,
            most=LARGEST_DOSE,
        )


def is_inside_a_pause(view: View, on: date) -> bool:
    """Whether no capsule was to be taken on that day."""
    return is_paused(view.history, on)
