"""What the course expects of the skin on a day, what is recommended then, and what of that is a conflict; habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from tracker.care import Care, Point, care
from tracker.engine.view import View
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look_at_all
from tracker.readings.care import Phase, phase
from tracker.readings.habits import Week, by_week
from tracker.readings.substances import holds
from tracker.rules import Kind
from tracker.vocabulary import Vocabulary, vocabulary

HABIT = "habit"


class Conflict(Struct, frozen=True):
    """A recommendation that does not go with the capsules, and on which days: of a course that goes on an estimate."""

    point: Point
    first: date
    last: date
    is_estimate: bool


class Caring(Struct, frozen=True):
    """What holds on a day."""

    view: View
    """The course that the day is seen in."""
    on: date
    phase: Phase
    points: tuple[Point, ...]
    conflicts: tuple[Conflict, ...]
    data: Care

    @property
    def day_of_course(self) -> int | None:
        """The n-th day from the first capsule to the last; None before and after."""
        if self.phase is Phase.AFTER:
            return None
        day = (self.on - self.view.plan.timeline.first_dose).days + 1
        return day if day > 0 else None


def caring(context: Context, on: date) -> Caring:
    """What holds on a day, today or another; raise NoCourseError where there is no course.

    A recommendation that does not go with the capsules is a conflict from the first capsule on, and while a course
    lies ahead as well, until the last day of the course and of its windows: what the list of substances names, and
    what the programme forbids to be done to the skin.
    """
    views, data = look_at_all(context), care()
    begun = [view for view in views if view.plan.timeline.first_dose <= on]
    seen = begun[-1] if begun else views[0]
    line = seen.plan.timeline
    of_the_day = phase(on, line.first_dose, _last_dose(seen, on), data.first_weeks.span)
    points = [one for one in data.points if of_the_day in one.phases]
    against = {one.code: found for one in points if one.against and (found := _conflict(one, views, on)) is not None}
    return Caring(seen, on, of_the_day, tuple(one for one in points if one.code not in against),
                  tuple(against.values()), data)  # fmt: skip


def _last_dose(view: View, on: date) -> date | None:
    """The last capsule as a day sees it: of a course that goes on, a day to come sees the projected one."""
    line, today = view.plan.timeline, view.plan.today
    if line.last_dose is not None or on <= today:
        return line.last_dose
    return max(line.projected_last_dose, today)


def _conflict(point: Point, views: Sequence[View], on: date) -> Conflict | None:
    """The days of the first course of which the last such day has not passed."""
    for view in views:
        line = view.plan.timeline
        last_dose = _last_dose(view, on)
        statements = [said for one in point.against for said in one.statements]
        days = [holds(said, line.first_dose, last_dose or line.end) for said in statements]
        ends = [one.last for one in days if one.last is not None]
        ends += [span.end for span in view.plan.spans if span.rule.kind is Kind.PROCEDURE]
        last = max(ends if last_dose is not None else [*ends, on])
        if on <= last:
            return Conflict(point, min(one.first for one in days), last, line.last_dose is None)
    return None


class Habits(Struct, frozen=True):
    """What was recorded of habits, by week."""

    words: Vocabulary
    weeks: tuple[Week, ...]


def habits(context: Context) -> Habits:
    """The habits of the patient by week; raise NoCourseError where there is no course."""
    views, words = look_at_all(context.reading(Observation)), vocabulary(HABIT)
    found = [one for view in views for one in view.history.all(Observation) if one.family == HABIT]
    least = {one.code: one.goal.least for one in words.codes if one.goal is not None and one.goal.least is not None}
    return Habits(words, by_week(found, least, context.today))
