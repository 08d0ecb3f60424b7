"""What an invitation books, and what is said of the rest of it, whether or not anything was booked."""

from __future__ import annotations

import io
import sys
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import Isotrack, Ran
from tests.invitation_files import AT_TEN, MAIL, VISIT, ics
from tests.support import LONG, START, say
from tests.test_invitation_fuzz import files

TODAY = "2026-12-20"
"""visit/2 falls on 24 Dec 2026 plus a month, blood/1 near it: see the fixture."""


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START)
    isotrack("log", "visit", today=TODAY)
    return isotrack


def send(isotrack: Isotrack, text: str | bytes, *, ok: bool | None = True, lang: str = "en") -> Ran:
    Path("in.ics").write_bytes(text.encode() if isinstance(text, str) else text)
    return isotrack("--lang", lang, "calendar", "import-appointments", "in.ics", today=TODAY, ok=ok)


def booked(isotrack: Isotrack) -> dict[str, str]:
    items = isotrack("plan", "--json", today=TODAY).items()
    return {key: item["booked_at"] for key, item in items.items() if item["booked_at"]}


@pytest.mark.parametrize(("entries", "expected"), [
    ((VISIT,), {"visit/2": "2027-01-19T10:00"}),
    ((f"{AT_TEN}|SUMMARY:採血",), {"blood/1": "2027-01-19T10:00"}),
    ((f"{AT_TEN}|SUMMARY:再診・採血",), {"visit/2": "2027-01-19T10:00", "blood/1": "2027-01-19T10:00"}),
    ((f"{AT_TEN}|SUMMARY:Appointment|DESCRIPTION:Blood test",), {"blood/1": "2027-01-19T10:00"}),
    (("DTSTART;VALUE=DATE:20270119|SUMMARY:Dermatology",), {"visit/2": "2027-01-19"}),
    (("DTSTART:20270105|SUMMARY:Dermatology", VISIT), {"visit/2": "2027-01-19T10:00"}),
    ((f"{AT_TEN}|SUMMARY:Dermatology|RRULE:FREQ=MONTHLY;COUNT=3",),
     {"visit/2": "2027-01-19T10:00", "visit/3": "2027-02-19T10:00", "visit/4": "2027-03-19T10:00"}),
    ((VISIT, "DTSTART:never|SUMMARY:Blood test"), {"visit/2": "2027-01-19T10:00"}),
    ((f"{VISIT}|STATUS:TENTATIVE",), {"visit/2": "2027-01-19T10:00"}),
])  # fmt: skip
def test_what_says_what_it_is_for_is_booked(
    course: Isotrack, entries: tuple[str, ...], expected: dict[str, str]
) -> None:
    send(course, ics(*entries))
    assert expected == booked(course)


@pytest.mark.parametrize(("entry", "reason"), [
    (f"{AT_TEN}|SUMMARY:Christmas Eve", 'If it is for visit/2: isotrack book visit/2 "2027-01-19 10:00"'),
    ("DTSTART:20270119|SUMMARY:Lunch", "If it is for visit/2: isotrack book visit/2 2027-01-19\n"),
    (f"{AT_TEN}|SUMMARY:Blood pressure check", 'isotrack book visit/2 "2027-01-19 10:00"'),
    ("DTSTART:20280101|SUMMARY:Lunch", "(it does not say what it is for, and nothing is planned near it)"),
    ("DTSTART:20280101|SUMMARY:Dermatology",
     "fits no planned item (visit). To book it: isotrack book KEY 2028-01-01 (KEY: an item of isotrack plan)"),
    ("DTSTART:20261201|SUMMARY:Dermatology", "(it is past)"),
    ("DTSTART;TZID=Europe/Germany:20270119T223000|SUMMARY:Dermatology", "(its time zone is not known: Europe/Germany)"),
    ("DTSTART:20270119T10|SUMMARY:Dermatology", '"Dermatology" (DTSTART is not a day or a time: 20270119T10).'),
    (f"{VISIT}|STATUS:CANCELLED", "(it is cancelled)"),
    (f"{VISIT}|METHOD:REPLY", "(it is an answer to an invitation, not an invitation (METHOD:REPLY))"),
    (f"{VISIT}|ATTENDEE;PARTSTAT=DECLINED:mailto:me", "(it was declined)"),
    ("SUMMARY:", "entry 1 of the file (it has no start (DTSTART is missing))"),
])  # fmt: skip
def test_what_is_not_booked_is_named_with_its_reason(course: Isotrack, entry: str, reason: str) -> None:
    # Word that something is called off is remembered: that is no failure.
    called_off = "CANCELLED" in entry
    alone = send(course, ics(entry), ok=called_off)
    assert (alone.code, booked(course)) == (0 if called_off else 2, {})
    assert reason in alone.out
    # The same beside one that is booked.
    beside = send(course, ics(entry, "DTSTART:20270226T010000Z|SUMMARY:Dermatology"))
    assert reason in beside.out
    assert booked(course) == {"visit/3": "2027-02-26T10:00"}


