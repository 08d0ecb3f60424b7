"""A phrase that was typed as one word and says several things: a day, what a flag says, and an amount perhaps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import click

from tracker.cli.days import DAY, day_in_front
from tracker.cli.meant.called import CALLED_FLAGS
from tracker.cli.meant.line import Line, found_in, place_of, quietly
from tracker.cli.meant.options import options_of, takes

_OF_THE_DAY = ("--on", "--since", "--from")
_MOST_WORDS = 6
"""Of a day."""
_TELLS_NOTHING = frozenset((
    "i", "it", "my", "the", "a", "an", "on", "of", "was", "have", "had", "to", "take", "took", "taken", "capsule",
    "capsules", "pill", "pills", "dose", "today's",
))  # fmt: skip
"""Beside a flag or a day."""
_IN_FRONT = r"^(?:の?分[をはも]?|[をはもにで、の])+"
_BEHIND = r"(?:を?(?:飲んだ|飲みました|のんだ|服用した|服用しました|服用)|でした|です)$"


def within(root: click.Group, line: Line, text: str) -> Iterator[Line]:
    """The line with the day of the phrase behind its option, what it says of a flag as that flag, and the rest."""
    found, place = found_in(line, text), quietly(lambda: place_of(root, line))
    if found is None or place is None or found[0] < place.start:
        return
    options = options_of(place.command)
    on = next((one for one in _OF_THE_DAY if one in options), None)
    flag, day = _flag_of(text, options)
    rest = ""
    if not flag or takes(DAY, day) or not takes(options.get(on or ""), day):  # else its days: 9/19から9/20まで飲み忘れ
        day, rest = _day_of(text, options.get(on or ""))
        flag, rest = _flag_of(rest, options)
    if (day and (on is None or on in line)) or not (day or flag) or (flag and flag in line):
        return
    said = [*([flag] if flag else []), *([str(on), day] if day else [])]
    words = _words_of(rest)
    if not flag and not words:
        return  # a day alone stands where it does for another reason
    yield [*line[: found[0]], *words, *said, *line[found[1] :]]


def _day_of(text: str, kind: Any) -> tuple[str, str]:
    """The day that a phrase says, or the days where ``kind`` takes several, and the phrase without them."""
    words = text.split()
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        for at in range(len(words) - count + 1):
            day = " ".join(words[at : at + count])
            if not re.fullmatch(r"[0-9.]+", day) and (quietly(partial(DAY.takes, day)) or takes(kind, day)):
                return day, " ".join((*words[:at], *words[at + count :]))
    apart = quietly(lambda: day_in_front(words[0])) if words else None
    return (apart[0], " ".join((apart[1], *words[1:]))) if apart is not None else ("", text)


def _flag_of(text: str, options: Mapping[str, Any]) -> tuple[str, str]:
    """The flag without a value that a phrase says in words, and what is left of it beside."""
    bare = unicodedata.normalize("NFKC", text).lower().strip()
    for flag, kind in options.items():
        names = (flag.removeprefix("--"), *CALLED_FLAGS.get(flag, ())) if kind is None else ()
        for name in sorted(names, key=len, reverse=True):
            if name.isascii():
                words = bare.split()
                if name in words:
                    return flag, " ".join(one for one in words if one != name and one not in _TELLS_NOTHING)
            elif (at := bare.find(name)) >= 0:
                return flag, re.sub(_IN_FRONT, "", bare[:at])
    return "", text


def _words_of(rest: str) -> Line:
    """What is left of the phrase as words of the command, without what only leads on to it."""
    text = re.sub(_BEHIND, "", re.sub(_IN_FRONT, "", rest.strip())).strip()
    words = [one for one in text.split() if one.lower() not in _TELLS_NOTHING]
    return [" ".join(words)] if words else []
