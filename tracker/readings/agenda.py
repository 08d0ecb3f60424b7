"""What is to be done next, and by when: what is overdue, what is due, what comes, and what is forbidden until when.

The order is that of urgency. A result that is awaited counts as due: without it the test is not done.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tracker.plan import Item, Phase, Plan, SpanInPlan, State
from tracker.rules import Kind

_URGENCY = (State.OVERDUE, State.AWAITING_RESULT, State.DUE)
_RUNNING = (Phase.ACTIVE, Phase.OVER_TEST_OUTSTANDING)


class Agenda(Struct, frozen=True):
    """What a person has to look at, the most pressing first."""

    pressing: tuple[Item, ...]
    """Overdue, awaiting a result, due; each by its day."""
    coming: tuple[Item, ...]
    """Open and not yet due, the next of each rule, by its day: an appointment with a time is one of them."""
    running: tuple[SpanInPlan, ...]
    """What is forbidden or asked for today: contraception, then what lasts longest."""


def agenda(plan: Plan) -> Agenda:
    """What is to be done, seen from the day of the plan."""
    pressing = [item for item in plan.items if item.state in _URGENCY]
    pressing.sort(key=lambda item: (_URGENCY.index(item.state), item.planned_day, item.key))
    ahead = sorted(
        (item for item in plan.items if item.state.is_open and item.state not in _URGENCY),
        key=lambda item: (item.planned_day, item.key),
    )
    running = sorted((span for span in plan.spans if span.phase in _RUNNING), key=contraception_first)
    return Agenda(tuple(pressing), tuple(_first_of_each_rule(ahead)), tuple(running))


def contraception_first(span: SpanInPlan) -> tuple[bool, int]:
    """The order in which windows are told: contraception, then what lasts longest."""
    return span.rule.kind is not Kind.CONTRACEPTION, -span.end.toordinal()


def _first_of_each_rule(items: Sequence[Item]) -> list[Item]:
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.rule.id, item)
    return list(found.values())
