"""Reads a protocol: every key, kind, anchor and unit is known, or the file is refused with all that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from tracker.dates import NOTHING, Span
from tracker.errors import N_, Listed
from tracker.protocols.catalogue import text_in_both
from tracker.protocols.node import Members, Node, SpoiltError
from tracker.rules import (
    Anchor,
    During,
    Earliest,
    Explained,
    FirstDay,
    Kind,
    Mode,
    Once,
    Panel,
    Permit,
    Point,
    Protocol,
    Remark,
    Repeat,
    Rule,
    Source,
    Status,
    Strength,
    Timing,
    Window,
)

_OLDEST = 120
"""Years that an age may be given as, against slips."""
_MOST_REPETITIONS = 5_000
"""Of all rules of a programme together, over its duration; the shipped ones have some dozens."""
_TIERS = ("R", "G", "C", "S")
_TIMINGS = ("once", "repeat", "span", "permit")
NOUNS = {"rules": N_("rule {number}"), "sources": N_("source {number}"), "remarks": N_("remark {number}")}
"""What an element of each list of the file is called: gettext message ids."""


class _Known(Struct, frozen=True):
    """The ids in the file that its rules and remarks name; None where not all of them can be seen."""

    sources: tuple[str, ...] | None
    rules: tuple[str, ...] | None


_A_SOURCE, _A_RULE = N_('the id of an entry of "sources" in this file'), N_("the id of a rule in this file")


def protocol(node: Node) -> Protocol:
    """The protocol that a file's top value says."""
    of = node.object(
        "id version status jurisdiction name duration sources rules", "$schema effective_from effective_to remarks"
    )
    known = _Known(_ids(of, "sources"), _ids(of, "rules"))
    sources = of.each("sources", _source)
    rules = of.each("rules", lambda rule: _rule(rule, known))
    of.get("rules", _check_ids)
    duration = of.get("duration", lambda span: span.span(at_least=1))
    of.get("rules", lambda node: _check_size(node, rules, duration))
    id_, version = of.get("id", Node.name), of.get("version", Node.text)
    status, jurisdiction = of.get("status", lambda one: one.one_of(Status)), of.get("jurisdiction", Node.text)
    since = of.optional("effective_from", _optional_day, None)
    until = of.optional("effective_to", _optional_day, None)
    name = of.get("name", text_in_both)
    remarks = of.each("remarks", lambda remark: _remark(remark, known)) if "remarks" in of else ()
    of.done()
    return Protocol(
        id=id_, version=version, status=status, effective_from=since, effective_to=until, jurisdiction=jurisdiction,
        name=name, duration=duration, sources=sources, remarks=remarks, rules=rules,
    )  # fmt: skip


