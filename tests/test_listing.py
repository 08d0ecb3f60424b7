"""Every vocabulary is listed, every word of one is completed, and the history is shown by kind and period."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import jsonschema
import pytest

from tests.screens import faults
from tests.support import Machine, Said, machine_in, say, settle
from tests.test_start_up import imported_by
from tracker.cli import names
from tracker.cli.kinds import ALSO, named
from tracker.cli.main import cli
from tracker.facts import KINDS
from tracker.facts.observation import Observation

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "list.schema.json").read_text())
LISTS = [
    "analytes", "substances", "conditions", "procedures", *(kind.name for kind in KINDS if kind.cls is Observation),
]  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


def on(day: str, *command: str) -> Said:
    return say("--today", day, *command)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", ["", *LISTS])
@pytest.mark.parametrize("columns", [60, 80])
def test_every_list_fits_and_has_each_word(columns: int, name: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = say("--lang", lang, "list", *name.split())
    assert (shown.code, faults(shown.out, columns)) == (0, []), shown
    value = json.loads(say("--lang", lang, "list", *name.split(), "--json").out)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    for word in value["words"] if name else ():
        assert word["code"] in shown.out
    for one in () if name else value["lists"]:
        assert f"isotrack list {one}" in shown.out


ASKED = [
    ("analytes", "analytes"), ("Analyte", "analytes"), ("検査項目", "analytes"), ("substances", "substances"),
    ("substance", "substances"), ("薬", "substances"), ("施術", "procedures"),
    ("skin", "skin"), ("肌", "skin"), ("habit", "habit"),
    ("habits", "habit"), ("ＨＡＢＩＴＳ", "habit"), ("習慣", "habit"), ("counselling", "counselling"),
    ("説明", "counselling"), ("症状", "symptom"), ("副作用", "symptom"), ("気分", "mood"),
]  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "name"), ASKED)
def test_a_list_is_found_by_what_it_is_called(typed: str, name: str) -> None:
    assert json.loads(say("list", typed, "--json").out)["list"] == name


def test_a_list_needs_no_database_and_an_unknown_one_is_refused(machine: Machine) -> None:
    assert say("list", "substances").code == 0
    refused = say("list", "colours")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "analytes, substances, conditions, procedures" in refused.err
    assert not machine.db.exists()


# --- completion -------------------------------------------------------------------------------------------------

COMPLETED = [
    (("log", "blood"), "al", {"alt", "alp"}), (("log", "blood", "ALT=22"), "gp", {"GPT"}),
    (("log", "skin"), "re", {"red", "redness"}), (("log", "skin"), "赤", {"赤ニキビ", "赤み"}),
    (("log", "habit"), "al", {"alcohol"}), (("log", "habit"), "日焼", {"日焼け止め"}),
    (("log", "counselling"), "c", {"contraindications", "contraception"}),
    (("check",), "mino", {"minocycline"}), (("check",), "ミノ", {"ミノサイクリン"}),
    (("check",), "ビブ", {"ビブラマイシン"}),
    (("check", "minocycline"), "doxy", {"doxycycline"}), (("log", "substance"), "phen", {"phenytoin"}),
    (("log", "background"), "al", {"allergy"}), (("log", "risk"), "un", {"unprotected"}),
    (("book",), "visi", {"visit"}), (("log", "visit", "--for"), "visi", {"visit/"}),
    (("log", "skin", "red=1", "--area"), "ch", {"chin", "chest"}), (("list",), "an", {"analytes"}),
    (("history", "--kind"), "wei", {"weight"}), (("log",), "subst", {"substance"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "begun", "found"), COMPLETED)
def test_a_word_is_completed_to_what_is_known(words: tuple[str, ...], begun: str, found: set[str]) -> None:
    from click.shell_completion import ShellComplete

    offered = ShellComplete(cli, {}, "isotrack", "_ISOTRACK_COMPLETE").get_completions(list(words), begun)
    assert {one.value for one in offered} == found


@pytest.mark.parametrize(
    "words",
    ["isotrack log blood A", "isotrack log skin r", "isotrack check m", "isotrack book v", "isotrack history --kind b",
     "isotrack list ", "isotrack log substance m", "isotrack log visit --for v", "isotrack log "],
)  # fmt: skip
def test_completion_of_names_imports_nothing_heavy(words: str) -> None:
    count = str(len(words.split(" ")) - 1)
    environment = {"_ISOTRACK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    assert imported_by(**environment) & {"sqlalchemy", "icalendar"} == set()


def test_every_word_of_a_catalogue_is_offered() -> None:
    for source in (names.substances, names.procedures, names.analytes):
        for one in source():
            for word in (one.code, *one.words):
                assert names.completions([one], word), word


# --- the history by kind and period -----------------------------------------------------------------------------


def shown(*filters: str) -> list[str]:
    listed = json.loads(on("2026-12-20", "history", "--json", *filters).out)
    return [fact["kind"] for command in listed for fact in command["recorded"]]


@pytest.fixture
def _recorded(machine: Machine) -> None:
    del machine
    for day, *command in (
        ("2026-11-20", "start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp"),
        ("2026-11-23", "log", "blood", "ALT=22", "TG=145"),
        ("2026-12-01", "log", "dose", "--missed"),
        ("2026-12-10", "log", "weight", "53"),
        ("2026-12-19", "log", "visit"),
        ("2026-12-20", "log", "substance", "vitamin C", "--since", "2026-12-05"),
    ):
        assert on(day, *command).code == 0


@pytest.mark.usefixtures("_recorded")
def test_the_history_is_shown_by_kind_and_period() -> None:
    everything = shown()
    assert len(everything) == 10
    assert shown("--kind", "visit") == ["visit"]
    assert shown("--kind", "体重") == ["weight", "weight"]
    assert shown("--kind", "blood") == ["blood-test", "lab", "lab"]
    assert shown("--kind", "採血、服用") == ["dose", "blood-test", "lab", "lab"]
    assert shown("--kind", "dose", "--kind", "weight") == ["weight", "dose", "weight"]
    assert shown("--from", "2026-12-06") == ["visit", "weight"]
    assert shown("--until", "2026-11-23") == ["blood-test", "lab", "lab", "weight"]
    assert shown("--from", "2026-12-05", "--until", "2026-12-05") == ["substance"]
    assert shown("--kind", "weight", "--from", "1 Dec") == ["weight"]
    assert shown("--kind", "stock") == []
    assert "No entry is like that." in on("2026-12-20", "history", "--kind", "stock").out
    assert re.search(r"54 kg", on("2026-12-20", "history", "--kind", "weight").out)
    assert "visit" not in on("2026-12-20", "history", "--kind", "weight").out.lower()


@pytest.mark.usefixtures("_recorded")
def test_a_corrected_entry_is_marked_though_what_took_its_place_is_not_of_the_period() -> None:
    number = next(fact["id"] for command in json.loads(on("2026-12-20", "history", "--json").out)
                  for fact in command["recorded"] if fact["kind"] == "visit")  # fmt: skip
    assert on("2026-12-20", "fix", str(number), "--on", "2026-12-18").code == 0
    assert "(corrected)" in on("2026-12-20", "history", "--kind", "visit", "--from", "2026-12-19").out


@pytest.mark.usefixtures("_recorded")
@pytest.mark.parametrize("typed", [
    ("--kind", "colour"), ("--kind", ""), ("--kind", ","), ("--from", "never"),
    ("--from", "2026-12-02", "--until", "2026-12-01"),
])  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused_in_one_line(typed: tuple[str, ...]) -> None:
    refused = on("2026-12-20", "history", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused


def test_every_kind_is_called_by_a_word_of_either_language() -> None:
    for kind in KINDS:
        logged = kind.log.names if kind.log is not None else ()
        words = (kind.name, *logged, *ALSO.get(kind.name, ()))
        assert any(not word.isascii() for word in words), f"{kind.name}: cli/kinds.py has no Japanese word for it"
        for word in words:
            assert kind.name in named([word]), word


def test_the_options_of_history_are_in_its_help() -> None:
    command = cli.get_command(click.Context(cli), "history")
    assert command is not None
    assert {"typed", "first", "last"} <= {param.name for param in command.params}


def test_the_list_of_symptoms_says_what_each_asks_for_and_names_the_red_flags() -> None:
    said = say("list", "symptoms").out
    assert "myalgia: muscle pain, kept for your doctor, from 2 on: contact your clinic" in " ".join(said.split())
    assert "rf-liver: signs of hepatitis, red flag" in " ".join(said.split())
    words = {one["code"]: one["asks"] for one in json.loads(say("list", "symptoms", "--json").out)["words"]}
    assert words["rf-liver"] == [{"from_grade": 1, "level": "red-flag"}]
    assert words["dry-eye"] == [{"from_grade": 1, "level": "expected"}, {"from_grade": 2, "level": "tell"}]
    assert words["headache"] == [{"from_grade": 1, "level": "record"}, {"from_grade": 3, "level": "tell"}]
