"""Whether pregnancy is possible, where it is said after the start of a course: it was mistyped, or it has changed."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import TRUTH, Column, Fact, FactKind, Log, choice


class Possible(StrEnum):
    """Whether the person can become pregnant."""

    YES = "yes"
    NO = "no"


class Fertility(Fact, frozen=True, kw_only=True):
    """From this day on pregnancy is possible, or is not; of the day of enrolment or before it corrects the start."""

    possible: Possible
    clinic_confirmed: bool = False
    """That it is not possible is the clinic's word: what is asked because of a pregnancy falls away with it."""


_POSSIBLE = choice("possible", Possible, {
    "y": Possible.YES, "can": Possible.YES, "possible": Possible.YES, "はい": Possible.YES, "可能": Possible.YES,
    "n": Possible.NO, "cannot": Possible.NO, "not-possible": Possible.NO,
    "いいえ": Possible.NO, "不可能": Possible.NO,
}, N_('"{typed}" is not taken here; expected yes or no (whether pregnancy is possible)'))  # fmt: skip
SAID = {Possible.YES: N_("pregnancy possible"), Possible.NO: N_("pregnancy not possible")}
"""What is said of each: gettext message ids."""


KINDS = (
    FactKind(
        name="can-become-pregnant",
        cls=Fertility,
        since=9,
        table="fertility",
        columns=(
            Column(name="possible", sort=_POSSIBLE, required=True, condition="possible IN ('yes', 'no')",
                   flag="--possible", help=N_("Whether pregnancy is possible.")),
            Column(name="clinic_confirmed", sort=TRUTH, required=True,
                   flag="--clinic-confirmed", help=N_("The clinic itself says so.")),
        ),
        say=lambda fact: Phrase(SAID[fact.possible]),
        log=Log(
            names=("can-become-pregnant", "妊娠可能", "妊娠できる", "fertility"),
            help=N_(
                "Whether pregnancy is possible (yes, no), where the start said otherwise or it has changed: what the"
                " programme asks because of it follows from that day on. From yes to no takes the clinic's word."
            ),
            on_help=N_("The day from which it is so; today unless said. A day up to enrolment corrects the start."),
            arguments=("possible",),
            options=("clinic_confirmed",),
            saved=N_("{what} from {on} on"),
            journey="tracker.journeys.course.fertility:log_fertility",
        ),
    ),
)  # fmt: skip
