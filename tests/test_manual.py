"""The manual is written from the program, read without complaint by those who show it, and names every command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from tests import manual
from tests.test_documents import commands
from tracker.cli.main import cli

LANGUAGES = ("en", "ja")


def read(*command: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of those programs; the test is skipped where it is not there."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", check=True,
        env=os.environ | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"} | environment,
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_manual_is_that_of_the_program(lang: str) -> None:
    if os.environ.get("ISOTRACK_WRITE_DOCUMENTS"):
        manual.main()
    assert manual.PAGES[lang].read_text(encoding="utf-8") == manual.page(lang), "run tests/manual.py"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_those_who_set_it_have_no_complaint(lang: str) -> None:
    page = str(manual.PAGES[lang])
    assert read("groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", page).stderr == ""
    assert read("man", "--warnings", "-l", page).stderr == ""
    assert read("mandoc", "-T", "lint", "-W", "warning", page).stdout == ""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reader", [("man", "-l"), ("mandoc", "-T", "utf8")], ids=lambda reader: reader[0])
def test_every_command_and_flag_can_be_read_and_searched(reader: tuple[str, ...], lang: str) -> None:
    said = re.sub(".\b", "", read(*reader, str(manual.PAGES[lang])).stdout)
    flat = " ".join(said.split())
    missing = []
    for name, command in commands(cli, click.Context(cli)):
        if command.hidden:
            continue
        options = (one for one in command.params if isinstance(one, click.Option) and not one.hidden)
        missing += [f"{name} {flag}" for one in options for flag in one.opts if flag not in flat]
        # What is logged is said by several names, which stand at the first.
        named = name.removeprefix("log ") if name.startswith("log ") else f"isotrack {name}"
        missing += [name] if named not in flat else []
    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_is_longer_than_the_screen(lang: str) -> None:
    from tracker.cli.lines import cells

    said = read("man", "-l", str(manual.PAGES[lang])).stdout
    assert [line for line in said.splitlines() if cells(line) > 80] == []


def test_man_finds_it_beside_the_program(tmp_path: Path) -> None:
    """As the wheel puts it: below the folder in which ``bin`` is, which is in PATH."""
    (tmp_path / "bin").mkdir()
    for lang, folder in (("en", "share/man/man1"), ("ja", "share/man/ja/man1")):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(manual.PAGES[lang], tmp_path / folder)
    found = read("man", "-w", "isotrack", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}", MANPATH="")
    assert found.stdout.strip() == str(tmp_path / "share/man/man1/isotrack.1")


def test_what_is_typed_and_said_is_no_command_of_roff() -> None:
    assert manual.typed("-x.-y") == r"\-x.\-y"
    assert manual.typed(r"a\b") == r"a\eb"
    assert manual.text(".PP is said") == r"\&.PP is said"
    assert manual.text("'br") == r"\&'br"
    assert manual.text("with --all, well-known and 4-7 days") == r"with \-\-all, well\-known and 4\-7 days"
    assert manual.text("再診（採血）。次") == r"再\:診\:（採\:血）。\:次"
