from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from tests.strategies import (
    DAY,
    FIRST_DOSE,
    LAST_DOSE,
    Story,
    during,
    programme,
    repeat,
    rule,
    story_of,
)
from tracker.dates import Span
from tracker.engine.overrides import checked_override, with_overrides
from tracker.engine.schedule import earliest_first_dose
from tracker.errors import InputError
from tracker.facts import (
    Appointment,
    Done,
    Dose,
    FirstDosePlanned,
    Override,
    Pause,
    Prescribed,
    Projection,
    RedFlag,
    Resume,
    Stop,
    TestResult,
    Weight,
)
from tracker.facts.intake import Product
from tracker.plan import Item, NoticeCode, Phase, SpanInPlan, State
from tracker.protocols import find
from tracker.readings.intake import intake
from tracker.rules import Anchor, Earliest, FirstDay, Kind, Mode, Once, Permit, Point, Protocol, Window


def day(iso: str) -> date:
    return date.fromisoformat(iso)


def once(offset: str = "P0D", anchor: Anchor = FIRST_DOSE, *, before: str | None = None, after: str = "P0D",
         not_before: bool = False) -> Once:  # fmt: skip
    window = None if before is None else Window(Span.parse(before), Span.parse(after))
    return Once(anchor=anchor, offset=Span.parse(offset), window=window, not_before=not_before)


def permit(length: str, first_day: FirstDay, point: Point = Point.SPECIMEN) -> Permit:
    return Permit(opened_by=Anchor(point), length=Span.parse(length), first_day=first_day)


CONSENT = rule("consent", Kind.ATTESTATION, once("-P1D"))
BASELINE = rule("blood-baseline", Kind.BLOOD_TEST, once("-P1D", before="P29D", after="P1D"))
VISIT = rule("visit", Kind.VISIT, repeat("P1M"))
BLOOD = rule("blood", Kind.BLOOD_TEST, repeat("P2M"))
GRID = rule("blood", Kind.BLOOD_TEST, repeat("P3M", Mode.GRID, first="P1M"))
TEST = rule("test", Kind.PREGNANCY_TEST, repeat("P30D"))
PICK_UP = rule("pick-up", Kind.PICK_UP, permit("P7D", FirstDay.UNCLEAR))
CONTRACEPTION = rule("contraception", Kind.CONTRACEPTION, during("P1M"), can_become_pregnant=True)
DONATION = rule("blood-donation", Kind.BLOOD_DONATION, during("P6M"))

START = day("2026-11-24")


def course(*rules: object, today: str, start: str = "2026-11-24", enrolled: str | None = None) -> Story:
    protocol = programme(*rules)  # type: ignore[arg-type]
    return story_of(protocol, day(start), day(today), enrolled=day(enrolled) if enrolled else None)


def japanese(today: str, *, can_become_pregnant: bool = True) -> Story:
    protocol = find("jp-standard@2025-11-17", START)
    return story_of(protocol, START, day(today), enrolled=day("2026-11-01"), can_become_pregnant=can_become_pregnant)


def logged(story: Story, kind: Kind, on: str, result: TestResult | None = None) -> Story:
    return story.with_fact(Done(on=day(on), kind=kind, result=result))


def taken(story: Story, *days: str) -> Story:
    for on in days:
        story = story.with_fact(Dose(on=day(on), taken=True))
    return story


def filled_by(story: Story) -> list[str | None]:
    """The key that each thing done counts for first, in order of days."""
    return [next(iter(story.plan.counts[fact.id]), None) for fact in story.history.done]


def item(story: Story, key: str) -> Item:
    found = story.plan.item(key)
    assert found is not None
    return found


def span(story: Story, key: str) -> SpanInPlan:
    return next(one for one in story.plan.spans if one.key == key)


def dues(story: Story, rule_id: str) -> list[str]:
    return [one.due.isoformat() for one in story.plan.items if one.rule.id == rule_id]


def notices(story: Story) -> set[NoticeCode]:
    return {notice.code for notice in story.plan.notices}


# Keys.


def test_two_rules_of_one_kind_have_keys_of_their_own() -> None:
    story = course(BASELINE, BLOOD, today="2026-11-24")
    keys = [one.key for one in story.plan.items if one.kind is Kind.BLOOD_TEST]
    assert keys == ["blood-baseline/1", "blood/1", "blood/2", "blood/3"]


# Which item a logged fact fills.


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-11-24", "visit/1"),
        ("2026-11-25", "visit/1"),  # 29 days early
        ("2026-12-24", "visit/1"),
        ("2027-01-08", "visit/1"),  # 15 days late, 16 before the next
        ("2027-01-09", "visit/2"),
        ("2027-03-03", "visit/3"),
    ],
)
def test_a_visit_fills_the_open_one_that_is_nearest_however_early_or_late(on: str, expected: str) -> None:
    assert filled_by(logged(course(VISIT, today="2027-03-03"), Kind.VISIT, on)) == [expected]


