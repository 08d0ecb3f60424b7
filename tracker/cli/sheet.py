"""``isotrack blood``: the values of every draw, side by side, against their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.analytes import laboratory
from tracker.cli import as_json as contract
from tracker.cli import findings, paper, planned, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.cli.lines import cells
from tracker.cli.results import Row, can_be_drawn
from tracker.cli.tables import table
from tracker.errors import N_
from tracker.facts.kind import amount as in_json
from tracker.facts.lab import LabValue
from tracker.i18n import _, active, number
from tracker.journeys.course import measuring
from tracker.journeys.course.measuring import Draw, Sheet
from tracker.laboratory import Analyte, Of
from tracker.sheet import flag, range_of

if TYPE_CHECKING:
    from decimal import Decimal

    from tracker.readings.findings import Finding


@click.command(
    cls=Command,
    help=N_("Show the blood values of every draw against their ranges, and what there is to notice in them."),
)
@as_json_option()
@click.pass_context
def blood(ctx: click.Context, as_json: bool) -> None:
    """Blood values."""
    found = measuring.sheet(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show({"patient": whose.label()} | _contract(found))
        return
    whose.heading()
    if not found.values:
        show.say(N_("No blood values were recorded. As they come: {command}"),
                 command="isotrack log blood ALT=22 AST=19 TG=145")  # fmt: skip
        return
    findings.show_all(found)
    click.echo()
    _table(found)
    click.echo()
    show.say(N_("H and L: above and below the range; *: in another unit than printed. Sources:"))
    cited = {laboratory().ranges.source, *(source for one in found.findings for source in one.limit.sources)}
    for source in laboratory().sources:
        if source.id in cited:
            planned.cited(source.id, source.title.in_language(active().code), *filter(None, [source.dated]))
    show.say(N_("These are published limits, not medical advice: your clinic's word goes first."))


def _table(sheet: Sheet) -> None:
    """Dates across, the newest to the right; as many of them as the screen has room for, the oldest left out."""
    analytes = [Row(one, sheet) for one in sheet.analytes]
    behind = [[row.latest, row.range, row.change, *([row.trend] if can_be_drawn() else [])] for row in analytes]
    ranges = _("Range") if sheet.sex is not None else _("Range (F/M)")
    headings = [_("Latest"), ranges, _("+/-"), *([_("Trend")] if can_be_drawn() else [])]
    first = [_("Day"), _("Year"), _("Course day"), _("Dose (mg)"), _("Fasting"), *(row.label for row in analytes)]
    last = [headings, *[[""] * len(headings)] * (len(first) - len(analytes) - 1), *behind]
    dates = [[*_of_a_draw(sheet.draws[day]), *(row.on(day) for row in analytes)] for day in sheet.draws]
    room = paper.width() - _columns(first) - sum(map(_columns, zip(*last, strict=True)))
    count = len(dates)
    while count > 1 and sum(map(_columns, dates[-count:])) > room:
        count -= 1
    heading, *rows = zip(first, *dates[-count:], *zip(*last, strict=True), strict=True)
    table(heading, rows)
    shown = {*list(sheet.draws)[-count:], *(row.newest.on for row in analytes)}
    for row in analytes:
        if (printed := row.printed(shown)) is not None:
            show.say(printed.message, **printed.values)
    if count < len(dates):
        count = len(dates) - count
        said = active().ngettext("{count} earlier draw is left out.", "{count} earlier draws are left out.", count)
        paper.put(said)


def _of_a_draw(draw: Draw) -> list[str]:
    """What stands above the values of a draw, its day first."""
    fasting = _("?") if draw.fasting is None else _("yes") if draw.fasting else _("no")
    dose = "-" if draw.mg is None else number(draw.mg)
    day = show.filled(N_("{month}-{day}"), month=f"{draw.on:%m}", day=f"{draw.on:%d}")
    return [day, str(draw.on.year), planned.course_day(draw.course_day), dose, fasting]


def _columns(texts: Sequence[str]) -> int:
    """How wide a column is with these cells in it, and with what keeps it from the next."""
    return max(map(cells, texts)) + 2


def _contract(sheet: Sheet) -> dict[str, Any]:
    """The values and findings as in ``schemas/blood.schema.json``."""
    from tracker.journeys.course.person import sex_of

    known, said = {one.code: one for one in sheet.analytes}, sex_of(sheet.views)
    rows = {code: Row(analyte, sheet) for code, analyte in known.items()}
    return {
        "today": sheet.view.plan.today.isoformat(),
        "sex": said.value if said is not None else None,
        "draws": [
            {"on": draw.on.isoformat(), "course_day": draw.course_day,
             "dose_mg": in_json(draw.mg) if draw.mg is not None else None, "fasting": draw.fasting}
            for draw in sheet.draws.values()
        ],
        "values": [_value(one, rows[one.code], known[one.code], sheet) for one in sheet.values],
        "findings": [_finding(one, text) for one, text in zip(sheet.findings, findings.lines(sheet), strict=True)],
    }  # fmt: skip


def _finding(one: Finding, text: str) -> dict[str, Any]:
    bound = one.limit.bound
    is_a_multiple = bound.of is not None and bound.of is not Of.SHEET
    return {
        "level": one.level.value, "analyte": one.analyte.code, "id": one.value.id, "on": one.value.on.isoformat(),
        "limit": findings.shown(one.amount) if one.amount is not None else None, "unit": one.value.unit,
        "reached": bound.reached, "times": number(bound.times) if is_a_multiple else None, "of": bound.of,
        "grade": one.grade, "sources": list(one.limit.sources), "confirmed": one.limit.confirmed, "text": text,
    }  # fmt: skip


def _value(value: LabValue, row: Row, analyte: Analyte, sheet: Sheet) -> dict[str, Any]:
    against = range_of(analyte, value, sheet.sex)
    factor = analyte.unit(value.unit).factor

    def in_its_unit(end: Decimal | None) -> str:
        return findings.shown(end / factor) if end is not None else "-"

    low, high = (in_its_unit(end) if end is not None else None for end in (against.low, against.high))
    both = {str(one.sex): {end: in_its_unit(getattr(one, end)) for end in ("low", "high")} for one in against.both}
    side = flag(analyte, value, sheet.sex)
    return {
        "id": value.id, "on": value.on.isoformat(), "analyte": value.code, "value": str(value.value),
        "comparator": value.comparator, "unit": value.unit, "printed": value.printed,
        "range": {"low": low, "high": high, "is_own": against.is_own, "by_sex": both or None},
        "flag": side.value if side else None,
        "shown": {"value": str(row.shown(value)), "unit": row.unit},
    }  # fmt: skip
