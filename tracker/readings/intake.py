"""How much has been taken, and how much of what was prescribed: see :mod:`tracker.walk` for what is assumed.

Milligrams of different products are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile

from msgspec import Struct, field

from tracker.capsules import forbidden, is_within, pauses, start_weight, stated_before
from tracker.facts.intake import Product
from tracker.history import History
from tracker.pattern import total
from tracker.plan import Timeline
from tracker.walk import Account, Day, Shelf, walk

_WITH_A_RECORD = (Account.LOGGED, Account.MISSED)
_ENOUGH = Fraction(1, 2)
"""Of the prescribed days those that have a record, at least, for a rate of intake. Our own bound, no clinical value."""


class Sum(Struct):
    """What has been taken of one kind of capsules until a day, in milligrams."""

    logged_mg: Decimal = Decimal(0)
    stated_mg: Decimal = Decimal(0)
    """What was said to have been taken before a day in all, beyond what was logged of it."""
    assumed_mg: Decimal = Decimal(0)

    @property
    def total_mg(self) -> Decimal:
        """Logged, stated and assumed together."""
        return self.logged_mg + self.stated_mg + self.assumed_mg


class Adherence(Struct):
    """What was taken of what was prescribed so far. Today counts once it has a record.

    A day that is assumed taken is none that was taken: it has no record. Days before one of which a total was said are
    not counted, nor what was taken on days without a prescribed capsule: those of a pause and those on which a danger
    held the capsules are such, whatever was taken on them; the day of the danger itself only if nothing was. What was
    taken on a day beyond what was prescribed for it makes up for no other day.
    """

    prescribed_days: int = 0
    taken_days: int = 0
    missed_days: int = 0
    assumed_days: int = 0
    beyond_days: int = 0
    """Days without a record on which the dose was not at hand."""
    is_today_assumed: bool = False
    """Whether today has no record and is assumed taken: then it is in the sum, and in no number of days yet."""
    prescribed_mg: Decimal = Decimal(0)
    taken_mg: Decimal = Decimal(0)
    kept_mg: Decimal = Decimal(0)
    """What was taken of it, of no day more than was prescribed."""
    recorded_mg: Decimal = Decimal(0)
    """What was prescribed on the days that have a record."""

    @property
    def recorded_days(self) -> int:
        """Days with a record."""
        return self.taken_days + self.missed_days

    @property
    def rate(self) -> Fraction | None:
        """What is really taken of what is prescribed, by the days with a record: never more than all of it.

        None where too few days have one.
        """
        if not self.recorded_mg or self.recorded_days < _ENOUGH * self.prescribed_days:
            return None
        return Fraction(self.kept_mg) / Fraction(self.recorded_mg)

    def count(self, day: Day) -> None:
        """Count a day on which something was prescribed."""
        self.prescribed_days += 1
        self.prescribed_mg += total(day.prescribed)
        if day.account in _WITH_A_RECORD:
            self.recorded_mg += total(day.prescribed)
        match day.account:
            case Account.LOGGED:
                self.taken_days += 1
                self.taken_mg += day.mg
                self.kept_mg += min(day.mg, total(day.prescribed))
            case Account.MISSED:
                self.missed_days += 1
            case Account.ASSUMED:
                self.assumed_days += 1
            case Account.BEYOND:
                self.beyond_days += 1


class Beside(Struct):
    """Capsules that were logged on days on which none was to be taken: in the sum, and in no adherence."""

    days: int = 0
    mg: Decimal = Decimal(0)

    def count(self, day: Day) -> None:
        """Count such a day."""
        self.days += 1
        self.mg += day.mg


class Intake(Struct, frozen=True):
    """What has been taken until a day, of each kind of capsules."""

    sums: dict[Product, Sum]
    """Of those that anything was taken of, or is prescribed."""
    start_weight_kg: Decimal | None
    adherence: Adherence = field(default_factory=Adherence)
    stated_before: date | None = None
    """The day before which an amount was said to have been taken in all."""
    none_at_hand_since: date | None = None
    """The first of the days until now, without a record, whose dose was not at hand."""
    suspended: Beside = field(default_factory=Beside)
    """On days of a pause or a hold; a capsule of the day of the danger itself is in the adherence."""
    unasked: Beside = field(default_factory=Beside)
    """On other days without a capsule by the prescription."""

    def mg_per_kg(self, product: Product, kg: Decimal | None = None) -> Decimal | None:
        """Cumulative dose of a kind on the start weight, or on another; None without a weight."""
        weight = kg or self.start_weight_kg
        return self.sums[product].total_mg / weight if weight else None


def intake(history: History, line: Timeline, today: date) -> Intake:
    """What has been taken from the first dose until the end of ``today``."""
    sums: dict[Product, Sum] = {}
    adherence = Adherence()
    stated = stated_before(history, line.first_dose)
    since, off = None, [*pauses(history), *forbidden(history)]
    while_off, unasked = Beside(), Beside()
    for day in _until(today, walk(history, line.first_dose, today, shelf=Shelf(history))):
        if day.taken or day.prescribed or day.stated_mg:
            so_far = sums.setdefault(day.product, Sum())
            if day.account is Account.ASSUMED:
                so_far.assumed_mg += day.mg
            else:
                so_far.logged_mg += day.mg
            so_far.stated_mg += day.stated_mg
        if day.account is Account.BEYOND:
            since = since or day.on
        elif day.taken and day.is_at_hand:
            since = None
        is_suspended = is_within(off, day.on)
        is_counted = (stated is None or day.on >= stated[0]) and not is_suspended
        if day.account is Account.LOGGED and day.taken and (is_suspended or not day.prescribed):
            (while_off if is_suspended else unasked).count(day)
        if day.prescribed and is_counted and (day.on < today or day.account in _WITH_A_RECORD):
            adherence.count(day)
        elif day.prescribed and is_counted:
            adherence.is_today_assumed = day.account is Account.ASSUMED
    return Intake(
        sums or {_prescribed(history): Sum()}, start_weight(history, line.first_dose), adherence,
        stated[0] if stated is not None else None, since, while_off, unasked,
    )  # fmt: skip


def taken_by_day(history: History, line: Timeline, until: date) -> list[Day]:
    """The days from the first dose on, or from the first capsules at hand, with what was taken on each."""
    return list(_until(until, walk(history, line.first_dose, until, shelf=Shelf(history))))


def _until(today: date, days: Iterable[Day]) -> Iterator[Day]:
    return takewhile(lambda day: day.on <= today, days)


def _prescribed(history: History) -> Product:
    return history.prescribed[0].made_of if history.prescribed else Product.CONVENTIONAL
