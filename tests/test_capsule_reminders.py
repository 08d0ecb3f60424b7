"""Capsule reminders of every dose that is prescribed: the right days, the right times, in every calendar program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from tests import ical_js
from tests.conftest import Isotrack
from tests.readers import ring_of_js
from tests.test_calendar import events, export
from tests.test_zones import check_rings
from tracker.calendar import entries
from tracker.calendar.entries import Entry
from tracker.calendar.settings import Settings
from tracker.errors import InputError

DAY = timedelta(days=1)
FIRST = date(2026, 11, 24)
"""A Tuesday."""
WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

DOSES: dict[str, list[str]] = {
    "20": ["20"],
    "20/40": ["20", "40"],
    "20/40/40": ["20", "40", "40"],
    "20 every other day": ["20", ""],
    "20 every 3 days": ["20", "", ""],
    "20 twice a day": ["20 20"],
    "20+40/0": ["20 40", ""],
}
"""What each day of a cycle has, an amount for each of the times."""
BY_WEEKDAY = {
    "20 mon,wed,fri": {"Mon": "20", "Wed": "20", "Fri": "20"},
    "40 mon-fri 20 sat,sun": dict.fromkeys(WEEK[:5], "40") | dict.fromkeys(WEEK[5:], "20"),
    "20x2 sun,tue": {"Sun": "20 20", "Tue": "20 20"},
}
CLOCKS = ("08:30", "20:00")
PAUSED = (date(2027, 3, 20), date(2027, 4, 11))
"""The first day without a capsule, and the first with one again."""


def begin(isotrack: Isotrack, dose: str, zone: str = "Asia/Tokyo", clocks: str = "08:30,20:00") -> None:
    isotrack("start", FIRST.isoformat(), "--weight", "54", "--dose", dose, "--can-become-pregnant", "--timezone", zone)
    isotrack("calendar", "settings", f"capsule={clocks}", "titles=full")


def series(octets: bytes) -> list[icalendar.Event]:
    return [one for one in icalendar.Calendar.from_ical(octets).walk("VEVENT") if "RRULE" in one]


def wanted(dose: str, first: date, last: date) -> Iterator[tuple[date, str, str]]:
    """Each ring from ``first``, which begins a cycle, until ``last``: its day, its time, and the milligrams."""
    for number in range((last - first).days + 1):
        day = first + number * DAY
        amounts = DOSES[dose][number % len(DOSES[dose])] if dose in DOSES else BY_WEEKDAY[dose].get(WEEK[day.weekday()])
        for clock, mg in zip(CLOCKS, (amounts or "").split(), strict=False):
            yield day, clock, mg


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("dose", [*DOSES, *BY_WEEKDAY])
def test_a_program_that_expands_the_capsules_rings_on_the_days_that_have_one(
    isotrack: Isotrack, dose: str, zone: str
) -> None:
    """Across a pause, after which the turns begin anew, and across the changes of the clocks."""
    begin(isotrack, dose, zone)
    isotrack("pause", PAUSED[0].isoformat(), today="2027-03-20")
    isotrack("resume", PAUSED[1].isoformat(), today="2027-04-10")
    octets = export(isotrack, "--only", "dose", today="2027-04-10")
    last = date.fromisoformat(isotrack("plan", "--json", today="2027-04-10").json["course"]["projected_last_dose"])
    rings = [*wanted(dose, FIRST, PAUSED[0] - DAY), *wanted(dose, PAUSED[1], last)]
    timeline = IcsCalendarStream.calendar_from_ics(octets.decode()).timeline
    found = [
        (one.start.date(), one.start.strftime("%H:%M"), str(one.summary).removeprefix("Capsule, ").removesuffix(" mg"))
        for one in timeline
        if one.rrule is not None or one.recurrence_id is not None
    ]
    assert sorted(found) == sorted(rings)
    if ical_js.MISSING is None:
        check_rings(octets, zone)
        read = [ring_of_js(*ring) for one in ical_js.read(octets) for ring in one["rings"]]
        moments = [datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)) for day, clock, _mg in rings]
        assert sorted(read) == sorted(moment.astimezone(UTC) for moment in moments)


@pytest.mark.parametrize("dose", [*DOSES, *BY_WEEKDAY])
def test_a_series_begins_and_ends_on_days_that_it_has(isotrack: Isotrack, dose: str) -> None:
    begin(isotrack, dose, "America/New_York")
    for one in series(export(isotrack)):
        start, until = one["DTSTART"].dt, one["RRULE"]["UNTIL"][0]
        assert until.tzinfo is not None
        assert until.utcoffset() == timedelta(0)
        days = {day for day, _clock, _mg in wanted(dose, FIRST, FIRST + 200 * DAY)}
        assert start.date() in days
        assert until.astimezone(start.tzinfo).date() in days
        assert until.astimezone(start.tzinfo).time() == start.time()


@pytest.mark.parametrize(
    ("clocks", "found"),
    [
        ("08:30", {("08:30", "Capsule, 20 + 40 mg")}),
        ("08:30,20:00", {("08:30", "Capsule, 20 mg"), ("20:00", "Capsule, 40 mg")}),
        ("8:30,12:00,20:00", {("08:30", "Capsule, 20 mg"), ("12:00", "Capsule, 40 mg")}),
        ("off", set()),
    ],
)
def test_with_fewer_times_than_intakes_the_last_names_what_is_left(
    isotrack: Isotrack, clocks: str, found: set[tuple[str, str]]
) -> None:
    begin(isotrack, "20+40", clocks=clocks)
    assert {(f"{one['DTSTART'].dt:%H:%M}", str(one["SUMMARY"])) for one in series(export(isotrack))} == found


def test_fewer_times_than_intakes_are_named_by_whatever_brings_them_about(isotrack: Isotrack) -> None:
    begin(isotrack, "20", clocks="08:30")
    line = "2 intakes a day, and fewer times"
    assert line in isotrack("dose", "20 twice a day", "--from", "2026-12-10").out
    assert line in isotrack("calendar", "settings", "titles=full").out
    assert line not in isotrack("calendar", "settings", "capsule=08:30,20:00").out
    assert line not in isotrack("calendar", "settings", "capsule=off").out
    isotrack("calendar", "settings", "capsule=08:30")
    isotrack("dose", "20", "--from", "2026-12-12")
    assert line not in isotrack("dose", "40", "--from", "2026-12-14", today="2026-12-12").out


@pytest.mark.parametrize("dose", [*DOSES, *BY_WEEKDAY])
def test_discreet_reminders_say_neither_capsule_nor_milligrams(isotrack: Isotrack, dose: str) -> None:
    begin(isotrack, dose)
    full = {str(one["UID"]) for one in series(export(isotrack))}
    isotrack("calendar", "settings", "titles=discreet")
    discreet = series(export(isotrack))
    assert {str(one["SUMMARY"]) for one in discreet} == {"Reminder"}
    assert {str(one["UID"]) for one in discreet} == full
    assert not any("DESCRIPTION" in one for one in discreet)


def test_an_entry_keeps_its_identity_when_the_dose_of_its_step_is_corrected(isotrack: Isotrack) -> None:
    begin(isotrack, "20", clocks="08:30")
    [daily] = series(export(isotrack))
    isotrack("fix", "3", "--value", "20/40")
    in_turn = {str(one["SUMMARY"]): one for one in series(export(isotrack))}
    assert in_turn["Capsule, 20 mg"]["UID"] == daily["UID"]
    assert in_turn["Capsule, 20 mg"]["SEQUENCE"] == 1
    assert in_turn["Capsule, 40 mg"]["SEQUENCE"] == 0
    isotrack("undo")
    again = {str(one["SUMMARY"]): one for one in series(export(isotrack))}
    assert again["Capsule, 20 mg"]["SEQUENCE"] == 2
    gone = again["Cancelled: Capsule, 40 mg"]
    assert (gone["STATUS"], gone["SEQUENCE"], gone["UID"]) == ("CANCELLED", 1, in_turn["Capsule, 40 mg"]["UID"])
    octets = export(isotrack)
    assert octets == export(isotrack)


def test_another_time_of_one_intake_moves_that_one_alone(isotrack: Isotrack) -> None:
    begin(isotrack, "20 twice a day")
    before = events(export(isotrack))
    isotrack("calendar", "settings", "capsule=08:30,21:00")
    after = events(export(isotrack))
    moved = {uid for uid, one in after.items() if one["SEQUENCE"] != before[uid]["SEQUENCE"]}
    assert after.keys() == before.keys()
    assert [f"{after[uid]['DTSTART'].dt:%H:%M}" for uid in moved] == ["21:00"]


def test_a_daily_series_is_kept_as_it_was_before_there_were_others() -> None:
    """What was published is not sent again: its content has no word more."""
    entry = Entry(key="capsule:first", kind="dose", start="2026-11-24T08:30:00", title="Reminder", daily=True)
    assert "rule" not in entry.content()
    assert Entry.from_content(entry.content()) == entry
    other = Entry(key="a", kind="dose", start="2026-11-24T08:30:00", title="x", rule="FREQ=DAILY;INTERVAL=2")
    assert Entry.from_content(other.content()) == other
    assert [entries.intake_of(key) for key in ("capsule:first", "capsule:first+1", "capsule:first+1#2")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("08:30", "08:30"), ("8:30", "08:30"), ("08:30,20:00", "08:30,20:00"), ("20:00, 8:30", "08:30,20:00"),
        ("08:30 20:00", "08:30,20:00"), ("08:30、20:00", "08:30,20:00"), ("off", "off"),
    ],
)  # fmt: skip
def test_the_times_of_the_capsules_are_a_setting(typed: str, kept: str) -> None:
    settings = Settings().with_value("capsule", typed)
    assert settings.values()["capsule"] == kept
    assert Settings.of(settings.values(), "en") == settings


@pytest.mark.parametrize(
    "typed", ["", ",", "08:30,", "08:30,08:30", "8:30,08:30", "25:00", "a", "1:00,2:00,3:00,4:00,5:00"]
)
def test_what_are_no_times_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        Settings().with_value("capsule", typed)
