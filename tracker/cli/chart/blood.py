"""A blood value by day: its range as a band, the limits that ask for the clinic named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.cli import findings, planned, show
from tracker.cli.as_json import both, day
from tracker.cli.chart.canvas import Picture
from tracker.cli.chart.days import Time
from tracker.cli.chart.field import Ends, Level, Value, of_values
from tracker.cli.chart.heights import Heights, around_range, without_range
from tracker.cli.chart.shape import Asked, Chart, Found, meaning
from tracker.cli.chart.signs import ASKED, AT_LEAST, AT_MOST, OUTSIDE, Screen, Signs
from tracker.cli.results import Row
from tracker.errors import N_, Listed, Phrase
from tracker.facts.kind import amount as in_json
from tracker.facts.lab import LabValue, amount
from tracker.facts.observation import Comparator
from tracker.i18n import _, active, number
from tracker.laboratory import Analyte, Limit, Of
from tracker.laboratory import Level as Asks
from tracker.rounding import half_up
from tracker.sheet import Flag, amount_of, range_of, range_of_limits

if TYPE_CHECKING:
    from tracker.journeys.course.measuring import Sheet

_ROWS = 13
_LEAST_BAND = 3
"""Rows that the range keeps where a limit is drawn that no value has come near to."""
_ASKS = {Asks.WATCH: N_("watch"), Asks.CONTACT: N_("contact clinic"), Asks.NOW: N_("contact now")}
_STYLES = {Asks.WATCH: ASKED, Asks.CONTACT: ASKED, Asks.NOW: OUTSIDE}
_LIMITS = {
    (Asks.WATCH, True): N_("from {amount} on: watch"), (Asks.WATCH, False): N_("above {amount}: watch"),
    (Asks.CONTACT, True): N_("from {amount} on: contact your clinic"),
    (Asks.CONTACT, False): N_("above {amount}: contact your clinic"),
    (Asks.NOW, True): N_("from {amount} on: contact your clinic now"),
    (Asks.NOW, False): N_("above {amount}: contact your clinic now"),
}  # fmt: skip
_SIDES = {
    Flag.HIGH: N_("above the range {range} ({whose})"), Flag.LOW: N_("below the range {range} ({whose})"),
    None: N_("within the range {range} ({whose})"),
}  # fmt: skip
_MARKED = N_("marked as high on the sheet; the range is {range} ({whose})")
_BOUND = N_("printed as a bound; the range is {range} ({whose})")
_BOUNDS = {
    Comparator.BELOW: AT_MOST, Comparator.AT_MOST: AT_MOST, Comparator.ABOVE: AT_LEAST, Comparator.AT_LEAST: AT_LEAST,
}  # fmt: skip


def of(analyte: Analyte, sheet: Sheet, asked: Asked) -> Found:
    """The chart of an analyte."""
    is_measured = any(one.code == analyte.code for one in sheet.values)
    chart = _Values(analyte, sheet, asked) if is_measured else None
    contract: dict[str, Any] = {
        "chart": analyte.code, "name": both(analyte.name), "since": day(asked.since), "unit": None, "range": None,
        "limits": [], "points": [],
    }  # fmt: skip
    if chart is None:
        command = f"isotrack log blood {analyte.code.upper()}=22"
        says = show.filled(N_("{what}: no value was recorded. As it comes: {command}"), what=analyte.name,
                           command=command.replace("=22", "=..."))  # fmt: skip
        return Found([Chart(analyte.name.in_language(active().code), None, lambda _screen: [], "", [says])], contract)
    return Found([chart.chart()], contract | chart.contract())


class _Values:
    """The values of an analyte in one unit, that of their row in the table."""

    def __init__(self, analyte: Analyte, sheet: Sheet, asked: Asked) -> None:
        self._analyte, self._sheet, self._asked = analyte, sheet, asked
        self._row = Row(analyte, sheet)
        self._all = self._row.points
        self._points = [one for one in self._all if asked.is_in_it(one[0].on)]
        self._newest = self._all[-1][0]
        self._range = range_of(analyte, self._newest, sheet.sex)
        self._low, self._high = self._row.ends
        self._limits = self._limits_of()

    def _limits_of(self) -> list[tuple[Decimal, Limit]]:
        """What asks for something by the value alone, in the unit of all, the lowest first."""
        factor = self._analyte.unit(self._row.newest.unit).factor
        against = range_of_limits(self._analyte, self._newest, self._sheet.sex)
        found: dict[tuple[Decimal, Asks], Limit] = {}
        for one in self._analyte.limits:
            value = amount_of(one.bound, self._analyte, self._row.newest, against)
            if value is None or one.symptoms or (one.bound.of is Of.UPPER and one.bound.times == 1):
                continue  # the end of the range has its own name
            found.setdefault((half_up(value / factor, 2), one.level), one)
        return [(value, one) for (value, _level), one in sorted(found.items(), key=lambda pair: pair[0][0])]

    def chart(self) -> Chart:
        """The chart."""
        name = self._analyte.name.in_language(active().code)
        title = show.filled(N_("{what} in {unit}"), what=name, unit=self._row.unit) if self._row.unit else name
        return Chart(
            title, self._draw if self._points else None, self._key,
            N_("A digit stands where so many values share a place."), self._says(),
        )  # fmt: skip

    def _draw(self, screen: Screen) -> Picture:
        signs = screen.signs
        values = [Value(one.on, value, _sign(one, side, signs), number(value), side is not None)
                  for one, value, side in self._points]  # fmt: skip
        heights, levels = self._heights([one.amount for one in values])
        ends = Ends(self._low, self._high, (_("lower limit"), _("upper limit")))
        time = Time(self._asked.since or values[0].on, self._asked.today, ((self._asked.today, _("today")),))
        return of_values(values, time, heights, screen, ends if heights.band is not None else None, levels)

    def _heights(self, amounts: Sequence[Decimal]) -> tuple[Heights, list[Level]]:
        """The rows, and the limits that are drawn: those that were passed, and others while the range stays large."""
        if self._low is None and self._high is None:
            return without_range(amounts, _ROWS, max(amounts) / (_ROWS * 4) or Decimal(1)), []
        most, levels = max(amounts), list[Level]()
        drawn: list[tuple[Decimal, Limit]] = []
        heights = around_range(amounts, self._low, self._high, _ROWS)
        for value, limit in self._limits:
            wider = around_range([*amounts, value], self._low, self._high, _ROWS)
            if value > most and not (wider.is_even and wider.band and wider.band[1] - wider.band[0] + 1 >= _LEAST_BAND):
                break
            heights = wider
            drawn.append((value, limit))
        for value, limit in drawn:
            placed = heights.with_limit(value, is_reached=limit.bound.reached)
            if placed is not None:
                heights, row = placed
                levels.append(Level(value, _(_ASKS[limit.level]), row, _STYLES[limit.level]))
        return heights, levels

    def _key(self, screen: Screen) -> list[list[str]]:
        signs = screen.signs
        drawn = {_sign(one, side, signs) for one, _value, side in self._points}
        parts = [meaning(sign, _(what)) for sign, what in (
            (signs.value, N_("value")), (signs.above, N_("above its range")), (signs.below, N_("below its range")),
            (AT_MOST, N_("this or lower")), (AT_LEAST, N_("this or higher")),
        ) if sign in drawn]  # fmt: skip
        if self._low is not None or self._high is not None:
            ends = "-".join("" if end is None else findings.shown(end) for end in (self._low, self._high))
            parts.append(meaning(signs.band, show.filled(N_("range {range}"), range=ends)))
        rest = []
        if not self._heights([value for _one, value, _side in self._points])[0].is_even:
            rest.append([_("The rows of the range are higher than the others: some values lie far away.")])
        if (printed := self._row.printed([one.on for one, _value, _side in self._points])) is not None:
            rest.append([_("Values that were printed in another unit are converted.")])
            rest.append([str(active().value(printed))])
        limits = [
            Phrase(N_("{text} [{sources}]"), {
                "text": Phrase(_LIMITS[limit.level, limit.bound.reached], {"amount": number(value)}),
                "sources": Listed(tuple(map(planned.source_name, limit.sources))),
            })
            for value, limit in self._limits
        ]  # fmt: skip
        if limits:
            text = show.filled(N_("limits: {things}"), things=Listed(tuple(limits)))
            rest.append([meaning(signs.level, text)])
        return [parts, *rest]

    def _says(self) -> list[str]:
        found = [self._last()]
        if not self._points:
            found.insert(0, show.filled(N_("No value since {on}."), on=self._asked.since))
        own = [one for one in self._sheet.findings if one.analyte.code == self._analyte.code]
        return [*(findings.lines(self._sheet, own) if own else ()), *found]

    def _last(self) -> str:
        """The newest value against its range, and what changed."""
        _value, _amount, side = self._all[-1]
        value = self._row.newest
        parts: list[Any] = [self._where(value, side)]
        if len(self._all) > 1 and self._row.change != "-":
            before = self._all[-2][0].on
            parts.append(Phrase(N_("{change} since {on}"), {"change": self._row.change, "on": before}))
        return show.filled(N_("Last value: {what} {value} on {on}: {why}"), what=self._analyte.name, on=value.on,
                           value=amount(value), why=Listed(tuple(parts)))  # fmt: skip

    def _where(self, value: LabValue, side: Flag | None) -> Phrase:
        if self._low is None and self._high is None:
            return Phrase(N_("no range is known"))
        text = _SIDES[side] if side is not None or value.comparator is None else _BOUND
        if side is Flag.HIGH and self._high is not None and value.value <= self._high and value.comparator is None:
            text = _MARKED
        whose = findings.whose_range(self._range, self._analyte, self._row.newest)
        return Phrase(text, {"range": self._row.range, "whose": whose})

    def contract(self) -> dict[str, Any]:
        """What there is to read for programs."""
        low, high = (in_json(half_up(end, 4)) if end is not None else None for end in (self._low, self._high))
        return {
            "unit": self._row.unit or None,
            "range": {"low": low, "high": high} if low is not None or high is not None else None,
            "limits": [
                {"value": in_json(value), "level": limit.level.value, "reached": limit.bound.reached,
                 "sources": list(limit.sources), "confirmed": limit.confirmed}
                for value, limit in self._limits
            ],
            "points": [
                {"on": one.on.isoformat(), "value": in_json(value), "comparator": one.comparator,
                 "flag": side.value if side is not None else None, "id": one.id}
                for one, value, side in self._points
            ],
        }  # fmt: skip


def _sign(value: LabValue, side: Flag | None, signs: Signs) -> str:
    if value.comparator is not None:
        return _BOUNDS[value.comparator]
    return {None: signs.value, Flag.HIGH: signs.above, Flag.LOW: signs.below}[side]
