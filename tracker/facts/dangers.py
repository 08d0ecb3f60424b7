"""A pregnancy that is possible, a red flag, and the clinic's word that settles it."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import RED_FLAG, Column, Fact, FactKind, Log, Term, choice


class RiskKind(StrEnum):
    """Why a pregnancy is possible although no test says so."""

    UNPROTECTED = "unprotected"
    MISSED_PERIOD = "missed-period"


class Risk(Fact, frozen=True, kw_only=True):
    """A pregnancy is possible: the clinic has to be asked before the next capsule."""

    what: RiskKind


class RedFlag(Fact, frozen=True, kw_only=True):
    """A symptom that cannot wait for the visit; what it is stands in ``schemas/vocabularies/symptom.json``."""

    code: str


class Cleared(Fact, frozen=True, kw_only=True):
    """The clinic's word that what is dangerous of this day or before is settled."""

    code: str | None = None
    """The red flag that it is about; None for a positive test or a risk of pregnancy."""


FLAGS_FAMILY = "symptom"
"""The vocabulary that has the red flags."""


RISK_NAMES = {
    RiskKind.UNPROTECTED: N_("no contraception, or contraception that failed"),
    RiskKind.MISSED_PERIOD: N_("missed period"),
}
"""Why a pregnancy is possible: gettext message ids. Of a pill that was missed nobody has said that there was no other
contraception: the first name says no more than that."""
_RISK = choice("risk", RiskKind, {
    "unprotected-sex": RiskKind.UNPROTECTED, "sex": RiskKind.UNPROTECTED,
    "避妊なし": RiskKind.UNPROTECTED, "避妊失敗": RiskKind.UNPROTECTED,
    "避妊の失敗": RiskKind.UNPROTECTED, "避妊しなかった": RiskKind.UNPROTECTED,
    "late-period": RiskKind.MISSED_PERIOD, "period": RiskKind.MISSED_PERIOD,
    "月経の遅れ": RiskKind.MISSED_PERIOD,
    "生理の遅れ": RiskKind.MISSED_PERIOD, "生理が来ない": RiskKind.MISSED_PERIOD, "月経遅延": RiskKind.MISSED_PERIOD,
}, N_('"{typed}" is not such a risk; expected unprotected or missed-period'))  # fmt: skip


def _say_cleared(fact: Cleared) -> Phrase:
    if fact.code is None:
        return Phrase(N_("cleared by the clinic"))
    return Phrase(N_("cleared by the clinic: {what}"), {"what": Term(FLAGS_FAMILY, fact.code)})


KINDS = (
    FactKind(
        name="risk",
        cls=Risk,
        table="risk",
        columns=(Column(name="what", sort=_RISK, required=True, condition="what IN ('unprotected', 'missed-period')"),),
        say=lambda fact: Phrase(N_("possible pregnancy: {what}"), {"what": Phrase(RISK_NAMES[fact.what])}),
        log=Log(
            names=("risk", "妊娠の可能性"),
            help=N_("A pregnancy is possible although no test says so: unprotected (sex) or missed-period."),
            on_help=N_("The day of it; today unless said."),
            arguments=("what",),
            journey="tracker.journeys.course.dangers:log_risk",
        ),
    ),
    FactKind(
        name="red-flag",
        cls=RedFlag,
        since=6,
        table="red_flag",
        columns=(Column(name="code", sort=RED_FLAG, required=True),),
        say=lambda fact: Phrase(N_("red flag: {what}"), {"what": Term(FLAGS_FAMILY, fact.code)}),
    ),
    FactKind(
        name="cleared",
        cls=Cleared,
        table="cleared",
        columns=(Column(name="code", sort=RED_FLAG),),
        say=_say_cleared,
        log=Log(
            names=("cleared", "解除"),
            help=N_("Your clinic's word that a positive test or a risk of pregnancy is settled, or the red flag CODE."),
            on_help=N_("The day of the clinic's word; today unless said."),
            arguments=("code",),
            journey="tracker.journeys.course.dangers:log_cleared",
        ),
    ),
)
