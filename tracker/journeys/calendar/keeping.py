"""The file that calendars subscribe to follows whatever a command has saved."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from tracker.errors import TrackerError
from tracker.journeys.calendar import given
from tracker.journeys.context import Context, WhoseError

if TYPE_CHECKING:
    from tracker.calendar.ledger import Change


class Kept(Struct, frozen=True):
    """What became of the file: whether it was behind, what changed in it, or why it is still behind."""

    file: str
    was_behind: bool = False
    changes: Counter[Change] = field(default_factory=Counter)
    problem: TrackerError | None = None


def keep(context: Context) -> Kept | None:
    """Bring the file in step with what was saved; None where there is none."""
    file = ""
    try:
        if not given.has_calendar(context):
            return None
        from tracker.journeys.calendar import remembering  # start-up: only where there is one

        file = remembering.kept_file(context) or ""
        if not file:
            return None
        from tracker.journeys.calendar import publishing  # start-up: without such a file nobody pays for icalendar

        changes = publishing.keep_up_to_date(context, file)
    except WhoseError:
        return None  # it was no one's record that changed
    except TrackerError as problem:
        return Kept(file, problem=problem)
    return Kept(file) if changes is None else Kept(file, was_behind=True, changes=changes)
