"""Facts in a few words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker.errors import N_, Listed
from tracker.facts import Appointment, Cleared, Dose, Fact, RedFlag, SeriesEnd, SeriesPlan, Session, kind_of
from tracker.facts.done import Standing
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.facts.photos import Photo
from tracker.i18n import active


def describe(fact: Fact) -> str:
    """A fact in a few words, without its day."""
    said = kind_of(fact).say(fact)
    if isinstance(fact, Observation | Photo | RedFlag | Cleared):
        from tracker.vocabulary import in_words  # only where a vocabulary is needed

        said = in_words(said)
    elif isinstance(fact, Session | SeriesPlan | SeriesEnd):
        from tracker.procedures import in_words as with_names_of_procedures

        said = with_names_of_procedures(said)
    elif isinstance(fact, LabValue):
        from tracker.analytes import said as with_names

        said = with_names(said)
    return str(active().value(said))


def dated(fact: Fact, *about: Any, what: str | None = None, message: str = N_("{what} on {on}")) -> str:
    """A fact with its day, in the words of ``message``; what else is said ``about`` it stands in brackets.

    An appointment is named by its day and time, and the item that it is for by its key, behind them.
    """
    fill = active().fill
    if isinstance(fact, Appointment):
        when = datetime.combine(fact.on, fact.at) if fact.at is not None else fact.on
        is_open = fact.standing is Standing.TENTATIVE
        text = fill(N_("tentative appointment on {when}") if is_open else N_("appointment on {when}"), {"when": when})
        about = (fact.key, *about)
    elif isinstance(fact, Dose) and not fact.taken:
        text = fill(N_("missed capsule on {on}"), {"on": fact.on})
    else:
        text = fill(message, {"what": what or describe(fact), "on": fact.on})
    return fill(N_("{text} ({about})"), {"text": text, "about": Listed(about)}) if about else text
