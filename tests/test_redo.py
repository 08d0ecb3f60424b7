"""What was taken back comes back: again and again, exactly as it was, and never beside what was recorded since."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tests.support import LONG, START, Machine, faults, machine_in, rows, say, settle

COMMANDS = {
    "visit": ("log", "visit", "--on", "2026-11-24"),
    "dose": ("dose", "40", "--from", "2026-12-01"),
    "weight": ("log", "weight", "55"),
    "heavier": ("log", "weight", "56"),
    "book": ("book", "visit/2", "2026-12-21"),
    "book anew": ("book", "visit/2", "2026-12-22"),
    "fix": ("fix", "2", "--value", "57"),
    "pause": ("pause", "2026-11-26"),
    "missed": ("log", "dose", "--missed", "--on", "2026-11-20..2026-11-23"),
}
steps = st.lists(st.sampled_from([*COMMANDS, *["undo", "redo"] * 5]), max_size=14)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


def state() -> tuple[str, str]:
    return say("plan", "--json").out, say("history", "--json").out


def standing(machine: Machine) -> int:
    return int(rows(machine.db, "SELECT count(*) FROM command WHERE undone_at IS NULL")[0][0])


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=500 if LONG else 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=steps)
@example(story=["visit", "book", "undo", "undo", "redo", "undo", "redo", "redo", "redo"])
@example(story=["weight", "undo", "heavier", "undo", "undo", "redo", "redo", "redo", "redo"])
@example(story=["weight", "heavier", "undo", "fix", "redo", "undo", "redo", "undo", "undo"])
def test_undo_and_redo_walk_along_one_line_of_states(machine: Machine, story: list[str]) -> None:
    for path in machine.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert say(*START).code == 0
    behind: list[tuple[str, str]] = []
    ahead: list[tuple[str, str]] = []
    now = state()
    for step in story:
        before = now
        said = say(*COMMANDS.get(step, (step,)))
        now = state()
        if step == "undo" and behind:
            ahead.append(before)
            assert now == behind.pop()
        elif step == "undo":
            assert say("redo").code == 0  # the start itself was taken back
            now = state()
            ahead.clear() if now != before else None
            assert now == before
        elif step == "redo" and ahead:
            behind.append(before)
            assert (said.code, now) == (0, ahead.pop())
        elif step == "redo":
            assert (said.code, now) == (2, before)
        elif now != before:
            behind.append(before)
            ahead.clear()
        assert faults(machine.db) == []


def test_redo_says_what_came_back_and_what_moves(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    undone = isotrack("undo", today="2026-12-20").out
    redone = isotrack("redo", today="2026-12-20").out
    assert "Taken back: log (visit, Sun 20 Dec 2026)" in undone
    assert "Brought back: log (visit, Sun 20 Dec 2026)" in redone
    assert "Follow-up visit  Sun 24 Jan 2027  Wed 20 Jan 2027  visit/2" in redone


def test_what_a_correction_replaced_is_named_when_it_comes_back(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "weight", "53", today="2026-12-20")
    isotrack("fix", "4", "--value", "55", today="2026-12-20")
    isotrack("undo", today="2026-12-20")
    assert "(55 kg, Sun 20 Dec 2026 / no longer: 53 kg, Sun 20 Dec 2026)" in isotrack("redo", today="2026-12-20").out


def test_a_course_that_was_taken_back_comes_back_with_all_of_it(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-20")
    before = isotrack("plan", "--json", today="2026-12-20").json
    isotrack("undo", today="2026-12-20")
    isotrack("undo", today="2026-12-20")
    assert "Welcome" in isotrack(today="2026-12-20").out
    isotrack("redo", today="2026-12-20")
    isotrack("redo", today="2026-12-20")
    assert isotrack("plan", "--json", today="2026-12-20").json == before
    assert isotrack("redo", today="2026-12-20", ok=False).code == 2


def test_a_new_entry_ends_it_says_so_and_loses_nothing(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    isotrack("log", "weight", "53", today="2026-12-20")
    isotrack("undo", today="2026-12-20")
    isotrack("log", "visit", today="2026-12-20")
    refused = isotrack("redo", today="2026-12-20", ok=False)
    assert (refused.code, "log was recorded" in refused.err) == (2, True)
    [(count,)] = rows(tmp_path / "data" / "isotrack.db", "SELECT count(*) FROM fact WHERE kind = 'weight'")
    assert count == 2


@pytest.mark.parametrize("day", ["2026-12-20", "2026-12-01", "2027-01-05"])
def test_the_order_of_taking_back_is_not_that_of_the_clock(isotrack: Isotrack, day: str) -> None:
    isotrack(*START)
    isotrack("log", "weight", "53", "--on", "2026-11-23", today="2026-12-20")
    isotrack("log", "weight", "55", "--on", "2026-11-22", today="2026-12-20")
    isotrack("undo", today="2026-12-20")
    isotrack("undo", today=day)
    assert "53 kg" in isotrack("redo", today="2026-12-20").out
    assert "55 kg" in isotrack("redo", today=day).out


def test_of_another_patient_nothing_comes_back(isotrack: Isotrack) -> None:
    isotrack(*START, "--patient", "A")
    isotrack(*START, "--patient", "B")
    isotrack("log", "visit", "--patient", "A", today="2026-12-20")
    isotrack("undo", "--patient", "A", today="2026-12-20")
    assert isotrack("redo", "--patient", "B", today="2026-12-20", ok=False).code == 2
    assert isotrack("redo", "--patient", "nobody", today="2026-12-20", ok=False).code == 2
    isotrack("redo", "--patient", "A", today="2026-12-20")


def test_a_danger_that_comes_back_is_said_at_once(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "pregnancy-test", "positive", today="2026-12-20")
    isotrack("undo", today="2026-12-20")
    assert "stop taking the capsules" in isotrack("redo", today="2026-12-20").out


def test_a_calendar_gets_back_what_it_had(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    isotrack("book", "visit/2", "2027-01-20 15:30", today="2026-12-20")
    isotrack("calendar", "subscribe", str(tmp_path / "feed.ics"), today="2026-12-20")

    def entries() -> set[tuple[str, str]]:
        found = icalendar.Calendar.from_ical((tmp_path / "feed.ics").read_bytes())
        return {(str(one["UID"]), str(one["DTSTART"].dt)) for one in found.events if one.get("STATUS") != "CANCELLED"}

    before = entries()
    isotrack("undo", today="2026-12-20")
    assert entries() != before
    isotrack("redo", today="2026-12-20")
    assert entries() == before


@pytest.mark.slow
def test_eight_processes_that_take_back_and_bring_back_lose_nothing(machine: Machine) -> None:
    machine.isotrack(*START)
    for number in range(8):
        assert machine.isotrack("log", "weight", str(50 + number), "--on", f"2026-11-{10 + number}").code == 0
    before = machine.isotrack("history", "--json").out

    def at_once(word: str) -> list[int]:
        with ThreadPoolExecutor(8) as processes:
            return [said.code for said in processes.map(lambda _: machine.isotrack(word), range(8))]

    assert at_once("undo") == [0] * 8
    assert standing(machine) == 1
    assert at_once("redo") == [0] * 8
    assert (standing(machine), machine.isotrack("history", "--json").out) == (9, before)
    with ThreadPoolExecutor(8) as processes:
        said: list[Any] = list(processes.map(machine.isotrack, ["undo", "redo"] * 4))
    assert {one.code for one in said} <= {0, 2}
    while machine.isotrack("redo").code == 0:
        pass
    assert (machine.isotrack("history", "--json").out, faults(machine.db)) == (before, [])
