"""Blood values: small drawings against their ranges, and draws side by side with day, dose and grade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from tracker.cli import planned
from tracker.cli.page import alcohol, graver
from tracker.cli.results import Row
from tracker.cli.show import filled
from tracker.errors import N_, Listed
from tracker.i18n import _, active, number
from tracker.report.charts import Series, multiples
from tracker.report.document import Cell, Chart, Lines, Section, Table

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report
    from tracker.report.svg import Drawing

_TITLE = N_("Values by day, the range of the newest as a band; H, L and squares: above and below; *: in another unit"
            " than printed")  # fmt: skip
_DRAWS, _FIELDS = 4, 8
"""Draws that are shown usually, and drawings that are shown at most."""
_MOST_DRAWS = 7
_NAMED = 8
"""Days of draws left out that are named at most."""
_MARK = "\N{DAGGER}"
"""What stands behind a range that does not hold for the whole row."""


def section(found: Report, *, is_full: bool) -> Section:
    """The values."""
    title = _("Blood values")
    drunk = [*filter(None, [alcohol.line(found, is_full=is_full)])]
    if not found.sheet.values:
        return Section(title, [Lines([_("No value was recorded."), *drunk])])
    rows = [Row(one, found.sheet) for one in found.sheet.analytes]
    days = _days(found)
    first = _worth_most(found, rows, days)
    rest = [day for day in days if day not in first]
    older = [rest[max(end - _DRAWS, 0) : end] for end in range(len(rest), 0, -_DRAWS)]
    shown = [first, *older] if is_full else [first]
    chart = Chart(_drawing(found, rows, is_full=is_full), _table(found, rows, first))
    before = [_table(found, rows, those) for those in shown[1:]]
    seen = {day for some in shown for day in some}
    printed = [str(active().value(said)) for row in rows if (said := row.printed(seen)) is not None]
    remarks = [*printed, *_ranges(rows, seen), *_left_out(found, shown), *drunk]
    return Section(title, [chart, *before, *([Lines(remarks)] if remarks else [])])


def _worth_most(found: Report, rows: list[Row], days: list[date]) -> list[date]:
    """The newest draws, never without the values from before the first capsule, the gravest and the last of an analyte.

    Where that takes more columns than usual there are more, as many as a sheet of paper has room for.
    """
    before = [day for day in days if day <= found.view.plan.timeline.first_dose]
    wanted = [*days[-1:], *before[-1:], *graver.days(found)]
    for those in (before, days):
        for row in rows:
            last = next((day for day in reversed(those) if row.on(day)), None)
            wanted += [last] if last is not None else []
    kept = list(dict.fromkeys(day for day in wanted if day in days))[:_MOST_DRAWS]
    others = [day for day in reversed(days) if day not in kept]
    return sorted([*kept, *others[: max(_DRAWS - len(kept), 0)]])


def _days(found: Report) -> list[date]:
    """The draws of the time that the page is about, and the one before it to compare with."""
    days = list(found.sheet.draws)
    within = [day for day in days if found.is_in_it(day)]
    before = [day for day in days if not found.is_in_it(day)]
    return [*before[-1:], *within]


def _left_out(found: Report, shown: list[list[date]]) -> Iterator[str]:
    """Which draws stand in no column: how many older ones, the days of those between, and their gravest values."""
    kept = {day for some in shown for day in some}
    left = [day for day in found.sheet.draws if day not in kept]
    between = [day for day in left if day > min(kept)]
    if older := len(left) - len(between):
        yield active().ngettext("{count} earlier draw is left out.", "{count} earlier draws are left out.", older)
    if between:
        message = N_("Draws between these that are left out: {days}")
        if len(between) > _NAMED:
            message = N_("Draws between these that are left out: {count}, the last ones {days}")
        named = Listed(tuple(map(active().bare_day, between[-_NAMED:])))
        yield filled(message, count=len(between), days=named)
    if told := graver.values(found, left):
        yield filled(N_("Told as contact now on a day that is left out: {values}"), values=Listed(told))


def _ranges(rows: list[Row], days: set[date]) -> Iterator[str]:
    """Of the rows whose values were held against several ranges, which and when."""
    for row in rows:
        known = [(ends, whose, [day for day in on if day in days]) for ends, whose, on in row.ranges]
        shown = [one for one in known if one[2]]
        if len(row.ranges) > 1:
            parts = [
                filled(N_("{range} ({whose}) on {days}"), range=ends, whose=whose,
                       days=Listed(tuple(map(active().bare_day, on))))
                for ends, whose, on in shown
            ]  # fmt: skip
            yield filled(N_("{mark} {what}: held against {ranges}"), mark=_MARK, what=row.label,
                         ranges=_(" / ").join(parts))  # fmt: skip


def _drawing(found: Report, rows: list[Row], *, is_full: bool) -> Drawing:
    codes = {one.analyte.code for one in found.sheet.findings}
    chosen = rows if is_full or len(rows) <= _FIELDS else [
        *(row for row in rows if row.code in codes), *(row for row in rows if row.code not in codes)
    ][:_FIELDS]  # fmt: skip
    chosen = [row for row in rows if row in chosen]
    series = [
        Series(
            name=row.label, newest=row.on(row.points[-1][0].on), range=row.range,
            points=[(one.on, float(value), flag.value if flag is not None else "") for one, value, flag in row.points],
            low=float(row.ends[0]) if row.ends[0] is not None else None,
            high=float(row.ends[1]) if row.ends[1] is not None else None,
        )
        for row in chosen
    ]  # fmt: skip
    days = sorted({on for one in series for on, _value, _mark in one.points})
    says = filled(N_("{count} values from {first} to {last}"), count=len(chosen), first=days[0], last=days[-1])
    ends = active().bare_day(days[0]), active().bare_day(days[-1])
    return multiples(_(_TITLE), says, series, ends)


def _table(found: Report, rows: list[Row], days: list[date]) -> Table:
    draws = [found.sheet.draws[day] for day in days]
    has_fasting = any(one.fasting is not None for one in draws)
    above = [
        [_("Day of the course"), "", *(planned.course_day(one.course_day) for one in draws)],
        [_("Dose (mg)"), "", *("-" if one.mg is None else number(one.mg) for one in draws)],
    ]
    if has_fasting:
        fasting = {None: "?", True: _("yes"), False: _("no")}
        above.append([_("Fasting"), "", *(fasting[one.fasting] for one in draws)])
    ranges = _("Range") if found.sheet.sex is not None else _("Range (F/M)")
    headings = [_("What"), ranges, *(active().bare_day(day) for day in days)]
    cells: list[list[Cell | str]] = [[*row] for row in above]
    for row in rows:
        values = [row.on(day) for day in days]
        cells.append([f"{row.label} {row.unit}", _range(row, days),
                      *(Cell(one, is_loud=one.endswith((" H", " L"))) for one in values)])  # fmt: skip
    grades = _grades(found, days)
    if any(grades.values()):
        headings.append(_("CTCAE (last value)"))
        for line in cells[: len(above)]:
            line.append("")
        for row, line in zip(rows, cells[len(above) :], strict=True):
            line.append(grades.get(row.code, ""))
    return Table(_(_TITLE), headings, cells, frozenset(range(1, len(headings))))


def _range(row: Row, days: list[date]) -> str:
    """What the last value of a row in these columns was held against, marked where that does not hold for all."""
    if len(row.ranges) == 1:
        return row.range
    last = max((day for _ends, _whose, on in row.ranges for day in on if day in days), default=None)
    return next((ends for ends, _whose, on in row.ranges if last in on), row.range) + _MARK


def _grades(found: Report, days: list[date]) -> dict[str, str]:
    """By analyte the grade of the last of its values that stand in these columns."""
    grades = {one.value.id: str(one.grade) for one in found.found_then if one.grade is not None}
    return {one.code: grades.get(one.id, "") for one in found.sheet.values if one.on in days}
