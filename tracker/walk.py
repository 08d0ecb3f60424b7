"""A course walked along from day to day: what was prescribed, what was taken, what is at hand, and what lies ahead.

Between the first dose and today every day that has a capsule by the prescription counts as taken unless it was logged
otherwise (*assumed*): but not in a pause, not after the day that a stop names, not from a positive test or a risk of
pregnancy on until the clinic has cleared it, and, where stock is kept, not beyond the capsules at hand. Where it was
said how much was taken before a day in all, that stands for the days before it: never for less than what was logged
on them. From tomorrow on what is prescribed lies *ahead*.

No window hangs on an assumed day: they hang on the days that are planned, logged or said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from tracker.capsules import Days, days_off, days_off_until, is_within, regimen_of, stated_before
from tracker.facts.intake import Product
from tracker.facts.stock import Lost, Stock
from tracker.history import History
from tracker.pattern import Intakes, total

_DAY = timedelta(days=1)
LONGEST = 3653
"""Days after which what is not reached is given up (ten years)."""


class Account(Enum):
    """What is known of a day's capsules."""

    LOGGED = "logged"
    MISSED = "missed"
    """Logged as not taken."""
    ASSUMED = "assumed"
    BEYOND = "beyond"
    """Nobody logged it, and its dose was not at hand."""
    STATED = "stated"
    """Nobody logged it: it lies in the time of which a total was said."""
    NONE = "none"
    """No capsule is asked for, and none was logged."""
    AHEAD = "ahead"


class Day(Struct):
    """One day of a course."""

    on: date
    account: Account
    product: Product
    """The kind of its capsules: that of the prescription in force."""
    prescribed: Intakes
    """What was to be taken on it: nothing in a pause, while a test holds the capsules, after a stop."""
    taken: Intakes
    """What was taken on it, logged or assumed, or is to be taken."""
    is_at_hand: bool = True
    """Whether all of its dose was at hand where stock is kept."""
    stated_mg: Decimal = Decimal(0)
    """What was said to have been taken until the end of this day beyond what was logged."""

    @property
    def mg(self) -> Decimal:
        """The milligrams that were taken on it, or are to be."""
        return total(self.taken)


class Shelf:
    """The capsules at hand: what came, less what was lost and taken, in whole capsules that make each dose.

    Capsules that nobody recorded are not owed: what is at hand is never less than none.
    """

    def __init__(self, history: History) -> None:
        self._came = history.all(Stock)
        self._gone = history.all(Lost)
        self.since = self._came[0].on if self._came else None
        """The day on which the first came; None where stock is not kept."""
        self.last_came = self._came[-1].on if self._came else None
        self.left: dict[Product, dict[Decimal, int]] = {}
        """By the kind of capsules their strengths and how many there are."""
        self.missing: dict[int, int] = {}
        """By the id of what was lost the capsules of it that were not there."""
        self.unexplained: dict[date, Decimal] = {}
        """The milligrams of days logged as taken that no whole capsule at hand makes: they came from others."""
        self._next_came = self._next_gone = 0

    def begin(self, day: date) -> None:
        """Put down what came until this day, and take away what was lost."""
        while self._next_came < len(self._came) and self._came[self._next_came].on <= day:
            came = self._came[self._next_came]
            rack = self.left.setdefault(came.made_of, {})
            rack[came.strength] = rack.get(came.strength, 0) + came.capsules
            self._next_came += 1
        while self._next_gone < len(self._gone) and self._gone[self._next_gone].on <= day:
            gone = self._gone[self._next_gone]
            rack = self.left.get(gone.made_of, {})
            owed = gone.capsules
            for strength in [gone.strength] if gone.strength is not None else sorted(rack, reverse=True):
                part = min(owed, rack.get(strength, 0))
                if part:
                    rack[strength] -= part
                    owed -= part
            self.missing[gone.id] = owed
            self._next_gone += 1

    def settle(self, day: Day) -> None:
        """Take the dose of a day where all of it is at hand; one that was logged was taken whatever there is.

        Where it is not at hand, it is not assumed taken. Capsules of a kind that was never recorded are not counted.
        """
        rack = self.left.get(day.product)
        if rack is None:
            return
        used = capsules_that_make(rack, day.taken)
        day.is_at_hand = used is not None
        if used is None and day.account is Account.LOGGED:
            # That they were taken at other times than prescribed may be; what no whole capsule fits came from others.
            used = capsules_that_make(rack, (day.mg,)) or _as_far_as_they_go(rack, day.mg)
            if any(rack.values()) and (less := day.mg - sum(mg * count for mg, count in used.items())):
                self.unexplained[day.on] = less
        if used is not None:
            for strength, count in used.items():
                rack[strength] -= count
        elif day.account is Account.ASSUMED:
            day.account, day.taken = Account.BEYOND, ()


