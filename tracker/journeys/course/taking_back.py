"""Taking the last command back, and bringing it back."""

from __future__ import annotations

from msgspec import Struct

from tracker.db import store
from tracker.db.store import Command
from tracker.engine.view import Recount, View, recounted
from tracker.errors import N_, InputError, Phrase
from tracker.journeys.context import Context, current, find_current, patient_of
from tracker.journeys.writing import kept_again, no_longer_kept
from tracker.plan import Move, moves


class Undone(Struct, frozen=True):
    """A command that was taken back or brought back, and what moved because of it."""

    command: Command
    moved: tuple[Move, ...]
    recounted: tuple[Recount, ...] = ()
    emptied: bool = False
    """Whether the patient has no course any more."""
    remarks: tuple[Phrase, ...] = ()
    """What is said of appointments that stand no more, or again."""


def undo(context: Context) -> Undone:
    """Take back the last command that has not been taken back."""
    with context.database.writing() as connection:
        before = current(connection, context)
        patient = patient_of(connection, context).id
        last = store.last_command(connection, patient)
        if last is None:
            raise InputError(N_("there is nothing to take back"))
        store.mark_undone(connection, patient, last.id, context.now)
        return _undone(last, before, find_current(connection, context))


def redo(context: Context) -> Undone:
    """Bring back the command that was taken back last, as long as nothing was recorded since.

    What it recorded and voided was right for the course as it stood before it, which is the course as it stands now.
    After another command it need not be: a booking may lie on an item that was done meanwhile.
    """
    with context.database.writing() as connection:
        patient = patient_of(connection, context).id
        before, newest = find_current(connection, context), store.last_command(connection, patient)
        back = store.last_undone(connection, patient)
        if back is None:
            raise InputError(N_("there is nothing to bring back"))
        if newest is not None and newest.id > back.id:
            raise InputError(
                N_("there is nothing to bring back: since the last undo, {command} was recorded"),
                N_("type again what is missing, or take that back first: {undo}"),
                command=newest.verb, undo="isotrack undo",
            )  # fmt: skip
        store.mark_redone(connection, back.id)
        return _undone(back, before, find_current(connection, context))


def _undone(command: Command, before: View | None, after: View | None) -> Undone:
    if before is None or after is None or after.course.id != before.course.id:
        return Undone(command, (), emptied=after is None)
    remarks = (*no_longer_kept(before.plan, after.plan), *kept_again(before.plan, after.plan))
    return Undone(command, moves(before.plan, after.plan), recounted(before, after), remarks=remarks)
