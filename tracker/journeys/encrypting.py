"""The database is encrypted, decrypted, or gets another passphrase; copies and photos follow it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tracker import album
from tracker.db import cipher, encrypting, journals, keys_here
from tracker.db.encrypting import FORMER
from tracker.envelope import Envelope
from tracker.errors import N_, InputError
from tracker.journeys.context import Context


class Left(Struct, frozen=True):
    """What could not be encrypted or decrypted with the database."""

    closed: tuple[Path, ...] = ()
    """Copies and photos that have another key, or cannot be read."""
    plain: tuple[Path, ...] = ()
    """Those that are not encrypted."""


def encrypt(context: Context, passphrase: str) -> Left:
    """Encrypt the database, then its photos and its copies."""
    database = context.database
    if database.is_encrypted:
        raise InputError(N_("{path} is encrypted already"), N_("another passphrase: {command}"),
                         path=str(database.path), command="isotrack passwd")  # fmt: skip
    key = encrypting.new_key(passphrase)
    database.connector.learn(passphrase, key)  # copies from before may have it, and the keys of photos in them
    encrypting.turn(database, None, key, encrypting.keeping(keys_here.of_photos_or_new(database)))
    return finish(context)


def require_encrypted(context: Context) -> None:
    """Raise InputError where the database is not encrypted."""
    with context.database.reading():
        pass
    if not context.database.is_encrypted:
        raise InputError(N_("{path} is not encrypted"), N_("to encrypt it: {command}"),
                         path=str(context.database.path), command="isotrack encrypt")  # fmt: skip
    encrypting.require_one_name(context.database)
    context.database.backups.require_seen()


def change(context: Context, passphrase: str) -> Left:
    """Give an encrypted database another passphrase."""
    require_encrypted(context)
    database = context.database
    old = database.connector.key_of(database.path)
    assert old is not None  # noqa: S101 - as was required
    key = encrypting.new_key(passphrase)
    keys = encrypting.kept_keys(database)
    keys[FORMER] = old.raw + old.salt + keys.get(FORMER, b"")  # a change that was killed left copies with earlier ones
    keys |= encrypting.keeping(keys_here.of_photos_or_new(database))
    encrypting.turn(database, old, key, keys)
    database.connector.learn(passphrase, key)
    return finish(context)


def decrypt(context: Context) -> Left:
    """Make the database plain again, with its photos and its copies."""
    require_encrypted(context)
    database, folder = context.database, album.folder_of(context.database.path)
    keys = keys_here.of_photos(database)
    seal = Envelope(keys[0], keys[1:]) if keys else None
    opened: list[str] = []

    def open_photos() -> None:
        if seal is not None:
            opened.extend(album.open_all(folder, seal))

    encrypting.turn(database, database.connector.key_of(database.path), None, {}, open_photos)
    album.remove(folder, opened)
    still = tuple(folder / name for name in album.sealed(folder))
    return Left((*encrypting.follow(database, (), {}), *still))


def take_photo_keys(context: Context) -> bool:
    """Let the database keep every key of photos that a copy has; whether there was one that it had not."""
    database = context.database
    found = keys_here.of_photos(database)
    if set(found) <= set(encrypting.photo_keys(encrypting.kept_keys(database))):
        return False
    with database.writing() as connection:
        encrypting.add_photo_keys(database, connection, found)
    return True


def finish(context: Context) -> Left:
    """Let copies and photos be encrypted as the database is, what a killed command left too; those that cannot be."""
    database = context.database
    if not database.is_encrypted:
        return Left()
    keys = encrypting.kept_keys(database)
    seal = encrypting.seal(keys)
    left = album.seal_all(album.folder_of(database.path), seal) if seal is not None else []
    left += [one for one in journals.kept_alone(database.backups.folder) if cipher.PLAIN in one.read_bytes()]
    former = keys.get(FORMER)
    if former is None and not encrypting.has_plain_copies(database):
        return Left(plain=tuple(left))
    keys_here.know_former(database)
    take_photo_keys(context)
    kept = encrypting.keeping(encrypting.photo_keys(encrypting.kept_keys(database)))
    copies = encrypting.follow(database, encrypting.former_keys(former or b""), kept)
    if former is not None and not copies:
        encrypting.forget_former(database)
    plain = [one for one in copies if database.connector.head(one).startswith(cipher.PLAIN)]
    return Left(tuple(one for one in copies if one not in plain), (*plain, *left))
