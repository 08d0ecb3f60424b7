"""Databases of every released format, frozen: each opens, is brought to the newest format, and keeps every fact."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Isotrack
from tests.support import LONG, faults, machine_in, say, settle
from tests.test_durability import cut_off_at
from tests.test_journeys import START
from tracker.cli.main import run
from tracker.db import layout as layouts
from tracker.db import migrations, seals
from tracker.db.engine import Database
from tracker.facts import Log, observation

OLD = sorted((Path(__file__).parent / "data").glob("v[0-9]*.db"))
OLD = [old for old in OLD if old.stem[1:].isdecimal()]


def layout(path: Path) -> dict[str, object]:
    """The structure of a database, whatever the words are in which it was made."""
    with closing(sqlite3.connect(path)) as connection:
        return layouts.layout(seals.asking_of_a_file(connection))


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


def test_a_family_that_comes_later_shares_the_table_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = migrations.HEAD + 1
    later = observation.family("later", since=newer, log=Log(names=("later",), help="", on_help="", coded=True))
    monkeypatch.setattr(migrations, "KINDS", (*migrations.KINDS, later))
    monkeypatch.setattr(migrations, "HEAD", newer)
    for old in OLD:
        path = tmp_path / old.name
        shutil.copy(old, path)
        with Database(path).reading() as connection:
            assert ("later",) in [tuple(row) for row in connection.exec_driver_sql("SELECT name FROM fact_kind")]


def test_every_released_format_is_frozen_here() -> None:
    assert [old.stem for old in OLD] == [f"v{number}" for number in range(1, migrations.HEAD + 1)]


TYPED = Path(__file__).parent / "data" / "v2-typed.db"
"""Of format 2, with what only the order of typing explained: a patient for each kind of it."""


def test_what_was_assigned_by_typing_stays_unless_it_was_laxer_and_that_is_said_once(
    isotrack: Isotrack, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(TYPED, tmp_path / "data" / "isotrack.db")
    capfd.readouterr()
    assert run(["--today", "2027-03-12", "--patient", "late", "plan", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["course"]["start"] == "2026-12-01"
    assert sorted(err.splitlines()) == [
        "! late: The first capsule stays Tue 1 Dec 2026, as it was logged.",
        "! laxer: pregnancy test of Thu 5 Nov 2026 no longer counts for pregnancy-test-second/1 (by its day: nothing).",
        "! pinned: visit of Fri 26 Feb 2027 stays counted for visit/3 (by its day: visit/4).",
        "! stale: pregnancy test of Wed 9 Dec 2026 no longer counts for pregnancy-test-before/1 (by its day: nothing).",
    ]

    def items(patient: str, today: str = "2027-03-12") -> dict[str, dict[str, Any]]:
        return isotrack("--patient", patient, "plan", "--json", today=today).items()

    assert items("stale")["pregnancy-test-before/1"]["done_on"] is None
    assert items("pinned")["visit/3"]["done_on"] == "2027-02-26"
    assert items("laxer")["pregnancy-test-second/1"]["done_on"] is None
    assert not [key for key in items("laxer", "2026-11-05") if key.startswith("pick-up")]
    assert items("booked", "2026-12-27")["pick-up/2"]["booked_at"] == "2026-12-29T10:00"


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("old", [*OLD[:-1], TYPED], ids=lambda old: old.stem)
def test_a_database_that_is_brought_over_is_old_or_new_when_killed_at_any_write(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = machine_in(tmp_path)
    settle(machine, monkeypatch)
    shutil.copy(old, machine.db)
    assert say("--patient", "late" if old is TYPED else "me", "plan").code == 0
    wanted = dump(machine.db)
    reached = 0
    for moment in count(OLD.index(old) % 3 if old in OLD else 0, 1 if LONG else 8):
        shutil.rmtree(machine.folder)
        machine.folder.mkdir(mode=0o700)
        shutil.copy(old, machine.db)
        if not cut_off_at(moment, "--patient", "late" if old is TYPED else "me", "plan"):
            break
        assert faults(machine.db) == [] or version(machine.db) < migrations.HEAD
        assert say("--patient", "late" if old is TYPED else "me", "plan").code == 0
        assert dump(machine.db) == wanted, moment
        reached = moment
    assert reached >= 7


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        of_a_moment = ("'upgrade'", 'INTO "seal"')
        return [line for line in connection.iterdump() if not any(word in line for word in of_a_moment)]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
