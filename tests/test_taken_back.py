"""That capsules return is said only where nothing else keeps them away, whatever of two holds is taken back first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.support import machine_in, say_on, settle

RISK = "no contraception, or contraception that failed"
RETURN, HELD = "their reminders return", "Capsules stay held, because of: {what}."
DANGERS = {
    RISK: ("log", "risk", "unprotected"),
    "positive test": ("log", "pregnancy-test", "positive"),
    "red flag: signs of hepatitis": ("log", "symptom", "yellow eyes"),
}
CLEARS = {
    RISK: (),
    "positive test": (),
    "red flag: signs of hepatitis": ("rf-liver",),
}
OTHERS = {"paused": ("pause",), "ended": ("stop", "2026-09-03")}
PAIRS = [*permutations(DANGERS, 2), *((one, other) for one in DANGERS for other in OTHERS),
         *((other, one) for one in DANGERS for other in OTHERS)]  # fmt: skip


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    say_on("2026-07-27", "start", "2026-08-30", "--weight", "60", "--dose", "30", "--protocol", "us-ipledge",
           "--can-become-pregnant", "--sex", "female", "--timezone", "America/New_York")  # fmt: skip
    say_on("2026-08-29", "log", "pregnancy-test", "negative")
    say_on("2026-08-30", "log", "pick-up")


def _number(said: str) -> str:
    return said.rpartition("(number ")[2].partition(")")[0]


def _log(day: str, name: str) -> str:
    said = say_on(day, *(DANGERS | OTHERS)[name])
    assert said.code == 0, said.err
    return _number(said.out)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_holds_one_taken_back_leaves_the_other(first: str, second: str) -> None:
    numbers = {first: _log("2026-09-04", first), second: _log("2026-09-06", second)}
    for gone, left in permutations(numbers):
        if gone not in DANGERS:
            continue
        said = say_on("2026-09-08", "fix", numbers[gone], "--remove").out
        assert RETURN not in said
        assert f"Taken back: {gone.removeprefix('red flag: ')}" in said or f"Taken back: {gone}" in said
        assert {"paused": "stays paused", "ended": "stays ended"}.get(left, HELD.partition("{")[0] + left) in said
        assert RETURN not in say_on("2026-09-08", "undo").out
    assert RETURN not in say_on("2026-09-08", "undo").out
    if first in DANGERS:
        assert RETURN in say_on("2026-09-08", "fix", numbers[first], "--remove").out


@pytest.mark.parametrize(("first", "second"), [*permutations(DANGERS, 2)])
def test_the_clinics_word_about_one_of_two_says_nothing_of_the_capsules(first: str, second: str) -> None:
    _log("2026-09-04", first)
    _log("2026-09-06", second)
    said = say_on("2026-09-08", "log", "cleared", *CLEARS[first])
    assert said.code == 0
    assert "reminders return" not in said.out
    assert "Settled on your clinic's word" in said.out


def test_a_positive_test_corrected_or_moved_leaves_what_stands() -> None:
    _log("2026-09-04", RISK)
    number = _log("2026-09-08", "positive test")
    moved = say_on("2026-09-08", "fix", number, "--on", "2026-09-07").out
    assert RETURN not in moved
    assert "positive test of Mon 7 Sep 2026" in moved
    said = say_on("2026-09-08", "fix", _number(moved.replace("new number", "number")), "negative").out
    assert RETURN not in said
    assert HELD.format(what="no contraception, or contraception that failed of Fri 4 Sep 2026") in said


def test_a_word_of_the_clinic_that_comes_to_settle_more_takes_nothing_back() -> None:
    _log("2026-09-03", RISK)
    number = _number(say_on("2026-09-04", "log", "cleared").out.partition("!")[0])
    _log("2026-09-06", "positive test")
    said = say_on("2026-09-08", "fix", number, "--on", "2026-09-07").out
    assert "Taken back" not in said
    assert "Settled on your clinic's word: positive test of Sun 6 Sep 2026." in said


def test_days_of_another_hold_that_is_over_are_not_said_to_be_taken() -> None:
    number = _log("2026-09-03", RISK)
    _log("2026-09-04", "paused")
    say_on("2026-09-06", "resume")
    said = say_on("2026-09-08", "fix", number, "--remove").out
    assert "The days from then on that nothing else holds" in said


def test_capsules_that_are_resumed_stay_held_by_what_stands() -> None:
    _log("2026-09-03", RISK)
    _log("2026-09-04", "paused")
    assert "no contraception, or contraception that failed of Thu 3 Sep 2026" in say_on("2026-09-06", "resume").out
