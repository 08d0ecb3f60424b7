from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.strategies import DAY, MODERATE, Story, chapters, done_facts, patterns, stops, stories
from tests.test_dates import READINGS_OF_A_TAIL
from tracker.dates import Span, Unit, add
from tracker.engine.schedule import plan
from tracker.engine.timeline import daily_series
from tracker.facts import (
    Appointment,
    Cleared,
    Done,
    Dose,
    Earlier,
    Fact,
    FirstDosePlanned,
    Pause,
    Prescribed,
    Projection,
    Resume,
    Risk,
    Stop,
    TestResult,
    Weight,
)
from tracker.history import history_of
from tracker.pattern import Pattern
from tracker.plan import EndFrom, Item, NoticeCode, Phase, Plan, SpanInPlan, State
from tracker.rules import During, Kind, Mode, Once, Permit, Point, Repeat

pytestmark = [pytest.mark.slow, pytest.mark.long]


def done_by_key(of: Plan) -> dict[str, Done | None]:
    """What was logged for each item that is done; a pack is used up by whatever opens the next."""
    return {item.key: item.done for item in of.items if item.state is State.DONE and item.kind is not Kind.SUPPLY}


def repeats(of: Plan) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in of.items:
        if isinstance(item.rule.timing, Repeat):
            found.setdefault(item.rule.id, []).append(item)
    return {rule_id: sorted(items, key=lambda item: item.ordinal) for rule_id, items in found.items()}


def during(span: SpanInPlan) -> During:
    assert isinstance(span.rule.timing, During)
    return span.rule.timing


def hangs_on_last_dose(item: Item) -> bool:
    return isinstance(item.rule.timing, Once) and item.rule.timing.anchor.point is Point.LAST_DOSE


def item_of(of: Plan, key: str) -> Item:
    found = of.item(key)
    assert found is not None
    return found


# Keys.


@given(stories())
@MODERATE
def test_one_more_fact_changes_only_what_facts_of_later_days_count_for(story: Story) -> None:
    for before, after in chapters(story):
        new = after.facts[-1]
        if (before.plan.timeline.first_dose, before.plan.timeline.last_dose) != (
            after.plan.timeline.first_dose,
            after.plan.timeline.last_dose,
        ) or (isinstance(new, Done) and new.result is TestResult.POSITIVE):
            continue
        if isinstance(new, Done) and new.kind is Kind.BLOOD_TEST and new.on <= after.plan.timeline.first_dose:
            continue  # an earlier draw may give way to it
        for fact in before.history.done:
            if fact.on < new.on:
                assert after.plan.counts[fact.id] == before.plan.counts[fact.id]


@given(stories())
@MODERATE
def test_what_a_fact_counts_for_is_found_in_the_plan_under_that_key(story: Story) -> None:
    facts = {fact.id: fact for fact in story.history.done}
    for fact_id, keys in story.plan.counts.items():
        fact = facts[fact_id]
        for key in keys:
            item = item_of(story.plan, key)
            assert item.kind is fact.kind
            assert fact.result is not TestResult.UNCLEAR
            if fact.awaits_result:
                assert item.done != fact
            else:
                assert (item.state, item.done) == (State.DONE, fact)
    counted = {key for fact_id, keys in story.plan.counts.items() if not facts[fact_id].awaits_result for key in keys}
    assert done_by_key(story.plan).keys() == counted


@given(stories())
@MODERATE
def test_keys_are_unique_and_ordinals_count_from_one(story: Story) -> None:
    entries = [*story.plan.items, *story.plan.spans]
    assert len({entry.key for entry in entries}) == len(entries)
    for item in story.plan.items:
        assert item.key == f"{item.rule.id}/{item.ordinal}"
        assert item.ordinal >= 1


@given(stories())
@MODERATE
def test_a_repeated_item_leaves_no_ordinal_out(story: Story) -> None:
    for items in repeats(story.plan).values():
        assert [item.ordinal for item in items] == list(range(1, len(items) + 1))


@given(st.data())
@MODERATE
def test_a_fact_counts_for_what_was_not_done_or_for_nothing(data: st.DataObject) -> None:
    story = data.draw(stories())
    fact = data.draw(done_facts(story))
    after = story.with_fact(fact)
    new = next(one for one in after.history.done if one.id == after.facts[-1].id)
    for key in after.plan.counts[new.id]:
        taken_from = story.plan.item(key)
        assert taken_from is None or taken_from.done is None or taken_from.done.on >= new.on


