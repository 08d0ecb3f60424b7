"""The whole record of one patient as values: every command, every fact, also those that no longer stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct, field

from tracker.facts import Course, Fact
from tracker.publication import Published

VERBS = frozenset((
    "adopt", "ask", "book", "book --cancel", "calendar import-appointments", "calendar sync --pull", "dose", "fix",
    "import-blood", "log", "over", "pause", "procedure cancel", "procedure plan", "procedure profile", "resume",
    "start", "start --move", "stop", "until", "upgrade",
))  # fmt: skip
"""What commands that record something are called, in every version; one is never taken away."""


class Carried(Struct, frozen=True):
    """A command that was carried out, and whether it was taken back."""

    id: int
    """In the order in which commands were carried out, from 1."""
    verb: str
    recorded_at: datetime
    undone_at: datetime | None = None
    undone_order: int | None = None
    """Which of the patient's commands were taken back before it; None where nobody knows."""


class Entry(Struct, frozen=True):
    """A fact with the command that recorded it, and the one that corrected or removed it."""

    fact: Fact
    """Its id is its place in the order of recording, from 1, over all courses."""
    command: int
    voided_by: int | None = None


class CourseWhole(Struct, frozen=True):
    """A course with the text of its own programme, and all that was ever recorded of it."""

    course: Course
    """Its id is its place among the patient's courses, from 1."""
    command: int
    protocol_text: str | None
    entries: tuple[Entry, ...]


class RemoteEntry(Struct, frozen=True):
    """What was last put on a server for an entry, as it is kept."""

    calendar: str
    uid: str
    digest: str
    seen: str | None = None
    sent: str | None = None


class Given(Struct, frozen=True):
    """What calendars were given, and where they are kept up to date."""

    published: tuple[tuple[int, Published], ...] = ()
    """Each with the id of its course."""
    settings: Mapping[str, str] = field(default_factory=dict)
    remote: tuple[RemoteEntry, ...] = ()


class Whole(Struct, frozen=True, dict=True):
    """All that is recorded of one patient."""

    name: str
    recorded_at: datetime
    commands: tuple[Carried, ...]
    courses: tuple[CourseWhole, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    """How the calendar is written."""
    preferences: Mapping[str, str] = field(default_factory=dict)
    """How whoever sits at the database likes it."""
    given: Given | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The facts of all courses in the order of recording."""
        return tuple(sorted((one for each in self.courses for one in each.entries), key=lambda one: one.fact.id))

    @cached_property
    def undone(self) -> frozenset[int]:
        """The commands that were taken back."""
        return frozenset(one.id for one in self.commands if one.undone_at is not None)

    def stands(self, entry: Entry) -> bool:
        """Whether a fact stands."""
        is_voided = entry.voided_by is not None and entry.voided_by not in self.undone
        return entry.command not in self.undone and not is_voided
