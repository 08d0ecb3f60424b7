"""Calendar files: written aside, moved into place in one step, and never over what isotrack did not write."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from tracker.calendar import ics
from tracker.db.engine import sync_folder
from tracker.errors import N_, StorageError
from tracker.journeys.desk import Desk

_HEAD = 4096
"""Octets of an existing file that are read to see whether it is ours."""


def check_target(desk: Desk, target: Path, *, force: bool) -> None:
    """Raise StorageError where a calendar must not be written: a link, a folder, a device, a file that is not ours."""
    if target.is_symlink():
        raise StorageError(N_("{file} is a link; name the file itself"), file=str(target))
    if target.is_dir():
        raise StorageError(N_("{file} is a folder; name a file in it"), file=str(target))
    if not target.parent.is_dir():
        raise StorageError(N_("{file} cannot be written: its folder does not exist"), file=str(target))
    if not target.exists():
        return
    if not target.is_file() or (desk.database.path.exists() and target.samefile(desk.database.path)):
        raise StorageError(N_("{file} is not a file that can be replaced"), file=str(target))
    if force:
        return
    try:
        with target.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise _cannot_write(target, error) from error
    if ics.PRODUCT.encode() not in head:
        raise StorageError(
            N_("{file} exists and is not a calendar of isotrack's"), N_("to replace it all the same, add --force"),
            file=str(target),
        )  # fmt: skip


def write_aside(target: Path, octets: bytes, clean_up: ExitStack) -> Path:
    """Write the octets beside the target, to the disk; ``clean_up`` removes what was not moved into place."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    aside = Path(name)
    clean_up.callback(aside.unlink, missing_ok=True)
    try:
        if target.exists():
            # Somebody may have opened it to others: a web server, another account.
            os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _cannot_write(target, error) from error
    return aside


def move_into_place(asides: Mapping[Path, Path]) -> None:
    """Give every file that was written aside its own name, in place of what bore it."""
    for target, aside in asides.items():
        try:
            aside.replace(target)
        except OSError as error:
            raise _cannot_write(target, error) from error
    for folder in {target.parent for target in asides}:
        with suppress(OSError):
            # The new files are in place whatever becomes of this; at worst a power cut brings old ones back.
            sync_folder(folder)


def _cannot_write(target: Path, error: OSError) -> StorageError:
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(target), reason=error.strerror)
