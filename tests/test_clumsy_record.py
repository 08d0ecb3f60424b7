"""The record as it is typed in a hurry: numbers in front, several things at once, slips, what cannot well be meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tests.support import Machine, machine_in, say, settle
from tests.test_no_english import KINDS
from tracker.cli import complaints
from tracker.cli.complaints import Denied, Said, Unclear
from tracker.cli.kinds import named
from tracker.facts.observation import Observation
from tracker.substances import meant_by_all
from tracker.vocabulary import vocabulary

BEGIN = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo",
         "--protocol", "jp", "--sex", "female")  # fmt: skip
TODAY = "2026-12-20"
WORDS = vocabulary("symptom")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", TODAY)
    assert say(*BEGIN).code == 0
    return place


# --- grades before and behind their names ----------------------------------------------------------------

GRADES = [
    ("2 headache", [("headache", 2)]),
    ("2 だるい", [("fatigue", 2)]),
    ("２　だるい", [("fatigue", 2)]),
    ("2頭痛", [("headache", 2)]),
    ("頭痛2", [("headache", 2)]),
    ("grade 2 headache", [("headache", 2)]),
    ("3 頭痛 1 だるい", [("headache", 3), ("fatigue", 1)]),
    ("2 headache and 1 nausea", [("headache", 2), ("nausea", 1)]),
    ("2 headache, 1 nausea", [("headache", 2), ("nausea", 1)]),
    ("headache 2 nausea 1", [("headache", 2), ("nausea", 1)]),
    ("headache 2 tired", [("headache", 2), ("fatigue", None)]),
    ("2 lips", [("cheilitis", 2)]),
    ("頭痛と吐き気", [("headache", None), ("nausea", None)]),
    ("頭痛2と吐き気1", [("headache", 2), ("nausea", 1)]),
    ("頭痛、吐き気", [("headache", None), ("nausea", None)]),
]
NO_GRADE = ["2 headaches", "3 days headache", "2 weeks of headache", "3日 頭痛", "headache 2 3 nausea"]


@pytest.mark.parametrize(("text", "expected"), GRADES)
def test_a_grade_stands_before_its_name_or_behind_it(text: str, expected: list[tuple[str, int | None]]) -> None:
    found = complaints.read([text], WORDS)
    assert [(part.word.code, part.grade) for part in found if isinstance(part, Said)] == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("text", NO_GRADE)
def test_a_number_that_counts_something_else_is_asked_about_and_offered_as_no_grade(text: str) -> None:
    unclear = [part for part in complaints.read([text], WORDS) if isinstance(part, Unclear)]
    assert unclear or text == NO_GRADE[-1]
    assert {part.grade for part in unclear} <= {None}


def test_every_symptom_keeps_its_grade_on_either_side_in_both_languages() -> None:
    for word in (one for one in WORDS.codes if one.most >= 2 and not one.records):
        for name in (word.code, word.name.en, word.name.ja):
            for text in (f"2 {name}", f"{name} 2"):
                if re.search("[0-9,、]", name):
                    continue
                [part] = complaints.read([text], WORDS)
                assert isinstance(part, Said), text
                assert (part.word, part.grade) == (word, 2), text


def test_nothing_of_it_is_still_nothing_of_it() -> None:
    assert isinstance(complaints.read(["0 headache"], WORDS)[0], Denied)


OFFERED = [
    (("symptom", "headake", "1"), "isotrack log symptom headache 1", "isotrack log symptom 頭痛 1"),
    (("symptom", "1", "headake"), "isotrack log symptom headache 1", "isotrack log symptom 頭痛 1"),
    (("symptom", "headake 2 nausia 3"), "isotrack log symptom headache 2 nausea 3", "isotrack log symptom 頭痛 2 "),
    (("symptom", "headache 1 nausia 3"), "isotrack log symptom headache 1 nausea 3", "isotrack log symptom 頭痛 1 "),
    (("blood", "70", "ALT"), "isotrack log blood ALT=70", "isotrack log blood ALT=70"),
    (("blood", "600 CPK"), "isotrack log blood CK=600", "isotrack log blood CK=600"),
    (("blood", "70", "ALT", "600 U/L", "CPK"), "ALT=70 'CK=600 U/L'", "ALT=70 'CK=600 U/L'"),
    (("blood", "145 中性脂肪"), "isotrack log blood TG=145", "isotrack log blood TG=145"),
    (("blood", "ALTT", "70"), "log blood alt 70", "log blood alt 70"),
]


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(("typed", "english", "japanese"), OFFERED)
def test_what_is_offered_keeps_the_number_and_all_else_that_was_said(
    typed: tuple[str, ...], english: str, japanese: str
) -> None:
    for language, expected in (("en", english), ("ja", japanese)):
        refused = say("--lang", language, "log", *typed)
        assert (refused.code, expected in refused.err) == (2, True), refused
    if english.startswith("isotrack"):
        assert say(*english.split()[1:], "--today", TODAY).code == 0


# --- what stands already ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_all_that_stands_already_is_named(isotrack: Isotrack, language: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    isotrack("log", "blood", "ALT=22", "AST=19", "TG=90", today=TODAY)
    said = isotrack("--lang", language, "log", "blood", "ALT=22", "AST=19", "TG=90", today=TODAY).out
    assert [word for word in ("ALT", "AST", "TG") if word not in said] == []
    said = isotrack("--lang", language, "log", "blood", "ALT=22", "CK=90", today=TODAY).out
    assert [word for word in ("ALT", "CK") if word not in said] == []
    isotrack("log", "symptom", "lips", "2", "tired", "1", today=TODAY)
    said = isotrack("--lang", language, "log", "symptom", "lips", "2", "tired", "1", today=TODAY).out
    names = {"en": ("lips", "tiredness"), "ja": ("口唇炎", "倦怠感")}[language]
    assert [word for word in names if word not in said] == []


@pytest.mark.parametrize("typed", ["chapped lips and tired", "唇とだるい", "tired, lips"])
def test_a_symptom_said_once_more_without_a_grade_keeps_the_one_that_stands(isotrack: Isotrack, typed: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    isotrack("log", "symptom", "lips", "2", today=TODAY)
    said = isotrack("log", "symptom", typed, today=TODAY).out
    assert "Already there: dry or cracked lips: grade 2" in said
    assert "lips is kept without a grade" not in said
    assert "tiredness is kept without a grade" in said


# --- what is cleared, and what is not --------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["rf-visual", "headache", "xyz"])
def test_a_red_flag_that_is_none_is_answered_with_what_stands(isotrack: Isotrack, typed: str) -> None:
    for language, nothing in (("en", "nothing stands"), ("ja", "何も残っていません")):
        isotrack(*BEGIN, "--patient", language, today=TODAY)
        refused = isotrack("--lang", language, "--patient", language, "log", "cleared", typed, today=TODAY, ok=False)
        assert nothing in refused.err
        isotrack("log", "symptom", "yellow eyes", "--patient", language, today=TODAY)
        refused = isotrack("--lang", language, "--patient", language, "log", "cleared", typed, today=TODAY, ok=False)
        assert "log cleared rf-liver" in refused.err


@pytest.mark.parametrize(("language", "words"), [("en", "isotrack log mood"), ("ja", "isotrack log mood")])
def test_a_mood_that_asks_for_the_clinic_says_how_its_line_ends(isotrack: Isotrack, language: str, words: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    assert words in isotrack("--lang", language, "log", "mood", "low", today=TODAY).out
    isotrack("log", "mood", "spirits=0", "worry=0", "sleep=0", "harm=0", today="2026-12-21")
    assert isotrack("--json", today="2026-12-21").json["findings"] == []


# --- what cannot well be meant ---------------------------------------------------------------------------

UNUSUAL = [
    ("blood", "TG=91 mmol/L"), ("blood", "TG=30mmol/L"), ("blood", "T-Bil=17 mg/dL"), ("blood", "ALT=9000"),
    ("blood", "CK=90000"), ("blood", "Hb=5"), ("blood", "ALT=22", "TC=1200"), ("weight", "260"), ("weight", "20"),
    ("weight", "24.9"),
]  # fmt: skip
USUAL = [
    ("blood", "TG=20 mmol/L"), ("blood", "TG=1500"), ("blood", "ALT=300"), ("blood", "CK=9000"), ("blood", "CK=<5"),
    ("blood", "T-Bil=1.1"), ("blood", "Hb=13.2"), ("weight", "25"), ("weight", "48.5"),
]  # fmt: skip


@pytest.mark.parametrize("typed", UNUSUAL)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_far_from_usual_is_not_saved_unasked(isotrack: Isotrack, typed: tuple[str, ...], language: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    before = isotrack("history", "--json", today=TODAY).out
    refused = isotrack("--lang", language, "log", *typed, today=TODAY, ok=False)
    assert "--yes" in refused.err
    assert isotrack("history", "--json", today=TODAY).out == before
    isotrack("--lang", language, "log", *typed, "--yes", today=TODAY)
    assert isotrack("history", "--json", today=TODAY).out != before


@pytest.mark.parametrize("typed", USUAL)
def test_what_is_met_is_saved_without_a_question(isotrack: Isotrack, typed: tuple[str, ...]) -> None:
    isotrack(*BEGIN, today=TODAY)
    assert isotrack("log", *typed, today=TODAY).code == 0


def test_an_unusual_weight_at_the_start_and_an_unusual_correction_are_said_to_be_so(isotrack: Isotrack) -> None:
    refused = isotrack(*(word if word != "54" else "260" for word in BEGIN), today=TODAY, ok=False)
    assert "--yes" in refused.err
    isotrack(*BEGIN, today=TODAY)
    isotrack("log", "blood", "TG=91", today=TODAY)
    number = max(
        one["id"] for command in isotrack("history", "--json", today=TODAY).json for one in command["recorded"]
    )
    asked = isotrack("fix", str(number), "--value", "91 mmol/L", today=TODAY, ok=False)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert "91 mmol/L" in isotrack("fix", str(number), "--value", "91 mmol/L", "--yes", today=TODAY).out


# --- lists in quotes -------------------------------------------------------------------------------------

LISTS = [
    (["minocycline and vitamin C"], ["minocycline", "vitamin-c"]),
    (["minocycline", "and", "vitamin C"], ["minocycline", "vitamin-c"]),
    (["minocycline & ibuprofen"], ["minocycline", None]),
    (["minocycline, methotrexate and ibuprofen"], ["minocycline", "methotrexate", None]),
    (["ミノマイシンとビタミンC"], ["minocycline", "vitamin-c"]),
    (["ミノマイシンとロキソニン"], ["minocycline", None]),
    (["ミノマイシン、ビタミンC"], ["minocycline", "vitamin-c"]),
    (["ミノマイシン", "と", "ビタミンC"], ["minocycline", "vitamin-c"]),
    (["とろろ昆布"], [None]),
    (["さとうきび"], [None]),
    (["sand"], [None]),
]


@pytest.mark.parametrize(("typed", "expected"), LISTS)
def test_and_parts_the_names_of_a_list(typed: list[str], expected: list[str | None]) -> None:
    found = meant_by_all(typed)
    assert [one.substance.code if one.substance is not None else None for one in found] == expected


# --- Japanese examples -----------------------------------------------------------------------------------


def test_every_word_is_accepted_by_its_japanese_name_which_a_shell_leaves_as_it_is() -> None:
    for family in (kind.name for kind in KINDS if kind.cls is Observation):
        words = vocabulary(family)
        for word in words.codes:
            assert words.known(word.name.ja) is word
            assert re.search(r"[\s()$`'\"\\|&;<>*?]", word.name.ja) is None


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        (("log", "mood"), "気分の落ち込み=1", "spirits"),
        (("log", "mood", "xx"), "気分の落ち込み=1", "spirits"),
        (("history", "--kind", "xyz"), "採血", "blood-test"),
        (("log", "symptom", "headake"), "log symptom 頭痛", "log symptom headache"),
        (("over", "headake"), "over 頭痛", "over headache"),
        (("check", "minocyclin"), "check ミノサイクリン", "check minocycline"),
        (("log", "symptom"), "log symptom 口唇炎・唇の乾燥 2", "lips 2"),
    ],
)
def test_japanese_examples_have_japanese_names(typed: tuple[str, ...], shown: str, hidden: str) -> None:
    said = say("--lang", "ja", *typed)
    assert (shown in said.out + said.err, hidden in said.out + said.err) == (True, False), said


def test_the_kinds_that_japanese_names_offer_are_taken() -> None:
    from tracker.cli.kinds import _called

    for kind in KINDS:
        assert kind.name in named([_called(kind)])


@pytest.mark.usefixtures("course")
def test_the_japanese_example_of_mood_can_be_typed() -> None:
    example = re.search(r"isotrack (log mood .*)", say("--lang", "ja", "log", "mood").err)
    assert example is not None
    assert say("--lang", "ja", *example[1].split()).code == 0


# --- a target that is not reached ------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "are not reached before"), ("ja", "達しないため")])
@pytest.mark.parametrize(("turns", "said"), [("2027-02-01", True), ("2027-11-15", False)])
def test_a_target_that_micronised_capsules_keep_from_being_reached_says_what_the_end_stands_on(
    isotrack: Isotrack, language: str, words: str, turns: str, *, said: bool
) -> None:
    isotrack(*BEGIN, "--target", "120", today=TODAY)
    isotrack("dose", "16", "--from", turns, "--product", "micronised", today=TODAY)
    assert (words in isotrack("--lang", language, "dose", today=TODAY).out) is said
