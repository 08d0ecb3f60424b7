"""A picture as lines of text: a field of signs with names at its sides and days along its foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from tracker.cli.chart.days import Axis, Time

_EDGE = " |"
Style = str
"""How a sign looks where there are colours, as rich reads it: ``bold red``."""


class Picture(Struct, frozen=True):
    """The lines of a picture."""

    lines: list[Text]
    has_several: bool = False
    """Whether a place of it holds several values: then that has to be said."""


class Canvas:
    """Columns and rows, the lowest row first, each with a sign of one column."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._grounds: list[tuple[str, Style]] = [(" ", "")] * rows
        self._shades: list[Style] = [""] * rows
        self._placed: list[dict[int, tuple[str, Style]]] = [{} for _row in range(rows)]

    def put(self, column: int, row: int, sign: str, style: Style = "") -> None:
        """What is to be seen at a place, over what was there."""
        self._placed[row][column] = sign, style

    def fill(self, row: int, sign: str, style: Style = "") -> None:
        """A row behind all that is put in it."""
        self._grounds[row] = sign, style

    def shade(self, row: int, sign: str, style: Style) -> None:
        """A row of a band: what stands in it has its colour as well, where it has none of its own."""
        self._grounds[row], self._shades[row] = (sign, ""), style

    def is_taken(self, column: int, row: int) -> bool:
        """Whether something was put at a place."""
        return column in self._placed[row]

    def write(self, text: str, beside: int, row: int, style: Style = "") -> bool:
        """A text in Latin letters right or left of a sign, where it touches nothing else; whether there was room."""
        for begin in (beside + 1, beside - len(text)):
            around = (at for at in range(begin - 1, begin + len(text) + 1) if at != beside and 0 <= at < self.columns)
            if begin < 0 or begin + len(text) > self.columns or any(self.is_taken(at, row) for at in around):
                continue
            for at, sign in enumerate(text, start=begin):
                self.put(at, row, sign, style)
            return True
        return False

    def line(self, row: int) -> Text:
        """A row as it is printed."""
        places = (self._placed[row].get(column, self._grounds[row]) for column in range(self.columns))
        runs = groupby(places, key=lambda place: place[1])
        signs = (("".join(sign for sign, _style in run), style) for style, run in runs)
        return Text.assemble(*signs, style=self._shades[row])


Names = Mapping[int, tuple[str, Style]]
"""By their rows the names at a side, each in its style."""


def room(width: int, lefts: Names, rights: Names) -> int:
    """The columns that are left for a picture between the names at its sides."""
    return width - _side(lefts) - len(_EDGE) - (_side(rights) + 1 if rights else 0)


def _side(names: Names) -> int:
    return max((cell_len(name) for name, _style in names.values()), default=0)


def framed(canvas: Canvas, lefts: Names, rights: Names, foot: Sequence[str]) -> list[Text]:
    """The lines of a picture with the names at its sides, and what stands along its foot."""
    left, lines = _side(lefts), []
    for row in reversed(range(canvas.rows)):
        name = Text(*lefts.get(row, ("", "")))
        name.align("right", left)
        line = Text.assemble(name, _EDGE, canvas.line(row))
        if row in rights:
            line.append(" ").append(*rights[row])
        line.rstrip()
        lines.append(line)
    return [*lines, *(Text(" " * (left + len(_EDGE) - 1) + one) for one in foot)]


def foot_of(axis: Axis, time: Time) -> list[str]:
    """The line below a picture with a mark at each day that is named, and the names."""
    ruler, names = ["-"] * axis.columns, ""
    for column, name in axis.names(time):
        ruler[column] = "+"
        names += " " * (axis.begin(column, name) - cell_len(names)) + name
    return ["+" + "".join(ruler), " " + names]
