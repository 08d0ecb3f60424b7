"""Series of procedures: no session lies in a window, whatever moves; the order of typing makes no difference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from tests.conftest import Isotrack
from tests.strategies import DAY, MODERATE, Story, stories
from tests.support import rows, some
from tracker.dates import Span, add
from tracker.engine.schedule import plan
from tracker.facts import Appointment, Fact, SeriesEnd, SeriesPlan, Session, TimesChosen
from tracker.history import history_of
from tracker.plan import Item, NoticeCode, Plan
from tracker.procedures import catalogue
from tracker.treatments import Profile
from tracker.washout import CourseDays, Surroundings, Washout, course_days, washout

SCHEMAS = Path(__file__).parent.parent / "schemas"
CODES = sorted(catalogue().procedures)


# --- over random histories --------------------------------------------------------------------------------------


def numbered(facts: Sequence[Fact]) -> list[Fact]:
    """Facts as they are recorded one after the other."""
    counts: dict[type[Fact], int] = {}
    found: list[Fact] = []
    for place, fact in enumerate(facts, start=1):
        counts[type(fact)] = counts.get(type(fact), 0) + 1
        found.append(replace(fact, id=10_000 + place, number=counts[type(fact)]))
    return found


@st.composite
def procedures(draw: st.DrawFn, story: Story) -> list[Fact]:
    """Series, sessions that were done, bookings and ends of a course, as a person could have recorded them."""
    first = story.course.enrolled
    length = (story.today - first).days

    def some_day() -> date:
        return first + draw(st.integers(0, length)) * DAY

    names: list[str] = []
    facts: list[Fact] = []
    for _number in range(draw(st.integers(1, 3))):
        code = draw(st.sampled_from(CODES))
        name = code if code not in names else f"{code}-{len(names) + 1}"
        on = some_day()
        begins = draw(st.none() | st.integers(0, 500).map(lambda days, on=on: on + days * DAY))  # type: ignore[misc]
        facts.append(SeriesPlan(
            on=on, series=name, code=code, sessions=draw(st.integers(1, 6)),
            every=draw(st.sampled_from(["P1M", "P2W", "P30D", "P1D", "P3M"]).map(Span.parse)), begins=begins,
            after=draw(st.none() | st.sampled_from([*names, "nothing"])),
        ))  # fmt: skip
        names.append(name)
        facts += [Session(on=some_day(), code=draw(st.sampled_from([code, code, *CODES])))
                  for _session in range(draw(st.integers(0, 3)))]  # fmt: skip
        if draw(st.integers(0, 4)) == 0:
            facts.append(SeriesEnd(on=some_day(), series=name, since=draw(st.none() | st.integers(1, 4))))
    if draw(st.booleans()):
        booked = {f"{draw(st.sampled_from(names))}/{draw(st.integers(1, 6))}" for _count in range(2)}
        facts += [Appointment(on=story.today + draw(st.integers(0, 700)) * DAY, key=key) for key in sorted(booked)]
    if draw(st.booleans()):
        facts.append(TimesChosen(on=some_day(), profile=Profile.CONSENSUS))
    return facts


def around(*before: CourseDays) -> Surroundings:
    return Surroundings(catalogue(), before)


def planned(story: Story, facts: Sequence[Fact], before: tuple[CourseDays, ...] = ()) -> Plan:
    history = history_of(story.course, (*story.facts, *facts))
    return plan(story.followed, history, story.today, around(*before))


def of_series(of: Plan, facts: Sequence[Fact]) -> dict[str, list[Item]]:
    """The sessions of each series, in their order."""
    names = {fact.series for fact in facts if isinstance(fact, SeriesPlan)}
    return {name: sorted((one for one in of.items if one.rule.id == name), key=lambda one: one.ordinal)
            for name in names}  # fmt: skip


def windows(story: Story, of: Plan, facts: Sequence[Fact], code: str, before: tuple[CourseDays, ...] = ()) -> Washout:
    history = history_of(story.course, (*story.facts, *facts))
    rules = story.followed.rules_for(can_become_pregnant=story.course.can_become_pregnant)
    days = course_days(of.timeline, story.followed.id, rules)
    return washout(catalogue().procedures[code], catalogue(), [*before, days], history.profile)


EARLIER = st.none() | st.builds(
    lambda first, length: CourseDays(first, first + length * DAY, is_estimate=False),
    st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.integers(1, 300),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_no_planned_session_ever_lies_in_a_window_of_its_procedure(story: Story, data: st.DataObject) -> None:
    facts = numbered(data.draw(procedures(story)))
    before = tuple(one for one in [data.draw(EARLIER)] if one is not None)
    found = planned(story, facts, before)
    plans = {fact.series: fact for fact in facts if isinstance(fact, SeriesPlan)}
    for name, items in of_series(found, facts).items():
        series = plans[name]
        forbids = windows(story, found, facts, series.code, before)
        for one in items:
            if one.done is None:
                assert forbids.forbidding(one.due) is None, (one.key, one.due)
                assert forbids.forbidding(one.window_start) is None, (one.key, one.window_start)
                assert one.due >= max(series.on, series.begins or series.on)
            assert one.window_start <= one.due <= one.window_end


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_sessions_are_numbered_without_gaps_and_follow_one_another(story: Story, data: st.DataObject) -> None:
    facts = numbered(data.draw(procedures(story)))
    found = planned(story, facts)
    plans = {fact.series: fact for fact in facts if isinstance(fact, SeriesPlan)}
    for name, items in of_series(found, facts).items():
        assert [one.ordinal for one in items] == list(range(1, len(items) + 1))
        assert len(items) <= plans[name].sessions
        is_done = [one.done is not None for one in items]
        assert is_done == sorted(is_done, reverse=True)
        done = [one.done for one in items if one.done is not None]
        assert [one.on for one in done] == sorted(one.on for one in done)
        assert {one.code for one in done if isinstance(one, Session)} <= {plans[name].code}
        still = [one for one in items if one.done is None]
        for one, following in pairwise(still):
            assert one.planned_day < following.due
            if one.appointment is None:
                assert following.due >= add(one.due, plans[name].every)


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_every_order_of_typing_gives_the_same_sessions(story: Story, data: st.DataObject) -> None:
    facts = data.draw(procedures(story))
    shuffled = data.draw(st.permutations(facts))
    one, other = planned(story, numbered(facts)), planned(story, numbered(shuffled))
    assert [_seen(item) for item in one.items] == [_seen(item) for item in other.items]
    assert [(each.key, each.values) for each in _told(one)] == [(each.key, each.values) for each in _told(other)]


class _Told:
    def __init__(self, key: str, values: Any) -> None:
        self.key, self.values = key, values


def _told(of: Plan) -> list[_Told]:
    return sorted((_Told(one.code.value, sorted(map(str, one.values))) for one in of.notices),
                  key=lambda one: (one.key, one.values))  # fmt: skip


def _seen(item: Item) -> tuple[Any, ...]:
    done = item.done.on if item.done is not None else None
    return item.key, item.due, item.window_start, item.window_end, item.state, item.due_is_estimate, done


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_what_was_done_in_a_window_is_told_until_it_is_over(story: Story, data: st.DataObject) -> None:
    facts = numbered(data.draw(procedures(story)))
    found = planned(story, facts)
    told = {dict(one.values)["on"] for one in found.notices if one.code is NoticeCode.PROCEDURE_TOO_EARLY}
    for fact in facts:
        if isinstance(fact, Session):
            window = windows(story, found, facts, fact.code).forbidding(fact.on)
            assert window is None or found.today > window.last or fact.on in told


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_sessions_that_lie_ahead_are_never_nearer_than_the_interval(story: Story, data: st.DataObject) -> None:
    facts = numbered(data.draw(procedures(story)))
    found = planned(story, facts)
    plans = {fact.series: fact for fact in facts if isinstance(fact, SeriesPlan)}
    for name, items in of_series(found, facts).items():
        every = plans[name].every
        for one, following in pairwise(items):
            if following.done is None and following.appointment is None:
                day = one.done.on if one.done is not None else max(one.planned_day, found.today)
                assert following.due >= add(day, every), (one.key, day, following.due)


@pytest.mark.slow
@pytest.mark.long
@given(stories(), st.data())
@MODERATE
def test_what_was_done_too_soon_after_the_last_one_is_told_until_the_interval_is_over(
    story: Story, data: st.DataObject
) -> None:
    facts = numbered(data.draw(procedures(story)))
    found = planned(story, facts)
    told = [(dict(one.values)["former"], dict(one.values)["on"]) for one in found.notices
            if one.code is NoticeCode.PROCEDURE_TOO_SOON]  # fmt: skip
    series = sorted((one for one in facts if isinstance(one, SeriesPlan)),
                    key=lambda one: (one.on, len(one.series), one.series))  # fmt: skip
    done = sorted((one for one in facts if isinstance(one, Session)), key=lambda one: one.on)
    expected = []
    for one in done:
        former = max((other.on for other in done if other.code == one.code and other.on < one.on), default=None)
        of_it = [plan for plan in series if plan.code == one.code and plan.on <= one.on]
        if former is not None and of_it:
            every = of_it[-1].every
            early = min(7, every.half_in_days // 2)
            if one.on + early * DAY < add(former, every) and found.today < add(former, every):
                expected.append((former, one.on))
    assert sorted(told) == sorted(expected)


# --- as they are typed ------------------------------------------------------------------------------------------

START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp", "--timezone", "Asia/Tokyo")
SERIES = ("procedure", "plan", "dermapen", "--sessions", "5", "--every", "P1M", "--price", "30000")
LAST = "2027-05-24"


@pytest.fixture
def course(isotrack: Isotrack) -> Isotrack:
    """It is projected to end on 24 May 2027; Dermapen is restricted until 24 November 2027."""
    assert isotrack(*START, today="2026-11-24").code == 0
    return isotrack


def dues(isotrack: Isotrack, today: str, series: str = "dermapen") -> list[str]:
    found = json.loads(isotrack("plan", "--json", today=today).out)["items"]
    return [one["done_on"] or (one["booked_at"] or one["due"])[:10]
            for one in found if one["rule"] == series]  # fmt: skip


def test_a_series_is_laid_after_the_projected_end_moves_with_it_and_becomes_dates(course: Isotrack) -> None:
    said = course(*SERIES, today="2026-11-27").out
    assert "dermapen/1" in said
    assert dues(course, "2026-11-27") == ["2027-11-25", "2027-12-25", "2028-01-25", "2028-02-25", "2028-03-25"]
    course("until", "2027-04-30", today="2026-11-28")
    assert dues(course, "2026-11-28")[0] == "2027-11-01"
    moved = course("stop", "2027-01-31", today="2027-02-01")
    assert "dermapen/5" in moved.out
    # Six months from 31 January, month end to month end: 31 July.
    assert dues(course, "2027-02-01") == ["2027-08-01", "2027-09-01", "2027-10-01", "2027-11-01", "2027-12-01"]
    found = json.loads(course("plan", "--json", today="2027-02-01").out)
    assert not any(one["due_is_estimate"] for one in found["items"])
    # A capsule found later moves everything.
    course("log", "dose", "--on", "2027-02-03", today="2027-02-05")
    assert dues(course, "2027-02-05")[0] == "2027-08-04"
    course("undo", today="2027-02-05")
    assert dues(course, "2027-02-05")[0] == "2027-08-01"


def test_a_session_done_early_or_late_moves_those_behind_it_and_keys_stay(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    course("stop", "2027-01-31", today="2027-02-01")
    course("procedure", "log", "dermapen", "--on", "2027-08-20", today="2027-08-21")
    assert dues(course, "2027-08-21") == ["2027-08-20", "2027-09-20", "2027-10-20", "2027-11-20", "2027-12-20"]
    course("procedure", "log", "ダーマペン", "--on", "2027-09-10", "--price", "28000", today="2027-09-10")
    assert dues(course, "2027-09-10") == ["2027-08-20", "2027-09-10", "2027-10-10", "2027-11-10", "2027-12-10"]
    # Back-filled, one more takes its place in the order of days.
    course("procedure", "log", "dermapen", "--on", "2027-08-30", today="2027-09-11")
    assert dues(course, "2027-09-11")[:4] == ["2027-08-20", "2027-08-30", "2027-09-10", "2027-10-10"]
    course("book", "dermapen/4", "2027-10-20 15:00", today="2027-09-12")
    assert dues(course, "2027-09-12")[3:] == ["2027-10-20", "2027-11-20"]
    assert "dermapen/4" in course("next", today="2027-10-19").out


def test_one_series_follows_another(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    course(
        "procedure",
        "plan",
        "ポテンツァ",
        "--sessions",
        "2",
        "--every",
        "4w",
        "--after",
        "ダーマペン",
        today="2026-11-27",
    )
    assert dues(course, "2026-11-27", "potenza") == ["2028-04-22", "2028-05-20"]
    course("procedure", "cancel", "dermapen", "--from", "3", today="2026-11-28")
    assert dues(course, "2026-11-28") == ["2027-11-25", "2027-12-25"]
    assert dues(course, "2026-11-28", "potenza") == ["2028-01-22", "2028-02-19"]
    found = json.loads(course("plan", "--json", today="2026-11-28").out)["items"]
    assert all(one["due_is_estimate"] for one in found if one["rule"] == "potenza")


REFUSED = [
    (("plan", "dermapen", "--sessions", "0", "--every", "P1M"), "expected 1 to 50"),
    (("plan", "dermapen", "--sessions", "999", "--every", "P1M"), "expected 1 to 50"),
    (("plan", "dermapen", "--sessions", "2.5", "--every", "P1M"), "expected for example 2"),
    (("plan", "dermapen", "--sessions", "3", "--every", "0d"), "a day at least between two"),
    (("plan", "dermapen", "--sessions", "50", "--every", "12m"), "ten years at most"),
    (("plan", "dermapen", "--sessions", "3", "--every", "soon"), "not a length of time"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--price", "-1"), "not a price"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--price", "free"), "not a price"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--from", "2026-11-01"), "is past"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--from", "2027-03-01"), "Thu 25 Nov 2027"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--clinic-confirmed"), "goes with --from"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--after", "potenza"), "no series of Potenza"),
    (("plan", "dermapen", "--sessions", "3", "--every", "P1M", "--downtime", "99"), "expected 0 to 60"),
    (("plan", "laser", "--sessions", "3", "--every", "P1M"), "may be several procedures"),
    (("plan", "dermapen"), "--sessions"),
    (("plan", "dermapen", "--sessions", "2"), "isotrack procedure plan dermapen --sessions 2 --every P1M"),
    (("log", "botox"), "not in the list of procedures"),
    (("log", "dermapen", "--on", "2027-03-01"), "has not come yet"),
    (("log", "dermapen", "--downtime", "-1"), "expected 0 to 60"),
    (("cancel", "dermapen"), "no series of Dermapen"),
    (("cancel", "dermapen/1"), "no series of Dermapen"),
    (("profile", "consensus-2017"), "add --clinic-confirmed"),
    (("profile", "fast"), "not a profile"),
    (("book", "dermapen/1", "2027-09-01"), "dermapen/1"),
]


@pytest.mark.parametrize(("command", "words"), REFUSED, ids=[" ".join(command) for command, _words in REFUSED])
def test_what_cannot_be_meant_is_refused_in_one_line(course: Isotrack, command: tuple[str, ...], words: str) -> None:
    refused = course("procedure", *command, today="2026-11-27", ok=False)
    assert (refused.code, len(refused.err.splitlines()), words in refused.err) == (2, 1, True), refused.err
    assert json.loads(course("procedure", "--json", today="2026-11-27").out)["items"] == []


def test_a_second_series_of_the_same_kind_waits_for_the_end_of_the_first_and_has_keys_of_its_own(
    course: Isotrack,
) -> None:
    course(*SERIES, today="2026-11-27")
    refused = course(*SERIES, today="2026-11-28", ok=False)
    assert (refused.code, "planned already: Dermapen" in refused.err) == (2, True)
    course("book", "dermapen/2", "2028-01-10", today="2026-11-28")
    course("procedure", "cancel", "dermapen", today="2026-11-28")
    assert dues(course, "2026-11-28") == []
    course(*SERIES, today="2026-11-28")
    assert len(dues(course, "2026-11-28", "dermapen-2")) == 5
    assert dues(course, "2026-11-28", "dermapen-2")[1] == "2027-12-25"
    course("undo", today="2026-11-28")
    course("undo", today="2026-11-28")
    assert dues(course, "2026-11-28")[1] == "2028-01-10"


def test_a_series_inside_a_window_needs_the_clinic_s_word_and_says_so_while_it_lasts(course: Isotrack) -> None:
    course(*SERIES, "--from", "2027-03-01", "--clinic-confirmed", today="2026-11-27")
    assert dues(course, "2026-11-27")[0] == "2027-03-01"
    notices = json.loads(course("plan", "--json", today="2026-12-01").out)["notices"]
    assert notices == ["procedure-by-clinic"]
    assert "on your clinic's word" in course(today="2026-12-01").out
    # A day that is free needs no word, and does not keep it: should the window move over it, the series moves on.
    course("undo", today="2026-12-01")
    course(*SERIES, "--from", "2027-12-01", "--clinic-confirmed", today="2026-12-01")
    course("until", "2027-07-31", today="2026-12-02")
    assert dues(course, "2026-12-02")[0] == "2028-02-01"


def test_one_that_was_too_early_is_kept_with_a_warning_that_stays_until_the_window_is_over(course: Isotrack) -> None:
    said = course("procedure", "log", "dermapen", "--on", "2026-12-24", today="2026-12-24")
    assert "too early" in said.out
    assert "Contact your clinic" in said.out
    for command in ((), ("plan",), ("procedure",)):
        assert "was too early" in " ".join(course(*command, today="2027-01-10").out.split())
        assert json.loads(course(*command, "--json", today="2027-01-10").out)["notices"] == ["procedure-too-early"]
    course("stop", "2027-01-31", today="2027-02-01")
    assert "was too early" in " ".join(course(today="2027-07-31").out.split())
    assert "too early" not in course(today="2027-08-01").out
    course("undo", today="2027-08-01")
    course("undo", today="2027-08-01")
    assert json.loads(course("--json", today="2027-01-10").out)["notices"] == []


@pytest.fixture
def free(course: Isotrack) -> Isotrack:
    """The course is over, and since 2 August 2027 no window forbids Dermapen."""
    course("stop", "2027-02-01", today="2027-02-01")
    return course


def plan_of(isotrack: Isotrack, every: str, on: str = "2027-09-01") -> None:
    isotrack("procedure", "plan", "dermapen", "--sessions", "4", "--every", every, today=on)


def told(isotrack: Isotrack, today: str, code: str = "procedure-too-soon") -> list[str]:
    """Which screens say so of those that say what stands."""
    found = [command for command in ((), ("plan",), ("procedure",))
             if code in json.loads(isotrack(*command, "--json", today=today).out)["notices"]]  # fmt: skip
    return [" ".join(command) for command in found]


EVERYWHERE = ["", "plan", "procedure"]
INTERVALS = [
    # every, days after the last one, too soon
    ("P1M", 1, True), ("P1M", 2, True), ("P1M", 3, True), ("P1M", 14, True), ("P1M", 22, True), ("P1M", 23, False),
    ("P1M", 30, False), ("P1M", 45, False), ("4w", 20, True), ("4w", 21, False), ("2w", 10, True), ("2w", 11, False),
    ("1w", 5, True), ("1w", 6, False), ("1d", 1, False), ("2d", 1, True), ("P3M", 83, True), ("P3M", 84, False),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("every", "days", "is_soon", "backwards"), [
    (*interval, backwards) for at, interval in enumerate(INTERVALS) for backwards in some([False, True], 2, at)
])  # fmt: skip
def test_a_session_too_soon_after_the_last_one_is_told_and_the_warning_stays(
    free: Isotrack, every: str, days: int, is_soon: bool, backwards: bool
) -> None:
    plan_of(free, every)
    first = date(2027, 9, 2)
    second = first + days * DAY
    said = [free("procedure", "log", "dermapen", "--on", str(on), today=str(second)).out
            for on in ((second, first) if backwards else (first, second))]  # fmt: skip
    assert ["was too soon after that of" in " ".join(text.split()) for text in said] == [False, is_soon]
    expected = EVERYWHERE if is_soon else []
    last = add(first, Span.parse("P" + every.upper() if every[0] != "P" else every)) - DAY
    assert told(free, str(second)) == expected
    assert told(free, str(max(last, second))) == expected
    assert told(free, str(max(last, second) + DAY)) == []
    free("undo", today=str(second))
    assert told(free, str(second)) == []


def test_the_clinic_s_word_and_another_area_are_not_too_soon(free: Isotrack) -> None:
    plan_of(free, "P1M")
    for area, on in (("cheek", "2027-09-02"), ("chin", "2027-09-04")):
        said = free("procedure", "log", "dermapen", "--on", on, "--area", area, today="2027-09-06").out
        assert "too soon" not in said
    said = free("procedure", "log", "dermapen", "--on", "2027-09-06", "--clinic-confirmed", today="2027-09-06").out
    assert "too soon" not in said
    assert told(free, "2027-09-06") == []


def test_a_session_that_is_moved_too_near_by_a_correction_is_told(free: Isotrack) -> None:
    plan_of(free, "P1M")
    free("procedure", "log", "dermapen", "--on", "2027-09-02", today="2027-10-10")
    free("procedure", "log", "dermapen", "--on", "2027-10-05", today="2027-10-10")
    assert told(free, "2027-10-10") == []
    number = str(rows(Path("data/isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    assert "was too soon" in " ".join(free("fix", number, "--on", "2027-09-04", today="2027-09-30").out.split())
    assert told(free, "2027-09-30") == EVERYWHERE
    free("fix", str(int(number) + 1), "--remove", today="2027-09-30")
    assert told(free, "2027-09-30") == []


def test_without_a_series_a_session_days_after_the_last_one_is_asked_about(free: Isotrack) -> None:
    free("procedure", "log", "dermapen", "--on", "2027-09-02", today="2027-09-05")
    said = " ".join(free("procedure", "log", "dermapen", "--on", "2027-09-04", today="2027-09-05").out.split())
    assert "The last one was on Thu 2 Sep 2027, 2 days before." in said
    assert "fix 6 --remove" in said
    said = free("procedure", "log", "dermapen", "--on", "2027-09-20", today="2027-09-20").out
    assert "The last one was on" not in said


def test_a_booking_too_soon_after_the_session_before_is_warned_of_while_it_stands(free: Isotrack) -> None:
    plan_of(free, "P1M")
    free("procedure", "log", "dermapen", "--on", "2027-09-02", today="2027-09-02")
    said = free("procedure", "book", "dermapen/2", "2027-09-05 15:00", today="2027-09-02").out
    assert "is too soon after that of Thu 2 Sep 2027" in " ".join(said.split())
    assert told(free, "2027-09-05", "procedure-booked-too-soon") == EVERYWHERE
    free("procedure", "book", "dermapen/2", "2027-09-28 15:00", today="2027-09-03")
    assert told(free, "2027-09-03", "procedure-booked-too-soon") == []


def test_a_session_that_is_overdue_pushes_those_behind_it(free: Isotrack) -> None:
    plan_of(free, "P1M")
    assert dues(free, "2027-09-01") == ["2027-09-01", "2027-10-01", "2027-11-01", "2027-12-01"]
    # It can be today at the earliest: the others keep their distance, whatever day it is.
    assert dues(free, "2027-09-20") == ["2027-09-01", "2027-10-20", "2027-11-20", "2027-12-20"]
    assert dues(free, "2027-12-31") == ["2027-09-01", "2028-01-31", "2028-02-29", "2028-03-31"]
    because = json.loads(free("why", "dermapen/2", "--json", today="2027-09-20").out)["entries"][0]["because"]
    assert [one["reckoning"]["day"] for one in because] == ["2027-10-20"]
    assert "can be today at the earliest" in " ".join(free("why", "dermapen/2", today="2027-09-20").out.split())
    free("procedure", "log", "dermapen", "--on", "2027-09-15", today="2027-09-20")
    assert dues(free, "2027-09-20") == ["2027-09-15", "2027-10-15", "2027-11-15", "2027-12-15"]
    # So does one that was booked, and of which nobody said that it was done.
    free("book", "dermapen/2", "2027-10-10", today="2027-09-20")
    assert dues(free, "2027-10-10")[2:] == ["2027-11-10", "2027-12-10"]
    assert dues(free, "2027-10-25")[1:] == ["2027-10-10", "2027-11-25", "2027-12-25"]


def test_a_series_behind_one_that_is_overdue_and_behind_what_was_done_before_it_keeps_its_distance(
    free: Isotrack,
) -> None:
    free("procedure", "log", "dermapen", "--on", "2027-08-30", today="2027-09-01")
    plan_of(free, "P1M")
    assert dues(free, "2027-09-01")[:2] == ["2027-09-30", "2027-10-30"]
    assert "done, before the series" in " ".join(free("why", "dermapen/1", today="2027-09-01").out.split())
    free("procedure", "plan", "potenza", "--sessions", "2", "--every", "4w", "--after", "dermapen", today="2027-09-01")
    assert dues(free, "2027-09-01", "potenza") == ["2028-01-27", "2028-02-24"]
    for on in ("2027-09-30", "2027-10-30", "2027-11-30"):
        free("procedure", "log", "dermapen", "--on", on, today="2027-11-30")
    assert dues(free, "2028-01-10") == ["2027-09-30", "2027-10-30", "2027-11-30", "2027-12-30"]
    assert dues(free, "2028-01-10", "potenza") == ["2028-02-07", "2028-03-06"]


def test_a_booking_inside_a_window_is_warned_of(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    said = course("procedure", "book", "dermapen/1", "2027-09-01 15:00", today="2026-11-27")
    assert "is too early" in said.out
    assert "procedure-booked-too-early" in json.loads(course("--json", today="2026-11-27").out)["notices"]
    course("stop", "2027-01-31", today="2027-02-01")
    assert json.loads(course("--json", today="2027-02-01").out)["notices"] == []


def test_the_clinic_s_profile_is_a_fact_that_stands_while_it_matters(course: Isotrack) -> None:
    course("procedure", "plan", "laser hair removal", "--sessions", "3", "--every", "6w", today="2026-11-27")
    assert dues(course, "2026-11-27", "laser-hair-removal")[0] == "2027-11-25"
    course("procedure", "profile", "consensus", "--clinic-confirmed", today="2026-11-28")
    # One clinic's month after the course is left of the windows that forbid it.
    assert dues(course, "2026-11-28", "laser-hair-removal")[0] == "2027-06-25"
    assert "consensus-2017" in course(today="2026-11-28").out
    course("stop", "2027-01-31", today="2027-02-01")
    assert "procedure-times-by-clinic" in json.loads(course("--json", today="2027-07-31").out)["notices"]
    assert json.loads(course("--json", today="2027-08-01").out)["notices"] == []
    course("procedure", "profile", "label", today="2027-02-02")
    assert dues(course, "2027-02-02", "laser-hair-removal")[0] == "2027-08-01"
    course("undo", today="2027-02-02")
    assert dues(course, "2027-02-02", "laser-hair-removal")[0] == "2027-03-03"


def test_what_is_said_later_of_a_session_makes_no_other_one(course: Isotrack) -> None:
    course("procedure", "log", "dermapen", today="2026-11-27")
    course("procedure", "log", "dermapen", "--price", "30000", today="2026-11-27")
    again = course("procedure", "log", "dermapen", today="2026-11-27")
    assert "Already there" in again.out
    [session] = json.loads(course("procedure", "--json", today="2026-11-27").out)["sessions"]
    assert session["price"] == {"amount": 30000, "currency": "JPY"}
    course("procedure", "log", "dermapen", "--area", "chest", "--price", "8000", today="2026-11-27")
    assert len(json.loads(course("procedure", "--json", today="2026-11-27").out)["sessions"]) == 2


def test_the_plan_and_the_list_fit_their_schemas(course: Isotrack) -> None:
    course(*SERIES, "--downtime", "3", today="2026-11-27")
    course("procedure", "log", "光治療", "--area", "left cheek", "--price", "8000", today="2026-11-27")
    found = json.loads(course("plan", "--json", today="2026-11-27").out)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "plan.schema.json").read_text())).validate(found)
    shown = json.loads(course("procedure", "--json", today="2026-11-27").out)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "procedure.schema.json").read_text())).validate(shown)
    assert [one["price"] for one in shown["items"]] == [{"amount": 30000, "currency": "JPY"}] * 5
    assert (shown["sessions"][0]["price"], shown["sessions"][0]["area"]) == (
        {"amount": 8000, "currency": "JPY"}, "left cheek",
    )  # fmt: skip
    assert shown["downtimes"][0]["start"] == "2027-11-25"
    assert shown["downtimes"][0]["end"] == "2027-11-28"
    [dermapen] = [one for one in shown["windows"] if one["procedure"] == "dermapen"]
    assert (dermapen["level"], dermapen["last_restricted"], dermapen["first_free"]) == (
        "forbidden", "2027-11-24", "2027-11-25",
    )  # fmt: skip
    assert [one["sources"] for one in dermapen["readings"] if one["decides"]] == [["own"]]


def test_a_new_course_ends_the_open_series_of_the_one_before_and_says_how_to_plan_them_anew(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    course("stop", "2027-01-31", today="2027-02-01")
    course("procedure", "log", "dermapen", "--on", "2027-08-05", today="2027-08-05")
    said = " ".join(course("start", "2027-09-01", "--dose", "20", "--weight", "54", today="2027-08-20").out.split())
    assert "isotrack procedure plan dermapen --sessions 4 --every P1M" in said
    assert dues(course, "2027-08-20") == []
    course(*SERIES, today="2027-08-21")
    assert dues(course, "2027-08-21")[0] > "2028-08-01"
    course("undo", today="2027-08-21")
    course("undo", today="2027-08-21")
    assert dues(course, "2027-08-21")[1] == "2027-09-05"


def test_a_procedure_between_two_courses_is_measured_by_the_one_before_as_well(course: Isotrack) -> None:
    course("stop", "2027-01-31", today="2027-02-01")
    course("start", "2027-07-01", "--dose", "20", "--weight", "54", today="2027-05-01")
    course("procedure", "log", "dermapen", "--on", "2027-05-02", today="2027-05-02")
    notices = json.loads(course("--json", today="2027-05-02").out)["notices"]
    assert "procedure-too-early" in notices


def test_fix_corrects_a_series_and_a_session(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    number = str(rows(Path("data/isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    course("fix", number, "--sessions", "2", "--every", "6w", "--price", "25000", today="2026-11-27")
    assert dues(course, "2026-11-27") == ["2027-11-25", "2028-01-06"]
    course("stop", "2027-01-31", today="2027-02-01")
    course("procedure", "log", "dermapen", "--on", "2027-08-05", today="2027-08-05")
    number = str(rows(Path("data/isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    course("fix", number, "--on", "2027-08-03", "--price", "26000", today="2027-08-06")
    assert dues(course, "2027-08-06") == ["2027-08-03", "2027-09-14"]
    assert "dermapen/1" in course("history", today="2027-08-06").out


def test_the_clinic_s_word_is_for_its_day_alone(course: Isotrack) -> None:
    course(*SERIES, "--from", "2027-03-01", "--clinic-confirmed", today="2026-11-27")
    number = str(rows(Path("data/isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    course("fix", number, "--from", "2027-01-10", today="2026-11-27")
    assert dues(course, "2026-11-27")[0] == "2027-11-25"
    course("procedure", "log", "waxing", "--clinic-confirmed", today="2026-11-28")
    assert "procedure-by-clinic" in json.loads(course("--json", today="2026-11-28").out)["notices"]
    number = str(rows(Path("data/isotrack.db"), "SELECT max(id) FROM fact")[0][0])
    assert "was too early" in " ".join(course("fix", number, "--on", "2026-11-27", today="2026-11-28").out.split())
    assert json.loads(course("--json", today="2026-11-28").out)["notices"] == ["procedure-too-early"]


def test_why_a_session_is_on_its_day_and_may_it_be_agree_with_the_plan(course: Isotrack) -> None:
    course(*SERIES, today="2026-11-27")
    may = json.loads(course("can", "dermapen", "--on", "2027-11-24", "--json", today="2026-11-27").out)
    assert (may["answer"], may["first_free"]) == ("no", dues(course, "2026-11-27")[0])
    [first] = json.loads(course("why", "dermapen/1", "--json", today="2026-11-27").out)["entries"]
    assert [one["reckoning"]["day"] for one in first["because"]] == ["2027-11-25", "2027-11-24"]
    [third] = json.loads(course("why", "dermapen/3", "--json", today="2026-11-27").out)["entries"]
    reckoning = third["because"][0]["reckoning"]
    assert (reckoning["since"], reckoning["span"], reckoning["day"]) == ("2027-11-25", "P2M", "2028-01-25")
    course("procedure", "plan", "laser hair removal", "--sessions", "2", "--every", "6w", today="2026-11-27")
    course("procedure", "profile", "consensus-2017", "--clinic-confirmed", today="2026-11-27")
    may = json.loads(course("can", "laser hair removal", "--on", "2027-06-24", "--json", today="2026-11-27").out)
    assert may["first_free"] == dues(course, "2026-11-27", "laser-hair-removal")[0]


def test_a_japanese_line_names_a_series_in_japanese(course: Isotrack) -> None:
    ja = ("--lang", "ja")
    course("procedure", "plan", "potenza", "--sessions", "3", "--every", "P1M", today="2026-11-27")
    said = [
        course(
            *ja, "procedure", "plan", "potenza", "--sessions", "3", "--every", "P1M", today="2026-11-27", ok=False
        ).err,
        course(*ja, "procedure", "cancel", "potenza", "--from", "9", today="2026-11-27", ok=False).err,
        course(*ja, "procedure", "cancel", "potenza", today="2026-11-27").out,
        course(*ja, "history", today="2026-11-27").out,
        course(*ja, "procedure", "cancel", "potenza", today="2026-11-27", ok=False).err,
    ]
    for text in said:
        prose = [line for line in text.splitlines() if "isotrack " not in line and "potenza/" not in line]
        assert "ポテンツァ" in text, text
        assert not any("potenza" in line for line in prose), text


def test_the_plan_names_every_source_that_it_cites_and_whose_times_its_sessions_follow(course: Isotrack) -> None:
    shown = course("plan", today="2026-11-27").out
    assert "Times of procedures" not in shown
    above, _colon, below = shown.partition("Sources:")
    for name in ("J8", "Ness", "J3"):
        assert name in above, shown
        assert any(line.startswith(f"  {name}:") for line in below.splitlines()), shown
    course(*SERIES, today="2026-11-27")
    assert "Times of procedures: label-conservative." in course("plan", today="2026-11-27").out
    course("procedure", "profile", "consensus-2017", "--clinic-confirmed", today="2026-11-27")
    assert "Times of procedures: consensus-2017." in course("plan", today="2026-11-27").out
    course("procedure", "cancel", "dermapen", today="2026-11-27")
    assert "Times of procedures:" not in course("plan", today="2026-11-27").out


# --- in calendars -----------------------------------------------------------------------------------------------


def exported(isotrack: Isotrack, today: str, *more: str) -> dict[str, Any]:
    """The entries of an export about procedures, by their UID."""
    isotrack("calendar", "export", "-o", "a.ics", *more, today=today)
    found = Calendar.from_ical(Path("a.ics").read_bytes())
    return {str(one["UID"]): one for one in found.walk("VEVENT") if "Note F" in str(one["SUMMARY"])}


def test_when_the_end_moves_a_calendar_s_sessions_keep_their_identity(course: Isotrack) -> None:
    course(*SERIES, "--downtime", "3", today="2026-11-27")
    before = exported(course, "2026-11-27")
    course("stop", "2027-01-31", today="2027-02-01")
    after = exported(course, "2027-02-01")
    assert set(after) == set(before)
    sessions = [uid for uid in before if "last day" not in str(before[uid]["SUMMARY"])]
    assert len(sessions) == 10  # noqa: PLR2004 - five sessions, five downtimes
    for uid in sessions:
        assert int(after[uid]["SEQUENCE"]) == int(before[uid].get("SEQUENCE", 0)) + 1
        assert after[uid]["DTSTART"].dt < before[uid]["DTSTART"].dt
    starts = sorted(after[uid]["DTSTART"].dt for uid in sessions)
    assert starts[0] == date(2027, 8, 1)
    lasting = [after[uid] for uid in sessions if after[uid]["DTEND"].dt - after[uid]["DTSTART"].dt > timedelta(days=1)]
    assert [one["DTEND"].dt - one["DTSTART"].dt for one in lasting] == [timedelta(days=4)] * 5
    again = Path("a.ics").read_bytes()
    exported(course, "2027-02-01")
    assert Path("a.ics").read_bytes() == again


def test_what_is_called_off_stays_as_a_tombstone_and_titles_name_no_procedure(course: Isotrack) -> None:
    course(*SERIES, "--downtime", "3", today="2026-11-27")
    before = exported(course, "2026-11-27")
    course("procedure", "cancel", "dermapen", "--from", "2", today="2026-11-28")
    after = exported(course, "2026-11-28")
    gone = [uid for uid, one in after.items() if str(one["STATUS"]) == "CANCELLED"]
    assert (set(after), len(gone)) == (set(before), 8)
    text = Path("a.ics").read_text()
    assert not any(word in text.lower() for word in ("dermapen", "microneedling", "downtime", "30000"))


def test_a_booked_session_stands_at_its_time_and_a_done_one_on_its_day(course: Isotrack) -> None:
    course(*SERIES, "--downtime", "2", today="2026-11-27")
    course("stop", "2027-01-31", today="2027-02-01")
    course("book", "dermapen/1", "2027-08-10 15:00", today="2027-02-01")
    found = exported(course, "2027-02-01").values()
    assert "2027-08-10T15:00:00+09:00" in {one["DTSTART"].dt.isoformat() for one in found}
    downs = {one["DTSTART"].dt for one in found if "after it" in str(one["SUMMARY"])}
    assert date(2027, 8, 10) in downs
    course("procedure", "log", "dermapen", "--on", "2027-08-09", "--downtime", "0", today="2027-08-09")
    found = exported(course, "2027-08-09").values()
    downs = {one["DTSTART"].dt for one in found if "after it" in str(one["SUMMARY"]) and one["STATUS"] != "CANCELLED"}
    assert min(downs) == date(2027, 9, 9)
