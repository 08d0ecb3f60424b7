"""What whoever types here prefers, once for all patients: in which order the numbers of a day are read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tracker import protocols
from tracker.currencies import DECIMALS
from tracker.db import preferences
from tracker.db.place import NoDatabaseError
from tracker.errors import N_, Listed, NoSuchError
from tracker.journeys.context import Context, find_current
from tracker.journeys.pricing import CURRENCY, OF_THE_PROGRAMME


class Dates(StrEnum):
    """How days such as 1/5 are read, where the language leaves it open."""

    ASK = "ask"
    """They are refused, with both readings."""
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    PROGRAMME = "programme"
    """As in the country of the course's programme."""


DATES = "dates"
TAKEN: Mapping[str, tuple[str, ...]] = {
    DATES: tuple(one.value for one in Dates),
    CURRENCY: (OF_THE_PROGRAMME, *(code.lower() for code in DECIMALS)),
}
"""Each preference and the values that it takes; the first is what holds where nothing was said."""


def preferred(context: Context) -> dict[str, str]:
    """Every preference with its value."""
    try:
        with context.database.reading() as connection:
            known = preferences.preferences(connection)
    except NoDatabaseError:
        known = {}
    return {name: known.get(name, values[0]) for name, values in TAKEN.items()}


def prefer(context: Context, changes: Mapping[str, str]) -> None:
    """Remember preferences; all of them or, where one is wrong, none."""
    for name, value in changes.items():
        if name not in TAKEN:
            raise NoSuchError(N_('there is no setting "{name}"'), N_("settings: {known}"), word=name, among=[*TAKEN],
                              name=name, known=Listed(tuple(TAKEN)))  # fmt: skip
        if value not in TAKEN[name]:
            raise NoSuchError(N_('"{value}" is not a value of {name}; expected {expected}'), word=value,
                              among=TAKEN[name], value=value, name=name, expected=Listed(TAKEN[name]))  # fmt: skip
    with context.database.writing(create=True) as connection:
        known = preferences.preferences(connection)
        for name, value in changes.items():
            if known.get(name) != value:
                preferences.remember(connection, name, value)


def order_of_days(context: Context) -> str | None:
    """Whether a day written with two numbers is read day first or month first; None where nobody said so."""
    try:
        with context.database.reading() as connection:
            said = preferences.preferences(connection).get(DATES, Dates.ASK)
            if said != Dates.PROGRAMME:
                return said if said in (Dates.DAY_FIRST, Dates.MONTH_FIRST) else None
            view = find_current(connection, context)
    except NoDatabaseError:
        return None
    return protocols.order_of_days(view.protocol.jurisdiction) if view is not None else None
