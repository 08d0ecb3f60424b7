"""Newer copies of what was booked: they move their bookings, and older ones do nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from tracker.calendar.invitations import Invitation, Status
from tracker.engine.laws import check_new
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, Copy, Standing
from tracker.journeys.booking import outside_the_window
from tracker.journeys.calendar.inviting.cancellations import taken_away
from tracker.journeys.calendar.inviting.decisions import (
    Decision,
    booked_on,
    entry_of,
    nearest,
    refuses,
    says,
    stays,
    to_book,
    to_book_by_hand,
    to_take_away,
)
from tracker.journeys.calendar.inviting.known import Held, Known, copy_of
from tracker.plan import Item
from tracker.rules import Kind

_LONGEST_TITLE = 200


class Sorted(Struct):
    """The appointments of one UID: what was decided of those that are known, and the new ones."""

    decisions: list[Decision] = field(default_factory=list)
    new: list[Invitation] = field(default_factory=list)


def of_one_uid(known: Known, uid: str, invitations: list[Invitation]) -> Sorted:
    """Move what is booked by an older copy; what is not booked yet is new."""
    found = Sorted()
    unbooked: list[Invitation] = []
    for one in invitations:
        copy = copy_of(one)
        assert copy is not None  # noqa: S101 - it has this UID
        mine = [held for held in known.held[uid] if known.is_same_day(held.copy.recurrence_id, one.recurrence_id)]
        if known.is_called_off(one, copy):
            said = N_("Not taken over: {entry} (called off, and this copy is no newer). To book it: {command}")
            command = to_book_by_hand(nearest(known.open_items, one, *(one.kinds or (Kind.VISIT,))), one)
            found.decisions.append(says(said, known=True, entry=entry_of(one), command=command))
        elif mine:
            found.decisions += [decision for held in mine for decision in updated(known, held, one, copy)]
            found.new += _more(one, mine)
        elif one.is_alone:
            found.new.append(one)
        else:
            unbooked.append(one)
    _of_another_version(known, found, unbooked, invitations, uid)
    return found


def _more(one: Invitation, mine: list[Held]) -> list[Invitation]:
    """What the newest copy is for beside what it was booked for."""
    booked = {held.item.kind for held in mine}
    more = tuple(kind for kind in one.kinds if kind not in booked)
    return [dataclasses.replace(one, kinds=more)] if more and booked & set(one.kinds) else []


def _of_another_version(
    known: Known, found: Sorted, unbooked: list[Invitation], invitations: list[Invitation], uid: str
) -> None:
    """The days that another version of a series gave: a newer version moves them, in order of nearness."""
    whole = [one for one in invitations if not one.is_alone]
    strays = [held for held in known.held[uid] if _is_stray(known, held, invitations)] if whole else []
    newest = copy_of(whole[0]) if strays else None
    if newest is None:
        found.new += unbooked
        return
    if any(held.copy.is_newer_than(newest) for held in strays):
        found.decisions += [_older(one, strays[0]) for one in unbooked]
        return
    moved = _nearest({held.copy.recurrence_id: held.booked.on for held in strays}, unbooked)
    for held in strays:
        one = moved.get(held.copy.recurrence_id)
        if one is not None and (copy := copy_of(one)) is not None:
            found.decisions += updated(known, held, one, copy)
        elif newest.is_newer_than(held.copy):
            why = N_("{entry} is no longer on that day in the newer copy: {key}, {booked}.")
            found.decisions.append(taken_away(held.item, held.booked, why, entry=entry_of(whole[0])))
    found.new += [one for one in unbooked if one not in moved.values()]


def _nearest(days: dict[str | None, date], unbooked: list[Invitation]) -> dict[str | None, Invitation]:
    """For each day of a series the nearest of the new ones, the nearest pair first, each once."""
    pairs = [
        ((abs(on - one.on), one.on, day or "", place), day, one)
        for day, on in days.items() for place, one in enumerate(unbooked)
    ]  # fmt: skip
    found: dict[str | None, Invitation] = {}
    for _order, day, one in sorted(pairs, key=lambda pair: pair[0]):
        if day not in found and one not in found.values():
            found[day] = one
    return found


def _is_stray(known: Known, held: Held, invitations: list[Invitation]) -> bool:
    """Whether a booking is of a day that lies ahead, and of which all that the file says of the series says nothing."""
    day = held.copy.recurrence_id
    named = any(known.is_same_day(one.recurrence_id, day) for one in invitations)
    if named or held.copy.uid in known.unread or known.is_called_off_here(held.copy):
        return False
    on = known.day_of(day) if day is not None else None
    return on is None or known.today <= on


def updated(known: Known, held: Held, one: Invitation, copy: Copy) -> Iterator[Decision]:
    """What a copy does to the booking that is there by another."""
    item, booked = held.item, held.booked
    is_newer, is_same_time = copy.is_newer_than(held.copy), (one.on, one.at) == (booked.on, booked.at)
    if held.copy.is_newer_than(copy):
        yield _older(one, held)
    elif is_same_time and not is_newer:
        yield says(N_("Already there: {key} on {on}."), known=True, key=item.key, on=one.on)
    elif one.on < known.today:
        yield from _moved_to_the_past(item, booked, one, known.today)
    else:
        new = appointment(item, one, booked)
        yield _refused(known, held, one, new) or (
            _confirmed(item, booked, one, new) if is_same_time else _moved(item, booked, one, new, is_newer=is_newer)
        )


def _older(one: Invitation, held: Held) -> Decision:
    return says(
        N_("Nothing to do: {entry} is an older copy; {key} stays booked on {booked}."), known=True,
        entry=entry_of(one), key=held.item.key, booked=booked_on(held.booked),
    )  # fmt: skip


def appointment(item: Item, one: Invitation, booked: Appointment | None = None) -> Appointment:
    """The booking of an item by an invitation."""
    note = one.title[:_LONGEST_TITLE] or (booked.note if booked is not None else None)
    standing = Standing.TENTATIVE if one.status is Status.TENTATIVE else Standing.CONFIRMED
    return Appointment(on=one.on, key=item.key, at=one.at, note=note).by(copy_of(one), standing)


def _refused(known: Known, held: Held, one: Invitation, new: Appointment) -> Decision | None:
    """The reason why it cannot be so, and that the booking is as it was."""
    try:
        check_new(new, known.view, known.today)
    except InputError as error:
        refused = refuses(one, error.message, **error.values)
        return replace(refused, says=(*refused.says, stays(held.item, held.booked)))
    return None


def _for_another(one: Invitation, item: Item, booked: Appointment) -> tuple[Phrase, ...]:
    """What is said where it says what it is for, and that is not what an older copy was booked for."""
    if not one.kinds or item.kind in one.kinds:
        return ()
    reason = N_("{entry} no longer says what an older copy was booked for: {key}, {before}.")
    values = {"entry": entry_of(one), "key": item.key, "before": booked_on(booked)}
    said = N_("{reason} The booking still stands; to take it away: {command}")
    return (Phrase(said, {"reason": Phrase(reason, values), "command": to_take_away(item)}),)


def _confirmed(item: Item, booked: Appointment, one: Invitation, new: Appointment) -> Decision:
    """A newer copy with the same time: it is remembered, and a person's own word stays one."""
    if booked.standing is Standing.OWN:
        new = replace(new, standing=Standing.OWN, note=booked.note)
    unchanged = Phrase(N_("A newer copy of the invitation: {key} stays on {booked}."),
                       {"key": item.key, "booked": booked_on(booked)})  # fmt: skip
    return Decision(records=new, takes_away=booked, says=_for_another(one, item, new) or (unchanged,))


