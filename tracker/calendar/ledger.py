"""Compares what the calendar should show with what was published: the same, changed, new or cancelled.

UIDs are derived from the course and the entry's key, never from a date, a dose or a title. SEQUENCE rises by one
with every change; DTSTAMP and LAST-MODIFIED are the moment of the change; an unchanged entry keeps all three.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar import zones
from tracker.calendar.entries import Entry
from tracker.publication import Published
from tracker.rules import Kind

TOMBSTONE_FOR = timedelta(days=90)
"""A cancelled entry stays in the file so long, because file importers keep what is merely left out."""
_FORM_OF_ZONES = "\nyearly rules"
"""In the digest of a time whose clock is changed: what was published with its zone in another form is sent again."""


class Change(StrEnum):
    """What happened to an entry since the last export."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CANCELLED = "cancelled"


class Line(Struct, frozen=True):
    """An entry as it is now, what is to be remembered of it, what changed, and what it was before."""

    entry: Entry
    published: Published
    change: Change
    before: Entry | None


class Part(Struct, frozen=True, kw_only=True):
    """A part of the calendar: some kinds of things, some days. An entry belongs to it by what it is or was.

    One of several days belongs to it on any of them.
    """

    kinds: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None

    def has(self, entry: Entry) -> bool:
        """Whether the entry is in this part."""
        return (
            (self.kinds is None or entry.kind in self.kinds)
            and (self.first is None or entry.until >= self.first)
            and (self.last is None or entry.day <= self.last)
        )


WHOLE = Part()
"""All of the calendar."""


def compare(
    entries: Iterable[Entry],
    published: Mapping[str, Published],
    tombstone: Callable[[Entry], Entry],
    course_uuid: str,
    now: datetime,
    part: Part,
    undelivered: Collection[str] = (),
) -> list[Line]:
    """Every line that a file of this part of the calendar has now, in the order of its days.

    A cancellation that is still ``undelivered`` (a UID) when its time is over is made anew.
    """
    legible = {key: Entry.believed(one.content) for key, one in published.items()}
    old = {key: entry or _unknown(published[key]) for key, entry in legible.items()}
    wanted = {entry.key: entry for entry in entries}
    lines = []
    for key, entry in wanted.items():
        before = legible.get(key)
        if part.has(entry) or (before is not None and not before.cancelled and part.has(before)):
            lines.append(_line(entry, before, published.get(key), course_uuid, now))
    for key, before in old.items():
        if key in wanted or not part.has(before):
            continue
        one = published[key]
        is_over = before.cancelled and now - one.stamp > TOMBSTONE_FOR
        if not is_over or one.uid in undelivered:
            line = _line(tombstone(before), before, one, course_uuid, now)
            lines.append(_anew(line, now) if is_over else line)
    return sorted(lines, key=lambda line: (line.entry.start, line.entry.key))


def _unknown(one: Published) -> Entry:
    """What was published and can no longer be read: its identity is enough to cancel it."""
    return Entry(key=one.entry, kind=Kind.VISIT.value, start=one.stamp.date().isoformat(), title=one.entry,
                 category=one.entry, cancelled=one.cancelled)  # fmt: skip


def _anew(line: Line, now: datetime) -> Line:
    """The same tombstone with a number and a time of its own."""
    again = replace(line.published, sequence=line.published.sequence + 1, stamp=now)
    return replace(line, published=again, change=Change.CANCELLED)


def _line(entry: Entry, before: Entry | None, old: Published | None, course_uuid: str, now: datetime) -> Line:
    content = entry.content()
    digest = _digest(entry, content)
    if old is not None and old.digest == digest and before is not None:
        return Line(entry, old, Change.SAME, before)
    published = Published(
        uid=str(uuid.uuid5(uuid.UUID(course_uuid), entry.key)),
        entry=entry.key,
        sequence=old.sequence + 1 if old is not None else 0,
        digest=digest,
        stamp=now,
        cancelled=entry.cancelled,
        content=content,
    )
    if entry.cancelled:
        return Line(entry, published, Change.CANCELLED, before)
    back = before is None or before.cancelled
    return Line(entry, published, Change.NEW if back else Change.CHANGED, before)


def _digest(entry: Entry, content: str) -> str:
    """What an entry that says the same as one that was published has in common with it.

    Of the zone it knows the form in which it is written, and nothing else: zones were lists of dates once, which some
    programs read an hour wrong. One without any change was right, and what is cancelled rings nowhere.
    """
    timed = entry.timezone is not None and not entry.cancelled
    if timed and not zones.is_steady(str(entry.timezone), entry.day.year, entry.until.year):
        content += _FORM_OF_ZONES
    return hashlib.sha256(content.encode()).hexdigest()
