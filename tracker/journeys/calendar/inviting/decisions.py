"""A decision is a value: what is recorded and taken away, what is asked before, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from msgspec import Struct

from tracker.calendar.invitations import Cancellation, Invitation
from tracker.errors import N_, Phrase
from tracker.facts import Appointment, CalledOff
from tracker.plan import Item
from tracker.rules import Kind

NEAR = timedelta(days=15)
"""Half a month: an appointment farther from every planned item fits none."""


class Decision(Struct, frozen=True, kw_only=True):
    """What becomes of something that a file says."""

    records: Appointment | CalledOff | None = None
    takes_away: Appointment | None = None
    """The booking in whose place it comes, or that is taken away."""
    says: tuple[Phrase, ...] = ()
    question: Phrase | None = None
    """What a person is asked first."""
    otherwise: tuple[Phrase, ...] = ()
    """What is said where nobody can be asked: why it is not done, and the command that does it."""
    declined: tuple[Phrase, ...] = ()
    """What is said where the answer is no."""
    is_known: bool = False
    """Whether it says that there is nothing to do."""

    @property
    def key(self) -> str | None:
        """The item that it books."""
        return self.records.key if isinstance(self.records, Appointment) else None


def says(message: str, *, known: bool = False, **values: Any) -> Decision:
    """The decision to do nothing, and say why."""
    return Decision(says=(Phrase(message, values),), is_known=known)


def refuses(one: Invitation | Cancellation, reason: str, *, known: bool = False, **values: Any) -> Decision:
    """The decision not to take something over, with the reason."""
    return says(
        N_("Not taken over: {entry} ({reason})."), known=known, entry=entry_of(one), reason=Phrase(reason, values)
    )


def entry_of(one: Invitation | Cancellation) -> Phrase:
    """An entry by its title and time."""
    return entry(one.title, one.on, one.at)


def entry(title: str, on: date | None, at: time | None) -> Phrase:
    """The same, of a title and a time, if it has one."""
    if on is None:
        return Phrase(N_('"{title}"'), {"title": title or "-"})
    return Phrase(N_('"{title}" on {when}'), {"title": title or "-", "when": when(on, at)})


def when(on: date, at: time | None) -> Phrase:
    """A day, with its time if it has one."""
    return Phrase("{on}", {"on": on}) if at is None else Phrase("{on} {at}", {"on": on, "at": f"{at:%H:%M}"})


def booked_on(booked: Appointment) -> Phrase:
    """When a booking is."""
    return when(booked.on, booked.at)


def to_book(item: Item, one: Invitation) -> str:
    """The command that books an item for that time."""
    return _to_book(item.key, one)


def to_book_by_hand(item: Item | None, one: Invitation) -> str | Phrase:
    """The same, for the item that it may be for; where there is none, that its key is missing."""
    if item is not None:
        return to_book(item, one)
    return Phrase(N_("{command} (KEY: an item of isotrack plan)"), {"command": _to_book("KEY", one)})


def nearest(items: Iterable[Item], one: Invitation, *kinds: Kind) -> Item | None:
    """The item of these kinds that an appointment is nearest to; None where it is far from all of them."""
    near = [item for item in items if item.kind in kinds and abs(item.due - one.on) <= NEAR]
    return min(near, key=lambda item: (abs(item.due - one.on), item.due), default=None)


def _to_book(key: str, one: Invitation) -> str:
    return f"isotrack book {key} " + (str(one.on) if one.at is None else f'"{one.on} {one.at:%H:%M}"')


def to_take_away(item: Item) -> str:
    """The command that takes the booking of an item away."""
    return f"isotrack book {item.key} --cancel"


def stays(item: Item, booked: Appointment) -> Phrase:
    """What is said of a booking that was not to be changed."""
    return Phrase(N_("{key} stays booked on {booked}."), {"key": item.key, "booked": booked_on(booked)})
