"""The kinds of capsules that isotrack knows, from ``schemas/products.json``: strengths by country and targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import cache

from msgspec import Struct

from tracker.errors import N_
from tracker.facts.intake import Product
from tracker.protocols import schemas
from tracker.protocols.catalogue import read_or_refuse, text_in_both
from tracker.protocols.countries import jurisdictions
from tracker.protocols.node import Node
from tracker.rules import Text

_FILE = "products.json"
_NOUNS = {"products": N_("product {number}"), "sources": N_("source {number}")}


class Sourced(Struct, frozen=True):
    """A number, and where it is published."""

    value: Decimal
    sources: tuple[str, ...]


class Strengths(Struct, frozen=True):
    """The capsules that there are in some countries, in milligrams; everywhere where no country is named."""

    countries: tuple[str, ...]
    mg: tuple[Decimal, ...]
    sources: tuple[str, ...]


class Known(Struct, frozen=True):
    """What is known of a kind of capsules."""

    product: Product
    name: Text
    strengths: tuple[Strengths, ...]
    targets: tuple[Sourced, ...]
    """Published cumulative doses in mg per kg."""
    most_a_day: Sourced | None
    """The largest published daily dose in mg per kg."""

    def of_country(self, jurisdiction: str) -> tuple[Decimal, ...]:
        """The strengths of a programme's country, the weakest first; those of every country where it has none."""
        where = jurisdictions(jurisdiction)
        own = {mg for one in self.strengths if {*where} & {*one.countries} or not one.countries for mg in one.mg}
        return tuple(sorted(own)) if own else self.everywhere

    @property
    def everywhere(self) -> tuple[Decimal, ...]:
        """The strengths of any country."""
        return tuple(sorted({mg for one in self.strengths for mg in one.mg}))


class Remark(Struct, frozen=True):
    """What is said with doses, and where it is published."""

    text: Text
    sources: tuple[str, ...]


class Products(Struct, frozen=True):
    """All that the file says."""

    kinds: Mapping[Product, Known]
    remarks: Mapping[str, Remark]

    def with_strength(self, mg: Decimal) -> list[Product]:
        """The kinds of which there are capsules of this strength anywhere."""
        return [product for product, known in self.kinds.items() if mg in known.everywhere]


@cache
def products() -> Products:
    """What is known; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), _FILE)


def is_made_of(mg: Decimal, strengths: Collection[Decimal]) -> bool:
    """Whether capsules of these strengths, each as often as one likes, make so many milligrams."""
    reached = {Decimal(0)}
    frontier = reached
    while frontier and mg not in reached:
        frontier = {one + other for one in frontier for other in strengths if one + other <= mg} - reached
        reached |= frontier
    return mg in reached


def read(value: object, file: str) -> Products:
    """The kinds of capsules from the JSON of their file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _products, _NOUNS)


def _products(node: Node) -> Products:
    of = node.object("sources products remarks", "$schema")
    known = frozenset(of.each("sources", _source))
    kinds = of.each("products", lambda one: _known(one, known))
    remarks = of.get("remarks", lambda one: _remarks(one, known))
    of.done()
    return Products({one.product: one for one in kinds}, remarks)


def _source(node: Node) -> str:
    of = node.object("id title")
    of.get("title", Node.text)
    found = of.get("id", Node.text)
    of.done()
    return found


def _known(node: Node, sources: frozenset[str]) -> Known:
    of = node.object("id name strengths targets", "most_mg_per_kg_a_day")
    found = Known(
        product=of.get("id", lambda one: one.one_of(Product)),
        name=of.get("name", text_in_both),
        strengths=of.each("strengths", lambda one: _strengths(one, sources)),
        targets=of.each("targets", lambda one: _sourced(one, "mg_per_kg", sources)),
        most_a_day=of.optional("most_mg_per_kg_a_day", lambda one: _sourced(one, "value", sources), None),
    )
    of.done()
    return found


def _strengths(node: Node, sources: frozenset[str]) -> Strengths:
    of = node.object("countries mg sources")
    found = Strengths(of.each("countries", Node.text), of.each("mg", _number), of.each("sources", _one_of(sources)))
    of.done()
    return found


def _sourced(node: Node, key: str, sources: frozenset[str]) -> Sourced:
    of = node.object(f"{key} sources")
    found = Sourced(of.get(key, _number), of.each("sources", _one_of(sources)))
    of.done()
    return found


def _remarks(node: Node, sources: frozenset[str]) -> Mapping[str, Remark]:
    of = node.object("missed-dose scales")
    found = {key: of.get(key, lambda one: _remark(one, sources)) for key in ("missed-dose", "scales")}
    of.done()
    return found


def _remark(node: Node, sources: frozenset[str]) -> Remark:
    of = node.object("text sources")
    found = Remark(of.get("text", text_in_both), of.each("sources", _one_of(sources)))
    of.done()
    return found


def _number(node: Node) -> Decimal:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float) or not node.value > 0:
        node.wrong(N_("a number above zero"))
    return Decimal(str(node.value))


def _one_of(sources: frozenset[str]) -> Callable[[Node], str]:
    return lambda one: one.among(sorted(sources))
