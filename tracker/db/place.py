"""Where a database lies: something else in its place, another account's file, a folder in which others can write."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from tracker import asides, ways
from tracker.db import belongings, signs
from tracker.db.backups import Backups
from tracker.errors import N_, InputError, Phrase, StorageError


class NoDatabaseError(InputError):
    """There is no database yet."""


class LaidOpenError(StorageError):
    """Other accounts can write in the folder of the database."""


def missing(path: Path, backups: Backups) -> NoDatabaseError | StorageError:
    """The error of a database that is not there: copies of it may be."""
    if any(folder.exists() and not folder.is_dir() for folder in path.parents):
        return StorageError(N_("a part of {path} is a file"), signs.ANOTHER_FILE, path=str(path))
    if (barred := backups.barred()) is not None:
        return NoDatabaseError(
            N_("there is no database at {path}, and there may be copies of it that cannot be looked at: {reason}"),
            N_("make that folder readable for this account alone; to begin anew, move it away"),
            path=str(path), reason=barred,
        )  # fmt: skip
    if backups.all():
        return NoDatabaseError(
            N_("there is no database at {path}, but there are copies of it in {folder}"),
            N_("{command} shows them and puts one back; to begin anew, move that folder away"),
            path=str(path), folder=str(backups.folder), command="isotrack restore",
        )  # fmt: skip
    command = Phrase(N_("isotrack start DATE --weight KG --dose MG"))
    return NoDatabaseError(N_("there is no course yet: no database at {path}"), N_("open one with: {command}"),
                           path=str(path), command=command)  # fmt: skip


def require(link: Path | None, path: Path) -> None:
    """Raise an error where something else than a file stands in its place, or what belongs to it beside a link."""
    belongings.require_none_beside(link, path)
    if path.exists():
        if not path.is_file():
            what = N_("{path} is a folder, not a database") if path.is_dir() else N_("{path} is not a file")
            raise StorageError(what, signs.ANOTHER_FILE, path=str(path))
    elif path.is_symlink():
        raise StorageError(N_("{path} is a link to nothing"), signs.ANOTHER_FILE, path=str(path))


def require_own(link: Path | None, path: Path) -> None:
    """Raise StorageError for a file of another account, or one to which another account can lead the way.

    Some disks give all files another owner, a new one too; and root may run for another, whose file it is.
    """
    require_own_way(link, path)
    if os.name != "nt" and os.geteuid() and asides.is_foreign(path.resolve()):
        said = N_("{path} belongs to another account, which could read all that is recorded in it")
        raise StorageError(said, signs.ANOTHER_FILE, path=str(path))
    require_own_folder(path, path)


def require_own_way(link: Path | None, path: Path) -> None:
    """Raise StorageError where another account can put something else in a part of the way to the database.

    The folder that it lies in is looked at by itself.
    """
    for part in ways.changeable(link or path):
        said, values = _SAID[part.why], {"folder": str(part.path), "file": str(link or path)}
        if part.why is ways.Why.LINK:
            raise StorageError(said, _ITSELF, **values)
        if part.why is ways.Why.OPEN and part.path.stat().st_uid == os.geteuid():
            raise LaidOpenError(said, _CLOSE, **values, command=f"chmod go-w {shlex.quote(str(part.path))}")
        raise LaidOpenError(said, _MOVE, **values)


_SAID = {
    ways.Why.LINK: N_("{folder}, on the way to {file}, is a link of another account's, which decides where it leads"),
    ways.Why.ANOTHERS: N_("the folder {folder}, on the way to {file}, belongs to another account, which could put"
                          " something else in its place"),
    ways.Why.OPEN: N_("other accounts can write in the folder {folder}, on the way to {file}: they could put something"
                      " else in its place"),
}  # fmt: skip
_ITSELF = N_("name the file by a way without that link, with --db or ISOTRACK_DB")
_CLOSE = N_("close it with {command}, or name a file in another folder with --db or ISOTRACK_DB")
_MOVE = N_("move the database into a folder of your own, or name another with --db or ISOTRACK_DB")


def require_own_folder(path: Path, made: Path) -> None:
    """Raise StorageError where another account can lay files beside the database; ``made`` is a file that is there.

    SQLite takes a journal or a log of that name for its own whoever laid it there, in the moment after it was looked
    for, and whoever reads then reads what is in it.
    """
    folder = path.absolute().parent
    if not asides.others_write(folder, made):
        return
    found = folder.stat()
    if os.geteuid() == 0 and found.st_uid == 0 and found.st_mode & stat.S_ISVTX:
        return  # root in /tmp, as in a container where nobody else is; the doctor names the folder
    said = N_("other accounts can write in the folder {folder}: what they lay beside the database would get into it")
    if found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        raise LaidOpenError(said, _CLOSE, folder=str(folder),
                           command=f"chmod go-w {shlex.quote(str(folder))}")  # fmt: skip
    raise LaidOpenError(said, _MOVE, folder=str(folder))
