"""``isotrack compare``: ends of the course side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import notices, planned, show, whose
from tracker.cli.base import Command, as_json_option, context, option
from tracker.cli.days import Day
from tracker.cli.tables import Cell, Column, Row, table
from tracker.errors import N_, InputError
from tracker.facts.kind import amount
from tracker.i18n import _, active
from tracker.plan import Item, SpanInPlan
from tracker.rounding import half_up
from tracker.rules import Kind, Repeat, Rule

if TYPE_CHECKING:
    from tracker.journeys.course.alternatives import Alternative

_MOST = 4
"""Days that fit side by side on a screen."""


@click.command(
    cls=Command,
    help=N_(
        "Show side by side what would hold until when if the last capsule were on one day or on another:"
        " isotrack compare --stop 2027-02-01 --stop 2027-03-01. Nothing is written."
    ),
)
@option("--stop", "stops", type=Day(), multiple=True, metavar="DATE",
        help=N_("The day of the last capsule; may be said several times."))  # fmt: skip
@as_json_option()
def compare(stops: tuple[date, ...], as_json: bool) -> None:
    """The course as it is beside each."""
    from tracker.journeys.course.alternatives import alternatives

    chosen = tuple(dict.fromkeys(stops))
    if not chosen or len(chosen) > _MOST:
        raise InputError(N_("say one to {most} days to compare"), N_("for example: {command}"), most=_MOST,
                         command="isotrack compare --stop 2027-02-01 --stop 2027-03-01")  # fmt: skip
    found = alternatives(context(), chosen)
    if as_json:
        contract.show({"patient": whose.label(), "today": found[0].view.plan.today.isoformat(),
                       "alternatives": [_contract(one) for one in found]})  # fmt: skip
        return
    notices.alarms(found[0].view.plan)
    whose.heading()
    show.say(N_("If the last capsule were on another day. These are the programme's rules, no advice of when to end."))
    heads = [N_("As it is"), *(active().short_day(on) for on in chosen)]
    table([Column(N_("What"), prose=True, is_name=True), *heads], _rows(found))


def _rows(found: Sequence[Alternative]) -> list[Row]:
    rows: list[Row] = [
        [_("Last capsule"), *(_end(one) for one in found)],
        [_("Milligrams in all"), *(_number(one.total_mg) for one in found)],
        [_("Milligrams per kilogram"), *(_number(one.mg_per_kg) for one in found)],
    ]
    for rule in _rules(found):
        cells = [_of_rule(one, rule) for one in found]
        if any(isinstance(entry, SpanInPlan) for one in found for entry in _entries(one, rule)) or len(set(cells)) > 1:
            rows.append([_title(rule), *cells])
    return rows


def _title(rule: Rule) -> str:
    title = rule.title.in_language(active().code)
    is_a_series = rule.kind is Kind.PROCEDURE and isinstance(rule.timing, Repeat)
    return show.filled(N_("{title}, first session"), title=title) if is_a_series else title


def _rules(found: Sequence[Alternative]) -> list[Rule]:
    """In the order of the first plan that has them; spans stand before what is done."""
    spans = {span.rule.id: span.rule for one in found for span in one.view.plan.spans}
    items = {item.rule.id: item.rule for one in found for item in one.view.plan.items}
    return list((spans | items).values())


def _entries(of: Alternative, rule: Rule) -> list[Item | SpanInPlan]:
    """What of a rule still lies ahead."""
    return [entry for entry in of.view.plan.entries if entry.rule.id == rule.id
            and (isinstance(entry, SpanInPlan) or entry.state.is_open)]  # fmt: skip


def _of_rule(of: Alternative, rule: Rule) -> Cell | str:
    """The last day of a span, the day of what is done once, and how often something is still done."""
    match _entries(of, rule):
        case []:
            return "-"
        case [SpanInPlan() as span]:
            return planned.day(span.end, is_estimate=span.end_is_estimate)
        case [Item() as item]:
            return planned.day(item.planned_day, is_estimate=item.due_is_estimate)
        case [Item() as first, *_others] if rule.kind is Kind.PROCEDURE:
            return planned.day(first.planned_day, is_estimate=first.due_is_estimate)
        case several:
            return show.filled(N_("{count} times"), count=len(several))


def _end(of: Alternative) -> Cell:
    return planned.day(of.view.plan.timeline.end, is_estimate=of.view.history.stop is None)


def _number(value: Decimal | None) -> str:
    return "-" if value is None else str(amount(half_up(value, 1)))


def _contract(of: Alternative) -> dict[str, Any]:
    plan = contract.plan(of.view)
    return {
        "stop": contract.day(of.stop),
        "last_dose": of.view.plan.timeline.end.isoformat(),
        "is_estimate": of.view.history.stop is None,
        "mg": amount(of.total_mg) if of.total_mg is not None else None,
        "mg_per_kg": float(half_up(of.mg_per_kg, 2)) if of.mg_per_kg is not None else None,
        "items": plan["items"],
        "spans": plan["spans"],
    }
