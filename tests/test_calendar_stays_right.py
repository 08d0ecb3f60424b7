"""Whatever is logged and exported in whatever order, a calendar that obeys UID and SEQUENCE shows exactly the plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from tests.conftest import Isotrack
from tests.strategies import Story, chapters, stories
from tests.support import LONG, rows
from tests.test_calendar import by_title, events, export
from tests.test_journeys import START
from tracker import files
from tracker.calendar import ics
from tracker.calendar.entries import Entry, Writer
from tracker.calendar.ledger import WHOLE, Change, Line, compare
from tracker.calendar.settings import Settings, Titles, Windows
from tracker.engine.timeline import daily_series
from tracker.errors import StorageError
from tracker.publication import Published

BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)
COURSE = "00000000-0000-4000-8000-000000000001"

some_settings = st.builds(
    Settings,
    titles=st.sampled_from(Titles),
    language=st.sampled_from(["en", "ja"]),
    windows=st.sampled_from(Windows),
    group=st.booleans(),
    capsule=st.sampled_from([(), (time(8, 30),), (time(2, 30),), (time(8, 30), time(20))]),
)


def entries(writer: Writer, story: Story) -> list[Entry]:
    return writer.entries(story.plan, daily_series(story.history, story.plan.timeline))


class Program:
    """A calendar program: keeps the highest SEQUENCE of each UID and drops what is cancelled."""

    def __init__(self) -> None:
        self.shown: dict[str, tuple[int, Entry]] = {}

    def take(self, lines: list[Line]) -> None:
        for line in lines:
            held = self.shown.get(line.published.uid)
            if held is None or line.published.sequence > held[0]:
                self.shown[line.published.uid] = (line.published.sequence, line.entry)

    def plan(self) -> dict[str, Entry]:
        return {uid: entry for uid, (_sequence, entry) in self.shown.items() if not entry.cancelled}


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.lists(st.booleans(), min_size=30, max_size=30), some_settings)
@settings(max_examples=1000 if LONG else 60)
def test_any_facts_and_exports_end_in_exactly_the_plan(story: Story, exported: list[bool], chosen: Settings) -> None:
    writer = Writer(chosen)
    whole, changes = Program(), Program()
    published: dict[str, Published] = {}
    steps = [before for before, _after in chapters(story)] + [story]
    for number, (step, now) in enumerate(zip(steps, [*exported, True], strict=False)):
        if not now and step is not story:
            continue
        at = BEGINNING + timedelta(minutes=number)
        lines = compare(entries(writer, step), published, writer.cancelled, COURSE, at, WHOLE)
        for line in lines:
            held = published.get(line.entry.key)
            assert held is None or (line.published.sequence > held.sequence) == (line.published.digest != held.digest)
        published |= {line.published.entry: line.published for line in lines}
        whole.take(lines)
        changes.take([line for line in lines if line.change is not Change.SAME])
    wanted = {entry.key: entry for entry in entries(writer, story)}
    for program in (whole, changes):
        assert {entry.key: entry for entry in program.plan().values()} == wanted


@pytest.mark.slow
@pytest.mark.long
@given(stories(), some_settings)
@settings(max_examples=1000 if LONG else 40)
def test_the_file_reads_back_as_it_was_meant(story: Story, chosen: Settings) -> None:
    writer = Writer(chosen)
    lines = compare(entries(writer, story), {}, writer.cancelled, COURSE, BEGINNING, WHOLE)
    octets = ics.calendar(lines, COURSE, "x")
    read = {str(event["UID"]): event for event in icalendar.Calendar.from_ical(octets).walk("VEVENT")}
    assert len(read) == len(lines)
    assert {uid: str(event["SUMMARY"]) for uid, event in read.items()} == {
        line.published.uid: line.entry.title for line in lines
    }
    other = IcsCalendarStream.calendar_from_ics(octets.decode()).events
    assert {event.uid: event.summary for event in other} == {line.published.uid: line.entry.title for line in lines}
    assert len({entry.key for entry in entries(writer, story)}) == len(lines)


@pytest.mark.slow
@pytest.mark.parametrize("first", [0x3042, 0x61, 0xE0, 0x1F600], ids=["kana", "latin", "accents", "emoji"])
@pytest.mark.parametrize("length", range(1, 201))
def test_a_title_of_any_length_folds_and_reads_back_whole(length: int, first: int) -> None:
    title = "".join(chr(first + (number * 7) % 26) for number in range(length))
    entry = Entry(key="a", kind="visit", start="2026-12-24", title=title, alarm_minutes=240)
    lines = compare([entry], {}, lambda one: one, COURSE, BEGINNING, WHOLE)
    octets = ics.calendar(lines, COURSE, "x")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 75
    [event] = icalendar.Calendar.from_ical(octets).walk("VEVENT")
    assert str(event["SUMMARY"]) == title


@pytest.mark.parametrize(
    "text", ["a,b;c\\d", "x\nEND:VEVENT\nBEGIN:VEVENT", "👩‍⚕️🩸", "\u202eabc", "a\r\nUID:1", 'q"q:q']
)
def test_no_text_opens_a_new_property(text: str) -> None:
    entry = Entry(key="a", kind="visit", start="2026-12-24", title=text, description=text)
    lines = compare([entry], {}, lambda one: one, COURSE, BEGINNING, WHOLE)
    [event] = icalendar.Calendar.from_ical(ics.calendar(lines, COURSE, "x")).walk("VEVENT")
    assert str(event["SUMMARY"]) == text.replace("\r\n", "\n")
    assert str(event["UID"]) == lines[0].published.uid


def test_a_daily_reminder_is_one_series_a_dose_step_and_none_in_a_pause(isotrack: Isotrack) -> None:
    isotrack(*START[:-1], "America/New_York")
    isotrack("dose", "40", "--from", "2026-12-24")
    isotrack("pause", "2027-01-05", today="2026-12-24")
    isotrack("resume", "2027-01-10", today="2026-12-24")
    isotrack("calendar", "settings", "capsule=08:30", "titles=full", today="2026-12-24")
    zone = ZoneInfo("America/New_York")
    series = [event for event in events(export(isotrack, today="2026-12-24")).values() if "RRULE" in event]
    found = sorted(
        (event["DTSTART"].dt.date(), event["RRULE"]["UNTIL"][0].astimezone(zone), str(event["SUMMARY"]))
        for event in series
    )
    assert found == [
        (date(2026, 11, 24), datetime(2026, 12, 23, 8, 30, tzinfo=zone), "Capsule, 20 mg"),
        (date(2026, 12, 24), datetime(2027, 1, 4, 8, 30, tzinfo=zone), "Capsule, 40 mg"),
        # Across the change to summer time: still 08:30 there.
        (date(2027, 1, 10), datetime(2027, 5, 29, 8, 30, tzinfo=zone), "Capsule, 40 mg"),
    ]
    assert b"UNTIL=20261223T133000Z" in export(isotrack, today="2026-12-24").replace(b"\r\n ", b"")


def test_a_subscribed_file_is_rewritten_by_every_command_that_moves_the_plan(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "subscribe", "feed.ics")
    before = Path("feed.ics").read_bytes()
    ran = isotrack("log", "visit", "--for", "visit/1", today="2026-12-20")
    assert "feed.ics" in ran.out
    assert by_title(Path("feed.ics").read_bytes())["Clinic 2"]["DTSTART"].dt == date(2027, 1, 20)
    isotrack("undo", today="2026-12-20")
    again = events(Path("feed.ics").read_bytes())
    assert {uid: event["DTSTART"].dt for uid, event in again.items() if event["STATUS"] != "CANCELLED"} == {
        uid: event["DTSTART"].dt for uid, event in events(before).items()
    }
    isotrack("calendar", "subscribe", "--stop", today="2026-12-20")
    kept = Path("feed.ics").read_bytes()
    isotrack("log", "visit", today="2026-12-20")
    assert Path("feed.ics").read_bytes() == kept


def test_a_subscribed_file_that_cannot_be_written_loses_no_fact(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    folder = tmp_path / "feed"
    folder.mkdir()
    isotrack("calendar", "subscribe", str(folder / "feed.ics"))
    (folder / "feed.ics").unlink()
    folder.rmdir()
    with pytest.raises(AssertionError, match="cannot be written"):
        isotrack("log", "visit", today="2026-12-20")
    assert isotrack("plan", "--json", today="2026-12-20").items()["visit/1"]["done_on"] == "2026-12-20"


def test_changes_hold_what_the_last_export_did_not_and_again_repeats_them(isotrack: Isotrack) -> None:
    isotrack(*START)
    export(isotrack)
    isotrack("log", "visit", today="2026-12-20")
    changed = events(export(isotrack, "--changes", today="2026-12-20"))
    assert {int(event["SEQUENCE"]) for event in changed.values()} == {1}
    assert "Done: Clinic 1" in {str(event["SUMMARY"]) for event in changed.values()}
    assert events(export(isotrack, "--again", today="2026-12-20")) == changed
    assert events(export(isotrack, "--changes", today="2026-12-20")) == {}


def test_the_preview_is_what_the_next_export_writes(isotrack: Isotrack) -> None:
    isotrack(*START)
    export(isotrack)
    isotrack("log", "visit", today="2026-12-20")
    waiting = isotrack("calendar", "preview", "--json", today="2026-12-20").json
    changed = events(export(isotrack, "--changes", today="2026-12-20"))
    assert sorted(line["title"] for line in waiting) == sorted(str(event["SUMMARY"]) for event in changed.values())
    assert isotrack("calendar", "preview", "--json", today="2026-12-20").json == []


def test_a_part_of_the_calendar_leaves_the_rest_unpublished(isotrack: Isotrack) -> None:
    isotrack(*START)
    visits = events(export(isotrack, "--only", "visit"))
    assert {str(event["SUMMARY"]).split()[-2] for event in visits.values()} == {"Clinic"}
    rest = events(export(isotrack, "--changes"))
    assert not set(visits) & set(rest)
    days = events(export(isotrack, "--from", "2027-01-01", "--until", "2027-01-31"))
    assert {event["DTSTART"].dt.month for event in days.values()} == {1}
    assert isotrack("calendar", "export", "--only", "nonsense", ok=False).code == 2


def test_what_falls_on_one_day_becomes_one_visit_when_asked(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "settings", "group=on")
    shown = by_title(export(isotrack))
    assert "Clinic 2 + Check A 1" in shown
    assert "Check A 1" not in shown


def test_a_window_is_one_long_entry_when_asked(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "settings", "windows=banner")
    banner = by_title(export(isotrack))["Note C (estimate)"]
    assert (banner["DTSTART"].dt, banner["DTEND"].dt) == (date(2026, 11, 24), date(2027, 11, 25))


def test_to_dos_have_a_due_day_and_are_ticked_when_done(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "consent")
    isotrack("calendar", "export", "--as", "todo", "-o", "todo.ics")
    todos = icalendar.Calendar.from_ical(Path("todo.ics").read_bytes()).walk("VTODO")
    states = {str(todo["SUMMARY"]): str(todo["STATUS"]) for todo in todos}
    assert states["Done: Paperwork"] == "COMPLETED"
    assert states["Clinic 1"] == "NEEDS-ACTION"
    assert not [event for event in events(export(isotrack)).values() if event["STATUS"] == "CANCELLED"]


def test_every_setting_takes_what_it_shows(isotrack: Isotrack) -> None:
    isotrack(*START)
    values = isotrack("calendar", "settings", "--json").json
    del values["patient"], values["subscribed-file"], values["server"]
    isotrack("calendar", "settings", *(f"{name}={value}" for name, value in values.items()))
    for name in values:
        assert isotrack("calendar", "settings", f"{name}=nonsense", ok=False).code == 2
    for name in values:
        if "." in name or name == "appointment-alarm":
            isotrack("calendar", "settings", f"{name}=off")


def test_a_course_that_is_taken_back_is_cancelled_in_the_calendar(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = events(export(isotrack))
    isotrack("undo")
    after = events(export(isotrack))
    assert set(after) == set(before)
    assert {event["STATUS"] for event in after.values()} == {"CANCELLED"}


def invitation(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//clinic//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261201T000000Z", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_an_invitation_becomes_a_booking_in_the_zone_of_the_course(isotrack: Isotrack) -> None:
    isotrack(*START)
    Path("in.ics").write_bytes(
        invitation("DTSTART:20261224T063000Z|SUMMARY:再診のご予約", "DTSTART;VALUE=DATE:20270122|SUMMARY:採血")
    )
    isotrack("calendar", "import-appointments", "in.ics", today="2026-12-01")
    items = isotrack("plan", "--json", today="2026-12-01").items()
    assert items["visit/1"]["booked_at"] == "2026-12-24T15:30"
    assert items["blood/1"]["booked_at"] == "2027-01-22"
    assert items["visit/2"]["booked_at"] is None
    again = isotrack("calendar", "import-appointments", "in.ics", today="2026-12-01")
    assert "Already there" in again.out
    isotrack("undo", today="2026-12-01")
    assert isotrack("plan", "--json", today="2026-12-01").items()["visit/1"]["booked_at"] is None


def test_an_invitation_that_fits_nothing_is_refused_and_named(isotrack: Isotrack) -> None:
    isotrack(*START)
    for octets in (
        invitation("DTSTART:20261224T063000Z|SUMMARY:x|STATUS:CANCELLED"),
        invitation("DTSTART:20290101T000000Z|SUMMARY:x"),
        invitation(), b"nonsense", b"", invitation("SUMMARY:no start"), invitation("DTSTART:99999|SUMMARY:x"),
    ):  # fmt: skip
        Path("in.ics").write_bytes(octets)
        assert isotrack("calendar", "import-appointments", "in.ics", ok=False).code == 2
    export(isotrack)
    assert isotrack("calendar", "import-appointments", "reminders.ics", ok=False).code == 2
    assert isotrack("calendar", "import-appointments", "missing.ics", ok=False).code == 1


def test_tombstones_are_discreet_once_titles_are(isotrack: Isotrack) -> None:
    isotrack(*START)
    export(isotrack, "--titles", "full")
    isotrack("stop", "2026-12-20", today="2026-12-20")
    full = export(isotrack, today="2026-12-20")
    assert b"Cancelled: Blood test" in full
    octets = export(isotrack, "--titles", "discreet", today="2026-12-20")
    assert b"Cancelled: Check A" in octets
    assert not [word for word in (b"Blood", b"visit", b"CATEGORIES", b"DESCRIPTION:B") if word in octets]
    assert export(isotrack, today="2026-12-20") == octets


def test_a_booked_time_of_its_own_is_not_merged_into_the_visit(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("book", "visit/2", "2027-01-19", "15:30")
    isotrack("book", "blood/1", "2027-01-19", "09:00")
    isotrack("calendar", "settings", "group=on")
    shown = by_title(export(isotrack))
    assert {shown["Clinic 2"]["DTSTART"].dt.hour, shown["Check A 1"]["DTSTART"].dt.hour} == {15, 9}


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"])
def test_a_to_do_is_done_on_its_day_in_every_zone(isotrack: Isotrack, zone: str) -> None:
    isotrack(*START[:-1], zone)
    isotrack("log", "consent")
    isotrack("calendar", "export", "--as", "todo", "-o", "todo.ics")
    (done,) = (
        todo["COMPLETED"].dt
        for todo in icalendar.Calendar.from_ical(Path("todo.ics").read_bytes()).walk("VTODO")
        if "COMPLETED" in todo
    )
    assert done.astimezone(ZoneInfo(zone)).date() == date(2026, 11, 23)


def test_a_subscribed_file_keeps_its_mode(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "subscribe", "feed.ics")
    Path("feed.ics").chmod(0o644)
    isotrack("log", "visit", today="2026-12-20")
    assert Path("feed.ics").stat().st_mode & 0o777 == 0o644


def test_a_file_that_could_not_be_moved_into_place_is_written_by_the_next_command(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    isotrack(*START)
    isotrack("calendar", "subscribe", "feed.ics")

    def fails(*_: object) -> None:
        raise StorageError("no")

    with monkeypatch.context() as patch:
        patch.setattr(files.Aside, "move_into_place", fails)
        with pytest.raises(AssertionError, match="no"):
            isotrack("log", "visit", today="2026-12-20")
    isotrack("log", "weight", "54", today="2026-12-20")
    assert "Done: Clinic 1" in by_title(Path("feed.ics").read_bytes())


def test_the_language_of_the_calendar_is_said_when_it_changes(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "export")
    assert "今後" in isotrack("--lang", "ja", "calendar", "export").out
    assert "今後" not in isotrack("--lang", "ja", "calendar", "export").out


def test_an_invitation_at_an_impossible_time_is_refused(isotrack: Isotrack) -> None:
    isotrack(*START[:-1], "America/New_York")
    Path("in.ics").write_bytes(invitation("DTSTART:00010101T000000Z|SUMMARY:x"))
    assert isotrack("calendar", "import-appointments", "in.ics", ok=False).code == 2
    Path("in.ics").write_bytes(invitation("DTSTART:20270314T023000|SUMMARY:x"))
    refused = isotrack("calendar", "import-appointments", "in.ics", today="2027-03-01", ok=False)
    assert refused.code == 2


def test_a_digest_never_changes_without_the_text(isotrack: Isotrack) -> None:
    """Nor the other way round: what is remembered as published is told apart by what is written."""
    isotrack(*START)
    seen: dict[tuple[str, str], bytes] = {}
    for today, command in (
        ("2026-11-23", ("calendar", "settings", "capsule=08:30")),
        ("2026-11-24", ("log", "dose")),
        ("2026-12-01", ("log", "weight", "53")),
        ("2026-12-20", ("log", "visit")),
        ("2026-12-20", ("book", "visit/2", "2027-01-19", "15:30")),
        ("2026-12-20", ("calendar", "settings", "titles=full")),
        ("2026-12-21", ("fix", "1", "--note", "nothing that a calendar shows")),
        ("2027-01-02", ("pause",)),
        ("2027-01-09", ("undo",)),
    ):
        isotrack(*command, today=today)
        octets = export(isotrack, today=today)
        texts = {str(one["UID"]): without_stamps(one) for one in icalendar.Calendar.from_ical(octets).walk("VEVENT")}
        for uid, digest in rows(Path("data") / "isotrack.db", "SELECT uid, digest FROM published"):
            if uid in texts:
                assert seen.setdefault((uid, digest), texts[uid]) == texts[uid]
    by_text = {}
    for (uid, digest), text in seen.items():
        assert by_text.setdefault((uid, text), digest) == digest


def without_stamps(event: icalendar.Event) -> bytes:
    return b"\n".join(
        line for line in event.to_ical().splitlines() if not line.startswith((b"DTSTAMP", b"LAST-MOD", b"SEQUENCE"))
    )


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85"])
def test_a_control_character_in_a_note_is_refused(isotrack: Isotrack, character: str) -> None:
    isotrack(*START)
    assert isotrack("book", "visit/1", "2026-12-24", "--note", f"a{character}b", ok=False).code == 2


@pytest.mark.parametrize(
    "text",
    ["a,b;c\\d", "\\n \\, \\;", "予約票、診察券🏥", "שלום", "a\u202eb\u2066c\u200fd", "a\tb", 'say "yes": now',
     "BEGIN:VEVENT", "one\ntwo", "one\r\ntwo", "x\nEND:VEVENT\nBEGIN:VEVENT", "ATTENDEE:mailto:a@example.com",
     "\N{PRESENTATION FORM FOR VERTICAL COMMA}" * 60],
)  # fmt: skip
def test_a_note_arrives_as_it_was_typed_and_opens_no_property(isotrack: Isotrack, text: str) -> None:
    isotrack(*START)
    isotrack("book", "visit/1", "2026-12-24", "--note", text)
    (typed,) = [fact["note"] for fact in isotrack("history", "--json").json[0]["recorded"]]
    assert typed == text.replace("\r\n", "\n")
    discreet = by_title(export(isotrack))["Clinic 1"]
    assert "DESCRIPTION" not in discreet
    event = by_title(export(isotrack, "--titles", "full"))["Follow-up visit 1"]
    assert str(event["DESCRIPTION"]).endswith("\n" + typed)
    assert set(event) == {*discreet, "DESCRIPTION", "CATEGORIES"}


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe"])
@pytest.mark.parametrize("clock", ["00:00", "01:30", "02:30", "23:59"])
def test_a_program_that_expands_the_capsules_rings_once_on_every_day_of_the_course(
    isotrack: Isotrack, zone: str, clock: str
) -> None:
    isotrack(*START[:-1], zone)
    isotrack("dose", "40", "--from", "2027-03-01")
    isotrack("pause", "2027-03-20", today="2027-03-20")
    isotrack("resume", "2027-04-10", today="2027-04-10")
    isotrack("calendar", "settings", f"capsule={clock}", "titles=full", today="2027-04-10")
    octets = export(isotrack, "--only", "dose", today="2027-04-10")
    calendar = IcsCalendarStream.calendar_from_ics(octets.decode())
    rung = [event.start for event in calendar.timeline if event.rrule is not None or event.recurrence_id is not None]
    last = date.fromisoformat(isotrack("plan", "--json", today="2027-04-10").json["course"]["projected_last_dose"])
    wanted = [date(2026, 11, 24) + timedelta(days=n) for n in range((last - date(2026, 11, 24)).days + 1)]
    wanted = [day for day in wanted if not date(2027, 3, 20) <= day < date(2027, 4, 10)]
    assert [moment.date() for moment in rung] == wanted
    assert {moment.strftime("%H:%M") for moment in rung} == {clock}


def test_a_part_is_not_written_over_the_file_that_calendars_subscribe_to(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "subscribe", "feed.ics")
    whole = Path("feed.ics").read_bytes()
    for part in (("--changes",), ("--only", "visit"), ("--as", "todo"), ("--again",)):
        assert isotrack("calendar", "export", *part, "-o", "feed.ics", ok=False).code == 2
    isotrack("calendar", "export", "--changes")
    assert Path("feed.ics").read_bytes() == whole
    assert "0 new, 0 changed, 0 cancelled, 0 as before" in isotrack("calendar", "export", "--changes").out


def test_a_new_course_is_written_to_the_subscribed_file(isotrack: Isotrack) -> None:
    isotrack(*START[:-1], "Asia/Seoul")
    isotrack("calendar", "subscribe", "feed.ics")
    isotrack("stop", "2027-01-19", today="2027-01-20")
    before = set(events(Path("feed.ics").read_bytes()))
    isotrack("start", "2027-06-01", "--can-become-pregnant", today="2027-01-21")
    assert before < set(events(Path("feed.ics").read_bytes()))
    assert isotrack("plan", "--json", today="2027-01-21").json["course"]["timezone"] == "Asia/Seoul"


def test_two_patients_do_not_keep_one_file(isotrack: Isotrack) -> None:
    for patient in ("a", "b"):
        isotrack("--patient", patient, *START)
    isotrack("--patient", "a", "calendar", "subscribe", "feed.ics")
    assert isotrack("--patient", "b", "calendar", "subscribe", "feed.ics", ok=False).code == 2
    assert "a, b" in isotrack("calendar", "preview", ok=False).err


def test_a_cancellation_of_the_clinics_is_not_taken_for_an_invitation(isotrack: Isotrack) -> None:
    isotrack(*START)
    cancellation = invitation("DTSTART:20261222T020000Z|SUMMARY:再診").replace(b"VERSION", b"METHOD:CANCEL\r\nVERSION")
    Path("in.ics").write_bytes(cancellation)
    assert isotrack("calendar", "import-appointments", "in.ics").code == 0
    isotrack("book", "visit/1", "2026-12-22", "11:00")
    refused = isotrack("calendar", "import-appointments", "in.ics", ok=False)
    assert refused.out.count("isotrack book visit/1 --cancel") == 1


def test_what_runs_on_a_day_belongs_to_the_part_from_that_day(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("calendar", "settings", "capsule=08:30")
    found = events(export(isotrack, "--from", "2027-03-01", "--only", "dose"))
    assert any("RRULE" in event for event in found.values())
