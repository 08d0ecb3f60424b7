"""The cumulative dose: its curve towards the targets, the figures behind it, and when each target is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.capsules import cleared_on, every_danger, pauses
from tracker.cli import taken
from tracker.cli.page import dangers
from tracker.cli.page.words import plain
from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.i18n import _, active, number
from tracker.report.charts import DASHED, DOTTED, SOLID, Curve, Level, Sum, growing
from tracker.report.document import Block, Cell, Chart, Lines, Section, Table
from tracker.rounding import half_up, kilograms

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report
    from tracker.readings.curve import Point

_DAY = timedelta(days=1)
_WEEKS, _MOST_ROWS = 4, 7
"""Weeks between two rows of the table at least, and rows at most."""
_SEVERAL, _MOST_STEPS = 2, 6
"""Doses that are worth a line, and those that stand in it at most."""


def section(found: Report, *, is_full: bool) -> Section:
    """The dose."""
    blocks: list[Block] = []
    for product, points in found.curves.items():
        blocks.append(_chart(found, product, points, is_full=is_full))
    blocks += _targets(found)
    if not found.curves:
        blocks = [Lines([_("No capsule has been taken yet.")])]
    if said := [*filter(None, (_steps(found, is_full=is_full), _pauses(found, is_full=is_full),
                               _held(found, is_full=is_full)))]:  # fmt: skip
        blocks.append(Lines(said))
    return Section(_("Cumulative dose"), blocks)


def _steps(found: Report, *, is_full: bool) -> str | None:
    """What was prescribed from which day on, where that is more than one dose."""
    steps = found.view.history.prescribed
    if len(steps) < _SEVERAL:
        return None
    named = steps if is_full else steps[-_MOST_STEPS:]
    said = Listed(tuple(
        Phrase(N_("{doses} from {on}"), {"doses": one.said, "on": active().bare_day(one.on)}) for one in named
    ))  # fmt: skip
    if len(named) < len(steps):
        return filled(N_("Prescribed, the last steps: {steps}"), steps=said)
    return filled(N_("Prescribed: {steps}"), steps=said)


def _pauses(found: Report, *, is_full: bool) -> str | None:
    """When no capsules were to be taken: the days of each pause that has begun, within the course."""
    line, today = found.view.plan.timeline, found.view.plan.today
    last = line.last_dose or today
    begun = [(start, end) for start, end in pauses(found.view.history) if start <= last]
    if not begun:
        return None
    named = begun if is_full else begun[-_MOST_STEPS:]
    said = Listed(tuple(
        _days(start, None if end is None or (line.last_dose is None and end > today) else end) for start, end in named
    ))  # fmt: skip
    if len(named) < len(begun):
        return filled(N_("Paused, the last times: {pauses}"), pauses=said)
    return filled(N_("Paused: {pauses}"), pauses=said)


def _held(found: Report, *, is_full: bool) -> str | None:
    """When a danger forbade capsules, and which: from its day until the clinic cleared it, within the course."""
    line, history = found.view.plan.timeline, found.view.history
    held: dict[tuple[date, date | None], list[Phrase]] = {}
    for one in sorted(every_danger(history), key=lambda one: (one.on, one.id)):
        start, end = max(one.on, line.first_dose), cleared_on(history, one)
        if start <= (line.last_dose or found.today) and (end is None or end > start):
            names = held.setdefault((start, end), [])
            names += [name] if (name := dangers.name(one)) not in names else []
    if not held:
        return None
    named = list(held.items()) if is_full else list(held.items())[-_MOST_STEPS:]
    said = Listed(tuple(
        Phrase(N_("{what} ({note})"), {"what": _days(start, end), "note": Listed(tuple(names))})
        for (start, end), names in named
    ))  # fmt: skip
    if len(named) < len(held):
        return filled(N_("Held, the last times: {holds}"), holds=said)
    return filled(N_("Held: {holds}"), holds=said)


def _days(start: date, end: date | None) -> Phrase | str:
    """The days before another; None where they go on."""
    day = active().bare_day
    if end is None:
        return Phrase(N_("since {on}"), {"on": day(start)})
    if end - _DAY == start:
        return day(start)
    return Phrase(N_("{first} to {last}"), {"first": day(start), "last": day(end - _DAY)})


def _chart(found: Report, product: Product, points: Sequence[Point], *, is_full: bool) -> Chart:
    kg = found.doses.intake.start_weight_kg
    is_scaled = kg is not None and product is Product.CONVENTIONAL
    per = kg if is_scaled and kg is not None else Decimal(1)
    past = [one for one in points if one.on <= found.today]
    ahead = [one for one in points if one.on >= found.today]

    def height(mg: Decimal) -> float:
        return float(mg / per)

    title = _("Cumulative dose")
    if len(found.curves) > 1 or product is not Product.CONVENTIONAL:
        title = filled(N_("{what} ({note})"), what=title, note=_(PRODUCT_NAMES[product]))
    sure = _("logged or stated") if points[-1].stated_mg else _("confirmed")
    has_assumed = bool(past) and past[-1].assumed_mg > 0
    curves = [
        Curve(_("with what is assumed taken"), DASHED,
              [(one.on, height(one.total_mg)) for one in past] if has_assumed else ()),
        Curve(_("planned"), DOTTED, [(one.on, height(one.total_mg)) for one in ahead] if len(ahead) > 1 else ()),
        Curve(sure, SOLID, [(one.on, height(one.confirmed_mg)) for one in past]),
    ]  # fmt: skip
    levels = [
        Level(filled(N_("{target} (own)") if one.mg_per_kg == found.doses.own_target else N_("{target} mg/kg"),
                     target=one.mg_per_kg), float(one.mg_per_kg))
        for one in found.doses.targets
    ] if is_scaled else []  # fmt: skip
    first, last = points[0].on, points[-1].on
    marks = [(found.today, _("today"))] if first < found.today < last else []
    if found.since is not None and first < found.since < found.today:
        marks.append((found.since, active().bare_day(found.since)))
    says = filled(N_("{total} on {on}"), total=_sum_of(past[-1], kg if is_scaled else None) if past else "0",
                  on=found.today if past else first)  # fmt: skip
    drawing = growing(Sum(
        title=title, says=says, unit=_("mg/kg") if is_scaled else _("mg"), curves=curves, levels=levels, marks=marks,
        days=[(first, active().bare_day(first)), (last, active().bare_day(last))],
    ))  # fmt: skip
    return Chart(drawing, _table(found, title, points, kg if is_scaled else None, is_full=is_full))


def _sum_of(point: Point, kg: Decimal | None) -> str:
    if kg is None:
        return filled(N_("{mg} mg"), mg=point.total_mg)
    return filled(N_("{per_kg} mg/kg ({mg} mg)"), per_kg=f"{half_up(point.total_mg / kg, 1)}", mg=point.total_mg)


def _table(
    found: Report, caption: str, points: Sequence[Point], kg: Decimal | None, *, is_full: bool
) -> Table:  # fmt: skip
    """Every so many weeks, today, and the end."""
    every = 7 * _WEEKS
    while not is_full and (points[-1].on - points[0].on).days > every * (_MOST_ROWS - 1):
        every += 7 * _WEEKS
    days = {points[-1].on, found.today}
    near = 0 if is_full else every // 2
    rows = [one for number_, one in enumerate(points, start=1) if one.on in days
            or (number_ % every == 0 and all(abs((one.on - day).days) > near for day in days))]  # fmt: skip
    sure = _("Logged or stated mg") if points[-1].stated_mg else _("Confirmed mg")
    headings = [_("Until"), sure, _("Assumed mg"), _("Planned mg"), *([_("mg/kg")] if kg else [])]
    cells: list[list[Cell | str]] = [
        [_until(one.on, found), number(one.confirmed_mg), number(one.assumed_mg), number(one.planned_mg),
         *([f"{half_up(one.total_mg / kg, 1)}"] if kg else [])]
        for one in rows
    ]  # fmt: skip
    return Table(caption, headings, cells, frozenset(range(1, 5)))


def _until(day: date, found: Report) -> Cell:
    text = active().bare_day(day)
    if day == found.today:
        return Cell(filled(N_("{what} ({note})"), what=text, note=_("today")), is_loud=True)
    return Cell(text)


def _targets(found: Report) -> list[Block]:
    if not found.doses.targets:
        return []
    line, today = found.view.plan.timeline, found.today
    has_rate = line.last_dose is None and line.held_since is None and found.doses.intake.adherence.rate is not None
    rows = []
    for one in found.doses.targets:
        name, mg, prescribed, _over, *real = taken.row_of_target(found.doses, one, has_rate=has_rate)
        reached = (
            filled(N_("{what} ({note})"), what=plain(prescribed), note=_("reached")) if one.is_reached(today) else ""
        )
        if one.mg_per_kg == found.doses.own_target:
            name = filled(N_("{target} mg/kg (own)"), target=one.mg_per_kg)
        rows.append([plain(name), plain(mg), reached or plain(prescribed), *map(plain, real)])
    headings = [_("Target"), _("In mg"), _("As prescribed"), *([_("Allowing for missed days")] if has_rate else [])]
    weighed = found.doses.intake.start_weight_kg
    caption = _("When a target is reached")
    if weighed:
        caption = filled(N_("When a target is reached, on the start weight of {kg} kg"), kg=kilograms(weighed))
    return [Table(caption, headings, rows)]
