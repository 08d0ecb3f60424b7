"""Random courses as the program would have recorded them, day after day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st

from tracker.dates import Span
from tracker.db.store import history_of
from tracker.model import (
    Appointment,
    Course,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    History,
    Pause,
    Plan,
    Prescribed,
    Projection,
    Resume,
    Stop,
    TestResult,
    Weight,
)
from tracker.protocols import shipped
from tracker.rules import During, Kind, Protocol
from tracker.schedule import item_for, plan

MODERATE = settings(max_examples=60, deadline=None)
"""Enough to meet every protocol several times in a run of the whole file under a minute."""

PROTOCOLS = shipped()
DAY = timedelta(days=1)
_MONTH_ENDS = [date(2027 + year, month, 1) - DAY for year in range(2) for month in range(1, 13)] + [date(2028, 2, 29)]
_LARGEST_STORY = 18


@dataclass(frozen=True)
class Story:
    """A course: its protocol, the facts in order of recording with their ids, and the day that it is seen from."""

    protocol: Protocol
    course: Course
    facts: tuple[Fact, ...]
    today: date

    @property
    def history(self) -> History:
        return history_of(self.course, self.facts)

    @property
    def plan(self) -> Plan:
        return plan(self.protocol, self.history, self.today)

    def with_fact(self, fact: Fact) -> Story:
        """The story with one more fact; what was done is numbered and assigned as the program does it."""
        if isinstance(fact, Done):
            same = sum(isinstance(one, Done) and one.kind is fact.kind for one in self.facts)
            item = item_for(self.plan, fact.kind, fact.on)
            fact = replace(fact, number=same + 1, fills=item.key if item else None)
        return replace(self, facts=(*self.facts, replace(fact, id=len(self.facts) + 1)))

    def without(self, *kinds: type[Fact]) -> Story:
        """The story without its facts of some kinds, the others as they stand."""
        return replace(self, facts=tuple(fact for fact in self.facts if not isinstance(fact, kinds)))

    def seen_from(self, today: date) -> Story:
        return replace(self, today=today)


def days() -> st.SearchStrategy[date]:
    """Days around which months do not fit one another come up often."""
    return st.sampled_from(_MONTH_ENDS) | st.dates(date(2026, 12, 1), date(2028, 12, 31))


def kinds_of(protocol: Protocol) -> list[Kind]:
    """What can be logged as done under a protocol, supplies apart: they are used up by the next."""
    kinds = {rule.kind for rule in protocol.rules if not isinstance(rule.timing, During)}
    return sorted(kinds - {Kind.SUPPLY})


def projections() -> st.SearchStrategy[Projection | None]:
    """The ways of saying how long a course lasts; the last day is set by the story."""
    duration = st.builds(lambda n: Projection(on=date.min, duration=Span.parse(f"P{n}M")), st.integers(1, 9))
    target = st.builds(lambda n: Projection(on=date.min, target=Decimal(n)), st.integers(10, 150))
    until = st.builds(lambda n: Projection(on=date.min, until=date.min + n * DAY), st.integers(0, 300))
    return st.none() | duration | target | until


@st.composite
def openings(draw: st.DrawFn) -> Story:
    """A course that has just been opened."""
    protocol = draw(st.sampled_from(PROTOCOLS))
    enrolled = draw(days())
    first_dose = enrolled + draw(st.integers(0, 45)) * DAY
    course = Course(
        id=1, uuid="00000000-0000-4000-8000-000000000001", name=None, protocol_id=protocol.id,
        protocol_version=protocol.version, enrolled=enrolled, timezone="Asia/Tokyo",
        can_become_pregnant=draw(st.booleans()),
    )  # fmt: skip
    story = Story(protocol, course, (), enrolled).with_fact(FirstDosePlanned(on=first_dose))
    projection = draw(projections())
    if draw(st.booleans()) or projection is not None:
        story = story.with_fact(Weight(on=enrolled, kg=Decimal(draw(st.integers(40, 90)))))
        story = story.with_fact(Prescribed(on=first_dose, mg=Decimal(draw(st.sampled_from([10, 20, 40])))))
    if projection is not None:
        until = projection.until and first_dose + (projection.until - date.min)
        story = story.with_fact(replace(projection, on=enrolled, until=until))
    return story


@st.composite
def stories(draw: st.DrawFn, *, stopped: bool | None = None) -> Story:
    """A course of some months; ``stopped`` asks for one that has been stopped or that runs."""
    story = draw(openings())
    actions = ["done"] * 5 + ["dose"] * 2 + ["missed", "pause", "resume", "dose-change", "book"]
    for action in draw(st.lists(st.sampled_from(actions), max_size=_LARGEST_STORY)):
        story = story.seen_from(story.today + draw(st.integers(0, 40)) * DAY)
        fact = draw(_facts(story, action))
        if fact is not None:
            story = story.with_fact(fact)
    if draw(st.booleans()) if stopped is None else stopped:
        first_dose = story.plan.timeline.first_dose
        story = story.seen_from(max(story.today, first_dose) + draw(st.integers(0, 40)) * DAY)
        story = story.with_fact(draw(stops(story)))
        for action in draw(st.lists(st.sampled_from(["done", "dose"]), max_size=4)):
            story = story.seen_from(story.today + draw(st.integers(0, 60)) * DAY)
            fact = draw(_facts(story, action))
            if fact is not None:
                story = story.with_fact(fact)
    return story.seen_from(story.today + draw(st.integers(0, 60)) * DAY)


@st.composite
def stops(draw: st.DrawFn, story: Story) -> Stop:
    """A last capsule that can be believed: from the last one logged until today, before a pause that goes on."""
    line = story.plan.timeline
    taken = [fact.on for fact in story.facts if isinstance(fact, Dose) and fact.taken]
    earliest = max([line.first_dose, *taken])
    if line.paused_since is not None and draw(st.booleans()):
        return Stop(on=max(earliest, line.paused_since - DAY))
    latest = min(story.today, earliest + 200 * DAY)
    known = draw(st.booleans())
    return Stop(on=earliest + draw(st.integers(0, (latest - earliest).days)) * DAY if known else story.today,
                date_known=known)  # fmt: skip


@st.composite
def done_facts(draw: st.DrawFn, story: Story, longest_ago: int = 60) -> Done:
    """Something done today or, logged late, on one of the days before."""
    kind = draw(st.sampled_from(kinds_of(story.protocol)))
    earliest = max(story.course.enrolled, story.today - longest_ago * DAY)
    on = story.today - draw(st.integers(0, (story.today - earliest).days)) * DAY
    result = draw(st.sampled_from([None, *TestResult])) if kind is Kind.PREGNANCY_TEST else None
    return Done(on=on, kind=kind, result=result)


@st.composite
def _facts(draw: st.DrawFn, story: Story, action: str) -> Fact | None:
    """A fact that the program would take; None where it would not take this action now."""
    line, today = story.plan.timeline, story.today
    taken = [fact.on for fact in story.facts if isinstance(fact, Dose) and fact.taken]
    match action:
        case "done":
            return draw(done_facts(story))
        case "dose" | "missed":
            on = max(today - draw(st.integers(0, 10)) * DAY, story.course.enrolled)
            if any(isinstance(fact, Dose) and fact.on == on for fact in story.facts):
                return None
            return Dose(on=on, taken=action == "dose")
        case "pause":
            on = today + draw(st.integers(-10, 10)) * DAY
            since = max([line.first_dose, *(fact.on for fact in story.facts if isinstance(fact, Resume))])
            free = on >= since and not any(day >= on for day in taken)
            return Pause(on=on) if free and line.paused_since is None and line.last_dose is None else None
        case "resume":
            since = line.paused_since
            return Resume(on=max(today, since + DAY)) if since is not None else None
        case "dose-change":
            return Prescribed(on=today, mg=Decimal(draw(st.sampled_from([10, 20, 30, 40])))) if taken else None
        case "book":
            waiting = [item for item in story.plan.items if item.state.is_open]
            if not waiting:
                return None
            return Appointment(on=today + draw(st.integers(0, 30)) * DAY, key=draw(st.sampled_from(waiting)).key)
    raise AssertionError(action)


def chapters(story: Story) -> Iterable[tuple[Story, Story]]:
    """The story before and after each of its facts, all seen from its last day."""
    growing = [replace(story, facts=story.facts[:count]) for count in range(1, len(story.facts) + 1)]
    return pairwise(growing)
