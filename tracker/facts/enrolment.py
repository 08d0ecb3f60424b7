"""The day of enrolment, where it is said after the start of a course: it was not said, or mistyped."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.facts.kind import Fact, FactKind, Log


class Enrolment(Fact, frozen=True, kw_only=True):
    """The day on which the course was agreed on; of several the one that was said last holds."""


KINDS = (
    FactKind(
        name="enrolment",
        cls=Enrolment,
        since=9,
        say=lambda _: Phrase(N_("enrolment")),
        log=Log(
            names=("enrolment", "enrollment", "enrolled", "登録", "登録日"),
            help=N_(
                "The day of enrolment, where the start did not say it or said another: what is counted from it follows."
            ),
            on_help=N_("The day of enrolment; today unless said."),
            journey="tracker.journeys.course.enrolling:log_enrolment",
        ),
    ),
)
