"""Amounts by day: single values against their range and limits, or a sum that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from msgspec import Struct

from tracker.cli.chart.canvas import Canvas, Names, Picture, Style, foot_of, framed, room
from tracker.cli.chart.days import Axis, Time
from tracker.cli.chart.heights import Heights
from tracker.cli.chart.signs import OUTSIDE, RANGE, SEVERAL, UPRIGHT, VALUE, Screen
from tracker.i18n import number

_DIGITS = 10
Part = tuple[Decimal, str, Style]
"""What a sum is made of: an amount, its sign and its style."""


class Value(Struct, frozen=True):
    """A value of a day, with its sign and how it is written beside it."""

    on: date
    amount: Decimal
    sign: str
    text: str
    is_outside: bool = False


class Level(Struct, frozen=True):
    """A height with its name, and the row in which it is drawn."""

    amount: Decimal
    name: str
    row: int
    style: Style = ""


class Ends(Struct, frozen=True):
    """The range, and what its ends are called."""

    low: Decimal | None
    high: Decimal | None
    names: tuple[str, str]


def spots(values: Iterable[Value], axis: Axis, heights: Heights) -> dict[tuple[int, int], list[Value]]:
    """By column and row the values that stand there."""
    found: dict[tuple[int, int], list[Value]] = {}
    for one in values:
        found.setdefault((axis.column(one.on), heights.row(one.amount)), []).append(one)
    return found


def of_values(
    values: Sequence[Value], time: Time, heights: Heights, screen: Screen, ends: Ends | None = None,
    levels: Sequence[Level] = (),
) -> Picture:  # fmt: skip
    """The picture of values, oldest first."""
    lefts, rights = _beside(values, heights, ends, levels)
    rights = {} if screen.is_narrow else rights
    axis = Axis(time.first, time.last, room(screen.width, lefts, rights))
    canvas = Canvas(axis.columns, heights.rows)
    for level in levels:
        canvas.fill(level.row, screen.signs.level, level.style)
    for row in range(heights.band[0], heights.band[1] + 1) if heights.band is not None else ():
        canvas.shade(row, screen.signs.band, RANGE)
    found = spots(values, axis, heights)
    for (column, row), those in found.items():
        is_outside = any(one.is_outside for one in those)
        canvas.put(column, row, _sign(those), OUTSIDE if is_outside else VALUE)
    alone = [(place, those[0]) for place, those in found.items() if len(those) == 1]
    for (column, row), one in sorted(alone, key=lambda pair: pair[1].on, reverse=True):
        canvas.write(one.text, column, row, OUTSIDE if one.is_outside else VALUE)
    lines = framed(canvas, lefts, rights, foot_of(axis, time))
    return Picture(lines, has_several=len(alone) < len(found))


def _sign(those: Sequence[Value]) -> str:
    if len(those) == 1:
        return those[0].sign
    return str(len(those)) if len(those) < _DIGITS else SEVERAL


def _beside(
    values: Sequence[Value], heights: Heights, ends: Ends | None, levels: Sequence[Level]
) -> tuple[Names, Names]:  # fmt: skip
    """The amounts at the left and what they are at the right: of a row what says most."""
    lefts: dict[int, tuple[str, Style]] = {}
    rights: dict[int, tuple[str, Style]] = {}
    if ends is not None and heights.band is not None:
        for row, end, name in zip(reversed(heights.band), (ends.high, ends.low), reversed(ends.names), strict=True):
            if end is not None and row not in lefts:
                lefts[row], rights[row] = (number(end), RANGE), (name, RANGE)
    for level in levels:
        if level.row not in lefts:
            lefts[level.row], rights[level.row] = (number(level.amount), level.style), (level.name, level.style)
    newest = values[-1]
    for one in (newest, max(values, key=lambda value: value.amount), min(values, key=lambda value: value.amount)):
        style = (OUTSIDE if one.is_outside else VALUE) if one is newest else ""
        lefts.setdefault(heights.row(one.amount), (number(one.amount), style))
    return lefts, rights


def of_a_sum(
    parts: Callable[[date], Sequence[Part]], time: Time, heights: Heights,
    ticks: Mapping[int, Decimal], screen: Screen, levels: Sequence[Level],
) -> Picture:  # fmt: skip
    """The picture of a sum that grows; ``parts`` of a day are what it is made of, each with its sign."""
    lefts: dict[int, tuple[str, Style]] = {one.row: (number(one.amount), one.style) for one in levels}
    rights: dict[int, tuple[str, Style]] = {one.row: (one.name, one.style) for one in levels}
    for row, tick in ticks.items():
        lefts.setdefault(row, (number(tick), ""))
    rights = {} if screen.is_narrow else rights
    axis = Axis(time.first, time.last, room(screen.width, lefts, rights))
    canvas = Canvas(axis.columns, heights.rows)
    for level in levels:
        canvas.fill(level.row, screen.signs.level, level.style)
    for column in range(axis.columns):
        for row, (sign, style) in enumerate(stacked(parts(axis.day(column)), heights)):
            canvas.put(column, row, sign, style)
    for on, _name in time.named:
        for row in range(canvas.rows) if time.first < on < time.last else ():
            if not canvas.is_taken(axis.column(on), row):
                canvas.put(axis.column(on), row, UPRIGHT)
    return Picture(framed(canvas, lefts, rights, foot_of(axis, time)))


def stacked(parts: Sequence[Part], heights: Heights) -> list[tuple[str, Style]]:
    """From the lowest row up the sign of each row that a sum has come to: that of the part at its lower edge.

    So a part that only grows is never seen to shrink.
    """
    total, found = sum((amount for amount, _sign, _style in parts), Decimal(0)), list[tuple[str, Style]]()
    for at, low in enumerate(heights.edges[:-1]):
        if total < low or (total == low and at not in heights.begun):
            break
        ends = list(accumulate(amount for amount, _sign, _style in parts))
        found.append(next(part[1:] for end, part in zip(ends, parts, strict=True) if end > low or end == total))
    return found
