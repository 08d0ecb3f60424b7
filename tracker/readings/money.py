"""What was spent and what is planned: by month, by what it is for, and in all; and what is left of a budget.

Amounts of different currencies are never added. What lies before today or on it was spent; what lies ahead is planned:
a cost with a day to come, and the sessions of a series with their price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.facts.money import About, Budget, Cost, Payer


class Amount(Struct, frozen=True):
    """Something that was paid, or will be."""

    on: date
    price: Decimal
    currency: str
    about: About
    payer: Payer = Payer.SELF_PAY


class Sums(Struct):
    """What was spent, and what is planned."""

    spent: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)

    def add(self, one: Amount, today: date) -> None:
        """Count an amount in."""
        if one.on <= today:
            self.spent += one.price
        else:
            self.planned += one.price


class Left(Struct, frozen=True):
    """A budget, and what is left of it."""

    budget: Budget
    spent: Decimal
    planned: Decimal

    @property
    def now(self) -> Decimal:
        """What is left of it today; negative where more was spent."""
        return self.budget.price.amount - self.spent

    @property
    def then(self) -> Decimal:
        """What is left after all that is planned in it."""
        return self.now - self.planned


class Account(Struct, frozen=True):
    """All of one currency."""

    currency: str
    total: Sums
    by_month: dict[tuple[int, int], Sums]
    """By year and month, in their order."""
    by_kind: dict[About, Sums]
    by_payer: dict[Payer, Sums]
    left: Left | None
    """Of the budget that was said last; None where there is none in this currency."""


def accounts(amounts: Iterable[Amount], budgets: Sequence[Budget], today: date) -> list[Account]:
    """One account a currency, that with the latest amount first."""
    by_currency: dict[str, list[Amount]] = {}
    for one in sorted(amounts, key=lambda one: one.on, reverse=True):
        by_currency.setdefault(one.currency, []).append(one)
    for budget in budgets:
        by_currency.setdefault(budget.price.currency, [])
    return [_account(currency, found, budgets, today) for currency, found in by_currency.items()]


def amounts_of(costs: Iterable[Cost]) -> Iterator[Amount]:
    """What was recorded by itself."""
    for cost in costs:
        yield Amount(cost.on, cost.price.amount, cost.price.currency, cost.kind, cost.paid_as)


def _account(currency: str, amounts: Sequence[Amount], budgets: Sequence[Budget], today: date) -> Account:
    total = Sums()
    by_month: dict[tuple[int, int], Sums] = {}
    by_kind: dict[About, Sums] = {}
    by_payer: dict[Payer, Sums] = {}
    for one in sorted(amounts, key=lambda one: one.on):
        for sums in (total, by_month.setdefault((one.on.year, one.on.month), Sums()),
                     by_kind.setdefault(one.about, Sums()), by_payer.setdefault(one.payer, Sums())):  # fmt: skip
            sums.add(one, today)
    return Account(currency, total, by_month, by_kind, by_payer, _left(currency, amounts, budgets, today))


def _left(currency: str, amounts: Sequence[Amount], budgets: Sequence[Budget], today: date) -> Left | None:
    budget = max((one for one in budgets if one.price.currency == currency), key=lambda one: one.number, default=None)
    if budget is None:
        return None
    sums = Sums()
    for one in amounts:
        if budget.on <= one.on and (budget.until is None or one.on <= budget.until):
            sums.add(one, today)
    return Left(budget, sums.spent, sums.planned)
