"""A database gets another content in place, all at once: the content is laid beside it first, whole and on the disk.

Not by giving another file its name: a command that waits for the old file would take the journal of the new one for its
own, and roll it back. So the file stays the same one. Nobody else reads or writes it meanwhile: it is locked as SQLite
itself locks it, and whoever waits finds the new content. From the moment at which what is laid beside it has its name,
it counts: where the command is cut off, the next one finishes.

A person may have laid another file in the database's place meanwhile. So it is said behind the new content, page by
page, what it was made of; where something else lies there, that is kept as a copy before it is written over.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec import Struct

from tracker import asides
from tracker.db import journals
from tracker.db import kept as kept_copies
from tracker.db.journals import of_another

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


class _Laid(Struct, frozen=True):
    """What is ready."""

    found: os.stat_result
    octets: bytes
    digests: tuple[bytes, ...] | None
    """Of each page of the file that it was made of; None where that is not said."""

    def replaces(self, there: bytes) -> bool:
        """Whether what lies there is what it was made of, as far as it is not poured yet."""
        for number, page in enumerate(_pages(there)):
            known = self.digests[number] if number < len(self.digests or ()) and self.digests else _EMPTY
            new = self.octets[number * _PAGE : (number + 1) * _PAGE].ljust(_PAGE, b"\0")
            if page != new and _digest(page) not in (known, _EMPTY):
                return False
        return self.digests is not None or not there


_PAGE = 4096
_MARK = b"\nisotrack turns 1"
_COUNT = 8


def _pages(octets: bytes) -> Iterator[bytes]:
    return (octets[begin : begin + _PAGE].ljust(_PAGE, b"\0") for begin in range(0, len(octets), _PAGE))


def _digest(page: bytes) -> bytes:
    return hashlib.sha256(page).digest()


_EMPTY = _digest(bytes(_PAGE))
"""Of what a file is made longer with, before the new content counts."""


def mark(aside: Path, handle: int) -> None:
    """Say behind a new content what it was made of: what is in the open file, which nobody changes."""
    digests = [_digest(page) for page in _pages(_read(handle))]
    with aside.open("ab") as file:
        file.write(b"".join(digests) + len(digests).to_bytes(_COUNT, "big") + _MARK)


def _read(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    found = bytearray()
    while octets := os.read(handle, _AT_ONCE):
        found += octets
    return bytes(found)


def _taken_apart(found: os.stat_result, octets: bytes) -> _Laid:
    end = len(octets) - len(_MARK) - _COUNT
    begin = end - len(_EMPTY) * int.from_bytes(octets[max(0, end) : end + _COUNT], "big")
    if not octets.endswith(_MARK) or begin < 0:
        return _Laid(found, octets, None)
    said = octets[begin:end]
    size = len(_EMPTY)
    return _Laid(found, octets[:begin], tuple(said[at : at + size] for at in range(0, len(said), size)))


def _laid(path: Path) -> _Laid:
    """What is ready; raise StorageError where it is none of ours, whoever has looked at its name before."""
    try:
        found, content = asides.read_own(ready(path), path)
    except PermissionError as error:
        if error.errno != errno.EPERM:
            raise
        raise of_another(ready(path)) from None
    if found.st_nlink > 1:  # ours has one name; another account can give a second one to what is ours
        raise of_another(ready(path))
    return _taken_apart(found, content)


def finish(
    path: Path, on_wait: Callable[[], None], on_kept: Callable[[Path, Path], None] = lambda _path, _kept: None
) -> None:
    """Finish what a killed command began; raise OSError where that cannot be.

    ``on_kept`` is told what lay in the file's place, and was not what the new content was made of, and where it is now.
    """
    if not ready(path).exists():
        return
    if not path.exists():
        with suppress(FileNotFoundError):
            laid = _laid(path)
            journals.require_none(path)
            _cut(path, laid)
            ready(path).rename(path)
            if not os.path.samestat(laid.found, path.lstat()):
                path.rename(ready(path))
                raise of_another(ready(path))
        return
    with alone(path, on_wait) as handle:
        if ready(path).exists():
            there = _read(handle)
            kept = kept_copies.keep(path, there) if not _laid(path).replaces(there) else None
            pour(handle, path)
            if kept is not None:
                on_kept(path, kept)


def is_there(path: Path, on_wait: Callable[[], None]) -> bool:
    """Whether there is a database, or the whole of one that only has to get the name."""
    if not path.exists():
        finish(path, on_wait)
    return path.exists()


def _cut(path: Path, laid: _Laid) -> None:
    """Take what is said behind it off a content that gets the name of the database itself."""
    handle = os.open(ready(path), os.O_RDWR | _BINARY | getattr(os, "O_NOFOLLOW", 0))
    try:
        if os.path.samestat(laid.found, os.fstat(handle)):
            os.ftruncate(handle, len(laid.octets))
            os.fsync(handle)
    finally:
        os.close(handle)


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
    octets = _laid(path).octets
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
