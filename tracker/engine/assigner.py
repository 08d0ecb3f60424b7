"""What each thing that was done counts for: derived from the facts, like the plan, and never stored.

The facts are taken in the order of their days, and what one counts for depends only on the facts before it, on the
first and last capsule, and on what a person said it was for (``--for``, a *pin*). So the same facts give the same
assignment in whatever order they were typed, and one more fact changes only what facts of later days count for, but for
a draw from long before the start.

* Before the first capsule the first thing done fills what is asked for before it, a pregnancy test only within its
  window: it says nothing of a later day. A draw from before its window gives way to a later one before the start. A
  pregnancy or blood test after the first capsule is never one before it.
* Of a rule counted from the last one done, the slot nearest in date is filled, however early or late; on a fixed grid
  the nearest within its window or half an interval; in a window that an event opened, the one that is open.
* What the course asks for ends with the last capsule. What is asked for at its end or after it is filled within its
  window, or late; on the last day one thing may count twice, in the course and at its end.
* Nearest is the fewest days apart; of two as near, the earlier. A single thing still waiting is filled late.
* A draw whose values are known fills only what asks for no other ones (``panel``): else it is an extra one, which fills
  and moves nothing, and what it was near to stays open. One without values is taken for what is asked for.
* Of several things of a kind on one day one counts. An unclear test counts for nothing, and one without a result for
  nothing until its result is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from tracker.engine import slots
from tracker.engine.assignment import Assignment
from tracker.engine.slots import Slot
from tracker.engine.succession import enter
from tracker.facts import Done, TestResult
from tracker.history import History
from tracker.plan import Lacking, Timeline
from tracker.rules import Era, Kind, Mode, Once, Permit, Repeat, Rule

BEFORE_IS_BEFORE = (Kind.PREGNANCY_TEST, Kind.BLOOD_TEST)
"""What is measured in the course says nothing of how it was before the first capsule."""


def assign(rules: tuple[Rule, ...], history: History, line: Timeline, former: tuple[Era, ...] = ()) -> Assignment:
    """What every thing done counts for. A pin that its item does not take is as if it had not been said.

    ``former`` are the rules that held before an adoption: a fact of those days is taken under them.
    """
    pins = {fact.id for fact in history.done if fact.pin is not None}
    while True:
        found, refused = _taken(Assignment(rules, history, line, former=former), pins)
        if not refused:
            return found
        # What it was kept free for may be filled by another: once more without it.
        pins -= refused


def _taken(at: Assignment, pins: set[int]) -> tuple[Assignment, set[int]]:
    coming = [fact for fact in at.history.done if fact.id in pins and fact.result is not TestResult.UNCLEAR]
    at.reserved = {str(fact.pin) for fact in coming}
    refused: set[int] = set()
    filled_on: dict[Kind, date] = {}
    for fact in at.history.done:
        enter(at, fact.on)
        chosen: list[Slot] = []
        if fact.result is not TestResult.UNCLEAR:
            pinned = fact.pin is not None and fact.id in pins
            if pinned:
                at.reserved.discard(str(fact.pin))
                slot = _pinned(at, fact)
                chosen = [slot] if slot is not None else []
                if slot is None:
                    refused.add(fact.id)
            elif filled_on.get(fact.kind) != fact.on:
                slot = _fitting(at, fact)
                chosen = [slot] if slot is not None else []
            if chosen or filled_on.get(fact.kind) != fact.on:
                chosen += _at_the_end(at, fact, chosen)
        if chosen and not fact.awaits_result:
            filled_on[fact.kind] = fact.on
        _keep(at, fact, chosen)
    enter(at, date.max)
    return at, refused


def _keep(at: Assignment, fact: Done, chosen: list[Slot]) -> None:
    """Keep what a thing done counts for."""
    at.keys[fact.id] = tuple(slot.key for slot in chosen)
    if chosen:
        at.lacking.pop(fact.id, None)
    if fact.id not in at.lacking:
        # An extra draw is none of those that anything is counted from.
        at.events.append(fact)
    if fact.awaits_result:
        at.awaiting |= {slot.key: fact for slot in chosen}
    elif chosen:
        at.counted.append(fact)
        for slot in chosen:
            at.done[slot.key] = fact
            at.days[slot.rule.id][slot.ordinal] = fact.on


def _pinned(at: Assignment, fact: Done) -> Slot | None:
    """The slot that a person named, where it takes the fact or the clinic said that it does."""
    key = str(fact.pin)
    slot = at.slot(key)
    if slot is None or slot.rule.kind is not fact.kind or key in at.done:
        return None
    first, last = at.days_that_count(key)
    in_time = (first is None or first <= fact.on) and (last is None or fact.on <= last)
    return slot if fact.clinic_confirmed or (in_time and not at.missing(slot, fact)) else None


def _fitting(at: Assignment, fact: Done) -> Slot | None:
    """The slot that a thing done fills by its day and by what was measured, in the course or after it."""
    near: dict[str, Slot] = {}
    for slot in sorted(_near(at, fact.kind, fact.on), key=_nearness(fact.on)):
        # A rule that asks for more at first is not asked for its second one instead.
        near.setdefault(slot.rule.id, slot)
    return next((slot for slot in near.values() if _takes(at, slot, fact)), None)


def _takes(at: Assignment, slot: Slot, fact: Done) -> bool:
    """Whether a draw has what a slot asks for; what it lacks for the first that does not take it is remembered."""
    missing = at.missing(slot, fact)
    if missing and slot.rule.panel is not None:
        at.lacking.setdefault(fact.id, Lacking(slot.key, missing, slot.rule.panel))
    return not missing


def _near(at: Assignment, kind: Kind, on: date) -> list[Slot]:
    """The slots that a thing of this kind can fill by its day."""
    line = at.line
    rules = [rule for rule in at.rules if rule.kind is kind]
    if line.last_dose is not None and on > line.last_dose:
        after = list(_undone_once(at, [rule for rule in rules if slots.hangs_on_the_last_dose(rule)]))
        in_time = [slot for slot in after if slot.has(on)]
        return in_time or [slot for slot in after if slot.end < on]
    single = list(_undone_once(at, [rule for rule in rules if not slots.hangs_on_the_last_dose(rule)]))
    before = [slot for slot in single if slot.due <= line.first_dose]
    if on <= line.first_dose and before:
        in_time = [slot for slot in before if slot.has(on)]
        late_enough = [slot for slot in before if kind is not Kind.PREGNANCY_TEST or slot.end < on]
        if kind is Kind.BLOOD_TEST:
            late_enough = [slot for slot in late_enough if slot.start <= on or not _is_drawn_later(at, slot, on)]
        return in_time or late_enough
    if kind in BEFORE_IS_BEFORE and on > line.first_dose:
        single = [slot for slot in single if not slots.belongs_before_the_start(slot.rule)]
    candidates = [slot for slot in single if slot.has(on)]
    for rule in rules:
        if isinstance(rule.timing, Repeat):
            candidates += _repeats_that_take(at, rule, rule.timing, on)
        elif isinstance(rule.timing, Permit):
            candidates += _windows_open(at, rule, rule.timing, on)
    waiting = [slot for slot in single if slot.end < on and not _is_overtaken(at, slot)]
    return candidates or waiting


def _is_drawn_later(at: Assignment, slot: Slot, on: date) -> bool:
    """Whether something done later, before the start, has what a slot of before the start asks for."""
    last = max(slot.end, at.line.first_dose)
    return any(fact.kind is slot.rule.kind and on < fact.on <= last and not at.missing(slot, fact)
               for fact in at.history.done)  # fmt: skip


def _at_the_end(at: Assignment, fact: Done, chosen: list[Slot]) -> Iterable[Slot]:
    """What is asked for at the end of the course, where the day also counts for that."""
    last = at.line.last_dose
    if last is None or fact.on > last:
        return []
    rules = [rule for rule in at.rules if rule.kind is fact.kind and slots.hangs_on_the_last_dose(rule)]
    keys = {slot.key for slot in chosen}
    return [slot for slot in _undone_once(at, rules) if slot.has(fact.on) and slot.key not in keys
            and _takes(at, slot, fact)]  # fmt: skip


def _undone_once(at: Assignment, rules: list[Rule]) -> Iterator[Slot]:
    for rule in rules:
        if isinstance(rule.timing, Once):
            slot = at.once(rule, at.events, at.counted)
            if slot is not None and slot.key not in at.done and slot.key not in at.reserved:
                yield slot


def _repeats_that_take(at: Assignment, rule: Rule, timing: Repeat, on: date) -> Iterator[Slot]:
    since, last = at.since(rule, timing)
    if since is None or on < since or (last and on == since):
        return
    reserved = [int(key.rpartition("/")[2]) for key in at.reserved if key.rpartition("/")[0] == rule.id]
    below = min((number for number in reserved if number > last), default=None)
    for ordinal in at.around(rule, on):
        slot = at.repeated(rule, ordinal)
        if slot is None or slot.key in at.done or slot.key in at.reserved:
            continue
        if timing.mode is Mode.GRID:
            if slot.has(on) or -timing.days_early(ordinal) <= (on - slot.due).days <= timing.every.half_in_days:
                yield slot
        elif below is None or ordinal < below:
            yield slot


def _windows_open(at: Assignment, rule: Rule, timing: Permit, on: date) -> Iterator[Slot]:
    """The window that was opened last, where it is still open: a new one closes the one before."""
    if rule.kind is Kind.SUPPLY:
        return
    for opening in reversed(at.opened(rule)):
        slot = at.permitted(rule, timing, opening)
        if slot.start <= on <= slot.last and slot.key not in at.done and slot.key not in at.reserved:
            yield slot
        return


def _is_overtaken(at: Assignment, slot: Slot) -> bool:
    """Whether a later thing of its kind was done in the course."""
    since = max(slot.due, at.line.first_dose)
    return any(fact.kind is slot.rule.kind and fact.on > since for fact in at.counted)


def _nearness(on: date) -> Callable[[Slot], tuple[int, date, str]]:
    return lambda slot: (abs((slot.due - on).days), slot.due, slot.key)
