"""The vocabularies are complete, their words are told apart, and what was typed is found or asked about."""

from __future__ import annotations

import copy
import json
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import machine_in, say, settle
from tracker.errors import InputError, ProtocolError
from tracker.facts import KINDS
from tracker.facts.observation import Observation
from tracker.i18n import language
from tracker.vocabulary import read, vocabulary

SCHEMAS = Path(__file__).parent.parent / "schemas"
SCHEMA = json.loads((SCHEMAS / "vocabulary.schema.json").read_text())
FILES = sorted((SCHEMAS / "vocabularies").glob("*.json"))
SKIN = json.loads((SCHEMAS / "vocabularies" / "skin.json").read_text())


def test_every_family_has_its_file_and_every_file_its_family() -> None:
    assert {kind.name for kind in KINDS if kind.cls is Observation} == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_word_of_a_file_is_found_however_it_is_typed(file: Path) -> None:
    value = json.loads(file.read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    words = vocabulary(file.stem)
    assert words.family == file.stem
    for find, terms in ((words.code, value["codes"]), (words.site, value.get("sites", []))):
        for term in terms:
            for word in (term["code"], *term["name"].values(), *term.get("aliases", [])):
                for typed in (word, word.upper(), f" {word} ", unicodedata.normalize("NFD", word), _in_katakana(word)):
                    assert find(typed).code == term["code"], typed
    for word in (*words.codes, *words.sites):
        assert word.name.en.isascii(), word
        assert not word.name.ja.isascii(), word


def _in_katakana(word: str) -> str:
    return "".join(chr(ord(one) + 0x60) if "\u3041" <= one <= "\u3096" else one for one in word)


@pytest.mark.parametrize("typed", ["rred", "redd", "white comedonse", "クレータ"])
def test_a_near_word_is_asked_about_and_never_taken(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        vocabulary("skin").code(typed)
    assert refused.value.hint is not None
    assert "did you mean" in refused.value.hint


def _changed(*path: str | int, to: object) -> dict[str, Any]:
    value: Any = copy.deepcopy(SKIN)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    changed: dict[str, Any] = value
    return changed


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([], "the file"),
        (_changed("colour", to="red"), "colour"),
        (_changed("codes", to={}), "codes"),
        (_changed("codes", 0, "code", to="White"), "code 1, code"),
        (_changed("codes", 0, "name", to="white"), "code 1, name"),
        (_changed("codes", 0, "value", to="many"), "code 1, value"),
        (_changed("codes", 0, "most", to=0), "code 1, most"),
        (_changed("codes", 0, "most", to=True), "code 1, most"),
        (_changed("codes", 0, "most", to=10_000), "code 1, most"),
        (_changed("codes", 0, "aliases", to=["赤"]), "codes"),
        (_changed("sites", 0, "aliases", to=[1]), "site 1, aliases 1"),
    ],
)
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read(value, "skin.json")
    assert str(refused.value.values["place"]) == where


@pytest.fixture
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say("--today", "2026-12-01", "start", "2026-12-01", "--weight", "54", "--dose", "20").code == 0


def _shown() -> list[tuple[str, str | None, int]]:
    found = json.loads(say("--today", "2026-12-02", "observed", "skin", "--json").out)
    return [(one["code"], one["site"], one["value"]) for one in found]


