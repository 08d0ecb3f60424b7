"""What the calendar would show now, compared with what was published: without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from tracker import dose
from tracker.calendar.entries import Entry, Writer
from tracker.calendar.ledger import WHOLE, Change, Line, Part, compare
from tracker.calendar.settings import Settings
from tracker.db import published, remote, store
from tracker.journeys.desk import Desk, View, nobodys, views
from tracker.rules import Kind
from tracker.seen import Published

SUBSCRIBED = "subscribed-file"
"""The setting that names the file which is kept up to date."""
SYNC_URL, SYNC_USER, SYNC_FORM, SYNC_CALENDAR = "sync-url", "sync-user", "sync-form", "sync-calendar"
"""The settings that name the server which the calendar is kept on, who one is there, what its entries are, and its
own address."""
TO_BOOK = ":book"
"""Stands after the key of an entry that says to book."""
TODO = "todo:"
"""Stands before the key of an entry that is a to-do."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The lines of every course of the patient, and what they were made from."""

    courses: tuple[View, ...]
    uuid: str
    """Of the first course ever opened; the calendar's own identity hangs on it."""
    lines: tuple[tuple[int, Line], ...]
    """Each with the id of its course."""
    settings: Settings
    unsaved: tuple[tuple[int, Published], ...]
    """What is to be remembered of lines that have a new number, each with the id of its course."""

    @property
    def changes(self) -> Counter[Change]:
        """How many lines are new, changed, cancelled and the same."""
        return Counter(line.change for _course, line in self.lines)

    def moved(self) -> Iterator[Line]:
        """The lines that changed."""
        return (line for _course, line in self.lines if line.change is not Change.SAME)


def compared(
    connection: Connection, desk: Desk, settings: Settings | None = None, part: Part = WHOLE, *, as_todos: bool = False
) -> Compared:
    """The calendar of all courses of the patient beside what was published of it."""
    courses = views(connection, desk)
    patient = store.patient_id(connection, desk.patient)
    withdrawn = store.withdrawn_courses(connection, patient) if patient is not None else []
    if not courses and not withdrawn:
        raise nobodys(connection, desk)
    chosen = settings or settings_of(connection, desk)
    undelivered = published.undelivered(_stored(connection, desk))
    writer = Writer(chosen)
    shown: list[tuple[int, str, list[Entry]]] = [(course_id, uuid, []) for course_id, uuid in withdrawn]
    for view in courses:
        capsules = dose.daily_series(view.history, view.plan.timeline)
        shown.append((view.course.id, view.course.uuid, writer.entries(view.plan, capsules)))
    lines: list[tuple[int, Line]] = []
    unsaved: list[tuple[int, Published]] = []
    for course_id, uuid, entries in sorted(shown):
        wanted = [replace(one, key=TODO + one.key) for one in entries if _is_a_task(one)] if as_todos else entries
        before = published.load(connection, course_id)
        before = {key: one for key, one in before.items() if key.startswith(TODO) == as_todos}
        found = compare(wanted, before, writer.cancelled, uuid, desk.now, part, undelivered)
        unsaved.extend((course_id, line.published) for line in found if line.change is not Change.SAME)
        lines.extend((course_id, _as_delivered(line, undelivered)) for line in found)
    return Compared(tuple(courses), min(shown)[1], tuple(lines), chosen, tuple(unsaved))


def _as_delivered(line: Line, undelivered: Mapping[str, str | None]) -> Line:
    """The line beside what files have brought, where that is not what has the last number."""
    if line.published.uid not in undelivered:
        return line
    content = undelivered[line.published.uid]
    before = Entry.from_content(content) if content is not None else None
    change = Change.NEW if before is None or before.cancelled else Change.CHANGED
    return replace(line, before=before, change=Change.CANCELLED if line.entry.cancelled else change)


def has_any(connection: Connection, desk: Desk) -> bool:
    """Whether the patient ever had a course."""
    patient = store.patient_id(connection, desk.patient)
    return patient is not None and store.has_courses(connection, patient)


