"""What did not come about in its time: capsules that were not taken, and items that were not done."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from tracker.capsules import is_within, suspended
from tracker.history import History
from tracker.plan import Item, Plan, State
from tracker.rules import Kind


class Missed(Struct, frozen=True):
    """What was missed in a time, and what is overdue today."""

    capsules: tuple[date, ...]
    """The days that were logged as without a capsule, but for those of a pause or a hold: none was to be taken then."""
    items: tuple[Item, ...]
    """Those that were not done, and can be no more; that capsules ran out was nothing to be done."""
    overdue: tuple[Item, ...]


def missed(history: History, plan: Plan, since: date) -> Missed:
    """What was missed from a day on; what is overdue still counts from whatever day."""
    off = suspended(history)
    days = tuple(one.on for one in history.doses
                 if not one.taken and since <= one.on <= plan.today and not is_within(off, one.on))  # fmt: skip
    items = tuple(one for one in plan.items if one.state is State.MISSED
                  and one.rule.kind is not Kind.SUPPLY and one.due >= since)  # fmt: skip
    return Missed(days, items, tuple(one for one in plan.items if one.state is State.OVERDUE))
