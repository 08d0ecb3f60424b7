"""Facts in a few words."""

from __future__ import annotations

from tracker.facts import Fact, kind_of
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.i18n import active


def describe(fact: Fact) -> str:
    """A fact in a few words, without its day."""
    said = kind_of(fact).say(fact)
    if isinstance(fact, Observation):
        from tracker.vocabulary import in_words  # only where a vocabulary is needed

        said = in_words(said)
    elif isinstance(fact, LabValue):
        from tracker.analytes import said as with_names

        said = with_names(said)
    return str(active().value(said))
