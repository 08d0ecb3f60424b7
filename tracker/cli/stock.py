"""``isotrack stock``: the capsules at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import capsules, paper, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.errors import N_
from tracker.facts.kind import amount
from tracker.facts.stock import capsules_said

if TYPE_CHECKING:
    from tracker.engine.view import View


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
        _none_is_taken(view)
    elif found.none_since is not None:
        paper.put(capsules.none_at_hand(found.none_since))
    elif found.lasts_until <= view.plan.today:
        show.say(N_("That is less than the next dose of {mg} mg."), mg=found.daily_mg)
    else:
        show.say(
            N_("Last day whose whole dose is at hand: {on} ({doses})"), on=found.lasts_until, doses=found.doses.said
        )
        capsules.put_supply(view)
    show.say(N_("Counted with what was logged, and what is assumed taken, since the first entry."))


def _none_is_taken(view: View) -> None:
    """Why no day ahead takes any of them."""
    line = view.plan.timeline
    if line.last_dose is not None:
        show.say(N_("The course ended on {on}: none of them is taken any more."), on=line.last_dose)
    elif line.held_since is not None:
        show.say(N_("Capsules are held since {on}: none is to be taken until your clinic's word is recorded."),
                 on=line.held_since)  # fmt: skip
    elif line.paused_since is not None:
        show.say(N_("The course is paused from {on} on: until it is resumed none of them is taken."),
                 on=line.paused_since)  # fmt: skip
    else:
        show.say(N_("Nothing is prescribed: none of them is taken."))
