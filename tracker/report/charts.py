"""The drawings of the page: a sum that grows towards its targets, and values by day against their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, log10
from unicodedata import east_asian_width

from msgspec import Struct

from tracker.report.svg import BAND, DASHED, DOTTED, GREY, INK, PALE, SOLID, Drawing

_WIDTH = 360
_FIELD = 57.0
_HALF, _QUARTER = 0.5, 0.25


class Curve(Struct, frozen=True):
    """A line by day; ``dash`` says how certain it is, and ``name`` says so in words."""

    name: str
    dash: str
    points: Sequence[tuple[date, float]]


class Level(Struct, frozen=True):
    """A height that is to be reached, with its name."""

    name: str
    value: float


class Sum(Struct, frozen=True, kw_only=True):
    """What is drawn of a sum."""

    title: str
    says: str
    unit: str
    curves: Sequence[Curve]
    levels: Sequence[Level] = ()
    marks: Sequence[tuple[date, str]] = ()
    """Days with their names, such as today."""
    days: Sequence[tuple[date, str]] = ()
    """Days that are named along the foot."""


def growing(of: Sum) -> Drawing:
    """A sum from day to day, with the levels that it is to reach."""
    height, left, right, top, bottom = 120, 30, 66, 14, 34
    points = [point for curve in of.curves for point in curve.points]
    first, last = min(on for on, _value in points), max(on for on, _value in points)
    most = max([value for _on, value in points] + [level.value for level in of.levels]) or 1
    days = max((last - first).days, 1)

    def x(on: date) -> float:
        return left + (_WIDTH - left - right) * (on - first).days / days

    def y(value: float) -> float:
        return height - bottom - (height - top - bottom) * value / (most * 1.04)

    drawn = Drawing(_WIDTH, height, of.title, of.says)
    for tick in ticks(most):
        drawn.line([(left, y(tick)), (_WIDTH - right, y(tick))], colour=PALE, width=0.6)
        drawn.text(left - 3, y(tick) + 3, f"{tick:g}", anchor="end", colour=GREY)
    drawn.text(left - 3, top - 5, of.unit, anchor="start", colour=GREY)
    free = float("-inf")
    for level in sorted(of.levels, key=lambda one: -one.value):
        drawn.line([(left, y(level.value)), (_WIDTH - right, y(level.value))], colour=GREY, width=1)
        free = max(y(level.value) + 3, free + 11)  # no name stands on another
        drawn.text(_WIDTH - right + 3, free, level.name)
    for on, name in of.marks:
        drawn.line([(x(on), top), (x(on), height - bottom)], colour=GREY, width=0.8, dash="2 2")
        is_left = x(on) > _WIDTH * (1 - _QUARTER)
        anchor, beside = ("end", -2) if is_left else ("start", 2)
        drawn.text(x(on) + beside, height - bottom - 4, name, anchor=anchor, colour=GREY)
    for curve in of.curves:
        if curve.points:
            drawn.line([(x(on), y(value)) for on, value in curve.points], dash=curve.dash)
    for number, (on, name) in enumerate(of.days):
        anchor = "start" if not number else "end" if number == len(of.days) - 1 else "middle"
        drawn.text(x(on), height - bottom + 11, name, anchor=anchor, colour=GREY)
    _key(drawn, [curve for curve in of.curves if curve.points], height - 5)
    return drawn


def _key(drawn: Drawing, curves: Sequence[Curve], foot: float) -> None:
    """What each kind of line means, in words."""
    place = 4.0
    for curve in curves:
        drawn.line([(place, foot - 3), (place + 22, foot - 3)], dash=curve.dash)
        drawn.text(place + 26, foot, curve.name)
        place += 40 + breadth(curve.name)


def breadth(text: str) -> float:
    """About how wide a text is in the usual size; letters of Japanese are twice as wide as others."""
    return sum(9.2 if east_asian_width(one) in "WF" else 5.2 for one in text)


def ticks(most: float) -> list[float]:
    """Round heights up to the most, three to six of them."""
    rough = most / 4
    size = 10 ** floor(log10(rough)) if rough > 0 else 1
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * 0.8)
    return [step * number for number in range(int(most / step + 1e-9) + 1)]


class Series(Struct, frozen=True, kw_only=True):
    """The values of one thing that is measured."""

    name: str
    newest: str
    """The newest in words, with its mark where it lies outside its range."""
    range: str
    points: Sequence[tuple[date, float, str]]
    """Day, value, and the mark of one outside its range."""
    low: float | None
    high: float | None


def multiples(title: str, says: str, series: Sequence[Series], ends: tuple[str, str], across: int = 4) -> Drawing:
    """A small field for each, with one axis of days for all and the range as a band."""
    wide, high, gap = (_WIDTH - 8 * (across - 1)) / across, _FIELD, 8.0
    rows = ceil(len(series) / across)
    days = [on for one in series for on, _value, _mark in one.points]
    first, last = min(days), max(days)
    drawn = Drawing(_WIDTH, rows * high + 10, title, says)
    for number, one in enumerate(series):
        _field(drawn, one, (number % across) * (wide + gap), (number // across) * high, wide, (first, last))
    drawn.text(0, rows * high + 6, ends[0], size=8, colour=GREY)
    if first < last:
        drawn.text(wide, rows * high + 6, ends[1], anchor="end", size=8, colour=GREY)
    return drawn


def _field(drawn: Drawing, one: Series, left: float, top: float, wide: float, days: tuple[date, date]) -> None:
    above, below = 13.0, 12.0
    head, foot = top + above + 3, top + _FIELD - below - 3
    most = max([value for _on, value, _mark in one.points] + [one.high or 0.0]) or 1.0
    count = (days[1] - days[0]).days

    def x(on: date) -> float:
        return left + 5 + (wide - 10) * ((on - days[0]).days / count if count else _HALF)

    def y(value: float) -> float:
        return foot - (foot - head) * value / most

    size = min(9.0, 9.0 * (wide - 4) / (breadth(one.name) * 1.1 + breadth(one.newest)))
    drawn.text(left, top + 9, one.name, is_bold=True, size=size)
    drawn.text(left + wide, top + 9, one.newest, anchor="end", size=size)
    if one.low is not None or one.high is not None:
        upper = y(one.high) if one.high is not None else head
        drawn.field(left, upper, wide, y(one.low or 0.0) - upper, colour=BAND)
    drawn.line([(left, foot), (left + wide, foot)], colour=PALE, width=0.6)
    drawn.line([(x(on), y(value)) for on, value, _mark in one.points], width=1.2)
    for on, value, mark in one.points:
        drawn.dot(x(on), y(value), is_filled=not mark)
    drawn.text(left, foot + 9, one.range, size=8, colour=GREY)


__all__ = ["DASHED", "DOTTED", "INK", "SOLID", "Curve", "Level", "Series", "Sum", "growing", "multiples", "ticks"]
