"""The capsules at hand."""

from __future__ import annotations

from tracker.engine.view import View
from tracker.facts.stock import Stock
from tracker.journeys.context import Context, look
from tracker.readings.stock import AtHand, at_hand


def stock(context: Context) -> tuple[View, AtHand | None]:
    """The course, and the capsules at hand; None where none were ever recorded."""
    view = look(context.reading(Stock))
    return view, at_hand(view.history, view.plan.timeline, context.today)
