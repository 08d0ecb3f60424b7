"""When a pregnancy test can say something: read from schemas/pregnancy.json."""

from __future__ import annotations

import json
from functools import cache

from msgspec import Struct

from tracker.errors import N_
from tracker.protocols import schemas
from tracker.protocols.catalogue import cited, read_or_refuse, source
from tracker.protocols.node import Node
from tracker.rules import Answering, Source

_FILE = "pregnancy.json"
_NOUNS = {"sources": N_("source {number}")}


class Tests(Struct, frozen=True):
    """What is known of tests."""

    read: str
    """The day on which the sources were read."""
    sources: tuple[Source, ...]
    unprotected: Answering
    """Of unprotected sex, or contraception that failed."""


@cache
def tests() -> Tests:
    """What the file says; raise ProtocolError where it is wrong."""
    value = json.loads((schemas() / _FILE).read_text(encoding="utf-8"))
    return read_or_refuse(value, _FILE, _tests, _NOUNS)


def _tests(node: Node) -> Tests:
    members = node.object("read sources test_after_unprotected_sex", "$schema")
    sources = members.each("sources", source)
    known = [one.id for one in sources]
    answering = members.get("test_after_unprotected_sex", lambda one: _answering(one, known))
    found = Tests(members.get("read", Node.day).isoformat(), sources, answering)
    members.done()
    return found


def _answering(node: Node, sources: list[str]) -> Answering:
    of = node.object("after sources confirmed", "disagree")
    found = Answering(
        of.get("after", lambda one: one.span(at_least=1)), cited(of, sources), of.get("confirmed", Node.truth)
    )
    if "disagree" in of:
        of.each("disagree", lambda one: one.among(sources))
    of.done()
    return found
