"""Commands that an error suggests, for the days that were typed: pasted without them they would say today."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress

import click

from tracker.cli.meant.line import Line, place_of
from tracker.cli.running import Flags
from tracker.i18n import active

_OF_DAYS = ("--on", "--since", "--until")
_COMMAND = "(?<![A-Za-z/.-])isotrack "
_NAMED = rf"{_COMMAND[:-1]}(?: --[a-z]+ (?:'[^']*'|[^\s']+))*((?: [a-z][a-z-]*)+)"
"""A command in a text: the flags that say whose record it is for, and the words by which it may be called."""


def with_the_days(root: click.Group, text: str, typed: Flags) -> str:
    """The text, its commands of the kind that was typed with the days that were typed and are not in them."""
    said = list(_said(list(typed.line)))
    if not said or "isotrack " not in text:
        return text
    carried = active().carried
    with click.Context(root, obj=typed):
        kind = _kind(root, list(typed.line))
        kind = None if kind is not None and kind[0] == "fix" else kind  # there the day is what is corrected
        parts = [_with(part, said, kind, root) for part in re.split(f"(?={_COMMAND})", text)] if kind else [text]
    active().carried = carried  # reading a command says what others are suggested with
    return "".join(parts)


def _said(line: Line) -> Iterator[str]:
    """The flags of days with their values, as they were typed."""
    for at, word in enumerate(line):
        flag, equals, value = word.partition("=")
        if flag in _OF_DAYS and (equals or line[at + 1 :]):
            yield f"{flag} {shlex.quote(value if equals else line[at + 1])}"


def _kind(root: click.Group, line: Line) -> tuple[str | None, ...] | None:
    """The command that a line names, by whichever of its names; None for none."""
    with suppress(Exception):  # whatever it is, the line is wrong in another way
        place = place_of(root, line)
        return (*place.path[:-1], place.command.name) if place.path else None
    return None


def _with(part: str, said: list[str], kind: tuple[str | None, ...], root: click.Group) -> str:
    found = re.match(_NAMED, part)
    if found is None or re.search("|".join(rf"{flag}\b" for flag in _OF_DAYS), part):
        return part
    words = found[1].split()[: len(kind)]
    if _kind(root, words) != kind:
        return part
    end = found.start(1) + len(" " + " ".join(words))
    return " ".join((part[:end], *said)) + part[end:]
