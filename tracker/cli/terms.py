"""What programmes and catalogues are written with, in words: how binding a rule is, points of a course, verdicts."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.pharmacy import FORM_NAMES, Statement, Verdict
from tracker.rules import KIND_NAMES, Anchor, Strength

STRENGTHS = {
    Strength.MANDATORY: N_("mandatory"),
    Strength.RECOMMENDED: N_("recommended"),
    Strength.CLINIC_POLICY: N_("clinic policy"),
    Strength.OPTIONAL: N_("optional"),
}
VERDICTS = {
    Verdict.FORBIDDEN: N_("forbidden"),
    Verdict.ASK: N_("ask your clinic"),
    Verdict.NO_CONFLICT_FOUND: N_("no conflict found"),
}
"""What the sources say of a substance, in a table: gettext message ids."""
_POINTS = {
    "enrolment": N_("enrolment"),
    "first-dose": N_("the first capsule"),
    "last-dose": N_("the last capsule"),
    "specimen": N_("the specimen"),
    "prescription": N_("the prescription"),
    "dispense": N_("the pick-up"),
}


def said(statement: Statement) -> Phrase:
    """What the sources say, in a table, and of which form."""
    verdict = Phrase(VERDICTS[statement.verdict])
    if statement.form is None:
        return verdict
    return Phrase(N_("{verdict} ({form})"), {"verdict": verdict, "form": Phrase(FORM_NAMES[statement.form])})


def point(anchor: Anchor) -> Phrase:
    """A point of the course, or the last thing done of a kind."""
    if anchor.kind is not None:
        return Phrase(N_("the last {kind}"), {"kind": Phrase(KIND_NAMES[anchor.kind])})
    return Phrase(_POINTS[anchor.point.value])
