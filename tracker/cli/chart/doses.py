"""The cumulative dose by day: confirmed, assumed and planned apart, towards the targets."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.cli import show, taken
from tracker.cli.as_json import both, day
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.days import Time
from tracker.cli.chart.field import Level, Part, of_a_sum
from tracker.cli.chart.heights import from_nothing
from tracker.cli.chart.shape import Asked, Chart, Found, meaning
from tracker.cli.chart.signs import AHEAD, ASKED, VALUE, Screen
from tracker.errors import N_, Listed
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.kind import amount
from tracker.i18n import _, active
from tracker.report.charts import ticks
from tracker.rounding import half_up
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.charting import Growth
    from tracker.journeys.course.dosing import Doses
    from tracker.readings.targets import Target

_ROWS = 13
NAME = Text("cumulative dose", "累積投与量")


def of(found: Growth, asked: Asked) -> Found:
    """The charts of the dose, one for each kind of capsules."""
    charts = [_Sum(found, product, asked).chart() for product in found.curves]
    targets = found.doses.targets
    if not charts:
        charts = [Chart(_("Cumulative dose"), None, lambda _screen: [], "", [_("No capsule has been taken yet.")])]
    return Found(charts, {
        "chart": "dose", "name": both(NAME), "since": day(asked.since), "unit": "mg",
        "limits": [{"value": amount(half_up(one.mg, 3)), "level": "target", "mg_per_kg": amount(one.mg_per_kg),
                    "own": one.mg_per_kg == found.doses.own_target} for one in targets],
        "points": [
            {"on": one.on.isoformat(), "product": product.value, "confirmed": amount(one.confirmed_mg),
             "assumed": amount(one.assumed_mg), "planned": amount(one.planned_mg)}
            for product, points in found.curves.items() for one in points
            if asked.since is None or one.on >= asked.since
        ],
    })  # fmt: skip


class _Sum:
    """The sum of one kind of capsules."""

    def __init__(self, found: Growth, product: Product, asked: Asked) -> None:
        self._found, self._product, self._asked = found, product, asked
        self._points = found.curves[product]
        self._days = [one.on for one in self._points]
        self._targets = found.doses.targets if product is Product.CONVENTIONAL else ()

    def chart(self) -> Chart:
        """The chart."""
        title = _("Cumulative dose")
        if len(self._found.curves) > 1 or self._product is not Product.CONVENTIONAL:
            title = show.filled(N_("{what} ({note})"), what=title, note=_(PRODUCT_NAMES[self._product]))
        title = show.filled(N_("{what} in {unit}"), what=title, unit=_("mg"))
        return Chart(title, self._draw, self._key, "", self._says())

    def _parts(self, on: date, screen: Screen) -> list[Part]:
        """What the sum of a day is made of."""
        at = bisect_right(self._days, on) - 1
        if at < 0:
            return []
        one, signs = self._points[at], screen.signs
        return [(one.confirmed_mg, signs.confirmed, VALUE), (one.assumed_mg, signs.assumed, ""),
                (one.planned_mg, signs.ahead, AHEAD)]  # fmt: skip

    def _draw(self, screen: Screen) -> Picture:
        most = max([self._points[-1].total_mg, *(one.mg for one in self._targets)]) or Decimal(1)
        heights, levels, rows = from_nothing(most, _ROWS), list[Level](), {0: Decimal(0)}
        for one in self._targets:
            if (placed := heights.with_limit(one.mg, is_reached=True)) is not None:
                heights, row = placed
                levels.append(Level(one.mg, _named(self._found, one), row, ASKED))
        for tick in (Decimal(str(one)) for one in ticks(float(most)) if one):
            if (placed := heights.with_limit(tick, is_reached=True)) is not None:
                heights, row = placed
                rows[row] = tick
        today, first = self._asked.today, self._asked.since or self._days[0]
        time = Time(first, max(self._days[-1], first), ((today, _("today")),))
        return of_a_sum(lambda on: self._parts(on, screen), time, heights, rows, screen, levels)

    def _key(self, screen: Screen) -> list[list[str]]:
        signs = screen.signs
        sure = _("logged or stated") if self._points[-1].stated_mg else _("confirmed")
        names = {signs.confirmed: sure, signs.assumed: _("assumed taken"), signs.ahead: _("planned")}
        there = [sign for mg, sign, _style in self._parts(self._days[-1], screen) if mg]
        parts = [meaning(sign, names[sign]) for sign in there]
        if self._targets:
            targets = active().value(Listed(tuple(_named(self._found, one) for one in self._targets)))
            parts.append(meaning(signs.level, str(targets)))
        return [parts]

    def _says(self) -> list[str]:
        lines = [_when(one, self._found.doses, self._asked.today) for one in self._targets]
        if self._product in self._found.doses.intake.sums:
            doses = self._found.doses
            lines += [taken.so_far(doses, self._product), *taken.parts_of(doses, self._product)]
        return lines


def _named(found: Growth, one: Target) -> str:
    return show.filled(N_("{target} (own)") if one.mg_per_kg == found.doses.own_target else N_("{target} mg/kg"),
                       target=one.mg_per_kg)  # fmt: skip


def _when(target: Target, doses: Doses, today: date) -> str:
    """When a target is reached."""
    values: dict[str, Any] = {"target": target.mg_per_kg}
    if target.prescribed is None:
        line = doses.view.plan.timeline
        is_held = line.held_since is not None and line.last_dose is None
        message = N_("{target} mg/kg: none while held") if is_held else N_("{target} mg/kg: not reached")
        return show.filled(message, **values)
    message = N_("{target} mg/kg: on {on}, as prescribed")
    if target.is_reached(today):
        message = N_("{target} mg/kg: reached on {on}")
    return show.filled(message, on=target.prescribed.on, **values)
