"""Says which settings of a calendar that came from elsewhere were not taken, and how each is said here."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tracker.cli import paper
from tracker.cli.base import context
from tracker.errors import N_, Listed, Phrase
from tracker.i18n import active

if TYPE_CHECKING:
    from tracker.db.withholding import Withheld


def say_of_all(found: Iterable[Withheld]) -> None:
    """Say it of every patient of a copy."""
    for one in found:
        say(one.settings, one.patient)


def say(found: Mapping[str, str], patient: str | None = None) -> None:
    """Say it in one line; nothing where all was taken. ``patient`` is whose they are, where that has to be said."""
    from tracker.db.published import SUBSCRIBED, SYNC_CALENDAR, SYNC_URL
    from tracker.journeys.context import SELF

    named = patient is not None and patient != SELF and patient != context().patient
    of = f" --patient {shlex.quote(patient)}" if named and patient is not None else ""
    parts = []
    if file := found.get(SUBSCRIBED):
        parts.append(Phrase(N_("{file}, the file that calendars subscribe to ({command})"),
                            {"file": file, "command": f"isotrack calendar subscribe FILE{of}"}))  # fmt: skip
    if url := found.get(SYNC_URL) or found.get(SYNC_CALENDAR):
        command = f"isotrack calendar sync --url URL --user NAME{of}"
        parts.append(Phrase(N_("{url}, the server of the calendar ({command})"), {"url": url, "command": command}))
    if titles := found.get("titles"):
        parts.append(Phrase(N_("titles that say what they are about ({command})"),
                            {"command": f"isotrack calendar settings titles={titles}{of}"}))  # fmt: skip
    if parts:
        text = N_("! Not taken from the file: {things}. What this machine writes, whom it speaks to and how much a"
                  " calendar tells is said here alone, by these commands.")  # fmt: skip
        paper.put(active().fill(text, {"things": Listed(tuple(parts))}))
