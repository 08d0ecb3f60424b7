"""Which invitation is meant, and which copy of it is newer: updates move bookings, what is called off is asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Isotrack, Ran
from tests.invitation_files import AT_TEN, VISIT, ics
from tests.support import LONG, START, Machine, machine_in, rows, say, settle
from tracker.cli.main import run
from tracker.i18n import activate
from tracker.journeys.calendar import inviting

TODAY = "2026-12-20"
WAS = "2027-01-19T10:00"
STAMP = "DTSTAMP:20261201T000000Z"


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    isotrack(*START)
    isotrack("log", "visit", today=TODAY)
    return isotrack


def copy(sequence: int = 0, on: str = "20270119T100000", more: str = "", *, uid: str = "a1", title: str = "Dermatology",
         head: str = "") -> str:  # fmt: skip
    entry = f"UID:{uid}|SEQUENCE:{sequence}|DTSTART;TZID=Asia/Tokyo:{on}|SUMMARY:{title}"
    return ics(entry + ("" if "DTSTAMP" in more else f"|{STAMP}") + (f"|{more}" if more else ""), head=head)


def send(isotrack: Isotrack, text: str, *, lang: str = "en") -> Ran:
    """Take a file over, whatever becomes of it."""
    Path("in.ics").write_text(text, newline="")
    return isotrack("--lang", lang, "calendar", "import-appointments", "in.ics", today=TODAY, ok=None)


def booked(isotrack: Isotrack) -> dict[str, str]:
    items = isotrack("plan", "--json", today=TODAY).items()
    return {key: item["booked_at"] for key, item in items.items() if item["booked_at"]}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Sit at a terminal and give these answers, or say yes to everything; the questions are kept."""

    def sit(*given: str) -> list[str]:
        asked: list[str] = []

        def confirm(question: str, *, default: bool) -> bool:
            assert default is False
            asked.append(question)
            return not given or given[len(asked) - 1] == "y"

        monkeypatch.setattr("tracker.cli.invitation.is_asked", lambda: True)
        monkeypatch.setattr("tracker.cli.invitation.confirm", confirm)
        return asked

    return sit


LATER = copy(1, "20270210T100000")
CALLED_OFF = copy(2, "20270119T110000", "STATUS:CANCELLED")


@pytest.mark.parametrize(("files", "expected"), [
    ([copy(), LATER], {"visit/2": "2027-02-10T10:00"}),
    ([copy(), LATER, copy()], {"visit/2": "2027-02-10T10:00"}),
    ([LATER, copy()], {"visit/3": "2027-02-10T10:00"}),
    ([copy(), copy(0, "20270120T100000", "DTSTAMP:20261202T000000Z")], {"visit/2": "2027-01-20T10:00"}),
    ([copy(), copy(0, "20270120T100000", "DTSTAMP:20261130T000000Z")], {"visit/2": WAS}),
    ([copy(), copy(0, "20270120T100000")], {"visit/2": WAS}),
    # The words or the nearness would choose another item.
    ([copy(), copy(1, title="採血")], {"visit/2": WAS}),
    ([copy(), copy(1, "20270219T100000", title="採血")], {"visit/2": "2027-02-19T10:00"}),
    ([copy(), copy(1, "20270121T100000", title="Lunch")], {"visit/2": "2027-01-21T10:00"}),
    ([copy(), copy(1, "20270819T100000")], {"visit/2": "2027-08-19T10:00"}),
    # Two items, and one more in the newer copy.
    ([copy(title="再診・採血"), copy(1, "20270121T100000", title="再診・採血")],
     {"visit/2": "2027-01-21T10:00", "blood/1": "2027-01-21T10:00"}),
    ([copy(), copy(1, "20270121T100000", title="再診・採血")],
     {"visit/2": "2027-01-21T10:00", "blood/1": "2027-01-21T10:00"}),
    # Several copies in one file.
    ([ics(*[f"{VISIT}|UID:a1|SEQUENCE:{n}" for n in (0, 2, 1)])], {"visit/2": WAS}),
    ([copy(), ics(f"{VISIT}|UID:a1|SEQUENCE:1", "DTSTART:20270121T010000Z|SUMMARY:x|UID:a1|SEQUENCE:2")],
     {"visit/2": "2027-01-21T10:00"}),
    ([ics(VISIT, VISIT)], {"visit/2": WAS}),
    # Another one beside it.
    ([copy(), copy(uid="b")], {"visit/2": WAS}),
    ([copy(), ics(VISIT + "|UID:b", "DTSTART:20270121T010000Z|SUMMARY:Dermatology|UID:a1|SEQUENCE:1")],
     {"visit/2": "2027-01-21T10:00"}),
    # Called off: only named here, where nobody can be asked.
    ([copy(), CALLED_OFF], {"visit/2": WAS}),
    ([CALLED_OFF, copy()], {}),
    ([CALLED_OFF, copy(3)], {"visit/2": WAS}),
    ([copy(3), CALLED_OFF], {"visit/2": WAS}),
    ([copy(), CALLED_OFF, LATER], {"visit/2": WAS}),
    ([copy(), CALLED_OFF, copy(3, "20270121T100000")], {"visit/2": "2027-01-21T10:00"}),
    # Without a UID it is like one that was booked by hand.
    ([ics(VISIT).replace("UID:1@clinic\r\n", ""), copy(1, "20270121T100000")], {"visit/2": WAS}),
])  # fmt: skip
def test_the_newest_copy_holds_with_the_item_that_was_booked(
    course: Isotrack, files: list[str], expected: dict[str, str]
) -> None:
    for text in files:
        send(course, text)
    assert expected == booked(course)


