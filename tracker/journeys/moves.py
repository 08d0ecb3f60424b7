"""The difference between two plans: which dates moved, came or went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.plan import Item, Plan, SpanInPlan
from tracker.rules import Rule


@dataclass(frozen=True, slots=True)
class Move:
    """A planned date before and after; None where the item or span is new or gone. For a span its last day."""

    key: str
    rule: Rule
    before: date | None
    after: date | None


def moves(before: Plan, after: Plan) -> tuple[Move, ...]:
    """What moved between two plans of one course, in the order of the days after."""
    old = {one.key: one for one in before.entries}
    new = {one.key: one for one in after.entries}
    found = [
        Move(key, one.rule, _day(old.get(key)), _day(new.get(key)))
        for key, one in (old | new).items()
        if _day(old.get(key)) != _day(new.get(key)) and not _is_closed(new.get(key, one))
    ]
    return tuple(sorted(found, key=lambda move: (move.after or move.before, move.key)))


def _day(of: Item | SpanInPlan | None) -> date | None:
    if of is None:
        return None
    return of.end if isinstance(of, SpanInPlan) else of.planned_day


def _is_closed(of: Item | SpanInPlan) -> bool:
    return isinstance(of, Item) and not of.state.is_open
