"""Where every journey begins: whose course, under which protocol, seen from which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from tracker import protocols, schedule
from tracker.db import store
from tracker.db.engine import Database
from tracker.errors import N_, InputError, Phrase
from tracker.history import History
from tracker.journeys.moves import Move, moves
from tracker.model import Course, Done, Fact
from tracker.overrides import with_overrides
from tracker.plan import Plan
from tracker.rules import Protocol

F = TypeVar("F", bound=Fact)
SELF = "me"
"""The label of the patient when nobody names one."""


class NoCourseError(InputError):
    """There is no course yet."""


@dataclass(slots=True)
class Glance:
    """The patient's current course as it was last read or written by this command."""

    view: View | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a journey is given: the database, whose course, and the clock as read once by the command line."""

    database: Database
    patient: str
    today: date
    now: datetime
    language: str
    """The language of the screen."""
    glance: Glance = field(default_factory=Glance)


@dataclass(frozen=True, slots=True)
class View:
    """A course with its protocol (the clinic's own values applied), its facts and its plan."""

    protocol: Protocol
    history: History
    plan: Plan

    @property
    def course(self) -> Course:
        """The course itself."""
        return self.history.course

    def counts_for(self, fact: Fact) -> tuple[str, ...]:
        """The keys of the items that a thing done counts for."""
        return self.plan.counts.get(fact.id, ())


@dataclass(frozen=True, slots=True)
class Recount:
    """Something done before that counts for something else now."""

    fact: Done
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the facts that it recorded, the course as it is now, and what moved."""

    view: View
    recorded: tuple[Fact, ...]
    moved: tuple[Move, ...]
    reason: Phrase | None
    already_there: bool = False
    remarks: tuple[Phrase, ...] = ()
    recounted: tuple[Recount, ...] = ()


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


def view_of(protocol: Protocol, history: History, today: date) -> View:
    """A course seen from ``today``; ``protocol`` as published, the clinic's own values are applied here."""
    own = with_overrides(protocol, history.overrides) if history.overrides else protocol
    return View(own, history, schedule.plan(own, history, today))


def views(connection: Connection, desk: Desk) -> list[View]:
    """All courses of the patient, oldest first."""
    patient = store.patient_id(connection, desk.patient)
    if patient is None:
        return []
    found = [
        view_of(pinned(course, text, desk.today), store.load(connection, course), desk.today)
        for course, text in store.courses(connection, patient)
    ]
    desk.glance.view = found[-1] if found else None
    return found


def find_current(connection: Connection, desk: Desk, course_id: int | None = None) -> View | None:
    """The patient's newest course, or the one that is named by its id, if there is one."""
    patient = store.patient_id(connection, desk.patient)
    courses = store.courses(connection, patient) if patient is not None else []
    wanted = [one for one in courses if course_id in (None, one[0].id)]
    if not wanted:
        return None
    course, text = wanted[-1]
    view = view_of(pinned(course, text, desk.today), store.load(connection, course), desk.today)
    if course.id == courses[-1][0].id:
        desk.glance.view = view
    return view


def current(connection: Connection, desk: Desk) -> View:
    """The patient's newest course; raise NoCourseError where there is none."""
    view = find_current(connection, desk)
    if view is not None:
        return view
    raise nobodys(connection, desk)


def nobodys(connection: Connection, desk: Desk) -> InputError:
    """The error where this patient has no course: there is another's, or none at all."""
    known = store.patients(connection)
    if not known or desk.patient in known:
        return no_course()
    if desk.patient == SELF:
        return InputError(
            N_("whose course? it is said with --patient NAME"), N_("known patients: {known}"), known=", ".join(known)
        )
    return InputError(
        N_('there is no patient "{patient}"'),
        N_("known patients: {known}"),
        patient=desk.patient,
        known=", ".join(known),
    )


def look_at_all(desk: Desk) -> list[View]:
    """All courses of the patient, oldest first; raise NoCourseError where there is none."""
    with desk.database.reading() as connection:
        return views(connection, desk) or [current(connection, desk)]


def look(desk: Desk) -> View:
    """The patient's current course as it stands."""
    with desk.database.reading() as connection:
        return current(connection, desk)


@dataclass(frozen=True, slots=True)
class Pen:
    """Records facts of one command on one course."""

    connection: Connection
    command_id: int
    view: View
    recorded: list[Fact]
    remarks: list[Phrase]

    def record(self, fact: F, number: int | None = None) -> F:
        """Record a fact; the fact with its id."""
        done = store.record(self.connection, self.command_id, self.view.course.id, fact, number)
        self.recorded.append(done)
        return done

    def void(self, fact: Fact) -> int:
        """Void a fact that stands; the number that a correction keeps."""
        return store.void(self.connection, self.command_id, fact.id)

    def after(self, desk: Desk) -> View:
        """The course as it is with what was recorded so far."""
        view = find_current(self.connection, desk, self.view.course.id)
        assert view is not None  # noqa: S101 - nothing here closes a course
        return view

    def say(self, message: str, **values: object) -> None:
        """Tell the user something about what was recorded."""
        self.remarks.append(Phrase(message, values))


class AlreadyThere(Exception):  # noqa: N818 - not an error: there is nothing to do
    """The very same fact stands already."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.fact = fact


@contextmanager
def _command(desk: Desk, verb: str, fact_id: int | None) -> Iterator[Pen]:
    with desk.database.writing() as connection:
        view = current(connection, desk)
        patient = store.known_patient_id(connection, desk.patient)
        if fact_id is not None and (found := store.find_fact(connection, patient, fact_id)) is not None:
            view = find_current(connection, desk, found[0]) or view
        yield Pen(connection, store.begin_command(connection, patient, verb, desk.now), view, [], [])


def carry_out(
    desk: Desk, verb: str, reason: Phrase, write: Callable[[Pen], None], *, fact_id: int | None = None
) -> Outcome:
    """Run ``write`` in one transaction and say what moved because of it: on the newest course, or on that of a fact."""
    try:
        with _command(desk, verb, fact_id) as pen:
            write(pen)
            return outcome(desk, pen, reason)
    except AlreadyThere as same:
        return Outcome(look(desk), (same.fact,), (), None, already_there=True)


def outcome(desk: Desk, pen: Pen, reason: Phrase | None) -> Outcome:
    """The course after the pen's facts, and the difference to the plan before."""
    after = pen.after(desk)
    moved = moves(pen.view.plan, after.plan)
    return Outcome(
        after, tuple(pen.recorded), moved, reason if moved else None, remarks=tuple(pen.remarks),
        recounted=recounted(pen.view, after),
    )  # fmt: skip


def recounted(before: View, after: View) -> tuple[Recount, ...]:
    """What counts for something else than it did; what was recorded or taken away in between is left out."""
    return tuple(
        Recount(fact, before.counts_for(fact), after.counts_for(fact))
        for fact in after.history.done
        if fact.id in before.plan.counts and before.counts_for(fact) != after.counts_for(fact)
    )