SAID = [
    ([copy(), LATER], "visit/2 moves from Tue 19 Jan 2027 10:00 to Wed 10 Feb 2027 10:00"),
    ([copy(), LATER], "outside the window of visit/2"),
    ([LATER, copy()], '"Dermatology" on Tue 19 Jan 2027 10:00 is an older copy; visit/3 stays booked on Wed 10 Feb'),
    ([copy(), copy()], "Already there: visit/2 on Tue 19 Jan 2027.\nNothing changed."),
    ([copy(), copy(1, more="STATUS:TENTATIVE")], "A newer copy of the invitation: visit/2 stays on Tue 19 Jan"),
    ([copy(0, more="STATUS:TENTATIVE")], "Saved: tentative appointment on Tue 19 Jan 2027 10:00 (visit/2, "),
    ([copy(), CALLED_OFF],
     "that is the booking of visit/2, Tue 19 Jan 2027 10:00. The booking still stands; to take it away: isotrack"),
    ([copy(), CALLED_OFF, CALLED_OFF], "The booking still stands; to take it away: isotrack book visit/2 --cancel\n"),
    ([CALLED_OFF], "(it is cancelled). No booking came of it."),
    ([copy(), CALLED_OFF, LATER], "(called off, and this copy is no newer)"),
    ([copy(2), copy(1, more="STATUS:CANCELLED")], "was cancelled by an older copy; visit/2 stays booked"),
    ([copy(), copy(0, "20270120T100000")],
     'not known which copy is newer: visit/2, Tue 19 Jan 2027 10:00. To move it: isotrack book visit/2 "2027-01-20 10'),
    ([copy(), copy(1, "20261201T100000")],
     "which is past: visit/2, Tue 19 Jan 2027 10:00. The booking still stands; to take it away: isotrack"),
    ([copy(), copy(1, more="ATTENDEE;PARTSTAT=DECLINED:mailto:me")],
     "(it was declined).\n! visit/2 stays booked on Tue 19 Jan"),
    ([copy(), copy(1, "20270230T100000")],
     "(DTSTART is not a day or a time: 20270230T100000).\n! visit/2 stays booked"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "words"), SAID)
def test_what_a_copy_does_is_said(course: Isotrack, files: list[str], words: str) -> None:
    for text in files:
        ran = send(course, text)
    assert words in ran.out


