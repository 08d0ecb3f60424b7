"""One run of a sync: what it finds, what it sends, and what of that is on the server afterwards.

What is about to be sent is remembered before it is sent, and counts as done once it was seen on the server, not when
the server says so: a run that is cut off anywhere is completed by the next one, and what it did is never taken for
another device's change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar import resource
from tracker.calendar.merge import Action, Step
from tracker.dav import ChangedMeanwhileError, EntryRefusedError, Held, Server
from tracker.db import remote
from tracker.errors import N_, ServerError
from tracker.journeys.calendar.take_over import Pulled
from tracker.journeys.calendar.three_way import Difference, Form, Kept, Sides, There, sides
from tracker.journeys.context import Context, patient_of
from tracker.publication import GONE, Known

_FEW = 3
"""So many entries may be refused before the rest is not tried any more."""


class Sent(Struct, frozen=True):
    """An entry that was sent or deleted, and when it is."""

    action: Action
    title: str
    when: date | datetime | None


class Synced(Struct, frozen=True, kw_only=True):
    """What a sync did, or would do."""

    sent: tuple[Sent, ...] = ()
    """What was done with which entry."""
    pulled: Pulled = msgspec.field(default_factory=Pulled)
    """What another device changed, and was taken over."""
    left: tuple[Difference, ...] = ()
    """What another device changed, and is still as it made it."""
    kept: tuple[Kept, ...] = ()
    """Single days of a series that another device took out or changed since the last sync; they stay so."""
    unreadable: int = 0
    """Entries of the server's that cannot be read; they are left alone."""
    busy: int = 0
    """Entries that another device kept changing under our hands; the next run has them."""

    def count(self, action: Action) -> int:
        """How many entries this was done with."""
        return Counter(one.action for one in self.sent)[action]


@dataclass
class Run:
    """What a run did so far."""

    pulled: Pulled = field(default_factory=Pulled)
    sent: dict[str, Sent] = field(default_factory=dict)
    """What the server took, by UID."""
    before: dict[str, bytes | None] = field(default_factory=dict)
    """What it had in place of what it was sent."""
    refused: dict[str, EntryRefusedError] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    left: tuple[Difference, ...] = ()
    there: There = field(default_factory=lambda: There({}, {}))
    steps: list[Step] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    """What is still to be sent, by UID."""
    has_begun: bool = False

    def octets(self, uid: str) -> bytes | None:
        """The entry on the server, as it was last read."""
        return self.there.held[uid].data if uid in self.there.held else None

    def done(self) -> Synced:
        """What was done, and what was not."""
        sent = tuple(one for uid, one in self.sent.items() if uid not in self.texts)
        return Synced(
            sent=sent, left=self.left, pulled=self.pulled, kept=self.kept, unreadable=self.there.unreadable,
            busy=len(self.texts),
        )  # fmt: skip

    def require_end(self, host: str) -> None:
        """Raise ServerError where something is still not on the server, and no other device is the reason."""
        if self.refused:
            raise next(iter(self.refused.values()))
        same = [uid for uid in self.texts if self.before[uid] == self.octets(uid)]
        lost = [uid for uid in same if uid in self.sent]
        if lost:
            raise ServerError(N_("{host} confirmed entries and did not keep them: {count}"), host=host, count=len(lost))
        if same:
            raise ServerError(
                N_("{host} does not let entries be changed that nobody else changed: {count}"),
                host=host, count=len(same),
            )  # fmt: skip


def ours(found: Sides) -> list[Step]:
    """What this machine has to do: all that no other device changed."""
    return [step for step in found.steps if step.elsewhere is None]


def left(found: Sides) -> tuple[Difference, ...]:
    """What another device changed."""
    return tuple(one for step in found.steps if (one := found.difference(step)))


