"""Reads the file of the analytes, ``schemas/analytes.json``, strictly: all its faults at once, each by its path."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tracker.errors import N_
from tracker.laboratory import (
    Analyte,
    Bound,
    Elsewhere,
    Grade,
    Interval,
    Laboratory,
    Level,
    Limit,
    Named,
    Of,
    Source,
    Unit,
)
from tracker.protocols.catalogue import read_or_refuse, text_in_both
from tracker.protocols.node import Members, Node
from tracker.rules import Sex, Text
from tracker.vocabulary import plain

_NOUNS = {"analytes": N_("analyte {number}")}
_BOUND = "when"
_OF_A_BOUND = "value also times of"


def read(value: object, file: str) -> Laboratory:
    """The analytes from the JSON of their file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _laboratory, _NOUNS)


def _laboratory(node: Node) -> Laboratory:
    of = node.object("sources ranges grades countries analytes", "$schema elsewhere")
    sources = of.each("sources", _source)
    known = frozenset(one.id for one in sources)
    found = Laboratory(
        analytes=of.each("analytes", lambda one: _analyte(one, known)),
        sources=sources,
        ranges=of.get("ranges", lambda one: _named(one, known)),
        grades=of.get("grades", lambda one: _named(one, known)),
        countries=of.get("countries", _countries),
        elsewhere=of.each("elsewhere", _elsewhere) if "elsewhere" in of else (),
    )
    of.done()
    _check_that_words_differ(of["analytes"], found)
    return found


def _check_that_words_differ(node: Node, found: Laboratory) -> None:
    seen: dict[str, str] = {}
    for one in found.analytes:
        for text in {plain(word) for word in _every_word(one)}:
            if seen.setdefault(text, one.code) != one.code:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[text], other=one.code)


def _every_word(one: Analyte) -> tuple[str, ...]:
    return (one.code, *_of_text(one.name), *_of_text(one.label), *one.aliases, *one.unconfirmed)


def _of_text(text: Text) -> tuple[str, str]:
    return text.en, text.ja


def _source(node: Node) -> Source:
    of = node.object("id title", "dated")
    found = Source(of.get("id", Node.text), of.get("title", text_in_both), of.optional("dated", Node.text, None))
    of.done()
    return found


def _named(node: Node, sources: frozenset[str]) -> Named:
    of = node.object("name source")
    found = Named(of.get("name", Node.text), of.get("source", lambda one: one.among(sorted(sources))))
    of.done()
    return found


def _countries(node: Node) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(node.value, dict):
        node.wrong(N_("an object"))
    found = ((code, node.under(code, value)) for code, value in node.value.items())
    return {code: tuple(one.text() for one in each.list()) for code, each in found}


def _elsewhere(node: Node) -> Elsewhere:
    of = node.object("aliases command")
    found = Elsewhere(of.each("aliases", Node.text), of.get("command", Node.text))
    of.done()
    return found


def _analyte(node: Node, sources: frozenset[str]) -> Analyte:
    of = node.object(
        "code name label units plausible", "aliases unconfirmed fasting ranges limits grades grades_from_baseline"
    )
    units = of.each("units", _unit)
    least, most, below, above = of.optional("plausible", _plausible, None) or (Decimal(0),) * 4

    def each(key: str, reader: Any) -> tuple[Any, ...]:
        return of.each(key, lambda one: reader(one, units)) if key in of else ()

    found = Analyte(
        code=of.get("code", Node.name),
        name=of.get("name", text_in_both),
        label=of.get("label", text_in_both),
        aliases=of.each("aliases", Node.text) if "aliases" in of else (),
        unconfirmed=of.each("unconfirmed", Node.text) if "unconfirmed" in of else (),
        units=units,
        least=least,
        most=most,
        asked_below=below,
        asked_above=above,
        ranges=each("ranges", _interval),
        limits=of.each("limits", lambda one: _limit(one, units, sources)) if "limits" in of else (),
        grades=each("grades", _grade),
        grades_from_baseline=each("grades_from_baseline", _grade),
        is_fasting=of.optional("fasting", Node.truth, default=False),
    )
    of.done()
    return found


