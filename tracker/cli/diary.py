"""``isotrack record import-doses``: a diary of doses of a table, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli import show, whose
from tracker.cli.base import Command, context
from tracker.cli.running import octets_of
from tracker.errors import N_, TrackerError, counted, in_a_file
from tracker.i18n import active

_MOST = 20
"""Mistakes of a table that are shown one by one."""


@click.command(
    cls=Command,
    help=N_(
        "Take a diary of doses over from a table (CSV), a line a day: the day (2026-11-24, 2026/11/24, 24.11.2026), mg"
        " or taken or missed, a note. All of it is saved, or nothing; --dry-run only shows."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
def import_doses(file: Path) -> None:
    """A diary of doses."""
    from tracker.journeys.course import diary as journey
    from tracker.record import diary

    try:
        with in_a_file():
            lines = diary.read(octets_of(file, diary.LARGEST), str(file))
        done = journey.take_over(context(), lines)
    except diary.DiaryError as error:
        raise _refused(file, error) from None
    if done.already_there:
        whose.saved(N_("All of it was there already. Nothing changed."))
    else:
        whose.saved(N_("Saved from the table: {days}; there already: {known}."),
                    days=_days(len(done.recorded)), known=_days(len(done.stood)))  # fmt: skip
    show.outcome(done, context())


def _days(count: int) -> object:
    return counted("{count} day", "{count} days", count=count)


def _refused(file: Path, error: object) -> TrackerError:
    from tracker.record.diary import DiaryError

    assert isinstance(error, DiaryError)  # noqa: S101 - imported where it is used
    for one in error.mistakes[:_MOST]:
        show.say(N_("line {line}: {problem}"), line=one.line, problem=one.problem)
    if len(error.mistakes) > _MOST:
        show.say(N_("... and {count} more."), count=len(error.mistakes) - _MOST)
    mistakes = active().ngettext("{count} mistake", "{count} mistakes", len(error.mistakes))
    return TrackerError(N_("{file}: {mistakes}, listed above"), N_("nothing was saved"), file=str(file),
                        mistakes=mistakes)  # fmt: skip
