"""What counts for what: the things done of a course by the items that they fill, and the windows that they open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.capsules import Days, holds
from tracker.engine import slots
from tracker.engine.slots import Slot
from tracker.facts import Done, TestResult
from tracker.history import History
from tracker.plan import Timeline
from tracker.rules import Kind, Mode, Once, Permit, Repeat, Rule

_DAY = timedelta(days=1)
Bounds = tuple[date | None, date | None]
"""The first and the last day; None for no bound."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Something done that opens a window of a rule, and the ordinal of that window."""

    event: Done
    ordinal: int


@dataclass(slots=True)
class Assignment:
    """What counts for what, so far as the facts have been taken."""

    rules: tuple[Rule, ...]
    history: History
    line: Timeline
    done: dict[str, Done] = field(default_factory=dict)
    """By the key of the item."""
    awaiting: dict[str, Done] = field(default_factory=dict)
    """The tests without a result, by the key of the item that each would count for."""
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The keys that each thing done counts for, by its id; empty where it was not scheduled."""
    days: defaultdict[str, dict[int, date]] = field(default_factory=lambda: defaultdict(dict))
    """The days of what was done, by rule and ordinal."""
    events: list[Done] = field(default_factory=list)
    counted: list[Done] = field(default_factory=list)
    """Those of the events that count for something."""
    reserved: set[str] = field(default_factory=set)
    """Keys of the pins that still come."""
    holds: Days = field(init=False)

    def __post_init__(self) -> None:
        self.holds = holds(self.history)

    def opened(self, rule: Rule, timing: Permit) -> list[Opening]:
        """What opened a window of this rule, in order of days; of one ordinal the last one holds.

        Something done for a planned item has the ordinal of that item, counted on from the single ones before the
        course; what is outside the plan opens the window before it anew, or the first one. A supply is numbered by its
        pack.
        """
        kind = slots.kind_of(timing.opened_by)
        found: list[Opening] = []
        shift = 0
        for event in self.events:
            if event.kind is not kind or not self._opens(event, timing, found):
                continue
            before = found[-1].ordinal if found else 0
            place = self._place(event)
            if rule.kind is Kind.SUPPLY:
                ordinal = max(before + 1, place or 0)
            elif place is not None:
                ordinal = place + (shift if place > len(self._before_the_start(event.kind)) else 0)
            else:
                ordinal = before or 1 + len(self._before_the_start(event.kind))
                shift = shift or int(not before)
            found.append(Opening(event, ordinal))
        return found

    def _place(self, event: Done) -> int | None:
        """Which of its kind an event is by the item that it counts for; None where it was not planned."""
        for key in self.keys[event.id]:
            name, _, number = key.rpartition("/")
            single = self._before_the_start(event.kind)
            repeats = [one.id for one in self.rules if one.kind is event.kind and isinstance(one.timing, Repeat)]
            if name in single:
                return 1 + single.index(name)
            if name in repeats:
                return 1 + len(single) + (int(number) - 1) * len(repeats) + repeats.index(name)
            timing = next(one.timing for one in self.rules if one.id == name)
            if isinstance(timing, Permit):
                # Its first window has the number of the first test that opens one.
                closed = self._before_the_start(slots.kind_of(timing.opened_by))
                return int(number) - len([one for one in closed if one in timing.except_after])
        return None

    def _before_the_start(self, kind: Kind | None) -> list[str]:
        return [one.id for one in self.rules if one.kind is kind and slots.belongs_before_the_start(one)]

    def _opens(self, event: Done, timing: Permit, before: list[Opening]) -> bool:
        """Whether an event opens a window: a test only with a negative result, and nothing after the last dose.

        Nothing does from a positive test or a risk of pregnancy on until it is cleared. Where some tests open nothing,
        one outside the plan opens a window only as the repetition of one that did.
        """
        if event.kind is Kind.PREGNANCY_TEST and event.result is not TestResult.NEGATIVE:
            return False
        if self.line.last_dose is not None and event.on > self.line.last_dose:
            return False
        if any(start <= event.on and (end is None or event.on < end) for start, end in self.holds):
            return False
        rules = {key.rpartition("/")[0] for key in self.keys[event.id]}
        if not rules and timing.except_after:
            return bool(before)
        return rules.isdisjoint(timing.except_after)

    def slot(self, key: str) -> Slot | None:
        """The slot with this key, as it is seen from the facts taken so far; None where there is none."""
        name, _, number = key.rpartition("/")
        rule = next((one for one in self.rules if one.id == name), None)
        if rule is None or not number.isdecimal() or int(number) < 1:
            return None
        return next((one for one in self._slots(rule, int(number)) if one.ordinal == int(number)), None)

    def _slots(self, rule: Rule, ordinal: int) -> Iterator[Slot]:
        match rule.timing:
            case Once() as timing:
                found = slots.once(rule, timing, self.line, self.events, self.counted)
                if found is not None:
                    yield found
            case Repeat() as timing:
                since, last = self.since(rule, timing, before=ordinal)
                if since is not None:
                    yield slots.repeated(rule, timing, since, last, ordinal)
            case Permit() as timing:
                for opening in reversed(self.opened(rule, timing)):
                    yield slots.permitted(rule, timing, self.line, opening.event.on, opening.ordinal)

    def since(self, rule: Rule, timing: Repeat, *, before: int | None = None) -> tuple[date | None, int]:
        """The day that a repeated rule is counted from, and the ordinal of what was done then (0: its anchor)."""
        anchor = slots.day_of(timing.anchor, self.line, self.events)
        done = [number for number in self.days[rule.id] if before is None or number < before]
        if anchor is None or timing.mode is Mode.GRID or not done:
            return anchor, 0
        return max(anchor, *(self.days[rule.id][number] for number in done)), max(done)

    def days_that_count(self, key: str) -> Bounds:
        """The first and last day on which a thing named for this item counts; None where there is no such bound."""
        slot = self.slot(key)
        if slot is None:
            return None, None
        timing = slot.rule.timing
        if isinstance(timing, Permit):
            return slot.start, slot.last
        if isinstance(timing, Repeat):
            return self._days_of_a_repeat(slot, timing)
        if not slots.belongs_before_the_start(slot.rule):
            return slot.start, None
        if slot.rule.kind is Kind.PREGNANCY_TEST:
            return slot.start, max(slot.end, self.line.first_dose)
        return None, None

    def _days_of_a_repeat(self, slot: Slot, timing: Repeat) -> Bounds:
        half = timing.every.half_in_days * _DAY
        if timing.mode is Mode.GRID:
            return min(slot.start, slot.due - half), max(slot.end, slot.due + half)
        since, last = self.since(slot.rule, timing, before=slot.ordinal)
        assert since is not None  # noqa: S101 - there is a slot
        earliest = since + _DAY if last else since
        return (earliest if slot.ordinal == last + 1 else slot.due - half), self.line.last_dose
