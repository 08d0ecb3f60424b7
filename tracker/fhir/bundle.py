"""The bundle: a collection of the resources of a record, the same for the same record, day and language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from tracker.errors import N_
from tracker.fhir.appointments import appointments
from tracker.fhir.chart import PATIENT, Chart, Resource, identity, identity_of, urn
from tracker.fhir.elements import day, filled, text
from tracker.fhir.flags import findings, flags
from tracker.fhir.laboratory import values
from tracker.fhir.material import Material
from tracker.fhir.medication import statements
from tracker.fhir.observations import seen
from tracker.fhir.plans import plan_of
from tracker.fhir.procedures import procedures
from tracker.files import Ours
from tracker.visible import json_for

_TAG = "isotrack record export --fhir"
OURS = Ours(
    f'"display": "{_TAG}"'.encode(), b'{\n "resourceType": "Bundle"', N_("{file} exists and is no bundle of isotrack's")
)
_ABOUT = "bundle"
_ID = re.compile(rb'^ "id": "([0-9a-f-]{36})"', re.MULTILINE)
"""That of the bundle itself: it is the one that stands so far on the left."""
_OF_A_COURSE = (statements, values, seen, appointments, procedures, flags)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def bundle(material: Material) -> dict[str, Any]:
    """The bundle of a record; its resources in a fixed order."""
    chart = Chart(material)
    return filled({
        "resourceType": "Bundle",
        "meta": {"tag": [{"display": _TAG}]},
        "id": identity(material.views[0].course, _ABOUT),
        "type": "collection",
        "entry": [{"fullUrl": urn(one["id"]), "resource": one} for one in _resources(chart)],
    })  # fmt: skip


def is_of(octets: bytes, course_uuids: Iterable[str]) -> bool | None:
    """Whether a bundle is of a patient of one of these courses; None where it does not say."""
    said = _ID.search(octets)
    return said[1].decode() in (identity_of(one, _ABOUT) for one in course_uuids) if said else None


def octets(found: dict[str, Any]) -> bytes:
    """The file of a bundle: amounts keep the digits that they were recorded with."""
    return json_for(msgspec.json.format(_ENCODER.encode(found), indent=1).decode()).encode() + b"\n"


def _resources(chart: Chart) -> Iterator[Resource]:
    material = chart.material
    yield _patient(chart)
    for view in material.views:
        yield plan_of(chart, view)
        yield from chain.from_iterable(resources(chart, view) for resources in _OF_A_COURSE)
    yield from findings(chart)


def _patient(chart: Chart) -> Resource:
    of = chart.material
    name = text(of.name)
    return chart.made(
        "Patient", of.views[0].course, PATIENT, is_asserted=True,
        name=[{"text": name}] if name is not None else None,
        birthDate=day(of.born),
    )  # fmt: skip
