"""The locked versions fit what the project asks for, and the documents install exactly them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.versions import LOCK, PROJECT, ROOT, needed_by_the_program

ENTRY = re.compile(
    r"^(?P<requirement>\S+==\S+(?: ; .+?)?) \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)
TEXT = LOCK.read_text(encoding="utf-8")
COMMANDS = re.compile(r"<!-- test command -->\n```sh\n(?P<command>.*?)^```$", re.MULTILINE | re.DOTALL)
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="CI's script is one of bash")


def locked() -> dict[str, Requirement]:
    found = [Requirement(entry["requirement"]) for entry in ENTRY.finditer(TEXT)]
    return {canonicalize_name(one.name): one for one in found}


def asked_for() -> list[Requirement]:
    project = PROJECT["project"]
    lines = [*needed_by_the_program(), *project["optional-dependencies"]["test"], *PROJECT["build-system"]["requires"]]
    return [one for one in map(Requirement, lines) if one.name != project["name"]]


def test_every_library_that_the_project_asks_for_is_locked_at_a_version_that_it_allows() -> None:
    """Renew the lock: python3 tests/versions.py lock."""
    versions = {name: str(one.specifier).removeprefix("==") for name, one in locked().items()}
    wrong = {
        str(one): versions.get(canonicalize_name(one.name))
        for one in asked_for()
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"), prereleases=True)
    }
    assert wrong == {}


def test_the_lock_has_nothing_but_versions_with_their_hashes() -> None:
    rest = [line for line in ENTRY.sub("", TEXT).splitlines() if line.strip() and not line.startswith("#")]
    assert rest == []
    assert [sign for sign in ("://", "--index", str(Path.home()), "file:", "@ ") if sign in TEXT] == []
    assert {"hatchling", "editables", "pytest"} <= set(locked())


def test_all_documents_have_the_same_test_command() -> None:
    english, japanese = (COMMANDS.findall((ROOT / name).read_text()) for name in ("README.md", "README.ja.md"))
    assert english == japanese
    [command] = english
    assert f"pip install --require-hashes -r {LOCK.name}" in command
    indented = "".join(f"    {line}\n" for line in command.splitlines())
    assert indented in (ROOT / "CONTRIBUTING.md").read_text()


@needs_bash
@pytest.mark.parametrize(
    ("packages", "expected"),
    [("", ["tests"]), ("<!-- packages -->\n```sh\necho packages\n```\n", ["packages", "tests"])],
    ids=["none are named", "some are named"],
)
def test_ci_runs_the_packages_and_the_tests_that_the_readme_names(
    tmp_path: Path, packages: str, expected: list[str]
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    other = "```sh\necho other\n```\n"
    command = "<!-- test command -->\n```sh\ntrue &&\n  echo tests\n```\n"
    (tmp_path / "README.md").write_text(other + packages + other + command + other)
    ran = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [line for line in ran.stdout.splitlines() if line in ("packages", "tests", "other")] == expected


@needs_bash
@pytest.mark.parametrize("failing", ["packages", "test command"])
def test_ci_fails_where_a_command_fails(tmp_path: Path, failing: str) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    blocks = {name: "false\ntrue" if name == failing else "true" for name in ("packages", "test command")}
    readme = "".join(f"<!-- {name} -->\n```sh\n{command}\n```\n" for name, command in blocks.items())
    (tmp_path / "README.md").write_text(readme)
    ran = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
