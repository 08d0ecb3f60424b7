"""Corrections keep to the rules of the commands that they correct, and the order of entry does not matter."""

from __future__ import annotations

import pytest

from tests.conftest import Isotrack, Ran
from tests.test_journeys import START

US = (
    "start", "2026-12-28", "--protocol", "us-ipledge", "--weight", "54", "--dose", "40", "--can-become-pregnant",
    "--timezone", "America/New_York",
)  # fmt: skip


def plan(isotrack: Isotrack, today: str) -> Ran:
    return isotrack("plan", "--json", today=today)


def test_a_test_that_turns_out_unclear_counts_for_nothing_and_a_positive_one_says_what_to_do(
    isotrack: Isotrack,
) -> None:
    isotrack(*US)
    saved = isotrack("log", "pregnancy-test", "negative", today="2026-11-24")
    number = saved.out.partition("(number ")[2].partition(")")[0]
    item = next(key for key, one in plan(isotrack, "2026-11-24").items().items() if one["done_on"] == "2026-11-24")
    assert "counts for nothing" in isotrack("fix", number, "--result", "unclear", today="2026-11-24").out
    assert plan(isotrack, "2026-11-24").items()[item]["done_on"] is None
    number = str(int(number) + 1)
    assert "contact your clinic now" in isotrack("fix", number, "--result", "positive", today="2026-11-24").out
    number = str(int(number) + 1)
    isotrack("fix", number, "--result", "negative", today="2026-11-24")
    assert plan(isotrack, "2026-11-24").items()[item]["done_on"] == "2026-11-24"


