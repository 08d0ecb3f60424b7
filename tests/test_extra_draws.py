"""A draw without the values that the programme asks for: it fills and moves nothing, in every order of typing."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tests.support import LONG, machine_in, say, settle

BEGIN = ("start", "2026-09-23", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo",
         "--cannot-become-pregnant", "--protocol", "jp-standard")  # fmt: skip
TYPED = [
    ("log", "blood", "CK=766", "--on", "2026-11-22", "--yes"),
    ("log", "blood", "--on", "2026-11-23"),
    ("log", "blood", "ALT=20", "--on", "2026-11-23"),
    ("log", "blood", "AST=20", "TG=100", "--on", "2026-11-23"),
    ("log", "blood", "ALT=21", "--on", "2026-11-25"),
]


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-11-28")
    assert say(*BEGIN).code == 0


def draws() -> dict[str, tuple[str, str | None]]:
    found = json.loads(say("plan", "--json").out)["items"]
    return {one["key"]: (one["due"], one["done_on"]) for one in found if one["kind"] == "blood-test"}


PLANNED = {"blood-baseline/1": ("2026-09-23", None), "blood/1": ("2026-11-23", "2026-11-23"),
           "blood/2": ("2027-01-23", None), "blood/3": ("2027-03-23", None)}  # fmt: skip


@pytest.mark.parametrize("seed", range(24) if LONG else range(2))
@pytest.mark.long
def test_the_same_draws_give_the_same_plan_in_every_order_of_typing(seed: int) -> None:
    order = list(permutations(TYPED))
    for command in Random(seed).choice(order):  # noqa: S311 - no secret
        assert say(*command).code == 0
    assert draws() == PLANNED


@pytest.mark.parametrize(("lang", "done"), [
    ("en", "blood/1 was done on Mon 23 Nov 2026."), ("ja", "blood/1 は2026年11月23日(月)に済んでいます"),
])  # fmt: skip
@pytest.mark.parametrize("on", ["2026-11-22", "2026-11-21"])
def test_an_extra_draw_before_the_one_that_was_done_asks_for_nothing(
    lang: str, done: str, on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("log", "blood", "ALT=20", "TG=100", "--on", "2026-11-23").code == 0
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    said = say("log", "blood", "CK=100", "--on", on).out
    assert done in " ".join(said.split())
    assert "ALT=..." not in said


SAID = {
    "en": ("extra draw, outside the plan: blood/1 asks for", "Triglycerides", "now counts for blood/1"),
    "ja": ("予定外の採血です（blood/1 では", "中性脂肪", "blood/1として数える"),
}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_missing_is_said_until_it_is_there(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    extra, missing, counts = SAID[lang]
    said = say("log", "blood", "ALT=20", "--on", "2026-11-23").out
    assert extra in said
    assert missing in said
    assert "[Ness, L1]" in said or "［Ness、L1］" in said
    assert extra in say("log", "blood", "CK=90", "--on", "2026-11-23").out
    whole = say("log", "blood", "TG=100", "--on", "2026-11-23").out
    assert counts in whole
    assert extra not in whole
    assert ("extra, outside the plan" if lang == "en" else "（予定外）") not in say("history").out
    assert say("undo").code == 0
    assert ("extra, outside the plan" if lang == "en" else "（予定外）") in say("history").out


def test_only_the_clinic_counts_a_draw_that_lacks_something() -> None:
    refused = say("log", "blood", "ALT=20", "--on", "2026-11-23", "--for", "blood/1")
    assert (refused.code, refused.out) == (2, "")
    assert "asks for Triglycerides (TG) as well" in refused.err
    assert say("log", "blood", "ALT=20", "--on", "2026-11-23", "--for", "blood/1", "--clinic-confirmed").code == 0
    assert draws()["blood/1"] == ("2026-11-23", "2026-11-23")
    assert "on your clinic's word, not by the programme" in say().out
    assert say("log", "blood", "TG=100", "--on", "2026-11-23").code == 0
    assert "not by the programme" not in say().out


def test_a_value_that_is_corrected_away_opens_the_draw_again() -> None:
    assert "for blood/1" in say("log", "blood", "ALT=20", "TG=100", "--on", "2026-11-23").out
    [number] = [fact["id"] for one in json.loads(say("history", "--json").out) for fact in one["recorded"]
                if fact.get("code") == "tg"]  # fmt: skip
    assert "now counts for nothing (before: blood/1)" in say("fix", str(number), "--remove").out
    assert draws()["blood/1"] == ("2026-11-23", None)


def test_a_sheet_that_is_taken_over_says_which_draws_are_extra(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("date,ALT,TG,CK\n2026-11-23,20,100,90\n2026-11-26,,,95\n", encoding="utf-8")
    said = say("import-blood", str(sheet), "--yes")
    assert said.code == 0, said.err
    assert draws()["blood/1"] == ("2026-11-23", "2026-11-23")
    assert draws()["blood/2"] == ("2027-01-23", None)
    assert "This is an extra draw, outside the plan: blood/2" in said.out


def test_what_an_own_programme_asks_for_has_to_be_an_analyte(tmp_path: Path) -> None:
    shipped = Path(__file__).parent.parent / "schemas" / "protocols" / "jp-standard@2025-11-17.json"
    own = tmp_path / "own.json"
    text = shipped.read_text(encoding="utf-8").replace('"id": "jp-standard"', '"id": "own"')
    own.write_text(text.replace('["alt", "tg"]', '["alt", "triglyc"]'), encoding="utf-8")
    assert '"triglyc" is no analyte' in say("protocols", "check", str(own)).err
    own.write_text(text.replace('["alt", "tg"]', '["alt"]'), encoding="utf-8")
    assert "asks for fewer blood values" in say("protocols", "check", str(own)).out


@pytest.mark.parametrize("protocol", ["jp-standard", "jp-strict", "us", "uk", "eu", "fr", "kr"])
def test_what_is_drawn_after_the_first_capsule_is_not_how_it_was_before(protocol: str) -> None:
    say("start", "2026-09-23", "--protocol", protocol, "--cannot-become-pregnant", "--patient", "Yuki",
        "--timezone", "Asia/Tokyo", "--today", "2026-09-23")  # fmt: skip
    mine, baseline = ("--patient", "Yuki"), "blood-baseline/1"

    def stands() -> tuple[str, str | None] | None:
        items = json.loads(say("plan", "--json", *mine).out)["items"]
        return next(((one["state"], one["done_on"]) for one in items if one["key"] == baseline), None)

    if stands() is None:
        return  # a programme that asks for none
    assert stands() == ("overdue", None)
    for on in ("2026-09-25", "2026-10-22", "2026-11-20"):
        said = say("log", "blood", "ALT=20", "TG=100mg/dL", "AST=20", "--on", on, *mine).out
        assert f"for {baseline}" not in said
        assert f"the window of {baseline} closed" not in said or on == "2026-09-25"
        assert stands() == ("missed", None)
    assert say("log", "blood", "--on", "2026-10-01", "--for", baseline, *mine).code == 2
    assert say("log", "blood", "--on", "2026-09-23", *mine).code == 0
    assert stands() == ("done", "2026-09-23")
