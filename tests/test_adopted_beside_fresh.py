"""A programme that is adopted asks for nothing later than a course that was opened under it with the same facts.

Or on the day of the adoption, where that is later: what would have been due before is asked for at once.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.strategies import DAY, MODERATE, Story, story_of
from tracker.engine.schedule import plan
from tracker.engine.slots import LAST_STAYS_OPEN, belongs_before_the_start, hangs_on_the_last_dose
from tracker.engine.succession import succeeded
from tracker.facts import Done, Earlier, HowEarlier, Stop, TestResult
from tracker.plan import Item, Plan, State
from tracker.protocols import shipped
from tracker.rules import Kind, Permit

BY_ID = {f"{one.id}@{one.version}": one for one in shipped()} | {one.id: one for one in shipped()}
WAITING = (State.PLANNED, State.DUE, State.OVERDUE, State.BOOKED)
Facts = list[Done | Earlier | Stop]


def course(of: str, first: date, facts: Facts, *, enrolled: date | None = None, seen: date) -> Story:
    story = story_of(BY_ID[of], first, seen, enrolled=enrolled)
    for fact in facts:
        story = story.with_fact(fact)
    return story


def adopted(story: Story, new: str, on: date) -> Plan:
    return plan(succeeded(story.protocol, [(on, BY_ID[new])]), story.history, story.today)


def negative(on: str) -> Done:
    return replace(specimen(on), result=TestResult.NEGATIVE)


def specimen(on: str) -> Done:
    return Done(on=date.fromisoformat(on), kind=Kind.PREGNANCY_TEST)


def review(on: str) -> Done:
    return Done(on=date.fromisoformat(on), kind=Kind.REVIEW)


def earlier(on: str, how: HowEarlier = HowEarlier.DONE) -> Earlier:
    return Earlier(on=date.fromisoformat(on), how=how)


def stop(on: str) -> Stop:
    return Stop(on=date.fromisoformat(on))


CHRISTMAS = ("2026-11-20", "2026-12-25")
SUMMER = ("2026-08-31", "2026-08-31")
LATE = ("2026-10-15", "2026-08-31")
ENDED = stop("2026-12-31")
CASES: dict[str, tuple[str, str, str, tuple[str, str], Facts, Kind, list[tuple[str, str]]]] = {
    "a test of before the narrower window is asked for anew": (
        "jp-strict", "fr-ansm", "2026-12-02", CHRISTMAS, [negative("2026-12-01")], Kind.PREGNANCY_TEST,
        [("pregnancy-test-before/1", "2026-12-24")],
    ),
    "also where its result is awaited": (
        "jp-strict", "eu-ppp", "2026-12-02", CHRISTMAS, [specimen("2026-12-01")], Kind.PREGNANCY_TEST,
        [("pregnancy-test-before/1", "2026-12-24")],
    ),
    "on the day of the first capsule it is overdue": (
        "jp-strict", "kr-mfds", "2026-12-25", CHRISTMAS, [negative("2026-12-01")], Kind.PREGNANCY_TEST,
        [("pregnancy-test-before/1", "2026-12-24")],
    ),
    "also where another rule had asked for that test": (
        "us-ipledge", "kr-mfds", "2026-12-25", CHRISTMAS, [negative("2026-11-20")], Kind.PREGNANCY_TEST,
        [("pregnancy-test-before/1", "2026-12-25")],
    ),
    "a test within both windows counts on": (
        "jp-strict", "uk-mhra", "2026-12-23", CHRISTMAS, [negative("2026-12-22")], Kind.PREGNANCY_TEST,
        [("pregnancy-test/1", "2027-01-24")],
    ),
    "a test before its first day after the course is asked for anew": (
        "us-ipledge", "uk-mhra", "2027-02-02", SUMMER, [negative("2026-12-31"), ENDED, negative("2027-02-01")],
        Kind.PREGNANCY_TEST, [("pregnancy-test-after/1", "2027-02-04")],
    ),
    "what is due is not hidden by what was said of the time before": (
        "kr-mfds", "jp-strict", "2027-01-11", LATE, [earlier("2026-10-15")], Kind.VISIT, [("visit/1", "2027-01-11")],
    ),
    "what was said of the time before goes on saying it": (
        "kr-mfds", "jp-strict", "2026-10-15", LATE, [earlier("2026-10-15")], Kind.VISIT, [("visit/2", "2026-10-31")],
    ),
    "what is said later of the days of the adoption leaves its test to be done": (
        "jp-standard", "us-ipledge", "2027-01-21", LATE, [earlier("2027-01-28")], Kind.PREGNANCY_TEST,
        [("pregnancy-test/1", "2027-01-21")],
    ),
    "a test whose result is awaited moves the next one nowhere": (
        "jp-strict", "kr-mfds", "2026-10-15", SUMMER, [negative("2026-08-31"), specimen("2026-10-01")],
        Kind.PREGNANCY_TEST, [("pregnancy-test/2", "2026-10-30")],
    ),
    "nor does it hide that none was done before the start": (
        "jp-strict", "us-ipledge", "2026-10-15", SUMMER, [specimen("2026-10-01")], Kind.PREGNANCY_TEST,
        [("pregnancy-test/2", "2026-10-15")],
    ),
    "what is due in the course is not settled by what was done before it": (
        "fr-ansm", "uk-mhra", "2026-10-02", ("2026-08-20", "2026-08-31"), [review("2026-08-25")], Kind.REVIEW,
        [("review-month/1", "2026-10-02")],
    ),
    "a course that began without any test has one on the day": (
        "jp-standard", "kr-mfds", "2026-09-02", SUMMER, [], Kind.PREGNANCY_TEST, [("pregnancy-test/1", "2026-09-02")],
    ),
    "nor is a second test before the start asked for later": (
        "jp-standard", "us-ipledge", "2026-09-02", SUMMER, [], Kind.PREGNANCY_TEST,
        [("pregnancy-test/1", "2026-09-02")],
    ),
    "a test too long before the first capsule has another on the day": (
        "jp-strict", "fr-ansm", "2026-12-28", CHRISTMAS, [negative("2026-12-01")], Kind.PREGNANCY_TEST,
        [("pregnancy-test/1", "2026-12-28")],
    ),
    "a test in the course is enough": (
        "jp-strict", "fr-ansm", "2027-01-28", CHRISTMAS, [negative("2026-12-01"), negative("2027-01-25")],
        Kind.PREGNANCY_TEST, [("pregnancy-test/2", "2027-02-24")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_for_next_is_safe(name: str) -> None:
    old, new, said, days, facts, kind, expected = CASES[name]
    on = date.fromisoformat(said)
    enrolled, first = map(date.fromisoformat, days)
    for later in (0, 3):
        found = adopted(course(old, first, facts, enrolled=enrolled, seen=on + later * DAY), new, on)
        waiting = [(item.key, item.due.isoformat()) for item in waiting_of(found) if item.kind is kind]
        assert waiting[:1] == expected


def waiting_of(of: Plan) -> list[Item]:
    """What is still to be done, but for the windows that an event opens."""
    return [item for item in of.items if item.state in WAITING and not isinstance(item.rule.timing, Permit)]


@st.composite
def facts_of(draw: st.DrawFn, enrolled: date, first: date, on: date) -> Facts:
    """Things done before, in and after a course, before the day of the adoption; often on the days that matter."""
    latest = (on - enrolled).days - 1
    if latest < 0:
        return []
    day = st.integers(0, latest) | st.integers(max(latest - 40, 0), latest)
    kinds = st.sampled_from([Kind.PREGNANCY_TEST] * 3 + [Kind.VISIT, Kind.BLOOD_TEST, Kind.REVIEW, Kind.ATTESTATION])
    found: Facts = []
    for _ in range(draw(st.integers(0, 8))):
        kind, done_on = draw(kinds), enrolled + draw(day) * DAY
        result = draw(st.sampled_from([TestResult.NEGATIVE, TestResult.NEGATIVE, None, TestResult.UNCLEAR]))
        found.append(Done(on=done_on, kind=kind, result=result if kind is Kind.PREGNANCY_TEST else None))
    if on > first and draw(st.booleans()):
        how = draw(st.sampled_from(HowEarlier))
        found.append(Earlier(on=max(enrolled, on - draw(st.integers(-30, 90)) * DAY), how=how))
    if on > first and draw(st.integers(0, 3)) == 0:
        found.append(Stop(on=first + draw(st.integers(0, (on - first).days)) * DAY))
    return found


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("new", [name for name in BY_ID if "@" in name])
@given(st.data())
@MODERATE
def test_nothing_is_asked_for_later_than_in_a_course_that_was_opened_so(new: str, data: st.DataObject) -> None:
    old = data.draw(st.sampled_from([name for name in BY_ID if "@" in name and name != new]))
    enrolled = data.draw(st.dates(date(2026, 8, 1), date(2027, 3, 31)))
    first = enrolled + data.draw(st.integers(-60, 45)) * DAY
    on = enrolled + data.draw(st.integers(0, 60) | st.integers(0, 240)) * DAY
    facts = data.draw(facts_of(enrolled, first, on))
    story = course(old, first, facts, enrolled=enrolled, seen=on)
    said = story.history.earlier
    # What was said on a later day settles the day of the adoption as well, but for the last of the tests.
    is_settled = said is not None and said.how is not HowEarlier.OPEN and said.on > on
    for later in (0, data.draw(st.integers(1, 60))):
        seen = on + later * DAY
        fresh = dataclasses.replace(story, protocol=BY_ID[new], today=seen).plan
        found = waiting_of(adopted(story.seen_from(seen), new, on))
        in_the_course = any(fact.on > first for fact in story.history.done if fact.id in fresh.counts
                            and fact.kind is Kind.PREGNANCY_TEST and fact.result is TestResult.NEGATIVE)  # fmt: skip
        for item in waiting_of(fresh):
            if in_the_course and item.kind is Kind.PREGNANCY_TEST and belongs_before_the_start(item.rule):
                # A test after the first capsule stands for those before it.
                continue
            if is_settled and item.kind not in LAST_STAYS_OPEN:
                continue
            if hangs_on_the_last_dose(item.rule):
                like = [one.due for one in found if one.rule.id == item.rule.id]
            else:
                like = [one.due for one in found if one.kind is item.kind]
            # A second test before the start waits for the last that counted for anything.
            latest = date.max - DAY if getattr(item.rule.timing, "earliest", ()) else max(item.due, on)
            assert min(like, default=date.max) <= latest, item.key