@given(stories())
@MODERATE
def test_the_next_of_a_chain_has_the_number_after_the_highest_one_done(story: Story) -> None:
    # What lies before a day that it was said of is none of what is open.
    for items in repeats(story.without(Earlier).plan).values():
        done = [item.ordinal for item in items if item.state is State.DONE]
        still_open = [item.ordinal for item in items if item.state.is_open]
        if done and still_open:
            assert min(still_open) == max(done) + 1


# Taking back, and the order of things.


@given(st.data())
@MODERATE
def test_taking_a_stop_back_restores_the_plan_exactly(data: st.DataObject) -> None:
    running = data.draw(stories(stopped=False))
    running = running.seen_from(max(running.today, running.plan.timeline.first_dose))
    stopped = running.with_fact(data.draw(stops(running)))
    assert stopped.plan.timeline.last_dose is not None
    assert stopped.without(Stop).plan == running.plan


@given(st.data())
@MODERATE
def test_a_stop_changes_nothing_that_was_done_until_the_last_capsule(data: st.DataObject) -> None:
    running = data.draw(stories(stopped=False))
    running = running.seen_from(max(running.today, running.plan.timeline.first_dose))
    stopped = running.with_fact(data.draw(stops(running)))
    last = stopped.plan.timeline.last_dose
    assert last is not None
    was = {key: fact for key, fact in done_by_key(running.plan).items() if fact is not None and fact.on <= last}
    now = {key: fact for key, fact in done_by_key(stopped.plan).items() if fact is not None and fact.on <= last}
    assert was.items() <= now.items()
    # What was done at the end counts for that as well.
    assert all(hangs_on_last_dose(item_of(stopped.plan, key)) for key in now.keys() - was.keys())


@given(stories(), st.randoms(use_true_random=False))
@MODERATE
def test_the_plan_does_not_depend_on_the_order_in_which_facts_are_given(story: Story, random: Random) -> None:
    shuffled = list(story.facts)
    random.shuffle(shuffled)
    assert plan(story.protocol, history_of(story.course, shuffled), story.today) == story.plan


@given(stories(), st.randoms(use_true_random=False))
@MODERATE
def test_the_same_facts_typed_in_another_order_give_the_same_plan(story: Story, random: Random) -> None:
    assert told(retold(story, random).plan) == told(story.plan)


def retold(story: Story, random: Random) -> Story:
    """The same facts, recorded in another order. What replaces what was said before keeps its place after it."""
    shuffled = list(story.facts)
    random.shuffle(shuffled)
    decisions = iter([fact for fact in story.facts if _follows_on_others(fact)])
    again = dataclasses.replace(story, facts=())
    for fact in shuffled:
        again = again.with_fact(next(decisions) if _follows_on_others(fact) else fact)
    return again


def _follows_on_others(fact: Fact) -> bool:
    """Whether the one that is said last holds, or each settles or follows on the one before."""
    kinds = (FirstDosePlanned, Projection, Appointment, Pause, Resume, Prescribed, Risk, Cleared, Earlier)
    return isinstance(fact, kinds) or (isinstance(fact, Done) and fact.result is TestResult.POSITIVE)


def told(of: Plan) -> tuple[object, ...]:
    """All of a plan but the numbers of its entries."""
    items = [
        (replace(item, done=None, awaiting=None, appointment=None), item.done and (item.done.on, item.done.result),
         item.awaiting and item.awaiting.on, item.appointment and (item.appointment.on, item.appointment.at))
        for item in of.items
    ]  # fmt: skip
    return (of.timeline, items, of.spans, of.notices)


@given(stories())
@MODERATE
def test_what_a_thing_counts_for_does_not_depend_on_the_day_from_which_it_is_seen(story: Story) -> None:
    assert story.seen_from(story.today + 500 * DAY).plan.counts == story.plan.counts


@given(stories())
@MODERATE
def test_the_same_facts_always_give_the_same_plan(story: Story) -> None:
    first = story.plan
    again = plan(story.protocol, history_of(story.course, story.facts), story.today)
    assert again == first
    assert again is not first


# Dates.


