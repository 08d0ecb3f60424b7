"""Rows of signs by day, one row a thing: how strong it was, the strongest where a column holds several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from tracker.cli.chart.canvas import Canvas, Names, Picture, Style, foot_of, framed, room
from tracker.cli.chart.days import Axis, Time
from tracker.cli.chart.shape import meaning
from tracker.cli.chart.signs import ASKED, OUTSIDE, RAISED, Screen
from tracker.cli.lines import wrapped
from tracker.i18n import _

_STRONG, _STRONGEST, _BEFORE_ALL = 2, 3, 99
_MOST = 0.4
"""Of a screen that names at the left may take; wider ones stand above their rows."""


class Spot(Struct, frozen=True):
    """What is said of a thing on a day."""

    on: date
    rank: int
    """The higher, the stronger: of several in a column the strongest is shown."""
    sign: str
    style: Style = ""


class Strip(Struct, frozen=True):
    """A thing and what is said of it by day."""

    name: str
    spots: Sequence[Spot]


def spot(on: date, grade: int, sign: str | None = None) -> Spot:
    """A grade or an answer, by its digit unless it has another sign."""
    style = OUTSIDE if grade >= _STRONGEST else ASKED if grade >= _STRONG else ""
    return Spot(on, grade, sign or str(grade), style)


def alarm(on: date) -> Spot:
    """A red flag: it is shown before any grade."""
    return Spot(on, _BEFORE_ALL, RAISED, OUTSIDE)


def seen(signs: Sequence[tuple[str, str]], strips: Sequence[Strip]) -> list[str]:
    """What each of the signs means that is to be seen in the rows; the meanings are gettext message ids."""
    there = {one.sign for strip in strips for one in strip.spots}
    return [meaning(sign, _(what)) for sign, what in signs if sign in there]


def drawn(
    strips: Sequence[Strip], time: Time, screen: Screen, *, days: int, most: int, blank: Sequence[date]
) -> Picture:
    """The picture of so many columns for every so many ``days`` at most; ``blank`` have a sign that says nothing."""
    lefts: Names = {len(strips) - 1 - at: (one.name, "") for at, one in enumerate(strips)}
    is_above = max(cell_len(one.name) for one in strips) > screen.width * _MOST
    columns, units = room(screen.width, {} if is_above else lefts, {}), (time.last - time.first).days // days
    if units < columns:  # each as wide as the others
        columns = min(most, (columns - 1) // max(units, 1)) * units + 1
    axis = Axis(time.first, time.last, columns)
    canvas = Canvas(columns, len(strips))
    for row in range(canvas.rows):
        for day in blank:
            canvas.put(axis.column(day), row, screen.signs.nothing)
    has_several = False
    for row, strip in zip(reversed(range(canvas.rows)), strips, strict=True):
        by_column: dict[int, list[Spot]] = {}
        for spot in strip.spots:
            by_column.setdefault(axis.column(spot.on), []).append(spot)
        for column, those in by_column.items():
            strongest = max(those, key=lambda one: one.rank)
            canvas.put(column, row, strongest.sign, strongest.style)
            has_several = has_several or len({one.on for one in those}) > 1
    foot = foot_of(axis, time)
    if not is_above:
        return Picture(framed(canvas, lefts, {}, foot), has_several)
    lines = framed(canvas, {}, {}, foot)
    named = [line for one, drawn_line in zip(strips, lines, strict=False)
             for line in (*map(Text, wrapped(one.name, screen.width, 2)), drawn_line)]  # fmt: skip
    return Picture([*named, *lines[len(strips) :]], has_several)
