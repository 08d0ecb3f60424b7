"""When the capsules run out by the programme: later by the days of pauses and holds on which none was taken."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import EVERY_TIMING, story_of
from tests.support import LONG, machine_in, say_on, settle
from tracker.facts import Done, Dose, Pause, Prescribed, Resume
from tracker.facts.intake import Product
from tracker.facts.stock import Stock
from tracker.pattern import Pattern
from tracker.readings.stock import run_out
from tracker.rules import Kind
from tracker.walk import walk

RISK, CLEARED = ("log", "risk", "unprotected"), ("log", "cleared")
EYES, EYES_CLEARED = ("log", "symptom", "yellow eyes"), ("log", "cleared", "rf-liver")
MISSED = ("log", "dose", "--missed")
CASES = (
    # Picked up on 30 August, the day of the first capsule: thirty days of capsules without a day off.
    ((), "2026-09-28"),
    ((("2026-09-04", *RISK),), None),
    ((("2026-09-04", *RISK), ("2026-09-04", *CLEARED)), "2026-09-28"),
    ((("2026-09-04", *RISK), ("2026-09-06", *CLEARED)), "2026-09-30"),
    ((("2026-09-04", *EYES), ("2026-09-06", *EYES_CLEARED)), "2026-09-30"),
    ((("2026-09-04", *EYES), ("2026-09-06", *CLEARED[:1], "dose", "--on", "2026-09-05"), ("2026-09-06", *EYES_CLEARED)),
     "2026-09-29"),
    ((("2026-09-04", *RISK), ("2026-09-05", *EYES), ("2026-09-07", *CLEARED)), None),
    ((("2026-09-04", *RISK), ("2026-09-05", *EYES), ("2026-09-07", *CLEARED), ("2026-09-09", *EYES_CLEARED)),
     "2026-10-03"),
    ((("2026-09-04", "pause"), ("2026-09-08", "resume")), "2026-10-02"),
    ((("2026-09-04", "pause"),), "2026-09-28"),
    ((("2026-09-04", "pause"), ("2026-09-05", *RISK), ("2026-09-07", *CLEARED), ("2026-09-08", "resume")),
     "2026-10-02"),
    # A second hold on a day that only the first one brought into the pack.
    ((("2026-09-04", *RISK), ("2026-09-06", *CLEARED), ("2026-09-29", *RISK), ("2026-09-30", *CLEARED)), "2026-10-01"),
    ((("2026-09-04", *RISK), ("2026-09-06", *CLEARED), ("2026-10-01", *RISK), ("2026-10-03", *CLEARED)), "2026-09-30"),
    ((("2026-09-04", *RISK), ("2026-09-06", *CLEARED), ("2026-09-08", "stop", "2026-09-08")), None),
    # Missed: in it, in a pause, on a day that only another missed one brought into it, after it.
    ((("2026-09-04", *MISSED),), "2026-09-29"),
    ((("2026-09-04", "pause"), ("2026-09-05", *MISSED), ("2026-09-08", "resume")), "2026-10-02"),
    ((("2026-09-28", *MISSED), ("2026-09-29", *MISSED)), "2026-09-30"),
    ((("2026-09-29", *MISSED),), "2026-09-28"),
    # Whether a capsule of 30 mg makes a dose of 20 nobody knows, nor whether the rest of a smaller dose is one.
    ((("2026-09-04", *MISSED), ("2026-09-10", "dose", "20", "--from", "2026-09-10")), "2026-09-28"),
    ((("2026-09-04", "log", "dose", "10"),), "2026-09-28"),
    # More than was prescribed is missing at the end.
    ((("2026-09-04", "log", "dose", "60", "--yes"),), "2026-09-27"),
    ((("2026-09-04", "log", "dose", "40", "--yes"), ("2026-09-05", *MISSED)), "2026-09-28"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    at("2026-07-27", "start", "2026-08-30", "--weight", "60", "--dose", "30", "--protocol", "us-ipledge",
       "--can-become-pregnant", "--sex", "female", "--timezone", "America/New_York")  # fmt: skip
    at("2026-07-27", "log", "pregnancy-test", "negative")
    at("2026-08-29", "log", "pregnancy-test", "negative")
    at("2026-08-30", "log", "pick-up")


def at(today: str, *words: str) -> str:
    """Type a command that is taken; what it says."""
    done = say_on(today, *words)
    assert done.code == 0, done
    return done.out


@pytest.mark.parametrize(("typed", "due"), CASES)
def test_a_pack_lasts_longer_by_its_days_off(typed: tuple[tuple[str, ...], ...], due: str | None) -> None:
    for day, *words in typed:
        at(day, *words)
    today = max((day for day, *_words in typed), default="2026-09-01")
    plan = json.loads(at(today, "plan", "--json"))
    assert next((one["due"] for one in plan["items"] if one["key"] == "supply/1"), None) == due


def test_why_names_the_days_off() -> None:
    at("2026-09-04", *RISK)
    at("2026-09-06", *CLEARED)
    said = at("2026-09-06", "why", "supply")
    assert "Wed 30 Sep 2026" in said
    assert "With its paused, held and missed days they last 2 days longer." in said
    at("2026-09-06", "log", "dose", "120", "--yes")
    assert "By what was logged they last 1 day less long." in at("2026-09-06", "why", "supply")


A_DAY = timedelta(days=1)
PATTERNS = ("20", "20/0", "20+20", "week:20/20/20/20/20/0/0", "20/40")


@given(st.data())
@settings(max_examples=3000 if LONG else 60, deadline=None)
@pytest.mark.long
def test_a_pack_is_never_said_to_last_longer_than_its_capsules(data: st.DataObject) -> None:
    """Those of thirty days as they were prescribed, of the strengths of each intake, are counted by themselves."""
    first, today = date(2026, 8, 30), date(2026, 11, 1)
    pattern = Pattern.parse(data.draw(st.sampled_from(PATTERNS)))
    doses = st.sampled_from(
        [(False, None), (True, None), (True, Decimal(20)), (True, Decimal(40)), (True, Decimal(60))]
    )
    logged = data.draw(st.dictionaries(st.integers(0, 40), doses, max_size=12))
    off, again = data.draw(st.tuples(st.integers(0, 40), st.integers(1, 15)))
    story = story_of(EVERY_TIMING, first, today)
    pauses = (
        [Pause(on=first + off * A_DAY), Resume(on=first + (off + again) * A_DAY)] if data.draw(st.booleans()) else []
    )
    for fact in (
        Prescribed(on=first, pattern=pattern), Done(on=first, kind=Kind.PICK_UP), *pauses,
        *(Dose(on=first + day * A_DAY, taken=taken, mg=mg) for day, (taken, mg) in sorted(logged.items())),
    ):  # fmt: skip
        story = story.with_fact(fact)
    begun = story.plan.timeline.first_dose
    pack = Counter(mg for number in range(30) for mg in pattern.intakes(begun + number * A_DAY, begun))
    for mg, count in pack.items():
        story = story.with_fact(Stock(on=first, capsules=count, strength=mg, product=Product.CONVENTIONAL))
    due = next(one.due for one in story.plan.items if one.kind is Kind.SUPPLY)
    counted = run_out(story.history, story.plan.timeline, today)
    taken = [day.on for day in takewhile(lambda day: day.on <= due, walk(story.history, begun, due)) if day.taken]
    assert counted is not None
    assert max(taken, default=date.min) <= counted.last


SAID = {
    "en": ("no whole dose is at hand since Sat 19 Sep 2026", "No whole dose at hand, and no record: ",
           "The capsules at hand last until Fri 18 Sep 2026, and the next visit is on"),
    "ja": ("2026年9月19日(土)から1日分の在庫がありません", "1日分の在庫もなかった日：",
           "手元の在庫は2026年9月18日(金)までで、次の再診は"),
}  # fmt: skip


@pytest.mark.parametrize("lang", SAID)
def test_the_page_says_that_the_capsules_end_or_have_ended(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    gone, days, ahead = SAID[lang]
    for today, count, in_findings, in_missed in (
        ("2026-08-30", "60", ahead, None), ("2026-09-25", None, gone, days), ("2026-09-25", "60", None, days),
    ):  # fmt: skip
        if count is not None:
            at(today, "log", "stock", count, "--strength", "10")
        at(
            today,
            "report",
            "-o",
            "page.html",
        )
        page = Path("page.html").read_text(encoding="utf-8")
        assert [one in page for one in (gone, ahead)] == [one == in_findings for one in (gone, ahead)]
        assert (days in page) == (in_missed is not None)


STOCKED = (
    # What came on 30 August (of 10 mg, three a day), the day of the pack, and what the status says of the capsules.
    ("60", "2026-09-18", "Capsules last until Fri 18 Sep 2026"),
    ("90", "2026-09-28", "Capsules at hand until Mon 28 Sep 2026"),
    ("150", "2026-09-28", None),
)


@pytest.mark.parametrize(("count", "due", "said"), STOCKED)
def test_of_two_days_on_which_capsules_run_out_the_earlier_alone_is_said(
    count: str, due: str, said: str | None
) -> None:
    assert ("Capsules run out" in at("2026-08-30", "log", "stock", count, "--strength", "10")) == (due < "2026-09-28")
    plan = json.loads(at("2026-08-30", "plan", "--json"))
    assert [one["due"] for one in plan["items"] if one["kind"] == "supply"] == [due]
    status = at("2026-08-30")
    assert (said or "") in status
    assert ("Capsules last" in status or "Capsules at hand" in status) == (said is not None)
    assert ("the last whole dose at hand is that of" in at("2026-08-30", "why", "supply")) == (due < "2026-09-28")
    at("2026-08-30", "calendar", "export", "-o", "a.ics")
    written = Path("a.ics").read_text(encoding="utf-8").replace("\r\n ", "")
    assert [line[-8:] for line in written.splitlines() if line.startswith("DTSTART") and due.replace("-", "") in line]
    assert ("20260928" in written) == (due == "2026-09-28")
    assert ("To book: Stock" in written) == (said is not None)


@pytest.mark.parametrize(("count", "lost", "differs"), [("90", None, False), ("150", None, True), ("90", "3", False)])
def test_a_later_day_of_the_capsules_at_hand_says_why_the_plan_has_another(
    count: str, lost: str | None, differs: bool
) -> None:
    at("2026-08-30", "log", "stock", count, "--strength", "10")
    at("2026-09-03", *MISSED)
    if lost is not None:
        at("2026-09-03", "log", "lost", lost)
    plan = json.loads(at("2026-09-03", "plan", "--json"))
    due = next(one["due"] for one in plan["items"] if one["kind"] == "supply")
    assert due == ("2026-09-29" if lost is None else "2026-09-28")
    assert (json.loads(at("2026-09-03", "stock", "--json"))["lasts_until"] == due) != differs
    assert ("counts the pack picked up last alone" in at("2026-09-03", "stock")) == differs


def test_what_ended_before_a_pack_says_nothing_of_the_pack() -> None:
    at("2026-08-30", "log", "stock", "30", "--strength", "10")
    at("2026-09-28", "log", "pregnancy-test", "negative")
    at("2026-09-29", "log", "pick-up")
    plan = json.loads(at("2026-09-29", "plan", "--json"))
    assert [one["due"] for one in plan["items"] if one["kind"] == "supply"][-1] == "2026-10-28"


OUT = {
    "en": ("apsules ran out on Tue 13 Oct 2026", "ran out", "New pack", "Overdue"),
    "ja": (
        "カプセルは2026年10月13日(火)になくなりました",
        "残りなし",
        "新しいカプセルの受け取り",
        "期限超過",
    ),
}


@pytest.mark.parametrize("lang", OUT)
def test_that_capsules_ran_out_is_told_as_that_and_as_nothing_that_is_late_or_done(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    settle(machine_in(other), monkeypatch, lang)
    says, state, done, never = OUT[lang]
    say_on("2026-08-01", "start", "2026-08-14", "--weight", "60", "--dose", "30", "--protocol", "uk",
           "--can-become-pregnant", "--timezone", "Europe/London")  # fmt: skip
    say_on("2026-09-14", "log", "pick-up")
    [said] = [line for line in say_on("2026-10-19", "next").out.splitlines() if "supply/1" in line]
    assert (says in said, never in said) == (True, False)
    row = next(line for line in say_on("2026-10-19", "status").out.splitlines() if "supply/1" in line)
    assert state in row
    say_on("2026-10-19", "report", "-o", "page.html")
    assert says in Path("page.html").read_text()
    say_on("2026-10-21", "log", "pick-up")
    assert f"SUMMARY:{done}" in say_on("2026-10-21", "calendar", "export", "--titles", "full", "-o", "-").out
