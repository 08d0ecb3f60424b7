"""What a database is encrypted with that may be damaged: what is put in its place is encrypted with it as well."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path

from tracker import envelope
from tracker.db import cipher, encrypting
from tracker.db.belongings import keyring_name
from tracker.db.connecting import WrongPassphraseError
from tracker.db.engine import Database
from tracker.errors import StorageError


def of_database(database: Database) -> cipher.Key | None:
    """What the database is encrypted with; of one that is damaged where it begins, what its newest copy is."""
    if not database.path.exists():
        return None
    connector = database.connector
    try:
        return connector.key_of(database.path) or _key_of_copies(database)
    except WrongPassphraseError:
        raise
    except (sqlite3.Error, StorageError, OSError):
        return _key_of_copies(database)


def _key_of_copies(database: Database) -> cipher.Key | None:
    """Of a file that is none of SQLite's: what stands here may have been encrypted."""
    if database.connector.head(database.path).startswith(cipher.PLAIN):
        return None
    for copy in database.backups.all():
        if copy.is_of_a_day and not database.connector.head(copy.path).startswith(cipher.PLAIN):
            with suppress(sqlite3.Error, StorageError, OSError):
                return database.connector.key_of(copy.path)
            return None
    return None


def know_former(database: Database) -> None:
    """Let copies be looked at that still have another passphrase, because its change was cut off.

    The database keeps their keys, and the next command that saves lets them follow.
    """
    connector = database.connector
    with suppress(sqlite3.Error, StorageError, OSError), connector.without_asking():
        if connector.key_of(database.path) is not None:
            connector.know(encrypting.former_keys(_kept(database, database.path).get(encrypting.FORMER, b"")))


def _kept(database: Database, path: Path) -> dict[str, bytes]:
    """What an encrypted file keeps beside the record; nothing is written to it."""
    with database.connector.opened(path, writable=False) as connection:
        asked = "SELECT 1 FROM sqlite_master WHERE name = ?"
        if connection.execute(asked, (encrypting.TABLE,)).fetchone() is None:
            return {}
        rows = connection.execute(f"SELECT name, value FROM {encrypting.TABLE}").fetchall()  # noqa: S608 - our name
    return {name: bytes.fromhex(value) for name, value in rows}


def was_encrypted(database: Database) -> bool:
    """Whether something says that the database is, or was before it was damaged."""
    path = database.path
    if not path.exists() or database.connector.head(path).startswith(cipher.PLAIN):
        return False
    with path.open("rb") as file:
        seems = cipher.seems_encrypted(file.read(cipher.PAGE))
    heads = (database.connector.head(one.path) for one in database.backups.all() if one.is_of_a_day)
    return seems or keyring_name(path) is not None or any(not head.startswith(cipher.PLAIN) for head in heads)


def of_photos(database: Database) -> bytes:
    """What the photos are sealed with, by the database or a copy that can still be read; a new one where none can."""
    for path in (database.path, *(copy.path for copy in database.backups.all())):
        with suppress(sqlite3.Error, StorageError, OSError), database.connector.without_asking():
            with database.connector.opened(path, writable=False) as connection:
                asked = f"SELECT value FROM {encrypting.TABLE} WHERE name = ?"  # noqa: S608 - our name
                found = connection.execute(asked, (encrypting.PHOTOS,)).fetchone()
            if found is not None:
                return bytes.fromhex(found[0])
    return secrets.token_bytes(envelope.KEY)
