"""Opening a course, moving its first dose and saying how long it lasts."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from tracker.capsules import dangers, regimen_of
from tracker.dates import Span
from tracker.db import store
from tracker.db.place import NoDatabaseError
from tracker.engine import overrides, schedule
from tracker.engine.comparison import laxer
from tracker.engine.laws import check
from tracker.engine.timeline import is_out_of_reach
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import (
    Course,
    Earlier,
    Fact,
    FirstDosePlanned,
    Override,
    Prescribed,
    Programme,
    Projection,
    RedFlag,
    Weight,
)
from tracker.facts.intake import Product
from tracker.facts.person import Person
from tracker.history import History
from tracker.journeys.context import Context, add_patient, find_current, find_patient, seen
from tracker.journeys.course.adopting import origin_of, programme_named
from tracker.journeys.course.dangers import command_that_clears, name_of_danger
from tracker.journeys.course.person import remarks_on_age
from tracker.journeys.course.treating import end_series
from tracker.journeys.patients import remarks_on_a_new_patient
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.pattern import Pattern
from tracker.plan import Phase
from tracker.rules import Kind, Protocol


class Opening(Struct, frozen=True, kw_only=True):
    """What a person says when a course opens."""

    first_dose: date
    enrolled: date | None
    protocol: str
    can_become_pregnant: bool
    name: str | None
    timezone: str
    weight: Decimal | None
    doses: Pattern | None
    projection: Projection | None
    own_values: tuple[Override, ...]
    earlier: Earlier | None = None
    is_laxer: bool = False
    """Whether the clinic said that its own programme may be laxer than the shipped one that it came from."""
    person: Person | None = None
    product: Product | None = None
    is_sure: bool = False
    """Whether it was said that an unusual dose is right."""
    is_another: bool = False
    """Whether it was said that a name much like a known one is another person's."""


def start_course(context: Context, opening: Opening) -> tuple[View, tuple[Phrase, ...]]:
    """Open a course; the course as it stands then, and what there is to say about it."""
    protocol, text = programme_named(opening.protocol, context.today)
    course = Course(
        id=0,
        uuid=store.new_uuid(),
        name=opening.name,
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        enrolled=opening.enrolled or min(context.today, opening.first_dose),
        timezone=opening.timezone,
        can_become_pregnant=opening.can_become_pregnant,
    )
    facts = _facts(opening, context.today)
    facts += [overrides.checked_override(protocol, own) for own in opening.own_values]
    if text is not None:
        facts.append(_own_programme(opening, course, protocol, text))
    if opening.earlier is not None:
        facts.append(opening.earlier)
    _check_dose(opening, protocol.jurisdiction, look_for_doubts=False)
    for fact in facts:
        check(fact, None, context.today)
    _check_enrolment(course, opening.first_dose, context.today)
    _check_dose(opening, protocol.jurisdiction, look_for_doubts=not opening.is_sure)
    with context.database.writing(create=True) as connection:
        patient = find_patient(connection, context)
        remarks = []
        if patient is None:
            remarks = remarks_on_a_new_patient(connection, context, is_another=opening.is_another)
            patient = add_patient(connection, context)
        remarks += _remarks_on_the_last_course(last := find_current(connection, context), opening.first_dose)
        command = store.begin_command(connection, patient.id, "start", context.now)
        remarks += end_series(connection, command, last, context.today)
        course = store.open_course(connection, patient.id, command, course, text)
        for fact in facts:
            store.record(connection, command, course.id, fact)
        view = seen(protocol, store.load(connection, course), context.today)
    remarks += _remark_on_dose(view.history)
    remarks += remarks_on_age(view, opening.person.born if opening.person is not None else None)
    return view, tuple(remarks)


def _check_dose(opening: Opening, country: str, *, look_for_doubts: bool) -> None:
    """Raise InputError for a dose that cannot be, and DoubtError for one that is unusual, or for such a weight."""
    from tracker.journeys.course import plausible  # start-up: a day without its year asks this module for the course

    if opening.weight is not None and look_for_doubts:
        plausible.doubt_weight(opening.weight)
    if opening.doses is None:
        return
    check_it = plausible.doubt_doses if look_for_doubts else plausible.check_doses
    check_it(opening.doses, opening.product or Product.CONVENTIONAL, country, kg=opening.weight, own=None)


