"""The course itself: when it begins, how it is projected to end, its pauses, its last dose, the clinic's own values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.dates import Span
from tracker.errors import N_, Phrase
from tracker.facts.kind import DAY, MG_PER_KG, SPAN, TEXT, TRUTH, Column, Fact, FactKind, When


class Course(Struct, frozen=True, kw_only=True):
    """A course and the protocol that it was started under."""

    id: int
    uuid: str
    name: str | None
    protocol_id: str
    protocol_version: str
    enrolled: date
    timezone: str
    can_become_pregnant: bool


class FirstDosePlanned(Fact, frozen=True, kw_only=True):
    """The first capsule is planned for this day."""


class Projection(Fact, frozen=True, kw_only=True):
    """How the last dose is projected: after a duration, at a cumulative dose, or on a day. One of the three."""

    duration: Span | None = None
    target: Decimal | None = None
    """Cumulative dose in mg per kg of start weight."""
    until: date | None = None


class Pause(Fact, frozen=True, kw_only=True):
    """The first day without a capsule."""


class Resume(Fact, frozen=True, kw_only=True):
    """The first day with a capsule again."""


class Stop(Fact, frozen=True, kw_only=True):
    """The day of the last capsule; with ``date_known`` False it is the latest possible day."""

    date_known: bool = True


class Override(Fact, frozen=True, kw_only=True):
    """The clinic's own value for one field of one rule."""

    rule: str
    field: str
    value: Span
    clinic_confirmed: bool


def _projection(fact: Projection) -> Phrase:
    value = fact.until or fact.duration or f"{fact.target} mg/kg"
    return Phrase(N_("last capsule expected: {value}"), {"value": value})


KINDS = (
    FactKind(
        name="first-dose", cls=FirstDosePlanned, when=When.COMING, say=lambda _: Phrase(N_("first capsule planned"))
    ),
    FactKind(
        name="projection",
        cls=Projection,
        table="projection",
        columns=(
            Column(name="duration", sort=SPAN),
            Column(name="target", sort=MG_PER_KG, kept_as="target_ug_per_kg", condition="target_ug_per_kg > 0"),
            Column(name="until", sort=DAY),
        ),
        conditions=(
            (
                "(duration IS NOT NULL AND target_ug_per_kg IS NULL AND until IS NULL)"
                " OR (duration IS NULL AND target_ug_per_kg IS NOT NULL AND until IS NULL)"
                " OR (duration IS NULL AND target_ug_per_kg IS NULL AND until IS NOT NULL)"
            ),
        ),
        when=When.COMING,
        say=_projection,
    ),
    FactKind(name="pause", cls=Pause, when=When.COMING, say=lambda _: Phrase(N_("pause"))),
    FactKind(name="resume", cls=Resume, when=When.COMING, say=lambda _: Phrase(N_("capsules again"))),
    FactKind(
        name="stop",
        cls=Stop,
        table="stop",
        columns=(Column(name="date_known", sort=TRUTH, required=True),),
        say=lambda _: Phrase(N_("last capsule")),
    ),
    FactKind(
        name="override",
        cls=Override,
        table="override",
        columns=(
            Column(name="rule", sort=TEXT, required=True),
            Column(name="field", sort=TEXT, required=True),
            Column(name="value", sort=SPAN, required=True),
            Column(name="clinic_confirmed", sort=TRUTH, required=True),
        ),
        say=lambda fact: Phrase(
            N_("own value of {rule}.{field}: {value}"), {"rule": fact.rule, "field": fact.field, "value": fact.value}
        ),
    ),
)
