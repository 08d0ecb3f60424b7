"""A database gets another content in place, all at once: the content is laid beside it first, whole and on the disk.

Not by giving another file its name: a command that waits for the old file would take the journal of the new one for its
own, and roll it back. So the file stays the same one. Nobody else reads or writes it meanwhile: it is locked as SQLite
itself locks it, and whoever waits finds the new content. From the moment at which what is laid beside it has its name,
it counts: where the command is cut off, the next one finishes.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tracker import asides
from tracker.errors import N_, StorageError

if os.name != "nt":
    import fcntl

_PENDING, _RESERVED, _SHARED, _SHARED_SIZE = 0x40000000, 0x40000001, 0x40000002, 510
"""Where SQLite locks a file: octets far behind the content of any that is ours."""
_LOCKS = ((_RESERVED, 1), (_PENDING, 1), (_SHARED, _SHARED_SIZE))
"""In SQLite's own order: nobody else writes, then nobody new reads, then all who read have ended."""
_BETWEEN = 0.005
_SAID_AFTER, _GIVEN_UP_AFTER = 1.0, 30.0
_AT_ONCE = 1 << 16
_BINARY = getattr(os, "O_BINARY", 0)


def ready(path: Path) -> Path:
    """The content that a database is about to get: whoever finds it sees to it that the database gets it."""
    return path.with_name(f"{path.name}.turned")


def of_another(file: Path) -> StorageError:
    """The error of a file that another account has laid where it would be taken over into the database."""
    return StorageError(N_("{file} belongs to another account: nothing was done"), N_(
        "remove it, and move the database into a folder in which nobody else can write"), file=str(file),
    )  # fmt: skip


def _laid(path: Path) -> tuple[os.stat_result, bytes]:
    """What is ready; raise StorageError where it is none of ours, whoever has looked at its name before."""
    try:
        found, content = asides.read_own(ready(path), path)
    except PermissionError as error:
        if error.errno != errno.EPERM:
            raise
        raise of_another(ready(path)) from None
    if found.st_nlink > 1:  # ours has one name; another account can give a second one to what is ours
        raise of_another(ready(path))
    return found, content


def finish(path: Path, on_wait: Callable[[], None]) -> None:
    """Finish what a killed command began; raise OSError where that cannot be."""
    if not ready(path).exists():
        return
    if not path.exists():
        with suppress(FileNotFoundError):
            found, _content = _laid(path)
            ready(path).rename(path)
            if not os.path.samestat(found, path.lstat()):
                path.rename(ready(path))
                raise of_another(ready(path))
        return
    with alone(path, on_wait) as handle:
        if ready(path).exists():
            pour(handle, path)


@contextmanager
def alone(path: Path, on_wait: Callable[[], None]) -> Iterator[int]:
    """Nobody else reads or writes the database in the block; nor may this process open and close it in there."""
    handle = os.open(path, os.O_RDWR | _BINARY)
    try:
        begun, has_said = time.monotonic(), False
        for place, size in _LOCKS:
            while not _locked(handle, place, size):
                waited = time.monotonic() - begun
                if waited > _GIVEN_UP_AFTER:
                    raise sqlite3.OperationalError("database is locked")
                if waited > _SAID_AFTER and not has_said:
                    on_wait()
                    has_said = True
                time.sleep(_BETWEEN)
        yield handle
    finally:
        os.close(handle)


def _locked(handle: int, place: int, size: int) -> bool:
    try:
        if os.name != "nt":
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, size, place)
        else:  # pragma: no cover - Windows
            msvcrt: Any = import_module("msvcrt")
            os.lseek(handle, place, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, size)
            os.lseek(handle, 0, os.SEEK_SET)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextmanager
def reserved(handle: int, size: int) -> Iterator[None]:
    """Let the open file have room for so many octets; raise OSError, with the file as it was, where there is none.

    What follows the pages that an SQLite file counts in its first one is nothing to SQLite. So a disk that is full is
    found before the new content counts, from when on there is no way back.
    """
    before = os.fstat(handle).st_size
    try:
        os.lseek(handle, 0, os.SEEK_END)
        _write(handle, bytes(max(0, size - before)))
        os.fsync(handle)
        yield
    except BaseException:
        os.ftruncate(handle, before)
        raise


def pour(handle: int, path: Path) -> None:
    """Write what is ready into the open file, over all that was in it, the first page first."""
    _found, octets = _laid(path)
    before = os.fstat(handle).st_size
    # What was longer is overwritten too before it is given back: it may be what nobody was to read any more.
    whole = octets + bytes(max(0, before - len(octets)))
    os.lseek(handle, 0, os.SEEK_SET)
    for begin in range(0, len(whole), _AT_ONCE):
        _write(handle, whole[begin : begin + _AT_ONCE])
    os.fsync(handle)
    os.ftruncate(handle, len(octets))
    os.fsync(handle)
    ready(path).unlink()
    asides.sync_folder(path.parent)


def _write(handle: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(handle, octets) :]


def has_hot_journal(path: Path) -> bool:
    """Whether a command was cut off in a write, which the next one that opens the file takes back."""
    try:
        with path.with_name(f"{path.name}-journal").open("rb") as file:
            return file.read(1) not in (b"", b"\0")
    except FileNotFoundError:
        return False
