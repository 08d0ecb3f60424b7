"""An own programme beside the shipped one that it came from: what is laxer is found, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_protocol_files import SCHEMAS, rule
from tracker import protocols
from tracker.dates import Span, Unit, last_restricted_day
from tracker.engine.comparison import laxer, origin
from tracker.rules import Protocol

SHIPPED = {f"{one.id}@{one.version}": one for one in protocols.shipped()}
JP, US, UK = "jp-standard@2025-11-17", "us-ipledge@2026-02-09", "uk-mhra@2026-01-22"

Change = Callable[[dict[str, Any]], Any]


def own(name: str, change: Change, **top: Any) -> Protocol:
    """A copy of a shipped programme with something else in it."""
    value = json.loads((SCHEMAS / "protocols" / f"{name}.json").read_text()) | {"id": "my-clinic"} | top
    change(value)
    return protocols.loads(json.dumps(value), "my-clinic.json")


def differences(name: str, change: Change) -> list[tuple[str, str]]:
    """What a changed copy is laxer in: the rule and what of it."""
    return [(one.rule.id, str(one.what)) for one in laxer(own(name, change), SHIPPED[name])]


def span(**fields: str) -> Change:
    """Other values in the span of contraception."""
    return lambda p: rule(p, "contraception")["span"].update(fields)


def visits(**fields: Any) -> Change:
    """Other values in the repetition of visits."""
    return lambda p: rule(p, "visit")["repeat"].update(fields)


def once_instead(p: dict[str, Any]) -> None:
    """A visit once, in place of every month."""
    del rule(p, "visit")["repeat"]
    rule(p, "visit")["once"] = {"anchor": "first-dose"}


def without(name: str) -> Change:
    return lambda p: p.update(rules=[one for one in p["rules"] if one["id"] != name])


@pytest.mark.parametrize("name", SHIPPED)
def test_a_programme_is_not_laxer_than_itself(name: str) -> None:
    assert laxer(SHIPPED[name], SHIPPED[name]) == []
    assert differences(name, lambda _same: None) == []


@pytest.mark.parametrize(
    ("name", "change", "rule_id", "what"),
    [
        (JP, without("blood-donation"), "blood-donation", "is gone"),
        (JP, span(tail="P1M"), "contraception", "tail: P1M in place of P6M"),
        (JP, span(tail="P24W"), "contraception", "tail: P24W in place of P6M"),
        (JP, span(until="first-dose"), "contraception",
         "until: first-dose in place of last-dose"),
        (JP, lambda p: rule(p, "contraception").update(applies_to={"can_become_pregnant": False}), "contraception",
         "is only for who cannot become pregnant"),
        (JP, lambda p: rule(p, "blood").update(applies_to={"can_become_pregnant": True}), "blood",
         "is only for who can become pregnant"),
        (JP, visits(every="P2M"), "visit", "every: P2M in place of P1M"),
        (JP, visits(every="P30D"), "visit", "every: P30D in place of P1M"),
        (JP, visits(first="P2M"), "visit", "first: P2M in place of P1M"),
        (JP, visits(mode="grid"), "visit", "mode: grid in place of from-last-done"),
        (JP, visits(anchor="enrolment"), "visit",
         "anchor: enrolment in place of first-dose"),
        (JP, visits(window={"before": "P14D"}), "visit",
         "window.before: P14D in place of P7D"),
        (JP, visits(window={"before": "P7D", "after": "P1W"}), "visit",
         "window.after: P1W in place of P0D"),
        (JP, lambda p: rule(p, "blood-baseline")["once"].update(offset="-P7D"), "blood-baseline",
         "offset: -P7D in place of -P1D"),
        (JP, lambda p: rule(p, "blood-baseline")["once"].update(offset="P1D"), "blood-baseline",
         "offset: P1D in place of -P1D"),
        (JP, lambda p: rule(p, "blood-baseline")["once"].update(anchor="enrolment"), "blood-baseline",
         "anchor: enrolment in place of first-dose"),
        (JP, once_instead, "visit", "has a timing of another kind"),
        (JP, lambda p: rule(p, "visit").update(kind="review"), "visit", "kind: review in place of visit"),
        (US, lambda p: rule(p, "pick-up")["permit"].update(length="P8D"), "pick-up", "length: P8D in place of P7D"),
        (US, lambda p: rule(p, "pick-up")["permit"].update(first_day="does-not-count"), "pick-up",
         "first_day: does-not-count in place of counts"),
        (US, lambda p: rule(p, "pick-up")["permit"].update(opened_by="prescription"), "pick-up",
         "opened_by: prescription in place of specimen"),
        (US, lambda p: rule(p, "pick-up")["permit"].pop("except_after"), "pick-up",
         "opens after pregnancy-test-first too"),
        (US, span(lead="P2W"), "contraception", "lead: P2W in place of P1M"),
        (US, lambda p: rule(p, "contraception").update(strength="optional"), "contraception",
         "strength: optional in place of mandatory"),
        (US, lambda p: rule(p, "pregnancy-test-after")["once"].pop("not_before"), "pregnancy-test-after",
         "it may come before all of its months or weeks have passed"),
    ],
)  # fmt: skip
def test_what_is_shorter_gone_or_on_another_day_is_named(name: str, change: Change, rule_id: str, what: str) -> None:
    assert (rule_id, what) in differences(name, change)
    assert {one for one, _what in differences(name, change)} == {rule_id}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (JP, span(tail="P7M", lead="P1M")),
        (JP, lambda p: rule(p, "contraception").pop("applies_to")),
        (JP, visits(every="P4W")),
        (JP, visits(window={"before": "P3D"})),
        (JP, lambda p: rule(p, "visit").update(id="control")),
        (JP, lambda p: rule(p, "visit")["title"].update(en="Control")),
        (JP, lambda p: p["rules"].append(copy.deepcopy(rule(p, "visit")) | {"id": "control"})),
        (US, lambda p: rule(p, "pick-up")["permit"].update(length="P6D")),
        (UK, lambda p: rule(p, "contraception").update(strength="mandatory")),
    ],
)
def test_what_is_stricter_or_only_called_otherwise_is_not_named(name: str, change: Change) -> None:
    assert differences(name, change) == []


days = st.builds(Span, st.integers(0, 200), st.just(Unit.DAY))
weeks = st.builds(Span, st.integers(0, 30), st.just(Unit.WEEK))


@pytest.mark.slow
@given(days | weeks)
def test_a_tail_is_laxer_exactly_where_it_ends_earlier_on_some_day(tail: Span) -> None:
    found = differences(JP, span(tail=str(tail)))
    year = [date(2027, 1, 1) + timedelta(days=day) for day in range(365)]
    earlier = any(last_restricted_day(day, tail) < last_restricted_day(day, Span.parse("P6M")) for day in year)
    assert bool(found) is earlier


def test_the_standard_programme_is_laxer_than_the_strict_one() -> None:
    found = {one.rule.id for one in laxer(SHIPPED[JP], SHIPPED["jp-strict@2025-11-17"])}
    assert "contraception" in found


# Where it came from.


@pytest.mark.parametrize(
    ("name", "top", "expected"),
    [
        (JP, {"id": "jp-standard", "version": "2026-1"}, JP),
        (JP, {"id": "jp-standard-yamada"}, JP),
        (JP, {"id": "yamada-jp-standard"}, JP),
        (JP, {"id": "jp-strict-yamada"}, "jp-strict@2025-11-17"),
        (JP, {"id": "my-clinic"}, JP),
        ("jp-strict@2025-11-17", {"id": "my-clinic"}, "jp-strict@2025-11-17"),
        (US, {"id": "us-ipledge-own"}, US),
        ("us-ipledge@2021-12-13", {"id": "us-ipledge-own"}, "us-ipledge@2021-12-13"),
        (UK, {"id": "my-clinic"}, UK),
        (UK, {"id": "my-clinic", "jurisdiction": "BR"}, None),
    ],
)
def test_the_programme_that_an_own_one_came_from_is_found(name: str, top: dict[str, Any], expected: str | None) -> None:
    found = origin(own(name, lambda _same: None, **top), SHIPPED.values())
    assert (found and f"{found.id}@{found.version}") == expected


def test_a_programme_of_other_rules_came_from_none() -> None:
    kept = own(JP, lambda p: p.update(rules=[rule(p, "visit")]))
    assert origin(kept, SHIPPED.values()) is None
