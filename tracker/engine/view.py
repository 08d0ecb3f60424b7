"""A course as it is seen from a day, and what counts for something else after a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tracker.engine import schedule
from tracker.engine.comparison import Difference, laxer
from tracker.engine.overrides import with_overrides, with_those_that_fit
from tracker.engine.succession import succeeded
from tracker.facts import Course, Done, Fact, Session
from tracker.history import History
from tracker.plan import Notice, NoticeCode, Phase, Plan
from tracker.rules import Answering, Protocol
from tracker.washout import CourseDays, Surroundings


class Programmes(Struct, frozen=True):
    """What the programmes of a course say, as they are published."""

    started: Protocol
    """The one that the course was started under."""
    adopted: Sequence[Protocol] = ()
    """Those of the history's :class:`~tracker.facts.Programme` facts, in their order."""
    others: Mapping[str, Protocol] = field(default_factory=dict)
    """By id and version those than which one of them is laxer on the clinic's word, so far as they are known."""

    @property
    def holds(self) -> Protocol:
        """The one that holds in the end."""
        return self.adopted[-1] if self.adopted else self.started


class View(Struct, frozen=True):
    """A course with its protocol (the clinic's own values applied), its facts and its plan."""

    protocol: Protocol
    history: History
    plan: Plan
    programmes: Programmes
    """The protocols without the clinic's own values."""
    before: tuple[CourseDays, ...] = ()
    """The courses before it, where its procedures are seen with them."""

    def held_on(self, day: date) -> Protocol:
        """The programme, as it is published, that the course follows on a day."""
        by_day = zip(self.history.programmes, self.programmes.adopted, strict=bool(self.history.programmes))
        return next((one for fact, one in reversed(list(by_day)) if fact.on <= day), self.programmes.started)

    @property
    def course(self) -> Course:
        """The course itself."""
        return self.history.course

    @property
    def can_become_pregnant(self) -> bool:
        """Whether pregnancy is possible, as it was said last."""
        return self.history.can_become_pregnant

    @property
    def reference(self) -> str:
        """Id and version of the programme that holds."""
        return f"{self.protocol.id}@{self.protocol.version}"

    def counts_for(self, fact: Fact) -> tuple[str, ...]:
        """The keys of the items that a thing done counts for."""
        return self.plan.counts.get(fact.id, ())


def view_of(
    programmes: Protocol | Programmes,
    history: History,
    today: date,
    procedures: Surroundings | None = None,
    answering: Answering | None = None,
) -> View:
    """A course seen from ``today``; programmes as published, the clinic's own values are applied here.

    ``programmes`` have one for each that was adopted; a protocol alone is that of a course that adopted none.
    ``procedures`` are needed where the history has any, ``answering`` where it has risks of a pregnancy.
    """
    known = programmes if isinstance(programmes, Programmes) else Programmes(programmes)
    days = [fact.on for fact in history.programmes]
    own = known.started
    if days or history.who[1]:
        own = succeeded(known.started, zip(days, known.adopted, strict=bool(days)), history.who)
    if history.overrides:
        own = with_overrides(own, history.overrides)
    plan = schedule.plan(own, history, today, procedures, answering)
    notices = _laxer(known, history, plan)
    before = procedures.before if procedures is not None else ()
    return View(own, history, replace(plan, notices=(*plan.notices, *notices)) if notices else plan, known, before)


def _laxer(known: Programmes, history: History, plan: Plan) -> list[Notice]:
    """In what the clinic's word makes the programme laxer, as long as anything hangs on it."""
    if all(span.phase is Phase.ENDED for span in plan.spans) and plan.timeline.last_dose is not None:
        return []
    found = []
    for name, other in _compared(known, history).items():
        what = laxer_in_force(known.holds, other, history) if other is not None else None
        if what is None or what:
            values: tuple[tuple[str, Any], ...] = (("than", name), ("what", tuple(what) if what is not None else None))
            found.append(Notice(NoticeCode.LAXER_BY_CLINIC, values))
    return found


def _compared(known: Programmes, history: History) -> dict[str, Protocol | None]:
    """Those than which one that was adopted is laxer: what held at its day, in whatever order they were recorded.

    A clinic's own file that a course was started under is compared with the one that it came from.
    """
    found: dict[str, Protocol | None] = {}
    held = known.started
    for fact, protocol in zip(history.programmes, known.adopted, strict=True):
        if protocol.rules != held.rules:
            if laxer_in_force(protocol, held, history):
                found.setdefault(f"{held.id}@{held.version}", held)
        elif fact.laxer_than is not None:
            found.setdefault(fact.laxer_than, known.others.get(fact.laxer_than))
        held = protocol
    return found


def laxer_in_force(own: Protocol, other: Protocol, history: History) -> list[Difference]:
    """In what one programme is laxer for this patient than another, each with the clinic's own values that it takes."""
    mine, theirs = (with_those_that_fit(one, history.overrides) for one in (own, other))
    return laxer(mine, theirs, can_become_pregnant=history.can_become_pregnant)


class Recount(Struct, frozen=True):
    """Something done before that counts for something else now."""

    fact: Done | Session
    before: tuple[str, ...]
    after: tuple[str, ...]


def recounted(before: View, after: View) -> tuple[Recount, ...]:
    """What counts for something else than it did; what was recorded or taken away in between is left out."""
    done: tuple[Done | Session, ...] = (*after.history.done, *after.history.sessions)
    return tuple(
        Recount(fact, before.counts_for(fact), after.counts_for(fact))
        for fact in done
        if fact.id in before.plan.counts and before.counts_for(fact) != after.counts_for(fact)
    )
