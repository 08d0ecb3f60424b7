"""How near words are to one another: letters that are wrong, missing, too many or the wrong way round."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

MOST_OFFERED = 3
LONGEST_WORD = 60
SHORTEST = {True: 4, False: 2}
"""Letters that a part of a word has at least to stand for it: in English, in Japanese."""
_BEGINNING = {True: 3, False: 1}
"""Letters with which both begin, where a slip would say something else: in English, in Japanese."""


def nearest(word: str, among: Collection[str]) -> list[str]:
    """The words that ``word`` may be a slip for: those with the fewest slips, where they are few for its length."""
    text = unicodedata.normalize("NFKC", word).lower()
    if not text or len(text) > LONGEST_WORD:
        return []
    slips = {one: _slips(text, one.lower()) for one in among}
    fewest = min(slips.values(), default=LONGEST_WORD)
    if fewest > _most_slips(text.partition("/")[0]):  # the number of a key says nothing of its name
        return []
    return [one for one in among if slips[one] == fewest][:MOST_OFFERED]


def clearly_meant(word: str, among: Mapping[str, Any]) -> list[str]:
    """The word that ``word`` is a slip for beyond doubt, of words that say what was found or happened.

    A slip must never become a finding: the word begins as the other does, no other value is as near, and a sign such as
    ``+`` is no slip for anything.
    """
    near = nearest(word, [one for one in among if any(map(str.isalpha, one))])
    text = unicodedata.normalize("NFKC", word).lower()
    beginning = text[: _BEGINNING[text.isascii()]]
    begin_so = [one for one in near if one.lower().startswith(beginning)]
    return begin_so[:1] if len({among[one] for one in near}) == 1 else []


def _most_slips(text: str) -> int:
    """Of few letters none is a slip; in Japanese every character says more, and one of two may be."""
    return min(3, (len(text) - 1) // 2 if text.isascii() else (len(text) + 1) // 3 or 1)


def _slips(text: str, other: str) -> int:
    """Letters that are wrong, missing, too many, or stand the wrong way round; what is cut short has one."""
    shorter, longer = sorted((text, other), key=len)
    if len(shorter) >= SHORTEST[shorter.isascii()] and longer.startswith(shorter):
        return min(1, len(longer) - len(shorter))
    if len(longer) - len(shorter) > _most_slips(text):
        return LONGEST_WORD
    before, last = list(range(len(other) + 1)), list[int]()
    for row, one in enumerate(text, start=1):
        now = [row]
        for column, two in enumerate(other, start=1):
            steps = [before[column] + 1, now[column - 1] + 1, before[column - 1] + (one != two)]
            if row > 1 and column > 1 and (one, two) == (other[column - 2], text[row - 2]):
                steps.append(last[column - 2] + 1)
            now.append(min(steps))
        before, last = now, before
    return before[-1]
