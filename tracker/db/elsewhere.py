"""Lays a copy into a folder of a person's choice, in which others may write: what they do there, they never read it.

SQLite makes a file by its name, each time that it opens it: where another account can give that name to a file of its
own, the record would be written into that. So a copy is made in the folder of copies, and written from there into a
file that is held open from before it had anything in it.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

from tracker import asides
from tracker.errors import N_, StorageError

_AT_ONCE = 1 << 20


def lay(copy: Path, target: Path) -> None:
    """Write what is in the copy to the target, in place of what is there, on the disk when this ends.

    Raise OSError where it cannot be written, StorageError where another account has taken its place.
    """
    aside = target.with_name(f".{target.name}.new-{uuid.uuid4()}")
    how = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(aside, how, 0o600), "wb") as file, copy.open("rb") as source:
        found = os.fstat(file.fileno())
        try:
            while octets := source.read(_AT_ONCE):
                file.write(octets)
            file.flush()
            os.fsync(file.fileno())
            _require_same(found, aside, target)
            if os.name == "nt":  # pragma: no cover - what is open keeps its name there
                file.close()
            aside.replace(target)
            _require_same(found, target, target)
        finally:
            with suppress(OSError):
                if os.path.samestat(found, aside.lstat()):
                    aside.unlink()
    asides.sync_folder(target.parent)


def _require_same(found: os.stat_result, named: Path, target: Path) -> None:
    """Raise StorageError where the name is that of another file; ours is open, so no other has its number."""
    with suppress(OSError):
        if os.path.samestat(found, named.lstat()):
            return
    raise StorageError(N_("another account has put something else in the place of {file}: there is no copy there"),
                       N_("name a file in a folder in which nobody else can write"), file=str(target))  # fmt: skip
