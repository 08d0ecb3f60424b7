"""Files that are written aside, moved into place in one step, and never over what isotrack did not write."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Collection, Iterable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Self

from msgspec import Struct

from tracker import asides, ways
from tracker.errors import N_, StorageError, reason_of

_HEAD = 4096
"""Octets of an existing file that are read to see whether it is ours."""


class Ours(Struct, frozen=True):
    """By what a kind of file that isotrack writes is known."""

    mark: bytes
    """Stands in its first octets."""
    beginning: bytes
    """It begins so, however far its writer came."""
    refusal: str
    """What is said of a file that is none, a gettext message id with ``file``."""


def check_target(target: Path, ours: Ours, database: Path, *, force: bool) -> None:
    """Raise StorageError where nothing must be written: a link, a folder, a device, the database, a file not ours."""
    if target.is_symlink():
        raise StorageError(N_("{file} is a link; name the file itself"), file=str(target))
    require_own_way(target)
    if target.is_dir():
        raise StorageError(N_("{file} is a folder; name a file in it"), file=str(target))
    if not target.parent.is_dir():
        raise StorageError(N_("{file} cannot be written: its folder does not exist"), file=str(target))
    if not target.exists():
        return
    if not target.is_file() or (database.exists() and target.samefile(database)):
        raise StorageError(N_("{file} is not a file that can be replaced"), file=str(target))
    if force:
        return
    if ours.mark not in head_of(target):
        raise StorageError(ours.refusal, N_("to replace it all the same, add --force"), file=str(target))


def require_own_way(file: Path) -> None:
    """Raise StorageError where a link of another account's decides where the way to a file leads."""
    for part in ways.changeable(file):
        if part.why is ways.Why.LINK:
            raise StorageError(N_("{folder}, on the way to {file}, is a link of another account's, which decides where"
                                  " it leads"), N_("name the file by a way without that link"),
                               folder=str(part.path), file=str(file))  # fmt: skip


def head_of(target: Path) -> bytes:
    """The first octets of a file that may be replaced; none of one that is not there."""
    if not target.exists():
        return b""
    try:
        with target.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise cannot_write(target, error) from error


class Aside:
    """Files that are written beside their targets, to the disk, and given their names together.

    What was not moved into place is removed at the end, and what a killed run left of these targets at the beginning.
    """

    def __init__(self, targets: Collection[Path], ours: Ours) -> None:
        self._files: dict[Path, Path] = {}
        self._clean_up = ExitStack()
        names: dict[Path, list[str]] = {}
        for target in targets:
            names.setdefault(target.parent, []).append(re.escape(target.name))
        for folder, found in names.items():
            asides.clear(folder, re.compile(rf"\.({'|'.join(found)})\.[a-z0-9_]{{8}}"), partial(_is_left_over, ours))
            self._clean_up.enter_context(asides.using(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clean_up.close()

    def write(self, target: Path, octets: bytes) -> None:
        """Write the octets beside the target; raise StorageError where that cannot be."""
        try:
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        except OSError as error:
            raise cannot_write(target, error) from error
        self._files[target] = aside = Path(name)
        self._clean_up.callback(_remove, aside)
        try:
            with os.fdopen(handle, "wb") as file:
                if target.exists() and not asides.is_of_another(target):
                    # Its owner may have opened it to others: a web server, another account.
                    os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
                file.write(octets)
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise cannot_write(target, error) from error

    def move_into_place(self, targets: Iterable[Path]) -> list[Path]:
        """Give these of the files their own names, in place of what bore them; those that were written at all."""
        moved = [target for target in targets if target in self._files]
        for target in moved:
            try:
                self._files[target].replace(target)
            except OSError as error:
                raise cannot_write(target, error) from error
        for folder in {target.parent for target in moved}:
            with suppress(OSError):
                # The new files are in place whatever becomes of this; at worst a power cut brings old ones back.
                asides.sync_folder(folder)
        return moved


def _remove(aside: Path) -> None:
    with suppress(OSError):  # what cannot be removed now is cleared by the next run
        aside.unlink()


def holds(target: Path, octets: bytes) -> bool:
    """Whether the file is these very octets."""
    try:
        return target.is_file() and target.stat().st_size == len(octets) and target.read_bytes() == octets
    except OSError:
        return False


def _is_left_over(ours: Ours, aside: Path) -> bool:
    """Whether a file with such a name is the beginning of a file of ours, as far as its writer came."""
    if hasattr(os, "geteuid") and aside.stat().st_uid != os.geteuid():
        return False
    with aside.open("rb") as file:
        head = file.read(len(ours.beginning))
    return ours.beginning.startswith(head)


def cannot_write(target: Path, error: OSError) -> StorageError:
    """The error of a file that the system does not let us write."""
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(target), reason=reason_of(error))
