"""Independent readings of one ``.ics``: every reader has to find the same entries, days, texts and alarms."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream
from radicale.item import read_components

from tests import ical_js

KNOWN_ZONES = available_timezones()


@dataclass(frozen=True, order=True)
class Read:
    """One entry as a reader understood it. Times are in UTC; a date stays a date."""

    uid: str
    sequence: int
    status: str
    start: str
    end: str
    until: str
    """End of a series of capsules in UTC."""
    turns: str
    """How it comes again: ``DAILY/2``, ``WEEKLY/1/MO,FR``."""
    summary: str
    description: str
    categories: tuple[str, ...]
    alarms: tuple[tuple[str, timedelta], ...]
    """Text and trigger of each."""


def by_icalendar(octets: bytes) -> list[Read]:
    """collective/icalendar."""
    calendar = icalendar.Calendar.from_ical(octets)
    return [_of_icalendar(one) for one in calendar.walk() if one.name in ("VEVENT", "VTODO")]


def _of_icalendar(one: Any) -> Read:
    start, end = (one.get("DUE"), None) if one.name == "VTODO" else (one["DTSTART"], one["DTEND"])
    rule, categories = one.get("RRULE"), one.get("CATEGORIES")
    return Read(
        uid=str(one["UID"]), sequence=int(one["SEQUENCE"]), status=str(one["STATUS"]),
        start=_moment(start.dt), end=_moment(end.dt) if end is not None else "",
        until=_moment(rule["UNTIL"][0]) if rule else "",
        turns=_turns(rule["FREQ"][0], rule.get("INTERVAL", [1])[0], rule.get("BYDAY", ())) if rule else "",
        summary=str(one["SUMMARY"]),
        description=str(one.get("DESCRIPTION", "")),
        categories=tuple(str(name) for name in categories.cats) if categories is not None else (),
        alarms=tuple((str(alarm["DESCRIPTION"]), alarm["TRIGGER"].dt) for alarm in one.walk("VALARM")),
    )  # fmt: skip


def by_ical(octets: bytes) -> list[Read]:
    """allenporter/ical, which Home Assistant reads calendars with."""
    calendar = IcsCalendarStream.calendar_from_ics(octets.decode())
    return [_of_ical(one) for one in (*calendar.events, *calendar.todos)]


def _of_ical(one: Any) -> Read:
    is_todo = not hasattr(one, "dtend")
    return Read(
        uid=one.uid, sequence=one.sequence, status=str(one.status.value),
        start=_moment(one.due if is_todo else one.dtstart), end="" if is_todo else _moment(one.dtend),
        until=_moment(one.rrule.until) if one.rrule else "",
        turns=_turns(one.rrule.freq.value, one.rrule.interval,
                     [day.weekday.value for day in one.rrule.by_weekday]) if one.rrule else "",
        summary=one.summary,
        description=one.description or "", categories=tuple(one.categories),
        alarms=tuple((alarm.description, alarm.trigger) for alarm in (one.alarms if is_todo else one.alarm)),
    )  # fmt: skip


def by_vobject(octets: bytes) -> list[Read]:
    """vobject."""
    return _of_vobject(vobject.readOne(octets.decode()))


def by_radicale(octets: bytes) -> list[Read]:
    """The calendar server Radicale, as it reads what is put on it."""
    (calendar,) = read_components(octets.decode())
    return _of_vobject(calendar)


def _of_vobject(calendar: Any) -> list[Read]:
    contents = calendar.contents
    return [_of_one(one.contents) for one in (*contents.get("vevent", ()), *contents.get("vtodo", ()))]


def _of_one(values: dict[str, Any]) -> Read:
    def first(name: str) -> Any:
        return values[name][0].value if name in values else None

    rule = dict(part.split("=") for part in first("rrule").split(";")) if "rrule" in values else {}
    until = rule.get("UNTIL")
    return Read(
        uid=first("uid"), sequence=int(first("sequence")), status=first("status"),
        start=_moment(_in_its_zone(values["dtstart" if "dtstart" in values else "due"][0])),
        end=_moment(_in_its_zone(values["dtend"][0])) if "dtend" in values else "",
        until=_moment(datetime.strptime(until, "%Y%m%dT%H%M%S%z")) if until else "",
        turns=_turns(rule["FREQ"], rule.get("INTERVAL", 1), filter(None, rule.get("BYDAY", "").split(",")))
        if rule else "",
        summary=first("summary"), description=first("description") or "",
        categories=tuple(first("categories") or ()),
        alarms=tuple((alarm.description.value, alarm.trigger.value) for alarm in values.get("valarm", ())),
    )  # fmt: skip


def _in_its_zone(line: Any) -> date:
    """Of an hour that there is twice the first is meant (RFC 5545, 3.3.5); vobject takes the second."""
    (zone,) = line.params.get("X-VOBJ-ORIGINAL-TZID", [None])
    return line.value.replace(tzinfo=ZoneInfo(zone)) if zone in KNOWN_ZONES else line.value


def by_ical_js(octets: bytes) -> list[Read]:
    """ical.js."""
    return [_of_ical_js(one) for one in ical_js.read(octets)]


def _of_ical_js(one: dict[str, Any]) -> Read:
    return Read(
        uid=one["uid"], sequence=one["sequence"], status=one["status"],
        start=_of_js(one["start"]), end=_of_js(one["end"]), until=_of_js(one["until"]),
        turns=_turns(*one["turns"]) if one["turns"] else "", summary=one["summary"],
        description=one["description"], categories=tuple(one["categories"]),
        alarms=tuple((text, timedelta(seconds=seconds)) for text, seconds in one["alarms"]),
    )  # fmt: skip


def _of_js(value: str | list[Any]) -> str:
    return value if isinstance(value, str) else ring_of_js(*value).isoformat()


def ring_of_js(clock: str, zone: str, seconds: int) -> datetime:
    """A moment as ical.js understood it, in UTC.

    Of an hour that there is twice it takes the second, where the first is meant (RFC 5545, 3.3.5), and of one that
    there is not the moment an hour earlier: there it is right by the clock, and its moment is one of the two.
    """
    found = datetime.fromtimestamp(seconds, UTC)
    if zone == "UTC" or zone not in KNOWN_ZONES:
        return found
    local = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))
    meant, other = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return meant if found == other else found


def _turns(frequency: object, interval: object, weekdays: Iterable[object]) -> str:
    return "/".join(filter(None, [str(frequency), str(interval), ",".join(map(str, weekdays))]))


def _moment(value: date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


Reader = Callable[[bytes], list[Read]]
READERS: dict[str, Reader] = {
    "icalendar": by_icalendar, "ical": by_ical, "vobject": by_vobject, "Radicale": by_radicale,
} | ({} if ical_js.MISSING else {"ical.js": by_ical_js})  # fmt: skip


def drawn(octets: bytes) -> dict[str, Reader]:
    """The reader that all others are held against and one of those, drawn by what there is to read."""
    first, *others = READERS
    return {name: READERS[name] for name in (first, others[zlib.crc32(octets) % len(others)])}


def check(octets: bytes, by: Mapping[str, Reader] = READERS) -> None:
    """Raise AssertionError where the readers differ, or the text breaks a rule that no reader complains about."""
    found = {name: sorted(read(octets)) for name, read in by.items()}
    first = found.pop("icalendar")
    for name, theirs in found.items():
        assert theirs == first, name
    lines = octets.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    for line in lines:
        line.decode()
    assert not any(line.startswith((b"METHOD", b"\xef\xbb\xbf")) for line in lines)
    assert len({one.uid for one in first}) == len(first)
    assert all(trigger <= timedelta(0) for one in first for _text, trigger in one.alarms)
    assert not [one for one in first if one.status == "CANCELLED" and one.alarms]
    zones = {line for line in lines if line.startswith(b"TZID:")}
    used = {b"TZID:" + line.split(b"TZID=")[1].split(b":")[0] for line in lines if b";TZID=" in line}
    assert used == zones
