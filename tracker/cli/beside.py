"""``isotrack substances`` and ``isotrack background``: what is taken beside the capsules, and what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import conflicts, planned, show, terms, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.cli.tables import Column, Row, table
from tracker.errors import N_, Listed, Phrase
from tracker.facts.background import ABOUT_NAMES, Background
from tracker.i18n import _, active
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.taking import Beside
    from tracker.pharmacy import Statement
    from tracker.readings.substances import Taking

_NOT_IN_THE_LIST = N_("not in the list")


@click.command(
    cls=Command, help=N_("Show what is taken beside the capsules, and what the sources say of it during the course.")
)
@as_json_option()
@click.pass_context
def substances(ctx: click.Context, as_json: bool) -> None:
    """What is taken."""
    from tracker.journeys.course import taking

    found = taking.beside(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found))
        return
    whose.heading()
    if not found.takings:
        named = ("minocycline", "ミノサイクリン")
        show.say(N_("Nothing was recorded yet. For example: {command}"),
                 command=Text(*(f"isotrack log substance {one} --since -3d" for one in named)))  # fmt: skip
        return
    for one in found.conflicts:
        conflicts.show_one(one)
    today = found.view.plan.today
    now = [one for one in found.takings if one.goes_on(today)]
    for heading, takings in (
        (N_("Taken now:"), now), (N_("Taken before:"), [one for one in found.takings if one not in now]),
    ):  # fmt: skip
        if takings:
            click.echo()
            show.say(heading)
            _table(takings)
    click.echo()
    cited = {source for one in found.conflicts for source in one.statement.sources}
    if cited:
        from tracker.substances import pharmacy

        show.say(N_("Sources:"))
        conflicts.show_sources(cited, pharmacy().sources)
    show.say(N_("When one has ended: {command}"),
             command=Phrase(N_("isotrack log substance NAME --until DATE")))  # fmt: skip
    show.say(N_("These are published statements, not medical advice: your clinic's word goes first."))


def _table(takings: list[Taking]) -> None:
    rows: list[Row] = [
        [str(one.id), one.name, _level(one), planned.day(one.since), planned.day(one.until) if one.until else ""]
        for one in takings
    ]
    columns = [
        Column(N_("Number")), Column(N_("What"), prose=True, is_name=True), Column(N_("Sources say"), prose=True),
        Column(N_("Since"), drops=2), Column(N_("Until"), drops=1),
    ]  # fmt: skip
    has_ended = any(one.until for one in takings)
    table(columns if has_ended else columns[:-1], rows if has_ended else [row[:-1] for row in rows])


def _level(one: Taking) -> str:
    """What is said of it, by form where several may be meant."""
    found = _statements(one)
    return str(active().value(Listed(tuple(map(terms.said, found))) if found else Phrase(_NOT_IN_THE_LIST)))


def _statements(one: Taking) -> tuple[Statement, ...]:
    return one.substance.said_of(one.form) if one.substance is not None else ()


def _contract(found: Beside) -> dict[str, Any]:
    """What is taken as in ``schemas/substances-taken.schema.json``."""
    today = found.view.plan.today
    return {
        "patient": whose.label(),
        "today": today.isoformat(),
        "taken": [
            {"id": one.id, "name": one.name, "substance": one.substance.code if one.substance is not None else None,
             "form": one.form, "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None,
             "now": one.goes_on(today), "levels": [contract.level(said) for said in _statements(one)]}
            for one in found.takings
        ],
        "conflicts": [
            {"id": one.taking.id, "level": one.statement.verdict.value, "form": one.statement.form,
             "since": one.since.isoformat(), "now": one.is_now, "sources": list(one.statement.sources),
             "confirmed": one.statement.confirmed}
            for one in found.conflicts
        ],
    }  # fmt: skip


@click.command(cls=Command, help=N_("Show what is known of you before the course: allergies, illnesses, medicines."))
@as_json_option()
@click.pass_context
def background(ctx: click.Context, as_json: bool) -> None:
    """What is known of the person."""
    from tracker.journeys.course import taking

    beside = taking.beside(context())
    found = [one for view in beside.views for one in view.history.all(Background)]
    found.sort(key=lambda one: (list(ABOUT_NAMES).index(one.about), one.on, one.id))
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([{"patient": whose.label()} | contract.fact(one) for one in found])
        return
    whose.heading()
    if not found:
        show.say(N_("Nothing was recorded yet. For example: {command}"),
                 command=f"isotrack log background allergy {_('peanuts')}")  # fmt: skip
        return
    ids = {one.id for one in found}
    for standing in beside.against:
        conflicts.show_one(standing)
    for conflict in beside.conflicts:
        if conflict.taking.id in ids:
            conflicts.show_one(conflict)
    rows: list[Row] = [
        [str(one.id), _(ABOUT_NAMES[one.about]), one.text, one.note or "", planned.day(one.on),
         active().short_day(one.until) if one.until else ""]
        for one in found
    ]  # fmt: skip
    columns = [
        Column(N_("Number")), Column(N_("Kind")), Column(N_("What"), prose=True, is_name=True),
        Column(N_("Note"), prose=True, drops=1), Column(N_("Recorded"), drops=3), Column(N_("Until"), drops=2),
    ]  # fmt: skip
    used = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    table([columns[at] for at in used], [[row[at] for at in used] for row in rows])
    cited = {source for one in beside.against for source in one.having.condition.statement.sources}
    if cited:
        from tracker.conditions import conditions

        show.say(N_("Sources:"))
        conflicts.show_sources(cited, conditions().sources)
    show.say(N_("To correct one: {command}"), command=Phrase(N_("isotrack fix NUMBER --value TEXT")))
