"""Tables that fit: what a row cannot hold is said shorter, then below it, then the row becomes a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

import click
from msgspec import Struct

from tracker.cli import paper
from tracker.cli.lines import cells, longest_piece, wrapped
from tracker.errors import N_
from tracker.i18n import _, active
from tracker.visible import in_one_line

_GAP = 2
_NARROW = 60
"""Columns of a screen below which a row is not broken over lines: it becomes a list."""
_LEAST_PROSE, _LONGEST_WORD = 16, 30
"""Columns that are left to prose at least, and those of a word beyond which it is broken."""


class Column(Struct, frozen=True):
    """A column. ``prose`` may be broken between words, the one that ``drops`` first goes below the row first."""

    heading: str
    """A gettext message id."""
    prose: bool = False
    drops: int = 0
    is_name: bool = False
    """What a row is about: it stands first where the row is a list."""


class Cell(Struct, frozen=True):
    """What stands in a row, with a shorter form where there is one; ``sign`` says that this one bears a sign."""

    text: str
    short: str | None = None
    signed: bool = False
    style: paper.Style | None = None

    def form(self, *, short: bool) -> str:
        """The form that is shown, with nothing in it that moves the cursor or turns the line round."""
        text = self.short if short and self.short is not None else self.text
        return in_one_line(text)


Row = Sequence["Cell | str"]


class Drawn(Struct, frozen=True):
    """The lines of a table, and whether one of them bears the sign of a shorter form."""

    lines: list[str]
    is_signed: bool


def table(columns: Sequence[Column | str], rows: Iterable[Row]) -> None:
    """Print a table as wide as the output; nothing where there are no rows. Headings are gettext message ids."""
    found = list(rows)
    if not found:
        return
    grid = drawn(columns, found, paper.width(), coloured=paper.is_coloured())
    paper.put_lines(grid.lines)
    if grid.is_signed:
        paper.put(_("* estimate"))


def drawn(columns: Sequence[Column | str], rows: Sequence[Row], width: int, *, coloured: bool = False) -> Drawn:
    """The table on so many columns of a screen."""
    heads = [one if isinstance(one, Column) else Column(one) for one in columns]
    for short in (False, True):
        table = _Table(heads, [[_cell(one) for one in row] for row in rows], width, short=short, coloured=coloured)
        if table.fits(range(len(heads))):
            return table.drawn(range(len(heads)))
    if width < _NARROW:
        return table.listed()
    order = sorted((at for at, one in enumerate(heads) if one.drops), key=lambda at: heads[at].drops)
    for gone in range(len(order) + 1):
        kept = [at for at in range(len(heads)) if at not in order[:gone]]
        if table.fits(kept) or table.shrinks(kept):
            return table.drawn(kept)
    return table.listed()


def _cell(one: Cell | str) -> Cell:
    return one if isinstance(one, Cell) else Cell(one)


class _Table:
    """The cells of a table in one of their forms, and how wide each column is."""

    def __init__(self, heads: list[Column], rows: list[list[Cell]], width: int, *, short: bool, coloured: bool) -> None:
        self.heads, self.rows, self.width, self.coloured = heads, rows, width, coloured
        self.texts = [[one.form(short=short) for one in row] for row in rows]
        self.is_signed = short and any(one.signed for row in rows for one in row)
        self.widths = [max(map(cells, texts)) for texts in self._by_column()]

    def _by_column(self) -> list[list[str]]:
        return [[_(head.heading), *(row[at] for row in self.texts)] for at, head in enumerate(self.heads)]

    def _total(self, kept: Sequence[int]) -> int:
        return sum(self.widths[at] for at in kept) + _GAP * (len(kept) - 1)

    def fits(self, kept: Sequence[int]) -> bool:
        """Whether these columns fit as they are."""
        return self._total(kept) <= self.width

    def shrinks(self, kept: Sequence[int]) -> bool:
        """Whether these columns fit where prose is broken between words; then they are as wide as that makes them."""
        before = list(self.widths)
        least = {}
        for at in (at for at in kept if self.heads[at].prose):
            word = max(map(longest_piece, self._by_column()[at]))
            least[at] = max(_LEAST_PROSE, min(word, _LONGEST_WORD))
        while not self.fits(kept):
            wide = [at for at, floor in least.items() if self.widths[at] > floor]
            if not wide:
                self.widths = before
                return False
            widest = max(wide, key=lambda at: self.widths[at])
            self.widths[widest] -= 1
        return True

    def drawn(self, kept: Sequence[int]) -> Drawn:
        """The table of these columns; what the others say stands below each row."""
        bold = [Cell("", style={"bold": True})] * len(self.heads)
        lines = self._row([_(head.heading) for head in self.heads], bold, kept)
        below = [at for at in range(len(self.heads)) if at not in kept]
        for texts, row in zip(self.texts, self.rows, strict=True):
            lines += self._row(texts, row, kept)
            lines += self._pairs(texts, row, below)
        return Drawn(lines, self.is_signed)

    def listed(self) -> Drawn:
        """Each row as a list: its name, and below it everything else with its heading."""
        name = next((at for at, head in enumerate(self.heads) if head.is_name), 0)
        others = [at for at in range(len(self.heads)) if at != name]
        lines: list[str] = []
        for texts, row in zip(self.texts, self.rows, strict=True):
            lines += [self._styled(line, {"bold": True}) for line in wrapped(texts[name], self.width, 2)]
            lines += self._pairs(texts, row, others)
        return Drawn(lines, self.is_signed)

    def _row(self, texts: Sequence[str], row: Sequence[Cell], kept: Sequence[int]) -> list[str]:
        broken = [wrapped(texts[at], self.widths[at]) for at in kept]
        lines = []
        for parts in zip_longest(*broken, fillvalue=""):
            line, owed = "", 0
            for at, part in zip(kept, parts, strict=True):
                if part:
                    line += " " * owed + self._styled(part, row[at].style)
                    owed = 0
                owed += self.widths[at] - cells(part) + _GAP
            lines.append(line)
        return lines

    def _pairs(self, texts: Sequence[str], row: Sequence[Cell], places: Sequence[int]) -> list[str]:
        """Values with their headings, as many on a line as it holds."""
        lines: list[str] = []
        room = 0
        for at in places:
            if not texts[at]:
                continue
            values = {"heading": _(self.heads[at].heading), "value": texts[at]}
            pair = active().fill(N_("{heading}: {value}"), values)
            if lines and cells(pair) + _GAP <= room:
                room -= cells(pair) + _GAP
                lines[-1] += " " * _GAP + self._styled(pair, row[at].style)
                continue
            broken = wrapped("  " + pair, self.width, 4)
            room = self.width - cells(pair) - 2 if len(broken) == 1 else 0
            lines += [self._styled(line, row[at].style) for line in broken]
        return lines

    def _styled(self, text: str, style: paper.Style | None) -> str:
        return click.style(text, **style) if style and self.coloured else text
