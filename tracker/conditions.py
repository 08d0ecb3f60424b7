"""The allergies and illnesses of ``schemas/conditions.json``, and which of them a text in own words mentions.

A word of the list counts where it stands whole; what is only near one is offered by whoever asks, never taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from tracker.errors import N_
from tracker.lexicon import plain
from tracker.mentioned import Finder, folded, says_nothing
from tracker.pharmacy import Condition, Statement, Verdict
from tracker.protocols import schemas
from tracker.protocols.catalogue import cited, read_or_refuse, source, text_in_both
from tracker.protocols.node import Node
from tracker.rules import Source

_FILE = "conditions.json"
_NOUNS = {"conditions": N_("condition {number}"), "sources": N_("source {number}")}
_KINDS = ("allergy", "illness")
_OF_AN_ALLERGY = re.compile(r"allerg|anaphyla|intoleran|hypersensitiv|アレルギー|あれるぎー|アナフィラキシー|過敏")
_ALIKE = 0.8
"""How much alike a part of a text has to be to a word for its condition to be offered."""
_LONG_ENOUGH = 4
"""Letters of what was typed that may be a part of a word."""
_MOST_OFFERED = 3


class Conditions(Struct, frozen=True):
    """Every condition that is known here."""

    conditions: tuple[Condition, ...]
    sources: tuple[Source, ...]


class Named(Struct, frozen=True):
    """A condition that a text mentions, by one of its words."""

    condition: Condition
    word: str
    is_confirmed: bool
    """Whether a source names this word."""


class Mentioned(Struct, frozen=True):
    """What a text mentions of the conditions."""

    there: tuple[Named, ...]
    denied: tuple[Condition, ...] = ()
    """What it says is not there."""
    near: tuple[Condition, ...] = ()
    """What may have been meant, where it mentions none."""
    is_nothing: bool = False
    """Whether it says that there is nothing."""


@cache
def conditions() -> Conditions:
    """Every condition; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), _FILE)


def mentioned_in(text: str, *, of_an_allergy: bool) -> Mentioned:
    """What a text mentions; the words of an allergy count only where it is about one."""
    is_allergy = of_an_allergy or _OF_AN_ALLERGY.search(folded(text)) is not None
    words = {word: one for word, one in _by_words().items() if is_allergy or not one.condition.is_allergy}
    found = _finder(is_allergy).mentions(text)
    there = {words[word].condition.code: words[word] for word in reversed(found.there)}
    # A word that a source names goes before one that none does.
    there |= {words[word].condition.code: words[word] for word in reversed(found.there) if words[word].is_confirmed}
    denied = {words[word].condition.code for word in found.denied} - there.keys()
    near = () if there or denied else _near(text, words)
    in_order = conditions().conditions
    return Mentioned(tuple(there[one.code] for one in in_order if one.code in there),
                     tuple(one for one in in_order if one.code in denied), near, says_nothing(text))  # fmt: skip


@cache
def _by_words() -> dict[str, Named]:
    found: dict[str, Named] = {}
    for one in conditions().conditions:
        found |= {word: Named(one, word, is_confirmed=False) for word in one.unconfirmed}
        found |= {word: Named(one, word, is_confirmed=True) for word in _confirmed(one)}
    return found


@cache
def _finder(is_allergy: bool) -> Finder:  # noqa: FBT001 - the key of a cache
    return Finder(word for word, one in _by_words().items() if is_allergy or not one.condition.is_allergy)


def _confirmed(one: Condition) -> tuple[str, ...]:
    return one.code, one.name.en, one.name.ja, *one.aliases


def _near(text: str, words: dict[str, Named]) -> tuple[Condition, ...]:
    """What may have been meant: a word that is much like a part of the text, or that the text is a part of."""
    import difflib  # only where nothing is known

    by_plain = {plain(word): one.condition for word, one in words.items()}
    parts = folded(text).split()
    tried = {plain(text), *(plain(" ".join(parts[at:end])) for at in range(len(parts)) for end in (at + 1, at + 2))}
    tried = {one for one in tried if len(one) >= (_LONG_ENOUGH if one.isascii() else 2)}
    found = [known for one in sorted(tried)
             for known in difflib.get_close_matches(one, by_plain, n=_MOST_OFFERED, cutoff=_ALIKE)]  # fmt: skip
    found += [known for known in by_plain for one in sorted(tried) if one in known]
    return tuple({by_plain[known].code: by_plain[known] for known in found}.values())[:_MOST_OFFERED]


def read(value: object, file: str) -> Conditions:
    """The conditions from the JSON of their file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _conditions, _NOUNS)


def _conditions(node: Node) -> Conditions:
    of = node.object("sources conditions", "$schema")
    sources = of.each("sources", source)
    known = sorted(one.id for one in sources)
    found = Conditions(of.each("conditions", lambda one: _condition(one, known)), sources)
    of.done()
    _check_that_words_differ(of["conditions"], found.conditions)
    return found


def _check_that_words_differ(node: Node, found: Iterable[Condition]) -> None:
    seen: dict[str, str] = {}
    for one in found:
        for text in {plain(word) for word in (*_confirmed(one), *one.unconfirmed)}:
            if seen.setdefault(text, one.code) != one.code:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=seen[text], other=one.code)


def _condition(node: Node, sources: Sequence[str]) -> Condition:
    of = node.object("code name kind lasting level reason sources confirmed", "aliases unconfirmed remark")
    found = Condition(
        code=of.get("code", Node.name),
        name=of.get("name", text_in_both),
        is_allergy=of.get("kind", lambda one: one.among(_KINDS)) == _KINDS[0],
        lasting=of.get("lasting", Node.truth),
        statement=Statement(
            verdict=of.get("level", lambda one: one.one_of(Verdict)),
            reason=of.get("reason", text_in_both),
            sources=cited(of, sources),
            confirmed=of.get("confirmed", Node.truth),
        ),
        aliases=of.each("aliases", Node.text) if "aliases" in of else (),
        unconfirmed=of.each("unconfirmed", Node.text) if "unconfirmed" in of else (),
        remark=of.optional("remark", text_in_both, None),
    )
    of.done()
    return found
