"""A course that is entered in the middle: what lies before reads as it was said, and hides nothing that is needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import Isotrack
from tests.strategies import DAY, MODERATE, Story, stories
from tests.test_journeys import SCHEMA
from tracker.facts import Earlier, HowEarlier
from tracker.history import History
from tracker.plan import State, Timeline
from tracker.readings.intake import Sum, intake
from tracker.rules import Kind, Once, Point

TODAY = "2026-12-05"
START = ("start", "2026-08-24", "--weight", "50", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
SETTLED = (State.AS_PLANNED, State.NOT_KNOWN)


@st.composite
def entered(draw: st.DrawFn) -> tuple[Story, Story]:
    """A course, and the same with something said of the time before a day."""
    # Not where a programme is adopted: what was settled before is judged anew there, see test_adopted_beside_fresh.
    story = draw(stories()).without(Earlier)
    on = story.today - draw(st.integers(0, 90)) * DAY
    how = draw(st.sampled_from([HowEarlier.DONE, HowEarlier.UNKNOWN]))
    return story, story.with_fact(Earlier(on=on, how=how))


@pytest.mark.slow
@pytest.mark.long
@given(entered())
@MODERATE
def test_no_day_moves_nothing_is_done_and_no_window_opens(stories: tuple[Story, Story]) -> None:
    before, after = (story.plan for story in stories)
    assert after.spans == before.spans
    assert after.counts == before.counts
    assert after.timeline == before.timeline
    assert [replace(item, state=State.PLANNED) for item in after.items] == [
        replace(item, state=State.PLANNED, awaiting=new.awaiting) for item, new in
        zip(before.items, after.items, strict=True)
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@given(entered())
@MODERATE
def test_what_is_recorded_and_what_is_needed_reads_as_before(stories: tuple[Story, Story]) -> None:
    before, after = stories
    said = after.history.earlier
    assert said is not None
    for old, new in zip(before.plan.items, after.plan.items, strict=True):
        if new.state not in SETTLED:
            assert new == old
            continue
        assert new.done is None
        assert (new.hard_end or new.window_end) < said.on
        assert not (isinstance(new.rule.timing, Once) and new.rule.timing.anchor.point is Point.LAST_DOSE)
        if new.kind in (Kind.BLOOD_TEST, Kind.PREGNANCY_TEST):
            later = [item for item in after.plan.items if item.kind is new.kind and new.due <= item.due < said.on]
            assert len(later) > 1


@pytest.mark.slow
@pytest.mark.long
@given(entered(), st.integers(0, 400))
@MODERATE
def test_it_reads_the_same_from_every_day(stories: tuple[Story, Story], later: int) -> None:
    _before, after = stories
    now, then = after.plan, after.seen_from(after.today + later * DAY).plan
    settled = [item.key for item in now.items if item.state in SETTLED]
    line = now.timeline
    if line.last_dose is not None or not line.overrun:
        assert [item.key for item in then.items if item.state in SETTLED and item.key in {one.key for one in now.items}
                ] == settled  # fmt: skip


def sum_of(history: History, line: Timeline, today: date) -> Sum:
    """What was taken of the one kind of capsules that there is."""
    [found] = intake(history, line, today).sums.values()
    return found


@pytest.mark.slow
@pytest.mark.long
@given(stories(stopped=False), st.integers(0, 90), st.integers(0, 5000))
@MODERATE
def test_what_was_said_to_have_been_taken_stands_for_the_days_before(story: Story, ago: int, mg: int) -> None:
    story = story.without(Earlier)
    first = story.plan.timeline.first_dose
    on = story.today - ago * DAY
    assume(on > first)
    plain = sum_of(story.history, story.plan.timeline, story.today)
    until = sum_of(story.history, story.plan.timeline, on - DAY)
    said = story.with_fact(Earlier(on=on, how=HowEarlier.DONE, taken=Decimal(mg)))
    found = sum_of(said.history, story.plan.timeline, story.today)
    assert found.total_mg == max(Decimal(mg), until.logged_mg) + plain.total_mg - until.total_mg
    assert found.logged_mg == plain.logged_mg
    assert found.assumed_mg == plain.assumed_mg - until.assumed_mg


def overdue(isotrack: Isotrack, today: str = TODAY) -> list[str]:
    return [key for key, item in isotrack("plan", "--json", today=today).items().items() if item["state"] == "overdue"]


OPEN = ["blood-baseline/1", "consent/1", "visit/1", "blood/1", "visit/2", "visit/3"]


def test_without_a_word_everything_stays_open_and_the_line_says_how_to_change_it(isotrack: Isotrack) -> None:
    said = isotrack(*START, today=TODAY).out
    assert "! 6 items of before today are still open. If all was done as planned: isotrack log earlier done." in said
    assert overdue(isotrack) == OPEN


@pytest.mark.parametrize(("how", "state"), [("done", "as-planned"), ("unknown", "not-known"), ("済み", "as-planned"),
                                            ("不明", "not-known")])  # fmt: skip
def test_it_is_said_at_the_start_or_later_and_gives_the_same_plan(isotrack: Isotrack, how: str, state: str) -> None:
    said = isotrack(*START, "--earlier", how, today=TODAY).out
    assert "Still asked for, as the current month or the next capsule needs it: blood/1." in said
    plan = isotrack("plan", "--json", today=TODAY).json
    jsonschema.validate(plan, SCHEMA)
    found = {item["key"]: item for item in plan["items"]}
    assert {key: found[key]["state"] for key in OPEN} == dict.fromkeys(OPEN, state) | {"blood/1": "overdue"}
    assert {found[key]["assumed"] for key in OPEN if key != "blood/1"} == {state == "as-planned"}
    assert {found[key]["done_on"] for key in OPEN} == {None}
    isotrack("undo", today=TODAY)
    isotrack(*START, today=TODAY)
    isotrack("log", "earlier", how, today=TODAY)
    assert isotrack("plan", "--json", today=TODAY).json == plan


def test_open_is_a_word_as_well(isotrack: Isotrack) -> None:
    assert "still open. If all" not in isotrack(*START, "--earlier", "open", today=TODAY).out
    assert overdue(isotrack) == OPEN


def test_the_status_says_what_was_not_recorded_and_the_history_has_it(isotrack: Isotrack) -> None:
    isotrack(*START, "--earlier", "done", "--taken-so-far", "1800", today=TODAY)
    said = isotrack(today=TODAY).out
    assert "! Of before Sat 5 Dec 2026, taken to have been done as planned, though not recorded: 5." in said
    assert "Taken so far: 1820 mg (36.4 mg/kg on the start weight of 50 kg), 20 mg of it assumed" in said
    assert "was done as planned, though not recorded; 1800 mg taken" in isotrack("history", today=TODAY).out
    assert "as planned, not recorded" in isotrack("plan", today=TODAY).out


def test_it_is_corrected_replaced_and_taken_back(isotrack: Isotrack) -> None:
    isotrack(*START, "--earlier", "done", today=TODAY)
    isotrack("fix", "4", "--earlier", "unknown", "--taken-so-far", "1500", today=TODAY)
    assert "not known whether it was done: 5." in isotrack(today=TODAY).out
    isotrack("fix", "5", "--value", "1600", today=TODAY)
    assert "Taken so far: 1620 mg" in isotrack(today=TODAY).out
    isotrack("log", "earlier", "open", today=TODAY)
    assert overdue(isotrack) == OPEN
    isotrack("undo", today=TODAY)
    assert overdue(isotrack) == ["blood/1"]
    isotrack("fix", "6", "--remove", today=TODAY)
    assert overdue(isotrack) == OPEN


@pytest.mark.parametrize("order", [0, 1])
def test_what_is_logged_late_goes_first_in_whatever_order_it_is_typed(isotrack: Isotrack, order: int) -> None:
    typed = [("log", "earlier", "done"), ("log", "visit", "--on", "2026-11-20"), ("log", "blood", "--on", "2026-10-20")]
    isotrack(*START, today=TODAY)
    for command in typed[::-1] if order else typed:
        isotrack(*command, today=TODAY)
    found = isotrack("plan", "--json", today=TODAY).items()
    assert {key: (found[key]["state"], found[key]["done_on"], found[key]["due"]) for key in
            ("visit/2", "visit/3", "visit/4", "blood/1", "blood/2")} == {
        "visit/2": ("as-planned", None, "2026-10-24"), "visit/3": ("done", "2026-11-20", "2026-11-24"),
        "visit/4": ("planned", None, "2026-12-20"), "blood/1": ("done", "2026-10-20", "2026-10-24"),
        "blood/2": ("planned", None, "2026-12-20"),
    }  # fmt: skip


def test_what_was_said_of_a_later_day_holds_and_the_line_says_so(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    isotrack("log", "earlier", "done", today=TODAY)
    before = isotrack("plan", "--json", today=TODAY).json
    said = isotrack("log", "earlier", "unknown", "--on", "2026-11-02", today=TODAY).out
    holds = "! It changes nothing: what was said of the time before Sat 5 Dec 2026 holds."
    assert [line for line in said.splitlines() if "holds" in line] == [holds]
    assert isotrack("plan", "--json", today=TODAY).json == before


def test_in_japanese_the_line_of_what_is_open_is_one_sentence(isotrack: Isotrack) -> None:
    said = isotrack("--lang", "ja", *START, today=TODAY).out
    assert "未完了の項目が6件あります。すべて予定どおりに" in said


def test_a_dose_so_far_moves_the_day_on_which_the_target_is_reached(isotrack: Isotrack) -> None:
    isotrack(*START, "--target", "60", "--earlier", "done", "--taken-so-far", "2000", today=TODAY)
    # 3000 mg are asked for: 1000 are left, 50 days of 20 mg from 5 December on.
    assert isotrack("plan", "--json", today=TODAY).json["course"]["projected_last_dose"] == "2027-01-23"


@pytest.mark.parametrize("flag", [("--earlier", "done"), ("--taken-so-far", "100")])
def test_a_course_that_has_not_begun_has_no_time_before(isotrack: Isotrack, flag: tuple[str, str]) -> None:
    ran = isotrack("start", "2026-12-05", *flag, today=TODAY, ok=False)
    assert (ran.code, "nothing lies before today: the first capsule is on Sat 5 Dec 2026" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("answers", "open_then", "mg"),
    [(["1", "1800"], ["blood/1"], "1820"), (["2", ""], ["blood/1"], "2080"), (["", ""], OPEN, "2080"),
     (["1", "many", "1000mg"], ["blood/1"], "1020"), (["done", "1800"], ["blood/1"], "1820"),
     (["済み", "1800"], ["blood/1"], "1820"), (["２", ""], ["blood/1"], "2080"), (["4", "perhaps", "不明", ""],
      ["blood/1"], "2080"), (["Open", ""], OPEN, "2080"), (["unknown", ""], ["blood/1"], "2080")],
)  # fmt: skip
def test_at_a_terminal_it_is_asked_once(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, answers: list[str], open_then: list[str], mg: str
) -> None:
    left = iter(answers)

    def prompt(_text: str, *, default: object, **_more: object) -> object:
        return next(left) or default

    monkeypatch.setattr("tracker.cli.entering.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.paper.click.prompt", prompt)
    isotrack(*START, today=TODAY)
    assert next(left, None) is None
    assert overdue(isotrack) == open_then
    assert f"Taken so far: {mg} mg" in isotrack(today=TODAY).out


def test_nobody_is_reminded_of_it_by_a_calendar(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    isotrack("calendar", "export", "-o", "a.ics", "--titles", "full", today=TODAY)
    assert Path("a.ics").read_text().count("STATUS:CANCELLED") == 0
    isotrack("log", "earlier", "done", today=TODAY)
    isotrack("calendar", "export", "-o", "a.ics", today=TODAY)
    # Consent, the first blood test and three visits, each with its entry; what is to be booked with three of them.
    lines = Path("a.ics").read_text().replace("\r\n ", "").splitlines()
    assert sorted(line for line in lines if line.startswith("SUMMARY:Cancelled") and "book" not in line) == [
        "SUMMARY:Cancelled: Blood test before the start", "SUMMARY:Cancelled: Follow-up visit 1",
        "SUMMARY:Cancelled: Follow-up visit 2", "SUMMARY:Cancelled: Follow-up visit 3",
        "SUMMARY:Cancelled: Signed consent",
    ]  # fmt: skip


def test_of_days_of_which_only_a_sum_was_said_no_dose_is_named(isotrack: Isotrack) -> None:
    """Not 0 mg: who reads the page would take a value for one without the medicine."""
    isotrack(*START, "--earlier", "done", "--taken-so-far", "1800", today=TODAY)
    isotrack("log", "blood", "ALT=38", "--on", "2026-10-31", today=TODAY)
    isotrack("log", "symptom", "cheilitis", "2", "--since", "2026-10-20", today=TODAY)
    assert [one["dose_mg"] for one in isotrack("blood", "--json", today=TODAY).json["draws"]] == [None]
    weeks = isotrack("symptoms", "--json", today=TODAY).json["weeks"]
    assert [one["mg"] for one in weeks[:-1]] == [None] * (len(weeks) - 1)
    isotrack("report", "-o", "page.html", today=TODAY)
    page = Path("page.html").read_text(encoding="utf-8")
    assert "of it logged or stated" in page
    assert "Logged or stated mg" in page
    assert "of it confirmed" not in page


@pytest.mark.parametrize(("flag", "said"), [
    ("--can-become-pregnant", "Contraception, visits and tests go on during a pause."),
    ("--cannot-become-pregnant", "Visits and tests go on during a pause."),
])  # fmt: skip
def test_a_pause_speaks_of_contraception_only_where_the_plan_has_it(isotrack: Isotrack, flag: str, said: str) -> None:
    isotrack("start", "2026-08-24", "--weight", "50", "--dose", "20", "--protocol", "uk", flag, today=TODAY)
    assert said in isotrack("pause", TODAY, today=TODAY).out
