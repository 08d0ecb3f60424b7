"""The reader ical.js, which Thunderbird and Nextcloud read calendars with: one node process for a whole test run.

It is the only reader here that takes times from the VTIMEZONE of a file and nothing else: the others look a zone that
they know up by its name, and would read a wrong VTIMEZONE right.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent / "node"

MISSING = next(
    (
        f"{what}: ical.js reads along only where the packages of the README are installed"
        for what, is_there in (
            ("no node", shutil.which("node") is not None),
            ("no tests/node/node_modules", (_FOLDER / "node_modules" / "ical.js").is_dir()),
        )
        if not is_there
    ),
    None,
)
"""Why it cannot read; None where it can."""

needs_ical_js = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


def read(octets: bytes) -> list[dict[str, Any]]:
    """The entries of a file as ``tests/node/read.mjs`` tells them."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(octets.decode()) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    assert answer, "ical.js cannot read this file; what it says stands above"
    found: list[dict[str, Any]] = json.loads(answer)
    return found


@cache
def _process() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        ["node", str(_FOLDER / "read.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    process.wait()
