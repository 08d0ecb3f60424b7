"""The history of a course: the same facts give the same history, in whatever order they were recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tracker.facts import (
    Appointment,
    Cleared,
    Course,
    Done,
    Dose,
    Earlier,
    Enrolment,
    Fact,
    Fertility,
    FirstDosePlanned,
    Override,
    Pause,
    Possible,
    Prescribed,
    Programme,
    Projection,
    RedFlag,
    Resume,
    Risk,
    SeriesEnd,
    SeriesPlan,
    Session,
    Stop,
    TestResult,
    TimesChosen,
    Weight,
)
from tracker.facts.kind import F
from tracker.facts.lab import LabValue
from tracker.rules import Kind
from tracker.treatments import Profile

_ORDER_OF_KINDS = {kind: number for number, kind in enumerate(Kind)}
"""Of one day: what opens a window (a visit, a test) stands before what it opens (a pick-up)."""
_ORDER_OF_RESULTS = {TestResult.POSITIVE: 0, TestResult.NEGATIVE: 1, TestResult.UNCLEAR: 2, None: 3}


class History(Struct, frozen=True, dict=True):
    """The facts of one course that stand, each kind in order of its days.

    Of one day they stand in a fixed order by what they say, and only where they say the same in that of recording.
    """

    course: Course
    facts: tuple[Fact, ...]
    """Of the kinds that were read."""

    def all(self, cls: type[F]) -> tuple[F, ...]:
        """Every fact of a class, by day."""
        return tuple(sorted(self._recorded(cls), key=lambda one: (one.on, one.number)))

    def last(self, cls: type[F]) -> F | None:
        """The fact of a class that was recorded last: of those the newest holds, whatever its day."""
        return max(self._recorded(cls), key=lambda one: one.number, default=None)

    @cached_property
    def first_dose_planned(self) -> date:
        """The day for which the first capsule is planned."""
        return self._first_dose_planned.on

    @property
    def first_dose_id(self) -> int:
        """Number of the entry that says so."""
        return self._first_dose_planned.id

    @cached_property
    def projection(self) -> Projection | None:
        """How the last dose is projected, as it was last said."""
        return self.last(Projection)

    @cached_property
    def prescribed(self) -> tuple[Prescribed, ...]:
        """The steps of the daily dose."""
        return self.all(Prescribed)

    @cached_property
    def doses(self) -> tuple[Dose, ...]:
        """The days that were logged, capsules taken or missed."""
        return self.all(Dose)

    @cached_property
    def weights(self) -> tuple[Weight, ...]:
        """The weights that were measured."""
        return self.all(Weight)

    @cached_property
    def done(self) -> tuple[Done, ...]:
        """What was done, by day and then by what it says."""
        return tuple(sorted(self._recorded(Done), key=_order_of_things_done))

    @cached_property
    def measured(self) -> dict[date, frozenset[str]]:
        """The codes of what was measured in the blood of a day, of the days of which that is known."""
        found: dict[date, set[str]] = {}
        for one in self._recorded(LabValue):
            found.setdefault(one.on, set()).add(one.code)
        return {on: frozenset(codes) for on, codes in found.items()}

    @cached_property
    def appointments(self) -> tuple[Appointment, ...]:
        """In order of recording: the last one for a key holds."""
        return tuple(sorted(self._recorded(Appointment), key=lambda one: one.number))

    @cached_property
    def pauses(self) -> tuple[Pause | Resume, ...]:
        """Where capsules end and begin again; of one day the resumption stands before the next pause."""
        both: list[Pause | Resume] = [*self._recorded(Pause), *self._recorded(Resume)]
        return tuple(sorted(both, key=lambda one: (one.on, isinstance(one, Pause), one.number)))

    @cached_property
    def stop(self) -> Stop | None:
        """The day of the last capsule, once it was said."""
        return self.last(Stop)

    @cached_property
    def overrides(self) -> tuple[Override, ...]:
        """The clinic's own values, in order of recording."""
        return tuple(sorted(self._recorded(Override), key=lambda one: one.number))

    @cached_property
    def risks(self) -> tuple[Risk, ...]:
        """Why a pregnancy was possible: nothing of a day on which none could be, unless one can be in the end.

        Who is wrongly recorded as unable, and corrects that from today on, loses nothing that was said before; on the
        first day on which none is possible any more, it was possible until then.
        """
        return tuple(one for one in self.all(Risk) if self.counts_a_risk_of(one.on))

    def counts_a_risk_of(self, day: date) -> bool:
        """Whether a risk of pregnancy of that day counts."""
        could = self.can_become_pregnant_on
        return self.can_become_pregnant or could(day) or could(day - timedelta(days=1))

    @cached_property
    def red_flags(self) -> tuple[RedFlag, ...]:
        """Symptoms that could not wait for the visit."""
        return self.all(RedFlag)

    @cached_property
    def cleared(self) -> tuple[Cleared, ...]:
        """The clinic's word that such a thing is settled."""
        return self.all(Cleared)

    @cached_property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes that were adopted, by the day from which each holds, then as they were recorded."""
        return self.all(Programme)

    @property
    def enrolled(self) -> date:
        """The day of enrolment, as it was said last."""
        said = self.last(Enrolment)
        return said.on if said is not None else self.course.enrolled

    @cached_property
    def fertility(self) -> tuple[Fertility, ...]:
        """What was said after the start of whether pregnancy is possible."""
        return self.all(Fertility)

    @cached_property
    def who(self) -> tuple[bool, tuple[tuple[date, bool], ...]]:
        """Whether pregnancy was possible at enrolment, and each later day from which that was otherwise."""
        first, changes = self.course.can_become_pregnant, list[tuple[date, bool]]()
        for day, possible in {one.on: one.possible is Possible.YES for one in self.fertility}.items():
            if day <= self.enrolled:
                first = possible
            elif possible != (changes[-1][1] if changes else first):
                changes.append((day, possible))
        return first, tuple(changes)

    @property
    def can_become_pregnant(self) -> bool:
        """Whether pregnancy is possible, as it holds in the end."""
        first, changes = self.who
        return changes[-1][1] if changes else first

    def can_become_pregnant_on(self, day: date) -> bool:
        """Whether pregnancy was possible on a day."""
        first, changes = self.who
        return next((possible for since, possible in reversed(changes) if since <= day), first)

    @cached_property
    def earlier(self) -> Earlier | None:
        """What is to be thought of the time before the course came into isotrack: of the latest day, as last said."""
        return next(reversed(self.all(Earlier)), None)

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The procedures that were done, by day and then by what they say."""
        return tuple(sorted(self._recorded(Session), key=lambda one: (one.on, one.code, one.note or "", one.number)))

    @cached_property
    def series(self) -> tuple[SeriesPlan, ...]:
        """The series of procedures that were planned, by day and then by name."""
        return tuple(sorted(self._recorded(SeriesPlan), key=lambda one: (one.on, len(one.series), one.series)))

    @cached_property
    def series_ends(self) -> tuple[SeriesEnd, ...]:
        """From which session on a series is no longer planned."""
        return self.all(SeriesEnd)

    @cached_property
    def profile(self) -> Profile:
        """Whose times hold for procedures: the label's, unless the clinic said otherwise."""
        chosen = self.last(TimesChosen)
        return chosen.profile if chosen is not None else Profile.LABEL

    @property
    def has_procedures(self) -> bool:
        """Whether anything was recorded that the catalogue of procedures is needed for."""
        return bool(self._recorded(Session) or self._recorded(SeriesPlan) or self._recorded(TimesChosen))

    def changed(self, voided: Collection[int], recorded: Iterable[Fact]) -> History:
        """The history without the facts of these ids, and with others."""
        return History(self.course, (*(one for one in self.facts if one.id not in voided), *recorded))

    def same_as(self, new: Fact) -> Fact | None:
        """A fact that stands and says exactly the same."""
        same_day = (one for one in self._recorded(type(new)) if one.on == new.on)
        found = (one for one in same_day if replace(one, id=new.id, number=new.number) == new)
        return next(found, None)

    @cached_property
    def _first_dose_planned(self) -> FirstDosePlanned:
        found = self.last(FirstDosePlanned)
        assert found is not None  # noqa: S101 - a course is opened with one
        return found

    @cached_property
    def _by_class(self) -> dict[type[Fact], list[Any]]:
        groups: dict[type[Fact], list[Any]] = {}
        for one in self.facts:
            groups.setdefault(type(one), []).append(one)
        return groups

    def _recorded(self, cls: type[F]) -> list[F]:
        return self._by_class.get(cls, [])


def history_of(of: Course, standing: Iterable[Fact]) -> History:
    """The history that facts make."""
    return History(of, tuple(standing))


def _order_of_things_done(fact: Done) -> tuple[Any, ...]:
    return (
        fact.on,
        _ORDER_OF_KINDS[fact.kind],
        fact.pin is None,
        _ORDER_OF_RESULTS[fact.result],
        fact.pin or "",
        fact.note or "",
        fact.number,
    )
