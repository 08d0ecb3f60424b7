"""What every command repeats until the clinic's word is recorded: a positive test, a possible pregnancy."""

from __future__ import annotations

import click

from tracker.cli import notices
from tracker.cli.base import context, flags
from tracker.errors import TrackerError


def repeat(ctx: click.Context) -> None:
    """Say the alarms of the course, unless the command has said them itself."""
    if flags(ctx).alarmed:
        return
    at = context()
    view = at.read.current
    if view is None:
        if not at.database.path.exists():
            return
        from tracker.journeys.context import look

        try:
            view = look(at)
        except TrackerError:
            return  # no course of this patient
    notices.alarms(view.plan, beside=flags(ctx).for_programs)
