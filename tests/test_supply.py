"""When the capsules run out by the programme: later by the days of pauses and holds on which none was taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import machine_in, say_on, settle

RISK, CLEARED = ("log", "risk", "unprotected"), ("log", "cleared")
EYES, EYES_CLEARED = ("log", "symptom", "yellow eyes"), ("log", "cleared", "rf-liver")
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
    assert "2 paused or held days are in it" in said


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


def test_what_ended_before_a_pack_says_nothing_of_the_pack() -> None:
    at("2026-08-30", "log", "stock", "30", "--strength", "10")
    at("2026-09-28", "log", "pregnancy-test", "negative")
    at("2026-09-29", "log", "pick-up")
    plan = json.loads(at("2026-09-29", "plan", "--json"))
    assert [one["due"] for one in plan["items"] if one["kind"] == "supply"][-1] == "2026-10-28"
