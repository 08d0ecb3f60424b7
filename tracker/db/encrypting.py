"""Gives a database another key, or a first one, or none; its copies follow.

The new file is made aside from the old one, looked at, and poured into the old one: see :mod:`tracker.db.turned`. What
only an encrypted file holds, the key of the photos and what copies from before still need, is in a table that no other
file has.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from tracker import asides, envelope
from tracker.db import cipher, journals, leftovers, turned
from tracker.db.cipher import Key
from tracker.db.engine import Database
from tracker.envelope import Envelope
from tracker.errors import N_, InputError, StorageError

TABLE = "kept_key"
KEPT = f"CREATE TABLE {TABLE} (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT"
PHOTOS, EARLIER, FORMER = "photos", "earlier-photos", "former"
"""The key of the photos; keys with which photos of before are sealed; those that copies still have which were made
before another passphrase was set."""
_SHORTEST_WORD = 4
_TABLES = "SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


class ChangedError(InputError):
    """Another command has turned the database meanwhile."""


def new_key(passphrase: str) -> Key:
    """The key of a file that is encrypted with a passphrase from now on."""
    return cipher.key(passphrase, secrets.token_bytes(cipher.SALT))


def kept_keys(database: Database, here: Connection | None = None) -> dict[str, bytes]:
    """What an encrypted database keeps beside the record; nothing where another program has encrypted it.

    ``here`` is a connection to it, where no other one can be had.
    """
    with nullcontext(here) if here is not None else database.of_the_disk().reading() as connection:
        there = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).first()
        rows = connection.exec_driver_sql(f"SELECT name, value FROM {TABLE}").all() if there is not None else []  # noqa: S608
    return {name: bytes.fromhex(value) for name, value in rows}


def kept_in(database: Database, path: Path) -> dict[str, bytes]:
    """The same of any file that can be opened; nothing is written to it."""
    with database.connector.opened(path, writable=False) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone() is None:
            return {}
        rows = connection.execute(f"SELECT name, value FROM {TABLE}").fetchall()  # noqa: S608 - a name of our own
    return {name: bytes.fromhex(value) for name, value in rows}


def photo_keys(kept: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Those of the photos, that of today first."""
    earlier, size = kept.get(EARLIER, b""), envelope.KEY
    return (*([kept[PHOTOS]] if PHOTOS in kept else ()),
            *(earlier[at : at + size] for at in range(0, len(earlier), size)))  # fmt: skip


def keeping(keys: Iterable[bytes]) -> dict[str, bytes]:
    """How these keys of photos are kept, the first of them as that of today. None that is known is ever given up."""
    today, *earlier = dict.fromkeys(keys) or (None,)
    found = {PHOTOS: today, EARLIER: b"".join(filter(None, earlier))}
    return {name: value for name, value in found.items() if value}


def seal(kept: Mapping[str, bytes]) -> Envelope | None:
    """What seals and opens photos with what is kept; None without a key."""
    keys = photo_keys(kept)
    return Envelope(keys[0], keys[1:]) if keys else None


def add_photo_keys(database: Database, here: Connection, keys: Iterable[bytes]) -> None:
    """Let an encrypted database keep these keys of photos beside its own; a plain one keeps none."""
    if here.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).first() is None:
        return
    for name, value in keeping((*photo_keys(kept_keys(database, here)), *keys)).items():
        here.exec_driver_sql(f"INSERT OR REPLACE INTO {TABLE} VALUES (?, ?)", (name, value.hex()))  # noqa: S608


def former_keys(former: bytes) -> tuple[Key, ...]:
    """The keys of before, each with its salt, as they lie one behind the other."""
    size = envelope.KEY + cipher.SALT
    each = (former[at : at + size] for at in range(0, len(former), size))
    return tuple(Key(one[: envelope.KEY], one[envelope.KEY :]) for one in each)


def require_one_name(database: Database) -> None:
    """Raise StorageError for a file that has another name somewhere, by which nobody would know what became of it."""
    if database.path.stat().st_nlink > 1:
        leftovers.clear(database.path, database.connector)
        if database.path.stat().st_nlink > 1:
            raise StorageError(N_("{path} has another name on this disk (a hard link): nothing was changed"),
                               N_("remove the other name, or put a copy of its own in its place"),
                               path=str(database.path))  # fmt: skip


def turn(
    database: Database,
    old: Key | None,
    new: Key | None,
    keys: Mapping[str, bytes],
    before: Callable[[], None] = lambda: None,
) -> None:
    """Let the database be encrypted with the new key instead of the old one.

    ``before`` is called when nobody else can write any more, and before it is so.
    """
    path, connector = database.path, database.connector
    library = cipher.library(path)
    ready, aside = turned.ready(path), path.with_name(f"{path.name}.turning-{uuid.uuid4()}")
    while True:
        with database.reading():
            pass  # of the newest format, and what a killed command left in its journal is taken back
        require_one_name(database)
        if connector.key_of(path) != old:
            raise ChangedError(N_("another command has encrypted or decrypted it meanwhile; nothing was changed"))
        with (
            database.named(),
            turned.alone(path, connector.on_wait) as handle,
            asides.using(path.parent),
            asides.removed(aside),
        ):
            named = path.stat()
            found = os.fstat(handle)
            is_this_alone = (named.st_ino, named.st_dev, 1) == (found.st_ino, found.st_dev, found.st_nlink)
            if not is_this_alone or turned.has_hot_journal(path):
                continue
            if ready.exists() or cipher.seems_encrypted(os.read(handle, cipher.PAGE)) != (old is not None):
                continue
            with cipher.as_sqlite(library), exported(path, old, aside, new, keys):
                # That connection stays open: closing it gives up the lock.
                check(aside, new, path)
                turned.mark(aside, handle)
                asides.sync_file(aside)
                before()
                with turned.reserved(handle, aside.stat().st_size):
                    aside.replace(ready)
                asides.sync_folder(path.parent)
                turned.pour(handle, path)
        database.commits += 1
        return


