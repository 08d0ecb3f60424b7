"""Where what was taken departs from what was to be taken: beyond the prescription, on held days, before a signature.

Only what was logged departs from anything: no assumed day does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import Days, cleared_on, every_danger, forbidden, is_within, pauses, regimen_of
from tracker.facts import Dose
from tracker.history import History
from tracker.plan import Item, Plan, State
from tracker.rules import Kind

_DAY = timedelta(days=1)


class Above(Struct, frozen=True):
    """A day on which more was taken than was prescribed for it."""

    on: date
    mg: Decimal
    prescribed: Decimal
    """Of a day without a capsule by the prescription what the next one with one has."""


class Unsigned(Struct, frozen=True):
    """A signature that was to come before the first capsule, and came after it or not at all."""

    item: Item
    first: date
    """The day of the first capsule."""
    signed: date | None


class Departures(Struct, frozen=True):
    """All of them, each kind in order of its days."""

    above: tuple[Above, ...] = ()
    held: tuple[date, ...] = ()
    """Days with capsules from a danger on until the clinic's word."""
    paused: tuple[date, ...] = ()
    """Days with capsules in a pause."""
    unsigned: tuple[Unsigned, ...] = ()

    @property
    def of_doses(self) -> Departures:
        """Those of the doses alone."""
        return replace(self, unsigned=())

    @property
    def that_happened(self) -> Departures:
        """Those without the signatures that were never made."""
        return replace(self, unsigned=tuple(one for one in self.unsigned if one.signed is not None))

    def since(self, first: date) -> Departures:
        """Those of a day and later; of a signature that day is the one on which it was made."""
        return replace(
            self,
            above=tuple(one for one in self.above if one.on >= first),
            held=tuple(day for day in self.held if day >= first),
            paused=tuple(day for day in self.paused if day >= first),
            unsigned=tuple(one for one in self.unsigned if one.signed is None or one.signed >= first),
        )


def departures(history: History, plan: Plan) -> Departures:
    """What was logged until the day of the plan."""
    taken, paused, held = [one for one in history.doses if one.taken], pauses(history), forbidden(history)
    return Departures(
        tuple(_above(history, taken)),
        tuple(one.on for one in taken if is_within(held, one.on)),
        tuple(one.on for one in taken if is_within(paused, one.on)),
        tuple(_unsigned(history, plan)),
    )


def not_seen_by_the_clinic(history: History, found: Departures) -> Departures:
    """Those that no visit came after, and so nobody at the clinic may have heard of.

    A hold or a pause is heard of once it is over: by a visit that came after its end.
    """
    seen = max((one.on for one in history.done if one.kind is Kind.VISIT), default=date.min)
    holds = [(one.on, cleared_on(history, one)) for one in every_danger(history)]
    return replace(
        found.since(seen),
        held=tuple(day for day in found.held if _end_of(day, holds) >= seen),
        paused=tuple(day for day in found.paused if _end_of(day, pauses(history)) >= seen),
    )


def _end_of(day: date, periods: Days) -> date:
    return max(end or date.max for start, end in periods if start <= day and (end is None or day < end))


def _above(history: History, taken: list[Dose]) -> Iterator[Above]:
    if not history.prescribed or all(one.mg is None for one in taken):
        return
    regimen = regimen_of(history)
    for one in taken:
        if one.mg is not None and one.mg > (prescribed := regimen.usual_mg(one.on)):
            yield Above(one.on, one.mg, prescribed)


def is_held(history: History, dose: Dose) -> bool:
    """Whether a danger forbade the capsule; of one day nobody knows which came first, the capsule or the danger."""
    return is_within(forbidden(history), dose.on)


def _unsigned(history: History, plan: Plan) -> Iterator[Unsigned]:
    """Of the signatures that are due until the first capsule those that came after it, once one was logged."""
    logged = next((one.on for one in history.doses if one.taken), None)
    for item in plan.items:
        if item.kind is not Kind.ATTESTATION or item.due > plan.timeline.first_dose:
            continue
        signed = item.done.on if item.done is not None else None
        first = min(logged, plan.timeline.first_dose) if logged is not None else plan.timeline.first_dose
        if signed is not None and signed > first:
            yield Unsigned(item, first, signed)
        elif signed is None and logged is not None and item.state not in (State.AS_PLANNED, State.NOT_KNOWN):
            yield Unsigned(item, first, None)
