"""Every file that belongs to a database, whatever became of the commands that made it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tracker import asides
from tracker.db import turned
from tracker.db.kept import folder_of
from tracker.errors import N_, InputError

_BESIDE = r"-journal|\.(new|turning|restored)-[0-9a-f-]+(-journal)?|\.backup-v[0-9][0-9a-z.-]*"

_PASSING = r"-journal|\.(new|turning|restored)-.*|\.turned"
"""Of those what is there for a moment only, or was left by a command that was killed."""
_KEYRING = re.compile(r"database [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def keyring_mark(database: Path) -> Path:
    """The file that says under which name the keyring has a copy of the passphrase."""
    return database.with_name(f"{database.name}.keyring")


def keyring_name(database: Path) -> str | None:
    """What that file says; None where there is none, or what isotrack has not written."""
    try:
        _found, content = asides.read_own(keyring_mark(database), database)
        text = content.decode("ascii")
    except (OSError, ValueError):
        return None
    return text if _KEYRING.fullmatch(text) else None


def require_none_beside(link: Path | None, database: Path) -> None:
    """Raise InputError where what belongs to a database bears the name of a link to it: nobody would look there."""
    if link is None:
        return
    found = [path for path in files_of(link) if path != link]
    passing = [path for path in found if re.fullmatch(_PASSING, path.name.removeprefix(link.name))]
    if found := passing or found:
        place = database.with_name(database.name + found[0].name.removeprefix(link.name))
        raise InputError(
            N_("{link} is a link to {file}, and what belongs to it lies beside the link: {found}"),
            # What was to get into the file once may be older than all that is in it by now.
            N_("name the file itself with --db: if it opens, remove what lies beside the link; else move it: {place}")
            if passing else N_("move it beside the file itself, named after that: {place}"),
            link=str(link), file=str(database), found=", ".join(map(str, found)), place=str(place),
        )  # fmt: skip


def files_of(database: Path) -> list[Path]:
    """What there is of it: the file, what lies beside it by name, the folders of copies and photos; these last."""
    beside = re.compile(re.escape(database.name) + f"({_BESIDE})")
    try:
        with os.scandir(database.parent) as entries:
            found = sorted(database.parent / one.name for one in entries if beside.fullmatch(one.name))
    except OSError:
        found = []
    known = (database, turned.ready(database), keyring_mark(database))
    folders = (folder_of(database), database.with_name(f"{database.name}.photos"))
    return [path for path in (*known, *found, *folders) if path.exists() or path.is_symlink()]
