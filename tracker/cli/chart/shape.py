"""What every chart comes to: a title, a picture, what it says in words, and what programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from msgspec import Struct
from rich.cells import cell_len

from tracker.cli import show
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.signs import Screen
from tracker.errors import N_

_GAP = "  "


class Chart(Struct, frozen=True):
    """One chart."""

    title: str
    draw: Callable[[Screen], Picture] | None
    """None where there is nothing to draw: the words say so."""
    key: Callable[[Screen], list[list[str]]]
    """What the signs in the picture mean, by what goes together."""
    shared: str
    """What is said where a place holds several values: a gettext message id."""
    says: list[str]
    """The last value in words, and what there is to notice."""


class Asked(Struct, frozen=True):
    """From which day on a chart is asked for, and the day from which it is seen."""

    today: date
    since: date | None = None

    def is_in_it(self, on: date) -> bool:
        """Whether a day belongs to it."""
        return on <= self.today and (self.since is None or on >= self.since)


class Found(Struct, frozen=True):
    """What there is of a subject: the charts of it, and their contents as in ``schemas/chart.schema.json``."""

    charts: list[Chart]
    contract: dict[str, Any]


def meaning(sign: str, what: str) -> str:
    """What a sign means."""
    return show.filled(N_("{sign} {what}"), sign=sign, what=what)


def packed(parts: Iterable[str], width: int) -> list[str]:
    """The meanings of signs in lines, as many in each as it holds."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1]) + len(_GAP) + cell_len(part) <= width:
            lines[-1] += _GAP + part
        else:
            lines.append(part)
    return lines
