"""Taking away a database that nobody can open: its passphrase is lost, it is damaged where it begins, or it is newer.

Nothing in it can be read, so it has to be known as isotrack's by what it begins with, or by what lies beside it;
without either a person has to name it. What isotrack wrote elsewhere stands in the list beside the copies, which is no
secret.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker.db import belongings, cipher, migrations, turned, written
from tracker.errors import StorageError
from tracker.journeys import traces, wiping
from tracker.journeys.context import Context
from tracker.journeys.traces import Belongings, Left
from tracker.journeys.wiping import Forget, ForgetPassphrase


class Closed(Struct, frozen=True):
    """Such a database."""

    found: Belongings
    salts: frozenset[bytes]
    """By what the files are known that are encrypted with its key: it is not read again while it is held."""
    is_surely_ours: bool
    """Whether there is a sign that it is isotrack's; else a person has to say so."""


def is_closed(context: Context) -> bool:
    """Whether the file can be opened by nobody who has no more than the file."""
    head = _head(context.database.path)
    is_newer = _is_marked(head) and int.from_bytes(head[60:64], "big") > migrations.HEAD
    return context.database.path.is_file() and (is_newer or not head.startswith(cipher.PLAIN))


def look(context: Context) -> Belongings | Closed:
    """What goes, without a passphrase being asked for; raise StorageError for a file of another program."""
    database = context.database
    path = database.path
    with database.connector.without_asking():
        try:
            return wiping.of_everybody(context)
        except StorageError:
            if not is_closed(context):
                raise
        found = traces.around(context, Belongings(is_known=False), written.known(database.backups.folder))
    salts = frozenset(_head(one)[: cipher.SALT] for one in (path, *found.copies)) - {cipher.PLAIN}
    found = _told_apart(found, salts)
    return Closed(found, salts, _is_marked(_head(path)) or _has_signs(context, found))


def _told_apart(found: Belongings, salts: Collection[bytes]) -> Belongings:
    """With what is encrypted and lies elsewhere: it is isotrack's where it has the salt of a file that is."""
    ours = [one for one in found.unsure if _head(one)[: cipher.SALT] in salts]
    return replace(
        found, elsewhere=(*found.elsewhere, *map(written.Written, ours)),
        unsure=tuple(one for one in found.unsure if one not in ours),
    )  # fmt: skip


def _has_signs(context: Context, found: Belongings) -> bool:
    """Whether something lies beside the file that isotrack alone lays there, or has a folder for."""
    folder = context.database.backups.folder
    is_own = folder.is_dir() and not folder.is_symlink() and not found.not_believed
    is_emptied = is_own and not any(folder.iterdir())
    is_kept = belongings.keyring_name(context.database.path) is not None
    return bool(found.copies or found.photos) or found.is_listed or is_emptied or is_kept


def wipe(context: Context, closed: Closed, forget: Forget, forget_passphrase: ForgetPassphrase) -> Left:
    """Take it away with all that is known to belong to it; what could not be."""

    def again(_context: Context, before: Belongings, _connection: object) -> Belongings:
        found = Belongings(is_known=False, accounts=before.accounts)
        listed = written.known(context.database.backups.folder)
        return _told_apart(traces.around(context, found, listed), closed.salts)

    return wiping.wipe(context, closed.found, forget, forget_passphrase, _alone, again)


@contextmanager
def _alone(context: Context) -> Iterator[None]:
    """Keep every other command out of the file, past SQLite, which cannot open it."""
    with context.database.named(), turned.alone(context.database.path, context.database.connector.on_wait):
        yield


def _is_marked(head: bytes) -> bool:
    return head.startswith(cipher.PLAIN) and head[68:72] == migrations.APPLICATION_ID.to_bytes(4, "big")


def _head(path: Path) -> bytes:
    """The first page of a file; nothing of one that cannot be read, or is none."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            return os.read(handle, cipher.PAGE)
        finally:
            os.close(handle)
    except OSError:
        return b""
