"""An own programme beside the shipped one that it came from: in what it asks for less, or on other days.

Two timings are compared by the days that they give, on every day of a year that what they hang on can fall on: P30D and
P1M are each the longer one on some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from tracker.dates import (
    NOTHING,
    Span,
    Unit,
    due_early,
    last_restricted_day,
    lead_start,
    not_before,
    permit_end,
    permit_start,
)
from tracker.engine.slots import OPENS_BEFORE_DUE
from tracker.errors import N_, Phrase
from tracker.rules import During, FirstDay, Once, Permit, Protocol, Repeat, Rule, Strength, Window

_A_YEAR = [date(2027, 1, 1) + timedelta(days=day) for day in range(365)]
_DEFAULT_WINDOW = Window(before=Span(OPENS_BEFORE_DUE.days, Unit.DAY))
"""The window of a rule that names none."""


_ONLY_FOR = {
    True: N_("is only for who can become pregnant"),
    False: N_("is only for who cannot become pregnant"),
}


class Difference(Struct, frozen=True):
    """One thing in which an own programme is laxer than the shipped one, or hangs on another day."""

    rule: Rule
    """The rule of the shipped programme."""
    what: Phrase


def origin(own: Protocol, shipped: Iterable[Protocol]) -> Protocol | None:
    """The shipped programme that an own one came from; None where it is not like any.

    It is the one whose id stands in the own one's (``jp-standard-yamada``, ``yamada-jp-standard``); else, of those of
    its jurisdiction, one of which at least half of the rules have their ids here. Of several the most alike counts,
    then the newest version.
    """
    known = list(shipped)
    named = [one for one in known if f"-{one.id}-" in f"-{own.id}-"]
    alike = [one for one in known if one.jurisdiction == own.jurisdiction and _is_half_of(one, own)]
    longest = max((len(one.id) for one in named), default=0)
    likely = [one for one in named if len(one.id) == longest] or alike
    return max(likely, key=lambda one: (_same_rules(own, one), one.version), default=None)


def _is_half_of(shipped: Protocol, own: Protocol) -> bool:
    kept = [rule for rule in shipped.rules if own.rule(rule.id) is not None]
    return len(kept) * 2 >= len(shipped.rules)


def _same_rules(own: Protocol, shipped: Protocol) -> int:
    return sum(own.rule(rule.id) == rule for rule in shipped.rules)


def laxer(own: Protocol, shipped: Protocol, *, can_become_pregnant: bool | None = None) -> list[Difference]:
    """Everything in which ``own`` asks for less than ``shipped``, for a shorter time or on another day.

    What it asks for more of, or for longer, is not among it. Rules are the same ones by their ids; one that was given
    another id is found by its kind and timing. For a patient of whom it is known whether she can become pregnant, what
    is asked of others is left out.
    """
    renamed = [rule for rule in own.rules if shipped.rule(rule.id) is None]
    found = []
    for rule in shipped.rules:
        if can_become_pregnant is not None and not rule.applies(can_become_pregnant=can_become_pregnant):
            continue
        mine = own.rule(rule.id) or next((one for one in renamed if _does_the_same(one, rule)), None)
        problems = [Phrase(N_("is gone"))]
        if mine is not None:
            problems = [*_for_whom(mine, rule, can_become_pregnant), *_differences(mine, rule)]
        found += [Difference(rule, what) for what in problems]
    return found


def _for_whom(mine: Rule, rule: Rule, patient: bool | None) -> Iterator[Phrase]:  # noqa: FBT001 - None for any
    of_mine = mine.can_become_pregnant
    if of_mine is not None and (of_mine != rule.can_become_pregnant if patient is None else of_mine != patient):
        yield Phrase(_ONLY_FOR[of_mine])


def _measured(rule: Rule) -> set[tuple[bool, str]]:
    """What its draws ask for: of the first and of those after it."""
    if rule.panel is None:
        return set()
    return {(ordinal == 1, code) for ordinal in (1, 2) for code in rule.panel.asked(ordinal)}


def _does_the_same(mine: Rule, rule: Rule) -> bool:
    return (mine.kind, mine.timing) == (rule.kind, rule.timing)


def _differences(mine: Rule, rule: Rule) -> Iterator[Phrase]:
    yield from _hung("kind", mine.kind, rule.kind)
    if rule.strength is Strength.MANDATORY:
        yield from _hung("strength", mine.strength, rule.strength)
    if rule.panel is not None and not _measured(rule) <= _measured(mine):
        yield Phrase(N_("asks for fewer blood values"))
    if mine.timing == rule.timing:
        return
    match mine.timing, rule.timing:
        case Once() as new, Once() as old:
            yield from _once(new, old)
        case Repeat() as new, Repeat() as old:
            yield from _repeat(new, old)
        case During() as new, During() as old:
            yield from _during(new, old)
        case Permit() as new, Permit() as old:
            yield from _permit(new, old)
        case _:
            yield Phrase(N_("has a timing of another kind"))


def _once(new: Once, old: Once) -> Iterator[Phrase]:
    yield from _hung("anchor", new.anchor, old.anchor)
    counted = not_before if old.not_before else due_early
    if new.offset != old.offset and any(counted(day, new.offset) != counted(day, old.offset) for day in _A_YEAR):
        yield _changed("offset", new.offset, old.offset)
    if old.not_before and not new.not_before:
        yield Phrase(N_("it may come before all of its months or weeks have passed"))
    gaps = {str(gap.anchor): gap.offset for gap in new.earliest}
    for gap in old.earliest:
        kept = gaps.get(str(gap.anchor), NOTHING)
        if any(not_before(day, kept) < not_before(day, gap.offset) for day in _A_YEAR):
            yield _changed(f"earliest {gap.anchor}", kept, gap.offset, anchor=gap.anchor)
    yield from _window(new.window, old.window)


def _repeat(new: Repeat, old: Repeat) -> Iterator[Phrase]:
    yield from _hung("anchor", new.anchor, old.anchor)
    yield from _hung("mode", new.mode, old.mode)
    yield from _later("every", new.every, old.every, due_early)
    if new.first != new.every or old.first != old.every:
        yield from _later("first", new.first, old.first, due_early)
    yield from _window(new.window, old.window)


def _during(new: During, old: During) -> Iterator[Phrase]:
    yield from _hung("from", new.start, old.start)
    yield from _later("lead", new.lead, old.lead, lead_start)
    yield from _hung("until", new.until, old.until)
    shorter = (last_restricted_day(day, new.tail) < last_restricted_day(day, old.tail) for day in _A_YEAR)
    if new.tail != old.tail and any(shorter):
        yield _changed("tail", new.tail, old.tail)


def _permit(new: Permit, old: Permit) -> Iterator[Phrase]:
    yield from _hung("opened_by", new.opened_by, old.opened_by)
    if any(mine > theirs for day in _A_YEAR for mine, theirs in zip(_ends(new, day), _ends(old, day), strict=True)):
        yield from _hung("length", new.length, old.length)
        yield from _hung("first_day", new.first_day, old.first_day)
    for name in old.except_after:
        if name not in new.except_after:
            yield Phrase(N_("opens after {rule} too"), {"rule": name})


def _ends(permit: Permit, day: date) -> tuple[date, date]:
    """The last day in time and the last at all, of a window that opens on a day."""
    in_time = permit_end(day, permit.length, counts_first_day=permit.first_day is not FirstDay.DOES_NOT_COUNT)
    return in_time, permit_end(day, permit.length, counts_first_day=permit.first_day is FirstDay.COUNTS)


def _window(new: Window | None, old: Window | None) -> Iterator[Phrase]:
    mine, theirs = new or _DEFAULT_WINDOW, old or _DEFAULT_WINDOW
    earlier = (permit_start(day, mine.before) < permit_start(day, theirs.before) for day in _A_YEAR)
    if mine.before != theirs.before and any(earlier):
        yield _changed("window.before", mine.before, theirs.before)
    yield from _later(
        "window.after", mine.after, theirs.after, lambda day, span: permit_end(day, span, counts_first_day=False)
    )


def _hung(field: str, new: Any, old: Any) -> Iterator[Phrase]:
    if new != old:
        yield _changed(field, new, old)


def _later(field: str, new: Span, old: Span, counted: Callable[[date, Span], date]) -> Iterator[Phrase]:
    """Where some day that is counted so lies later than it did."""
    if new != old and any(counted(day, new) > counted(day, old) for day in _A_YEAR):
        yield _changed(field, new, old)


def _changed(field: str, new: Any, old: Any, **beside: Any) -> Phrase:
    """A field that has another value, as files have it: how that is said to a person is the screen's."""
    return Phrase("{field}: {new} in place of {old}", {"field": field, "new": new, "old": old, **beside})