def test_all_of_it_is_said_in_japanese(course: Isotrack) -> None:
    for number, (files, _words) in enumerate(SAID):
        for text in files:
            ran = send(course, text.replace("UID:a1", f"UID:{number}").replace("Dermatology", "再診"), lang="ja")
        said = ran.out.replace("isotrack book", "").replace("--cancel", "").replace("DTSTART", "")
        assert not [word for word in said.split() if len(word) > 4 and word.isascii() and word.isalpha()], ran.out
        for key in booked(course):
            course("book", key, "--cancel", today=TODAY)


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "reply"])
@pytest.mark.parametrize("before", [[], [copy()]])
@pytest.mark.parametrize("more", ["", "STATUS:CANCELLED", "RRULE:FREQ=DAILY;COUNT=3"])
def test_answers_neither_book_nor_move_nor_call_off(
    course: Isotrack, method: str, before: list[str], more: str, answers: Callable[..., list[str]]
) -> None:
    for text in before:
        send(course, text)
    was, asked = booked(course), answers()
    send(course, copy(5, "20270121T100000", more, head=f"METHOD:{method}"))
    send(course, copy(5, "20270121T100000", f"{more}|METHOD:{method}"))
    assert (booked(course), asked) == (was, [])


@pytest.mark.parametrize("partstat", ["DECLINED", "declined"])
def test_a_request_that_was_declined_books_nothing(course: Isotrack, partstat: str) -> None:
    send(course, copy(0, more=f"ATTENDEE;PARTSTAT={partstat}:mailto:me@example.org", head="METHOD:REQUEST"))
    assert booked(course) == {}


def test_an_own_booking_is_never_replaced_unasked_and_stays_the_same_appointment(
    course: Isotrack, answers: Callable[..., list[str]]
) -> None:
    send(course, copy())
    course("book", "visit/2", "2027-01-22", "11:00", today=TODAY)
    assert "Nothing to do" not in send(course, copy(1, "20270210T100000")).out
    assert booked(course) == {"visit/2": "2027-01-22T11:00"}
    assert "Already" in send(course, copy(0, "20270122T110000")).out
    asked = answers("n")
    ran = send(course, copy(1, "20270210T100000"))
    assert [one.endswith("Move it to Wed 10 Feb 2027 10:00?") for one in asked] == [True]
    assert (ran.code, booked(course)) == (0, {"visit/2": "2027-01-22T11:00"})
    answers("y")
    send(course, copy(1, "20270210T100000"))
    assert booked(course) == {"visit/2": "2027-02-10T10:00"}
    # From then on it is the invitation's again.
    asked = answers("n")
    send(course, copy(2, "20270211T100000"))
    assert (asked, booked(course)) == ([], {"visit/2": "2027-02-11T10:00"})


@pytest.mark.parametrize("by_hand", [
    [("book", "visit/2", "2027-01-22", "11:00")], [("book", "visit/2", "2027-01-19", "10:00")],
    [("fix", "5", "--on", "2027-01-22")],
])  # fmt: skip
def test_whatever_a_person_says_of_a_booking_is_their_own_word(
    course: Isotrack, by_hand: list[tuple[str, ...]]
) -> None:
    send(course, copy())
    for command in by_hand:
        course(*command, today=TODAY)
    was = booked(course)
    assert "is booked by hand" in send(course, copy(1, "20270210T100000")).out
    assert was == booked(course)


def test_what_was_booked_by_hand_before_its_invitation_came_is_known_from_then_on(course: Isotrack) -> None:
    course("book", "visit/2", "2027-01-19", "10:00", today=TODAY)
    assert "Already there: visit/2 on Tue 19 Jan 2027. It was booked by hand" in send(course, copy()).out
    assert "Nothing changed." in send(course, copy()).out
    said = send(course, LATER)
    assert 'To move it: isotrack book visit/2 "2027-02-10 10:00"' in said.out
    assert booked(course) == {"visit/2": WAS}


def test_a_note_that_is_corrected_leaves_the_booking_the_invitations(course: Isotrack) -> None:
    send(course, copy())
    course("fix", "5", "--note", "bring the card", today=TODAY)
    send(course, LATER)
    assert booked(course) == {"visit/2": "2027-02-10T10:00"}


