"""From when until when a procedure is kept apart from a patient's courses: every rule that there is, and which holds.

A rule is one of the catalogue's (what a source says) or one of the programme that a course follows. It holds from the
first capsule to the last; lead and tail are rounded long (:mod:`tracker.dates`), and a tail runs from the last capsule
taken, or from the projected one: then its end is an estimate. Where rules end on different days the latest holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from tracker.dates import NOTHING, Span, last_restricted_day, lead_start
from tracker.plan import Timeline
from tracker.rules import During, Kind, Point, Rule, Text
from tracker.treatments import Catalogue, Level, Procedure, Profile

_DAY = timedelta(days=1)


class CourseDays(Struct, frozen=True):
    """The days of a course that windows hang on, and what its programme says of procedures."""

    first_dose: date
    last_dose: date
    """The last one taken, or where it is projected."""
    is_estimate: bool
    programme: str = ""
    """The id of the protocol."""
    rules: tuple[Rule, ...] = ()
    """Its rules about procedures, with the clinic's own values."""


class Surroundings(Struct, frozen=True):
    """What the sessions of a course are seen with: the catalogue, and the courses before it."""

    catalogue: Catalogue
    before: tuple[CourseDays, ...] = ()


class Why(StrEnum):
    """Why a window is the one that was taken, or was not."""

    LATEST = "latest"
    """Of those that hold it ends last, or is the strictest of the day."""
    SHORTER = "shorter"
    """Another one holds longer, or is stricter."""
    OTHER_PROFILE = "other-profile"
    """It belongs to a profile that is not the one chosen."""
    ALLOWS = "allows"
    """It restricts nothing: a source allows it."""


