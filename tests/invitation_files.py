"""Calendar files as clinics send them, and what is read from them."""

from __future__ import annotations

from datetime import date

from tracker.calendar.invitations import Invitation, Reading, read

TODAY = date(2026, 12, 20)
AT_TEN = "DTSTART;TZID=Asia/Tokyo:20270119T100000"
VISIT = f"{AT_TEN}|SUMMARY:Dermatology"
MAIL = "From: clinic@example.org\r\nSubject: Your visit\r\nMIME-Version: 1.0\r\n"


def ics(*entries: str, head: str = "", end: str = "END:VCALENDAR\r\n") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//clinic//EN", *(one for one in head.split("|") if one)]
    for number, entry in enumerate(entries, 1):
        uid = [] if "UID:" in entry else [f"UID:{number}@clinic"]
        lines += ["BEGIN:VEVENT", *uid, *(one for one in entry.split("|") if one), "END:VEVENT"]
    return "\r\n".join([*lines, end])


def reading(text: str | bytes, zone: str = "Asia/Tokyo") -> Reading:
    return read(text.encode() if isinstance(text, str) else text, zone, TODAY)


def when(one: Invitation) -> str:
    return f"{one.on:%m-%d}" + (f" {one.at:%H:%M}" if one.at is not None else "")


def taken(text: str | bytes, zone: str = "Asia/Tokyo") -> list[str]:
    return [when(one) for one in reading(text, zone).invitations]


def reasons(text: str | bytes) -> list[str]:
    return [str(one.reason) for one in reading(text).refused]
