"""The capsules at hand and the day they run out: counted along the days of :mod:`tracker.walk` from the first entry."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import days_off, regimen_of
from tracker.facts.intake import Product
from tracker.facts.stock import Stock
from tracker.history import History
from tracker.pattern import Intakes, Pattern, total
from tracker.plan import Item, Plan, State, Timeline
from tracker.rules import Kind
from tracker.walk import LONGEST, Account, Day, Shelf, walk

_DAY = timedelta(days=1)


class AtHand(Struct, frozen=True):
    """What is at hand at the end of a day."""

    capsules: tuple[tuple[Product, Decimal, int], ...]
    """Kind, milligrams in one capsule and how many there are, the strongest first."""
    daily_mg: Decimal | None
    """The dose of the next day with capsules; None where none is prescribed or the course has ended."""
    lasts_until: date | None
    """The last day with capsules whose whole dose is at hand; today where that of the next one is not, None where no
    day ahead takes any."""
    doses: Pattern | None = None
    """What is prescribed on the next day with capsules."""
    none_since: date | None = None
    """The first of the days until now, without a record, whose dose was not at hand."""

    none_mg: Decimal | None = None
    """The dose of that day."""
    product: Product = Product.CONVENTIONAL
    """The kind of capsules that is prescribed, of which ``mg`` are."""
    unfit: Unfit | None = None
    """What is left over when they run out because it does not make the dose; None where nothing is."""
    unexplained: tuple[tuple[date, Decimal], ...] = ()
    """Days logged as taken, and the milligrams of them that no whole capsule at hand makes."""

    @property
    def mg(self) -> Decimal:
        """Milligrams at hand of the kind that is prescribed: of different kinds they are never added up."""
        own = (strength * count for product, strength, count in self.capsules if product is self.product)
        return sum(own, Decimal(0))


class Unfit(Struct, frozen=True):
    """Capsules enough for a dose that they do not make: a soft capsule cannot be halved."""

    on: date
    """The first day whose dose they do not make."""
    doses: Intakes
    strengths: tuple[tuple[Decimal, int], ...]
    """Milligrams in one capsule and how many there are, the strongest first."""


class RunOut(Struct, frozen=True):
    """When the capsules that were recorded run out: it depends on the facts, not on the day it is looked at."""

    last: date
    """The last day whose whole dose is at hand; the day before the first dose that is not, where there is none."""
    last_came: date
    """The last day on which capsules came to hand."""


def at_hand(history: History, line: Timeline, today: date) -> AtHand | None:
    """The capsules at hand at the end of ``today``; None where none were ever recorded."""
    counted = _counted(history, line, today)
    if counted is None or counted.following is None:
        in_force = regimen_of(history).step(today)
        product = in_force.made_of if in_force is not None else Product.CONVENTIONAL
        if counted is None:
            return None
        return AtHand(counted.capsules, None, None, product=product, unexplained=counted.unexplained)
    step = regimen_of(history).step(counted.following.on)
    until = max(counted.last or today, today) if counted.gone is not None else None
    doses = step.doses if step is not None else None
    none = counted.none
    since, mg = (none.on, total(none.taken or none.prescribed)) if none is not None else (None, None)
    return AtHand(
        counted.capsules, counted.following.mg, until, doses, since, mg, counted.following.product,
        counted.unfit if counted.gone is not None else None, counted.unexplained,
    )  # fmt: skip


def run_out(history: History, line: Timeline, today: date) -> RunOut | None:
    """When the capsules that were recorded run out; None where none were, or where no day takes the last of them."""
    counted = _counted(history, line, today)
    if counted is None or counted.gone is None:
        return None
    return RunOut(counted.last or counted.gone - _DAY, history.all(Stock)[-1].on)


class Short(Struct, frozen=True):
    """Capsules that run out before the next visit."""

    last: date
    """The last day whose whole dose is at hand."""
    visit: Item


def short_of_the_visit(history: History, plan: Plan) -> Short | None:
    """Where the capsules at hand end before the next visit, with a day at least between; None where they do not.

    What is used up already is no matter of the next visit: see ``none_since``.
    A visit that is overdue is named in its place.
    """
    out = run_out(history, plan.timeline, plan.today)
    if out is None or out.last < plan.today or not ends_within_a_pack(out, plan):
        return None
    visits = sorted((one for one in plan.items if one.kind is Kind.VISIT and one.state.is_open),
                    key=lambda one: one.planned_day)  # fmt: skip
    visit = next((one for one in visits if one.planned_day >= plan.today), None)
    return Short(out.last, visits[0]) if visit is not None and out.last + _DAY < visit.planned_day else None


def with_the_earlier(history: History, plan: Plan) -> Plan:
    """The plan whose last pack runs out when the capsules at hand do, where that is before the programme has it.

    Where they ended before the pack was opened, what came with it was not recorded, and its days alone are known.
    """
    packs = [one for one in plan.items if one.kind is Kind.SUPPLY and one.state.is_open and one.reckoning is not None]
    out = run_out(history, plan.timeline, plan.today) if packs else None
    if out is None:
        return plan
    sooner = {one.key: _until(out.last, one, plan.today) for one in packs
              if one.reckoning is not None and one.reckoning.since <= out.last < one.due}  # fmt: skip
    return replace(plan, items=tuple(sooner.get(one.key, one) for one in plan.items)) if sooner else plan


def _until(last: date, pack: Item, today: date) -> Item:
    start = last - (pack.due - pack.window_start)
    state = State.PLANNED if today < start else State.DUE if today <= last else State.OVERDUE
    return replace(pack, due=last, window_start=start, window_end=last,
                   state=pack.state if pack.state is State.BOOKED else state)  # fmt: skip


def ends_within_a_pack(out: RunOut, plan: Plan) -> bool:
    """Whether no pack of the programme runs out before the capsules at hand do: the earlier day alone is said."""
    packs = (one for one in plan.items if one.kind is Kind.SUPPLY and one.state.is_open)
    return all(out.last <= one.due for one in packs)


class _Counted(Struct):
    capsules: tuple[tuple[Product, Decimal, int], ...] = ()
    """At the end of today."""
    following: Day | None = None
    """The next day ahead that takes capsules."""
    last: date | None = None
    """The last day whose whole dose was at hand or will be."""
    gone: date | None = None
    """The first day after it whose dose is not at hand."""
    none: Day | None = None
    """The first of the days until today, without a record, whose dose was not at hand."""
    unfit: Unfit | None = None
    """What was left on the first day whose dose was not at hand, where that is enough for it."""
    unexplained: tuple[tuple[date, Decimal], ...] = ()


def _counted(history: History, line: Timeline, today: date) -> _Counted | None:
    """The days from the first capsules at hand on, until it is known when they run out."""
    shelf = Shelf(history)
    if shelf.since is None or shelf.since > today:
        return None
    without = days_off(history)
    never_again = without[-1][0] if without and without[-1][1] is None else date.max
    goes_on = line.last_dose is None and bool(history.prescribed)
    found = _Counted()
    for day in walk(history, line.first_dose, today, shelf=shelf):
        if not day.is_at_hand and found.gone is None:
            found.gone, found.unfit = day.on, _unfit(shelf, day)
        elif day.is_at_hand and day.taken:
            found.last, found.gone = day.on, None
        if day.on <= today and (day.account is Account.BEYOND or (day.taken and day.is_at_hand)):
            found.none = None if day.is_at_hand else found.none or day
        if day.on == today:
            found.capsules, found.unexplained = _on(shelf), tuple(shelf.unexplained.items())
        if day.on > today and day.taken:
            found.following = found.following or day
        is_known = found.gone is not None and found.following is not None
        if day.on >= today and (is_known or not goes_on or day.on >= never_again or (day.on - today).days > LONGEST):
            break
    if not goes_on:
        found.gone = None
    return found


def _unfit(shelf: Shelf, day: Day) -> Unfit | None:
    """What is at hand of the kind of a day's dose, where that is enough for it and makes it all the same not."""
    doses = day.taken or day.prescribed
    left = tuple((mg, count) for mg, count in sorted(shelf.left[day.product].items(), reverse=True) if count)
    return Unfit(day.on, doses, left) if left and sum(mg * count for mg, count in left) >= total(doses) else None


def _on(shelf: Shelf) -> tuple[tuple[Product, Decimal, int], ...]:
    return tuple(
        (product, strength, count)
        for product, rack in shelf.left.items()
        for strength, count in sorted(rack.items(), reverse=True)
        if count > 0
    )
