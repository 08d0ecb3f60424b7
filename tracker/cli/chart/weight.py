"""The weight by day, and the one that doses are counted on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.cli import show
from tracker.cli.as_json import both, day
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.days import Time
from tracker.cli.chart.field import Level, Value, of_values
from tracker.cli.chart.heights import without_range
from tracker.cli.chart.shape import Asked, Chart, Found, meaning
from tracker.cli.chart.signs import RANGE, Screen
from tracker.errors import N_, Phrase
from tracker.facts.kind import amount
from tracker.i18n import _, active, number
from tracker.rules import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.facts import Weight
    from tracker.journeys.course.charting import Weighed

_ROWS = 11
_LEAST_STEP = Decimal("0.2")
"""Kilograms of a row at least: what a scale does from day to day is no mountain."""
NAME = Text("weight", "体重")


def of(found: Weighed, asked: Asked) -> Found:
    """The chart of the weight."""
    points = [one for one in found.weights if asked.is_in_it(one.on)]
    start = found.counted_on

    def draw(screen: Screen) -> Picture:
        values = [Value(one.on, one.kg, screen.signs.value, number(one.shown)) for one in points]
        heights = without_range([one.kg for one in (*points, *([start] if start else []))], _ROWS, _LEAST_STEP)
        levels = [Level(start.kg, _("start weight"), heights.row(start.kg), RANGE)] if start is not None else []
        time = Time(asked.since or points[0].on, asked.today, ((asked.today, _("today")),))
        return of_values(values, time, heights, screen, levels=levels)

    def key(screen: Screen) -> list[list[str]]:
        if start is None:
            return []
        text = show.filled(N_("start weight, on which doses are counted: {kg} kg on {on}"), kg=start.shown, on=start.on)
        return [[meaning(screen.signs.level, text)]]

    title = show.filled(N_("{what} in {unit}"), what=_("Weight"), unit=_("kg"))
    chart = Chart(title, draw if points else None, key, N_("A digit stands where so many values share a place."),
                  _says(found.weights, points, start, asked))  # fmt: skip
    return Found([chart], {
        "chart": "weight", "name": both(NAME), "since": day(asked.since), "unit": "kg",
        "limits": [{"value": amount(start.kg), "level": "start-weight"}] if start is not None else [],
        "points": [{"on": one.on.isoformat(), "value": amount(one.kg), "id": one.id} for one in points],
    })  # fmt: skip


def _says(weights: Sequence[Weight], points: Sequence[Weight], start: Weight | None, asked: Asked) -> list[str]:
    if not weights:
        return [show.filled(N_("No weight was recorded. To record it: {command}"), command="isotrack log weight KG")]
    newest = weights[-1]
    said = show.filled(N_("Last value: {kg} kg on {on}"), kg=newest.shown, on=newest.on)
    if start is not None and start is not newest:
        by = newest.shown - start.shown
        change = Phrase(N_("{change} kg since {on}"), {"change": ("+" if by > 0 else "") + number(by), "on": start.on})
        said = show.filled(N_("{text}: {about}"), text=said, about=active().value(change))
    return [said] if points else [show.filled(N_("No value since {on}."), on=asked.since), said]
