"""Whole commands beside the bare import of their libraries: ``python tests/benchmarks/start_up.py``.

Prints the median of each in milliseconds and the ratios, all from one interleaved run; nothing is asserted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
PROGRAM = str(Path(sys.executable).with_name("isotrack"))
BARE = {
    "click": [sys.executable, "-c", "import click"],
    "click, sqlalchemy": [sys.executable, "-c", "import click, sqlalchemy"],
    "click, sqlalchemy, icalendar": [sys.executable, "-c", "import click, sqlalchemy, icalendar"],
}
COMMANDS = {
    "--help": "click",
    "--version": "click",
    "plan": "click, sqlalchemy",
    "plan --json": "click, sqlalchemy",
    "log visit": "click, sqlalchemy",
    "calendar export -o a.ics": "click, sqlalchemy, icalendar",
}


def main() -> None:
    """Open a course in a folder of its own and time the commands on it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"ISOTRACK_DB": str(Path(folder) / "a.db"), "ISOTRACK_TODAY": "2026-12-20"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def seconds(command: list[str]) -> float:
            begun = time.perf_counter()
            subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, check=True)
            return time.perf_counter() - begun

        seconds([PROGRAM, "start", "2026-11-24", "--weight", "54", "--dose", "20", "--can-become-pregnant"])
        times: dict[str, list[float]] = {}
        for _round in range(ROUNDS):
            for name, command in BARE.items():
                times.setdefault(name, []).append(seconds(command))
            for name in COMMANDS:
                times.setdefault(name, []).append(seconds([PROGRAM, *name.split()]))
    medians = {name: 1000 * statistics.median(values) for name, values in times.items()}
    for name, bare in COMMANDS.items():
        ratio = medians[name] / medians[bare]
        print(f"{name:28} {medians[name]:6.0f} ms = {ratio:.2f} x import {bare} ({medians[bare]:.0f} ms)")


if __name__ == "__main__":
    main()
