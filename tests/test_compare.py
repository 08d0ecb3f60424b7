"""Ends of a course side by side: each column is what the plan would be, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.conftest import Isotrack
from tests.test_dry_run import state

SCHEMAS = Path(__file__).parent.parent / "schemas"
TODAY = "2026-11-27"
DAYS = ("2026-11-01", "2026-11-26", "2026-11-27", "2026-11-28", "2027-01-31", "2027-02-28", "2028-02-29")


def opened(isotrack: Isotrack, protocol: str) -> None:
    isotrack("start", "2026-09-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--protocol", protocol,
             "--timezone", "Asia/Tokyo", today="2026-09-01")  # fmt: skip
    isotrack("log", "visit", "--on", "2026-10-02", today=TODAY)


def compared(isotrack: Isotrack, *days: str) -> list[dict[str, Any]]:
    stops = [part for day in days for part in ("--stop", day)]
    found = isotrack("compare", *stops, "--json", today=TODAY).json
    plan = Resource.from_contents(json.loads((SCHEMAS / "plan.schema.json").read_text()))
    schema = json.loads((SCHEMAS / "compare.schema.json").read_text())
    Draft202012Validator(schema, registry=Registry().with_resource("plan.schema.json", plan)).validate(found)
    return list(found["alternatives"])


@pytest.mark.parametrize("protocol", ["jp-standard", "jp-strict", "us", "uk", "eu", "fr", "kr"])
@pytest.mark.parametrize("day", DAYS)
def test_each_is_the_plan_that_the_command_would_give(
    isotrack: Isotrack, tmp_path: Path, protocol: str, day: str
) -> None:
    opened(isotrack, protocol)
    before = state(tmp_path)
    as_it_is, other = compared(isotrack, day)
    assert state(tmp_path) == before
    plan = isotrack("plan", "--json", today=TODAY).json
    assert (as_it_is["items"], as_it_is["spans"]) == (plan["items"], plan["spans"])
    isotrack(*(("until", day) if day > TODAY else ("stop", day)), today=TODAY)
    plan = isotrack("plan", "--json", today=TODAY).json
    assert (other["items"], other["spans"], other["last_dose"]) == (plan["items"], plan["spans"], day)
    assert other["is_estimate"] == (day > TODAY)


def test_the_sums_are_those_of_every_prescribed_day(isotrack: Isotrack) -> None:
    opened(isotrack, "jp")
    isotrack("dose", "40", "--from", "2026-12-01", today=TODAY)
    isotrack("log", "dose", "--missed", "--on", "2026-11-02", today=TODAY)
    found = compared(isotrack, "2026-11-20", "2026-12-10")
    # 81 days from the 1st of September to the 20th of November, one of them missed; then to the end of November 10
    # more at 20 mg, and 10 of December at 40 mg.
    assert [one["mg"] for one in found[1:]] == [80 * 20, 90 * 20 + 10 * 40]
    assert [one["mg_per_kg"] for one in found[1:]] == [round(1600 / 54, 2), round(2200 / 54, 2)]


def test_a_screen_of_eighty_columns_holds_three(isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(isotrack, "jp")
    monkeypatch.setenv("COLUMNS", "80")
    lines = isotrack("compare", "--stop", "2027-02-01", "--stop", "2027-03-02", today=TODAY).out.splitlines()
    [contraception] = [line for line in lines if line.startswith("Strict contraception")]
    assert contraception.count("27*") == 3
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say one to 4 days to compare"),
        (("--stop", "2026-08-01"), "lies before the first"),
        (("--stop", "nonsense"), "is not a day"),
        (tuple(part for n in range(1, 6) for part in ("--stop", f"2027-02-0{n}")), "say one to 4 days to compare"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(isotrack: Isotrack, arguments: tuple[str, ...], said: str) -> None:
    opened(isotrack, "jp")
    ran = isotrack("compare", *arguments, today=TODAY, ok=False)
    assert (ran.code, said in ran.err) == (2, True), ran


def test_a_course_that_has_ended_has_one_end(isotrack: Isotrack) -> None:
    opened(isotrack, "jp")
    isotrack("stop", "2026-11-20", today=TODAY)
    ran = isotrack("compare", "--stop", "2026-11-21", today=TODAY, ok=False)
    assert "Fri 20 Nov 2026" in ran.err
    assert "isotrack fix" in ran.err
