"""Whether sessions of one procedure lie as far apart as their series says.

Like any item a session may come a little before its day: a quarter of the interval, a week at most. What comes earlier
is too soon.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from tracker.dates import Span, add
from tracker.engine.slots import OPENS_BEFORE_DUE
from tracker.facts import SeriesPlan, Session
from tracker.history import History

_DAY = timedelta(days=1)


class TooSoon(Struct, frozen=True):
    """A session that was done before the interval after the one before it was over."""

    session: Session
    former: Session
    series: SeriesPlan

    @property
    def last(self) -> date:
        """The last day of the interval."""
        return add(self.former.on, self.series.every) - _DAY


def opens_before(every: Span) -> timedelta:
    """By how much a session may come before its day."""
    return min(OPENS_BEFORE_DUE, every.half_in_days // 2 * _DAY)


def is_too_soon(on: date, former: date, every: Span) -> bool:
    """Whether a day lies nearer to that of the session before it than the interval allows."""
    return former < on < add(former, every) - opens_before(every)


def too_soon(history: History) -> Iterator[TooSoon]:
    """What was done too soon after the last one of its kind, in the order of days; not what the clinic confirmed."""
    for fact in history.sessions:
        series = _series_of(fact, history)
        former = former_of(fact, history)
        if series is None or former is None or fact.clinic_confirmed:
            continue
        if is_too_soon(fact.on, former.on, series.every):
            yield TooSoon(fact, former, series)


def former_of(fact: Session, history: History) -> Session | None:
    """The last session of the same procedure on an earlier day; not one of another area."""
    before = [one for one in history.sessions if one.code == fact.code and one.on < fact.on
              and (None in (one.area, fact.area) or one.area == fact.area)]  # fmt: skip
    return before[-1] if before else None


def _series_of(fact: Session, history: History) -> SeriesPlan | None:
    """The newest series of its procedure that was planned by then."""
    return next((one for one in reversed(history.series) if one.code == fact.code and one.on <= fact.on), None)
