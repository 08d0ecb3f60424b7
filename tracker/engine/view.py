"""A course as it is seen from a day, and what counts for something else after a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.engine import schedule
from tracker.engine.overrides import with_overrides
from tracker.facts import Course, Done, Fact
from tracker.history import History
from tracker.plan import Plan
from tracker.rules import Protocol


@dataclass(frozen=True, slots=True)
class View:
    """A course with its protocol (the clinic's own values applied), its facts and its plan."""

    protocol: Protocol
    history: History
    plan: Plan
    published: Protocol
    """The protocol without the clinic's own values."""

    @property
    def course(self) -> Course:
        """The course itself."""
        return self.history.course

    def counts_for(self, fact: Fact) -> tuple[str, ...]:
        """The keys of the items that a thing done counts for."""
        return self.plan.counts.get(fact.id, ())


def view_of(protocol: Protocol, history: History, today: date) -> View:
    """A course seen from ``today``; ``protocol`` as published, the clinic's own values are applied here."""
    own = with_overrides(protocol, history.overrides) if history.overrides else protocol
    return View(own, history, schedule.plan(own, history, today), protocol)


@dataclass(frozen=True, slots=True)
class Recount:
    """Something done before that counts for something else now."""

    fact: Done
    before: tuple[str, ...]
    after: tuple[str, ...]


def recounted(before: View, after: View) -> tuple[Recount, ...]:
    """What counts for something else than it did; what was recorded or taken away in between is left out."""
    return tuple(
        Recount(fact, before.counts_for(fact), after.counts_for(fact))
        for fact in after.history.done
        if fact.id in before.plan.counts and before.counts_for(fact) != after.counts_for(fact)
    )
