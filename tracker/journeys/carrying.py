"""The whole record of a patient taken along: read as values, and taken in on another machine, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker import album, record
from tracker.calendar.settings import NAMES
from tracker.db import patients, published, store, whole
from tracker.db import photos as recorded
from tracker.db.patients import Patient
from tracker.db.place import NoDatabaseError
from tracker.engine.coherence import check_history
from tracker.engine.laws import check
from tracker.errors import N_, InputError, Phrase, TrackerError
from tracker.facts import KINDS, Fact, kind_of
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.history import History
from tracker.journeys.context import SELF, Context, name_of, patient_of, pinned, seen
from tracker.journeys.patients import remarks_on_a_new_patient
from tracker.journeys.preferring import TAKEN
from tracker.protocols.faults import Fault
from tracker.record import Disagreement, merging
from tracker.record.merging import Addition
from tracker.record.writing import photos
from tracker.whole import CourseWhole, Entry, Whole


def taken_along(context: Context, *, with_calendar: bool) -> Whole:
    """Everything of the patient; what calendars were given only where that is asked for."""
    with context.database.reading() as connection:
        found = whole.in_order(whole.read(connection, patient_of(connection, context).id, NAMES))
    return found if with_calendar else replace(found, given=None)


class Arrival(Struct, frozen=True):
    """What a record that comes would bring, and to whom."""

    name: str
    is_known: bool
    """Whether the patient has entries here already."""
    addition: Addition
    already: int
    """Facts that are here already."""
    state: tuple[object, ...]
    """Of the record here, as it was compared with."""
    remarks: tuple[Phrase, ...] = ()
    missing: tuple[str, ...] = ()
    """Files of photos that are named and do not lie beside the database."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Settings of the calendar that are in the file and are not taken: only this machine says them."""

    @property
    def is_new(self) -> bool:
        """Whether anything of it is not here yet."""
        return not self.addition.is_empty or bool(self.addition.faults) or not self.is_known

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What would be added."""
        return tuple(entry.fact for _course, entry in self.addition.entries)


def look_in(context: Context, coming: Whole) -> Arrival:
    """What a record would bring, and what in it contradicts the one here; raise InputError where it is of another."""
    try:
        with context.database.reading() as connection:
            return _arrival(connection, context, coming, _patient(connection, context, coming))
    except NoDatabaseError:
        return _for_a_new_one(context, coming)


def take_in(context: Context, coming: Whole, expected: Arrival) -> Arrival:
    """Take a record in, in one transaction; ``expected`` is what was said of it before."""
    with context.database.writing(create=True) as connection:
        who = _patient(connection, context, coming)
        found = _arrival(connection, context, coming, who)
        if found.state != expected.state and (found.is_known or expected.is_known):
            raise InputError(N_("the record here has changed meanwhile; nothing was saved"))
        if who is None:
            named = replace(context, patient=found.name)
            remarks = remarks_on_a_new_patient(connection, named, is_another=False)
            found = replace(found, remarks=tuple(remarks) if found.name != SELF else ())
            who = patients.add(connection, found.name, context.now)
        context.read.patient = who
        _write(connection, context, who, coming, found)
    return found


def _patient(connection: Connection, context: Context, coming: Whole) -> Patient | None:
    """Whose record it is here: who is named, else whose courses they are, else who is called so."""
    uuids = [one.course.uuid for one in coming.courses]
    owners = whole.owners(connection, uuids)
    by_id = {one.id: one for one in patients.all_of_them(connection)}
    if context.patient is not None:
        who = patients.named(connection, context.patient)
    elif len(owners) == 1:
        who = by_id[next(iter(owners))]
    else:
        who = patients.named(connection, coming.name)
    others = [by_id[one] for one in sorted(owners) if who is None or one != who.id]
    if others:
        raise InputError(
            N_("these courses are here already, as the record of {name}"), N_("to take in what is new: {command}"),
            name=name_of(others[0]), command=Phrase(N_("isotrack record import FILE --patient NAME")),
        )  # fmt: skip
    if who is not None and not owners and uuids and store.has_courses(connection, who.id):
        raise InputError(
            N_("{name} has another record here: none of its courses is in this file"),
            N_("to keep them apart, give this one another name: {command}"), name=name_of(who),
            command=Phrase(N_("isotrack record import FILE --patient NAME")),
        )  # fmt: skip
    return who


def _for_a_new_one(context: Context, coming: Whole) -> Arrival:
    everything = merging.addition(replace(coming, commands=(), courses=()), coming)
    return Arrival(context.patient or coming.name, is_known=False, addition=everything, already=0, state=(),
                   missing=_missing(context, coming), withheld=_withheld(coming, {}))  # fmt: skip


def _arrival(connection: Connection, context: Context, coming: Whole, who: Patient | None) -> Arrival:
    if who is None:
        return _for_a_new_one(context, coming)
    here = whole.read(connection, who.id, NAMES)
    found = merging.addition(here, coming)
    for one in found.courses:
        if here.courses and one.course.enrolled < max(other.course.enrolled for other in here.courses):
            raise InputError(N_("the course of {on} began before the one that is followed here; nothing was saved"),
                             on=one.course.enrolled)  # fmt: skip
    state = tuple(published.state(connection, who.id))
    return Arrival(who.label, bool(here.commands), found, len(found.known_facts), state,
                   missing=_missing(context, coming),
                   withheld=_withheld(coming, published.settings(connection, who.id)))  # fmt: skip


def _withheld(coming: Whole, here: Mapping[str, str]) -> dict[str, str]:
    """What of the file's settings is not taken; what was said here already is not asked for anew."""
    said = {**coming.settings, **(coming.given.settings if coming.given is not None else {})}
    return {name: value for name, value in published.withheld(said, here).items() if not here.get(name)}


