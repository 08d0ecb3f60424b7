"""A picture as lines of text: a field of signs with names at its sides and days along its foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
from msgspec import Struct

from tracker.cli.chart.days import Axis, Time
from tracker.cli.lines import cells
from tracker.cli.paper import Style

_EDGE = " |"


class Picture(Struct, frozen=True):
    """The lines of a picture."""

    lines: list[str]
    has_several: bool = False
    """Whether a place of it holds several values: then that has to be said."""


class Canvas:
    """Columns and rows, the lowest row first, each with a sign of one column."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._signs = [[" "] * columns for _row in range(rows)]
        self._styles: list[list[Style | None]] = [[None] * columns for _row in range(rows)]
        self._is_taken = [[False] * columns for _row in range(rows)]

    def put(self, column: int, row: int, sign: str, style: Style | None = None) -> None:
        """What is to be seen at a place, over what was there."""
        self._signs[row][column], self._styles[row][column] = sign, style
        self._is_taken[row][column] = True

    def fill(self, row: int, sign: str, style: Style | None = None) -> None:
        """A row behind all that is put in it."""
        for column in range(self.columns):
            if not self._is_taken[row][column]:
                self._signs[row][column], self._styles[row][column] = sign, style

    def is_taken(self, column: int, row: int) -> bool:
        """Whether something was put at a place."""
        return self._is_taken[row][column]

    def write(self, text: str, beside: int, row: int, style: Style | None = None) -> bool:
        """A text in Latin letters right or left of a sign, where it touches nothing else; whether there was room."""
        for begin in (beside + 1, beside - len(text)):
            around = (at for at in range(begin - 1, begin + len(text) + 1) if at != beside and 0 <= at < self.columns)
            if begin < 0 or begin + len(text) > self.columns or any(self._is_taken[row][at] for at in around):
                continue
            for at, sign in enumerate(text, start=begin):
                self.put(at, row, sign, style)
            return True
        return False

    def line(self, row: int, *, is_coloured: bool) -> str:
        """A row as it is printed."""
        signs, styles = self._signs[row], self._styles[row]
        if not is_coloured:
            return "".join(signs)
        line, at = "", 0
        while at < self.columns:
            end = at + 1
            while end < self.columns and styles[end] == styles[at]:
                end += 1
            line += painted("".join(signs[at:end]), styles[at], is_coloured=True)
            at = end
        return line


def painted(text: str, style: Style | None, *, is_coloured: bool) -> str:
    """A text in its style, where there are colours."""
    return click.style(text, **style) if style and is_coloured else text


Names = Mapping[int, tuple[str, Style | None]]
"""By their rows the names at a side, each in its style."""


def room(width: int, lefts: Names, rights: Names) -> int:
    """The columns that are left for a picture between the names at its sides."""
    return width - _side(lefts) - len(_EDGE) - (_side(rights) + 1 if rights else 0)


def _side(names: Names) -> int:
    return max((cells(name) for name, _style in names.values()), default=0)


def framed(canvas: Canvas, lefts: Names, rights: Names, foot: Sequence[str], *, is_coloured: bool) -> list[str]:
    """The lines of a picture with the names at its sides, and what stands along its foot."""
    left, lines = _side(lefts), []
    for row in reversed(range(canvas.rows)):
        name, style = lefts.get(row, ("", None))
        line = " " * (left - cells(name)) + painted(name, style, is_coloured=is_coloured) + _EDGE
        line += canvas.line(row, is_coloured=is_coloured)
        if row in rights:
            line += " " + painted(*rights[row], is_coloured=is_coloured)
        lines.append(line.rstrip())
    return [*lines, *(" " * (left + len(_EDGE) - 1) + one for one in foot)]


def foot_of(axis: Axis, time: Time) -> list[str]:
    """The line below a picture with a mark at each day that is named, and the names."""
    ruler, names = ["-"] * axis.columns, ""
    for column, name in axis.names(time):
        ruler[column] = "+"
        names += " " * (axis.begin(column, name) - cells(names)) + name
    return ["+" + "".join(ruler), " " + names]
