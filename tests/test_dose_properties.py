"""Whatever is prescribed: no day off is counted, capsules last no longer, reminders ring where a capsule is taken."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import DAY, EVERY_TIMING, MODERATE, Story, stories, story_of
from tracker.capsules import days_off, first_dose, is_within, regimen_of, suspended
from tracker.dates import Span, add, last_restricted_day
from tracker.engine.timeline import daily_series
from tracker.facts import Cleared, Dose, Earlier, Fact, Pause, Prescribed, RedFlag, Resume, Stop
from tracker.facts.stock import Lost, Stock
from tracker.pattern import total
from tracker.readings.intake import Sum, intake
from tracker.readings.stock import at_hand, run_out
from tracker.readings.targets import targets
from tracker.walk import Account, Shelf, _as_far_as_they_go, capsules_that_make, walk

pytestmark = [pytest.mark.slow, pytest.mark.long]

SHELVES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 60), st.sampled_from([10, 20, 40]), st.booleans()), max_size=4
)
"""What came or was lost: so many days ago, how many capsules, of which strength, whether they were lost."""


def with_stock(story: Story, shelf: list[tuple[int, int, int, bool]]) -> Story:
    """The same course with capsules that came and were lost."""
    for ago, capsules, strength, lost in shelf:
        kind = Lost if lost else Stock
        fact = kind(on=story.today - ago * DAY, capsules=capsules, strength=Decimal(strength))
        story = story.with_fact(fact)
    return story


def sums(story: Story) -> Sum:
    """What was taken of the one kind of capsules that there is."""
    [found] = intake(story.history, story.plan.timeline, story.today).sums.values()
    return found


def by_brute_force(story: Story) -> dict[date, tuple[Decimal, Decimal]]:
    """What was logged and what is assumed of each day until today, with the capsules counted one by one."""
    history, line = story.history, story.plan.timeline
    came, gone = history.all(Stock), history.all(Lost)
    regimen, off, logged = regimen_of(history), days_off(history), {one.on: one for one in history.doses}
    racks: dict[Decimal, int] = {}
    found = {}
    day = min([line.first_dose, *(one.on for one in came)])
    while day <= story.today:
        for one in came:
            if one.on == day:
                racks[one.strength] = racks.get(one.strength, 0) + one.capsules
        for lost in gone:
            if lost.on == day and lost.strength in racks:
                racks[lost.strength] = max(racks[lost.strength] - lost.capsules, 0)
        dose = logged.get(day)
        if dose is not None:
            mg = regimen.mg_logged(day, taken=dose.taken, mg=dose.mg)
            found[day] = (mg, Decimal(0))
            use(racks, regimen.intakes_logged(day, taken=dose.taken, mg=dose.mg), is_logged=True)
        elif day >= line.first_dose and (history.stop is None or day <= history.stop.on) and not is_within(off, day):
            intakes = regimen.intakes(day)
            if use(racks, intakes) or not came or day < came[0].on:
                found[day] = (Decimal(0), total(intakes))
        day += DAY
    return found


def use(racks: dict[Decimal, int], intakes: tuple[Decimal, ...], *, is_logged: bool = False) -> bool:
    """Take a day's capsules from what is there; whether they were."""
    used = capsules_that_make(racks, intakes)
    was_there = used is not None
    if used is None and is_logged:
        used = capsules_that_make(racks, (total(intakes),)) or _as_far_as_they_go(racks, total(intakes))
    for strength, count in (used or {}).items():
        racks[strength] -= count
    return was_there


def off_days(story: Story) -> list[date]:
    """The days of a course until today that the prescription in force gives no capsule, by walking along them."""
    history, line = story.history, story.plan.timeline
    steps = history.prescribed
    found: list[date] = []
    if not steps:
        return found
    turn, held, follows = 0, False, steps[0]
    day = line.first_dose
    while day <= story.today:
        step = ([one for one in steps if one.on <= day] or [steps[0]])[-1]
        off = is_within(days_off(history), day)
        turn = 0 if step is not follows or (held and not off) else turn
        days = step.doses.days
        if not off and not days[day.weekday() if step.doses.weekly else turn % len(days)]:
            found.append(day)
        turn, held, follows = turn + 1, off, step
        day += DAY
    return found


@given(stories())
@MODERATE
def test_a_day_off_is_never_assumed_taken(story: Story) -> None:
    """The same course in which each day off was logged as not taken has the same sum."""
    free = [day for day in off_days(story) if not any(dose.on == day for dose in story.history.doses)]
    stated = story
    for day in free:
        stated = stated.with_fact(Dose(on=day, taken=False))
    if first_dose(stated.history) != first_dose(story.history):
        return
    before = intake(story.history, story.plan.timeline, story.today)
    assert intake(stated.history, story.plan.timeline, story.today).sums == before.sums
    taken = sum((total(regimen_of(story.history).intakes(day)) for day in free), Decimal(0))
    assert taken == 0