def _missing(context: Context, coming: Whole) -> tuple[str, ...]:
    folder, named = album.folder_of(context.database.path), list(photos(coming))
    seal = recorded.seal(context.database) if named else None
    return tuple(one.file for one in named if not album.is_there(folder, one.file, seal))


def _write(connection: Connection, context: Context, who: Patient, coming: Whole, found: Arrival) -> None:
    added = found.addition
    commands = dict(added.known_commands)
    for one in added.commands:
        commands[one.id] = whole.add_command(connection, who.id, one)
    for changed in added.changed:
        whole.change_command(connection, changed)
    courses = dict(added.known_courses)
    for course in added.courses:
        opened = store.open_course(connection, who.id, commands[course.command], course.course, course.protocol_text)
        courses[course.course.id] = opened.id
    for fact_id, by in added.voided:
        whole.change_voiding(connection, fact_id, commands[by])
    for fact_id in added.unvoided:
        whole.change_voiding(connection, fact_id, None)
    with _faults() as faults:
        faults.extend(added.faults)
        _add_entries(connection, coming, added, commands, courses, faults)
        if not found.is_known:
            whole.set_beginning(connection, who.id, coming.recorded_at)
        whole.take_settings(connection, who.id, coming.settings)
        _take_preferences(connection, coming, faults)
        if coming.given is not None:
            _take_calendar(connection, who.id, coming, courses, faults)
        if added.faults:
            _check_beside(connection, context, who, coming, added, courses, faults)
        elif not faults:
            _check_courses(connection, context, who, coming, added, courses, faults)


@contextmanager
def _faults() -> Iterator[list[Fault]]:
    found: list[Fault] = []
    yield found
    if found:
        raise record.FaultyError(tuple(found))


def _add_entries(
    connection: Connection, coming: Whole, added: Addition, commands: dict[int, int], courses: dict[int, int],
    faults: list[Fault],
) -> None:  # fmt: skip
    numbers = _Numbers(connection, coming, added, courses)
    places = {entry.fact.id: ("courses", at, "facts", index) for at, course in enumerate(coming.courses)
              for index, entry in enumerate(course.entries)}  # fmt: skip
    for course, entry in sorted(added.entries, key=lambda one: one[1].fact.id):
        fact = replace(entry.fact, number=numbers.of(course, entry.fact))
        voided_by = commands.get(entry.voided_by) if entry.voided_by is not None else None
        here = Entry(fact, commands[entry.command], voided_by)
        if whole.add_entry(connection, courses[course.course.id], here) is None:
            problem = Phrase(N_("its values do not go together"))
            faults.append(Fault((*places[entry.fact.id], "value"), problem))


