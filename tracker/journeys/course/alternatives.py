"""Last capsules on different days side by side: what would hold until when. Each is tried out on a copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import start_weight
from tracker.db.rehearsal import Rehearsal
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Projection
from tracker.journeys.context import Context, Read, look
from tracker.journeys.course.ending import stop
from tracker.journeys.course.opening import project_end
from tracker.walk import projected


class Alternative(Struct, frozen=True):
    """The course as it is, or with the last capsule on another day."""

    stop: date | None
    """None for the course as it is."""
    view: View

    @property
    def total_mg(self) -> Decimal | None:
        """Milligrams from the first to the last capsule; None where there are two kinds of products among them."""
        line = self.view.plan.timeline
        days = projected(self.view.history, line.first_dose, self.view.plan.today)
        taken = [day for day in takewhile(lambda day: day.on <= line.end, days) if day.taken or day.stated_mg]
        if len({day.product for day in taken}) > 1:
            return None
        return sum((day.mg + day.stated_mg for day in taken), Decimal(0))

    @property
    def mg_per_kg(self) -> Decimal | None:
        """The same on the weight at the start; None where that is not known."""
        weight = start_weight(self.view.history, self.view.plan.timeline.first_dose)
        total = self.total_mg
        return total / weight if weight and total is not None else None


def alternatives(context: Context, stops: Sequence[date]) -> list[Alternative]:
    """The course as it is, then with its last capsule on each of these days, in the order in which they were said."""
    now = look(context)
    if now.history.stop is not None:
        raise InputError(
            N_("the last capsule was taken on {on}: there is nothing to choose from"), N_("to correct it: {command}"),
            on=now.plan.timeline.end, command=Phrase(N_("isotrack fix {id} --on DATE"), {"id": now.history.stop.id}),
        )  # fmt: skip
    return [Alternative(None, now), *(Alternative(on, _with_its_end_on(context, on)) for on in stops)]


def _with_its_end_on(context: Context, on: date) -> View:
    """A day to come is when the last capsule is expected: only what has happened is recorded as such."""
    tried = replace(context, database=Rehearsal(context.database), read=Read())
    if on > context.today:
        return project_end(tried, Projection(on=context.today, until=on)).view
    return stop(tried, on, None).view
