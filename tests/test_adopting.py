"""``isotrack adopt``: shown first, confirmed, a fact like any other; and a clinic's own file that is laxer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from icalendar import Calendar

from tests.conftest import Isotrack
from tests.test_journeys import SCHEMA
from tests.test_protocol_files import SCHEMAS, rule

START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
TODAY = "2027-01-20"
Change = Callable[[dict[str, Any]], Any]
ROWS_OF_STRICT = ["blood/1", "blood/2", "pregnancy-test/1", "blood-donation", "course-gap", "procedure-lasik"]


def own(name: str = "mine.json", shipped: str = "jp-standard@2025-11-17", change: Change = lambda _p: None,
        **top: Any) -> str:  # fmt: skip
    """A clinic's file, from a shipped one; its path."""
    value = json.loads((SCHEMAS / "protocols" / f"{shipped}.json").read_text()) | {"id": "mine", "version": "1"} | top
    change(value)
    Path(name).write_text(json.dumps(value))
    return name


def tail(span: str) -> Change:
    return lambda p: rule(p, "contraception")["span"].update(tail=span)


def plan(isotrack: Isotrack, today: str = TODAY) -> dict[str, Any]:
    found = isotrack("plan", "--json", today=today).json
    jsonschema.validate(found, SCHEMA)
    return dict(found)


def followed(isotrack: Isotrack) -> str:
    course = plan(isotrack)["course"]
    return f"{course['protocol']}@{course['version']}"


