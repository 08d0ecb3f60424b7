"""A weight said back in the unit in which it was typed, and that a bare number was taken as kilograms."""

from __future__ import annotations

from decimal import Decimal

from tracker.cli import show
from tracker.cli.amounts import unit_of
from tracker.cli.base import flags
from tracker.cli.describe import describe
from tracker.engine.laws import LARGEST_WEIGHT, LEAST_WEIGHT
from tracker.errors import N_
from tracker.facts import Weight
from tracker.protocols.countries import weighs_in_pounds
from tracker.rounding import KG_PER_POUND, half_up


def is_in_pounds(weight: Weight) -> bool:
    """Whether the running command had it in pounds."""
    return unit_of(weight.kg) == "lb"


def in_both(weight: Weight) -> str:
    """A weight in kilograms, and in pounds where they were typed."""
    if not is_in_pounds(weight):
        return describe(weight)
    return show.filled(N_("{kg} kg ({lb} lb)"), kg=weight.shown, lb=_pounds(weight.kg))


def say_back(weight: Weight, *, dated: bool = False) -> None:
    """Say which weight was taken, in pounds as well where they were typed; of which day where that is not today."""
    lb = _pounds(weight.kg) if is_in_pounds(weight) else None
    if dated:
        message = N_("Weight {kg} kg ({lb} lb) on {on}.") if lb is not None else N_("Weight {kg} kg on {on}.")
    else:
        message = N_("Weight {kg} kg ({lb} lb).") if lb is not None else N_("Weight {kg} kg.")
    show.say(message, kg=weight.shown, lb=lb, on=weight.on)


def say_if_pounds_may_be_meant(weight: Weight, jurisdiction: str, *, flag: str = "") -> bool:
    """Say of a bare number, where people weigh in pounds, how it is put right; by ``flag`` if it was not saved."""
    in_pounds = weight.kg * KG_PER_POUND
    may_be = weighs_in_pounds(jurisdiction) and unit_of(weight.kg) == "" and LEAST_WEIGHT <= in_pounds <= LARGEST_WEIGHT
    if may_be:
        said = f"{weight.kg.normalize():f}lb"
        command = f"{flag} {said}" if flags().dry_run and flag else f"isotrack fix {weight.id} {said}"
        show.say(N_("! Weight {kg} kg. If {number} lb was meant: {command}"), kg=weight.shown,
                 number=f"{weight.kg.normalize():f}", command=command)  # fmt: skip
    return may_be


def _pounds(kg: Decimal) -> Decimal:
    return half_up(kg / KG_PER_POUND, 1).normalize()
