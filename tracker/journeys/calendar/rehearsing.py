"""What a command that is only tried out would change in the calendar: that command alone, not what waits anyway."""

from __future__ import annotations

from msgspec.structs import replace

from tracker.calendar.ledger import Change, Line
from tracker.db import store
from tracker.db.rehearsal import Rehearsal
from tracker.journeys.calendar import comparing
from tracker.journeys.context import Context, NoCourseError, Read, find_patient


def effect(context: Context) -> list[Line] | None:
    """The entries that would be new, others or gone, by their days; None where nothing of a record was tried out."""
    database = context.database
    if not isinstance(database, Rehearsal) or not database.has_written:
        return None
    before = replace(context, database=database.before(), read=Read())
    if _ledger(context) == _ledger(before):
        return None
    then, now = _lines(context), _lines(before)
    found = [_difference(then.get(uid), now.get(uid)) for uid in then | now]
    return sorted((line for line in found if line is not None), key=lambda line: (line.entry.start, line.entry.key))


def _ledger(context: Context) -> tuple[int, ...]:
    """Another value where a record has changed."""
    with context.database.reading() as connection:
        patient = find_patient(connection, context)
        return store.state_of(connection, patient.id) if patient is not None else ()


def _lines(context: Context) -> dict[str, Line]:
    """What a calendar shows, by its identity."""
    try:
        found = comparing.preview(context)
    except NoCourseError:
        return {}
    return {line.published.uid: line for _course, line in found.lines if not line.entry.cancelled}


def _difference(then: Line | None, now: Line | None) -> Line | None:
    before = now.entry if now is not None else None
    match then, now:
        case None, Line():
            return replace(now, entry=replace(now.entry, cancelled=True), before=before, change=Change.CANCELLED)
        case Line(), None:
            return replace(then, before=None, change=Change.NEW)
        case Line(), Line() if then.entry.content() != now.entry.content():
            return replace(then, before=before, change=Change.CHANGED)
    return None
