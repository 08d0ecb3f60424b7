"""Symptoms that are said in one breath: where one ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Callable

from tracker.cli import denials, lasting
from tracker.vocabulary import Vocabulary

_AND_IN_JAPANESE = re.compile(r"と|や|および|及び")
_BUT = re.compile(r"[\s,]*(?:\bbut\b.*|けれども?|けど|が、?)\s*")

IsSaid = Callable[[str], bool]
"""Whether every word of a text is one of a symptom or of its grade."""


def apart(piece: str, words: Vocabulary, is_said: IsSaid) -> list[str]:
    """The symptoms of a piece by themselves, 頭痛と吐き気, where each is one; else the piece as it is.

    What will not end, and what is there in spite of what is not, is taken by itself whatever is said beside it.
    """
    parts = [one for one in _AND_IN_JAPANESE.split(piece) if one.strip()]
    if words.known(piece) is not None:
        return [piece]
    if len(parts) > 1 and all(map(is_said, parts)):
        return parts
    return [piece] if is_said(piece) else _each(piece, words, is_said) or _beside_another(piece, words, is_said)


def _each(piece: str, words: Vocabulary, is_said: IsSaid) -> list[str]:
    """Symptoms of which one goes on from the other, 頭が痛くて吐き気がする, where each is one; else nothing."""
    for first, rest in words.phrasing.apart(piece):
        if not lasting.says_no_more(rest) and is_said(first):
            behind = [rest] if is_said(rest) else _each(rest, words, is_said)
            if behind:
                return [first, *behind]
    return []


def _beside_another(piece: str, words: Vocabulary, is_said: IsSaid) -> list[str]:
    """A piece without what will not end, and that by itself: its "not" denies nothing of what is said beside it."""
    for first, rest in (*words.phrasing.apart(piece), *lasting.apart(piece)):
        named = denials.without_not(rest)
        if lasting.says_no_more(rest) or not (rest.isascii() or (named and is_said(named))):
            continue  # 治らないわけではない
        if lasting.going_on(first) is not None:
            return [first, *apart(rest, words, is_said)]
        is_there = is_said(rest) and (lasting.going_on(rest) is not None or _is_in_spite(piece, first, rest))
        if is_there:
            return [*apart(first, words, is_said), rest]
    return [piece]


def _is_in_spite(piece: str, first: str, rest: str) -> bool:
    """Whether the first of two says that something is not there, and the other what is: no nausea but a headache."""
    between = piece[len(first) : len(piece) - len(rest)]
    denied = any(map(denials.denies, first.split()))
    return denied and piece.startswith(first) and piece.endswith(rest) and _BUT.fullmatch(between) is not None
