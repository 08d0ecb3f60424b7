"""What was taken against the prescription, on days of a hold, or before a signature: where it is said, and how long."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import EVERY_TIMING, story_of
from tests.support import machine_in, say, settle
from tests.test_dose_report import begin, on, report, typed
from tracker.facts import (
    Cleared,
    Done,
    Dose,
    Fact,
    Pause,
    Prescribed,
    RedFlag,
    Resume,
    Risk,
    RiskKind,
    TestResult,
)
from tracker.readings.intake import Adherence, intake
from tracker.rules import Kind

PLAN = json.loads((Path(__file__).parent.parent / "schemas" / "plan.schema.json").read_text())


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)


@dataclass(frozen=True)
class Case:
    """What is typed on a day of a course of 30 mg, with a consent signed in time unless it says another."""

    typed: tuple[str, ...]
    today: int = 20
    above: tuple[tuple[int, float], ...] = ()
    """The number of each day, and the milligrams."""
    held: tuple[int, ...] = ()
    paused: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    """Of what the status says still."""


BEYOND, HELD, PAUSED = "above-prescribed", "taken-while-held", "taken-while-paused"
FLAG, CLEAR = "log symptom visual-change --since", "log cleared visual-change --on"
CASES = {
    "nothing": Case(("log dose --on {1}..{10}",)),
    "as much as was prescribed": Case(("log dose 30 --on {3}",)),
    "more": Case(("log dose 31 --on {3}",), above=((3, 31),), codes=(BEYOND,)),
    "more than twice": Case(("log dose 70 --on {3} --yes", "log dose 60 --on {5}"), above=((3, 70), (5, 60)),
                            codes=(BEYOND,)),
    "seen at a visit after it": Case(("log dose 60 --on {3}", "log visit --on {4}"), above=((3, 60),)),
    "a visit of that day may have been before": Case(("log dose 60 --on {3}", "log visit --on {3}"), above=((3, 60),),
                                                     codes=(BEYOND,)),
    "by the prescription of that day": Case(("dose 60 --from {11}", "log dose 60 --on {10}..{12}"), above=((10, 60),),
                                            codes=(BEYOND,)),
    "a hold that stands": Case((f"{FLAG} {{10}}", "log dose --on {12}..{13}"), held=(12, 13), codes=(HELD,)),
    "once it is cleared": Case((f"{FLAG} {{10}}", "log dose --on {12}..{13}", f"{CLEAR} {{15}}"), held=(12, 13),
                               codes=(HELD,)),
    "logged after it is cleared": Case((f"{FLAG} {{10}}", f"{CLEAR} {{15}}", "log dose --on {12}"), held=(12,),
                                       codes=(HELD,)),
    "days of a hold within a row are left out": Case((f"{FLAG} {{10}}", f"{CLEAR} {{15}}", "log dose --on {9}..{16}")),
    "on the day of the sign, typed after it": Case(("log dose --on {3}..{9}", f"{FLAG} {{10}}", "log dose --on {10}")),
    "on the day of the sign, before it": Case(("log dose --on {10}", f"{FLAG} {{10}}", f"{CLEAR} {{15}}")),
    "a visit after the hold": Case((f"{FLAG} {{10}}", "log dose --on {12}", f"{CLEAR} {{15}}", "log visit --on {16}"),
                                   held=(12,)),
    "the visit at which it was cleared": Case(
        (f"{FLAG} {{10}}", "log dose --on {12}", f"{CLEAR} {{15}}", "log visit --on {15}"), held=(12,), codes=(HELD,)),
    "a positive test": Case(("log pregnancy-test positive --on {10}", "log dose --on {11}"), held=(11,), codes=(HELD,)),
    "missed on a held day": Case((f"{FLAG} {{10}}", "log dose --missed --on {12}")),
    "a pause": Case(("pause {10}", "resume {15}", "log dose --on {12}"), paused=(12,), codes=(PAUSED,)),
    "a pause and too much": Case(("pause {10}", "log dose 60 --on {12}"), above=((12, 60),), paused=(12,),
                                 codes=(BEYOND, PAUSED)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_is_said_where_it_stands_and_kept_for_the_clinic(case: Case) -> None:
    begin("30", "60")
    typed(1, "log consent")
    typed(case.today, *case.typed)
    found = report(case.today)
    assert [(one["on"], one["mg"]) for one in found["above_prescribed"]] == [(on(day), mg) for day, mg in case.above]
    assert found["taken_while_held"] == [on(day) for day in case.held]
    assert found["taken_while_paused"] == [on(day) for day in case.paused]
    status = json.loads(say("--today", on(case.today), "--json").out)
    jsonschema.validate(status, PLAN)
    codes = [code for one in status["findings"] if one["about"] == "dose" for code in one["codes"]]
    assert tuple(codes) == case.codes
    every = [*([BEYOND] if case.above else []), *([HELD] if case.held else []), *([PAUSED] if case.paused else [])]
    lines = {BEYOND: "More was taken than was prescribed", HELD: "of a hold, before the clinic's word",
             PAUSED: "of a pause: "}  # fmt: skip
    for command in ((), ("next",)) if every else ((),):
        shown = say("--today", on(case.today), *command).out
        assert [code for code, line in lines.items() if line in shown] == list(case.codes)
    for command in (("dose",), ("report", "-o", "-")) if every else (("dose",),):
        shown = say("--today", on(case.today), *command).out
        assert [code for code, line in lines.items() if line.replace("'", "&#39;") in shown or line in shown] == every


def day(number: int) -> date:
    return date.fromisoformat(on(number))


FLAGGED = (RedFlag(on=day(10), code="visual-change"), Cleared(on=day(15), code="visual-change"))
OFF: dict[str, tuple[Fact, ...]] = {
    "a hold": FLAGGED,
    "a hold that stands": FLAGGED[:1],
    "a positive test": (Done(on=day(10), kind=Kind.PREGNANCY_TEST, result=TestResult.POSITIVE), Cleared(on=day(15))),
    "a risk": (Risk(on=day(10), what=RiskKind.MISSED_PERIOD), Cleared(on=day(15))),
    "a pause": (Pause(on=day(10)), Resume(on=day(15))),
    "a hold in a pause": (Pause(on=day(8)), *FLAGGED, Resume(on=day(13))),
}


@pytest.mark.parametrize("off", OFF.values(), ids=OFF)
@pytest.mark.parametrize("taken", [True, False])
def test_what_is_taken_on_days_off_changes_no_adherence(off: tuple[Fact, ...], *, taken: bool) -> None:
    story = story_of(EVERY_TIMING, day(1), day(20), enrolled=day(1))
    for fact in (Prescribed(on=day(1), mg=Decimal(30)), *(Dose(on=day(one), taken=taken) for one in range(1, 8)), *off):
        story = story.with_fact(fact)
    before = intake(story.history, story.plan.timeline, story.today).adherence
    # A capsule of the day of a danger itself may have come before it: it is one of a day like any other.
    first = 10 if any(isinstance(one, Pause) for one in off) else 11
    for days in (chosen for count in range(1, 6) for chosen in combinations(range(first, 15), count)):
        more = story
        for one in days:
            more = more.with_fact(Dose(on=day(one), taken=True))
        assert intake(more.history, more.plan.timeline, more.today).adherence == before


@pytest.mark.parametrize(("lang", "held", "same_day"), [
    ("en", "On this day capsules were held, before your clinic's word", "this was recorded too: red flag"),
    ("ja", "この日は、クリニックの確認があるまで服用を止めることになっていた日です", "の記録：危険な症状"),
], ids=["en", "ja"])  # fmt: skip
def test_at_entry_the_same_is_held_against_a_capsule_as_later(
    lang: str, held: str, same_day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin("30", "60")
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    typed(20, f"{FLAG} {{10}}")
    said = {day: say("--today", on(20), "log", "dose", "--on", on(day)).out.replace("\n  ", " ") for day in (9, 10, 11)}
    assert [day for day, text in said.items() if held in text] == [11]
    assert [day for day, text in said.items() if same_day in text] == [10]
    assert report(20)["taken_while_held"] == [on(11)]
    typed(20, f"{CLEAR} {{15}}")
    said = {day: say("--today", on(20), "log", "dose", "--on", on(day)).out for day in (12, 15)}
    assert [day for day, text in said.items() if held in text] == [12]
    assert [text for text in said.values() if same_day in text] == []


@pytest.mark.parametrize(("commands", "told"), [
    (("log consent --on {1}", "log dose --on {1}"), None),
    (("log dose --on {1}", "log consent --on {1}"), None),
    (("log dose --on {1}",), "is not recorded, and the first capsule was taken on"),
    (("log dose --missed --on {1}",), None),
    (("log dose --on {1}", "log consent --on {3}"), "is recorded for"),
    (("log consent --on {3}",), "is recorded for"),
    (("log dose --on {2}",), "is not recorded, and the first capsule was taken on"),
])  # fmt: skip
def test_a_first_capsule_before_the_signature_is_told(commands: tuple[str, ...], told: str | None) -> None:
    begin()
    last = ""
    for command in commands:
        filled = command.replace("{1}", on(1)).replace("{2}", on(2)).replace("{3}", on(3))
        last = say("--today", on(5), *filled.split()).out
    for text in (last, say("--today", on(5)).out):
        assert (told in text) if told else ("first capsule was taken on" not in text)
    page = say("--today", on(5), "report", "-o", "-").out
    # What was never signed stands there among what is overdue.
    assert ("after the first capsule (" in page) is (told == "is recorded for")
    found = json.loads(say("--today", on(5), "--json").out)["findings"]
    assert [one["codes"] for one in found if one["about"] == "dose"] == ([["before-consent"]] if told else [])


def test_put_right_it_is_told_no_more() -> None:
    begin()
    typed(5, "log dose --on {1}", "log consent --on {3}")
    assert say("--today", on(5), "fix", "5", "--on", on(1)).code == 0
    assert "after the first capsule" not in say("--today", on(5)).out


@pytest.mark.parametrize(("capsules", "booked", "told"), [
    # One a day from day 1 on; the visit is due on 1 January, day 32, and is booked for the day that is said.
    (31, None, False), (30, None, True), (28, None, True), (28, 29, False), (28, 30, True), (60, None, False),
])  # fmt: skip
def test_capsules_that_end_before_the_next_visit_are_told(capsules: int, booked: int | None, *, told: bool) -> None:
    begin("20")
    typed(1, f"log stock {capsules} --strength 20", *([f"book visit/1 {{{booked}}}"] if booked else []))
    for command in (("--lang", "ja"), ("next",), ("stock",)):
        part = "次の再診は" if command[0] == "--lang" else "the next visit is on"
        assert (part in say("--today", on(10), *command).out) is told, command
    found = json.loads(say("--today", on(10), "next", "--json").out)["findings"]
    assert [one["on"] for one in found if one["codes"] == ["run-out"]] == ([on(capsules)] if told else [])


HOLDS = {
    "isotrack": "",
    "pause {5}": "The course is paused from Sat 5 Dec 2026 on",
    "stop {5}": "The course ended on",
    "log symptom visual-change": "Capsules are held since Thu 10 Dec 2026",
}


@pytest.mark.parametrize("command", HOLDS)
def test_the_stock_says_why_none_of_it_is_taken(command: str) -> None:
    begin("20")
    typed(10, "log stock 28 --strength 20", *([command] if HOLDS[command] else []))
    assert HOLDS[command] in say("--today", on(10), "stock").out


def test_a_missed_dose_has_no_milligrams_and_an_amount_says_that_it_was_taken() -> None:
    begin("20")
    typed(3, "log dose 40 --on {1}", "fix 4 --missed")

    def doses() -> list[tuple[Any, Any]]:
        facts = [fact for one in json.loads(say("history", "--kind", "dose", "--json").out) for fact in one["recorded"]]
        return [(fact["taken"], fact["mg"]) for fact in facts[:1]]

    assert doses() == [(False, None)]
    assert say("--today", on(3), "fix", "5", "--missed", "--value", "20").code == 2
    typed(3, "fix 5 --value 20")
    assert doses() == [(True, 20)]


@pytest.mark.parametrize(("log", "fix"), [
    ("log dose 20", "--value 20"), ("log dose --missed", "--missed"), ("log weight 61", "--value 61kg"),
    ("log stock 28 --strength 20", "--value 28 --strength 20mg"), ("log blood ALT=22", "--value 22"),
    ("log symptom lips 2", "--value 2"), ("log visit", "--on {3}"), ("dose 40", "--value 40"),
])  # fmt: skip
def test_a_correction_that_says_the_same_says_so_and_changes_nothing(log: str, fix: str) -> None:
    begin("20")
    typed(3, log)
    before = json.loads(say("history", "--json").out)
    number = before[0]["recorded"][-1]["id"]
    done = say("--today", on(3), "fix", str(number), *fix.replace("{3}", on(3)).split())
    assert (done.code, "Nothing changed" in done.out) == (0, True), done
    assert json.loads(say("history", "--json").out) == before


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 80)), min_size=1, max_size=30))
def test_the_rate_is_never_more_than_all_of_it_and_no_day_makes_up_for_another(days: list[tuple[int, int]]) -> None:
    from decimal import Decimal

    from tracker.facts.intake import Product
    from tracker.walk import Account, Day

    found = Adherence()
    for taken, prescribed in days:
        account = Account.LOGGED if taken else Account.MISSED
        found.count(Day(None, account, Product.CONVENTIONAL, (Decimal(prescribed),), (Decimal(taken),) * bool(taken)))  # type: ignore[arg-type]
    assert found.rate is not None
    assert 0 <= found.rate <= 1
    assert (found.rate == 1) == all(taken >= prescribed for taken, prescribed in days)


@pytest.mark.parametrize("extra", ["200 --yes", "60", "31"])
def test_allowing_for_missed_days_no_target_is_reached_before_the_day_that_is_prescribed(extra: str) -> None:
    begin("30")
    typed(10, "log dose --on {1}..{6}", "log dose --missed --on {7}..{8}", f"log dose {extra} --on {{9}}")
    for one in report(10)["targets"]:
        assert one["at_real_rate"]["on"] > one["at_prescribed_rate"]["on"]
    assert report(10)["adherence"]["real_rate"] == round(7 / 9, 4)
    assert report(10)["adherence"]["percent_of_mg"] == 77.8
