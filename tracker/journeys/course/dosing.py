"""How far the doses have come: what was taken, of what was prescribed, and when a cumulative dose is reached."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.capsules import regimen_of, weighed_at_the_start
from tracker.engine.timeline import is_out_of_reach
from tracker.engine.view import View
from tracker.facts import Prescribed, Weight
from tracker.facts.intake import Product
from tracker.journeys.context import Context, look
from tracker.products import Products, products
from tracker.readings.intake import Intake, intake
from tracker.readings.targets import Target, targets

_MUCH = Decimal("0.05")
"""Of the start weight: a change by as much is pointed out. Our own bound, no clinical value."""


class Doses(Struct, frozen=True):
    """What there is to say about the doses of a course."""

    view: View
    intake: Intake
    weighed: Weight | None
    """The weight that doses are counted on."""
    latest: Weight | None
    """The weight that was measured last."""
    step: Prescribed | None
    """What is prescribed today."""
    own_target: Decimal | None
    targets: tuple[Target, ...]
    known: Products
    turns: date | None = None
    """From when on micronised capsules are prescribed, where these keep the own target from being reached."""

    @property
    def has_changed_much(self) -> bool:
        """Whether the last weight is another than the one that doses are counted on, by much."""
        if self.weighed is None or self.latest is None:
            return False
        return abs(self.latest.kg - self.weighed.kg) >= _MUCH * self.weighed.kg

    @property
    def has_several(self) -> bool:
        """Whether capsules of several kinds were taken or are prescribed."""
        return len(self.intake.sums) > 1


def doses(context: Context) -> Doses:
    """The doses of the current course, seen from today."""
    return doses_of(look(context))


def doses_of(view: View) -> Doses:
    """The same of a course that was read."""
    history, line, today = view.history, view.plan.timeline, view.plan.today
    taken = intake(history, line, today)
    weighed = weighed_at_the_start(history, line.first_dose)
    own = history.projection.target if history.projection is not None else None
    known = products()
    found: tuple[Target, ...] = ()
    if weighed is not None and _is_conventional(history.prescribed, taken):
        published = {one.value for one in known.kinds[Product.CONVENTIONAL].targets}
        wanted = published | ({own} if own is not None else set())
        found = targets(history, line, today, wanted, weighed.kg, taken.adherence.rate)
    return Doses(
        view, taken, weighed, history.weights[-1] if history.weights else None,
        regimen_of(history).step(today), own, found, known, _turns(view),
    )  # fmt: skip


def _turns(view: View) -> date | None:
    history, line = view.history, view.plan.timeline
    projection = history.projection
    if projection is None or projection.target is None or projection.until is not None or line.last_dose is not None:
        return None
    if not is_out_of_reach(history, projection.target, line.first_dose, view.plan.today):
        return None
    return next((one.on for one in history.prescribed if one.made_of is Product.MICRONISED), None)


def _is_conventional(prescribed: tuple[Prescribed, ...], taken: Intake) -> bool:
    """Whether any conventional capsules were taken or are prescribed."""
    return Product.CONVENTIONAL in taken.sums or any(one.made_of is Product.CONVENTIONAL for one in prescribed)
