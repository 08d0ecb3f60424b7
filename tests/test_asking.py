"""``can`` and ``why``: what they say is what the plan says, and it is the engine's own sum."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.conftest import Isotrack
from tests.strategies import Story, stories
from tracker.activities import ACTIVITIES
from tracker.dates import add
from tracker.engine.view import Programmes, View
from tracker.journeys.course.asking import asked_of
from tracker.plan import EndFrom, Item, NoticeCode
from tracker.procedures import as_typed, catalogue, known, near, readings
from tracker.readings.basis import basis
from tracker.readings.permission import Verdict
from tracker.rules import Permit
from tracker.treatments import Ambiguous

SCHEMAS = Path(__file__).parent.parent / "schemas"
TODAY = "2026-11-27"
START = ("start", "2026-09-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
_DAY = timedelta(days=1)


def view(story: Story) -> View:
    return View(story.followed, story.history, story.plan, Programmes(story.protocol))


# --- a property over histories ----------------------------------------------------------------------------------


@given(story=stories(), ahead=st.integers(-200, 900), activity=st.sampled_from(ACTIVITIES))
def test_the_answer_is_that_of_the_plan(story: Story, ahead: int, activity: Any) -> None:
    on = story.today + ahead * _DAY
    found = asked_of([view(story)], activity, on).answer
    plan = story.plan
    spans = [(span.start, span.end) for span in plan.spans if span.rule.kind is activity.kind]
    line = plan.timeline
    if activity.code == "new-course" and line.last_dose is None:
        spans.append((min(line.enrolled, line.first_dose), line.end))
    stands = {notice.code for notice in plan.notices}
    holding = [end for start, end in spans if start <= on <= end]
    if holding:
        assert found.verdict is Verdict.NO
        assert found.until is not None
        free = found.until + _DAY
        assert found.until >= max(holding)
        assert not any(start <= free <= end for start, end in spans)
        day = on
        while day < free:  # without a break
            assert any(start <= day <= end for start, end in spans)
            day += _DAY
    elif not spans:
        assert found.verdict in (Verdict.NO_RULE, Verdict.NO, Verdict.ASK)
    if stands & {NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK, NoticeCode.RED_FLAG}:
        assert found.verdict is Verdict.NO
    if NoticeCode.TEST_OUTSTANDING in stands and on >= story.today:
        assert found.verdict in (Verdict.NO, Verdict.ASK)
    if found.verdict is Verdict.YES:
        assert not holding


@given(story=stories())
def test_every_day_of_a_plan_is_the_sum_that_is_shown_for_it(story: Story) -> None:
    for span in story.plan.spans:
        assert span.lead is not None
        assert span.tail is not None
        assert (span.lead.day, span.tail.day) == (span.start, span.end)
        assert min(day for _how, day in span.lead.readings) == span.start
        assert max(day for _how, day in span.tail.readings) == span.end
    for item in story.plan.items:
        if item.reckoning is None or isinstance(item.rule.timing, Permit):
            continue
        days = [item.reckoning.day, *(one.day for one in item.waits)]
        assert item.due >= max(days)  # later only by the enrolment, or by a programme that was adopted
        if not story.history.programmes and item.due != max(days):
            assert item.due <= max(story.course.enrolled, story.plan.timeline.first_dose)


@given(story=stories())
def test_every_sum_begins_on_a_day_that_is_known(story: Story) -> None:
    plan, history = story.plan, story.history
    known = {plan.timeline.enrolled, plan.timeline.first_dose, plan.timeline.end, *(fact.on for fact in history.done),
             *(fact.on for fact in history.programmes)}  # fmt: skip
    entries: list[Any] = [*plan.items, *plan.spans]
    for entry in entries:
        sums = [entry.reckoning, *entry.waits] if isinstance(entry, Item) else [entry.lead, entry.tail]
        for one in sums:
            if one is not None:
                assert one.since in known
                assert basis(one, entry.rule, history, plan).on == one.since


# --- cases by hand ----------------------------------------------------------------------------------------------


@given(story=stories())
def test_days_without_capsules_are_added_to_an_end_that_is_counted_and_to_no_other(story: Story) -> None:
    line = story.plan.timeline
    if line.end_from in (EndFrom.DURATION, EndFrom.PROGRAMME):
        assert line.duration is not None
        assert line.projected_last_dose == add(line.first_dose, line.duration) + line.days_off * _DAY
    else:
        assert line.days_off == 0


def can(isotrack: Isotrack, *arguments: str, today: str = TODAY) -> dict[str, Any]:
    found: dict[str, Any] = isotrack("can", *arguments, "--json", today=today).json
    plan = Resource.from_contents(json.loads((SCHEMAS / "plan.schema.json").read_text()))
    schema = json.loads((SCHEMAS / "can.schema.json").read_text())
    Draft202012Validator(schema, registry=Registry().with_resource("plan.schema.json", plan)).validate(found)
    return found


@pytest.mark.parametrize(
    ("protocol", "stop", "what", "last"),
    [
        # Last capsule, months and the last restricted day are those of the table in the clinical notes, section I.
        ("jp-standard", "2026-08-31", "become-pregnant", "2027-03-01"),
        ("jp-standard", "2027-02-28", "become-pregnant", "2027-08-31"),
        ("jp-standard", "2026-11-23", "become-pregnant", "2027-05-23"),
        ("jp-standard", "2027-01-31", "give-blood", "2027-03-02"),
        ("jp-standard", "2027-02-10", "give-blood", "2027-03-12"),
        ("jp-standard", "2027-02-28", "give-blood", "2027-03-31"),
        ("jp-standard", "2028-02-29", "give-blood", "2028-03-31"),
        ("jp-standard", "2027-01-31", "breast-feed", "2027-03-02"),
        ("jp-strict", "2026-08-31", "give-blood", "2027-03-01"),
        ("jp-strict", "2027-01-31", "new-course", "2027-07-18"),
        ("jp-strict", "2027-02-28", "lasik", "2027-08-31"),
        ("uk", "2027-01-31", "give-blood", "2027-02-28"),
        ("us", "2027-02-28", "give-blood", "2027-03-31"),
        ("eu", "2026-08-31", "waxing", "2027-03-01"),
        ("jp-standard", "2026-08-31", "dermapen", "2027-03-01"),
        ("jp-standard", "2027-01-31", "minocycline", "2027-03-02"),
    ],
)
def test_the_last_day_that_is_forbidden_and_the_first_that_is_free(
    isotrack: Isotrack, protocol: str, stop: str, what: str, last: str
) -> None:
    begun = (date.fromisoformat(stop) - timedelta(days=150)).isoformat()
    isotrack("start", begun, *START[2:], "--protocol", protocol, today=begun)
    isotrack("stop", stop, today=stop)
    free = (date.fromisoformat(last) + _DAY).isoformat()
    within = can(isotrack, what, "--on", last, today=stop)
    assert (within["answer"], within["until"], within["first_free"], within["is_estimate"]) == ("no", last, free, False)
    beyond = can(isotrack, what, "--on", free, today=stop)
    assert beyond["answer"] == ("no" if beyond["outstanding"] else "yes")
    if beyond["outstanding"]:  # and it does not hang on the day on which it is asked
        again = can(isotrack, what, "--on", free, today=free)
        assert (again["answer"], again["outstanding"]) == ("no", beyond["outstanding"])
    [taken] = [one for one in within["considered"] if one["taken"]]
    assert taken["last"] == last
    assert taken["reckoning"]["day"] == last


def test_both_rules_are_shown_and_the_one_that_ends_last_is_taken(isotrack: Isotrack) -> None:
    isotrack(*START, today="2026-09-01")
    found = can(isotrack, "dermapen")
    ends = {one["last"] for one in found["considered"]}
    assert (found["until"], len(ends) > 1, max(ends)) == ("2027-09-01", True, "2027-09-01")


def test_there_is_no_yes_while_a_positive_test_stands(isotrack: Isotrack) -> None:
    isotrack(*START, today="2026-09-01")
    isotrack("stop", "2026-11-20", today=TODAY)
    for what in ("give-blood", "become-pregnant", "breast-feed", "dermapen", "vitamin-c"):
        isotrack("log", "pregnancy-test", "positive", today=TODAY)
        assert "no, not before your clinic's word" in isotrack("can", what, "--on", "2030-01-01", today=TODAY).out
        isotrack("undo", today=TODAY)
        assert can(isotrack, what, "--on", "2030-01-01")["answer"] == "yes"


def test_there_is_no_yes_while_the_closing_test_is_outstanding(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "uk", today="2026-09-01")
    isotrack("stop", "2026-11-20", today=TODAY)
    found = can(isotrack, "become-pregnant", today="2027-03-01")
    assert (found["answer"], len(found["outstanding"])) == ("no", 1)
    isotrack("log", "pregnancy-test", "negative", "--on", "2027-01-10", today="2027-03-01")
    assert can(isotrack, "become-pregnant", today="2027-03-01")["answer"] == "yes"


def test_what_no_rule_is_about_is_never_a_yes(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "kr", today="2026-09-01")
    assert can(isotrack, "breast-feed")["answer"] == "no-rule"
    said = isotrack("can", "breast-feed", today=TODAY).out
    assert "ask your clinic" in said


def test_of_an_earlier_course_what_goes_on_is_asked_too(isotrack: Isotrack) -> None:
    isotrack(*START, today="2026-09-01")
    isotrack("stop", "2026-11-20", today=TODAY)
    isotrack("start", "2027-01-10", *START[2:], "--protocol", "uk", "--yes", today="2027-01-05", ok=None)
    found = can(isotrack, "become-pregnant", "--on", "2027-01-08", today="2027-01-05")
    assert found["answer"] == "no"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("give blood", "give-blood"), ("Give-Blood", "give-blood"), ("献血", "give-blood"), ("妊娠", "become-pregnant"),
        ("get pregnant", "become-pregnant"), ("授乳", "breast-feed"), ("次の治療", "new-course"),
        ("ダーマペン", "dermapen"), ("ワックス脱毛", "waxing"), ("レーシック", "lasik"),
        ("ミノマイシン", "minocycline"), ("vitamin a", "vitamin-a"), ("ビタミンA", "vitamin-a"),
    ],
)  # fmt: skip
def test_it_is_asked_in_the_words_of_a_person(isotrack: Isotrack, typed: str, asked: str) -> None:
    isotrack(*START, today="2026-09-01")
    assert can(isotrack, *typed.split())["asked"] == asked
    assert isotrack("--lang", "ja", "can", *typed.split(), today=TODAY).code == 0


@pytest.mark.parametrize("typed", ["", "xyzzy", "dermapn", "givebood", "give-blood tomorrow", "2026-11-27"])
def test_what_is_not_known_is_refused_in_a_line(isotrack: Isotrack, typed: str) -> None:
    isotrack(*START, today="2026-09-01")
    assert isotrack("can", *typed.split(), today=TODAY, ok=False).code == 2


def why(isotrack: Isotrack, *arguments: str, today: str = TODAY) -> list[dict[str, Any]]:
    found = isotrack("why", *arguments, "--json", today=today).json
    names = [f"{name}.schema.json" for name in ("plan", "can", "history")]
    schemas = [(name, Resource.from_contents(json.loads((SCHEMAS / name).read_text()))) for name in names]
    schema = json.loads((SCHEMAS / "why.schema.json").read_text())
    Draft202012Validator(schema, registry=Registry().with_resources(schemas)).validate(found)
    return list(found["entries"])


def test_a_visit_is_counted_from_the_one_that_was_done(isotrack: Isotrack) -> None:
    isotrack(*START, today="2026-09-01")
    isotrack("log", "visit", "--on", "2026-10-02", today=TODAY)
    [found] = why(isotrack, "visit/2")
    [because] = found["because"]
    assert (found["entry"]["due"], because["reckoning"]["since"], because["reckoning"]["span"]) == (
        "2026-11-02", "2026-10-02", "P1M",
    )  # fmt: skip
    assert (because["fact"]["kind"], because["fact"]["on"]) == ("visit", "2026-10-02")
    said = isotrack("why", "visit/2", today=TODAY).out
    assert "Fri 2 Oct 2026 and 1 month is Mon 2 Nov 2026." in said
    assert "Follow-up visit done (visit/1)" in said


@pytest.mark.parametrize(
    ("commands", "said", "kind"),
    [
        ((), "the usual length in the programme", None),
        ((("until", "2027-02-10"),), "expected on the day that was said for it", "projection"),
        ((("until", "--duration", "20w"),), "expected 20 weeks after the first, as was said", "projection"),
        ((("until", "--target", "60"),), "where the cumulative dose is reached", "projection"),
        ((("stop", "2026-11-20"),), "the last capsule, as recorded", "stop"),
        ((("stop",),), "the latest that is possible", "stop"),
        ((("stop", "2026-11-20"), ("log", "dose", "--on", "2026-11-22")), "the last capsule that was logged", "dose"),
        ((("pause", "2026-11-01"), ("resume", "2026-11-11")), "10 paused or held days are in it", None),
    ],
)
def test_a_window_says_from_which_last_capsule_it_is_counted(
    isotrack: Isotrack, commands: tuple[tuple[str, ...], ...], said: str, kind: str | None
) -> None:
    isotrack(*START, today="2026-09-01")
    for command in commands:
        isotrack(*command, today=TODAY)
    assert said in isotrack("why", "contraception", today=TODAY).out
    [found] = why(isotrack, "contraception")
    fact = found["because"][-1]["fact"]
    assert (fact["kind"] if fact else None) == kind
    assert found["because"][-1]["reckoning"]["day"] == found["entry"]["end"]


def test_a_day_says_what_is_due_begins_and_ends_on_it(isotrack: Isotrack) -> None:
    isotrack(*START, today="2026-09-01")
    isotrack("stop", "2026-11-20", today=TODAY)
    assert {found["entry"]["key"] for found in why(isotrack, "2026-12-20")} == {"blood-donation", "breast-feeding"}
    assert why(isotrack, "2027-04-01") == []
    assert "Nothing is planned" in isotrack("why", "2027-04-01", today=TODAY).out


@pytest.mark.parametrize(
    "typed", ["避妊", "contraception", "visit", "再診", "採血", "blood/1", "献血", "施術", "同意書"]
)
def test_it_is_asked_why_in_the_words_of_a_person(isotrack: Isotrack, typed: str) -> None:
    isotrack(*START, today="2026-09-01")
    assert why(isotrack, typed)
    assert isotrack("--lang", "ja", "why", typed, today=TODAY).code == 0


def test_a_programme_that_was_adopted_is_said_to_ask_for_another_day(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "uk", today="2026-09-01")
    isotrack("adopt", "jp-strict", "--on", "2026-11-20", "--yes", "--clinic-confirmed", today=TODAY)
    for entry in isotrack("plan", "--json", today=TODAY).json["items"]:
        assert isotrack("why", entry["key"], today=TODAY).code == 0


GROUPS = catalogue().ambiguous


@pytest.mark.parametrize("group", GROUPS, ids=[one.words[0] for one in GROUPS])
def test_of_a_word_with_several_readings_the_strictest_is_answered_and_all_are_named(
    isotrack: Isotrack, group: Ambiguous
) -> None:
    isotrack(*START, today="2026-09-01")
    order = ["no", "ask-clinic", "yes", "no-rule"]
    each = [can(isotrack, code) for code in group.procedures]
    for word in (group.words[0], next(one for one in group.words if one.isascii())):
        found = can(isotrack, *word.split())
        assert order.index(found["answer"]) == min(order.index(one["answer"]) for one in each)
        untils = [one["until"] or "9" for one in each if one["answer"] == found["answer"]]
        assert (found["until"] or "9") == max(untils)
    japanese = isotrack("--lang", "ja", "can", group.words[0], today=TODAY).out.replace("\n  ", "")
    said = " ".join(isotrack("--lang", "en", "can", group.words[0], today=TODAY).out.split())
    for code in group.procedures:
        one = catalogue().procedures[code]
        assert one.name.ja in japanese
        assert one.name.en in said
    for language in ("en", "ja"):
        refused = isotrack("--lang", language, "procedure", "log", group.words[0], today=TODAY, ok=False)
        assert refused.code == 2
        for code in group.procedures[:3]:
            assert f"procedure log {as_typed(catalogue().procedures[code], language)}" in refused.err


def test_every_word_with_several_readings_is_none_of_one_alone_and_no_nonsense_is_near() -> None:
    for group in GROUPS:
        for word in group.words:
            assert known(word) is None, word
            assert [one.code for one in readings(word)] == list(group.procedures)
    assert near("ボトックス") == []
    assert [one.code for one in near("ポテンザ")] == ["potenza"]