def test_the_command_that_is_shown_does_it(course: Isotrack) -> None:
    send(course, copy())
    for text, after in ((CALLED_OFF, {}), (copy(1), {}), (copy(3), {"visit/2": WAS})):
        ran = send(course, text)
        for line in ran.out.splitlines():
            _before, marker, command = line.partition("The booking still stands; to take it away: isotrack ")
            if marker:
                course(*shlex.split(command), today=TODAY)
        assert after == booked(course)
    course("book", "visit/2", "2027-01-20", today=TODAY)
    command = send(course, copy(4, "20270122T093000")).out.partition("To move it: isotrack ")[2].splitlines()[0]
    course(*shlex.split(command), today=TODAY)
    assert booked(course) == {"visit/2": "2027-01-22T09:30"}


def test_a_cancellation_is_carried_out_after_a_yes_and_undo_takes_it_back(
    course: Isotrack, answers: Callable[..., list[str]]
) -> None:
    send(course, copy())
    for head, more in (("", "STATUS:CANCELLED"), ("METHOD:CANCEL", "")):
        text = copy(1, "20270301T090000", more, head=head)
        asked = answers("n")
        send(course, text)
        assert [one.endswith("Take it away?") for one in asked] == [True]
        assert booked(course) == {"visit/2": WAS}
        answers("y")
        assert "Taken away: the booking of visit/2, Tue 19 Jan 2027 10:00." in send(course, text).out
        assert booked(course) == {}
        course("undo", today=TODAY)
        assert booked(course) == {"visit/2": WAS}
        course("undo", today=TODAY)


def test_what_is_called_off_and_what_comes_in_its_place_are_asked_about_one_by_one(
    course: Isotrack, answers: Callable[..., list[str]]
) -> None:
    cancelled = f"{VISIT}|UID:a1|SEQUENCE:1|STATUS:CANCELLED"
    instead = ics(cancelled, "DTSTART:20270118T010000Z|UID:b|SUMMARY:Dermatology")
    for given_answers, expected in (("yy", "2027-01-18T10:00"), ("ny", "2027-01-18T10:00"), ("yn", None), ("nn", WAS)):
        send(course, copy())
        answers(*given_answers)
        ran = send(course, instead)
        assert booked(course) == ({"visit/2": expected} if expected else {})
        assert ("stays booked on Tue 19 Jan" in ran.out) == (given_answers == "nn")
        course("undo", today=TODAY)
        course("undo", today=TODAY)


def test_with_several_patients_questions_and_commands_say_whose_booking_is_meant(
    isotrack: Isotrack, answers: Callable[..., list[str]]
) -> None:
    for name in ("Aki", "Ben"):
        isotrack("--patient", name, *START)
        isotrack("--patient", name, "log", "visit", today=TODAY)

    def sent(text: str, name: str) -> Ran:
        Path("in.ics").write_text(text, newline="")
        return isotrack("calendar", "import-appointments", "in.ics", "--patient", name, today=TODAY, ok=None)

    sent(copy(), "Aki")
    assert (
        "The booking still stands; to take it away: isotrack --patient Aki book visit/2 --cancel"
        in sent(CALLED_OFF, "Aki").out
    )
    # What is known of one is known of nobody else.
    assert "[Ben] Saved: appointment on Tue 19 Jan 2027 10:00 (visit/2, " in sent(copy(uid="b1"), "Ben").out
    asked = answers("y")
    sent(CALLED_OFF.replace("UID:a1", "UID:b1"), "Ben")
    assert asked[0].startswith('[Ben] "Dermatology" on Tue 19 Jan 2027 11:00 is cancelled')
    plan = isotrack("plan", "--json", "--patient", "Aki", today=TODAY).items()
    assert plan["visit/2"]["booked_at"] == WAS


def test_a_cancellation_needs_neither_a_time_nor_words_of_its_own(course: Isotrack) -> None:
    send(course, copy())
    said = send(course, ics("UID:a1|SEQUENCE:1", head="METHOD:CANCEL"))
    assert "isotrack book visit/2 --cancel" in said.out


@pytest.mark.parametrize("uid", ["|UID:other", "|UID:"])
def test_a_cancellation_for_the_time_of_a_booking_that_has_another_uid_is_asked_about(
    course: Isotrack, answers: Callable[..., list[str]], uid: str
) -> None:
    send(course, copy())
    cancelled = ics(f"{AT_TEN}{uid}|SUMMARY:Dermatology|STATUS:CANCELLED")
    assert "isotrack book visit/2 --cancel" in send(course, cancelled).out
    asked = answers("y")
    send(course, cancelled)
    assert (len(asked), booked(course)) == (1, {})
    assert "no newer" in send(course, copy()).out


