"""Whether pregnancy is possible, said after the start: what follows from it, and that nothing vanishes silently."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tests.strategies import DAY, MODERATE, Story, stories
from tests.test_adopting import plan
from tracker import protocols
from tracker.facts import Fertility, Possible
from tracker.rules import Kind

TODAY = "2026-11-28"
START = ("start", "2026-10-01", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo", "--protocol")
NO = ("log", "can-become-pregnant", "no", "--clinic-confirmed")
YES = ("log", "can-become-pregnant", "yes")
SHIPPED = sorted({one.id for one in protocols.shipped()})


def names(isotrack: Isotrack) -> set[str]:
    found = plan(isotrack, TODAY)
    return {one["rule"] for one in (*found["items"], *found["spans"])}


@pytest.mark.parametrize("protocol", SHIPPED)
@pytest.mark.parametrize("start", [True, False])
def test_from_the_first_day_on_it_is_the_same_as_if_the_start_had_said_it(
    isotrack: Isotrack, protocol: str, start: bool
) -> None:
    plans = []
    for first, then in ((start, ()), (not start, YES if start else NO)):
        flag = "--can-become-pregnant" if first else "--cannot-become-pregnant"
        isotrack(*START, protocol, flag, today=TODAY)
        if then:
            isotrack(*then, "--on", "2026-10-01", today=TODAY)
        found = plan(isotrack, TODAY)
        assert found["course"]["can_become_pregnant"] is start
        plans.append({name: found[name] for name in ("course", "items", "spans")})
        for _ in range(1 + bool(then)):
            isotrack("undo", today=TODAY)
    assert plans[0] == plans[1]


@pytest.mark.parametrize("protocol", SHIPPED)
def test_from_no_to_yes_all_that_is_asked_from_then_on_appears_and_nothing_of_before(
    isotrack: Isotrack, protocol: str
) -> None:
    isotrack(*START, protocol, "--cannot-become-pregnant", today=TODAY)
    before = plan(isotrack, TODAY)
    said = isotrack(*YES, today=TODAY)
    after = plan(isotrack, TODAY)
    theirs = [rule for rule in protocols.find(protocol, date(2026, 11, 28)).rules if rule.can_become_pregnant]
    new = [one for one in after["items"] if one not in before["items"]]
    assert all(one["due"] >= TODAY for one in new)
    assert {rule.id for rule in theirs if rule.kind == "contraception"} <= {one["rule"] for one in after["spans"]}
    tests = [one["due"] for one in new if one["kind"] == "pregnancy-test"]
    if any(rule.kind == "pregnancy-test" and rule.id == "pregnancy-test" for rule in theirs):
        assert TODAY in tests
    assert ("Contact your clinic." in said.out) == bool(theirs)


def test_what_would_vanish_takes_the_clinics_word_and_stands_on_the_status(isotrack: Isotrack) -> None:
    isotrack(*START, "uk", today=TODAY)
    refused = isotrack("log", "can-become-pregnant", "no", today=TODAY, ok=False)
    assert "--clinic-confirmed" in refused.err
    assert "contraception" in names(isotrack)
    assert "Calendar" not in refused.out
    isotrack("calendar", "export", "-o", "a.ics", today=TODAY)
    said = isotrack(*NO, today=TODAY)
    assert "no longer planned" in said.out
    assert "Calendar:" in said.out
    assert not {"contraception", "pregnancy-test"} & names(isotrack)
    for language, words in (("en", "Contraception"), ("ja", "避妊")):
        assert words in isotrack("--lang", language, today=TODAY).out.partition("\n\n")[0].replace("\n  ", " ")
    isotrack("stop", TODAY, today=TODAY)
    assert "not-possible-by-clinic" in plan(isotrack, "2026-12-20")["notices"]
    assert "not-possible-by-clinic" not in plan(isotrack, "2027-03-01")["notices"]


def test_the_same_facts_typed_in_any_order_give_the_same_plan(isotrack: Isotrack) -> None:
    commands = [(*NO, "--on", "2026-10-20"), (*YES, "--on", "2026-11-10"),
                ("log", "pregnancy-test", "negative", "--on", "2026-11-12")]  # fmt: skip
    plans = []
    for order in permutations(commands):
        isotrack(*START, "uk", today=TODAY)
        for command in order:
            isotrack(*command, today=TODAY)
        plans.append(plan(isotrack, TODAY))
        for _ in range(4):
            isotrack("undo", today=TODAY)
    assert all(one == plans[0] for one in plans)
    assert plans[0]["course"]["can_become_pregnant"] is True


def test_it_is_corrected_removed_and_replaced_like_any_entry(isotrack: Isotrack) -> None:
    isotrack(*START, "uk", today=TODAY)
    isotrack(*NO, today=TODAY)
    isotrack(*YES, today=TODAY)
    found = json.loads(isotrack("history", "--json", today=TODAY).out)
    said = [fact for entry in found for fact in entry["recorded"] if fact["kind"] == "can-become-pregnant"]
    assert [fact["possible"] for fact in said][-1:] == ["yes"] or said[0]["possible"] == "yes"
    newest = max(fact["id"] for fact in said)
    assert "clinic" in isotrack("fix", str(newest), "no", today=TODAY, ok=False).err
    isotrack("fix", str(newest), "no", "--clinic-confirmed", today=TODAY)
    assert "contraception" not in names(isotrack)
    isotrack("fix", str(newest + 1), "--remove", today=TODAY)
    assert "contraception" in names(isotrack)


@pytest.mark.parametrize("typed", [
    ("start", "--cannot-become-pregnant"), ("log", "person", "--cannot-become-pregnant"),
    ("fix", "1", "--cannot-become-pregnant"), ("can-become-pregnant", "no"), ("hysterectomy",), ("log", "子宮摘出"),
])  # fmt: skip
def test_what_is_typed_for_it_elsewhere_leads_to_the_command(isotrack: Isotrack, typed: tuple[str, ...]) -> None:
    isotrack(*START, "uk", today=TODAY)
    assert "log can-become-pregnant" in isotrack(*typed, today=TODAY, ok=False).err


def test_sex_and_birth_said_of_a_course_that_runs_lead_to_their_command(isotrack: Isotrack) -> None:
    isotrack(*START, "uk", today=TODAY)
    said = isotrack("start", "--sex", "female", "--born", "2001-04-30", today=TODAY, ok=False)
    assert "isotrack log person female --born 2001-04-30" in said.err


@st.composite
def told(draw: st.DrawFn) -> tuple[Story, list[Fertility]]:
    """A course of any kind, and what was said of it on one to three days."""
    story = draw(stories(adopting=True))
    ago = draw(st.lists(st.integers(0, 120), min_size=1, max_size=3, unique=True))
    said = [Fertility(on=story.today - days * DAY, possible=draw(st.sampled_from(Possible)), clinic_confirmed=True)
            for days in ago]  # fmt: skip
    return story, said


@pytest.mark.slow
@pytest.mark.long
@given(told())
@MODERATE
def test_in_whatever_order_it_is_said_what_holds_last_is_asked_and_nothing_else_moves(
    case: tuple[Story, list[Fertility]],
) -> None:
    story, said = case
    plans = []
    for order in permutations(said):
        told = story
        for fact in order:
            told = told.with_fact(fact)
        plans.append(told.plan)
    first = plans[0]
    assert all((one.items, one.spans, one.counts) == (first.items, first.spans, first.counts) for one in plans)
    last = max(said, key=lambda one: one.on)
    assert told.history.can_become_pregnant is (last.possible is Possible.YES)
    whom = {True, None} if last.possible is Possible.YES else {False, None}
    assert {one.rule.can_become_pregnant for one in (*plans[0].items, *plans[0].spans)} <= whom
    before = story.plan
    if last.possible is Possible.NO and not any(one.rule.can_become_pregnant for one in before.items):
        return
    kept = [span for span in before.spans if span.rule.can_become_pregnant is None]
    after = {span.key: span for span in plans[0].spans}
    assert all((span.start, span.end) == (after[span.key].start, after[span.key].end) for span in kept)
    asked = told.followed.rules_for(can_become_pregnant=True)
    if last.possible is Possible.YES and any(rule.kind is Kind.CONTRACEPTION for rule in asked):
        assert any(span.rule.kind is Kind.CONTRACEPTION for span in plans[0].spans)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("more", [(), ("--sex", "男性", "--dose", "20 every 2 days")])
def test_a_start_that_says_nothing_of_pregnancy_asks_and_offers_the_very_commands(
    isotrack: Isotrack, lang: str, more: tuple[str, ...]
) -> None:
    said = isotrack("--lang", lang, *START, "uk", *more, today=TODAY).out
    assert "contraception" in names(isotrack)
    offered = "(?:If not: |ない場合：)(isotrack[^：:]* undo && isotrack.*--cannot-become-pregnant)"
    [line] = re.findall(offered, " ".join(said.split()))
    for command in line.split(" && "):
        isotrack(*shlex.split(command)[1:], today=TODAY)
    assert "contraception" not in names(isotrack)
    for answer in ("--can-become-pregnant", "--cannot-become-pregnant"):
        isotrack("undo", today=TODAY)
        assert "undo &&" not in " ".join(isotrack(*START, "uk", answer, today=TODAY).out.split())


RISKS = (
    ("log", "risk", "unprotected", "--on", "2026-11-10"), ("log", "symptom", "missed period", "--on", "2026-11-10")
)  # fmt: skip
HELD = "A pregnancy is possible"
AT_ONCE = "a pregnancy that is possible: Stop taking the capsules"


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize(
    ("start", "said", "held"),
    [
        ("--cannot-become-pregnant", (), False),
        ("--cannot-become-pregnant", ((*YES, "--on", "2026-11-05"),), True),
        ("--cannot-become-pregnant", ((*YES, "--on", "2026-11-20"),), True),  # the record was wrong
        ("--can-become-pregnant", (), True),
        ("--can-become-pregnant", ((*NO, "--on", "2026-11-09"),), False),
        ("--can-become-pregnant", ((*NO, "--on", "2026-11-10"),), True),  # until that day it was possible
        ("--can-become-pregnant", ((*NO, "--on", "2026-11-20"),), True),
    ],
)
def test_a_risk_holds_the_capsules_where_a_pregnancy_can_be_in_any_order_of_typing(
    isotrack: Isotrack, start: str, said: tuple[tuple[str, ...], ...], held: bool, risk: tuple[str, ...]
) -> None:
    isotrack(*START, "jp-standard", start, today=TODAY)
    for order in permutations((risk, *said)):
        outs = [isotrack(*command, today=TODAY).out for command in order]
        assert (HELD in isotrack("status", today=TODAY).out) is held
        assert (HELD in isotrack("next", today=TODAY).out) is held
        if not held:
            told = ("no pregnancy is possible, so this stops no capsules", "this holds the capsules no longer")
            assert any(text in " ".join("".join(outs).split()) for text in told)
        if not held and order[-1] == risk:  # nobody is told to stop for what stops nothing
            assert AT_ONCE not in outs[-1]
        for _ in order:
            isotrack("undo", today=TODAY)


def test_a_positive_test_counts_whoever_was_said_to_be_unable(isotrack: Isotrack) -> None:
    isotrack(*START, "jp-standard", "--cannot-become-pregnant", today=TODAY)
    isotrack("log", "pregnancy-test", "positive", "--on", "2026-11-10", today=TODAY)
    assert "positive" in isotrack("next", today=TODAY).out


@pytest.mark.parametrize(("typed", "is_said"), [
    ("faint line", True), ("positive but faint", True), ("two lines", True), ("うすい線", True), ("弱陽性", True),
    ("positive", False), ("陽性でした", False), ("negative", False), ("unclear", False),
])  # fmt: skip
def test_a_line_that_is_taken_for_a_positive_test_is_said_to_be_with_how_it_is_corrected(
    isotrack: Isotrack, typed: str, is_said: bool
) -> None:
    isotrack(*START, "uk", today=TODAY)
    said = " ".join(isotrack("log", "pregnancy-test", typed, today=TODAY).out.split())
    found = re.search(r"is taken for a positive test. If .* (fix \d+ unclear)", said)
    assert bool(found) is is_said
    if found:
        assert "(unclear)" in isotrack(*found[1].split(), today=TODAY).out
