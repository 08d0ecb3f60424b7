"""Blood values: small drawings against their ranges, and the last draws side by side with day, dose and grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli import planned
from tracker.cli.results import Row
from tracker.cli.show import filled
from tracker.errors import N_
from tracker.i18n import _, active, number
from tracker.report.charts import Series, multiples
from tracker.report.document import Cell, Chart, Lines, Section, Table

if TYPE_CHECKING:
    from datetime import date

    from tracker.journeys.course.reporting import Report
    from tracker.report.svg import Drawing

_TITLE = N_("Values by day, ranges as bands; H, L and squares: above and below; *: in another unit than printed")
_DRAWS, _FIELDS = 4, 8
"""Draws that are shown usually, and drawings that are shown at most."""
_MOST_DRAWS = 7


def section(found: Report, *, is_full: bool) -> Section:
    """The values."""
    title = _("Blood values")
    if not found.sheet.values:
        return Section(title, [Lines([_("No value was recorded.")])])
    rows = [Row(one, found.sheet) for one in found.sheet.analytes]
    days = _days(found)
    first = _worth_most(found, rows, days)
    rest = [day for day in days if day not in first]
    older = [rest[max(end - _DRAWS, 0) : end] for end in range(len(rest), 0, -_DRAWS)]
    shown = [first, *older] if is_full else [first]
    chart = Chart(_drawing(found, rows, is_full=is_full), _table(found, rows, first))
    remarks: list[str] = []
    left = len(set(found.sheet.draws) - {day for some in shown for day in some})
    if left > 0:
        remarks.append(
            active().ngettext("{count} earlier draw is left out.", "{count} earlier draws are left out.", left)
        )
    before = [_table(found, rows, those) for those in shown[1:]]
    return Section(title, [chart, *before, *([Lines(remarks)] if remarks else [])])


def _worth_most(found: Report, rows: list[Row], days: list[date]) -> list[date]:
    """The newest draws, and never without the values from before the first capsule nor the last one of an analyte.

    Where that takes more columns than usual there are more, as many as a sheet of paper has room for.
    """
    before = [day for day in days if day <= found.view.plan.timeline.first_dose]
    wanted = [*days[-1:], *before[-1:]]
    for those in (before, days):
        for row in rows:
            last = next((day for day in reversed(those) if row.on(day)), None)
            wanted += [last] if last is not None else []
    kept = list(dict.fromkeys(wanted))[:_MOST_DRAWS]
    others = [day for day in reversed(days) if day not in kept]
    return sorted([*kept, *others[: max(_DRAWS - len(kept), 0)]])


def _days(found: Report) -> list[date]:
    """The draws of the time that the page is about, and the one before it to compare with."""
    days = list(found.sheet.draws)
    within = [day for day in days if found.is_in_it(day)]
    before = [day for day in days if not found.is_in_it(day)]
    return [*before[-1:], *within]


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
    grades = {one.analyte.code: str(one.grade) for one in found.sheet.findings if one.grade is not None}
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
        cells.append([f"{row.label} {row.unit}", row.range,
                      *(Cell(one, is_loud=one.endswith((" H", " L"))) for one in values)])  # fmt: skip
    if grades:
        headings.append(_("CTCAE"))
        for line in cells[: len(above)]:
            line.append("")
        for row, line in zip(rows, cells[len(above) :], strict=True):
            line.append(grades.get(row.code, ""))
    return Table(_(_TITLE), headings, cells, frozenset(range(1, len(headings))))
