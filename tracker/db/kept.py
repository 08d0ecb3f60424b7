"""Where the copies of a database lie, and a file that is kept there because something else takes its place."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tracker import asides

JOURNALS = ("-journal", "-wal", "-shm")
"""What SQLite takes for its own beside a file of that name, whoever laid it there and whatever the file says of it."""
REPLACED = "replaced-"
"""How the names of copies begin that were the database before another content took its place."""


def folder_of(database: Path) -> Path:
    """Where the copies of a database lie."""
    return database.parent / f"{database.name}.backups"


def beside(file: Path) -> list[Path]:
    """The names of what SQLite takes for a file's own, whether or not it is there."""
    return [file.with_name(file.name + ending) for ending in JOURNALS]


def names(folder: Path, name: str) -> Iterator[Path]:
    """The names that a copy may have which takes no other one's place, nor what was left beside one."""
    found = (folder / (f"{name}.db" if number == 1 else f"{name}-{number}.db") for number in count(1))
    return (one for one in found if not any(map(os.path.lexists, beside(one))))


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
