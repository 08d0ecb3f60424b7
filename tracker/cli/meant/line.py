"""A command as it was typed: its words, how far they name commands, and why it cannot be read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click
from msgspec import Struct

from tracker.cli.days import DAY, UnreadDay
from tracker.cli.running import ALWAYS_NAMED, Flags, flags, patient_of_the_environment
from tracker.cli.words import joined
from tracker.errors import InputError

LONGEST_COMMAND = 300
"""Characters of one that is mended."""
Line = list[str]
_OF_WHOSE = ("--patient", "--db")


class Place(Struct, frozen=True):
    """The innermost command that a line names, and where the words for it begin; ``path`` are the words up to it."""

    command: click.Command
    ctx: click.Context
    path: tuple[str, ...]
    start: int


def place_of(root: click.Group, line: Line) -> Place:
    """How far the line names commands; raise what Click says of the options before."""
    ctx = root.make_context("isotrack", list(line), obj=Flags(today=flags().today, is_looked_at=True))
    command: click.Command = root
    path: tuple[str, ...] = ()
    rest = behind_options(root, ctx, line)
    while isinstance(command, click.Group) and rest:
        found = command.get_command(ctx, rest[0])
        if found is None:
            raise click.exceptions.NoSuchCommand(rest[0], ctx=ctx)
        path = (*path, rest[0])
        start = len(line) - len(rest) + 1
        if not isinstance(found, click.Group):
            return Place(found, ctx, path, start)
        ctx = found.make_context(rest[0], line[start:], parent=ctx)
        command, rest = found, behind_options(found, ctx, line[start:])
    return Place(command, ctx, path, len(line) - len(rest))


def behind_options(group: click.Group, ctx: click.Context, line: Line) -> Line:
    return group.make_parser(ctx).parse_args(joined(group.params, line))[1]


def problem_of(root: click.Group, line: Line) -> Exception | None:
    """Why the line cannot be read; None where it can. Nothing is carried out."""
    try:
        if line[-1:] == ["--help"]:
            return _problem_of_help(root, line[:-1])
        place = place_of(root, line)
        rest = line[place.start :]
        if not isinstance(place.command, click.Group) or rest:
            name = place.path[-1] if place.path else "isotrack"
            ctx = place.command.make_context(name, rest, parent=place.ctx)
            _refuse_days(place.command, ctx)
            _refuse_words(place.command, ctx)
    except Exception as error:  # noqa: BLE001 - whatever it is, this line is not offered for a good one
        return error
    return None


def _refuse_days(command: click.Command, ctx: click.Context) -> None:
    """Raise InputError for a day that is refused only when it is carried out: one to come where none is taken."""
    for param in command.params:
        found = ctx.params.get(param.name or "")
        if isinstance(param.type, UnreadDay) and isinstance(found, str):
            DAY.convert(found, param, ctx)
        last = found[-1] if isinstance(found, tuple) and found else found
        if getattr(param.type, "is_past", False) and isinstance(last, date) and last > flags(ctx).day():
            raise InputError("")  # nobody reads it: a line that has a problem is not offered


def _refuse_words(command: click.Command, ctx: click.Context) -> None:
    """Raise what is wrong with words that are read only when they are carried out, such as codes with their values."""
    for param in command.params:
        refuse = getattr(param.type, "refuse", None)
        found = ctx.params.get(param.name or "")
        if refuse is not None and found and isinstance(found, tuple | str):
            refuse(found)


def _problem_of_help(root: click.Group, line: Line) -> Exception | None:
    """Why there is no help for the line; Click would print it, were it read with the flag."""
    try:
        place = place_of(root, line)
    except click.exceptions.NoArgsIsHelpError:
        return None
    return click.UsageError("--help", place.ctx) if line[place.start :] else None


def with_instead(line: Line, text: str, instead: str) -> Line:
    """The line with another word for one, for several that were read as one, or beside an equals sign."""
    found = found_in(line, text)
    if found is not None:
        return [*line[: found[0]], instead, *line[found[1] :]]
    name, value = f"{text}=", f"={text}"
    return [instead + one.removeprefix(text) if one.startswith(name) else
            one.removesuffix(text) + instead if one.endswith(value) else one for one in line]  # fmt: skip


def found_in(line: Line, text: str) -> tuple[int, int] | None:
    """The first and the next place of what was typed as one word or side by side; where it stands last."""
    if not text.strip() or len(text) > LONGEST_COMMAND:
        return None
    ends = ((at, end) for at in range(len(line) - 1, -1, -1) for end in range(at + 1, len(line) + 1))
    return next((one for one in ends if " ".join(line[slice(*one)]) == text), None)


def without(line: Line, path: Sequence[str]) -> Line:
    left = list(line)
    for name in path:
        if name in left:
            left.remove(name)
    return left


def in_quotes(line: Line) -> list[str]:
    """The words as a shell takes them: letters of any script need no quotes, but a name and a path are as elsewhere."""
    before = ["", *line]
    return [_quoted(word) if flag not in _OF_WHOSE else shlex.quote(word)
            for flag, word in zip(before, line, strict=False)]  # fmt: skip


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./〜～・ー－-]+", word) else shlex.quote(word)


def in_the_name_of(root: click.Group, line: Line, said: Flags) -> Line:
    """The line with the name that the environment gives, where it must not be about another's record."""
    place = quietly(lambda: place_of(root, line))
    if said.patient is not None or place is None or not place.path or place.path[0] not in ALWAYS_NAMED:
        return line
    named = quietly(patient_of_the_environment)
    return ["--patient", named, *line] if named else line


def quietly(act: Callable[[], Any]) -> Any:
    """What it gives; None where it fails."""
    try:
        return act()
    except (click.ClickException, click.exceptions.Exit, InputError):
        return None
