"""Allergies and illnesses of the background: which a text mentions, what is said, until when it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Isotrack
from tests.test_journeys import SCHEMA
from tests.test_substances import NEVER
from tracker.conditions import conditions, mentioned_in, read
from tracker.errors import ProtocolError

SCHEMAS = Path(__file__).parent.parent / "schemas"
DATA = json.loads((SCHEMAS / "conditions.json").read_text())
BEGIN = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo",
         "--protocol", "jp")  # fmt: skip
TODAY = "2026-12-20"

THERE = [
    ("allergy", "peanuts", ["peanut-allergy"]),
    ("allergy", "allergic to peanuts", ["peanut-allergy"]),
    ("allergy", "ＰＥＡＮＵＴ　ＡＬＬＥＲＧＹ", ["peanut-allergy"]),
    ("allergy", "severe peanut-allergy, carries a pen", ["peanut-allergy"]),
    ("allergy", "arachis oil", ["peanut-allergy"]),
    ("allergy", "peanut?", ["peanut-allergy"]),
    ("allergy", "I can't eat peanuts", ["peanut-allergy"]),
    ("allergy", "does not tolerate soya", ["soya-allergy"]),
    ("allergy", "soy and peanuts", ["peanut-allergy", "soya-allergy"]),
    ("allergy", "no allergies except peanuts", ["peanut-allergy"]),
    ("allergy", "no milk, but soya", ["soya-allergy"]),
    ("allergy", "ピーナッツ", ["peanut-allergy"]),
    ("allergy", "ﾋﾟｰﾅﾂ", ["peanut-allergy"]),
    ("allergy", "ぴーなっつあれるぎー", ["peanut-allergy"]),
    ("allergy", "大豆とピーナッツ", ["peanut-allergy", "soya-allergy"]),
    ("allergy", "落花生で蕁麻疹が出ます", ["peanut-allergy"]),
    ("allergy", "大豆が食べられない", ["soya-allergy"]),
    ("allergy", "ピーナッツ以外のアレルギーなし", ["peanut-allergy"]),
    ("allergy", "卵のアレルギーはないが大豆アレルギーあり", ["soya-allergy"]),
    ("note", "大豆アレルギー", ["soya-allergy"]),
    ("note", "allergic to soybeans as a child", ["soya-allergy"]),
    ("illness", "history of depression", ["depression"]),
    ("illness", "was depressed in 2019, no longer depressed", ["depression"]),
    ("illness", "うつ病", ["depression"]),
    ("illness", "うつの既往", ["depression"]),
    ("illness", "鬱病が治っていない", ["depression"]),
    ("illness", "うつ病の治療を受けていない", ["depression"]),
    ("medicine", "something for depression", ["depression"]),
    ("illness", "liver disease", ["liver-disease"]),
    ("illness", "no treatment for my liver disease", ["liver-disease"]),
    ("illness", "B型肝炎", ["liver-disease"]),
    ("illness", "脂肪肝と言われた", ["liver-disease"]),
    ("illness", "Hyperlipidemia", ["high-lipids"]),
    ("illness", "my cholesterol is fine but high triglycerides", ["high-lipids"]),
    ("illness", "脂質異常症", ["high-lipids"]),
    ("illness", "コレステロールが高い", ["high-lipids"]),
    ("illness", "hypervitaminosis A", ["hypervitaminosis-a"]),
    ("illness", "ビタミンＡ過剰症", ["hypervitaminosis-a"]),
    ("illness", "diabetic", ["diabetes"]),
    ("note", "breast-feeding", ["breast-feeding"]),
    ("note", "妊活中", ["pregnancy"]),
    ("illness", "liver disease and depression; no diabetes", ["liver-disease", "depression"]),
]
NOT_THERE = [
    ("allergy", "no allergies", []),
    ("allergy", "none", []),
    ("allergy", "peanut: no", ["peanut-allergy"]),
    ("allergy", "Peanuts - none", ["peanut-allergy"]),
    ("allergy", "no peanut or soya allergy", ["peanut-allergy", "soya-allergy"]),
    ("allergy", "not allergic to peanuts", ["peanut-allergy"]),
    ("allergy", "アレルギーなし", []),
    ("allergy", "アレルギーはありません", []),
    ("allergy", "ピーナッツアレルギーなし", ["peanut-allergy"]),
    ("allergy", "大豆・ピーナッツアレルギーはありません", ["peanut-allergy", "soya-allergy"]),
    ("allergy", "大豆：なし", ["soya-allergy"]),  # noqa: RUF001 - as it is typed in Japanese
    ("illness", "no history of depression", ["depression"]),
    ("illness", "never had depression", ["depression"]),
    ("illness", "I don't have diabetes", ["diabetes"]),
    ("illness", "denies depression", ["depression"]),
    ("illness", "うつ病の既往なし", ["depression"]),
    ("illness", "うつ病ではありません", ["depression"]),
    ("illness", "うつ病になったことはない", ["depression"]),
    ("illness", "持病なし", []),
    ("illness", "特になし", []),
    ("note", "not pregnant", ["pregnancy"]),
    ("note", "妊娠していません", ["pregnancy"]),
]
OTHERS = [
    ("allergy", "pollen"), ("allergy", "coconut"), ("allergy", "花粉"), ("allergy", "梨"), ("illness", "asthma"),
    ("illness", "喘息"), ("illness", "風邪がうつった"), ("note", "ate soya yesterday"),
    ("note", "peanut butter sandwich"), ("medicine", "soya isoflavone"), ("note", "うつぶせで寝る"),
    ("illness", "migraine"),
]  # fmt: skip


def codes(about: str, text: str) -> list[str]:
    return [one.condition.code for one in mentioned_in(text, of_an_allergy=about == "allergy").there]


@pytest.mark.parametrize(("about", "text", "expected"), THERE)
def test_a_word_of_the_list_is_found_whole_in_a_longer_text(about: str, text: str, expected: list[str]) -> None:
    assert codes(about, text) == expected


@pytest.mark.parametrize(("about", "text", "expected"), NOT_THERE)
def test_what_is_said_not_to_be_there_is_told_apart(about: str, text: str, expected: list[str]) -> None:
    found = mentioned_in(text, of_an_allergy=about == "allergy")
    assert ([one.code for one in found.denied], list(found.there)) == (expected, [])
    assert found.is_nothing or expected


@pytest.mark.parametrize(("about", "text"), OTHERS)
def test_other_words_are_none_of_the_list(about: str, text: str) -> None:
    assert codes(about, text) == []


@pytest.mark.parametrize("one", conditions().conditions, ids=lambda one: one.code)
def test_every_word_of_the_list_is_found_by_itself_in_either_kana_and_inside_a_sentence(one: Any) -> None:
    for word in (one.code, one.name.en, one.name.ja, *one.aliases, *one.unconfirmed):
        said = f"since 2019 {word}, mild" if word.isascii() else f"「{word}」と言われた"
        for text in (word, word.upper(), said):
            assert one.code in codes("allergy" if one.is_allergy else "illness", text), text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("peanutt", "peanut-allergy"),
        ("depresion", "depression"),
        ("liver", "liver-disease"),
        ("ピーナッッツ", "peanut-allergy"),
    ],
)
def test_what_is_near_a_word_is_offered_and_not_taken(isotrack: Isotrack, typed: str, expected: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    said = isotrack("log", "background", "allergy", typed, today=TODAY).out
    assert f"--value {expected}" in said
    assert "tell your clinic" in said
    assert isotrack("--json", today=TODAY).json["findings"] == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("about", "text", "expected"), [THERE[0], THERE[-3], THERE[-2]])
def test_it_is_said_when_it_is_recorded_and_stands_until_the_last_capsule(
    isotrack: Isotrack, language: str, about: str, text: str, expected: list[str]
) -> None:
    isotrack(*BEGIN, today=TODAY)
    said = isotrack("--lang", language, "log", "background", about, text, today=TODAY).out
    name = next(one.name for one in conditions().conditions if one.code == expected[0])
    assert name.in_language(language) in said
    assert not NEVER.search(said)
    status = isotrack("--lang", language, "--json", today=TODAY).json
    jsonschema.validate(status, SCHEMA)
    assert [(one["about"], one["level"], one["codes"]) for one in status["findings"]] == [
        ("background", "contact-clinic", expected)
    ]
    assert "background-conflict" in status["notices"]
    assert name.in_language(language) in isotrack("--lang", language, today=TODAY).out
    isotrack("stop", "2026-12-20", today="2026-12-21")
    assert isotrack("--json", today="2026-12-21").json["findings"] == []


def test_before_the_first_capsule_it_is_to_be_asked_before_it(isotrack: Isotrack) -> None:
    isotrack(*BEGIN, today="2026-11-25")
    isotrack("log", "background", "allergy", "peanuts", today="2026-11-25")
    assert "Ask your clinic before Tue 1 Dec 2026: peanut allergy" in isotrack(today="2026-11-25").out


@pytest.mark.parametrize(("text", "stands"), [("depression", True), ("breast-feeding", False)])
def test_what_is_over_counts_where_a_history_of_it_does(isotrack: Isotrack, text: str, stands: bool) -> None:  # noqa: FBT001
    isotrack(*BEGIN, today=TODAY)
    isotrack("log", "background", "illness", text, "--until", "2026-12-10", "--on", "2026-12-05", today=TODAY)
    assert bool(isotrack("--json", today=TODAY).json["findings"]) is stands


def test_each_stands_once_until_its_entry_is_corrected(isotrack: Isotrack) -> None:
    isotrack(*BEGIN, today=TODAY)
    for text in ("peanuts", "ピーナッツ"):
        isotrack("log", "background", "allergy", text, today=TODAY)
    assert len(isotrack("--json", today=TODAY).json["findings"]) == 1
    isotrack("undo", today=TODAY)
    number = isotrack("background", "--json", today=TODAY).json[0]["id"]
    said = isotrack("fix", str(number), "--value", "no peanut allergy", today=TODAY).out
    assert "Read as not there: peanut allergy" in said
    assert isotrack("--json", today=TODAY).json["findings"] == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("about", ["allergy", "illness"])
def test_of_what_is_not_in_the_list_the_clinic_is_to_hear(isotrack: Isotrack, language: str, about: str) -> None:
    isotrack(*BEGIN, today=TODAY)
    said = isotrack("--lang", language, "log", "background", about, "xyz", today=TODAY).out
    assert {"en": "tell your clinic", "ja": "クリニックにお伝えください"}[language] in said
    assert not NEVER.search(said)
    said = isotrack("--lang", language, "log", "background", "note", "xyz", today=TODAY).out
    assert "xyz" not in said.split("\n", 1)[1]


MEDICINES = [
    ("minocycline", ["minocycline"]),
    ("I take minocycline every day", ["minocycline"]),
    ("minocycline and methotrexate", ["methotrexate", "minocycline"]),
    ("ミノマイシンを毎日", ["minocycline"]),
    ("ミノマイシンとメトトレキサート", ["methotrexate", "minocycline"]),
    ("no minocycline", []),
    ("ミノマイシンなし", []),
    ("none", []),
    ("ibuprofen", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MEDICINES)
def test_other_medicines_are_compared_with_the_substances(isotrack: Isotrack, text: str, expected: list[str]) -> None:
    isotrack(*BEGIN, today=TODAY)
    isotrack("log", "background", "medicine", text, today=TODAY)
    found = isotrack("--json", today=TODAY).json["findings"]
    assert sorted(code for one in found for code in one["codes"]) == expected


def test_the_file_follows_its_schema_and_wrong_ones_are_refused() -> None:
    jsonschema.validate(DATA, json.loads((SCHEMAS / "conditions.schema.json").read_text()))
    for spoil in ("level", "reason", "kind", "lasting", "sources", "confirmed"):
        wrong = json.loads(json.dumps(DATA))
        del wrong["conditions"][0][spoil]
        with pytest.raises(ProtocolError, match=spoil):
            read(wrong, "conditions.json")
    twice = json.loads(json.dumps(DATA))
    twice["conditions"][1]["aliases"].append("Peanut")
    with pytest.raises(ProtocolError, match="stands for"):
        read(twice, "conditions.json")
