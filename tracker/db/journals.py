"""What SQLite would take for its own beside a file that gets a name: the journal of another one that lay there before.

A command that was killed while it was writing leaves a journal, which belongs to that very file: it has what stood on
its pages before. Where the file is taken away, and another gets its name, whoever opens that one has those old pages
written into it. So nothing gets a name before such a journal is kept elsewhere, or moved away by a person.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tracker import asides
from tracker.db import kept
from tracker.db.kept import JOURNALS
from tracker.errors import N_, StorageError

_UNUSED = (b"", b"\0")
"""How a journal begins of which SQLite takes nothing."""


def of_another(file: Path) -> StorageError:
    """The error of a file that another account has laid where it would be taken over into the database."""
    return StorageError(N_("{file} belongs to another account: nothing was done"), N_(
        "remove it, and move the database into a folder in which nobody else can write"), file=str(file),
    )  # fmt: skip


def left(path: Path) -> list[Path]:
    """What SQLite would write into a file of this name; nothing where it would take nothing."""
    journal, log, index = kept.beside(path)
    found = [one for one in (journal, log) if _is_used(one)]
    return [*found, *([index] if log in found and index.exists() else [])]


def _is_used(journal: Path) -> bool:
    """Whether SQLite would read it; of one that cannot be looked at, that it would."""
    if not os.path.lexists(journal):
        return False
    with suppress(OSError), journal.open("rb") as file:
        return file.read(1) not in _UNUSED
    return True


def require_none(path: Path) -> None:
    """Raise StorageError where something is there that would be written into a file which gets this name."""
    for one in left(path):
        raise StorageError(
            N_("{file} was left by another file that was called {path}, and would be written into the new one"),
            N_("move it away first; who still has that other file needs it beside that"),
            file=str(one), path=str(path),
        )  # fmt: skip


def set_aside(path: Path, folder: Path, on_aside: Callable[[Path, Path], None]) -> None:
    """Keep what is there of a file that is there no more among the copies, before another one gets its name.

    ``on_aside`` is told what was kept, and where. Two commands do so one after the other: what the first has given the
    name meanwhile has a journal of its own, and the second sees that it is there.
    """
    if not left(path) or path.exists():
        return
    with asides.alone(path.parent) as is_alone:
        found = left(path)  # first: what is there while the file is not is no other command's
        if not found or path.exists():
            return
        for one in found:
            if asides.is_of_another(one, path.parent):
                raise of_another(one)
        if not is_alone:
            require_none(path)
        asides.make_private(folder)
        name = f"{kept.REPLACED}{time.strftime('%Y-%m-%d')}"
        place = next(one for one in kept.names(folder, name) if not os.path.lexists(one))
        names = [place.with_name(place.name + one.name.removeprefix(path.name)) for one in found]
        for one, new in zip(found, names, strict=True):
            asides.named_anew(one, new)
        asides.sync_folder(folder)
        for one in found:
            one.unlink()
        asides.sync_folder(path.parent)
    for one, new in zip(found, names, strict=True):
        on_aside(one, new)


def move_with(path: Path, name: Path) -> None:
    """Let what belongs to a file, which has another name now, lie beside that."""
    for one, new in zip(kept.beside(path), kept.beside(name), strict=True):
        with suppress(FileNotFoundError):
            try:
                one.replace(new)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                new.unlink(missing_ok=True)
                asides.named_anew(one, new)  # the folder of copies is on another disk
                one.unlink()


def kept_alone(folder: Path) -> list[Path]:
    """Those among the copies that were set aside, of files that are not there."""
    found = (one for ending in JOURNALS for one in folder.glob(f"*.db{ending}"))
    return sorted(one for one in found if not one.with_name(one.name.rpartition("-")[0]).exists())
