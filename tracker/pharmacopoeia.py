"""Reads the substances from the JSON of their file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tracker.errors import N_
from tracker.pharmacy import Form, Margin, Pharmacy, Statement, Substance, Verdict
from tracker.protocols.catalogue import cited, read_or_refuse, source, text_in_both
from tracker.protocols.node import Node
from tracker.vocabulary import plain

_NOUNS = {"substances": N_("substance {number}"), "sources": N_("source {number}")}


def read(value: object, file: str) -> Pharmacy:
    """The substances from the JSON of their file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _pharmacy, _NOUNS)


def _pharmacy(node: Node) -> Pharmacy:
    of = node.object("sources forms substances", "$schema words_beside names_of_several_words last_words")
    sources = of.each("sources", source)
    known = sorted(one.id for one in sources)
    found = Pharmacy(
        substances=of.each("substances", lambda one: _substance(one, known)),
        sources=sources,
        words_of_forms=of.get("forms", _forms),
        **{
            name: of.each(name, Node.text)
            for name in ("words_beside", "names_of_several_words", "last_words")
            if name in of
        },
    )
    of.done()
    _check_that_words_differ(of["substances"], found.substances)
    return found


def _check_that_words_differ(node: Node, substances: Iterable[Substance]) -> None:
    seen: dict[str, str] = {}
    for one in substances:
        for text in {plain(word) for word in (*one.words, *one.unconfirmed)}:
            if seen.setdefault(text, one.code) != one.code:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[text], other=one.code)


def _forms(node: Node) -> Mapping[Form, tuple[str, ...]]:
    of = node.object(" ".join(Form))
    found = {form: of.each(form, Node.text) for form in Form}
    of.done()
    return found


def _substance(node: Node, sources: Sequence[str]) -> Substance:
    of = node.object("code name statements", "aliases unconfirmed only_form of_the_course")
    found = Substance(
        code=of.get("code", Node.name),
        name=of.get("name", text_in_both),
        statements=of.each("statements", lambda one: _statement(one, sources)),
        aliases=of.each("aliases", Node.text) if "aliases" in of else (),
        unconfirmed=of.each("unconfirmed", Node.text) if "unconfirmed" in of else (),
        only_form=of.optional("only_form", lambda one: one.one_of(Form), None),
        of_the_course=of.optional("of_the_course", Node.truth, False),  # noqa: FBT003 - the default of a member
    )
    if not of.node.value.get("statements"):
        node.note(N_("at least one statement is expected"))
    of.done()
    forms = [one.form for one in found.statements]
    if len(set(forms)) < len(forms) or (None in forms and len(forms) > 1):
        node.refuse(N_("two statements are about the same form"))
    return found


def _statement(node: Node, sources: Sequence[str]) -> Statement:
    of = node.object("level reason sources confirmed", "form before after")
    found = Statement(
        verdict=of.get("level", lambda one: one.one_of(Verdict)),
        reason=of.get("reason", text_in_both),
        sources=cited(of, sources),
        form=of.optional("form", lambda one: one.one_of(Form), None),
        confirmed=of.get("confirmed", Node.truth),
        before=of.optional("before", lambda one: _margin(one, sources), None),
        after=of.optional("after", lambda one: _margin(one, sources), None),
    )
    of.done()
    return found


def _margin(node: Node, sources: Sequence[str]) -> Margin:
    of = node.object("span sources confirmed")
    found = Margin(of.get("span", lambda one: one.span(at_least=1)), cited(of, sources),
                   of.get("confirmed", Node.truth))  # fmt: skip
    of.done()
    return found
