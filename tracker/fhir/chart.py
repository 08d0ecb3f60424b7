"""What every resource of a bundle has in common: whose it is, its identity, its language, and who says so."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from tracker.facts import Course, Fact, kind_of
from tracker.fhir.elements import TERMINOLOGY, Element, coding, filled, text
from tracker.fhir.material import Material
from tracker.i18n import active

Resource = dict[str, Any]
PATIENT, PLAN = "patient", "plan"
"""The names of what is there once: for the record, and for a course."""
_ASSERTED = {"security": [coding(f"{TERMINOLOGY}/v3-ObservationValue", "PATAST", "patient asserted")]}


class Chart(Struct, frozen=True, dict=True):
    """The record that a bundle is made of.

    The id of a resource follows from the course's identity and what it is about, so that the same thing has the same id
    in every export. A fact is known by its kind and number: corrected, it keeps its id.
    """

    material: Material

    @property
    def today(self) -> date:
        """The day from which the record is seen."""
        return self.material.today

    @cached_property
    def patient(self) -> Element:
        """The reference to the patient: one identity over all courses."""
        return self.reference(self.material.views[0].course, PATIENT)

    def plan_of(self, course: Course) -> Element:
        """The reference to the plan of a course."""
        return self.reference(course, PLAN)

    def reference(self, course: Course, about: str) -> Element:
        """The reference to what the bundle has of a course under a name."""
        return {"reference": urn(identity(course, about))}

    def made(self, kind: str, course: Course, about: str, *, is_asserted: bool, **elements: Any) -> Resource:
        """A resource; ``is_asserted`` where the patient says so, and isotrack does not derive it."""
        head = {
            "resourceType": kind,
            "id": identity(course, about),
            "meta": _ASSERTED if is_asserted else None,
            "language": active().code,
        }
        return filled(head | elements)

    def notes(self, *said: str | None) -> list[Element]:
        """Remarks; those that are empty are left out."""
        return [{"text": found} for one in said if (found := text(one))]

    def own_note(self, fact: Fact) -> list[Element]:
        """What the person remarked with a fact."""
        return [{"authorReference": self.patient, **one} for one in self.notes(fact.note)]


def named(fact: Fact) -> str:
    """The name of a fact in its course."""
    return f"{kind_of(fact).name}/{fact.number}"


def identity(course: Course, about: str) -> str:
    """The id of what a bundle has of a course under a name."""
    return identity_of(course.uuid, about)


def identity_of(course_uuid: str, about: str) -> str:
    """The same by the identity of the course."""
    return str(uuid5(UUID(course_uuid), f"fhir/{about}"))


def urn(of: str) -> str:
    """An id as an address."""
    return f"urn:uuid:{of}"
