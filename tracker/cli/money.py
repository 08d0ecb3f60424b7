"""``isotrack money``: what was spent, what is planned, and what is left of the budget."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import notices, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.cli.tables import Column, Row, table
from tracker.currencies import Money
from tracker.errors import N_
from tracker.facts.kind import amount
from tracker.facts.money import ABOUT_NAMES, PAYER_NAMES, Payer
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.readings.money import Account, Sums

_SPENT, _PLANNED = N_("Spent"), N_("Planned")


@click.command(
    cls=Command,
    help=N_(
        "Show what was spent and what is planned, by month, by what it is for and in all, and what is left of the"
        " budget. Recorded by isotrack log cost 5000 visit, by --price of other commands, and isotrack log budget."
    ),
)
@as_json_option()
@click.pass_context
def money(ctx: click.Context, as_json: bool) -> None:
    """Every currency by itself."""
    from tracker.journeys.course import paying

    found = paying.purse(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show({"patient": whose.label(), "today": found.view.plan.today.isoformat(),
                       "accounts": [_contract(one) for one in found.accounts]})  # fmt: skip
        return
    notices.alarms(found.view.plan)
    whose.heading()
    if not found.accounts:
        show.say(N_("Nothing was recorded. For example: {command}"), command="isotrack log visit --price 5000")
    for number, one in enumerate(found.accounts):
        if number:
            click.echo()
        _show(one)


def _show(of: Account) -> None:
    columns: list[Column | str] = [Column(N_("For"), prose=True, is_name=True), _SPENT, _PLANNED]
    rows = [_row(_(ABOUT_NAMES[about]), sums, of) for about, sums in of.by_kind.items()]
    table(columns, [*rows, _row(_("in all"), of.total, of)])
    if Payer.INSURED in of.by_payer:
        click.echo()
        table([Column(N_("Paid as"), prose=True, is_name=True), _SPENT, _PLANNED],
              [_row(_(PAYER_NAMES[payer]), sums, of) for payer, sums in of.by_payer.items()])  # fmt: skip
    click.echo()
    table([N_("Month"), _SPENT, _PLANNED],
          [_row(f"{year}-{month:02}", sums, of) for (year, month), sums in of.by_month.items()])  # fmt: skip
    if of.left is not None:
        _of_the_budget(of)


def _of_the_budget(of: Account) -> None:
    assert of.left is not None  # noqa: S101 - there is one
    budget, now, then = of.left.budget, of.left.now, of.left.then
    days = N_("Budget from {on} to {until}: {price}.") if budget.until else N_("Budget from {on} on: {price}.")
    show.say(days, on=budget.on, until=budget.until, price=budget.price)
    if budget.until is not None and budget.until < context().today:
        show.say(N_("Its time is over."))
    for left, text, over in (
        (now, N_("Left of it by now: {price}."), N_("! By now it is exceeded by {price}.")),
        (
            then,
            N_("Left after {planned} that are planned in its time: {price}."),
            N_("! With {planned} that are planned in its time it is exceeded by {price}."),
        ),
    )[: 2 if of.left.planned else 1]:
        show.say(text if left >= 0 else over, price=Money(abs(left), of.currency),
                 planned=Money(of.left.planned, of.currency))  # fmt: skip


def _row(name: str, sums: Sums, of: Account) -> Row:
    return [name, _shown(sums.spent, of), _shown(sums.planned, of)]


def _shown(value: Decimal, of: Account) -> str:
    return str(active().value(Money(value, of.currency))) if value else "-"


def _contract(of: Account) -> dict[str, Any]:
    """As in ``schemas/money.schema.json``."""
    return {
        "currency": of.currency,
        **_sums(of.total),
        "by_month": [{"month": f"{year}-{month:02}", **_sums(sums)} for (year, month), sums in of.by_month.items()],
        "by_kind": [{"kind": about.value, **_sums(sums)} for about, sums in of.by_kind.items()],
        "by_payer": [{"payer": payer.value, **_sums(sums)} for payer, sums in of.by_payer.items()],
        "budget": _budget(of),
    }


def _sums(of: Sums) -> dict[str, Any]:
    return {"spent": amount(of.spent), "planned": amount(of.planned)}


def _budget(of: Account) -> dict[str, Any] | None:
    left = of.left
    if left is None:
        return None
    return {"from": left.budget.on.isoformat(), "until": contract.day(left.budget.until),
            "amount": amount(left.budget.price.amount), "spent": amount(left.spent), "planned": amount(left.planned),
            "left": amount(left.now), "left_after_planned": amount(left.then)}  # fmt: skip
