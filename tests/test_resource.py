"""An entry that another device added to is written as isotrack writes entries."""

from __future__ import annotations

from tracker.calendar import resource

OURS = b"\r\n".join([
    b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:x", b"BEGIN:VEVENT", b"UID:1@x", b"DTSTART;VALUE=DATE:20261124",
    b"SUMMARY:Clinic", b"SEQUENCE:2", b"BEGIN:VALARM", b"ACTION:DISPLAY", b"DESCRIPTION:Clinic", b"TRIGGER:PT0S",
    b"END:VALARM", b"END:VEVENT", b"END:VCALENDAR", b"",
])  # fmt: skip


def test_an_alarm_at_the_time_itself_stays_in_the_form_that_rings_everywhere() -> None:
    theirs = OURS.replace(b"SUMMARY:Clinic\r\n", b"SUMMARY:Clinic\r\nLOCATION:Ginza\r\n")
    written = resource.laid_over(OURS, theirs, None)
    assert b"LOCATION:Ginza" in written
    assert written.count(b"\r\nTRIGGER:PT0S\r\n") == 1
    assert b"P0D" not in written
