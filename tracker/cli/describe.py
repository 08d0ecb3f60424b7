"""Facts in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.errors import N_
from tracker.i18n import _, active
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
from tracker.rules import KIND_NAMES, Kind

_RESULTS = {TestResult.NEGATIVE: N_("negative"), TestResult.POSITIVE: N_("positive"), TestResult.UNCLEAR: N_("unclear")}
_DATED: dict[type[Fact], str] = {
    FirstDosePlanned: N_("first capsule planned"),
    Pause: N_("pause"),
    Resume: N_("capsules again"),
    Stop: N_("last capsule"),
    Cleared: N_("cleared by the clinic"),
}
RISKS = {RiskKind.UNPROTECTED: N_("unprotected sex"), RiskKind.MISSED_PERIOD: N_("missed period")}


def _filled(message: str, **values: object) -> str:
    return active().fill(message, values)


def describe(fact: Fact) -> str:
    """A fact in a few words, without its day."""
    if type(fact) in _DATED:
        return _(_DATED[type(fact)])
    return _IN_WORDS[type(fact)](fact)


def _done_in_words(fact: Done) -> str:
    what = _(KIND_NAMES[fact.kind])
    if fact.kind is not Kind.PREGNANCY_TEST:
        return what
    result = _(_RESULTS[fact.result]) if fact.result is not None else _("result not known")
    return _filled(N_("{what} ({result})"), what=what, result=result)


def _dose_in_words(fact: Dose) -> str:
    if not fact.taken:
        return _("missed capsule")
    return _("capsule taken") if fact.mg is None else _filled(N_("{mg} mg taken"), mg=fact.mg)


def _appointment_in_words(fact: Appointment) -> str:
    return _filled(N_("appointment for {key}{at}"), key=fact.key, at=f" {fact.at:%H:%M}" if fact.at else "")


def _projection_in_words(fact: Projection) -> str:
    value = fact.until or fact.duration or f"{fact.target} mg/kg"
    return _filled(N_("last capsule expected: {value}"), value=value)


_IN_WORDS: dict[type[Fact], Callable[[Any], str]] = {
    Done: _done_in_words,
    Dose: _dose_in_words,
    Prescribed: lambda fact: _filled(N_("{mg} mg a day"), mg=fact.mg),
    Weight: lambda fact: _filled(N_("{kg} kg"), kg=fact.kg),
    Appointment: _appointment_in_words,
    Projection: _projection_in_words,
    Risk: lambda fact: _filled(N_("possible pregnancy: {what}"), what=_(RISKS[fact.what])),
    Override: lambda fact: f"{fact.rule}.{fact.field}={fact.value}",
}