def _own_programme(opening: Opening, course: Course, protocol: Protocol, text: str) -> Programme:
    """Where a clinic's own file lay, and than which shipped programme its word makes it laxer."""
    shipped = origin_of(protocol)
    pregnant = opening.can_become_pregnant
    is_laxer = shipped is not None and bool(laxer(protocol, shipped, can_become_pregnant=pregnant))
    if is_laxer and not opening.is_laxer:
        raise InputError(N_("{protocol} is laxer than the programme that it came from"),
                         N_("if your clinic told you so, add --clinic-confirmed"), protocol=protocol.id)  # fmt: skip
    return Programme(
        on=course.enrolled, protocol=protocol.id, version=protocol.version, text=text,
        path=str(Path(opening.protocol).absolute()),
        laxer_than=f"{shipped.id}@{shipped.version}" if shipped is not None and is_laxer else None,
    )  # fmt: skip


def check_the_last_course(context: Context, first_dose: date) -> None:
    """Raise what stands against another course from that day on; before anything is asked."""
    _remarks_on_the_last_course(_last_course(context), first_dose)


def _last_course(context: Context) -> View | None:
    with suppress(NoDatabaseError), context.database.reading() as connection:
        return find_current(connection, context)
    return None


def zone_of_the_last_course(context: Context) -> str | None:
    """The time zone that the patient's last course is in; None where there was none."""
    last = _last_course(context)
    return last.course.timezone if last is not None else None


def beginning_of_the_last_course(context: Context) -> tuple[date, date] | None:
    """The day of enrolment or of the first capsule of the patient's last course, whichever is first; and the latter."""
    last = _last_course(context)
    if last is None:
        return None
    first_dose = last.plan.timeline.first_dose
    return min(last.history.enrolled, first_dose), first_dose


def move_first_dose(context: Context, on: date) -> Outcome:
    """Plan the first capsule for another day."""
    fact = FirstDosePlanned(on=on)

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        taken = [one for one in work.view.history.doses if one.taken]
        if taken:
            raise InputError(
                N_("the course has begun: a capsule was logged on {on} (number {id})"),
                N_("to correct it: {command}"),
                on=taken[0].on,
                id=taken[0].id,
                command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": taken[0].id}),
            )
        if work.view.plan.timeline.first_dose <= context.today:
            raise InputError(
                N_("the course began on {on}: that day has come"),
                N_("if it began on another day, correct it: {command}"),
                on=work.view.plan.timeline.first_dose,
                command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": work.view.history.first_dose_id}),
            )
        if on < (enrolled := work.view.history.enrolled):
            work.say(N_("the first capsule now lies before enrolment ({enrolled})"), enrolled=enrolled)
        work.record(fact)

    return carry_out(context, "start --move", Phrase(N_("first capsule planned for {on}"), {"on": on}), write)


def project_end(context: Context, projection: Projection) -> Outcome:
    """Say how the last dose of the running course is projected."""

    def write(work: UnitOfWork) -> None:
        check(projection, work.view, context.today)
        if (last := work.view.plan.timeline.last_dose) is not None:
            raise InputError(N_("this course ended on {on}"), on=last)
        if projection.until is not None and projection.until < context.today:
            raise InputError(
                N_("{on} is past: an expected last capsule lies ahead"), N_("if it was the last one: {command}"),
                on=projection.until, command=f"isotrack stop {projection.until.isoformat()}",
            )  # fmt: skip
        if projection.target is not None and not work.view.history.weights:
            raise InputError(N_("a target in mg/kg needs a weight"), N_("log one: {command}"),
                             command=Phrase(N_("isotrack log weight KG")))  # fmt: skip
        history, first = work.view.history, work.view.plan.timeline.first_dose
        if projection.target is not None and is_out_of_reach(history, projection.target, first, context.today):
            raise _not_of_this_scale()
        if projection.target is not None and not work.view.history.prescribed:
            raise InputError(
                N_("a target in mg/kg needs a daily dose"),
                N_("log one: {command}"),
                command=Phrase(N_("isotrack dose MG --from DATE")),
            )
        work.record(projection)

    return carry_out(context, "until", Phrase(N_("last capsule projected anew"), {}), write)


