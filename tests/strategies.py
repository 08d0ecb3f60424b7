"""Random courses as the program would have recorded them, day after day."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

from hypothesis import assume, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support import LONG
from tracker.capsules import dangers
from tracker.dates import NOTHING, Span
from tracker.engine.schedule import plan
from tracker.engine.succession import succeeded
from tracker.facts import (
    Appointment,
    Cleared,
    Course,
    Done,
    Dose,
    Earlier,
    Fact,
    FirstDosePlanned,
    HowEarlier,
    Pause,
    Prescribed,
    Programme,
    Projection,
    Resume,
    Risk,
    RiskKind,
    Stop,
    TestResult,
    Weight,
)
from tracker.history import History, history_of
from tracker.pattern import Pattern
from tracker.plan import Plan
from tracker.protocols import shipped
from tracker.rules import (
    Anchor,
    During,
    Earliest,
    FirstDay,
    Kind,
    Mode,
    Once,
    Permit,
    Point,
    Protocol,
    Repeat,
    Rule,
    Status,
    Strength,
    Text,
    Timing,
    Window,
)

MODERATE = settings(max_examples=1000 if LONG else 60)
"""Enough to meet every protocol several times, in a run of the whole file that stays under a minute."""

DAY = timedelta(days=1)
FIRST_DOSE, LAST_DOSE, ENROLMENT = Anchor(Point.FIRST_DOSE), Anchor(Point.LAST_DOSE), Anchor(Point.ENROLMENT)


def rule(rule_id: str, kind: Kind, timing: Timing, *, can_become_pregnant: bool | None = None) -> Rule:
    """A rule of which only the timing matters."""
    return Rule(
        id=rule_id, kind=kind, can_become_pregnant=can_become_pregnant, strength=Strength.CLINIC_POLICY, confirmed=True,
        sources=("S",), title=Text(rule_id, rule_id), text=Text(rule_id, rule_id), timing=timing,
    )  # fmt: skip


def repeat(every: str, mode: Mode = Mode.FROM_LAST_DONE, *, first: str | None = None, **more: Window) -> Repeat:
    """A repetition from the first dose."""
    return Repeat(anchor=FIRST_DOSE, every=Span.parse(every), first=Span.parse(first or every), mode=mode, **more)


def during(tail: str, lead: str = "P0D") -> During:
    """A span from the first dose until a tail after the last."""
    return During(start=FIRST_DOSE, lead=Span.parse(lead), until=LAST_DOSE, tail=Span.parse(tail))


def programme(*rules: Rule) -> Protocol:
    """A protocol of these rules, for courses of about six months."""
    return Protocol(
        id="own", version="1", status=Status.CLINIC_PRACTICE, effective_from=None, effective_to=None, jurisdiction="XX",
        name=Text("own", "own"), duration=Span.parse("P6M"), sources=(), remarks=(), rules=rules,
    )  # fmt: skip


_TESTED = Anchor(Point.LAST_DONE, Kind.PREGNANCY_TEST)
EVERY_TIMING = programme(
    rule("consent", Kind.ATTESTATION, Once(anchor=FIRST_DOSE, offset=Span.parse("-P1D"))),
    rule("baseline", Kind.BLOOD_TEST, Once(anchor=FIRST_DOSE, offset=Span.parse("-P1D"),
                                           window=Window(Span.parse("P29D"), Span.parse("P1D")))),
    rule("test-before", Kind.PREGNANCY_TEST, Once(anchor=FIRST_DOSE, offset=Span.parse("-P1D"),
                                                  earliest=(Earliest(ENROLMENT, Span.parse("P1D")),
                                                            Earliest(_TESTED, Span.parse("P19D"))))),
    rule("visit", Kind.VISIT, repeat("P30D")),
    rule("blood", Kind.BLOOD_TEST, repeat("P3M", Mode.GRID, first="P1M", window=Window(NOTHING, Span.parse("P7D")))),
    rule("test", Kind.PREGNANCY_TEST, repeat("P1M"), can_become_pregnant=True),
    rule("test-after", Kind.PREGNANCY_TEST, Once(anchor=LAST_DOSE, offset=Span.parse("P1M"), not_before=True)),
    rule("pick-up", Kind.PICK_UP, Permit(opened_by=Anchor(Point.SPECIMEN), length=Span.parse("P7D"),
                                         first_day=FirstDay.UNCLEAR, except_after=("test-after",))),
    rule("supply", Kind.SUPPLY, Permit(opened_by=Anchor(Point.DISPENSE), length=Span.parse("P30D"),
                                       first_day=FirstDay.COUNTS)),
    rule("review", Kind.REVIEW, Once(anchor=LAST_DOSE, offset=Span.parse("P6M"))),
    rule("contraception", Kind.CONTRACEPTION, during("P1M", lead="P1M"), can_become_pregnant=True),
    rule("donation", Kind.BLOOD_DONATION, during("P6M")),
    rule("gap", Kind.DOSE, During(start=LAST_DOSE, until=LAST_DOSE, tail=Span.parse("P24W"))),
)  # fmt: skip
"""Every timing in one programme, whatever is shipped."""

PROTOCOLS = [*shipped(), EVERY_TIMING]


def variant(version: str, **timings: Timing | None) -> Protocol:
    """The programme of every timing with other timings, or without rules, by their ids."""
    named = {name.replace("_", "-"): timing for name, timing in timings.items()}
    rules = [replace(one, timing=named.get(one.id) or one.timing) for one in EVERY_TIMING.rules
             if named.get(one.id, one) is not None]  # fmt: skip
    return replace(EVERY_TIMING, version=version, rules=tuple(rules))


VARIANTS = [
    variant("2", visit=repeat("P2M"), blood=repeat("P1M", Mode.GRID), test=repeat("P30D"), pick_up=None),
    variant("3", visit=repeat("P2W"), blood=repeat("P2M"), test=None, supply=None, test_after=None),
    variant("4", visit=repeat("P2M", Mode.GRID), blood=repeat("P4M", Mode.GRID), consent=None, review=None,
            test_after=Once(anchor=LAST_DOSE, offset=Span.parse("P35D"), not_before=True)),
    variant("5", visit=Once(anchor=FIRST_DOSE, offset=Span.parse("P1M")), baseline=repeat("P1M"),
            test=Once(anchor=LAST_DOSE)),
]  # fmt: skip
"""Programmes with the same rules as that of every timing, at other intervals, of other sorts, or without some."""
BY_NAME = {f"{one.id}@{one.version}": one for one in [*PROTOCOLS, *VARIANTS]}
_MONTH_ENDS = [date(2027 + year, month, 1) - DAY for year in range(2) for month in range(1, 13)] + [date(2028, 2, 29)]
_LARGEST_STORY = 18


@dataclass(frozen=True, repr=False)
class Story:
    """A course: its protocol, the facts in order of recording with their ids, and the day that it is seen from."""

    protocol: Protocol
    course: Course
    facts: tuple[Fact, ...]
    today: date

    def __repr__(self) -> str:
        of = f"{self.protocol.id}@{self.protocol.version}, seen from {self.today}, {self.course}"
        return "\n    ".join([of, *map(repr, self.facts)])

    def _repr_pretty_(self, printer: Any, cycle: object) -> None:
        """Hypothesis shows a story that fails a test by its facts, without the whole protocol."""
        del cycle
        printer.text(repr(self))

    @cached_property
    def history(self) -> History:
        return history_of(self.course, self.facts)

    @cached_property
    def followed(self) -> Protocol:
        """The programme that the course follows in the end, with what held before."""
        return succeeded(
            self.protocol, ((fact.on, BY_NAME[fact.reference]) for fact in self.history.programmes), self.history.who
        )

    @cached_property
    def plan(self) -> Plan:
        return plan(self.followed, self.history, self.today)

    @property
    def doses_taken(self) -> list[date]:
        return [fact.on for fact in self.facts if isinstance(fact, Dose) and fact.taken]

    def with_fact(self, fact: Fact) -> Story:
        """The story with one more fact, numbered as the program does it."""
        same = sum(_numbered_with(one) == _numbered_with(fact) for one in self.facts)
        return dataclasses.replace(self, facts=(*self.facts, replace(fact, id=len(self.facts) + 1, number=same + 1)))

    def without(self, *kinds: type[Fact]) -> Story:
        """The story without its facts of some kinds, the others as they stand."""
        return dataclasses.replace(self, facts=tuple(fact for fact in self.facts if not isinstance(fact, kinds)))

    def seen_from(self, today: date) -> Story:
        return dataclasses.replace(self, today=today)


def _numbered_with(fact: Fact) -> object:
    return fact.kind if isinstance(fact, Done) else type(fact)


def story_of(protocol: Protocol, first_dose: date, today: date, *, enrolled: date | None = None,
             can_become_pregnant: bool = True) -> Story:  # fmt: skip
    """A course of which nothing is known but its planned first dose."""
    course = Course(
        id=1, uuid="00000000-0000-4000-8000-000000000001", name=None, protocol_id=protocol.id,
        protocol_version=protocol.version, enrolled=enrolled or first_dose, timezone="Asia/Tokyo",
        can_become_pregnant=can_become_pregnant,
    )  # fmt: skip
    return Story(protocol, course, (), today).with_fact(FirstDosePlanned(on=first_dose))


def days() -> st.SearchStrategy[date]:
    """Days around which months do not fit one another come up often."""
    return st.sampled_from(_MONTH_ENDS) | st.dates(date(2026, 12, 1), date(2028, 12, 31))


def kinds_of(protocol: Protocol) -> list[Kind]:
    """What can be logged as done under a protocol; a supply is used up by the next and never logged."""
    kinds = {one.kind for one in protocol.rules if not isinstance(one.timing, During)}
    return sorted(kinds - {Kind.SUPPLY})


def patterns() -> st.SearchStrategy[Pattern]:
    """Doses as they are prescribed: often the same every day, else in turn or by the day of the week."""
    one = st.sampled_from([Decimal(10), Decimal(20), Decimal(40)])
    day = st.one_of(st.just(()), one.map(lambda mg: (mg,)), one.map(lambda mg: (mg, mg)), st.tuples(one, one))
    in_turn = st.lists(day, min_size=1, max_size=5).filter(any).map(lambda days: Pattern(tuple(days)))
    of_a_week = st.lists(day, min_size=7, max_size=7).filter(any).map(lambda days: Pattern(tuple(days), weekly=True))
    spaced = st.builds(lambda mg, count: Pattern.daily(mg).spaced(count), one, st.integers(2, 4))
    return st.one_of(one.map(Pattern.daily), in_turn, of_a_week, spaced)


def projections() -> st.SearchStrategy[Projection | None]:
    """The ways of saying how long a course lasts; a last day is counted from ``date.min``."""
    duration = st.builds(lambda n: Projection(on=date.min, duration=Span.parse(f"P{n}M")), st.integers(1, 9))
    target = st.builds(lambda n: Projection(on=date.min, target=Decimal(n)), st.integers(10, 150))
    until = st.builds(lambda n: Projection(on=date.min, until=date.min + n * DAY), st.integers(0, 300))
    return st.none() | duration | target | until


@st.composite
def openings(draw: st.DrawFn) -> Story:
    """A course that has just been opened."""
    enrolled = draw(days())
    first_dose = enrolled + draw(st.integers(0, 45)) * DAY
    story = story_of(draw(st.sampled_from(PROTOCOLS)), first_dose, enrolled, enrolled=enrolled,
                     can_become_pregnant=draw(st.booleans()))  # fmt: skip
    projection = draw(projections())
    if draw(st.booleans()) or projection is not None:
        story = story.with_fact(Weight(on=enrolled, kg=Decimal(draw(st.integers(40, 90)))))
        story = story.with_fact(Prescribed(on=first_dose, pattern=draw(patterns())))
    if projection is not None:
        until = projection.until and first_dose + (projection.until - date.min)
        story = story.with_fact(replace(projection, on=enrolled, until=until))
    return story


@st.composite
def stories(draw: st.DrawFn, *, stopped: bool | None = None, adopting: bool = False) -> Story:
    """A course of some months; ``stopped`` asks for one that has been stopped or that runs."""
    story = draw(openings())
    while_it_runs = ["next"] * 4 + ["done"] * 2 + ["dose"] + list(_ACTIONS) + ["adopt"] * (3 * adopting)
    least = draw(st.sampled_from([0, 6, 12]))
    for action in draw(st.lists(st.sampled_from(while_it_runs), min_size=least, max_size=_LARGEST_STORY)):
        story = draw(_continued(story, action, longest_wait=40))
    if draw(st.booleans()) if stopped is None else stopped:
        first_dose = story.plan.timeline.first_dose
        story = story.seen_from(max(story.today, first_dose) + draw(st.integers(0, 40)) * DAY)
        story = story.with_fact(draw(stops(story)))
        for action in draw(st.lists(st.sampled_from(["done", "next", "dose"]), max_size=4)):
            story = draw(_continued(story, action, longest_wait=60))
    return story.seen_from(story.today + draw(st.integers(0, 60)) * DAY)


@st.composite
def stops(draw: st.DrawFn, story: Story) -> Stop:
    """A last capsule that can be believed: from the last one logged until today, and before a pause that goes on."""
    line = story.plan.timeline
    earliest = max([line.first_dose, *story.doses_taken])
    latest = min(story.today, earliest + 200 * DAY)
    if line.paused_since is not None:
        latest = min(latest, line.paused_since - DAY)
        assume(earliest <= latest)
    elif draw(st.booleans()):
        return Stop(on=story.today, date_known=False)
    return Stop(on=earliest + draw(st.integers(0, (latest - earliest).days)) * DAY)


@st.composite
def done_facts(draw: st.DrawFn, story: Story, longest_ago: int = 60) -> Done:
    """Something done today or, logged late, on one of the days before."""
    kind = draw(st.sampled_from(kinds_of(story.followed)))
    earliest = max(story.course.enrolled, story.today - longest_ago * DAY)
    on = story.today - draw(st.integers(0, (story.today - earliest).days)) * DAY
    result = draw(st.sampled_from([None, *TestResult])) if kind is Kind.PREGNANCY_TEST else None
    return Done(on=on, kind=kind, result=result)


@st.composite
def _continued(draw: st.DrawFn, story: Story, action: str, longest_wait: int) -> Story:
    """The story some days later with one more fact, where the program would take it."""
    if action == "next":
        return draw(_with_the_next_thing_done(story, longest_wait))
    story = story.seen_from(story.today + draw(st.integers(0, longest_wait)) * DAY)
    fact = draw(_adoptions(story) if action == "adopt" else _ACTIONS[action](story))
    return story if fact is None or story.history.same_as(fact) else story.with_fact(fact)


@st.composite
def _with_the_next_thing_done(draw: st.DrawFn, story: Story, longest_wait: int) -> Story:
    """The story on about the day on which one of the next things is due, and that done."""
    latest = story.today + longest_wait * DAY
    waiting = [item for item in story.plan.items if item.state.is_open and item.kind is not Kind.SUPPLY]
    coming = [item for item in waiting if item.due <= latest][-4:]
    if not coming:
        return story.seen_from(latest)
    item = draw(st.sampled_from(coming))
    story = story.seen_from(max(story.today, item.due + draw(st.integers(-6, 3)) * DAY))
    result = TestResult.NEGATIVE if item.kind is Kind.PREGNANCY_TEST else None
    fact = Done(on=story.today, kind=item.kind, result=result)
    return story if story.history.same_as(fact) else story.with_fact(fact)


@st.composite
def _doses(draw: st.DrawFn, story: Story, *, taken: bool = True) -> Dose | None:
    on = max(story.today - draw(st.integers(0, 10)) * DAY, story.course.enrolled)
    logged = any(isinstance(fact, Dose) and fact.on == on for fact in story.facts)
    return None if logged else Dose(on=on, taken=taken)


@st.composite
def _pauses(draw: st.DrawFn, story: Story) -> Pause | None:
    on = story.today + draw(st.integers(-10, 10)) * DAY
    since = max([story.plan.timeline.first_dose, *(fact.on for fact in story.facts if isinstance(fact, Resume))])
    free = on >= since and not any(day >= on for day in story.doses_taken)
    return Pause(on=on) if free and story.plan.timeline.paused_since is None else None


def _resumptions(story: Story) -> st.SearchStrategy[Resume | None]:
    since = story.plan.timeline.paused_since
    return st.just(None if since is None else Resume(on=max(story.today, since + DAY)))


def _dose_changes(story: Story) -> st.SearchStrategy[Prescribed | None]:
    return st.builds(lambda doses: Prescribed(on=story.today, pattern=doses), patterns())


def _moves(story: Story) -> st.SearchStrategy[FirstDosePlanned | None]:
    if story.doses_taken:
        return st.none()
    return st.builds(lambda n: FirstDosePlanned(on=story.today + n * DAY), st.integers(0, 30))


@st.composite
def _appointments(draw: st.DrawFn, story: Story) -> Appointment | None:
    waiting = [item.key for item in story.plan.items if item.state.is_open]
    if not waiting:
        return None
    return Appointment(on=story.today + draw(st.integers(0, 30)) * DAY, key=draw(st.sampled_from(waiting)))


def _risks(story: Story) -> st.SearchStrategy[Risk]:
    return st.builds(lambda what, ago: Risk(on=max(story.today - ago * DAY, story.course.enrolled), what=what),
                     st.sampled_from(RiskKind), st.integers(0, 10))  # fmt: skip


def _words_of_the_clinic(story: Story) -> st.SearchStrategy[Cleared | None]:
    standing = [fact.on for fact in dangers(story.history) if fact.on <= story.today]
    return st.just(Cleared(on=story.today) if standing else None)


@st.composite
def _adoptions(draw: st.DrawFn, story: Story) -> Programme:
    protocol = draw(st.sampled_from([*VARIANTS, *VARIANTS, *PROTOCOLS]))
    on = max(story.today - draw(st.integers(0, 40)) * DAY, story.course.enrolled)
    return Programme(on=on, protocol=protocol.id, version=protocol.version)


def _earlier(story: Story) -> st.SearchStrategy[Earlier]:
    taken = st.none() | st.integers(0, 3000).map(Decimal)
    return st.builds(lambda how, mg, ago: Earlier(on=story.today - ago * DAY, how=how, taken=mg),
                     st.sampled_from(HowEarlier), taken, st.integers(0, 60))  # fmt: skip


_ACTIONS = {
    "done": done_facts,
    "dose": _doses,
    "missed": lambda story: _doses(story, taken=False),
    "pause": _pauses,
    "resume": _resumptions,
    "dose-change": _dose_changes,
    "book": _appointments,
    "move": _moves,
    "risk": _risks,
    "cleared": _words_of_the_clinic,
    "earlier": _earlier,
}


def chapters(story: Story) -> Iterable[tuple[Story, Story]]:
    """The story before and after each of its facts, all seen from its last day."""
    return pairwise(dataclasses.replace(story, facts=story.facts[:count]) for count in range(1, len(story.facts) + 1))
