"""Reads a protocol: every key, kind, anchor and unit is known, or the file is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.dates import NOTHING, Span
from tracker.errors import N_
from tracker.protocols.node import Node
from tracker.rules import (
    Anchor,
    During,
    Earliest,
    FirstDay,
    Kind,
    Mode,
    Once,
    Permit,
    Point,
    Protocol,
    Remark,
    Repeat,
    Rule,
    Source,
    Status,
    Strength,
    Text,
    Timing,
    Window,
)

_MOST_REPETITIONS = 5_000
"""Of all rules of a programme together, over its duration; the shipped ones have some dozens."""


def protocol(node: Node) -> Protocol:
    """The protocol that a file's top value says; raise ProtocolError where it is wrong."""
    of = node.object(
        "id version status jurisdiction name duration sources rules", "$schema effective_from effective_to remarks"
    )
    sources = tuple(_source(source) for source in of["sources"].list())
    known = {source.id for source in sources}
    rules = tuple(_rule(rule, known) for rule in of["rules"].list())
    if not rules:
        of["rules"].wrong(N_("at least one rule"))
    _check_rule_ids(of["rules"], rules)
    duration = of["duration"].span(at_least=1)
    _check_size(of["rules"], rules, duration)
    return Protocol(
        id=of["id"].name(),
        version=of["version"].text(),
        status=of["status"].one_of(Status),
        effective_from=_optional_day(of.get("effective_from")),
        effective_to=_optional_day(of.get("effective_to")),
        jurisdiction=of["jurisdiction"].text(),
        name=_text(of["name"]),
        duration=duration,
        sources=sources,
        remarks=tuple(_remark(remark, known) for remark in of["remarks"].list()) if "remarks" in of else (),
        rules=rules,
    )


def _check_rule_ids(node: Node, rules: tuple[Rule, ...]) -> None:
    seen: set[str] = set()
    for rule, element in zip(rules, node.list(), strict=True):
        if rule.id in seen:
            element["id"].wrong(N_("an id that no other rule of the file has"))
        seen.add(rule.id)
        if isinstance(rule.timing, Permit):
            for other in element["permit"]["except_after"].list() if rule.timing.except_after else ():
                if other.value not in {rule.id for rule in rules}:
                    other.wrong(N_("the id of a rule in this file"))


