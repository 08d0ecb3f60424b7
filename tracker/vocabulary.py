"""The vocabularies of coded observations: codes, their names in both languages, and what people type for them.

A word is found by its code, a name or an alias, whatever its width and capitals, and in the forms of them that say the
same (``tracker.phrasing``). What is only near one is asked about by whoever asks, never taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tracker import wordlists
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts.kind import Amount, Term
from tracker.lexicon import NOTHING, Lexicon, Word, plain
from tracker.protocols import schemas
from tracker.rules import Text
from tracker.wordlists import words_of

if TYPE_CHECKING:
    from tracker.asking import Asking
    from tracker.likeness import Likeness
    from tracker.phrasing import Phrasing

__all__ = ["Vocabulary", "Word", "graded", "in_words", "plain", "read", "vocabulary"]

_NEAR = 0.6
"""How alike words have to be for one to be offered in place of another."""
_PART = {True: 3, False: 2}
"""Letters that the beginning of a word has at least to stand for it: in Latin letters, in others."""
_BETWEEN_NAMES = r"[/／()（）\[\]［］・]+"  # noqa: RUF001 - as sheets print them
_DENIES = re.compile("な(?:い|く|し)|せん|ず$")
_IN_WHICH = re.compile("[にをとで後]")
"""Behind what is there while something is felt, and is not what is felt: 鼻水に血が混じる, 運動後の筋肉痛."""


class Vocabulary(Struct, frozen=True, dict=True):
    """The words of a family, found by what is typed for them."""

    family: str
    sources: tuple[str, ...]
    codes: tuple[Word, ...]
    sites: tuple[Word, ...]
    data: Lexicon = NOTHING
    """All that its file says, where it comes from one."""

    def code(self, typed: str) -> Word:
        """The code that was typed, by itself, a name or an alias; raise InputError where it is none of them."""
        known = self.known(typed)
        return known or _found(self._codes, typed, N_('"{typed}" is no word of {family}'), N_("its words: {codes}"),
                               self.family)  # fmt: skip

    def known(self, typed: str) -> Word | None:
        """The code that was typed, to the letter or in a form that says the same, or None."""
        word = self._codes.get(plain(typed))
        if word is not None or not self.data.same:
            return word
        key = self.phrasing.key(typed)
        return None if self.asking.by_name(typed, key) else self._keys.get(key)

    def asked(self, typed: str) -> tuple[Word, ...]:
        """What may be meant by words that are asked about and never taken."""
        return self.asking.by_name(typed, self.phrasing.key(typed)) if self.data.asked else ()

    def said_by(self, typed: str) -> tuple[Word, ...]:
        """The code that was typed, or those that are asked about in its place."""
        word = self.known(typed)
        return (word,) if word is not None else self.asked(typed)

    def known_by_names(self, typed: str) -> Word | None:
        """The code of a name, or of several names for it that stand beside each other: GOT（AST）, ALT/GPT."""
        word = self.known(typed)
        if word is not None:
            return word
        said = typed.split()
        halves = ([" ".join(said[:at]), " ".join(said[at:])] for at in range(1, len(said)))
        for cut in (re.split(_BETWEEN_NAMES, typed), *halves):
            found = [self.known(part) for part in cut if part.strip()]
            if len(found) > 1 and found.count(found[0]) == len(found):
                return found[0]
        return None

    def named_by(self, typed: str) -> tuple[tuple[Word, int | None], ...]:
        """The symptoms that what was typed for a red flag names as well, each with the grade that it says."""
        found = self._also.get(plain(typed)) or self._also.get(self.phrasing.key(typed)) if self._also else None
        return found or ()

    def begun(self, typed: str) -> Word | None:
        """The only code whose words begin so, where that is said clearly enough; never a red flag."""
        text = plain(typed)
        if len(text) < _PART[text.isascii()]:
            return None
        found = {word.code: word for word in self._words if any(_may_be_begun(one, text) for one in _texts(word))}
        word = next(iter(found.values())) if len(found) == 1 else None
        return None if word is None or word.records or word.flag_at(None) else word

    def known_site(self, typed: str) -> Word | None:
        """The part of the body that was typed, or None."""
        return self._sites.get(plain(typed))

    def near(self, typed: str, alike: float = _NEAR) -> list[str]:
        """The codes whose words are as much alike as this to what was typed, the nearest first."""
        return _near(self._codes, typed, alike)

    def meant(self, typed: str) -> list[Word]:
        """The codes that may be meant by what was typed, red flags first: alike, a part of it, or in other words."""
        return self.likeness.meant(typed)

    def flag(self, typed: str) -> Word | None:
        """What is a red flag by its name, or that of a symptom that is one; None where it is none."""
        word = self.known(typed)
        code = word.flag_at(max(word.most, 1)) if word is not None else None
        return self.data.word(code) if code is not None else None

    def site(self, typed: str) -> Word:
        """The part of the body that was typed; raise InputError where it is none of them."""
        if not self.sites:
            raise InputError(N_("{family} has no areas"), family=Phrase(self.family))
        return _found(self._sites, typed, N_('"{typed}" is no area of {family}'), N_("its areas: {codes}"), self.family)

    def named(self, code: str) -> Text:
        """The name of a code or site; the code itself where a newer isotrack recorded one that is not known here."""
        known = next((word.name for word in (*self._words, *self.sites) if word.code == code), None)
        return known or Text(code, code)

    def word(self, code: str) -> Word | None:
        """The word of a code; None where a newer isotrack recorded one that is not known here."""
        return next((word for word in self._words if word.code == code), None)

    @cached_property
    def _codes(self) -> dict[str, Word]:
        return _by_words(self._words)

    @property
    def _words(self) -> tuple[Word, ...]:
        return (*self.codes, *self.data.flags)

    @cached_property
    def phrasing(self) -> Phrasing:
        """In which forms its words are said."""
        from tracker.phrasing import Phrasing  # start-up: as above

        return Phrasing(self.data.same)

    @cached_property
    def _also(self) -> dict[str, tuple[tuple[Word, int | None], ...]]:
        """By what is typed for red flags, to the letter or in a form, the symptoms that it names as well."""
        found: dict[str, tuple[tuple[Word, int | None], ...]] = {}
        for one in (one for flag in self.data.flags for one in flag.also):
            word = self.data.word(one.code)
            for text in {known for alias in one.aliases for known in (plain(alias), self.phrasing.key(alias)) if known}:
                found[text] = (*found.get(text, ()), *([(word, one.grade)] if word is not None else []))
        return found

    @cached_property
    def _keys(self) -> dict[str, Word]:
        """The words by what they have in common with all that says the same; without what two have in common."""
        found: dict[str, Word | None] = {}
        for word in self._words:
            for text in (word.name.en, word.name.ja, *word.aliases):
                key = self.phrasing.key(text)
                if key and found.setdefault(key, word) is not word:
                    found[key] = None
        return {key: word for key, word in found.items() if word is not None}

    @cached_property
    def asking(self) -> Asking:
        """What is asked about."""
        from tracker.asking import asking  # start-up: as above

        return asking(self.data, self.phrasing)

    @cached_property
    def likeness(self) -> Likeness:
        """What its words are held against that are none of them."""
        from tracker.likeness import Likeness  # start-up: only where a word is not known

        texts = {plain(text): text for word in self._words for text in _texts(word)}
        return Likeness(self._codes, texts, self.phrasing, bool(self.data.same))

    @cached_property
    def _sites(self) -> dict[str, Word]:
        return _by_words(self.sites)


@cache
def vocabulary(family: str) -> Vocabulary:
    """The vocabulary of a family; raise ProtocolError for a file that is wrong."""
    path = schemas() / "vocabularies" / f"{family}.json"
    return read(json.loads(path.read_text(encoding="utf-8")), path.name)


def read(value: object, file: str) -> Vocabulary:
    """A vocabulary from the JSON of its file; raise ProtocolError where that is wrong."""
    found = wordlists.read(value, file)
    return Vocabulary(found.family, found.sources, found.codes, found.sites, found)


def _of_its_family(term: Term) -> Text:
    return vocabulary(term.family).named(term.code or "")


def in_words(phrase: Phrase, name_of: Callable[[Term], Text] = _of_its_family) -> Phrase:
    """A phrase with the names of its terms in both languages; ``name_of`` gives them."""
    named: dict[str, Any] = {}
    for name, value in phrase.values.items():
        if isinstance(value, Term):
            named[name] = name_of(value)
        elif isinstance(value, Amount):
            word = vocabulary(value.family).word(value.code)
            named[name] = graded(word, int(value.value)) if value.is_grade else measured(word, value.value)
        else:
            named[name] = in_words(value, name_of) if isinstance(value, Phrase) else value
    return Phrase(phrase.message, named)


def measured(word: Word | None, value: Decimal) -> Phrase | Text | Decimal:
    """The value of a code as it is said: a yes or a no, or an answer, where the code has those."""
    if word is not None and word.zero is not None and value == 0:
        return word.zero.name
    if word is not None and word.unit is not None:
        return Phrase(N_("{amount} {unit}"), {"amount": value, "unit": word.unit})
    if word is not None and word.question is not None and 0 <= value < len(word.grades):
        return word.grades[int(value)]
    if word is None or not word.is_truth:
        return value
    return Phrase(N_("yes") if value else N_("no"))


def graded(word: Word | None, grade: int) -> Phrase:
    """A grade as it is said: in its word and the number, where the code has words of its own."""
    if word is None or not word.has_own_words or not 1 <= grade <= len(word.grades):
        return Phrase(N_("grade {grade}"), {"grade": grade})
    return Phrase(N_("{text} ({grade})"), {"text": word.grades[grade - 1], "grade": grade})


def _by_words(words: Iterable[Word]) -> dict[str, Word]:
    return {text: word for word in words for text in words_of(word)}


def _texts(word: Word) -> tuple[str, ...]:
    return (word.code, word.name.en, word.name.ja, *word.aliases)


def _may_be_begun(known: str, text: str) -> bool:
    """Whether the beginning of a word may stand for it: not 元気 for 元気がない, nor "high" for "high fever"."""
    rest = plain(known).removeprefix(text)
    if rest == plain(known):
        return False
    return " " not in known.strip() if text.isascii() else not (_DENIES.search(rest) or _IN_WHICH.match(rest))


def _found(words: dict[str, Word], typed: str, message: str, hint: str, family: str) -> Word:
    word = words.get(plain(typed))
    if word is not None:
        return word
    near = _near(words, typed, _NEAR)
    if near:
        raise NoSuchError(message, N_("did you mean: {near}?"), word=typed, instead=near,
                          typed=typed, family=Phrase(family), near=Listed(tuple(near)))  # fmt: skip
    # Each as it is typed in the language: the names in Japanese are.
    known = {word.code: Text(word.code, word.name.ja) for word in words.values()}
    raise InputError(message, hint, typed=typed, family=Phrase(family),
                     codes=Listed(tuple(known.values())))  # fmt: skip


def _near(words: dict[str, Word], typed: str, alike: float) -> list[str]:
    import difflib  # only where a word is not known

    found = difflib.get_close_matches(plain(typed), words, cutoff=alike)
    return [*dict.fromkeys(words[text].code for text in found)]
