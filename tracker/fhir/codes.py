"""The codes of others that the bundle has: LOINC for what was measured, UCUM for units. Where none is certain, none."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from msgspec import Struct

from tracker.protocols import schemas
from tracker.protocols.catalogue import read_or_refuse
from tracker.protocols.node import Node

T = TypeVar("T")
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
_ACTIVE = "ACTIVE"


class Loinc(Struct, frozen=True):
    """A code of LOINC, and for what, measured in which units, it is the code."""

    of: str
    units: tuple[str, ...]
    code: str
    name: str


class Ucum(Struct, frozen=True):
    """A unit as isotrack writes it, and its code in UCUM."""

    unit: str
    code: str


@cache
def loinc(of: str, unit: str | None) -> Loinc | None:
    """The code of an analyte, or of the weight, measured in a unit; None where none is certain."""
    return next(
        (one for one in _read("loinc.json", "codes", LOINC, _loinc) if one.of == of and unit in one.units), None
    )


@cache
def ucum(unit: str | None) -> str | None:
    """The code of a unit; None where it is not in the list."""
    return next((one.code for one in _read("ucum.json", "units", UCUM, _ucum) if one.unit == unit), None)


@cache
def _read(file: str, key: str, system: str, read_one: Callable[[Node], T]) -> tuple[T, ...]:
    value = json.loads((schemas() / file).read_text(encoding="utf-8"))

    def read(node: Node) -> tuple[T, ...]:
        of = node.object(f"system license notice {key}", "$schema")
        of.get("system", lambda one: one.among((system,)))
        of.get("license", Node.text)
        of.get("notice", Node.text)
        found = of.each(key, read_one)
        of.done()
        return found

    return read_or_refuse(value, file, read, {})


def _loinc(node: Node) -> Loinc:
    of = node.object("of units code name parts status")
    of.get("parts", Node.text)
    of.get("status", lambda one: one.among((_ACTIVE,)))
    found = Loinc(of.get("of", Node.name), of.each("units", Node.text), of.get("code", Node.text),
                  of.get("name", Node.text))  # fmt: skip
    of.done()
    return found


def _ucum(node: Node) -> Ucum:
    of = node.object("unit code")
    found = Ucum(of.get("unit", Node.text), of.get("code", Node.text))
    of.done()
    return found
