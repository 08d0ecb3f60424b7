"""Finds, checks and loads protocol files: JSON in, :class:`~tracker.rules.Protocol` out.

The reader is strict: an unknown key, kind, anchor or unit is an error that names the file, the path in the
file and what was expected, so that no rule ever silently vanishes.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tracker.errors import N_, InputError, ProtocolError
from tracker.protocols import countries
from tracker.protocols.countries import jurisdictions
from tracker.protocols.node import NAME, Node
from tracker.protocols.reader import protocol as read_protocol
from tracker.rules import Protocol, Status

CHOSEN_BY_THEMSELVES = (Status.IN_FORCE, Status.CLINIC_PRACTICE)
"""The statuses of which a protocol may be taken without naming its version."""

_PACKAGE = Path(__file__).parent.parent
_LARGEST_FILE = 1 << 20
"""Bytes; a protocol file is some ten kilobytes."""
_REMEMBERED = 8
"""Texts of protocols that are kept as they were read: a clinic has many courses under its own one."""


def schemas() -> Path:
    """The folder of schemas and data: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "schemas"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas"


def shipped() -> list[Protocol]:
    """Every protocol that comes with the program, by id and version."""
    return sorted((load(path) for path in (schemas() / "protocols").glob("*.json")), key=lambda p: (p.id, p.version))


def find(reference: str, today: date) -> Protocol:
    """The shipped protocol ``id@version``, or the newest in force on ``today`` for a bare ``id`` or a country.

    A version that is approved but has no start date is never chosen by the clock: it must be named.
    """
    protocol_id, _, version = reference.partition("@")
    if not version and not _versions(protocol_id):
        protocol_id = of_country(protocol_id) or protocol_id
    if not version:
        newest = newest_in_force(protocol_id, today)
        if newest is not None:
            return newest
    for protocol in _versions(protocol_id):
        if protocol.version == version:
            return protocol
    raise _unknown(reference)


def of_country(country: str) -> str | None:
    """The id of a country's first programme, such as ``us-ipledge`` for ``us``; None where none is shipped."""
    ready = [protocol for protocol in shipped() if protocol.status in CHOSEN_BY_THEMSELVES]
    for code in jurisdictions(country):
        for protocol in ready:
            if protocol.jurisdiction == code:
                return protocol.id
    return None


def of_zone(zone: str) -> str | None:
    """The id of the first programme of a time zone's country; None where none is shipped."""
    country = countries.of_zone(zone)
    return of_country(country) if country is not None else None


def newest_in_force(protocol_id: str, today: date) -> Protocol | None:
    """The newest shipped version that may be chosen by the id alone; before the first took effect, the oldest."""
    ready = [protocol for protocol in _versions(protocol_id) if protocol.status in CHOSEN_BY_THEMSELVES]
    in_force = [protocol for protocol in ready if is_in_force(protocol, today)]
    return in_force[-1] if in_force else next(iter(ready), None)


@cache
def _versions(protocol_id: str) -> tuple[Protocol, ...]:
    """The shipped versions of a protocol, oldest first; they are read once in a process."""
    if not NAME.fullmatch(protocol_id):
        return ()
    found = (load(path) for path in (schemas() / "protocols").glob(f"{protocol_id}@*.json"))
    return tuple(sorted(found, key=lambda protocol: protocol.version))


def is_in_force(protocol: Protocol, today: date) -> bool:
    """Whether the protocol may be chosen by its id alone on ``today``."""
    started = protocol.effective_from is None or protocol.effective_from <= today
    ended = protocol.effective_to is not None and protocol.effective_to < today
    return protocol.status in CHOSEN_BY_THEMSELVES and started and not ended


def load(path: Path) -> Protocol:
    """Read and check the protocol file at ``path``; raise ProtocolError where it is wrong."""
    return loads(read(path), str(path))


def read(path: Path) -> str:
    """The text of a protocol file; raise ProtocolError where there is none to be read."""
    try:
        if path.exists() and not path.is_file():
            raise ProtocolError(N_("{file}: not a file"), file=str(path))
        with path.open("rb") as file:
            octets = file.read(_LARGEST_FILE + 1)
        if len(octets) > _LARGEST_FILE:
            raise ProtocolError(N_("{file}: too large for a protocol file"), file=str(path))
        text = octets.decode("utf-8-sig")
    except OSError as error:
        raise ProtocolError(N_("{file}: cannot be read ({reason})"), file=str(path), reason=error.strerror) from None
    except UnicodeDecodeError:
        raise ProtocolError(N_("{file}: not a UTF-8 text file"), file=str(path)) from None
    return text


@lru_cache(maxsize=_REMEMBERED)
def loads(text: str, file: str, *, pinned: bool = False) -> Protocol:
    """Read and check a protocol from its JSON ``text``; ``file`` is named in errors.

    One that a course was started under (``pinned``) has no upper bound: what was taken once stays readable.
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_repeated_keys)
    except json.JSONDecodeError as error:
        raise ProtocolError(
            N_("{file}: not JSON at line {line}, column {column}"), file=file, line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise ProtocolError(N_("{file}: nested too deeply"), file=file) from None
    except _RepeatedKeyError as error:
        raise ProtocolError(
            N_('{file}: the key "{key}" stands twice in one object'), file=file, key=error.key
        ) from None
    except ValueError:
        raise ProtocolError(N_("{file}: holds a number that is too long"), file=file) from None
    return read_protocol(Node(value, "$", file, bounded=not pinned))


class _RepeatedKeyError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def _unknown(reference: str) -> InputError:
    known = ", ".join(sorted(path.stem for path in (schemas() / "protocols").glob("*.json")))
    return InputError(
        N_('there is no protocol "{protocol}"'), N_("known protocols: {known}"), protocol=reference, known=known
    )
