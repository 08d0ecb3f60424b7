"""A course that came into isotrack after it had begun: what becomes of what nobody recorded of the time before.

The plan keeps its days: a repetition goes on from its anchor, or from what was really recorded, as if nothing had been
said. Only what lies wholly before the day reads as done *as planned*, or as *not known*, in place of overdue or missed;
what was recorded goes first, and nothing opens a window that no recorded thing has opened.

What the current month or the next capsule needs stays open: of blood tests and of pregnancy tests the last one that was
due before the day. So does what is asked for at the end of the course and after it, a test whose result is awaited, and
what is booked for the day or later.

============================= ========================= ================================================================
first capsule 24 Aug, said on what was recorded         before the day
5 Dec, monthly visits and
pregnancy tests, blood P2M
============================= ========================= ================================================================
visit/1 24 Sep, /2 24 Oct,    nothing                   as planned; next 24 Dec
/3 24 Nov
the same                      a visit on 20 Nov         visit/3 done on the 20th, the others as planned; next 20 Dec
pregnancy-test/1, /2, /3      nothing                   /1 and /2 as planned, /3 stays overdue until it is done
the same                      /3 on 25 Nov, negative    /1 and /2 as planned; next 25 Dec
the same                      /3 on 25 Nov, no result   its result is awaited
blood-baseline 23 Aug,        nothing                   blood-baseline as planned, blood/1 stays overdue; next 24 Dec
blood/1 24 Oct
pick-up                       a prescription, 24 Nov    its window is over: as planned
the same                      nothing                   none was opened: there is none
============================= ========================= ================================================================
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from msgspec.structs import replace

from tracker.engine.slots import LAST_STAYS_OPEN, hangs_on_the_last_dose
from tracker.facts import Earlier, HowEarlier
from tracker.plan import Item, State
from tracker.rules import Kind

_STATES = {HowEarlier.DONE: State.AS_PLANNED, HowEarlier.UNKNOWN: State.NOT_KNOWN}


def settled(items: Sequence[Item], earlier: Earlier | None, awaiting: Collection[str]) -> list[Item]:
    """The items, with what lies before the day as it was said of it; ``awaiting`` are those whose result is awaited.

    It depends on the facts alone, and not on the day from which they are seen.
    """
    state = _STATES.get(earlier.how) if earlier is not None else None
    if earlier is None or state is None:
        return list(items)
    kept = {*awaiting, *(_last_before(items, kind, earlier.on) for kind in LAST_STAYS_OPEN)}
    return [
        replace(item, state=state) if item.key not in kept and _is_before(item, earlier.on) else item for item in items
    ]


def _is_before(item: Item, day: date) -> bool:
    """Whether a thing that nobody recorded lies wholly before the day."""
    if item.done is not None or hangs_on_the_last_dose(item.rule):
        return False
    booked = item.appointment is not None and item.appointment.on >= day
    return not booked and (item.hard_end or item.window_end) < day


def _last_before(items: Sequence[Item], kind: Kind, day: date) -> str | None:
    """The last of a kind that was due before the day."""
    of_kind = [item for item in items if item.kind is kind and not hangs_on_the_last_dose(item.rule)]
    last = max((item for item in of_kind if item.due < day), key=lambda item: (item.due, item.key), default=None)
    return last.key if last is not None else None
