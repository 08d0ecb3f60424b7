"""Other commands while a clinic exports: ``python tests/benchmarks/beside_an_export.py [COURSES]`` (3,000 unless said).

Prints how long ``log weight`` takes while all calendars are written, from process start to exit, and how many of them
failed or had to wait for more than a second; nothing is asserted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from many_courses import clinic

from tracker.db.engine import Database


def main(courses: int) -> None:
    """Fill, export, and write beside it as often as that goes."""
    with tempfile.TemporaryDirectory() as name:
        database = Path(name) / "isotrack.db"
        clinic(Database(database), courses)
        environment = os.environ | {"ISOTRACK_DB": str(database), "ISOTRACK_TODAY": "2026-11-24", "ISOTRACK_LANG": "en"}

        def begin(*command: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-m", "tracker", *command], env=environment, cwd=name, text=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip

        begun = time.perf_counter()
        export = begin("calendar", "export", "--all-patients", "all")
        took, failed, waited = [0.0], 0, 0
        while export.poll() is None:
            at = time.perf_counter()
            other = begin("--patient", "00005", "log", "weight", "55", "--note", f"{len(took)}")
            said = other.communicate()[1]
            if export.poll() is None:
                took.append(time.perf_counter() - at)
                failed += other.returncode != 0
                waited += "waiting" in said
        print(f"export     {time.perf_counter() - begun:6.1f} s for {courses} courses")
        print(f"others     {len(took) - 1:6}   median {statistics.median(took):.2f} s, longest {max(took):.2f} s")
        print(f"of them    {waited:6} waited, {failed} failed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