def test_what_does_not_say_what_it_is_for_is_asked_about_once_an_item(
    course: Isotrack, answers: Callable[..., list[str]]
) -> None:
    asked = answers("n", "y")
    entries = [f"DTSTART:2027011{day}T010000Z|SUMMARY:Meeting {day}" for day in (7, 8, 9)]
    send(course, ics(*entries))
    assert [one.rpartition(". ")[2] for one in asked] == ["Is it for visit/2?"] * 2
    assert booked(course) == {"visit/2": "2027-01-18T10:00"}
    # What was booked before moves without being asked about, whatever it is called.
    asked = answers("n")
    send(course, ics("DTSTART:20270120T010000Z|SUMMARY:Meeting|UID:2@clinic|SEQUENCE:1"))
    assert (asked, booked(course)) == ([], {"visit/2": "2027-01-20T10:00"})


def test_of_a_whole_calendar_only_what_is_nearest_is_asked_about(
    course: Isotrack, answers: Callable[..., list[str]]
) -> None:
    asked = answers("n", "n", "n")
    ran = send(course, ics(*[f"DTSTART:202701{day:02}T010000Z|SUMMARY:Meeting {day}" for day in range(6, 30)]))
    assert [one.partition(" on ")[0] for one in asked] == ['"Meeting 19"', '"Meeting 20"', '"Meeting 21"']
    assert ran.out.count("isotrack book visit/2") == 21


def test_what_was_booked_by_the_command_that_was_shown_is_known_again(course: Isotrack) -> None:
    lunch = ics("DTSTART:20270119T020000Z|SUMMARY:Lunch")
    command = send(course, lunch).out.partition("If it is for visit/2: isotrack ")[2].splitlines()[0]
    course(*shlex.split(command), today=TODAY)
    assert "Already there: visit/2 on Tue 19 Jan 2027. It was booked by hand" in send(course, lunch).out
    assert "Nothing changed." in send(course, lunch).out
    assert booked(course) == {"visit/2": "2027-01-19T11:00"}


