"""``log blood`` with values, and ``blood``: what is typed from a sheet, kept as printed, and looked at at once."""

from __future__ import annotations

import copy
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from tests.support import Machine, machine_in, say, say_on, settle
from tracker.analytes import analyte_named, is_analyte, laboratory, read, systems_of, unit_named
from tracker.cli.typed.measures import Measured, is_plain, measured_pairs, plain_pair, read_measured
from tracker.errors import InputError, ProtocolError
from tracker.laboratory import Analyte
from tracker.protocols import shipped

SCHEMAS = Path(__file__).parent.parent / "schemas"
DATA = json.loads((SCHEMAS / "analytes.json").read_text())
BEGIN = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo", "--can-become-pregnant")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = machine_in(tmp_path)
    settle(found, monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-24")
    return found


@pytest.fixture
def _course_of_nobody_who_can_become_pregnant(machine: Machine) -> None:
    assert say("--today", "2026-12-01", *BEGIN[:-1], "--cannot-become-pregnant", "--protocol", "jp-standard").code == 0
    assert machine.db.exists()


@pytest.fixture
def _course(machine: Machine) -> None:
    assert say("--today", "2026-12-01", *BEGIN, "--protocol", "jp-standard").code == 0
    assert machine.db.exists()


def recorded() -> list[dict[str, Any]]:
    return [fact for entry in json.loads(say("history", "--json").out) for fact in entry["recorded"]]


def values() -> dict[str, tuple[str, str | None, str | None]]:
    found = json.loads(say("blood", "--json").out)["values"]
    return {one["analyte"]: (one["value"], one["comparator"], one["unit"]) for one in found}


def draws() -> int:
    return sum(fact["kind"] == "blood-test" for fact in recorded())


# What is typed.

TYPED = {
    "ALT=22 AST=19": [("ALT", "22"), ("AST", "19")],
    "GOT 25 GPT 22": [("GOT", "25"), ("GPT", "22")],
    "ＡＬＴ＝２２": [("ＡＬＴ", "２２")],
    "ALT = 22, AST: 30": [("ALT", "22"), ("AST", "30")],
    "ALT H 45* AST 20": [("ALT", "H 45*"), ("AST", "20")],
    "HDL 55 LDL L 60": [("HDL", "55"), ("LDL", "L 60")],
    "TG 1.6 mmol/L CK <5": [("TG", "1.6 mmol/L"), ("CK", "<5")],
    "ALT<5 AST>=200": [("ALT", "<5"), ("AST", ">=200")],
    "ALT 45 (10 - 42) U/L CK 9": [("ALT", "45 (10 - 42) U/L"), ("CK", "9")],
    "LDL cholesterol 130 総ビリルビン 0.8": [("LDL cholesterol", "130"), ("総ビリルビン", "0.8")],
    "WBC 55 x10^2/uL Hb 13": [("WBC", "55 x10^2/uL"), ("Hb", "13")],
    "ALT= AST=3": [("ALT", ""), ("AST", "3")],
    "=2": [("", "2")],
    "ALT": [("ALT", "")],
    "ALT=x AST=3": [("ALT", "x"), ("AST", "3")],
}


@pytest.mark.parametrize(("typed", "pairs"), TYPED.items())
def test_names_and_values_are_told_apart_however_they_are_put_side_by_side(
    typed: str, pairs: list[tuple[str, str]]
) -> None:
    assert list(measured_pairs([typed])) == pairs
    assert list(measured_pairs(typed.split())) == pairs


def _measured(value: str, sign: str | None = None, unit: str | None = None, low: str = "", high: str = "") -> Measured:
    return Measured(Decimal(value), sign, unit, Decimal(low) if low else None, Decimal(high) if high else None, "")


PRINTED = {
    "22": _measured("22"), "0.4": _measured("0.4"), "２２．５": _measured("22.5"), "<5": _measured("5", "<"),
    "＜ 5": _measured("5", "<"), ">1000": _measured("1000", ">"), "≧5": _measured("5", ">="),
    "≤5": _measured("5", "<="),
    "H 45*": _measured("45"), "45H": _measured("45"), "L3": _measured("3"), "高 45": _measured("45"),
    "1.6mmol/L": _measured("1.6", None, "mmol/L"), "45 U/L": _measured("45", None, "U/L"),
    "45 IU": _measured("45", None, "IU"),
    "5.5 10^3/uL": _measured("5.5", None, "10^3/uL"), "45(10-42)": _measured("45", None, None, "10", "42"),
    "45 U/L (10〜42) H": _measured("45", None, "U/L", "10", "42"),
    "45（１０－４２）": _measured("45", None, None, "10", "42"),
    "45 [<42]": _measured("45", None, None, "", "42"), "45 (10-)": _measured("45", None, None, "10"),
    "60,5": _measured("60.5"), "0,900": _measured("0.900"), "1,25 mmol/L": _measured("1.25", None, "mmol/L"),
    "0,9 mg/dL (0,2 - 1,2)": _measured("0.9", None, "mg/dL", "0.2", "1.2"), "45 (H)": _measured("45"),
    "45 (Low)": _measured("45"), "High 45": _measured("45"), "45 HIGH": _measured("45"),
    "45 [H] (10-40)": _measured("45", None, None, "10", "40"), "45 10-40": _measured("45", None, None, "10", "40"),
    "52 H 9-46 U/L": _measured("52", None, "U/L", "9", "46"), "52 H 7-23": _measured("52", None, None, "7", "23"),
    "13.5 g/dL 11.6-14.8": _measured("13.5", None, "g/dL", "11.6", "14.8"),
    "45 (40以下)": _measured("45", None, None, "", "40"), "45 (40 U/L 未満)": _measured("45", None, "U/L", "", "40"),
    "45 (40 or less)": _measured("45", None, None, "", "40"), "45(0-40 U/L)": _measured("45", None, "U/L", "0", "40"),
    "55 (> OR = 40)": _measured("55", None, None, "40"), "55 (40以上)": _measured("55", None, None, "40"),
    "0.5 µkat/L": _measured("0.5", None, "μkat/L"), "5.5 x10*9/L": _measured("5.5", None, "x10*9/L"),
    "5,5 x10*9/L (4,0-10,0 x10*9/L)": _measured("5.5", None, "x10*9/L", "4.0", "10.0"),
    "145mg/dL H (30-117)": _measured("145", None, "mg/dL", "30", "117"),
}  # fmt: skip
REFUSED = ["", "x", "陰性", "-5", "+5", "1,234", "60,500", "1_000", "٣٠", "nan", "inf", "5 5", "45(42-10)",
           "45(0-0)", "45(42-42)", "45(x)", "45()", "45(-)", "45 (10-42) (10-42)", "9" * 400, "4..5", "<", "H", "5 < 6",
           "12345678", "1.1234567", "5\x1b[31m", "<<5", "3l", "l9", "1l.5", "3l U/L", "H 3l"]  # fmt: skip


@pytest.mark.parametrize(("printed", "said"), PRINTED.items())
def test_a_value_is_read_as_it_stands_on_the_sheet(printed: str, said: Measured) -> None:
    found = read_measured(printed)
    assert found.printed == printed
    wanted = (said.value, said.comparator, said.unit, said.low, said.high)
    assert (found.value, found.comparator, found.unit, found.low, found.high) == wanted


@pytest.mark.parametrize("printed", REFUSED)
def test_what_is_no_value_is_refused(printed: str) -> None:
    with pytest.raises(InputError):
        read_measured(printed)


@given(st.text("AＡγ0129０.,=<HlμÅ- ", max_size=12))
def test_the_short_way_through_what_is_plainly_typed_leads_to_the_same(typed: str) -> None:
    pair = plain_pair(typed)
    if pair is not None:
        assert [pair] == list(measured_pairs([typed]))
    if is_plain(typed):
        said = read_measured(f"{typed} x")
        assert read_measured(typed) == replace(said, unit=None, printed=typed)


# The data.


def test_the_analytes_are_as_their_schema_says() -> None:
    schema = json.loads((SCHEMAS / "analytes.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(DATA)


@pytest.mark.parametrize("one", DATA["analytes"], ids=lambda one: one["code"])
def test_every_name_of_an_analyte_is_found_however_it_is_typed(one: dict[str, Any]) -> None:
    for word in (one["code"], *one["name"].values(), *one["label"].values(), *one["aliases"]):
        wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in word)
        hiragana = "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in word)
        taken_apart = unicodedata.normalize("NFD", word)
        for typed in (word, word.upper(), word.lower(), f" {word} ", wide, hiragana, taken_apart):
            assert analyte_named(typed).code == one["code"], typed
    analyte = analyte_named(one["code"])
    assert one["name"]["en"].isascii()
    for unit in one["units"]:
        for typed in (unit["unit"], *unit.get("aliases", [])):
            assert unit_named(analyte, typed).name == unit["unit"]


def test_the_published_check_values_of_conversion_hold() -> None:
    def converted(code: str, value: int) -> Decimal:
        unit = analyte_named(code).unit("mmol/L")
        return round(Decimal(value) / unit.factor, 2)

    assert [converted("tg", value) for value in (150, 500, 800)] == list(map(Decimal, ("1.69", "5.65", "9.03")))
    assert [converted("tc", value) for value in (300, 400)] == list(map(Decimal, ("7.76", "10.34")))


def test_every_programme_has_habits_of_units() -> None:
    american = ("american", "conventional")
    assert {one.jurisdiction: systems_of(one.jurisdiction) for one in shipped()} == {
        "JP": ("conventional",), "US": american, "KR": american, **dict.fromkeys(("GB", "EU"), ("si",)),
        "FR": ("si", "french"),
    }  # fmt: skip
    assert systems_of("ZZ") == ()


@pytest.mark.parametrize(
    ("jurisdiction", "units"),
    [
        ("JP", {"tg": "mg/dL", "hb": "g/dL", "wbc": "/uL", "rbc": "10^4/uL", "plt": "10^4/uL", "alt": "U/L"}),
        ("US", {"tg": "mg/dL", "hb": "g/dL", "wbc": "10^3/uL", "rbc": "10^6/uL", "plt": "10^3/uL", "alt": "U/L"}),
        ("GB", {"tg": "mmol/L", "hb": "g/L", "wbc": "10^9/L", "rbc": "10^12/L", "plt": "10^9/L", "alt": "U/L"}),
        ("FR", {"tg": "mmol/L", "hdl": "mmol/L", "hb": "g/L", "wbc": "10^9/L", "alt": "U/L"}),
        ("ZZ", {"tg": None, "wbc": None, "alt": "U/L"}),
    ],
)
def test_a_value_without_a_unit_is_in_that_of_the_country(jurisdiction: str, units: dict[str, str | None]) -> None:
    usual = {code: analyte_named(code).usual(systems_of(jurisdiction)) for code in units}
    assert {code: unit and unit.name for code, unit in usual.items()} == units


def _changed(*path: str | int, to: object) -> dict[str, Any]:
    value: Any = copy.deepcopy(DATA)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    changed: dict[str, Any] = value
    return changed


WRONG = [
    ([], "the file"),
    (_changed("colour", to=1), "colour"),
    (_changed("analytes", to={}), "analytes"),
    (_changed("countries", to=[]), "countries"),
    (_changed("analytes", 0, "code", to="AST"), "analyte 1, code"),
    (_changed("analytes", 0, "name", to="AST"), "analyte 1, name"),
    (_changed("analytes", 0, "aliases", to=["GPT"]), "analytes"),
    (_changed("analytes", 0, "units", 0, "times", to="1/2"), "analyte 1, units 1.times"),
    (_changed("analytes", 0, "plausible", "least", to=1), "analyte 1, plausible.least"),
    (_changed("analytes", 0, "plausible", "most", to="0.5"), "analyte 1, plausible"),
    (_changed("analytes", 0, "ranges", 0, "unit", to="mg/dL"), "analyte 1, ranges 1.unit"),
    (_changed("analytes", 0, "ranges", 0, "low", to="40"), "analyte 1, ranges 1"),
    (_changed("analytes", 0, "limits", 0, "level", to="stop"), "analyte 1, limits 1.level"),
    (_changed("analytes", 0, "limits", 0, "sources", to=["L99"]), "analyte 1, limits 1.sources 1"),
    (_changed("analytes", 0, "limits", 0, "value", to="3"), "analyte 1, limits 1"),
    (_changed("analytes", 0, "grades", 0, "grade", to="1"), "analyte 1, grades 1.grade"),
    (_changed("analytes", 3, "limits", 1, "also", to={"kg/L": "5"}), "analyte 4, limits 2.also.kg/L"),
]


@pytest.mark.parametrize(("value", "where"), WRONG)
def test_a_file_of_analytes_that_is_wrong_is_refused_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read(value, "analytes.json")
    assert str(refused.value.values["place"]) == where


def test_a_new_analyte_is_data_alone() -> None:
    new = {"code": "vitamin-d", "name": {"en": "Vitamin D", "ja": "ビタミンD"}, "label": {"en": "VitD", "ja": "VitD"},
           "units": [{"unit": "ng/mL"}], "plausible": {"least": "1", "most": "500"}}  # fmt: skip
    found = read(DATA | {"analytes": [*DATA["analytes"], new]}, "analytes.json")
    assert found.analytes[-1].units[0].name == "ng/mL"


# The command.


@pytest.mark.usefixtures("_course")
def test_values_are_logged_with_their_draw_which_fills_its_planned_test() -> None:
    done = say("log", "blood", "ALT=22", "AST=19", "TG=145", "--fasting", "--note", "tired")
    assert done.code == 0, done
    assert "for blood/1" in done.out
    assert values() == {"alt": ("22", None, "U/L"), "ast": ("19", None, "U/L"), "tg": ("145", None, "mg/dL")}
    [draw] = [fact for fact in recorded() if fact["kind"] == "blood-test"]
    assert (draw["fasting"], draw["for"], draw["note"]) == (True, ["blood/1"], "tired")
    assert "TG) 145 mg/dL" in done.out


@pytest.mark.usefixtures("_course")
def test_results_are_added_to_a_draw_of_the_same_day_and_the_draw_is_not_logged_twice() -> None:
    assert say("log", "blood", "--on", "2026-12-20").code == 0
    assert say("log", "blood", "ALT=22", "--on", "2026-12-20").code == 0
    assert say("log", "採血", "GOT", "25", "--fasting", "--on", "2026-12-20").code == 0
    assert "Already there" in say("log", "blood", "ALT=22", "--on", "2026-12-20").out
    assert "Already there" in say("log", "blood", "--on", "2026-12-20").out
    assert values() == {"ast": ("25", None, "U/L"), "alt": ("22", None, "U/L")}
    standing = json.loads(say("plan", "--json").out)["items"]
    assert [one["key"] for one in standing if one["done_on"] == "2026-12-20"] == []
    assert "now counts for blood/1" in say("log", "blood", "TG=100", "--on", "2026-12-20").out
    standing = json.loads(say("plan", "--json").out)["items"]
    assert [one["key"] for one in standing if one["done_on"] == "2026-12-20"] == ["blood/1"]
    shown = json.loads(say("blood", "--json").out)
    assert [(one["on"], one["fasting"]) for one in shown["draws"]] == [("2026-12-20", True)]


@pytest.mark.usefixtures("_course")
def test_a_second_value_of_a_day_takes_the_place_of_the_first_and_undo_brings_it_back() -> None:
    assert say("log", "blood", "ALT=22").code == 0
    again = say("log", "blood", "ALT=32", "AST=20")
    assert "It takes the place of ALT (GPT) 22 U/L" in again.out
    assert values() == {"alt": ("32", None, "U/L"), "ast": ("20", None, "U/L")}
    assert say("undo").code == 0
    assert values() == {"alt": ("22", None, "U/L")}
    assert draws() == 1


@pytest.mark.usefixtures("_course")
def test_results_that_come_later_are_not_taken_for_another_draw_in_silence() -> None:
    assert say("log", "blood", "--on", "2026-12-20").code == 0
    later = say("log", "blood", "ALT=22")
    assert "isotrack undo; isotrack log blood ... --on 2026-12-20" in later.out


@pytest.mark.parametrize("analyte", laboratory().analytes, ids=lambda one: one.code)
def test_two_names_of_one_analyte_side_by_side_are_that_analyte_and_of_two_are_none(analyte: Analyte) -> None:
    names = [analyte.label.en, analyte.label.ja, *analyte.aliases][:6]
    another = next(one for one in laboratory().analytes if one is not analyte).aliases[0]
    for form in ("{}({})", "{}（{}）", "{} ( {} )", "{}/{}", "{}・{}", "{} [{}]"):
        assert all(analyte_named(form.format(one, other)) is analyte for one, other in permutations(names, 2))
        with pytest.raises(InputError):
            analyte_named(form.format(names[0], another))


def test_two_names_of_one_analyte_end_the_value_before_them() -> None:
    typed = ["ALT/GPT 20 AST/GOT 22 U/L CK(CPK) 90"]
    pairs = [("ALT/GPT", "20"), ("AST/GOT", "22 U/L"), ("CK(CPK)", "90")]
    assert list(measured_pairs(typed, is_analyte)) == pairs


REFUSED_LINES = [
    (("ALTT=2",), "did you mean"), (("foo=2",), "values:"),
    (("CRP=0.1",), "values:"), (("PLT=250",), "'PLT=250 10^3/uL'"),
    (("HbA1c=5.2",), "values:"), (("Glu=90",), "values:"),
    (("BUN=12",), "values:"), (("Cre=0.7",), "values:"), (("RBC=4.5",), "'RBC=4.5 10^6/uL'"), (("UA=5",), "values:"),
    (("中性脂防=100",), "did you mean"), (("triglicerides=100",), "did you mean"),
    (("ALT=22", "foo=2"), "log blood ALT=22"), (("ALT=22", "Cr=0.7", "AST=20", "UA=5"), "not known: Cr, UA"),
    (("ALT/AST=20",), "no blood value"), (("GOT（CPK）=20",), "no blood value"),
    (("ALT=22", "GPT=22"), "said twice: 22 and 22"), (("ALT",), "the value is missing"), (("=2",), "without the name"),
    (("ALT=陰性",), "no blood value"), (("ALT=-5",), "no blood value"), (("ALT=1,234",), "without a comma"),
    (("ALT=22mg/dL",), "is not measured in"), (("ALT=1e400",), "is not measured in"),
    (("ALT=99999",), "cannot be; expected 1 to 30000"),
    (("ALT=0",), "cannot be"), (("TG=1.6",), "cannot be 1.6 mg/dL; it can be 1.6 mmol/L (141.71 mg/dL)"),
    (("TG=1.6mg/dL",), "it can be 1.6 mmol/L"), (("TG=145mmol/L",), "it can be 145 mg/dL (1.64 mmol/L)"),
    (("TC=5.2",), "it can be 5.2 mmol/L (201.08 mg/dL)"), (("LDL=3.1",), "it can be 3.1 mmol/L"),
    (("HDL=1.4",), "it can be 1.4 mmol/L"), (("Hb=140",), "it can be 140 g/L (14 g/dL)"),
    (("WBC=5.5",), "it can be 5.5 x10^3/uL (5500 /uL)"), (("ALT=45(42-10)",), "does not go up"),
    (("ALT=45(0-0)",), "does not go up"), (("hCG=<5",), "log pregnancy-test negative"), (("--ask",), "terminal"),
    (("ALT=22", "--on", "2026-12-25"), "has not come yet"), (("ALT=22\x07",), "cannot be stored"),
    (("ALT=" + "9" * 400,), "no blood value"), (("", " "), "nothing was saved"),
]  # fmt: skip


RUN_TOGETHER = {
    "Trig 150": "Triglycerides (TG) 150 mg/dL", "TRIGS=150": "Triglycerides (TG) 150 mg/dL",
    "Bili 0.7": "Total bilirubin 0.7 mg/dL", "T Bili 0.7": "Total bilirubin 0.7 mg/dL",
    "Tot Bili: 0.7": "Total bilirubin 0.7 mg/dL", "Alk Phos 70": "ALP (IFCC) 70 U/L",
    "ALT (SGPT) 22": "ALT (GPT) 22 U/L", "White count 6200": "White blood cells (WBC) 6200",
    "ALT22": "ALT (GPT) 22 U/L", "ALT２２": "ALT (GPT) 22 U/L", "中性脂肪145": "Triglycerides (TG) 145 mg/dL",
    "TG<100": "Triglycerides (TG) <100 mg/dL", "ALT22U/L": "ALT (GPT) 22 U/L", "γ-GTP30": "GGT (gamma-GTP) 30 U/L",
}  # fmt: skip


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "said"), RUN_TOGETHER.items())
def test_a_value_may_stand_right_behind_its_name(typed: str, said: str) -> None:
    assert said in say("log", "blood", typed, "CK=100").out


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "words"), REFUSED_LINES)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_not_understood_is_refused_in_one_line_and_nothing_is_saved(
    typed: tuple[str, ...], words: str, lang: str
) -> None:
    refused = say("--lang", lang, "log", "blood", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert lang == "ja" or words in refused.err, refused
    assert draws() == 0


@pytest.mark.parametrize(("programme", "typed", "unit"), [
    ("jp", "TG=145", "mg/dL"), ("us", "TG=145", "mg/dL"), ("kr", "TG=145", "mg/dL"), ("uk", "TG=1.6", "mmol/L"),
    ("fr", "TG=1.6", "mmol/L"), ("eu", "T-Bil=12", "umol/L"), ("jp", "T-Bil=0.8", "mg/dL"), ("uk", "Hb=140", "g/L"),
    ("uk", "ALT=20", "U/L"),
])  # fmt: skip
@pytest.mark.usefixtures("machine")
def test_a_value_without_a_unit_takes_that_of_the_programme_s_country_and_says_so(
    programme: str, typed: str, unit: str
) -> None:
    assert say("--today", "2026-12-01", *BEGIN, "--protocol", programme).code == 0
    done = say("log", "blood", typed)
    assert done.code == 0, done
    assert f"{typed.partition('=')[2]} {unit}" in done.out
    [(_value, _sign, kept)] = values().values()
    assert kept == unit


@pytest.mark.usefixtures("_course")
def test_what_was_printed_is_kept_to_the_letter() -> None:
    assert say("log", "blood", "ALT=Ｈ ４５*", "γ-GTP", "<5", "CK=145 IU/L (59-248)").code == 0
    found = {one["code"]: one for one in recorded() if one["kind"] == "lab"}
    assert {code: one["printed"] for code, one in found.items()} == {
        "alt": "Ｈ ４５*", "ggt": "<5", "ck": "145 IU/L (59-248)",
    }  # fmt: skip
    assert (found["ck"]["low"], found["ck"]["high"], found["ck"]["unit"]) == (59, 248, "U/L")
    assert found["ggt"]["comparator"] == "<"


@pytest.mark.usefixtures("_course")
def test_a_value_is_corrected_as_it_is_logged() -> None:
    assert say("log", "blood", "TG=145", "ALT=22").code == 0
    number = {one["code"]: str(one["id"]) for one in recorded() if one["kind"] == "lab"}
    assert say("fix", number["tg"], "--value", "1.6mmol/L").code == 0
    assert say("fix", number["alt"], "--value", "<5 (5-24)").code == 0
    assert values() == {"tg": ("1.6", None, "mmol/L"), "alt": ("5", "<", "U/L")}
    newest = {one["code"]: one for one in reversed(recorded()) if one["kind"] == "lab"}
    assert newest["alt"]["printed"] == "<5 (5-24)"
    for typed in (("--value", "99999"), ("--value", "x"), ("--fasting",), ("--sex", "m")):
        refused = say("fix", str(newest["alt"]["id"]), *typed)
        assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert say("log", "blood", "ALT=30", "--on", "2026-12-20").code == 0
    assert "has such an entry already" in say("fix", str(newest["alt"]["id"]), "--on", "2026-12-20").err
    assert say("fix", str(newest["alt"]["id"]), "--on", "2026-12-21").code == 0
    assert say("fix", str(newest["tg"]["id"]), "--remove").code == 0
    assert values().keys() == {"alt"}


@pytest.mark.usefixtures("_course")
def test_the_draw_says_fasting_and_is_corrected() -> None:
    assert say("log", "blood", "--not-fasting").code == 0
    [draw] = [one for one in recorded() if one["kind"] == "blood-test"]
    assert draw["fasting"] is False
    assert "not fasting" in say("history").out
    assert say("fix", str(draw["id"]), "--fasting").code == 0
    assert "blood test (fasting)" in say("history").out


@pytest.mark.usefixtures("_course")
def test_a_note_is_added_to_that_of_the_draw_and_none_is_lost() -> None:
    for note in ("left arm", "tired", "left arm"):
        assert say("log", "blood", "--note", note).code == 0
    newest = next(one for one in recorded() if one["kind"] == "blood-test")
    assert newest["note"] == "left arm\ntired"


# What there is to notice.


@pytest.mark.usefixtures("_course")
def test_findings_are_printed_at_once_and_the_worst_stands_on_the_status_until_a_newer_value_closes_it() -> None:
    assert say("log", "person", "female").code == 0
    done = say("log", "blood", "ALT=24", "TG=812", "AST=95", "--on", "2026-12-20")
    found = [line for line in done.out.splitlines() if line.startswith(("!", "Watch"))]
    assert [line.partition(":")[0] for line in found] == [
        "! Contact your clinic now", "! Contact your clinic", "Watch",
    ]  # fmt: skip
    assert "812 mg/dL" in found[0]
    assert "[L4]" in found[0]
    status = say().out.splitlines()
    assert status[0].startswith("! Contact your clinic now: Triglycerides (TG) 812 mg/dL"), status
    assert say("log", "blood", "TG=100").code == 0
    assert "! Contact your clinic: AST (GOT) 95 U/L" in say().out
    assert say("log", "blood", "ALT=20", "AST=20").code == 0
    assert "Contact" not in say().out
    assert json.loads(say("blood", "--json").out)["findings"] == []


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "is_asked_about"), [
    ("ALT=45(100-420)", True), ("ALT=45(10-42)", False), ("ALT=45(7-84)", False), ("ALT=45(7-85)", True),
    ("ALT=45(1-11)", True), ("ALT=45(1-12)", False), ("TG=1.7mmol/L(0.4-1.7)", False), ("TG=1.7mmol/L(30-117)", True),
    ("LDH=300(120-999)", False), ("TG=145(50-149)", False),
])  # fmt: skip
def test_a_printed_range_far_from_the_usual_one_is_asked_about(typed: str, is_asked_about: bool) -> None:  # noqa: FBT001
    done = say("log", "blood", typed)
    assert (done.code, "Is it right?" in done.out) == (0, is_asked_about), done


