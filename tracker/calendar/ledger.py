"""Compares what the calendar should show with what was published: the same, changed, new or cancelled.

UIDs are derived from the course and the entry's key, never from a date, a dose or a title. SEQUENCE rises by one
with every change; DTSTAMP and LAST-MODIFIED are the moment of the change; an unchanged entry keeps all three.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.calendar.entries import Entry, Writer
from tracker.model import Published

TOMBSTONE_FOR = timedelta(days=90)
"""A cancelled entry stays in the file so long, because file importers keep what is merely left out."""


class Change(StrEnum):
    """What happened to an entry since the last export."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, what is remembered of it, and what changed."""

    entry: Entry
    published: Published
    change: Change


def compare(
    entries: list[Entry], before: Mapping[str, Published], writer: Writer, course_uuid: str, now: datetime
) -> list[Line]:
    """Every line that the file has now, in the order of their keys."""
    lines = [_line(entry, before.get(entry.key), course_uuid, now) for entry in entries]
    wanted = {entry.key for entry in entries}
    for key, old in before.items():
        if key in wanted:
            continue
        if not old.cancelled:
            tombstone = writer.cancelled(Entry.from_content(old.content))
            line = _line(tombstone, old, course_uuid, now)
            lines.append(Line(line.entry, line.published, Change.CANCELLED))
        elif now - old.stamp <= TOMBSTONE_FOR:
            lines.append(Line(Entry.from_content(old.content), old, Change.SAME))
    return sorted(lines, key=lambda line: (line.entry.start, line.entry.key))


def _line(entry: Entry, old: Published | None, course_uuid: str, now: datetime) -> Line:
    content = entry.content()
    digest = hashlib.sha256(content.encode()).hexdigest()
    if old is not None and old.digest == digest:
        return Line(entry, old, Change.SAME)
    published = Published(
        uid=str(uuid.uuid5(uuid.UUID(course_uuid), entry.key)),
        entry=entry.key,
        sequence=old.sequence + 1 if old is not None else 0,
        digest=digest,
        stamp=now,
        cancelled=entry.cancelled,
        content=content,
    )
    return Line(entry, published, Change.CHANGED if old is not None else Change.NEW)