def test_what_another_command_wrote_while_a_question_stood_is_not_written_over(
    course: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    course("book", "visit/2", "2027-01-20", today=TODAY)

    def elsewhere(_question: str, *, default: bool) -> bool:
        assert run(["--today", TODAY, "book", "visit/2", "2027-01-21", "09:00"]) == 0
        return not default

    monkeypatch.setattr("tracker.cli.invitation.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.invitation.confirm", elsewhere)
    ran = send(course, ics(VISIT, "DTSTART:20270226T010000Z|SUMMARY:Dermatology"))
    assert (ran.code, "another command changed the record meanwhile" in ran.err) == (2, True)
    assert booked(course) == {"visit/2": "2027-01-21T09:00"}


def test_what_another_command_wrote_beside_it_stops_nothing(course: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    course("book", "visit/2", "2027-01-20", today=TODAY)

    def elsewhere(_question: str, *, default: bool) -> bool:
        assert run(["--today", TODAY, "log", "weight", "55"]) == 0
        return not default

    monkeypatch.setattr("tracker.cli.invitation.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.invitation.confirm", elsewhere)
    send(course, ics(VISIT))
    assert booked(course) == {"visit/2": WAS}


def test_the_record_carries_which_copy_it_was(course: Isotrack) -> None:
    send(course, copy(3, more="STATUS:TENTATIVE"))
    wanted = {
        "uid": "a1", "sequence": 3, "recurrence_id": None, "stamp": "2026-12-01T00:00:00+00:00",
        "standing": "tentative",
    }  # fmt: skip

    def newest() -> dict[str, object]:
        fact = course("history", "--json", today=TODAY).json[0]["recorded"][0]
        return {name: fact[name] for name in wanted}

    assert wanted == newest()
    course("fix", "5", "--note", "x", today=TODAY)
    assert wanted == newest()
    course("fix", "6", "--on", "2027-01-20", today=TODAY)
    assert wanted | {"standing": "own"} == newest()
    course("undo", today=TODAY)
    assert wanted == newest()
    course("fix", "6", "--remove", today=TODAY)
    send(course, copy(3))
    assert wanted | {"standing": "confirmed"} == newest()


def test_our_own_entry_of_a_booking_that_moves_keeps_its_uid_with_a_higher_sequence(course: Isotrack) -> None:
    def entry() -> tuple[str, int, object]:
        course("calendar", "export", "-o", "out.ics", "--titles", "full", today=TODAY)
        events = icalendar.Calendar.from_ical(Path("out.ics").read_text()).walk("VEVENT")
        [found] = [one for one in events if "visit" in one["SUMMARY"] and "Dermatology" in one.get("DESCRIPTION", "")]
        return str(found["UID"]), int(found["SEQUENCE"]), found.decoded("DTSTART").date()

    send(course, copy())
    uid, sequence, _on = entry()
    send(course, LATER)
    assert entry() == (uid, sequence + 1, date(2027, 2, 10))
    send(course, copy(2, "20270210T100000"))
    assert entry() == (uid, sequence + 1, date(2027, 2, 10))


SERIES = copy(0, more="RRULE:FREQ=MONTHLY;COUNT=3", uid="s")
ALL = {"visit/2": WAS, "visit/3": "2027-02-19T10:00", "visit/4": "2027-03-19T10:00"}
SECOND = "RECURRENCE-ID;TZID=Asia/Tokyo:20270219T100000"


@pytest.mark.parametrize(("files", "expected"), [
    ([SERIES], ALL),
    ([SERIES, SERIES], ALL),
    ([copy(0, more="RDATE;TZID=Asia/Tokyo:20270219T100000,20270319T100000", uid="s")], ALL),
    ([SERIES, copy(1, "20270222T090000", SECOND, uid="s")], ALL | {"visit/3": "2027-02-22T09:00"}),
    ([SERIES, copy(1, "20270222T090000", "RECURRENCE-ID:20270219T010000Z", uid="s")],
     ALL | {"visit/3": "2027-02-22T09:00"}),
    ([SERIES, copy(1, "20270222T090000", "RECURRENCE-ID;VALUE=DATE:20270219", uid="s")],
     ALL | {"visit/3": "2027-02-22T09:00"}),
    ([SERIES, copy(1, "20270222T090000", SECOND, uid="s"), SERIES], ALL | {"visit/3": "2027-02-22T09:00"}),
    ([copy(1, "20270222T090000", SECOND, uid="s"), SERIES], ALL | {"visit/3": "2027-02-22T09:00"}),
    ([SERIES, copy(1, "20270222T090000", SECOND, uid="s"), copy(0, "20270223T090000", SECOND, uid="s")],
     ALL | {"visit/3": "2027-02-22T09:00"}),
    # The day is another's, and the item is not.
    ([SERIES, copy(1, "20270315T090000", SECOND, uid="s")], ALL | {"visit/3": "2027-03-15T09:00"}),
    # Called off, where the answer is yes.
    ([SERIES, copy(1, "20270219T110000", f"{SECOND}|STATUS:CANCELLED", uid="s")],
     {"visit/2": ALL["visit/2"], "visit/4": ALL["visit/4"]}),
    ([copy(1, "20270219T110000", f"{SECOND}|STATUS:CANCELLED", uid="s"), SERIES],
     {"visit/2": ALL["visit/2"], "visit/4": ALL["visit/4"]}),
    ([SERIES, copy(1, "20270219T110000", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270219T010000Z|STATUS:CANCELLED",
                   uid="s")], {"visit/2": WAS}),
    ([SERIES, copy(1, "20270219T110000", "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20270220|STATUS:CANCELLED",
                   uid="s")], {"visit/2": WAS, "visit/3": ALL["visit/3"]}),
    ([SERIES, copy(1, "20270119T110000", "STATUS:CANCELLED", uid="s")], {}),
    ([SERIES, copy(1, "20270222T090000", SECOND, uid="s"), copy(2, head="METHOD:CANCEL", uid="s"), SERIES], {}),
    ([SERIES, copy(2, head="METHOD:CANCEL", uid="s"), copy(3, "20270222T090000", SECOND, uid="s")],
     {"visit/3": "2027-02-22T09:00"}),
    ([copy(0, more="RRULE:FREQ=MONTHLY;COUNT=3", uid="s", head="METHOD:CANCEL"), SERIES], {}),
    # A day more, which moves none.
    ([SERIES, copy(1, "20270420T090000", head="METHOD:ADD", uid="s")], ALL | {"visit/5": "2027-04-20T09:00"}),
    ([copy(uid="s"), copy(1, "20270222T090000", head="METHOD:ADD", uid="s")],
     {"visit/2": WAS, "visit/3": "2027-02-22T09:00"}),
    # Another version of the series.
    ([SERIES, copy(1, "20270120T140000", "RRULE:FREQ=MONTHLY;COUNT=3", uid="s")],
     {"visit/2": "2027-01-20T14:00", "visit/3": "2027-02-20T14:00", "visit/4": "2027-03-20T14:00"}),
    ([SERIES, copy(1, "20270120T140000", "RRULE:FREQ=MONTHLY;COUNT=3", uid="s"), SERIES],
     {"visit/2": "2027-01-20T14:00", "visit/3": "2027-02-20T14:00", "visit/4": "2027-03-20T14:00"}),
    ([SERIES, copy(1, more="RRULE:FREQ=MONTHLY;COUNT=2", uid="s")], {"visit/2": WAS, "visit/3": ALL["visit/3"]}),
    ([SERIES, copy(1, more="RRULE:FREQ=MONTHLY;COUNT=3|EXDATE;TZID=Asia/Tokyo:20270219T100000", uid="s")],
     {"visit/2": WAS, "visit/4": ALL["visit/4"]}),
    ([SERIES, copy(1, more="RRULE:FREQ=MONTHLY;COUNT=4", uid="s")], ALL | {"visit/5": "2027-04-19T10:00"}),
    ([SERIES, copy(1, "20270121T090000", uid="s")], {"visit/2": "2027-01-21T09:00"}),
    ([copy(uid="s"), copy(1, "20270120T100000", "RRULE:FREQ=MONTHLY;COUNT=2", uid="s")],
     {"visit/2": "2027-01-20T10:00", "visit/3": "2027-02-20T10:00"}),
])  # fmt: skip
def test_a_series_is_known_day_by_day(
    course: Isotrack, answers: Callable[..., list[str]], files: list[str], expected: dict[str, str]
) -> None:
    answers()
    for text in files:
        send(course, text)
    assert expected == booked(course)


def test_without_a_yes_a_day_that_is_gone_from_a_series_stays_and_is_named(course: Isotrack) -> None:
    send(course, SERIES)
    said = send(course, copy(1, more="RRULE:FREQ=MONTHLY;COUNT=2", uid="s"))
    assert "visit/4, Fri 19 Mar 2027 10:00. The booking still stands; to take it away: isotrack" in said.out
    assert said.out.count("isotrack book visit/4 --cancel") == 1
    assert booked(course) == ALL


DAYS = [date(2027, 1, 8) + timedelta(days=4 * number) for number in range(18)]


@st.composite
def copies(draw: st.DrawFn) -> list[tuple[int, int, date | None]]:
    """Copies of one invitation, no two as new: SEQUENCE, minute of DTSTAMP, and the day, or None: it is called off."""
    ages = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 59)), min_size=1, max_size=5, unique=True))
    return [(sequence, minute, draw(st.none() | st.sampled_from(DAYS))) for sequence, minute in ages]


