"""Of whose record a file of isotrack's says that it is."""

from __future__ import annotations

from collections.abc import Collection

_BUNDLE, _RECORD, _PAGE = b'{\n "resourceType": "Bundle"', b'{\n "format": ', b"<!DOCTYPE html>"
"""How they begin: what reads them is imported where there is one."""


def is_of(octets: bytes, courses: Collection[str]) -> bool | None:
    """Whether a file says that it is of one of these courses; None where it says of none, or none are known."""
    if not courses:
        return None
    from tracker.calendar import ics  # start-up: only what takes files away or replaces them needs it

    if (identity := ics.identity_in(octets)) is not None:
        return identity in map(ics.identity, courses)
    said = _courses_in(octets)
    if said:
        return not said.isdisjoint(courses)
    if octets.startswith(_BUNDLE):
        from tracker.fhir import bundle

        return bundle.is_of(octets, courses)
    return None


def _courses_in(octets: bytes) -> frozenset[str]:
    if octets.startswith(_PAGE):
        from tracker.report import html

        return html.courses_in(octets) if octets.startswith(html.BEGINNING) else frozenset()
    if octets.startswith(_RECORD):
        from tracker.record import writing

        return writing.courses_in(octets) if octets.startswith(writing.OURS.beginning) else frozenset()
    return frozenset()
