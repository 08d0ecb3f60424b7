"""What all data files share: one is read whole or refused with all its faults, and its texts are in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tracker.protocols.faults import refusal
from tracker.protocols.node import Node, read_whole
from tracker.rules import Text

T = TypeVar("T")


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
