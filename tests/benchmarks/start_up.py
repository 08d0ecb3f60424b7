"""Whole commands beside the bare import of their libraries: ``python tests/benchmarks/start_up.py [FACTS]``.

Prints the median processor time of each in milliseconds and the ratios, all from one interleaved run; nothing is
asserted.
With FACTS the record has so many: a capsule and a weight a day, a visit a month; and six blood values a month.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tracker.db import store
from tracker.db.engine import Database
from tracker.facts import Done, Dose, Weight
from tracker.facts.lab import LabValue
from tracker.rules import Kind

ROUNDS = 15
PROGRAM = str(Path(sys.executable).with_name("isotrack"))
BARE = {
    "click": [sys.executable, "-c", "import click"],
    "click, sqlalchemy": [sys.executable, "-c", "import click, sqlalchemy"],
    "click, sqlalchemy, jinja2": [sys.executable, "-c", "import click, sqlalchemy, jinja2"],
    "click, sqlalchemy, icalendar": [sys.executable, "-c", "import click, sqlalchemy, icalendar"],
}
COMMANDS = {
    "--help": "click",
    "--version": "click",
    "": "click, sqlalchemy",
    "plan": "click, sqlalchemy",
    "plan --json": "click, sqlalchemy",
    "log visit": "click, sqlalchemy",
    "log dose": "click, sqlalchemy",
    "log blood ALT=22 AST=19 TG=145 GGT=30 CK=100 LDL=120": "click, sqlalchemy",
    "blood": "click, sqlalchemy",
    "log symptom lips=2 headache=1": "click, sqlalchemy",
    "symptoms": "click, sqlalchemy",
    "stock": "click, sqlalchemy",
    "report": "click, sqlalchemy, jinja2",
    "calendar export -o a.ics": "click, sqlalchemy, icalendar",
}
SHEET = (
    ("alt", 22, "U/L"), ("ast", 19, "U/L"), ("ggt", 30, "U/L"), ("ck", 100, "U/L"), ("tg", 100, "mg/dL"),
    ("ldl", 120, "mg/dL"),
)  # fmt: skip


def fill(database: Path, facts: int) -> None:
    """Record so many facts in a course that began long enough ago for them."""
    begun = date(2026, 12, 20) - timedelta(days=facts // 2)
    with Database(database).writing() as connection:
        [(course, _text)] = store.courses(connection, 1)
        command = store.begin_command(connection, 1, "log", datetime.now(UTC))
        for number in range(facts // 2):
            on = begun + timedelta(days=number)
            store.record(connection, command, course.id, Dose(on=on, taken=True))
            other = Done(on=on, kind=Kind.VISIT) if number % 30 == 0 else Weight(on=on, kg=Decimal(54))
            store.record(connection, command, course.id, other)
            if number % 30 == 0:
                for code, value, unit in SHEET:
                    measured = LabValue(on=on, code=code, value=Decimal(value), unit=unit)
                    store.record(connection, command, course.id, measured)


def main() -> None:
    """Open a course in a folder of its own and time the commands on it."""
    facts = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "a.db"
        environment = os.environ | {"ISOTRACK_DB": str(database), "ISOTRACK_TODAY": "2026-12-20"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("ISOTRACK_DEBUG", None)

        def seconds(command: list[str]) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        begun = date(2026, 12, 20) - timedelta(days=max(facts // 2, 26))
        seconds([PROGRAM, "start", begun.isoformat(), "--weight", "54", "--dose", "20", "--can-become-pregnant"])
        if facts:
            fill(database, facts)
        times: dict[str, list[float]] = {}
        for _round in range(ROUNDS):
            for name, command in BARE.items():
                times.setdefault(name, []).append(seconds(command))
            for name in COMMANDS:
                times.setdefault(name, []).append(seconds([PROGRAM, *name.split()]))
    medians = {name: 1000 * statistics.median(values) for name, values in times.items()}
    for name, bare in COMMANDS.items():
        ratio = medians[name] / medians[bare]
        print(f"{name or '(status)':28} {medians[name]:6.0f} ms = {ratio:.2f} x import {bare} ({medians[bare]:.0f} ms)")


if __name__ == "__main__":
    main()
