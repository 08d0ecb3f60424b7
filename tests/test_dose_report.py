"""``isotrack dose`` without a dose: numbers that were worked out by hand, and what it says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.screens import faults
from tests.support import machine_in, say, say_on, settle

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "dose.schema.json").read_text())
FIRST = date(2026, 12, 1)
"""A Tuesday."""


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)


def on(number: int) -> str:
    """The day of the course with this number; the first capsule is taken on day 1."""
    return (FIRST + timedelta(days=number - 1)).isoformat()


def typed(today: int, *commands: str) -> None:
    """Type commands on a day of the course; ``{n}`` stands for the day of the course with that number."""
    for command in commands:
        filled = re.sub(r"\{(\d+)\}", lambda found: on(int(found[1])), command)
        done = say_on(on(today), *filled.split())
        assert done.code == 0, done


def begin(dose: str = "30", weight: str = "60", *more: str) -> None:
    """A course of conventional capsules."""
    typed(1, f"start {{1}} --weight {weight} --timezone Asia/Tokyo --protocol jp-standard --can-become-pregnant")
    words = ["--from", on(1), *more]
    done = say_on(on(1), "dose", dose, *words)
    assert done.code == 0, done


def report(today: int) -> Any:
    """What programs read of it on a day of the course."""
    found = json.loads(say_on(on(today), "dose", "--json").out)
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    return found


@dataclass(frozen=True)
class Case:
    """A course, the day of it that it is seen from, and by hand when 120 and 150 mg/kg are reached, and by how much."""

    dose: str = "30"
    weight: str = "60"
    more: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    today: int = 1
    reached: tuple[tuple[int, float] | None, ...] = ()
    """For each target the number of the day and the milligrams over it; None where it never is."""
    sums: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """By product what is confirmed, stated, assumed; not looked at where it is empty."""
    real: tuple[tuple[int, float] | None, ...] | None = None


CASES = {
    "60 kg, 30 mg a day: 7200 mg on day 240 exactly": Case(reached=((240, 0), (300, 0)), sums={
        "conventional": (0, 0, 30)}),
    "seen from the day before, it has not been reached": Case(today=239, reached=((240, 0), (300, 0)), sums={
        "conventional": (0, 0, 7170)}),
    "20 and 40 in turn: 60 mg in two days": Case("20/40", reached=((240, 0), (300, 0))),
    # 7320 mg: 7200 on day 240, then 20, 40, 20, 40. 9150 mg: 9120 on day 304, then 20, 40.
    "20 and 40 in turn, at 61 kg": Case("20/40", "61", reached=((244, 0), (306, 30))),
    # 6480 mg are 324 capsules, 8100 are 405; the n-th is taken on day 2n - 1.
    "every second day": Case("20 every 2 days", "54", reached=((647, 0), (809, 0))),
    # Three a week, 60 mg: 6000 mg are 100 weeks, and Tuesday is no day of them: the last is a Monday.
    "on three days of the week": Case("20 mon,wed,fri", "50", reached=((700, 0), (875, 0))),
    "twice a day": Case("20 twice a day", reached=((180, 0), (225, 0))),
    # 30 days of 20 are 600; 5400 / 40 = 135 days more; 6900 / 40 = 172.5.
    "a step in the middle": Case("20", "50", typed=("dose 40 --from {31}",), reached=((165, 0), (203, 20))),
    "a pause of ten days in the middle": Case(typed=("pause {31}", "resume {41}"), today=45,
                                              reached=((250, 0), (310, 0)), sums={"conventional": (0, 0, 1050)}),
    # Thirty days, then from day 41 on.
    "a pause that goes on is taken to end with today": Case(typed=("pause {31}",), today=40,
                                                            reached=((250, 0), (310, 0))),
    # Days 31 to 33 and 37 to 40 are off: seven, and one capsule a day on the three between.
    "capsules that were taken in a pause": Case(
        typed=("pause {31}", "log dose --on {34}..{36}", "resume {41}"), today=45, reached=((247, 0), (307, 0)),
        sums={"conventional": (90, 0, 1050)}),
    "a hold on all of whose days capsules were taken is none": Case(
        typed=("log symptom visual-change --since {31}", "log dose --on {31}..{40}",
               "log cleared visual-change --on {40}"),
        today=40, reached=((240, 0), (300, 0)), sums={"conventional": (300, 0, 900)}),
    "five missed days": Case(typed=("log dose --missed --on {3}..{7}",), today=10, reached=((245, 0), (305, 0)), sums={
        "conventional": (0, 0, 150)}),
    # 7200 / 35 = 205.7: 206 days are 7210 mg; 9000 / 35 = 257.1: 258 are 9030 mg.
    "the last capsule goes over it": Case("35", more=("--yes",), reached=((206, 10), (258, 30))),
    "a weight that comes later changes nothing": Case(typed=("log weight 50 --on {100}",), today=100,
                                                      reached=((240, 0), (300, 0))),
    "what was said to have been taken before": Case(
        typed=("log earlier done --taken-so-far 2000 --on {101}",), today=101, reached=((274, 20), (334, 20)), sums={
            "conventional": (0, 2000, 30)}),
    "what was logged before goes into what was said": Case(
        typed=("log dose --on {1}..{10}", "log earlier done --taken-so-far 3000 --on {101}"), today=101,
        reached=((240, 0), (300, 0)), sums={"conventional": (300, 2700, 30)}),
    "never for less than what was logged": Case(
        typed=("log dose --on {1}..{10}", "log earlier done --taken-so-far 100 --on {11}"), today=11,
        reached=((240, 0), (300, 0)), sums={"conventional": (300, 0, 30)}),
    # 8 of 10 days: 240 mg; the remaining 6960 at 30 a day are 232 days, at 24 a day 290.
    "a person who takes 80 %": Case(
        typed=("log dose --on {1}..{8}", "log dose --missed --on {9}..{10}"), today=10, reached=((242, 0), (302, 0)),
        sums={"conventional": (240, 0, 0)}, real=((300, 0), (375, 0))),
    # 10 days of 20 mg in place of 30: two thirds. 7000 / 20 = 350.
    "a person who takes less than was prescribed": Case(
        typed=("log dose 20 --on {1}..{10}",), today=10, reached=((244, 20), (304, 20)),
        sums={"conventional": (200, 0, 0)}, real=((360, 0), (450, 0))),
    "a record on less than half of the days gives no rate": Case(
        typed=("log dose --missed --on {9}..{10}",), today=20, reached=((242, 0), (302, 0)), real=(None, None)),
    # 28 capsules of 10 mg are nine days of 30 mg; one capsule is left, and days 10 to 20 are not assumed.
    "days beyond the capsules at hand": Case(
        typed=("log stock 28 --strength 10 --on {1}",), today=20, reached=((251, 0), (311, 0)),
        sums={"conventional": (0, 0, 270)}),
    # With the refill on day 15: days 1 to 9 and 15 to 20.
    "a refill after a gap": Case(
        typed=("log stock 28 --strength 10 --on {1}", "log stock 60 --strength 10 --on {15}"), today=20,
        reached=((245, 0), (305, 0)), sums={"conventional": (0, 0, 450)}),
    "lost capsules end it sooner": Case(
        typed=("log stock 28 --strength 10 --on {1}", "log lost 10 --on {2}"), today=20, reached=((254, 0), (314, 0)),
        sums={"conventional": (0, 0, 180)}),
    # 30 days of 30 mg; then the others, which are no part of it; then 7200 - 900 = 6300 / 30 = 210 days from day 61 on.
    "both kinds of capsules, and back": Case(
        typed=("dose 24 --product micronised --from {31}", "dose 30 --product conventional --from {61}"), today=45,
        reached=((270, 0), (330, 0)), sums={"conventional": (0, 0, 900), "micronised": (0, 0, 360)}),
    "micronised ones from then on": Case(
        typed=("dose 24 --product micronised --from {31}",), today=45, reached=(None, None),
        sums={"conventional": (0, 0, 900), "micronised": (0, 0, 360)}),
    "micronised ones alone have no such target": Case(
        "16", more=("--product", "micronised"), today=10, sums={"micronised": (0, 0, 160)}),
    "a course that was stopped": Case(typed=("stop {100}",), today=120, reached=(None, None), sums={
        "conventional": (0, 0, 3000)}),
    "a course that was stopped beyond the target": Case(
        typed=("stop {250}",), today=260, reached=((240, 0), None), sums={"conventional": (0, 0, 7500)}),
    "a target of one's own beside them": Case(typed=("until --target 130",), reached=((240, 0), (260, 0), (300, 0))),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_numbers_are_those_that_were_worked_out_by_hand(case: Case) -> None:
    begin(case.dose, case.weight, *case.more)
    typed(max(case.today, 1), *case.typed)
    found = report(case.today)
    reached = [one["at_prescribed_rate"] for one in found["targets"]]
    assert [(one["day"], one["over_mg"]) if one else None for one in reached] == list(case.reached)
    assert [one["on"] for one in reached if one] == [on(one[0]) for one in case.reached if one]
    assert [one["total_mg"] - one["over_mg"] for one in reached if one] == pytest.approx(
        [target["mg"] for target in found["targets"] if target["at_prescribed_rate"]])  # fmt: skip
    if case.sums:
        sums = {one["product"]: (one["confirmed_mg"], one["stated_mg"], one["assumed_mg"]) for one in found["sums"]}
        assert sums == case.sums
    for one in found["sums"]:
        assert one["total_mg"] == one["confirmed_mg"] + one["stated_mg"] + one["assumed_mg"]
    if case.real is not None:
        real = [one["at_real_rate"] for one in found["targets"]]
        assert [(one["day"], one["over_mg"]) if one else None for one in real] == list(case.real)


def test_the_weight_is_named_and_a_much_changed_one_is_pointed_out() -> None:
    begin()
    typed(100, "log weight 58 --on {90}")
    assert "On it" not in say_on(on(100), "dose").out
    typed(100, "log weight 50 --on {100}")
    assert report(100)["weight"] == {"basis": "start", "kg": 60, "on": on(1), "latest_kg": 50, "latest_on": on(100)}
    [one] = report(100)["sums"]
    assert (one["mg_per_kg"], one["mg_per_kg_on_latest_weight"]) == (50, 60)
    said = say_on(on(100), "dose").out
    assert "50.0 mg/kg on the start weight of 60 kg" in said
    assert "The last weight is 50 kg" in said
    assert "60.0 mg/kg" in said


def test_an_assumed_day_is_no_adherence_and_today_counts_once_it_is_logged() -> None:
    begin()
    typed(10, "log dose --on {1}..{6}", "log dose --missed --on {7}")
    found = report(10)["adherence"]
    assert (found["prescribed_days"], found["taken_days"], found["missed_days"], found["days_without_record"]) == (
        9, 6, 1, 2)  # fmt: skip
    assert (found["percent_of_days"], found["percent_of_mg"]) == (85.7, 85.7)
    typed(10, "log dose 20")
    found = report(10)["adherence"]
    assert (found["prescribed_days"], found["taken_days"]) == (10, 7)
    assert (found["taken_mg"], found["prescribed_mg"]) == (200, 300)
    typed(10, "log stock 3 --strength 10 --on {9}")
    assert report(12)["adherence"]["days_not_at_hand"] == 1


@pytest.mark.parametrize(("commands", "said"), [
    ((), "not known; none of the 9 prescribed"),
    # Who logs little else than what was missed took most of it: no share of the days says how much.
    (("log dose --missed --on {4}",), "not known; 1 of 9 prescribed days so far have a record (logged as taken: 0)"),
    (("log dose --on {1}..{3}", "log dose --missed --on {4}"), "not known; 4 of 9 prescribed"),
    (("log dose --on {1}..{4}", "log dose --missed --on {5}"),
     "80 % of the days (4 of the 5 prescribed days so far that have a record); 80 % of the amount (120 of 150 mg)"),
])  # fmt: skip
def test_of_fewer_records_than_half_the_days_no_adherence_is_said(commands: tuple[str, ...], said: str) -> None:
    begin()
    typed(10, *commands)
    assert f"Adherence: {said}" in " ".join(say_on(on(10), "dose").out.split())


def test_days_off_and_pauses_are_not_prescribed_days() -> None:
    begin("20 every 2 days")
    typed(12, "pause {5}", "resume {9}")
    # Days 1, 3; then from day 9 on anew: 9, 11.
    assert report(13)["adherence"]["prescribed_days"] == 4


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_day_that_was_held_and_taken_all_the_same_is_no_prescribed_one(order: tuple[int, ...]) -> None:
    begin("40")
    commands = ["log symptom visual-change --since {10}", "log dose --on {10}..{20}", "log dose --on {25}..{30}"]
    typed(30, *(commands[number] for number in order), "log cleared visual-change --on {30}")
    found = report(30)["adherence"]
    # Nine days before it, its own day with a capsule (nobody knows which came first), and day 30, on which it was
    # cleared; of days 11 to 20 and 25 to 29 none was asked for.
    assert (found["prescribed_days"], found["taken_days"], found["days_without_record"]) == (11, 2, 9)
    [line] = [line for line in say_on(on(30), "why", "contraception").out.splitlines() if "held" in line]
    assert line.strip() == "4 paused or held days are in it: the course is longer by them."


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_never_says_that_one_may_stop_and_never_to_double(lang: str) -> None:
    begin()
    said = say_on(on(250), "--lang", lang, "dose").out
    for word in ("may stop", "can stop", "you should", "やめてよい", "中止できます"):
        assert word not in said
    wanted = {"en": ("The target that the programme shows is reached, 120 mg/kg: ask your doctor.", "never doubled"),
              "ja": ("目標の120mg/kgに達しています。医師に相談してください。", "まとめて2回分")}  # fmt: skip
    for text in (*wanted[lang], "O11"):
        assert text in said
    assert "150 mg/kg: ask" not in said


def test_a_target_of_ones_own_is_named_as_such() -> None:
    begin()
    typed(1, "until --target 130")
    assert [(one["mg_per_kg"], one["own"]) for one in report(1)["targets"]] == [(120, False), (130, True), (150, False)]
    assert "The target that was set is reached, 130 mg/kg" in say_on(on(260), "dose").out
    typed(1, "until --target 120")
    assert [(one["mg_per_kg"], one["own"]) for one in report(1)["targets"]] == [(120, True), (150, False)]


def test_two_kinds_have_two_sums_and_no_common_one() -> None:
    begin()
    typed(45, "dose 24 --product micronised --from {31}")
    said = say_on(on(45), "dose").out
    assert "900 mg = 15.0 mg/kg" in said
    assert "360 mg = 6.0 mg/kg" in said
    assert "1260" not in said
    assert "never added up. [F7]" in said
    status = say("--today", on(45)).out
    assert "1260" not in status
    assert "micronised capsules" in status


def test_while_a_test_holds_the_capsules_nothing_is_projected() -> None:
    begin()
    typed(10, "log pregnancy-test positive")
    assert [one["at_prescribed_rate"] for one in report(20)["targets"]] == [None, None]
    said = say_on(on(20), "dose")
    assert said.out.startswith("! A positive test was recorded")
    assert "Nothing is projected" in said.out


@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_fits_the_screen(monkeypatch: pytest.MonkeyPatch, columns: str, lang: str) -> None:
    begin("20/40")
    typed(45, "log dose --on {1}..{40}", "dose 24 --product micronised --from {31}", "log weight 50",
          "dose 40 --product conventional --from {61}", "until --target 130",
          "log stock 8 --strength 24 --on {31}")  # fmt: skip
    monkeypatch.setenv("COLUMNS", columns)
    said = say_on(on(45), "--lang", lang, "dose")
    assert said.code == 0
    assert faults(said.out, int(columns)) == []


def test_without_a_dose_only_json_goes_with_it() -> None:
    begin()
    for words in (["--from", on(3)], ["--every", "2"], ["--yes"], ["--note", "x"], ["--product", "micronised"]):
        refused = say_on(on(1), "dose", *words)
        assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert say_on(on(1), "dose", "30", "--json").code == 2


def test_without_weight_or_dose_it_says_what_is_missing() -> None:
    typed(1, "start {1} --timezone Asia/Tokyo --protocol jp-standard --can-become-pregnant")
    assert "isotrack dose MG" in say_on(on(1), "dose").out
    assert (report(1)["weight"], report(1)["prescribed"], report(1)["targets"]) == (None, None, [])
    typed(1, "dose 20 --from {1}")
    assert "isotrack log weight KG" in say_on(on(1), "dose").out


@pytest.mark.parametrize(("commands", "is_taken"), [
    (("dose 16 --product micronised",), False),
    (("dose 16 --product micronised", "pause"), False),
    (("dose 16 --product micronised", "dose 20 --product conventional --from {61}"), True),
    (("dose 16 --product micronised --from {300}",), True),
    (("pause",), True),
])  # fmt: skip
def test_a_target_that_capsules_of_another_scale_never_reach_is_refused(
    commands: tuple[str, ...], *, is_taken: bool
) -> None:
    begin()
    typed(31, *commands)
    said = say_on(on(31), "until", "--target", "120")
    assert is_taken == (said.code == 0), said
    assert is_taken or "micronised ones have another scale" in said.complaint[0]


def test_what_is_beyond_the_prescription_is_said_and_today_is_in_no_number_of_days() -> None:
    assert say_on("2026-12-01", "start", "2026-12-01", "--weight", "52", "--dose", "20", "--protocol", "jp").code == 0
    for day, mg in (("01", "20"), ("02", "40"), ("03", "40")):
        assert say_on(f"2026-12-{day}", "log", "dose", mg, "--yes").code == 0
    said = say_on("2026-12-03", "dose").out
    assert "taken beyond the prescription: 40 mg" in said
    assert "  without a record:" not in said
    assert "without a record: 1, and today" in say_on("2026-12-05", "dose").out
