"""Encrypted database files as SQLCipher 4 writes them: by what one is known, what opens it, how it is opened.

The key is derived here, from the passphrase and the salt in the file's first octets, as SQLCipher derives it: any
program that knows SQLCipher opens the file with the passphrase. So it is derived once a command, however many
connections it opens, and a wrong passphrase is found without SQLite: every page carries a code that only its key gives.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from msgspec import Struct

from tracker.errors import N_, StorageError

PLAIN = b"SQLite format 3\0"
"""The first octets of a file that is not encrypted."""
PAGE = 4096
SALT = 16
_CODE = 64
"""Octets of the code at the end of a page."""
ITERATIONS = 256_000
"""SQLCipher's own number: about a tenth of a second for us, and for each guess of somebody else."""
_SALT_OF_CODES = 0x3A
_ITERATIONS_OF_CODES = 2
_KEY = 32
_RANDOM = 200
"""Of 256 octets so many are found in a page at the least that looks like cipher text; a text or a picture has fewer."""
INSTALL = N_("to open encrypted files: {command}")
COMMAND = "pip install 'isotretinoin-tracker[encrypt]'"


class Key(Struct, frozen=True):
    """What opens the files of one salt."""

    raw: bytes
    salt: bytes

    def __repr__(self) -> str:
        return "Key()"

    def for_sqlite(self) -> str:
        """The key as a PRAGMA or an ATTACH takes it."""
        return f"\"x'{self.raw.hex()}{self.salt.hex()}'\""

    def opens(self, page: bytes, number: int = 1) -> bool:
        """Whether a page of a file was written with this key, and is as it was written."""
        of_codes = bytes(octet ^ _SALT_OF_CODES for octet in self.salt)
        secret = hashlib.pbkdf2_hmac("sha512", self.raw, of_codes, _ITERATIONS_OF_CODES, _KEY)
        begin = SALT if number == 1 else 0
        found = hmac.digest(secret, page[begin:-_CODE] + number.to_bytes(4, "little"), "sha512")
        return hmac.compare_digest(found, page[-_CODE:])


def key(passphrase: str, salt: bytes) -> Key:
    """The key that a passphrase gives for a file with this salt."""
    _leave_no_image()
    return Key(_derived(passphrase, salt, ITERATIONS), salt)


@cache
def _leave_no_image() -> None:
    """Let the system write no image of this process where it crashes: the passphrase and the record would be in it."""
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        resource: Any = import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@cache
def _derived(passphrase: str, salt: bytes, iterations: int) -> bytes:
    try:  # the library brings an OpenSSL of its own that does it in two thirds of the time of Python's
        from cryptography.hazmat.primitives.hashes import SHA512
        from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
    except ImportError:  # it is missing: what is encrypted can be read nevertheless
        return hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, iterations, _KEY)
    return PBKDF2HMAC(SHA512(), _KEY, salt, iterations).derive(passphrase.encode())


def unlock(connection: Any, key: Key | None) -> None:
    """Let a new connection of the library read what the key opens; without one, what is not encrypted."""
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        connection.execute(f"PRAGMA key = {key.for_sqlite()}")


def normalised(typed: str) -> str:
    """A passphrase as it is used: the same one typed full-width, or with another keyboard's accents, opens too."""
    return unicodedata.normalize("NFKC", typed)


def seems_encrypted(page: bytes) -> bool:
    """Whether the first page of a file may be one of an encrypted database: nothing but the key tells for sure."""
    return len(page) == PAGE and not page.startswith(PLAIN) and len(set(page)) >= _RANDOM


def is_installed() -> bool:
    """Whether encrypted files can be opened here."""
    return find_spec("sqlcipher3") is not None and find_spec("cryptography") is not None


def require_installed() -> None:
    """Raise StorageError where nothing can be encrypted here."""
    if not is_installed():
        raise StorageError(N_("a library is missing that encrypts files"), N_("to install it: {command}"),
                           command=COMMAND)  # fmt: skip


def library(path: object) -> ModuleType:
    """The library that opens encrypted files; raise StorageError where it is not installed."""
    try:
        dbapi2 = import_module("sqlcipher3.dbapi2")
    except ImportError:
        raise StorageError(
            N_("{path} is encrypted, or it is no isotrack database; it was left as it is"), INSTALL,
            path=str(path), command=COMMAND,
        ) from None  # fmt: skip
    return dbapi2


@contextmanager
def as_sqlite(module: ModuleType) -> Iterator[None]:
    """Let an error of the library be the error of the standard library that has its name."""
    try:
        yield
    except module.Error as error:
        same = getattr(sqlite3, type(error).__name__, sqlite3.DatabaseError)(*error.args)
        same.sqlite_errorname = getattr(error, "sqlite_errorname", None)
        raise same from error
