"""The published calendar: what calendar programs hold must stay right when the plan moves."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.conftest import Isotrack
from tests.test_journeys import START

FORBIDDEN_ON_A_LOCK_SCREEN = (
    "isotretinoin", "accutane", "pregnan", "contracep", "breast", "donat", "blood", "capsule", "dose",
    "procedure", "consent",
    "イソトレ", "妊娠", "避妊", "授乳", "献血", "採血", "血液", "カプセル", "服用", "施術", "同意",
)  # fmt: skip


def export(isotrack: Isotrack, *arguments: str, today: str = "2026-11-23", lang: str = "en") -> bytes:
    isotrack("--lang", lang, "calendar", "export", "-o", "reminders.ics", *arguments, today=today)
    return Path("reminders.ics").read_bytes()


def events(octets: bytes) -> dict[str, icalendar.Event]:
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(octets).walk("VEVENT")}


def by_title(octets: bytes) -> dict[str, icalendar.Event]:
    return {str(event["SUMMARY"]): event for event in events(octets).values()}


def test_an_unchanged_plan_exports_to_the_same_bytes_on_another_day(isotrack: Isotrack) -> None:
    isotrack(*START)
    first = export(isotrack)
    assert export(isotrack, today="2026-11-30") == first


def test_a_change_keeps_uids_and_raises_sequence_where_something_changed(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = events(export(isotrack))
    isotrack("log", "visit", today="2026-12-20")
    after = events(export(isotrack, today="2026-12-20"))
    assert set(before) <= set(after)
    for uid, old in before.items():
        new = after[uid]
        changed = (old["SUMMARY"], old["DTSTART"].dt) != (new["SUMMARY"], new["DTSTART"].dt)
        assert int(new["SEQUENCE"]) == int(changed)
        assert (new["DTSTAMP"].dt != old["DTSTAMP"].dt) is changed
        assert new["LAST-MODIFIED"].dt == new["DTSTAMP"].dt


def test_what_is_no_longer_planned_is_cancelled_for_ninety_days_and_then_left_out(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = events(export(isotrack))
    isotrack("stop", "2026-12-20", today="2026-12-20")
    after = events(export(isotrack, today="2026-12-20"))
    assert set(after) >= set(before)
    cancelled = [event for event in after.values() if event["STATUS"] == "CANCELLED"]
    assert cancelled
    for event in cancelled:
        assert str(event["SUMMARY"]).startswith("Cancelled: ")
        assert event["TRANSP"] == "TRANSPARENT"
        assert int(event["SEQUENCE"]) == 1
        assert not event.walk("VALARM")
    later = events(export(isotrack, today="2027-04-01"))
    assert not [event for event in later.values() if event["STATUS"] == "CANCELLED"]


def test_a_cancelled_entry_that_comes_back_goes_on_counting(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = events(export(isotrack))
    isotrack("stop", "2026-12-20", today="2026-12-20")
    export(isotrack, today="2026-12-20")
    isotrack("undo", today="2026-12-21")
    after = events(export(isotrack, today="2026-12-21"))
    assert {uid: event["DTSTART"].dt for uid, event in after.items()} == {
        uid: event["DTSTART"].dt for uid, event in before.items()
    }
    assert {event["STATUS"] for event in after.values()} == {"CONFIRMED"}
    assert {int(event["SEQUENCE"]) for event in after.values()} == {0, 2}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_discreet_titles_give_nothing_away(isotrack: Isotrack, lang: str) -> None:
    isotrack("start", "2027-01-05", "--protocol", "us-ipledge", "--can-become-pregnant", today="2026-11-23")
    isotrack("log", "pregnancy-test", "negative", "--note", "妊娠 pregnancy", today="2026-11-23")
    isotrack("book", "visit/1", "2027-02-01 10:00", today="2026-11-23")
    text = export(isotrack, lang=lang).decode().replace("\r\n ", "").lower()
    assert [word for word in FORBIDDEN_ON_A_LOCK_SCREEN if word in text] == []


def test_full_titles_say_what_they_are_and_are_remembered(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "export", "-o", "reminders.ics", "--titles", "full")
    assert "Follow-up visit 1" in by_title(export(isotrack))


def test_a_booked_time_is_an_event_in_the_zone_of_the_course(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = by_title(export(isotrack))["Clinic 1"]
    isotrack("book", "visit/1", "2026-12-24 15:30")
    octets = export(isotrack)
    event = by_title(octets)["Clinic 1"]
    assert event["UID"] == before["UID"]
    assert event["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 12, 24, 15, 30)
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert b"BEGIN:VTIMEZONE" in octets
    isotrack("book", "visit/1", "--cancel")
    again = by_title(export(isotrack))["Clinic 1"]
    assert (again["UID"], int(again["SEQUENCE"])) == (before["UID"], 2)
    assert again["DTSTART"].dt == date(2026, 12, 24)


def test_the_file_keeps_the_rules_of_the_format(isotrack: Isotrack) -> None:
    isotrack(*START)
    octets = export(isotrack, lang="ja")
    lines = octets.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in octets.replace(b"\r\n", b"")
    for line in lines:
        line.decode("utf-8")
    assert not re.search(rb"^METHOD|^RRULE|^\xef\xbb\xbf", octets, re.MULTILINE)
    for event in events(octets).values():
        assert event["CLASS"] == "PRIVATE"
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        for alarm in event.walk("VALARM"):
            assert alarm["ACTION"] == "DISPLAY"
            assert alarm["TRIGGER"].dt <= timedelta(0)
            assert alarm["DESCRIPTION"] == event["SUMMARY"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_independent_parsers_read_the_same_events(isotrack: Isotrack, lang: str) -> None:
    isotrack(*START)
    isotrack("book", "visit/1", "2026-12-24 15:30")
    octets = export(isotrack, lang=lang)
    ours = sorted((str(e["UID"]), str(e["SUMMARY"]), e["DTSTART"].dt) for e in events(octets).values() if str(e["UID"]))
    homes = IcsCalendarStream.calendar_from_ics(octets.decode()).events
    theirs = sorted((event.uid, event.summary, event.dtstart) for event in homes)
    assert [(u, s, _plain(d)) for u, s, d in theirs] == [(u, s, _plain(d)) for u, s, d in ours]
    old = vobject.readOne(octets.decode())
    oldest = sorted((e.uid.value, e.summary.value, e.dtstart.value) for e in old.vevent_list)
    assert [(u, s, _plain(d)) for u, s, d in oldest] == [(u, s, _plain(d)) for u, s, d in ours]


def _plain(day: date | datetime) -> date | datetime:
    return day.replace(tzinfo=None) if isinstance(day, datetime) else day


def test_every_planned_day_is_in_the_calendar_and_no_other(isotrack: Isotrack) -> None:
    isotrack(*START)
    plan = isotrack("plan", "--json").json
    due = {item["due"] for item in plan["items"]}
    found = {event["DTSTART"].dt.isoformat() for event in events(export(isotrack)).values()}
    assert due <= found


def test_a_file_that_isotrack_did_not_write_is_not_overwritten_without_a_word(isotrack: Isotrack) -> None:
    isotrack(*START)
    Path("reminders.ics").write_text("mine")
    assert isotrack("calendar", "export", "-o", "reminders.ics", ok=False).code == 1
    assert Path("reminders.ics").read_text() == "mine"
    isotrack("calendar", "export", "-o", "reminders.ics", "--force")
    assert Path("reminders.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_both_courses_of_a_patient_are_in_one_calendar(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("stop", "2027-03-01", today="2027-03-02")
    first = set(events(export(isotrack, today="2027-03-02")))
    isotrack("start", "2027-06-01", "--can-become-pregnant", today="2027-05-20")
    both = set(events(export(isotrack, today="2027-05-20")))
    assert first < both


def test_one_moment_in_two_zones_keeps_both_zones(isotrack: Isotrack) -> None:
    for patient, zone, clock in (("a", "Asia/Tokyo", "15:30"), ("b", "Asia/Shanghai", "14:30")):
        isotrack("--patient", patient, *START[:-1], zone)
        isotrack("--patient", patient, "book", "visit/1", f"2026-12-24 {clock}")
        isotrack("--patient", patient, "calendar", "export", "-o", f"{patient}.ics")
    assert b"DTSTART;TZID=Asia/Tokyo:20261224T153000" in Path("a.ics").read_bytes()
    assert b"DTSTART;TZID=Asia/Shanghai:20261224T143000" in Path("b.ics").read_bytes()


def test_a_clinic_writes_a_file_for_each_patient_with_no_name_on_it(isotrack: Isotrack) -> None:
    for patient in ("hanako", "taro"):
        isotrack("--patient", patient, *START)
    listed = isotrack("calendar", "export", "--all-patients", "clinic").out.splitlines()
    assert listed[-1] == "Saved: 2 files in clinic (66 new, 0 changed, 0 cancelled, 0 as before)."
    files = dict(reversed(line.split("\t")) for line in listed[:-1])
    assert sorted(files) == ["hanako", "taro"]
    assert sorted(path.name for path in Path("clinic").iterdir()) == sorted(files.values())
    for patient, file in files.items():
        isotrack("--patient", patient, "calendar", "export", "-o", f"{patient}.ics")
        assert (Path("clinic") / file).read_bytes() == Path(f"{patient}.ics").read_bytes()
    isotrack("--patient", "taro", "log", "visit", today="2026-12-20")
    isotrack("calendar", "export", "--all-patients", "clinic", today="2026-12-20")
    titles = {patient: set(by_title((Path("clinic") / file).read_bytes())) for patient, file in files.items()}
    assert "Done: Clinic 1" in titles["taro"]
    assert "Done: Clinic 1" not in titles["hanako"]


PARTS = [("--changes",), ("--again",), ("--only", "visit"), ("--from", "2027-01-01"), ("--until", "2027-01-31")]


@pytest.mark.parametrize("part", [*PARTS, ("--as", "todo"), ("--as", "todo", "--changes")])
def test_a_part_for_all_never_takes_the_place_of_a_whole_file(isotrack: Isotrack, part: tuple[str, ...]) -> None:
    for patient in ("hanako", "taro"):
        isotrack("--patient", patient, *START)
    everybody = ("calendar", "export", "--all-patients", "clinic")
    isotrack(*everybody)
    whole = {path.name: path.read_bytes() for path in Path("clinic").iterdir()}
    isotrack("--patient", "taro", "log", "visit", today="2026-12-20")
    for _twice in range(2):
        isotrack(*everybody, *part, today="2026-12-20")
        now = {path.name: path.read_bytes() for path in Path("clinic").iterdir()}
        assert whole == {name: now[name] for name in whole}
    more = set(now) - set(whole)
    assert more
    assert {name.partition("-todo")[0].removesuffix(".ics").removesuffix("-changes") for name in more} <= {
        name.removesuffix(".ics") for name in whole
    }


def test_of_the_changes_for_all_only_those_who_have_some_get_a_file_and_both_are_counted(isotrack: Isotrack) -> None:
    for patient in ("hanako", "taro"):
        isotrack("--patient", patient, *START)
    everybody = ("calendar", "export", "--all-patients", "clinic")
    isotrack(*everybody)
    isotrack("--patient", "taro", "book", "visit/1", "2026-12-22", "10:00")
    listed = isotrack(*everybody, "--changes").out.splitlines()
    (changes,) = Path("clinic").glob("*-changes.ics")
    assert listed == [
        f"{changes.name}\ttaro", "Saved: 1 file in clinic (0 new, 1 changed, 1 cancelled, 0 as before).",
        "For 1 patient there was nothing to write: no file.",
    ]  # fmt: skip
    assert isotrack("--lang", "ja", *everybody, "--only", "dose", "--until", "2020-01-01").out.splitlines() == [
        "保存しました：clinic に0個のファイル（新規0件、変更0件、中止0件、変更なし0件）",
        "2人の患者には書き出す内容がないため、ファイルは作成していません。",
        "2人分のカレンダーを、今後はこの言語で作成します。",
    ]


def test_for_all_it_is_counted_whose_calendar_changes_its_language(isotrack: Isotrack) -> None:
    for patient in ("hanako", "taro"):
        isotrack("--patient", patient, *START)
    everybody = ("calendar", "export", "--all-patients", "clinic")
    assert "language" not in isotrack(*everybody).out
    said = isotrack("--lang", "ja", *everybody).out
    assert said.splitlines()[-1] == "2人分のカレンダーを、今後はこの言語で作成します。"
    assert "この言語" not in isotrack("--lang", "ja", *everybody).out
    isotrack("--patient", "taro", "--lang", "en", "calendar", "export")
    assert isotrack("--lang", "en", *everybody).out.splitlines()[-1] == "1 calendar is in this language from now on."


@pytest.mark.parametrize("part", PARTS)
def test_a_part_whose_file_is_not_named_leaves_the_whole_alone(isotrack: Isotrack, part: tuple[str, ...]) -> None:
    isotrack(*START)
    isotrack("calendar", "export")
    whole = Path("reminders.ics").read_bytes()
    isotrack("calendar", "export", *part)
    assert Path("reminders.ics").read_bytes() == whole


@pytest.mark.parametrize("part", [(), *PARTS, ("--as", "todo")])
def test_the_calendar_of_another_patient_is_not_replaced(isotrack: Isotrack, part: tuple[str, ...]) -> None:
    for patient in ("hanako", "taro"):
        isotrack("--patient", patient, *START)
    isotrack("--patient", "hanako", "calendar", "export", *part, "-o", "r.ics")
    hers = Path("r.ics").read_bytes()
    for lang, words in (("en", "is the calendar of another patient"), ("ja", "別の患者")):
        refused = isotrack("--lang", lang, "--patient", "taro", "calendar", "export", "-o", "r.ics", ok=False)
        assert words in refused.err
        assert "--force" in refused.err
        assert "hanako" not in refused.err
    assert isotrack("--patient", "taro", "calendar", "subscribe", "r.ics", ok=False).code == 1
    assert Path("r.ics").read_bytes() == hers
    isotrack("--patient", "hanako", "calendar", "export", "-o", "r.ics")
    isotrack("--patient", "taro", "calendar", "export", "-o", "r.ics", "--force")
    isotrack("--patient", "taro", "calendar", "export", "-o", "r.ics")


def test_a_clinics_folder_that_cannot_be_is_one_clear_line(isotrack: Isotrack) -> None:
    isotrack(*START)
    Path("file").write_text("mine")
    assert isotrack("calendar", "export", "--all-patients", "file", ok=False).code == 1
    assert isotrack("calendar", "export", "--all-patients", "no/such", ok=False).code == 1
    assert isotrack("calendar", "export", "--all-patients", "x", "-o", "y.ics", ok=False).code == 2