def test_of_two_visits_as_near_the_earlier_is_filled() -> None:
    every_thirty_days = rule("visit", Kind.VISIT, repeat("P30D"))
    assert filled_by(logged(course(every_thirty_days, today="2027-01-08"), Kind.VISIT, "2027-01-08")) == ["visit/1"]


def test_a_visit_after_the_last_one_done_fills_the_open_one_and_never_a_missed_one() -> None:
    story = logged(course(VISIT, today="2027-01-12"), Kind.VISIT, "2027-01-12")
    assert filled_by(story) == ["visit/2"]
    assert item(story, "visit/1").state is State.MISSED
    assert filled_by(logged(story.seen_from(day("2027-01-17")), Kind.VISIT, "2027-01-17")) == ["visit/2", "visit/3"]


def test_a_visit_logged_late_fills_the_one_that_had_been_missed_and_moves_nothing() -> None:
    story = logged(course(VISIT, today="2027-01-25"), Kind.VISIT, "2027-01-24")
    later = logged(story, Kind.VISIT, "2026-12-24")
    assert filled_by(later) == ["visit/1", "visit/2"]
    assert dues(later, "visit") == dues(story, "visit")


def test_a_visit_before_the_first_dose_is_unscheduled() -> None:
    assert filled_by(logged(course(VISIT, today="2026-11-23"), Kind.VISIT, "2026-11-20")) == [None]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-12-08", None),  # before the first half of a month is 15 days: no draw of the first days counts for it
        ("2026-12-09", "blood/1"),
        ("2027-02-07", "blood/1"),  # 45 days late
        ("2027-02-08", "blood/2"),  # 44 days early
        ("2027-03-24", "blood/2"),
    ],
)
def test_on_a_grid_the_nearest_within_half_an_interval_is_filled(on: str, expected: str | None) -> None:
    assert filled_by(logged(course(GRID, today="2027-04-30"), Kind.BLOOD_TEST, on)) == [expected]


def test_on_a_grid_what_is_further_than_half_an_interval_from_all_that_is_open_is_unscheduled() -> None:
    story = logged(course(GRID, today="2027-02-10"), Kind.BLOOD_TEST, "2026-12-24")
    assert filled_by(logged(story, Kind.BLOOD_TEST, "2026-12-28")) == ["blood/1", None]


def test_a_grid_is_never_moved_by_what_was_done() -> None:
    story = logged(course(GRID, today="2027-02-01"), Kind.BLOOD_TEST, "2027-01-20")
    assert dues(story, "blood") == ["2026-12-24", "2027-03-24"]


@pytest.mark.parametrize("on", ["2026-09-01", "2026-11-01", "2026-11-23", "2026-11-24"])
def test_the_first_blood_test_on_or_before_the_first_dose_fills_the_baseline(on: str) -> None:
    story = course(BASELINE, BLOOD, today="2026-11-24", enrolled="2026-09-01")
    assert filled_by(logged(story, Kind.BLOOD_TEST, on)) == ["blood-baseline/1"]


@pytest.mark.parametrize(
    ("days", "filling"),
    [
        (("2026-02-20", "2026-11-20"), "2026-11-20"),
        (("2026-02-20", "2026-11-24"), "2026-11-24"),
        (("2026-02-20", "2026-09-01"), "2026-09-01"),  # none is in time: the nearest
        (("2026-10-24", "2026-10-25", "2026-11-20"), "2026-10-25"),  # the first that is in time
        (("2026-02-20", "2026-11-25"), "2026-02-20"),  # after the first capsule none is of before it
    ],
)
def test_a_draw_from_long_before_gives_way_to_one_in_time_in_any_order_of_typing(
    days: tuple[str, ...], filling: str
) -> None:
    for order in permutations(days):
        story = course(BASELINE, BLOOD, today="2026-11-30", enrolled="2026-02-01")
        for on in order:
            story = logged(story, Kind.BLOOD_TEST, on)
        done = {item.key: item.done for item in story.plan.items}["blood-baseline/1"]
        assert done is not None
        assert done.on == day(filling)
        told = NoticeCode.DRAWN_TOO_EARLY in notices(story)
        assert told is (day(filling) < day("2026-10-25") and all(on <= "2026-11-24" for on in days))


def test_a_second_blood_test_on_the_day_of_the_first_dose_counts_for_the_course() -> None:
    story = logged(course(BASELINE, BLOOD, today="2026-11-24"), Kind.BLOOD_TEST, "2026-11-23")
    assert filled_by(logged(story, Kind.BLOOD_TEST, "2026-11-24")) == ["blood-baseline/1", "blood/1"]


def test_a_blood_test_long_after_the_first_dose_does_not_fill_the_baseline() -> None:
    story = course(BASELINE, BLOOD, today="2027-01-22")
    assert filled_by(logged(story, Kind.BLOOD_TEST, "2027-01-22")) == ["blood/1"]


def test_nothing_is_filled_by_a_thing_that_the_programme_does_not_ask_for() -> None:
    assert filled_by(logged(course(VISIT, today="2026-12-24"), Kind.PREGNANCY_TEST, "2026-12-24")) == [None]


