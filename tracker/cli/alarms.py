"""What every command repeats until the clinic's word is recorded: a positive test, a possible pregnancy."""

from __future__ import annotations

import click

from tracker.cli import notices
from tracker.cli.base import context, flags
from tracker.cli.running import Flags, tell
from tracker.cli.show import filled
from tracker.errors import N_


def repeat(ctx: click.Context) -> None:
    """Say the alarms of the course, unless the command has said them itself."""
    said = flags(ctx)
    _warn_of_the_clock(said)
    if said.alarmed:
        return
    at = context()
    view = at.read.current
    if view is None:
        if not at.database.path.exists():
            return
        from tracker.journeys.context import look

        try:
            view = look(at)
        except Exception:  # noqa: BLE001 - no course of this patient; or a broken record, and restore is to work
            return
    notices.alarms(view.plan, beside=said.for_programs)


def _warn_of_the_clock(said: Flags) -> None:
    """Where something was done on a day that has not come: a clock that was put back shifts every day that is said."""
    view = said.view
    if view is None or said.today is not None:
        return
    last = max((one.on for one in (*view.history.done, *view.history.doses)), default=view.plan.today)
    if last > view.plan.today:
        tell(filled(N_("! Something was logged for {last}, and by the clock of this machine it is {today}: is its date"
                       " right?"), last=last, today=view.plan.today))  # fmt: skip
