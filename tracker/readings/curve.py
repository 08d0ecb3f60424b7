"""How the cumulative dose grew from day to day, what was logged and what is assumed apart, and how it is to go on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.facts.intake import Product
from tracker.history import History
from tracker.plan import Timeline
from tracker.walk import Account, projected


class Point(Struct, frozen=True):
    """The sums at the end of a day, in milligrams."""

    on: date
    logged_mg: Decimal
    stated_mg: Decimal
    """What was said to have been taken before a day in all, beyond what was logged of it."""
    assumed_mg: Decimal
    planned_mg: Decimal
    """What lies ahead by the prescription until then."""

    @property
    def confirmed_mg(self) -> Decimal:
        """What somebody said was taken."""
        return self.logged_mg + self.stated_mg

    @property
    def total_mg(self) -> Decimal:
        """All together."""
        return self.confirmed_mg + self.assumed_mg + self.planned_mg


def curves(history: History, line: Timeline, today: date) -> dict[Product, tuple[Point, ...]]:
    """The days from the first dose until the last one or where that is projected, of each kind of capsules by itself.

    Once the course has ended, or while a danger holds the capsules, nothing lies ahead.
    """
    last = today if line.held_since is not None else max(today, line.projected_last_dose)
    if line.last_dose is not None:
        last = min(line.last_dose, today)
    if not (history.prescribed or history.doses) or last < line.first_dose:
        return {}
    sums: dict[Product, list[Decimal]] = {}
    found: dict[Product, list[Point]] = {}
    for day in projected(history, line.first_dose, today):
        if day.on > last:
            break
        if day.taken or day.prescribed or day.stated_mg:
            own = sums.setdefault(day.product, [Decimal(0)] * 4)
            own[2 if day.account is Account.ASSUMED else 3 if day.account is Account.AHEAD else 0] += day.mg
            own[1] += day.stated_mg
        if day.on >= line.first_dose:
            for product, (logged, stated, assumed, planned) in sums.items():
                found.setdefault(product, []).append(Point(day.on, logged, stated, assumed, planned))
    return {product: tuple(points) for product, points in found.items()}
