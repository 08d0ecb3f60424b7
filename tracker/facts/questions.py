"""Questions that a person wants to put to the doctor, and the day on which each was answered."""

from __future__ import annotations

from datetime import date

from tracker.errors import N_, Phrase
from tracker.facts.kind import DAY, WORDS, Column, Fact, FactKind


class Question(Fact, frozen=True, kw_only=True):
    """A question for the doctor, of the day on which it came up; its note is what was answered."""

    text: str
    answered: date | None = None
    """The day on which it was put and answered; None while it is open."""


def say(fact: Question) -> Phrase:
    """The question, and since when it is answered."""
    message = N_("question: {text}") if fact.answered is None else N_("question: {text} (answered {answered})")
    return Phrase(message, {"text": fact.text, "answered": fact.answered})


KINDS = (
    FactKind(
        name="question",
        cls=Question,
        since=7,
        table="question",
        columns=(
            Column(name="text", sort=WORDS, required=True),
            Column(name="answered", sort=DAY, kept_as="answered_on", flag="--answered",
                   help=N_("The day on which a question was answered.")),
        ),
        value="text",
        say=say,
    ),
)  # fmt: skip
