"""Databases of every released format, frozen: each opens, is brought to the newest format, and keeps every fact."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tests.test_journeys import START
from tracker.db import migrations

OLD = sorted((Path(__file__).parent / "data").glob("v*.db"))


def layout(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()


@pytest.mark.parametrize("old", OLD, ids=lambda old: old.stem)
def test_an_old_database_opens_with_all_its_facts(old: Path, isotrack: Isotrack, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(old, tmp_path / "data" / "isotrack.db")
    plan = isotrack("plan", "--json", today="2026-12-24")
    assert plan.json["course"]["last_dose"] == "2026-12-24"
    assert plan.items()["consent/1"]["done_on"] == "2026-11-23"
    assert plan.items()["visit/1"]["booked_at"] == "2026-12-24T15:30"
    assert plan.spans()["contraception"]["end"] == "2027-12-24"
    assert len(isotrack("history", "--json", today="2026-12-24").json) == 9
    isotrack("undo", today="2026-12-24")
    isotrack("log", "weight", "55", today="2026-12-24")


@pytest.mark.parametrize("old", OLD, ids=lambda old: old.stem)
def test_an_old_database_ends_in_the_layout_of_a_fresh_one(old: Path, isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    fresh = layout(tmp_path / "data" / "isotrack.db")
    shutil.copy(old, tmp_path / "data" / "isotrack.db")
    isotrack("plan", today="2026-12-24")
    assert layout(tmp_path / "data" / "isotrack.db") == fresh


def test_every_released_format_is_frozen_here() -> None:
    assert [old.stem for old in OLD] == [f"v{number}" for number in range(1, migrations.HEAD + 1)]
