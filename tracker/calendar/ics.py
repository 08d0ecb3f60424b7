"""Writes entries as an iCalendar file: no METHOD, exclusive DTEND, one alarm last, the zone's own VTIMEZONE.

icalendar encodes, escapes and folds every line. Most lines of a clinic's files are the same few thousand (days,
words, alarms): each of those is encoded once, and the components are put around the lines here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component, is_utc
from icalendar.parser import Contentline

from tracker.calendar import zones
from tracker.calendar.entries import Entry
from tracker.calendar.ledger import Line

PRODUCT = "-//isotrack//isotrack//EN"
BEGINNING = f"BEGIN:VCALENDAR\r\nPRODID:{PRODUCT}\r\n".encode()
"""The first octets of every calendar of ours."""
APPOINTMENT_LASTS = timedelta(minutes=30)
CAPSULE_LASTS = timedelta(minutes=5)
_REFRESH = (b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H", b"COLOR:teal")
"""How often a program that subscribes to the file may look (RFC 7986, and what Outlook reads), and a colour."""
_DAY = timedelta(days=1)
_SAME_DAY_EVERYWHERE = time(10, 30)
"""A time in UTC at which it is the same day from Hawaii to Auckland: what was done has a day and no time."""
_LONGEST_UNFOLDED = 74
"""Octets; icalendar folds whatever is longer."""


def calendar(lines: Iterable[Line], course_uuid: str, name: str, *, as_todos: bool = False) -> bytes:
    """The file's octets: the same for the same lines."""
    head = [_line("UID", identity(course_uuid)), _line("NAME", name), _line("X-WR-CALNAME", name), *_REFRESH]
    return _file(head, list(lines), as_todos=as_todos)


def alone(line: Line, *, as_todos: bool = False) -> bytes:
    """One entry as a CalDAV resource: nothing of a calendar around it but the zone that it needs."""
    return _file([], [line], as_todos=as_todos)


def identity(course_uuid: str) -> str:
    """The calendar's own UID, the same for ever."""
    return str(uuid.uuid5(uuid.UUID(course_uuid), "calendar"))


def identity_in(octets: bytes) -> str | None:
    """The identity that stands in the head of a calendar of ours; None where there is none."""
    head = octets.partition(b"\r\nBEGIN:V")[0] if octets.startswith(BEGINNING) else b""
    said = [line.removeprefix(b"UID:") for line in head.split(b"\r\n") if line.startswith(b"UID:")]
    return said[0].decode("ascii", "replace") if said else None


def _file(head: list[bytes], lines: list[Line], *, as_todos: bool) -> bytes:
    written = chain(
        (b"BEGIN:VCALENDAR", _line("PRODID", PRODUCT), _line("VERSION", "2.0")),
        head,
        _zones(line.entry for line in lines),
        chain.from_iterable(map(_todo if as_todos else _event, lines)),
        (b"END:VCALENDAR", b""),
    )
    return b"\r\n".join(written)


def _zones(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The VTIMEZONEs of the entries' zones, by name, each for the years of its entries."""
    years: dict[str, list[int]] = {}
    for entry in entries:
        if entry.timezone is not None:
            years.setdefault(entry.timezone, []).extend((entry.day.year, entry.until.year))
    for zone in sorted(years):
        # icalendar writes the times of a zone that is another name of UTC in UTC.
        if not is_utc(zones.zone_of(zone)):
            yield _zone(zone, min(years[zone]), max(years[zone]))


@lru_cache(maxsize=64)
def _zone(name: str, first: int, last: int) -> bytes:
    lines = [b"BEGIN:VTIMEZONE", _line("TZID", name)]
    for change in zones.told(name, first, last):
        kind = b"DAYLIGHT" if change.summer else b"STANDARD"
        lines += [b"BEGIN:" + kind, _line("DTSTART", change.onset)]
        if change.law is not None:
            month, weekday = change.law
            lines.append(_line_of_its_own("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": weekday}))
        lines += [_line("TZOFFSETFROM", change.before), _line("TZOFFSETTO", change.after)]
        lines += [_line("TZNAME", change.name), b"END:" + kind]
    return b"\r\n".join([*lines, b"END:VTIMEZONE"])


