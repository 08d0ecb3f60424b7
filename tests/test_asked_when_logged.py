"""What the next screen asks the clinic for because of what was just logged is said by the command that logged it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support import machine_in, say_on, settle
from tracker.lexicon import Level
from tracker.vocabulary import vocabulary

TODAY = "2026-10-29"
UK = ("start", "2026-09-14", "--weight", "60", "--dose", "30", "--protocol", "uk", "--can-become-pregnant", "--sex",
      "female", "--timezone", "Europe/London")  # fmt: skip
CALM = {"en": ("expected during a course", "kept for your doctor", "If it lasts more"),
        "ja": ("治療中に予想される", "医師に見せるために記録", "日を超えて続く")}  # fmt: skip
SYMPTOMS = vocabulary("symptom").data
TOGETHER = [
    [(part.codes[place % len(part.codes)], part.least) for part in one.parts]
    for one in SYMPTOMS.combinations for place in range(max(len(part.codes) for part in one.parts))
    if one.advice.raises is None
]  # fmt: skip
LASTING = [(word.code, one.least, one.longer) for word in SYMPTOMS.codes for one in word.advice
           if one.longer is not None and one.level is not Level.RED_FLAG]  # fmt: skip


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    settle(machine_in(tmp_path), monkeypatch, request.param)
    assert say_on("2026-09-10", *UK).code == 0
    return str(request.param)


def asked() -> list[str]:
    found = json.loads(say_on(TODAY, "next", "--json").out)["findings"]
    return [one["text"] for one in found if one["about"] in ("symptom", "mood", "blood") and one["level"] != "watch"]


def test_the_data_has_what_these_tests_are_about() -> None:
    assert TOGETHER
    assert LASTING


def test_symptoms_that_ask_for_more_together_say_so_in_one_command_and_in_two(lang: str) -> None:
    for at, those in enumerate(TOGETHER):
        typed = [f"{code}={grade}" for code, grade in those]
        ways = [[typed], [typed[:1], typed[1:]], [typed[1:], typed[:1]]]
        for commands in ways[at + (lang == "ja") : at + 2]:
            for one in commands:
                said = say_on(TODAY, "log", "symptom", *one).out
            found = asked()
            assert found
            assert all(said.count(text) == 1 for text in found), (commands, said)
            assert not any(word in said for word in CALM[lang][:2]), said
            assert found[0] in say_on(TODAY, "over", those[0][0]).out, "it is asked for until the day is over"
            for _ in (*commands, "over"):
                say_on(TODAY, "undo")


def test_what_has_lasted_says_that_it_has_and_not_what_would_be_if_it_did(lang: str) -> None:
    for code, least, longer in LASTING:
        for days in (longer - 1, longer):
            since = str(date.fromisoformat(TODAY) - timedelta(days=days))
            said = say_on(TODAY, "log", "symptom", f"{code}={least}", "--since", since).out
            found = asked()
            assert bool(found) == (days >= longer)
            assert all(said.count(text) == 1 for text in found)
            assert (CALM[lang][2] in said) == (not found)
            assert (CALM[lang][1] in said) == (not found)
            say_on(TODAY, "undo")


OTHERWISE = [
    (("log mood spirits=2", "log mood spirits=1"), "a better answer of the same day stands behind the worse one"),
    (("log mood spirits=2", "log mood worry=0"), "an answer that nobody took back"),
    (("log mood spirits=2", "log visit", "fix {last} --on 2026-10-20"), "no visit was after it"),
    (("log mood spirits=2 --on 2026-10-28", "log visit", "undo"), "no visit was after it"),
    (("log symptom headache=1", "fix {last} --on 2026-10-10"), "it has lasted"),
    (("log symptom fever=1 --on 2026-10-20", "log symptom acne-flare=2", "over fever --on 2026-10-21", "undo"), ""),
    (("log symptom acne-flare=2", "log symptom fever=1", "undo", "redo"), "both again"),
    (("log blood CK=260", "log symptom myalgia=1 --since 2026-10-01 --until 2026-10-02",
      "fix {last} --until 2026-10-29"), "with symptoms that go with it"),
    (("log blood CK=2600", "log blood CK=120", "undo"), "the value before it"),
]  # fmt: skip


@pytest.mark.parametrize(("commands", "why"), OTHERWISE)
@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_so_it_is_said_whatever_command_leads_to_it(lang: str, commands: tuple[str, ...], why: str) -> None:
    before: list[str] = []
    last = ""
    for command in commands:
        before = asked()
        ran = say_on(TODAY, *command.format(last=last).split())
        assert ran.code == 0, (command, ran.err)
        listed = json.loads(say_on(TODAY, "history", "--json").out)
        last = str(max(fact["id"] for one in listed for fact in one["recorded"]))
    found = asked()
    assert found, why
    assert [text for text in found if text not in ran.out and text not in before] == [], (lang, ran.out)
    if not commands[-1].startswith(("undo", "fix")):
        assert found[0] in ran.out