@pytest.mark.usefixtures("_course")
def test_several_codes_are_logged_at_once_and_a_second_count_of_the_day_takes_the_place_of_the_first() -> None:
    assert say("--today", "2026-12-02", "log", "skin", "red=12", "膿", "３", "--area", "左ほほ").code == 0
    assert _shown() == [("pus", "left-cheek", 3), ("red", "left-cheek", 12)]
    assert say("--today", "2026-12-02", "log", "skin", "赤ニキビ＝10", "--area", "left cheek").code == 0
    assert say("--today", "2026-12-02", "log", "skin", "red=4", "--area", "chin").code == 0
    assert sorted(_shown()) == [("pus", "left-cheek", 3), ("red", "chin", 4), ("red", "left-cheek", 10)]
    assert say("--today", "2026-12-02", "log", "skin", "red=1", "red", "=", "4", "--area", "chin").code == 0
    assert say("--today", "2026-12-02", "undo").code == 0
    assert "Already there" in say("--today", "2026-12-02", "log", "skin", "red=4", "--area", "chin").out
    assert say("--today", "2026-12-02", "undo").code == 0
    assert say("--today", "2026-12-02", "undo").code == 0
    assert sorted(_shown()) == [("pus", "left-cheek", 3), ("red", "left-cheek", 12)]


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("typed", [
    ("red",), ("red=",), ("red=x",), ("red=-1",), ("red=1000",), ("red=2.5",), ("rred=2",), ("=2",), ("2",), (),
    ("red=1", "rred=2"), ("red=1", "--area", "foot"),
])  # fmt: skip
def test_what_is_not_understood_is_refused_in_one_line_and_nothing_of_it_is_saved(typed: tuple[str, ...]) -> None:
    refused = say("--today", "2026-12-02", "log", "skin", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert _shown() == []


@pytest.mark.usefixtures("_course")
def test_a_correction_is_held_against_the_vocabulary_too() -> None:
    assert say("--today", "2026-12-02", "log", "skin", "red=12").code == 0
    assert say("--today", "2026-12-02", "fix", "4", "--value", "1000").code == 2
    assert say("--today", "2026-12-02", "fix", "4", "--area", "foot").code == 2
    assert say("--today", "2026-12-02", "fix", "4", "--value", "11", "--area", "額").code == 0
    assert _shown() == [("red", "forehead", 11)]
    assert "赤ニキビ（額）11" in say("--today", "2026-12-02", "--lang", "ja", "history").out


def test_in_japanese_the_words_of_a_family_are_japanese() -> None:
    with pytest.raises(InputError) as refused:
        vocabulary("skin").code("xyzzy")
    assert language("ja").value(refused.value.values["family"]) == "肌"
    assert language("ja").value(refused.value.values["codes"]).startswith("白ニキビ、黒ニキビ、")
    assert language("en").value(refused.value.values["codes"]).startswith("white, black, ")


HABITS = [
    (("alcohol",), "alcohol", None, "doctornow"),
    (("alcohol=2",), "alcohol", 2, "doctornow"),
    (("お酒", "２"), "alcohol", 2, "doctornow"),
    (("飲酒＝0",), "alcohol", 0, None),
    (("with-food",), None, None, None),
    (("with-food", "yes"), "with-food", 1, None),
    (("with-food=no",), "with-food", 0, "F7, F8"),
    (("食事", "はい"), "with-food", 1, None),
    (("食事", "いいえ"), "with-food", 0, "F7, F8"),
    (("with-food=maybe",), None, None, None),
    (("with-food=2",), None, None, None),
    (("alcohol=yes",), None, None, None),
    (("alcohol=51",), None, None, None),
    (("alcohl",), None, None, None),
]
"""What is typed, the code and value that are recorded (None: nothing is), and the sources of what is said of it."""


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "code", "value", "sources"), HABITS)
def test_a_habit_is_one_line_and_only_what_a_source_says_is_said_of_it(
    typed: tuple[str, ...], code: str | None, value: int | None, sources: str | None
) -> None:
    logged = say("--today", "2026-12-02", "log", "habit", *typed)
    found = json.loads(say("--today", "2026-12-02", "observed", "habit", "--json").out)
    assert [(one["code"], one["value"]) for one in found] == ([(code, value)] if code is not None else [])
    assert logged.code == (0 if code is not None else 2)
    assert [line for line in logged.out.splitlines() if line.startswith("! ")] == (
        [line for line in logged.out.splitlines() if line.endswith(f"[{sources}]")] if sources else []
    )
    assert (sources is not None) == ("[" in logged.out)


@pytest.mark.usefixtures("_course")
def test_a_yes_and_a_no_are_said_as_such_and_can_be_corrected() -> None:
    assert say("--today", "2026-12-02", "log", "habit", "with-food", "yes").code == 0
    assert "capsules with a meal: yes" in say("--today", "2026-12-02", "history").out
    assert say("--today", "2026-12-02", "fix", "4", "--value", "no").code == 0
    assert "食事と一緒に服用：いいえ" in say("--today", "2026-12-02", "--lang", "ja", "history").out
    assert say("--today", "2026-12-02", "fix", "5", "--value", "2").code == 2
    assert say("--today", "2026-12-02", "log", "habit", "alcohol=2").code == 0
    assert "飲酒：2 " in say("--today", "2026-12-02", "--lang", "ja", "history").out
