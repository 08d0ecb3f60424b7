"""Where every journey begins: whose course, under which protocol, seen from which day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker import protocols
from tracker.currencies import Money
from tracker.db import patients, store
from tracker.db.engine import Database
from tracker.db.patients import Patient
from tracker.engine.view import Programmes, View, view_of
from tracker.errors import N_, InputError, Listed, Name, NoSuchError, Phrase
from tracker.facts import PLANNING, Course, Fact, FactKind, Programme, kinds_of
from tracker.facts.money import Payer
from tracker.facts.stock import Stock
from tracker.history import History
from tracker.names import half_of
from tracker.rules import Answering, Protocol
from tracker.washout import CourseDays, Surroundings, course_days

SELF = "me"
"""The label of the patient when nobody names one."""
MOST_NAMES = 5
"""As many names as an error lists."""


class NoCourseError(InputError):
    """There is no course yet."""


class Paid(Struct, frozen=True):
    """What something cost that is recorded by the same command."""

    price: Money
    payer: Payer


class Read(Struct):
    """The patient's courses as this command has read or written them, and the state of the ledger in which they were.

    Whatever moves a course adds a command to the ledger or takes one back: as long as that is as it was, nothing is
    read twice.
    """

    state: tuple[int, ...] = ()
    kinds: tuple[FactKind[Any], ...] = ()
    views: dict[int, View] = field(default_factory=dict)
    current: View | None = None
    patient: Patient | None = None
    """Whose record it turned out to be."""
    paid: Paid | None = None
    """What was said to have been paid for what the command records."""
    is_in_pounds: bool = False
    """Whether a weight was typed in pounds, and is said back in them as well."""

    def keep(self, state: tuple[int, ...], kinds: tuple[FactKind[Any], ...], views: Iterable[View]) -> None:
        """Remember courses of one state, read with the same kinds of facts; others are forgotten."""
        if (state, kinds) != (self.state, self.kinds):
            self.state, self.kinds, self.views = state, kinds, {}
        self.views |= {view.course.id: view for view in views}


class Context(Struct, frozen=True):
    """What a journey is given: the database, whose course, and the clock as read once by the command line."""

    database: Database
    patient: str | None
    """Whose record is meant, by name; None where nobody said: the only one's."""
    today: date
    now: datetime
    language: str
    """The language of the screen."""
    read: Read = field(default_factory=Read)
    kinds: tuple[FactKind[Any], ...] = PLANNING
    """The kinds of facts that are read: those that the plan stands on, and what the command names."""

    def reading(self, *classes: type[Fact]) -> Context:
        """The same, with facts of these classes read as well."""
        return replace(self, kinds=tuple(dict.fromkeys((*self.kinds, *kinds_of(*classes)))))


class WhoseError(InputError):
    """There are several patients, and nobody said whose record is meant."""


def no_course() -> NoCourseError:
    """The error of a command that needs a course where there is none."""
    return NoCourseError(
        N_("there is no course yet"),
        N_("open one with: {command}"),
        command=Phrase(N_("isotrack start DATE --weight KG --dose MG")),
    )


def pinned(course: Course, text: str | None, today: date) -> Protocol:
    """The protocol that the course was started under, in that version."""
    if text is not None:
        return protocols.loads(text, f"{course.protocol_id}@{course.protocol_version}", pinned=True)
    return protocols.find(f"{course.protocol_id}@{course.protocol_version}", today)


def seen(
    started: Protocol, history: History, today: date, before: Callable[[], tuple[CourseDays, ...]] = tuple
) -> View:
    """A course as it is seen from ``today``, with the programmes that it adopted.

    ``before`` gives the courses before it, where procedures of this one are kept apart from them too.
    """
    known = None
    if history.has_procedures:
        from tracker.procedures import catalogue  # start-up: only where the record has any

        known = Surroundings(catalogue(), before())
    answering = answering_of(history)
    if not history.programmes:
        return _with_the_earlier(view_of(started, history, today, known, answering))
    adopted = [adopted_by(fact, today) for fact in history.programmes]
    by_name = {f"{one.id}@{one.version}": one for one in (started, *adopted)}
    others = {}
    for name in {fact.laxer_than for fact in history.programmes if fact.laxer_than is not None}:
        with suppress(InputError):
            others[name] = by_name.get(name) or protocols.find(name, today)
    return _with_the_earlier(view_of(Programmes(started, adopted, others), history, today, known, answering))


def answering_of(history: History) -> Answering | None:
    """From when on a negative test answers a risk of a pregnancy; None where the record has none."""
    if not history.risks:
        return None
    from tracker.pregnancy import tests  # start-up: only where the record has any

    return tests().unprotected


def _with_the_earlier(view: View) -> View:
    """The same where the capsules at hand end before the programme has it."""
    if not view.history.all(Stock):
        return view
    from tracker.readings.stock import with_the_earlier  # start-up: only where they are counted

    plan = with_the_earlier(view.history, view.plan)
    return view if plan is view.plan else replace(view, plan=plan)


def days_before(connection: Connection, context: Context, course: Course) -> tuple[CourseDays, ...]:
    """The patient's courses before one."""
    patient = find_patient(connection, context)
    earlier = [one for one in store.courses(connection, patient.id) if one[0].id < course.id] if patient else []
    views = (
        seen(pinned(one, text, context.today), store.load(connection, one), context.today) for one, text in earlier
    )
    return tuple(days_of(view) for view in views)