# States.


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-12-16", State.PLANNED),
        ("2026-12-17", State.DUE),  # seven days before, where the programme names no window
        ("2026-12-24", State.DUE),
        ("2026-12-25", State.OVERDUE),
    ],
)
def test_an_item_without_a_window_is_due_for_seven_days_and_then_overdue(today: str, expected: State) -> None:
    assert item(course(VISIT, today=today), "visit/1").state is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-10-24", State.PLANNED),
        ("2026-10-25", State.DUE),
        ("2026-11-24", State.DUE),
        ("2026-11-25", State.OVERDUE),
    ],
)
def test_an_item_with_a_window_is_due_from_its_first_to_its_last_day(today: str, expected: State) -> None:
    assert item(course(BASELINE, today=today, enrolled="2026-10-01"), "blood-baseline/1").state is expected


def test_an_item_stays_overdue_until_a_later_one_of_its_rule_is_done_and_is_missed_then() -> None:
    story = course(VISIT, today="2027-01-23")
    assert item(story, "visit/1").state is State.OVERDUE
    done = logged(story, Kind.VISIT, "2027-01-23")
    assert (item(done, "visit/1").state, item(done, "visit/2").state) == (State.MISSED, State.DONE)


def test_a_booked_item_is_booked_until_the_appointment_has_passed() -> None:
    story = course(VISIT, today="2026-12-20").with_fact(Appointment(on=day("2026-12-26"), key="visit/1"))
    states = [item(story.seen_from(day(on)), "visit/1").state for on in ("2026-12-20", "2026-12-26", "2026-12-27")]
    assert states == [State.BOOKED, State.BOOKED, State.OVERDUE]


def test_the_appointment_recorded_last_holds() -> None:
    story = course(VISIT, today="2026-12-20").with_fact(Appointment(on=day("2026-12-26"), key="visit/1"))
    story = story.with_fact(Appointment(on=day("2026-12-22"), key="visit/1"))
    booked = item(story, "visit/1").appointment
    assert booked is not None
    assert booked.on == day("2026-12-22")


def test_spans_are_upcoming_then_active_then_ended_and_stay_in_the_plan() -> None:
    story = course(CONTRACEPTION, today="2026-11-23").with_fact(Stop(on=day("2027-02-10")))
    phases = [
        span(story.seen_from(day(today)), "contraception").phase
        for today in ("2026-11-23", "2026-11-24", "2027-03-12", "2027-03-13", "2030-01-01")
    ]
    assert phases == [Phase.UPCOMING, Phase.ACTIVE, Phase.ACTIVE, Phase.ENDED, Phase.ENDED]


# Roundings.


def test_a_test_that_must_not_come_too_early_is_due_on_the_first_day_that_satisfies_every_reading() -> None:
    after = rule("test-after", Kind.PREGNANCY_TEST, once("P1M", LAST_DOSE, not_before=True))
    story = course(after, today="2027-02-10").with_fact(Stop(on=day("2027-02-10")))
    found = item(story, "test-after/1")
    assert (found.window_start, found.due) == (day("2027-03-12"), day("2027-03-12"))


def test_a_due_date_is_rounded_early_and_a_forbidding_window_long_from_the_same_day() -> None:
    review = rule("review", Kind.REVIEW, once("P1M", LAST_DOSE))
    story = course(review, CONTRACEPTION, today="2027-01-31").with_fact(Stop(on=day("2027-01-31")))
    assert (item(story, "review/1").due, span(story, "contraception").end) == (day("2027-02-28"), day("2027-03-02"))


def test_a_window_that_permits_is_rounded_short() -> None:
    tested = rule("test-before", Kind.BLOOD_TEST, once(before="P1M"))
    story = course(tested, today="2027-01-01", start="2027-03-31", enrolled="2027-01-01")
    assert item(story, "test-before/1").window_start == day("2027-03-01")


def test_what_must_wait_for_several_things_waits_for_the_last_by_every_reading() -> None:
    waits = Once(
        anchor=FIRST_DOSE,
        offset=Span.parse("-P1D"),
        earliest=(
            Earliest(Anchor(Point.ENROLMENT), Span.parse("P1M")),
            Earliest(Anchor(Point.LAST_DONE, Kind.PREGNANCY_TEST), Span.parse("P19D")),
        ),
    )
    asked = rule("second-test", Kind.PREGNANCY_TEST, waits)
    story = course(asked, today="2027-03-01", start="2027-03-12", enrolled="2027-02-10")
    assert item(story, "second-test/1").due == day("2027-03-12")


# Month ends.


def test_monthly_visits_from_the_31st_skip_no_month_and_do_not_drift() -> None:
    story = course(VISIT, today="2027-01-31", start="2027-01-31")
    assert dues(story, "visit") == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31"]


def test_a_grid_of_one_and_then_three_months_counts_each_step_from_the_first_dose() -> None:
    story = course(GRID, today="2027-01-31", start="2027-01-31")
    assert dues(story, "blood") == ["2027-02-28", "2027-05-31"]