@pytest.mark.parametrize("entry", [
    f"{VISIT}|STATUS:CANCELLED", f"{VISIT}|STATUS:CANCELLED|SEQUENCE:1", f"{VISIT}|METHOD:REPLY", "SUMMARY:",
    f"{VISIT}|ATTENDEE;PARTSTAT=DECLINED:mailto:me", "DTSTART:20261201|SUMMARY:Dermatology",
    f"{VISIT}|ATTENDEE;PARTSTAT=DECLINED:mailto:me|ATTENDEE:mailto:other", "DTSTART:20280101|SUMMARY:Dermatology",
    "DTSTART:20280101|SUMMARY:Lunch", "DTSTART:20270119T10|SUMMARY:Dermatology", "DTSTART:20270119|SUMMARY:Lunch",
])  # fmt: skip
def test_a_reason_in_japanese_is_a_sentence_with_one_stop(course: Isotrack, entry: str) -> None:
    for _ in range(2):  # what is called off is known the second time
        said = send(course, ics(entry), ok=None, lang="ja").out
        assert [fault for fault in ("。）", "。。", "。、", "）。）") if fault in said] == [], said


def test_of_two_for_one_item_the_other_is_named_with_its_command(course: Isotrack) -> None:
    said = send(course, ics(VISIT, "DTSTART:20270105|SUMMARY:Dermatology")).out
    assert "visit/2 is for another appointment" in said
    assert "isotrack book visit/2 2027-01-05\n" in said


@pytest.mark.parametrize(("on", "command"), [
    ("20270119", 'isotrack book visit/2 "2027-01-19 10:00"'), ("20280105", 'isotrack book KEY "2028-01-05 10:00" (KEY'),
])  # fmt: skip
def test_what_was_called_off_is_named_with_its_command(course: Isotrack, on: str, command: str) -> None:
    again = VISIT.replace("20270119", on)
    send(course, ics(f"{again}|SEQUENCE:1", head="METHOD:CANCEL"), ok=None)
    assert command in send(course, ics(again)).out
    assert booked(course) == {}


def test_a_booking_that_was_made_before_stays(course: Isotrack) -> None:
    course("book", "visit/2", "2027-01-19", "15:30", today=TODAY)
    for title in ("Dermatology", "Lunch"):
        said = send(course, ics(f"DTSTART:20270123T010000Z|SUMMARY:{title}"), ok=False)
        assert 'isotrack book visit/2 "2027-01-23 10:00"' in said.out
        assert booked(course) == {"visit/2": "2027-01-19T15:30"}
    assert "visit/2 is booked already, on Tue 19 Jan 2027 15:30; to move it" in send(
        course, ics("DTSTART:20270123T010000Z|SUMMARY:Dermatology"), ok=False
    ).out  # fmt: skip


def test_the_same_once_more_is_there_already_and_the_rest_is_still_named(course: Isotrack) -> None:
    text = ics(VISIT, f"{AT_TEN}|SUMMARY:Lunch")
    send(course, text)
    again = send(course, text)
    assert "Already there: visit/2" in again.out
    assert "Lunch" in again.out
    assert booked(course) == {"visit/2": "2027-01-19T10:00"}