def test_a_first_capsule_is_not_corrected_past_the_last(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("stop", "2026-12-18", today="2026-12-20")
    assert isotrack("fix", "1", "--on", "2026-12-25", today="2026-12-20", ok=False).code == 2


def test_a_visit_entered_after_the_stop_fills_the_item_that_it_was_for(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-24")
    isotrack("stop", "2027-01-24", today="2027-01-25")
    isotrack("log", "visit", "--on", "2027-01-24", today="2027-01-26")
    assert plan(isotrack, "2027-01-26").items()["visit/2"]["done_on"] == "2027-01-24"


@pytest.mark.parametrize(
    "commands",
    [
        (("pause", "2027-01-10"), ("resume", "2027-01-20")),
        (("dose", "30", "--from", "2026-12-24"), ("stop", "2027-01-18")),
        (("pause", "2027-01-10"), ("stop",)),
        (("log", "visit", "--on", "2027-01-20"), ("stop", "2027-01-20")),
    ],
)
def test_a_note_can_be_corrected_whatever_came_after(isotrack: Isotrack, commands: tuple[tuple[str, ...], ...]) -> None:
    isotrack(*START)
    for command in commands:
        isotrack(*command, today="2027-01-20")
    before = plan(isotrack, "2027-01-21").json
    isotrack("fix", "4", "--note", "by phone", today="2027-01-21")
    assert plan(isotrack, "2027-01-21").json == before


def test_the_first_day_of_a_pause_can_be_corrected_after_its_end(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("pause", "2027-01-10", today="2027-01-10")
    isotrack("resume", "2027-01-20", today="2027-01-20")
    isotrack("fix", "4", "--on", "2027-01-09", today="2027-01-21")
    assert plan(isotrack, "2027-01-21").json["course"]["projected_last_dose"] == "2027-06-04"
    assert isotrack("fix", "6", "--on", "2027-01-20", today="2027-01-21", ok=False).code == 2
    assert isotrack("fix", "6", "--on", "2026-11-24", today="2027-01-21", ok=False).code == 2


def test_a_correction_names_an_item_of_its_kind_that_is_free(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-24")
    isotrack("log", "visit", today="2027-01-24")
    assert isotrack("fix", "5", "--for", "visit/1", today="2027-01-24", ok=False).code == 2
    assert isotrack("fix", "5", "--for", "blood/1", today="2027-01-24", ok=False).code == 2
    assert isotrack("fix", "5", "--for", "visit/99", today="2027-01-24", ok=False).code == 2


def test_a_corrected_day_is_assigned_anew_unless_the_item_was_named(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "visit", today="2026-12-24")
    isotrack("log", "visit", "--on", "2027-02-20", today="2027-02-22")
    isotrack("fix", "5", "--on", "2027-01-22", today="2027-02-22")
    items = plan(isotrack, "2027-02-22").items()
    assert items["visit/2"]["done_on"] == "2027-01-22"
    assert items["visit/3"]["done_on"] is None


def test_what_was_replaced_stays_replaced_when_it_is_corrected(isotrack: Isotrack) -> None:
    isotrack(*START, "--duration", "6m")
    isotrack("until", "--duration", "8m")
    isotrack("start", "--move", "2026-11-30")
    before = plan(isotrack, "2026-11-23").json
    for number in ("1", "4"):
        isotrack("fix", number, "--note", "hello")
    assert plan(isotrack, "2026-11-23").json == before


def test_an_entry_of_an_earlier_course_can_be_corrected(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("stop", "2027-01-19", today="2027-01-20")
    isotrack("start", "2027-06-01", "--can-become-pregnant", today="2027-05-20")
    isotrack("fix", "4", "--on", "2027-01-25", today="2027-05-20")
    assert "2027-07-25" in isotrack("calendar", "export", "-o", "-", today="2027-05-20").out.replace(
        "20270725", "2027-07-25"
    )
    refused = isotrack("log", "dose", "--on", "2027-02-01", today="2027-05-20", ok=False)
    assert "isotrack fix 6 --on 2027-02-01" in refused.err


def test_a_pause_on_another_day_is_not_taken_for_the_one_that_is_known(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("pause", "2027-01-10", today="2026-12-01")
    assert "A pause is planned" in isotrack(today="2026-12-01").out
    assert "Already there" in isotrack("pause", "2027-01-10", today="2026-12-20").out
    refused = isotrack("pause", "2026-12-20", today="2026-12-20", ok=False)
    assert "isotrack fix 4 --on" in refused.err


def test_a_capsule_inside_a_pause_is_the_last_one_of_a_stop(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("pause", "2027-01-10", today="2027-01-10")
    isotrack("log", "dose", today="2027-01-12")
    isotrack("stop", today="2027-01-13")
    assert plan(isotrack, "2027-01-13").json["course"]["last_dose"] == "2027-01-12"


def test_the_start_weight_is_the_last_one_until_the_first_capsule(isotrack: Isotrack) -> None:
    isotrack(*START, "--target", "120")
    before = plan(isotrack, "2026-11-25").json["course"]["projected_last_dose"]
    isotrack("log", "weight", "70", "--on", "2026-03-01", today="2026-11-25")
    isotrack("log", "weight", "50", "--on", "2026-11-25", today="2026-11-25")
    assert plan(isotrack, "2026-11-25").json["course"]["projected_last_dose"] == before


def test_a_capsule_long_before_the_first_is_refused_and_a_new_first_one_is_said(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("log", "dose", today="2026-11-24")
    assert isotrack("log", "dose", "--on", "2025-11-25", today="2026-12-01", ok=False).code == 2
    assert "first capsule is now" in isotrack("log", "dose", "--on", "2026-11-20", today="2026-12-01").out


def test_a_test_near_a_last_day_that_is_only_expected_is_the_next_of_its_kind(isotrack: Isotrack) -> None:
    isotrack(*US, "--duration", "2m", today="2026-11-23")
    isotrack("log", "pregnancy-test", "negative", today="2026-11-24")
    isotrack("log", "pregnancy-test", "negative", today="2026-12-27")
    isotrack("log", "pregnancy-test", "negative", "--for", "pregnancy-test/1", today="2027-01-26")
    isotrack("log", "pregnancy-test", "negative", today="2027-03-01")
    items = plan(isotrack, "2027-03-01").items()
    assert items["pregnancy-test/2"]["done_on"] == "2027-03-01"
    assert items["pregnancy-test-end/1"]["done_on"] is None


def test_the_end_test_is_asked_for_again_where_the_course_goes_on(isotrack: Isotrack) -> None:
    isotrack("start", "2026-11-24", "--protocol", "uk-mhra", "--can-become-pregnant", "--timezone", "Europe/London")
    isotrack("log", "blood", "--for", "blood-end/1", today="2027-05-24")
    assert plan(isotrack, "2027-05-24").items()["blood-end/1"]["done_on"] == "2027-05-24"
    isotrack("until", "--duration", "9m", today="2027-05-24")
    assert plan(isotrack, "2027-05-24").items()["blood-end/1"]["done_on"] is None


@pytest.mark.parametrize("word", ["blood-test", "採血", "血液検査"])
def test_a_thing_can_be_logged_by_every_name_that_people_have_for_it(isotrack: Isotrack, word: str) -> None:
    isotrack(*START)
    isotrack("log", word, "--on", "2026-11-22", "--note", "x")
    assert plan(isotrack, "2026-11-23").items()["blood-baseline/1"]["done_on"] == "2026-11-22"


def test_the_next_item_of_a_kind_can_be_booked_without_its_number(isotrack: Isotrack) -> None:
    isotrack(*START)
    isotrack("book", "visit", "2026-12-24", "15:30")
    assert plan(isotrack, "2026-11-23").items()["visit/1"]["booked_at"] == "2026-12-24T15:30"


def test_what_is_outside_the_plan_says_which_days_would_count_and_not_how_to_count_it_all_the_same(
    isotrack: Isotrack,
) -> None:
    isotrack(*START)
    said = isotrack("log", "visit", "--on", "2026-11-23", today="2026-11-23").out
    assert "visit/1 counts from Thu 17 Dec 2026 to Thu 24 Dec 2026" in said
    assert "--for" not in said


@pytest.mark.parametrize(
    ("lang", "fixed", "undone"),
    [
        ("en", "Saved: appointment on Wed 20 Jan 2027 10:00 (visit/2, new number 5).",
         "restored: appointment on Tue 19 Jan 2027 10:00 (visit/2)"),
        ("ja", "記録しました：2027年1月20日(水) 10:00の予約（visit/2、新しい番号5）",
         "元に戻した記録：2027年1月19日(火) 10:00の予約（visit/2）"),
    ],
)  # fmt: skip
def test_an_appointment_is_named_by_its_day_and_time_first(
    isotrack: Isotrack, lang: str, fixed: str, undone: str
) -> None:
    isotrack(*START)
    isotrack("book", "visit/2", "2027-01-19 10:00")
    assert fixed in isotrack("--lang", lang, "fix", "4", "--on", "2027-01-20").out
    assert undone in isotrack("--lang", lang, "undo").out
