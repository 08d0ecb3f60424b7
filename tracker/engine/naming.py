"""The planned item that a person names for a thing done: whether there is one, and whether the day counts for it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from tracker.engine import schedule
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts import Done
from tracker.plan import Item, State
from tracker.rules import Kind


def named_for(without: View, done: Done) -> Done:
    """A thing done with the item that was named for it; the clinic's word is kept where the day or the values need it.

    Of blood the values may still come.

    ``without`` is the course without it. Raise InputError where the item does not take it on that day.
    """
    if done.pin is None:
        return replace(done, clinic_confirmed=False)
    item = item_named(without, done.pin, done.kind)
    first, last = schedule.days_that_count(without.protocol, without.history, without.plan.today, done.pin)
    if (first is None or first <= done.on) and (last is None or done.on <= last):
        return replace(done, clinic_confirmed=done.clinic_confirmed and item.rule.panel is not None)
    if not done.clinic_confirmed:
        raise _not_counted(done, first, last)
    return done


def item_named(view: View, key: str, kind: Kind) -> Item:
    """The item that was named for a thing of ``kind``; raise InputError where it cannot be it."""
    candidates = [item for item in view.plan.items if item.kind is kind and item.state is not State.DONE]
    item = view.plan.item(key)
    if item is None:
        raise no_such_item(key, candidates)
    if item.kind is not kind:
        raise InputError(N_("{key} is not of that kind"), _open_here(candidates), key=key, keys=_keys(candidates))
    if item.done is not None:
        raise InputError(
            N_("{key} is done already, on {on} (number {id})"),
            N_("to correct it: {command}"),
            key=key,
            on=item.done.on,
            id=item.done.id,
            command=Phrase(N_("isotrack fix {id} ..."), {"id": item.done.id}),
        )
    return item


def _not_counted(done: Done, first: date | None, last: date | None) -> InputError:
    message = N_("{key} is not counted on {on}: it counts until {last}")
    if first is not None:
        message = N_("{key} is not counted on {on}: it counts from {first} on")
    if first is not None and last is not None:
        message = N_("{key} is not counted on {on}: it counts from {first} to {last}")
    hint = N_("only your clinic can count it all the same: --clinic-confirmed")
    return InputError(message, hint, key=done.pin, on=done.on, first=first, last=last)


def no_such_item(key: str, candidates: list[Item]) -> NoSuchError:
    """The error of a key that the plan has not; ``candidates`` are those that could have been meant."""
    return NoSuchError(
        N_('there is no planned item "{key}"'), _open_here(candidates), word=key,
        among=[item.key for item in candidates], key=key, keys=_keys(candidates),
    )  # fmt: skip


def _open_here(items: list[Item]) -> str:
    return N_("open here: {keys}") if items else N_("nothing that it could be for is open")


def _keys(items: list[Item]) -> Listed:
    return Listed(tuple(item.key for item in items))
