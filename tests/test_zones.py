"""A time in a zone whose clocks are changed is the same moment in every calendar program, and stays it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from msgspec.structs import replace

from tests import ical_js
from tests.conftest import Isotrack
from tests.ical_js import needs_ical_js
from tests.readers import KNOWN_ZONES, READERS, ring_of_js
from tests.support import LONG, opened, rows
from tests.test_calendar import events, export
from tests.test_journeys import START
from tracker.calendar import ics, zones
from tracker.calendar.entries import Entry
from tracker.calendar.ledger import WHOLE, compare
from tracker.errors import StorageError

NOW = datetime(2026, 11, 23, tzinfo=UTC)
COURSE = "00000000-0000-4000-8000-000000000001"
DATABASE = Path("data") / "isotrack.db"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CHOSEN = (
    "America/New_York", "Europe/London", "Australia/Sydney", "Europe/Dublin", "Australia/Lord_Howe",
    "Africa/Casablanca", "America/Santiago", "Africa/Cairo", "Asia/Jerusalem", "Asia/Gaza", "America/Nuuk",
    "Asia/Tehran", "Pacific/Chatham", "Antarctica/Troll", "America/St_Johns", "Asia/Tokyo",
)  # fmt: skip
"""North and south, half an hour, winter time that counts as the exception, Ramadan, weekdays that are no n-th of their
month, a change on the eve, two hours, none at all."""
ZONES = sorted(name for name in KNOWN_ZONES - {"Factory", "localtime"} if not icalendar.is_utc(ZoneInfo(name)))
LAWS_THAT_CHANGED = (
    ("America/New_York", 2006), ("America/New_York", 2007), ("America/Sao_Paulo", 2019), ("Europe/Istanbul", 2016),
    ("Asia/Almaty", 2024), ("Asia/Pyongyang", 2018), ("Africa/Cairo", 2023), ("America/Mexico_City", 2022),
    ("Pacific/Apia", 2011), ("Europe/Volgograd", 2020), ("Africa/Casablanca", 2018), ("America/Asuncion", 2024),
)  # fmt: skip


def appointment(zone: str, start: str, **more: str) -> Entry:
    return Entry(key="visit/1", kind="visit", start=start, title="Clinic", timezone=zone, **more)


def written(*entries: Entry) -> bytes:
    return ics.calendar(compare(entries, {}, lambda one: one, COURSE, NOW, WHOLE), COURSE, "x")


def vtimezone(octets: bytes) -> str:
    text = octets.decode()
    return text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")] + "END:VTIMEZONE\r\n"


def offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changed(zone: ZoneInfo, first: int, last: int) -> list[datetime]:
    """The hours after which the offset is another: by looking at every hour there is."""
    begin = datetime(first, 1, 1, tzinfo=UTC)
    hours = (datetime(last + 1, 1, 1, tzinfo=UTC) - begin) // HOUR
    moments = [begin + number * HOUR for number in range(hours)]
    pairs = itertools.pairwise((moment, offset(moment, zone)) for moment in moments)
    return [moment for (moment, before), (_later, after) in pairs if before != after]


def moments(zone: ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    """Half hours about every change of these years, and a day of each month, that there are once by the clock."""
    for change in changed(zone, first, last):
        yield from (change + timedelta(minutes=30 * number) for number in range(-8, 10))
    yield from (datetime(year, month, 15, 12, tzinfo=UTC) for year in range(first, last + 1) for month in range(1, 13))


def once_by_the_clock(zone: ZoneInfo, first: int, last: int) -> list[datetime]:
    found = (moment.astimezone(zone) for moment in moments(zone, first, last))
    return [one for one in found if one.replace(fold=0).utcoffset() == one.replace(fold=1).utcoffset()]


def at_each(moments: list[datetime], zone: str) -> bytes:
    """A file with our VTIMEZONE and a time at each moment, under a name that no reader can look up."""
    name = "Zone-" + hashlib.sha256(zone.encode()).hexdigest()[:12]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", zone.strip().replace(zone_line(zone), f"TZID:{name}")]
    for number, moment in enumerate(moments):
        begin, end = (f"{one.replace(tzinfo=None):%Y%m%dT%H%M%S}" for one in (moment, moment + HOUR))
        lines += [
            "BEGIN:VEVENT", f"UID:{number:05}", "DTSTAMP:20261123T000000Z", "SEQUENCE:0", "STATUS:CONFIRMED",
            "SUMMARY:x", f"DTSTART;TZID={name}:{begin}", f"DTEND;TZID={name}:{end}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def zone_line(zone: str) -> str:
    return next(line for line in zone.splitlines() if line.startswith("TZID:"))


def check_zone(name: str, first: int, last: int) -> None:
    """Whatever reader expands the VTIMEZONE of entries in these years, it finds the moments that zoneinfo does."""
    zone = ZoneInfo(name)
    text = vtimezone(written(appointment(name, f"{first}-01-01T00:00:00", last_day=f"{last}-12-31")))
    assert "RDATE" not in text
    wanted = once_by_the_clock(zone, first - 1, last + 1)
    octets = at_each(wanted, text)
    for reader, read in READERS.items():
        if reader == "ical" and text.count("RRULE") < text.count("DTSTART"):
            continue  # It knows no observance without a rule; a zone with a name of its own it looks up.
        found = [one.start for one in sorted(read(octets))]
        assert found == [one.astimezone(UTC).isoformat() for one in wanted], reader


@pytest.mark.parametrize("name", CHOSEN)
def test_every_reader_finds_the_moments_of_a_zone_by_what_is_written_of_it(name: str) -> None:
    check_zone(name, 2026, 2027)


@pytest.mark.parametrize(("name", "year"), LAWS_THAT_CHANGED)
def test_a_law_that_changes_within_the_years_of_a_course_is_told(name: str, year: int) -> None:
    check_zone(name, year, year)


@pytest.mark.slow
@pytest.mark.long
@given(st.sampled_from(ZONES), st.integers(2005, 2034), st.integers(0, 2))
@settings(max_examples=400 if LONG else 10)
def test_any_zone_in_any_years_is_read_alike(name: str, first: int, years: int) -> None:
    check_zone(name, first, first + years)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="takes minutes: for -m long")
@pytest.mark.parametrize("first", [2006, 2016, 2026])
def test_every_zone_there_is_is_read_alike(first: int) -> None:
    for name in ZONES:
        check_zone(name, first, first + 1)


@needs_ical_js
def test_ical_js_reads_along() -> None:
    """It is the reader of this run that a wrong VTIMEZONE cannot hide from: all others know New York by name."""
    octets = written(appointment("America/New_York", "2027-05-03T15:30:00"))
    wrong = octets.replace(b"TZOFFSETTO:-0400", b"TZOFFSETTO:-0300")
    assert wrong != octets
    for name, read in READERS.items():
        assert [one.start for one in read(octets)] == ["2027-05-03T19:30:00+00:00"]
        assert ([one.start for one in read(wrong)] == ["2027-05-03T19:30:00+00:00"]) is (name != "ical.js")


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
@settings(max_examples=100)
def test_what_is_told_begins_a_year_before_the_first_entry(name: str, first: date, days: int) -> None:
    last = first + days * DAY
    told = zones.told(name, first.year, last.year)
    onsets = [one.onset.date() for one in told]
    assert min(onsets) <= date(first.year - 1, first.month, min(first.day, 28))
    assert max(onsets) <= date(last.year + 1, 12, 31)
    assert len(told) == len(set(onsets))
    assert [one.before != one.after for one in told].count(False) <= 1


def test_a_law_is_told_once_and_a_zone_without_one_change_by_change() -> None:
    assert [(one.onset.year, one.law) for one in zones.told("America/New_York", 2026, 2027)] == [
        (2007, (3, "2SU")), (2007, (11, "1SU")),
    ]  # fmt: skip
    assert [one.law for one in zones.told("Europe/London", 2026, 2027)] == [(3, "-1SU"), (10, "-1SU")]
    assert [one.law for one in zones.told("Asia/Tokyo", 2026, 2027)] == [None]
    casablanca = zones.told("Africa/Casablanca", 2020, 2021)
    assert [(one.onset.year, one.law) for one in casablanca] == [
        (2019, None), (2019, None), (2019, None), (2020, None), (2020, None), (2021, None), (2021, None), (2022, None),
        (2022, None),
    ]  # fmt: skip
    # The second Sunday or the one after the first Saturday: no plain rule says it.
    assert {one.law for one in zones.told("America/Santiago", 2026, 2027)} == {None}
    # What was the law once is none now.
    assert [one.law for one in zones.told("America/New_York", 2004, 2004)] == [None] * 7


def test_summer_time_is_the_later_clock_whatever_the_law_calls_it() -> None:
    """Irish law has winter time as the exception; of an hour that there is twice ical.js goes by this."""
    assert [one.summer for one in zones.told("Europe/Dublin", 2026, 2026)] == [True, False]
    assert [one.summer for one in zones.told("Australia/Lord_Howe", 2026, 2026)] == [False, True]
    # Put forward for good: that is no summer time.
    assert {one.summer for one in zones.told("Asia/Pyongyang", 2018, 2018)} == {False}


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Zulu", "Africa/Abidjan"])
def test_a_zone_that_is_utc_needs_no_description(zone: str) -> None:
    octets = written(appointment(zone, "2027-05-03T15:30:00"))
    assert b"DTSTART:20270503T153000Z" in octets
    assert b"VTIMEZONE" not in octets


def test_a_zone_that_this_machine_does_not_know_stops_the_calendar_alone() -> None:
    entry = appointment("Atlantis/Poseidonis", "2027-05-03T15:30:00")
    [line] = compare([entry], {}, lambda one: one, COURSE, NOW, WHOLE)
    with pytest.raises(StorageError, match="time zone"):
        ics.calendar([line], COURSE, "x")


@needs_ical_js
@pytest.mark.parametrize(
    ("zone", "summer"), [("America/New_York", "19:30"), ("Europe/London", "14:30"), ("Australia/Sydney", "05:30")]
)
def test_an_appointment_is_at_its_hour_before_and_after_it_moves(isotrack: Isotrack, zone: str, summer: str) -> None:
    """15:30 on 3 May: in summer time in the north, in winter time in the south."""
    isotrack(*START[:-1], zone)
    isotrack("book", "visit/1", "2026-12-24 15:30")
    isotrack("calendar", "settings", "capsule=08:30")
    for clock in ("2027-05-03 15:30", "2027-01-13 15:30", "2027-05-03 15:30"):
        octets = export(isotrack)
        check_rings(octets, zone)
        isotrack("book", "visit/1", clock)
    read = {one["summary"]: one for one in ical_js.read(export(isotrack))}
    assert ring_of_js(*read["Clinic 1"]["start"]).strftime("%H:%M") == summer


def check_rings(octets: bytes, zone: str) -> None:
    """Every ring of a series, as ical.js finds it, is where zoneinfo has it."""
    series = [one for one in icalendar.Calendar.from_ical(octets).walk("VEVENT") if "RRULE" in one]
    wanted = {str(one["UID"]): rings(one, zone) for one in series}
    found = {one["uid"]: [ring_of_js(*ring) for ring in one["rings"]] for one in ical_js.read(octets) if one["rings"]}
    assert found == wanted
    assert found


def rings(series: Any, zone: str) -> list[datetime]:
    """As dateutil has the days of a series by the clock of its zone."""
    start, rule = series["DTSTART"].dt.replace(tzinfo=None), series["RRULE"]
    until = rule["UNTIL"][0].astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    own = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL"))
    days = rrulestr(f"{own};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=start)
    return [day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in days]


SKIPPED = [("America/New_York", "2027-03-14", "02:30"), ("Europe/London", "2027-03-28", "01:30"),
           ("Australia/Sydney", "2027-10-03", "02:30"), ("Australia/Lord_Howe", "2027-10-03", "02:15")]  # fmt: skip
TWICE = [("America/New_York", "2027-11-07", "01:30"), ("Europe/London", "2027-10-31", "01:30"),
         ("Australia/Sydney", "2027-04-04", "02:30"), ("Australia/Lord_Howe", "2027-04-04", "01:45")]  # fmt: skip


@needs_ical_js
@pytest.mark.parametrize(("zone", "day", "clock"), SKIPPED + TWICE)
@pytest.mark.parametrize(("before", "after"), [(5, 5), (0, 5), (5, 0), (0, 0)], ids=["amid", "first", "last", "only"])
@pytest.mark.parametrize(
    ("rule", "every"),
    [("", 1), ("FREQ=DAILY;INTERVAL=2", 2), ("FREQ=DAILY;INTERVAL=5", 5), ("FREQ=WEEKLY;BYDAY=SU", 7)],
)
def test_a_capsule_on_the_day_of_the_change_rings_once_at_most_an_hour_off(
    zone: str, day: str, clock: str, before: int, after: int, rule: str, every: int
) -> None:
    """An hour that there is not comes before or after the change, one that there is twice first or second."""
    first, last = (date.fromisoformat(day) + number * every * DAY for number in (-before, after))
    entry = appointment(zone, f"{first}T{clock}:00", last_day=str(last), rule=rule)
    octets = written(replace(entry, daily=True))
    there = ZoneInfo(zone)
    readings = {fold: datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=there, fold=fold) for fold in (0, 1)}
    allowed = {one.astimezone(UTC) for one in readings.values()}
    assert len(allowed) == 2
    (series,) = ical_js.read(octets)
    by_ical_js = [datetime.fromtimestamp(ring[2], UTC) for ring in series["rings"]]
    timeline = IcsCalendarStream.calendar_from_ics(octets.decode()).timeline
    by_ical = [one.start.astimezone(UTC) for one in timeline]
    for found in (by_ical_js, by_ical):
        assert len(found) == before + 1 + after
        assert found[before] in allowed
        others = found[:before] + found[before + 1 :]
        assert {one.astimezone(there).strftime("%H:%M") for one in others} <= {clock}


def as_before_the_rules(statement: str, *values: object) -> None:
    with opened(DATABASE) as connection:
        connection.execute(statement, values)


def published_with_lists_of_dates() -> None:
    """Put the digests that an earlier isotrack left in place of what was published."""
    for uid, content in rows(DATABASE, "SELECT uid, content FROM published"):
        digest = hashlib.sha256(content.encode()).hexdigest()
        for table in ("published", "remote"):
            as_before_the_rules(f"UPDATE {table} SET digest = ? WHERE uid = ?", digest, uid)  # noqa: S608 - our own


@pytest.mark.parametrize(
    ("zone", "again"), [("America/New_York", {"Clinic 1", "Reminder"}), ("Europe/London", {"Clinic 1", "Reminder"}),
                        ("Africa/Casablanca", {"Clinic 1", "Reminder"}), ("Asia/Tokyo", set())]
)  # fmt: skip
def test_times_that_were_published_with_lists_of_dates_are_sent_again_once(
    isotrack: Isotrack, zone: str, again: set[str]
) -> None:
    isotrack(*START[:-1], zone)
    isotrack("book", "visit/1", "2027-05-03 15:30")
    isotrack("calendar", "settings", "capsule=08:30")
    before = events(export(isotrack))
    published_with_lists_of_dates()
    waiting = isotrack("calendar", "preview", "--json", today="2026-11-24").json
    assert {(one["title"], one["change"]) for one in waiting} == {(title, "changed") for title in again}
    after = events(export(isotrack, today="2026-11-24"))
    raised = {str(one["SUMMARY"]) for uid, one in after.items() if one["SEQUENCE"] == before[uid]["SEQUENCE"] + 1}
    assert raised == again
    assert {uid for uid, one in after.items() if one != before[uid]} == {
        uid for uid, one in after.items() if str(one["SUMMARY"]) in again
    }
    assert events(export(isotrack, today="2026-11-25")) == after


def test_what_was_cancelled_is_not_cancelled_again(isotrack: Isotrack) -> None:
    isotrack(*START[:-1], "America/New_York")
    isotrack("calendar", "settings", "capsule=08:30")
    export(isotrack)
    isotrack("calendar", "settings", "capsule=off")
    before = export(isotrack)
    assert b"Cancelled: Reminder" in before
    published_with_lists_of_dates()
    assert export(isotrack, today="2026-12-24") == before
