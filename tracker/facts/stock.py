"""Capsules that came to hand, and those that were lost."""

from __future__ import annotations

from decimal import Decimal

from tracker.errors import N_, Phrase, counted
from tracker.facts.intake import PRODUCT_COLUMN, PRODUCT_NAMES, Product
from tracker.facts.kind import CAPSULES, MILLIGRAMS, Column, Fact, FactKind, Log


class Capsules(Fact, frozen=True, kw_only=True):
    """Some capsules of one kind."""

    capsules: int
    product: Product | None = None
    """None for the usual one."""

    @property
    def made_of(self) -> Product:
        """The kind of capsules."""
        return self.product or Product.CONVENTIONAL


class Stock(Capsules, frozen=True, kw_only=True):
    """Capsules that came to hand: picked up, found, or left over from before."""

    strength: Decimal
    """Milligrams in one capsule."""


class Lost(Capsules, frozen=True, kw_only=True):
    """Capsules that are no longer at hand and were not taken: lost, thrown away, given back."""

    strength: Decimal | None = None
    """Milligrams in one capsule; None where it was not said: the strongest that there are."""


def capsules_said(count: int, strength: Decimal | None, product: Product) -> Phrase:
    """So many capsules in a few words, with their kind where it is not the usual one."""
    said: Phrase = counted("{count} capsule of {strength} mg", "{count} capsules of {strength} mg", count=count,
                           strength=strength)  # fmt: skip
    if strength is None:
        said = counted("{count} capsule", "{count} capsules", count=count)
    if product is Product.CONVENTIONAL:
        return said
    return Phrase(N_("{what} ({product})"), {"what": said, "product": Phrase(PRODUCT_NAMES[product])})


def _strength(*, required: bool) -> Column:
    return Column(
        name="strength", sort=MILLIGRAMS, kept_as="strength_ug", required=required, bounds=(1, 100),
        flag="--strength", help=N_("Milligrams in one capsule."),
    )  # fmt: skip


_CAPSULES = Column(name="capsules", sort=CAPSULES, required=True, bounds=(1, 1000))

KINDS = (
    FactKind(
        name="stock",
        cls=Stock,
        since=4,
        table="stock",
        columns=(_CAPSULES, _strength(required=True), PRODUCT_COLUMN),
        value="capsules",
        say=lambda fact: Phrase(
            N_("come to hand: {capsules}"),
            {"capsules": capsules_said(fact.capsules, fact.strength, fact.made_of)},
        ),
        log=Log(
            names=("stock", "在庫", "残薬"),
            help=N_("Capsules that came to hand: picked up, found or left over, such as 28 --strength 20."),
            on_help=N_("The day they came to hand; today unless said."),
            arguments=("capsules",),
            options=("strength", "product"),
            otherwise={"strength": "tracker.journeys.course.stocking:strength_meant"},
            journey="tracker.journeys.course.stocking:log_stock",
        ),
    ),
    FactKind(
        name="lost",
        cls=Lost,
        since=6,
        table="lost",
        columns=(_CAPSULES, _strength(required=False), PRODUCT_COLUMN),
        value="capsules",
        say=lambda fact: Phrase(
            N_("lost: {capsules}"), {"capsules": capsules_said(fact.capsules, fact.strength, fact.made_of)}
        ),
        log=Log(
            names=("lost", "紛失", "廃棄", "返却"),
            help=N_("Capsules that are gone and were not taken: lost, thrown away, given back."),
            on_help=N_("The day from which they are gone; today unless said."),
            arguments=("capsules",),
            options=("strength", "product"),
            journey="tracker.journeys.course.stocking:log_lost",
        ),
    ),
)