def days_of(view: View) -> CourseDays:
    """The days of a course that procedures are kept apart from, and what its programme says of them."""
    rules = view.protocol.rules_for(can_become_pregnant=view.can_become_pregnant)
    return course_days(view.plan.timeline, view.protocol.id, rules)


def adopted_by(fact: Programme, today: date) -> Protocol:
    """The programme that a fact names: the text that was kept with it, or one of isotrack's own."""
    if fact.text is not None:
        return protocols.loads(fact.text, fact.reference, pinned=True)
    return protocols.find(fact.reference, today)


def find_patient(connection: Connection, context: Context) -> Patient | None:
    """The patient who is named, or the only one; None where there is none. Raise InputError where it can be several."""
    if context.patient is not None:
        found = patients.named(connection, context.patient)
    else:
        known = patients.all_of_them(connection, most=2)
        if len(known) > 1:
            raise WhoseError(
                N_("there are several patients: say whose record is meant, with --patient NAME"),
                N_("known: {known}"), known=_some(connection),
            )  # fmt: skip
        found = known[0] if known else None
    context.read.patient = found
    return found


def add_patient(connection: Connection, context: Context) -> Patient:
    """A new patient with the name that was said, or none."""
    context.read.patient = patients.add(connection, context.patient or SELF, context.now)
    return context.read.patient


def patient_of(connection: Connection, context: Context) -> Patient:
    """The patient who is named, or the only one; raise InputError where there is none."""
    found = find_patient(connection, context)
    if found is None:
        raise no_course_of(connection, context)
    return found


def named_in_short(shown: Sequence[Patient], count: int) -> Listed | Phrase:
    """Names of patients as an error lists them: some of ``count``, and how many more there are."""
    names = Listed(tuple(name_of(one) for one in shown[:MOST_NAMES]))
    more = count - len(names.parts)
    if more <= 0:
        return names
    return Phrase(N_("{names} and {count} more (isotrack patients)"), {"names": names, "count": more})


def _some(connection: Connection) -> Listed | Phrase:
    return named_in_short(patients.all_of_them(connection, MOST_NAMES), patients.count(connection))


def name_of(patient: Patient) -> str | Phrase:
    """What a patient is called: the name, or what stands for one."""
    return Phrase(N_("me (no name)")) if patient.label == SELF else Name(patient.label)


def views(connection: Connection, context: Context) -> list[View]:
    """All courses of the patient, oldest first."""
    patient = find_patient(connection, context)
    if patient is None:
        return []
    state = store.state_of(connection, patient.id)
    found = [_view(connection, context, state, *one) for one in store.courses(connection, patient.id)]
    context.read.current = found[-1] if found else None
    return found


def find_current(connection: Connection, context: Context, course_id: int | None = None) -> View | None:
    """The patient's newest course, or the one that is named by its id, if there is one."""
    patient = find_patient(connection, context)
    courses = store.courses(connection, patient.id) if patient is not None else []
    wanted = [one for one in courses if course_id in (None, one[0].id)]
    if patient is None or not wanted:
        return None
    view = _view(connection, context, store.state_of(connection, patient.id), *wanted[-1])
    if view.course.id == courses[-1][0].id:
        context.read.current = view
    return view


def _view(connection: Connection, context: Context, state: tuple[int, ...], course: Course, text: str | None) -> View:
    as_it_was = context.read.state == state and set(context.kinds) <= set(context.read.kinds)
    known = context.read.views.get(course.id) if as_it_was else None
    if known is None:
        history = store.load(connection, course, context.kinds)
        known = seen(pinned(course, text, context.today), history, context.today,
                     lambda: days_before(connection, context, course))  # fmt: skip
        context.read.keep(state, context.kinds, [known])
    return known


def current(connection: Connection, context: Context) -> View:
    """The patient's newest course; raise NoCourseError where there is none."""
    view = find_current(connection, context)
    if view is not None:
        return view
    raise no_course_of(connection, context)


def no_course_of(connection: Connection, context: Context) -> InputError:
    """The error where this patient has no course: there is another's, or none at all."""
    if context.patient is None or patients.named(connection, context.patient) is not None:
        return no_course()
    return no_patient(connection, context.patient)


def no_patient(connection: Connection, name: str) -> InputError:
    """The error where nobody has this name: those with one like it are named, else some of all."""
    if not patients.count(connection):
        return no_course()
    alike = patients.near(connection, name)
    halves = [one.label for one in patients.all_of_them(connection) if half_of(name, one.label)]
    return NoSuchError(
        N_('there is no patient "{name}"'),
        N_("did you mean: {known}") if alike else N_("known: {known}"),
        word=name, instead=halves if len(halves) == 1 else (),
        name=Name(name), known=named_in_short(alike, len(alike)) if alike else _some(connection),
    )  # fmt: skip


def look_at_all(context: Context) -> list[View]:
    """All courses of the patient, oldest first; raise NoCourseError where there is none."""
    with context.database.reading() as connection:
        return views(connection, context) or [current(connection, context)]


def look(context: Context) -> View:
    """The patient's current course as it stands."""
    with context.database.reading() as connection:
        return current(connection, context)
