"""The folder of the photos beside the database: what is read from elsewhere, what is kept in it and how.

A copy is known by its content: its name is made of that, and says nothing of what it shows. It is written aside, to
the disk, and given its name in one step; what a killed command left aside is cleared by the next one. A whole copy
that no entry names counts for nothing, and is removed only where a person says so: it may belong to entries of a
database that is not the one at hand.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracker import asides
from tracker.errors import N_, InputError, StorageError, reason_of

LARGEST = 50_000_000
"""Octets of a photo that is taken."""
_ENDING = ".jpg"
_LETTERS = 16
"""Of the digest in a name."""
_NAME = re.compile(rf"[0-9a-f]{{{_LETTERS}}}\{_ENDING}")
_ASIDE = re.compile(rf"\.{_NAME.pattern}\.[a-z0-9_]{{8}}")


def folder_of(database: Path) -> Path:
    """Where the photos of a database lie."""
    return database.with_name(f"{database.name}.photos")


def digest(octets: bytes) -> str:
    """By what a file is known."""
    return hashlib.sha256(octets).hexdigest()


def name_of(sha256: str) -> str:
    """The name of a copy."""
    return sha256[:_LETTERS] + _ENDING


def original(file: Path) -> bytes:
    """What is in a file that a person named; raise InputError where it is none. Nothing of it is changed."""
    try:
        octets = _read(file)
    except OSError as error:
        raise InputError(N_("{file}: cannot be read ({reason})"), file=str(file), reason=reason_of(error)) from None
    except ValueError:  # no name that the system can use
        reason = reason_of(OSError(errno.EINVAL, ""))
        raise InputError(N_("{file}: cannot be read ({reason})"), file=str(file), reason=reason) from None
    if not octets:
        raise InputError(N_("{file}: the file is empty"), file=str(file))
    if len(octets) > LARGEST:
        raise _too_large(file)
    return octets


def _read(file: Path) -> bytes:
    """As much of a file as is taken; of a pipe or a device nothing is waited for."""
    if file.is_symlink():
        raise InputError(N_("{file} is a link; name the file itself"), file=str(file))
    if file.is_dir():
        raise InputError(N_("{file} is a folder; name a file in it"), file=str(file))
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags), "rb") as opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise InputError(N_("{file} is not a file"), file=str(file))
        if found.st_size > LARGEST:
            raise _too_large(file)
        return opened.read(LARGEST + 1)


def _too_large(file: Path) -> InputError:
    return InputError(N_("{file}: larger than {most} MB; nothing was saved"), file=str(file), most=LARGEST // 1_000_000)


@contextmanager
def placed(folder: Path, octets: bytes) -> Iterator[None]:
    """Keep a copy for what the block records; where that fails, a copy that was not there before is gone again."""
    target = folder / name_of(digest(octets))
    _make(folder)
    clear(folder)
    with asides.using(folder):
        is_new = not _holds(target, octets)
        if is_new:
            _write(target, octets)
        try:
            yield
        except BaseException:
            if is_new:
                with suppress(OSError):
                    target.unlink()
            raise


def clear(folder: Path) -> None:
    """Remove copies that were cut off, where nobody makes one."""
    asides.clear(folder, _ASIDE, _is_ours)


def left_over(folder: Path) -> list[Path]:
    """Copies that were cut off, or are just being made."""
    return asides.named(folder, _ASIDE)


def digest_of(copy: Path) -> str | None:
    """By what the content of a copy is known; None where it cannot be read."""
    try:
        return digest(copy.read_bytes())
    except OSError:
        return None


def is_there(folder: Path, name: str) -> bool:
    """Whether a copy is in its place, as a file of its own."""
    try:
        return stat.S_ISREG((folder / name).lstat().st_mode)
    except (OSError, ValueError):
        return False


def unnamed(folder: Path, named: Collection[str]) -> list[str]:
    """The copies that none of these names is the name of."""
    try:
        with os.scandir(folder) as entries:
            found = [one.name for one in entries if _NAME.fullmatch(one.name) and one.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(set(found).difference(named))


def remove(folder: Path, names: Collection[str]) -> list[str]:
    """Remove copies for good; those that could not be."""
    left = []
    for name in names:
        if not _NAME.fullmatch(name):
            continue
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError:
            left.append(name)
    with suppress(OSError):
        asides.sync_folder(folder)
    return left


def _make(folder: Path) -> None:
    """The folder, for its owner alone; raise StorageError where something else stands in its place."""
    try:
        asides.make_private(folder)
    except NotADirectoryError:
        raise StorageError(N_("{folder} is no folder: the photos cannot be kept there"), folder=str(folder)) from None
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _write(target: Path, octets: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
                file.flush()
                os.fsync(handle)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        asides.sync_folder(target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _holds(target: Path, octets: bytes) -> bool:
    """Whether the copy is there already, whole and a file of its own."""
    try:
        return stat.S_ISREG(target.lstat().st_mode) and target.read_bytes() == octets
    except OSError:
        return False


def _is_ours(aside: Path) -> bool:
    return not hasattr(os, "geteuid") or aside.stat().st_uid == os.geteuid()


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(path), reason=reason_of(error))
