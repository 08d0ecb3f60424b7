"""What programmes are written with, in words: how binding a rule is, and the points of a course."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.rules import KIND_NAMES, Anchor, Strength

STRENGTHS = {
    Strength.MANDATORY: N_("mandatory"),
    Strength.RECOMMENDED: N_("recommended"),
    Strength.CLINIC_POLICY: N_("clinic policy"),
    Strength.OPTIONAL: N_("optional"),
}
_POINTS = {
    "enrolment": N_("enrolment"),
    "first-dose": N_("the first capsule"),
    "last-dose": N_("the last capsule"),
    "specimen": N_("the specimen"),
    "prescription": N_("the prescription"),
    "dispense": N_("the pick-up"),
}


def point(anchor: Anchor) -> Phrase:
    """A point of the course, or the last thing done of a kind."""
    if anchor.kind is not None:
        return Phrase(N_("the last {kind}"), {"kind": Phrase(KIND_NAMES[anchor.kind])})
    return Phrase(_POINTS[anchor.point.value])
