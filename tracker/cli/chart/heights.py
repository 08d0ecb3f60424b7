"""Which row of a picture an amount stands in.

Where there is a range its ends are edges of rows: no amount outside it stands in a row of the band, and none within it
stands in another. A limit is the lower edge of a row: what stands there or higher has passed it, and nothing else has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct


class Heights(Struct, frozen=True):
    """The rows between amounts, the lowest first: each is from above its lower edge up to its upper one."""

    edges: tuple[Decimal, ...]
    band: tuple[int, int] | None = None
    """The first and the last row of the range."""
    is_even: bool = True
    """Whether all rows are as high; else those of the range are higher than the others."""
    begun: frozenset[int] = frozenset()
    """The edges whose own amount belongs to the row above."""
    moved: frozenset[int] = frozenset()
    """The edges that were moved to a limit."""

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.edges) - 1

    def row(self, amount: Decimal) -> int:
        """The row of an amount."""
        edge = bisect_left(self.edges, amount)
        is_begun = edge < len(self.edges) and self.edges[edge] == amount and edge in self.begun
        return min(max(edge if is_begun else edge - 1, 0), self.rows - 1)

    def with_limit(self, limit: Decimal, *, is_reached: bool) -> tuple[Heights, int] | None:
        """The same with a limit as the lower edge of a row, and that row; ``is_reached`` of what is as high as it.

        None where a limit lies within the range or beyond the rows, or so near to another one that none is left for it.
        """
        first = self.band[1] + 2 if self.band is not None else 1
        edges = list(self.edges)
        step = edges[-1] - edges[-2]
        if limit > edges[-1] + step:
            return None
        if limit >= edges[-1] or len(edges) <= first:
            edges.append(edges[-1] + step)
        near = [at for at in range(first, len(edges)) if at not in self.moved and edges[at - 1] < limit
                and (at + 1 == len(edges) or limit < edges[at + 1])]  # fmt: skip
        if not near:
            return None
        at = min(near, key=lambda one: abs(edges[one] - limit))
        edges[at] = limit
        if at + 1 == len(edges):
            edges.append(limit + step)
        begun = self.begun | {at} if is_reached else self.begun
        return Heights(tuple(edges), self.band, self.is_even, begun, self.moved | {at}), at


def without_range(amounts: Sequence[Decimal], rows: int, least: Decimal) -> Heights:
    """Rows for amounts that have no range, each at least ``least`` high, the amounts in the middle."""
    bottom, top = min(amounts), max(amounts)
    step = max((top - bottom) / (rows - 1), least)
    first = (bottom + top) / 2 - step * rows / 2
    return Heights(tuple(first + step * number for number in range(rows + 1)))


def from_nothing(most: Decimal, rows: int) -> Heights:
    """Rows from 0 up to an amount."""
    return Heights(tuple(most * number / rows for number in range(rows + 1)))


def around_range(amounts: Sequence[Decimal], low: Decimal | None, high: Decimal | None, rows: int) -> Heights:
    """Rows for amounts around their range; as high as they can be, so that all have room.

    Where an amount lies so far away that no row is left for it, the range keeps a sixth of the rows, and what lies
    beyond it has rows of another height.
    """
    bottom, top = min(amounts), max(amounts)
    start = low if low is not None else min(bottom, Decimal(0))
    end = high if high is not None else max(top, start * 2, start + 1)
    if end <= start:
        return without_range(amounts, rows, max(abs(top), Decimal(1)) / rows)
    below, above = max(start - bottom, Decimal(0)), max(top - end, Decimal(0))
    for within in range(rows, 0, -1):
        step = (end - start) / within
        under = _rows(below, step) or int(low is not None)
        under = min(under, _rows(start, step)) if bottom >= 0 else under
        over = _rows(above, step) or int(high is not None)
        if under + within + over <= rows:
            edges = [start + step * number for number in range(-under, within + over + 1)]
            edges[under + within] = end
            if bottom >= 0:
                edges[0] = max(edges[0], Decimal(0))
            return Heights(tuple(edges), (under, under + within - 1), begun=frozenset({under}))
    within = max(rows // 6, 1)
    under = max(min(rows // 4, rows - within - 1), 1) if below else 0
    over = rows - within - under if above else 0
    edges = [*_between(start - below, start, under), *_between(start, end, within), *_between(end, end + above, over)]
    top_edge = end + above
    return Heights((*edges, top_edge), (under, under + within - 1), is_even=False, begun=frozenset({under}))


def _rows(amount: Decimal, step: Decimal) -> int:
    """How many rows an amount takes, the last of them perhaps in part."""
    whole = int(amount // step)
    return whole + int(step * whole < amount)


def _between(low: Decimal, high: Decimal, rows: int) -> list[Decimal]:
    """The lower edges of so many rows."""
    return [low + (high - low) * number / rows for number in range(rows)]
