"""The items of a rule: its slots, each with what was done for it and where it stands today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from tracker.engine import slots
from tracker.engine.assignment import Assignment
from tracker.engine.slots import Slot
from tracker.facts import Appointment, Done, Session
from tracker.history import History
from tracker.plan import Item, State, Timeline
from tracker.rules import Kind, Once, Permit, Repeat, Rule


class Context(Struct, frozen=True):
    """All that the rules of one course are expanded with."""

    history: History
    line: Timeline
    today: date
    counts: Assignment
    appointments: dict[str, Appointment]
    """By the key of the item; of one key the last one said holds."""

    @property
    def is_over(self) -> bool:
        """Whether the last capsule lies behind."""
        return self.line.last_dose is not None and self.today > self.line.last_dose


def context(history: History, line: Timeline, today: date, counts: Assignment) -> Context:
    """Index the appointments of a course by what they are for."""
    return Context(history, line, today, counts, {booked.key: booked for booked in history.appointments})


def items(rule: Rule, at: Context) -> Iterator[Item]:
    """The items of ``rule``; a span has none."""
    match rule.timing:
        case Once():
            yield from _once(rule, at)
        case Repeat():
            yield from _repeat(rule, at)
        case Permit() as timing:
            yield from _permit(rule, timing, at)


def _once(rule: Rule, at: Context) -> Iterator[Item]:
    done = at.counts.done.get(f"{rule.id}/1")
    # What was done cannot have waited for itself, nor for what came after it.
    counted = [fact for fact in at.counts.counted if done is None or fact.on < done.on]
    slot = at.counts.once(rule, at.history.done, counted)
    if slot is None:
        return
    at_the_end = slots.hangs_on_the_last_dose(rule)
    if done is None and not at_the_end and at.line.last_dose is not None and slot.due > at.line.last_dose:
        return
    yield item(slot, at, superseded=_is_overtaken(slot, at), estimate=at_the_end and at.line.last_dose is None)


def _is_overtaken(slot: Slot, at: Context) -> bool:
    """Whether it is too late: the course has ended, or a later thing of its kind was done in the course.

    What is asked for at the end is overtaken only by what is asked for after it.
    """
    if slots.hangs_on_the_last_dose(slot.rule):
        later = (
            one.id
            for one in at.counts.rules
            if one.kind is slot.rule.kind and one is not slot.rule and slots.hangs_on_the_last_dose(one)
        )
        return any((fact := at.counts.done.get(f"{name}/1")) is not None and fact.on > slot.end for name in later)
    if _is_past(slot, at):
        return True
    since = max(slot.due, at.line.first_dose)
    # A programme that asks for no draws in the course counts none of them.
    draws = at.counts.events if slot.rule.kind is Kind.BLOOD_TEST else ()
    return any(fact.kind is slot.rule.kind and fact.on > since for fact in at.counts.counted) or any(
        fact.kind is slot.rule.kind and fact.on > since and not at.counts.missing(slot, fact) for fact in draws
    )


def _is_past(slot: Slot, at: Context) -> bool:
    """Whether the course has ended, and nothing is awaited that was done in it: a result can still be added."""
    awaited = at.counts.awaiting.get(slot.key)
    return at.is_over and (
        awaited is None or any(fact.kind is slot.rule.kind and fact.on > awaited.on for fact in at.counts.counted)
    )


def _repeat(rule: Rule, at: Context) -> Iterator[Item]:
    highest = max(at.counts.days[rule.id], default=0)
    heard_of = max([highest, *at.counts.awaited(rule)])
    ordinal = 0
    beyond_the_end = False
    while True:
        ordinal += 1
        slot = at.counts.repeated(rule, ordinal)
        if slot is None:
            return
        if slot.due > at.line.end and ordinal > heard_of:
            # A course that runs past its projected end still has a next time.
            if not at.line.overrun or beyond_the_end:
                return
            beyond_the_end = True
        yield item(slot, at, superseded=ordinal < highest or _is_past(slot, at))


def _permit(rule: Rule, timing: Permit, at: Context) -> Iterator[Item]:
    """The windows that were opened, each ended by the next; of a pack, its last day.

    One that was open when the course ended, or when a positive test, a risk of pregnancy or a red flag came, is closed.
    Capsules at hand are still there once it is cleared, and a pack is closed only while it stands.
    """
    opened = {opening.ordinal: opening for opening in at.counts.opened(rule)}
    closed_from = [start for start, end in at.counts.holds if end is None or rule.kind is not Kind.SUPPLY]
    closed_from += [at.line.last_dose] if at.line.last_dose is not None else []
    following: Done | None = None
    found = []
    for opening in reversed(opened.values()):
        event = opening.event
        slot = at.counts.permitted(rule, timing, opening)
        used_up = following if rule.kind is Kind.SUPPLY else None
        was_done = used_up is not None or slot.key in at.counts.done
        if was_done or not any(event.on <= day <= slot.last for day in closed_from):
            superseded = following is not None or at.line.last_dose is not None
            found.append(item(slot, at, done=used_up, superseded=superseded))
        following = event
    yield from reversed(found)


def item(
    slot: Slot, at: Context, *, superseded: bool = False, estimate: bool = False, done: Done | Session | None = None
) -> Item:
    """An item of a slot, with what was done for it and where it stands today."""
    booked = at.appointments.get(slot.key)
    done = done or at.counts.done.get(slot.key)
    awaiting = at.counts.awaiting.get(slot.key)
    if done is not None:
        state = State.DONE
    elif superseded or (slot.hard_end is not None and at.today > slot.hard_end and awaiting is None):
        state = State.MISSED
    elif awaiting is not None:
        state = State.AWAITING_RESULT
    elif booked is not None and booked.on >= at.today:
        state = State.BOOKED
    elif at.today < slot.start:
        state = State.PLANNED
    elif at.today <= slot.end:
        state = State.DUE
    else:
        state = State.OVERDUE
    return Item(
        slot.key, slot.rule, slot.ordinal, slot.due, slot.start, slot.end, slot.hard_end, state, estimate, booked, done,
        awaiting if state is State.AWAITING_RESULT else None, slot.reckoning, slot.waits,
    )  # fmt: skip
