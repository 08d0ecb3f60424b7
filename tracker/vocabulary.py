"""The vocabularies of coded observations: codes, their names in both languages, and what people type for them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts.kind import Amount, Term
from tracker.protocols import schemas
from tracker.protocols.faults import refusal
from tracker.protocols.node import Node, read_whole
from tracker.rules import Text

_LARGEST_GRADE, _LARGEST_COUNT = 9, 9999
"""What a code may say at most that can be meant."""
_NOUNS = {"codes": N_("code {number}"), "sites": N_("site {number}")}
"""What an element of each list is called where it is wrong: gettext message ids."""
_NEAR = 0.6
"""How alike two words have to be for one to be offered in place of the other."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a source says of a code, said when it is recorded with a value other than ``unless``."""

    text: Text
    sources: tuple[str, ...]
    unless: int


@dataclass(frozen=True, slots=True)
class Word:
    """A code: what was observed, or where."""

    code: str
    name: Text
    aliases: tuple[str, ...]
    is_graded: bool = False
    most: int = 0
    """The largest count or grade that can be meant."""
    grades: tuple[Text, ...] = ()
    is_truth: bool = False
    """Whether its value is yes (1) or no (0)."""
    may_be_bare: bool = False
    """Whether it may be recorded without a value."""
    remark: Remark | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The codes of a family, and the parts of the body that may be named with them."""

    family: str
    sources: tuple[str, ...]
    codes: tuple[Word, ...]
    sites: tuple[Word, ...]

    def code(self, typed: str) -> Word:
        """The code that was typed, by itself, a name or an alias; raise InputError where it is none of them."""
        return _found(self._codes, typed, N_('"{typed}" is no word of {family}'), self.family)

    def known(self, typed: str) -> Word | None:
        """The code that was typed, or None."""
        return self._codes.get(plain(typed))

    def near(self, typed: str, alike: float = _NEAR) -> list[str]:
        """The codes whose words are as much alike as this to what was typed, the nearest first."""
        return _near(self._codes, typed, alike)

    def site(self, typed: str) -> Word:
        """The part of the body that was typed; raise InputError where it is none of them."""
        if not self.sites:
            raise InputError(N_("{family} has no areas"), family=Phrase(self.family))
        return _found(self._sites, typed, N_('"{typed}" is no area of {family}'), self.family)

    def named(self, code: str) -> Text:
        """The name of a code or site; the code itself where a newer isotrack recorded one that is not known here."""
        known = next((word.name for word in (*self.codes, *self.sites) if word.code == code), None)
        return known or Text(code, code)

    def word(self, code: str) -> Word | None:
        """The word of a code; None where a newer isotrack recorded one that is not known here."""
        return next((word for word in self.codes if word.code == code), None)

    @cached_property
    def _codes(self) -> dict[str, Word]:
        return _by_words(self.codes)

    @cached_property
    def _sites(self) -> dict[str, Word]:
        return _by_words(self.sites)


@cache
def vocabulary(family: str) -> Vocabulary:
    """The vocabulary of a family; raise ProtocolError for a file that is wrong."""
    path = schemas() / "vocabularies" / f"{family}.json"
    return read(json.loads(path.read_text(encoding="utf-8")), path.name)


def _of_its_family(term: Term) -> Text:
    return vocabulary(term.family).named(term.code or "")


def in_words(phrase: Phrase, name_of: Callable[[Term], Text] = _of_its_family) -> Phrase:
    """A phrase with the names of its terms in both languages; ``name_of`` gives them."""
    named: dict[str, Any] = {}
    for name, value in phrase.values.items():
        if isinstance(value, Term):
            named[name] = name_of(value)
        elif isinstance(value, Amount):
            named[name] = measured(vocabulary(value.family).word(value.code), value.value)
        else:
            named[name] = in_words(value, name_of) if isinstance(value, Phrase) else value
    return Phrase(phrase.message, named)


def measured(word: Word | None, value: Decimal) -> Phrase | Decimal:
    """The value of a code as it is said: a yes or a no where the code has those."""
    if word is None or not word.is_truth:
        return value
    return Phrase(N_("yes") if value else N_("no"))


def read(value: object, file: str) -> Vocabulary:
    """A vocabulary from the JSON of its file; raise ProtocolError where that is wrong."""
    found, faults = read_whole(value, _vocabulary)
    if found is None:
        raise refusal(file, faults, value, _NOUNS)
    return found


def _vocabulary(node: Node) -> Vocabulary:
    members = node.object("family sources codes", "sites")
    found = Vocabulary(
        family=members.get("family", Node.name),
        sources=members.each("sources", Node.text),
        codes=members.each("codes", _code),
        sites=members.each("sites", _site) if "sites" in members else (),
    )
    members.done()
    for name, words in (("codes", found.codes), ("sites", found.sites)):
        seen: dict[str, str] = {}
        for word in words:
            for text in _words(word):
                if seen.setdefault(text, word.code) != word.code:
                    members[name].note(N_("{text} stands for {one} and for {other}"),
                                       text=text, one=seen[text], other=word.code)  # fmt: skip
    return found


def plain(typed: str) -> str:
    """A word without what does not tell words apart: width, capitals, blanks, hyphens, the two kana."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    kept = "".join(character for character in folded if not character.isspace() and character not in "-_・")
    return "".join(chr(ord(one) - 0x60) if "\u30a1" <= one <= "\u30f6" else one for one in kept)