def test_what_would_move_is_shown_and_nothing_recorded_before_it_is_agreed_to(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = plan(isotrack)
    ran = isotrack("adopt", "jp-strict", today=TODAY, ok=False)
    assert (ran.code, "to agree, add --yes" in ran.err) == (2, True)
    assert "From Wed 20 Jan 2027 on Japanese self-pay clinic, strictest values (jp-strict@2025-11-17), in place of" in (
        ran.out
    )
    assert [key for key in ROWS_OF_STRICT if not re.search(rf" {key}$", ran.out, re.MULTILINE)] == []
    assert plan(isotrack) == before
    assert "programme" not in isotrack("history", today=TODAY).out


def test_adopting_is_a_fact_that_is_shown_corrected_and_taken_back(isotrack: Isotrack) -> None:
    isotrack(*START)
    before = plan(isotrack)
    assert "(number 4)" in isotrack("adopt", "jp-strict", "--yes", "--note", "by letter", today=TODAY).out
    assert followed(isotrack) == "jp-strict@2025-11-17"
    assert "programme jp-strict@2025-11-17" in isotrack("history", today=TODAY).out
    after = {item["key"]: item["due"] for item in plan(isotrack)["items"]}
    assert (after["pregnancy-test/1"], after["blood/1"], after["visit/1"]) == ("2027-01-20", "2027-01-20", "2026-12-24")
    isotrack("fix", "4", "--on", "2027-01-10", today=TODAY)
    assert {item["key"]: item["due"] for item in plan(isotrack)["items"]}["pregnancy-test/1"] == "2027-01-10"
    isotrack("fix", "5", "--remove", today=TODAY)
    assert plan(isotrack) == before
    isotrack("undo", today=TODAY)
    isotrack("undo", today=TODAY)
    assert followed(isotrack) == "jp-strict@2025-11-17"
    isotrack("undo", today=TODAY)
    assert plan(isotrack) == before


def test_doses_what_is_done_and_its_numbers_stay_and_calendars_follow(isotrack: Isotrack) -> None:
    isotrack(*START)
    for day in ("2026-12-22", "2027-01-19"):
        isotrack("log", "visit", "--on", day, today=day)
    isotrack("calendar", "export", "-o", "a.ics", today=TODAY)
    uids = {str(one["SUMMARY"]): str(one["UID"]) for one in events("a.ics")}
    mine = own(change=lambda p: p.update(rules=[one for one in p["rules"] if one["id"] != "blood-donation"]))
    isotrack("adopt", mine, "--yes", "--clinic-confirmed", today=TODAY)
    found = {item["key"]: item["done_on"] for item in plan(isotrack)["items"]}
    assert (found["visit/1"], found["visit/2"]) == ("2026-12-22", "2027-01-19")
    isotrack("calendar", "export", "-o", "a.ics", today=TODAY)
    after = events("a.ics")
    assert {title: uid for title, uid in uids.items() if title.startswith("Done")}.items() <= {
        str(one["SUMMARY"]): str(one["UID"]) for one in after
    }.items()
    assert [str(one["SUMMARY"]) for one in after if one.get("STATUS") == "CANCELLED"] == [
        "Cancelled: Note D: last day (estimate)"
    ]
    assert "Taken so far: 1160 mg" in isotrack(today=TODAY).out


def events(name: str) -> list[Any]:
    return list(Calendar.from_ical(Path(name).read_bytes()).walk("VEVENT"))


@pytest.mark.parametrize(
    ("wanted", "code", "words"),
    [
        ("jp-standard", 0, "Already there: jp-standard@2025-11-17. Nothing changed."),
        ("nonsense", 2, 'there is no protocol "nonsense"'),
        ("missing.json", 2, "missing.json: cannot be read"),
        ("us-ipledge@2026-02-09", 2, "to agree, add --yes"),
    ],
)
def test_what_cannot_be_adopted_is_one_clear_line(isotrack: Isotrack, wanted: str, code: int, words: str) -> None:
    isotrack(*START)
    ran = isotrack("adopt", wanted, "--clinic-confirmed", today=TODAY, ok=code == 0)
    assert (ran.code, words in ran.out + ran.err) == (code, True), ran


def test_a_version_that_is_only_approved_has_to_be_named(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "us-ipledge")
    assert "Already there: us-ipledge@2021-12-13" in isotrack("adopt", "us", today=TODAY).out
    ran = isotrack("adopt", "us-ipledge@2026-02-09", "--yes", today=TODAY)
    assert followed(isotrack) == "us-ipledge@2026-02-09"
    assert "newer version" not in isotrack(today=TODAY).out
    assert "No planned day would move." in ran.out


@pytest.mark.parametrize("on", ["2026-11-22", "2027-01-21"])
def test_it_holds_from_a_day_of_the_course_that_has_come(isotrack: Isotrack, on: str) -> None:
    isotrack(*START)
    assert isotrack("adopt", "jp-strict", "--yes", "--on", on, today=TODAY, ok=False).code == 2


def test_what_is_laxer_is_listed_needs_the_clinics_word_and_stays_on_the_status(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "jp-strict")
    ran = isotrack("adopt", "jp-standard", "--yes", today=TODAY, ok=False)
    assert "- Blood test: it comes every 2 months, in place of every 1 month" in ran.out
    assert (ran.code, "if your clinic told you so, add --clinic-confirmed" in ran.err) == (2, True)
    isotrack("adopt", "jp-standard", "--yes", "--clinic-confirmed", today=TODAY)
    said = isotrack(today=TODAY).out
    assert (
        "! Laxer than jp-strict@2025-11-17 on your clinic's word: Pregnancy test before the start (is gone), Blood"
        in said
    )
    assert "laxer-by-clinic" in plan(isotrack)["notices"]
    assert "laxer than jp-strict@2025-11-17 on the clinic's word" in isotrack("history", today=TODAY).out
    isotrack("adopt", "jp-strict", "--yes", today=TODAY)
    assert "Laxer" not in isotrack(today=TODAY).out


def test_at_a_terminal_both_are_asked_and_no_is_an_answer(isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    isotrack(*START, "--protocol", "jp-strict")
    answers: list[bool] = []
    for module in ("laxer", "adopt"):
        monkeypatch.setattr(f"tracker.cli.{module}.is_asked", lambda: True)
        monkeypatch.setattr(f"tracker.cli.{module}.confirm", lambda _question, **_more: answers.pop(0))
    for said, expected in (([False], "jp-strict"), ([True, False], "jp-strict"), ([True, True], "jp-standard")):
        answers[:] = said
        ran = isotrack("adopt", "jp-standard", today=TODAY)
        assert (answers, followed(isotrack)) == ([], f"{expected}@2025-11-17")
        assert ("Nothing was changed." in ran.out) == (expected == "jp-strict")


@pytest.mark.parametrize("on", ["2027-01-05", "2027-01-20"])
def test_the_same_facts_typed_in_another_order_give_the_same_plan(isotrack: Isotrack, on: str) -> None:
    commands = [("adopt", "jp-strict", "--yes", "--on", on), ("log", "blood", "--on", "2027-01-04"),
                ("log", "visit", "--on", "2027-01-10"), ("log", "pregnancy-test", "negative", "--on", on)]  # fmt: skip
    plans = []
    for order in (commands, commands[::-1]):
        isotrack(*START)
        for command in order:
            isotrack(*command, today=TODAY)
        plans.append(plan(isotrack))
        for _ in range(5):
            isotrack("undo", today=TODAY)
    assert plans[0] == plans[1]


# The clinic's own values.


def test_an_own_value_that_the_adopted_programme_does_not_take_is_said_and_comes_back_with_undo(
    isotrack: Isotrack,
) -> None:
    isotrack(*START, "--set", "blood.every=P1M", "--set", "contraception.tail=P8M")
    mine = own(change=lambda p: p.update(rules=[one for one in p["rules"] if one["id"] != "blood"]))
    ran = isotrack("adopt", mine, "--yes", "--clinic-confirmed", today=TODAY)
    assert 'Your clinic\'s own value blood.every=P1M would hold no more: mine has no rule "blood".' in ran.out
    spans = {span["key"]: span["end"] for span in plan(isotrack)["spans"]}
    assert spans["contraception"] == "2028-01-24"
    isotrack("undo", today=TODAY)
    assert {item["key"]: item["due"] for item in plan(isotrack)["items"]}["blood/1"] == "2026-12-24"


def test_an_own_value_never_shortens_an_adopted_window_without_the_clinics_word(isotrack: Isotrack) -> None:
    isotrack(*START, "--set", "contraception.tail=P8M")
    ran = isotrack("adopt", own(change=tail("P12M")), "--yes", today=TODAY)
    assert "Your clinic's own value contraception.tail=P8M would hold no more" in ran.out
    assert {span["key"]: span["end"] for span in plan(isotrack)["spans"]}["contraception"] == "2028-05-24"


def test_an_own_value_that_fits_goes_on(isotrack: Isotrack) -> None:
    isotrack(*START, "--set", "visit.every=P2M")
    isotrack("adopt", "jp-strict", "--yes", today=TODAY)
    assert {item["key"]: item["due"] for item in plan(isotrack)["items"]}["visit/1"] == "2027-01-24"


# An own file.


def test_an_own_file_that_is_laxer_than_where_it_came_from_needs_the_clinics_word_once(isotrack: Isotrack) -> None:
    mine = own(change=tail("P1M"))
    ran = isotrack(*START, "--protocol", mine, ok=False)
    assert "- Strict contraception: it goes on for 1 month after the end, in place of 6 months" in ran.out
    assert (ran.code, "add --clinic-confirmed" in ran.err) == (2, True)
    ran = isotrack(*START, "--protocol", mine, "--clinic-confirmed")
    assert "it goes on for 1 month after the end, in place of 6 months" in ran.out
    said = isotrack(today=TODAY).out
    assert (
        "! Laxer than jp-standard@2025-11-17 on your clinic's word: Strict contraception (it goes on for 1 month"
        in said
    )


def test_it_stays_visible_in_every_later_version_until_it_is_laxer_no_more(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", own(change=tail("P1M")), "--clinic-confirmed")
    isotrack("adopt", own(version="2", change=tail("P1M"), remarks=[]), "--yes", today=TODAY)
    assert "Laxer than jp-standard@2025-11-17 on your clinic's word" in isotrack(today=TODAY).out
    isotrack("adopt", own(version="3"), "--yes", today=TODAY)
    assert "Laxer" not in isotrack(today=TODAY).out


def test_an_own_file_that_is_not_laxer_asks_for_no_word(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", own(change=tail("P12M")))
    assert "Laxer" not in isotrack(today=TODAY).out


def test_a_newer_version_of_an_own_file_is_announced_where_the_file_lies(isotrack: Isotrack) -> None:
    path = str(Path(own("my clinic.json", version="9")).absolute())
    isotrack(*START, "--protocol", "my clinic.json")
    assert "newer" not in isotrack().out
    own("my clinic.json", version="10")
    assert (
        f"lies at {path}; this course stays under 9. Ask your clinic. To look at what would move: isotrack adopt '"
        in (isotrack().out)
    )
    isotrack("adopt", path, "--yes")
    assert "newer" not in isotrack().out
    assert followed(isotrack) == "mine@10"


@pytest.mark.parametrize("text", [None, "", "{", '{"id": "mine"}', "\x00"])
def test_a_file_that_is_gone_or_broken_is_no_error(isotrack: Isotrack, text: str | None) -> None:
    isotrack(*START, "--protocol", own())
    Path("mine.json").unlink()
    if text is not None:
        Path("mine.json").write_text(text)
    assert "newer" not in isotrack().out
    assert followed(isotrack) == "mine@1"


def test_a_file_under_the_name_of_the_one_before_that_differs_from_it_is_refused(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", own())
    ran = isotrack("adopt", own(change=tail("P12M")), "--yes", today=TODAY, ok=False)
    assert (ran.code, "give it another version" in ran.err) == (2, True)


def test_what_a_course_was_started_under_is_no_entry_to_remove_or_move(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", own())
    assert "programme mine@1" in isotrack("history").out
    assert isotrack("fix", "4", "--remove", ok=False).code == 2
    assert isotrack("fix", "4", "--on", "2026-11-20", ok=False).code == 2
    isotrack("fix", "4", "--note", "from the web page")


def test_two_adoptions_say_the_same_in_whatever_order_they_are_typed(isotrack: Isotrack) -> None:
    isotrack(*START, "--protocol", "us-ipledge")
    typed = [("fr-ansm", "2027-01-15"), ("jp-standard", "2027-01-05")]
    found = []
    for order in (typed, typed[::-1]):
        for name, on in order:
            isotrack("adopt", name, "--on", on, "--yes", "--clinic-confirmed", today=TODAY)
        found.append((plan(isotrack), isotrack(today=TODAY).out))
        isotrack("undo", today=TODAY)
        isotrack("undo", today=TODAY)
    assert found[0] == found[1]


def test_a_value_of_the_clinic_that_holds_on_is_not_laxer(isotrack: Isotrack) -> None:
    isotrack(*START, "--set", "contraception.tail=P12M")
    ran = isotrack("adopt", "us-ipledge", "--yes", "--clinic-confirmed", today=TODAY)
    assert "tail: 1 month in place of 6 months" not in ran.out + isotrack(today=TODAY).out


def test_of_two_words_on_the_time_before_that_of_the_later_day_holds(isotrack: Isotrack) -> None:
    isotrack("start", "2026-08-31", "--can-become-pregnant", "--timezone", "Asia/Tokyo", "--earlier", "open",
             today="2026-10-15")  # fmt: skip
    found = []
    typed = [("unknown", "2026-11-10"), ("done", "2026-11-25")]
    for order in (typed, typed[::-1]):
        for how, on in order:
            isotrack("log", "earlier", how, "--on", on, today=TODAY)
        found.append(plan(isotrack))
        isotrack("undo", today=TODAY)
        isotrack("undo", today=TODAY)
    assert found[0] == found[1]
