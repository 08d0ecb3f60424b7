"""The longest programme that is taken, command by command: ``python tests/benchmarks/longest_programme.py``.

Ten years, visits every day, every window and tail as long as it may be. Prints the seconds of each command beside
those of the standard programme; nothing is asserted.
"""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from tracker.cli.main import run
from tracker.protocols import schemas

COMMANDS = (
    "start 2026-11-24 --weight 54 --dose 20 --can-become-pregnant --timezone America/New_York --protocol own.json",
    "plan --json",
    "calendar settings capsule=08:30",
    "calendar export -o out.ics",
    "book visit/1 2026-12-24 15:30",
    "log visit",
    "log weight 55",
    "calendar export -o out.ics",
)
LONGEST = "P120M"


def standard() -> dict[str, Any]:
    """The standard programme as a clinic's own file."""
    file = next((schemas() / "protocols").glob("jp-standard@*.json"))
    return dict(json.loads(file.read_text("utf-8"))) | {"id": "own"}


def longest() -> dict[str, Any]:
    """The same with every span as long as it may be, and visits as often."""
    found = standard() | {"duration": LONGEST}
    for rule in found["rules"]:
        if "span" in rule:
            rule["span"] |= {"lead": LONGEST, "tail": LONGEST}
        if rule["id"] == "visit":
            rule["repeat"] |= {"every": "P1D", "window": {"before": LONGEST, "after": LONGEST}}
            rule["repeat"].pop("first", None)
    return found


def seconds(programme: dict[str, Any]) -> list[float]:
    """The seconds of each command on a database of its own."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own.json").write_text(json.dumps(programme), "utf-8")
        for command in COMMANDS:
            words = [str(folder / word) if word.startswith(("own.", "out.")) else word for word in command.split()]
            begun = time.perf_counter()
            with redirect_stdout(StringIO()):
                run(["--db", str(folder / "isotrack.db"), "--today", "2026-11-24", *words])
            found.append(time.perf_counter() - begun)
    return found


def main() -> None:
    """Both programmes, side by side."""
    seconds(standard())  # what is imported is not counted
    for command, usual, most in zip(COMMANDS, seconds(standard()), seconds(longest()), strict=True):
        print(f"{usual:6.2f} s {most:6.2f} s  {' '.join(command.split()[:3])}")


if __name__ == "__main__":
    main()
