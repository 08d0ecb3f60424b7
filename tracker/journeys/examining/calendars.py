"""Whether the files that calendars subscribe to hold what they should: written nowhere, on a copy in memory."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.calendar.entries import Entry
from tracker.calendar.settings import Settings
from tracker.db import patients, published, store
from tracker.db.rehearsal import Rehearsal
from tracker.errors import N_, Phrase, TrackerError, counted
from tracker.files import head_of, holds
from tracker.journeys.calendar.delivery import OURS, Job, Request, hand_over
from tracker.journeys.context import SELF, Context, Read
from tracker.journeys.examining.finding import Finding, Level


def subscribed(context: Context) -> Iterator[Finding]:
    """Every such file that is missing, is another's, or shows another plan than that of today."""
    try:
        database = Rehearsal(context.database)
        with database.reading() as connection:
            everybody = patients.all_of_them(connection)
            kept = [(one.label, file) for one in everybody
                    if (file := published.settings(connection, one.id).get(published.SUBSCRIBED))]  # fmt: skip
    except TrackerError:
        return  # what cannot be read was said
    found: list[Finding] = []
    for label, file in kept:
        found += _behind(replace(context, database=database, patient=label, read=Read()), label, Path(file))
    yield from found
    if kept and not found:
        yield Finding(check="subscribed-file", level=Level.OK, text=Phrase(
            N_("Calendars: {files} that they subscribe to, each up to date."),
            {"files": counted("{count} file", "{count} files", count=len(kept))},
        ))  # fmt: skip


def remembered(context: Context) -> Iterator[Finding]:
    """What is remembered of a calendar and can no longer be read: it is left out, as if it had never been said."""
    try:
        with context.database.reading() as connection:
            kept = [(one.label, published.settings(connection, one.id), _are_legible(connection, one.id))
                    for one in patients.all_of_them(connection)]  # fmt: skip
    except TrackerError:
        return  # what cannot be read was said
    for label, said, are_legible in kept:
        who: Any = Phrase(N_("me (no name)")) if label == SELF else label
        of = f" --patient {shlex.quote(label)}" if len(kept) > 1 and label != SELF else ""
        names = [*published.illegible(said), *(() if are_legible else ("published",))]
        cures = dict.fromkeys(names, f"isotrack calendar export{of}")
        for name in Settings.illegible(said):
            cures[name] = f"isotrack calendar settings {name}={Settings().values()[name]}{of}"
        for name, command in cures.items():
            yield Finding(check="calendar-settings", level=Level.WARNING, patient=label, text=Phrase(
                N_("What is remembered of the calendar of {patient} as {name} can no longer be read."),
                {"patient": who, "name": name},
            ), advice=Phrase(N_("to write it anew: {command}"), {"command": command}))  # fmt: skip


def _are_legible(connection: Connection, patient_id: int) -> bool:
    """Whether every entry that calendars were given can be read."""
    courses = [one.id for one, _text in store.courses(connection, patient_id)]
    given = (one for course in courses for one in published.load(connection, course).values())
    return all(Entry.believed(one.content) is not None for one in given)


def _behind(context: Context, label: str, file: Path) -> Iterator[Finding]:
    name: Any = Phrase(N_("me (no name)")) if label == SELF else label
    again = {"command": f"isotrack calendar subscribe {file}"}
    try:
        if not file.exists():
            text = N_("{file}, to which calendars of {patient} subscribe, is not there.")
        elif OURS.mark not in head_of(file):
            text = N_("{file}, to which calendars of {patient} subscribe, is no calendar of isotrack's.")
        elif not holds(file, _octets(context)):
            text = N_("{file}, to which calendars of {patient} subscribe, does not show the plan of today.")
        else:
            return
    except TrackerError as error:
        yield Finding(check="subscribed-file", level=Level.WRONG, file=str(file), patient=label,
                      text=Phrase(error.message, error.values))  # fmt: skip
        return
    yield Finding(check="subscribed-file", level=Level.WRONG, file=str(file), patient=label,
                  text=Phrase(text, {"file": str(file), "patient": name}),
                  advice=Phrase(N_("to write it anew: {command}"), again))  # fmt: skip


def _octets(context: Context) -> bytes:
    taken: list[bytes] = []
    hand_over(Job(context, Request(target=None), Path), taken.append)
    return taken[0]
