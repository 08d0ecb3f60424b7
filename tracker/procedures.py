"""The procedures of ``schemas/procedures.json``, and which of them is meant by what is typed.

A name is the same however it is written: width, capitals, blanks, hyphens, the two kana. Whatever else differs is
another name, which is offered at most: a laser that is nearly another is not that one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from tracker.dates import NOTHING
from tracker.errors import N_, Listed, NoSuchError, Phrase
from tracker.facts.kind import Called
from tracker.lexicon import plain
from tracker.protocols import schemas
from tracker.protocols.catalogue import cited, read_or_refuse, source, text_in_both
from tracker.protocols.node import Node
from tracker.rules import Text
from tracker.treatments import Ambiguous, Catalogue, Cover, Downtime, Level, Procedure, Profile, Remark, Saying

_FILE = "procedures.json"
_NOUNS = {
    "procedures": N_("procedure {number}"), "sources": N_("source {number}"),
    "programme_rules": N_("rule of programmes {number}"),
}  # fmt: skip
_ALIKE = 0.6
"""How much alike two names have to be for one to be offered in place of the other."""
_MUCH_ALIKE = 0.75
"""The same where they begin otherwise: ボトックス has an end in common with ワックス, and no more."""
_LONG_ENOUGH = 2
"""Letters of a name that may be found inside another text."""
_MOST_OFFERED = 5
MOST_DAYS = 60
"""Days of downtime that can be meant: a bound against slips, no clinical limit."""


@cache
def catalogue() -> Catalogue:
    """Every procedure; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), _FILE)


def known(typed: str) -> Procedure | None:
    """The procedure of exactly this name."""
    return _by_words().get(plain(typed))


def readings(typed: str) -> list[Procedure]:
    """The procedures that are called by one word, the strictest first; none where it is the name of one or of none."""
    text = plain(typed)
    codes = next((one.procedures for one in catalogue().ambiguous if text in map(plain, one.words)), ())
    return [catalogue().procedures[code] for code in codes]


def as_typed(one: Procedure, language: str) -> str:
    """What is typed for a procedure in a language."""
    return one.name.ja if language == "ja" else one.code


def meant_by(typed: str, language: str = "en") -> Procedure:
    """The procedure of this name; raise InputError that names those that are near it, as a language types them."""
    found = known(typed)
    if found is not None:
        return found
    several = readings(typed)
    like = several or near(typed)
    named = [as_typed(one, language) for one in like]
    raise NoSuchError(
        N_('"{typed}" may be several procedures') if several else N_('"{typed}" is not in the list of procedures'),
        N_("did you mean: {near}") if like else N_("to see them all: {command}"),
        word=typed, instead=named, among=named, typed=typed, near=Listed(tuple(named)),
        command="isotrack list procedures",
    )  # fmt: skip


def name_of(code: str) -> Text:
    """What a procedure is called, or a series of it, potenza-2; the code where this isotrack does not know it."""
    procedures = catalogue().procedures
    if code in procedures:
        return procedures[code].name
    base, _hyphen, number = code.rpartition("-")
    if base in procedures and number.isdecimal():
        name = procedures[base].name
        return Text(f"{name.en} ({number})", f"{name.ja}（{number}）")  # noqa: RUF001
    return Text(code, code)


def in_words(phrase: Phrase) -> Phrase:
    """A phrase with the names of its procedures in both languages."""
    named = {name: name_of(value.code) if isinstance(value, Called) else
             in_words(value) if isinstance(value, Phrase) else value
             for name, value in phrase.values.items()}  # fmt: skip
    return replace(phrase, values=named)


@cache
def _by_words() -> Mapping[str, Procedure]:
    return {plain(word): one for one in catalogue().procedures.values() for word in one.words}


def near(typed: str) -> list[Procedure]:
    """What may have been meant: a name that stands inside what was typed or around it, or one much like it."""
    import difflib  # only where a name is not known

    words, text = _by_words(), plain(typed)
    inside = [word for word in words if len(word) > _LONG_ENOUGH and word in text]
    around = [word for word in words if len(text) >= _LONG_ENOUGH and text in word]
    parts = [*sorted(inside, key=len, reverse=True), *around]
    alike = parts or [
        one
        for one in difflib.get_close_matches(text, words, n=_MOST_OFFERED, cutoff=_ALIKE)
        if one[0] == text[0] or difflib.SequenceMatcher(None, one, text).ratio() >= _MUCH_ALIKE
    ]
    found = dict.fromkeys(words[word].code for word in alike)
    return [catalogue().procedures[code] for code in list(found)[:_MOST_OFFERED]]


def read(value: object, file: str) -> Catalogue:
    """The procedures from the JSON of their file; raise ProtocolError where that is wrong."""
    return read_or_refuse(value, file, _catalogue, _NOUNS)


