"""What is prescribed from a day on."""

from __future__ import annotations

from msgspec.structs import replace

from tracker.engine.laws import check_new
from tracker.errors import N_, Phrase
from tracker.facts import Prescribed
from tracker.facts.intake import PRODUCT_NAMES
from tracker.journeys.context import Context
from tracker.journeys.course.plausible import check_doses, doubt_doses, latest_weight, product_in_force
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out


def prescribe(context: Context, fact: Prescribed, *, is_sure: bool = False) -> Outcome:
    """Record the daily dose that is prescribed from a day on, of the kind of capsules in force unless it says another.

    Raise DoubtError for what is unusual, unless the user ``is_sure``.
    """

    def write(work: UnitOfWork) -> None:
        history = work.view.history
        in_force = product_in_force(history, fact.on)
        new = replace(fact, product=fact.product or in_force)
        if (same := history.same_as(new)) is not None:
            raise AlreadyThere(same)
        said, kg = (new.doses, new.made_of, work.view.protocol.jurisdiction), latest_weight(history)
        check_doses(*said, kg=kg, own=history)
        check_new(new, work.view, context.today)
        if not is_sure:
            doubt_doses(*said, kg=kg, own=history)
        for one in history.prescribed:
            if one.on == fact.on:
                work.void(one)
                work.say(N_("It takes the place of {doses} from the same day."), doses=one.said)
        work.record(new)
        if history.prescribed and new.made_of is not in_force:
            work.say(
                N_("From {on} on the capsules are {product} ones: what is taken of them is counted apart."), on=fact.on,
                product=Phrase(PRODUCT_NAMES[new.made_of]),
            )  # fmt: skip

    return carry_out(context, "dose", Phrase(N_("{doses} from {on}"), {"doses": fact.said, "on": fact.on}), write)
