"""What several sections of the page say in the same way."""

from __future__ import annotations

from tracker.cli.tables import Cell


def plain(cell: Cell | str) -> str:
    """What stands in a cell of a screen, in its shorter form where it has one."""
    return cell if isinstance(cell, str) else cell.short or cell.text
