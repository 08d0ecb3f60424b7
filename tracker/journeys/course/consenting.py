"""The consents that a programme asks for, and what is explained before they are signed, as a checklist."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tracker.engine.view import View
from tracker.facts import Done
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look
from tracker.plan import Item
from tracker.rules import Explained, Kind

FAMILY = "counselling"


class Ticked(Struct, frozen=True):
    """A point, and the entry that says that it was explained; None where none does."""

    point: Explained
    by: Observation | None


class Consent(Struct, frozen=True):
    """A consent that is asked for, with its points."""

    item: Item
    points: tuple[Ticked, ...]

    @property
    def open_points(self) -> tuple[Explained, ...]:
        """The points that nobody has ticked."""
        return tuple(one.point for one in self.points if one.by is None)


def checklist(context: Context) -> tuple[View, tuple[Consent, ...]]:
    """The course, and what is to be signed before its first capsule; of what is repeated the next one as well."""
    view = look(context.reading(Observation))
    return view, checklist_of(view)


def checklist_of(view: View) -> tuple[Consent, ...]:
    """The same of a course that was read with its observations."""
    said = {one.code: one for one in view.history.all(Observation) if one.family == FAMILY}
    ticked = {code: one for code, one in said.items() if one.value != 0}
    return tuple(
        Consent(item, tuple(Ticked(point, ticked.get(point.point)) for point in item.rule.points))
        for item in _asked_for(view)
    )


def _asked_for(view: View) -> Iterator[Item]:
    seen = set()
    for item in view.plan.items:
        if item.kind is not Kind.ATTESTATION:
            continue
        is_next = item.state.is_open and item.rule.id not in seen
        if is_next:
            seen.add(item.rule.id)
        if is_next or item.due <= view.plan.timeline.first_dose:
            yield item


def open_before_the_first_capsule(context: Context, view: View) -> tuple[Explained, ...]:
    """The points that are open while the first capsule lies ahead; a signature explains none of them."""
    has_points = any(item.kind is Kind.ATTESTATION and item.rule.points for item in view.plan.items)
    if view.plan.timeline.first_dose < context.today or not has_points:
        return ()
    _view, found = checklist(context)
    return tuple(point for consent in found for point in consent.open_points)


def signed_unexplained(view: View) -> tuple[Explained, ...]:
    """The points that were open when their consent was signed, while the first capsule lies ahead.

    Of a course that was read with its observations.
    """
    if view.plan.timeline.first_dose < view.plan.today:
        return ()
    return tuple(point for one in checklist_of(view) if one.item.done is not None for point in one.open_points)


def signed_with(context: Context, signature: Done) -> tuple[Explained, ...]:
    """The points of a consent that were open when it was signed."""
    _view, found = checklist(context)
    signed = (one for one in found if one.item.done is not None and one.item.done.id == signature.id)
    return tuple(point for one in signed for point in one.open_points)
