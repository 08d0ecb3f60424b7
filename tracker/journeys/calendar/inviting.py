"""An invitation from the clinic becomes a booking for the planned item that it fits."""

from __future__ import annotations

from datetime import timedelta

from tracker.calendar.invitations import Invitation, invitations
from tracker.engine.laws import check_new
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment
from tracker.journeys.context import Context
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Item
from tracker.rules import Kind

_NEAR = timedelta(days=15)
"""Half a month: an appointment farther from every planned item fits none."""
_LONGEST_TITLE = 200


def import_appointments(context: Context, octets: bytes) -> Outcome:
    """Book every appointment of the file that lies ahead and fits an open item; the others are named, not guessed."""

    def write(work: UnitOfWork) -> None:
        taken: set[str] = set()
        known: list[Appointment] = []
        for invitation in invitations(octets, work.view.course.timezone):
            values = {"title": invitation.title or "-", "on": invitation.on}
            _refuse_if_called_off(work.view.plan.items, invitation)
            if invitation.cancelled or invitation.repeats or invitation.on < context.today:
                work.say(N_("Not taken over: {title} on {on} (past, cancelled or repeated)."), **values)
                continue
            item = _nearest(work.view.plan.items, invitation, taken)
            if item is None:
                work.say(N_("Not taken over: {title} on {on} fits no planned item. To book it: {command}"),
                        command=Phrase(N_("isotrack book KEY DATE")), **values)  # fmt: skip
                continue
            taken.add(item.key)
            fact = Appointment(
                on=invitation.on, key=item.key, at=invitation.at, note=invitation.title[:_LONGEST_TITLE] or None
            )
            try:
                check_new(fact, work.view, context.today)
            except InputError as error:
                work.say(N_("Not taken over: {title} on {on} ({reason})."),
                        reason=Phrase(error.message, error.values), **values)  # fmt: skip
                continue
            if item.appointment is not None:
                if (item.appointment.on, item.appointment.at) == (fact.on, fact.at):
                    work.say(N_("Already there: {key} on {on}."), key=item.key, on=fact.on)
                    known.append(item.appointment)
                    continue
                work.void(item.appointment)
            work.record(fact)
        if not work.recorded and known:
            raise AlreadyThere(known[-1])
        if not work.recorded:
            raise InputError(
                N_("no appointment in the file fits the plan"), N_("to book one: {command}"),
                command=Phrase(N_("isotrack book KEY DATE")),
            )  # fmt: skip

    return carry_out(context, "calendar import-appointments", Phrase(N_("appointments taken over")), write)


def _refuse_if_called_off(items: tuple[Item, ...], invitation: Invitation) -> None:
    """Raise InputError where the clinic calls off what is booked: taking a booking away is said by its own command."""
    for item in items if invitation.cancelled else ():
        booked = item.appointment
        if item.state.is_open and booked is not None and (booked.on, booked.at) == (invitation.on, invitation.at):
            raise InputError(
                N_("{title} on {on} is cancelled: that is the booking of {key}"), N_("to take it away: {command}"),
                title=invitation.title or "-", on=invitation.on, key=item.key,
                command=f"isotrack book {item.key} --cancel",
            )  # fmt: skip


def _nearest(items: tuple[Item, ...], invitation: Invitation, taken: set[str]) -> Item | None:
    kinds = (invitation.kind, Kind.VISIT)
    for kind in dict.fromkeys(kinds):
        near = [
            item
            for item in items
            if item.kind is kind and item.state.is_open and item.key not in taken
            and abs(item.due - invitation.on) <= _NEAR
        ]  # fmt: skip
        if near:
            return min(near, key=lambda item: (abs(item.due - invitation.on), item.due))
    return None
