"""Names of patients in texts that somebody else wrote: which of them stand there."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.db.patients import Patient
from tracker.names import folded

_LONGEST_TEXT = 20_000
_FEWEST_DIGITS = 4
"""A number of a record that can be told from a day or an hour."""
_HONORIFIC = r"(?=\s*(?:様|さま|さん|氏|君|くん|ちゃん|殿|$|[^\w]))"
"""What follows a name of one sign, which stands in many words."""
_UNSPACED = re.compile(
    "[々〆〇\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u0e00-\u0e7f]+"
)
"""Letters that are written without blanks between words."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|(?<=\w)[\u0300-\u036f])*")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of patients, made ready to be looked for in many texts; the longest is found first.

    A name in Japanese is found inside of other letters, any other as whole words, in any order beside each other.
    """

    _inside: list[tuple[str, Patient]] = field(default_factory=list)
    _words: dict[tuple[str, ...], list[Patient]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, known: Iterable[Patient]) -> Names:
        """Those of these patients that can be told from other words."""
        made = cls()
        for one in known:
            whole, words = folded(one.label), _words_of(one.label)
            if _UNSPACED.search(whole):
                made._inside.append((whole, one))
            elif words and not _says_nothing(whole):
                made._words[tuple(sorted(words))].append(one)
        made._inside.sort(key=lambda pair: -len(pair[0]))
        return made

    def within(self, texts: Sequence[str]) -> set[Patient]:
        """The patients whose names stand in one of the texts, but for names inside of longer ones."""
        found: set[Patient] = set()
        for text in texts:
            found |= self._unspaced(text[:_LONGEST_TEXT])
            found |= self._spaced(_words_of(text[:_LONGEST_TEXT]))
        return found

    def _unspaced(self, text: str) -> set[Patient]:
        left, plain = folded(text), unicodedata.normalize("NFKC", text).casefold()
        found: set[Patient] = set()
        before = ""
        for name, one in self._inside:
            if name == before or name in left:
                if len(name) == 1 and not re.search(re.escape(name) + _HONORIFIC, plain):
                    continue
                found.add(one)
                before, left = name, left.replace(name, "\0" * len(name))
        return found

    def _spaced(self, words: list[str]) -> set[Patient]:
        found: set[Patient] = set()
        left: list[str | None] = list(words)
        for length in sorted({len(name) for name in self._words}, reverse=True):
            for place in range(len(left) - length + 1):
                window = [one for one in left[place : place + length] if one is not None]
                those = self._words.get(tuple(sorted(window))) if len(window) == length else None
                if those:
                    found |= set(those)
                    left[place : place + length] = [None] * length
        return found


def _words_of(text: str) -> list[str]:
    """The words between blanks and signs, folded as names are; letters that know no blanks part words too."""
    apart = _UNSPACED.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(unicodedata.normalize("NFC", apart))


def _says_nothing(name: str) -> bool:
    """Whether it is a letter or a short number, which stands in any text."""
    return len(name) == 1 or (name.isdecimal() and len(name) < _FEWEST_DIGITS)
