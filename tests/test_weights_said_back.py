"""A weight is said back as it was taken; of a bare number where people weigh in pounds it is said how it is read."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Isotrack

DAY = "2026-08-03"


def begin(isotrack: Isotrack, weight: str, protocol: str, *more: str) -> str:
    return isotrack(*more, "start", DAY, "--weight", weight, "--protocol", protocol, today=DAY).out


@pytest.mark.parametrize(("typed", "protocol", "said", "is_doubted"), [
    ("130", "us", "Weight 130 kg.", True), ("59.5", "us", "Weight 59.5 kg.", True),
    ("130kg", "us", "Weight 130 kg.", False), ("130lb", "us", "Weight 59 kg (130 lb).", False),
    ("9st 4", "us", "Weight 59 kg (130 lb).", False), ("43", "us", "Weight 43 kg.", False),
    ("44.1", "us", "Weight 44.1 kg.", True),
    *(("130", protocol, "Weight 130 kg.", False) for protocol in ("jp-standard", "uk", "eu", "fr", "kr")),
])  # fmt: skip
def test_the_weight_of_the_start_is_said_back(
    isotrack: Isotrack, typed: str, protocol: str, said: str, *, is_doubted: bool
) -> None:
    found = begin(isotrack, typed, protocol)
    assert said in found
    assert (f"If {typed} lb was meant: isotrack fix" in found) is is_doubted


def test_nothing_is_said_of_a_weight_that_was_not_typed(isotrack: Isotrack) -> None:
    assert "\nWeight " not in isotrack("start", DAY, "--protocol", "us", today=DAY).out.replace("Weight or dose", "")


@pytest.mark.parametrize("command", [("start",), ("log", "weight", "131")])
def test_the_command_that_is_shown_puts_it_right(isotrack: Isotrack, command: tuple[str, ...]) -> None:
    found = begin(isotrack, "130", "us")
    found = isotrack(*command, today=DAY).out if command[0] == "log" else found
    shown = re.search(r"lb was meant: isotrack (fix [0-9]+ [0-9]+lb)", found)
    assert shown is not None
    isotrack(*shown[1].split(), today=DAY)
    assert {"start": "59 kg", "log": "59.4 kg"}[command[0]] in isotrack("history", today=DAY).out


def test_a_rehearsal_names_the_flag_and_no_number(isotrack: Isotrack) -> None:
    assert "If 130 lb was meant: --weight 130lb" in begin(isotrack, "130", "us", "--dry-run")
    assert "130ポンドの場合" in begin(isotrack, "130", "us", "--lang", "ja")


def test_a_weight_put_right_is_held_to_the_one_before_and_said_in_both_units(isotrack: Isotrack) -> None:
    begin(isotrack, "85", "us")
    for day in (DAY, "2026-08-10"):
        assert "is that right" in isotrack("log", "weight", "192", "--on", day, today="2026-08-10").out
        mended = isotrack("log", "weight", "192lb", "--on", day, today="2026-08-10").out
        assert "Saved: 87.1 kg (192 lb) on" in mended
        assert "is that right" not in mended
    assert "113.4 kg (250 lb): is that right?" in isotrack("log", "weight", "250lb", today="2026-08-11").out