def test_a_month_thirty_days_and_four_weeks_give_three_different_plans() -> None:
    plans = [
        dues(course(rule("test", Kind.PREGNANCY_TEST, repeat(every)), today="2026-11-24"), "test")
        for every in ("P1M", "P30D", "P4W")
    ]
    assert plans == [
        ["2026-12-24", "2027-01-24", "2027-02-24", "2027-03-24", "2027-04-24", "2027-05-24"],
        ["2026-12-24", "2027-01-23", "2027-02-22", "2027-03-24", "2027-04-23", "2027-05-23"],
        ["2026-12-22", "2027-01-19", "2027-02-16", "2027-03-16", "2027-04-13", "2027-05-11"],
    ]


def test_a_test_under_a_thirty_day_supply_is_thirty_days_from_the_last_one_done() -> None:
    story = logged(course(TEST, today="2026-12-31"), Kind.PREGNANCY_TEST, "2026-12-31", TestResult.NEGATIVE)
    assert dues(story, "test")[:2] == ["2026-12-24", "2027-01-30"]


@pytest.mark.parametrize("today", ["2027-01-21", "2027-01-22", "2027-05-01"])
def test_a_test_whose_result_is_awaited_stays_in_the_plan_where_the_course_ends_before_it_was_due(today: str) -> None:
    story = logged(course(TEST, today=today), Kind.PREGNANCY_TEST, "2026-12-24", TestResult.NEGATIVE)
    story = logged(story, Kind.PREGNANCY_TEST, "2027-01-20").with_fact(Stop(on=day("2027-01-21")))
    awaited = story.history.done[-1]
    assert story.plan.counts[awaited.id] == ("test/2",)
    item = story.plan.item("test/2")
    assert item is not None
    assert item.state is State.AWAITING_RESULT


# Counted from the last one done.


def test_an_early_visit_pulls_the_next_one_forward() -> None:
    story = logged(course(VISIT, today="2026-12-18"), Kind.VISIT, "2026-12-18")
    assert dues(story, "visit")[:3] == ["2026-12-24", "2027-01-18", "2027-02-18"]


def test_a_late_visit_anchors_the_next_ones_anew() -> None:
    story = logged(course(VISIT, today="2027-01-05"), Kind.VISIT, "2027-01-05")
    assert dues(story, "visit")[:3] == ["2026-12-24", "2027-02-05", "2027-03-05"]


def test_no_weekend_and_no_holiday_moves_a_date() -> None:
    story = course(VISIT, CONTRACEPTION, today="2026-12-03", start="2026-12-03")
    assert dues(story, "visit")[:2] == ["2027-01-03", "2027-02-03"]  # a Sunday in the New Year's days
    stopped = story.seen_from(day("2027-04-03")).with_fact(Stop(on=day("2027-04-03")))
    assert span(stopped, "contraception").end == day("2027-05-03")  # a holiday


# The first dose.


def test_without_a_dose_logged_the_planned_day_anchors() -> None:
    assert course(VISIT, today="2026-12-01").plan.timeline.first_dose == START


@pytest.mark.parametrize(("first", "visit"), [("2026-11-20", "2026-12-20"), ("2026-11-24", "2026-12-24")])
def test_a_first_dose_on_the_planned_day_or_before_it_moves_everything(first: str, visit: str) -> None:
    story = taken(course(VISIT, BASELINE, CONTRACEPTION, today="2026-12-10", enrolled="2026-11-01"), first)
    assert story.plan.timeline.first_dose == day(first)
    assert item(story, "visit/1").due == day(visit)
    assert item(story, "blood-baseline/1").due == day(first) - DAY
    assert span(story, "contraception").start == day(first)


@pytest.mark.parametrize("logged_on", ["2026-11-25", "2026-11-30", "2026-12-08", "2027-01-10"])
def test_a_dose_logged_after_the_planned_day_leaves_the_days_before_it_assumed_taken(logged_on: str) -> None:
    assert taken(course(VISIT, today="2027-01-10"), logged_on).plan.timeline.first_dose == START


@pytest.mark.parametrize("late", [1, 20])
def test_a_dose_logged_after_the_planned_day_is_the_first_where_all_days_before_were_missed(late: int) -> None:
    story = course(VISIT, today="2026-12-20")
    for ago in range(late):
        story = story.with_fact(Dose(on=START + ago * DAY, taken=False))
    first = START + late * DAY
    assert taken(story, first.isoformat()).plan.timeline.first_dose == first


def test_a_missed_capsule_is_not_the_first_dose() -> None:
    story = course(VISIT, today="2026-11-26").with_fact(Dose(on=START, taken=False))
    assert taken(story, "2026-11-26").plan.timeline.first_dose == START
    story = story.with_fact(Dose(on=START + DAY, taken=False))
    assert taken(story, "2026-11-26").plan.timeline.first_dose == day("2026-11-26")


