"""What the patient is told to be in touch about stands among what presses: on the status and on the doctor's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import pages
from tests.support import machine_in, say, say_on, settle
from tracker import remarks
from tracker.cli import notices
from tracker.plan import NoticeCode

JP = "start 2026-09-01 --weight 50 --dose 20 --protocol jp --sex female --can-become-pregnant --timezone Asia/Tokyo"
UK = "start 2026-10-10 --weight 70 --dose 40 --protocol uk --can-become-pregnant --timezone Europe/London"
TODAY = "2026-11-01"
ASKED = {
    "a test that came too early for its risk": (
        JP, "log risk unprotected --on 2026-10-20", "log cleared --on 2026-10-21",
        "log pregnancy-test negative --on 2026-10-22",
    ),
    "a course that began without a test": (UK, "log pregnancy-test negative --on 2026-09-01"),
    "a procedure in its restricted time": (JP, "procedure log potenza --on 2026-10-11"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a database of its own."""
    settle(machine_in(tmp_path), monkeypatch)


def typed(*commands: str) -> None:
    for command in commands:
        today = "2026-09-01" if command.startswith("start") else TODAY
        assert say_on(today, *command.split()).code == 0


@pytest.mark.parametrize("code", list(remarks.NOTICES))
def test_whoever_is_told_to_ask_the_clinic_is_told_what_presses(code: NoticeCode) -> None:
    asks = re.search(r"(contact|ask|call) your clinic", remarks.NOTICES[code], re.IGNORECASE) is not None
    assert asks == (code in (*notices.ALARMS, *notices.FOR_THE_CLINIC))


@pytest.mark.parametrize("case", ASKED)
def test_what_asks_for_the_clinic_stands_before_what_is_to_be_watched(case: str) -> None:
    start, *commands = ASKED[case]
    typed(start, *commands, "log blood ALT=30 --on 2026-10-20")
    assert say("--today", TODAY, "--lang", "en", "report").code == 0
    rows = pages.rows(pages.read(Path("report.html").read_bytes()), "Red flags and findings")
    levels = [level for level, _text in rows]
    assert levels.index("Contact clinic") < levels.index("Watch")
    assert not any("ontact your clinic" in text for _level, text in rows)


def test_the_status_says_first_what_presses_most() -> None:
    """A pregnancy that is not ruled out, a grave value, a symptom, what does not go together, what is in no list."""
    typed(JP, "log risk unprotected --on 2026-10-20", "log cleared --on 2026-10-21",
          "log blood ALT=30 TG=620 --on 2026-10-20", "log symptom backache 2",
          "log substance adapalene", "log substance lemonade", "log background illness depression")  # fmt: skip
    said = say_on(TODAY, "status").out
    order = ["no negative pregnancy test", "620", "back pain", "depression", "adapalene", "lemonade"]
    places = [said.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.parametrize("command", ["status", "procedure", "can dermapen", "log procedure dermapen --on 2026-10-12"])
def test_what_isotrack_chose_itself_is_said_in_words_in_both_languages(command: str) -> None:
    typed(JP, "procedure log potenza --on 2026-10-11")
    said = say_on(TODAY, "--lang", "ja", *command.split()).out
    assert "own" not in said
    assert "独自" in said