def text_of(found: list[tuple[int, int, date | None]]) -> str:
    return ics(*[
        f"UID:a1|SEQUENCE:{sequence}|DTSTAMP:20261201T00{minute:02}00Z|SUMMARY:Dermatology"
        f"|DTSTART;TZID=Asia/Tokyo:{on or DAYS[0]:%Y%m%d}T100000" + ("" if on else "|STATUS:CANCELLED")
        for sequence, minute, on in found
    ])  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine with a course, at whose terminal somebody says yes to everything."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    monkeypatch.setattr("tracker.cli.invitation.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.invitation.confirm", lambda _question, *, default: not default)
    assert say(*START).code == 0
    yield place
    activate("en")


def now_booked() -> dict[str, str]:
    items = json.loads(say("plan", "--json").out)["items"]
    return {item["key"]: item["booked_at"] for item in items if item["booked_at"]}


def taken_back(machine: Machine, to: int) -> None:
    while len(rows(machine.db, "SELECT id FROM command WHERE undone_at IS NULL")) > to:
        assert say("undo").code == 0


@pytest.mark.slow
@pytest.mark.long
def test_in_whatever_order_copies_come_the_newest_one_holds(machine: Machine) -> None:
    before = len(rows(machine.db, "SELECT id FROM command WHERE undone_at IS NULL"))

    @settings(max_examples=1000 if LONG else 40)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        found = data.draw(copies())
        sent = data.draw(st.permutations([*found, *data.draw(st.lists(st.sampled_from(found), max_size=2))]))
        try:
            while sent:
                size = data.draw(st.integers(1, len(sent)))
                Path("in.ics").write_text(text_of(sent[:size]), newline="")
                sent = sent[size:]
                ran = say("calendar", "import-appointments", "in.ics")
                assert ran.code in (0, 2), ran
            newest = max(found, key=lambda one: one[:2])[2]
            assert list(now_booked().values()) == ([f"{newest}T10:00"] if newest else [])
        finally:
            taken_back(machine, before)
        assert now_booked() == {}

    holds()


