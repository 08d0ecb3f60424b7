"""``isotrack skin``: what each area shows, and what changed since the start and since the last visit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import planned, show, whose
from tracker.cli.base import Command, as_json_option, code, context
from tracker.cli.names import Completed, areas_of
from tracker.cli.observed import measure
from tracker.cli.stages import FAMILY, heading, name
from tracker.cli.tables import Column, Row, table
from tracker.errors import N_, Listed, Phrase
from tracker.facts.kind import amount
from tracker.facts.observation import Observation
from tracker.i18n import active, number
from tracker.readings.skin import Area, Sign, change
from tracker.rules import Text
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.journeys.course.observing import Skin


@click.command(
    cls=Command,
    help=N_("Show what the skin shows by area, and what changed since the start and since the last visit; of one AREA"
            " every day."),
)  # fmt: skip
@click.argument("area", nargs=-1, metavar="[AREA]", type=Completed(areas_of(FAMILY)))
@as_json_option()
@click.pass_context
def skin(ctx: click.Context, area: tuple[str, ...], as_json: bool) -> None:
    """The skin."""
    from tracker.journeys.course import observing

    site = vocabulary(FAMILY).site(" ".join(area)).code if area else None
    found = observing.skin(context())
    wanted = [one for one in found.areas if site in (None, one.site)]
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found, wanted))
        return
    whose.heading()
    if not wanted:
        show.say(N_("Nothing was recorded yet. For example: {command}"),
                 command=Text("isotrack log skin left-cheek red=12 pus=3",
                              "isotrack log skin 左頬 赤=12 膿=3"))  # fmt: skip
        return
    if site is not None:
        _by_day(wanted[0], found)
        return
    for one in wanted:
        click.echo()
        _area(one, found.view.plan.today)
    click.echo()
    first_dose = found.view.plan.timeline.first_dose
    if found.last_visit is None:
        show.say(N_("The start: the last entry up to {first}, the day of the first capsule, else the first entry."
                    " No visit before today is recorded."), first=first_dose)  # fmt: skip
    else:
        show.say(N_("The start: the last entry up to {first}, the day of the first capsule, else the first entry."
                    " The visit: the last entry up to {visit}."), first=first_dose, visit=found.last_visit)  # fmt: skip


def _area(area: Area, today: date) -> None:
    words = vocabulary(FAMILY)
    said = heading(area, today)
    show.say(N_("{area}:") if area.stage is None else "{area}", area=said)
    rows: list[Row] = [
        [words.named(one.code).in_language(code()), measure(one.now),
         planned.day(one.now.on), _since(one.start, one), _since(one.visit, one)]
        for one in area.signs
    ]  # fmt: skip
    table(
        [Column(N_("What"), prose=True, is_name=True), Column(N_("Newest"), prose=True), Column(N_("Day"), drops=1),
         Column(N_("At the start"), prose=True, drops=3), Column(N_("At the visit"), prose=True, drops=2)],
        rows,
    )  # fmt: skip


def _since(then: Observation | None, sign: Sign) -> str:
    """What it was then, and by how much it is more or less now."""
    if then is None:
        return ""
    by = change(then, sign.now)
    if by is None:
        return measure(then)
    if not by:
        return show.filled(N_("{measure} (the same)"), measure=measure(then))
    if then.grade is not None or sign.now.grade is not None:
        message = N_("{measure} (now more)") if by > 0 else N_("{measure} (now less)")
        return show.filled(message, measure=measure(then))
    return show.filled(N_("{measure} (now {change})"), measure=measure(then),
                       change=("+" if by > 0 else "") + number(by))  # fmt: skip


def _by_day(area: Area, found: Skin) -> None:
    """Every day of an area, the newest first."""
    words, lang = vocabulary(FAMILY), code()
    days: dict[date, list[Observation]] = {}
    for sign in area.signs:
        for one in sign.entries:
            days.setdefault(one.on, []).append(one)
    show.say(N_("{area}:"), area=name(area.site))
    rows: list[Row] = [
        [planned.day(on), planned.place(found.place(on)),
         str(active().value(Listed(tuple(
             Phrase(N_("{what}: {value}"), {"what": words.named(one.code).in_language(lang), "value": measure(one)})
             for one in days[on]
         ))))]
        for on in sorted(days, reverse=True)
    ]  # fmt: skip
    table([Column(N_("Day"), is_name=True), N_("Day of the course"), Column(N_("What"), prose=True)], rows)


def _contract(found: Skin, areas: list[Area]) -> dict[str, Any]:
    """As in ``schemas/skin.schema.json``."""
    words = vocabulary(FAMILY)

    def entry(one: Observation | None) -> dict[str, Any] | None:
        if one is None:
            return None
        return {"id": one.id, "on": one.on.isoformat(), "grade": one.grade,
                "value": amount(one.value) if one.value is not None else None, "note": one.note}  # fmt: skip

    def sign(one: Sign) -> dict[str, Any]:
        return {
            "code": one.code, "name": contract.both(words.named(one.code)), "now": entry(one.now),
            "start": entry(one.start), "change_since_start": _by(one.start, one.now),
            "visit": entry(one.visit), "change_since_visit": _by(one.visit, one.now),
            "entries": [entry(each) for each in one.entries],
        }  # fmt: skip

    return {
        "patient": whose.label(),
        "today": found.view.plan.today.isoformat(),
        "first_dose": found.view.plan.timeline.first_dose.isoformat(),
        "last_visit": contract.day(found.last_visit),
        "areas": [
            {"area": one.site, "name": contract.both(words.named(one.site)) if one.site is not None else None,
             "stage": one.stage, "stage_on": contract.day(one.stage_on), "signs": [sign(each) for each in one.signs]}
            for one in areas
        ],
    }  # fmt: skip


def _by(then: Observation | None, now: Observation) -> int | float | None:
    by = change(then, now) if then is not None else None
    return amount(by) if by is not None else None
