"""The values of one analyte as they are shown: in one unit, against the range, with what changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tracker.analytes import systems_of
from tracker.cli import findings, paper
from tracker.errors import N_, Listed, Phrase
from tracker.facts.lab import LabValue, amount
from tracker.i18n import active, number
from tracker.laboratory import Analyte, Unit
from tracker.rounding import half_up
from tracker.sheet import Flag, Range, flag, range_of

if TYPE_CHECKING:
    from tracker.journeys.course.measuring import Sheet

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST_TREND = 6


class Row:
    """The values of one analyte in one unit, the same wherever they are shown side by side.

    It is the unit in which all were printed. Where that were several, it is the one that the programme's country uses,
    so that no single sheet turns the others round; where that is not known, that of the newest.
    """

    def __init__(self, analyte: Analyte, sheet: Sheet) -> None:
        self._analyte, self._sex = analyte, sheet.sex
        self.code = analyte.code
        self.label = analyte.label.in_language(active().code)
        self._values = [one for one in sheet.values if one.code == analyte.code]
        self._newest = self._values[-1]
        self._unit = self._unit_of(self._newest)
        self._name = self._newest.unit or self._unit.name
        if len({self._unit_of(one).name for one in self._values}) > 1:
            self._unit = analyte.usual(systems_of(sheet.view.protocol.jurisdiction)) or self._unit
            self._name = self._unit.name

    @property
    def unit(self) -> str:
        """The unit in which all are shown."""
        return self._name

    @property
    def points(self) -> list[tuple[LabValue, Decimal, Flag | None]]:
        """The values, oldest first, each in the unit of all, and on which side of its range it lies."""
        return [(one, self.shown(one), flag(self._analyte, one, self._sex)) for one in self._values]

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The range that the newest value is held against, in the unit of all."""
        against = range_of(self._analyte, self._newest, self._sex)
        low, high = (end / self._unit.factor if end is not None else None for end in (against.low, against.high))
        return low, high

    def _unit_of(self, value: LabValue) -> Unit:
        return self._analyte.unit(value.unit)

    def on(self, day: date) -> str:
        """The value of a day."""
        value = next((one for one in self._values if one.on == day), None)
        return self._cell(value) if value is not None else ""

    def _cell(self, value: LabValue) -> str:
        shown = number(self.shown(value)) + ("*" if self.is_converted(value) else "")
        return f"{value.comparator or ''}{shown}{self._flag(value)}"

    def is_converted(self, value: LabValue) -> bool:
        """Whether a value was printed in another unit than that of the row."""
        return self._unit_of(value) != self._unit

    def printed(self, days: Collection[date]) -> Phrase | None:
        """What was printed for the values of some days that are shown in another unit; None where none is."""
        parts = tuple(Phrase(N_("{value} on {on}"), {"value": amount(one), "on": active().bare_day(one.on)})
                      for one in self._values if one.on in days and self.is_converted(one))  # fmt: skip
        return (
            Phrase(N_("*{what}: printed as {values}"), {"what": self.label, "values": Listed(parts)}) if parts else None
        )

    def _flag(self, value: LabValue) -> str:
        found = flag(self._analyte, value, self._sex)
        return f" {found}" if found is not None else ""

    def shown(self, value: LabValue) -> Decimal:
        """A value in the unit of all: as it was printed, or converted and rounded to two decimals."""
        return half_up(self._exactly(value), 2) if self.is_converted(value) else value.value

    def _exactly(self, value: LabValue) -> Decimal:
        return value.value * self._unit_of(value).factor / self._unit.factor

    @property
    def newest(self) -> LabValue:
        """The newest value as one of the unit of all: what it is held against is said in that."""
        return replace(self._newest, value=self.shown(self._newest), unit=self._name, low=None, high=None)

    @property
    def latest(self) -> str:
        """The newest value with the unit of all and on which side of its range it lies."""
        mark = "*" if self.is_converted(self._newest) else ""
        return f"{active().value(amount(self.newest))}{mark}{self._flag(self._newest)}"

    @property
    def range(self) -> str:
        """What the newest value is held against."""
        return self._ends_of(range_of(self._analyte, self._newest, self._sex))

    @property
    def ranges(self) -> list[tuple[str, Phrase, list[date]]]:
        """The ranges that its values are held against, each with whose it is and the days of its values."""
        found: dict[str, tuple[str, Phrase, list[date]]] = {}
        like = self.newest
        for one in self._values:
            against = range_of(self._analyte, one, self._sex)
            ends = self._ends_of(against)
            _ends, _whose, on = found.setdefault(ends, (ends, findings.whose_range(against, self._analyte, like), []))
            on.append(one.on)
        return list(found.values())

    def _ends_of(self, against: Range) -> str:
        women_first = sorted(against.both, key=lambda one: str(one.sex))
        return "/".join(self._span(one.low, one.high, against.sign) for one in women_first or (against,))

    def _span(self, low: Decimal | None, high: Decimal | None, sign: str) -> str:
        if low is None and high is None:
            return "-"
        if sign and (end := high if low is None else low) is not None:
            return sign + findings.shown(end / self._unit.factor)
        return "-".join(findings.shown(end / self._unit.factor) if end is not None else "" for end in (low, high))

    @property
    def change(self) -> str:
        """The newest value less the one before; a value such as <5 says only on which side of it the real one lies."""
        if len(self._values) == 1:
            return ""
        before = self._values[-2]
        if self._newest.comparator or before.comparator:
            return "-"
        change = self._exactly(self._newest) - self._exactly(before)
        return ("+" if change > 0 else "") + findings.shown(change)

    @property
    def trend(self) -> str:
        """The values as bars, oldest first."""
        values = [self.shown(one) for one in self._values[-_LONGEST_TREND:]]
        least, span = min(values), max(values) - min(values)
        if len(values) == 1:
            return ""
        return "".join(_BARS[int((one - least) * (len(_BARS) - 1) / span) if span else 0] for one in values)


def can_be_drawn() -> bool:
    """Whether the screen has the bars of a trend."""
    return paper.can_print(_BARS)
