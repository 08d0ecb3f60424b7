"""Whatever is prescribed: no day off is counted, capsules last no longer, reminders ring where a capsule is taken."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import DAY, MODERATE, Story, stories
from tracker.capsules import days_off, first_dose, is_within, regimen_of
from tracker.engine.timeline import daily_series
from tracker.facts import Dose, Prescribed, Stop
from tracker.facts.stock import Stock
from tracker.pattern import total
from tracker.readings.intake import intake
from tracker.readings.stock import at_hand

pytestmark = [pytest.mark.slow, pytest.mark.long]


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
    assert intake(stated.history, story.plan.timeline, story.today) == before
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
    left = sum((Fraction(mg) * count for mg, count in found.capsules), Fraction(0))
    day, free = max(story.today + DAY, line.first_dose), set(off_days(story.seen_from(found.lasts_until + 60 * DAY)))
    while day <= found.lasts_until:
        if day not in free and not is_within(days_off(history), day):
            left -= Fraction(regimen_of(history).mg(day))
        assert left >= 0
        day += DAY
    assert found.lasts_until == story.today or found.lasts_until not in free
    while day in free or is_within(days_off(history), day):
        day += DAY
    assert left < regimen_of(history).mg(day)


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
        if not is_within(days_off(history), day) and regimen.intakes(day):
            wanted[day] = regimen.intakes(day)
        day += DAY
    assert rung == wanted


@given(stories())
@MODERATE
def test_no_series_is_named_twice(story: Story) -> None:
    keys = [series.key for series in daily_series(story.history, story.plan.timeline)]
    assert len(keys) == len(set(keys))
