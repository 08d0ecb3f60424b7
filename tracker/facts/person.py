"""The person: what ranges of reference and ages are counted on. Nothing of the plan follows from it."""

from __future__ import annotations

from datetime import date

from tracker.errors import N_, Listed, Phrase
from tracker.facts.kind import DAY, Column, Fact, FactKind, Log, choice
from tracker.rules import Sex

SEX_NAMES = {Sex.FEMALE: N_("female"), Sex.MALE: N_("male")}
"""What the sexes are called: gettext message ids."""


class Person(Fact, frozen=True, kw_only=True):
    """Something about the person was said; of each thing what was said last holds."""

    sex: Sex | None = None
    born: date | None = None


_SEX = choice("sex", Sex, {
    "f": Sex.FEMALE, "woman": Sex.FEMALE, "女": Sex.FEMALE, "女性": Sex.FEMALE,
    "m": Sex.MALE, "man": Sex.MALE, "男": Sex.MALE, "男性": Sex.MALE,
}, N_('"{typed}" is not taken here; expected female or male (for the ranges of blood values)'))  # fmt: skip
SEX = Column(name="sex", sort=_SEX, condition="sex IN ('female', 'male')",
             flag="--sex", help=N_("For the ranges of blood values: female or male."))  # fmt: skip
BORN = Column(name="born", sort=DAY, flag="--born", help=N_("The day of birth."))


def say(fact: Person) -> Phrase:
    """The person in a few words."""
    parts: list[Phrase] = []
    if fact.sex is not None:
        parts.append(Phrase(SEX_NAMES[fact.sex]))
    if fact.born is not None:
        parts.append(Phrase(N_("born {on}"), {"on": fact.born}))
    return Phrase(N_("{parts}"), {"parts": Listed(tuple(parts) or ("-",))})


KINDS = (
    FactKind(
        name="person",
        cls=Person,
        since=5,
        table="person",
        columns=(SEX, BORN),
        say=say,
        log=Log(
            names=("person", "本人", "性別"),
            help=N_("The sex (female, male), for the ranges of blood values, and the day of birth."),
            on_help=N_("The day it was said; today unless said."),
            arguments=("sex",),
            options=("born",),
            saved=N_("{what}"),
            journey="tracker.journeys.course.person:log_person",
        ),
    ),
)
