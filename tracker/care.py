"""What the course expects of the skin, by phase: ``schemas/care.json``.

What a source recommends and what does not go with the capsules stand apart: the former here, the latter in the list of
substances, which a recommendation names.
"""

from __future__ import annotations

import json
from functools import cache

from msgspec import Struct

from tracker.dates import Span
from tracker.errors import N_
from tracker.pharmacy import Form, Pharmacy, Statement, Substance
from tracker.protocols import schemas
from tracker.protocols.catalogue import cited, read_or_refuse, source, text_in_both
from tracker.protocols.node import Node
from tracker.readings.care import Phase
from tracker.rules import Source, Text
from tracker.substances import pharmacy

_FILE = "care.json"
_NOUNS = {"points": N_("point {number}"), "sources": N_("source {number}")}


class Against(Struct, frozen=True):
    """A substance that a recommendation is about, and what is said of it beside the capsules."""

    substance: Substance
    form: Form | None
    statements: tuple[Statement, ...]


class Point(Struct, frozen=True):
    """One thing that is expected of the skin or of whoever has it, or that a source recommends."""

    code: str
    title: Text
    text: Text
    phases: tuple[Phase, ...]
    sources: tuple[str, ...]
    confirmed: bool
    against: tuple[Against, ...] = ()
    """What of it does not go with the capsules: while that holds it is a conflict, and no advice."""


class FirstWeeks(Struct, frozen=True):
    """How long the first weeks are."""

    span: Span
    sources: tuple[str, ...]
    confirmed: bool


class Care(Struct, frozen=True):
    """All points, and where they were read; sources of statements on substances are in the list of those."""

    points: tuple[Point, ...]
    first_weeks: FirstWeeks
    sources: tuple[Source, ...]


@cache
def care() -> Care:
    """What the course expects; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), pharmacy(), _FILE)


def read(value: object, known: Pharmacy, file: str) -> Care:
    """The same from the JSON of its file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, lambda node: _care(node, known), _NOUNS)


def _care(node: Node, known: Pharmacy) -> Care:
    of = node.object("sources first_weeks points", "$schema")
    sources = of.each("sources", source)
    ids = [one.id for one in sources]
    found = Care(
        of.each("points", lambda one: _point(one, ids, known)),
        of.get("first_weeks", lambda one: _first_weeks(one, ids)),
        sources,
    )
    of.done()
    codes = [one.code for one in found.points]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        of["points"].note(N_('"{code}" stands here twice'), code=code)
    return found


def _point(node: Node, ids: list[str], known: Pharmacy) -> Point:
    of = node.object("code title phases", "text sources confirmed against substance")
    substance = of.optional("substance", lambda one: _of_substance(one, known), None)
    against = of.each("against", lambda one: _against(one, known)) if "against" in of else ()
    code, title = of.get("code", Node.name), of.get("title", text_in_both)
    phases = of.each("phases", lambda one: one.one_of(Phase))
    if "substance" in of:
        of.done()
        assert substance is not None  # noqa: S101 - else done() has given up
        return Point(code, title, substance.reason, phases, substance.sources, substance.confirmed)
    text = of.get("text", text_in_both)
    sources, confirmed = cited(of, ids), of.get("confirmed", Node.truth)
    of.done()
    return Point(code, title, text, phases, sources, confirmed, against)


def _first_weeks(node: Node, ids: list[str]) -> FirstWeeks:
    of = node.object("span sources confirmed")
    found = FirstWeeks(of.get("span", lambda one: one.span(at_least=1)),
                       cited(of, ids), of.get("confirmed", Node.truth))  # fmt: skip
    of.done()
    return found


def _against(node: Node, known: Pharmacy) -> Against:
    of = node.object("substance", "form")
    form = of.optional("form", lambda one: one.one_of(Form), None)
    code = of.get("substance", lambda one: one.among(one.code for one in known.substances))
    of.done()
    substance = known.substance(code)
    assert substance is not None  # noqa: S101 - it is one of them
    statements = tuple(one for one in substance.said_of(form) if one.verdict.is_conflict)
    if not statements:
        node.refuse(N_("nothing in the list of substances speaks against it"))
    return Against(substance, form, statements)


def _of_substance(node: Node, known: Pharmacy) -> Statement:
    """The only thing that is said of a substance."""
    found = known.substance(node.among(one.code for one in known.substances))
    if found is None or len(found.statements) != 1:
        node.refuse(N_("a substance of which one thing is said is expected"))
    return found.statements[0]
