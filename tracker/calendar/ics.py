"""Writes entries as an iCalendar file: no METHOD, exclusive DTEND, one alarm last, the zone's own VTIMEZONE."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Todo

from tracker.calendar.entries import Entry
from tracker.calendar.ledger import Line
from tracker.errors import N_, StorageError

PRODUCT = "-//isotrack//isotrack//EN"
APPOINTMENT_LASTS = timedelta(minutes=30)
CAPSULE_LASTS = timedelta(minutes=5)
_DAY = timedelta(days=1)


def calendar(lines: Iterable[Line], course_uuid: str, name: str, *, as_todos: bool = False) -> bytes:
    """The file's octets: the same for the same lines."""
    file = _file()
    file.add("uid", str(uuid.uuid5(uuid.UUID(course_uuid), "calendar")))
    file.add("name", name)
    file.add("x-wr-calname", name)
    return _written(file, lines, as_todos=as_todos)


def alone(line: Line, *, as_todos: bool = False) -> bytes:
    """One entry as a CalDAV resource: nothing of a calendar around it but the zone that it needs."""
    return _written(_file(), [line], as_todos=as_todos)


def _file() -> Calendar:
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    return file


def _written(file: Calendar, lines: Iterable[Line], *, as_todos: bool) -> bytes:
    days = []
    for line in lines:
        file.add_component(_todo(line) if as_todos else _event(line))
        if line.entry.timezone:
            days += [line.entry.day, date.fromisoformat(line.entry.last_day or line.entry.start[:10])]
    if days:
        file.add_missing_timezones(first_date=date(min(days).year, 1, 1), last_date=date(max(days).year + 1, 12, 31))
    if file.get_missing_tzids():
        # Left out in silence by icalendar where the zone's data cannot be read.
        raise StorageError(N_("the data of the time zone cannot be read; no calendar was written"))
    octets: bytes = file.to_ical(sorted=False)
    return octets


def _event(line: Line) -> Event:
    entry = line.entry
    event = Event()
    _identify(event, line)
    start = entry.when()
    if isinstance(start, datetime):
        zone = ZoneInfo(str(entry.timezone))
        event.add("dtstart", start.replace(tzinfo=zone))
        event.add("dtend", start.replace(tzinfo=zone) + (CAPSULE_LASTS if entry.daily else APPOINTMENT_LASTS))
        if entry.daily and entry.last_day is not None:
            # UNTIL is in UTC where DTSTART has a zone; icalendar does not convert it.
            until = datetime.combine(date.fromisoformat(entry.last_day), start.time(), zone).astimezone(UTC)
            event.add("rrule", {"freq": "daily", "until": until})
    else:
        event.add("dtstart", start)
        event.add("dtend", (date.fromisoformat(entry.last_day) if entry.last_day else start) + _DAY)
    _describe(event, entry)
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    _ring(event, entry)
    return event


def _todo(line: Line) -> Todo:
    entry = line.entry
    todo = Todo()
    _identify(todo, line)
    due = entry.when()
    todo.add("due", due.replace(tzinfo=ZoneInfo(str(entry.timezone))) if isinstance(due, datetime) else due)
    _describe(todo, entry)
    if entry.done:
        todo.add("completed", datetime.combine(entry.day, datetime.min.time(), UTC))
    todo.add("status", "CANCELLED" if entry.cancelled else "COMPLETED" if entry.done else "NEEDS-ACTION")
    return todo


def _identify(component: Component, line: Line) -> None:
    component.add("uid", line.published.uid)
    component.add("dtstamp", line.published.stamp)
    component.add("last-modified", line.published.stamp)
    component.add("sequence", line.published.sequence)


def _describe(component: Component, entry: Entry) -> None:
    component.add("summary", entry.title)
    if entry.description:
        component.add("description", entry.description)
    if entry.category:
        component.add("categories", [entry.category])
    component.add("class", "PRIVATE")


def _ring(component: Component, entry: Entry) -> None:
    """One alarm, last in its entry, never after the start."""
    if entry.alarm_minutes is None:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", timedelta(minutes=-entry.alarm_minutes))
    component.add_component(alarm)
