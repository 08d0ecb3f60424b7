"""Coded observations: one class and one table for every family; the codes of a family are data.

A family is a kind of fact here and a vocabulary under ``schemas/vocabularies/``; a new code is a line of that file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import CODE, DAY, NUMBER, TEXT, WHOLE, Amount, Column, Fact, FactKind, Log, Term, choice


class Comparator(StrEnum):
    """On which side of the value what was measured lies."""

    BELOW = "<"
    ABOVE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


class Observation(Fact, frozen=True, kw_only=True):
    """Something with a code was observed: how many, how much or how strong, and where."""

    family: str
    code: str
    value: Decimal | None = None
    comparator: Comparator | None = None
    """Where the value is a bound."""
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    """The range of reference that came with the value."""
    grade: int | None = None
    site: str | None = None
    until: date | None = None
    """The last day on which it was so; None for the day alone, or where it goes on."""
    printed: str | None = None
    """What was printed or typed, where the value does not say all of it."""


_COMPARATOR = choice("comparator", Comparator, {"≦": Comparator.AT_MOST, "≧": Comparator.AT_LEAST},
                     N_('"{typed}" is no comparison; expected one of < > <= >='))  # fmt: skip
COMPARATOR = Column(name="comparator", sort=_COMPARATOR, condition="comparator IN ('<', '>', '<=', '>=')")
_COLUMNS = (
    Column(name="code", sort=CODE, required=True),
    Column(name="value", sort=NUMBER),
    COMPARATOR,
    Column(name="unit", sort=TEXT),
    Column(name="low", sort=NUMBER),
    Column(name="high", sort=NUMBER),
    Column(name="grade", sort=WHOLE, condition="grade BETWEEN 1 AND 9"),
    Column(name="site", sort=CODE, flag="--area", help=N_("Where on the body, such as forehead.")),
    Column(name="until", sort=DAY, flag="--until", help=N_("The last day on which it was so.")),
    Column(name="printed", sort=TEXT),
)


def say(fact: Observation) -> Phrase:
    """What was observed, with its value, its place and the day on which it ended."""
    said = _say(fact)
    return said if fact.until is None else Phrase(N_("{what}, until {until}"), {"what": said, "until": fact.until})


def _say(fact: Observation) -> Phrase:
    values = {"what": Term(fact.family, fact.code), "site": Term(fact.family, fact.site)}
    if fact.grade is not None:
        message = N_("{what}: {value}") if fact.site is None else N_("{what}, {site}: {value}")
        return Phrase(message, values | {"value": Phrase(N_("grade {grade}"), {"grade": fact.grade})})
    if fact.value is None:
        return Phrase(N_("{what}") if fact.site is None else N_("{what}, {site}"), values)
    message = N_("{what}: {count}") if fact.site is None else N_("{what}, {site}: {count}")
    return Phrase(message, values | {"count": fact.value})


def say_measured(fact: Observation) -> Phrase:
    """What was observed with its value as it is said: a number, yes or no, or an answer."""
    what = Term(fact.family, fact.code)
    if fact.value is None:
        return Phrase(N_("{what}"), {"what": what})
    return Phrase(N_("{what}: {answer}"), {"what": what, "answer": Amount(fact.family, fact.code, fact.value)})


def say_on_skin(fact: Observation) -> Phrase:
    """What the skin shows, where, and how many or how much of it: a grade in its word."""
    values = {"what": Term(fact.family, fact.code), "site": Term(fact.family, fact.site)}
    value = fact.value if fact.grade is None else Decimal(fact.grade)
    if value is None:
        return Phrase(N_("{what}") if fact.site is None else N_("{what}, {site}"), values)
    message = N_("{what}: {value}") if fact.site is None else N_("{what}, {site}: {value}")
    return Phrase(message, values | {"value": Amount(fact.family, fact.code, value, fact.grade is not None)})


def say_explained(fact: Observation) -> Phrase:
    """What was explained, or was not."""
    message = N_("not explained: {what}") if fact.value == 0 else N_("explained: {what}")
    return Phrase(message, {"what": Term(fact.family, fact.code)})


def family(
    name: str, *, since: int, log: Log | None = None, say: Callable[[Observation], Phrase] = say
) -> FactKind[Observation]:
    """A family of coded observations; its codes stand in ``schemas/vocabularies/<name>.json``.

    Its name is a gettext message id too.
    """
    return FactKind(
        name=name,
        cls=Observation,
        since=since,
        table="observation",
        columns=_COLUMNS,
        fixed={"family": name},
        value="value",
        say=say,
        log=log,
    )


KINDS = (
    family(
        N_("skin"),
        since=4,
        say=say_on_skin,
        log=Log(
            names=("skin", "肌", "皮膚"),
            help=N_(
                "What the skin shows, by area, such as red=12 pus=3 or chin sebum=oily; isotrack list skin has"
                " the words."
            ),
            on_help=N_("The day it was seen; today unless said."),
            options=("site",),
            coded=True,
        ),
    ),
    family(
        N_("habit"),
        since=6,
        say=say_measured,
        log=Log(
            names=("habit", "習慣"),
            help=N_(
                "Habits of a day, such as sleep=7 moisturiser sunscreen or alcohol=2; isotrack list habit has the"
                " words."
            ),
            on_help=N_("The day of it; today unless said."),
            coded=True,
        ),
    ),
    family(
        N_("counselling"),
        since=6,
        say=say_explained,
        log=Log(
            names=("counselling", "counseling", "説明", "説明事項"),
            help=N_("What was explained before the consent is signed, such as effect pregnancy; isotrack consent."),
            on_help=N_("The day it was explained; today unless said."),
            coded=True,
        ),
    ),
    family(N_("symptom"), since=6),
    family(N_("mood"), since=6, say=say_measured),
)
