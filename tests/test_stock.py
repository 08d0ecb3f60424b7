"""The capsules at hand and the day they run out: worked by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from operator import mul
from pathlib import Path

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support import machine_in, say_on, settle
from tracker.engine.timeline import timeline
from tracker.facts import Course, FirstDosePlanned, Prescribed
from tracker.facts.stock import Stock
from tracker.history import history_of
from tracker.pattern import Pattern
from tracker.protocols import find
from tracker.readings.stock import at_hand

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "stock.schema.json").read_text())
BEGIN = ("start", "2026-12-01", "--weight", "54", "--timezone", "Asia/Tokyo", "--protocol", "jp-standard")


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)


@dataclass(frozen=True)
class Case:
    """A record typed on 1 December, and what is at hand at the end of a day."""

    dose: str
    typed: tuple[str, ...]
    today: str
    capsules: dict[int, float]
    until: str | None


CASES = {
    "28 capsules, one a day, the first day counts": Case(
        "20", ("log stock 28 --strength 20",), "2026-12-01", {20: 27}, "2026-12-28"),
    "the last one is taken": Case("20", ("log stock 28 --strength 20",), "2026-12-28", {}, "2026-12-28"),
    "nothing is owed afterwards": Case("20", ("log stock 28 --strength 20",), "2027-01-10", {}, "2027-01-10"),
    "the day before the last": Case("20", ("log stock 28 --strength 20",), "2026-12-27", {20: 1}, "2026-12-28"),
    "two a day": Case("40", ("log stock 28 --strength 20",), "2026-12-01", {20: 26}, "2026-12-14"),
    "two strengths make the dose": Case(
        "30", ("log stock 28 --strength 20", "log stock 28 --strength 10"), "2026-12-03", {20: 25, 10: 25},
        "2026-12-28"),
    "the strongest that fit go first": Case(
        "20", ("log stock 3 --strength 20", "log stock 4 --strength 10"), "2026-12-03", {10: 4}, "2026-12-05"),
    "a capsule cannot be halved": Case("10", ("log stock 14 --strength 20",), "2026-12-01", {20: 14}, "2026-12-01"),
    "what is left over makes no dose": Case(
        "10", ("log stock 12 --strength 10", "log stock 18 --strength 20"), "2026-12-01", {20: 18, 10: 11},
        "2026-12-12"),
    "nor is it assumed taken": Case(
        "10", ("log stock 12 --strength 10", "log stock 18 --strength 20"), "2026-12-31", {20: 18}, "2026-12-31"),
    "a day that was logged takes no part of a capsule": Case(
        "10", ("log stock 18 --strength 20", "log dose 10"), "2026-12-01", {20: 18}, "2026-12-01"),
    "every second day": Case(
        "20/0", ("log stock 5 --strength 20",), "2026-12-01", {20: 4}, "2026-12-09"),
    "by turns: 20, 40, 20, and one capsule is no 40": Case(
        "20/40", ("log stock 5 --strength 20",), "2026-12-01", {20: 4}, "2026-12-03"),
    "30 mg without one of 10 mg": Case(
        "30", ("log stock 9 --strength 20", "log stock 2 --strength 10"), "2026-12-01", {20: 8, 10: 1}, "2026-12-02"),
    "twice 20 mg is no capsule of 40 mg": Case(
        "20x2", ("log stock 9 --strength 40", "log stock 4 --strength 20"), "2026-12-01", {40: 9, 20: 2},
        "2026-12-02"),
    "a step down to what the capsules do not make": Case(
        "20", ("log stock 18 --strength 20", "dose 10 --from 2026-12-04"), "2026-12-01", {20: 17}, "2026-12-03"),
    "the weaker ones are kept where the stronger ones make it": Case(
        "40", ("log stock 3 --strength 20", "log stock 6 --strength 10"), "2026-12-01", {20: 1, 10: 6}, "2026-12-03"),
    "a missed day leaves its capsule": Case(
        "20", ("log stock 28 --strength 20", "log dose --missed"), "2026-12-01", {20: 28}, "2026-12-29"),
    "a logged dose takes what it says": Case(
        "20", ("log stock 28 --strength 20", "log dose 40"), "2026-12-01", {20: 26}, "2026-12-27"),
    "a pause takes none": Case(
        "20", ("log stock 28 --strength 20", "pause 2026-12-03", "resume 2026-12-13"), "2026-12-12", {20: 26},
        "2027-01-07"),
    "a pause without an end": Case(
        "20", ("log stock 28 --strength 20", "pause 2026-12-03"), "2026-12-12", {20: 26}, None),
    "after a stop none is taken": Case(
        "20", ("log stock 28 --strength 20", "stop 2026-12-01"), "2026-12-20", {20: 27}, None),
    "a dose step that lies ahead": Case(
        "20", ("log stock 28 --strength 20", "dose 40 --from 2026-12-11"), "2026-12-01", {20: 27}, "2026-12-19"),
    "a positive test holds the capsules": Case(
        "20", ("log stock 28 --strength 20", "log pregnancy-test positive"), "2026-12-20", {20: 28}, None),
    "less than one dose": Case("40", ("log stock 3 --strength 20",), "2026-12-01", {20: 1}, "2026-12-01"),
    "a refill is added": Case(
        "20", ("log stock 28 --strength 20", "log stock 28 --strength 20 --note refill"), "2026-12-01", {20: 55},
        "2027-01-25"),
    "the same strength in another unit of writing": Case(
        "20", ("log 在庫 ２８個 --strength 20mg",), "2026-12-01", {20: 27}, "2026-12-28"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_capsules_at_hand_are_those_that_a_person_counts(case: Case) -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", case.dose, "--can-become-pregnant").code == 0
    for command in case.typed:
        done = say_on("2026-12-01", *command.split())
        assert done.code == 0, done
    found = json.loads(say_on(case.today, "stock", "--json").out)
    jsonschema.validate(found, SCHEMA)
    assert {one["strength_mg"]: one["count"] for one in found["capsules"]} == case.capsules
    assert found["lasts_until"] == case.until


def test_what_was_recorded_today_for_an_earlier_day_is_counted_from_then_on() -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", "20").code == 0
    assert say_on("2026-12-20", "log", "stock", "28", "--strength", "20", "--on", "2026-12-11").code == 0
    found = json.loads(say_on("2026-12-20", "stock", "--json").out)
    assert (found["mg"], found["lasts_until"]) == (360, "2027-01-07")
    ahead = json.loads(say_on("2026-12-10", "stock", "--json").out)
    nothing = {"capsules": [], "mg": 0, "daily_mg": None, "lasts_until": None, "none_since": None}
    assert ahead == {"patient": "me", "today": "2026-12-10"} | nothing


def test_the_same_entry_typed_twice_is_counted_once() -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", "20").code == 0
    for _ in range(2):
        said = say_on("2026-12-01", "log", "stock", "28", "--strength", "20")
        assert said.code == 0
    assert "isotrack fix 4 --value 56" in said.out
    assert json.loads(say_on("2026-12-01", "stock", "--json").out)["mg"] == 540


def test_before_the_first_capsule_none_is_taken() -> None:
    assert say_on("2026-12-01", "start", "2026-12-10", "--weight", "54", "--dose", "20").code == 0
    assert say_on("2026-12-01", "log", "stock", "28", "--strength", "20").code == 0
    found = json.loads(say_on("2026-12-05", "stock", "--json").out)
    assert (found["mg"], found["lasts_until"]) == (560, "2027-01-06")


@pytest.mark.parametrize("typed", [
    ("0", "--strength", "20"), ("-1", "--strength", "20"), ("2.5", "--strength", "20"), ("1001", "--strength", "20"),
    ("28", "--strength", "0"), ("28", "--strength", "101"), ("28",), ("28", "--strength", "x"),
    ("x", "--strength", "20"),
    ("28", "--strength", "20", "--on", "2026-12-02"), ("28kg", "--strength", "20"), ("28", "--strength", "20kg"),
])  # fmt: skip
def test_what_can_be_no_stock_is_refused_in_one_line(typed: tuple[str, ...]) -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", "20").code == 0
    refused = say_on("2026-12-01", "log", "stock", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert json.loads(say_on("2026-12-01", "stock", "--json").out)["capsules"] == []


def test_both_languages_say_what_is_at_hand() -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", "20").code == 0
    nothing = say_on("2026-12-01", "--lang", "ja", "stock")
    assert "isotrack log stock 28 --strength 20" in nothing.out
    assert say_on("2026-12-01", "log", "stock", "28", "--strength", "20").code == 0
    assert "27 capsules of 20 mg" in say_on("2026-12-01", "stock").out
    japanese = say_on("2026-12-01", "--lang", "ja", "stock").out
    assert "手元の在庫：20mgカプセル27個" in japanese
    assert "2026年12月28日" in japanese


def _makeable(dose: tuple[int, ...], rack: dict[int, int]) -> list[dict[int, int]]:
    """Every rack that may be left when each intake is made of whole capsules."""
    lefts = [rack]
    for mg in dose:
        counted = product(range(mg // min(rack) + 1), repeat=len(rack))
        choices = [dict(zip(rack, counts, strict=True)) for counts in counted
                   if sum(map(mul, rack, counts)) == mg]  # fmt: skip
        lefts = [{one: left[one] - used[one] for one in rack} for left in lefts for used in choices
                 if all(left[one] >= used[one] for one in rack)]  # fmt: skip
    return lefts


@given(
    turns=st.lists(st.sampled_from([(), (10,), (20,), (30,), (40,), (20, 20), (10, 20), (25,)]),
                   min_size=1, max_size=4),
    later=st.none() | st.tuples(st.integers(1, 6), st.sampled_from([(10,), (20,), (40,), (60,)])),
    rack=st.dictionaries(st.sampled_from([5, 10, 20, 40]), st.integers(1, 4), min_size=1),
    days=st.integers(0, 12),
)  # fmt: skip
def test_a_dose_is_at_hand_where_whole_capsules_make_it_and_no_choice_of_them_lasts_longer(
    turns: list[tuple[int, ...]], later: tuple[int, tuple[int, ...]] | None, rack: dict[int, int], days: int
) -> None:
    assume(any(turns))
    on = date(2026, 12, 1)
    course = Course(id=1, uuid="u", name=None, protocol_id="jp-standard", protocol_version="", enrolled=on,
                    timezone="Asia/Tokyo", can_become_pregnant=False)  # fmt: skip
    pattern = Pattern(tuple(tuple(map(Decimal, one)) for one in turns))
    facts = [FirstDosePlanned(id=1, number=1, on=on), Prescribed(id=2, number=1, on=on, pattern=pattern)]
    if later is not None:
        facts.append(Prescribed(id=3, number=1, on=on + timedelta(later[0]), mg=Decimal(later[1][0])))
    facts += [Stock(id=4 + number, number=1, on=on, capsules=count, strength=Decimal(strength))
              for number, (strength, count) in enumerate(rack.items())]  # fmt: skip
    history = history_of(course, facts)

    def dose(number: int) -> tuple[int, ...]:
        # A new prescription begins its turns anew; of strengths that divide one another the strongest leave most ways.
        return later[1] if later is not None and number >= later[0] else turns[number % len(turns)]

    # Every way to fill the doses, day by day; a day that none of the ways can fill takes nothing.
    ways, last, gone, number = [rack], 0, None, 0
    is_ahead = False
    while number <= days or gone is None or not is_ahead:
        if taken := dose(number):
            after = [left for way in ways for left in _makeable(taken, way)]
            ways = list({tuple(one.items()): one for one in after}.values()) or ways
            last, gone = (number, None) if after else (last, number)
            is_ahead = is_ahead or number > days
        number += 1
    today = on + timedelta(days=days)
    found = at_hand(history, timeline(history, today, find("jp-standard", on).duration), today)
    assert found is not None
    assert found.lasts_until == max(today, on + timedelta(days=last))
    assert all(count == int(count) for _product, _strength, count in found.capsules)


def test_what_came_is_said_with_what_was_there_so_that_a_count_is_not_added() -> None:
    assert say_on("2026-11-30", *BEGIN, "--dose", "20").code == 0
    first = say_on("2026-12-01", "log", "stock", "28", "--strength", "20")
    assert "With what was there" not in first.out
    second = say_on("2026-12-03", "log", "残薬", "25", "--strength", "20")
    assert "! With what was there: 50 capsules of 20 mg. If you counted what is left" in " ".join(second.out.split())


def test_what_does_not_make_the_dose_is_said_and_the_days_are_not_assumed() -> None:
    assert say_on("2026-12-01", *BEGIN, "--dose", "10").code == 0
    assert say_on("2026-12-01", "log", "stock", "12", "--strength", "10").code == 0
    assert say_on("2026-12-01", "log", "stock", "18", "--strength", "20").code == 0
    said = " ".join(say_on("2026-12-01", "stock").out.split())
    assert "Last day whose whole dose is at hand: Sat 12 Dec 2026" in said
    assert "! 18 capsules of 20 mg left over do not make the 10 mg of Sun 13 Dec 2026" in said
    japanese = "".join(say_on("2026-12-01", "--lang", "ja", "stock").out.split())
    assert "20mgカプセル18個では、2026年12月13日(日)の10mgになりません" in japanese
    assert json.loads(say_on("2026-12-31", "dose", "--json").out)["sums"][0]["assumed_mg"] == 120
    assert say_on("2026-12-31", "log", "dose", "10", "--on", "2026-12-14").code == 0
    odd = " ".join(say_on("2026-12-31", "stock").out.split())
    assert "18 capsules of 20 mg" in odd
    assert "On 1 day more was logged as taken than whole capsules at hand make: Mon 14 Dec 2026 10 mg" in odd


@pytest.mark.parametrize("later", [0, 2])
def test_where_nothing_is_left_no_capsules_are_offered_and_what_is_gone_can_be_said(later: int) -> None:
    say_on("2026-12-01", *BEGIN, "--dose", "30")
    for strength in ("10", "20"):
        say_on("2026-12-01", "log", "stock", "2", "--strength", strength)
        say_on("2026-12-01", "log", "lost", "2", "--strength", strength)
    today = f"2026-12-{1 + later:02}"
    refused = say_on(today, "log", "lost", "3", "--on", "2026-12-01").err
    assert "0 capsules" not in refused
    found = re.findall(r"isotrack (log lost --on \S+ 3 --strength \d+)", refused)
    assert len(found) == 2, refused
    said = say_on(today, *found[0].split()).out
    assert "1 Dec 2026" in said
