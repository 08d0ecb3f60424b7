"""Which of the things that are taken beside the capsules do not go with them, and on which days.

What a source says holds from the first capsule to the last; where it names a time before or after, that is added,
rounded long. After the course nothing else is said to hold, and nothing is said to hold no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from tracker.dates import last_restricted_day, lead_start
from tracker.pharmacy import Form, Statement, Substance, Verdict


class Days(Struct, frozen=True):
    """The days of a course on which a statement holds; ``last`` is None while the course goes on."""

    first: date
    last: date | None

    def has(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


class Taking(Struct, frozen=True):
    """Something that is taken: by the number of its entry, from a day on and perhaps until one."""

    id: int
    name: str
    """As it was typed."""
    substance: Substance | None
    """None where it is not in the list."""
    form: Form | None
    since: date
    until: date | None = None

    def goes_on(self, today: date) -> bool:
        """Whether it is taken still."""
        return self.until is None or self.until >= today


class Conflict(Struct, frozen=True):
    """A statement that holds on days on which the thing is taken, now or to come."""

    taking: Taking
    statement: Statement
    days: Days
    since: date
    """The first such day from today on."""
    is_now: bool


def holds(statement: Statement, first_dose: date, last_dose: date | None) -> Days:
    """The days of a course on which a statement holds."""
    before, after = statement.before, statement.after
    first = lead_start(first_dose, before.span) if before is not None else first_dose
    if last_dose is None or after is None:
        return Days(first, last_dose)
    return Days(first, last_restricted_day(last_dose, after.span))


def conflicts(
    takings: Iterable[Taking], courses: Sequence[tuple[date, date | None]], today: date
) -> tuple[Conflict, ...]:
    """What stands, the strictest first: of each thing what is said of it as it is taken.

    ``courses`` are the first and the last dose of each. Where nobody said the form, every form may be meant.
    """
    found = [one for taking in takings for one in _of(taking, courses, today)]
    order = list(Verdict)
    return tuple(sorted(found, key=lambda one: (order.index(one.statement.verdict), not one.is_now)))


def ended(takings: Iterable[Taking], courses: Sequence[tuple[date, date | None]], today: date) -> tuple[Conflict, ...]:
    """What stood against things that are taken no more, as it was on its first day."""
    over = (one for one in takings if not one.goes_on(today))
    return tuple(conflict for one in over for conflict in conflicts((one,), courses, one.since))


def _of(taking: Taking, courses: Sequence[tuple[date, date | None]], today: date) -> Iterator[Conflict]:
    said = taking.substance.said_of(taking.form) if taking.substance is not None else ()
    for statement in (one for one in said if one.verdict.is_conflict):
        for first_dose, last_dose in reversed(courses):
            days = holds(statement, first_dose, last_dose)
            since = max(today, taking.since, days.first)
            ends = [day for day in (taking.until, days.last) if day is not None]
            if all(since <= end for end in ends):
                yield Conflict(taking, statement, days, since, is_now=since == today)
                break