def _ids(of: Members, key: str) -> tuple[str, ...] | None:
    """The ids of the entries of a list; None where one of them cannot be seen."""
    entries = of.node.value.get(key)
    if not isinstance(entries, list):
        return None
    found = [entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    return tuple(found) if len(found) == len(entries) else None


def _check_ids(node: Node) -> None:
    """Every rule has an id of its own."""
    seen = set()
    for rule in node.list():
        name = rule.value.get("id") if isinstance(rule.value, dict) else None
        if isinstance(name, str) and name in seen:
            rule.under("id", name).note(N_("another rule of the file has this id"))
        seen.add(name if isinstance(name, str) else None)
    if not seen:
        node.refuse(N_("at least one rule is expected"))


def _check_size(node: Node, rules: tuple[Rule, ...], duration: Span | None) -> None:
    """Refuse what would be planned for minutes: every command plans the whole course."""
    if duration is None:
        return
    intervals = [rule.timing.every.days_at_most for rule in rules if isinstance(rule.timing, Repeat)]
    count = sum(duration.days_at_most // days for days in intervals)
    if node.bounded and count > _MOST_REPETITIONS:
        node.note(N_("at most {most} repetitions in a course of {duration} can be planned, not {count}"),
                  most=_MOST_REPETITIONS, duration=duration, count=count)  # fmt: skip


def _rule(node: Node, known: _Known) -> Rule:
    of = node.object("id kind strength confirmed sources title text", "applies_to points panel " + " ".join(_TIMINGS))
    readers: dict[str, Callable[[Node], Timing]] = {
        "once": _once, "repeat": _repeat, "span": _during, "permit": lambda timing: _permit(timing, known)
    }  # fmt: skip
    found = [of.get(name, read) for name, read in readers.items() if name in of]
    if len(found) != 1:
        node.note(N_("exactly one timing is expected of: {choices}"), choices=Listed(_TIMINGS))
    id_, kind = of.get("id", Node.name), of.get("kind", lambda one: one.one_of(Kind))
    who = of.optional("applies_to", _applies_to, None)
    strength, confirmed = of.get("strength", lambda one: one.one_of(Strength)), of.get("confirmed", Node.truth)
    sources = of.get("sources", lambda entries: _cited(entries, known))
    title, text = of.get("title", text_in_both), of.get("text", text_in_both)
    points = of.each("points", lambda point: _explained(point, known)) if "points" in of else ()
    if points and kind is not Kind.ATTESTATION:
        of["points"].note(N_("only an attestation has points"))
    panel = of.optional("panel", lambda one: _panel(one, known), None)
    if panel is not None and kind is not Kind.BLOOD_TEST:
        of["panel"].note(N_("only a blood test has a panel"))
    of.done()
    if len(found) != 1:
        raise SpoiltError
    return Rule(
        id=id_, kind=kind, can_become_pregnant=who, strength=strength, confirmed=confirmed, sources=sources,
        title=title, text=text, timing=found[0], points=points, panel=panel,
    )  # fmt: skip


def _explained(node: Node, known: _Known) -> Explained:
    of = node.object("point text confirmed sources")
    found = Explained(
        point=of.get("point", Node.name),
        text=of.get("text", text_in_both),
        confirmed=of.get("confirmed", Node.truth),
        sources=of.get("sources", lambda entries: _cited(entries, known)),
    )
    of.done()
    return found


def _panel(node: Node, known: _Known) -> Panel:
    of = node.object("analytes confirmed sources", "first")
    found = Panel(
        analytes=of.get("analytes", _codes),
        confirmed=of.get("confirmed", Node.truth),
        sources=of.get("sources", lambda entries: _cited(entries, known)),
        first=of.optional("first", _codes, None),
    )
    of.done()
    return found


def _codes(node: Node) -> tuple[str, ...]:
    found = node.each(Node.name)
    if not found:
        node.refuse(N_("at least one analyte is expected"))
    return found


def _applies_to(node: Node) -> bool | None:
    of = node.object("", "can_become_pregnant")
    found = of.optional("can_become_pregnant", Node.truth, None)
    of.done()
    return found


def _once(node: Node) -> Timing:
    of = node.object("anchor", "offset not_before earliest window")
    found = Once(
        anchor=of.get("anchor", _anchor),
        offset=of.optional("offset", lambda span: span.span(at_least=None), NOTHING),
        not_before=of.optional("not_before", Node.truth, default=False),
        earliest=of.each("earliest", _earliest) if "earliest" in of else (),
        window=of.optional("window", _window, None),
    )
    of.done()
    return found


def _earliest(node: Node) -> Earliest:
    of = node.object("anchor offset")
    found = Earliest(of.get("anchor", _anchor), of.get("offset", Node.span))
    of.done()
    return found


def _repeat(node: Node) -> Timing:
    of = node.object("anchor every mode", "first window")
    every = of.get("every", lambda span: span.span(at_least=1))
    found = Repeat(
        anchor=of.get("anchor", lambda one: _anchor(one, Point.ENROLMENT, Point.FIRST_DOSE)),
        every=every,
        first=of.optional("first", lambda span: _first(span, every), every),
        mode=of.get("mode", lambda one: one.one_of(Mode)),
        window=of.optional("window", _window, None),
    )
    of.done()
    return found


def _first(node: Node, every: Span | None) -> Span:
    found = node.span()
    if every is not None and found.unit is not every.unit:
        node.wrong(N_('the unit of "every" ({unit})'), unit=every.unit.value)
    return found


def _during(node: Node) -> Timing:
    of = node.object("from until", "lead tail")
    found = During(
        start=of.get("from", lambda one: _anchor(one, Point.ENROLMENT, Point.FIRST_DOSE, Point.LAST_DOSE)),
        lead=of.optional("lead", Node.span, NOTHING),
        until=of.get("until", lambda one: _anchor(one, Point.FIRST_DOSE, Point.LAST_DOSE)),
        tail=of.optional("tail", Node.span, NOTHING),
    )
    of.done()
    return found


def _permit(node: Node, known: _Known) -> Timing:
    of = node.object("opened_by length first_day", "except_after")
    found = Permit(
        opened_by=of.get("opened_by", lambda one: _anchor(one, *_OPENING)),
        length=of.get("length", lambda span: span.span(at_least=1)),
        first_day=of.get("first_day", lambda one: one.one_of(FirstDay)),
        except_after=of.optional(
            "except_after", lambda rules: rules.each(lambda rule: _of(rule, known.rules, _A_RULE)), ()
        ),
    )
    of.done()
    return found


_OPENING = (Point.SPECIMEN, Point.PRESCRIPTION, Point.DISPENSE, Point.LAST_DONE)


def _anchor(node: Node, *allowed: Point) -> Anchor:
    point, _, kind = node.text().partition(":")
    points = allowed or tuple(Point)
    if point == "planned-end":
        node.refuse(N_("nothing may hang on a planned end: use an anchor that has happened, such as last-dose"))
    if point not in points or (point == Point.LAST_DONE) != bool(kind) or (kind and kind not in tuple(Kind)):
        names = [f"{name}:<kind>" if name is Point.LAST_DONE else name.value for name in points]
        of_kinds = [f"{Point.LAST_DONE}:{one}" for one in Kind] if Point.LAST_DONE in points else []
        node.wrong_choice(N_("one of: {choices}"), [*names, *of_kinds], choices=Listed(tuple(names)))
    return Anchor(Point(point), Kind(kind) if kind else None)


def _window(node: Node) -> Window:
    of = node.object("", "before after")
    found = Window(of.optional("before", Node.span, NOTHING), of.optional("after", Node.span, NOTHING))
    of.done()
    return found


def _cited(node: Node, known: _Known) -> tuple[str, ...]:
    cited = node.each(lambda source: _of(source, known.sources, _A_SOURCE))
    if not cited:
        node.refuse(N_("at least one source is expected"))
    return cited


def _of(node: Node, known: tuple[str, ...] | None, expected: str) -> str:
    """The id of another entry of the file."""
    if not isinstance(node.value, str) or (known is not None and node.value not in known):
        node.wrong_choice(expected, known or ())
    return node.value


def _source(node: Node) -> Source:
    of = node.object("id tier title", "ja date")
    found = Source(
        of.get("id", Node.text),
        of.get("tier", lambda tier: tier.among(_TIERS)),
        of.get("title", Node.text),
        of.optional("date", lambda dated: None if dated.value is None else dated.text(), None),
        of.optional("ja", Node.text, None),
    )
    of.done()
    return found


def _remark(node: Node, known: _Known) -> Remark:
    of = node.object("text confirmed sources", "min_age")
    found = Remark(
        text=of.get("text", text_in_both),
        confirmed=of.get("confirmed", Node.truth),
        sources=of.get("sources", lambda entries: _cited(entries, known)),
        min_age=of.optional("min_age", _age, None),
    )
    of.done()
    return found


def _age(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int) or not 1 <= node.value <= _OLDEST:
        node.wrong(N_("a whole number from 1 to {most}"), most=_OLDEST)
    return int(node.value)


def _optional_day(node: Node) -> date | None:
    return None if node.value is None else node.day()
