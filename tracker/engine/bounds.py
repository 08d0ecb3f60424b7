"""Bounds against slips: the least and the most that a value can be meant to be."""

from __future__ import annotations

from tracker.errors import N_, InputError, Phrase
from tracker.facts import Fact, kind_of


def within_bounds(fact: Fact) -> None:
    """Raise InputError where a value lies outside the bounds of its column."""
    for column in kind_of(fact).columns:
        value = getattr(fact, column.name)
        if value is None or column.bounds is None or column.bounds[0] <= column.sort.size(value) <= column.bounds[1]:
            continue
        shown = Phrase(N_("{value} {unit}"), {"value": value, "unit": Phrase(column.sort.unit)})
        raise InputError(
            N_("{value} is not possible; expected {least} to {most}"), value=shown if column.sort.unit else value,
            least=column.bounds[0], most=column.bounds[1],
        )  # fmt: skip
