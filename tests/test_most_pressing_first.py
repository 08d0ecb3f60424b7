"""Of several findings of one level the most pressing is said first, on every screen, on the page and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pages
from tests.support import machine_in, say_on, settle
from tests.test_findings import FIRST_DOSE
from tracker.analytes import laboratory
from tracker.facts.lab import LabValue
from tracker.readings.findings import findings

NAMES = {"TG": "Triglycerides (TG)", "ALT": "ALT (GPT)", "AST": "AST (GOT)", "LDL": "LDL cholesterol"}
TODAY = "2026-11-20"
VALUES = {
    "watch": (("SGOT 48 H", "SGPT 88 H", "TG 310 H"), ["TG", "ALT", "AST"]),
    "contact": (("ALT=130", "TG=512", "LDL=170"), ["TG", "ALT", "LDL"]),
}  # fmt: skip
"""What is typed, and the order in which it presses: the grade, then how many times its limit it is."""


@pytest.mark.parametrize("case", VALUES)
def test_everything_has_the_same_order(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    typed, expected = VALUES[case]
    say_on("2026-09-01", "start", "2026-09-01", "--weight", "50", "--dose", "20", "--protocol", "jp", "--sex", "male")
    say_on("2026-10-20", "procedure", "log", "potenza", "--on", "2026-10-11")
    assert say_on(TODAY, "log", "blood", *typed).code == 0
    status, blood = (say_on(TODAY, command).out for command in ("status", "blood"))
    first = next(line for line in status.splitlines() if " limit of " in line)
    assert NAMES[expected[0]] in first
    listed = [json.loads(say_on(TODAY, command, "--json").out)["findings"] for command in ("status", "next", "blood")]
    codes = [[(one.get("codes") or [one.get("analyte")])[0].upper() for one in those
              if one.get("about", "blood") == "blood"] for those in listed]  # fmt: skip
    assert codes == [expected] * 3
    assert say_on(TODAY, "report", "-o", "page.html").code == 0
    rows = pages.rows(pages.read(Path("page.html").read_bytes()), "Red flags and findings")
    places = [
        [text.index(f"{NAMES[name]} ") for name in expected] for text in (blood, "; ".join(row[1] for row in rows))
    ]
    assert places == [sorted(those) for those in places]
    too_early = next(at for at, (_level, text) in enumerate(rows) if "too early" in text)
    assert all(at < too_early for at, (level, text) in enumerate(rows)
               if level == rows[too_early][0] and "U/L" in text)  # fmt: skip


amounts = st.dictionaries(st.sampled_from([one.code for one in laboratory().analytes if one.limits]),
                          st.decimals(1, 3000, places=1), max_size=6)  # fmt: skip


@given(amounts)
def test_of_one_level_the_grade_and_then_the_ratio_decide(amounts: dict[str, object]) -> None:
    known = {one.code: one for one in laboratory().analytes}
    values = [LabValue(id=at, on=FIRST_DOSE, code=code, value=value, unit=known[code].units[0].name)  # type: ignore[arg-type]
              for at, (code, value) in enumerate(amounts.items(), 1)]  # fmt: skip
    found = findings(known.values(), values, sex=None, first_dose=FIRST_DOSE, symptoms=lambda _drawn, _until: ())
    order = [(-one.level.rank, -(one.grade or 0), -one.value.value / one.amount) for one in found]
    assert order == sorted(order)


MARKED = {
    "en": ("PLT=7.8L", "Watch: Platelets", "marked as low on the sheet", "it was 20.1", "the laboratory's own mark"),
    "ja": ("PLT=7.8L", "注意：血小板", "検査票に低値の印あり", "前回は20.1", "検査機関の印"),
}  # fmt: skip


@pytest.mark.parametrize("lang", MARKED)
def test_what_the_laboratory_marked_stands_until_the_next_value(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    typed, *words = MARKED[lang]
    say_on("2026-09-01", "start", "2026-09-01", "--weight", "50", "--dose", "20", "--protocol", "jp")
    say_on("2026-10-01", "log", "blood", "PLT=20.1")
    say_on("2026-11-01", "log", "blood", typed)
    assert say_on(TODAY, "report", "-o", "page.html").code == 0
    page = pages.read(Path("page.html").read_bytes()).text
    for shown in (say_on(TODAY, "status").out, say_on(TODAY, "blood").out, page):
        flat = "".join(shown.split())
        assert all("".join(word.split()) in flat for word in (words if shown is not page else words[1:])), shown
    for command in ("status", "next"):
        [found] = json.loads(say_on(TODAY, command, "--json").out)["findings"]
        assert (found["level"], found["codes"]) == ("watch", ["plt"])
    [found] = json.loads(say_on(TODAY, "blood", "--json").out)["findings"]
    assert (found["of"], found["limit"], found["sources"]) == ("sheet", None, [])
    say_on(TODAY, "log", "blood", "PLT=18.2")
    assert json.loads(say_on(TODAY, "next", "--json").out)["findings"] == []