def prepare(context: Context, form: Form, calendar: str, there: There, run: Run, *, restore: bool) -> Sides:
    """What is to be sent, remembered before it is."""
    with context.database.writing() as connection:
        found = sides(connection, context, form, calendar, there, restore=restore)
        own = ours(found)
        remote.forget(connection, calendar, [step.uid for step in own if step.action is Action.FORGET])
        # First what gains a single day, then what loses it: a run that is cut off forgets none.
        send = sorted((step for step in own if step.action is not Action.FORGET), key=_gains_no_day(found))
        run.steps = [step for step in send if step.uid not in run.refused]
        run.texts = {step.uid: _text(found, step, there) for step in run.steps}
        run.there, run.left = there, left(found)
        run.kept += tuple(one for one in found.kept if one not in run.kept)
        known = {uid: _seen_there(found, uid, was, there) for uid, was in found.known.items()}
        known |= {step.uid: _intent(found, step, run.texts[step.uid]) for step in run.steps}
        changed = {uid: one for uid, one in known.items() if one != found.known.get(uid)}
        remote.save(connection, calendar, patient_of(connection, context).id, changed)
    return found


def _text(found: Sides, step: Step, there: There) -> bytes:
    return b"" if step.action is Action.DELETE else found.text(step, there.held)


def _gains_no_day(found: Sides) -> Callable[[Step], bool]:
    return lambda step: all(str(one) in step.here.own for one in found.days.get(step.uid, ()))


def _seen_there(found: Sides, uid: str, was: Known, there: There) -> Known:
    """What is known of an entry that stays as it is: what was sent is done now that it is there."""
    want, here = found.wanted.get(uid), there.seen.get(uid)
    if here is None:
        return was
    if was.sent and want is not None and was.digest == want.digest and want.seen.agrees(here):
        return Known(digest=was.digest, seen=replace(want.seen, own=here.own))
    return replace(was, seen=replace(was.seen, own=here.own)) if was.seen is not None else was


def _intent(found: Sides, step: Step, text: bytes) -> Known:
    """What is known of an entry that is about to be sent: a change whose answer was lost did arrive, if it is there.

    Without this a run that is cut off before it comes to the entry would forget that change, and the next run would
    take it for another device's.
    """
    was, want = found.known.get(step.uid, Known()), found.wanted.get(step.uid)
    if step.action is Action.DELETE or want is None:
        new = GONE
    else:
        new = replace(want.seen, own=resource.read(text)[1].own if found.days.get(step.uid) else ())
    seen, sent = was.seen, was.sent
    if step.before.agrees(step.here):
        seen = None if step.before == GONE else replace(step.before, own=step.here.own)
        sent = tuple(one for one in sent if not one.agrees(step.here))
    return Known(seen=seen, sent=(*(one for one in sent if one != new), new))


def send(
    context: Context, server: Server, calendar: str, found: Sides, run: Run, on_step: Callable[[int, int], None]
) -> None:
    """Send every step and remember each that the server took."""
    run.has_begun = True
    for number, step in enumerate(run.steps, start=1):
        text = run.texts[step.uid]
        run.before[step.uid] = run.octets(step.uid)
        try:
            _send_one(server, calendar, step, run.there.held, text)
        except ChangedMeanwhileError:
            run.sent.pop(step.uid, None)
        except EntryRefusedError as error:
            run.refused[step.uid] = error
            if len(run.refused) == _FEW:
                raise
        else:
            del run.texts[step.uid]
            run.sent[step.uid] = Sent(step.action, found.title(step.uid), found.day(step))
            if step.action is not Action.DELETE:
                intent = replace(_intent(found, step, text), digest=found.wanted[step.uid].digest)
                with context.database.writing() as connection:
                    remote.save(connection, calendar, patient_of(connection, context).id, {step.uid: intent})
        on_step(number, len(run.steps))


def _send_one(server: Server, calendar: str, step: Step, held: dict[str, Held], text: bytes) -> None:
    match step.action:
        case Action.CREATE:
            server.create(calendar, step.uid, text)
        case Action.UPDATE:
            server.update(held[step.uid], text)
        case Action.DELETE:
            server.delete(held[step.uid])