def _code(node: Node) -> Word:
    members = node.object("code name value", "aliases most grades bare remark")
    value = members.get("value", lambda one: one.among(("count", "grade", "truth")))
    is_truth = value == "truth"
    grades = members.each("grades", _text) if "grades" in members else ()
    word = Word(
        code=members.get("code", Node.name),
        name=members.get("name", _text),
        aliases=members.each("aliases", Node.text) if "aliases" in members else (),
        is_graded=value == "grade",
        most=members.get("most", lambda one: _most(one, value)) if "most" in members else len(grades) or int(is_truth),
        grades=grades,
        is_truth=is_truth,
        may_be_bare=members.optional("bare", Node.truth, default=False),
        remark=members.optional("remark", _remark, None),
    )
    if not word.most and "most" not in members:
        node.note(N_('the key "{key}" is missing'), key="most")
    members.done()
    return word


def _most(node: Node, value: str) -> int:
    largest = _LARGEST_GRADE if value == "grade" else _LARGEST_COUNT
    if isinstance(node.value, bool) or not isinstance(node.value, int) or not 1 <= node.value <= largest:
        node.wrong(N_("a whole number from 1 to {most}"), most=largest)
    return node.value


def _remark(node: Node) -> Remark:
    members = node.object("text sources unless")
    found = Remark(members.get("text", _text), members.each("sources", Node.text), members.get("unless", _whole))
    members.done()
    return found


def _whole(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        node.wrong(N_("a whole number"))
    return node.value


def _site(node: Node) -> Word:
    members = node.object("code name", "aliases")
    word = Word(
        code=members.get("code", Node.name),
        name=members.get("name", _text),
        aliases=members.each("aliases", Node.text) if "aliases" in members else (),
    )
    members.done()
    return word


def _text(node: Node) -> Text:
    members = node.object("en ja")
    found = Text(members.get("en", Node.text), members.get("ja", Node.text))
    members.done()
    return found


def _words(word: Word) -> set[str]:
    return {plain(text) for text in (word.code, word.name.en, word.name.ja, *word.aliases)}


def _by_words(words: tuple[Word, ...]) -> dict[str, Word]:
    return {text: word for word in words for text in _words(word)}


def _found(words: dict[str, Word], typed: str, message: str, family: str) -> Word:
    word = words.get(plain(typed))
    if word is not None:
        return word
    near = _near(words, typed, _NEAR)
    if near:
        raise NoSuchError(message, N_("did you mean: {near}?"), word=typed, instead=near,
                          typed=typed, family=Phrase(family), near=Listed(tuple(near)))  # fmt: skip
    # Each as it is typed in the language: the names in Japanese are.
    known = {word.code: Text(word.code, word.name.ja) for word in words.values()}
    raise InputError(message, N_("it knows: {codes}"), typed=typed, family=Phrase(family),
                     codes=Listed(tuple(known.values())))  # fmt: skip


def _near(words: dict[str, Word], typed: str, alike: float) -> list[str]:
    import difflib  # only where a word is not known

    found = difflib.get_close_matches(plain(typed), words, cutoff=alike)
    return [*dict.fromkeys(words[text].code for text in found)]
