"""What was handed over, a calendar file or a mail message with one inside, becomes calendars."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import Message

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.invitations.charsets import logical_lines, narrow
from tracker.calendar.invitations.lines import Calendar, calendars, decoded
from tracker.errors import N_, InputError

LARGEST = 1 << 20
"""Octets of a calendar; a message may have pictures beside it."""
_CALENDAR_TYPES = ("text/calendar", "text/x-vcalendar", "application/ics", "application/calendar")
_CALENDAR_NAMES = (".ics", ".vcs", ".ical", ".ifb")
_BEGIN = re.compile(rb"\s*BEGIN\s*:", re.IGNORECASE)
_BEGIN_SOMEWHERE = re.compile(rb"^\s*BEGIN\s*:\s*(?:VCALENDAR|VEVENT)", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(rb"\s*(?:From |[!-9;-~]+:)")
_OF_A_MESSAGE = ("content-type", "mime-version", "from", "received", "message-id", "subject")
_OUTLOOK = b"\xd0\xcf\x11\xe0"
"""The beginning of a message as Outlook saves it."""


class Part(Struct, frozen=True):
    """A calendar's octets and what a message says of them: character set, method and subject, where it does."""

    octets: bytes
    charset: str | None = None
    method: str = ""
    subject: str = ""


class Sent(Struct, frozen=True):
    """One calendar of what was handed over; ``method`` in capitals, empty where none is named."""

    calendar: Calendar
    method: str
    subject: str = ""
    """That of the message that it came with."""


def calendars_of(octets: bytes) -> list[Sent]:
    """Every calendar of a file or a message; raise InputError where there is none."""
    if not octets.strip(b" \t\r\n\0"):
        raise InputError(N_("the file is empty"))
    found = []
    for part in _parts(narrow(octets)):
        if len(part.octets) > LARGEST:
            raise InputError(N_("this calendar is too large for an invitation"))
        read = calendars(logical_lines(part.octets, part.charset))
        found += [Sent(calendar, calendar.own.word("METHOD") or part.method, part.subject) for calendar in read]
    if not found:
        raise InputError(N_("this is not a calendar file that can be read"))
    return found


def _parts(octets: bytes) -> list[Part]:
    if _BEGIN.match(octets):
        return [Part(octets)]
    if octets.startswith(_OUTLOOK):
        raise InputError(
            N_("this is a message in Outlook's own format"), N_("save the attachment (.ics) and give that file")
        )
    if _HEADER.match(octets):
        message = _message(octets)
        if any(message.get(name) is not None for name in _OF_A_MESSAGE):
            return _of_a_message(message)
    if _BEGIN_SOMEWHERE.search(octets):
        return [Part(octets)]
    raise InputError(
        N_("this is not a calendar file that can be read"),
        N_("an invitation is a file that ends in .ics, or the message that it came with"),
    )


def _message(octets: bytes) -> Message:
    from email import message_from_bytes  # a calendar file needs none of it

    return message_from_bytes(octets.lstrip())


def _of_a_message(message: Message) -> list[Part]:
    subject = decoded(_said(lambda: message.get("subject")))
    found = [replace(part, subject=subject) for one in message.walk() if (part := _part(one)) is not None]
    if not found:
        raise InputError(
            N_("there is no invitation in this message"),
            N_("save its attachment (.ics), if it has one, and give that file"),
        )
    return found


def _part(one: Message) -> Part | None:
    """A leaf of a message where a calendar is in it: by its type, its file's name, or its first line."""
    if one.is_multipart():
        return None
    octets = one.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return None
    octets = narrow(octets)
    says_so = one.get_content_type() in _CALENDAR_TYPES or _said(one.get_filename).lower().endswith(_CALENDAR_NAMES)
    if not _BEGIN.match(octets) and not (says_so and _BEGIN_SOMEWHERE.search(octets)):
        return None
    method = _said(lambda: one.get_param("method")).strip().upper()
    return Part(octets, _said(one.get_content_charset) or None, method)


def _said(ask: Callable[[], object]) -> str:
    """A word of a message's head; empty where it has none, or none that can be read."""
    try:
        found = ask()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""
