"""A sheet typed in: hCG is never overheard, no line is lost for one item, names and forms are those of real sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Machine, machine_in, say, settle
from tracker.analytes import analyte_named, is_analyte, laboratory, unit_named
from tracker.cli import hcg
from tracker.errors import InputError
from tracker.facts import TestResult

BEGIN = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo", "--can-become-pregnant",
         "--protocol", "jp-standard", "--sex", "female")  # fmt: skip
STOP = "Stop taking the capsules"
POSITIVE, NEGATIVE, UNCLEAR = TestResult.POSITIVE, TestResult.NEGATIVE, TestResult.UNCLEAR


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = machine_in(tmp_path)
    settle(found, monkeypatch)
    assert say("--today", "2026-12-01", *BEGIN).code == 0
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-24")
    return found


def recorded() -> int:
    return len(json.loads(say("history", "--json").out))


RESULTS = {
    "30": POSITIVE, "30 mIU/mL": POSITIVE, "5": POSITIVE, "1,250": POSITIVE, ">1000": POSITIVE, "H 3 (<5)": POSITIVE,
    "5 (<5)": POSITIVE, "7 (0-5)": POSITIVE, "6 (5以下)": POSITIVE, "<50 (<5)": POSITIVE, "positive": POSITIVE,
    "陽性": POSITIVE, "(+)": POSITIVE, "1+": POSITIVE, "弱陽性": POSITIVE, "faint line": POSITIVE, "reactive": POSITIVE,
    "not negative": POSITIVE, "陽性 (陰性)": POSITIVE,
    "negative": NEGATIVE, "陰性": NEGATIVE, "(-)": NEGATIVE, "<5": NEGATIVE, "<1.0": NEGATIVE, "1.0未満": NEGATIVE,
    "＜１．０": NEGATIVE, "3.2 mIU/mL (<5)": NEGATIVE, "5 (0-5)": NEGATIVE, "5 (5以下)": NEGATIVE, "0": NEGATIVE,
    "陰性 (<1.0)": NEGATIVE, "negative (<5 mIU/mL)": NEGATIVE, "<5 (<5)": NEGATIVE,
    "判定不能": UNCLEAR, "pending": None, "未着": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize(("printed", "result"), RESULTS.items())
def test_what_a_sheet_says_of_hcg_is_positive_unless_it_says_otherwise(printed: str, result: TestResult | None) -> None:
    assert hcg.result_of(printed) is result


LINES = {
    ("HCG=30",): ("positive", None), ("hCG=positive",): ("positive", None), ("hCG陽性",): ("positive", None),
    ("βHCG 30 mIU/mL", "ALT=130"): ("positive", "ALT=130"), ("ALT=130", "hCG30"): ("positive", "ALT=130"),
    ("ALT 130 U/L (10-42) hCG (+) AST 20",): ("positive", "'ALT=130 U/L (10-42)' AST=20"),
    ("妊娠反応=陽性", "--on", "-3d", "ALT=130"): ("positive --on 2026-12-21", "ALT=130 --on -3d"),
    ("hCG=negative",): ("negative", None), ("hCG=<1.0", "TG=90"): ("negative", "TG=90"),
    ("Serum hCG quantitative=2 (<5)",): ("negative", None), ("hCG",): ("RESULT", None),
}  # fmt: skip


def test_hcg_leads_to_the_test_it_is_and_a_positive_one_is_said_first(machine: Machine) -> None:
    assert machine.db.exists()
    count = recorded()
    for typed, (result, rest) in LINES.items():
        said = say("log", "blood", *typed)
        assert (said.code, len(said.complaint), recorded()) == (2, 1, count), typed
        assert (STOP in said.out) is (result.startswith("positive")), typed
        assert f"isotrack log pregnancy-test {result}" in said.err, typed
        assert (f"isotrack log blood {rest}" in said.err) if rest else ("log blood" not in said.err), said
    for number, result in {"30": "positive", "30 mIU/mL": "positive", "<5": "negative", "1.0未満": "negative"}.items():
        said = say("log", "pregnancy-test", *number.split(), "--on", "-1d")
        assert (said.code, STOP in said.out, recorded()) == (2, result == "positive", count), number
        assert f"isotrack log pregnancy-test {result} --on -1d" in said.err, said


TABLES = {
    "wide": ("date,ALT,HCG\n2026-12-20,20,30\n", ["HCG"]),
    "long": ("date,item,value,range\n2026-12-20,ALT,20,\n2026-12-20,hCG定量,30,<5\n2026-12-20,妊娠反応,陰性,(-)\n",
             ["hCG定量", "妊娠反応"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names"), TABLES.values(), ids=TABLES)
def test_hcg_of_a_table_is_said_whether_it_is_refused_left_out_tried_or_saved(
    machine: Machine, text: str, names: list[str]
) -> None:
    (machine.folder / "t.csv").write_text(text)
    skipped = [part for name in names for part in ("--skip", name)]
    for more in ([], ["--yes"], [*skipped, "--dry-run"], [*skipped, "--yes"]):
        said = say("import-blood", "t.csv", *more)
        assert said.code == (0 if skipped[0] in more else 1), said
        assert STOP in said.out
        assert "isotrack log pregnancy-test positive --on 2026-12-20" in said.out
        assert ("isotrack log pregnancy-test negative --on 2026-12-20" in said.out) is (len(names) > 1)
    assert say("log", "pregnancy-test", "positive", "--on", "2026-12-20").code == 0
    assert (
        "is not recorded with" not in say("import-blood", "t.csv", *skipped[:2], *skipped[2:]).out.split("妊娠反応")[0]
    )


KEPT = {
    ("ALT=130", "FOO=3"): "ALT=130", ("ALT=130", "FOO=3", "BAR=2", "AST=20"): "ALT=130 AST=20",
    ("ALT=130", "AST=abc", "--on", "-3d", "--fasting"): "ALT=130 --on -3d --fasting",
    ("--on", "3 Dec", "ALT=130", "--note", "at the clinic", "FOO", "2"): "--on '3 Dec' ALT=130 --note 'at the clinic'",
    ("ALT 130 FOO 3 mg/dL TG 90 mg/dL (<150)",): "ALT=130 'TG=90 mg/dL (<150)'",
    ("ALT=130", "AST="): "ALT=130", ("ALT=130", "TG=90 mg/ml"): "ALT=130", ("ALT=130", "CK=1,250", "FOO=1"): "ALT=130",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_one_item_that_cannot_be_taken_loses_nothing_of_the_line(machine: Machine, lang: str) -> None:
    assert machine.db.exists()
    count = recorded()
    for typed, kept in KEPT.items():
        said = say("--lang", lang, "log", "blood", *typed)
        assert (said.code, len(said.complaint), recorded()) == (2, 1, count), said
        assert said.err.rstrip().endswith(f"log blood {kept}"), said
        assert all(name.partition("=")[0] in said.err for name in typed if name.startswith(("FOO", "BAR"))), said


NAMES = {
    "tc": "cholesterol, total|CHOLESTEROL, TOTAL|Cholesterin|Gesamtcholesterin|cholestérol total|Cholesterol total",
    "t-bil": "Bilirubin, Total|T-ﾋﾞﾘﾙﾋﾞﾝ|Bilirubin gesamt|Bilirubine totale",
    "ck": "CREATINE KINASE, TOTAL|Kreatinkinase|CPK|creatine kinase, total",
    "wbc": "WCC|White cell count|Leukozyten|leucocytes",
    "tg": "Serum triglycerides|Triglyceride|triglycérides|TRIGLYCERIDES",
    "hb": "ヘモグロビン量|Hämoglobin|hémoglobine|ﾍﾓｸﾞﾛﾋﾞﾝ",
    "alt": "alanine transaminase|ALAT|ALT（IFCC）|Transaminases ALAT (TGP)",
    "ast": "ASAT|transaminases ASAT (TGO)|AST/GOT|血清AST|AST値", "ldh": "LD/IFCC|LDH/IFCC|LD(IFCC)|LDH (IFCC法)",
    "ggt": "γ‐GTP|γ−GTP|γーGTP|γ‐ＧＴＰ|γ–GTP|γ—GTP|γ―GTP|γ─GTP|γｰGTP|γ－GTP|GGT|Gamma-GT|γ GTP",
    "alp": "ALP/IFCC|ALP IFCC",
    "plt": "Thrombozyten|plaquettes|血小板数", "ldl": "LDLーコレステロール|LDL-Cholesterin|cholestérol LDL",
}  # fmt: skip
NO_NAMES = (
    "non-HDL",
    "HDL/LDL",
    "尿蛋白",
    "CK-MB",
    "HDL ratio",
    "IFCC",
    "serum",
    "血清",
    "数",
    "bilirubin, direct",
    "total",
)


def test_names_are_found_as_sheets_of_several_countries_print_them() -> None:
    for code, names in NAMES.items():
        assert {name: analyte_named(name).code for name in names.split("|")} == dict.fromkeys(names.split("|"), code)
    for analyte in laboratory().analytes:
        for name in (analyte.code, analyte.name.en, analyte.name.ja, analyte.label.en, *analyte.aliases,
                     *analyte.unconfirmed):  # fmt: skip
            assert analyte_named(name) is analyte
            assert analyte_named(name.upper()) is analyte
    assert not any(map(is_analyte, NO_NAMES))


UNITS = {
    ("ALT", "µkat/L"): 60, ("CK", "μkat/l"): 60, ("TG", "g/L"): 100, ("HDL", "g/l"): 100, ("WBC", "x10*9/L"): 1000,
    ("WBC", "X10E9/L"): 1000, ("WBC", "×10⁹/L"): 1000, ("RBC", "10*12/L"): 100,
}  # fmt: skip


def test_units_are_converted_exactly_however_they_are_written() -> None:
    for (name, unit), factor in UNITS.items():
        assert unit_named(analyte_named(name), unit).factor == factor, (name, unit)
    with pytest.raises(InputError):
        unit_named(analyte_named("ALT"), "kat/L")


SAVED = {
    "HDL=95 (>=40)": ("95 mg/dL (>=40)", None), "HDL=95 (40以上)": ("95 mg/dL (>=40)", None),
    "HDL=40 (>40)": ("40 mg/dL (>40)", "not above 40"),
    "HDL=39 (>=40)": ("39 mg/dL (>=40)", "below the lower limit of 40"),
    "TG=150 (<150)": ("150 mg/dL (<150)", "Watch: Triglycerides (TG) 150 mg/dL on Thu 24 Dec 2026: not below 150"),
    "TG=150 (<=150)": ("150 mg/dL (<=150)", None), "TG=149 (150未満)": ("149 mg/dL (<150)", None),
    "TG=150 (-150)": ("150 mg/dL (-150)", None), "GGT=32 U/L (<32)": ("32 U/L (<32)", "not below 32"),
    "ALT=0.5 µkat/L (0.1-0.6)": ("0.5 ukat/L (0.1-0.6)", None), "TG=1,2 g/L (<1,5)": ("1.2 g/L (<1.5)", None),
    "血小板=21.8万": ("21.8 x10^4/uL", None), "赤血球 450万": ("450 x10^4/uL", None),
    "Hb=13,5": ("13.5 g/dL", None), "ALT=45 10-40": ("45 U/L (10-40)", "above the upper limit of 40"),
}  # fmt: skip


def test_what_was_printed_is_echoed_as_printed_and_the_sheets_own_range_wins_whole(machine: Machine) -> None:
    assert machine.db.exists()
    for typed, (echo, noticed) in SAVED.items():
        said = say("log", "blood", typed)
        assert (said.code, f" {echo} on " in said.out) == (0, True), said
        found = [line for line in said.out.splitlines() if line.startswith(("Watch", "Above", "Below", "Not ", "!  "))]
        assert bool(found) is (noticed is not None), (typed, found)
        assert noticed is None or noticed in "".join(found), (typed, found)
        assert say("undo").code == 0


def test_a_point_or_a_range_that_can_be_something_else_is_asked_about(machine: Machine) -> None:
    for number, unit in (("1.250", "U/L"), ("1.250", ""), ("12.500", "U/L")):
        (machine.folder / "t.csv").write_text(f"date;item;value;unit\n2026-12-20;CK;{number};{unit}\n")
        for said in (say("import-blood", "t.csv", "--yes"), say("log", "blood", f"CK={number} {unit}".strip())):
            assert said.code in (1, 2)
            assert number.replace(".", "") in said.err, said
    for typed in (("ALT=22 11-24",), ("ALT=22 U/L 7-23",), ("ALT=22", "11-24")):
        said = say("log", "blood", *typed)
        assert (said.code, "a range of reference or a day?" in said.err) == (2, True), said
    assert json.loads(say("blood", "--json").out)["values"] == []


def test_where_nobody_said_the_sex_both_ranges_are_shown_and_the_stricter_end_of_each_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    assert say("--today", "2026-12-01", "start", "2026-12-01", "--weight", "54", "--dose", "20").code == 0
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-24")
    said = say("log", "blood", "ALT=24", "Hb=13").out
    assert "JCCLS: 42 for men, 23 for women; the lower one is taken" in said
    assert "Below its range: Hemoglobin (Hb) 13 g/dL" in said
    assert "13.7 for men, 11.6 for women; the higher one is taken" in said
    assert "isotrack log person female" in said
    assert "7-23/10-42" in say("blood").out
    assert say("log", "can-become-pregnant", "yes", "--on", "2026-12-01").code == 0
    said = say("blood").out
    assert "JCCLS, women" in said
    assert "7-23/10-42" not in said


def test_a_limit_that_nothing_else_confirms_is_not_called_sourceless_beside_its_source(machine: Machine) -> None:
    assert machine.db.exists()
    assert "no other source confirms this limit [L5]" in say("log", "blood", "T-Bil=55 umol/L").out


def test_a_downtime_is_said_with_its_unit_as_well(machine: Machine) -> None:
    assert machine.db.exists()
    for typed, days in {"2日": 2, "３日間": 3, "4 days": 4, "5d": 5, "1 week": 7, "6": 6}.items():
        assert say("procedure", "log", "pico-fractional", "--downtime", typed, "--on", "-1d", "--yes").code in (0, 2)
        saved = say("procedure", "log", "pico-fractional", "--downtime", typed, "--on", "2026-11-20")
        assert saved.code == 0, saved
        assert json.loads(say("history", "--json").out)[0]["recorded"][-1]["downtime"] == days
        assert say("undo").code == 0
    for typed in ("2 months", "1.5日", "2回"):
        assert say("procedure", "log", "pico-fractional", "--downtime", typed, "--on", "2026-11-20").code == 2
