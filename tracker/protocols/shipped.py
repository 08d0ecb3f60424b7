"""The programmes that come with isotrack: where they lie, and whether another file takes the name of one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tracker.errors import N_, Phrase
from tracker.protocols.catalogue import read_or_refuse
from tracker.protocols.files import read, value_of
from tracker.protocols.reader import NOUNS
from tracker.protocols.reader import protocol as read_protocol
from tracker.rules import Protocol

_PACKAGE = Path(__file__).parent.parent


def schemas() -> Path:
    """The folder of schemas and data: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "schemas"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas"


def shipped() -> list[Protocol]:
    """Every protocol that comes with the program, by id and version."""
    return sorted((load_shipped(path) for path in paths("*")), key=lambda protocol: (protocol.id, protocol.version))


def is_borrowed(own: Protocol) -> bool:
    """Whether a protocol has the id and version of a shipped one, and differs from it."""
    name = f"{own.id}@{own.version}"
    return any(path.stem == name and load_shipped(path) != own for path in paths(f"{own.id}@*"))


def borrowed(own: Protocol) -> Phrase:
    """What is wrong with such a protocol."""
    return Phrase(
        N_(
            "{protocol} is the name of a programme of isotrack, and this file differs from it: give it an id of its own"
        ),
        {"protocol": f"{own.id}@{own.version}"},
    )


@cache
def load_shipped(path: Path) -> Protocol:
    """A protocol that comes with the program; each is read once in a process."""
    value = value_of(read(path), str(path))
    return read_or_refuse(value, str(path), read_protocol, NOUNS)


def paths(pattern: str) -> list[Path]:
    """The shipped files whose names, without their ending, are of this pattern."""
    return sorted((schemas() / "protocols").glob(f"{pattern}.json"))
