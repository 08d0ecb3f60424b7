"""Blood values outside their ranges, and findings that fall: each is told by the command that logs the value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import machine_in, say, settle
from tracker import i18n
from tracker.analytes import laboratory
from tracker.cli import beside_findings
from tracker.facts.lab import LabValue
from tracker.journeys.course.measuring import Sheet
from tracker.laboratory import Analyte
from tracker.readings.findings import findings
from tracker.rules import Sex

FIRST = date(2026, 11, 1)
LANGUAGES = ("en", "ja")
WITH_RANGE = [one for one in laboratory().analytes if one.ranges]


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.active().code
    i18n.activate(request.param)
    yield request.param
    i18n.activate(before)


def sheet(analyte: Analyte, sex: Sex | None, *amounts: Decimal, printed: str | None = None) -> Sheet:
    """The values of following days, in the analyte's first unit."""
    values = tuple(
        LabValue(id=number, number=number, on=FIRST + timedelta(number), code=analyte.code, value=amount,
                 unit=analyte.units[0].name, printed=printed)
        for number, amount in enumerate(amounts, 1)
    )  # fmt: skip
    found = findings([analyte], values, sex=sex, first_dose=FIRST, symptoms=lambda _drawn, _until: ())
    return Sheet((), values, sex, found, (analyte,))


def ends(analyte: Analyte, sex: Sex) -> tuple[Decimal, Decimal]:
    found = next(one for one in analyte.ranges if one.sex in (None, sex))
    factor = analyte.units[0].factor
    assert found.low is not None
    assert found.high is not None
    return found.low / factor, found.high / factor


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("analyte", WITH_RANGE, ids=lambda one: one.code)
def test_what_lies_outside_its_range_is_told_as_a_finding_or_as_that(
    analyte: Analyte, sex: Sex, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    above, below = {"en": ("Above its range", "Below its range"), "ja": ("基準範囲より高い値", "基準範囲より低い値")}[
        lang
    ]
    step = Decimal("0.01")
    low, high = ends(analyte, sex)
    for amount, expected in ((low - step, below), (low, ""), (low + step, ""), (high - step, ""), (high, ""),
                             (high + step, above)):  # fmt: skip
        found = sheet(analyte, sex, amount)
        beside_findings.outside(found, found.values)
        told = capsys.readouterr().out
        is_finding = bool(found.findings)
        assert told.startswith("" if is_finding else expected), (amount, told)
        assert bool(told) == (bool(expected) and not is_finding), (amount, told)
        assert not told or "L8" in told


def limits(analyte: Analyte) -> list[Decimal]:
    """Values around every limit that a range and an amount give, the highest first."""
    _low, high = ends(analyte, Sex.FEMALE)
    found = {high}
    for one in analyte.limits:
        if one.bound.value is not None:
            found.add(one.bound.value / analyte.units[0].factor)
        elif one.bound.of == "upper-limit":
            found.add(high * one.bound.times)
    return sorted({amount + step for amount in found for step in (Decimal(-1), Decimal(0), Decimal(1))}, reverse=True)


@pytest.mark.usefixtures("lang")
@pytest.mark.parametrize("analyte", [one for one in WITH_RANGE if one.limits], ids=lambda one: one.code)
def test_a_finding_that_falls_is_told_with_what_it_was(analyte: Analyte, capsys: pytest.CaptureFixture[str]) -> None:
    falls = 0
    for higher, lower in pairwise(limits(analyte)):
        before, after = sheet(analyte, Sex.FEMALE, higher), sheet(analyte, Sex.FEMALE, higher, lower)
        beside_findings.fallen(before, after)
        told = capsys.readouterr().out.replace("\n", " ")
        was, now = (one.findings[0].level.rank if one.findings else -1 for one in (before, after))
        assert bool(told) == (now < was), (higher, lower)
        if told:
            falls += 1
            assert f"{higher:f}" in told
            assert f"{lower:f}" in told
            assert all(source in told for source in before.findings[0].limit.sources if source not in ("own", "E"))
        # The other way nothing has fallen.
        beside_findings.fallen(sheet(analyte, Sex.FEMALE, lower), sheet(analyte, Sex.FEMALE, lower, higher))
        assert capsys.readouterr().out == ""
    assert falls > 0


@pytest.fixture
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-11-28")
    assert say("start", "2026-09-23", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo",
               "--can-become-pregnant", "--protocol", "jp-standard").code == 0  # fmt: skip


@pytest.mark.usefixtures("_course")
def test_a_finding_falls_by_whatever_command(tmp_path: Path) -> None:
    say("log", "blood", "TG=500", "ALT=69", "--on", "2026-11-20")
    said = say("log", "blood", "TG=499", "ALT=20", "--on", "2026-11-21").out
    assert "TG) 499 mg/dL on Sat 21 Nov 2026 is a finding of a lower level now (watch)" in said
    assert "the limit of 500 mg/dL is reached" in said
    assert "ALT (GPT) 20 U/L on Sat 21 Nov 2026 reaches no limit of a finding any more" in said
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("date,TG\n2026-11-22,100\n", encoding="utf-8")
    assert "reaches no limit of a finding any more" in say("import-blood", str(sheet), "--yes").out
    say("log", "blood", "TG=820", "--on", "2026-11-23", "--yes")
    number = next(
        fact["id"]
        for one in json.loads(say("history", "--json").out)
        for fact in one["recorded"]
        if fact.get("code") == "tg"
    )
    assert "(contact your clinic now). What your clinic" in say("fix", str(number), "--value", "82").out.replace(
        "\n", " "
    )
