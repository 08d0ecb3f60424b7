"""The program as one file works from an empty home, without anything installed, in both languages."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import one_file
from tests.support import START, TODAY
from tracker import __version__

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("shiv") is None, reason="shiv is not installed"),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("one-file") / "isotrack.pyz"
    one_file.build(made)
    return made


def run(program: Path, home: Path, *arguments: str, lang: str) -> str:
    """Run it with an empty environment, and a Python that finds no library by itself."""
    environment = {"HOME": str(home), "LANG": f"{lang}.UTF-8", "PATH": "/usr/bin:/bin", "ISOTRACK_TODAY": TODAY}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), *arguments], cwd=home, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


SAID = {"en": ("Saved", "Blood test before the start"), "ja": ("登録しました", "採血")}


@pytest.mark.parametrize("lang", SAID)
def test_one_file_is_the_whole_program(program: Path, tmp_path: Path, lang: str) -> None:
    saved, blood = SAID[lang]
    assert run(program, tmp_path, "--version", lang=lang) == f"isotrack {__version__}\n"
    assert saved in run(program, tmp_path, *START, lang=lang)
    assert blood in run(program, tmp_path, lang=lang)
    run(program, tmp_path, "calendar", "export", "-o", "reminders.ics", lang=lang)
    assert (tmp_path / "reminders.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    run(program, tmp_path, "report", "-o", "page.html", lang=lang)
    assert (tmp_path / "page.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert (tmp_path / ".local" / "share" / "isotrack" / "isotrack.db").exists()


def test_the_same_libraries_give_the_same_file(program: Path, tmp_path: Path) -> None:
    one_file.build(tmp_path / "isotrack.pyz")
    assert (tmp_path / "isotrack.pyz").read_bytes() == program.read_bytes()


def test_the_wheel_brings_the_data_the_translations_and_the_manual(tmp_path: Path) -> None:
    names = zipfile.ZipFile(one_file.wheel(tmp_path)).namelist()
    wanted = ("tracker/schemas/analytes.json", "tracker/locale/ja/LC_MESSAGES/isotrack.mo",
              "data/share/man/man1/isotrack.1", "data/share/man/ja/man1/isotrack.1", "licenses/LICENSE")  # fmt: skip
    assert [one for one in wanted if not any(name.endswith(one) for name in names)] == []
    assert [name for name in names if "tests" in name.split("/")] == []
