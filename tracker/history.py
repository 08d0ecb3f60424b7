"""The history of a course: the same facts give the same history, in whatever order they were recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.model import (
    Appointment,
    Cleared,
    Course,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    Override,
    Pause,
    Prescribed,
    Projection,
    Resume,
    Risk,
    Stop,
    TestResult,
    Weight,
)
from tracker.rules import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The facts of one course that stand, each kind in order of its days.

    Of one day they stand in a fixed order by what they say, and only where they say the same in that of recording.
    """

    course: Course
    first_dose_planned: date
    first_dose_id: int = 0
    """Number of the entry that says so."""
    projection: Projection | None = None
    prescribed: tuple[Prescribed, ...] = ()
    doses: tuple[Dose, ...] = ()
    weights: tuple[Weight, ...] = ()
    done: tuple[Done, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    """In order of recording: the last one for a key holds."""
    pauses: tuple[Pause | Resume, ...] = ()
    stop: Stop | None = None
    overrides: tuple[Override, ...] = ()
    risks: tuple[Risk, ...] = ()
    cleared: tuple[Cleared, ...] = ()


_ORDER_OF_KINDS = {kind: number for number, kind in enumerate(Kind)}
"""Of one day: what opens a window (a visit, a test) stands before what it opens (a pick-up)."""
_ORDER_OF_RESULTS = {TestResult.POSITIVE: 0, TestResult.NEGATIVE: 1, TestResult.UNCLEAR: 2, None: 3}


def history_of(of: Course, standing: Iterable[Fact]) -> History:
    """Sort facts into a history: by day, then by what they say."""
    groups: dict[type[Fact], list[Any]] = {}
    for one in standing:
        groups.setdefault(type(one), []).append(one)

    def by_day(*kinds: type[Fact]) -> tuple[Any, ...]:
        chosen = [one for kind in kinds for one in groups.get(kind, [])]
        return tuple(sorted(chosen, key=lambda one: (one.on, kinds.index(type(one)), one.number)))

    def by_number(kind: type[Fact]) -> tuple[Any, ...]:
        return tuple(sorted(groups.get(kind, []), key=lambda one: one.number))

    def last(kind: type[Fact]) -> Any:
        return next(reversed(by_number(kind)), None)

    return History(
        course=of,
        first_dose_planned=last(FirstDosePlanned).on,
        first_dose_id=last(FirstDosePlanned).id,
        projection=last(Projection),
        prescribed=by_day(Prescribed),
        doses=by_day(Dose),
        weights=by_day(Weight),
        done=in_order(groups.get(Done, [])),
        appointments=by_number(Appointment),
        pauses=by_day(Resume, Pause),
        stop=last(Stop),
        overrides=by_number(Override),
        risks=by_day(Risk),
        cleared=by_day(Cleared),
    )


def in_order(done: Iterable[Done]) -> tuple[Done, ...]:
    """What was done, by day and then by what it says."""
    return tuple(sorted(done, key=_order_of_things_done))


def has_same(history: History, new: Fact) -> Fact | None:
    """A fact that stands and says exactly the same."""
    groups = (
        history.done, history.doses, history.weights, history.prescribed, history.pauses, history.appointments,
        history.risks, history.cleared,
    )  # fmt: skip
    for group in groups:
        for one in group:
            if type(one) is type(new) and replace(one, id=new.id, number=new.number) == new:
                return one
    return None


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
