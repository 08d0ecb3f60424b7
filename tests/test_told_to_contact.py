"""What the patient is told to be in touch about stands among what presses: on the status and on the doctor's page."""

from __future__ import annotations

import json
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


US = "start 2026-10-10 --weight 70 --dose 40 --protocol us --can-become-pregnant --timezone America/New_York"
STANDING = ASKED | {
    "no test at all before the first capsule": (US,),
    "a test that came late": (UK, "log pregnancy-test negative --on 2026-10-12", "log visit --on 2026-10-12"),
    "an unclear test": (JP, "log pregnancy-test unclear --on 2026-10-12"),
    "a positive test": (UK, "log pregnancy-test positive --on 2026-10-12"),
    "a risk": (US, "log risk unprotected --on 2026-10-12"),
    "a red flag": (JP, "log symptom blurred-vision --on 2026-10-12"),
    "a red flag that was not heeded": (
        JP, "log symptom blurred-vision --on 2026-10-12", "log dose --on 2026-10-14",
        "log cleared visual-change --on 2026-10-15",
    ),
    "more than was prescribed": (JP, "log dose 40 --on 2026-10-12 --yes"),
    "a value, a symptom and mood": (
        JP, "log blood TG=512 --on 2026-10-12", "log symptom nosebleed 2 --on 2026-10-31",
        "log mood low --on 2026-10-31",
    ),
    "symptoms together": (JP, "log symptom fever=1 --on 2026-10-31", "log symptom acne-flare=1 --on 2026-10-31"),
    "what does not go with it": (JP, "log substance minocycline", "log background illness depression"),
    "few capsules": (JP, "log stock 2 --strength 20"),
    "capsules picked up without a test": (UK, "log pick-up --on 2026-10-20"),
    "somebody too young": (JP, "log person --born 2012-05-01"),
    "a consent that nobody explained": (JP, "log consent --on 2026-08-31"),
    "a course that goes on after a long pause": (JP, "pause 2026-09-05", "resume 2026-10-30"),
}  # fmt: skip


@pytest.mark.parametrize("case", STANDING)
def test_whatever_the_status_says_of_the_clinic_next_says_before_the_dates(case: str) -> None:
    start, *commands = STANDING[case]
    typed(start, *commands)
    says = re.compile("your clinic|your doctor|medical help", re.IGNORECASE)
    status, following = (say_on(TODAY, command).out.splitlines() for command in ("status", "next"))
    told = [line for line in status if line.startswith("! ") and says.search(line)]
    first_date = next(at for at, line in enumerate(following) if line.startswith("Sun 1 Nov 2026"))
    assert [line for line in told if line not in following[:first_date]] == []


OVER = {
    "en": ("the course is over", "stop taking"),
    "ja": ("服用は終了しています", "中止"),
}


@pytest.mark.parametrize("lang", OVER)
@pytest.mark.parametrize(
    "entry", ["log risk unprotected", "log pregnancy-test positive", "log symptom visual-change --on 2026-10-20"]
)
def test_after_the_course_nobody_is_told_to_stop_the_capsules(entry: str, lang: str) -> None:
    over, stop = OVER[lang]
    typed(JP, "stop 2026-10-18", entry)
    for command in ("status", "next", "blood", "report"):
        said = say_on(TODAY, "--lang", lang, command).out
        assert (over in " ".join(said.split()).lower(), stop in said.lower()) == (True, False), said
    page = pages.read(Path("report.html").read_bytes()).text
    assert "told to stop" not in page
    assert "中止するよう" not in page
    found = json.loads(say_on(TODAY, "--lang", lang, "next", "--json").out)["findings"]
    assert [one for one in found if over not in one["text"].lower()] == []
    # On the day of the last capsule nobody knows whether it was taken.
    typed("undo", "undo", "stop 2026-11-01", entry)
    assert stop in say_on(TODAY, "--lang", lang, "status").out.lower()
