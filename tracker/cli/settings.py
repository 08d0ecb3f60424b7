"""``isotrack settings``: how what is typed is read, once for all patients of a database."""

from __future__ import annotations

import click

from tracker.cli import as_json as contract
from tracker.cli import show
from tracker.cli.base import Command, as_json_option, context
from tracker.cli.changes import read_changes
from tracker.cli.tables import Column, table
from tracker.errors import N_
from tracker.i18n import _

MEANINGS = {
    "dates": N_("How days such as 1/5 are read in English: day-first, month-first, as in the programme's country"
                " (programme), or refused with both readings (ask). In Japanese 1/5 is always the 5th of January."),
    "currency": N_("The currency of prices that are said without one: that of the programme's country (programme), or"
                   " one by its code."),
}  # fmt: skip


@click.command(
    cls=Command,
    short_help=N_("Show or change how what you type is read."),
    help=N_("Show how what you type is read, or change it for all patients of this database: isotrack settings"
            " dates=day-first. How the calendar is written: isotrack calendar settings."),
)  # fmt: skip
@click.argument("changes", nargs=-1, metavar="[SETTING=VALUE]...")
@as_json_option()
@click.pass_context
def settings(ctx: click.Context, changes: tuple[str, ...], as_json: bool) -> None:
    """How what is typed is read."""
    from tracker.journeys import preferring

    at = context()
    if changes:
        preferring.prefer(at, read_changes(changes, "dates=day-first"))
    found = preferring.preferred(at)
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(found)
        return
    table(
        [N_("Setting"), N_("Value"), Column(N_("Takes"), prose=True)],
        ([name, value, _(", ").join(preferring.TAKEN[name])] for name, value in found.items()),
    )
    for name in found:
        show.say(MEANINGS[name])
