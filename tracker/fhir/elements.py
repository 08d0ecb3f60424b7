"""The small parts of resources: texts, codes, amounts, days. Each is as R4 has it, or None where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tracker.fhir.codes import UCUM, ucum
from tracker.i18n import number

Element = dict[str, Any]
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_NOTHING = "-"
_BLANKS = re.compile(r"[^\S \r\n\t]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def filled(element: Mapping[str, Any]) -> Element:
    """Without what there is nothing of: R4 has no empty element."""
    return {key: value for key, value in element.items() if value is not None and value not in ("", [], {})}


def text(said: str | None) -> str | None:
    """A text as R4 takes it: its blanks are those of ASCII; None where nothing is left."""
    return _CONTROLS.sub("", _BLANKS.sub(" ", said or "")).strip() or None


def coding(system: str, code: str, display: str | None = None) -> Element:
    """A code of a system."""
    return filled({"system": system, "code": code, "display": display})


def concept(said: str, *codings: Element | None) -> Element:
    """Something in words, and in the codes that are known for it."""
    return filled({"coding": [one for one in codings if one is not None], "text": text(said) or _NOTHING})


def amount(value: Decimal, unit: str | None, comparator: str | None = None) -> Element | None:
    """An amount with its unit; None where the unit has no code that is certain."""
    code = ucum(unit)
    if code is None:
        return None
    return filled({"value": value, "comparator": comparator, "unit": unit, "system": UCUM, "code": code})


def measured(value: Decimal, unit: str | None, comparator: str | None = None) -> Element:
    """What was measured as ``value[x]``: an amount, or in words where its unit has no code."""
    quantity = amount(value, unit, comparator)
    if quantity is not None:
        return {"valueQuantity": quantity}
    return {"valueString": " ".join(filter(None, (f"{comparator or ''}{number(value)}", unit)))}


def period(first: date | None, last: date | None = None) -> Element:
    """Days from one to another; without an end where none is known."""
    return filled({"start": day(first), "end": day(last)})


def day(on: date | None) -> str | None:
    """A day of the patient's calendar."""
    return on.isoformat() if on is not None else None


def moment(on: date, at: time, zone: str) -> datetime:
    """A local time of a time zone."""
    return datetime.combine(on, at, ZoneInfo(zone))


def later(than: datetime, by: timedelta) -> datetime:
    """So much later by the clock of the world, in the same zone."""
    return (than.astimezone(UTC) + by).astimezone(than.tzinfo)


def instant(at: datetime) -> str:
    """A moment with its offset."""
    return at.isoformat(timespec="seconds")
