"""Which allergies and illnesses stand against the capsules, and from when on.

What a source says of one holds from the first capsule to the last; before the first it is to be asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from tracker.pharmacy import Condition, Verdict


class Having(Struct, frozen=True):
    """A condition that an entry mentions: by the number of the entry, and its last day where it is over."""

    id: int
    condition: Condition
    is_confirmed: bool
    """Whether a source names what was written for it."""
    until: date | None = None

    def goes_on(self, day: date) -> bool:
        """Whether it counts on a day: what lasts does when it is over as well."""
        return self.condition.lasting or self.until is None or self.until >= day


class Against(Struct, frozen=True):
    """A condition that stands against the capsules of a course."""

    having: Having
    since: date
    """The first day from today on."""
    is_now: bool


def against(havings: Iterable[Having], courses: Sequence[tuple[date, date | None]], today: date) -> tuple[Against, ...]:
    """What stands, the strictest first and each once; ``courses`` are the first and the last dose of each."""
    found: dict[str, Against] = {}
    for having in sorted(havings, key=lambda one: not one.is_confirmed):
        for first_dose, last_dose in reversed(courses):
            since = max(today, first_dose)
            if having.goes_on(since) and (last_dose is None or since <= last_dose):
                found.setdefault(having.condition.code, Against(having, since, is_now=since == today))
                break
    order = list(Verdict)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.having.condition.statement.verdict)))
