"""Whatever is done to a file as clinics send it: read or refused in order, and nothing booked that it does not say."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.invitation_files import AT_TEN, MAIL, VISIT, ics
from tests.support import LONG
from tests.test_invitation_words import titles
from tracker.calendar.invitations import Reading, read
from tracker.calendar.invitations.charsets import UNREADABLE
from tracker.errors import InputError

pytestmark = pytest.mark.slow

ROUNDS = 20_000 if LONG else 400
TODAY = date(2026, 12, 20)
NEW_YORK = (
    "BEGIN:VTIMEZONE|TZID:Eastern|BEGIN:STANDARD|DTSTART:16010101T020000|TZOFFSETFROM:-0400|TZOFFSETTO:-0500"
    "|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU|END:STANDARD|BEGIN:DAYLIGHT|DTSTART:16010101T020000|TZOFFSETFROM:-0500"
    "|TZOFFSETTO:-0400|RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU|END:DAYLIGHT|END:VTIMEZONE"
)
OUTLOOK = (
    'CLASS:PUBLIC|DTSTAMP:20261201T000000Z|DTSTART;TZID="Eastern":20270119T200000|DTEND;TZID="Eastern":20270119T210000'
    "|SUMMARY;LANGUAGE=en-us:Dermatology appointment|UID:040000008200E00074C5B7101A82E008|SEQUENCE:2|TRANSP:OPAQUE"
    "|X-MICROSOFT-CDO-BUSYSTATUS:BUSY|X-MICROSOFT-CDO-ALLDAYEVENT:FALSE|DESCRIPTION:Please bring your card\\, and come"
    "\r\n  early.\\n|BEGIN:VALARM|TRIGGER:-PT15M|ACTION:DISPLAY|DESCRIPTION:Reminder|END:VALARM|STATUS:CONFIRMED"
    "|ORGANIZER;CN=Clinic:mailto:clinic@example.org|ATTENDEE;CN=Me;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:me@example.org"
)
SERIES = (
    f"{AT_TEN}|DURATION:PT30M|RRULE:FREQ=WEEKLY;INTERVAL=4;COUNT=6;BYDAY=TU|EXDATE;TZID=Asia/Tokyo:20270216T100000"
    "|SUMMARY:採血・再診|UID:s@clinic|SEQUENCE:0"
)
MOVED = (
    "RECURRENCE-ID;TZID=Asia/Tokyo:20270316T100000|DTSTART;TZID=Asia/Tokyo:20270317T110000|SUMMARY:採血|UID:s@clinic"
)
VCAL = ics(
    "DTSTART:20270119T010000Z|DTEND:20270119T020000Z|SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E6=8E=A1=\r\n=E8=A1=80"
).replace("2.0", "1.0")
FILES = [
    ics(VISIT, OUTLOOK, head=f"METHOD:REQUEST|X-WR-TIMEZONE:Asia/Tokyo|{NEW_YORK}").encode(),
    ics(SERIES, MOVED, "DTSTART;VALUE=DATE:20270222|SUMMARY:妊娠検査").encode(),
    ics(SERIES, "DTSTART:20270119T100000|SUMMARY:Lunch").encode("cp932"),
    ics(f"{AT_TEN}|SUMMARY:再診のご予約").encode("iso2022_jp"),
    ics(f"{AT_TEN}|SUMMARY:採血・再診|DESCRIPTION:ご予約です。").encode("euc_jp"),
    ics(f"{AT_TEN}|SUMMARY:Visite médicale - prélèvement", f"{AT_TEN}|SUMMARY:Blutabnahme für Müller").encode(
        "latin-1"
    ),
    ics(f"{AT_TEN}|SUMMARY:Doctor’s “visit” – 9:00").encode("cp1252"),
    ics(VISIT).encode("utf-16"),
    VCAL.encode(),
    f"{MAIL}Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{ics(VISIT)}".encode(),
]
WORDS = [
    b"DTSTART", b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VTIMEZONE", b"END:VCALENDAR", b"RRULE:FREQ=DAILY",
    b";TZID=", b":", b"RECURRENCE-ID:20270119T010000Z", b"\r\n", b"\r\n ", b"\xff", b"\x00", b"\x1b$B", b"=", b'"',
    b"\\", b"99999999", b"Z", b"-", b"+1400", b"STATUS:CANCELLED", b"METHOD:REPLY", b"INTERVAL=0", b"COUNT=99999",
    b"FREQ=SECONDLY", b"\xe6\x8e", b",", "採血".encode(), "採血".encode("cp932"), b"=?utf-8?B?", b"BEGIN:",
    b"X-WR-TIMEZONE:", b"BYSETPOS=366", b"BYDAY=99MO", b"UNTIL=00000000",
    b"DTSTART;TZID=Asia/Tokyo:20270119T100000", b"DTEND:20270119", b"PARTSTAT=DECLINED", b"\xef\xbb\xbf",
    b"ATTENDEE;PARTSTAT=TENTATIVE:b", "採血".encode("euc_jp"), b"\xe9", b"\x8e", b"\xc4\xab",
]  # fmt: skip


def mutated(dice: random.Random) -> bytes:
    """A file with some octets, lines or words of it taken away, doubled, changed or put elsewhere."""
    octets = bytearray(dice.choice(FILES))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        place, end = sorted(dice.randrange(len(octets) + 1) for _ in range(2))
        end = min(end, place + dice.choice((1, 2, 8, 40)))
        match dice.randrange(7):
            case 0:
                del octets[place:end]
            case 1:
                octets[place:place] = dice.choice(WORDS)
            case 2:
                octets[place:end] = dice.choice(WORDS)
            case 3:
                octets[place:place] = octets[place:end]
            case 4:
                octets[place : place + 1] = bytes([dice.randrange(256)])
            case 5:
                del octets[place:]
            case _:
                lines = bytes(octets).split(b"\r\n")
                lines.insert(dice.randrange(len(lines)), lines.pop(dice.randrange(len(lines))))
                octets = bytearray(b"\r\n".join(lines))
        octets = octets or bytearray(b"x")
    return bytes(octets)


def files(seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)  # noqa: S311 - no secret
    return (mutated(dice) for _ in range(ROUNDS))


def _read(octets: bytes, zone: str = "Asia/Tokyo") -> Reading | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return read(octets, zone, TODAY)
        except InputError:
            return None


@pytest.mark.long
def test_whatever_is_done_to_a_file_it_is_read_or_refused_in_order() -> None:
    seed = random.randrange(1 << 32) if LONG else 1  # noqa: S311
    for number, octets in enumerate(files(seed)):
        with _named(f"seed {seed}, file {number}: {octets!r}"):
            _check(octets)


def _check(octets: bytes) -> None:
    found = _read(octets)
    if found is None:
        return
    assert all(str(one.reason) for one in found.refused)
    assert all(one.title.isprintable() and len(one.title) <= 200 for one in found.invitations)
    assert found.invitations == tuple(sorted(found.invitations, key=lambda one: (one.on, str(one.at or ""))))
    assert not [one.title for one in found.invitations if UNREADABLE in one.title]
    assert found == _read(octets)


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(name)
        raise


ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "UTC",
    "America/St_Johns",
    "Asia/Tokyo",
]


@pytest.mark.long
def test_a_time_of_any_zone_is_the_same_moment_in_the_course() -> None:
    dice = random.Random(None if LONG else 2)  # noqa: S311
    for _ in range(ROUNDS):
        there, here = ZoneInfo(dice.choice(ZONES)), ZoneInfo(dice.choice(ZONES))
        local = datetime(2027, 1, 1) + timedelta(minutes=15 * dice.randrange(4 * 24 * 600))
        instant = local.replace(tzinfo=there).astimezone(UTC)
        found = read(ics(f"DTSTART;TZID={there}:{local:%Y%m%dT%H%M%S}").encode(), str(here), TODAY).invitations
        expected = instant.astimezone(here)
        assert [(expected.date(), expected.time())] == [(one.on, one.at) for one in found], (there, here, local)


def test_a_title_says_the_same_in_every_character_set_and_wrapping() -> None:
    for title, _letters in titles():
        plain = _read(ics(f"{AT_TEN}|SUMMARY:{title}").encode())
        assert plain is not None
        for charset in ("cp932", "iso2022_jp", "utf-16", "utf-8-sig"):
            octets = ics(f"{AT_TEN}|SUMMARY:{title}").encode(charset)
            found = _read(octets)
            assert found is not None
            assert [one.kinds for one in plain.invitations] == [one.kinds for one in found.invitations], (
                title,
                charset,
            )
