"""The values of one analyte as they are shown: in one unit, against the range, with what changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tracker.cli import findings, paper
from tracker.facts.lab import LabValue, amount
from tracker.i18n import active, number
from tracker.laboratory import Analyte, Unit
from tracker.rounding import half_up
from tracker.sheet import Flag, Range, flag, range_of

if TYPE_CHECKING:
    from tracker.errors import Phrase
    from tracker.journeys.course.measuring import Sheet

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST_TREND = 6


class Row:
    """The values of one analyte in one unit: that of the newest, or where they have several in another (``mixed``)."""

    def __init__(self, analyte: Analyte, sheet: Sheet, mixed: Unit | None = None) -> None:
        self._analyte, self._sex = analyte, sheet.sex
        self.code = analyte.code
        self.label = analyte.label.in_language(active().code)
        self._values = [one for one in sheet.values if one.code == analyte.code]
        self._newest = self._values[-1]
        self._unit = self._unit_of(self._newest)
        self._name = self._newest.unit or self._unit.name
        if mixed is not None and len({self._unit_of(one).name for one in self._values}) > 1:
            self._unit, self._name = mixed, mixed.name

    @property
    def unit(self) -> str:
        """The unit in which all are shown."""
        return self._name

    @property
    def points(self) -> list[tuple[LabValue, Decimal, Flag | None]]:
        """The values, oldest first, each in the unit of all, and on which side of its range it lies."""
        return [(one, self._converted(one), flag(self._analyte, one, self._sex)) for one in self._values]

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
        shown = number(self._converted(value)) + ("*" if self._unit_of(value) != self._unit else "")
        return f"{value.comparator or ''}{shown}{self._flag(value)}"

    def _flag(self, value: LabValue) -> str:
        found = flag(self._analyte, value, self._sex)
        return f" {found}" if found is not None else ""

    def _converted(self, value: LabValue) -> Decimal:
        unit = self._unit_of(value)
        return value.value if unit == self._unit else half_up(value.value * unit.factor / self._unit.factor, 2)

    @property
    def latest(self) -> str:
        """The newest value with its unit and on which side of its range it lies."""
        return f"{active().value(amount(self._newest))}{self._flag(self._newest)}"

    @property
    def range(self) -> str:
        """What the newest value is held against."""
        return self._ends_of(range_of(self._analyte, self._newest, self._sex))

    @property
    def ranges(self) -> list[tuple[str, Phrase, list[date]]]:
        """The ranges that its values are held against, each with whose it is and the days of its values."""
        found: dict[str, tuple[str, Phrase, list[date]]] = {}
        like = replace(self._newest, unit=self._unit.name)
        for one in self._values:
            against = range_of(self._analyte, one, self._sex)
            ends = self._ends_of(against)
            _ends, _whose, on = found.setdefault(ends, (ends, findings.whose_range(against, self._analyte, like), []))
            on.append(one.on)
        return list(found.values())

    def _ends_of(self, against: Range) -> str:
        women_first = sorted(against.both, key=lambda one: str(one.sex))
        return "/".join(self._span(one.low, one.high) for one in women_first or (against,))

    def _span(self, low: Decimal | None, high: Decimal | None) -> str:
        if low is None and high is None:
            return "-"
        return "-".join(findings.shown(end / self._unit.factor) if end is not None else "" for end in (low, high))

    @property
    def change(self) -> str:
        """The newest value less the one before; a value such as <5 says only on which side of it the real one lies."""
        if len(self._values) == 1:
            return ""
        before = self._values[-2]
        if self._newest.comparator or before.comparator:
            return "-"
        change = self._newest.value - self._converted(before)
        return ("+" if change > 0 else "") + findings.shown(change)

    @property
    def trend(self) -> str:
        """The values as bars, oldest first."""
        values = [self._converted(one) for one in self._values[-_LONGEST_TREND:]]
        least, span = min(values), max(values) - min(values)
        if len(values) == 1:
            return ""
        return "".join(_BARS[int((one - least) * (len(_BARS) - 1) / span) if span else 0] for one in values)


def can_be_drawn() -> bool:
    """Whether the screen has the bars of a trend."""
    return paper.can_print(_BARS)