@given(
    stories(stopped=False),
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from([10, 20, 40])), min_size=1, max_size=3),
)
@MODERATE
def test_capsules_never_last_longer_than_by_walking_from_day_to_day(
    story: Story, received: list[tuple[int, int]]
) -> None:
    for capsules, strength in received:
        story = story.with_fact(Stock(on=story.today, capsules=capsules, strength=Decimal(strength)))
    history, line = story.history, story.plan.timeline
    found = at_hand(history, line, story.today)
    assert found is not None
    if found.lasts_until is None:
        return
    left = sum((Fraction(mg) * count for _kind, mg, count in found.capsules), Fraction(0))
    day, free = max(story.today + DAY, line.first_dose), set(off_days(story.seen_from(found.lasts_until + 60 * DAY)))
    while day <= found.lasts_until:
        if day not in free and not is_within(days_off(history), day):
            left -= Fraction(regimen_of(history).mg(day))
        assert left >= 0
        day += DAY
    assert found.lasts_until == story.today or found.lasts_until not in free


@given(stories(stopped=True))
@MODERATE
def test_a_tail_is_as_long_as_under_daily_doses_with_the_same_last_day(story: Story) -> None:
    daily = story.without(Prescribed)
    for fact in story.history.prescribed:
        daily = daily.with_fact(Prescribed(on=fact.on, mg=fact.mg))
    line = story.plan.timeline
    if daily.plan.timeline.first_dose != line.first_dose:
        return
    assert daily.plan.timeline.last_dose == line.last_dose
    assert line.last_dose is not None
    assert line.last_dose >= max([one.on for one in story.facts if isinstance(one, Stop)])
    ends = {span.key: span.end for span in story.plan.spans}
    assert ends == {span.key: span.end for span in daily.plan.spans}


@given(stories())
@MODERATE
def test_the_reminders_are_of_the_days_with_a_capsule_and_of_each_once(story: Story) -> None:
    line, history = story.plan.timeline, story.history
    if not history.prescribed:
        return
    rung: dict[date, tuple[Decimal, ...]] = {}
    for series in daily_series(history, line):
        day = series.first
        while day <= series.last:
            if not series.weekdays or day.weekday() in series.weekdays:
                assert day not in rung
                rung[day] = series.intakes
            day += (1 if series.weekdays else series.every) * DAY
        assert series.last in rung
    last = history.stop.on if history.stop is not None else line.end
    regimen = regimen_of(history)
    wanted = {}
    day = line.first_dose
    while day <= last:
        if not is_within(suspended(history), day) and regimen.intakes(day):
            wanted[day] = regimen.intakes(day)
        day += DAY
    assert rung == wanted


@given(stories())
@MODERATE
def test_no_series_is_named_twice(story: Story) -> None:
    keys = [series.key for series in daily_series(story.history, story.plan.timeline)]
    assert len(keys) == len(set(keys))


@given(stories(), SHELVES)
@MODERATE
def test_what_was_taken_is_what_counting_capsule_by_capsule_gives(
    story: Story, shelf: list[tuple[int, int, int, bool]]
) -> None:
    story = with_stock(story.without(Earlier), shelf)
    found, days = sums(story), by_brute_force(story).values()
    assert found.logged_mg == sum((logged for logged, _assumed in days), Decimal(0))
    assert found.assumed_mg == sum((assumed for _logged, assumed in days), Decimal(0))


@given(stories(), SHELVES)
@MODERATE
def test_confirmed_stated_and_assumed_are_all_that_was_taken_and_no_stock_is_owed(
    story: Story, shelf: list[tuple[int, int, int, bool]]
) -> None:
    story = with_stock(story, shelf)
    history, line = story.history, story.plan.timeline
    rack = Shelf(history)
    total_mg = Decimal(0)
    for day in walk(history, line.first_dose, story.today, shelf=rack):
        if day.on > story.today:
            break
        total_mg += day.mg + day.stated_mg
        assert all(count >= 0 for counts in rack.left.values() for count in counts.values())
        assert day.account is not Account.BEYOND or day.mg == 0
    found = sums(story)
    assert found.total_mg == found.logged_mg + found.stated_mg + found.assumed_mg == total_mg


