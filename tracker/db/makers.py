"""What makes the values of a fact of what is kept of it, in the places of its kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import cache, lru_cache
from typing import Any

from tracker.db.tables import PLACES
from tracker.facts import by_name
from tracker.facts.kind import Kept, Sort, same


@cache
def makers(name: str) -> tuple[tuple[str, int, Callable[[Any], Any] | None], ...]:
    """Of a kind each attribute, its place in a row, and what makes it of the value there; None where that is it."""
    columns = by_name()[name].columns
    return tuple((one.name, place, _maker(one.sort)) for one, place in zip(columns, PLACES[name], strict=True))


def _maker(sort: Sort) -> Callable[[Any], Any] | None:
    kept, take = _FROM_TEXT.get(sort.kept), sort.take
    if take is same:
        return kept
    # A course has few doses and weights that differ: each is made once.
    return lru_cache(maxsize=1_000)(take if kept is None else lambda value: take(kept(value)))


def day(value: Any) -> date:
    """A day: a text in SQLite, a value of its own elsewhere."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _clock(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)


_FROM_TEXT: dict[Kept, Callable[[Any], Any]] = {Kept.DAY: day, Kept.CLOCK: _clock, Kept.TRUTH: bool}
