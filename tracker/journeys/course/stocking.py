"""Capsules that came to hand."""

from __future__ import annotations

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.facts import kind_of
from tracker.facts.stock import Stock
from tracker.journeys.context import Context, look
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.readings.stock import AtHand, at_hand


def log_stock(context: Context, fact: Stock) -> Outcome:
    """Record capsules that came to hand."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        work.record(fact)

    return carry_out(context.reading(Stock), "log", kind_of(fact).say(fact), write)


def stock(context: Context) -> tuple[View, AtHand | None]:
    """The course, and the capsules at hand; None where none were ever recorded."""
    view = look(context.reading(Stock))
    return view, at_hand(view.history, view.plan.timeline, context.today)
