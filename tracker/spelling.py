"""How alike two words are as rows of letters, and which of English are a slip, a form or another word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.lexicon import plain

SHORT = 4
"""Signs of a word of which one may be another; letters of one that has to stand by itself."""
SPELT, MOSTLY = 0.75, 0.8
"""How alike a word is to the one of which it is a slip; of how many of its phrases red flags have to be those."""
_PARTS = frozenset((
    "arm", "arms", "back", "chest", "ear", "ears", "elbow", "elbows", "eye", "eyes", "face", "finger", "fingers",
    "foot", "feet", "gum", "gums", "hand", "hands", "head", "heel", "heels", "knee", "knees", "leg", "legs",
    "lip", "lips", "mouth", "nail", "nails", "neck", "nose", "stomach", "throat", "toe", "toes", "tongue",
    "tooth", "teeth",
))  # fmt: skip
"""Parts of the body: one of them is no slip of another."""


def words_in(text: str) -> list[str]:
    """The English words of a text, in small letters."""
    return [one for one in (re.sub("[^a-z]", "", word) for word in re.split(r"[\s/-]+", text.casefold())) if one]


def begins_in(part: str, text: str, *, is_whole: bool) -> bool:
    """Whether a part stands in a text from the beginning of a word on; where it has to be whole, to the end of one."""
    words = [plain(one) for one in text.split()]
    starts = [sum(map(len, words[:at])) for at in range(len(words) + 1)]
    joined = "".join(words)
    return any(joined.startswith(part, start) and (not is_whole or start + len(part) in starts)
               for start in starts[:-1])  # fmt: skip


def are_of_other_parts(words: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two texts name parts of the body, and not one in common: blocked nose, blocked ears."""
    parts, named = _PARTS.intersection(words), _PARTS.intersection(others)
    return bool(parts and named) and not {one.removesuffix("s") for one in parts} & {
        one.removesuffix("s") for one in named}  # fmt: skip


def is_spelt(known: str, word: str) -> bool:
    """Whether a word is meant by another: the same, its beginning or its form, or a slip."""
    if is_its_form(known, word):
        return True
    return known == word or bool(scored(word, (known,), SPELT if known[:1] == word[:1] else MOSTLY))


def is_a_slip(known: str, word: str) -> bool:
    """Whether a single word, with nothing beside it that would tell, is another: its beginning, or hardly misspelt."""
    if known.startswith(word) or (word.startswith(known) and len(known) >= SHORT):
        return True
    return len(word) > SHORT and known[:1] == word[:1] and bool(scored(word, (known,), MOSTLY))


def is_its_form(known: str, word: str) -> bool:
    """Whether a word is another with an ending, or its beginning: breathless, breath."""
    return min(len(known), len(word)) >= SHORT and (known.startswith(word) or word.startswith(known))


def scored(text: str, words: Iterable[str], least: float) -> list[tuple[float, str]]:
    """The words that are alike at least so much, the nearest first, each with how much."""
    import difflib  # only where a word is not known

    found = []
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(text)
    signs, most = set(text), (2 - least) / least
    for known in words:
        # Cheap bounds first: what is much longer or shorter, or has hardly a sign of it, cannot be that much alike.
        if max(len(known), len(text)) > most * min(len(known), len(text)) or signs.isdisjoint(known):
            continue
        matcher.set_seq1(known)
        if matcher.quick_ratio() >= least and (score := matcher.ratio()) >= least:
            found.append((score, known))
    return sorted(found, key=lambda one: -one[0])
