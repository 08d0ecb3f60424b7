"""A pregnancy that is possible, and the clinic's word that settles it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.errors import N_, Phrase
from tracker.facts.kind import Column, Fact, FactKind, Log, choice


class RiskKind(StrEnum):
    """Why a pregnancy is possible although no test says so."""

    UNPROTECTED = "unprotected"
    MISSED_PERIOD = "missed-period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Fact):
    """A pregnancy is possible: the clinic has to be asked before the next capsule."""

    what: RiskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared(Fact):
    """The clinic's word that a positive test or a risk of pregnancy of this day or before is settled."""


RISK_NAMES = {RiskKind.UNPROTECTED: N_("unprotected sex"), RiskKind.MISSED_PERIOD: N_("missed period")}
"""Why a pregnancy is possible: gettext message ids."""
_RISK = choice("risk", RiskKind, {
    "unprotected-sex": RiskKind.UNPROTECTED, "sex": RiskKind.UNPROTECTED,
    "避妊なし": RiskKind.UNPROTECTED, "避妊失敗": RiskKind.UNPROTECTED, "避妊しなかった": RiskKind.UNPROTECTED,
    "late-period": RiskKind.MISSED_PERIOD, "period": RiskKind.MISSED_PERIOD,
    "月経の遅れ": RiskKind.MISSED_PERIOD,
    "生理の遅れ": RiskKind.MISSED_PERIOD, "生理が来ない": RiskKind.MISSED_PERIOD, "月経遅延": RiskKind.MISSED_PERIOD,
}, N_('"{typed}" is not such a risk; expected unprotected or missed-period'))  # fmt: skip

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
        name="cleared",
        cls=Cleared,
        say=lambda _: Phrase(N_("cleared by the clinic")),
        log=Log(
            names=("cleared", "解除"),
            help=N_("Your clinic's word that a positive test or a risk of pregnancy is settled."),
            on_help=N_("The day of the clinic's word; today unless said."),
            journey="tracker.journeys.course.dangers:log_cleared",
        ),
    ),
)
