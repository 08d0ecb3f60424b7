"""Which file is meant: where a copy of the database goes, and which one is put back."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import show
from tracker.cli.base import context
from tracker.cli.days import PAST
from tracker.cli.running import machine_day, path_of
from tracker.errors import N_, InputError, StorageError

if TYPE_CHECKING:
    from tracker.db.backups import Copy


def target(file: str, *, force: bool) -> Path:
    """The file that is to be written; raise an error where it must not be."""
    from tracker import files
    from tracker.db import journals
    from tracker.journeys import copies

    if not file.strip():
        raise InputError(N_("the name of the file is empty"))
    found = path_of(file)
    try:
        str(found).encode()
    except UnicodeEncodeError:  # SQLite takes no other names
        raise files.cannot_write(found, OSError(errno.EINVAL, "")) from None
    if found.is_dir():
        found = _in_a_folder(found, force=force)
    elif file.endswith(os.sep):
        raise StorageError(N_("{file} cannot be written: its folder does not exist"), file=str(found))
    ours = files.Ours(b"SQLite format 3\0", b"", N_("{file} is there already; it was left as it is"))
    is_ours = found.is_file() and copies.is_a_copy(context(), found) and found.name.startswith("isotrack-")
    files.check_target(found, ours, context().database.path, force=True)
    journals.require_none(found)
    if found.exists() and not force and not is_ours:
        raise StorageError(ours.refusal, N_("to replace it all the same, add --force"), file=str(found))
    if found.exists() and not force and not copies.is_superseded(context(), found):
        raise StorageError(N_("{file} has something that is not in this database; it was left as it is"),
                           N_("name another file, or a folder; to replace it all the same, add --force"),
                           file=str(found))  # fmt: skip
    return found


def _in_a_folder(folder: Path, *, force: bool) -> Path:
    """The name of today's copy there; another one where a copy of another record, or a better one, has it."""
    from tracker.journeys import copies

    name = f"isotrack-{machine_day().isoformat()}"
    named = (folder / (f"{name}.db" if number == 1 else f"{name}-{number}.db") for number in count(1))
    return next(one for one in named if force or not os.path.lexists(one) or copies.is_superseded(context(), one))


def chosen(said: str) -> Path:
    """The file of a copy: by its path, by its name, by its day.

    A bare word is a copy of ours, if there is one: a file of that name in the folder where one happens to be may be
    anybody's.
    """
    typed, backups = path_of(said), context().database.backups
    if _is_a_path(said):
        return typed
    for path in (backups.folder / said, backups.folder / f"{said}.db") if backups.barred() is None else ():
        if path.is_file():
            return path
    day = _day(said)
    found = _of_day(day) if day is not None else None
    if found is not None and found.day == day:
        return found.path
    if typed.is_file():
        _require_own(typed, said)
        return typed
    if typed.suffix and day is None:
        return typed
    if day is None:
        day = PAST.convert(said, None, None)  # says what is wrong with it
    if found is None:
        from tracker.journeys import copies

        found = copies.of_day(context(), day)
    if found.day is not None and found.day != day:
        show.say(N_("There is no copy of {day}; the newest from before it is of {found}."), day=day, found=found.day)
    return found.path


def _is_a_path(said: str) -> bool:
    return os.sep in said or (os.altsep is not None and os.altsep in said)


def _day(said: str) -> date | None:
    with suppress(InputError, click.BadParameter):
        day = PAST.convert(said, None, None)
        return day if isinstance(day, date) else None
    return None


def _of_day(day: date) -> Copy | None:
    from tracker.journeys import copies

    with suppress(InputError, StorageError):
        return copies.of_day(context(), day)
    return None


def _require_own(file: Path, said: str) -> None:
    """Raise InputError for a file of another account that happens to have the name of what was typed."""
    from tracker import asides

    if asides.is_foreign(file):
        raise InputError(N_("{file} belongs to another account ({owner}): it is not taken for a copy of yours"),
                         N_("to look at it all the same, name it with its folder: {command}"), file=str(file),
                         owner=_owner(file), command=f"isotrack restore {os.curdir}{os.sep}{said}")  # fmt: skip


def _owner(file: Path) -> str:
    with suppress(ImportError, KeyError, OSError, NotImplementedError):
        return file.owner()
    return "?"
