"""The way to a file, folder by folder: whether another account can put something else in a part of it.

Who can write in a folder above that of a file gives its parts other names, and lays a link in their place. Nothing is
asked here but what the system says of each part.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from msgspec import Struct

from tracker import asides

_MOST_LINKS = 40
"""So many the system follows."""
_MAP, _NOBODY = Path("/proc/self/uid_map"), Path("/proc/sys/kernel/overflowuid")


class Why(Enum):
    """What of a part of a way lets another account decide where it leads."""

    LINK = "link"
    """It is a link of another account's."""
    ANOTHERS = "another's"
    """It is a folder of another account's."""
    OPEN = "open"
    """It is a folder in which others can give names: without the sticky bit."""


class Part(Struct, frozen=True):
    """A part of a way that another account can change."""

    path: Path
    why: Why


def changeable(file: Path) -> Iterator[Part]:
    """The parts of the way to a file that others can change, but for the folder in which it lies.

    Every part is looked at as it is typed, and where links lead, in the order in which the system follows them.
    """
    if os.name == "nt":
        return
    folders, inmost = _passed(file)
    of_it = folders.pop(inmost, None)
    for path, found in folders.items():
        if (why := _why(path, found)) is None:
            continue
        if of_it is not None and of_it.st_dev == found.st_dev and _says_nothing(why, path, found, inmost, of_it):
            continue
        yield Part(Path(path), why)


def _passed(file: Path) -> tuple[dict[str, os.stat_result], str]:
    """Every folder and link on the way, with what the system says of it, and the folder of the file.

    As far as there is one: where folders are still to be made, the folder of the file is none.
    """
    rest, here, links = str(file.absolute()).split("/")[::-1], "/", 0
    passed = {here: os.lstat(here)}
    while rest:
        name = rest.pop()
        if name == "..":
            here = os.path.dirname(here)  # noqa: PTH120 - as it is asked for at each start
            continue
        if name in ("", "."):
            continue
        path = os.path.join(here, name)  # noqa: PTH118 - as above
        try:
            found = os.lstat(path)
            if stat.S_ISLNK(found.st_mode):
                passed[path] = found
                if (links := links + 1) > _MOST_LINKS:
                    return passed, ""
                target = os.readlink(path)  # noqa: PTH115 - as above
                here = "/" if target.startswith("/") else here
                rest += target.split("/")[::-1]
                continue
        except OSError:
            return passed, "" if any(rest) else here
        if not stat.S_ISDIR(found.st_mode):
            return passed, here
        here = path
        passed[path] = found
    return passed, os.path.dirname(here)  # noqa: PTH120 - as above


def _says_nothing(why: Why, path: str, found: os.stat_result, inmost: str, of_it: os.stat_result) -> bool:
    """Whether the disk gives all files one owner, or keeps no permissions.

    That is seen by the folder of the file, on the same disk, which was looked at by itself.
    """
    if why is Why.ANOTHERS:
        return of_it.st_uid == found.st_uid
    return why is Why.OPEN and not asides.open_to_others(Path(path)) & ~asides.open_to_others(Path(inmost))


def _why(path: str, found: os.stat_result) -> Why | None:
    owner, me = found.st_uid, os.geteuid()
    if stat.S_ISLNK(found.st_mode):
        # Root may run for another: in whose folder it lies, that account has laid it there.
        beside = os.lstat(os.path.dirname(path)).st_uid  # noqa: PTH120 - as above
        return Why.LINK if owner not in (0, me, *(() if me else (beside,))) and not _is_unknown(owner) else None
    if me and owner not in (0, me) and not _is_unknown(owner):
        return Why.ANOTHERS
    if found.st_mode & stat.S_ISVTX or not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return None
    return Why.OPEN if asides.open_to_others(Path(path)) else None


def _is_unknown(owner: int) -> bool:
    """Whether an owner stands for all those that this system does not name here, root of the machine among them."""
    try:
        whole = _MAP.read_text("ascii").split() == ["0", "0", "4294967295"]
        return not whole and owner == int(_NOBODY.read_text("ascii"))
    except (OSError, ValueError):
        return False
