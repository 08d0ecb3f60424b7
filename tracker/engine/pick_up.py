"""Tests that are missing where capsules hang on them: before the first one, and for each visit.

Visits and tests are counted each from their own last one, so a test in the middle of a pack can leave the next visit
without one. The dates stay as the programme counts them; that they no longer meet is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.engine.assignment import Assignment
from tracker.engine.slots import belongs_before_the_start, permitted
from tracker.facts import Done, TestResult
from tracker.history import History
from tracker.plan import Item, Notice, NoticeCode, State, Timeline
from tracker.rules import Kind, Permit, Point, Rule


def begun_without_a_test(items: Sequence[Item], history: History, line: Timeline, today: date) -> Iterator[Notice]:
    """The tests before the first capsule that have no negative result, once it has been; until a later test has one."""
    if (
        today < line.first_dose
        or line.last_dose is not None
        or any(one.result is TestResult.NEGATIVE and one.on >= line.first_dose for one in history.done)
    ):
        return
    missing = [item for item in items if item.kind is Kind.PREGNANCY_TEST and belongs_before_the_start(item.rule)
               and (item.state.is_open or item.state is State.MISSED)]  # fmt: skip
    if missing:
        titles = tuple(item.rule.title for item in missing)
        yield Notice(NoticeCode.BEGUN_WITHOUT_TEST, (("rules", titles), ("keys", tuple(one.key for one in missing))))


def drawn_too_early(items: Sequence[Item], line: Timeline) -> Iterator[Notice]:
    """The draw that stands for the one before the first capsule and is too old for the programme; until a newer one."""
    if line.last_dose is not None or any(
        item.kind is Kind.BLOOD_TEST and item.done is not None and item.done.on > line.first_dose for item in items
    ):
        return
    for item in items:
        done = item.done
        if not isinstance(done, Done) or done.clinic_confirmed or not belongs_before_the_start(item.rule):
            continue
        if item.kind is Kind.BLOOD_TEST and done.on < item.window_start:
            days = (("on", done.on), ("first", item.window_start), ("last", item.window_end))
            yield Notice(NoticeCode.DRAWN_TOO_EARLY, (("rule", item.rule), *days, ("sources", item.rule.sources)))


def picked_up_without_a_test(counts: Assignment, history: History) -> Iterator[Notice]:
    """Each pick-up of which no test that was recorded opened the days; until a negative test or the clinic's word.

    Of who came into isotrack in the middle of a course the tests before are not known.
    """
    since = history.earlier.on if history.earlier is not None else date.min
    days = {one.on: one for one in history.done if one.kind is Kind.PICK_UP and one.on >= since}
    tests = [one.on for one in history.done if one.result is TestResult.NEGATIVE]
    words = [one.on for one in history.cleared if one.code is None]
    counted = {one.on for one in history.done if one.kind is Kind.PICK_UP and counts.keys.get(one.id)}
    for on in sorted(days.keys() - counted) if history.can_become_pregnant else ():
        # A test of the same day answers it by opening its days: the first of two before the start does not.
        if any(day > on for day in tests) or any(day >= on for day in words) or not history.can_become_pregnant_on(on):
            continue
        for rule in counts.rules_on(on):
            timing = rule.timing
            if not isinstance(timing, Permit) or timing.opened_by.point is not Point.SPECIMEN:
                continue
            opened = [counts.permitted(rule, timing, one) for one in counts.opened(rule)]
            if not any(slot.start <= on <= slot.last for slot in opened):
                yield Notice(NoticeCode.PICKED_UP_WITHOUT_TEST, (
                    ("on", on), ("length", timing.length), ("sources", rule.sources),
                ))  # fmt: skip


def visits_without_a_test(
    rules: Sequence[Rule], items: Sequence[Item], line: Timeline, today: date
) -> Iterator[Notice]:
    """Of the next visit, where neither a test that was done nor one that is asked for lets its capsules be picked up.

    Of programmes alone in which the day of a test opens the days for picking them up.
    """
    if line.last_dose is not None or line.held_since is not None:
        return
    visit = min((one.planned_day for one in items if one.kind is Kind.VISIT and one.state.is_open), default=None)
    for rule in rules:
        if isinstance(rule.timing, Permit) and rule.timing.opened_by.point is Point.SPECIMEN and visit is not None:
            yield from _without_a_test(rule, rule.timing, visit, items, line, today)


def _without_a_test(
    rule: Rule, timing: Permit, visit: date, items: Sequence[Item], line: Timeline, today: date
) -> Iterator[Notice]:
    """A test goes with a visit where either lies in the days that begin with the other."""
    windows = [one for one in items if one.rule.id == rule.id]
    tests = [one.planned_day for one in items if one.kind is Kind.PREGNANCY_TEST and one.state.is_open]
    last = max(windows, key=lambda one: one.window_end, default=None)
    visit_from_now = max(visit, today)
    if last is None or any(one.window_start <= visit_from_now <= one.window_end for one in windows):
        return
    for on in (*(one.window_start for one in windows), *tests):
        first, later = sorted((on, visit_from_now if on >= today else visit))
        if later <= permitted(rule, timing, line, first, 1).end:
            return
    if all(on > today for on in tests):
        yield Notice(NoticeCode.VISIT_WITHOUT_TEST, (
            ("visit", visit), ("length", timing.length), ("until", last.window_end), ("sources", rule.sources),
        ))  # fmt: skip
