"""Capsules that came to hand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tracker.errors import N_, counted
from tracker.facts.kind import CAPSULES, MILLIGRAMS, Column, Fact, FactKind, Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock(Fact):
    """Capsules that came to hand: picked up, found, or left over from before."""

    capsules: int
    strength: Decimal
    """Milligrams in one capsule."""


KINDS = (
    FactKind(
        name="stock",
        cls=Stock,
        since=4,
        table="stock",
        columns=(
            Column(name="capsules", sort=CAPSULES, required=True, bounds=(1, 1000)),
            Column(name="strength", sort=MILLIGRAMS, kept_as="strength_ug", required=True, bounds=(1, 100),
                   flag="--strength", help=N_("Milligrams in one capsule.")),
        ),
        value="capsules",
        say=lambda fact: counted("{count} capsule of {strength} mg", "{count} capsules of {strength} mg",
                                 count=fact.capsules, strength=fact.strength),
        log=Log(
            names=("stock", "在庫", "残薬"),
            help=N_("Capsules that came to hand: picked up, found or left over, such as 28 --strength 20."),
            on_help=N_("The day they came to hand; today unless said."),
            arguments=("capsules",),
            options=("strength",),
        ),
    ),
)  # fmt: skip
