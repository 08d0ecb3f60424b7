"""Whom to call in a crisis, by country: read from schemas/crisis.json."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from tracker.errors import N_
from tracker.lexicon import Reference
from tracker.protocols import countries, schemas
from tracker.protocols.catalogue import read_or_refuse, text_in_both
from tracker.protocols.node import Node
from tracker.rules import Text
from tracker.wordlists import reference

_FILE = "crisis.json"
_NOUNS = {"countries": N_("country {number}"), "lines": N_("line {number}"), "sources": N_("source {number}")}


class Line(Struct, frozen=True):
    """A telephone number for somebody in a crisis."""

    name: Text
    number: str
    hours: Text | None
    sources: tuple[str, ...]
    confirmed: bool


class Emergency(Struct, frozen=True):
    """The emergency number of a country."""

    number: str
    sources: tuple[str, ...]


class Country(Struct, frozen=True):
    """What a country has; a country may share it with another."""

    codes: tuple[str, ...]
    name: Text
    lines: tuple[Line, ...]
    emergency: Emergency | None


class Lines(Struct, frozen=True):
    """All that the file knows."""

    read: str
    """The day on which the sources were read."""
    sources: tuple[Reference, ...]
    countries: tuple[Country, ...]

    def of(self, codes: Iterable[str]) -> tuple[Country, ...]:
        """What these countries have, in this order; of a country of the European Union without its own, the Union's."""
        found = (self._of_one(code) for code in codes)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _of_one(self, code: str) -> Country | None:
        wanted = countries.jurisdictions(code)
        return next((one for name in wanted for one in self.countries if name in one.codes), None)


@cache
def crisis_lines() -> Lines:
    """Every country's; raise ProtocolError for a file that is wrong."""
    value = json.loads((schemas() / _FILE).read_text(encoding="utf-8"))
    return read_or_refuse(value, _FILE, _lines, _NOUNS)


def country_of(*, jurisdiction: str | None, zone: str | None) -> tuple[str, ...]:
    """The countries whose lines are shown: that of the programme first, then that of the time zone if it is another."""
    found = [jurisdiction, countries.of_zone(zone) if zone is not None else None]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _lines(node: Node) -> Lines:
    members = node.object("read sources countries", "$schema")
    found = Lines(
        read=members.get("read", Node.day).isoformat() if "read" in members else "",
        sources=members.each("sources", reference),
        countries=members.each("countries", _country),
    )
    members.done()
    known = {one.id for one in found.sources}
    for country in found.countries:
        for source in {source for one in (*country.lines, country.emergency) if one for source in one.sources} - known:
            node.note(N_('there is no source "{code}"'), code=source)
    return found


def _country(node: Node) -> Country:
    members = node.object("codes name lines", "emergency")
    found = Country(
        members.each("codes", Node.text),
        members.get("name", text_in_both),
        members.each("lines", _line),
        members.optional("emergency", _emergency, None),
    )
    members.done()
    return found


def _line(node: Node) -> Line:
    members = node.object("name number sources", "hours confirmed")
    found = Line(
        members.get("name", text_in_both),
        members.get("number", Node.text),
        members.optional("hours", text_in_both, None),
        members.each("sources", Node.text),
        members.optional("confirmed", Node.truth, True),  # noqa: FBT003 - the default of a member
    )
    members.done()
    return found


def _emergency(node: Node) -> Emergency:
    members = node.object("number sources")
    found = Emergency(members.get("number", Node.text), members.each("sources", Node.text))
    members.done()
    return found
