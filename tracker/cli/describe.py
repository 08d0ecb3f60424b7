"""Facts in a few words."""

from __future__ import annotations

from tracker.facts import Fact, kind_of
from tracker.i18n import active


def describe(fact: Fact) -> str:
    """A fact in a few words, without its day."""
    return str(active().value(kind_of(fact).say(fact)))
