"""``isotrack report``: one page for the doctor, as a file that any browser shows and prints."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import show, whose
from tracker.cli.base import Command, at_work, context, flags, option
from tracker.cli.names import A_FILE
from tracker.cli.running import print_octets
from tracker.cli.since import Since
from tracker.errors import N_, InputError

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report

DEFAULT_FILE = "report.html"
"""Says nothing about what it is for."""


@click.command(
    cls=Command,
    short_help=N_("Write a page for the doctor."),
    help=N_(
        "Write one page for the doctor: findings, cumulative dose, blood values, symptoms, what was missed, the plan"
        " and your questions. A file that any browser shows and prints on A4; nothing in it is fetched from elsewhere."
    ),
)
@option("-o", "--output", type=A_FILE, metavar="FILE", default=DEFAULT_FILE, help=N_("The file to write; - prints it."))
@option("--since", type=Since(), metavar="DATE", help=N_("What came since a day, or since the last-visit."))
@option("--full", is_flag=True, help=N_("All draws, weeks and items: more than one page."))
@option("--discreet", is_flag=True, help=N_("Without name, day of birth and photos."))
@option("--photos", is_flag=True, help=N_("With the photos of the skin, side by side."))
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write."))
def report(output: str, since: date | str | None, full: bool, discreet: bool, photos: bool, force: bool) -> None:
    """The page."""
    from tracker.cli.page import Choice, document
    from tracker.journeys import noting
    from tracker.journeys.course import reporting
    from tracker.report.html import rendered

    if discreet and photos:
        raise InputError(N_("--discreet and --photos say different things"))
    if not output.strip():
        raise InputError(N_("the name of the file is empty"))
    if isinstance(since, date) and since > flags().day():
        raise InputError(N_("{on} lies ahead: the page is about what was recorded"), on=since)
    found = reporting.report(context(), since, with_photos=photos)
    choice = Choice(
        None if discreet else whose.name(), is_discreet=discreet, is_full=full, photos=_addresses(found),
    )  # fmt: skip
    octets = rendered(document(found, choice), noting.courses(context()))
    if output == "-":
        print_octets(octets)
        return
    _write(Path(output), octets, force=force)
    whose.saved(N_("Saved: {file}"), file=output)
    whose.not_encrypted()
    if since is not None and found.since is None:
        show.say(N_("No visit before today is recorded: the page is about all that was recorded."))
    if not discreet:
        show.say(N_("It holds what you recorded: whoever has the file can read it."))


def _write(target: Path, octets: bytes, *, force: bool) -> None:
    """Write it beside its place and move it there; a dry run looks only whether that could be."""
    from tracker.files import Aside, check_target
    from tracker.journeys import noting
    from tracker.report.html import OURS

    database = context().database
    check_target(target, OURS, database.path, force=force)
    noting.require_own(context(), target, octets, force=force)
    if database.is_rehearsal:
        return
    with at_work(), Aside([target], OURS) as aside:
        aside.write(target, octets)
        noting.note(context(), {target: octets})
        aside.move_into_place([target])


def _addresses(found: Report) -> dict[str, str] | None:
    """By the name of its file the octets of each photo that is shown, as an address of their own."""
    if found.photos is None:
        return None
    from tracker.cli.page.rest import pairs

    wanted = {one.file for _area, row in pairs(found) for one in row} - found.photos.missing
    read = ((name, found.photos.picture(name)) for name in sorted(wanted))
    return {name: f"data:image/jpeg;base64,{base64.b64encode(octets).decode()}" for name, octets in read}
