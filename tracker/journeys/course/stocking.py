"""The capsules at hand: what came, what was lost, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.stock import Lost, Stock, capsules_said
from tracker.journeys.context import Context, look
from tracker.journeys.course.plausible import product_in_force, strengths_that_make
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.products import products
from tracker.readings.stock import AtHand, at_hand
from tracker.walk import Shelf, walk


def stock(context: Context) -> tuple[View, AtHand | None]:
    """The course, and the capsules at hand; None where none were ever recorded."""
    view = look(context)
    return view, at_hand(view.history, view.plan.timeline, context.today)


def log_stock(context: Context, fact: Stock) -> Outcome:
    """Record capsules that came to hand; of which kind they are is known by their strength where it was not said."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        in_force = product_in_force(work.view.history, fact.on)
        new = replace(fact, product=fact.product or _kind_of(fact.strength, in_force))
        stop_if_same(work.view, new)
        if new.made_of is not in_force:
            work.say(N_("They are counted as {product} capsules; {other} ones are prescribed."),
                     product=Phrase(PRODUCT_NAMES[new.made_of]), other=Phrase(PRODUCT_NAMES[in_force]))  # fmt: skip
        was_kept = any(one.made_of is new.made_of for one in work.view.history.all(Stock))
        work.record(new)
        if was_kept:
            # Who counts what is left, and logs that, would have it twice.
            racks = _shelf_on(work.after(), context.today).left[new.made_of]
            there = tuple(_said((new.made_of, strength, count)) for strength, count in racks.items() if count > 0)
            work.say(
                N_("With what was there: {capsules}. If you counted what is left, take it back: isotrack undo. What is"
                   " gone and was not taken: isotrack log lost"), capsules=Listed(there),
            )  # fmt: skip

    return carry_out(context, "log", Phrase(N_("capsules that came to hand")), write)


def strength_meant(context: Context, said: Mapping[str, Any]) -> Decimal:
    """The milligrams of capsules of which only the number was ``said``: of the one strength that there can be.

    That is the only one that ever came to hand, else the only one whose capsules make what is prescribed. Raise
    InputError where there are several.
    """
    view, product = look(context), said.get("product")
    had = {one.strength for one in view.history.all(Stock) if product in (None, one.made_of)}
    found = sorted(had or strengths_that_make(said["on"], view, product), reverse=True)
    if len(found) == 1:
        return found[0]
    behind = f" --on {said['on'].isoformat()}" if said["on"] != context.today else ""
    if product is not None:
        behind += f" --product {product.value}"
    commands: list[object] = [
        f"isotrack log stock {said['capsules']} --strength {mg.normalize():f}{behind}" for mg in found
    ]
    if not commands:
        commands = [Phrase(N_("isotrack log stock {count} --strength MG"), {"count": said["capsules"]})]
    raise InputError(N_("of how many mg each of the {count} capsules is, is not said"), N_("say it: {commands}"),
                     count=said["capsules"], commands=Listed(tuple(commands)))  # fmt: skip


def log_lost(context: Context, fact: Lost) -> Outcome:
    """Record capsules that are gone and were not taken; which, is asked only where there are several strengths."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        new = _of_those_at_hand(work.view, fact)
        stop_if_same(work.view, new)
        recorded = work.record(new)
        after = work.after()
        shelf = _shelf_on(after, max(context.today, fact.on))
        if missing := shelf.missing.get(recorded.id):
            work.say(
                N_("By what was recorded only {there} of them were at hand on {on}; now there are none. If more came to"
                   " hand: {command}"),
                there=recorded.capsules - missing, on=fact.on,
                command=Phrase(N_("isotrack log stock COUNT --strength MG")),
            )  # fmt: skip

    return carry_out(context, "log", Phrase(N_("capsules that are gone")), write)


def _kind_of(strength: Decimal, in_force: Product) -> Product:
    """The kind of capsules of a strength; raise InputError where no such capsules are known."""
    known = products()
    kinds = known.with_strength(strength)
    if not kinds:
        strengths = (f"{mg.normalize():f}" for one in known.kinds.values() for mg in one.everywhere)
        raise InputError(
            N_("no capsules of {mg} mg are known here ({strengths} mg)"),
            N_("if that is what the pack says, add which kind they are: {flag}"),
            mg=strength, strengths=Listed(tuple(strengths)), flag=f"--product {in_force.value}",
        )  # fmt: skip
    return in_force if in_force in kinds else kinds[0]


def _of_those_at_hand(view: View, fact: Lost) -> Lost:
    left = _shelf_on(view, fact.on).left
    racks = [(product, strength, count) for product, rack in left.items() for strength, count in rack.items()
             if fact.product in (None, product) and fact.strength in (None, strength)]  # fmt: skip
    there = [one for one in racks if one[2] > 0] or racks
    if not there:
        raise InputError(N_("no such capsules were recorded until {on}"), N_("as they come to hand: {command}"),
                         on=fact.on, command="isotrack log stock 28 --strength 20")  # fmt: skip
    if len(there) > 1 and all(count <= 0 for _product, _strength, count in there):
        meant = [f"isotrack log lost {fact.capsules} --strength {mg.normalize():f}" for _kind, mg, _none in there]
        raise InputError(N_("by what was recorded no capsules were at hand on {on}"),
                         N_("say which are gone all the same: {commands}; if more came to hand: {command}"),
                         on=fact.on, commands=Listed(tuple(dict.fromkeys(meant))),
                         command=Phrase(N_("isotrack log stock COUNT --strength MG")))  # fmt: skip
    if len(there) > 1:
        raise InputError(
            N_("there are several: {capsules}"), N_("say which with --strength, and --product where it is needed"),
            capsules=Listed(tuple(_said(one) for one in there)),
        )  # fmt: skip
    product, strength, _count = there[0]
    return replace(fact, product=product, strength=strength)


def _said(of: tuple[Product, Decimal, int]) -> Phrase:
    product, strength, count = of
    return capsules_said(count, strength, product)


def _shelf_on(view: View, on: date) -> Shelf:
    """What is at hand at the end of a day."""
    shelf = Shelf(view.history)
    for day in walk(view.history, view.plan.timeline.first_dose, view.plan.today, shelf=shelf):
        if day.on >= on:
            break
    return shelf