def _unit(node: Node) -> Unit:
    of = node.object("unit", "aliases times system rare")
    found = Unit(
        of.get("unit", Node.text),
        of.each("aliases", Node.text) if "aliases" in of else (),
        of.optional("times", _amount, Decimal(1)),
        of.optional("system", Node.text, None),
        of.optional("rare", Node.truth, default=False),
    )
    of.done()
    return found


def _plausible(node: Node) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    of = node.object("least most", "asked_below asked_above")
    least, most = of.get("least", _amount), of.get("most", _amount)
    below, above = of.optional("asked_below", _amount, least), of.optional("asked_above", _amount, most)
    of.done()
    if not least <= below < above <= most:
        node.refuse(N_("the least is not below the most"))
    return least, most, below, above


def _interval(node: Node, units: tuple[Unit, ...]) -> Interval:
    of = node.object("", "sex unit low high confirmed")
    unit = of.optional("unit", lambda one: _unit_here(one, units), Unit(""))
    low, high = of.optional("low", _amount, None), of.optional("high", _amount, None)
    sex = of.optional("sex", lambda one: one.one_of(Sex), None)
    confirmed = of.optional("confirmed", Node.truth, default=True)
    of.done()
    if low is not None and high is not None and low >= high:
        node.refuse(N_("the least is not below the most"))
    first, last = (end * unit.factor if end is not None else None for end in (low, high))
    return Interval(first, last, sex, confirmed)


def _limit(node: Node, units: tuple[Unit, ...], sources: frozenset[str]) -> Limit:
    of = node.object(f"level sources {_BOUND}", f"confirmed symptoms beyond {_OF_A_BOUND}")
    found = Limit(
        level=of.get("level", lambda one: one.one_of(Level)),
        bound=_bound(of, units),
        sources=of.each("sources", lambda one: one.among(sorted(sources))),
        confirmed=of.optional("confirmed", Node.truth, default=True),
        symptoms=of.each("symptoms", Node.name) if "symptoms" in of else (),
        beyond=of.optional("beyond", _amount, None),
    )
    of.done()
    return found


def _grade(node: Node, units: tuple[Unit, ...]) -> Grade:
    of = node.object(f"grade {_BOUND}", _OF_A_BOUND)
    found = Grade(of.get("grade", _whole), _bound(of, units))
    of.done()
    return found


def _bound(of: Members, units: tuple[Unit, ...]) -> Bound:
    when = of.get("when", lambda one: one.among(("above", "reached")))
    if ("value" in of) == ("of" in of):
        of.node.note(N_("expected either a value, or so many times of something"))
    return Bound(
        reached=when == "reached",
        value=of.optional("value", _amount, None),
        also=of.optional("also", lambda one: _in_other_units(one, units), None),
        times=of.optional("times", _amount, Decimal(1)),
        of=of.optional("of", lambda one: Of(one.among(other for other in Of if other is not Of.SHEET)), None),
    )


def _in_other_units(node: Node, units: tuple[Unit, ...]) -> Mapping[str, Decimal]:
    if not isinstance(node.value, dict):
        node.wrong(N_("an object"))
    return {
        _unit_here(node.under(name, name), units).name: _amount(node.under(name, amount))
        for name, amount in node.value.items()
    }


def _unit_here(node: Node, units: tuple[Unit, ...]) -> Unit:
    name = node.among([unit.name for unit in units])
    return next(unit for unit in units if unit.name == name)


def _amount(node: Node) -> Decimal:
    text = node.text()
    if not text.isascii() or not text.replace(".", "", 1).isdecimal():
        node.wrong(N_('an amount as a text, such as "88.57"'))
    return Decimal(text)


def _whole(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        node.wrong(N_("a whole number"))
    return node.value
