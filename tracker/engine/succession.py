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
                                    before the adoption is asked for unless something was done for about that day. A
                                    test that awaits its result has its number; the next one is the one after it.
once, new                           when it is due, at the earliest on the adoption. Not at all where a thing of its
                                    kind counted before that would count for it, where another of its kind is asked for
                                    on the adoption, or for a pregnancy test before a first capsule that was taken: if
                                    none was done then or since, the repeated one is asked for on the adoption.
once, on another day                on its new day: but not before the adoption, or before it was overdue. What was done
                                    counts on only where the adopted programme would take it for that.
a window that an event opens        for events from the adoption on; one that was opened before is never open for longer
                                    than either programme has it
a span                              as the adopted programme has it, from its own first day on
=================================== ====================================================================================

What was said of the time before the course was recorded holds for the days that it was said of, and for no later ones.
Of blood and pregnancy tests it leaves the one of the adoption to be done, also where it was said on a later day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from tracker.engine import slots
from tracker.engine.assignment import Assignment, Stint
from tracker.engine.slots import LAST_STAYS_OPEN, Slot
from tracker.facts import Done, HowEarlier
from tracker.rules import Era, Kind, Mode, Once, Protocol, Repeat, Rule

_DAY = timedelta(days=1)


def succeeded(
    first: Protocol,
    adopted: Iterable[tuple[date, Protocol]],
    who: tuple[bool | None, tuple[tuple[date, bool], ...]] = (None, ()),
) -> Protocol:
    """The programme that a course follows in the end, with what held before; ``adopted`` are in order.

    Of several of one day the last one holds, and the same programme once more changes nothing. That pregnancy is
    possible from a day on, or is no more, is as if the programme of such a patient were adopted then (``who``: at
    first, and each change with its day).
    """
    by_day = dict(adopted)
    pregnant, changes = who[0], dict(who[1])
    current, former = first, list[Era]()
    for on in sorted({*by_day, *changes}):
        new, then = by_day.get(on, current), changes.get(on, pregnant)
        if new.rules != current.rules or then != pregnant:
            former.append(Era(until=on, rules=current.rules, can_become_pregnant=pregnant))
        current, pregnant = new, then
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
            _judge(at, on, rule, rule.timing)
            once.append((rule, was))
    # The latest of a kind is asked for: it stands for what would have come before it.
    days = {rule.id: slot.due for rule, _was in once if (slot := _natural(at, rule)) is not None}
    for rule, was in sorted(once, key=lambda one: days.get(one[0].id, date.max), reverse=True):
        stint = _single(at, on, rule, was, asked)
        _begin(at, rule, stint, before)
        due = days.get(rule.id)
        if not stint.is_moot and due is not None and due < on and f"{rule.id}/1" not in at.done:
            asked.add(rule.kind)
    if _is_untested(at, on, rules):
        _ask_for_a_test(at, on, rules, before)


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


def _forget(at: Assignment, rule: Rule, fact: Done | None = None) -> None:
    """Take away what was done for a rule: for another one of its name all, or what one fact was done for."""
    if fact is None:
        at.stints.pop(rule.id, None)
    gone = {key for done in (at.done, at.awaiting) for key, one in done.items()
            if key.rpartition("/")[0] == rule.id and fact in (None, one)}  # fmt: skip
    for key in gone:
        at.done.pop(key, None)
        at.awaiting.pop(key, None)
        at.days[rule.id].pop(int(key.rpartition("/")[2]), None)
    at.keys |= {number: tuple(key for key in keys if key not in gone) for number, keys in at.keys.items()}


def _judge(at: Assignment, on: date, rule: Rule, timing: Once) -> None:
    """Let what was done for a single item count on only where the adopted programme would take it for that as well.

    What had to come before a first capsule that was taken is past, and the clinic's word for an item stands.
    """
    if slots.belongs_before_the_start(rule) and on > at.line.first_dose:
        return
    key = f"{rule.id}/1"
    for fact in [done[key] for done in (at.done, at.awaiting) if key in done]:
        earlier = [one for one in at.counted if one.on < fact.on]
        slot = slots.once(rule, timing, at.line, at.events, earlier)
        first, last = at.days_of_a_single(slot) if slot is not None else (None, None)
        in_time = (first is None or first <= fact.on) and (last is None or fact.on <= last)
        if not in_time and not (fact.pin == key and fact.clinic_confirmed):
            _forget(at, rule, fact)