def capsules_that_make(rack: Mapping[Decimal, int], intakes: Intakes) -> dict[Decimal, int] | None:
    """Whole capsules of a rack that make each intake, the strongest that fit first; None where none do.

    A soft capsule cannot be halved: 10 mg are never half of 20 mg, and 20 mg in the evening never part of 40 mg.
    """
    if not intakes:
        return {}
    for one in _combinations(rack, sorted(rack, reverse=True), intakes[0]):
        left = {strength: count - one.get(strength, 0) for strength, count in rack.items()}
        others = capsules_that_make(left, intakes[1:])
        if others is not None:
            return {strength: one.get(strength, 0) + others.get(strength, 0) for strength in {*one, *others}}
    return None


def _combinations(
    rack: Mapping[Decimal, int], strengths: Sequence[Decimal], mg: Decimal
) -> Iterator[dict[Decimal, int]]:
    if not mg:
        yield {}
    elif strengths and mg <= sum(strength * rack[strength] for strength in strengths):
        strongest, *weaker = strengths
        for count in range(min(int(mg // strongest), rack[strongest]), -1, -1):
            for others in _combinations(rack, weaker, mg - count * strongest):
                yield {strongest: count, **others}


def _as_far_as_they_go(rack: Mapping[Decimal, int], mg: Decimal) -> dict[Decimal, int]:
    """Whole capsules that make no more than so many milligrams, the strongest first."""
    found = {}
    for strength in sorted(rack, reverse=True):
        found[strength] = min(int(mg // strength), rack[strength])
        mg -= found[strength] * strength
    return found


def projected(history: History, first: date, today: date) -> Iterator[Day]:
    """The days as they are counted on: with what is at hand, and with what goes on taken to end with today.

    So every day on which something is reached is one day, whoever asks for it. In a pause today has no capsule.
    """
    return walk(history, first, today, shelf=Shelf(history), without=days_off_until(history, today + _DAY))


def walk(
    history: History, first: date, today: date, *, shelf: Shelf | None = None, without: Days | None = None
) -> Iterator[Day]:
    """The days from the first dose on, or from the first capsules at hand where those came before it; they never end.

    ``without`` are the days off, where one is taken to end. Without a ``shelf`` it is not asked what was at hand.
    """
    periods = days_off(history) if without is None else without
    regimen = regimen_of(history, without)
    logged = {dose.on: dose for dose in history.doses}
    stated = stated_before(history, first)
    stop = history.stop.on if history.stop is not None else date.max
    logged_before = Decimal(0)
    on = first if shelf is None or shelf.since is None else min(first, shelf.since)
    while True:
        if shelf is not None:
            shelf.begin(on)
        step = regimen.step(on)
        product = step.made_of if step is not None else Product.CONVENTIONAL
        is_off = on < first or on > stop or is_within(periods, on)
        prescribed = step.doses.intakes(on, regimen.origin(on)) if step is not None and not is_off else ()
        is_before = stated is not None and on < stated[0]
        day = Day(on, Account.NONE, product, prescribed, prescribed)
        if (dose := logged.get(on)) is not None:
            day.account = Account.LOGGED if dose.taken else Account.MISSED
            if not dose.taken or dose.mg is not None or not prescribed:
                day.taken = regimen.intakes_logged(on, taken=dose.taken, mg=dose.mg)
            logged_before += day.mg if is_before else 0
        elif prescribed:
            day.account = Account.STATED if is_before else Account.ASSUMED if on <= today else Account.AHEAD
        if shelf is not None and day.taken:
            shelf.settle(day)
        if day.account is Account.STATED:
            day.taken = ()  # the total that was said has it
        if stated is not None and on == stated[0] - _DAY:
            day.stated_mg = max(stated[1] - logged_before, Decimal(0))
        yield day
        on += _DAY
