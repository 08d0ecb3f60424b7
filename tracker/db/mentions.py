"""Names of patients in texts that somebody else wrote: which of them stand there."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

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


_ADDRESSED = (
    re.compile(r"([^\W\d_]{1,10}(?: [^\W\d_]{1,8})?) ?(?:様|さま|殿)(?!子|式|々|相)"),
    re.compile(r"\b(?:mr|mrs|ms|miss|mx)\b\.? ([^\W\d_][\w'\-]+(?: [^\W\d_][\w'\-]+){0,2})"),
)
"""A name as somebody is addressed by it, in Japanese and in English; of a doctor nothing is taken."""
_NO_NAMES = re.compile("皆|客|患者|家族|保護者|担当|関係|者$|お母|お父|奥|親御|神|仏|王|同$|有$|多$|各|^ご|^お$")

_WHAT_FOR = re.compile("^.*(?:科|診|予約|採血|検査|医院|病院|クリニック|来院|受付)")
"""What may stand right before a name in Japanese."""


def addressed(texts: Sequence[str]) -> str | None:
    """The name that the first of these texts which addresses somebody does it by; None where none does."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()
        for pattern in _ADDRESSED:
            for found in pattern.finditer(plain):
                name = _WHAT_FOR.sub("", found[1]).strip()
                if name and not _NO_NAMES.search(name):
                    return name
    return None


class Names(Struct, frozen=True):
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
