"""All that is wrong with a file that a person writes, each with its line: for the one who mends it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tracker.errors import N_, Phrase
from tracker.protocols import files
from tracker.protocols.faults import Fault, place
from tracker.protocols.node import read_whole
from tracker.protocols.reader import NOUNS
from tracker.protocols.reader import protocol as read_protocol
from tracker.protocols.scanner import Scan, scan
from tracker.protocols.shipped import borrowed, is_borrowed
from tracker.rules import Protocol

_WIDTH = 72
"""Columns of a terminal that a line is shown in."""


class Spot(Struct, frozen=True):
    """A place in a text: line and column from one, the line as it can be shown, and how far in it the place is."""

    line: int
    column: int
    shown: str
    indent: int


class Mistake(Struct, frozen=True):
    """One thing that is wrong."""

    spot: Spot
    place: Phrase | str | None
    """Where in the programme it stands; None for a slip, which stands in the text alone."""
    problem: Phrase


class Checked(Struct, frozen=True):
    """A file's programme, where nothing is wrong with it; else all that is, in the order of its lines."""

    protocol: Protocol | None
    mistakes: tuple[Mistake, ...]


def check(path: Path) -> Checked:
    """Read a file and say all that is wrong with it; raise ProtocolError where it has no text at all."""
    return check_text(files.read(path), str(path))


def check_text(text: str, file: str) -> Checked:
    """Say all that is wrong with the text of a file; ``file`` is named in errors.

    What the text says is judged as well where its slips leave no doubt of it.
    """
    try:
        found = scan(text)
    except RecursionError:
        raise files.too_deep(file) from None
    except ValueError:
        raise files.number_too_long(file) from None
    mistakes: list[tuple[int, Phrase | str | None, Phrase]] = [
        (slip.offset, None, slip.problem) for slip in found.slips
    ]
    protocol = None
    if found.is_clear:
        protocol, faults = read_whole(found.value, read_protocol)
        faults += _repeated(found)
        if protocol is not None and is_borrowed(protocol):
            faults.append(Fault(("id",), borrowed(protocol)))
        mistakes += [(_offset(fault, found), place(fault.path, found.value, NOUNS), fault.problem) for fault in faults]
    mistakes.sort(key=lambda one: one[0])
    return Checked(
        None if mistakes else protocol,
        tuple(Mistake(spot(text, offset), where, problem) for offset, where, problem in mistakes),
    )


def _repeated(found: Scan) -> Iterator[Fault]:
    for path in found.repeated:
        yield Fault(path, Phrase(N_("this key stands twice in one object")))


def _offset(fault: Fault, found: Scan) -> int:
    path = fault.path
    while path and path not in found.offsets:
        path = path[:-1]
    return found.offsets.get(path, 0)


def spot(text: str, offset: int) -> Spot:
    """Where in a text an offset is."""
    begun = text.rfind("\n", 0, offset) + 1
    column = offset - begun
    # Of a line without an end no more than what can be shown is looked at.
    near = max(begun, offset - _WIDTH)
    line = "".join(c if c.isprintable() else " " for c in text[near : offset + _WIDTH].partition("\n")[0])
    place = offset - near
    cut = min(len(line) - len(line.lstrip()), place)
    while _width(line[cut:place]) > _WIDTH // 2:
        cut += 1
    shown = line[cut:].rstrip()
    while _width(shown) > _WIDTH:
        shown = shown[:-1]
    return Spot(text.count("\n", 0, offset) + 1, column + 1, shown, _width(line[cut:place]))


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
