"""What was typed of symptoms, part by part: said to the letter, not clear, or said not to be there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations

from msgspec import Struct

from tracker.lexicon import Lexicon, Word

_UNABLE = re.compile(
    r"\b(?:can ?not|can'?t|could not|couldn'?t|unable to|hardly|barely)"
    r" (?:\w+ )?(?:move|stand|walk|sit|sleep|get up|bear|take|cope|lie)\b"
    r"|\b(?:doubled (?:up|over)|writhing|agony|so (?:bad(?:ly)?|much|severe(?:ly)?))\b"
    r"|(?:動け|立て|歩け|起き上がれ|耐えられ|我慢でき|眠れ|寝れ|寝られ)(?:な|ま)|のたうち|うずくま|七転八倒|死ぬほど"
    r"|すぎて|過ぎて", re.IGNORECASE)  # fmt: skip
"""What says of a pain that it is severe, without a word of its strength."""
HOW_HOT = re.compile(
    r"(?P<what>fever|temperature|temp|発熱|高熱|熱)(?: (?:of|is|was|at|over|about|around)|が|は)*"
    r" ?(?:3[5-9]|4[0-3]|9[5-9]|10[0-8])(?:[.,][0-9])?(?:\s?(?:°|degrees?\b|deg\b|[cf]\b|℃|度台?))*(?![0-9/])",
    re.IGNORECASE,
)
"""A fever with its degrees, of Celsius or of Fahrenheit: they are no grade."""


class Said(Struct, frozen=True):
    """A symptom to the letter."""

    word: Word
    grade: int | None = None
    lasted: int | None = None
    """For how many days it has been so, where that is said with it."""
    also: tuple[tuple[Word, int | None], ...] = ()
    """The symptoms that the words of a red flag name as well, with their grades: a splitting headache."""
    text: str = ""
    """What was typed for it: its own words say more than its name."""

    def first_day(self, today: date) -> date | None:
        """The first day of what has lasted for so many; None where that was not said."""
        return today - timedelta(days=self.lasted) if self.lasted else None


class Unclear(Struct, frozen=True):
    """Words that are no symptom to the letter: what may be meant, red flags first."""

    text: str
    near: tuple[Word, ...]
    grade: int | None = None
    lasted: int | None = None


class Denied(Struct, frozen=True):
    """Words that say that symptoms are not there."""

    text: str
    words: tuple[Word, ...]
    is_near: bool = False
    """Whether none of them was typed to the letter: they may be meant."""
    is_plain: bool = False
    """Whether it is of these symptoms, and certainly of nothing that is said beside it."""


Part = Said | Unclear | Denied


def words_of(part: Part) -> tuple[Word, ...]:
    """What is named by a part, or may be."""
    match part:
        case Said():
            return (part.word,)
        case Denied():
            return part.words
    return part.near


def raised_by(codes: Sequence[set[str]], data: Lexicon) -> list[Word]:
    """The red flags that symptoms come to together, where each may be one of several codes."""
    flags = [flag for one in data.combinations if (flag := data.word(one.advice.raises or "")) is not None
             and any(all(code.intersection(group.codes) for code, group in zip(some, one.parts, strict=True))
                     for some in permutations(codes, len(one.parts)))]  # fmt: skip
    return list(dict.fromkeys(flags))


def is_severe(text: str, scale: Sequence[Sequence[str]]) -> bool:
    """Whether a text says that something in it is severe, and not that it is mild."""
    words = set(re.findall(r"[a-z]+", text.casefold()))
    said = [any(one in words if one.isascii() else one in text for one in names) for names in scale]
    return bool(said) and not said[0] and (said[-1] or _UNABLE.search(text) is not None)
