"""``isotrack stock``: the capsules at hand."""

from __future__ import annotations

import click

from tracker.cli import as_json as contract
from tracker.cli import show, taken, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.errors import N_
from tracker.facts.kind import amount
from tracker.facts.stock import capsules_said


@click.command(cls=Command, help=N_("Show the capsules at hand and the day they run out."))
@as_json_option()
@click.pass_context
def stock(ctx: click.Context, as_json: bool) -> None:
    """Capsules at hand."""
    from tracker.journeys.course import stocking

    view, found = stocking.stock(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show({"patient": whose.label(), "today": view.plan.today.isoformat()} | contract.stock(found))
        return
    whose.heading()
    if found is None:
        show.say(
            N_("No capsules were recorded. As they come to hand: {command}"),
            command="isotrack log stock 28 --strength 20",
        )
        return
    for product, strength, count in found.capsules:
        show.say(N_("At hand: {capsules}"), capsules=capsules_said(amount(round(count, 2)), strength, product))
    if not found.capsules:
        show.say(N_("At hand: no capsules"))
    if found.lasts_until is None or found.doses is None:
        show.say(N_("No day ahead takes any: nothing is prescribed, or the course is paused, stopped or held."))
    elif found.none_since is not None:
        taken.none_at_hand(found.none_since)
    elif found.lasts_until <= view.plan.today:
        show.say(N_("That is less than the next dose of {mg} mg."), mg=found.daily_mg)
    else:
        show.say(
            N_("Last day whose whole dose is at hand: {on} ({doses})"), on=found.lasts_until, doses=found.doses.said
        )
    show.say(N_("Counted with what was logged, and what is assumed taken, since the first entry."))
