"""Which files isotrack wrote elsewhere: calendars, records, pages, copies; so that a wipe finds them again.

Lines in the folder of the copies: they are read where the database cannot be, and writing one is no entry of a record.
They hold paths, the random identity of a course and digests of files, nothing of what was recorded. A path is noted
before the file gets its name, without the links on its way; what cannot be noted is not known to a wipe, and no
failure of what was asked for.

What it names is deleted by a wipe: so it counts only where this account has written it, in a folder of its own.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from tracker import asides

NAME = "written"
"""Of the list, in the folder of the copies."""
_DIGESTS = 8
"""How many are kept of a file, the newest: one of them is that which lies there, whatever was killed on its way."""
_SPARE = 32
"""How many lines more than files there may be before they are made one of each: one is added without the others."""


class Written(Struct, frozen=True):
    """A file that was written, and of which course's patient it is; of everybody where that is empty."""

    path: Path
    course: str = ""
    digests: tuple[str, ...] = ()
    """By what the file is known, as it is or was written: its newest digests, in their order. None where it is known
    by what stands in it, or was noted last by an isotrack that noted none."""

    @property
    def key(self) -> tuple[Path, str]:
        """Which file of whom."""
        return self.path, self.course

    def holds(self, digest: str) -> bool:
        """Whether the file is what was written for this course, as far as that was noted."""
        return not self.digests or digest in self.digests

    def after(self, before: Written | None) -> Written:
        """With what was noted of the same file before."""
        if before is None or not self.digests:
            return self
        kept = [one for one in before.digests if one not in self.digests]
        return Written(self.path, self.course, (*kept, *self.digests)[-_DIGESTS:])


def digest_of(octets: bytes) -> str:
    """By what a file is known."""
    return hashlib.sha256(octets).hexdigest()


def known(folder: Path) -> list[Written]:
    """The files that were written, each once, in their order; a line that was cut off is none."""
    try:
        return _each_once(_lines(folder))
    except OSError:
        return []


def _lines(folder: Path) -> list[Written]:
    """What each line says; raise OSError where the list cannot be read, or is none that this account has written."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode) or asides.is_laid_there(folder):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(folder))
        _found, content = asides.read_own(folder / NAME, *_trusted(folder / NAME))
    except FileNotFoundError:
        return []
    return [one for line in content.splitlines() if (one := _read(line)) is not None]


def _each_once(lines: Iterable[Written]) -> list[Written]:
    found: dict[tuple[Path, str], Written] = {}
    for one in lines:
        found[one.key] = one.after(found.get(one.key))
    return list(found.values())


def _trusted(path: Path) -> tuple[Path, ...]:
    """The file, where its disk says of all that is made there that it is the same account's."""
    return (path,) if asides.is_of_another(path) and not asides.is_foreign(path) else ()


def is_there(folder: Path) -> bool:
    """Whether there is such a list, and it counts."""
    return not_believed(folder) is None and os.path.lexists(folder / NAME)


def not_believed(folder: Path) -> Path | None:
    """The folder, or the list in it, where it is there and does not count; None where it does, or there is none."""
    try:
        _lines(folder)
    except OSError as error:
        return Path(error.filename or folder)
    return None


def remember(folder: Path, files: Iterable[Written]) -> None:
    """Note files that are about to be written."""
    with suppress(OSError):
        lines = _lines(folder)
        before = {one.key: one for one in _each_once(lines)}
        new = [
            one for one in dict.fromkeys(map(_whole, files)) if one.after(before.get(one.key)) != before.get(one.key)
        ]
        if not new:
            return
        asides.make_private(folder)
        _append(folder / NAME, "\n" + "".join(map(_line, new)))
        # An older isotrack adds its bare note again only where it does not see the one of before.
        is_outdated = any(one.digests and one.key in before and not before[one.key].digests for one in new)
        if is_outdated or len(lines) > len(before) + _SPARE:
            asides.write_private(folder / NAME, "".join(map(_line, _each_once(_lines(folder)))))


def forget(folder: Path, gone: Collection[Written]) -> None:
    """Take files from the list that are there no more."""
    with suppress(OSError):
        keys = {one.key for one in gone}
        left = [one for one in _each_once(_lines(folder)) if one.key not in keys]
        asides.write_private(folder / NAME, "".join(map(_line, left)))


def whole(path: Path) -> Path:
    """A path as it is noted: its folder by no link; the file itself may be one, which is none of isotrack's."""
    return Path(os.path.realpath(path.parent)) / path.name


def _whole(one: Written) -> Written:
    return Written(whole(one.path), one.course, one.digests)


def _line(one: Written) -> str:
    return json.dumps([str(one.path), one.course, *one.digests]) + "\n"


def _append(path: Path, text: str) -> None:
    """By one call: two commands never write into one another's lines."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    try:
        os.write(handle, text.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(line: bytes) -> Written | None:
    try:
        path, course, *digests = json.loads(line)
        return Written(Path(path), str(course), tuple(map(str, digests))) if isinstance(path, str) and path else None
    except (ValueError, TypeError):
        return None
