"""``--help`` as wide as the screen, Japanese counted as wide as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from tracker.cli import paper
from tracker.cli.lines import cells, wrapped
from tracker.i18n import _

_WIDEST = 80
_LEAST_BESIDE = 20
"""Columns that there have to be beside a name for what is said of it; else that stands below."""


class Formatter(click.HelpFormatter):
    """Click's own help, broken where a text may be."""

    def __init__(self) -> None:
        super().__init__(width=min(paper.width(), _WIDEST))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How a command is called; what it takes stands beside its name, or below it."""
        word = _("Usage:") if prefix is None else prefix.rstrip()
        named = f"{word} {prog} "
        beside = self.width - cells(named)
        if beside >= _LEAST_BESIDE:
            first, *more = wrapped(args, beside) if args else [""]
            lines = [named + first, *(" " * cells(named) + line for line in more)]
        else:
            lines = [named] if cells(named) <= self.width else [word, "  " + prog]
            lines += ["    " + line for line in wrapped(args, self.width - 4)]
        self._write_lines(lines)

    def write_text(self, text: str) -> None:
        """Paragraphs, with an empty line between two."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(_paragraphs(text)):
            if number:
                self.write("\n")
            self._write_lines([indent + line for line in wrapped(paragraph, self.width - len(indent))])

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Names, and beside each what is said of it."""
        found = list(rows)
        indent = " " * self.current_indent
        most = min(col_max, self.width // 2 - len(indent) - col_spacing)
        column = max((cells(name) for name, _text in found if cells(name) <= most), default=0) + col_spacing
        if self.width - len(indent) - column < _LEAST_BESIDE:
            column = 2 * col_spacing
        for name, text in found:
            said = [line for paragraph in _paragraphs(text)
                    for line in wrapped(paragraph, self.width - len(indent) - column)]  # fmt: skip
            lines = [indent + line for line in wrapped(name, self.width - len(indent), 2)]
            if said and cells(name) + col_spacing <= column:
                lines[-1] += " " * (column - cells(name)) + said.pop(0)
            self._write_lines([*lines, *(indent + " " * column + line for line in said)])

    def _write_lines(self, lines: list[str]) -> None:
        self.write("".join(line.rstrip() + "\n" for line in lines))


class Context(click.Context):
    """The context of a command whose help is printed so."""

    formatter_class = Formatter

    def make_formatter(self) -> click.HelpFormatter:
        """A formatter that asks the screen for its width itself."""
        return Formatter()


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each in one line; no space is put between the lines of a Japanese one."""
    found = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [re.sub(r"(?<![ -~])\s*\n\s*|\s*\n\s*(?![ -~])", "", part).replace("\n", " ") for part in found]