@pytest.mark.slow
def test_in_whatever_order_a_series_and_its_days_come_each_day_has_its_newest_copy(machine: Machine) -> None:
    before = len(rows(machine.db, "SELECT id FROM command WHERE undone_at IS NULL"))
    files = [
        SERIES,
        copy(1, "20270222T090000", SECOND, uid="s"),
        copy(2, "20270223T090000", SECOND, uid="s"),
        copy(1, "20270319T100000", "RECURRENCE-ID:20270319T010000Z|STATUS:CANCELLED", uid="s"),
    ]
    for order in permutations(files):
        for text in order:
            Path("in.ics").write_text(text, newline="")
            assert say("calendar", "import-appointments", "in.ics").code in (0, 2)
        assert sorted(now_booked().values()) == [WAS, "2027-02-23T09:00"], order
        taken_back(machine, before)


def test_a_long_uid_is_known_again(course: Isotrack) -> None:
    uid = "x" * 70_000
    send(course, copy(uid=uid))
    send(course, copy(1, "20270210T100000", uid=uid))
    send(course, copy(1, "20270126T100000", uid=uid + "y", title="採血"))
    assert booked(course) == {"visit/2": "2027-02-10T10:00", "blood/1": "2027-01-26T10:00"}


def test_questions_are_asked_before_anything_is_written(course: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a question stands nothing is locked: another command writes at once."""
    course("book", "visit/2", "2027-01-20", today=TODAY)
    proposals: list[int] = []
    look_at = inviting.look_at

    def looked(*arguments: object) -> object:
        found = look_at(*arguments)  # type: ignore[arg-type]
        proposals.append(len(found.questions))
        assert run(["--today", TODAY, "log", "weight", "56"]) == 0
        return found

    monkeypatch.setattr(inviting, "look_at", looked)
    send(course, ics(VISIT))
    assert proposals == [1]


@pytest.mark.parametrize(("before", "after", "on", "strange"), [
    ("再診", "採血", "20270119T100000", ["visit/2"]),
    ("再診", "採血", "20270121T100000", ["visit/2"]),
    ("再診・採血", "再診", "20270121T100000", ["blood/1"]),
    ("再診", "再診・採血", "20270121T100000", []),
    ("再診", "Lunch", "20270121T100000", []),
])  # fmt: skip
def test_a_newer_copy_that_is_for_something_else_says_so(
    course: Isotrack, before: str, after: str, on: str, strange: list[str]
) -> None:
    send(course, copy(title=before))
    lines = " ".join(send(course, copy(1, on, title=after)).out.split())
    says = "no longer says what an older copy was booked for:"
    said = [key for key in ("visit/2", "blood/1") if f"{says} {key}" in lines]
    assert strange == said