def test_a_tentative_one_says_so(course: Isotrack) -> None:
    assert "tentative" in send(course, ics(f"{VISIT}|STATUS:TENTATIVE")).out


def test_a_cancellation_names_its_booking_and_takes_the_others(course: Isotrack) -> None:
    course("book", "visit/2", "2027-01-19", "10:00", today=TODAY)
    said = send(course, ics(f"{VISIT}|STATUS:CANCELLED", "DTSTART:20270226T010000Z|SUMMARY:Dermatology"))
    assert "isotrack book visit/2 --cancel" in said.out
    assert booked(course) == {"visit/2": "2027-01-19T10:00", "visit/3": "2027-02-26T10:00"}


def test_a_kind_that_fits_nothing_is_said_and_the_other_is_booked(course: Isotrack) -> None:
    said = send(course, ics("DTSTART:20270226T010000Z|SUMMARY:再診・妊娠検査"))
    assert "fits no planned item (pregnancy test)" in said.out
    assert booked(course) == {"visit/3": "2027-02-26T10:00"}


def test_the_days_of_a_series_that_fit_nothing_are_one_line(course: Isotrack) -> None:
    said = send(course, ics("DTSTART:20270105T010000Z|SUMMARY:Blood test|RRULE:FREQ=WEEKLY;COUNT=20"))
    assert said.out.count("fit no planned item") == 1
    lunches = send(course, ics("DTSTART:20270105T010000Z|UID:lunch|SUMMARY:Lunch|RRULE:FREQ=DAILY;COUNT=20"), ok=False)
    assert 1 <= lunches.out.count("does not say what it is for") <= 3


def test_an_invitation_is_read_from_a_pipe(course: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(ics(VISIT).encode()), isatty=lambda: False))
    course("calendar", "import-appointments", "-", today=TODAY)
    assert booked(course) == {"visit/2": "2027-01-19T10:00"}


def test_an_empty_pipe_is_said(course: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "the file is empty" in course("calendar", "import-appointments", "-", today=TODAY, ok=False).err


def test_a_message_is_an_invitation_or_says_what_to_do(course: Isotrack) -> None:
    send(course, f"{MAIL}Content-Type: text/calendar\r\n\r\n{ics(VISIT)}")
    assert booked(course) == {"visit/2": "2027-01-19T10:00"}
    assert "save its attachment" in send(course, f"{MAIL}\r\nhello\r\n", ok=False).err


def test_all_of_it_is_said_in_japanese(course: Isotrack) -> None:
    entries = [
        f"{AT_TEN}|SUMMARY:昼食", "DTSTART:x|SUMMARY:再診", "DTSTART;TZID=Europe/Germany:20270119T223000|SUMMARY:再診",
        "DTSTART:20280101|SUMMARY:再診", "DTSTART:20261201|SUMMARY:再診",
        f"{VISIT}|STATUS:CANCELLED", f"{VISIT}|METHOD:REPLY",
    ]  # fmt: skip
    said = send(course, ics(*entries), lang="ja")
    assert said.out.count("取り込みませんでした") == len(entries)
    assert "2027年1月19日(火) 10:00の「昼食」（何の予約か書かれていません）。visit/2 の予約であれば" in said.out


@pytest.mark.slow
@pytest.mark.long
def test_whatever_is_done_to_a_file_nothing_is_booked_that_it_does_not_say(course: Isotrack) -> None:
    """A booking is for an item of a kind that the words of the file say, and what was booked before stays."""
    course("book", "visit/2", "2027-01-19", "15:30", today=TODAY)
    before = booked(course)
    for octets in islice(files(3), 2_000 if LONG else 60):
        Path("in.ics").write_bytes(octets)
        ran = say("calendar", "import-appointments", "in.ics")
        assert (ran.code, len(ran.complaint)) in ((0, 0), (2, 1)), (octets, ran)
        after = booked(course)
        assert before.items() <= after.items(), octets
        assert all(key.startswith(("visit/", "blood")) for key in after), octets
        if ran.code == 0 and after != before:
            course("undo", today=TODAY)
