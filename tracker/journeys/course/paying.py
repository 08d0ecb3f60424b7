"""What things cost: recorded by themselves, or together with what they were for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from tracker.currencies import Money
from tracker.db.together import said_with
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, Phrase
from tracker.facts import Fact, SeriesPlan, Session, kind_of
from tracker.facts.lab import LabValue
from tracker.facts.money import About, Budget, Cost, Payer, about
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.pricing import in_currency
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.readings.money import Account, Amount, accounts, amounts_of
from tracker.rules import Kind

_DAY = timedelta(days=1)


class Purse(Struct, frozen=True):
    """What was spent and is planned, and the newest course."""

    view: View
    accounts: Sequence[Account]


def reading(context: Context) -> Context:
    """The context that has what money is read with."""
    return context.reading(Cost, Budget)


def log(context: Context, fact: Cost | Budget) -> Outcome:
    """Record a cost or a budget, in the currency of the course where none was said."""

    def write(work: UnitOfWork) -> None:
        said = in_currency(work.connection, work.view, fact)
        check(said, work.view, context.today)
        same = work.view.history.same_as(said)
        if same is not None:
            raise AlreadyThere(same)
        if isinstance(said, Budget):
            for one in work.view.history.all(Budget):
                if one.price.currency == said.price.currency:
                    work.void(one)
                    work.say(N_("It takes the place of {what}, from {on} on."), what=kind_of(one).say(one), on=one.on)
        recorded = work.record(said)
        if isinstance(said, Cost) and said.on > context.today:
            work.say(N_("Planned. From {on} on it counts as spent, whether it was paid or not. If it is not paid then:"
                        " {command}"), on=said.on, command=f"isotrack fix {recorded.id} --remove")  # fmt: skip

    return carry_out(reading(context), "log", Phrase(N_("costs of {on}"), {"on": fact.on}), write)


def reprice(context: Context, fact: Fact, price: Money) -> Outcome:
    """Correct what was paid for an entry that has its price beside it, or record it; nothing else of it changes."""
    kind = about(fact)

    def write(work: UnitOfWork) -> None:
        history = work.view.history
        entries = [one for one in history.facts if about(one) == kind]
        own = [one for one in history.all(Cost) if one.follows and one.kind is kind and one.on == fact.on]
        known = next((one for one in own if fact.id in {entry.id for entry in _said_with(work, one, entries)}), None)
        said = Cost(on=fact.on, price=price, about=kind, follows=True)
        if known is not None:
            currency = price.currency or known.price.currency
            said = replace(known, id=0, price=Money(price.amount, currency))
        said = in_currency(work.connection, work.view, said)
        check(said, work.view, context.today)
        if (same := history.same_as(said)) is not None:
            raise AlreadyThere(same)
        work.record(said, work.void(known) if known is not None else None)

    reason = Phrase(N_("entry {id} corrected"), {"id": fact.id})
    return carry_out(reading(context).reading(LabValue), "fix", reason, write, fact_id=fact.id)


def follow(work: UnitOfWork, old: Fact, new: Fact | None) -> None:
    """Let what an entry cost go with it to its new day, or away where the entry is removed."""
    kind = about(old)
    if kind is None or (new is not None and new.on == old.on):
        return
    history = work.view.history
    entries = [one for one in history.facts if about(one) == kind]
    for cost in history.all(Cost):
        if not cost.follows or cost.kind is not kind or (new is not None and cost.on != old.on):
            continue
        entry = _is_for(work, cost, entries)
        if entry is None or entry.id != old.id:
            continue
        number = work.void(cost)
        if new is None:
            again = f'isotrack log cost "{cost.price}" {kind} --on {cost.on}'
            work.say(N_("What was paid for it is removed with it: {text} on {on}. If it was paid all the same:"
                        " {command}"), text=kind_of(cost).say(cost), on=cost.on,
                     command=again + " --payer insured" * (cost.payer is Payer.INSURED))  # fmt: skip
        else:
            moved = work.record(replace(cost, on=new.on), number)
            work.say(N_("What was paid for it goes with it: {text} on {on} (number {id})."),
                     text=kind_of(moved).say(moved), on=moved.on, id=moved.id)  # fmt: skip


def _is_for(work: UnitOfWork, cost: Cost, entries: Sequence[Fact]) -> Fact | None:
    """Of these entries the one that a price was said with; else, where that is not known, the one of its day.

    A draw or a visit goes before the values that were read of it.
    """
    found = _said_with(work, cost, entries)
    return min(found, key=lambda one: (isinstance(one, LabValue), one.id), default=None)


def _said_with(work: UnitOfWork, cost: Cost, entries: Sequence[Fact]) -> list[Fact]:
    return said_with(work.connection, cost, entries) or [one for one in entries if one.on == cost.on]


def purse(context: Context) -> Purse:
    """All that was spent and is planned, over all courses."""
    views = look_at_all(reading(context))
    found: list[Amount] = []
    for view in views:
        found += amounts_of(view.history.all(Cost))
        found += _done(view)
        found += _planned(view)
    budgets = [one for view in views for one in view.history.all(Budget)]
    return Purse(views[-1], accounts(found, budgets, views[-1].plan.today))


def _done(view: View) -> list[Amount]:
    """Sessions that were logged with their price."""
    return [Amount(one.on, one.price.amount, one.price.currency, About.PROCEDURE)
            for one in view.history.all(Session) if one.price is not None]  # fmt: skip


def _planned(view: View) -> list[Amount]:
    """Sessions that lie ahead, of series that have a price."""
    prices = {one.series: one.price for one in view.history.all(SeriesPlan) if one.price is not None}
    return [
        Amount(max(item.planned_day, view.plan.today + _DAY), price.amount, price.currency, About.PROCEDURE)
        for item in view.plan.items
        if item.kind is Kind.PROCEDURE and item.state.is_open
        and (price := prices.get(item.rule.id)) is not None
    ]  # fmt: skip
