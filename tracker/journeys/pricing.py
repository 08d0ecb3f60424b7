"""In which currency a price is that was said without one."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.currencies import Money
from tracker.db import preferences
from tracker.engine.view import View
from tracker.facts import Fact, kind_of
from tracker.facts.kind import PRICE
from tracker.protocols import countries

F = TypeVar("F", bound=Fact)
CURRENCY, OF_THE_PROGRAMME = "currency", "programme"
"""The preference, and its value where nothing was said."""


def currency_of(connection: Connection, view: View) -> str:
    """The currency of a course: the one that was chosen, else that of the programme's country."""
    chosen = preferences.preferences(connection).get(CURRENCY, OF_THE_PROGRAMME)
    return countries.currency(view.protocol.jurisdiction) if chosen == OF_THE_PROGRAMME else chosen.upper()


def in_currency(connection: Connection, view: View, fact: F) -> F:
    """The fact with its prices in a currency; raise InputError where one has more digits than that."""
    for column in kind_of(fact).columns:
        price = getattr(fact, column.name) if column.sort is PRICE else None
        if isinstance(price, Money):
            settled = price if price.currency else Money(price.amount, currency_of(connection, view))
            settled.check_digits()
            fact = replace(fact, **{column.name: settled})
    return fact
