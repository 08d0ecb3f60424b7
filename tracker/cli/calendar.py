"""``isotrack calendar``: the reminders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import show
from tracker.cli.base import Command, Group, desk, flags, option
from tracker.errors import N_, InputError
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.journeys.publishing import Exported

DEFAULT_FILE = "reminders.ics"
"""Says nothing about what it is for."""


@click.group(cls=Group, help=N_("Write reminders for a calendar program."))
def calendar() -> None:
    """The calendar."""


@calendar.command(
    cls=Command,
    help=N_(
        "Write the whole plan as an .ics file to import. Written again without a change it is the same to the byte;"
        " after a change the entries keep their identity, and what is no longer planned is cancelled."
    ),
)
@option("-o", "--output", default=DEFAULT_FILE, metavar="FILE", help=N_("The file to write; - prints it."))
@option(
    "--titles",
    type=click.Choice(["discreet", "full"]),
    help=N_("Whether titles may say what they are about; remembered."),
)
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write."))
@click.pass_context
def export(ctx: click.Context, output: str, titles: str | None, force: bool) -> None:
    """Write the calendar."""
    from tracker.calendar.entries import Titles
    from tracker.journeys import publishing

    if not output.strip():
        raise InputError(N_("the name of the file is empty"))
    target = None if output == "-" else Path(output)
    chosen = Titles(titles) if titles else None
    done = publishing.export(desk(), target, chosen, flags(ctx).lang, active().code, force=force)
    report(done, target)


def report(done: Exported, target: Path | None) -> None:
    """Say what was written, or print the calendar itself."""
    from tracker.calendar.entries import Titles
    from tracker.calendar.ledger import Change

    if target is None:
        click.echo(done.octets, nl=False)
        return
    counts = {change: done.changes[change] for change in Change}
    show.say(
        N_("Saved: {file} ({new} new, {changed} changed, {cancelled} cancelled, {same} as before)."),
        file=str(target),
        **{change.value: count for change, count in counts.items()},
    )
    if done.legend:
        show.say(
            N_("The titles are discreet: {legend}. Full ones: --titles full"), legend=", ".join(map(_, done.legend))
        )
    elif done.titles is Titles.FULL:
        show.say(N_("The titles say what they are about: anyone who sees the calendar can read them."))
