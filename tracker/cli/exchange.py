"""A record for another program: what its bundle is made of, in the words of the screens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.cli import noticed, planned
from tracker.cli.describe import dated
from tracker.fhir.material import Finding, Material

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report


def material(found: Report, name: str | None) -> Material:
    """The record as it stands, with what is to be noticed in it; red flags stand in it as facts."""
    notices = noticed.contract(found.sheet, found.felt, found.beside)
    return Material(
        name=name,
        born=found.born,
        views=found.views,
        findings=tuple(
            Finding(one["about"], tuple(one["codes"]), one["level"], one["text"], date.fromisoformat(one["on"]))
            for one in notices if one["level"] != noticed.RED_FLAG
        ),
        described=dated,
        states=planned.STATES,
        phases=planned.PHASES,
    )  # fmt: skip
