"""Where the copies of a database lie, and a file that is kept there because something else takes its place."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tracker import asides

REPLACED = "replaced-"
"""How the names of copies begin that were the database before another content took its place."""


def folder_of(database: Path) -> Path:
    """Where the copies of a database lie."""
    return database.parent / f"{database.name}.backups"


def names(folder: Path, name: str) -> Iterator[Path]:
    """The names that a copy may have which takes no other one's place."""
    return (folder / (f"{name}.db" if number == 1 else f"{name}-{number}.db") for number in count(1))


def keep(database: Path, octets: bytes) -> Path:
    """Keep what was in the database's place as a copy, on the disk when this ends; raise OSError where it cannot be."""
    folder, name = folder_of(database), f"{REPLACED}{time.strftime('%Y-%m-%d')}"
    asides.make_private(folder)
    aside = folder / f".{name}.db.new-{uuid.uuid4()}"
    how = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with asides.using(folder), asides.removed(aside):
        with os.fdopen(os.open(aside, how, 0o600), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        for kept in names(folder, name):
            try:
                asides.named_anew(aside, kept)
            except FileExistsError:
                continue
            break
    asides.sync_folder(folder)
    return kept
