"""What things cost, and what is set aside for them. Every amount has its currency; none is ever turned into another."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.currencies import Money
from tracker.errors import N_, Phrase
from tracker.facts.done import Done
from tracker.facts.kind import LAST_DAY, PRICE, TRUTH, WORDS, Column, Fact, FactKind, Log, When, choice
from tracker.facts.lab import LabValue
from tracker.facts.stock import Stock
from tracker.rules import Kind

MOST = 100_000_000
"""Of an amount in any currency: a bound against slips."""


class About(StrEnum):
    """What was paid for."""

    VISIT = "visit"
    BLOOD = "blood-test"
    TEST = "pregnancy-test"
    CAPSULES = "capsules"
    PROCEDURE = "procedure"
    CARE = "skin-care"
    OTHER = "other"


class Payer(StrEnum):
    """Whether the public insurance had a part in it, or all of it was the person's own."""

    SELF_PAY = "self-pay"
    INSURED = "insured"


ABOUT_NAMES = {
    About.VISIT: N_("visit"), About.BLOOD: N_("blood test"), About.TEST: N_("pregnancy test"),
    About.CAPSULES: N_("the capsules"), About.PROCEDURE: N_("procedure"), About.CARE: N_("skin care"),
    About.OTHER: N_("other things"),
}  # fmt: skip
"""What they are called: gettext message ids."""
PAYER_NAMES = {Payer.SELF_PAY: N_("self-pay"), Payer.INSURED: N_("insured")}


class Cost(Fact, frozen=True, kw_only=True):
    """What something cost, or will cost on a day that lies ahead."""

    price: Money
    """What the person pays."""
    about: About | None = None
    """None for what nobody named."""
    payer: Payer | None = None
    """None where nobody said: self-pay."""
    what: str | None = None
    """In the person's words, or the code of a procedure."""
    follows: bool = False
    """Whether it was said together with what it is for: then it goes where that goes."""

    @property
    def kind(self) -> About:
        """What was paid for."""
        return self.about or About.OTHER

    @property
    def paid_as(self) -> Payer:
        """Whose money it was."""
        return self.payer or Payer.SELF_PAY


class Budget(Fact, frozen=True, kw_only=True):
    """What the person wants to spend at most, from a day on."""

    price: Money
    until: date | None = None
    """The last day that it is for; None where nobody said."""


_OF_KINDS = {
    Kind.VISIT: About.VISIT, Kind.ATTESTATION: About.VISIT, Kind.REVIEW: About.VISIT, Kind.BLOOD_TEST: About.BLOOD,
    Kind.PREGNANCY_TEST: About.TEST, Kind.PICK_UP: About.CAPSULES,
}  # fmt: skip


def about(fact: Fact) -> About | None:
    """What a price is for that is said together with a fact; None where that is not known."""
    if isinstance(fact, LabValue):
        return About.BLOOD
    if isinstance(fact, Stock):
        return About.CAPSULES
    return _OF_KINDS.get(fact.kind) if isinstance(fact, Done) else None


ABOUT = choice("about", About, {
    "clinic": About.VISIT, "consultation": About.VISIT, "診察": About.VISIT, "再診": About.VISIT, "受診": About.VISIT,
    "診察料": About.VISIT, "blood": About.BLOOD, "採血": About.BLOOD, "血液検査": About.BLOOD, "検査": About.BLOOD,
    "test": About.TEST, "妊娠検査": About.TEST,
    "medicine": About.CAPSULES, "drug": About.CAPSULES, "isotretinoin": About.CAPSULES, "薬": About.CAPSULES,
    "薬代": About.CAPSULES, "カプセル": About.CAPSULES, "処方": About.CAPSULES,
    "laser": About.PROCEDURE, "treatment": About.PROCEDURE, "施術": About.PROCEDURE, "レーザー": About.PROCEDURE,
    "skincare": About.CARE, "cream": About.CARE, "cosmetics": About.CARE,
    "スキンケア": About.CARE, "化粧品": About.CARE, "保湿": About.CARE, "日焼け止め": About.CARE,
    "その他": About.OTHER, "交通費": About.OTHER, "travel": About.OTHER,
}, N_('"{typed}" is nothing that is paid for here; expected visit, blood-test, pregnancy-test, capsules, procedure,'
      ' skin-care or other'))  # fmt: skip
PAYER = choice("payer", Payer, {
    "self": Payer.SELF_PAY, "own": Payer.SELF_PAY, "自費": Payer.SELF_PAY, "自由診療": Payer.SELF_PAY,
    "insurance": Payer.INSURED, "保険": Payer.INSURED, "保険診療": Payer.INSURED,
}, N_('"{typed}" is not taken here; expected self-pay or insured'))  # fmt: skip
_PRICE = Column(name="price", sort=PRICE, required=True, bounds=(0, MOST))


def _say(fact: Cost) -> Phrase:
    about = Phrase(ABOUT_NAMES[fact.kind])
    what = about if fact.what is None else Phrase(N_("{what} ({about})"), {"what": fact.what, "about": about})
    values = {"price": fact.price, "what": what}
    return Phrase(
        N_("{price} for {what}, insured") if fact.payer is Payer.INSURED else N_("{price} for {what}"), values
    )


def _say_budget(fact: Budget) -> Phrase:
    values = {"price": fact.price, "until": fact.until}
    return Phrase(N_("budget of {price}") if fact.until is None else N_("budget of {price} until {until}"), values)


KINDS = (
    FactKind(
        name="cost",
        cls=Cost,
        since=7,
        table="cost",
        columns=(
            _PRICE,
            Column(name="about", sort=ABOUT),
            Column(name="payer", sort=PAYER, flag="--payer", help=N_("self-pay unless said, or insured.")),
            Column(name="what", sort=WORDS, flag="--what", help=N_("What it was, in your words.")),
            Column(name="follows", sort=TRUTH, required=True),
        ),
        value="price",
        when=When.COMING,
        say=_say,
        log=Log(
            names=("cost", "paid", "costs", "費用", "支払い", "会計", "料金"),
            help=N_("What something cost, or will cost on a day to come: 5000 visit, 3200 capsules --payer insured."),
            on_help=N_("The day it was paid, or will be; today unless said."),
            is_behind_or_ahead=True,
            arguments=("price", "about"),
            options=("payer", "what"),
            journey="tracker.journeys.course.paying:log",
        ),
    ),
    FactKind(
        name="budget",
        cls=Budget,
        since=7,
        table="budget",
        columns=(
            _PRICE,
            Column(name="until", sort=LAST_DAY, kept_as="until_on", flag="--until", help=N_("The last day it is for.")),
        ),
        value="price",
        when=When.COMING,
        say=_say_budget,
        log=Log(
            names=("budget", "予算"),
            help=N_("What you want to spend at most, such as 300000 --on 2026-09-01 --until 2027-08-31."),
            on_help=N_("The first day it is for; today unless said."),
            is_behind_or_ahead=True,
            arguments=("price",),
            options=("until",),
            journey="tracker.journeys.course.paying:log",
        ),
    ),
)
