"""How each kind of fact is kept: its name in the header row, its table, and the way there and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from tracker.dates import Span
from tracker.db import tables
from tracker.model import (
    Appointment,
    Cleared,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    Override,
    Pause,
    Prescribed,
    Projection,
    Resume,
    Risk,
    RiskKind,
    Stop,
    TestResult,
    Weight,
)
from tracker.rules import Kind

_THOUSAND = Decimal(1000)


def _scaled(value: Decimal | None) -> int | None:
    """Milligrams to micrograms, kilograms to grams."""
    return None if value is None else int(value * _THOUSAND)


def _unscaled(value: int | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(value) / _THOUSAND


@dataclass(frozen=True, slots=True)
class Form:
    """The form in which one class of facts is kept."""

    kind: str
    table: Table | None
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Mapping[str, Any], dict[str, Any]], Fact]


def _dated(kind: str, cls: type[Fact]) -> Form:
    """A fact with a day and nothing more."""
    return Form(kind, None, lambda _: {}, lambda _row, common: cls(**common))


_FORMS: dict[type[Fact], Form] = {
    FirstDosePlanned: _dated("first-dose", FirstDosePlanned),
    Pause: _dated("pause", Pause),
    Resume: _dated("resume", Resume),
    Projection: Form(
        "projection",
        tables.projection,
        lambda fact: {
            "duration": str(fact.duration) if fact.duration else None,
            "target_ug_per_kg": _scaled(fact.target),
            "until": fact.until,
        },
        lambda row, common: Projection(
            duration=Span.parse(row["duration"]) if row["duration"] else None,
            target=_unscaled(row["target_ug_per_kg"]),
            until=row["until"],
            **common,
        ),
    ),
    Prescribed: Form(
        "prescription",
        tables.prescription,
        lambda fact: {"dose_ug": _scaled(fact.mg)},
        lambda row, common: Prescribed(mg=_unscaled(row["dose_ug"]) or Decimal(0), **common),
    ),
    Dose: Form(
        "dose",
        tables.dose,
        lambda fact: {"taken": fact.taken, "dose_ug": _scaled(fact.mg)},
        lambda row, common: Dose(taken=row["taken"], mg=_unscaled(row["dose_ug"]), **common),
    ),
    Weight: Form(
        "weight",
        tables.weight,
        lambda fact: {"weight_g": _scaled(fact.kg)},
        lambda row, common: Weight(kg=_unscaled(row["weight_g"]) or Decimal(0), **common),
    ),
    Appointment: Form(
        "appointment",
        tables.appointment,
        lambda fact: {"item_key": fact.key, "at_time": fact.at},
        lambda row, common: Appointment(key=row["item_key"], at=row["at_time"], **common),
    ),
    Stop: Form(
        "stop",
        tables.stop,
        lambda fact: {"date_known": fact.date_known},
        lambda row, common: Stop(date_known=row["date_known"], **common),
    ),
    Override: Form(
        "override",
        tables.override,
        lambda fact: {
            "rule": fact.rule,
            "field": fact.field,
            "value": str(fact.value),
            "clinic_confirmed": fact.clinic_confirmed,
        },
        lambda row, common: Override(
            rule=row["rule"],
            field=row["field"],
            value=Span.parse(row["value"]),
            clinic_confirmed=row["clinic_confirmed"],
            **common,
        ),
    ),
    Risk: Form(
        "risk",
        tables.risk,
        lambda fact: {"what": fact.what.value},
        lambda row, common: Risk(what=RiskKind(row["what"]), **common),
    ),
    Cleared: _dated("cleared", Cleared),
}
_BY_KIND = {form.kind: form for form in _FORMS.values()}
_DONE = (Kind.ATTESTATION, Kind.VISIT, Kind.BLOOD_TEST, Kind.PREGNANCY_TEST, Kind.PICK_UP, Kind.REVIEW)
"""Things that are done: each is a kind of fact of its own."""

KINDS = (*(kind.value for kind in _DONE), *_BY_KIND)
"""The names of all kinds of facts."""
DETAILS: tuple[Table, ...] = (*(form.table for form in _FORMS.values() if form.table is not None), tables.done)
"""The tables that are joined to the header."""


def header(fact: Fact) -> dict[str, Any]:
    """The columns of the header row that the fact itself fills."""
    return {"kind": kind_of(fact), "on_date": fact.on, "note": fact.note}


def kind_of(fact: Fact) -> str:
    """The fact's kind as it is kept."""
    return fact.kind.value if isinstance(fact, Done) else _FORMS[type(fact)].kind


def detail(fact: Fact) -> tuple[Table, dict[str, Any]] | None:
    """The table of the fact's values and its row; None for a fact that has a day only."""
    if isinstance(fact, Done):
        result = fact.result.value if fact.result else None
        return tables.done, {"pin": fact.pin, "clinic_confirmed": fact.clinic_confirmed, "result": result}
    form = _FORMS[type(fact)]
    return None if form.table is None else (form.table, form.write(fact))


def read(kind: str, common: dict[str, Any], row: Mapping[Any, Any]) -> Fact:
    """The fact of one joined row; ``common`` are its id, number, day and note."""
    form = _BY_KIND.get(kind)
    if form is None:
        result = row[tables.done.c.result]
        return Done(
            kind=Kind(kind),
            pin=row[tables.done.c.pin],
            clinic_confirmed=bool(row[tables.done.c.clinic_confirmed]),
            result=TestResult(result) if result else None,
            **common,
        )
    own = {} if form.table is None else {column.name: row[column] for column in form.table.c}
    return form.read(own, common)
