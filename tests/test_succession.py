"""A programme that is adopted in a course that runs: what stays, what is asked for anew, and that nothing is hidden."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.strategies import (
    BY_NAME,
    DAY,
    EVERY_TIMING,
    FIRST_DOSE,
    LAST_DOSE,
    MODERATE,
    PROTOCOLS,
    VARIANTS,
    Story,
    programme,
    repeat,
    rule,
    stories,
    story_of,
)
from tests.test_schedule_properties import retold, told
from tracker.dates import NOTHING, Span, last_restricted_day
from tracker.engine.schedule import plan
from tracker.engine.succession import succeeded
from tracker.facts import Done, Programme, Stop, TestResult
from tracker.history import history_of
from tracker.plan import Plan, State
from tracker.rules import Anchor, During, FirstDay, Kind, Mode, Once, Permit, Point, Protocol, Rule, Window

START, SEEN = date(2027, 1, 1), date(2027, 4, 15)
ADOPTED = date(2027, 4, 1)
Due = list[tuple[str, str, str]]


def adopting(before: list[Rule], after: list[Rule], *facts: Done, on: date = ADOPTED, seen: date = SEEN) -> Plan:
    """The plan of a course from New Year's Day that adopts other rules."""
    story = story_of(programme(*before), START, seen)
    for fact in facts:
        story = story.with_fact(fact)
    followed = succeeded(story.protocol, [(on, replace(programme(*after), version="2"))])
    return plan(followed, story.history, seen)


def done(kind: Kind, *days: tuple[int, int]) -> list[Done]:
    result = TestResult.NEGATIVE if kind is Kind.PREGNANCY_TEST else None
    return [Done(id=number, number=number, on=date(2027, *day), kind=kind, result=result)
            for number, day in enumerate(days, start=1)]  # fmt: skip


def shown(of: Plan, until: date = date(2027, 7, 1)) -> Due:
    """Key, day and state of each item of the first half year."""
    return [(item.key, (item.done.on if item.done else item.due).isoformat()[5:], item.state.value)
            for item in of.items if item.due < until]  # fmt: skip


def visit(every: str, mode: Mode = Mode.FROM_LAST_DONE, **more: str) -> Rule:
    return rule("visit", Kind.VISIT, repeat(every, mode, **more))


def once(name: str, kind: Kind, offset: str = "-P1D", anchor: Anchor = FIRST_DOSE) -> Rule:
    return rule(name, kind, Once(anchor=anchor, offset=Span.parse(offset), not_before=anchor is LAST_DOSE))


