"""What a database is encrypted with that may be damaged: what is put in its place is encrypted with it as well."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import suppress

from tracker import envelope
from tracker.db import cipher, encrypting
from tracker.db.belongings import keyring_name
from tracker.db.connecting import WrongPassphraseError
from tracker.db.engine import Database
from tracker.errors import StorageError


def of_database(database: Database) -> cipher.Key | None:
    """What the database is encrypted with; of one that is gone, or damaged where it begins, what its newest copy is."""
    if not database.path.exists():
        return _key_of_copies(database)
    connector = database.connector
    try:
        return connector.key_of(database.path) or _key_of_copies(database)
    except WrongPassphraseError:
        raise
    except (sqlite3.Error, StorageError, OSError):
        return _key_of_copies(database)


def _key_of_copies(database: Database) -> cipher.Key | None:
    """Of a file that is none of SQLite's: what stands here may have been encrypted."""
    if database.path.exists() and database.connector.head(database.path).startswith(cipher.PLAIN):
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
            kept = encrypting.kept_in(database, database.path)
            connector.know(encrypting.former_keys(kept.get(encrypting.FORMER, b"")))


def was_encrypted(database: Database) -> bool:
    """Whether something says that the database is, or was before it was damaged."""
    path, seems = database.path, False
    if path.exists():
        if database.connector.head(path).startswith(cipher.PLAIN):
            return False
        with path.open("rb") as file:
            seems = cipher.seems_encrypted(file.read(cipher.PAGE))
    heads = (database.connector.head(one.path) for one in database.backups.all() if one.is_of_a_day)
    return seems or keyring_name(path) is not None or any(not head.startswith(cipher.PLAIN) for head in heads)


def of_photos(database: Database) -> tuple[bytes, ...]:
    """What the photos are sealed with, by the database and every copy that can be opened; the database's own first."""
    found = list[bytes]()
    with database.connector.without_asking():
        for path in (database.path, *(copy.path for copy in database.backups.all())):
            with suppress(sqlite3.Error, StorageError, OSError, ValueError):
                found += encrypting.photo_keys(encrypting.kept_in(database, path))
    return tuple(dict.fromkeys(found))


def of_photos_or_new(database: Database) -> tuple[bytes, ...]:
    """The same; a new one where there is none."""
    return of_photos(database) or (secrets.token_bytes(envelope.KEY),)
