"""The folder of the photos beside the database: what is read from elsewhere, what is kept in it and how.

A copy is known by its content: its name is made of that, and says nothing of what it shows. It is written aside, to
the disk, and given its name in one step; what a killed command left aside is cleared by the next one. A whole copy
that no entry names counts for nothing, and is removed only where a person says so: it may belong to entries of a
database that is not the one at hand.

Beside an encrypted database the copies are sealed: see :mod:`tracker.envelope`. Plain ones that are found there are
sealed by the next command that saves.
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

from tracker import asides, envelope
from tracker.envelope import Envelope
from tracker.errors import N_, InputError, StorageError, reason_of

LARGEST = 50_000_000
"""Octets of a photo that is taken."""
_ENDING = ".jpg"
_LETTERS = 16
"""Of the digest in a name."""
_NAME = re.compile(rf"[0-9a-f]{{{_LETTERS}}}\{_ENDING}")
_ON_THE_DISK = re.compile(rf"{_NAME.pattern}|{envelope.NAME.pattern}")
_NO_PHOTO = "-"
"""The name of a file that is never there."""
_ASIDE = re.compile(rf"\.({_ON_THE_DISK.pattern})\.[a-z0-9_]{{8}}")


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
def placed(folder: Path, octets: bytes, seal: Envelope | None) -> Iterator[None]:
    """Keep a copy for what the block records; where that fails, a copy that was not there before is gone again."""
    name = name_of(digest(octets))
    target = folder / on_the_disk(name, seal)
    _make(folder)
    clear(folder)
    with asides.using(folder):
        is_new = not _holds(target, octets, seal)
        if is_new:
            _write(target, seal.closed(octets, name) if seal is not None else octets)
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


def digest_of(folder: Path, name: str, seal: Envelope | None) -> str | None:
    """By what the content of a copy is known; None where it cannot be read."""
    try:
        found = place(folder, name, seal)
        return digest(picture(folder, name, seal) if found.name != name else found.read_bytes())
    except (OSError, InputError, StorageError):
        return None


def kept(folder: Path) -> list[str]:
    """The files of copies that lie there, plain and sealed."""
    return sorted(_files(folder, _ON_THE_DISK))


def changed(folder: Path) -> list[str]:
    """The plain copies whose content is not what their names are made of."""
    return [name for name in sorted(_files(folder, _NAME))
            if (found := digest_of(folder, name, None)) is None or name_of(found) != name]  # fmt: skip


def on_the_disk(name: str, seal: Envelope | None) -> str:
    """The name that the file of a copy has."""
    return name if seal is None or not _NAME.fullmatch(name) else seal.name(name)


def all_on_the_disk(name: str, seal: Envelope | None) -> tuple[str, ...]:
    """The names that it may have, with keys of before too."""
    return (name,) if seal is None or not _NAME.fullmatch(name) else seal.names(name)


def place(folder: Path, name: str, seal: Envelope | None) -> Path:
    """Where a copy lies: sealed where it has to be, or still plain."""
    if not _ON_THE_DISK.fullmatch(name):
        return folder / _NO_PHOTO  # a record from elsewhere may name any path
    names = (*all_on_the_disk(name, seal), name)
    return next((folder / one for one in names if _is_file(folder / one)), folder / names[0])


def is_there(folder: Path, name: str, seal: Envelope | None) -> bool:
    """Whether a copy is in its place, as a file of its own."""
    return _is_file(place(folder, name, seal))


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def picture(folder: Path, name: str, seal: Envelope | None) -> bytes:
    """The photo itself; raise InputError or StorageError where it cannot be read."""
    found = place(folder, name, seal)
    if seal is None or found.name == name:
        return original(found)
    try:
        return seal.opened(found.read_bytes(), found.name)[1]
    except OSError as error:
        raise InputError(N_("{file}: cannot be read ({reason})"), file=str(found), reason=reason_of(error)) from None


def unnamed(folder: Path, named: Collection[str], seal: Envelope | None) -> list[str]:
    """The files of copies that none of these names is the name of; plain ones of what is sealed are none of them.

    Nor are those that are sealed with another key, which a database that lies elsewhere may have: nobody can say.
    """
    known = {*named, *(one for name in named for one in all_on_the_disk(name, seal))}
    found = sorted(set(_files(folder, _ON_THE_DISK)).difference(known))
    return [name for name in found if _NAME.fullmatch(name) or _is_sealed_with(folder / name, seal)]


def closed(folder: Path, seal: Envelope | None) -> list[str]:
    """The sealed copies that cannot be opened."""
    return [name for name in sealed(folder) if not _is_sealed_with(folder / name, seal)]


def _is_sealed_with(path: Path, seal: Envelope | None) -> bool:
    try:
        return seal is not None and bool(seal.opened(path.read_bytes(), path.name))
    except (OSError, StorageError):
        return False


def _files(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [one.name for one in entries if pattern.fullmatch(one.name) and one.is_file(follow_symlinks=False)]
    except OSError:
        return []


def seal_all(folder: Path, seal: Envelope) -> list[Path]:
    """Let no copy lie there that is not sealed, nor what a killed command left of one; those that could not be."""
    clear(folder)
    left = []
    for name in _files(folder, _NAME):
        sealed = folder / seal.name(name)
        try:
            with asides.using(folder):
                octets = (folder / name).read_bytes()
                if not _holds(sealed, octets, seal):
                    _write(sealed, seal.closed(octets, name))
                (folder / name).unlink()
        except (OSError, StorageError):
            left.append(folder / name)
    return left


def open_all(folder: Path, seal: Envelope) -> list[str]:
    """Lay a plain file beside every sealed copy that can be opened; the names of those that were."""
    opened = []
    for one in sealed(folder):
        try:
            name, octets = seal.opened((folder / one).read_bytes(), one)
        except StorageError:
            continue
        if _NAME.fullmatch(name):
            if not _holds(folder / name, octets, None):
                _write(folder / name, octets)
            opened.append(one)
    return opened


def sealed(folder: Path) -> list[str]:
    """The sealed copies that lie there."""
    return sorted(_files(folder, envelope.NAME))


def remove(folder: Path, names: Collection[str]) -> list[str]:
    """Remove copies for good; those that could not be."""
    left = []
    for name in names:
        if not _ON_THE_DISK.fullmatch(name):
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


def _holds(target: Path, octets: bytes, seal: Envelope | None) -> bool:
    """Whether the copy is there already, whole and a file of its own."""
    if not _is_file(target):
        return False
    try:
        found = target.read_bytes()
        return (found if seal is None else seal.opened(found, target.name)[1]) == octets
    except (OSError, StorageError):
        return False


def _is_ours(aside: Path) -> bool:
    return not hasattr(os, "geteuid") or aside.stat().st_uid == os.geteuid()


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError(N_("{file} cannot be written ({reason})"), file=str(path), reason=reason_of(error))
