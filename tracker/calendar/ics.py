"""Writes entries as an iCalendar file: no METHOD, exclusive DTEND, one alarm last, the zone's own VTIMEZONE."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from tracker.calendar.entries import DAY_BEFORE, EVENING_BEFORE
from tracker.calendar.ledger import Line

PRODUCT = "-//isotrack//isotrack//EN"
ALARMS = {EVENING_BEFORE: timedelta(hours=-4), DAY_BEFORE: timedelta(days=-1)}
APPOINTMENT_LASTS = timedelta(minutes=30)


def calendar(lines: Iterable[Line], course_uuid: str, name: str) -> bytes:
    """The file's octets: the same for the same lines."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("uid", str(uuid.uuid5(uuid.UUID(course_uuid), "calendar")))
    file.add("name", name)
    file.add("x-wr-calname", name)
    days = []
    for line in lines:
        file.add_component(_event(line))
        if line.entry.timezone:
            days.append(date.fromisoformat(line.entry.start[:10]))
    if days:
        file.add_missing_timezones(first_date=date(min(days).year, 1, 1), last_date=date(max(days).year + 1, 12, 31))
    octets: bytes = file.to_ical(sorted=False)
    return octets


def _event(line: Line) -> Event:
    entry, published = line.entry, line.published
    event = Event()
    event.add("uid", published.uid)
    event.add("dtstamp", published.stamp)
    event.add("last-modified", published.stamp)
    event.add("sequence", published.sequence)
    start = entry.when()
    if isinstance(start, datetime):
        start = start.replace(tzinfo=ZoneInfo(str(entry.timezone)))
        event.add("dtstart", start)
        event.add("dtend", start + APPOINTMENT_LASTS)
    else:
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(days=1))
    event.add("summary", entry.title)
    if entry.description:
        event.add("description", entry.description)
    if entry.category:
        event.add("categories", [entry.category])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.alarm is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", ALARMS[entry.alarm])
        event.add_component(alarm)
    return event