def _catalogue(node: Node) -> Catalogue:
    of = node.object("sources profiles programme_rules procedures", "$schema ambiguous")
    sources = of.each("sources", source)
    cited_ids = sorted(one.id for one in sources)
    procedures = of.each("procedures", lambda one: _procedure(one, cited_ids))
    codes = [one.code for one in procedures]
    found = Catalogue(
        procedures={one.code: one for one in procedures},
        covers=of.each("programme_rules", lambda one: _cover(one, codes)),
        sources=sources,
        profiles=of.get("profiles", _profiles),
        ambiguous=of.each("ambiguous", lambda one: _ambiguous(one, codes)) if "ambiguous" in of else (),
    )
    of.done()
    _check_that_words_differ(of["procedures"], procedures)
    return found


def _check_that_words_differ(node: Node, procedures: Iterable[Procedure]) -> None:
    seen: dict[str, int] = {}
    listed = list(procedures)
    for number, one in enumerate(listed):
        for text in {plain(word) for word in one.words}:
            if (other := seen.setdefault(text, number)) != number:
                node.note(N_("{text} stands for {one} and for {other}"), text=text, one=listed[other].code,
                          other=one.code)  # fmt: skip


def _ambiguous(node: Node, codes: Sequence[str]) -> Ambiguous:
    of = node.object("words procedures")
    found = Ambiguous(of.each("words", Node.text), of.each("procedures", lambda one: one.among(codes)))
    of.done()
    return found


def _profiles(node: Node) -> Mapping[Profile, Text]:
    of = node.object(" ".join(Profile))
    found = {profile: of.get(profile, text_in_both) for profile in Profile}
    of.done()
    return found


def _cover(node: Node, codes: Sequence[str]) -> Cover:
    of = node.object("programmes rule", "profile procedures except")
    said = [key for key in ("procedures", "except") if key in of]
    if len(said) != 1:
        node.refuse(N_('either "procedures" or "except" is expected'))
    named = frozenset(of.each(said[0], lambda one: one.among(codes)))
    found = Cover(
        programmes=of.each("programmes", Node.name),
        rule=of.get("rule", Node.name),
        procedures=named if said == ["procedures"] else frozenset(codes) - named,
        profile=of.optional("profile", lambda one: one.one_of(Profile), None),
    )
    of.done()
    return found


def _procedure(node: Node, sources: Sequence[str]) -> Procedure:
    of = node.object("code name rules", "aliases unconfirmed downtime remarks")
    found = Procedure(
        code=of.get("code", Node.name),
        name=of.get("name", text_in_both),
        sayings=of.each("rules", lambda one: _saying(one, sources)),
        aliases=of.each("aliases", Node.text) if "aliases" in of else (),
        unconfirmed=of.each("unconfirmed", Node.text) if "unconfirmed" in of else (),
        downtime=of.optional("downtime", lambda one: _downtime(one, sources), None),
        remarks=of.each("remarks", lambda one: _remark(one, sources)) if "remarks" in of else (),
    )
    if not of.node.value.get("rules"):
        node.note(N_("at least one rule is expected"))
    of.done()
    if any(one.profile is Profile.CONSENSUS and one.level is Level.ALLOWED for one in found.sayings):
        node.refuse(N_("a consensus allows nothing by itself: ask-clinic at most"))
    return found


def _saying(node: Node, sources: Sequence[str]) -> Saying:
    of = node.object("level text sources confirmed", "profile lead tail")
    found = Saying(
        level=of.get("level", lambda one: one.one_of(Level)),
        text=of.get("text", text_in_both),
        sources=cited(of, sources),
        confirmed=of.get("confirmed", Node.truth),
        profile=of.optional("profile", lambda one: one.one_of(Profile), None),
        lead=of.optional("lead", lambda one: one.span(at_least=1), NOTHING),
        tail=of.optional("tail", lambda one: one.span(at_least=1), NOTHING),
    )
    of.done()
    return found


def _downtime(node: Node, sources: Sequence[str]) -> Downtime:
    of = node.object("text sources confirmed", "days")
    found = Downtime(
        text=of.get("text", text_in_both),
        sources=cited(of, sources),
        days=of.optional("days", _days, None),
        confirmed=of.get("confirmed", Node.truth),
    )
    of.done()
    return found


def _days(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int) or not 0 <= node.value <= MOST_DAYS:
        node.wrong(N_("a whole number of days from 0 to {most}"), most=MOST_DAYS)
    return node.value


def _remark(node: Node, sources: Sequence[str]) -> Remark:
    of = node.object("text sources")
    found = Remark(of.get("text", text_in_both), cited(of, sources))
    of.done()
    return found
