"""Values that are said apart from the command: ``-`` in the place of a value reads it from standard input.

A command stands in the shell's history and, while it runs, in the list of processes; what is read here does not. Each
``-`` is one line, in the order in which they were typed; at a terminal it is asked for. Where a file is asked for,
``-`` stays what it is everywhere: standard input or output.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import click

from tracker.cli import paper, placeholders
from tracker.cli.running import flags
from tracker.errors import N_, InputError
from tracker.i18n import _

_SIGN = "-"
_OF_AN_OPTION = re.compile("(--[a-z][a-z-]*)=-")
_NAMES_A_FILE = re.compile("FILE|FOLDER|PATH")
_LONGEST = 4000
"""Characters of a line, unless the kind of value says more (``longest``)."""


class Apart(str):
    """A ``-`` that was typed as a word of its own, and which of them it is."""

    __slots__ = ("place",)
    place: int


def marked(args: Sequence[str]) -> list[str]:
    """The arguments with every ``-`` up to ``--`` marked: behind that it is a word like any other."""
    found: list[str] = []
    for at, word in enumerate(args):
        if word == "--":
            return [*found, *args[at:]]
        if isinstance(word, Apart):
            found.append(word)
            continue
        option = _OF_AN_OPTION.fullmatch(word)
        if option is None and word != _SIGN:
            found.append(word)
            continue
        sign = Apart(_SIGN)
        sign.place = at
        found += [*([option[1]] if option else []), sign]
    return found


class Parser:
    """Click's parser of a command, with the values read that are said apart."""

    def __init__(self, parser: Any, ctx: click.Context, params: Sequence[click.Parameter]) -> None:
        self._parser = parser
        self._ctx = ctx
        self._params = {
            one.name: one for one in params if not _NAMES_A_FILE.search(one.metavar or str(one.name).upper())
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def parse_args(self, args: list[str]) -> tuple[dict[str, Any], list[str], list[click.Parameter]]:
        """As Click's; nothing is read for help, nor for what is completed or only looked at."""
        opts, left, order = self._parser.parse_args(args=args)
        if not (self._ctx.resilient_parsing or opts.get("help") or flags(self._ctx).is_looked_at):
            self._read(opts)
        return opts, left, order

    def _read(self, opts: dict[str, Any]) -> None:
        wanted = [
            (sign.place, number, name)
            for name, value in opts.items()
            if name in self._params
            for number, sign in enumerate(value if isinstance(value, list) else [_alone(value)])
            if isinstance(sign, Apart)
        ]
        for _place, number, name in sorted(wanted):
            line = _line(self._params[name], self._ctx)
            match opts[name]:
                case list():
                    opts[name][number] = line
                case tuple():
                    opts[name] = tuple(line.split())
                case _:
                    opts[name] = line
        if wanted and not isinstance(self._ctx.command, click.Group):
            _refuse_more()


def _alone(value: Any) -> Any:
    """The one word of an argument that takes several: among others a ``-`` is a word like them."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _line(param: click.Parameter, ctx: click.Context) -> str:
    """The value of a parameter, without the end of its line; raise EOFError where there is none."""
    longest: int = getattr(param.type, "longest", _LONGEST)
    if sys.stdin is not None and sys.stdin.isatty():
        is_beside = sys.stdout is None or not sys.stdout.isatty()
        line = paper.ask(_label(param, ctx), _(": "), err=is_beside)
    else:
        line = _read_line(longest + 2)
        if not line:
            raise EOFError
        line = line.removeprefix("\N{BYTE ORDER MARK}").rstrip("\r\n")
    if len(line) > longest:
        raise InputError(N_("{what}: this is too long to be read; at most {most} characters"), what=_label(param, ctx),
                         most=longest)  # fmt: skip
    return line


def _read_line(most: int) -> str:
    try:
        return sys.stdin.readline(most) if sys.stdin is not None else ""
    except UnicodeError:
        raise InputError(N_("the text has characters that cannot be stored")) from None


def _refuse_more() -> None:
    """Nothing is left out silently: a second line would be a value that nobody asked for."""
    if sys.stdin is None or sys.stdin.isatty():
        return
    while line := _read_line(_LONGEST):
        if line.strip():
            raise InputError(N_("standard input has more lines than there are values to be read: a line is a value"))


def _label(param: click.Parameter, ctx: click.Context) -> str:
    """What is asked for, as help calls it: the option, or the word for an argument."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return placeholders.in_words(param.make_metavar(ctx)).strip("[].").removesuffix("]...").strip()
