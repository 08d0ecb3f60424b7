"""A draw that is moved to its right day takes its values along, in one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import machine_in, say_on, settle

TODAY = "2026-10-03"


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    at("2026-08-31", "start", "2026-09-01", "--weight", "80", "--dose", "40", "--protocol", "uk", "--sex", "male",
       "--cannot-become-pregnant", "--timezone", "Europe/London")  # fmt: skip
    at("2026-08-31", "log", "blood", "ALT=20", "TG=1")


def at(today: str, *words: str) -> str:
    """Type a command that is taken; what it says."""
    done = say_on(today, *words)
    assert done.code == 0, done
    return done.out


def draw() -> tuple[str, str]:
    """The day and number of the newest draw."""
    found = json.loads(at(TODAY, "history", "--kind", "blood-test", "--json"))
    last = max((one for command in found for one in command["recorded"]), key=lambda one: one["id"])
    return last["on"], str(last["id"])


def values() -> dict[str, set[str]]:
    """By day the analytes that were measured."""
    found: dict[str, set[str]] = {}
    for one in json.loads(at(TODAY, "blood", "--json"))["values"]:
        found.setdefault(one["on"], set()).add(one["analyte"])
    return found


def test_the_values_go_with_their_draw_and_come_back_with_it() -> None:
    at("2026-10-01", "log", "blood", "ALT=127")
    at("2026-10-02", "log", "blood", "TG=2", "--on", "2026-10-01")
    before = values()
    said = at(TODAY, "fix", draw()[1], "--on", "2026-09-29")
    assert "Its values go with it from Thu 1 Oct 2026 to Tue 29 Sep 2026: ALT (GPT) 127 U/L" in said
    assert values() == {"2026-08-31": {"alt", "tg"}, "2026-09-29": {"alt", "tg"}}
    assert "Tue 29 Sep 2026" in at(TODAY, "blood")
    at(TODAY, "undo")
    assert values() == before


def test_what_is_not_moved_keeps_its_day() -> None:
    at("2026-10-01", "log", "blood", "ALT=127")
    before = values()
    assert "Its values" not in at(TODAY, "fix", draw()[1], "--note", "in the morning")
    assert values() == before
    assert "Its values" not in at(TODAY, "fix", draw()[1], "--fasting")
    assert values() == before


def test_a_day_that_has_such_a_value_takes_no_other() -> None:
    at("2026-10-01", "log", "blood", "ALT=127")
    before, number = values(), draw()[1]
    refused = say_on(TODAY, "fix", number, "--on", "2026-08-31")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert values() == before
    assert draw() == ("2026-10-01", number)
