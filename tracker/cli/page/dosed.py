"""What is prescribed, as the page says it: with what that is on the weight that doses are counted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.show import filled
from tracker.errors import N_
from tracker.rounding import half_up

if TYPE_CHECKING:
    from tracker.facts import Prescribed
    from tracker.journeys.course.reporting import Report


def said(found: Report, step: Prescribed) -> str:
    """The doses of a step, with mg/kg of its day with most where a weight is known."""
    weighed = found.doses.weighed
    if weighed is None:
        return filled(N_("{doses}"), doses=step.said)
    return filled(N_("{doses} ({per_kg} mg/kg)"), doses=step.said, per_kg=f"{half_up(step.mg / weighed.kg, 2)}")


def ahead(found: Report) -> list[Prescribed]:
    """The steps that begin after today, while the course goes on."""
    if found.view.plan.timeline.last_dose is not None:
        return []
    return [step for step in found.view.history.prescribed if step.on > found.today]
