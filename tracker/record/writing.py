"""Writes the record of a patient as JSON: one document, the same for the same record but for its moment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from tracker.errors import N_
from tracker.facts import kind_of
from tracker.facts.photos import Photo
from tracker.files import Ours
from tracker.publication import Published
from tracker.record import FORMAT, VERSION
from tracker.visible import json_for
from tracker.whole import Carried, CourseWhole, Entry, Given, Whole

OURS = Ours(
    f'"format": "{FORMAT}"'.encode(), f'{{\n "format": "{FORMAT}"'.encode(),
    N_("{file} exists and is not a record of isotrack's"),
)  # fmt: skip
_COURSE = re.compile(rb'^ +"uuid": "([0-9a-f-]{36})"', re.MULTILINE)
"""No text in a document has a line's end or a quotation mark of its own."""


def courses_in(octets: bytes) -> frozenset[str]:
    """The courses of which a record says that it is."""
    return frozenset(one.decode() for one in _COURSE.findall(octets))


def octets(whole: Whole, moment: datetime) -> bytes:
    """The document of a record, exported at a moment."""
    return (json_for(json.dumps(document(whole, moment), ensure_ascii=False, indent=1)) + "\n").encode()


def document(whole: Whole, moment: datetime) -> dict[str, Any]:
    """The same as values of JSON."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _instant(moment),
        "patient": {"name": whole.name, "recorded_at": _instant(whole.recorded_at)},
        "preferences": dict(whole.preferences),
        "settings": dict(whole.settings),
        "photos": [{"file": one.file, "sha256": one.sha256} for one in photos(whole)],
        "commands": [_command(one) for one in whole.commands],
        "courses": [_course(one) for one in whole.courses],
    }
    if whole.given is not None:
        found["calendar"] = _given(whole.given)
    return found


def photos(whole: Whole) -> Iterator[Photo]:
    """The photos whose files belong to the record, each once."""
    seen = set()
    for entry in whole.entries:
        one = entry.fact
        if isinstance(one, Photo) and one.file not in seen:
            seen.add(one.file)
            yield one


def _command(one: Carried) -> dict[str, Any]:
    undone = {"undone_at": _instant(one.undone_at)} if one.undone_at is not None else {}
    order = {"undone_order": one.undone_order} if one.undone_order is not None else {}
    return {"id": one.id, "verb": one.verb, "recorded_at": _instant(one.recorded_at), **undone, **order}


def _course(one: CourseWhole) -> dict[str, Any]:
    of = one.course
    text = {"text": one.protocol_text} if one.protocol_text is not None else {}
    return {
        "uuid": of.uuid,
        "name": of.name,
        "protocol": {"id": of.protocol_id, "version": of.protocol_version, **text},
        "enrolled": of.enrolled.isoformat(),
        "timezone": of.timezone,
        "can_become_pregnant": of.can_become_pregnant,
        "command": one.command,
        "facts": [_entry(entry) for entry in one.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    fact = entry.fact
    kind = kind_of(fact)
    found: dict[str, Any] = {
        "id": fact.id, "kind": kind.name, "on": fact.on.isoformat(), "number": fact.number, "command": entry.command,
    }  # fmt: skip
    if entry.voided_by is not None:
        found["voided_by"] = entry.voided_by
    if fact.note is not None:
        found["note"] = fact.note
    if kind.columns:
        found["value"] = {name: kept(value) for name, value in kind.kept(fact).items() if value is not None}
    return found


def kept(value: Any) -> Any:
    """A value as the database keeps it, in JSON."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date) else value


def _given(given: Given) -> dict[str, Any]:
    return {
        "settings": dict(given.settings),
        "published": [{"course": course, **_published(one)} for course, one in given.published],
        "remote": [
            {"calendar": one.calendar, "uid": one.uid, "digest": one.digest, "seen": one.seen, "sent": one.sent}
            for one in given.remote
        ],
    }


def _published(one: Published) -> dict[str, Any]:
    return {"uid": one.uid, "entry": one.entry, "sequence": one.sequence, "digest": one.digest,
            "stamp": _instant(one.stamp), "cancelled": one.cancelled, "content": one.content}  # fmt: skip


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