def _repeated(at: Assignment, on: date, rule: Rule, timing: Repeat, was: Rule | None) -> Stint:
    awaiting = at.awaited(rule)
    last = max([*at.days[rule.id], *awaiting], default=0)
    overdue = at.repeated(was, last + 1) if was is not None else None
    earliest = min(overdue.due, on) if overdue is not None else on
    new = Stint(timing, on, last)
    since, counted = at.since(rule, timing)
    if since is None:
        return new
    if timing.mode is Mode.FROM_LAST_DONE:
        first = slots.repeated(rule, timing, since, counted, last + 1)
        # What was said of the time before says nothing of what only the adopted programme asks for.
        says = was is not None or _is_settled(at, slots.due_on(rule, timing, 0, on))
        following = _first_open(at, on, first, since, counted) if says else first
        if following != first:
            # What was said of the time before holds for those days: it is the first one after them that is asked for.
            earliest = on
        is_far = last > counted + 1
        return (
            replace(new, asked=max(first.due, earliest) if not is_far else on) if following.due < on or is_far else new
        )
    skipped = 0
    while slots.repeated(rule, timing, since, 0, skipped + 1).due < on:
        skipped += 1
    if not skipped:
        return new
    before = slots.repeated(rule, timing, since, 0, skipped)
    about = [*at.days[rule.id].values(), *(fact.on for fact in awaiting.values())]
    if any(day >= before.due - timing.every.half_in_days * _DAY for day in about):
        return replace(new, skipped=skipped)
    if _is_settled(at, before):
        return replace(new, skipped=skipped - 1)
    asked = max(before.due, earliest)
    if slots.repeated(rule, timing, since, 0, skipped + 1).due <= asked:
        skipped += 1
    return replace(new, skipped=skipped, asked=asked)


def _is_settled(at: Assignment, slot: Slot) -> bool:
    """Whether what was said of the time before the course was recorded says enough of this."""
    said = at.history.earlier
    return said is not None and said.how is not HowEarlier.OPEN and slot.last < said.on


def _first_open(at: Assignment, on: date, first: Slot, since: date, counted: int) -> Slot:
    """The first of the slots from ``first`` on of which nothing was said, or the last test before the adoption."""
    rule, timing, open_ = first.rule, first.rule.timing, first
    assert isinstance(timing, Repeat)  # noqa: S101 - it is one of many
    while _is_settled(at, open_):
        after = slots.repeated(rule, timing, since, counted, open_.ordinal + 1)
        if rule.kind in LAST_STAYS_OPEN and open_.due < on <= after.due:
            break
        open_ = after
    return open_


def _natural(at: Assignment, rule: Rule) -> Slot | None:
    assert isinstance(rule.timing, Once)  # noqa: S101 - it asks once
    return slots.once(rule, rule.timing, at.line, at.events, at.counted)


def _single(at: Assignment, on: date, rule: Rule, was: Rule | None, asked: set[Kind]) -> Stint:
    new = Stint(rule.timing)
    if f"{rule.id}/1" in at.done:
        return new
    if was is None and _is_test_before(rule) and on > at.line.first_dose:
        return Stint(rule.timing, on, is_moot=True)
    after = slots.hangs_on_the_last_dose(rule)
    slot = _natural(at, rule)
    if slot is None or slot.due >= on or (after and at.line.last_dose is None):
        return new
    if was is not None:
        overdue = at.once(was, at.events, at.counted)
        return Stint(rule.timing, on, asked=min(overdue.due, on) if overdue is not None else on)
    first, last = at.days_of_a_single(slot)
    counted = any((first is None or first <= fact.on) and (last is None or fact.on <= last)
                  for fact in at.counted if fact.kind is rule.kind)  # fmt: skip
    return Stint(rule.timing, on, asked=on, is_moot=not after and (counted or rule.kind in asked))


def _is_test_before(rule: Rule) -> bool:
    return rule.kind is Kind.PREGNANCY_TEST and slots.belongs_before_the_start(rule)


def _is_untested(at: Assignment, on: date, rules: tuple[Rule, ...]) -> bool:
    """Whether the first capsule was taken without the pregnancy tests of the adopted programme, and none came since."""
    line = at.line
    wanted = [slot for rule in rules if _is_test_before(rule) and (slot := _natural(at, rule)) is not None]
    if not wanted or on <= line.first_dose or (line.last_dose is not None and on > line.last_dose):
        return False
    heard_of = {*at.done, *at.awaiting}
    stands_open = any(f"{slot.rule.id}/1" not in heard_of and not at.is_moot(slot.rule) for slot in wanted)
    tests = [fact for fact in at.counted if fact.kind is Kind.PREGNANCY_TEST]
    if stands_open or any(fact.on > line.first_dose for fact in tests):
        return False
    if len({fact.on for fact in tests}) < len(wanted):
        return True
    closest = max(wanted, key=lambda slot: slot.due).rule
    assert isinstance(closest.timing, Once)  # noqa: S101 - it asks once
    earlier = [fact for fact in tests if fact.on < tests[-1].on]
    slot = slots.once(closest, closest.timing, line, at.events, earlier)
    return slot is None or tests[-1].on < slot.start


def _ask_for_a_test(at: Assignment, on: date, rules: tuple[Rule, ...], before: Sequence[tuple[Rule, ...]]) -> None:
    """Let the first of the repeated pregnancy tests stand for those that would have come before the first capsule."""
    for rule in rules:
        if rule.kind is Kind.PREGNANCY_TEST and isinstance(rule.timing, Repeat):
            last = max([*at.days[rule.id], *at.awaited(rule)], default=0)
            slot = at.repeated(rule, last + 1)
            if slot is not None and slot.due > on:
                _begin(at, rule, Stint(rule.timing, on, last, asked=on), before)
