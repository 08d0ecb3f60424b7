"""What is to be done next, and by when: what is overdue, what is due, what comes, and what is forbidden until when.

The order is that of urgency: what can be done for a few days more and then no longer, what is overdue, what is due;
that capsules run out is nothing to be done, and stands behind. What was to come before the first capsule, and did not,
stands behind what the course asks for now: of a pregnancy test that is missing the plan has a notice of its own. A
result that is awaited counts as due: without it the test is not done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from tracker.plan import Item, NoticeCode, Phase, Plan, SpanInPlan, State
from tracker.rules import Kind

_URGENCY = (State.OVERDUE, State.AWAITING_RESULT, State.DUE)
_ASKED_FOR = timedelta(days=7)
"""How long it is asked of a time that ended unused."""
_FORETOLD = timedelta(days=7)
"""How long before it contraception is told, as long as a due day is."""
_DANGERS = (NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK, NoticeCode.RED_FLAG)
_RUNNING = (Phase.ACTIVE, Phase.OVER_TEST_OUTSTANDING)


class Agenda(Struct, frozen=True):
    """What a person has to look at, the most pressing first."""

    pressing: tuple[Item, ...]
    """What closes soon, overdue, awaiting a result, due; each by its day, and capsules that run out behind all."""
    coming: tuple[Item, ...]
    """Open and not yet due, the next of each rule, by its day: an appointment with a time is one of them."""
    closed: tuple[Item, ...]
    """Permitted times that ended unused in the last days: whether they were used, or what then, is asked."""
    running: tuple[SpanInPlan, ...]
    """What is forbidden or asked for today: contraception, then what lasts longest."""
    missed: tuple[Item, ...] = ()
    """Pregnancy tests that were to come before the first capsule and can be done no more, while the course runs."""
    beginning: tuple[SpanInPlan, ...] = ()
    """Contraception that begins within days, where none runs."""
    is_held: bool = False
    """Whether the clinic's word on a danger is outstanding: no procedure goes before it."""


def agenda(plan: Plan) -> Agenda:
    """What is to be done, seen from the day of the plan."""
    pressing = [item for item in plan.items if item.state in _URGENCY]
    pressing.sort(key=lambda item: order(item, plan))
    ahead = sorted(
        (item for item in plan.items if item.state.is_open and item.state not in _URGENCY),
        key=lambda item: (item.planned_day, item.key),
    )
    closed = tuple(item for item in plan.items if _ended_unused(item, plan))
    running = sorted((span for span in plan.spans if span.phase in _RUNNING), key=contraception_first)
    beginning = () if any(span.rule.kind is Kind.CONTRACEPTION for span in running) else tuple(
        span for span in plan.spans if span.rule.kind is Kind.CONTRACEPTION and span.phase is Phase.UPCOMING
        and span.start - plan.today <= _FORETOLD)  # fmt: skip
    missed = tuple(item for item in plan.items if item.state is State.MISSED and item.kind is Kind.PREGNANCY_TEST
                   and item.due <= plan.timeline.first_dose and plan.timeline.last_dose is None)  # fmt: skip
    is_held = any(notice.code in _DANGERS for notice in plan.notices)
    return Agenda(
        tuple(pressing), tuple(_first_of_each_rule(ahead)), closed, tuple(running), missed, beginning, is_held
    )


def order(item: Item, plan: Plan) -> tuple[bool, bool, int, bool, int, str]:
    """Where something that presses stands among others."""
    closes = item.state is State.DUE and item.hard_end is not None
    is_of_before = item.due <= plan.timeline.first_dose < plan.today
    return (item.kind is Kind.SUPPLY, not closes, _URGENCY.index(item.state), is_of_before,
            item.planned_day.toordinal(), item.key)  # fmt: skip


def _ended_unused(item: Item, plan: Plan) -> bool:
    """Whether a time for picking capsules up ended in the last days, in a course that runs and has no newer one."""
    if item.kind is not Kind.PICK_UP or item.state is not State.MISSED or item.hard_end is None:
        return False
    newer = any(one.rule.id == item.rule.id and one.due > item.due for one in plan.items)
    is_recent = item.hard_end < plan.today <= item.hard_end + _ASKED_FOR
    return is_recent and not newer and plan.timeline.last_dose is None


def contraception_first(span: SpanInPlan) -> tuple[bool, int]:
    """The order in which windows are told: contraception, then what lasts longest."""
    return span.rule.kind is not Kind.CONTRACEPTION, -span.end.toordinal()


def _first_of_each_rule(items: Sequence[Item]) -> list[Item]:
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.rule.id, item)
    return list(found.values())
