"""The database is encrypted, decrypted, or gets another passphrase; copies and photos follow it."""

from __future__ import annotations

import secrets
from pathlib import Path

from msgspec import Struct

from tracker import album, envelope
from tracker.db import cipher, encrypting, photos
from tracker.db.encrypting import FORMER, PHOTOS
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
    encrypting.turn(database, None, key, {PHOTOS: secrets.token_bytes(envelope.KEY)})
    database.connector.learn(passphrase, key)
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
    keys.setdefault(PHOTOS, secrets.token_bytes(envelope.KEY))
    encrypting.turn(database, old, key, keys)
    database.connector.learn(passphrase, key)
    return finish(context)


def decrypt(context: Context) -> Left:
    """Make the database plain again, with its photos and its copies."""
    require_encrypted(context)
    database, folder = context.database, album.folder_of(context.database.path)
    seal = photos.seal(database)
    opened: list[str] = []

    def open_photos() -> None:
        if seal is not None:
            opened.extend(album.open_all(folder, seal))

    encrypting.turn(database, database.connector.key_of(database.path), None, {}, open_photos)
    album.remove(folder, opened)
    still = tuple(folder / name for name in album.sealed(folder))
    return Left((*encrypting.follow(database, (), {}), *still))


def finish(context: Context) -> Left:
    """Let copies and photos be encrypted as the database is, what a killed command left too; those that cannot be."""
    database = context.database
    if not database.is_encrypted:
        return Left()
    keys = encrypting.kept_keys(database)
    seal = Envelope(keys[PHOTOS]) if PHOTOS in keys else None
    left = album.seal_all(album.folder_of(database.path), seal) if seal is not None else []
    former = keys.get(FORMER)
    if former is None and not encrypting.has_plain_copies(database):
        return Left(plain=tuple(left))
    copies = encrypting.follow(
        database, encrypting.former_keys(former or b""), {PHOTOS: seal.key} if seal is not None else {}
    )
    if former is not None and not copies:
        encrypting.forget_former(database)
    plain = [one for one in copies if database.connector.head(one).startswith(cipher.PLAIN)]
    return Left(tuple(one for one in copies if one not in plain), (*plain, *left))
