"""What becomes of a file, as the record stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tracker.calendar.invitations import Invitation, Reading, Refused
from tracker.engine.view import View
from tracker.errors import N_, Phrase
from tracker.journeys.calendar.inviting.addressees import Addressees
from tracker.journeys.calendar.inviting.cancellations import cancelled
from tracker.journeys.calendar.inviting.decisions import Decision, entry, says, stays
from tracker.journeys.calendar.inviting.fitting import Fitting
from tracker.journeys.calendar.inviting.known import Held, Known
from tracker.journeys.calendar.inviting.updates import of_one_uid


def decide(view: View, reading: Reading, meant: Addressees) -> tuple[Decision, ...]:
    """All decisions: the same record and the same file give the same ones."""
    unread = frozenset(one.uid for one in reading.refused if one.uid is not None)
    known = Known(view, reading.cancellations, unread)
    read = {one.uid for one in reading.invitations} | {one.uid for one in reading.cancellations}
    found = [_refused(one, known.held[one.uid] if one.uid and one.uid not in read else []) for one in reading.refused]
    meant = meant.but(known.held.keys(), reading)
    for one in reading.cancellations:
        if (other := meant.other(one)) is not None:
            found.append(Decision(says=(other.listed(one),)))
        else:
            found += cancelled(known, one, reading.invitations)
    new: list[Invitation] = []
    updates: list[Decision] = []
    for uid, invitations in _by_uid(reading.invitations).items():
        if uid is None:
            new += invitations
        else:
            of_it = of_one_uid(known, uid, invitations)
            updates += of_it.decisions
            new += of_it.new
    taken = frozenset(one.key for one in updates if one.key is not None)
    in_order = sorted(new, key=lambda one: (one.on, str(one.at or ""), one.entry))
    fitting = Fitting(known, taken, meant).fit(_once(in_order, meant))
    return tuple(_each_once([*found, *updates, *fitting]))


def _by_uid(invitations: Iterable[Invitation]) -> dict[str | None, list[Invitation]]:
    found: dict[str | None, list[Invitation]] = defaultdict(list)
    for one in invitations:
        found[one.uid].append(one)
    return found


def _once(found: list[Invitation], meant: Addressees) -> list[Invitation]:
    """Copies that say the same under several UIDs, or under none, are one."""
    kept: dict[object, Invitation] = {}
    for one in found:
        kept.setdefault((one.on, one.at, one.title, one.kinds, one.status, meant.other(one)), one)
    return list(kept.values())


def _each_once(found: list[Decision]) -> Iterator[Decision]:
    """What is said of several entries in the same words is said once."""
    yield from {repr(one): one for one in found}.values()


def _refused(one: Refused, held: list[Held]) -> Decision:
    """The reason, and what is booked by an earlier copy of it, which may be right no longer."""
    if one.entry is None:
        return says(N_("Not everything could be read: {reason}."), reason=one.reason)
    named = entry(one.title, one.on, one.at)
    if not one.title:
        named = Phrase(N_("entry {number} of the file"), {"number": one.entry})
    said = Phrase(N_("Not taken over: {entry} ({reason})."), {"entry": named, "reason": one.reason})
    return Decision(says=(said, *(stays(each.item, each.booked) for each in held)))
