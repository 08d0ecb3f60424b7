"""Words that were typed side by side and are one day or one amount: ``--on 8 Mar``, ``stop last friday``, ``54 kg``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

MOST_WORDS = 4
"""Of a day: ``the day before yesterday``, ``Thu 24 Dec 2026``. A kind that has more says so (``most_words``)."""
_BEGINS_A_DAY = (
    r"[0-9]{1,2}(?:st|nd|rd|th)?|[0-9]{1,2}[./][0-9]{1,2}|\.{2,}.*|from|between|last|this|next|the|in|an?"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
)
"""A word that is no day alone, and is the first of several that are one. It is compiled where one is read."""
_BACK_IN_TIME = re.compile(r"-([0-9]+(?:[dw]|日|週間?))")


def joined(params: Sequence[click.Parameter], args: Sequence[str]) -> list[str]:
    """The arguments, each day and amount as one; ``-3d`` keeps from being an option where a day is an argument.

    Words are joined where the option or argument that they are typed for says that it takes them together, as many as
    it takes; behind the first word of a command's last day, all are.
    """
    options = {name: param.type for param in params if isinstance(param, click.Option) and not param.is_flag
               for name in param.opts}  # fmt: skip
    arguments = [param for param in params if isinstance(param, click.Argument)]
    has_days = any(getattr(param.type, "is_a_day", False) for param in arguments)
    found: list[str] = []
    left = list(args)
    place = 0
    while left:
        word = left.pop(0)
        if word == "--":
            return [*found, word, *left]
        if has_days and _BACK_IN_TIME.fullmatch(word):
            word = word.replace("-", "\N{MINUS SIGN}")
        elif _is_an_option(word):
            name, equals, value = word.partition("=")
            if name not in options:
                found.append(word)
            elif equals:
                found.append(f"{name}={_with_those_behind(value, left, options[name])}")
            else:
                found += [word, *([_with_those_behind(left.pop(0), left, options[word])] if left else [])]
            continue
        if place < len(arguments):
            param = arguments[place]
            is_last_day = param is arguments[-1] and param.nargs == 1 and getattr(param.type, "is_a_day", False)
            word = _with_all_behind(word, left) if is_last_day else _with_those_behind(word, left, param.type)
            place += param.nargs == 1
        found.append(word)
    return found


def _is_an_option(word: str) -> bool:
    return word.startswith("-") and len(word) > 1


def _plain_words(left: Sequence[str]) -> int:
    """How many words stand before the next option."""
    return next((number for number, word in enumerate(left) if _is_an_option(word)), len(left))


def _with_those_behind(word: str, left: list[str], kind: Any) -> str:
    """The word with as many of those behind it as are one value with it; they are taken from ``left``."""
    if word == "-":
        return word  # a value that is said apart: nothing behind it belongs to it
    takes = getattr(kind, "takes", None) if "=" not in word else None
    most = getattr(kind, "most_words", MOST_WORDS)
    for count in range(min(_plain_words(left), most - 1), 0, -1):
        text = " ".join((word, *left[:count]))
        if takes is not None and takes(text):
            del left[:count]
            return text
    begins = getattr(kind, "is_a_day", False) and re.fullmatch(_BEGINS_A_DAY, word, re.IGNORECASE) is not None
    # Where it is no day, it is refused as it was typed.
    return _with_all_behind(word, left) if begins and not (takes is not None and takes(word)) else word


def _with_all_behind(word: str, left: list[str]) -> str:
    count = _plain_words(left)
    if not count:
        return word
    text = " ".join((word, *left[:count]))
    del left[:count]
    return text
