"""What is known of the person before any capsule: allergies, illnesses, other medicines. Said once, in own words."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import WORDS, Column, Fact, FactKind, Log, choice
from tracker.facts.substances import UNTIL


class About(StrEnum):
    """What a thing of the background is."""

    ALLERGY = "allergy"
    ILLNESS = "illness"
    MEDICINE = "medicine"
    NOTE = "note"


class Background(Fact, frozen=True, kw_only=True):
    """Something that a clinic asks about, in the words of the person."""

    about: About
    text: str
    until: date | None = None
    """The last day of a medicine or an illness; None where it goes on."""


ABOUT_NAMES = {
    About.ALLERGY: N_("allergy"), About.ILLNESS: N_("illness"), About.MEDICINE: N_("other medicine"),
    About.NOTE: N_("remark"),
}  # fmt: skip
"""What they are called: gettext message ids."""
_ABOUT = choice("about", About, {
    "allergies": About.ALLERGY, "アレルギー": About.ALLERGY,
    "disease": About.ILLNESS, "condition": About.ILLNESS, "病気": About.ILLNESS, "持病": About.ILLNESS,
    "既往歴": About.ILLNESS,
    "medicines": About.MEDICINE, "drug": About.MEDICINE, "medication": About.MEDICINE,
    "薬": About.MEDICINE, "常用薬": About.MEDICINE, "服用中の薬": About.MEDICINE,
    "other": About.NOTE, "その他": About.NOTE, "メモ": About.NOTE,
}, N_('"{typed}" is not taken here; expected allergy, illness, medicine or note'))  # fmt: skip


def say(fact: Background) -> Phrase:
    """What it is, in the person's words."""
    values = {"about": Phrase(ABOUT_NAMES[fact.about]), "text": fact.text, "until": fact.until}
    return Phrase(N_("{about}: {text}") if fact.until is None else N_("{about}: {text} (until {until})"), values)


KINDS = (
    FactKind(
        name="background",
        cls=Background,
        since=6,
        table="background",
        columns=(
            Column(name="about", sort=_ABOUT, required=True,
                   condition="about IN ('allergy', 'illness', 'medicine', 'note')"),
            Column(name="text", sort=WORDS, required=True),
            UNTIL,
        ),
        value="text",
        say=say,
        log=Log(
            names=("background", "背景", "既往"),
            help=N_("What is known of you before: allergy, illness, medicine or note, and what it is, in your words."),
            on_help=N_("The day it was said; today unless said."),
            arguments=("about", "text"),
            options=("until",),
            saved=N_("{what} (said on {on})"),
            journey="tracker.journeys.course.taking:log_background",
        ),
    ),
)  # fmt: skip
