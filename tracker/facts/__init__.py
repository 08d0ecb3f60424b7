"""Facts: what happened or was decided, one file a family, and every kind of them in one tuple."""

from __future__ import annotations

from functools import cache
from typing import Any

from tracker.facts import (
    background,
    course,
    dangers,
    done,
    earlier,
    enrolment,
    fertility,
    intake,
    invitations,
    lab,
    money,
    observation,
    person,
    photos,
    procedures,
    programme,
    questions,
    stock,
    substances,
)  # fmt: skip
from tracker.facts.course import Course, FirstDosePlanned, Override, Pause, Projection, Resume, Stop
from tracker.facts.dangers import RISK_NAMES, Cleared, RedFlag, Risk, RiskKind
from tracker.facts.done import RESULT_NAMES, Appointment, Done, Standing, TestResult
from tracker.facts.earlier import Earlier, HowEarlier
from tracker.facts.enrolment import Enrolment
from tracker.facts.fertility import Fertility, Possible
from tracker.facts.intake import Dose, Prescribed, Weight
from tracker.facts.invitations import CalledOff, Copy
from tracker.facts.kind import Column, Fact, FactKind, Log, Sort, When
from tracker.facts.procedures import SeriesEnd, SeriesPlan, Session, TimesChosen
from tracker.facts.programme import Programme

__all__ = [
    "KINDS", "PLANNING", "RESULT_NAMES", "RISK_NAMES", "Appointment", "CalledOff", "Cleared", "Column", "Copy",
    "Course", "Done", "Dose", "Earlier", "Enrolment", "Fact", "FactKind", "Fertility", "FirstDosePlanned", "HowEarlier",
    "Log", "Override", "Pause", "Possible", "Prescribed", "Programme", "Projection", "RedFlag", "Resume", "Risk",
    "RiskKind", "SeriesEnd", "SeriesPlan", "Session", "Sort", "Standing", "Stop", "TestResult", "TimesChosen",
    "Weight", "When", "by_name", "kind_of", "kinds_of",
]  # fmt: skip

_OF_THE_COURSE: tuple[FactKind[Any], ...] = (
    *course.KINDS, *done.KINDS, *dangers.KINDS, *intake.KINDS, *programme.KINDS, *earlier.KINDS,
    *fertility.KINDS, *enrolment.KINDS, *stock.KINDS, *procedures.KINDS,
)  # fmt: skip
PLANNING: tuple[FactKind[Any], ...] = (*_OF_THE_COURSE, *lab.KINDS)
"""The kinds that the plan and what is assumed taken stand on: every command reads them."""
KINDS: tuple[FactKind[Any], ...] = (
    *_OF_THE_COURSE, *invitations.KINDS, *observation.KINDS, *lab.KINDS, *person.KINDS, *substances.KINDS,
    *background.KINDS, *money.KINDS, *photos.KINDS, *questions.KINDS,
)  # fmt: skip
"""Every kind of fact; what is kept, shown, corrected or exported goes over this."""


@cache
def by_name() -> dict[str, FactKind[Any]]:
    """The kinds by their names."""
    return {kind.name: kind for kind in KINDS}


def kinds_of(*classes: type[Fact]) -> tuple[FactKind[Any], ...]:
    """The kinds of these classes."""
    return tuple(kind for kind in KINDS if kind.cls in classes)


@cache
def _by_class() -> dict[type[Fact], list[FactKind[Any]]]:
    found: dict[type[Fact], list[FactKind[Any]]] = {}
    for kind in KINDS:
        found.setdefault(kind.cls, []).append(kind)
    return found


def kind_of(fact: Fact) -> FactKind[Any]:
    """The declaration of a fact's kind."""
    kinds = _by_class()[type(fact)]
    return next(kind for kind in kinds if all(getattr(fact, name) == value for name, value in kind.fixed.items()))
