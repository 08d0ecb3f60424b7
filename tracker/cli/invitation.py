"""``isotrack calendar import-appointments``: what a clinic's invitation says."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import show, whose
from tracker.cli.base import Command, at_work, confirm, context, flags, is_asked
from tracker.cli.describe import dated
from tracker.cli.running import closed, octets_of
from tracker.errors import N_, InputError, Phrase, reason_of
from tracker.i18n import active

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tracker.facts import Fact
    from tracker.journeys.calendar.inviting import Decision

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

    proposal = inviting.look_at(context(), _piped() if file == "-" else _read(Path(file)), _for_another(file))
    agreed = _agreed(proposal.questions) if is_asked() else None
    with at_work():
        try:
            done = inviting.take_over(context(), proposal, agreed)
        except inviting.NothingTakenError as nothing:
            show.remarks(nothing.remarks)
            raise
    _saved(done.recorded)
    show.outcome(done, context())
    if done.already_there:
        whose.saved(N_("Nothing changed."))


def _for_another(file: str) -> Callable[[str], str]:
    """The command that takes the file over for the patient with a name, in the same database."""
    database, _patient, today = flags().given()
    begin = " ".join(filter(None, ("isotrack", database, today, "--patient")))
    return lambda name: f"{begin} {shlex.quote(name)} calendar import-appointments {shlex.quote(file)}"


def _agreed(questions: Iterable[Decision]) -> list[Decision]:
    """Ask about each, but for what is for an item that has been agreed on."""
    agreed: list[Decision] = []
    for one in questions:
        settled = one.key is not None and one.key in (other.key for other in agreed)
        if not settled and confirm(whose.named(str(active().value(one.question))), default=False):
            agreed.append(one)
    return agreed


def _saved(facts: Iterable[Fact]) -> None:
    for fact in facts:
        # An appointment with the title that it has in the invitation.
        title = [Phrase(N_('"{title}"'), {"title": fact.note})] if fact.note else []
        whose.saved(N_("Saved: {text}."), text=dated(fact, *title, Phrase(N_("number {id}"), {"id": fact.id})))


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
    return _not_too_large(octets_of(file, _LARGEST_INVITATION), str(file))


def _not_too_large(octets: bytes, file: str) -> bytes:
    if len(octets) > _LARGEST_INVITATION:
        raise InputError(N_("{file}: too large for an invitation"), file=file)
    return octets
