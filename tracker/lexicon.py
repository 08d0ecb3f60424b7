"""The words of the vocabularies as values: what is observed, how strong it can be, and what each of that asks for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from tracker.rules import Text

_NOTHING = frozenset("-_・'’ʼ`´.。!?")  # noqa: RUF001
"""Signs that tell no words apart."""


@lru_cache(maxsize=1 << 14)  # each word of a vocabulary is held against what was typed, part by part
def plain(typed: str) -> str:
    """A word without what does not tell words apart: width, capitals, blanks, hyphens, apostrophes, the two kana."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    kept = "".join(character for character in folded if not character.isspace() and character not in _NOTHING)
    return "".join(chr(ord(one) - 0x60) if "\u30a1" <= one <= "\u30f6" else one for one in kept)


class Level(StrEnum):
    """How much a symptom asks of the patient, the least first."""

    RECORD = "record"
    """It is kept for the doctor."""
    EXPECTED = "expected"
    TELL = "tell"
    TELL_NOW = "tell-now"
    """The clinic is to hear of it the same day."""
    RED_FLAG = "red-flag"

    @property
    def rank(self) -> int:
        """The higher, the more pressing."""
        return list(Level).index(self)


class Advice(Struct, frozen=True):
    """What a source says is to be done, and from when on."""

    level: Level
    sources: tuple[str, ...]
    least: int = 1
    """From this grade or answer on."""
    longer: int | None = None
    """Only once it has lasted more than so many days."""
    stands: int | None = None
    """An answer is shown for so many days behind its own; None: until there is a newer one."""
    confirmed: bool = True
    raises: str | None = None
    """The red flag that stands from then on."""
    text: Text | None = None
    """What is to be said of it beside its level."""


class Remark(Struct, frozen=True):
    """What a source says of a code, said when it is recorded with a value other than ``unless``."""

    text: Text
    sources: tuple[str, ...]
    unless: int


class Goal(Struct, frozen=True):
    """What a source says of a habit, against which its days are counted."""

    text: Text
    sources: tuple[str, ...]
    least: Decimal | None = None
    """A day counts from this value on; where it is None every day counts on which there was something."""
    is_advised_against: bool = False
    """Whether the source lists it as a thing to leave."""


class Zero(Struct, frozen=True):
    """How it is said that of something graded there is nothing: it is then kept as the number 0."""

    name: Text
    aliases: tuple[str, ...] = ()


class Also(Struct, frozen=True):
    """A symptom that words of a red flag name as well: a splitting headache is a headache."""

    code: str
    aliases: tuple[str, ...]
    grade: int | None = None
    """What the words say of its strength."""


class Word(Struct, frozen=True):
    """A code: what was observed, or where."""

    code: str
    name: Text
    aliases: tuple[str, ...]
    is_graded: bool = False
    most: int = 0
    """The largest count or grade that can be meant."""
    grades: tuple[Text, ...] = ()
    """What each grade means, from 1 on; of an answer, what each says, from 0 on."""
    question: Text | None = None
    """How it is asked, where it is one of a short form."""
    advice: tuple[Advice, ...] = ()
    records: str | None = None
    """The risk of pregnancy that it is, in place of a symptom."""
    is_flag: bool = False
    """Whether it is a red flag and nothing else: it has no grade and no end."""
    also: tuple[Also, ...] = ()
    """Of a red flag, the symptoms that some of its words name as well."""
    is_crisis: bool = False
    """Whether the crisis line of the country comes before everything that is said of it."""
    is_truth: bool = False
    """Whether its value is yes (1) or no (0)."""
    may_be_bare: bool = False
    """Whether it may be recorded without a value."""
    remark: Remark | None = None
    edited: bool = True
    """Whether an editor has seen the Japanese of it."""
    scale: tuple[tuple[str, ...], ...] = ()
    """What people type for each of its own grades beside the text, from 1 on."""
    zero: Zero | None = None
    """How it is said that there is nothing of it, where that can be said."""
    unit: Text | None = None
    """What it is measured in, where it is an amount and no count: then it may have a fraction."""
    goal: Goal | None = None
    """What a source says of it as a habit."""

    def grade_called(self, typed: str) -> int | None:
        """The grade that a word says, 0 for nothing of it; None for a word that says none."""
        return self._by_grade_words().get(plain(typed))

    def _by_grade_words(self) -> dict[str, int]:
        if not self.is_graded:
            return {}
        found = {plain(word): grade for grade, words in enumerate(self.scale, start=1) for word in words}
        found |= {plain(text): grade for grade, one in enumerate(self.grades, start=1) for text in (one.en, one.ja)}
        if self.zero is not None:
            found |= {plain(text): 0 for text in (self.zero.name.en, self.zero.name.ja, *self.zero.aliases)}
        return found

    @property
    def has_own_words(self) -> bool:
        """Whether each of its grades is said in a word of its own."""
        return self.is_graded and bool(self.scale)

    def flag_at(self, grade: int | None) -> str | None:
        """The red flag that it is at a grade; where none was said, it is not taken for a strong one."""
        if self.is_flag:
            return self.code
        return next((one.raises for one in self.advice if one.raises and one.least <= (grade or 1)), None)


class Part(Struct, frozen=True):
    """One of the symptoms that have to be there together."""

    codes: tuple[str, ...]
    """Any of these."""
    least: int = 1
    """From this grade on."""


class Combination(Struct, frozen=True):
    """Symptoms that ask for more where they are there together."""

    parts: tuple[Part, ...]
    advice: Advice
    within: int = 0
    """They count together where so many days at most lie between them."""


class Asked(Struct, frozen=True):
    """What is asked about and never taken: words, and what a text is like, that may mean these codes."""

    may_be: tuple[str, ...]
    said: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    """Regular expressions, of a text in small letters and with what is said short in full: did not."""


class Reference(Struct, frozen=True):
    """Where something was read."""

    id: str
    title: Text
    dated: str = ""


def as_typed(command: str, *words: Word) -> Text:
    """A command with words where its braces are, each as it is typed: its code, in Japanese its name."""
    return Text(command.format(*(one.code for one in words)), command.format(*(one.name.ja for one in words)))


class Lexicon(Struct, frozen=True):
    """The codes of a family, and the parts of the body that may be named with them."""

    family: str
    sources: tuple[str, ...]
    codes: tuple[Word, ...]
    sites: tuple[Word, ...] = ()
    flags: tuple[Word, ...] = ()
    """The red flags."""
    combinations: tuple[Combination, ...] = ()
    asked: tuple[Asked, ...] = ()
    references: Mapping[str, Reference] = {}
    warnings: Mapping[str, Text] = {}
    """What every red flag asks for: before, during and after the course."""
    scale: tuple[tuple[str, ...], ...] = ()
    """What people type for each grade, from 1 on."""
    same: tuple[tuple[str, ...], ...] = ()
    """Words that say the same wherever they stand in what is typed."""

    @property
    def words(self) -> tuple[Word, ...]:
        """What can be observed: codes, then red flags."""
        return (*self.codes, *self.flags)

    def word(self, code: str) -> Word | None:
        """The word of a code; None where a newer isotrack recorded one that is not known here."""
        return next((one for one in self.words if one.code == code), None)

    def cited(self, sources: Iterable[str]) -> tuple[Reference, ...]:
        """Where these were read, in the order of the data."""
        wanted = set(sources)
        return tuple(one for key, one in self.references.items() if key in wanted)


NOTHING = Lexicon("", (), ())
"""What a vocabulary says that comes from no file."""
