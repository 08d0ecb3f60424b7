"""Cases as data: facts in, dates out, one JSON file a case under ``tests/protocols/<programme>/``.

A case says the programme, the days of enrolment and first dose, the facts in the order in which they were logged, and
the day that it is seen from; then what the plan must say. Dates are worked out by hand from the sources, never
copied from the program.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.strategies import Story, story_of
from tracker.dates import Span
from tracker.facts import (
    Appointment,
    Done,
    Dose,
    Earlier,
    Fact,
    HowEarlier,
    Pause,
    Projection,
    Resume,
    Stop,
    TestResult,
)
from tracker.facts.lab import LabValue
from tracker.plan import Item
from tracker.protocols import find, shipped
from tracker.rules import Kind

CASES = sorted((Path(__file__).parent / "protocols").glob("*/*.json"))
_KEYS = {"case", "protocol", "enrolled", "first_dose", "can_become_pregnant", "duration", "facts", "today"}
_EXPECTED = {"items", "absent", "spans"}
_REQUIRED = {"case", "protocol", "enrolled", "first_dose", "can_become_pregnant", "today"}
_RULES = {rule.id for protocol in shipped() for rule in protocol.rules}
_SINGLE = {"pause": Pause, "resume": Resume, "stop": Stop}


def day(text: str) -> date:
    return date.fromisoformat(text)


def with_fact(story: Story, said: dict[str, Any]) -> Story:
    """The story with one fact more, logged on its own day."""
    fact: Fact
    if "log" in said:
        assert set(said) <= {"log", "on", "result", "for"}, said
        result = TestResult(said["result"]) if "result" in said else None
        fact = Done(on=day(said["on"]), kind=Kind(said["log"]), result=result, pin=said.get("for"))
        return story.seen_from(fact.on).with_fact(fact)
    if "values" in said:
        assert set(said) == {"values", "on"}, said
        story = story.seen_from(day(said["on"]))
        for code in said["values"]:
            story = story.with_fact(LabValue(on=day(said["on"]), code=code, value=Decimal(100)))
        return story
    if "book" in said:
        assert set(said) == {"book", "on"}, said
        return story.with_fact(Appointment(on=day(said["on"]), key=said["book"]))
    if "earlier" in said:
        assert set(said) == {"earlier", "on"}, said
        return story.seen_from(day(said["on"])).with_fact(Earlier(on=day(said["on"]), how=HowEarlier(said["earlier"])))
    assert len(said) == 1, said
    [(name, on)] = said.items()
    fact = Dose(on=day(on), taken=name == "dose") if name in ("dose", "missed") else _SINGLE[name](on=day(on))
    return story.seen_from(fact.on).with_fact(fact)


def told(case: dict[str, Any]) -> Story:
    protocol = find(case["protocol"], day(case["today"]))
    story = story_of(
        protocol, day(case["first_dose"]), day(case["enrolled"]), enrolled=day(case["enrolled"]),
        can_become_pregnant=case["can_become_pregnant"],
    )  # fmt: skip
    if "duration" in case:
        story = story.with_fact(Projection(on=day(case["enrolled"]), duration=Span.parse(case["duration"])))
    for said in case.get("facts", []):
        story = with_fact(story, said)
    return story.seen_from(day(case["today"]))


def found(item: Item) -> dict[str, Any]:
    return {
        "due": item.due.isoformat(),
        "state": item.state.value,
        "window": [item.window_start.isoformat(), item.window_end.isoformat()],
        "hard_end": item.hard_end.isoformat() if item.hard_end else None,
        "done": item.done.on.isoformat() if item.done else None,
    }


def without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), f"a key stands twice: {[key for key, _ in pairs]}"
    return dict(pairs)


def check(case: dict[str, Any]) -> None:
    """What the case expects is what the plan says; a case that says or expects nothing it could mean is refused."""
    assert set(case) <= _KEYS | _EXPECTED, "a case has no such key"
    assert set(case) >= _REQUIRED, "a case says at least so much"
    assert any(case.get(kind) for kind in _EXPECTED), "a case must expect something"
    assert {key.rpartition("/")[0] or key for key in case.get("absent", [])} <= _RULES, "no rule has such a name"
    plan = told(case).plan
    items = {item.key: found(item) for item in plan.items}
    for key, expected in case.get("items", {}).items():
        assert expected, key
        assert {name: items[key][name] for name in expected} == expected, key
    spans = {span.key: span for span in plan.spans}
    assert [key for key in case.get("absent", []) if key in items or key in spans] == []
    for key, expected in case.get("spans", {}).items():
        span = spans[key]
        values = {"start": span.start.isoformat(), "end": span.end.isoformat(), "estimate": span.end_is_estimate}
        assert expected, key
        assert {name: values[name] for name in expected} == expected, key


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"), object_pairs_hook=without_repeated_keys)
    assert path.parent.name == case["protocol"].partition("@")[0]
    check(case)


def test_every_shipped_version_has_cases() -> None:
    told_of = (json.loads(path.read_text("utf-8")) for path in CASES)
    versions = {(found.id, found.version) for case in told_of for found in [find(case["protocol"], day(case["today"]))]}
    assert versions == {(protocol.id, protocol.version) for protocol in shipped()}


RIGHT: dict[str, Any] = {
    "case": "A visit a month after the first capsule.",
    "protocol": "jp-standard@2025-11-17",
    "enrolled": "2026-11-23",
    "first_dose": "2026-11-24",
    "can_become_pregnant": True,
    "facts": [],
    "today": "2026-11-24",
    "items": {"visit/1": {"due": "2026-12-24"}},
}
WRONG: dict[str, dict[str, Any]] = {
    "an unknown key": {"expect": {}},
    "an unknown key of a fact": {"facts": [{"log": "visit", "on": "2026-12-24", "at": "15:30"}]},
    "an unknown fact": {"facts": [{"walk": "2026-12-24"}]},
    "an unknown kind": {"facts": [{"log": "walk", "on": "2026-12-24"}]},
    "two facts in one": {"facts": [{"pause": "2026-12-24", "resume": "2026-12-25"}]},
    "an unknown column of an item": {"items": {"visit/1": {"late": "2026-12-24"}}},
    "an unknown column of a span": {"spans": {"contraception": {"until": "2026-12-24"}}},
    "an item that is not there": {"items": {"visit/99": {"due": "2026-12-24"}}},
    "an item of which nothing is expected": {"items": {"visit/1": {}}},
    "a span of which nothing is expected": {"spans": {"contraception": {}}},
    "nothing expected": {"items": {}},
    "nothing expected in three ways": {"items": {}, "absent": [], "spans": {}},
    "a misspelt item that is absent": {"absent": ["visist/9"]},
    "an absent item that is there": {"absent": ["visit/1"]},
    "an absent span that is there": {"absent": ["contraception"]},
    "another day": {"items": {"visit/1": {"due": "2026-12-25"}}},
}


def test_a_right_case_passes() -> None:
    check(RIGHT)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_case_cannot_pass(name: str) -> None:
    with pytest.raises((AssertionError, KeyError, ValueError)):
        check(RIGHT | WRONG[name])


def test_a_case_in_which_a_key_stands_twice_cannot_pass() -> None:
    with pytest.raises(AssertionError, match="twice"):
        json.loads('{"items": {}, "items": {}}', object_pairs_hook=without_repeated_keys)
