"""What counts for what: the things done of a course by the items that they fill, and the windows that they open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import Days, holds
from tracker.engine import slots
from tracker.engine.packs import Packs
from tracker.engine.slots import Slot
from tracker.facts import Done, TestResult
from tracker.history import History
from tracker.plan import Lacking, Timeline
from tracker.rules import Era, Kind, Mode, Once, Permit, Repeat, Rule, Timing

_DAY = timedelta(days=1)
Bounds = tuple[date | None, date | None]
"""The first and the last day; None for no bound."""


class Opening(Struct, frozen=True):
    """Something done that opens a window of a rule, the ordinal of that window, and what was asked then."""

    event: Done
    ordinal: int
    timing: Permit


class Stint(Struct, frozen=True):
    """The items of one rule from an adoption on, until another changes it: those above ``last``.

    See :mod:`tracker.engine.succession`.
    """

    timing: Timing
    on: date = date.min
    """The day of the adoption."""
    last: int = 0
    """The highest ordinal done before."""
    asked: date | None = None
    """The day on which what would have been due before is asked for, once: of a repetition its first item."""
    skipped: int = 0
    """Of a grid, how many of its days lie before."""
    is_moot: bool = False
    """Of a single item: it is not asked for at all."""


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
    lacking: dict[int, Lacking] = field(default_factory=dict)
    """Of draws that count for nothing what they lack, by their ids."""
    events: list[Done] = field(default_factory=list)
    counted: list[Done] = field(default_factory=list)
    """Those of the events that count for something."""
    reserved: set[str] = field(default_factory=set)
    """Keys of the pins that still come."""
    former: tuple[Era, ...] = ()
    """The rules that held before those of the programme that was adopted last, oldest first."""
    era: int = 0
    """How many of the former ones the facts taken so far have left behind."""
    stints: dict[str, list[Stint]] = field(default_factory=dict)
    """Of the rules that an adoption brought or changed, oldest first; the first one is what held before it."""
    holds: Days = field(init=False)
    packs: Packs = field(init=False)
    final: tuple[Rule, ...] = field(init=False)
    """The rules that hold in the end; ``rules`` are those of the day so far."""

    def __post_init__(self) -> None:
        self.holds = holds(self.history)
        self.packs = Packs(self.history)
        self.final = self.rules
        self.rules = self.former[0].rules if self.former else self.rules

    def missing(self, slot: Slot, fact: Done) -> tuple[str, ...]:
        """What a slot asks to be measured and was not; nothing of a draw of which no value is known yet."""
        panel, measured = slot.rule.panel, self.history.measured.get(fact.on)
        if panel is None or measured is None:
            return ()
        return tuple(code for code in panel.asked(slot.ordinal) if code not in measured)

    def opened(self, rule: Rule) -> list[Opening]:
        """What opened a window of this rule, in order of days; of one ordinal the last one holds.

        Something done for a planned item has the ordinal of that item, counted on from the single ones before the
        course; what is outside the plan opens the window before it anew, or the first one. A supply is numbered by its
        pack.
        """
        found: list[Opening] = []
        rules: tuple[Rule, ...] | None = None
        shift = raised = 0
        for event in self.events:
            then = self.rules_on(event.on)
            asked = next((one.timing for one in then if one.id == rule.id), None)
            if not isinstance(asked, Permit) or event.kind is not slots.kind_of(asked.opened_by):
                continue
            if not self._opens(event, asked, found):
                continue
            before = found[-1].ordinal if found else 0
            place = self._place(event, then)
            if then is not rules:
                # What another programme opened keeps its number: what this one opens is numbered after it.
                raised = max(before + 1 - place, 0) if found and place is not None else 0
                rules = then
            if rule.kind is Kind.SUPPLY:
                ordinal = max(before + 1, place or 0)
            elif place is not None:
                ordinal = place + raised + (shift if place > len(_before_the_start(then, event.kind)) else 0)
            else:
                ordinal = before or 1 + len(_before_the_start(then, event.kind))
                shift = shift or int(not before)
            found.append(Opening(event, ordinal, asked))
        return found

    def _place(self, event: Done, rules: tuple[Rule, ...]) -> int | None:
        """Which of its kind an event is by the item that it counts for; None where it was not planned."""
        for key in self.keys[event.id]:
            name, _, number = key.rpartition("/")
            single = _before_the_start(rules, event.kind)
            repeats = [one.id for one in rules if one.kind is event.kind and isinstance(one.timing, Repeat)]
            if name in single:
                return 1 + single.index(name)
            if name in repeats:
                return 1 + len(single) + (int(number) - 1) * len(repeats) + repeats.index(name)
            timing = next(one.timing for one in rules if one.id == name)
            if isinstance(timing, Permit):
                # Its first window has the number of the first test that opens one.
                closed = _before_the_start(rules, slots.kind_of(timing.opened_by))
                return int(number) - len([one for one in closed if one in timing.except_after])
        return None

    def rules_on(self, day: date) -> tuple[Rule, ...]:
        """The rules that held on a day."""
        return next((era.rules for era in self.former if day < era.until), self.final)

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
            case Once():
                found = self.once(rule, self.events, self.counted)
                if found is not None:
                    yield found
            case Repeat():
                slot = self.repeated(rule, ordinal)
                if slot is not None:
                    yield slot
            case Permit() as timing:
                for opening in reversed(self.opened(rule)):
                    yield self.permitted(rule, timing, opening)

    def once(self, rule: Rule, events: Sequence[Done], counted: Sequence[Done]) -> Slot | None:
        """The slot of a rule that asks for a thing once; None where nothing has made its anchor, or it is moot."""
        assert isinstance(rule.timing, Once)  # noqa: S101 - it asks once
        stint = self._stint(rule)
        slot = slots.once(rule, rule.timing, self.line, events, counted)
        if slot is None or stint.is_moot:
            return None
        if stint.asked is None or slot.due >= stint.asked:
            return slot
        return replace(slot, due=stint.asked, end=max(slot.end, stint.asked))

    def repeated(self, rule: Rule, ordinal: int) -> Slot | None:
        """The slot of a repetition; None where nothing has made its anchor yet."""
        stint = self._stint(rule, ordinal)
        timing = stint.timing
        assert isinstance(timing, Repeat)  # noqa: S101 - it is repeated
        if stint.asked is not None and ordinal == stint.last + 1:
            return slots.due_on(rule, timing, ordinal, stint.asked)
        if timing.mode is Mode.GRID:
            anchor = slots.day_of(timing.anchor, self.line, self.events)
            if anchor is None:
                return None
            place = ordinal - stint.last + stint.skipped - (stint.asked is not None)
            return replace(slots.repeated(rule, timing, anchor, 0, place), ordinal=ordinal)
        since, last = self.since(rule, timing, before=ordinal)
        if since is None:
            return None
        if stint.asked is not None and last <= stint.last:
            since, last = stint.on, stint.last + 1
        return slots.repeated(rule, timing, since, last, ordinal)

    def around(self, rule: Rule, on: date) -> Iterator[int]:
        """The ordinals of a repetition, as it is now, that are due around a day."""
        stint = self._stint(rule)
        timing = stint.timing
        assert isinstance(timing, Repeat)  # noqa: S101 - it is repeated
        since, last = self.since(rule, timing)
        if since is None:
            return
        before = 0
        if timing.mode is Mode.GRID:
            before = stint.last - stint.skipped + (stint.asked is not None)
        elif stint.asked is not None and last <= stint.last:
            since, last = stint.on, stint.last + 1
        if stint.asked is not None and stint.last + 1 not in self.days[rule.id]:
            yield stint.last + 1
        first = stint.last + (stint.asked is not None)
        places = {place + before for place in slots.around(timing, since, last, on)}
        if timing.mode is Mode.FROM_LAST_DONE:
            places.add(max(first, last) + 1)
        yield from sorted(place for place in places if place > first)

    def awaited(self, rule: Rule) -> dict[int, Done]:
        """The tests of a repetition whose result is awaited, by their ordinals."""
        return {int(key.rpartition("/")[2]): fact for key, fact in self.awaiting.items()
                if key.rpartition("/")[0] == rule.id}  # fmt: skip

    def is_moot(self, rule: Rule) -> bool:
        """Whether a single item is not asked for at all."""
        return self._stint(rule).is_moot

    def permitted(self, rule: Rule, timing: Permit, opening: Opening) -> Slot:
        """The window that was opened; one from before an adoption is never longer than either programme has it."""
        found = [slots.permitted(rule, one, self.line, opening.event.on, opening.ordinal, self.packs)
                 for one in dict.fromkeys((opening.timing, timing))]  # fmt: skip
        return found[0] if len(found) == 1 else slots.until_the_earlier(*found)

    def _stint(self, rule: Rule, ordinal: int | None = None) -> Stint:
        """That in which an item of this ordinal is; without one the last."""
        stints = self.stints.get(rule.id)
        if stints is None:
            return Stint(rule.timing)
        return next(one for one in reversed(stints) if ordinal is None or one.last < ordinal)

    def since(self, rule: Rule, timing: Repeat, *, before: int | None = None) -> tuple[date | None, int]:
        """The day that a repeated rule is counted from, and the ordinal of what was done then (0: its anchor)."""
        anchor = slots.day_of(timing.anchor, self.line, self.events)
        done = [number for number in self.days[rule.id] if before is None or number < before]
        if anchor is None or timing.mode is Mode.GRID or not done:
            return anchor, 0
        return max(anchor, *(self.days[rule.id][number] for number in done)), max(done)

    def needs_the_clinic(self, fact: Done, key: str) -> bool:
        """Whether only the clinic's word counts a thing for the item it was named for: for its day or its values."""
        slot = self.slot(key)
        if slot is None or slot.rule.panel is None:
            return True
        first, last = self.days_that_count(key)
        in_time = (first is None or first <= fact.on) and (last is None or fact.on <= last)
        return not in_time or bool(self.missing(slot, fact))

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
        return self.days_of_a_single(slot)

    def days_of_a_single(self, slot: Slot) -> Bounds:
        """The first and last day on which a thing counts for what is asked for once."""
        if not slots.belongs_before_the_start(slot.rule):
            return slot.start, None
        if slot.rule.kind is Kind.PREGNANCY_TEST:
            return slot.start, max(slot.end, self.line.first_dose)
        if slot.rule.kind is Kind.BLOOD_TEST:
            return None, max(slot.end, self.line.first_dose)
        return None, None

    def _days_of_a_repeat(self, slot: Slot, timing: Repeat) -> Bounds:
        half = timing.every.half_in_days * _DAY
        if timing.mode is Mode.GRID:
            return min(slot.start, slot.due - timing.days_early(slot.ordinal) * _DAY), max(slot.end, slot.due + half)
        since, last = self.since(slot.rule, timing, before=slot.ordinal)
        assert since is not None  # noqa: S101 - there is a slot
        earliest = since + _DAY if last else since
        return (earliest if slot.ordinal == last + 1 else slot.due - half), self.line.last_dose


def _before_the_start(rules: tuple[Rule, ...], kind: Kind | None) -> list[str]:
    return [one.id for one in rules if one.kind is kind and slots.belongs_before_the_start(one)]
