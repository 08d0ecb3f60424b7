"""Everything that a doctor is shown of a course on one page: the readings that there are, of one state of a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from msgspec import Struct

from tracker.engine.view import View
from tracker.facts.background import About, Background
from tracker.facts.intake import Product
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.facts.person import Person
from tracker.facts.photos import Photo
from tracker.facts.questions import Question
from tracker.facts.substances import Taken
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.course import (
    dosing,
    measuring,
    observing,
    picturing,
    suffering,
    taking,
    treating,
    weekly,
    wondering,
)
from tracker.journeys.course.consenting import Consent, checklist_of
from tracker.journeys.course.dosing import Doses
from tracker.journeys.course.measuring import Sheet
from tracker.journeys.course.observing import Skin
from tracker.journeys.course.person import born_of, sex_of
from tracker.journeys.course.picturing import Photos
from tracker.journeys.course.suffering import Complaints
from tracker.journeys.course.taking import Beside
from tracker.journeys.course.treating import Overview
from tracker.journeys.course.weekly import Week
from tracker.readings.agenda import Agenda, agenda
from tracker.readings.ages import age_on
from tracker.readings.curve import Point, curves
from tracker.readings.dangers import Met, met
from tracker.readings.findings import Finding, of_every_value
from tracker.readings.intake import taken_by_day
from tracker.readings.missed import Missed, missed
from tracker.rules import Sex
from tracker.walk import Account, Day


class Report(Struct, frozen=True):
    """What there is to say of a patient's newest course, seen from today, and of the time that the page is about."""

    views: Sequence[View]
    since: date | None
    """The first day that it is about; None where it is about all that was recorded."""
    last_visit: date | None
    """The last one before today: a visit of today is the one at which it is shown."""
    born: date | None
    sex: Sex | None
    background: tuple[Background, ...]
    beside: Beside
    sheet: Sheet
    found_then: tuple[Finding, ...]
    """What every blood value had reached while it was the newest, each in its own course."""
    felt: Complaints
    dangers: tuple[Met, ...]
    """Those of its time, of every course, whether they stand or the clinic has cleared them."""
    mood: tuple[Observation, ...]
    """The answers of its time to the short check of mood, oldest first."""
    weeks: tuple[Week, ...]
    doses: Doses
    curves: dict[Product, tuple[Point, ...]]
    agenda: Agenda
    missed: Missed
    days: tuple[Day, ...]
    """Those of the course until today, with what was taken on each; none where no dose is known."""
    consents: tuple[Consent, ...]
    """What is to be signed, with what is explained before."""
    procedures: Overview
    skin: Skin
    questions: tuple[Question, ...]
    photos: Photos | None
    """None where nobody asked for them."""

    @property
    def view(self) -> View:
        """The newest course."""
        return self.views[-1]

    @property
    def today(self) -> date:
        """The day from which it is seen."""
        return self.view.plan.today

    @property
    def not_at_hand(self) -> tuple[date, ...]:
        """The days of its time without a record, whose dose was not at hand; today is not over."""
        return tuple(one.on for one in self.days
                     if one.account is Account.BEYOND and one.on < self.today and self.is_in_it(one.on))  # fmt: skip

    @property
    def age(self) -> int | None:
        """Whole years today."""
        return age_on(self.today, self.born) if self.born is not None else None

    def is_in_it(self, day: date) -> bool:
        """Whether a day belongs to the time that it is about."""
        return self.since is None or day >= self.since


def report(context: Context, since: date | str | None, *, with_photos: bool = False) -> Report:
    """The page's contents; ``since`` is a day, the last visit, or None for all.

    Where there was no visit it is about all; raise NoCourseError where there is no course.
    """
    at = context.reading(LabValue, Person, Observation, Taken, Background, Question, Photo)
    return report_of(at, look_at_all(at), since, with_photos=with_photos)


def report_of(context: Context, views: Sequence[View], since: date | str | None, *, with_photos: bool) -> Report:
    """The same of courses that were read."""
    view, today = views[-1], context.today
    skin = observing.skin_of(views, today)
    first = skin.last_visit if isinstance(since, str) else since
    felt = suffering.complaints_of(views)
    line, history = view.plan.timeline, view.history
    order = list(About)
    known = [one for each in views for one in each.history.all(Background) if one.until is None or one.until >= today]
    weeks, sheet = weekly.weeks(felt), measuring.sheet_of(views)
    answers = (one for each in views for one in each.history.all(Observation) if one.family == suffering.MOOD)
    return Report(
        views=views, since=first, last_visit=skin.last_visit, born=born_of(views), sex=sex_of(views),
        background=tuple(sorted(known, key=lambda one: (order.index(one.about), one.on, one.id))),
        beside=taking.beside_of(views, today), sheet=sheet, found_then=tuple(_found_then(sheet)),
        felt=felt,
        dangers=tuple(one for each in views for one in met(each.history, first or date.min)),
        mood=tuple(sorted((one for one in answers if (first or date.min) <= one.on <= today),
                          key=lambda one: (one.on, one.id))),
        weeks=tuple(one for one in weeks if first is None or (one.first - first).days > -weekly.DAYS_OF_A_WEEK),
        doses=dosing.doses_of(view), curves=curves(history, line, today), agenda=agenda(view.plan),
        missed=missed(history, view.plan, first or date.min),
        days=tuple(taken_by_day(history, line, today)) if history.prescribed or history.doses else (),
        consents=checklist_of(view),
        procedures=treating.overview_of(views), skin=skin,
        questions=tuple(one for one in wondering.questions_of(views)
                        if one.answered is None or first is None or one.answered >= first),
        photos=picturing.photos_of(context, views) if with_photos else None,
    )  # fmt: skip


def _found_then(sheet: Sheet) -> Iterator[Finding]:
    before: date | None = None
    for number, view in enumerate(sheet.views, start=1):
        own = {one.id for one in view.history.all(LabValue)}
        values = [one for earlier in sheet.views[:number] for one in earlier.history.all(LabValue)]
        line = view.plan.timeline
        for one in of_every_value(sheet.analytes, values, sex=sheet.sex, first_dose=line.first_dose, since=before,
                                  symptoms=partial(measuring.symptoms_then, sheet.views)):  # fmt: skip
            if one.value.id in own:
                yield one
        before = line.end
