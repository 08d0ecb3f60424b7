"""The same facts give the same plan: what a logged thing counts for follows from the days, not from the typing."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.conftest import Isotrack
from tests.strategies import DAY, days, kinds_of
from tests.support import LONG, say
from tracker.protocols import shipped
from tracker.rules import Kind

Commands = list[tuple[str, ...]]
"""Each the day on which it is typed, and the command."""

ZONE = ("--can-become-pregnant", "--timezone", "Asia/Tokyo")
US = ("start", "2026-12-28", "--protocol", "us-ipledge", *ZONE)


def typed(isotrack: Isotrack, *commands: tuple[str, ...]) -> None:
    for today, *command in commands:
        isotrack(*command, today=today)


def items(isotrack: Isotrack, today: str) -> dict[str, dict[str, Any]]:
    return isotrack("plan", "--json", today=today).items()


def test_a_test_on_the_last_day_is_the_monthly_one_and_the_one_at_the_end(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2026-11-20", *US), ("2027-05-28", "log", "pregnancy-test", "negative"), ("2027-05-28", "stop"),
    )  # fmt: skip
    found = items(isotrack, "2027-05-29")
    assert found["pregnancy-test-end/1"]["state"] == "done"
    monthly = [key for key, one in found.items() if one["rule"] == "pregnancy-test" and one["done_on"]]
    assert len(monthly) == 1
    assert not any(one["kind"] == "pick-up" for one in found.values())
    typed(isotrack, ("2027-05-29", "undo"))
    again = items(isotrack, "2027-05-29")
    assert again["pregnancy-test-end/1"]["done_on"] is None
    assert again[monthly[0]]["done_on"] == "2027-05-28"


@pytest.mark.parametrize(
    ("protocol", "opened", "first_dose", "tested", "moved"),
    [
        ("fr-ansm", "2026-12-01", "2026-12-10", "2026-12-09", "2027-01-20"),
        ("us-ipledge", "2026-10-01", "2026-12-10", "2026-12-09", "2027-01-20"),
        ("jp-strict", "2026-12-01", "2026-12-10", "2026-12-09", "2027-01-20"),
        ("kr-mfds", "2026-12-01", "2026-12-10", "2026-12-09", "2027-01-20"),
        ("eu-ppp", "2026-12-01", "2026-12-10", "2026-12-09", "2026-12-30"),
        ("uk-mhra", "2026-12-01", "2026-12-10", "2026-12-09", "2026-12-18"),
    ],
)
def test_a_test_before_the_start_is_asked_for_again_where_the_first_capsule_moves_away_from_it(
    isotrack: Isotrack, protocol: str, opened: str, first_dose: str, tested: str, moved: str
) -> None:
    typed(
        isotrack, (opened, "start", first_dose, "--protocol", protocol, *ZONE), (opened, "log", "consent"),
        *([(opened, "log", "pregnancy-test", "negative")] if protocol == "us-ipledge" else []),
        (tested, "log", "pregnancy-test", "negative"),
    )  # fmt: skip
    before = [key for key, one in items(isotrack, tested).items() if one["done_on"] == tested]
    assert [key for key in before if key.startswith("pregnancy-test-")] == before != []
    said = isotrack("start", "--move", moved, today=tested).out
    assert "now counts for nothing" in said
    found = items(isotrack, tested)
    assert [found[key]["done_on"] for key in before] == [None]
    assert [found[key]["state"] for key in before] != ["missed"]


def test_a_test_before_the_start_is_asked_for_again_where_the_first_capsule_was_late(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", "fr-ansm", *ZONE),
        ("2026-12-09", "log", "pregnancy-test", "negative"),
        ("2026-12-20", "log", "dose", "--first"),
    )  # fmt: skip
    assert items(isotrack, "2026-12-20")["pregnancy-test-before/1"]["done_on"] is None


def test_a_test_on_the_last_day_never_counts_as_one_before_the_start(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", "kr-mfds", *ZONE),
        ("2027-04-20", "stop"), ("2027-04-20", "log", "pregnancy-test", "negative"),
    )  # fmt: skip
    assert items(isotrack, "2027-04-21")["pregnancy-test-before/1"]["done_on"] is None


def test_a_visit_on_the_day_before_the_estimated_end_is_the_visit(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2027-01-20", "start", "2027-01-31", "--protocol", "kr-mfds", "--duration", "P1M", *ZONE),
        ("2027-02-27", "log", "visit"),
    )  # fmt: skip
    found = items(isotrack, "2027-03-10")
    assert found["visit/1"]["done_on"] == "2027-02-27"
    assert found["visit/2"]["due"] == "2027-03-29"


@pytest.mark.parametrize("order", [0, 1])
def test_a_test_after_the_course_counts_as_that_whether_typed_before_the_stop_or_after(
    isotrack: Isotrack, order: int
) -> None:
    last = [
        ("2027-06-02", "log", "pregnancy-test", "negative", "--on", "2027-06-01"),
        ("2027-06-02", "stop", "2027-04-20"),
    ]
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", "eu-ppp", *ZONE), *(last if order else last[::-1])
    )  # fmt: skip
    assert items(isotrack, "2027-06-02")["pregnancy-test-after/1"]["done_on"] == "2027-06-01"


@pytest.mark.parametrize("protocol", ["uk-mhra", "eu-ppp", "jp-standard", "us-ipledge", "kr-mfds", "fr-ansm"])
@pytest.mark.parametrize("back_to", ["2026-11-20", "2026-11-29", "2026-12-01"])
def test_a_due_day_never_lies_outside_its_own_window(isotrack: Isotrack, protocol: str, back_to: str) -> None:
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", protocol, *ZONE),
        ("2026-12-11", "fix", "1", "--on", back_to),
    )  # fmt: skip
    for one in items(isotrack, "2026-12-11").values():
        assert one["window"]["start"] <= one["due"] <= (one["hard_end"] or one["window"]["end"]), one


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_pick_up_fills_the_window_of_its_test_in_whatever_order_they_are_typed(
    isotrack: Isotrack, order: tuple[int, ...]
) -> None:
    facts = [
        ("log", "pregnancy-test", "negative", "--on", "2026-11-20"),
        ("log", "pregnancy-test", "negative", "--on", "2026-12-27"),
        ("log", "pick-up", "--on", "2026-12-27"),
    ]
    typed(isotrack, ("2026-11-20", *US), *(("2026-12-28", *facts[number]) for number in order))
    found = items(isotrack, "2026-12-28")
    assert {key: one["done_on"] for key, one in found.items() if one["done_on"]} == {
        "pregnancy-test-first/1": "2026-11-20",
        "pregnancy-test-second/1": "2026-12-27",
        "pick-up/2": "2026-12-27",
    }


def test_a_fact_that_fills_a_gap_renumbers_nothing_and_the_booking_stays(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", "us-ipledge", *ZONE),
        ("2027-02-10", "log", "visit", "--on", "2027-01-09"), ("2027-03-12", "log", "visit", "--on", "2027-03-10"),
        ("2027-03-12", "book", "visit/4", "2027-04-09 10:00"), ("2027-03-12", "calendar", "export", "-o", "a.ics"),
    )  # fmt: skip
    before = items(isotrack, "2027-03-12")
    typed(isotrack, ("2027-03-12", "log", "visit", "--on", "2027-02-08"))
    after = items(isotrack, "2027-03-12")
    assert {key: one["done_on"] for key, one in after.items() if one["done_on"]} == {
        "visit/1": "2027-01-09", "visit/2": "2027-02-08", "visit/3": "2027-03-10",
    }  # fmt: skip
    assert {key: one for key, one in before.items() if key != "visit/2"} == {
        key: one for key, one in after.items() if key != "visit/2"
    }
    assert after["visit/4"]["booked_at"] == "2027-04-09T10:00"


def test_where_what_is_counted_changes_it_is_said_and_calendars_follow_without_a_ghost(isotrack: Isotrack) -> None:
    typed(
        isotrack, ("2026-12-01", "start", "2026-12-10", "--protocol", "us-ipledge", *ZONE),
        ("2027-03-12", "log", "visit", "--on", "2027-01-09"), ("2027-03-12", "log", "visit", "--on", "2027-02-26"),
        ("2027-03-12", "calendar", "export", "-o", "a.ics"),
    )  # fmt: skip
    # With a visit two days after the first, the third is due on 10 February: the one of the 26th is nearer the fourth.
    said = isotrack("log", "visit", "--on", "2027-01-11", today="2027-03-12").out
    assert "visit of Fri 26 Feb 2027 now counts for visit/4 (before: visit/3)." in said
    isotrack("calendar", "export", "-o", "a.ics", today="2027-03-12")
    events = Calendar.from_ical(Path("a.ics").read_bytes()).walk("VEVENT")
    assert len({str(one["UID"]) for one in events}) == len(events)
    visits = {str(one["SUMMARY"]): one for one in events if "Clinic" in str(one["SUMMARY"])}
    days = {title: one["DTSTART"].dt.isoformat() for title, one in visits.items() if title.startswith("Done")}
    assert days == {"Done: Clinic 1": "2027-01-09", "Done: Clinic 2": "2027-01-11", "Done: Clinic 4": "2027-02-26"}
    assert visits["Done: Clinic 4"]["SEQUENCE"] == 1


KINDS = {
    Kind.VISIT: "visit", Kind.BLOOD_TEST: "blood", Kind.ATTESTATION: "consent", Kind.REVIEW: "review",
    Kind.PICK_UP: "pick-up", Kind.PREGNANCY_TEST: "pregnancy-test",
}  # fmt: skip
"""What each kind is called on the command line."""
MONTHS = (1, 6) if LONG else (1, 4)
DOSES = ("20", "40", "20/40", "20 every other day", "20 mon,wed,fri", "20 twice a day")


@st.composite
def typings(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """The last day of a course, and commands that say what happened in it, each with its day."""
    start = draw(days())
    protocol = draw(st.sampled_from(shipped()))
    first_dose = start + draw(st.integers(0, 40)) * DAY
    today = first_dose + draw(st.integers(20, 30 * MONTHS[1])) * DAY
    opening = ["start", first_dose.isoformat(), "--protocol", f"{protocol.id}@{protocol.version}", "--enrolled",
               start.isoformat(), "--timezone", "Asia/Tokyo",
               draw(st.sampled_from(["--can-become-pregnant", "--cannot-become-pregnant"]))]  # fmt: skip
    stop = first_dose + draw(st.integers(1, (today - first_dose).days)) * DAY if draw(st.booleans()) else None
    commands = [["stop", stop.isoformat()]] if stop is not None else []
    for kind in draw(st.lists(st.sampled_from(kinds_of(protocol)), min_size=3, max_size=10)):
        on = start + draw(st.integers(0, (today - start).days)) * DAY
        result = [draw(st.sampled_from(["negative", "negative", "unclear"]))] if kind is Kind.PREGNANCY_TEST else []
        commands.append(["log", KINDS[kind], *result, "--on", on.isoformat()])
    latest = stop or today
    # A course that was stopped takes no new dose, whenever it is typed.
    steps = draw(st.lists(st.sampled_from(DOSES), max_size=0 if stop else 3))
    for dose in steps:
        on = first_dose + draw(st.integers(0, (latest - first_dose).days)) * DAY
        if not any(command[-1] == on.isoformat() for command in commands if command[0] == "dose"):
            commands.append(["dose", dose, "--from", on.isoformat()])
    for ago in draw(st.sets(st.integers(0, (latest - first_dose).days), max_size=3)):
        # Whether a day has a capsule depends on what was typed before it: without steps only it may be missed.
        said = draw(st.sampled_from([["20"]] if steps else [["20"], [], ["--missed"]]))
        commands.append(["log", "dose", *said, "--on", (latest - ago * DAY).isoformat()])
    if draw(st.booleans()):
        target = str(draw(st.integers(10, 120)))
        opening += ["--weight", "50", "--dose", draw(st.sampled_from(DOSES)), "--target", target]
        commands = [command for command in commands if command[:2] != ["log", "dose"] or "20" in command]
    if draw(st.booleans()):
        how = draw(st.sampled_from(["done", "unknown", "open"]))
        since = start + draw(st.integers(0, (today - start).days)) * DAY
        commands.append(["log", "earlier", how, "--on", since.isoformat()])
    if draw(st.booleans()):
        other = draw(st.sampled_from(shipped()))
        since = start + draw(st.integers(0, (today - start).days)) * DAY
        name = f"{other.id}@{other.version}"
        commands.append(["adopt", name, "--yes", "--clinic-confirmed", "--on", since.isoformat()])
    unique = list({tuple(command): command for command in commands}.values())
    return today.isoformat(), [opening, *unique]


@pytest.mark.slow
@pytest.mark.long
@given(typings(), st.randoms(use_true_random=False))
@settings(max_examples=625 if LONG else 12)
def test_any_order_of_typing_gives_the_same_plan(story: tuple[str, list[list[str]]], random: Random) -> None:
    today, (opening, *commands) = story
    plans, screens = [], []
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISOTRACK_TODAY", today)
        for attempt in range(2):
            db = ["--db", str(Path(folder) / f"{attempt}.db")]
            assert say(*db, *opening, "--today", opening[5]).code == 0
            for command in commands:
                said = say(*db, *command)
                assert said.code == 0, (command, said.err)
            plans.append(json.loads(say(*db, "plan", "--json").out))
            screens.append(say(*db).out.replace(db[1], "isotrack.db"))
            random.shuffle(commands)
    assert plans[0] == plans[1]
    assert screens[0] == screens[1]


PAUSED_IN_ORDER = (
    ("2026-08-20", "pause", "2026-08-20"), ("2026-08-25", "resume", "2026-08-25"),
    ("2026-08-27", "log", "dose", "--on", "2026-08-26"),
    ("2026-08-28", "pause", "2026-08-28"), ("2026-08-31", "resume", "2026-08-30"),
    ("2026-09-01", "log", "dose", "--on", "2026-08-31"), ("2026-09-02", "stop", "2026-09-01"),
)  # fmt: skip
"""As it happened."""
PAUSES = (("pause", "2026-08-20", "--resume", "2026-08-25"), ("pause", "2026-08-28", "--resume", "2026-08-30"))
OTHERS = (
    ("log", "dose", "--on", "2026-08-26"),
    ("log", "dose", "--on", "2026-08-31"),
    ("stop", "2026-09-01"),
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations((*PAUSES, *OTHERS)))[:: 1 if LONG else 7])
def test_a_pause_that_is_over_can_be_typed_at_any_time(isotrack: Isotrack, order: tuple[tuple[str, ...], ...]) -> None:
    start = ("2026-08-01", "start", "2026-08-01", "--weight", "54", "--dose", "20", *ZONE)
    typed(isotrack, start, *PAUSED_IN_ORDER)
    said = [json.loads(isotrack(name, "--json", today="2026-09-03").out) for name in ("plan", "dose")]
    for _ in range(len(PAUSED_IN_ORDER) + 1):
        isotrack("undo", today="2026-09-03")
    typed(isotrack, start, *(("2026-09-03", *one) for one in order))
    assert [json.loads(isotrack(name, "--json", today="2026-09-03").out) for name in ("plan", "dose")] == said


@pytest.mark.parametrize(
    ("typed_now", "told"),
    [
        (("pause", "2026-08-24", "--resume", "2026-08-27"), "recorded on Thu 20 Aug 2026 already"),
        (("pause", "2026-08-18", "--resume", "2026-08-22"), "recorded on Thu 20 Aug 2026 already"),
        (("pause", "2026-08-18", "--resume", "2026-08-20"), "recorded on Thu 20 Aug 2026 already"),
        (("pause", "2026-08-27", "--resume", "2026-08-27"), "not after the first day of the pause"),
        (("pause", "2026-08-01", "--resume", "2026-08-03"), "does not lie after the first capsule"),
        (("pause", "2026-08-26", "--resume", "2026-08-30"), "a capsule was logged on Fri 28 Aug 2026"),
        (("pause", "2026-08-10"), "isotrack pause 2026-08-10 --resume DATE"),
        (("pause", "2026-08-26"), "isotrack pause 2026-08-26 --resume DATE"),
    ],
)
def test_a_pause_that_does_not_fit_is_refused_and_leads_on(
    isotrack: Isotrack, typed_now: tuple[str, ...], told: str
) -> None:
    typed(isotrack, ("2026-08-01", "start", "2026-08-01", "--weight", "54", "--dose", "20", *ZONE),
          ("2026-08-20", "pause"), ("2026-08-25", "resume"), ("2026-08-28", "log", "dose"))  # fmt: skip
    before = isotrack("history", "--json", today="2026-09-01").out
    refused = isotrack(*typed_now, today="2026-09-01", ok=False)
    assert told in refused.err
    assert isotrack("history", "--json", today="2026-09-01").out == before


def test_a_course_that_is_typed_late_counts_doses_on_the_weight_of_its_start(isotrack: Isotrack) -> None:
    """Whatever was weighed on later days; a person who was weighed on another day is told how to say so."""
    opened = ("start", "2026-09-07", "--weight", "56", "--dose", "30", "--target", "120", *ZONE)
    said = isotrack(*opened, today="2026-10-01").out
    assert "Weight 56 kg on Mon 7 Sep 2026." in " ".join(said.split())
    ends = {items(isotrack, "2026-10-02")["visit/2"]["due"]}
    for on, kg in (("2026-09-25", "54"), ("2026-10-01", "60"), ("2026-09-08", "70")):
        isotrack("log", "weight", kg, "--on", on, today="2026-10-02")
        assert "the start weight of 56 kg (Mon 7 Sep 2026)" in isotrack("dose", today="2026-10-02").out
        ends.add(items(isotrack, "2026-10-02")["visit/2"]["due"])
    assert len(ends) == 1