@pytest.mark.usefixtures("_course_of_nobody_who_can_become_pregnant")
def test_without_a_sex_both_ranges_are_said_and_a_line_says_how_to_give_it() -> None:
    done = say("log", "blood", "TG=150")
    assert "234 for men, 117 for women" in done.out
    assert "isotrack log person female" in done.out
    assert say("log", "person", "男性").code == 0
    assert json.loads(say("blood", "--json").out)["findings"] == []
    assert say("log", "本人", "女性").code == 0
    assert [one["level"] for one in json.loads(say("blood", "--json").out)["findings"]] == ["watch"]


@pytest.mark.usefixtures("machine")
def test_sex_and_birth_are_said_when_a_course_opens_and_hold_in_the_next_one() -> None:
    assert say("--today", "2026-12-01", *BEGIN, "--sex", "女性", "--born", "2001年4月30日").code == 0
    [person] = [one for one in recorded() if one["kind"] == "person"]
    assert (person["sex"], person["born"]) == ("female", "2001-04-30")
    assert say("stop", "2026-12-20").code == 0
    assert say("--today", "2027-12-01", "start", "2027-12-01", "--weight", "54", "--dose", "20").code == 0
    assert json.loads(say("--today", "2027-12-02", "blood", "--json").out)["sex"] == "female"


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("typed", [
    (), ("--born", "2027-01-01"), ("--born", "2026-01-01"), ("--born", "1900-01-01"), ("other",),
    ("female", "--born", "x"),
])  # fmt: skip
def test_what_cannot_be_of_a_person_is_refused_in_one_line(typed: tuple[str, ...]) -> None:
    refused = say("log", "person", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_table_fits_eighty_columns_and_drops_the_oldest_draws(
    lang: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(count):
        on = f"2026-12-{10 + number}"
        typed = ("ALT=22", "AST=19.5", f"TG={140 + 100 * number}", "T-Bil=0.8", "WBC=5500", "TC=200", "CK=H 300*")
        assert say("log", "blood", *typed, "--on", on, "--fasting").code == 0
    out = say("--lang", lang, "blood").out
    lines = out.splitlines()
    begins = next(at for at, line in enumerate(lines) if re.match(r"(Day|日付) .*12[-/]", line))
    assert max(cell_len(line) for line in lines[begins : begins + 10]) <= 80
    between = "/" if lang == "ja" else "-"
    assert f"12{between}{9 + count}" in lines[begins]
    assert (f"12{between}10" in lines[begins]) == (count < 9)
    assert "300 H" in out


@pytest.mark.usefixtures("_course_of_nobody_who_can_become_pregnant")
def test_the_json_is_as_its_schema_says_and_has_day_and_dose() -> None:
    schema = json.loads((SCHEMAS / "blood.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(say("blood", "--json").out), schema)
    assert say("log", "blood", "ALT=70", "TG=1.7mmol/L", "CK=<5", "LDH=300", "--on", "2026-11-30").code == 0
    assert say("log", "blood", "ALT=H 130(5-40)", "TG=812", "--on", "2026-12-10", "--not-fasting").code == 0
    found = json.loads(say("blood", "--json").out)
    jsonschema.validate(found, schema)
    assert found["draws"] == [
        {"on": "2026-11-30", "course_day": 0, "dose_mg": None, "fasting": None},
        {"on": "2026-12-10", "course_day": 10, "dose_mg": 20, "fasting": False},
    ]
    assert found["values"][0]["range"] == {
        "low": "10", "high": "23", "is_own": False,
        "by_sex": {"female": {"low": "7", "high": "23"}, "male": {"low": "10", "high": "42"}},
    }  # fmt: skip
    assert "30-117/40-234" in say("blood").out
    assert [(one["level"], one["analyte"], one["limit"]) for one in found["findings"]] == [
        ("contact-clinic-now", "tg", "800"), ("contact-clinic", "alt", "120"),
    ]  # fmt: skip
    assert "not drawn fasting" in found["findings"][0]["text"]
    assert found["findings"][0]["text"].count("at the start") == 1
    assert [one["range"] for one in found["values"] if one["analyte"] == "alt"][-1] == {
        "low": "5", "high": "40", "is_own": True, "by_sex": None,
    }  # fmt: skip


@pytest.mark.usefixtures("_course")
def test_values_in_two_units_are_shown_in_that_of_the_newest() -> None:
    assert say("log", "blood", "TG=1.7mmol/L", "--on", "2026-12-10").code == 0
    assert say("log", "blood", "TG=160").code == 0
    line = next(line for line in say("blood").out.splitlines() if line.startswith("TG"))
    assert line.split()[1:4] == ["150.57*", "H", "160"]
    assert "+9.43" in line


@pytest.mark.usefixtures("_course")
def test_without_values_the_screen_says_how_they_are_logged() -> None:
    assert "isotrack log blood ALT=22" in say("blood").out
    assert "isotrack log blood ALT=22" in say("--lang", "ja", "blood").out


def _at_a_terminal(machine: Machine, answers: str, *arguments: str) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", *arguments], cwd=machine.folder, stdin=theirs, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=machine.environment(ISOTRACK_TODAY="2026-12-24", ISOTRACK_LANG="en"),
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, answers.encode())
    out, _none = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, out.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("_course")
def test_at_a_terminal_a_value_of_another_unit_is_asked_about(machine: Machine) -> None:
    code, out = _at_a_terminal(machine, "n\n", "log", "blood", "TG=1.6")
    assert (code, draws(), "1.6 mmol/L (141.71 mg/dL) meant?" in out) == (2, 0, True), out
    code, out = _at_a_terminal(machine, "y\n", "log", "blood", "TG=1.6")
    assert (code, values()) == (0, {"tg": ("1.6", None, "mmol/L")}), out


@pytest.mark.slow
@pytest.mark.usefixtures("_course")
def test_at_a_terminal_value_after_value_is_asked_for_and_a_slip_is_asked_again(machine: Machine) -> None:
    code, out = _at_a_terminal(machine, "25\nx\n22\n\n145 mg/dL\n.\n", "log", "blood", "--ask", "--fasting")
    assert (code, list(values())) == (0, ["ast", "alt", "tg"]), out
    assert '"x" is no blood value' in out


def test_the_laboratory_s_data_is_read_once_and_only_where_it_is_needed(machine: Machine) -> None:
    assert say("--today", "2026-12-01", *BEGIN).code == 0
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tracker", "log", "dose"], cwd=machine.folder,
        env=machine.environment(ISOTRACK_TODAY="2026-12-24"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "tracker.analytes" not in ran.stderr
    assert len(laboratory().analytes) == len(DATA["analytes"])


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_unit_that_begins_with_a_number_does_not_run_together_with_the_value(lang: str) -> None:
    said = say("--lang", lang, "log", "blood", "WBC=5.6 10^3/uL")
    assert said.code == 0, said
    assert {"en": "5.6 x10^3/uL", "ja": "5.6x10^3/uL"}[lang] in " ".join(said.out.split())
    assert "5.610" not in "".join(said.out.split())


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize(("typed", "command"), [
    ("WBC=52", "'WBC=52 10^2/uL'"), ("WBC=98", "'WBC=98 10^2/uL'"), ("WBC=5.2", "'WBC=5.2 10^3/uL'"),
])  # fmt: skip
def test_of_the_units_that_can_be_meant_that_of_healthy_people_is_suggested(typed: str, command: str) -> None:
    refused = say("log", "blood", typed)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.rstrip().endswith(f"isotrack log blood {command}")


@pytest.mark.parametrize("newest", ["mg/dL", "mmol/L"])
def test_mixed_units_are_shown_in_the_same_one_everywhere(
    newest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    typed = {"mg/dL": "TG=504.85 mg/dL", "mmol/L": "TG=5.7 mmol/L"}
    other = next(one for unit, one in typed.items() if unit != newest)
    say_on("2026-09-01", "start", "2026-09-01", "--weight", "54", "--dose", "20", "--protocol", "jp-standard")
    for day, printed in (("2026-09-10", other), ("2026-10-10", typed[newest])):
        assert say_on(day, "log", "blood", printed, "--yes").code == 0
    values = json.loads(say_on("2026-10-11", "blood", "--json").out)["values"]
    assert [one["shown"] for one in values] == [{"value": "504.85", "unit": "mg/dL"}] * 2
    assert {one["unit"] for one in values} == {"mg/dL", "mmol/L"}
    chart = json.loads(say_on("2026-10-11", "chart", "tg", "--json").out)
    assert (chart["unit"], [one["value"] for one in chart["points"]]) == ("mg/dL", [504.85, 504.85])
    assert [one["value"] for one in chart["limits"]] == [500, 800]
    day = "10 Oct 26" if newest == "mmol/L" else "10 Sep 26"
    table = say_on("2026-10-11", "blood").out
    assert f"*TG: printed as 5.7 mmol/L on {day}" in table
    assert "504.85 mg/dL" in table
    assert f"*TG: printed as 5.7 mmol/L on {day}" in " ".join(say_on("2026-10-11", "chart", "tg").out.split())
    assert say_on("2026-10-11", "report", "-o", "page.html").code == 0
    assert f"*TG: printed as 5.7 mmol/L on {day}" in Path("page.html").read_text(encoding="utf-8")
