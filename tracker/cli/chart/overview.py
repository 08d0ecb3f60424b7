"""What there is to draw: each with how many values it has, and its newest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tracker.cli import show
from tracker.cli.as_json import both, day
from tracker.cli.chart.subjects import SUBJECTS
from tracker.cli.tables import Cell, Column, table
from tracker.errors import N_
from tracker.i18n import active
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.charting import Drawable

_WEEK = timedelta(days=6)


class Drawn(Struct, frozen=True):
    """Something that can be drawn, of how many values, and the day of the last."""

    code: str
    name: Text
    count: int
    last: date | None


def drawn(drawable: Drawable) -> list[Drawn]:
    """What there is, blood values where any was measured."""
    sheet, today = drawable.sheet(), drawable.views[-1].plan.today
    weeks = [one for one in drawable.felt().weeks if one.grades]
    days = {
        "dose": sorted({one.on for points in drawable.growth().curves.values() for one in points if one.on <= today}),
        "weight": [one.on for one in drawable.weighed().weights],
        "symptoms": [min(one.first + _WEEK, today) for one in weeks],
        "mood": sorted({one.on for one in drawable.answers().answers}),
    }  # fmt: skip
    named = [(one.code, one.name, days[one.code]) for one in SUBJECTS]
    named += [(one.code, one.name, [value.on for value in sheet.values if value.code == one.code])
              for one in sheet.analytes]  # fmt: skip
    return [Drawn(code, name, len(own), own[-1] if own else None) for code, name, own in named]


def show_all(drawable: Drawable) -> None:
    """Print it."""
    rows = [[one.code, one.name.in_language(active().code), str(one.count), _day(one.last)] for one in drawn(drawable)]
    table(
        [Column(N_("Chart")), Column(N_("What"), prose=True, is_name=True), Column(N_("Values")), Column(N_("Last"))],
        rows,
    )
    show.say(N_("To draw one: {command}"), command="isotrack chart dose")


def _day(last: date | None) -> Cell | str:
    return Cell(active().short_day(last), active().bare_day(last)) if last is not None else "-"


def contract(drawable: Drawable) -> dict[str, Any]:
    """The same for programs."""
    return {"chart": None, "charts": [{"chart": one.code, "name": both(one.name), "values": one.count,
                                       "last": day(one.last)} for one in drawn(drawable)]}  # fmt: skip
