"""Every file that belongs to a database, whatever became of the commands that made it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tracker.db import turned
from tracker.db.backups import folder_of

_BESIDE = r"-journal|\.(new|turning|restored)-[0-9a-f-]+(-journal)?|\.backup-v[0-9][0-9a-z.-]*"


def keyring_mark(database: Path) -> Path:
    """The file that says under which name the keyring has a copy of the passphrase."""
    return database.with_name(f"{database.name}.keyring")


def files_of(database: Path) -> list[Path]:
    """What there is of it: the file, what lies beside it by name, the folders of copies and photos; these last."""
    beside = re.compile(re.escape(database.name) + f"({_BESIDE})")
    try:
        with os.scandir(database.parent) as entries:
            found = sorted(database.parent / one.name for one in entries if beside.fullmatch(one.name))
    except OSError:
        found = []
    known = (database, turned.ready(database), keyring_mark(database))
    folders = (folder_of(database), database.with_name(f"{database.name}.photos"))
    return [path for path in (*known, *found, *folders) if path.exists() or path.is_symlink()]