def _moved(item: Item, booked: Appointment, one: Invitation, new: Appointment, *, is_newer: bool) -> Decision:
    """It moves with its item; what a person booked, or a copy that is no newer, only where a person says so."""
    values = {"key": item.key, "before": booked_on(booked), "after": booked_on(new), "entry": entry_of(one)}
    outside = outside_the_window(item, new)
    done = Decision(
        records=new, takes_away=booked,
        says=(Phrase(N_("{key} moves from {before} to {after}, as a newer copy of its invitation says."), values),
              *_for_another(one, item, new), *([outside] if outside is not None else [])),
    )  # fmt: skip
    if is_newer and booked.standing is not Standing.OWN:
        return done
    why = N_("{entry} is another time of what is booked by hand: {key}, {before}.")
    if booked.standing is not Standing.OWN:
        why = N_("{entry} is another time of what is booked, and it is not known which copy is newer: {key}, {before}.")
    reason = Phrase(why, values)
    return replace(
        done,
        question=Phrase(N_("{reason} Move it to {after}?"), {"reason": reason, "after": booked_on(new)}),
        otherwise=(Phrase(N_("{reason} To move it: {command}"), {"reason": reason, "command": to_book(item, one)}),),
        declined=(stays(item, booked),),
    )


def _moved_to_the_past(item: Item, booked: Appointment, one: Invitation, today: date) -> Iterator[Decision]:
    if booked.on < today:
        yield refuses(one, N_("it is past"))
        return
    why = N_("By a newer copy it was {entry}, which is past: {key}, {booked}.")
    yield taken_away(item, booked, why, entry=entry_of(one))