class _Numbers:
    """The numbers that facts have here: those that they come with where nothing else has them."""

    def __init__(self, connection: Connection, coming: Whole, added: Addition, courses: dict[int, int]) -> None:
        self._known: dict[tuple[int, str, int], int] = {}
        self._taken: dict[tuple[int, str], set[int]] = {}
        for course in coming.courses:
            here = added.known_courses.get(course.course.id)
            if here is None:
                continue
            facts = {one.id: one for one in store.every_fact(connection, courses[course.course.id])}
            for fact in facts.values():
                self._taken.setdefault((course.course.id, kind_of(fact).name), set()).add(fact.number)
            for entry in course.entries:
                same = facts.get(added.known_facts.get(entry.fact.id, 0))
                if same is not None:
                    self._known[course.course.id, kind_of(same).name, entry.fact.number] = same.number

    def of(self, course: CourseWhole, fact: Fact) -> int:
        """The number of a fact here; that of the one that it corrects, where it corrects one."""
        kind = course.course.id, kind_of(fact).name
        key = (*kind, fact.number)
        if key not in self._known:
            taken = self._taken.setdefault(kind, set())
            self._known[key] = fact.number if fact.number not in taken else 1 + max(taken)
            taken.add(self._known[key])
        return self._known[key]


def _take_preferences(connection: Connection, coming: Whole, faults: list[Fault]) -> None:
    for name, value in coming.preferences.items():
        if value not in TAKEN.get(name, ()):
            faults.append(Fault(("preferences", name), Phrase(N_("there is no such setting, or no such value of it"))))
    if not faults:
        whole.take_preferences(connection, coming.preferences)


def _take_calendar(
    connection: Connection, patient: int, coming: Whole, courses: dict[int, int], faults: list[Fault]
) -> None:
    assert coming.given is not None  # noqa: S101 - the caller has looked
    given = replace(coming.given, published=tuple((courses[at], one) for at, one in coming.given.published))
    for place in whole.take_calendar(connection, patient, given):
        problem = Phrase(N_("an entry with this identity is here already, of another course"))
        faults.append(Fault(("calendar", "published", place), problem))


def _check_courses(
    connection: Connection, context: Context, who: Patient, coming: Whole, added: Addition, courses: dict[int, int],
    faults: list[Fault],
) -> None:  # fmt: skip
    """Note every course of which no plan can be made, and what cannot stand beside what was recorded here."""
    places = {courses[one.course.id]: at for at, one in enumerate(coming.courses) if one.course.id in courses}
    for course, text in store.courses(connection, who.id):
        path = ("courses", places[course.id]) if course.id in places else ("courses",)
        try:
            history = store.load(connection, course, KINDS)
            check_history(seen(pinned(course, text, context.today), history, context.today))
        except TrackerError as error:
            faults.append(Fault(path, Phrase(error.message, error.values)))
    if not added.is_continued and not faults:
        _check_beside(connection, context, who, coming, added, courses, faults)


def _check_beside(
    connection: Connection, context: Context, who: Patient, coming: Whole, added: Addition, courses: dict[int, int],
    faults: list[Fault],
) -> None:  # fmt: skip
    """Note what could not be entered now: a second entry for a day's capsules, a second last capsule."""
    corrected = {one.there.id for one in added.faults if isinstance(one, Disagreement) and one.there is not None}
    known = {course.id: (course, text) for course, text in store.courses(connection, who.id)}
    for at, course in enumerate(coming.courses):
        here = known.get(courses.get(course.course.id, 0))
        new = {entry.fact.id for _course, entry in added.entries if coming.stands(entry)} - corrected
        entries = [(index, entry.fact) for index, entry in enumerate(course.entries) if entry.fact.id in new]
        if here is None or not entries:
            continue
        history = store.load(connection, here[0], KINDS)
        said = [replace(fact, id=0, number=0) for _index, fact in entries]
        mine = [one.id for one in history.facts if replace(one, id=0, number=0) in said]
        view = seen(pinned(*here, context.today), history.changed(mine, ()), context.today)
        for index, fact in entries:
            path, mine_of_it = ("courses", at, "facts", index), _against(fact, view.history)
            try:
                check(fact, view, context.today)
                if isinstance(fact, LabValue | Observation) and mine_of_it is not None and mine_of_it.on == fact.on:
                    raise InputError(N_("of one day there is one value"))
            except TrackerError as error:
                problem = Phrase(error.message, error.values)
                faults.append(Fault(path, problem) if mine_of_it is None else Disagreement(
                    path, problem, there=fact, here=mine_of_it, is_apart=True
                ))  # fmt: skip


def _against(fact: Fact, history: History) -> Fact | None:
    """What stands here of the same thing: of the same day, else the newest."""
    same = [
        one
        for one in history.facts
        if kind_of(one) is kind_of(fact)
        and all(getattr(one, name, None) == getattr(fact, name, None) for name in ("kind", "family", "code", "site"))
    ]
    return max(same, key=lambda one: (one.on == fact.on, one.on, one.id), default=None)  # fmt: skip