def _check_size(node: Node, rules: tuple[Rule, ...], duration: Span) -> None:
    """Refuse what would be planned for minutes: every command plans the whole course."""
    intervals = [rule.timing.every.days_at_most for rule in rules if isinstance(rule.timing, Repeat)]
    count = sum(duration.days_at_most // days for days in intervals)
    if node.bounded and count > _MOST_REPETITIONS:
        node.wrong(N_("at most {most} repetitions in a course of {duration}, not {count}"),
                   most=_MOST_REPETITIONS, duration=duration, count=count)  # fmt: skip


def _rule(node: Node, known: set[str]) -> Rule:
    of = node.object("id kind strength confirmed sources title text", "applies_to " + " ".join(_TIMINGS))
    timings = [name for name in _TIMINGS if name in of]
    if len(timings) != 1:
        node.wrong(N_("exactly one timing of: {choices}"), choices=", ".join(_TIMINGS))
    who = of["applies_to"].object("", "can_become_pregnant") if "applies_to" in of else {}
    return Rule(
        id=of["id"].name(),
        kind=of["kind"].one_of(Kind),
        can_become_pregnant=who["can_become_pregnant"].truth() if who else None,
        strength=of["strength"].one_of(Strength),
        confirmed=of["confirmed"].truth(),
        sources=_cited(of["sources"], known),
        title=_text(of["title"]),
        text=_text(of["text"]),
        timing=_TIMINGS[timings[0]](of[timings[0]]),
    )


def _once(node: Node) -> Timing:
    of = node.object("anchor", "offset not_before earliest window")
    return Once(
        anchor=_anchor(of["anchor"]),
        offset=of["offset"].span(at_least=None) if "offset" in of else NOTHING,
        not_before=of["not_before"].truth() if "not_before" in of else False,
        earliest=tuple(_earliest(gap) for gap in of["earliest"].list()) if "earliest" in of else (),
        window=_window(of["window"]) if "window" in of else None,
    )


def _earliest(node: Node) -> Earliest:
    of = node.object("anchor offset")
    return Earliest(_anchor(of["anchor"]), of["offset"].span())


def _repeat(node: Node) -> Timing:
    of = node.object("anchor every mode", "first window")
    every = of["every"].span(at_least=1)
    first = of["first"].span() if "first" in of else every
    if first.unit is not every.unit:
        of["first"].wrong(N_('the unit of "every" ({unit})'), unit=every.unit.value)
    return Repeat(
        anchor=_anchor(of["anchor"], Point.ENROLMENT, Point.FIRST_DOSE),
        every=every,
        first=first,
        mode=of["mode"].one_of(Mode),
        window=_window(of["window"]) if "window" in of else None,
    )


def _during(node: Node) -> Timing:
    of = node.object("from until", "lead tail")
    return During(
        start=_anchor(of["from"], Point.ENROLMENT, Point.FIRST_DOSE, Point.LAST_DOSE),
        lead=of["lead"].span() if "lead" in of else NOTHING,
        until=_anchor(of["until"], Point.FIRST_DOSE, Point.LAST_DOSE),
        tail=of["tail"].span() if "tail" in of else NOTHING,
    )


def _permit(node: Node) -> Timing:
    of = node.object("opened_by length first_day", "except_after")
    return Permit(
        opened_by=_anchor(of["opened_by"], Point.SPECIMEN, Point.PRESCRIPTION, Point.DISPENSE, Point.LAST_DONE),
        length=of["length"].span(at_least=1),
        first_day=of["first_day"].one_of(FirstDay),
        except_after=tuple(rule.name() for rule in of["except_after"].list()) if "except_after" in of else (),
    )


_TIMINGS: dict[str, Callable[[Node], Timing]] = {"once": _once, "repeat": _repeat, "span": _during, "permit": _permit}


def _anchor(node: Node, *allowed: Point) -> Anchor:
    point, _, kind = node.text().partition(":")
    points = allowed or tuple(Point)
    if point == "planned-end":
        node.wrong(N_("an anchor that has happened; nothing may hang on a planned end (use last-dose)"))
    if point not in points or (point == Point.LAST_DONE) != bool(kind) or (kind and kind not in tuple(Kind)):
        names = ", ".join(f"{name}:<kind>" if name is Point.LAST_DONE else name for name in points)
        node.wrong(N_("one of: {choices}"), choices=names)
    return Anchor(Point(point), Kind(kind) if kind else None)


def _window(node: Node) -> Window:
    of = node.object("", "before after")
    return Window(
        of["before"].span() if "before" in of else NOTHING,
        of["after"].span() if "after" in of else NOTHING,
    )


def _cited(node: Node, known: set[str]) -> tuple[str, ...]:
    cited = []
    for source in node.list():
        if not isinstance(source.value, str) or source.value not in known:
            source.wrong(N_('the id of an entry of "sources" in this file'))
        cited.append(source.value)
    if not cited:
        node.wrong(N_("at least one source"))
    return tuple(cited)


def _source(node: Node) -> Source:
    of = node.object("id tier title", "date")
    tier = of["tier"].text()
    if tier not in ("R", "G", "C", "S"):
        of["tier"].wrong(N_("one of: {choices}"), choices="R, G, C, S")
    dated = of["date"].text() if "date" in of and of["date"].value is not None else None
    return Source(of["id"].text(), tier, of["title"].text(), dated)


def _remark(node: Node, known: set[str]) -> Remark:
    of = node.object("text confirmed sources")
    return Remark(text=_text(of["text"]), confirmed=of["confirmed"].truth(), sources=_cited(of["sources"], known))


def _text(node: Node) -> Text:
    of = node.object("en ja")
    return Text(of["en"].text(), of["ja"].text())


def _optional_day(node: Node | None) -> date | None:
    return None if node is None or node.value is None else node.day()
