"""Figures that people are shown are rounded as at school: a half goes up, wherever they stand."""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Isotrack
from tracker.rounding import half_up

ROOT = Path(__file__).parent.parent / "tracker"


@pytest.mark.parametrize(("value", "digits", "expected"), [
    ("0.345", 2, "0.35"), ("0.355", 2, "0.36"), ("0.25", 1, "0.3"), ("0.35", 1, "0.4"), ("2.5", 0, "3"),
    ("-0.25", 1, "-0.3"), ("120", 1, "120.0"), ("0.3449999", 2, "0.34"), ("0", 2, "0.00"), ("119.95", 1, "120.0"),
])  # fmt: skip
def test_a_half_goes_up(value: str, digits: int, expected: str) -> None:
    assert str(half_up(Decimal(value), digits)) == str(half_up(Fraction(value), digits)) == expected


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_it_is_never_farther_away_than_half_a_unit(value: Fraction, digits: int) -> None:
    unit = Fraction(1, 10**digits)
    assert abs(Fraction(half_up(value, digits)) - value) * 2 <= unit
    assert half_up(-value, digits) == -half_up(value, digits)


def test_nothing_else_rounds_a_figure() -> None:
    found = []
    for path in sorted((ROOT / "cli").rglob("*.py")) + sorted((ROOT / "journeys").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_round = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round"
            is_format = isinstance(node, ast.FormattedValue) and node.format_spec is not None and any(
                isinstance(part, ast.Constant) and str(part.value).endswith("f") and "." in str(part.value)
                for part in node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr)
            )  # fmt: skip
            if is_round or is_format:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_milligrams_per_kilogram_are_rounded_up_on_every_screen(isotrack: Isotrack) -> None:
    isotrack("start", "2026-11-23", "--weight", "64", "--dose", "20", "--timezone", "Asia/Tokyo")
    # 20 / 64 = 0.3125
    assert "0.31 mg/kg" in isotrack("dose").out
    isotrack("undo")
    isotrack("start", "2026-11-23", "--weight", "80", "--dose", "10", "--timezone", "Asia/Tokyo")
    # 10 / 80 = 0.125
    assert "0.13 mg/kg" in isotrack("dose").out
