"""What the calendar would show now, compared with what was published: without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.calendar.entries import TODO, Entry, LastAtHand, Writer
from tracker.calendar.ledger import WHOLE, Change, Line, Part, compare
from tracker.calendar.settings import Settings
from tracker.db import published, remote, store
from tracker.engine.timeline import daily_series
from tracker.engine.view import View
from tracker.journeys.calendar import remembering
from tracker.journeys.context import Context, find_patient, no_course_of, views
from tracker.publication import Published
from tracker.readings.stock import ends_within_a_pack, run_out
from tracker.rules import Kind


class Compared(Struct, frozen=True):
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
    connection: Connection,
    context: Context,
    settings: Settings | None = None,
    part: Part = WHOLE,
    *,
    as_todos: bool = False,
) -> Compared:
    """The calendar of all courses of the patient beside what was published of it."""
    courses = views(connection, context)
    patient = find_patient(connection, context)
    withdrawn = store.withdrawn_courses(connection, patient.id) if patient is not None else []
    if not courses and not withdrawn:
        raise no_course_of(connection, context)
    chosen = settings or remembering.settings_of(connection, context)
    undelivered = published.undelivered(remembering.stored(connection, context))
    writer = Writer(chosen)
    shown: list[tuple[int, str, list[Entry]]] = [(course_id, uuid, []) for course_id, uuid in withdrawn]
    for view in courses:
        capsules = daily_series(view.history, view.plan.timeline)
        out = run_out(view.history, view.plan.timeline, context.today)
        is_first = out is not None and ends_within_a_pack(out, view.plan)
        at_hand = LastAtHand(out.last, out.last_came) if out is not None and is_first else None
        shown.append((view.course.id, view.course.uuid, writer.entries(view.plan, capsules, at_hand)))
    lines: list[tuple[int, Line]] = []
    unsaved: list[tuple[int, Published]] = []
    for course_id, uuid, entries in sorted(shown):
        wanted = [replace(one, key=TODO + one.key) for one in entries if _is_a_task(one)] if as_todos else entries
        before = published.load(connection, course_id)
        before = {key: one for key, one in before.items() if key.startswith(TODO) == as_todos}
        found = compare(wanted, before, writer.cancelled, uuid, context.now, part, undelivered)
        unsaved.extend((course_id, line.published) for line in found if line.change is not Change.SAME)
        lines.extend((course_id, _as_delivered(line, undelivered)) for line in found)
    return Compared(tuple(courses), min(shown)[1], tuple(lines), chosen, tuple(unsaved))


def _as_delivered(line: Line, undelivered: Mapping[str, str | None]) -> Line:
    """The line beside what files have brought, where that is not what has the last number."""
    if line.published.uid not in undelivered:
        return line
    content = undelivered[line.published.uid]
    before = Entry.believed(content) if content is not None else None
    change = Change.NEW if before is None or before.cancelled else Change.CHANGED
    return replace(line, before=before, change=Change.CANCELLED if line.entry.cancelled else change)


def has_any(connection: Connection, context: Context) -> bool:
    """Whether the patient ever had a course."""
    patient = find_patient(connection, context)
    return patient is not None and store.has_courses(connection, patient.id)


def preview(context: Context) -> Compared:
    """What the next export would add, move and cancel."""
    with context.database.reading() as connection:
        return compared(connection, context)


class Waiting(Struct, frozen=True):
    """What calendars do not know yet: those that take files, the file that is kept up to date, and the server."""

    changes: Counter[Change]
    file: str | None
    unsent: int
    """Entries that the next sync would send."""


def waiting(context: Context) -> Waiting | None:
    """What calendars do not know yet; None if nothing was ever published or sent."""
    with context.database.reading() as connection:
        patient = find_patient(connection, context)
        if patient is None:
            return None
        forms = published.forms(connection, patient.id, TODO)
        changes: Counter[Change] = Counter()
        for as_todos in forms[:1]:  # of events and to-dos only the events: both say the same
            changes.update(compared(connection, context, as_todos=as_todos).changes)
        del changes[Change.SAME]
        unsent = _unsent(connection, context)
        if not forms and unsent is None:
            return None
        return Waiting(changes, remembering.subscribed_file(connection, context), unsent or 0)


class Ringing(Struct, frozen=True):
    """Where a daily capsule reminder was given to: a file that is kept up to date, a server, files to import."""

    file: str | None
    server: str | None
    imported: bool


def ringing(context: Context) -> Ringing | None:
    """Where the daily capsule reminder rings from today on, by what was last given; None where it rings nowhere."""
    with context.database.reading() as connection:
        if not remembering.settings_of(connection, context).capsule:
            return None
        entries = [
            entry
            for view in views(connection, context)
            for one in published.load(connection, view.course.id).values()
            if not one.cancelled and (entry := Entry.believed(one.content)) is not None
        ]
        given = any(entry.daily and entry.until >= context.today for entry in entries)
        found = Ringing(
            remembering.subscribed_file(connection, context),
            remembering.remembered(connection, context, published.SYNC_URL),
            given,
        )
    return found if found.file or found.server or found.imported else None


def _unsent(connection: Connection, context: Context) -> int | None:
    calendar = remembering.remembered(connection, context, published.SYNC_CALENDAR)
    if calendar is None:
        return None
    there = remote.digests(connection, calendar)
    found = compared(
        connection,
        context,
        as_todos=remembering.remembered(connection, context, published.SYNC_FORM) == TODO.removesuffix(":"),
    )
    ours = {line.published.uid: line.published.digest for _id, line in found.lines if not line.entry.cancelled}
    return sum(there.get(uid) != ours.get(uid) for uid in there.keys() | ours.keys())


def _is_a_task(entry: Entry) -> bool:
    """To-dos are what is to be done once: no notes on spans, no daily series, nothing of several days."""
    return entry.kind not in _NOTES and not entry.daily and _BESIDE not in entry.key


_NOTES = {kind.value for kind in (Kind.CONTRACEPTION, Kind.BLOOD_DONATION, Kind.BREAST_FEEDING, Kind.DOSE)}
_BESIDE = ":"
"""Stands in the key of an entry that is beside an item or about a span, in that of no item."""
