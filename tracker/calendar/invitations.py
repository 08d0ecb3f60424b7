"""Reads the appointments of somebody else's calendar file: a clinic's invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from tracker.calendar.ics import PRODUCT
from tracker.errors import N_, InputError
from tracker.rules import Kind

_SIGNS = {
    Kind.PREGNANCY_TEST: ("妊娠", "pregnan", "hcg"),
    Kind.BLOOD_TEST: ("採血", "血液", "blood", "lab"),
}
"""Words of a title that say what the appointment is for; without one it is a visit."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One appointment that was sent: its day, its local time in the course's zone, and what it seems to be for."""

    on: date
    at: time | None
    title: str
    kind: Kind
    repeats: bool
    cancelled: bool


def invitations(octets: bytes, timezone: str) -> list[Invitation]:
    """The appointments of an ``.ics`` file in order of their times; raise InputError where it is none or our own."""
    try:
        calendar = Calendar.from_ical(octets)
        events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
        called_off = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        dated = [event for event in events if event.get("DTSTART") is not None]
        found = [_invitation(event, ZoneInfo(timezone), called_off=called_off) for event in dated]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError):
        raise InputError(N_("this is not a calendar file that can be read")) from None
    if str(calendar.get("PRODID")) == PRODUCT:
        raise InputError(N_("this calendar is isotrack's own; an invitation from the clinic is expected"))
    if not found:
        raise InputError(N_("there is no appointment in this calendar file"))
    return sorted(found, key=lambda one: (one.on, one.at or time.min))


def _invitation(event: Event, zone: ZoneInfo, *, called_off: bool) -> Invitation:
    start = event.start
    at = None
    if isinstance(start, datetime):
        local = start.astimezone(zone) if start.tzinfo is not None else start
        start, at = local.date(), local.time().replace(second=0, microsecond=0, tzinfo=None)
    title = " ".join(str(event.get("SUMMARY", "")).split())
    shown = "".join(character for character in title if character.isprintable())
    cancelled = called_off or str(event.get("STATUS", "")).upper() == "CANCELLED"
    return Invitation(start, at, shown, _kind(title), event.get("RRULE") is not None, cancelled)


def _kind(title: str) -> Kind:
    words = title.lower()
    return next((kind for kind, signs in _SIGNS.items() if any(sign in words for sign in signs)), Kind.VISIT)