def test_a_first_dose_planned_anew_moves_everything() -> None:
    story = course(VISIT, CONTRACEPTION, today="2026-11-20", enrolled="2026-11-20").with_fact(
        FirstDosePlanned(on=day("2026-12-01"))
    )
    assert (item(story, "visit/1").due, span(story, "contraception").start) == (day("2027-01-01"), day("2026-12-01"))


def test_a_dose_back_filled_before_the_first_one_logged_is_the_first() -> None:
    story = taken(course(VISIT, today="2026-11-30"), "2026-11-23", "2026-11-21")
    assert story.plan.timeline.first_dose == day("2026-11-21")


def test_the_earliest_first_dose_keeps_the_whole_lead_counted_from_enrolment() -> None:
    lead = rule("contraception", Kind.CONTRACEPTION, during("P1M", lead="P1M"))
    assert earliest_first_dose((lead,), day("2027-02-10")) == day("2027-03-12")
    early = course(lead, today="2027-02-10", start="2027-03-11", enrolled="2027-02-10")
    just = course(lead, today="2027-02-10", start="2027-03-12", enrolled="2027-02-10")
    assert NoticeCode.FIRST_DOSE_TOO_EARLY in notices(early)
    assert NoticeCode.FIRST_DOSE_TOO_EARLY not in notices(just)


# Assumed doses.


def eating(today: str) -> Story:
    story = course(VISIT, DONATION, today=today).with_fact(Weight(on=START, kg=Decimal(50)))
    return story.with_fact(Prescribed(on=START, mg=Decimal(20)))


def milligrams(story: Story) -> tuple[Decimal, Decimal]:
    taken_so_far = intake(story.history, story.plan.timeline, story.today)
    [so_far] = taken_so_far.sums.values()
    return so_far.logged_mg, so_far.assumed_mg


def test_every_prescribed_day_until_today_counts_as_taken_unless_logged_otherwise() -> None:
    assert milligrams(eating("2026-12-03")) == (0, 200)


def test_a_logged_day_counts_as_logged_and_a_missed_one_not_at_all() -> None:
    story = eating("2026-12-03").with_fact(Dose(on=START, taken=True, mg=Decimal(40)))
    story = story.with_fact(Dose(on=START + DAY, taken=False))
    assert milligrams(story) == (40, 160)


def test_nothing_is_assumed_during_a_pause_or_after_the_last_capsule() -> None:
    paused = eating("2026-12-03").with_fact(Pause(on=day("2026-11-26"))).with_fact(Resume(on=day("2026-11-30")))
    assert milligrams(paused) == (0, 120)
    assert milligrams(eating("2026-12-03").with_fact(Stop(on=day("2026-11-25")))) == (0, 40)


def test_a_dose_step_counts_from_its_day() -> None:
    story = eating("2026-12-03").with_fact(Prescribed(on=day("2026-12-01"), mg=Decimal(40)))
    assert milligrams(story) == (0, 7 * 20 + 3 * 40)


def test_milligrams_per_kilogram_use_the_start_weight() -> None:
    story = eating("2026-12-03").with_fact(Weight(on=day("2026-12-02"), kg=Decimal(40)))
    assert intake(story.history, story.plan.timeline, story.today).mg_per_kg(Product.CONVENTIONAL) == 4


def test_the_tail_of_a_stopped_course_never_hangs_on_an_assumed_dose() -> None:
    stopped = eating("2027-03-01").with_fact(Stop(on=day("2026-11-25")))
    assert stopped.plan.timeline.last_dose == day("2026-11-25")
    assert span(stopped, "blood-donation").end == day("2027-05-25")


def test_the_tail_hangs_on_the_last_capsule_logged_after_the_stop() -> None:
    stopped = taken(eating("2027-03-01").with_fact(Stop(on=day("2026-11-25"))), "2026-11-28")
    assert stopped.plan.timeline.last_dose == day("2026-11-28")
    assert span(stopped, "blood-donation").end == day("2027-05-28")


def test_an_early_stop_opens_the_tails_and_drops_what_was_planned_after_it() -> None:
    running = japanese("2027-01-10")
    stopped = running.with_fact(Stop(on=day("2027-01-10")))
    assert {one.key: one.end.isoformat() for one in stopped.plan.spans} == {
        "contraception": "2027-07-10",
        "blood-donation": "2027-02-10",
        "breast-feeding": "2027-02-10",
        "procedure": "2027-01-10",
        "procedure-resurfacing": "2027-07-10",
    }
    assert not any(one.end_is_estimate for one in stopped.plan.spans)
    assert dues(stopped, "visit") == ["2026-12-24"]


def test_stopped_on_an_unknown_day_says_so_and_shows_its_tails_as_estimates() -> None:
    story = course(CONTRACEPTION, today="2027-01-10").with_fact(Stop(on=day("2027-01-10"), date_known=False))
    assert NoticeCode.LAST_DOSE_UNKNOWN in notices(story)
    assert span(story, "contraception").end_is_estimate


