"""``isotrack record import-doses``: a diary of doses of a table, shown first; all of it or nothing."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import notices, planned, show, whose
from tracker.cli.base import LOGGED, Command, confirm, context, flags, is_asked, option
from tracker.cli.describe import describe
from tracker.cli.running import octets_of
from tracker.cli.tables import table
from tracker.errors import N_, Phrase, TrackerError, counted, in_a_file
from tracker.i18n import _, active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.journeys.course.diary import Overview
    from tracker.record.diary import Line, Mistake

_MOST = 20
"""Mistakes of a table that are shown one by one."""


@click.command(
    cls=Command,
    help=N_(
        "Take a diary of doses over from a table (CSV), a line a day: the day as it is typed elsewhere (2026-11-24,"
        " 11/24), mg or capsules, or taken or missed, a note. Shows first what would be saved; all of it is saved, or"
        " nothing."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--skip", multiple=True, metavar="NAME",
        help=N_("Leave a column out, by its name in the file, or a line by its number."))  # fmt: skip
@option("--yes", is_flag=True, help=N_("Save without asking."))
def import_doses(file: Path, skip: tuple[str, ...], yes: bool) -> None:
    """A diary of doses."""
    from tracker.journeys.course import diary as journey
    from tracker.record import diary

    with in_a_file():
        lines, mistakes = diary.read(octets_of(file, diary.LARGEST), str(file), _day, skip)
    found = journey.look_over(context(), lines, mistakes)
    if found.mistakes:
        raise _refused(file, found.mistakes)
    notices.alarms(found.view.plan)
    if not found.new:
        whose.saved(N_("All of it was there already. Nothing changed."))
        return
    _show(found)
    if not (yes or flags().dry_run or (is_asked() and confirm(_("Save these days?"), default=False))):
        left_out = [part for name in skip for part in ("--skip", name)]
        command = shlex.join(["isotrack", "record", "import-doses", str(file), *left_out, "--yes"])
        show.say(N_("Nothing was saved. To save them: {command}"), command=command)
        return
    try:
        done = journey.take_over(context(), lines)
    except diary.DiaryError as error:  # what was entered meanwhile
        raise _refused(file, error.mistakes) from None
    whose.saved(N_("Saved from the table: {days}; there already: {known}."),
                days=_days(len(done.recorded)), known=_days(len(done.stood)))  # fmt: skip
    show.outcome(done, context())


def _day(typed: str) -> date:
    return LOGGED.convert(typed, None, None)


def _show(found: Overview) -> None:
    table(
        [N_("Line"), N_("Day"), N_("What"), N_("Prescribed")],
        [[str(one.number), planned.day(one.dose.on), describe(one.dose), _prescribed(found, one)] for one in found.new],
    )  # fmt: skip
    if found.there:
        show.say(N_("There already: {days}."), days=_days(len(found.there)))
    for doubt in found.doubts:
        about = Phrase(N_("line {line}: {problem}"), {"line": doubt.line, "problem": doubt.problem})
        show.say(N_("! {problem}: is that right?"), problem=about)


def _prescribed(found: Overview, line: Line) -> str:
    mg = found.prescribed(line)
    return show.filled(N_("{mg} mg"), mg=mg) if mg else "-"


def _days(count: int) -> object:
    return counted("{count} day", "{count} days", count=count)


def _refused(file: Path, found: Sequence[Mistake]) -> TrackerError:
    for one in found[:_MOST]:
        show.say(N_("line {line}: {problem}"), line=one.line, problem=one.problem)
    if len(found) > _MOST:
        show.say(N_("... and {count} more."), count=len(found) - _MOST)
    lines = " ".join(f"--skip {line}" for line in dict.fromkeys(one.line for one in found[:_MOST]))
    show.say(N_("To leave these lines out: {command}"),
             command=f"isotrack record import-doses {shlex.quote(str(file))} {lines}")  # fmt: skip
    mistakes = active().ngettext("{count} mistake", "{count} mistakes", len(found))
    return TrackerError(N_("{file}: {mistakes}, listed above"), N_("nothing was saved"), file=str(file),
                      mistakes=mistakes)  # fmt: skip