DONE_MONTHLY = done(Kind.VISIT, (2, 1), (3, 1))
CASES: dict[str, tuple[list[Rule], list[Rule], list[Done], Due]] = {
    "a rule that is the same goes on as it was": (
        [visit("P1M")], [visit("P1M")], DONE_MONTHLY,
        [("visit/1", "02-01", "done"), ("visit/2", "03-01", "done"), ("visit/3", "04-01", "overdue"),
         ("visit/4", "05-01", "planned"), ("visit/5", "06-01", "planned")],
    ),
    "longer intervals count from the last one done": (
        [visit("P1M")], [visit("P2M")], DONE_MONTHLY,
        [("visit/1", "02-01", "done"), ("visit/2", "03-01", "done"), ("visit/3", "05-01", "planned")],
    ),
    "shorter ones that would have been due are asked for on the day": (
        [visit("P2M")], [visit("P1M")], done(Kind.VISIT, (2, 25)),
        [("visit/1", "02-25", "done"), ("visit/2", "04-01", "overdue"), ("visit/3", "05-01", "planned"),
         ("visit/4", "06-01", "planned")],
    ),
    "what was overdue stays overdue, once": (
        [visit("P1M")], [visit("P2W")], done(Kind.VISIT, (2, 1)),
        [("visit/1", "02-01", "done"), ("visit/2", "03-01", "overdue"), ("visit/3", "04-15", "due"),
         ("visit/4", "04-29", "planned"), ("visit/5", "05-13", "planned"), ("visit/6", "05-27", "planned"),
         ("visit/7", "06-10", "planned"), ("visit/8", "06-24", "planned")],
    ),
    "a new repetition is asked for once, on the day": (
        [visit("P1M")], [visit("P1M"), rule("test", Kind.PREGNANCY_TEST, repeat("P1M"))], done(Kind.VISIT, (3, 14)),
        [("visit/1", "02-01", "missed"), ("visit/2", "03-14", "done"), ("test/1", "04-01", "overdue"),
         ("visit/3", "04-14", "overdue"), ("test/2", "05-01", "planned"), ("visit/4", "05-14", "planned"),
         ("test/3", "06-01", "planned"), ("visit/5", "06-14", "planned")],
    ),
    "a rule that is gone takes its items with it": (
        [visit("P1M"), rule("blood", Kind.BLOOD_TEST, repeat("P1M"))], [rule("blood", Kind.BLOOD_TEST, repeat("P1M"))],
        done(Kind.BLOOD_TEST, (4, 1)),
        [("blood/1", "02-01", "missed"), ("blood/2", "03-01", "missed"), ("blood/3", "04-01", "done"),
         ("blood/4", "05-01", "planned"), ("blood/5", "06-01", "planned")],
    ),
    "on a wider grid the numbers go on and the days are its own": (
        [visit("P1M", Mode.GRID)], [visit("P3M", Mode.GRID)], DONE_MONTHLY,
        [("visit/1", "02-01", "done"), ("visit/2", "03-01", "done"), ("visit/3", "04-01", "overdue")],
    ),
    "on a closer grid the day before is asked for where nothing was done about it": (
        [visit("P3M", Mode.GRID, first="P1M")], [visit("P1M", Mode.GRID)], done(Kind.VISIT, (2, 1)),
        [("visit/1", "02-01", "done"), ("visit/2", "04-01", "overdue"), ("visit/3", "05-01", "planned"),
         ("visit/4", "06-01", "planned")],
    ),
    "on a grid of long ago what was done lately is enough": (
        [visit("P1M")], [visit("P2M", Mode.GRID)], done(Kind.VISIT, (2, 1), (2, 25)),
        [("visit/1", "02-01", "done"), ("visit/2", "02-25", "done"), ("visit/3", "05-01", "planned")],
    ),
    "a consent that is new is asked for on the day": (
        [visit("P2M")], [visit("P2M"), once("consent", Kind.ATTESTATION)], done(Kind.VISIT, (3, 1)),
        [("visit/1", "03-01", "done"), ("consent/1", "04-01", "overdue"), ("visit/2", "05-01", "planned")],
    ),
    "a consent of another name is enough": (
        [once("consent", Kind.ATTESTATION)], [once("risk-form", Kind.ATTESTATION)], done(Kind.ATTESTATION, (1, 1)), [],
    ),
    "a pregnancy test before the start is no more asked for after it": (
        [visit("P3M")], [visit("P3M"), once("test-before", Kind.PREGNANCY_TEST)], done(Kind.VISIT, (4, 1)),
        [("visit/1", "04-01", "done")],
    ),
    "of several single things of a kind the latest stands for all": (
        [visit("P3M")],
        [visit("P3M"), once("review-before", Kind.REVIEW), once("review-month", Kind.REVIEW, "P1M")],
        done(Kind.VISIT, (4, 1)),
        [("review-month/1", "04-01", "overdue"), ("visit/1", "04-01", "done")],
    ),
    "a first blood test is not asked for beside the monthly one": (
        [visit("P3M")],
        [visit("P3M"), once("baseline", Kind.BLOOD_TEST), rule("blood", Kind.BLOOD_TEST, repeat("P2M"))],
        done(Kind.VISIT, (4, 1)),
        [("blood/1", "04-01", "overdue"), ("visit/1", "04-01", "done"), ("blood/2", "06-01", "planned")],
    ),
    "a rule of another kind under the same name begins anew": (
        [visit("P1M")], [rule("visit", Kind.REVIEW, repeat("P1M"))], DONE_MONTHLY,
        [("visit/1", "04-01", "overdue"), ("visit/2", "05-01", "planned"), ("visit/3", "06-01", "planned")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_an_adopted_programme_asks_for(name: str) -> None:
    before, after, facts, expected = CASES[name]
    assert shown(adopting(before, after, *facts)) == expected


def test_what_is_asked_for_after_the_course_is_never_taken_for_done() -> None:
    before = [rule("test", Kind.PREGNANCY_TEST, repeat("P1M"))]
    after = [once("test", Kind.PREGNANCY_TEST, "P35D", LAST_DOSE)]
    found = adopting(before, after, *done(Kind.PREGNANCY_TEST, (2, 1), (3, 1)))
    assert [(item.key, item.done, item.due_is_estimate) for item in found.items] == [("test/1", None, True)]


def test_a_window_that_is_open_is_never_open_for_longer_than_either_programme_has_it() -> None:
    def pick_up(length: str) -> list[Rule]:
        opens = Permit(opened_by=Anchor(Point.PRESCRIPTION), length=Span.parse(length), first_day=FirstDay.COUNTS)
        return [visit("P1M"), rule("pick-up", Kind.PICK_UP, opens)]

    for one, other in (("P7D", "P4D"), ("P4D", "P7D")):
        found = adopting(pick_up(one), pick_up(other), *done(Kind.VISIT, (3, 31)), seen=date(2027, 4, 2))
        assert [(item.key, item.due) for item in found.items if item.kind is Kind.PICK_UP] == [
            ("pick-up/3", date(2027, 4, 3))
        ]


def test_what_another_programme_opened_keeps_its_number() -> None:
    def opened_by(*before: Rule) -> list[Rule]:
        opens = Permit(opened_by=Anchor(Point.SPECIMEN), length=Span.parse("P7D"), first_day=FirstDay.COUNTS)
        return [*before, rule("test", Kind.PREGNANCY_TEST, repeat("P1M")), rule("pick-up", Kind.PICK_UP, opens)]

    two = [once("test-first", Kind.PREGNANCY_TEST, "-P1M"), once("test-second", Kind.PREGNANCY_TEST)]
    tests = done(Kind.PREGNANCY_TEST, (2, 1), (3, 1), (4, 3))
    of = {
        name: [(item.key, item.window_start.isoformat()[5:]) for item in adopting(opened_by(*before), opened_by(*after),
               *tests).items if item.kind is Kind.PICK_UP]
        for name, before, after in (("fewer", two, two[:1]), ("more", two[:1], two))
    }  # fmt: skip
    assert of == {
        "fewer": [("pick-up/3", "02-01"), ("pick-up/4", "03-01"), ("pick-up/5", "04-03")],
        "more": [("pick-up/2", "02-01"), ("pick-up/3", "03-01"), ("pick-up/5", "04-03")],
    }


def test_a_programme_adopted_twice_or_once_more_is_the_same() -> None:
    one, other = PROTOCOLS[0], PROTOCOLS[1]
    assert succeeded(one, [(ADOPTED, one)]) == one
    assert succeeded(one, [(ADOPTED, other), (ADOPTED, one)]) == one
    assert succeeded(one, [(ADOPTED, other), (ADOPTED + DAY, other)]) == succeeded(one, [(ADOPTED, other)])


# Properties.


@pytest.mark.slow
@pytest.mark.long
@given(stories(adopting=True), st.randoms(use_true_random=False))
@MODERATE
def test_the_same_facts_in_another_order_of_typing_give_the_same_plan(story: Story, random: Random) -> None:
    assert told(retold(story, random).plan) == told(story.plan)
    shuffled = list(story.facts)
    random.shuffle(shuffled)
    assert plan(story.followed, history_of(story.course, shuffled), story.today) == story.plan


@pytest.mark.slow
@pytest.mark.long
@given(stories(adopting=True))
@MODERATE
def test_keys_stay_unique_and_a_thing_done_stands_under_what_it_counts_for(story: Story) -> None:
    keys = [entry.key for entry in story.plan.entries]
    assert sorted(set(keys)) == sorted(keys)
    facts = {fact.id: fact for fact in story.history.done}
    for number, counted in story.plan.counts.items():
        for key in counted:
            item = story.plan.item(key)
            assert item is not None
            assert item.kind is facts[number].kind
            assert item.done == facts[number] or facts[number].awaits_result
    for item in story.plan.items:
        assert item.window_start <= item.due <= item.window_end
        if item.done is not None and item.kind is not Kind.SUPPLY:
            assert item.key in story.plan.counts[item.done.id]


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.sampled_from([*VARIANTS, *PROTOCOLS]), st.integers(0, 200))
@MODERATE
def test_what_is_done_stays_done_under_its_number(story: Story, other: Protocol, ago: int) -> None:
    """Where the adopted programme has the rule, of the same sort."""
    on = max(story.today - ago * DAY, story.course.enrolled)
    after = adopted(story, other, on)
    pregnant = story.course.can_become_pregnant
    old, new = ({one.id: one for one in of.rules_for(can_become_pregnant=pregnant)} for of in (story.protocol, other))
    for item in story.plan.items:
        kept, was = new.get(item.rule.id), old[item.rule.id]
        if item.done is None or item.done.on >= on or kept is None or item.kind is Kind.SUPPLY:
            continue
        if (kept.kind, type(kept.timing)) != (was.kind, type(was.timing)) or hangs_otherwise(kept, was):
            continue
        if isinstance(kept.timing, Once) and kept.timing != was.timing:
            # Only where the adopted programme would take it.
            continue
        found = after.plan.item(item.key)
        assert found is not None
        assert found.done == item.done


def hangs_otherwise(one: Rule, other: Rule) -> bool:
    def ends(of: Rule) -> bool:
        return isinstance(of.timing, Once) and of.timing.anchor.point is Point.LAST_DOSE

    opened = [of.timing.opened_by for of in (one, other) if isinstance(of.timing, Permit)]
    return ends(one) != ends(other) or opened[:1] != opened[1:]


def adopted(story: Story, other: Protocol, on: date) -> Story:
    return story.with_fact(Programme(on=on, protocol=other.id, version=other.version))


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.sampled_from([*VARIANTS, *PROTOCOLS]), st.integers(0, 100))
@MODERATE
def test_a_repetition_is_asked_for_no_later_than_the_adopted_programme_alone_has_it(
    story: Story, other: Protocol, ago: int
) -> None:
    """Or on the day of the adoption: what it would have had due before is asked for at once, and never left out."""
    on = max(story.today - ago * DAY, story.course.enrolled)
    line = story.plan.timeline
    assume(line.last_dose is None)
    after = adopted(story, other, on).plan
    for one in other.rules_for(can_become_pregnant=story.course.can_become_pregnant):
        if not hasattr(one.timing, "every") or one.timing.mode is not Mode.FROM_LAST_DONE:
            continue
        of = [item for item in after.items if item.rule.id == one.id]
        last = max((item.done.on for item in of if item.done is not None), default=None)
        waiting = [item for item in of if item.state not in (State.DONE, State.MISSED)]
        since = last or (line.first_dose if one.timing.anchor.point is Point.FIRST_DOSE else line.enrolled)
        latest = max(since + one.timing.every.days_at_most * DAY, since + one.timing.first.days_at_most * DAY, on)
        if latest <= after.timeline.end:
            assert min((item.due for item in waiting), default=None) is not None
            assert min(item.due for item in waiting) <= latest


@pytest.mark.slow
@pytest.mark.long
@given(stories(adopting=True))
@MODERATE
def test_every_span_is_as_the_programme_that_holds_has_it(story: Story) -> None:
    rules = story.followed.rules_for(can_become_pregnant=story.course.can_become_pregnant)
    assert {span.rule for span in story.plan.spans} == {one for one in rules if isinstance(one.timing, During)}
    line = story.plan.timeline
    for span in story.plan.spans:
        timing = span.rule.timing
        assert isinstance(timing, During)
        if timing.until.point is Point.LAST_DOSE:
            assert span.end == last_restricted_day(line.end, timing.tail)


@pytest.mark.slow
@pytest.mark.long
@given(stories(adopting=True), st.integers(1, 300))
@MODERATE
def test_days_and_numbers_do_not_depend_on_the_day_from_which_they_are_seen(story: Story, later: int) -> None:
    assert story.seen_from(story.today + later * DAY).plan.counts == story.plan.counts
    if story.plan.timeline.last_dose is not None:
        now, then = story.plan, story.seen_from(story.today + later * DAY).plan
        assert [(item.key, item.due) for item in then.items] == [(item.key, item.due) for item in now.items]


@pytest.mark.slow
@pytest.mark.long
@given(stories(adopting=True, stopped=True))
@MODERATE
def test_taking_a_stop_back_takes_nothing_of_what_was_done(story: Story) -> None:
    running = story.without(Stop)
    last = story.plan.timeline.last_dose
    assert last is not None
    for item in running.plan.items:
        if item.done is not None and item.done.on <= last and item.kind is not Kind.SUPPLY:
            found = story.plan.item(item.key)
            assert found is not None
            assert found.done == item.done


def test_the_variants_are_programmes_of_the_same_patient() -> None:
    assert len(BY_NAME) == len(PROTOCOLS) + len(VARIANTS)
    assert {one.version for one in VARIANTS} == {"2", "3", "4", "5"}
    assert EVERY_TIMING.rules[0].timing == Once(anchor=FIRST_DOSE, offset=Span.parse("-P1D"))
    assert Window() == Window(NOTHING, NOTHING)
    assert timedelta(days=1) == DAY
