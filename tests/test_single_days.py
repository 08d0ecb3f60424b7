"""What a program wrote into a daily series while a person took one day out of it is not taken for more than that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tracker.calendar import ics, resource
from tracker.calendar.entries import Entry
from tracker.calendar.ledger import WHOLE, compare
from tracker.calendar.single import Days, Turns, share_out
from tracker.publication import Seen

NEW_YORK = "America/New_York"
OURS = "RRULE:FREQ=DAILY;UNTIL=20270524T123000Z"


def series(
    first: date = date(2026, 11, 24), last: date = date(2027, 5, 24), clock: str = "08:30", rule: str = ""
) -> bytes:
    entry = Entry(
        key="capsule:first", kind="dose", start=f"{first}T{clock}:00", last_day=str(last), title="Capsule, 20 mg",
        timezone=NEW_YORK, daily=True, alarm_minutes=0, rule=rule,
    )  # fmt: skip
    course = "00000000-0000-4000-8000-000000000001"
    [line] = compare([entry], {}, lambda one: one, course, datetime(2026, 11, 23, tzinfo=UTC), WHOLE)
    return ics.alone(line)


def with_lines(*lines: str) -> bytes:
    """Our series with these lines in place of its rule."""
    assert OURS.encode() in series()
    return series().replace(OURS.encode(), "\r\n".join(lines).encode())


def occurrence(*lines: str) -> bytes:
    """A changed occurrence of the series, put behind it."""
    uid = resource.read(series())[0]
    text = "\r\n".join(["END:VEVENT", "BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", "END:VCALENDAR"])
    return series().replace(b"END:VEVENT\r\nEND:VCALENDAR", text.encode())


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;UNTIL=20270524T123000Z;INTERVAL=1", "FREQ=DAILY;WKST=MO;UNTIL=20270524T123000Z",
     "UNTIL=20270524T123000Z;FREQ=DAILY", "FREQ=DAILY;UNTIL=20270525T035959Z", "FREQ=DAILY;COUNT=182"],
)  # fmt: skip
@pytest.mark.parametrize(
    "out",
    ["EXDATE;TZID=America/New_York:20270201T083000", "EXDATE:20270201T133000Z", "EXDATE;VALUE=DATE:20270201",
     "EXDATE;TZID=America/New_York:20270201T083000,20270202T083000"],
)  # fmt: skip
def test_a_day_that_was_taken_out_in_other_words_is_all_that_differs(rule: str, out: str) -> None:
    _uid, ours = resource.read(series())
    _uid, there = resource.read(with_lines(f"RRULE:{rule}", out))
    assert there.agrees(ours)
    assert there.own
    assert not ours.own


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;UNTIL=20270523T123000Z", "FREQ=DAILY;UNTIL=20270524T122959Z", "FREQ=DAILY;COUNT=181", "FREQ=DAILY",
     "FREQ=DAILY;INTERVAL=2;UNTIL=20270524T123000Z", "FREQ=DAILY;BYDAY=MO;UNTIL=20270524T123000Z",
     "FREQ=WEEKLY;UNTIL=20270524T123000Z", "FREQ=DAILY;UNTIL=20270524"],
)  # fmt: skip
def test_a_rule_that_means_other_days_is_another(rule: str) -> None:
    assert not resource.read(with_lines(f"RRULE:{rule}"))[1].agrees(resource.read(series())[1])


def test_an_occurrence_that_was_changed_for_all_that_follow_is_no_single_day() -> None:
    when = "America/New_York:20270201T083000"
    _uid, there = resource.read(occurrence(f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID={when}", f"DTSTART;TZID={when}"))
    assert not there.agrees(resource.read(series())[1])
    assert not there.own


def test_a_cancelled_occurrence_is_taken_out() -> None:
    when = "America/New_York:20270201T083000"
    data = occurrence(f"RECURRENCE-ID;TZID={when}", f"DTSTART;TZID={when}", "STATUS:CANCELLED")
    assert resource.read(data)[1].own == ("-2027-02-01T13:30:00+00:00",)
    laid = icalendar.Calendar.from_ical(resource.with_days(series(), resource.days(data)))
    [event] = laid.walk("VEVENT")
    assert event.exdates == [datetime(2027, 2, 1, 8, 30, tzinfo=ZoneInfo(NEW_YORK))]


def test_an_occurrence_in_which_nothing_was_changed_moves_with_its_series() -> None:
    """Some programs make one of a reminder that was dismissed. Nobody is told of it."""
    when = "America/New_York:20270201T083000"
    data = occurrence(
        f"RECURRENCE-ID;TZID={when}", f"DTSTART;TZID={when}", "DURATION:PT5M", "SUMMARY:Capsule\\, 20 mg", "X-SEEN:1"
    )
    [single] = resource.days(data)
    assert not single.is_seen
    new = series(clock="21:00").replace(b"20 mg", b"40 mg")
    _main, one = icalendar.Calendar.from_ical(resource.with_days(new, [single])).walk("VEVENT")
    at = datetime(2027, 2, 1, 21, 0, tzinfo=ZoneInfo(NEW_YORK))
    assert (one["RECURRENCE-ID"].dt, one["DTSTART"].dt, one["DTEND"].dt) == (at, at, at + timedelta(minutes=5))
    assert (str(one["SUMMARY"]), str(one["X-SEEN"])) == ("Capsule, 40 mg", "1")
    assert "DURATION" not in one


def test_what_a_person_wrote_into_an_occurrence_stays_and_the_rest_is_the_series_own() -> None:
    data = occurrence(
        "RECURRENCE-ID;TZID=America/New_York:20270201T083000", "DTSTART:20270201T170000Z", "DTEND:20270201T171500Z",
        "SUMMARY:With breakfast", "CLASS:PRIVATE", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x",
        "TRIGGER:-PT10M", "END:VALARM",
    )  # fmt: skip
    laid = resource.with_days(series(clock="21:00"), resource.days(data))
    _main, one = icalendar.Calendar.from_ical(laid).walk("VEVENT")
    assert one["DTSTART"].dt == datetime(2027, 2, 1, 12, 0, tzinfo=ZoneInfo(NEW_YORK))
    assert str(one["DTSTART"].params["TZID"]) == NEW_YORK
    assert str(one["SUMMARY"]) == "With breakfast"
    assert [alarm["TRIGGER"].dt for alarm in one.walk("VALARM")] == [timedelta(minutes=-10)]


def test_a_series_that_a_program_turned_into_utc_has_its_days_where_the_person_lives() -> None:
    """21:30 in New York is the next day in UTC."""
    text = series(clock="21:30").decode()
    rule = next(line for line in text.splitlines() if line.startswith("RRULE:FREQ=DAILY"))
    text = text.replace("DTSTART;TZID=America/New_York:20261124T213000", "DTSTART:20261125T023000Z")
    text = text.replace("DTEND;TZID=America/New_York:20261124T213500", "DTEND:20261125T023500Z")
    held = resource.days(text.replace(rule, f"{rule}\r\nEXDATE:20270202T023000Z").encode())
    plan = {"one": Days(date(2026, 11, 24), date(2027, 5, 24), ZoneInfo(NEW_YORK))}
    own = share_out({"one": held}, plan)["one"]
    [event] = icalendar.Calendar.from_ical(resource.with_days(series(clock="21:30"), own)).walk("VEVENT")
    assert event.exdates == [datetime(2027, 2, 1, 21, 30, tzinfo=ZoneInfo(NEW_YORK))]


def test_a_day_that_no_series_has_waits_with_one_that_is_there() -> None:
    [single] = resource.days(with_lines(OURS, "EXDATE;TZID=America/New_York:20270201T083000"))
    zone = ZoneInfo(NEW_YORK)
    before, after = Days(date(2026, 11, 24), date(2027, 1, 4), zone), Days(date(2027, 3, 1), date(2027, 5, 24), zone)
    assert share_out({"gone": [single]}, {"a": before, "b": after}) == {"a": [single], "b": []}
    assert share_out({"b": [single]}, {"a": before, "b": after}) == {"a": [], "b": [single]}
    assert share_out({"gone": [single]}, {"b": after}) == {"b": [single]}
    assert share_out({"gone": [single]}, {}) == {}


OTHERS = {
    "FREQ=DAILY;INTERVAL=2": (
        "FREQ=DAILY;UNTIL=20270523T123000Z;INTERVAL=2",
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20270523T123000Z", "FREQ=DAILY;INTERVAL=2;UNTIL=20270524T222222Z;WKST=SU",
         "FREQ=DAILY;COUNT=91;INTERVAL=2"),
        ("FREQ=DAILY;UNTIL=20270523T123000Z", "FREQ=DAILY;INTERVAL=3;UNTIL=20270523T123000Z",
         "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270523T123000Z", "FREQ=DAILY;INTERVAL=2;BYDAY=TU;UNTIL=20270523T123000Z"),
    ),
    "FREQ=WEEKLY;BYDAY=TU,TH,SU": (
        "FREQ=WEEKLY;UNTIL=20270523T123000Z;BYDAY=TU,TH,SU",
        ("FREQ=WEEKLY;BYDAY=SU,TU,TH;UNTIL=20270523T123000Z;WKST=MO", "FREQ=WEEKLY;COUNT=78;BYDAY=TU,TH,SU",
         "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH,SU;UNTIL=20270524T222222Z"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270523T123000Z", "FREQ=WEEKLY;UNTIL=20270523T123000Z",
         "FREQ=WEEKLY;BYDAY=1TU,TH,SU;UNTIL=20270523T123000Z", "FREQ=WEEKLY;BYDAY=MO,TH,SU;UNTIL=20270523T123000Z"),
    ),
    "FREQ=WEEKLY;BYDAY=TU": (
        "FREQ=WEEKLY;UNTIL=20270518T123000Z;BYDAY=TU",
        ("FREQ=WEEKLY;UNTIL=20270518T123000Z", "FREQ=WEEKLY;COUNT=26"), ("FREQ=WEEKLY;BYDAY=MO;COUNT=26",),
    ),
}  # fmt: skip
"""Series that do not come every day: how each is remembered, how programs write it anew, and what is another one."""


@pytest.mark.parametrize("rule", OTHERS)
def test_a_series_that_does_not_come_every_day_is_known_in_the_words_of_other_programs(rule: str) -> None:
    remembered, same, other = OTHERS[rule]
    last = datetime.strptime(remembered.split("UNTIL=")[1][:8], "%Y%m%d").date()
    ours = series(last=last, rule=rule)
    seen = resource.read(ours)[1]
    assert (seen.repeats, seen.last) == (f"RRULE {remembered}", f"{last}T12:30:00+00:00")
    lines = next(line for line in ours.decode().splitlines() if line.startswith("RRULE:FREQ=") and "UNTIL" in line)
    for words in same:
        data = ours.replace(lines.encode(), f"RRULE:{words}\r\nEXDATE;TZID=America/New_York:20261201T083000".encode())
        assert resource.read(data)[1].agrees(seen), words
        assert len(resource.days(data)) == 1
    for words in other:
        read = resource.read(ours.replace(lines.encode(), f"RRULE:{words}".encode()))[1]
        assert not read.agrees(seen)
        assert read.turns != seen.turns, words
    earlier = resource.read(series(last=last - timedelta(days=14), rule=rule))[1]
    assert (earlier.turns, earlier.last < seen.last) == (seen.turns, True)


def test_a_single_day_goes_to_the_series_that_has_that_day_and_that_intake_now() -> None:
    [single] = resource.days(with_lines(OURS, "EXDATE;TZID=America/New_York:20270201T083000"))
    zone, first, last = ZoneInfo(NEW_YORK), date(2027, 1, 1), date(2027, 5, 24)

    def days(turns: Turns, intake: int = 1, begins: date = first) -> Days:
        return Days(begins, last, zone, turns, intake)

    odd, even = days(Turns(2)), days(Turns(2), begins=date(2027, 1, 2))
    assert odd.has(single) is not even.has(single)
    assert share_out({"gone": [single]}, {"a": odd, "b": even}) == (
        {"a": [single], "b": []} if odd.has(single) else {"a": [], "b": [single]}
    )
    # 1 February 2027 is a Monday.
    monday, friday = days(Turns(weekdays=("MO",))), days(Turns(weekdays=("FR",)))
    assert share_out({"gone": [single]}, {"a": friday, "b": monday}) == {"a": [], "b": [single]}
    # An evening that was taken out silences no morning.
    morning, evening = days(Turns()), days(Turns(), intake=2)
    both = {"a": morning, "b": evening}
    assert share_out({"a": [single]}, both) == {"a": [single], "b": []}
    assert share_out({"gone": [single]}, both, {"gone": 2}) == {"a": [], "b": [single]}
    assert share_out({"gone": [single]}, {"a": morning}, {"gone": 2}) == {"a": []}


def test_what_was_remembered_before_single_days_were_is_read() -> None:
    text = '{"alarms":["PT0S"],"done":false,"end":"","gone":false,"repeats":"","start":"2026-11-24","title":""}'
    assert Seen.from_json(text).own == ()
