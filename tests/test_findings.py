"""Findings as data: values in, findings out, one JSON file a rule under ``tests/findings/``.

Every limit stands there just below, at and just above it. What is expected is worked out by hand from the sources,
never copied from the program. The first dose is that of 1 December 2026.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import machine_in, say_on, settle
from tracker.analytes import analyte_named, laboratory, unit_named
from tracker.cli.findings import in_words
from tracker.cli.typed.measures import measured_pairs, read_measured
from tracker.facts.lab import LabValue, behind
from tracker.facts.observation import Comparator, Observation
from tracker.i18n import language, number
from tracker.journeys.course.measuring import symptoms_then
from tracker.laboratory import AS_PRINTED, Analyte, Level, Limit
from tracker.readings.findings import Finding, findings
from tracker.rounding import half_up
from tracker.rules import Sex
from tracker.sheet import flag, marked

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.journeys.course.measuring import Sheet

FILES = sorted((Path(__file__).parent / "findings").glob("*.json"))
FIRST_DOSE = date(2026, 12, 1)


def values_of(case: dict[str, Any]) -> list[LabValue]:
    found: list[LabValue] = []
    for on, typed in case["values"].items():
        for name, printed in measured_pairs([typed]):
            said, analyte = read_measured(printed), analyte_named(name)
            assert said.unit is not None, typed
            found.append(LabValue(
                id=len(found) + 1, on=date.fromisoformat(on), code=analyte.code, value=said.value,
                comparator=Comparator(said.comparator) if said.comparator else None,
                unit=unit_named(analyte, said.unit).name, low=said.low, high=said.high, printed=said.printed,
            ))  # fmt: skip
    return found


def found_in(case: dict[str, Any]) -> tuple[Finding, ...]:
    sex = Sex(case["sex"]) if "sex" in case else None
    return findings(laboratory().analytes, values_of(case), sex=sex, first_dose=FIRST_DOSE,
                    symptoms=lambda _drawn, _until: case.get("symptoms", ()))  # fmt: skip


def in_short(one: Finding) -> str:
    if one.limit is AS_PRINTED:
        return f"{one.level} {one.analyte.code} sheet" + (f" {one.amount:f}" if one.amount is not None else "")
    assert one.amount is not None
    limit = f"{round(one.amount, 2):f}"
    limit = limit.rstrip("0").rstrip(".") if "." in limit else limit
    grade = f" grade {one.grade}" if one.grade is not None else ""
    return f"{one.level} {one.analyte.code} {limit}{grade}" + ("" if one.limit.confirmed else " unconfirmed")


CASES = [(file.stem, case) for file in FILES for case in json.loads(file.read_text())["cases"]]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}: {case['values']}" for rule, case in CASES])
def test_what_is_noticed_is_what_was_worked_out_by_hand(rule: str, case: dict[str, Any]) -> None:
    assert set(case) <= {"sex", "values", "symptoms", "findings"}, rule
    assert case["findings"] == [in_short(one) for one in found_in(case)]


def test_every_limit_of_the_data_has_a_case_that_reaches_it() -> None:
    reached = [(one.analyte.code, one.limit) for _rule, case in CASES for one in found_in(case)]
    missing = [(analyte.code, limit) for analyte in laboratory().analytes for limit in analyte.limits
               if (analyte.code, limit) not in reached]  # fmt: skip
    assert missing == []


def test_every_grade_of_the_data_has_a_case_but_those_of_what_has_no_limits() -> None:
    graded = {(one.analyte.code, one.grade) for _rule, case in CASES for one in found_in(case)}
    missing = [(analyte.code, grade.grade) for analyte in laboratory().analytes if analyte.limits
               for grade in analyte.grades if (analyte.code, grade.grade) not in graded]  # fmt: skip
    assert missing == [("ast", 4)], "AST has the grades of ALT"


def test_of_a_sex_that_is_not_known_both_ranges_are_given_and_the_stricter_ends_taken() -> None:
    [found] = found_in({"values": {"2026-12-20": "tg 118 mg/dL"}})
    assert (found.range.low, found.range.high) == (Decimal(40), Decimal(117))
    assert [(one.sex, one.high) for one in found.range.both] == [(Sex.MALE, Decimal(234)), (Sex.FEMALE, Decimal(117))]


FLAGS = [
    ("female", "alt 6 U/L", "L"), ("female", "alt 7 U/L", None), ("female", "alt 23 U/L", None),
    ("female", "alt 24 U/L", "H"), ("male", "alt 9 U/L", "L"), ("male", "alt 24 U/L", None),
    ("female", "alt <7 U/L", "L"), ("female", "alt <8 U/L", None), ("female", "alt 45 U/L (10-50)", None),
    ("female", "alt L 45 U/L", "L"), ("female", "alt H 15 U/L", "H"), ("female", "alt 高 15 U/L", "H"),
    ("female", "alt 15 U/L", None), ("female", "tg 145 mmol/L", "H"), ("female", "hb 11.5 g/dL", "L"),
    ("female", "hb 115 g/L", "L"), ("female", "hb 116 g/L", None), ("male", "wbc 3.2 10^3/uL", "L"),
    ("male", "wbc 33 10^2/uL", None), ("male", "ldh 900 U/L", None), ("male", "ldh 900 U/L (120-240)", "H"),
]  # fmt: skip


@pytest.mark.parametrize(("sex", "typed", "side"), FLAGS)
def test_a_value_beyond_its_range_is_marked_by_a_letter(sex: str, typed: str, side: str | None) -> None:
    [value] = values_of({"values": {"2026-12-20": typed}})
    analyte = laboratory().analyte(value.code)
    assert analyte is not None
    assert flag(analyte, value, Sex(sex)) == side


@pytest.mark.parametrize("analyte", laboratory().analytes, ids=lambda one: one.code)
def test_a_unit_however_it_is_printed_is_no_mark_and_hides_none(analyte: Analyte) -> None:
    for unit in analyte.units:
        for printed in (unit.name, *unit.aliases):
            for gap in ("", " ") if printed[0] not in "x×1/" else (" ",):
                said = read_measured(f"5{gap}{printed}")
                assert (said.unit, marked(said.printed)) == (unicodedata.normalize("NFKC", printed), None)
                assert unit_named(analyte, str(said.unit)) is unit
                assert marked(f"H 5{gap}{printed}") == "H"
                assert marked(f"5{gap}{printed} L") == "L"


amounts = st.decimals(Decimal(1), Decimal(3000), places=2)
with_limits = st.sampled_from([one for one in laboratory().analytes if one.limits])


def _level(analyte: Analyte, value: Decimal, sex: Sex | None, unit: str) -> int:
    fact = LabValue(id=1, on=date(2026, 12, 20), code=analyte.code, value=value, unit=unit)
    found = findings([analyte], [fact], sex=sex, first_dose=FIRST_DOSE, symptoms=lambda _drawn, _until: ())
    return found[0].level.rank + 1 if found else 0


@given(with_limits, amounts, amounts, st.sampled_from([None, *Sex]))
def test_a_higher_value_never_asks_for_less(analyte: Analyte, one: Decimal, other: Decimal, sex: Sex | None) -> None:
    lower, higher = sorted((one, other))
    for unit in analyte.units:
        assert _level(analyte, lower, sex, unit.name) <= _level(analyte, higher, sex, unit.name)


@given(with_limits, amounts)
def test_where_the_sex_is_not_known_no_less_is_asked_than_of_either(analyte: Analyte, value: Decimal) -> None:
    levels = [_level(analyte, value, sex, analyte.units[0].name) for sex in Sex]
    assert _level(analyte, value, None, analyte.units[0].name) == max(levels)


def test_a_limit_that_was_converted_stands_beside_that_of_its_source_and_is_never_the_value_that_is_above_it() -> None:
    sheet = cast("Sheet", SimpleNamespace(fasting={}))
    in_the_words = re.compile(
        r"(?:(?P<times>[\d.]+) times )?the (?:upper )?limit of (?P<source>[\d.]+) (?P<unit>\S+) \((?P<end>[\d.]+) \S+\)"
    )
    count = 0
    for analyte in laboratory().analytes:
        first = analyte.units[0].name
        ends = [one.bound.value for one in analyte.limits if one.bound.value is not None]
        ends += [one.high * times for one in analyte.ranges if one.high for times in (1, 3, 5)]
        for unit, end, step in product(analyte.units[1:], ends, range(-1, 2)):
            value = half_up(end / unit.factor, 2) + step * Decimal("0.01")
            fact = LabValue(id=1, on=FIRST_DOSE, code=analyte.code, value=value, unit=unit.name)
            for one in findings([analyte], [fact], sex=Sex.FEMALE, first_dose=FIRST_DOSE, symptoms=lambda *_: ()):
                words = " ".join(str(language("en").value(in_words(one, sheet))).split())
                if (said := in_the_words.search(words)) is None:
                    assert one.limit.bound.also or one.limit.bound.of is None, words
                    continue
                count += 1
                shown_end = Decimal(said["end"]) * Decimal(said["times"] or 1)
                assert value > shown_end or (one.limit.bound.reached and value == shown_end), words
                assert said["unit"] == behind(first)
                assert f"{said['source']}" in {number(one.limit.bound.value or 0), number(one.range.high or 0)}
    assert count > 50


def test_a_finding_says_whose_limit_it_is() -> None:
    sources = {source.id for source in laboratory().sources}
    limits: list[Limit] = [limit for analyte in laboratory().analytes for limit in analyte.limits]
    assert all(limit.sources and set(limit.sources) <= sources for limit in limits)


TOGETHER = sorted({(analyte.code, code) for analyte in laboratory().analytes for limit in analyte.limits
                   for code in limit.symptoms if not code.startswith("rf-")})  # fmt: skip
BACK_AND_FORTH = {
    "it came before the draw and is over": (0, 1, [-3, 1]),
    "it was over the day before the draw": (0, 1, [-3, -1]),
    "it came after the draw and is over": (0, 1, [2, 3]),
    "it was over two days before the draw": (0, 0, [-3, -2]),
    "it came on the day of the newer value": (4, 1, [4, 5]),
    "it came between the two values": (4, 0, [1, 2]),
}  # fmt: skip
"""The day of the newest value, whether it asks for the clinic now, and the first and last day of the symptom."""


@pytest.mark.parametrize("case", BACK_AND_FORTH)
@pytest.mark.parametrize(("analyte", "symptom"), TOGETHER)
def test_a_symptom_counts_until_the_next_value_though_it_is_over(analyte: str, symptom: str, case: str) -> None:
    newest, is_urgent, (first, last) = BACK_AND_FORTH[case]
    draw = date(2026, 12, 20)
    days = [draw + timedelta(days=at) for at in sorted({0, newest})]
    values = [LabValue(id=at, on=on, code=analyte, value=Decimal(420), unit="U/L") for at, on in enumerate(days, 1)]
    said = Observation(id=9, on=draw + timedelta(days=first), until=draw + timedelta(days=last), code=symptom, grade=2,
                       family="symptom")  # fmt: skip
    view = SimpleNamespace(
        plan=SimpleNamespace(today=date(2026, 12, 31)),
        history=SimpleNamespace(all=lambda _kind: (said,), red_flags=(), cleared=()),
    )
    then = partial(symptoms_then, [cast("View", view)])
    [found] = findings(laboratory().analytes, values, sex=None, first_dose=FIRST_DOSE, symptoms=then)
    assert (found.level is Level.NOW) == bool(is_urgent)


def test_a_finding_that_hangs_on_a_symptom_stays_when_that_is_over(tmp_path: Path, monkeypatch: Any) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    say_on("2026-09-01", "start", "2026-09-01", "--weight", "50", "--dose", "20", "--protocol", "jp")
    say_on("2026-11-27", "log", "blood", "CK=420H")
    say_on("2026-11-27", "log", "symptom", "筋肉痛", "2")
    say_on("2026-11-28", "over", "筋肉痛", "--on", "yesterday")
    assert "! Contact your clinic now: CK" in say_on("2026-11-28", "status").out
    say_on("2026-11-28", "log", "blood", "CK=90")
    assert "CK (CPK) 420" not in say_on("2026-11-28", "status").out