def dues_by_hand(items: list[Item], of: Plan) -> list[date]:
    """The due day of each item of a repeated rule, and of the one that would come next."""
    timing = items[0].rule.timing
    assert isinstance(timing, Repeat)
    anchor = of.timeline.first_dose if timing.anchor.point is Point.FIRST_DOSE else of.timeline.enrolled
    since, offset, counted_from = anchor, timing.first, 1
    dues = []
    for item in items:
        dues.append(add(since, offset + timing.every * (item.ordinal - counted_from)))
        if item.done is not None and timing.mode is Mode.FROM_LAST_DONE:
            since, offset, counted_from = max(since, item.done.on), timing.every, item.ordinal + 1
    return [*dues, add(since, offset + timing.every * (len(items) + 1 - counted_from))]


@given(stories())
@MODERATE
def test_repeats_are_the_anchor_or_the_last_one_done_and_n_intervals_each_added_once(story: Story) -> None:
    for items in repeats(story.plan).values():
        assert [item.due for item in items] == dues_by_hand(items, story.plan)[:-1]


@given(stories())
@MODERATE
def test_no_month_is_skipped_between_undone_monthly_repeats(story: Story) -> None:
    for items in repeats(story.plan).values():
        timing = items[0].rule.timing
        assert isinstance(timing, Repeat)
        if timing.every.unit is not Unit.MONTH:
            continue
        for one, two in pairwise(items):
            if one.done is None or timing.mode is Mode.GRID:
                months = 12 * (two.due.year - one.due.year) + two.due.month - one.due.month
                assert months == timing.every.count


@given(stories())
@MODERATE
def test_repeats_are_planned_until_the_last_dose_and_not_beyond(story: Story) -> None:
    line = story.plan.timeline
    for items in repeats(story.plan).values():
        highest = max((item.ordinal for item in items if item.done is not None), default=0)
        beyond = [item for item in items if item.due > line.end and item.ordinal > highest]
        assert len(beyond) == (1 if line.overrun else 0)
        assert dues_by_hand(items, story.plan)[-1] > line.end


@given(stories())
@MODERATE
def test_nothing_is_due_before_the_course_and_no_item_before_its_anchor(story: Story) -> None:
    line = story.plan.timeline
    for item in story.plan.items:
        timing = item.rule.timing
        assert item.due >= min(line.enrolled, line.first_dose)
        if isinstance(timing, Repeat):
            assert item.due > (line.first_dose if timing.anchor.point is Point.FIRST_DOSE else line.enrolled)
        elif isinstance(timing, Permit):
            kinds = {Point.SPECIMEN: Kind.PREGNANCY_TEST, Point.PRESCRIPTION: Kind.VISIT, Point.DISPENSE: Kind.PICK_UP}
            kind = timing.opened_by.kind or kinds[timing.opened_by.point]
            opened = [fact.on for fact in story.history.done if fact.kind is kind]
            assert any(item.window_start in (on, item.due - 7 * DAY) and on <= item.due for on in opened)
        elif hangs_on_last_dose(item):
            assert item.due >= line.end


# Spans.


def ends_by_every_reading(last: date, tail: Span) -> list[date]:
    if tail.unit is Unit.MONTH:
        return [reading(last, tail.count) for reading in READINGS_OF_A_TAIL]
    return [last + timedelta(days=tail.count * (7 if tail.unit is Unit.WEEK else 1))]


@given(stories())
@MODERATE
def test_a_forbidding_window_is_never_shorter_than_a_reading_of_it(story: Story) -> None:
    line = story.plan.timeline
    days = {Point.ENROLMENT: line.enrolled, Point.FIRST_DOSE: line.first_dose, Point.LAST_DOSE: line.end}
    for span in story.plan.spans:
        timing = during(span)
        until, start = days[timing.until.point], days[timing.start.point]
        assert span.end == max(ends_by_every_reading(until, timing.tail))
        thirty = 30 if timing.lead.unit is Unit.MONTH else 7 if timing.lead.unit is Unit.WEEK else 1
        assert span.start == min(add(start, timing.lead * -1), start - timedelta(days=thirty * timing.lead.count))
        assert span.start <= span.end


@given(stories())
@MODERATE
def test_every_span_that_applies_to_the_patient_is_in_the_plan_whatever_day_it_is(story: Story) -> None:
    rules = story.protocol.rules_for(can_become_pregnant=story.course.can_become_pregnant)
    expected = {rule.id for rule in rules if isinstance(rule.timing, During)}
    assert {span.rule.id for span in story.seen_from(story.today + 1000 * DAY).plan.spans} == expected


