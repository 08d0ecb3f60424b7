"""What lies beside an encrypted database is encrypted too, with a key that the database keeps.

AES-256-GCM by ``cryptography``: a changed octet, another key or another file's content is refused. The name of a sealed
file says nothing of what is in it to whoever has not the key; its own name is sealed with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from contextlib import suppress

from msgspec import Struct

from tracker.errors import N_, StorageError

KEY = 32
ENDING = ".photo"
_BEGINNING = b"isotrack sealed 1\n"
_NONCE = 12
_LETTERS = 32
NAME = re.compile(rf"[0-9a-f]{{{_LETTERS}}}\{ENDING}")


class Envelope(Struct, frozen=True):
    """Seals with one key, and opens with that and with those of before."""

    key: bytes
    earlier: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return "Envelope()"

    def name(self, name: str) -> str:
        """The name of the sealed file."""
        return self.names(name)[0]

    def names(self, name: str) -> tuple[str, ...]:
        """The names that it has with each of the keys, the one of today first."""
        digests = (hmac.digest(key, name.encode(), hashlib.sha256) for key in (self.key, *self.earlier))
        return tuple(one.hex()[:_LETTERS] + ENDING for one in digests)

    def closed(self, octets: bytes, name: str) -> bytes:
        """The content of the sealed file."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self.key).encrypt(nonce, name.encode() + b"\n" + octets, self.name(name).encode())
        return _BEGINNING + nonce + sealed

    def opened(self, octets: bytes, sealed: str) -> tuple[str, bytes]:
        """What is in the sealed file of this name: its own name and content; raise StorageError for anything else."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        begun = len(_BEGINNING)
        nonce, rest = octets[begun : begun + _NONCE], octets[begun + _NONCE :]
        for key in (self.key, *self.earlier) if octets.startswith(_BEGINNING) else ():
            with suppress(InvalidTag, ValueError):  # that of what is too short
                name, _line, content = AESGCM(key).decrypt(nonce, rest, sealed.encode()).partition(b"\n")
                return name.decode(), content
        raise StorageError(N_("{file} is damaged, or it was encrypted with another key"), file=sealed)
