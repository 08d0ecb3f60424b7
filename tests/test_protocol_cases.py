"""Cases as data: facts in, dates out, one JSON file a case under ``tests/protocols/<programme>/``.

A case says the programme, the days of enrolment and first dose, the facts in the order in which they were logged, and
the day that it is seen from; then what the plan must say. Dates are worked out by hand from the sources, never
copied from the program.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.strategies import Story, story_of
from tracker.dates import Span
from tracker.model import Appointment, Done, Dose, Fact, Item, Pause, Projection, Resume, Stop, TestResult
from tracker.protocols import find, shipped
from tracker.rules import Kind

CASES = sorted((Path(__file__).parent / "protocols").glob("*/*.json"))
_KEYS = {"case", "protocol", "enrolled", "first_dose", "can_become_pregnant", "duration", "facts", "today"}
_EXPECTED = {"items", "absent", "spans"}
_SINGLE = {"dose": Dose, "pause": Pause, "resume": Resume, "stop": Stop}


def day(text: str) -> date:
    return date.fromisoformat(text)


def with_fact(story: Story, said: dict[str, Any]) -> Story:
    """The story with one fact more, logged on its own day and assigned as the program does it."""
    fact: Fact
    if "log" in said:
        assert set(said) <= {"log", "on", "result", "for"}, said
        result = TestResult(said["result"]) if "result" in said else None
        fact = Done(on=day(said["on"]), kind=Kind(said["log"]), result=result)
        story = story.seen_from(fact.on).with_fact(fact)
        if "for" in said:
            *before, last = story.facts
            assert isinstance(last, Done)
            story = replace(story, facts=(*before, replace(last, fills=said["for"])))
        return story
    if "book" in said:
        assert set(said) == {"book", "on"}, said
        return story.with_fact(Appointment(on=day(said["on"]), key=said["book"]))
    assert len(said) == 1, said
    [(name, on)] = said.items()
    fact = Dose(on=day(on), taken=True) if name == "dose" else _SINGLE[name](on=day(on))
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


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case(path: Path) -> None:
    case = json.loads(path.read_text())
    assert set(case) <= _KEYS | _EXPECTED, "a case has no such key"
    assert set(case) & _EXPECTED, "a case must expect something"
    assert path.parent.name == case["protocol"].partition("@")[0]
    plan = told(case).plan
    items = {item.key: found(item) for item in plan.items}
    for key, expected in case.get("items", {}).items():
        assert expected, key
        assert {name: items[key][name] for name in expected} == expected, key
    assert [key for key in case.get("absent", []) if key in items] == []
    spans = {span.key: span for span in plan.spans}
    for key, expected in case.get("spans", {}).items():
        span = spans[key]
        values = {"start": span.start.isoformat(), "end": span.end.isoformat(), "estimate": span.end_is_estimate}
        assert expected, key
        assert {name: values[name] for name in expected} == expected, key


def test_every_shipped_programme_has_cases() -> None:
    assert {path.parent.name for path in CASES} == {protocol.id for protocol in shipped()}
