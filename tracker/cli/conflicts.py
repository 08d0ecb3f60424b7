"""What is taken beside the capsules and does not go with them, in a line each; and where that is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tracker.cli import paper, planned
from tracker.i18n import active

if TYPE_CHECKING:
    from tracker.journeys.course.taking import Beside
    from tracker.readings.substances import Conflict

NOTICE = "substance-conflict"
"""What the JSON of a plan has among its notices while a conflict stands."""


def show(beside: Beside) -> None:
    """Print what stands, the strictest first."""
    for one in beside.conflicts:
        show_one(one)


def show_one(one: Conflict) -> None:
    """Print one of them."""
    from tracker.journeys.course import taking  # start-up: only where something is taken

    paper.put("! " + active().value(taking.in_words(one)))


def show_sources(cited: Iterable[str]) -> None:
    """Print the sources of these ids, as the list of substances names them."""
    from tracker.substances import pharmacy

    wanted = set(cited)
    for source in pharmacy().sources:
        if source.id in wanted:
            planned.cited(source.id, source.in_language(active().code), *filter(None, [source.dated]))
