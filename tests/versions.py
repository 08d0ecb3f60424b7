"""The versions under the tests: renews those that are locked, and tries the newest and the lowest that are allowed.

    python3 tests/versions.py lock
    python3 tests/versions.py newest [arguments for pytest]
    python3 tests/versions.py lowest [arguments for pytest]

Each works in an environment of its own that is thrown away, and needs the network.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements-test.txt"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ADDED = ("encrypt", "photos", "sync")
"""The extras of the program; the last one is for its tests."""
_FOR_EDITABLE = "editables"
"""What hatchling asks for besides, where the installation is an editable one."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Environment:
    """A virtual environment that is gone afterwards."""

    python: Path

    def run(self, module: str, *arguments: str, typed: str | None = None) -> int:
        """Run a module in it; its exit code."""
        command = [str(self.python), "-m", module, *arguments]
        return subprocess.run(command, cwd=ROOT, input=typed, text=True, check=False).returncode

    def must(self, module: str, *arguments: str, typed: str | None = None) -> None:
        """Run a module that has to succeed."""
        if code := self.run(module, *arguments, typed=typed):
            sys.exit(code)

    def output(self, module: str, *arguments: str) -> str:
        """What a module prints, which has to succeed."""
        command = [str(self.python), "-m", module, *arguments]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def environment() -> Iterator[Environment]:
    """An environment that has uv, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        made = Environment(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        made.must("pip", "install", "--quiet", "uv")
        yield made


def needed_by_the_program() -> list[str]:
    """What the program needs, with all that may be added to it."""
    project = PROJECT["project"]
    return [*project["dependencies"], *(one for extra in ADDED for one in project["optional-dependencies"][extra])]


def name_of(requirement: str) -> str:
    """The name in a requirement, as package indexes compare it."""
    found = _NAME.match(requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def lock() -> int:
    """Write the newest allowed version of everything that the tests and the build need, for every platform."""
    with environment() as made:
        return made.run(
            "uv", "pip", "compile", "pyproject.toml", "-", "--extra", "test", "--universal", "--generate-hashes",
            "--python-version", PROJECT["project"]["requires-python"].removeprefix(">="), "--upgrade", "--quiet",
            "--no-annotate", "--custom-compile-command", "python3 tests/versions.py lock", "--output-file", LOCK.name,
            typed="\n".join([*PROJECT["build-system"]["requires"], _FOR_EDITABLE]),
        )  # fmt: skip


def newest(*arguments: str) -> int:
    """Run the tests with the newest allowed version of everything."""
    with environment() as made:
        made.must("uv", "pip", "install", "--quiet", "--editable", ".[test]")
        return _tested(made, arguments)


def lowest(*arguments: str) -> int:
    """Run the tests with the lowest allowed version of what the program itself needs."""
    with environment() as made:
        pins = made.output(
            "uv", "pip", "compile", "pyproject.toml", *(f"--extra={extra}" for extra in ADDED), "--resolution",
            "lowest-direct", "--quiet", "--no-annotate", "--no-header",
        )  # fmt: skip
        wanted = {name_of(requirement) for requirement in needed_by_the_program()}
        kept = [line for line in pins.splitlines() if name_of(line) in wanted]
        given = ("--constraints", "-", "--editable", ".[test]")
        made.must("uv", "pip", "install", "--quiet", *given, typed="\n".join(kept))
        return _tested(made, arguments)


def _tested(made: Environment, arguments: tuple[str, ...]) -> int:
    """Run the tests, once more without regard to warnings where they failed; the first run counts."""
    made.run("uv", "pip", "list")
    code = made.run("pytest", "-n", "auto", "-rx", *arguments)
    if code == 1:
        sys.stdout.write("Those that failed, with warnings that are no errors:\n")
        sys.stdout.flush()
        made.run("pytest", "--last-failed", "-W", "default")
    return code


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["lock", "newest", "lowest"])
    said, arguments = parser.parse_known_args()
    return lock() if said.what == "lock" else {"newest": newest, "lowest": lowest}[said.what](*arguments)


if __name__ == "__main__":
    sys.exit(main())