class Window(Struct, frozen=True):
    """What one rule says of one course, from its first to its last day."""

    level: Level
    first: date
    last: date
    """The last restricted day, of a rule that restricts."""
    is_estimate: bool
    """Whether its end hangs on a last capsule that has not been taken, or is not known."""
    text: Text
    sources: tuple[str, ...]
    confirmed: bool
    tail: Span
    """How long it goes on after the last capsule."""
    last_dose: date
    """The day from which the tail is counted."""
    course: int = 1
    """Which of the patient's courses, the oldest is 1."""
    profile: Profile | None = None
    rule: str | None = None
    """The id of the programme's rule, where it is one of the programme's."""
    programme: str | None = None
    is_in_force: bool = True
    """Whether it counts under the profile that was chosen."""

    def has(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day <= self.last

    @property
    def restricts(self) -> bool:
        """Whether it counts and asks for more than nothing."""
        return self.is_in_force and self.level is not Level.ALLOWED

    @property
    def forbids(self) -> bool:
        """Whether it counts and nothing may be done in it."""
        return self.is_in_force and self.level is Level.FORBIDDEN


class Washout(Struct, frozen=True):
    """Every window of a procedure that was considered, for all of a patient's courses, and the chosen profile."""

    procedure: Procedure
    profile: Profile
    windows: tuple[Window, ...]
    """The strictest first, of one level the one that ends last first."""

    def on(self, day: date) -> tuple[Window, ...]:
        """Those that have this day, whichever profile they belong to."""
        return tuple(one for one in self.windows if one.has(day))

    def taken(self, day: date) -> Window | None:
        """The one that decides about a day: the strictest that counts, of those the one that ends last."""
        return next((one for one in self.windows if one.is_in_force and one.has(day)), None)

    def level(self, day: date) -> Level | None:
        """What holds on a day; None where no rule says anything of it."""
        found = self.taken(day)
        return found.level if found is not None else None

    def why(self, one: Window, day: date) -> Why:
        """Why a window that has this day is the one that decides about it, or is not."""
        if not one.is_in_force:
            return Why.OTHER_PROFILE
        if one == self.taken(day):
            return Why.ALLOWS if one.level is Level.ALLOWED else Why.LATEST
        return Why.ALLOWS if one.level is Level.ALLOWED else Why.SHORTER

    def forbidding(self, day: date) -> Window | None:
        """The window that forbids a day; of several the one that ends last."""
        found = self.taken(day)
        return found if found is not None and found.forbids else None

    def sources_against(self, day: date) -> tuple[str, ...]:
        """The sources of every rule that forbids a day, that of the window that ends last first."""
        against = [self.forbidding(day), *(one for one in self.on(day) if one.forbids)]
        return tuple(dict.fromkeys(source for one in against if one is not None for source in one.sources))

    def first_free(self, day: date) -> date:
        """The first day from this one on that no window forbids."""
        while (window := self.forbidding(day)) is not None:
            day = window.last + _DAY
        return day

    def last_restricted(self) -> Window | None:
        """The window that forbids, of those that count the one that ends last of all."""
        return max((one for one in self.windows if one.forbids), key=lambda one: one.last, default=None)

    def last_of(self, level: Level) -> Window | None:
        """The window of a level that ends last of those that count, where it goes on after the stricter ones."""
        stricter = self.last_restricted()
        of_it = [one for one in self.windows if one.is_in_force and one.level is level]
        last = max(of_it, key=lambda one: one.last, default=None)
        if level is Level.FORBIDDEN or last is None or stricter is None:
            return last
        return last if last.last > stricter.last else None


def course_days(line: Timeline, programme: str, rules: Iterable[Rule]) -> CourseDays:
    """What windows need of a course, with the rules of its programme as they hold in it."""
    return CourseDays(
        line.first_dose, line.end, line.last_dose is None or not line.last_dose_is_known, programme,
        tuple(rule for rule in rules if rule.kind is Kind.PROCEDURE and isinstance(rule.timing, During)),
    )  # fmt: skip


def washout(
    procedure: Procedure, catalogue: Catalogue, courses: Sequence[CourseDays], profile: Profile = Profile.LABEL
) -> Washout:
    """Every window of a procedure around these courses, oldest first."""
    found = [
        window
        for number, course in enumerate(courses, start=1)
        for window in (*_said(procedure, course, number, profile),
                       *_of_the_programme(procedure, catalogue, course, number, profile))
    ]  # fmt: skip
    found.sort(key=lambda one: (one.level.rank, -one.last.toordinal(), one.first, not one.confirmed, one.rule or ""))
    return Washout(procedure, profile, tuple(found))


def _said(procedure: Procedure, course: CourseDays, number: int, profile: Profile) -> Iterator[Window]:
    for one in procedure.sayings:
        yield Window(
            one.level, *_days(course, one.lead, one.tail), text=one.text, sources=one.sources, confirmed=one.confirmed,
            tail=one.tail, last_dose=course.last_dose, course=number, profile=one.profile,
            is_in_force=_counts(one.profile, procedure, profile),
        )  # fmt: skip


def _of_the_programme(
    procedure: Procedure, catalogue: Catalogue, course: CourseDays, number: int, profile: Profile
) -> Iterator[Window]:
    for rule in course.rules:
        timing = rule.timing
        assert isinstance(timing, During)  # noqa: S101 - no others are taken
        cover = catalogue.cover(course.programme, rule.id)
        if cover is None:
            # A clinic's own programme: nobody said what its rule is about, so it is about all that no source allows.
            if any(one.level is Level.ALLOWED for one in procedure.sayings):
                continue
        elif procedure.code not in cover.procedures:
            continue
        belongs_to = cover.profile if cover is not None else None
        first, last, is_estimate = _days(course, timing.lead, timing.tail)
        if timing.until.point is not Point.LAST_DOSE:
            last, is_estimate = max(last, course.last_dose), course.is_estimate
        yield Window(
            Level.FORBIDDEN, first, last, is_estimate, text=rule.text, sources=rule.sources, confirmed=rule.confirmed,
            tail=timing.tail, last_dose=course.last_dose, course=number, profile=belongs_to, rule=rule.id,
            programme=course.programme, is_in_force=_counts(belongs_to, procedure, profile),
        )  # fmt: skip


def _counts(belongs_to: Profile | None, procedure: Procedure, chosen: Profile) -> bool:
    """Whether what belongs to a profile counts under the chosen one; what that does not name stays with the label."""
    if belongs_to in (None, chosen):
        return True
    return belongs_to is Profile.LABEL and not procedure.is_named_by(chosen)


def _days(course: CourseDays, lead: Span, tail: Span) -> tuple[date, date, bool]:
    first = lead_start(course.first_dose, lead) if lead != NOTHING else course.first_dose
    return first, last_restricted_day(course.last_dose, tail), course.is_estimate
