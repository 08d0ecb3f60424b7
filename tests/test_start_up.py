"""Start-up is part of the product: what a command imports, and that imports run one way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tests.test_journeys import START

HEAVY = ("sqlalchemy", "icalendar", "tzlocal", "platformdirs", "dateutil", "rich")
ROOT = Path(__file__).parent.parent


def imported_by(*arguments: str, **environment: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tracker", *arguments],
        env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("start", "--help"), ("plan", "--help"), ("log", "--help"),
     ("log", "visit", "--help"),
     ("calendar", "export", "--help"), ("history", "-h"), ("protocols", "--help"), ("--lang", "ja", "--help")],
)  # fmt: skip
def test_help_and_version_import_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert imported_by(*arguments) & {"sqlalchemy", "icalendar"} == set()


def test_the_first_page_of_help_imports_click_alone() -> None:
    assert imported_by("--help") & set(HEAVY) == set()


@pytest.mark.parametrize("words", ["isotrack ", "isotrack pl", "isotrack calendar ", "isotrack plan --"])
def test_completion_imports_nothing_heavy(words: str) -> None:
    count = str(len(words.split(" ")) - 1)
    environment = {"_ISOTRACK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    assert imported_by(**environment) & {"sqlalchemy", "icalendar"} == set()


def test_reading_commands_import_no_icalendar(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    database = str(tmp_path / "data" / "isotrack.db")
    for arguments in ((), ("plan",), ("plan", "--json"), ("history",), ("log", "visit")):
        assert "icalendar" not in imported_by(*arguments, ISOTRACK_DB=database, ISOTRACK_TODAY="2026-12-20")


def test_only_a_record_with_procedures_reads_their_catalogue(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START)
    environment = {"ISOTRACK_DB": str(tmp_path / "data" / "isotrack.db"), "ISOTRACK_TODAY": "2026-12-20"}
    for arguments in ((), ("plan",), ("log", "visit"), ("log", "dose")):
        assert "tracker.procedures" not in imported_by(*arguments, **environment)
    isotrack("procedure", "plan", "dermapen", "--sessions", "2", "--every", "P1M", today="2026-12-20")
    assert "tracker.procedures" in imported_by("plan", **environment)


def test_imports_run_one_way() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", [("mypy",), ("ruff", "check", "."), ("ruff", "format", "--check", "tracker")])
def test_the_code_keeps_its_house_rules(command: tuple[str, ...]) -> None:
    ran = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_file_of_the_package_grows_past_three_hundred_lines() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in (ROOT / "tracker").rglob("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > 320} == {}


def test_every_file_with_a_long_form_of_a_test_says_so_with_the_marker() -> None:
    files = {path.name: path.read_text() for path in (ROOT / "tests").glob("test_*.py")}
    long = re.compile(r"^from tests.*\b(?:LONG|some)\b|^    (?:LONG|some),$|\bMODERATE\b", re.MULTILINE)
    assert [name for name, text in files.items() if long.search(text) and "pytest.mark.long" not in text] == []
