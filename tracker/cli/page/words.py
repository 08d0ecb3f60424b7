"""What several sections of the page say in the same way."""

from __future__ import annotations

from tracker.cli.show import filled
from tracker.cli.tables import Cell
from tracker.errors import N_


def plain(cell: Cell | str) -> str:
    """What stands in a cell of a screen, in its shorter form where it has one."""
    return cell if isinstance(cell, str) else cell.short or cell.text


def shortened(text: str, most: int | None) -> str:
    """A note in one line, with no more than so many letters of it."""
    words = " ".join(text.split())
    if most is None or len(words) <= most:
        return words
    return filled(N_("{text} ..."), text=words[:most].rstrip())
