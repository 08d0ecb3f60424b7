"""Capsules: of which kind, what was prescribed, what was taken, and the weight that the dose is counted on."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec.structs import force_setattr

from tracker.errors import N_, Phrase
from tracker.facts.kind import DOSES, KILOGRAMS, MILLIGRAMS, TRUTH, Column, Fact, FactKind, Log, When, choice
from tracker.pattern import Pattern
from tracker.rounding import kilograms


class Product(StrEnum):
    """Kinds of capsules whose milligrams are not the same: a micronised one is taken up about twice as well.

    Never in one sum (clinical notes F; F7).
    """

    CONVENTIONAL = "conventional"
    MICRONISED = "micronised"


PRODUCT = choice("product", Product, {
    "ordinary": Product.CONVENTIONAL, "standard": Product.CONVENTIONAL, "通常": Product.CONVENTIONAL,
    "通常製剤": Product.CONVENTIONAL, "従来型": Product.CONVENTIONAL, "micronized": Product.MICRONISED,
    "ld": Product.MICRONISED, "微粒子": Product.MICRONISED, "微粒子化": Product.MICRONISED,
    "微粒子化製剤": Product.MICRONISED,
}, N_('"{typed}" is no kind of capsules; expected conventional or micronised'))  # fmt: skip
PRODUCT_COLUMN = Column(
    name="product", sort=PRODUCT, condition="product IN ('conventional', 'micronised')", flag="--product",
    help=N_("The kind of capsules: conventional or micronised."),
)  # fmt: skip
PRODUCT_NAMES = {Product.CONVENTIONAL: N_("conventional"), Product.MICRONISED: N_("micronised")}
"""What each is called: gettext message ids."""


class Prescribed(Fact, frozen=True, kw_only=True):
    """From this day on ``mg`` milligrams are taken every day, or what ``pattern`` says, of which that is the most."""

    mg: Decimal = Decimal(0)
    pattern: Pattern | None = None
    """None for the same every day, at once; where it is given, ``mg`` follows from it."""
    product: Product | None = None
    """None for the usual one."""

    def __post_init__(self) -> None:
        if self.pattern is not None:
            force_setattr(self, "mg", self.pattern.most)
            force_setattr(self, "pattern", None if self.pattern.is_daily else self.pattern)

    @property
    def doses(self) -> Pattern:
        """What is taken on which day."""
        return self.pattern or Pattern.daily(self.mg)

    @property
    def made_of(self) -> Product:
        """The kind of its capsules."""
        return self.product or Product.CONVENTIONAL

    @property
    def said(self) -> Phrase:
        """In a few words, with the kind of capsules where it is not the usual one."""
        if self.made_of is Product.CONVENTIONAL:
            return self.doses.said
        product = Phrase(PRODUCT_NAMES[self.made_of])
        return Phrase(N_("{what} ({product})"), {"what": self.doses.said, "product": product})


class Dose(Fact, frozen=True, kw_only=True):
    """The capsules of one day, taken or missed; ``mg`` is the day's total, None means as prescribed."""

    taken: bool
    mg: Decimal | None = None


class Weight(Fact, frozen=True, kw_only=True):
    """Body weight in kilograms."""

    kg: Decimal

    @property
    def shown(self) -> Decimal:
        """As it is said."""
        return kilograms(self.kg)


def _dose(fact: Dose) -> Phrase:
    if not fact.taken:
        return Phrase(N_("missed capsule"))
    return Phrase(N_("capsule taken")) if fact.mg is None else Phrase(N_("{mg} mg taken"), {"mg": fact.mg})


KINDS = (
    FactKind(
        name="prescription",
        cls=Prescribed,
        table="prescription",
        columns=(
            Column(name="mg", sort=MILLIGRAMS, kept_as="dose_ug", required=True,
                   condition="dose_ug BETWEEN 1 AND 500000"),
            Column(name="pattern", sort=DOSES, condition="length(pattern) BETWEEN 3 AND 500"),
            PRODUCT_COLUMN,
        ),
        value="pattern",
        when=When.COMING,
        say=lambda fact: Phrase(N_("{doses}"), {"doses": fact.said}),
    ),
    FactKind(
        name="dose",
        cls=Dose,
        table="dose",
        columns=(
            Column(name="taken", sort=TRUTH, required=True,
                   flag="--taken/--missed", help=N_("Whether the capsules were taken.")),
            Column(name="mg", sort=MILLIGRAMS, kept_as="dose_ug", condition="dose_ug BETWEEN 1 AND 500000"),
        ),
        value="mg",
        say=_dose,
    ),
    FactKind(
        name="weight",
        cls=Weight,
        table="weight",
        columns=(
            Column(name="kg", sort=KILOGRAMS, kept_as="weight_g", required=True,
                   condition="weight_g BETWEEN 1000 AND 500000"),
        ),
        value="kg",
        say=lambda fact: Phrase(N_("{kg} kg"), {"kg": fact.shown}),
        log=Log(
            names=("weight", "体重"),
            help=N_("Body weight, such as 54, 54.5kg or 119lb."),
            on_help=N_("The day it was measured; today unless said."),
            arguments=("kg",),
            doubted=True,
            saved=N_("{what} on {on}"),
            journey="tracker.journeys.course.recording:log_weight",
        ),
    ),
)  # fmt: skip
