"""What killed commands left beside a database: a new one that never got its name, a copy that took no place."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from tracker import asides
from tracker.db import migrations
from tracker.db.connecting import Connector

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def clear(database: Path, connector: Connector) -> None:
    """Remove what was left beside ``database``, where nobody makes anything there."""

    def is_left_over(aside: Path) -> bool:
        """Whether a file of such a name is a copy, or a database to which nobody has come yet."""
        if aside.name.endswith("-journal"):
            return not aside.with_name(aside.name.removesuffix("-journal")).exists()
        if (
            aside.name.removeprefix(database.name).startswith((".backup-", ".restored-", ".turning-"))
            or aside.stat().st_size == 0
        ):
            return True
        return (database.exists() and aside.samefile(database)) or _is_without_patients(aside, connector)

    asides.clear(database.parent, _made(database), is_left_over)


def beside(database: Path) -> list[Path]:
    """What has such a name, whether or not somebody still works on it."""
    return asides.named(database.parent, _made(database))


def _made(database: Path) -> re.Pattern[str]:
    """The names of what is made beside a database."""
    name = re.escape(database.name)
    return re.compile(rf"{name}\.(new-[0-9]+|restored-{_UUID}|turning-{_UUID}|backup-v[0-9]+\.new-{_UUID})(-journal)?")


def _is_without_patients(path: Path, connector: Connector) -> bool:
    """Whether this is a database of ours, or about to become one, in which nothing was recorded yet."""
    try:
        with connector.opened(path) as look:
            tables = {name for (name,) in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            ours = look.execute("PRAGMA application_id").fetchone() == (migrations.APPLICATION_ID,)
            patients = look.execute("SELECT 1 FROM patient LIMIT 1").fetchone() if "patient" in tables else None
            return not tables or (ours and "patient" in tables and patients is None)
    except sqlite3.DatabaseError:
        return False
