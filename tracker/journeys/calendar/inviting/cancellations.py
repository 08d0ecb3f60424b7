"""What is called off: its booking is known by its UID, and taken away only where a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from tracker.calendar.invitations import Cancellation, Invitation
from tracker.errors import N_, Phrase
from tracker.facts import Appointment, CalledOff, Copy
from tracker.journeys.calendar.inviting.decisions import (
    Decision,
    booked_on,
    entry_of,
    refuses,
    says,
    stays,
    to_take_away,
)
from tracker.journeys.calendar.inviting.known import Held, Known, copy_of
from tracker.plan import Item


def cancelled(known: Known, one: Cancellation, invitations: tuple[Invitation, ...]) -> Iterator[Decision]:
    """What a cancellation comes to; ``invitations`` are those of the same file, some newer than it."""
    copy = copy_of(one)
    if copy is None:
        yield from _by_its_time(known, one, refuses(one, N_("it is cancelled")))
        return
    concerned = [held for held in known.held[copy.uid] if known.is_meant(one, held.copy)]
    current = [held for held in concerned if not held.copy.is_newer_than(copy)]
    for held in concerned:
        if held not in current:
            yield says(
                N_("Nothing to do: {entry} was cancelled by an older copy; {key} stays booked on {booked}."),
                known=True, entry=entry_of(one), key=held.item.key, booked=booked_on(held.booked),
            )  # fmt: skip
    if concerned and not current:
        return
    words = _words(known, one, copy, current)
    yield from (Decision(records=word) for word in words)
    for held in current:
        if not any(_is_newer(known, other, held, copy) for other in invitations):
            why = N_("{entry} is cancelled: that is the booking of {key}, {booked}.")
            yield taken_away(held.item, held.booked, why, entry=entry_of(one))
    if current:
        return
    is_known = not words and bool(known.called_off[copy.uid])
    unknown = says(
        N_("Not taken over: {entry} ({reason}). That is known already.") if is_known
        else N_("Not taken over: {entry} ({reason}). No booking came of it."),
        known=is_known, entry=entry_of(one), reason=Phrase(N_("it is cancelled")),
    )  # fmt: skip
    yield from _by_its_time(known, one, unknown)


def taken_away(
    item: Item, booked: Appointment, why: str, *, word: CalledOff | None = None, **values: object
) -> Decision:
    """The question whether a booking is taken away, with the reason in a sentence of its own."""
    about = {"key": item.key, "booked": booked_on(booked)}
    reason = Phrase(why, {**about, **values})
    otherwise = N_("{reason} The booking still stands; to take it away: {command}")
    return Decision(
        records=word, takes_away=booked,
        says=(Phrase(N_("Taken away: the booking of {key}, {booked}."), about),),
        question=Phrase(N_("{reason} Take it away?"), {"reason": reason}),
        otherwise=(Phrase(otherwise, {"reason": reason, "command": to_take_away(item)}),),
        declined=(stays(item, booked),),
    )  # fmt: skip


def _words(known: Known, one: Cancellation, copy: Copy, current: list[Held]) -> list[CalledOff]:
    """The word to be remembered, so that no older copy books it again; none where a word as new is there.

    Of what was never booked only that is remembered which could be booked by an older copy.
    """
    days = [held.copy.recurrence_id for held in current] if one.onwards else [one.recurrence_id]
    of_use = bool(one.kinds) or one.method == "CANCEL"
    if not current and (not of_use or one.onwards or _is_past(one, known.today)):
        return []
    copies = [replace(copy, recurrence_id=day) for day in dict.fromkeys(days)]
    return [
        CalledOff(on=known.today, note=one.title or None, uid=word.uid, recurrence_id=word.recurrence_id,
                  sequence=word.sequence, stamp=word.stamp)
        for word in copies
        if not any(
            known.is_of(before.recurrence_id, word.recurrence_id) and not word.is_newer_than(before)
            for before in known.called_off[word.uid]
        )
    ]  # fmt: skip


def _is_past(one: Cancellation, today: date) -> bool:
    return one.on is not None and one.on < today


def _is_newer(known: Known, other: Invitation, held: Held, copy: Copy) -> bool:
    """Whether the same file says of that booking, in a newer copy, that it takes place after all."""
    new = copy_of(other)
    return (
        new is not None and new.uid == copy.uid and new.is_newer_than(copy)
        and known.is_same_day(other.recurrence_id, held.copy.recurrence_id)
    )  # fmt: skip


def _by_its_time(known: Known, one: Cancellation, unknown: Decision) -> Iterator[Decision]:
    """A booking for that very time may be meant where no UID says so."""
    at_that_time = [
        (item, item.appointment) for item in known.open_items
        if item.appointment is not None and (item.appointment.on, item.appointment.at) == (one.on, one.at)
    ]  # fmt: skip
    if copy_of(one) is not None or not at_that_time:
        yield unknown
    for item, booked in at_that_time:
        yield taken_away(
            item, booked, N_("{entry} is cancelled, and {key} is booked for that very time."),
            word=booked.called_off(known.today), entry=entry_of(one),
        )  # fmt: skip
