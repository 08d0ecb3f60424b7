"""A day that lies ahead and the time of an appointment on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo

from tracker.cli.typed.clock import is_of_either_half, read_clock, read_zone, split_clock
from tracker.cli.typed.days import read_day
from tracker.cli.typed.refusals import NotADayError, SeveralTimesError, not_a_day
from tracker.cli.typed.text import plain_day
from tracker.cli.typed.years import Lean, Order
from tracker.errors import N_, InputError

_HALF_A_DAY = timedelta(hours=12)
_MOST_OF_A_TIME = 2
"""Words."""


def read_when(
    typed: str,
    today: date,
    lang: str,
    place: Callable[[], tzinfo | None] = lambda: None,
    order: Callable[[], Order | None] | None = None,
) -> tuple[date, time | None]:
    """A day that lies ahead, with a local time of day or without.

    A time with a zone of its own is turned into that of ``place``, which is asked for only then; where that is not
    known, it is refused. An hour that may be one of the afternoon and one of the night is SeveralTimesError.
    """
    try:
        return _day_and_time(typed, today, lang, place, order)
    except NotADayError:
        words = plain_day(typed).split()
        for count in range(1, min(_MOST_OF_A_TIME, len(words) - 1) + 1):
            # The time may stand in front: 15時 10月5日.
            with suppress(NotADayError):
                turned = " ".join((*words[count:], *words[:count]))
                return _day_and_time(turned, today, lang, place, order)
        raise


def _day_and_time(
    typed: str, today: date, lang: str, place: Callable[[], tzinfo | None], order: Callable[[], Order | None] | None
) -> tuple[date, time | None]:  # fmt: skip
    parts = split_clock(plain_day(typed))
    if parts is None:
        return read_day(typed, today, lang, Lean.COMING, order), None
    try:
        on = read_day(parts.day, today, lang, Lean.COMING, order)
    except NotADayError:
        not_a_day(typed)
    clock = read_clock(parts.clock, typed)
    if parts.zone is None:
        if is_of_either_half(parts.clock):
            earlier = datetime.combine(on, clock)
            raise SeveralTimesError(typed, (earlier + _HALF_A_DAY, earlier))
        return on, clock
    zone, there = read_zone(parts.zone, typed), place()
    if there is None:
        raise InputError(
            N_('"{typed}": appointments are in the time zone of the course, and this time has one of its own ({zone});'
               " write the time that the clock shows there, without a zone"),
            typed=typed, zone=parts.zone,
        )  # fmt: skip
    local = datetime.combine(on, clock, zone).astimezone(there)
    return local.date(), local.time()


def combined(day: date, clock: time | None) -> date | datetime:
    """A day and a time of day as one value."""
    return datetime.combine(day, clock) if clock is not None else day