def _not_of_this_scale() -> InputError:
    return InputError(N_("a target in mg/kg is one of conventional capsules: micronised ones have another scale"))


def _facts(opening: Opening, today: date) -> list[Fact]:
    facts: list[Fact] = [FirstDosePlanned(on=opening.first_dose)]
    if opening.weight is not None:
        # It is the weight at the start, however much later the course comes into isotrack.
        facts.append(Weight(on=min(today, opening.first_dose), kg=opening.weight))
    if opening.doses is not None:
        product = opening.product or Product.CONVENTIONAL
        facts.append(Prescribed(on=opening.first_dose, pattern=opening.doses, product=product))
    if opening.projection is not None:
        if opening.projection.target is not None and (opening.weight is None or opening.doses is None):
            raise InputError(N_("a target in mg/kg needs --weight and --dose"))
        if opening.projection.target is not None and opening.product is Product.MICRONISED:
            raise _not_of_this_scale()
        facts.append(opening.projection)
    if opening.person is not None:
        facts.append(opening.person)
    return facts


def _check_enrolment(course: Course, first_dose: date, today: date) -> None:
    if course.enrolled > today:
        raise InputError(N_("{on} has not come yet (today is {today})"), on=course.enrolled, today=today)
    if course.enrolled > first_dose:
        raise InputError(N_("enrolment on {enrolled} lies after the first capsule ({start})"),
                         enrolled=course.enrolled, start=first_dose)  # fmt: skip


def _remarks_on_the_last_course(last: View | None, first_dose: date) -> list[Phrase]:
    if last is None:
        return []
    ended = last.plan.timeline.last_dose
    if ended is None:
        raise InputError(
            N_("a course is open already, since {start} ({protocol})"),
            N_("to end it, with the day of its last capsule: {command}; for another person: {another}"),
            another=Phrase(N_("isotrack start DATE --patient NAME")),
            start=last.plan.timeline.first_dose,
            protocol=last.protocol.id,
            command=Phrase(N_("isotrack stop DATE")),
        )
    if danger := next(iter(dangers(last.history)), None):
        raise InputError(
            N_("{what} of {on} stands: no new course before your clinic's word"), N_("record it with: {command}"),
            what=name_of_danger(danger), on=danger.on,
            command=command_that_clears(danger.code) if isinstance(danger, RedFlag) else "isotrack log cleared",
        )  # fmt: skip
    if first_dose <= ended:
        raise InputError(N_("{on} lies inside the course before, which ended on {end}"), on=first_dose, end=ended)
    return [
        Phrase(
            N_("{protocol} asks for a gap after the last course: no new one until {end}. Ask your clinic."),
            {"protocol": last.protocol.id, "end": span.end},
        )
        for span in last.plan.spans
        if span.rule.kind is Kind.DOSE and span.phase is not Phase.ENDED and first_dose <= span.end
    ]


def _remark_on_dose(history: History) -> list[Phrase]:
    if not history.prescribed:
        return []
    first, regimen = history.first_dose_planned, regimen_of(history)
    found = []
    if regimen.is_off(first):
        found.append(Phrase(
            N_("By the prescription {on} has no capsule; the first one is that of {first}. Is the day right?"),
            {"on": first, "first": regimen.next_capsule(first)},
        ))  # fmt: skip
    return found


def earliest_first_dose(view: View) -> date:
    """The first day that keeps the programme's lead, counted from enrolment."""
    rules = view.protocol.rules_for(can_become_pregnant=view.can_become_pregnant)
    return schedule.earliest_first_dose(rules, view.history.enrolled)


def own_value(text: str, today: date, *, clinic_confirmed: bool) -> Override:
    """Read ``RULE.FIELD=SPAN``, a clinic's own value."""
    target, equals, value = text.partition("=")
    rule, dot, field = target.strip().rpartition(".")
    try:
        span = Span.parse(value.strip().upper())
    except ValueError:
        span = None
    if not (equals and dot and rule and field and span):
        raise InputError(
            N_('"{text}" is not a clinic\'s own value; expected RULE.FIELD=SPAN, such as contraception.tail=P1M'),
            text=text,
        )
    return Override(on=today, rule=rule, field=field, value=span, clinic_confirmed=clinic_confirmed)
