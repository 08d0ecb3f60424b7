"""``import-blood``: a table is shown before it is saved, all of it or nothing; what is wrong is named by its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import Machine, image, machine_in, say, settle

BEGIN = ("start", "2026-12-01", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo", "--can-become-pregnant",
         "--protocol", "jp-standard", "--sex", "female")  # fmt: skip


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = machine_in(tmp_path)
    settle(found, monkeypatch)
    assert say("--today", "2026-12-01", *BEGIN).code == 0
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-24")
    return found


def values() -> dict[str, str]:
    found = json.loads(say("blood", "--json").out)["values"]
    return {
        f"{one['on'][5:]} {one['analyte']}": f"{one['comparator'] or ''}{one['value']} {one['unit']}" for one in found
    }


def table(machine: Machine, text: str, encoding: str = "utf-8") -> str:
    (machine.folder / "t.csv").write_bytes(text.encode(encoding))
    return "t.csv"


LONG = (
    "採血日,項目,結果,単位,基準範囲,判定,空腹時\r\n2026/12/10,AST(GOT),25,U/L,13-30,,はい\r\n"
    "令和8年12月10日,γ-GTP,45,U/L,9～32,H,はい\r\n2026年12月20日,中性脂肪,512,mg/dL,30-117,H,\r\n"
)
SAME = {"12-10 ast": "25 U/L", "12-10 ggt": "45 U/L", "12-20 tg": "512 mg/dL"}
TABLES = {
    "long, with the names of a Japanese sheet": (LONG, SAME),
    "wide": (
        "date,GOT,γ-GTP,TG\n2026-12-10,25,45,\n2026-12-20,,,512\n", SAME,
    ),
    "wide, units in the titles": (
        "Date;ALT (GPT);TG [mmol/L];fasting;note\n2026-12-10;<5;1.6;yes;early\n\n2026-12-20;H 30*;1.7 mmol/L;no;\n",
        {"12-10 alt": "<5 U/L", "12-10 tg": "1.6 mmol/L", "12-20 alt": "30 U/L", "12-20 tg": "1.7 mmol/L"},
    ),
    "tabs, bounds apart, quotes": (
        'day\titem\tvalue\tlow\thigh\n"2026-12-10"\t"LDL cholesterol"\t130\t65\t139\n', {"12-10 ldl": "130 mg/dL"},
    ),
    "a Japanese sheet": (
        "採取日,項目名称,結果値,単位,基準値,判定\n令和8年12月10日,ＡＬＴ（ＧＰＴ）,58,U/L,10～42,H\n",
        {"12-10 alt": "58 U/L"},
    ),
    "values that are not there": ("date,ALT,AST\n2026-12-10,22,\n2026-12-11,,\n", {"12-10 alt": "22 U/L"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_is_taken_over_whatever_its_form_and_encoding(
    machine: Machine, text: str, kept: dict[str, str], encoding: str
) -> None:
    if encoding == "cp932":
        text = text.replace("γ", "γ").replace("～", "~")
    done = say("import-blood", table(machine, text, encoding), "--yes")
    assert done.code == 0, done
    assert values() == kept


def test_it_is_a_dry_run_first_and_a_second_time_nothing_changes(machine: Machine) -> None:
    name = table(machine, LONG)
    before = image(machine.folder)
    for words in ((), ("--dry-run",), ("--dry-run", "--yes")):
        shown = say("import-blood", name, *words)
        assert (shown.code, "512 mg/dL" in shown.out, "Nothing was saved" in shown.out) == (0, True, True)
    assert image(machine.folder) == before
    assert "Contact your clinic" in say("import-blood", name, "--yes").out
    again = say("import-blood", name, "--yes").out
    assert "there already" in again
    assert "Nothing changed" in again
    [entry, *_rest] = json.loads(say("history", "--json").out)
    assert entry["command"] == "import-blood"
    drawn = [(one["on"], one["fasting"]) for one in entry["recorded"] if one["kind"] == "blood-test"]
    assert drawn == [("2026-12-10", True), ("2026-12-20", None)]
    assert say("undo").code == 0
    assert values() == {}


def test_the_ranges_and_marks_of_the_sheet_are_kept(machine: Machine) -> None:
    assert say("import-blood", table(machine, LONG), "--yes").code == 0
    facts: list[dict[str, Any]] = json.loads(say("history", "--json").out)[0]["recorded"]
    found = {one["code"]: one for one in facts if one["kind"] == "lab"}
    assert (found["ggt"]["low"], found["ggt"]["high"], found["ggt"]["printed"]) == (9, 32, "H 45 U/L (9～32)")


def test_what_stands_already_is_shown_beside_what_takes_its_place(machine: Machine) -> None:
    assert say("log", "blood", "AST=20", "--on", "2026-12-10").code == 0
    shown = say("import-blood", table(machine, LONG), "--yes").out
    assert "AST (GOT) 20 U/L" in shown.splitlines()[1]
    assert values() == SAME
    assert [one["on"] for one in json.loads(say("blood", "--json").out)["draws"]] == ["2026-12-10", "2026-12-20"]


def test_a_column_or_an_item_is_left_out_where_it_is_named(machine: Machine) -> None:
    wide = table(machine, "date,ALT,体重,foo\n2026-12-10,22,54,1\n")
    refused = say("import-blood", wide, "--yes")
    assert (refused.code, "体重, foo" in refused.err) == (1, True), refused
    assert say("import-blood", wide, "--yes", "--skip", "体重", "--skip", "FOO").code == 0
    long = table(machine, "date,item,value\n2026-12-11,ALT,22\n2026-12-11,foo,3\n")
    assert say("import-blood", long, "--yes").code == 1
    assert f"{long} --skip foo --yes" in " ".join(say("import-blood", long, "--skip", "foo").out.split())
    assert say("import-blood", long, "--yes", "--skip", "foo").code == 0
    assert values() == {"12-10 alt": "22 U/L", "12-11 alt": "22 U/L"}


WRONG = {
    "date,ALT\n2026-12-10,22\n2026-12-11,x\n": "line 3, ALT",
    "date,ALT\n12/10,22\n": "line 2, date",
    "date,ALT\ntoday,22\n": "line 2, date",
    "date,ALT\n2026-02-30,22\n": "line 2, date",
    "date,ALT\n2026-12-25,22\n": "line 2, date",
    "date,ALT\n,22\n": "line 2, date",
    "date,ALT\n2025-11-01,22\n": "more than a year before",
    "ALT\n22": "no column has the day",
    "date,note\n2026-12-10,x\n": "no column has blood values",
    "date,item\n2026-12-10,ALT\n": "no column has blood values",
    "date,ALT\n": "no blood value",
    "": "is empty",
    "\n \n": "is empty",
    "date,ALT,GPT\n2026-12-10,2,3\n": "two columns for one thing",
    "date,ALT\n2026-12-10,22\n2026-12-10,23\n": "lines 2 and 3",
    "date,ALT,fasting\n2026-12-10,22,maybe\n": "line 2, fasting",
    "date,TG\n2026-12-10,1.6\n": "line 2, TG",
    "date,item,value\n2026-12-10,foo,1\n": "line 2, item",
    "date,item,value,unit\n2026-12-10,ALT,22,mg/dL\n": "line 2, value",
    "date,item,value,range\n2026-12-10,ALT,22,42-10\n": "line 2, value",
    "date,ALT\n2026-12-10,22,5\n": "more cells",
    "date,ALT\x00\n": "no text",
    '"date,ALT\n': "not known",
}


@pytest.mark.parametrize(("text", "words"), WRONG.items())
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_wrong_is_named_in_one_line_and_nothing_is_saved(
    machine: Machine, text: str, words: str, lang: str
) -> None:
    name = table(machine, text)
    before = image(machine.folder)
    refused = say("--lang", lang, "import-blood", name, "--yes")
    assert refused.code in (1, 2), refused
    assert len(refused.complaint) == 1, refused
    assert lang == "ja" or words in refused.err, refused
    assert image(machine.folder) == before


def test_a_file_that_is_none_is_refused(machine: Machine) -> None:
    (machine.folder / "large.csv").write_bytes(b"date,ALT\n" + b"x" * 6_000_000)
    (machine.folder / "odd.csv").write_bytes(b"date,ALT\n\xff\xfe\xfd\n")
    for name in ("missing.csv", ".", "large.csv", "odd.csv"):
        refused = say("import-blood", name, "--yes")
        assert (refused.code, len(refused.complaint), refused.out) == (1, 1, ""), refused


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_table_of_columns_without_end_is_refused_before_any_is_looked_up(machine: Machine, lang: str) -> None:
    text = ",".join(["date", *(f"item {number}" for number in range(50_000))])
    said = say("import-blood", table(machine, f"{text}\n2026-12-10\n"), "--yes", "--lang", lang)
    assert (said.code, len(said.complaint), "50001" in said.err) == (1, 1, True), said


def test_five_hundred_lines_with_one_bad_one_save_nothing(machine: Machine) -> None:
    lines = [f"2026-{month:02}-{day:02},{20 + day}" for month in range(1, 13) for day in range(1, 25)]
    name = table(machine, "\n".join(["date,ALT", *lines, "2026-12-24,oops"]) + "\n")
    refused = say("import-blood", name, "--yes")
    assert (refused.code, f"line {len(lines) + 2}" in refused.err) == (1, True), refused
    assert values() == {}


THOUSANDS = {
    "CK": ('2026-12-10,CK,"1,020",U/L', {"12-10 ck": "1020 U/L"}),
    "full-width": ("2026-12-10,ＷＢＣ,５，６００,/uL", {"12-10 wbc": "5600 /uL"}),
    "full-width in quotes": ('2026-12-10,WBC,"５，６００",/uL', {"12-10 wbc": "5600 /uL"}),
    "with a mark and a range": ('2026-12-10,WBC,"H 12,300",/uL', {"12-10 wbc": "12300 /uL"}),
    "no group of three": ('2026-12-10,TG,"1,02",mg/dL', None),
    "a German one": ('2026-12-10,TG,"1.020,5",mg/dL', None),
    "groups of another size": ('2026-12-10,CK,"10,20",U/L', {"12-10 ck": "10.20 U/L"}),
    "no unit in which it can be": ('2026-12-10,Hb,"13,500",g/dL', None),
    "both can be": ('2026-12-10,WBC,"5,600",10^3/uL', None),
}  # fmt: skip


@pytest.mark.parametrize(("line", "kept"), THOUSANDS.values(), ids=THOUSANDS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_comma_between_thousands_is_read_where_nothing_else_can_be_meant(
    machine: Machine, line: str, kept: dict[str, str] | None, language: str
) -> None:
    done = say("--lang", language, "import-blood", table(machine, f"date,item,value,unit\n{line}\n"), "--yes")
    assert (done.code == 0, values()) == (kept is not None, kept or {}), done
    assert len(done.complaint) == (kept is None)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_item_that_is_not_known_is_named_with_the_way_to_leave_it_out(machine: Machine, language: str) -> None:
    file = table(machine, "date,item,value\n2026-12-10,ALT,22\n2026-12-10,CRP,0.1\n2026-12-10,尿酸,5\n")
    refused = say("--lang", language, "import-blood", file, "--yes")
    assert (refused.code, values()) == (1, {})
    assert "CRP" in refused.err
    assert "--skip CRP --skip 尿酸" in refused.err.replace("'", "")
    assert say("import-blood", file, "--yes", "--skip", "CRP", "--skip", "尿酸").code == 0
    assert values() == {"12-10 alt": "22 U/L"}
