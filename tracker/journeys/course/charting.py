"""What is drawn by day: the values and sums that other journeys have, over all courses of the patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from tracker.capsules import weighed_at_the_start
from tracker.engine.view import View
from tracker.facts import RedFlag, Weight
from tracker.facts.intake import Product
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.facts.person import Person
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.course import dosing, measuring, suffering, weekly
from tracker.journeys.course.dosing import Doses
from tracker.journeys.course.measuring import Sheet
from tracker.journeys.course.observing import last_visit_of
from tracker.journeys.course.suffering import Complaints
from tracker.journeys.course.weekly import Week
from tracker.readings.curve import Point, curves


class Growth(Struct, frozen=True):
    """The doses of the newest course, and how their sum grew."""

    doses: Doses
    curves: dict[Product, tuple[Point, ...]]


class Weighed(Struct, frozen=True):
    """The weights of all courses, oldest first, and the one that doses of the newest are counted on."""

    weights: tuple[Weight, ...]
    counted_on: Weight | None


class Felt(Struct, frozen=True):
    """The symptoms by week, and the red flags that were ever raised."""

    complaints: Complaints
    weeks: list[Week]
    flags: tuple[RedFlag, ...]

    @property
    def view(self) -> View:
        """The newest course."""
        return self.complaints.view


class Answers(Struct, frozen=True):
    """The answers to the short check of mood, oldest first, and the red flags that were ever raised."""

    complaints: Complaints
    answers: tuple[Observation, ...]
    flags: tuple[RedFlag, ...]


class Drawable(Struct, frozen=True):
    """The courses from which charts are drawn, as they were read once."""

    views: Sequence[View]

    @property
    def last_visit(self) -> date | None:
        """The last visit before today."""
        return last_visit_of(self.views, self.views[-1].plan.today)

    def sheet(self) -> Sheet:
        """The blood values."""
        return measuring.sheet_of(self.views)

    def growth(self) -> Growth:
        """The cumulative dose."""
        view = self.views[-1]
        return Growth(dosing.doses_of(view), curves(view.history, view.plan.timeline, view.plan.today))

    def weighed(self) -> Weighed:
        """The weight."""
        view = self.views[-1]
        found = sorted((one for each in self.views for one in each.history.weights), key=lambda one: (one.on, one.id))
        return Weighed(tuple(found), weighed_at_the_start(view.history, view.plan.timeline.first_dose))

    def felt(self) -> Felt:
        """The symptoms."""
        found = suffering.complaints_of(self.views)
        return Felt(found, weekly.weeks(found), self._flags())

    def answers(self) -> Answers:
        """The mood."""
        entries = (one for view in self.views for one in view.history.all(Observation) if one.family == suffering.MOOD)
        found = sorted(entries, key=lambda one: (one.on, one.id))
        return Answers(suffering.complaints_of(self.views), tuple(found), self._flags())

    def _flags(self) -> tuple[RedFlag, ...]:
        found = (one for view in self.views for one in view.history.red_flags)
        return tuple(sorted(found, key=lambda one: (one.on, one.id)))


def drawable(context: Context) -> Drawable:
    """What there is to draw; raise NoCourseError where there is no course."""
    return Drawable(look_at_all(context.reading(LabValue, Person, Observation)))
