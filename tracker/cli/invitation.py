"""``isotrack calendar import-appointments``: what a clinic's invitation says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import show, whose
from tracker.cli.base import Command, context
from tracker.cli.describe import describe
from tracker.cli.running import closed
from tracker.errors import N_, InputError, reason_of

if TYPE_CHECKING:
    from tracker.facts import Fact

_LARGEST_INVITATION = 32 << 20
"""Octets of a message with its attachments; the calendar in it is held to less."""


@click.command(
    name="import-appointments",
    cls=Command,
    help=N_(
        "Take the appointments of a clinic's invitation over as bookings for the items that they fit. FILE is a"
        " calendar file (.ics) or the mail message that it came with; - reads it from the standard input."
    ),
)
@click.argument("file", type=click.Path())
def import_appointments(file: str) -> None:
    """A clinic's invitation."""
    from tracker.journeys.calendar import inviting

    octets = _piped() if file == "-" else _read(Path(file))
    try:
        done = inviting.import_appointments(context(), octets)
    except inviting.NothingTakenError as nothing:
        show.remarks(nothing.remarks)
        raise
    for fact in done.recorded:
        if done.already_there:
            whose.saved(N_("Already there: {text}. Nothing changed."), text=describe(fact))
        else:
            whose.saved(N_("Saved: {what} on {on} (new number {id})."), what=_named(fact), on=fact.on, id=fact.id)
    show.outcome(done, context())


def _named(fact: Fact) -> str:
    """An appointment, with the title that it has in the invitation."""
    return f"{describe(fact)} ({fact.note})" if fact.note else describe(fact)


def _piped() -> bytes:
    """What a mail program hands over."""
    stream = getattr(sys.stdin, "buffer", None)
    try:
        octets: bytes = stream.read(_LARGEST_INVITATION + 1) if stream is not None else b""
    except OSError as error:
        raise InputError(N_("{file}: cannot be read ({reason})"), file="-", reason=reason_of(error)) from None
    except ValueError:  # a stream that was closed
        raise InputError(N_("{file}: cannot be read ({reason})"), file="-", reason=reason_of(closed())) from None
    return _not_too_large(octets, "-")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as handle:
            octets = handle.read(_LARGEST_INVITATION + 1)
    except OSError as error:
        raise InputError(N_("{file}: cannot be read ({reason})"), file=str(file), reason=reason_of(error)) from None
    return _not_too_large(octets, str(file))


def _not_too_large(octets: bytes, file: str) -> bytes:
    if len(octets) > _LARGEST_INVITATION:
        raise InputError(N_("{file}: too large for an invitation"), file=file)
    return octets
