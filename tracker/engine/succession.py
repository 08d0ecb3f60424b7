"""What an adopted programme asks for in a course that runs: from the day of the adoption on, and safely.

Facts of the days before count for what the programme of their day asked for, and keep counting for that where the
adopted one has the rule: same rule, same number, same entry in a calendar. A rule that is gone takes its items with it.
What the adopted programme asks for anew or on other days it asks for from the adoption on. What it would have had due
before is asked for once, on the day of the adoption: nothing that it wants is left out, and nobody is shown months of
what nobody had asked for.

=================================== ====================================================================================
the rule                            what is asked for
=================================== ====================================================================================
as it was                           as it was; what is overdue stays overdue
repeated, new or on other days      the number after the highest one done, when the adopted timing has it due: but not
                                    before the adoption, or before it was overdue; then on from there. On a grid the day
                                    before the adoption is asked for unless something was done for about that day.
once, new                           when it is due, at the earliest on the adoption. Not at all where a thing of its
                                    kind counted before, where another of its kind is asked for on the adoption, or for
                                    a pregnancy test before a first capsule that was taken.
once, on another day                on its new day: but not before the adoption, or before it was overdue
a window that an event opens        for events from the adoption on; one that was opened before is never open for longer
                                    than either programme has it
a span                              as the adopted programme has it, from its own first day on
=================================== ====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.engine import slots
from tracker.engine.assignment import Assignment, Stint
from tracker.facts import TestResult
from tracker.rules import Era, Kind, Mode, Once, Protocol, Repeat, Rule

_DAY = timedelta(days=1)


def succeeded(first: Protocol, adopted: Iterable[tuple[date, Protocol]]) -> Protocol:
    """The programme that a course follows in the end, with what held before; ``adopted`` are in order.

    Of several of one day the last one holds, and the same programme once more changes nothing.
    """
    by_day = dict(adopted)
    current, former = first, list[Era]()
    for on, new in by_day.items():
        if new.rules != current.rules:
            former.append(Era(until=on, rules=current.rules))
        current = new
    return replace(current, former=tuple(former))


def enter(at: Assignment, day: date) -> None:
    """Let the facts of a day be taken under the rules that hold on it."""
    while at.era < len(at.former) and day >= at.former[at.era].until:
        left = at.former[at.era]
        at.era += 1
        following = at.former[at.era].rules if at.era < len(at.former) else at.final
        _succeed(at, left.until, following, [era.rules for era in at.former[: at.era]])
        at.rules = following


def _succeed(at: Assignment, on: date, rules: tuple[Rule, ...], before: Sequence[tuple[Rule, ...]]) -> None:
    asked: set[Kind] = set()
    once = []
    for rule in rules:
        was = next((one for one in before[-1] if one.id == rule.id), None)
        if was is not None and (was.kind, was.timing) == (rule.kind, rule.timing):
            continue
        if not _continues(rule, _known(rule, before)):
            _forget(at, rule)
            was = None
        if isinstance(rule.timing, Repeat):
            stint = _repeated(at, on, rule, rule.timing, was)
            _begin(at, rule, stint, before)
            if stint.asked is not None:
                asked.add(rule.kind)
        elif isinstance(rule.timing, Once):
            once.append((rule, was))
    # The latest of a kind is asked for: it stands for what would have come before it.
    days = {rule.id: _natural(at, rule) for rule, _was in once}
    for rule, was in sorted(once, key=lambda one: days[one[0].id] or date.max, reverse=True):
        stint = _single(at, on, rule, was, days[rule.id], asked)
        _begin(at, rule, stint, before)
        due = days[rule.id]
        if not stint.is_moot and due is not None and due < on and f"{rule.id}/1" not in at.done:
            asked.add(rule.kind)


def _begin(at: Assignment, rule: Rule, stint: Stint, before: Sequence[tuple[Rule, ...]]) -> None:
    known = _known(rule, before)
    first = [Stint(known.timing)] if known is not None and _continues(rule, known) else []
    at.stints[rule.id] = [*at.stints.get(rule.id, first), stint]


def _known(rule: Rule, before: Sequence[tuple[Rule, ...]]) -> Rule | None:
    """The rule of this name that held last before."""
    return next((one for rules in reversed(before) for one in rules if one.id == rule.id), None)


def _continues(rule: Rule, known: Rule | None) -> bool:
    """Whether what was done for a rule is done for the one of its name in the adopted programme."""
    if known is None:
        return True
    same = known.kind is rule.kind and type(known.timing) is type(rule.timing)
    return same and slots.hangs_on_the_last_dose(known) == slots.hangs_on_the_last_dose(rule)


def _forget(at: Assignment, rule: Rule) -> None:
    """A rule that is another one under the same name takes what was done for it away."""
    at.stints.pop(rule.id, None)
    at.days.pop(rule.id, None)
    for done in (at.done, at.awaiting):
        for key in [key for key in done if key.rpartition("/")[0] == rule.id]:
            del done[key]
    at.keys |= {fact: tuple(key for key in keys if key.rpartition("/")[0] != rule.id) for fact, keys in at.keys.items()}


def _repeated(at: Assignment, on: date, rule: Rule, timing: Repeat, was: Rule | None) -> Stint:
    last = max(at.days[rule.id], default=0)
    overdue = at.repeated(was, last + 1) if was is not None else None
    earliest = min(overdue.due, on) if overdue is not None else on
    new = Stint(timing, on, last)
    since, counted = at.since(rule, timing)
    if since is None:
        return new
    if timing.mode is Mode.FROM_LAST_DONE:
        due = slots.repeated(rule, timing, since, counted, last + 1).due
        return replace(new, asked=max(due, earliest)) if due < on else new
    skipped = 0
    while slots.repeated(rule, timing, since, 0, skipped + 1).due < on:
        skipped += 1
    if not skipped:
        return new
    before = slots.repeated(rule, timing, since, 0, skipped).due
    is_covered = any(day >= before - timing.every.half_in_days * _DAY for day in at.days[rule.id].values())
    if is_covered:
        return replace(new, skipped=skipped)
    asked = max(before, earliest)
    if slots.repeated(rule, timing, since, 0, skipped + 1).due <= asked:
        skipped += 1
    return replace(new, skipped=skipped, asked=asked)


def _natural(at: Assignment, rule: Rule) -> date | None:
    assert isinstance(rule.timing, Once)  # noqa: S101 - it asks once
    slot = slots.once(rule, rule.timing, at.line, at.events, at.counted)
    return slot.due if slot is not None else None


def _single(at: Assignment, on: date, rule: Rule, was: Rule | None, due: date | None, asked: set[Kind]) -> Stint:
    after = slots.hangs_on_the_last_dose(rule)
    if f"{rule.id}/1" in at.done:
        return Stint(rule.timing)
    if due is None or due >= on or (after and at.line.last_dose is None):
        return Stint(rule.timing)
    if was is not None:
        overdue = at.once(was, at.events, at.counted)
        return Stint(rule.timing, on, asked=min(overdue.due, on) if overdue is not None else on)
    is_test_before = rule.kind is Kind.PREGNANCY_TEST and slots.belongs_before_the_start(rule)
    too_late = is_test_before and on > at.line.first_dose
    counted = any(fact.kind is rule.kind and fact.result is not TestResult.UNCLEAR for fact in at.counted)
    is_moot = not after and (too_late or counted or rule.kind in asked)
    return Stint(rule.timing, on, asked=on, is_moot=is_moot)