@given(stories(stopped=False), st.integers(0, 1500))
@MODERATE
def test_a_planned_end_never_ends_a_tail(story: Story, later: int) -> None:
    running = story.seen_from(story.today + later * DAY).plan
    for span in running.spans:
        if during(span).until.point is Point.LAST_DOSE:
            assert span.end_is_estimate
            assert span.phase is not Phase.ENDED
            assert span.end >= running.today


@given(stories())
@MODERATE
def test_the_phase_of_a_span_follows_from_its_days_and_today(story: Story) -> None:
    for span in story.plan.spans:
        days = ({Phase.UPCOMING}, {Phase.ACTIVE}, {Phase.ENDED, Phase.OVER_TEST_OUTSTANDING})
        assert span.phase in days[(story.today >= span.start) + (story.today > span.end)]


@given(stories(stopped=True), st.integers(1, 60), st.integers(0, 60))
@MODERATE
def test_a_capsule_logged_after_the_stop_moves_every_tail(story: Story, later: int, unseen: int) -> None:
    last = story.plan.timeline.last_dose
    assert last is not None
    capsule = last + later * DAY
    after = story.seen_from(max(story.today, capsule) + unseen * DAY).with_fact(Dose(on=capsule, taken=True)).plan
    assert after.timeline.last_dose == capsule
    for span in after.spans:
        if during(span).until.point is Point.LAST_DOSE:
            assert span.end == max(ends_by_every_reading(capsule, during(span).tail))


@given(stories(stopped=True), st.integers(1, 60))
@MODERATE
def test_a_missed_capsule_moves_no_tail_of_a_stopped_course(story: Story, later: int) -> None:
    last = story.plan.timeline.last_dose
    assert last is not None
    after = story.with_fact(Dose(on=last + later * DAY, taken=False)).plan
    assert [span.end for span in after.spans] == [span.end for span in story.plan.spans]


# What is safe.


@given(stories())
@MODERATE
def test_no_window_that_permits_is_longer_than_its_rule(story: Story) -> None:
    for item in story.plan.items:
        if isinstance(item.rule.timing, Permit) and item.kind is not Kind.SUPPLY:
            length = item.rule.timing.length.days_at_most
            assert (item.hard_end or item.window_end) - item.window_start <= length * DAY


@given(stories())
@MODERATE
def test_nothing_that_is_asked_for_vanishes_when_something_done_is_added(story: Story) -> None:
    for before, after in chapters(story):
        if not isinstance(after.facts[-1], Done) or after.facts[-1].result is TestResult.POSITIVE:
            continue
        moved = before.plan.timeline.end != after.plan.timeline.end
        keys = {item.key for item in after.plan.items}
        for item in before.plan.items:
            if item.state.is_open and not isinstance(item.rule.timing, Permit) and not moved:
                # From the last one done on there are as many as until the end of the course.
                overtaken = isinstance(item.rule.timing, Repeat) and item.due > after.plan.timeline.end - 60 * DAY
                assert item.key in keys or overtaken


@given(stories())
@MODERATE
def test_a_positive_test_and_a_risk_are_never_hidden_until_the_clinics_word(story: Story) -> None:
    said = [dict(notice.values)["on"] for notice in story.plan.notices if notice.code in _DANGERS]
    for fact in story.facts:
        if (isinstance(fact, Risk) and can_be(story, fact)) or (
            isinstance(fact, Done) and fact.result is TestResult.POSITIVE
        ):
            settled = any(isinstance(word, Cleared) and word.on >= fact.on for word in story.facts)
            assert fact.on in said or settled


def can_be(story: Story, risk: Risk) -> bool:
    """Whether a pregnancy was possible on the day of a risk or the day before it, or is in the end."""
    possible = story.history.can_become_pregnant_on
    return any(map(possible, (risk.on, risk.on - DAY, date.max)))


_DANGERS = (NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK)


@given(stories())
@MODERATE
def test_while_a_danger_stands_no_window_is_open_and_no_capsule_is_asked_for(story: Story) -> None:
    held = story.plan.timeline.held_since
    if held is None:
        return
    for item in story.plan.items:
        if item.kind is Kind.PICK_UP:
            assert not item.state.is_open
    for series in daily_series(story.history, story.plan.timeline):
        assert series.last < held


# Pauses.


