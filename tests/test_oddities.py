"""One small record for each oddity of calendars, with the ``.ics`` that it must give beside it.

To add one, drop a JSON file into ``tests/oddities``: what is odd about it, and the commands with their days. The last
command exports. With ``ISOTRACK_WRITE_SNAPSHOTS=1`` the expected file is written beside it; read it before you commit.
Independent readers have to agree on every export (``tests/readers.py``).
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tracker.cli.running import Flags
from tracker.db import store

FOLDER = Path(__file__).parent / "oddities"
RECORDS = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_an_oddity_exports_to_the_file_beside_it(
    record: Path, isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = iter(range(1, 10))
    monkeypatch.setattr(store, "new_uuid", lambda: str(uuid.UUID(int=next(known) << 64 | 1 << 63)))
    monkeypatch.setattr(Flags, "moment", lambda flags: datetime.combine(flags.day(), datetime.min.time(), UTC))
    odd = json.loads(record.read_text())
    assert set(odd) == {"oddity", "commands"}
    for today, *command in odd["commands"]:
        isotrack(*command, today=today)
    octets = max(Path.cwd().glob("reminders*.ics"), key=lambda one: one.stat().st_mtime_ns).read_bytes()
    wanted = record.with_suffix(".ics")
    if os.environ.get("ISOTRACK_WRITE_SNAPSHOTS"):
        wanted.write_bytes(octets)
    assert octets == wanted.read_bytes(), odd["oddity"]


def test_every_file_here_belongs_to_a_record() -> None:
    assert {path.stem for path in FOLDER.glob("*.ics")} == {path.stem for path in RECORDS}
    assert RECORDS
