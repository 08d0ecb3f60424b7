"""A risk of pregnancy in the words of people."""

from __future__ import annotations

import re

from tracker.cli.typed import plain
from tracker.errors import InputError
from tracker.facts import RiskKind

_HOW_MANY = re.compile("(?:[0-9]+|[一二三四五六七八九十])(?:日|回|錠)[間分]?")


def risk_of(typed: str) -> RiskKind | None:
    """The risk of pregnancy that is said in the words of a symptom: 生理が遅れている, "condom broke".

    How many pills or days it was does not matter to it: ピルを2日飲み忘れた.
    """
    from tracker.vocabulary import vocabulary  # start-up: only where a word is not known

    words = vocabulary("symptom")
    word = words.known(plain(typed)) or words.known(_HOW_MANY.sub("", plain(typed)))
    return RiskKind(word.records) if word is not None and word.records is not None else None


def is_a_risk(typed: str) -> bool:
    """Whether words say by themselves that a pregnancy is possible: neither "sex" nor "period" alone does."""
    try:
        return plain(typed).lower() in list(RiskKind) or risk_of(typed) is not None
    except InputError:  # it has what cannot be stored, and is no word
        return False


def is_in_own_words(typed: str) -> bool:
    """Whether a risk of pregnancy is said in words that say more than its kind does."""
    from tracker.facts import by_name

    kinds = by_name()["risk"].column("what").sort.words
    return plain(typed).lower().replace(" ", "-") not in kinds and risk_of(typed) is not None