def test_a_running_course_past_its_projected_end_goes_on_and_says_so() -> None:
    story = course(VISIT, CONTRACEPTION, today="2027-06-10")
    assert NoticeCode.PAST_PROJECTED_END in notices(story)
    assert story.plan.timeline.projected_last_dose == day("2027-06-10")
    assert dues(story, "visit")[-1] == "2027-06-24"
    assert span(story, "contraception").phase is Phase.ACTIVE


# Pauses.


def test_a_pause_begins_on_the_first_day_without_a_capsule_and_ends_on_the_first_with_one_again() -> None:
    story = eating("2027-01-31").with_fact(Pause(on=day("2027-01-10"))).with_fact(Resume(on=day("2027-01-20")))
    assert story.plan.timeline.projected_last_dose == day("2027-05-24") + 10 * DAY


def test_a_pause_that_goes_on_stretches_the_projection_day_by_day() -> None:
    story = eating("2027-01-15").with_fact(Pause(on=day("2027-01-10")))
    assert story.plan.timeline.paused_since == day("2027-01-10")
    assert story.plan.timeline.projected_last_dose == day("2027-05-29")
    assert story.seen_from(day("2027-01-16")).plan.timeline.projected_last_dose == day("2027-05-30")


@pytest.mark.parametrize("projection", [
    None,
    Projection(on=day("2026-11-24"), target=Decimal(120)),
    Projection(on=day("2026-11-24"), duration=Span.parse("P5M")),
], ids=["programme", "target", "duration"])  # fmt: skip
@pytest.mark.parametrize("begins", ["2026-12-05", "2026-12-06", "2026-12-08"])
def test_a_day_on_which_capsules_begin_again_holds_beside_a_danger_that_goes_on(
    projection: Projection | None, begins: str
) -> None:
    """What goes on is taken to end today; a pause with a later end that was said still lasts until then."""
    paused = eating("2026-12-10").with_fact(Pause(on=day("2026-12-06"))).with_fact(Resume(on=day("2027-01-10")))
    if projection is not None:
        paused = paused.with_fact(projection)
    held = paused.with_fact(RedFlag(on=day(begins), code="rf-liver"))
    more = max(day("2026-12-06") - day(begins), 0 * DAY)
    assert held.plan.timeline.projected_last_dose == paused.plan.timeline.projected_last_dose + more


def test_visits_tests_and_contraception_go_on_during_a_pause() -> None:
    running = course(VISIT, TEST, CONTRACEPTION, today="2027-01-24")
    paused = running.with_fact(Pause(on=day("2026-12-10")))
    assert [one.state for one in paused.plan.items if one.due <= day("2027-01-24")] == [
        one.state for one in running.plan.items if one.due <= day("2027-01-24")
    ]
    assert dues(paused, "visit")[: len(dues(running, "visit"))] == dues(running, "visit")
    assert span(paused, "contraception").phase is Phase.ACTIVE


@pytest.mark.parametrize(("resumed", "expected"), [("2027-03-12", False), ("2027-03-13", True)])
def test_resuming_after_the_tail_of_the_last_dose_before_the_pause_is_a_new_course(
    resumed: str, expected: bool
) -> None:
    # The last capsule is that of 10 February; contraception a month long ends on 12 March.
    story = course(CONTRACEPTION, today="2027-03-20").with_fact(Pause(on=day("2027-02-11")))
    story = story.with_fact(Resume(on=day(resumed)))
    assert (NoticeCode.NEW_COURSE_RULES in notices(story)) is expected


@pytest.mark.parametrize(("taken", "resumed", "expected"), [
    ("2027-02-28", "2027-03-13", False),
    ("2027-02-28", "2027-03-28", False),
    ("2027-02-28", "2027-04-02", True),
    ("2027-03-13", "2027-03-20", True),
    ("2027-03-12", "2027-03-20", False),
])  # fmt: skip
def test_a_capsule_inside_a_pause_ends_one_gap_and_begins_another(taken: str, resumed: str, expected: bool) -> None:
    # The last capsule before it is that of 10 February; contraception a month long ends on 12 March.
    story = course(CONTRACEPTION, today="2027-04-20").with_fact(Pause(on=day("2027-02-11")))
    story = story.with_fact(Resume(on=day(resumed))).with_fact(Dose(on=day(taken), taken=True))
    assert (NoticeCode.NEW_COURSE_RULES in notices(story)) is expected


# The cumulative dose.


def test_a_target_of_120_mg_per_kg_at_60_kg_and_30_mg_is_reached_on_day_240() -> None:
    story = course(VISIT, today="2026-11-24").with_fact(Weight(on=START, kg=Decimal(60)))
    story = story.with_fact(Prescribed(on=START, mg=Decimal(30)))
    story = story.with_fact(Projection(on=START, target=Decimal(120)))
    assert story.plan.timeline.projected_last_dose == START + 239 * DAY


