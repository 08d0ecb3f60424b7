"""The documents are true: every session in them is run, every command that they name exists.

With ``ISOTRACK_WRITE_DOCUMENTS=1`` the sessions' output is written into the documents instead of compared.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import click
import pytest

from tests.conftest import Isotrack
from tests.screens import faults
from tracker.cli.main import COMMANDS, cli

ROOT = Path(__file__).parent.parent
SESSIONS = ("README.md", "README.ja.md")
PRIVACY = ("PRIVACY.md", "PRIVACY.ja.md")
_PART = re.compile(r"<!-- today: (?P<today>\S+) -->\n|^```console\n(?P<session>.*?)^```\n", re.MULTILINE | re.DOTALL)


def rerun(document: str, isotrack: Isotrack, lang: str) -> str:
    """The document with the output that its commands have now."""
    today = "2026-11-23"

    def again(part: re.Match[str]) -> str:
        nonlocal today
        if part["today"]:
            today = part["today"]
            return part[0]
        lines = []
        for command in re.findall(r"^\$ isotrack ?(.*)$", part["session"], re.MULTILINE):
            ran = isotrack("--lang", lang, *shlex.split(command), today=today)
            assert faults(ran.out, 80) == []
            lines.append(f"$ isotrack {command}".rstrip() + "\n" + ran.out)
        return "```console\n" + "".join(lines) + "```\n"

    return _PART.sub(again, document)


@pytest.mark.parametrize("name", SESSIONS)
def test_the_sessions_in_the_readme_are_real(name: str, isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = ROOT / name
    document = path.read_text()
    fresh = rerun(document, isotrack, "ja" if ".ja." in name else "en")
    assert "$ isotrack start" in document
    if os.environ.get("ISOTRACK_WRITE_DOCUMENTS"):
        path.write_text(fresh)
    else:
        assert document == fresh


@pytest.mark.parametrize("name", SESSIONS)
def test_every_command_is_documented(name: str) -> None:
    document = (ROOT / name).read_text()
    assert [command for command in COMMANDS if f"isotrack {command}" not in document] == []


def commands(group: click.Group, context: click.Context) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            below = commands(command, click.Context(command, parent=context))
            found += [(f"{name} {lower}", one) for lower, one in below]
    return found


def test_every_command_and_every_option_has_help_in_both_languages() -> None:
    from tracker.i18n import activate

    for lang in ("en", "ja"):
        activate(lang)
        for name, command in commands(cli, click.Context(cli)):
            assert command.help, name
            for param in command.params:
                if isinstance(param, click.Option):
                    assert param.help, (name, param.name)
                    if lang == "ja":
                        assert not param.help.isascii(), (name, param.name)


@pytest.mark.parametrize("name", [*SESSIONS, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", *PRIVACY])
def test_links_and_files_that_the_documents_name_exist(name: str) -> None:
    document = (ROOT / name).read_text()
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", document):
        assert (ROOT / target).exists(), target
    for path in re.findall(r"`((?:tracker|schemas|tests)/[\w./@-]*)`", document):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", PRIVACY)
def test_what_is_said_of_privacy_names_every_file_and_control_and_commands_that_there_are(name: str) -> None:
    document = (ROOT / name).read_text()
    controls = [
        f"MASVS-{group}-{number}" for group, most in (("STORAGE", 2), ("PRIVACY", 4)) for number in range(1, most + 1)
    ]
    kept = [
        "isotrack.db",
        "isotrack.db.backups/",
        "isotrack.db.backups/written",
        "isotrack.db.photos/",
        "isotrack.db-journal",
    ]
    ways = [
        "HISTCONTROL=ignorespace",
        "HISTIGNORE",
        "HIST_IGNORE_SPACE",
        "HISTORY_IGNORE",
        "CLASS:PRIVATE",
        "ISOTRACK_DEBUG=1",
    ]
    assert [one for one in (*controls, *kept, *ways) if one not in document] == []
    named = {command for command, _ in commands(cli, click.Context(cli))}
    said = {
        " ".join(found.split())
        for found in re.findall(r"`isotrack\s+([a-z]+(?:\s(?:delete|export|sync)\b)?)", document)
    }
    assert said - named == set()
    links = "README.md" if name == "PRIVACY.md" else "README.ja.md"
    assert f"]({name})" in (ROOT / links).read_text()
    assert f'"{name}"' in (ROOT / "pyproject.toml").read_text()
