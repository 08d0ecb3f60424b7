"""``--since``: from which day on something is shown, or since the last visit."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from tracker.cli.base import PAST
from tracker.cli.typed import plain

_LAST_VISIT = ("last-visit", "last visit", "visit", "前回の再診", "前回の来院", "前回", "前回の受診")


class Since(click.ParamType[Any]):
    """A day, or the last visit."""

    name = "date"
    is_a_day = True
    most_words = 4

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | str:
        """Read it; InputError goes up to the error boundary."""
        from tracker.journeys.course.observing import LAST_VISIT  # start-up: completion needs no database

        if plain(str(value)).lower() in _LAST_VISIT:
            return LAST_VISIT
        found: date = PAST.convert(value, param, ctx)
        return found
