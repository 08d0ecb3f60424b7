"""What all data files share: one is read whole or refused with all its faults, and its texts are in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from tracker.errors import N_
from tracker.protocols.faults import refusal
from tracker.protocols.node import Members, Node, read_whole
from tracker.rules import Source, Text

T = TypeVar("T")
_TIERS = ("R", "G", "C", "S")


def read_or_refuse(value: Any, file: str, read: Callable[[Node], T], nouns: Mapping[str, str]) -> T:
    """What ``read`` makes of a file's JSON; raise ProtocolError with every fault, named with ``nouns``."""
    found, faults = read_whole(value, read)
    if found is None:
        raise refusal(file, faults, value, nouns)
    return found


def text_in_both(node: Node) -> Text:
    """A text in both languages."""
    of = node.object("en ja")
    found = Text(of.get("en", Node.text), of.get("ja", Node.text))
    of.done()
    return found


def source(node: Node) -> Source:
    """A source, with its title in Japanese where that is more than an address."""
    of = node.object("id tier title", "ja date")
    found = Source(
        of.get("id", Node.text), of.get("tier", lambda one: one.among(_TIERS)), of.get("title", Node.text),
        of.optional("date", Node.text, None), of.optional("ja", Node.text, None),
    )  # fmt: skip
    of.done()
    return found


def cited(of: Members, sources: Sequence[str]) -> tuple[str, ...]:
    """The ids of the sources that an object cites: one at least, and only what the file has."""
    found = of.each("sources", lambda one: one.among(sources))
    if not found:
        of.node.note(N_("at least one source is expected"))
    return found
