"""What is asked about and never taken: words that may mean several things, and complaints of something that lacks.

"Mouth ulcer" alone may be a red flag and may be none. "I didn't get my period" has a "not" in it and denies nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from tracker.lexicon import Lexicon, Word, plain
from tracker.phrasing import Phrasing

_SHORT_EN = (
    (re.compile(r"\bcan(?:'t|not|t)\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\bshan'?t\b"), "shall not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should|must|need|ai)n'?t\b"), r"\1 not"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'m\b|(?<=\bi)m\b"), " am"),
    (re.compile(r"\bany ?more\b|\bany longer\b"), "anymore"),
    (re.compile(r"\bno[ -]one\b"), "nobody"),
    (re.compile(r"[^\w\s'\u3000-\u9fff]+|\s+"), " "),
)
_NOT = re.compile(
    r"\b(?:not|no|never|without|nothing|nobody|stopped|gone|away|over|ended|free)\b|な[いくけかきし]|ません|ませんでした|ず|無理|忘れ"
)


class Asking(Struct, frozen=True, dict=True):
    """What is asked about, by its words and by what it is like."""

    said: Mapping[str, tuple[Word, ...]]
    """By a text without what tells no words apart, or by what it has in common with all that says the same."""
    like: tuple[tuple[re.Pattern[str], tuple[Word, ...]], ...]

    def by_name(self, text: str, key: str) -> tuple[Word, ...]:
        """What may be meant by words that are asked about, all of them; red flags first."""
        return self.said.get(plain(text)) or self.said.get(key) or ()

    def told(self, typed: str) -> tuple[Word, ...]:
        """What a text is like, whatever else it says."""
        return tuple(dict.fromkeys(word for words, _has_a_not in self._found(typed) for word in words))

    def lacking(self, typed: str) -> tuple[Word, ...]:
        """What a text is like of which its "not" is a part: it complains, and denies nothing."""
        return tuple(dict.fromkeys(word for words, has_a_not in self._found(typed) if has_a_not for word in words))

    def _found(self, typed: str) -> list[tuple[tuple[Word, ...], bool]]:
        text = in_full(typed)
        matches = ((pattern.search(text), words) for pattern, words in self.like)
        return [(words, _NOT.search(match[0]) is not None) for match, words in matches if match is not None]


def in_full(typed: str) -> str:
    """A text with what is said short in full: didn't, can't; of Japanese without its blanks."""
    text = unicodedata.normalize("NFKC", typed).casefold().replace("’", "'").strip()
    if not text.isascii():
        return "".join(text.split())
    for short, full in _SHORT_EN:
        text = short.sub(full, text)
    return text.strip()


def asking(data: Lexicon, phrasing: Phrasing) -> Asking:
    """What a vocabulary asks about."""
    said: dict[str, tuple[Word, ...]] = {}
    like: list[tuple[re.Pattern[str], tuple[Word, ...]]] = []
    for one in data.asked:
        words = tuple(word for code in one.may_be if (word := data.word(code)) is not None)
        for text in one.said:
            said |= {known: words for known in (plain(text), phrasing.key(text)) if known}
        like += [(re.compile(pattern), words) for pattern in one.like]
    return Asking(said, tuple(like))