@given(stories(stopped=False), st.integers(0, 90), st.integers(1, 120) | st.none())
@MODERATE
def test_a_pause_suspends_no_contraception_no_test_and_no_visit(story: Story, ago: int, lasts: int | None) -> None:
    line = story.plan.timeline
    paused_on = max(line.first_dose, story.today - ago * DAY)
    assume(line.paused_since is None and not line.overrun)
    assume(all(fact.on < paused_on for fact in story.facts if isinstance(fact, Resume | Dose)))
    paused = story.with_fact(Pause(on=paused_on))
    if lasts is not None:
        paused = paused.with_fact(Resume(on=paused_on + lasts * DAY))
    before, after = story.plan, paused.plan
    # A pack lasts longer by the days on which none was taken from it, and by no fewer.
    packs = {item.key: item.due for item in after.items if item.kind is Kind.SUPPLY}
    assert all(packs.get(item.key, item.due) >= item.due for item in before.items if item.kind is Kind.SUPPLY)
    others = (item for item in before.items if item.kind is not Kind.SUPPLY and not hangs_on_last_dose(item))
    assert [item for item in others if item not in after.items] == []
    assert [(span.key, span.start) for span in after.spans if during(span).start.point is not Point.LAST_DOSE] == [
        (span.key, span.start) for span in before.spans if during(span).start.point is not Point.LAST_DOSE
    ]
    # A turn begins anew with the first capsule after a pause: of capsules on some days only, that may be sooner.
    sooner = turn_of(story) * DAY if paused.plan.timeline.end_from is EndFrom.TARGET else 0 * DAY
    assert all(new.end >= old.end - sooner for new in after.spans for old in before.spans if new.key == old.key)


@given(stories(stopped=False), st.integers(0, 90), st.integers(1, 120))
@MODERATE
def test_a_pause_stretches_the_projected_end_by_its_days(story: Story, after_first: int, lasts: int) -> None:
    clean = story.without(Pause, Resume, Dose, Projection, Risk, Done)
    first_dose = clean.plan.timeline.first_dose
    clean = clean.seen_from(first_dose)
    pause = first_dose + after_first * DAY
    paused = clean.with_fact(Pause(on=pause)).with_fact(Resume(on=pause + lasts * DAY))
    stretched = clean.plan.timeline.projected_last_dose + lasts * DAY
    assert paused.plan.timeline.projected_last_dose == stretched


@given(stories(stopped=False), st.integers(0, 200))
@MODERATE
def test_a_course_projected_until_a_day_ends_there_whatever_is_paused(story: Story, days: int) -> None:
    first_dose = story.plan.timeline.first_dose
    until = first_dose + days * DAY
    line = story.without(Dose).with_fact(Projection(on=story.today, until=until)).plan.timeline
    planned = story.without(Dose).plan.timeline.first_dose
    assert line.projected_last_dose == max(until, planned, story.today if line.overrun else planned)


# The cumulative dose.


def day_on_which_the_sum_is_reached(story: Story, target: Decimal) -> date | None:
    """Capsules added up one day after another, the way a person would on paper."""
    facts = story.facts
    logged = {fact.on: fact for fact in facts if isinstance(fact, Dose)}
    steps = sorted((fact for fact in facts if isinstance(fact, Prescribed)), key=lambda fact: (fact.on, fact.id))
    weights = sorted((fact for fact in facts if isinstance(fact, Weight)), key=lambda fact: (fact.on, fact.id))
    switches = sorted((fact for fact in facts if isinstance(fact, Pause | Resume)), key=lambda fact: (fact.on, fact.id))
    day, total = story.plan.timeline.first_dose, Decimal(0)
    wanted = target * ([weight for weight in weights if weight.on <= day] or weights[:1])[-1].kg
    place, follows, was_off = 0, steps[0], False
    for _ in range(3653):
        step = ([step for step in steps if step.on <= day] or steps[:1])[-1]
        before = [fact for fact in switches if fact.on <= day]
        paused = bool(before) and isinstance(before[-1], Pause)
        if paused and len(switches) == len(before) and day >= max(story.today + DAY, before[-1].on):
            paused = False  # a pause that goes on is taken to end with today
        fact = logged.get(day)
        # A turn begins anew with another prescription, and with the first capsule after days without one; a day of a
        # pause or a hold on which one was taken is a day like any other.
        off = (paused or is_held(story, day)) and not (fact is not None and fact.taken)
        place = 0 if step != follows or (was_off and not off) else place
        follows, was_off = step, off
        days = step.doses.days
        turn = days[day.weekday() if step.doses.weekly else place % len(days)]
        place += 1
        if fact is not None:
            nearest = place - 1 if not step.doses.weekly else day.weekday()
            while not days[nearest % len(days)]:
                nearest += 1
            total += (fact.mg or sum(days[nearest % len(days)])) if fact.taken else 0
        elif not off:
            total += sum(turn)
        if total >= wanted:
            return day
        day += DAY
    return None


