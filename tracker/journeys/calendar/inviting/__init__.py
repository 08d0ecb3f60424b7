"""What a clinic sends becomes bookings: its invitations, their newer copies, and word that one is called off.

A file is read once; what becomes of it is decided (``deciding``) from what is recorded and known of earlier copies:
new appointments find their items (``fitting``), newer copies move their bookings (``updates``), cancellations name them
(``cancellations``). Decisions are values: what was asked about one is carried out only where it is decided the same
inside of the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.invitations import Reading, read
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, CalledOff
from tracker.journeys.calendar.inviting.addressees import TO_ANOTHER, addressees
from tracker.journeys.calendar.inviting.deciding import decide
from tracker.journeys.calendar.inviting.decisions import Decision
from tracker.journeys.context import Context, look
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out

__all__ = ["Decision", "NothingTakenError", "Proposal", "look_at", "take_over"]


class NothingTakenError(InputError):
    """Nothing of a file was recorded; ``remarks`` say of each entry why."""

    remarks: tuple[Phrase, ...] = ()


class Proposal(Struct, frozen=True):
    """What a file says, and what is to be done about it as the record stands."""

    reading: Reading
    timezone: str
    decisions: tuple[Decision, ...]
    to_another: TO_ANOTHER

    @property
    def questions(self) -> tuple[Decision, ...]:
        """What is done only where a person says so."""
        return tuple(one for one in self.decisions if one.question is not None)


def look_at(context: Context, octets: bytes, to_another: TO_ANOTHER) -> Proposal:
    """Read a file and decide, without recording anything; raise InputError where it is no invitation.

    ``to_another`` gives the command that takes the file over for another patient.
    """
    view = look(context.reading(CalledOff))
    reading = read(octets, view.course.timezone, context.today)
    with context.database.reading() as connection:
        meant = addressees(connection, context, reading, to_another)
    return Proposal(reading, view.course.timezone, decide(view, reading, meant), to_another)


def take_over(context: Context, proposal: Proposal, agreed: Sequence[Decision] | None) -> Outcome:
    """Carry out what was decided: what asks nothing, and of what asks that which a person ``agreed`` to.

    ``agreed`` is None where nobody could be asked: then what asks is named with its command.
    """
    remarks: list[Phrase] = []
    decisions: list[Decision] = []
    asked = agreed is not None and bool(proposal.questions)

    def write(work: UnitOfWork) -> None:
        decisions.extend(_decided_again(work, context, proposal, asked=asked))
        yes = agreed or ()
        gone = [one.takes_away for one in yes if one.takes_away is not None]
        for one in decisions:
            if one.question is None or one in yes:
                _carry_out(work, one)
            elif not asked:
                work.remarks.extend(one.otherwise)
            elif one.takes_away not in gone:
                work.remarks.extend(one.declined)
        remarks.extend(work.remarks)
        if not work.has_changed:
            raise _NothingNew

    try:
        reason = Phrase(N_("appointments taken over"))
        saved = carry_out(context.reading(CalledOff), "calendar import-appointments", reason, write)
    except _NothingNew:
        saved = Outcome(look(context), (), (), None, already_there=True)
    problem = None if asked else _nothing_taken(decisions, saved)
    if problem is not None:
        problem.remarks = tuple(remarks)
        raise problem
    return replace(saved, remarks=tuple(remarks))


class _NothingNew(Exception):  # noqa: N818 - not an error: there is nothing to do
    """Nothing is to be recorded."""


def _decided_again(work: UnitOfWork, context: Context, proposal: Proposal, *, asked: bool) -> tuple[Decision, ...]:
    """The decisions as the record stands inside of the transaction; another command may have written meanwhile."""
    decisions = None
    if work.view.course.timezone == proposal.timezone:
        meant = addressees(work.connection, context, proposal.reading, proposal.to_another)
        decisions = decide(work.view, proposal.reading, meant)
    if decisions is None or (asked and decisions != proposal.decisions):
        raise InputError(
            N_("another command changed the record meanwhile: what was asked is no longer so, and nothing was saved"),
            N_("take the file over once more"),
        )
    return decisions


def _carry_out(work: UnitOfWork, one: Decision) -> None:
    if one.takes_away is not None and not work.is_voided(one.takes_away):
        work.void(one.takes_away)
    if one.records is not None:
        work.record(one.records)
    work.remarks.extend(one.says)


def _nothing_taken(decisions: list[Decision], saved: Outcome) -> NothingTakenError | None:
    """What is said where nothing was recorded; None where something was, or all was there already."""
    if saved.recorded:
        return None
    asking = [one for one in decisions if one.question is not None]
    waits = any(not isinstance(one.records, Appointment) for one in asking)
    if not waits and any(one.is_known for one in decisions):
        return None
    if asking:
        return NothingTakenError(
            N_("nothing in the file is taken over without being asked about"),
            N_("the command that does it stands with each line"),
        )
    return NothingTakenError(
        N_("no appointment in the file fits the plan"),
        N_("to book one by hand: isotrack book, with an item of isotrack plan and its day"),
    )
