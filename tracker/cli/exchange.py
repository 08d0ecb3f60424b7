"""A record for another program: what its bundle is made of, in the words of the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli import planned
from tracker.cli.describe import dated
from tracker.cli.page import finding
from tracker.cli.show import filled
from tracker.errors import N_
from tracker.fhir.material import Finding, Material

if TYPE_CHECKING:
    from tracker.journeys.course.reporting import Report


def material(found: Report, name: str | None) -> Material:
    """The record as it stands, with what is to be noticed in it; red flags stand in it as facts."""
    return Material(
        name=name,
        born=found.born,
        views=found.views,
        findings=tuple(
            Finding(one.about, one.codes, one.level.value, filled(N_("{what}: {text}"), what=one.asks, text=one.text),
                    one.on)
            for one in finding.noticed(found)
        ),
        described=dated,
        states=planned.STATES,
        phases=planned.PHASES,
    )  # fmt: skip
