"""Capsules that come, are lost and run out: what is counted, what the status says, and the entry in the calendar."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest

from tests.support import machine_in, say_on, settle

FIRST = date(2026, 12, 1)
DOSED = ("--weight", "60", "--timezone", "Asia/Tokyo", "--protocol", "jp-standard", "--can-become-pregnant")


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    at("2026-12-01", "start", "2026-12-01", "--dose", "20", *DOSED)


def at(today: str, *words: str) -> str:
    """Type a command that is taken; what it says."""
    done = say_on(today, *words)
    assert done.code == 0, done
    return done.out


def stock(today: str) -> dict[str, object]:
    """The capsules at hand by strength and kind, the last day, and since when there is none."""
    found = json.loads(at(today, "stock", "--json"))
    return {
        "left": {(one["strength_mg"], one["product"]): one["count"] for one in found["capsules"]},
        "until": found["lasts_until"], "none": found["none_since"],
    }  # fmt: skip


def entry(today: str, *words: str) -> dict[str, str] | None:
    """What the calendar has of the capsules that run out."""
    at(today, "calendar", "export", "-o", "a.ics", *words)
    calendar = icalendar.Calendar.from_ical(Path("a.ics").read_bytes())
    found = [one for one in calendar.walk("VEVENT") if re.search("Stock|capsules until|残数", str(one["SUMMARY"]))]
    if not found:
        return None
    [one] = found
    return {
        "on": one["DTSTART"].dt.isoformat(), "title": str(one["SUMMARY"]), "uid": str(one["UID"]),
        "sequence": str(one["SEQUENCE"]), "alarms": str(len(one.walk("VALARM"))),
    }  # fmt: skip


def test_lost_capsules_are_gone_from_their_day_on() -> None:
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    assert "lost: 4 capsules of 20 mg" in at("2026-12-05", "log", "lost", "4")
    assert stock("2026-12-05") == {"left": {(20, "conventional"): 19}, "until": "2026-12-24", "none": None}
    assert "24 Dec" in at("2026-12-05")
    at("2026-12-05", "undo")
    assert stock("2026-12-05")["until"] == "2026-12-28"


def test_more_than_there_are_cannot_be_lost_without_it_being_said() -> None:
    at("2026-12-01", "log", "stock", "10", "--strength", "20")
    said = at("2026-12-05", "log", "lost", "10")
    assert "only 6 of them were at hand" in said
    assert stock("2026-12-05") == {"left": {}, "until": "2026-12-05", "none": "2026-12-05"}
    # What came before it all the same is counted again.
    at("2026-12-05", "log", "stock", "6", "--strength", "20", "--on", "2026-12-02")
    assert stock("2026-12-05")["left"] == {(20, "conventional"): 1}


def test_which_are_lost_is_asked_only_where_there_are_several() -> None:
    refused = say_on("2026-12-01", "log", "lost", "2")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "isotrack log stock 28 --strength 20" in refused.err
    at("2026-12-01", "log", "stock", "10", "--strength", "20")
    at("2026-12-01", "log", "stock", "10", "--strength", "10")
    refused = say_on("2026-12-02", "log", "lost", "2")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "8 capsules of 20 mg, 10 capsules of 10 mg" in refused.err
    at("2026-12-02", "log", "lost", "2", "--strength", "10")
    at("2026-12-02", "log", "紛失", "１個", "--strength", "20")
    assert stock("2026-12-02")["left"] == {(20, "conventional"): 7, (10, "conventional"): 8}
    refused = say_on("2026-12-02", "log", "lost", "2", "--strength", "30")
    assert refused.code == 2


@pytest.mark.parametrize("words", [
    ("0",), ("-1",), ("1001",), ("2.5",), ("x",), ("4", "--strength", "0"), ("4", "--on", "2026-12-02"),
    ("4", "--product", "tablets"), (),
])  # fmt: skip
def test_what_can_be_no_loss_is_refused_in_one_line(words: tuple[str, ...]) -> None:
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    refused = say_on("2026-12-01", "log", "lost", *words)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert stock("2026-12-01")["left"] == {(20, "conventional"): 27}


def test_a_day_beyond_the_capsules_is_not_assumed_and_the_status_says_what_to_do() -> None:
    at("2026-12-01", "log", "stock", "10", "--strength", "20")
    assert "Capsules last until Thu 10 Dec 2026, and the next visit is on" in " ".join(at("2026-12-10").split())
    status = at("2026-12-20")
    assert "Taken so far: 200 mg" in status
    assert "no whole dose is at hand since Fri 11 Dec 2026" in status
    for command in ("isotrack log stock 28 --strength 20", "isotrack log dose --missed --on DATE"):
        assert command in status.replace("\n  ", " ")
    at("2026-12-20", "log", "dose", "--on", "2026-12-11..2026-12-15")
    at("2026-12-20", "log", "dose", "--missed", "--on", "2026-12-16..2026-12-19")
    assert "since Sun 20 Dec 2026" in at("2026-12-20")
    at("2026-12-20", "log", "stock", "28", "--strength", "20")
    status = at("2026-12-20")
    assert "no whole dose" not in status
    assert "Capsules at hand until Sat 16 Jan 2027" in status
    assert "Taken so far: 320 mg" in status


def test_of_another_kind_nothing_is_known_and_nothing_is_beyond() -> None:
    at("2026-12-01", "log", "stock", "10", "--strength", "20")
    assert "micronised" in at("2026-12-01", "log", "stock", "5", "--strength", "16")
    assert stock("2026-12-01")["left"] == {(20, "conventional"): 9, (16, "micronised"): 5}
    at("2026-12-01", "dose", "16", "--product", "micronised", "--from", "2026-12-04")
    assert stock("2026-12-05") == {
        "left": {(20, "conventional"): 7, (16, "micronised"): 3}, "until": "2026-12-08", "none": None}  # fmt: skip
    sums = json.loads(at("2026-12-20", "dose", "--json"))["sums"]
    assert {one["product"]: one["assumed_mg"] for one in sums} == {"conventional": 60, "micronised": 80}


def test_a_strength_that_nobody_knows_asks_for_the_kind() -> None:
    refused = say_on("2026-12-01", "log", "stock", "28", "--strength", "21")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "--product conventional" in refused.err
    at("2026-12-01", "log", "stock", "28", "--strength", "21", "--product", "conventional")


def test_the_calendar_says_it_early_enough_to_book_the_visit_and_moves_with_the_capsules() -> None:
    assert entry("2026-12-01") is None
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    first = entry("2026-12-01")
    assert first is not None
    # The last capsule is that of Monday 28 December; a week before it.
    assert (first["on"], first["title"], first["alarms"]) == ("2026-12-21", "To book: Stock", "1")
    octets = Path("a.ics").read_bytes()
    assert entry("2027-01-20") == first, "it moves with the facts and not with the clock"
    assert Path("a.ics").read_bytes() == octets
    at("2026-12-05", "log", "lost", "4")
    moved = entry("2026-12-05")
    assert moved == first | {"on": "2026-12-17", "sequence": "1"}
    at("2026-12-06", "log", "stock", "30", "--strength", "20")
    assert entry("2026-12-06") == first | {"on": "2027-01-16", "sequence": "2"}
    at("2026-12-20", "stop", "2026-12-20")
    gone = entry("2026-12-20")
    assert gone is not None
    assert (gone["title"], gone["uid"], gone["alarms"]) == ("Cancelled: To book: Stock", first["uid"], "0")


def test_it_falls_on_a_weekend_where_the_capsules_end_then_and_never_before_they_came() -> None:
    # Ten days of 20 mg, then 18 capsules are nine days of 40 mg: until Saturday 19 December.
    at("2026-12-01", "dose", "40", "--from", "2026-12-11")
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    assert stock("2026-12-01")["until"] == "2026-12-19"
    found = entry("2026-12-01")
    assert found is not None
    assert found["on"] == "2026-12-12"
    at("2026-12-20", "log", "stock", "6", "--strength", "20")
    found = entry("2026-12-20")
    assert found is not None
    assert found["on"] == "2026-12-20", "three days are left: at once"


def test_logging_beyond_the_capsules_does_not_move_it_day_by_day() -> None:
    at("2026-12-01", "log", "stock", "10", "--strength", "20")
    found = entry("2026-12-01")
    for day in range(11, 15):
        at(f"2026-12-{day}", "log", "dose")
        assert entry(f"2026-12-{day}") == found


def test_it_can_be_switched_off_and_says_more_only_where_titles_are_full() -> None:
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    full = entry("2026-12-01", "--titles", "full")
    assert full is not None
    assert full["title"] == "To book: visit; capsules until Mon 28 Dec 2026"
    at("2026-12-01", "calendar", "settings", "book.supply=14d")
    earlier = entry("2026-12-01")
    assert earlier is not None
    assert earlier["on"] == "2026-12-14"
    at("2026-12-01", "calendar", "settings", "book.supply=off")
    off = entry("2026-12-01")
    assert off is not None
    assert off["title"].startswith("Cancelled:")


def test_a_pause_without_an_end_has_no_last_day_and_no_entry() -> None:
    at("2026-12-01", "log", "stock", "28", "--strength", "20")
    at("2026-12-05", "pause", "2026-12-06")
    assert stock("2026-12-10")["until"] is None
    assert entry("2026-12-10") is None
    at("2026-12-16", "resume", "2026-12-16")
    assert stock("2026-12-16")["until"] == (FIRST + timedelta(days=37)).isoformat()


def test_a_target_is_reached_on_one_day_everywhere_and_later_where_capsules_were_lacking() -> None:
    """What was not at hand is not assumed taken: the end comes later, as the doses say, and the windows with it."""
    at("2026-12-01", "until", "--target", "120")

    def end() -> str:
        shown: str = json.loads(at("2026-12-30", "plan", "--json"))["course"]["projected_last_dose"]
        (target,) = [one for one in json.loads(at("2026-12-30", "dose", "--json"))["targets"] if one["own"]]
        assert target["at_prescribed_rate"]["on"] == shown
        (as_it_is, _other) = json.loads(at("2026-12-30", "compare", "--stop", "2027-03-01", "--json"))["alternatives"]
        assert (as_it_is["last_dose"], as_it_is["mg"]) == (shown, target["at_prescribed_rate"]["total_mg"])
        return shown

    before = end()
    at("2026-12-30", "log", "stock", "5", "--strength", "20", "--on", "2026-12-01")
    fewer = end()
    at("2026-12-30", "log", "lost", "2", "--on", "2026-12-02")
    assert before < fewer < end()
    at("2026-12-30", "log", "stock", "90", "--strength", "20", "--on", "2026-12-01")
    assert end() == before


def test_no_window_of_a_course_that_ended_hangs_on_the_capsules_at_hand() -> None:
    at("2026-12-30", "stop")
    ends = {one["key"]: one["end"] for one in json.loads(at("2026-12-30", "plan", "--json"))["spans"]}
    at("2026-12-30", "log", "stock", "90", "--strength", "20")
    assert {one["key"]: one["end"] for one in json.loads(at("2026-12-30", "plan", "--json"))["spans"]} == ends


@pytest.mark.parametrize("since", ["2026-12-10", "2026-12-29", "2026-12-30", "2026-12-31"])
def test_in_a_pause_that_goes_on_a_target_is_reached_on_one_day_everywhere(since: str) -> None:
    """Today has no capsule: it begins again tomorrow at the earliest."""
    at("2026-12-01", "until", "--target", "120")
    at("2026-12-30", "pause", since)
    shown = json.loads(at("2026-12-30", "plan", "--json"))["course"]["projected_last_dose"]
    (target,) = [one for one in json.loads(at("2026-12-30", "dose", "--json"))["targets"] if one["own"]]
    assert target["at_prescribed_rate"]["on"] == shown
