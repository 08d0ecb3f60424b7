"""Calendar entries that are new, moved or gone, as a table; and how a dry run ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tracker.cli import planned, show
from tracker.cli.base import context, flags
from tracker.cli.tables import Column, Row, table
from tracker.errors import N_, TrackerError
from tracker.i18n import _

if TYPE_CHECKING:
    from tracker.calendar.ledger import Line

_CHANGES = {"new": N_("new"), "changed": N_("changed"), "cancelled": N_("cancelled")}
_MOST = 20
"""Entries of a dry run that are shown one by one."""


def entries(found: Iterable[Line]) -> None:
    """Each with its day before and now."""
    rows: list[Row] = []
    has_times = False
    for line in found:
        gone = line.entry.cancelled and line.before is not None
        title = line.before.title if gone and line.before else line.entry.title
        before = planned.moment(line.before.when() if line.before else None)
        now = planned.moment(None if gone else line.entry.when())
        rows.append((_(_CHANGES[line.change.value]), title, before, now))
        has_times = has_times or isinstance(line.entry.when(), datetime)
    named = Column(N_("Title"), prose=True, is_name=True)
    table([N_("Change"), named, Column(N_("Before"), drops=1), N_("Now")], rows)
    current = context().read.current
    if current is not None and has_times:
        planned.name_zone(current.course.timezone)


def end_of_a_dry_run() -> None:
    """What the command would do to the calendar, and that nothing was written."""
    from tracker.db.rehearsal import Rehearsal
    from tracker.journeys.calendar import given, rehearsing

    database = context().database
    if flags().for_programs or not isinstance(database, Rehearsal) or not database.has_written:
        return
    try:
        found = rehearsing.effect(context()) if given.has_calendar(context()) else None
    except TrackerError:
        found = None  # nobody's record
    if found is not None:
        if found:
            show.say(N_("In the calendar would change ({count}):"), count=len(found))
            entries(found[:_MOST])
            if len(found) > _MOST:
                show.say(N_("... and {count} more of later days."), count=len(found) - _MOST)
        else:
            show.say(N_("In the calendar nothing would change."))
    show.say(N_("This was a dry run: nothing was saved."))