def preview(desk: Desk) -> Compared:
    """What the next export would add, move and cancel."""
    with desk.database.reading() as connection:
        return compared(connection, desk)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What calendars do not know yet: those that take files, the file that is kept up to date, and the server."""

    changes: Counter[Change]
    file: str | None
    unsent: int
    """Entries that the next sync would send."""


def waiting(desk: Desk) -> Waiting | None:
    """What calendars do not know yet; None if nothing was ever published or sent."""
    with desk.database.reading() as connection:
        patient = store.patient_id(connection, desk.patient)
        if patient is None:
            return None
        forms = published.forms(connection, patient, TODO)
        changes: Counter[Change] = Counter()
        for as_todos in forms[:1]:  # of events and to-dos only the events: both say the same
            changes.update(compared(connection, desk, as_todos=as_todos).changes)
        del changes[Change.SAME]
        unsent = _unsent(connection, desk)
        if not forms and unsent is None:
            return None
        return Waiting(changes, subscribed_file(connection, desk), unsent or 0)


@dataclass(frozen=True, slots=True)
class Ringing:
    """Where a daily capsule reminder was given to: a file that is kept up to date, a server, files to import."""

    file: str | None
    server: str | None
    imported: bool


def ringing(desk: Desk) -> Ringing | None:
    """Where the daily capsule reminder rings from today on, by what was last given; None where it rings nowhere."""
    with desk.database.reading() as connection:
        if settings_of(connection, desk).capsule is None:
            return None
        entries = [
            Entry.from_content(one.content)
            for view in views(connection, desk)
            for one in published.load(connection, view.course.id).values()
            if not one.cancelled
        ]
        given = any(entry.daily and entry.until >= desk.today for entry in entries)
        found = Ringing(subscribed_file(connection, desk), remembered(connection, desk, SYNC_URL), given)
    return found if found.file or found.server or found.imported else None


def _unsent(connection: Connection, desk: Desk) -> int | None:
    calendar = remembered(connection, desk, SYNC_CALENDAR)
    if calendar is None:
        return None
    there = remote.digests(connection, calendar)
    found = compared(connection, desk, as_todos=remembered(connection, desk, SYNC_FORM) == TODO.removesuffix(":"))
    ours = {line.published.uid: line.published.digest for _id, line in found.lines if not line.entry.cancelled}
    return sum(there.get(uid) != ours.get(uid) for uid in there.keys() | ours.keys())


def settings_of(connection: Connection, desk: Desk) -> Settings:
    """How this patient wants the calendar written; the language of the screen where none was said."""
    return Settings.of(_stored(connection, desk), desk.language)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings, their defaults, and where the calendar is kept up to date: a file, a server."""

    settings: Settings
    defaults: Settings
    file: str | None
    server: str | None


def settings(desk: Desk) -> Chosen:
    """What was chosen for the calendar."""
    with desk.database.reading() as connection:
        stored = _stored(connection, desk)
    found, defaults = Settings.of(stored, desk.language), Settings(language=desk.language)
    return Chosen(found, defaults, stored.get(SUBSCRIBED) or None, stored.get(SYNC_URL) or None)


def change_settings(desk: Desk, changes: dict[str, str]) -> Settings:
    """Remember settings; all of them or, where one is wrong, none."""
    with desk.database.writing() as connection:
        found = settings_of(connection, desk)
        for name, value in changes.items():
            found = found.with_value(name, value)
        for name in changes:
            remember_setting(connection, desk, name, found.values()[name])
        return found


def remember_setting(connection: Connection, desk: Desk, name: str, value: str) -> None:
    """Remember one setting, if it is not what is remembered already."""
    if _stored(connection, desk).get(name) != value:
        published.remember(connection, _patient(connection, desk), name, value)


def remembered(connection: Connection, desk: Desk, name: str) -> str | None:
    """Something remembered of this patient's calendar beside the settings; None or empty where there is nothing."""
    return _stored(connection, desk).get(name) or None


def subscribed_file(connection: Connection, desk: Desk) -> str | None:
    """The file that is kept up to date, if there is one."""
    return remembered(connection, desk, SUBSCRIBED)


def is_kept_for_another(connection: Connection, desk: Desk, file: Path) -> bool:
    """Whether the file is kept up to date for another patient."""
    name = name_of(file)
    return name is not None and published.is_remembered_elsewhere(connection, desk.patient, SUBSCRIBED, name)


def name_of(file: Path) -> str | None:
    """The path by which a file is remembered; None where it is no text that a database takes."""
    name = str(file.resolve())
    return name if name.encode(errors="replace").decode() == name else None


def kept_file(desk: Desk) -> str | None:
    """The file that is kept up to date, if there is a patient and one."""
    with desk.database.reading() as connection:
        return subscribed_file(connection, desk) if store.patient_id(connection, desk.patient) is not None else None


def _is_a_task(entry: Entry) -> bool:
    """To-dos are what is to be done once: no notes on spans, no daily series, nothing of several days."""
    return entry.kind not in _NOTES and not entry.daily and not entry.key.endswith(TO_BOOK)


_NOTES = {
    kind.value for kind in (Kind.CONTRACEPTION, Kind.BLOOD_DONATION, Kind.BREAST_FEEDING, Kind.PROCEDURE, Kind.DOSE)
}


def _patient(connection: Connection, desk: Desk) -> int:
    patient = store.patient_id(connection, desk.patient)
    if patient is None:
        raise nobodys(connection, desk)
    return patient


def _stored(connection: Connection, desk: Desk) -> dict[str, str]:
    return published.settings(connection, _patient(connection, desk))
