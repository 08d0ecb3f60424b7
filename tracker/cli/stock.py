"""``isotrack stock``: the capsules at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import capsules, paper, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.errors import N_, Listed, Phrase, counted
from tracker.facts.stock import capsules_said
from tracker.i18n import active
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.readings.stock import AtHand

_DAYS = 5
"""Days that are named at most."""


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
        show.say(N_("At hand: {capsules}"), capsules=capsules_said(count, strength, product))
    if not found.capsules:
        show.say(N_("At hand: no capsules"))
    _last_day(found, view)
    if found.unfit is not None:
        capsules.do_not_make(found.unfit)
    if found.unexplained:
        _unexplained(found.unexplained)
    show.say(N_("Counted with what was logged, and what is assumed taken, since the first entry."))


def _last_day(found: AtHand, view: View) -> None:
    """How long they last, or why that cannot be said."""
    if found.lasts_until is None or found.doses is None:
        _none_is_taken(view)
    elif found.none_since is not None:
        paper.put(capsules.none_at_hand(found.none_since, found))
    elif found.lasts_until <= view.plan.today and found.unfit is None:
        show.say(N_("That is less than the next dose of {mg} mg."), mg=found.daily_mg)
    elif found.lasts_until > view.plan.today:
        show.say(
            N_("Last day whose whole dose is at hand: {on} ({doses})"), on=found.lasts_until, doses=found.doses.said
        )
        _why_the_plan_differs(found.lasts_until, view)
        capsules.put_supply(view)


def _why_the_plan_differs(until: date, view: View) -> None:
    """Why a pack of the programme ends before what is at hand: the plan has the earlier day."""
    packs = [one for one in view.plan.items if one.kind is Kind.SUPPLY and one.state.is_open and one.due < until]
    for one in packs[-1:]:
        show.say(
            N_("The plan has {on} ({key}): it counts the pack picked up last alone, as the programme does. Here all"
               " that is at hand is counted."), on=one.due, key=one.key,
        )  # fmt: skip


def _unexplained(days: Sequence[tuple[date, Decimal]]) -> None:
    """The last days logged as taken of which no whole capsule at hand makes all."""
    said = tuple(Phrase(N_("{on} {mg} mg"), {"on": on, "mg": mg}) for on, mg in days[-_DAYS:])
    paper.put(str(active().value(
        counted("! On {count} day more was logged as taken than whole capsules at hand make: {days}. That much is"
                " counted as taken, and no capsule at hand for it. Is the record right?",
                "! On {count} days more was logged as taken than whole capsules at hand make: {days}. That much is"
                " counted as taken, and no capsule at hand for it. Is the record right?",
                count=len(days), days=Listed(said)),
    )))  # fmt: skip


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