@contextmanager
def exported(path: Path, old: Key | None, aside: Path, new: Key | None, keys: Mapping[str, bytes]) -> Iterator[Any]:
    """Write what is in a file that nobody changes into a new one; the connection to it ends with the block."""
    library = cipher.library(path)
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    where = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(library.connect(where, uri=True, isolation_level=None)) as connection:
        cipher.unlock(connection, old)
        key = new.for_sqlite() if new is not None else "''"
        connection.execute(f"ATTACH DATABASE ? AS made KEY {key}", (aside.absolute().as_uri() + "?mode=rw",))
        connection.execute("PRAGMA made.journal_mode = OFF")
        connection.execute("PRAGMA made.synchronous = OFF")
        connection.execute("PRAGMA made.secure_delete = ON")
        connection.execute("SELECT sqlcipher_export('made')").fetchall()
        for name in ("user_version", "application_id"):
            ((value,),) = connection.execute(f"PRAGMA main.{name}").fetchall()
            connection.execute(f"PRAGMA made.{name} = {value}")
        connection.execute(f"DROP TABLE IF EXISTS made.{TABLE}")
        if new is not None:
            connection.execute(KEPT.replace(TABLE, f"made.{TABLE}"))
            rows = [(name, value.hex()) for name, value in keys.items()]
            connection.executemany(f"INSERT INTO made.{TABLE} VALUES (?, ?)", rows)  # noqa: S608 - a name of our own
        for name, count in _counts(connection, "main").items():
            if name != TABLE and _counts(connection, "made").get(name) != count:
                raise sqlite3.DatabaseError("malformed")
        if new is None:
            connection.execute("VACUUM made")
        connection.execute("DETACH DATABASE made")
        yield connection


def _counts(connection: Any, schema: str) -> dict[str, int]:
    names = [name for (name,) in connection.execute(_TABLES.format(schema=schema)).fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0] for name in names}  # noqa: S608


def check(aside: Path, key: Key | None, path: Path) -> None:
    """Raise an error where a new file is not whole, does not open, or is not cipher text where it has to be."""
    library = cipher.library(aside)
    with cipher.as_sqlite(library), closing(library.connect(str(aside), isolation_level=None)) as connection:
        cipher.unlock(connection, key)
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("malformed")
        words = {word.encode() for word in _words(connection) if len(word) >= _SHORTEST_WORD}
    octets = aside.read_bytes()
    is_plain = octets.startswith(cipher.PLAIN)
    is_readable = any(word in octets for word in words)
    if (key is None) != is_plain or (key is not None and (is_readable or not key.opens(octets[: cipher.PAGE]))):
        raise StorageError(N_("{path} could not be encrypted: what came of it can be read; nothing was changed"),
                           path=str(path))  # fmt: skip


def _words(connection: Any) -> Iterator[str]:
    """What no cipher text has: names, notes, the schema."""
    yield from ("CREATE TABLE", "SQLite format 3")
    for statement in ("SELECT label FROM patient", "SELECT uuid FROM course",
                      "SELECT note FROM fact WHERE note IS NOT NULL LIMIT 200"):  # fmt: skip
        yield from (word for (word,) in connection.execute(statement).fetchall())


def follow(database: Database, former: Iterable[Key], keys: Mapping[str, bytes]) -> list[Path]:
    """Let every copy be encrypted as the database is, or be plain as it is; those that could not be.

    ``former`` open copies from before another passphrase was set.
    """
    key = database.connector.key_of(database.path)
    database.connector.know(former := tuple(former))
    left = []
    for copy in database.backups.all():
        try:
            _follow(database, copy.path, former, key, keys)
        except (OSError, StorageError, sqlite3.Error):
            left.append(copy.path)
    return left


def _follow(database: Database, copy: Path, former: Iterable[Key], key: Key | None, keys: Mapping[str, bytes]) -> None:
    old = _opening(database, copy, former)
    if journals.left(copy):
        with database.connector.opened(copy) as connection:  # what is half written in it is taken back
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        journals.require_none(copy)
    if old == key or (old is not None and key is not None and old.raw == key.raw):
        return
    if key is not None and old is not None:
        keys = keeping((*photo_keys(keys), *photo_keys(kept_in(database, copy))))
    aside = copy.with_name(f".{copy.name}.new-{uuid.uuid4()}")
    with asides.using(copy.parent), asides.removed(aside):
        with cipher.as_sqlite(cipher.library(copy)), exported(copy, old, aside, key, keys):
            check(aside, key, copy)
        asides.sync_file(aside)
        aside.replace(copy)
        asides.sync_folder(copy.parent)


def _opening(database: Database, copy: Path, former: Iterable[Key]) -> Key | None:
    with copy.open("rb") as file:
        page = file.read(cipher.PAGE)
    if cipher.seems_encrypted(page):
        for one in former:
            if page[: cipher.SALT] == one.salt and one.opens(page):
                return one
    with database.connector.without_asking():
        return database.connector.key_of(copy)


def forget_former(database: Database) -> None:
    """No copy needs the former key any more."""
    with database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE name = '{FORMER}'")  # noqa: S608 - names of our own


def has_plain_copies(database: Database) -> bool:
    """Whether there is a copy that anybody can read."""
    return any(database.connector.head(copy.path).startswith(cipher.PLAIN) for copy in database.backups.all())
