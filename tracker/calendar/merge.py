"""Decides for every entry what a sync has to do: three sides, and nobody's change is ever overwritten unasked.

The sides are what the plan wants, what this machine last put on the server, and what the server has now. What was
sent counts as put, whether a run was cut off before the answer or a server confirmed what it did not keep: the next run
completes it instead of taking it for another device's change.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tracker.publication import GONE, Known, Seen


class Action(StrEnum):
    """What is to be done with an entry on the server."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    FORGET = "forget"
    """Nothing there: it is gone on both sides."""


class Elsewhere(StrEnum):
    """What another device did to an entry."""

    MOVED = "moved"
    DELETED = "deleted"
    TICKED = "ticked"
    ENDED = "ended"
    """A daily series has another last day."""
    REPEATED = "repeated"
    """It repeats in another way."""
    EDITED = "edited"


class Wanted(Struct, frozen=True, kw_only=True):
    """What the plan wants of an entry; the digest is of all that isotrack writes in it."""

    digest: str
    seen: Seen


class Step(Struct, frozen=True):
    """One entry that is not the same everywhere: to be put right, or changed by another device and to be reported."""

    uid: str
    action: Action
    elsewhere: Elsewhere | None = None
    """Set where another device changed the entry; ``action`` is then what would put the plan's own back."""
    here: Seen = GONE
    """The entry on the server."""
    before: Seen = GONE
    """The entry as this machine last put it there."""


def decide(
    wanted: Mapping[str, Wanted], known: Mapping[str, Known], there: Mapping[str, Seen], *, restore: bool = False
) -> list[Step]:
    """Every entry that needs something, by UID. Entries on the server that are nobody's here are left alone.

    With ``restore`` the plan's own is put back wherever another device's stands, taken over or not.
    """
    found = []
    for uid in sorted(wanted.keys() | known.keys()):
        step = _step(uid, wanted.get(uid), known.get(uid, Known()), there.get(uid, GONE), restore=restore)
        if step is not None:
            found.append(step)
    return found


def _step(uid: str, want: Wanted | None, was: Known, here: Seen, *, restore: bool) -> Step | None:
    ours = want.seen if want is not None else GONE
    put = [one for one in (was.seen or GONE, *was.sent) if one.agrees(here)]
    as_put = next((one for one in put if one.alarms == here.alarms), put[0] if put else None)
    before = as_put or was.seen or ours
    step = Step(uid, _action(want, here), None, here, before)
    if as_put is not None:
        settled = want is not None and was.digest == want.digest and (not was.sent or ours.agrees(here))
        return None if settled and (not restore or (ours.agrees(here) and not here.own)) else step
    if restore or _same_in_effect(ours, here, before):
        return step
    return replace(step, elsewhere=_elsewhere(before, here))


def _action(want: Wanted | None, here: Seen) -> Action:
    if want is None:
        return Action.FORGET if here == GONE else Action.DELETE
    return Action.CREATE if here == GONE else Action.UPDATE


def _same_in_effect(ours: Seen, here: Seen, before: Seen) -> bool:
    """Whether both sides came to the same: nothing would be lost if the plan's own words are put there."""
    return (
        ours.agrees(here)
        or (ours.gone and here.gone)
        or (ours.done and here.done)
        or (ours.start == here.start != before.start and not here.gone)
    )


def _elsewhere(before: Seen, here: Seen) -> Elsewhere:
    if here.gone:
        return Elsewhere.DELETED
    if here.done and not before.done:
        return Elsewhere.TICKED
    if here.start != before.start:
        return Elsewhere.MOVED
    if here.repeats != before.repeats:
        return Elsewhere.ENDED if here.turns and here.turns == before.turns else Elsewhere.REPEATED
    return Elsewhere.EDITED
