"""What lies around the database: who can get at it, where it lies, what was left over, the photos."""

from __future__ import annotations

import os
import platform
import shlex
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path

from msgspec.structs import replace

from tracker import __version__, album, asides, places, ways
from tracker.db import encrypting, journals, keys_here, migrations
from tracker.db import leftovers as left
from tracker.db import photos as named
from tracker.db.kept import JOURNALS
from tracker.envelope import Envelope
from tracker.errors import N_, Phrase, StorageError, counted
from tracker.journeys import encrypting as taking
from tracker.journeys.context import Context
from tracker.journeys.examining.finding import Finding, Found, Level

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITING = stat.S_IWGRP | stat.S_IWOTH


def permissions(context: Context) -> Iterator[Finding]:
    """Whether anybody else can read the record, or change it."""
    path = context.database.path
    link = context.database.link or (path if path.is_symlink() else None)
    if link is not None:
        yield Finding(
            check="permissions", level=Level.WARNING, file=str(link),
            text=Phrase(N_("{file} is a link to {target}: nothing of it is mended."),
                        {"file": str(link), "target": str(places.real(link))}),
            advice=Phrase(N_("name the file itself with --db or ISOTRACK_DB")),
        )  # fmt: skip
    copies, album_folder = context.database.backups.folder, album.folder_of(path)
    files = [path.with_name(path.name + ending) for ending in ("", *JOURNALS)]
    found = [
        *_of_another((*files, path.parent, copies, album_folder)),
        *_open_above(link or path),
        *(one for file in files for one in _open_to_others(file, _OTHERS)),
        *_open_folder(path),
        *_closed_to_us(path),
        *(one for place in (copies, *(copy.path for copy in context.database.backups.all()), album_folder,
                            *places.files_of(album_folder)) for one in _open_to_others(place, _OTHERS)),
    ]  # fmt: skip
    yield from found if link is None else (replace(one, mend=None) for one in found)
    if not found and link is None:
        yield Finding(
            check="permissions", level=Level.OK, text=Phrase(N_("Permissions: no other account can read it."))
        )


def _of_another(paths: Iterable[Path]) -> Iterator[Finding]:
    """What another account has laid there, or owns: it can do with it what it likes, whatever the permissions say."""
    for path in paths:
        if asides.is_foreign(path):
            yield Finding(
                check="permissions", level=Level.WRONG, file=str(path), advice=_OWN_FOLDER,
                text=Phrase(N_("{file} belongs to another account."), {"file": str(path)}),
            )  # fmt: skip


def _open_above(path: Path) -> Iterator[Finding]:
    """A folder above that of the database in which others can write: they can put another one in its place."""
    for part in ways.changeable(path):
        folder, advice = part.path, _OWN_FOLDER
        if part.why is ways.Why.OPEN and places.is_ours(folder):
            advice = Phrase(N_("close it with {command}, or name a file in another folder with --db or ISOTRACK_DB"),
                            {"command": f"chmod go-w {shlex.quote(str(folder))}"})  # fmt: skip
        yield Finding(
            check="permissions", level=Level.WRONG, file=str(folder), advice=advice,
            text=Phrase(N_("Other accounts can put something else in the place of {file}."), {"file": str(folder)}),
        )  # fmt: skip


def _open_folder(path: Path) -> Iterator[Finding]:
    """The folder of the database, as it is refused: where others can lay something into it."""
    folder = path.absolute().parent
    if folder.is_dir() and (asides.others_write(folder, path) if path.exists() else asides.open_to_others(folder)):
        yield from _open_to_others(path.parent, _WRITING)


