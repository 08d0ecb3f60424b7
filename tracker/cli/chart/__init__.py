"""``isotrack chart``: a picture in the terminal of the dose, the weight, a blood value, symptoms or mood."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import paper, show, whose
from tracker.cli.base import Command, as_json_option, context, flags, option
from tracker.cli.names import Completed
from tracker.cli.since import Since
from tracker.errors import N_, InputError
from tracker.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.cli.chart.shape import Chart
    from tracker.cli.names import Known


def _names() -> Iterator[Known]:
    from tracker.cli.chart.subjects import names  # start-up: only for completion

    return names()


@click.command(
    cls=Command,
    help=N_(
        "Draw in the terminal by day: dose, weight, symptoms, mood, or a blood value by its name (ALT, TG ...), with"
        " its range and its limits. Without a name: what there is to draw."
    ),
)
@click.argument("what", nargs=-1, metavar="[WHAT]", type=Completed(_names))
@option("--since", type=Since(), metavar="DATE", help=N_("From a day on, or from the last-visit on."))
@as_json_option()
@click.pass_context
def chart(ctx: click.Context, what: tuple[str, ...], since: date | str | None, as_json: bool) -> None:
    """Pictures."""
    from tracker.cli.chart import overview, subjects
    from tracker.cli.chart.shape import Asked
    from tracker.journeys.course import charting

    if isinstance(since, date) and since > flags().day():
        raise InputError(N_("{on} lies ahead: what is drawn was recorded"), on=since)
    named = " ".join(what)
    subject = subjects.subject(named) if what and not subjects.is_blood(named) else None
    drawable = charting.drawable(context())
    today = context().today
    asked = Asked(today, drawable.last_visit if isinstance(since, str) else since)
    head = {"patient": whose.label(), "today": today.isoformat()}
    for_programs = as_json or bool(ctx.find_root().meta.get("as_json"))
    if subject is None:
        if for_programs:
            contract.show(head | overview.contract(drawable))
            return
        whose.heading()
        overview.show_all(drawable)
        return
    found = subject.of(drawable, asked)
    if for_programs:
        contract.show(head | found.contract)
        return
    whose.heading()
    if since is not None and asked.since is None:
        show.say(N_("No visit before today is recorded: all that was recorded is drawn."))
    for one in found.charts:
        _print(one)


def _print(one: Chart) -> None:
    from tracker.cli.chart.shape import packed
    from tracker.cli.chart.signs import console, printed, screen

    output = console()
    on = screen(output)
    paper.put("")
    paper.put(one.title, style={"bold": True})
    if one.draw is not None:
        picture = one.draw(on)
        paper.put_lines(printed(picture.lines, output))
        for group in one.key(on):
            for line in packed(group, on.width):
                paper.put(line)
        if picture.has_several:
            paper.put(_(one.shared))
        paper.put("")
    for line in one.says:
        paper.put(line)