def test_a_missed_capsule_moves_the_day_of_the_target_by_one() -> None:
    story = course(VISIT, today="2026-11-30").with_fact(Weight(on=START, kg=Decimal(60)))
    story = story.with_fact(Prescribed(on=START, mg=Decimal(30)))
    story = story.with_fact(Projection(on=START, target=Decimal(120)))
    story = story.with_fact(Dose(on=day("2026-11-27"), taken=False))
    assert story.plan.timeline.projected_last_dose == START + 240 * DAY


# What an event permits.


def pick_ups(story: Story) -> list[Item]:
    return [one for one in story.plan.items if one.kind is Kind.PICK_UP]


@pytest.mark.parametrize(
    ("first_day", "last", "hard_end"),
    [
        (FirstDay.COUNTS, "2027-03-07", "2027-03-07"),
        (FirstDay.DOES_NOT_COUNT, "2027-03-08", "2027-03-08"),
        (FirstDay.UNCLEAR, "2027-03-07", "2027-03-08"),
    ],
)
def test_seven_days_are_planned_to_the_sixth_after_and_hard_at_the_seventh_where_unclear(
    first_day: FirstDay, last: str, hard_end: str
) -> None:
    pick_up = rule("pick-up", Kind.PICK_UP, permit("P7D", first_day))
    story = course(TEST, pick_up, today="2027-03-01")
    story = logged(story, Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    found = pick_ups(story)[0]
    actual = (found.window_start, found.due, found.window_end, found.hard_end)
    assert actual == (day("2027-03-01"), day(last), day(last), day(hard_end))


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2027-03-01", State.DUE), ("2027-03-07", State.DUE), ("2027-03-08", State.OVERDUE), ("2027-03-09", State.MISSED)],
)
def test_a_window_is_missed_once_its_hard_end_has_passed(today: str, expected: State) -> None:
    story = logged(course(TEST, PICK_UP, today=today), Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    assert [one.state for one in pick_ups(story)] == [expected]


@pytest.mark.parametrize(
    ("result", "opens"),
    [
        (TestResult.NEGATIVE, True),
        (None, False),
        (TestResult.POSITIVE, False),
        (TestResult.UNCLEAR, False),
    ],
)
def test_a_window_is_opened_only_by_a_negative_test(result: TestResult | None, opens: bool) -> None:
    story = logged(course(TEST, PICK_UP, today="2027-03-02"), Kind.PREGNANCY_TEST, "2027-03-01", result)
    assert bool(pick_ups(story)) is opens


def test_a_positive_test_is_a_notice_as_long_as_it_stands() -> None:
    story = logged(course(TEST, today="2027-03-02"), Kind.PREGNANCY_TEST, "2027-03-01", TestResult.POSITIVE)
    assert NoticeCode.POSITIVE_TEST in notices(story.seen_from(day("2027-12-31")))


def test_a_window_has_the_number_of_the_planned_test_that_opened_it_whatever_was_logged_first() -> None:
    story = course(TEST, PICK_UP, today="2027-03-02")
    story = logged(story, Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    assert [one.key for one in pick_ups(story)] == ["pick-up/3"]
    story = logged(story, Kind.PREGNANCY_TEST, "2026-12-26", TestResult.NEGATIVE)
    assert [one.key for one in pick_ups(story)] == ["pick-up/1", "pick-up/3"]
    story = logged(story, Kind.PREGNANCY_TEST, "2027-01-30", TestResult.NEGATIVE)
    assert [one.key for one in pick_ups(story)] == ["pick-up/1", "pick-up/2", "pick-up/3"]


def test_a_new_test_closes_the_window_of_the_one_before() -> None:
    story = course(TEST, PICK_UP, today="2027-03-05")
    story = logged(story, Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    story = logged(story, Kind.PREGNANCY_TEST, "2027-03-04", TestResult.NEGATIVE)
    states = [one.state for one in pick_ups(story)]
    assert states == [State.MISSED, State.DUE]


def test_a_pick_up_fills_the_window_that_is_open() -> None:
    story = logged(course(TEST, PICK_UP, today="2027-03-05"), Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    assert filled_by(logged(story, Kind.PICK_UP, "2027-03-05")) == ["test/3", "pick-up/3"]


def test_a_pick_up_after_the_hard_end_is_unscheduled() -> None:
    story = logged(course(TEST, PICK_UP, today="2027-03-20"), Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    assert filled_by(logged(story, Kind.PICK_UP, "2027-03-09")) == ["test/3", None]


def test_a_pick_up_is_outside_the_plan_when_the_last_capsule_turns_out_to_be_before_its_test() -> None:
    story = logged(course(TEST, PICK_UP, today="2027-03-05"), Kind.PREGNANCY_TEST, "2027-03-01", TestResult.NEGATIVE)
    story = logged(story, Kind.PICK_UP, "2027-03-05").with_fact(Stop(on=day("2027-02-27")))
    assert pick_ups(story) == []
    assert filled_by(story) == [None, None]


def test_a_pack_runs_out_on_the_thirtieth_day_from_its_first_capsule() -> None:
    dispensed = Permit(opened_by=Anchor(Point.DISPENSE), length=Span.parse("P30D"), first_day=FirstDay.COUNTS)
    supply = rule("supply", Kind.SUPPLY, dispensed)
    pick_up = rule("pick-up", Kind.PICK_UP, permit("P7D", FirstDay.COUNTS))
    story = course(TEST, pick_up, supply, today="2026-11-22", enrolled="2026-11-01")
    story = logged(story, Kind.PICK_UP, "2026-11-20")
    assert item(story, "supply/1").due == START + 29 * DAY


# Programmes.


def test_the_japanese_standard_asks_for_no_pregnancy_test_and_no_contraception_of_men() -> None:
    for can_become_pregnant in (True, False):
        story = japanese("2026-11-24", can_become_pregnant=can_become_pregnant)
        assert [one.key for one in story.plan.items if one.kind is Kind.PREGNANCY_TEST] == []
        kinds = {one.rule.kind for one in story.plan.spans}
        assert (Kind.CONTRACEPTION in kinds, Kind.BREAST_FEEDING in kinds) == (can_become_pregnant,) * 2
        assert Kind.BLOOD_DONATION in kinds


def test_the_japanese_standard_draws_blood_at_the_start_and_every_two_months() -> None:
    story = japanese("2026-11-24")
    assert dues(story, "blood-baseline") == ["2026-11-23"]
    assert dues(story, "blood") == ["2027-01-24", "2027-03-24", "2027-05-24"]


def test_a_post_course_test_is_once_and_hangs_on_the_last_dose() -> None:
    after = rule("test-after", Kind.PREGNANCY_TEST, once("P35D", LAST_DOSE))
    running = course(after, today="2027-01-10")
    assert item(running, "test-after/1").due_is_estimate
    stopped = running.with_fact(Stop(on=day("2027-01-10")))
    found = item(stopped, "test-after/1")
    assert (found.due, found.due_is_estimate) == (day("2027-02-14"), False)


# A clinic's own values.


def own(value: str, *, confirmed: bool = False, rule_id: str = "contraception", field: str = "tail") -> Override:
    return Override(on=START, rule=rule_id, field=field, value=Span.parse(value), clinic_confirmed=confirmed)


def own_plan(story: Story, override: Override) -> Story:
    with_own = story.with_fact(override)
    return Story(with_overrides(story.protocol, [override]), with_own.course, with_own.facts, with_own.today)


@pytest.mark.parametrize("value", ["P1M", "P30D", "P4W", "P180D", "P5M", "P0D"])
def test_a_forbidding_window_is_shortened_only_on_the_clinics_word(value: str) -> None:
    protocol: Protocol = find("jp-standard@2025-11-17", START)
    with pytest.raises(InputError):
        checked_override(protocol, own(value))
    checked_override(protocol, own(value, confirmed=True))


@pytest.mark.parametrize(
    ("rule_id", "field", "value", "why"),
    [
        ("no-such-rule", "tail", "P1M", "no rule"),
        ("visit", "tail", "P1M", 'no "tail" to set; it has: every, first'),
        ("contraception", "every", "P1M", 'no "every" to set; it has: lead, tail'),
        ("pick-up", "offset", "P1D", 'no "offset" to set; it has: length'),
        ("pregnancy-test-second", "every", "P1M", 'no "every" to set; it has: offset'),
        ("contraception", "tail", "-P1M", "negative"),
        ("blood-donation", "tail", "P121M", "more than ten years"),
        ("visit", "every", "P0D", "at least one day"),
        ("pick-up", "length", "P0D", "at least one day"),
        ("visit", "every", "P1M", "counted in the unit of P30D"),
        ("visit", "first", "P5W", "counted in the unit of P30D"),
    ],
)
def test_a_value_that_a_rule_cannot_have_is_refused_even_on_the_clinics_word(
    rule_id: str, field: str, value: str, why: str
) -> None:
    with pytest.raises(InputError) as refused:
        checked_override(find("us-ipledge@2026-02-09", START), own(value, confirmed=True, rule_id=rule_id, field=field))
    assert why in str(refused.value)


@pytest.mark.parametrize("value", ["P6M", "P7M", "P185D", "P12M"])
def test_a_forbidding_window_is_lengthened_without_more_ado(value: str) -> None:
    checked_override(find("jp-standard@2025-11-17", START), own(value))


def test_a_clinics_own_tail_is_planned_and_stands_on_the_status() -> None:
    story = own_plan(course(DONATION, today="2027-01-31"), own("P1M", confirmed=True, rule_id="blood-donation"))
    story = story.with_fact(Stop(on=day("2027-01-31")))
    assert span(story, "blood-donation").end == day("2027-03-02")
    assert NoticeCode.SHORTENED_BY_CLINIC in notices(story)


def test_a_clinics_own_interval_moves_every_occurrence() -> None:
    story = own_plan(course(VISIT, today="2026-11-24"), own("P2M", rule_id="visit", field="every"))
    assert dues(story, "visit") == ["2027-01-24", "2027-03-24", "2027-05-24"]
