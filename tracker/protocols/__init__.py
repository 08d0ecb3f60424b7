"""Finds, checks and loads protocol files: JSON in, :class:`~tracker.rules.Protocol` out.

The reader is strict: an unknown key, kind, anchor or unit is an error that names the file, the path in the
file and what was expected, so that no rule ever silently vanishes.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from tracker.errors import N_, InputError, Listed, ProtocolError
from tracker.protocols import countries
from tracker.protocols.countries import jurisdictions, order_of_days
from tracker.protocols.faults import refusal
from tracker.protocols.files import read, value_of
from tracker.protocols.node import NAME, read_whole
from tracker.protocols.reader import NOUNS
from tracker.protocols.reader import protocol as read_protocol
from tracker.protocols.shipped import borrowed, is_borrowed, load_shipped, paths, schemas, shipped
from tracker.rules import Protocol, Status

CHOSEN_BY_THEMSELVES = (Status.IN_FORCE, Status.CLINIC_PRACTICE)
"""The statuses of which a protocol may be taken without naming its version."""

__all__ = [
    "CHOSEN_BY_THEMSELVES", "borrowed", "find", "is_borrowed", "is_in_force", "load", "loads", "newest_in_force",
    "of_country", "of_zone", "order_of_days", "read", "schemas", "shipped",
]  # fmt: skip

_REMEMBERED = 8
"""Texts of protocols that are kept as they were read: a clinic has many courses under its own one."""


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
    """The shipped versions of a protocol, oldest first."""
    if not NAME.fullmatch(protocol_id):
        return ()
    return tuple(sorted(map(load_shipped, paths(f"{protocol_id}@*")), key=lambda protocol: protocol.version))


def is_in_force(protocol: Protocol, today: date) -> bool:
    """Whether the protocol may be chosen by its id alone on ``today``."""
    started = protocol.effective_from is None or protocol.effective_from <= today
    ended = protocol.effective_to is not None and protocol.effective_to < today
    return protocol.status in CHOSEN_BY_THEMSELVES and started and not ended


def load(path: Path) -> Protocol:
    """Read and check the protocol file at ``path``; raise ProtocolError where it is wrong."""
    return loads(read(path), str(path))


@lru_cache(maxsize=_REMEMBERED)
def loads(text: str, file: str, *, pinned: bool = False) -> Protocol:
    """Read and check a protocol from its JSON ``text``; ``file`` is named in errors, with the first of its mistakes.

    One that a course was started under (``pinned``) has no upper bound: what was taken once stays readable; and of what
    stands in it nothing is told. Any other is refused where it has the id and version of a shipped one and differs.
    """
    if pinned:
        return _kept(text, file)
    value = value_of(text, file)
    found, faults = read_whole(value, read_protocol)
    if found is None:
        raise refusal(file, faults, value, NOUNS)
    if is_borrowed(found):
        raise ProtocolError(N_("{file}: {problem}"), file=file, problem=borrowed(found))
    return found


def _kept(text: str, file: str) -> Protocol:
    """What was kept with a course: a mistake in it is damage, and a patient's record is not shown in an error."""
    try:
        found, _faults = read_whole(json.loads(text), read_protocol, bounded=False)
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise ProtocolError(N_("{file}: the programme that was kept with the course cannot be read"), file=file)
    return found


def _unknown(reference: str) -> InputError:
    known = Listed(tuple(path.stem for path in paths("*")))
    return InputError(
        N_('there is no protocol "{protocol}"'), N_("known protocols: {known}"), protocol=reference, known=known
    )