def _closed_to_us(path: Path) -> Iterator[Finding]:
    """What this account cannot write: a journal is laid into the folder with every entry."""
    for place in (path.absolute().parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            yield Finding(
                check="permissions", level=Level.WRONG, file=str(place),
                text=Phrase(N_("Nothing can be saved: this account cannot write {file}."), {"file": str(place)}),
                advice=Phrase(N_("{command}, or name a file in another folder with --db or ISOTRACK_DB"),
                              {"command": f"chmod u+w {shlex.quote(str(place))}"}) if places.is_ours(place)
                else _OWN_FOLDER,
            )  # fmt: skip


_OWN_FOLDER = Phrase(N_("move the database into a folder of your own, or name another with --db or ISOTRACK_DB"))


def _open_to_others(path: Path, bits: int) -> Iterator[Finding]:
    mode = places.mode_of(path)
    if mode is None or not mode & bits:
        return
    values = {"file": str(path), "mode": f"{mode:04o}"}
    if mode & stat.S_ISVTX:
        yield Finding(
            check="permissions", level=Level.WARNING, file=str(path),
            text=Phrase(N_("{file} is a folder in which every account can write."), values),
            advice=_OWN_FOLDER,
        )  # fmt: skip
        return
    message = (N_("Other accounts can write in the folder {file} (permissions {mode}).") if bits == _WRITING else
               N_("Other accounts can get at {file} (permissions {mode})."))  # fmt: skip
    wanted = f"{mode & ~bits & 0o777:o}"
    advice = Phrase(N_("{command}, or: {mend}"), {"command": f"chmod {wanted} {shlex.quote(str(path))}",
                                                  "mend": "isotrack doctor --mend"})  # fmt: skip
    if not places.is_ours(path):
        advice = Phrase(N_("it belongs to another account, which has to do it: {command}"),
                        {"command": f"chmod {wanted} {shlex.quote(str(path))}"})  # fmt: skip
    yield Finding(check="permissions", level=Level.WRONG, file=str(path), text=Phrase(message, values), advice=advice,
                  mend=partial(places.take_away, path, bits))  # fmt: skip


def place(context: Context) -> Iterator[Finding]:
    """Whether the folder is copied elsewhere, or is another machine's."""
    path = context.database.path
    seen = dict.fromkeys((path.absolute(), places.real(path)))
    service = next(filter(None, map(places.synced_by, seen)), None)
    if service is not None:
        yield Finding(
            check="synced-folder", level=Level.WARNING, file=str(path.parent),
            text=Phrase(N_("The folder of the database looks as if {service} copied it: what is in it leaves this"
                           " machine, and two machines that write at once lose entries."), {"service": service}),
            advice=_MOVE,
        )  # fmt: skip
    if any(map(places.is_elsewhere, seen)):
        yield Finding(
            check="network-mount", level=Level.WARNING, file=str(path.parent),
            text=Phrase(N_("The database lies on the disk of another machine: not all of them keep what was saved.")),
            advice=_MOVE,
        )  # fmt: skip
    elif service is None:
        yield Finding(check="place", level=Level.OK,
                      text=Phrase(N_("Place: a folder of this machine, as far as its path says.")))  # fmt: skip


_MOVE = Phrase(N_("move the file into another folder while no command runs, and name it with --db or ISOTRACK_DB"))


def leftovers(context: Context) -> Iterator[Finding]:
    """What killed commands, and other programs, left beside the database."""
    database = context.database
    groups = (
        (left.beside(database.path), partial(left.clear, database.path, database.connector)),
        (database.backups.left_over(), database.backups.clear),
        (album.left_over(album.folder_of(database.path)), partial(album.clear, album.folder_of(database.path))),
    )
    is_clean = True
    for found, clear in groups:
        for path in found:
            is_clean = False

            def mend(path: Path = path, clear: partial[None] = partial(clear)) -> bool:  # noqa: B008 - of this turn
                clear()
                return not path.exists()

            yield Finding(
                check="leftovers", level=Level.WARNING, file=str(path), mend=mend,
                text=Phrase(N_("A command that was cut off left {file}."), {"file": str(path)}),
                advice=Phrase(N_("if no command runs: {command}"), {"command": "isotrack doctor --mend"}),
            )  # fmt: skip
    for path in journals.left(database.path) if not database.path.exists() else ():
        is_clean = False
        yield Finding(
            check="leftovers", level=Level.WARNING, file=str(path),
            text=Phrase(N_("{file} was left by a database that is not there any more: a file that is laid there by hand"
                           " would be damaged by it."), {"file": str(path)}),
            advice=Phrase(N_("{command} keeps it aside; who still has that database needs it beside that"),
                          {"command": "isotrack restore" if database.backups.may_be() else "isotrack start"}),
        )  # fmt: skip
    for path in journals.kept_alone(database.backups.folder):
        is_clean = False
        text = Phrase(N_("{file} was kept of a database that is gone: it may hold what was deleted since."),
                      {"file": str(path)})  # fmt: skip
        yield Finding(check="leftovers", level=Level.WARNING, file=str(path), text=text,
                      advice=Phrase(N_("if nobody needs that database any more: delete the file")))  # fmt: skip
    for ending in JOURNALS[1:] if database.path.exists() else ():
        path = database.path.with_name(database.path.name + ending)
        if path.exists():
            is_clean = False
            yield Finding(
                check="leftovers", level=Level.WARNING, file=str(path),
                text=Phrase(N_("{file} is there: another program has the database open, or had."), {"file": str(path)}),
                advice=Phrase(N_("close that program; it must not write to the file")),
            )  # fmt: skip
    if is_clean:
        yield Finding(check="leftovers", level=Level.OK, text=Phrase(N_("Leftovers: none.")))


def photos(context: Context, found: Found) -> Iterator[Finding]:
    """Whether every photo that an entry names is there, and is what it was, as far as the record says which."""
    database = context.database
    folder = album.folder_of(database.path)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        yield Finding(
            check="photos", level=Level.WRONG, file=str(folder),
            text=Phrase(N_("{folder} is no folder: the photos cannot be kept there"), {"folder": str(folder)}),
            advice=Phrase(N_("move it away, and put the folder with the photos there")),
        )  # fmt: skip
        return
    try:
        with database.named(), database.connector.opened(database.path, writable=False) as connection:
            wanted = named.digests(connection)
        # Of an older format the first command on it may read more: it is brought to this one then.
        seal = named.seal(database) if found.version == migrations.HEAD else None
        is_known = found.version == migrations.HEAD or not database.is_encrypted
    except StorageError:
        is_known = False
    if not is_known:
        yield from _unnamed(folder)
        return
    wrong = False
    locked = _Locked(context, folder, seal)
    for number, file, digest in wanted:
        values = {"file": file, "id": number}
        advice = Phrase(N_("put it back from a copy of the folder {folder}"), {"folder": str(folder)})
        if not album.is_there(folder, file, seal):
            wrong = True
            if (one := locked.finding(number, file)) is not None:
                yield one
                continue
            text = Phrase(N_("The photo {file} of entry {id} is not there."), values)
            yield Finding(check="photos", level=Level.WARNING, file=str(folder / file), entry=number, kind="photo",
                          text=text, advice=advice)  # fmt: skip
        elif album.digest_of(folder, file, seal) != digest:
            wrong = True
            text = Phrase(N_("The photo {file} of entry {id} is not what was kept."), values)
            yield Finding(check="photos", level=Level.WRONG, file=str(folder / file), entry=number, kind="photo",
                          text=text, advice=advice)  # fmt: skip
    if wanted and not wrong:
        yield Finding(check="photos", level=Level.OK, text=Phrase(
            N_("Photos: {photos}, each as it was kept."),
            {"photos": counted("{count} photo", "{count} photos", count=len({file for _id, file, _is in wanted}))},
        ))  # fmt: skip


class _Locked:
    """Photos that lie there, and are sealed with a key that the database does not have."""

    def __init__(self, context: Context, folder: Path, seal: Envelope | None) -> None:
        self._context, self._folder, self._seal = context, folder, seal

    @cached_property
    def _closed(self) -> list[str]:
        return album.closed(self._folder, self._seal)

    @cached_property
    def _of_copies(self) -> Envelope | None:
        return encrypting.seal(encrypting.keeping(keys_here.of_photos(self._context.database)))

    def finding(self, number: int, file: str) -> Finding | None:
        """What there is to say of a photo that has no name there that is known; None where it is surely gone."""
        if not self._closed:
            return None
        values = {
            "file": file,
            "id": number,
            "files": counted("{count} file", "{count} files", count=len(self._closed)),
        }
        level, where = Level.WARNING, str(self._folder)
        mend = None
        if not album.is_there(self._folder, file, self._of_copies):
            text = Phrase(N_("The photo {file} of entry {id} cannot be found: it may be one of the encrypted ones there"
                             " that no key here opens ({files})."), values)  # fmt: skip
            advice = Phrase(N_("leave them as they are, and put back a copy of the database from when they were"
                               " encrypted: its key is kept ({command} FILE)"),
                            {"command": "isotrack restore"})  # fmt: skip
        else:
            text = Phrase(N_("The photo {file} of entry {id} is there, encrypted with a key that a copy alone has."),
                          values)  # fmt: skip
            mend = partial(taking.take_photo_keys, self._context) if self._seal is not None else None
            command = "isotrack doctor --mend" if mend is not None else "isotrack encrypt"
            advice = Phrase(N_("{command} takes that key over"), {"command": command})
        return Finding(check="photos", level=level, file=where, entry=number, kind="photo", text=text, advice=advice,
                       mend=mend)  # fmt: skip


def _unnamed(folder: Path) -> Iterator[Finding]:
    """Photos of which the record cannot be asked: a plain one has its name from what is in it."""
    changed = album.changed(folder)
    for name in changed:
        yield Finding(check="photos", level=Level.WRONG, file=str(folder / name),
                      text=Phrase(N_("The photo {file} is not what was kept."), {"file": name}),
                      advice=Phrase(N_("put it back from a copy of the folder {folder}"), {"folder": str(folder)}),
                      )  # fmt: skip
    if files := album.kept(folder):
        yield Finding(check="photos", level=Level.WARNING, file=str(folder), text=Phrase(
            N_("Photos: {photos} in {folder}; which of them the record names cannot be read."),
            {"photos": counted("{count} photo", "{count} photos", count=len(files)), "folder": str(folder)},
        ), advice=Phrase(N_("leave the folder as it is until the record can be read again")))  # fmt: skip


def versions(found: Found) -> Finding:
    """What it runs on."""
    values = {"isotrack": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    if found.version is None:
        return Finding(check="versions", level=Level.OK, text=Phrase(
            N_("Versions: isotrack {isotrack}, Python {python}, SQLite {sqlite}."), values
        ))  # fmt: skip
    return Finding(check="versions", level=Level.OK, text=Phrase(
        N_("Versions: isotrack {isotrack}, format {format}, Python {python}, SQLite {sqlite}."),
        values | {"format": found.version},
    ))  # fmt: skip