@lru_cache(maxsize=8192)
def _line(name: str, value: Any) -> bytes:
    """A line whose value is met again and again.

    Not for times with a zone: those of one moment in two zones are equal to Python.
    """
    return _line_of_its_own(name, value)


def _line_of_its_own(name: str, value: Any) -> bytes:
    is_day = type(value) is date
    made = Component.types_factory.for_property(name, "DATE" if is_day else None)(value)
    if is_day:
        made.params["VALUE"] = "DATE"
    line = Contentline.from_parts(name, made.params, made)
    octets: bytes = line.encode()
    return octets if len(octets) <= _LONGEST_UNFOLDED else bytes(line.to_ical())


def _event(line: Line) -> Iterator[bytes]:
    entry = line.entry
    yield b"BEGIN:VEVENT"
    yield from _identify(line)
    start = entry.when()
    if isinstance(start, datetime):
        zone = ZoneInfo(str(entry.timezone))
        lasts = CAPSULE_LASTS if entry.daily else APPOINTMENT_LASTS
        yield _line_of_its_own("DTSTART", start.replace(tzinfo=zone))
        yield _line_of_its_own("DTEND", start.replace(tzinfo=zone) + lasts)
        if entry.daily and entry.last_day is not None:
            # UNTIL is in UTC where DTSTART has a zone; icalendar does not convert it. Of an hour that there is twice
            # some programs ring in the second.
            last = datetime.combine(entry.until, start.time(), zone)
            until = max(last.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
            parts = dict(part.split("=") for part in (entry.rule or "FREQ=DAILY").split(";"))
            rule = {name: value.split(",") for name, value in parts.items()} | {"UNTIL": until}
            yield _line_of_its_own("RRULE", rule)
    else:
        yield _line("DTSTART", start)
        yield _line("DTEND", (date.fromisoformat(entry.last_day) if entry.last_day else start) + _DAY)
    yield from _describe(entry)
    yield _line("TRANSP", "OPAQUE" if entry.busy else "TRANSPARENT")
    yield _line("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    yield from _ring(entry)
    yield b"END:VEVENT"


def _todo(line: Line) -> Iterator[bytes]:
    entry = line.entry
    yield b"BEGIN:VTODO"
    yield from _identify(line)
    due = entry.when()
    if isinstance(due, datetime):
        due = due.replace(tzinfo=ZoneInfo(str(entry.timezone)))
    yield _line_of_its_own("DUE", due)
    yield from _describe(entry)
    if entry.done:
        yield _line("COMPLETED", datetime.combine(entry.day, _SAME_DAY_EVERYWHERE, UTC))
    yield _line("STATUS", "CANCELLED" if entry.cancelled else "COMPLETED" if entry.done else "NEEDS-ACTION")
    yield b"END:VTODO"


def _identify(line: Line) -> Iterator[bytes]:
    yield _line_of_its_own("UID", line.published.uid)
    yield _line("DTSTAMP", line.published.stamp)
    yield _line("LAST-MODIFIED", line.published.stamp)
    yield _line("SEQUENCE", line.published.sequence)


def _describe(entry: Entry) -> Iterator[bytes]:
    yield _line("SUMMARY", entry.title)
    if entry.description:
        yield _line("DESCRIPTION", entry.description)
    if entry.category:
        yield _line("CATEGORIES", (entry.category,))
    yield _line("CLASS", "PRIVATE")


def _ring(entry: Entry) -> Iterator[bytes]:
    """One alarm, last in its entry, never after the start."""
    if entry.alarm_minutes is None:
        return
    yield b"BEGIN:VALARM"
    yield _line("ACTION", "DISPLAY")
    yield _line("DESCRIPTION", entry.title)
    # icalendar writes no time as P0D; PT0S is known to ring everywhere.
    yield _line("TRIGGER", timedelta(minutes=-entry.alarm_minutes)) if entry.alarm_minutes else b"TRIGGER:PT0S"
    yield b"END:VALARM"