def turn_of(story: Story) -> int:
    """By how many days a turn that begins anew can bring a capsule forward."""
    return max((len(step.doses.days) - 1 for step in story.history.prescribed if not step.doses.weekly), default=0)


def is_held(story: Story, day: date) -> bool:
    """Whether a positive test or a risk forbids the capsule of a day; one that goes on is taken to end with today."""
    dangers = [fact for fact in story.facts if (isinstance(fact, Risk) and can_be(story, fact))
               or (isinstance(fact, Done) and fact.result is TestResult.POSITIVE)]  # fmt: skip
    for danger in dangers:
        words = [fact.on for fact in story.facts if isinstance(fact, Cleared)
                 and (fact.on > danger.on or (fact.on == danger.on and fact.id > danger.id))]  # fmt: skip
        if danger.on <= day < min(words, default=max(story.today + DAY, danger.on)):
            return True
    return False


@given(stories(stopped=False), st.integers(10, 150), st.integers(40, 90), patterns())
@MODERATE
def test_a_target_is_projected_on_the_day_on_which_the_sum_of_capsules_reaches_it(
    story: Story, target: int, kg: int, doses: Pattern
) -> None:
    opened = [
        Weight(on=story.course.enrolled - DAY, kg=Decimal(kg)),
        Prescribed(on=story.course.enrolled, pattern=doses),
        Projection(on=story.today, target=Decimal(target)),
    ]
    story = story.without(Earlier)
    for fact in opened:
        story = story.with_fact(fact)
    line = story.plan.timeline
    reached = day_on_which_the_sum_is_reached(story, Decimal(target))
    assume(reached is not None)
    assert reached is not None
    assert line.overrun == (story.today > max([reached, *story.doses_taken]))
    if not line.overrun:
        assert line.projected_last_dose == max([reached, *story.doses_taken])


# States.


@given(stories())
@MODERATE
def test_the_window_of_an_item_holds_its_due_day(story: Story) -> None:
    for item in story.plan.items:
        assert item.window_start <= item.due <= item.window_end
        assert item.window_end <= (item.hard_end or item.window_end)


@given(stories())
@MODERATE
def test_the_state_of_an_item_follows_from_its_window_and_today(story: Story) -> None:
    for item in story.plan.items:
        if item.state is State.PLANNED:
            assert story.today < item.window_start
        elif item.state is State.DUE:
            assert item.window_start <= story.today <= item.window_end
        elif item.state is State.OVERDUE:
            assert story.today > item.window_end
        elif item.state is State.BOOKED:
            assert item.appointment is not None
            assert item.appointment.on >= story.today
        assert (item.state is State.DONE) == (item.done is not None)


@given(stories())
@MODERATE
def test_an_item_is_missed_only_where_a_later_one_was_done_or_its_time_is_over(story: Story) -> None:
    line, facts = story.plan.timeline, story.history.done
    ended = line.last_dose is not None and story.today > line.last_dose
    for item in story.plan.items:
        if item.state is not State.MISSED:
            continue
        later_done = any(one.rule is item.rule and one.ordinal > item.ordinal for one in story.plan.items if one.done)
        same_kind_done = any(fact.kind is item.kind and fact.on > item.due for fact in facts)
        too_late = item.hard_end is not None and story.today > item.hard_end
        opened_again = isinstance(item.rule.timing, Permit)
        assert later_done or same_kind_done or too_late or opened_again or ended


@given(stories(stopped=False), st.integers(0, 60))
@MODERATE
def test_what_is_overdue_stays_overdue_until_it_is_done(story: Story, later: int) -> None:
    after = story.seen_from(story.today + later * DAY).plan
    for item in story.plan.items:
        if item.state is State.OVERDUE and item.appointment is None and item.hard_end is None:
            assert after.item(item.key) == replace(item, state=State.OVERDUE)