@given(stories(), SHELVES, st.integers(1, 200), st.sampled_from([Fraction(1), Fraction(4, 5), Fraction(0)]))
@MODERATE
def test_a_target_is_reached_on_the_first_day_on_which_the_sum_is_as_high(
    story: Story, shelf: list[tuple[int, int, int, bool]], per_kg: int, rate: Fraction
) -> None:
    story = with_stock(story, shelf)
    history, line, kg = story.history, story.plan.timeline, Decimal(50)
    [found] = targets(history, line, story.today, [Decimal(per_kg)], kg, rate)
    for reached, speed in ((found.prescribed, Fraction(1)), (found.real, rate)):
        last = reached.on if reached is not None else story.today
        total_mg = before = Fraction(0)
        seen = story.seen_from(story.today)
        off = [(start, end or max(story.today + DAY, start)) for start, end in days_off(history)]
        for day in walk(seen.history, line.first_dose, story.today, shelf=Shelf(history), without=off):
            if day.on > last:
                break
            before = total_mg
            total_mg += Fraction(day.mg) * (speed if day.on > story.today else 1) + Fraction(day.stated_mg)
        if reached is None:
            assert total_mg < per_kg * kg
        else:
            assert before < per_kg * kg <= total_mg == reached.mg
            assert reached.over_mg == total_mg - Fraction(per_kg * kg)


@given(stories(), SHELVES, SHELVES)
@MODERATE
def test_whatever_stock_is_kept_every_window_and_every_planned_day_is_the_same(
    story: Story, shelf: list[tuple[int, int, int, bool]], more: list[tuple[int, int, int, bool]]
) -> None:
    """So more stock never shortens one, nor does keeping it at all."""
    kept = with_stock(story, shelf)
    assert kept.plan.spans == story.plan.spans
    assert kept.plan.items == story.plan.items
    assert with_stock(kept, more).plan.timeline == story.plan.timeline


@given(stories(), SHELVES, st.integers(0, 40))
@MODERATE
def test_the_day_that_capsules_run_out_depends_on_the_facts_and_not_on_the_clock(
    story: Story, shelf: list[tuple[int, int, int, bool]], later: int
) -> None:
    story = with_stock(story, shelf)
    history, line = story.history, story.plan.timeline
    if len({mg for step in history.prescribed for day in step.doses.days for mg in day}) > 1:
        return  # after a day whose dose they do not make, a smaller one may be at hand again
    assert run_out(history, line, story.today + later * DAY) == run_out(history, line, story.today)


FIRST = date(2026, 12, 1)
PERIODS = st.tuples(st.integers(1, 60), st.none() | st.integers(1, 25))
"""The number of the first day without a capsule, the first of all being day 0, and how many there are; None goes on."""


@given(
    pause=st.none() | PERIODS,
    holds=st.lists(PERIODS, max_size=2),
    capsules=st.sets(st.integers(0, 99)),
    seen=st.integers(90, 99),
    dice=st.randoms(),
)
@MODERATE
def test_a_day_with_a_capsule_is_a_day_of_the_course_whatever_was_paused_or_held(
    pause: tuple[int, int | None] | None, holds: list[tuple[int, int | None]], capsules: set[int], seen: int,
    dice: Random,
) -> None:  # fmt: skip
    """Whatever was typed first: only days without one are off and put the end off; none of these is prescribed."""
    facts, without, idle = list[Fact](), set[int](), set[int]()
    for code, (start, length) in [("", pause or (0, 0)), *zip(("visual-change", "hearing"), holds, strict=False)]:
        begins, ends = FIRST + start * DAY, FIRST + (start + (length or 0)) * DAY
        if code:
            facts += [RedFlag(on=begins, code=code), *([Cleared(on=ends, code=code)] if length else [])]
        elif pause is not None:
            facts += [Pause(on=begins), *([Resume(on=ends)] if length else [])]
        without |= set(range(start, seen if length is None else start + length))
        # A capsule of the day of a danger may have come before it.
        first = start + 1 if code and start in capsules else start
        idle |= set(range(first, seen + 1 if length is None else start + length))
        if length is None and seen not in capsules:
            without.add(seen)
    taken = {number for number in capsules if number <= seen}
    facts += [Dose(on=FIRST + number * DAY, taken=True) for number in taken]
    dice.shuffle(facts)
    story = story_of(EVERY_TIMING, FIRST, FIRST + seen * DAY).with_fact(Prescribed(on=FIRST, mg=Decimal(20)))
    for fact in facts:
        story = story.with_fact(fact)
    line, off = story.plan.timeline, without - taken
    found = intake(story.history, line, story.today).adherence
    # On those days none was asked for: what was taken on them is no adherence.
    asked = {number for number in range(seen) if number not in idle} | ((taken - idle) & {seen})
    assert (found.taken_days, found.prescribed_days) == (len(taken - idle), len(asked))
    assert (found.taken_mg, found.prescribed_mg) == (20 * len(taken - idle), 20 * len(asked))
    # Today may still get its capsule.
    end = add(FIRST, Span.parse("P6M")) + len(off - {seen}) * DAY
    assert line.projected_last_dose == end
    [contraception] = [span for span in story.plan.spans if span.key == "contraception"]
    assert contraception.end >= last_restricted_day(max([end, *story.doses_taken]), Span.parse("P1M"))
