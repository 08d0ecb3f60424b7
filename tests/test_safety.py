"""What is safe is what happens when a person says too little, too early or by mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.conftest import Isotrack, Ran

ZONE = ("--can-become-pregnant", "--timezone", "Asia/Tokyo")
START = ("start", "2026-12-10", "--weight", "54", "--dose", "20")
US = (*START, "--protocol", "us-ipledge", *ZONE)
EU = (*START, "--protocol", "eu-ppp", *ZONE)
JP = (*START, "--protocol", "jp", *ZONE)


def number_of(ran: Ran) -> str:
    return ran.out.partition("(number ")[2].partition(")")[0]


def plan(isotrack: Isotrack, today: str) -> Ran:
    return isotrack("plan", "--json", today=today)


def ringing_days(file: str) -> list[date]:
    """The last day of each daily series in a file."""
    events = Calendar.from_ical(Path(file).read_bytes()).walk("VEVENT")
    return [
        one["RRULE"]["UNTIL"][0].astimezone(ZoneInfo("Asia/Tokyo")).date()
        for one in events
        if "RRULE" in one and one["STATUS"] == "CONFIRMED"
    ]


# A test without a result.


@pytest.mark.parametrize("how", ["log", "fix"])
def test_a_test_without_a_result_is_not_done_until_its_result_is_added(isotrack: Isotrack, how: str) -> None:
    isotrack(*EU, today="2026-12-01")
    said = isotrack("log", "pregnancy-test", today="2026-12-09")
    assert "pregnancy test (result not known)" in said.out
    assert f"isotrack fix {number_of(said)} --result negative" in said.out
    waiting = plan(isotrack, "2026-12-09").items()["pregnancy-test-before/1"]
    assert (waiting["state"], waiting["done_on"], waiting["awaiting_since"]) == ("awaiting-result", None, "2026-12-09")
    assert "result awaited" in isotrack(today="2026-12-20").out
    if how == "log":
        added = isotrack("log", "pregnancy-test", "negative", "--on", "2026-12-09", today="2026-12-10")
    else:
        added = isotrack("fix", number_of(said), "--result", "negative", today="2026-12-10")
    assert "pregnancy test (negative)" in added.out
    found = plan(isotrack, "2026-12-10").items()["pregnancy-test-before/1"]
    assert (found["state"], found["done_on"]) == ("done", "2026-12-09")
    assert isotrack("history", "--json", today="2026-12-10").out.count('"kind": "pregnancy-test"') == 2


def test_a_test_without_a_result_opens_no_pick_up(isotrack: Isotrack) -> None:
    isotrack(*US, today="2026-11-01")
    isotrack("log", "pregnancy-test", "negative", today="2026-11-01")
    isotrack("log", "pregnancy-test", today="2026-12-09")
    assert not [key for key in plan(isotrack, "2026-12-09").items() if key.startswith("pick-up")]
    isotrack("log", "pregnancy-test", "negative", today="2026-12-09")
    assert plan(isotrack, "2026-12-09").items()["pick-up/2"]["state"] == "due"


# Named too early.


def test_what_is_named_for_an_item_too_early_is_refused_with_the_days_that_count(isotrack: Isotrack) -> None:
    isotrack(*US, today="2026-10-20")
    isotrack("log", "pregnancy-test", "negative", today="2026-10-20")
    said = isotrack("log", "pregnancy-test", "negative", today="2026-11-05")
    assert "--for" not in said.out
    assert "pregnancy-test-second/1 counts from Fri 4 Dec 2026 to Thu 10 Dec 2026" in said.out
    for command in (
        ("log", "pregnancy-test", "negative", "--note", "again", "--for", "pregnancy-test-second/1"),
        ("fix", number_of(said), "--for", "pregnancy-test-second/1"),
    ):
        refused = isotrack(*command, today="2026-11-05", ok=False)
        assert "it counts from Fri 4 Dec 2026 to Thu 10 Dec 2026" in refused.err
        assert "--clinic-confirmed" in refused.err
    found = plan(isotrack, "2026-11-05").items()
    assert found["pregnancy-test-second/1"]["done_on"] is None
    assert not [key for key in found if key.startswith("pick-up")]


def test_what_the_clinic_counts_outside_its_days_stays_visible_on_the_status(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    refused = isotrack("log", "visit", "--for", "visit/3", today="2027-01-20", ok=False)
    assert "it counts from Tue 23 Feb 2027 on" in refused.err
    isotrack("log", "visit", "--for", "visit/3", "--clinic-confirmed", today="2027-01-20")
    assert plan(isotrack, "2027-01-20").items()["visit/3"]["done_on"] == "2027-01-20"
    assert "visit/3 counts as done on Wed 20 Jan 2027 on your clinic's word" in isotrack(today="2027-01-20").out
    isotrack("log", "visit", "--for", "visit/4", "--clinic-confirmed", today="2027-02-20")
    assert "visit/4 counts" not in isotrack(today="2027-02-20").out


def test_the_clinics_word_goes_with_an_item(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    assert "--for" in isotrack("log", "visit", "--clinic-confirmed", today="2026-12-20", ok=False).err


# A positive test, and a risk.

DANGERS = [("log", "pregnancy-test", "positive"), ("log", "risk", "unprotected"), ("log", "risk", "missed-period")]
EVERY_COMMAND = [
    (), ("plan",), ("log", "weight", "54"), ("log", "visit"), ("log", "dose", "--missed"),
    ("book", "visit/2", "2027-02-10"),
    ("dose", "10"), ("pause", "2027-01-20"), ("until", "2027-08-01"), ("history",), ("calendar", "preview"),
    ("calendar", "export", "-o", "a.ics"), ("calendar", "settings"), ("protocols",), ("undo",),
]  # fmt: skip


@pytest.mark.parametrize("danger", DANGERS, ids=" ".join)
@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda command: " ".join(command) or "status")
def test_every_command_repeats_a_danger_until_the_clinics_word_is_recorded(
    isotrack: Isotrack, danger: tuple[str, ...], command: tuple[str, ...]
) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("log", "weight", "55", today="2027-01-12")
    isotrack(*danger, today="2027-01-15")
    said = isotrack(*command, today="2027-01-20").out
    if command == ("undo",):
        return
    assert said.count("your clinic") >= 1
    assert said.count("isotrack log cleared") == 1
    isotrack("log", "cleared", today="2027-01-21")
    assert "log cleared" not in isotrack(*command, today="2027-01-22").out


@pytest.mark.parametrize("danger", DANGERS, ids=" ".join)
def test_before_the_first_capsule_a_danger_says_not_to_start(isotrack: Isotrack, danger: tuple[str, ...]) -> None:
    isotrack(*JP, today="2026-12-01")
    assert "do not start" in isotrack(*danger, today="2026-12-05").out
    assert "do not start" in isotrack(today="2026-12-09").out
    assert "stop taking" in isotrack(today="2026-12-10").out


@pytest.mark.parametrize("danger", DANGERS, ids=" ".join)
def test_from_a_danger_on_nothing_is_assumed_taken_and_no_reminder_rings_in_any_calendar(
    isotrack: Isotrack, danger: tuple[str, ...]
) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("calendar", "settings", "capsule=08:30", today="2026-12-01")
    isotrack("calendar", "export", "-o", "imported.ics", today="2026-12-01")
    isotrack("calendar", "subscribe", "kept.ics", today="2026-12-01")
    assert "Taken so far: 420 mg" in isotrack(today="2026-12-30").out
    said = isotrack(*danger, today="2026-12-31").out
    assert "kept.ics" in said
    assert "still rings for capsules every day until you import it anew" in said
    assert ringing_days("kept.ics") == [date(2026, 12, 30)]
    assert "Taken so far: 420 mg" in isotrack(today="2027-01-15").out
    isotrack("log", "cleared", today="2027-01-16")
    assert "Taken so far: 440 mg" in isotrack(today="2027-01-16").out
    assert [day > date(2027, 1, 16) for day in ringing_days("kept.ics")] == [False, True]


def test_a_positive_test_closes_every_pick_up_and_a_negative_one_after_it_opens_none(isotrack: Isotrack) -> None:
    isotrack(*US, today="2026-11-01")
    isotrack("log", "pregnancy-test", "negative", today="2026-11-01")
    isotrack("log", "pregnancy-test", "negative", today="2026-12-08")
    isotrack("log", "pregnancy-test", "positive", today="2026-12-09")
    assert not [key for key in plan(isotrack, "2026-12-09").items() if key.startswith("pick-up")]
    isotrack("log", "pregnancy-test", "negative", today="2026-12-10")
    found = plan(isotrack, "2026-12-10")
    assert "positive-test" in found.json["notices"]
    assert not [key for key in found.items() if key.startswith("pick-up")]
    isotrack("log", "cleared", "--note", "repeated in the clinic", today="2026-12-11")
    isotrack("log", "pregnancy-test", "negative", today="2026-12-12")
    assert [one["state"] for key, one in plan(isotrack, "2026-12-12").items().items() if key.startswith("pick-up")] == [
        "due"
    ]


@pytest.mark.parametrize("how", [("--result", "negative"), ("--remove",)])
def test_a_mistyped_positive_test_is_corrected_and_it_is_said_what_that_takes_back(
    isotrack: Isotrack, how: tuple[str, ...]
) -> None:
    isotrack(*EU, today="2026-12-01")
    number = number_of(isotrack("log", "pregnancy-test", "positive", today="2027-01-08"))
    said = isotrack("fix", number, *how, today="2027-01-10").out
    assert "Taken back: positive test of Fri 8 Jan 2027" in said
    assert "log cleared" not in said
    assert "positive" not in isotrack(today="2027-01-10").out
    assert "Taken so far: 640 mg" in isotrack(today="2027-01-10").out


def test_where_nothing_stands_there_is_nothing_to_clear(isotrack: Isotrack) -> None:
    isotrack(*EU, today="2026-12-01")
    assert isotrack("log", "cleared", today="2026-12-05", ok=False).code == 2
    isotrack("log", "pregnancy-test", "positive", today="2026-12-05")
    assert isotrack("log", "cleared", "--on", "2026-12-04", today="2026-12-05", ok=False).code == 2
    isotrack("log", "cleared", today="2026-12-06")
    assert "Already there" in isotrack("log", "cleared", today="2026-12-06").out


@pytest.mark.parametrize("word", ["避妊なし", "生理の遅れ", "unprotected sex", "late-period"])
def test_a_risk_is_said_in_the_words_that_people_have(isotrack: Isotrack, word: str) -> None:
    isotrack(*JP, today="2026-12-01")
    assert "pregnancy" in isotrack("log", "risk", word, today="2027-01-02").out
    assert "missed-period" in isotrack("log", "risk", "nonsense", today="2027-01-02", ok=False).err


# The first capsule, and capsules after the last.


def test_a_late_first_dose_is_todays_and_moves_nothing_unless_said(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    said = isotrack("log", "dose", today="2026-12-15").out
    assert "isotrack undo; isotrack log dose --first --on 2026-12-15" in said
    assert plan(isotrack, "2026-12-15").json["course"]["start"] == "2026-12-10"
    isotrack("undo", today="2026-12-15")
    isotrack("log", "dose", "--first", today="2026-12-15")
    assert plan(isotrack, "2026-12-15").json["course"]["start"] == "2026-12-15"


def test_a_capsule_found_after_the_stop_counts_for_itself_alone(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    isotrack("stop", "2027-01-08", today="2027-01-08")
    assert "Taken so far: 600 mg" in isotrack(today="2027-01-08").out
    isotrack("log", "dose", "20", "--on", "2027-01-27", today="2027-01-27")
    assert "Taken so far: 620 mg" in isotrack(today="2027-01-27").out
    assert plan(isotrack, "2027-01-27").json["course"]["last_dose"] == "2027-01-27"


@pytest.mark.parametrize("start", [US, EU, (*START, "--protocol", "kr", *ZONE)], ids=["us", "eu", "kr"])
def test_after_a_stop_no_pick_up_and_no_supply_stays_due(isotrack: Isotrack, start: tuple[str, ...]) -> None:
    isotrack(*start, today="2026-11-01")
    isotrack("log", "pregnancy-test", "negative", today="2026-11-01")
    isotrack("log", "pregnancy-test", "negative", today="2026-12-09")
    isotrack("log", "visit", today="2027-01-09")
    isotrack("log", "pregnancy-test", "negative", today="2027-01-09")
    isotrack("log", "pick-up", today="2027-01-09")
    isotrack("log", "visit", today="2027-02-07")
    isotrack("log", "pregnancy-test", "negative", today="2027-02-07")
    assert [one for one in plan(isotrack, "2027-02-08").items().values() if one["kind"] in ("pick-up", "supply")]
    isotrack("stop", today="2027-02-08")
    for today in ("2027-02-08", "2027-02-09", "2027-03-09"):
        found = plan(isotrack, today).items()
        assert [key for key, one in found.items()
                if one["kind"] in ("pick-up", "supply") and one["state"] not in ("done", "missed")] == []  # fmt: skip


# What is outstanding after the course.


@pytest.mark.parametrize(
    ("test", "phase"),
    [
        (None, "over-test-outstanding"),
        ([], "over-test-outstanding"),
        (["unclear"], "over-test-outstanding"),
        (["positive"], "over-test-outstanding"),
        (["negative"], "ended"),
    ],
)
@pytest.mark.parametrize("start", [US, EU], ids=["us", "eu"])
def test_a_span_whose_closing_test_is_outstanding_stays_on_the_status(
    isotrack: Isotrack, start: tuple[str, ...], test: list[str] | None, phase: str
) -> None:
    isotrack(*start, today="2026-11-01")
    isotrack("stop", "2027-01-20", today="2027-01-20")
    if test is not None:
        isotrack("log", "pregnancy-test", *test, today="2027-02-26")
    assert plan(isotrack, "2027-04-01").spans()["contraception"]["state"] == phase
    status = isotrack(today="2027-04-01").out
    assert ("over, test outstanding" in status) is (phase != "ended")
    assert ("test that closes it has no negative result yet" in status) is (phase != "ended")


# Days without a year.


def test_a_day_without_a_year_takes_the_year_that_the_command_allows(isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-01", *ZONE, "--protocol", "jp", today="2026-08-01")
    said = isotrack("log", "weight", "59", "--on", "24 Aug", today="2027-01-10").out
    assert "Mon 24 Aug 2026" in said
    assert "Sat 31 Jul 2027" in isotrack("until", "31/7", today="2027-01-10").out
    assert "Fri 4 Jun 2027" in isotrack("book", "visit", "4 Jun", "10:00", today="2027-01-10").out
    assert "Thu 24 Dec 2026" in isotrack("stop", "24 Dec", today="2027-01-10").out


@pytest.mark.parametrize(
    ("command", "today", "readings"),
    [
        (("dose", "40", "--from", "20 Jun"), "2026-12-20", ("20 Jun 2026", "20 Jun 2027")),
    ],
)
def test_where_two_years_can_be_meant_both_are_named(
    isotrack: Isotrack, command: tuple[str, ...], today: str, readings: tuple[str, str]
) -> None:
    isotrack(*JP, today="2026-12-01")
    refused = isotrack(*command, today=today, ok=False).err
    assert [reading for reading in readings if reading not in refused] == []


def test_a_start_without_a_year_lies_ahead_unless_it_may_lie_behind(isotrack: Isotrack) -> None:
    refused = isotrack("start", "20 Nov", *ZONE, today="2026-11-24", ok=False).err
    assert "20 Nov 2026" in refused
    assert "20 Nov 2027" in refused
    assert "Mon 1 Mar 2027" in isotrack("start", "1 Mar", *ZONE, today="2026-11-24").out


# The programme, and moving the first day.


@pytest.mark.parametrize(
    ("word", "protocol"),
    [
        ("us", "us-ipledge"), ("US", "us-ipledge"), ("uk", "uk-mhra"), ("gb", "uk-mhra"), ("jp", "jp-standard"),
        ("kr", "kr-mfds"), ("fr", "fr-ansm"), ("eu", "eu-ppp"), ("de", "eu-ppp"),
    ],
)  # fmt: skip
def test_a_country_is_an_alias_of_its_programme(isotrack: Isotrack, word: str, protocol: str) -> None:
    isotrack(*START, "--protocol", word, *ZONE, today="2026-12-01")
    assert plan(isotrack, "2026-12-01").json["course"]["protocol"] == protocol


def test_where_no_programme_is_said_the_last_line_says_which_was_taken(isotrack: Isotrack) -> None:
    last = isotrack(*START, *ZONE, "--ics", "a.ics", today="2026-12-01").out.splitlines()[-1]
    assert "jp-standard is taken" in last
    assert "--protocol us" in last


@pytest.mark.parametrize(("zone", "first"), [("Europe/London", "uk-mhra"), ("America/Chicago", "us-ipledge"),
                                             ("Europe/Berlin", "eu-ppp"), ("UTC", "jp-standard")])  # fmt: skip
def test_at_a_terminal_the_programme_is_asked_for_that_of_the_time_zone_first(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, zone: str, first: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tracker.cli.start.is_asked", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, default, **__: asked.append(default) or default)
    out = isotrack(*START, "--can-become-pregnant", "--timezone", zone, today="2026-12-01").out
    assert f"1  {first}: " in out
    assert asked == ["1"]
    assert plan(isotrack, "2026-12-01").json["course"]["protocol"] == first


@pytest.mark.parametrize(
    "more",
    [("--dose", "40"), ("--weight", "60"), ("--protocol", "us"), ("--name", "x"), ("--ics", "a.ics"), ("2026-12-20",),
     ("--cannot-become-pregnant",), ("--enrolled", "2026-12-01"), ("--clinic-confirmed",)],
)  # fmt: skip
def test_a_move_with_any_other_option_is_refused(isotrack: Isotrack, more: tuple[str, ...]) -> None:
    isotrack(*JP, today="2026-12-01")
    refused = isotrack("start", "--move", "2026-12-15", *more, today="2026-12-02", ok=False)
    assert refused.code == 2
    assert plan(isotrack, "2026-12-02").json["course"]["start"] == "2026-12-10"
    isotrack("start", "--move", "2026-12-15", "--lang", "ja", today="2026-12-02")


def test_a_move_of_a_course_that_has_begun_is_refused_pointing_to_fix(isotrack: Isotrack) -> None:
    isotrack(*JP, today="2026-12-01")
    refused = isotrack("start", "--move", "2026-12-20", today="2026-12-10", ok=False)
    assert "isotrack fix 1 --on DATE" in refused.err
    isotrack("fix", "1", "--on", "2026-12-20", today="2026-12-10")
    assert plan(isotrack, "2026-12-10").json["course"]["start"] == "2026-12-20"


def test_no_new_course_is_opened_while_a_danger_of_the_last_one_stands(isotrack: Isotrack) -> None:
    isotrack(*EU, today="2026-12-01")
    isotrack("stop", "2027-02-01", today="2027-02-01")
    isotrack("log", "pregnancy-test", "positive", today="2027-03-10")
    refused = isotrack("start", "2027-09-01", "--protocol", "eu", *ZONE, today="2027-08-01", ok=False)
    assert "isotrack log cleared" in refused.err
    isotrack("log", "cleared", today="2027-08-01")
    isotrack("start", "2027-09-01", "--protocol", "eu", *ZONE, today="2027-08-01")
    assert "over, test outstanding" in isotrack(today="2027-08-02").out
    isotrack("log", "pregnancy-test", "negative", today="2027-08-30")
    assert "over, test outstanding" not in isotrack(today="2027-08-31").out
