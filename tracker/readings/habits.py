"""Habits counted by week: on how many of its days there was one, or as much of it as a source says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from tracker.facts.observation import Observation

_DAY, _DAYS_OF_A_WEEK = timedelta(days=1), 7


class Count(Struct, frozen=True):
    """The days of a week on which something was recorded of a habit, and those that count."""

    code: str
    recorded: int
    counted: int


class Week(Struct, frozen=True):
    """A week from Monday on; the newest has as many days as have come."""

    first: date
    days: int
    counts: tuple[Count, ...]


def by_week(entries: Iterable[Observation], least: Mapping[str, Decimal], today: date) -> tuple[Week, ...]:
    """The weeks in which something was recorded and those between, up to today, the oldest first.

    ``least`` has of some habits the value from which on a day counts; of the others every day on which there was some.
    """
    found: dict[date, dict[str, dict[date, Observation]]] = {}
    for one in sorted(entries, key=lambda one: (one.on, one.id)):
        found.setdefault(_monday(one.on), {}).setdefault(one.code, {})[one.on] = one
    weeks, first = [], min(found, default=None)
    while first is not None and first <= today:
        counts = tuple(_count(code, days, least.get(code)) for code, days in found.get(first, {}).items())
        weeks.append(Week(first, min(_DAYS_OF_A_WEEK, (today - first).days + 1), counts))
        first += _DAYS_OF_A_WEEK * _DAY
    return tuple(weeks)


def _count(code: str, days: Mapping[date, Observation], least: Decimal | None) -> Count:
    counted = [one for one in days.values() if _counts(one.value, least)]
    return Count(code, len(days), len(counted))


def _counts(value: Decimal | None, least: Decimal | None) -> bool:
    """Whether a day counts; what was recorded without a number was there."""
    if value is None:
        return least is None
    return value > 0 if least is None else value >= least


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY
