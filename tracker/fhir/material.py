"""What a bundle is made of, as values: the courses as they are seen from a day, and what is said of them in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from tracker.engine.view import View
from tracker.facts import Fact
from tracker.plan import Phase, State


class Finding(Struct, frozen=True):
    """Something that a careful nurse would notice, as the screens say it."""

    about: str
    """What it is about: blood, symptom, mood, background or substance."""
    codes: tuple[str, ...]
    level: str
    text: str
    on: date
    """Since when."""


class Material(Struct, frozen=True):
    """A patient's record, and its words in the language of the command."""

    name: str | None
    """None where nobody is named."""
    born: date | None
    views: Sequence[View]
    """The courses, oldest first; one at least."""
    findings: Sequence[Finding]
    described: Callable[[Fact], str]
    """A fact in a few words, with its day."""
    states: Mapping[State, str]
    """What a state of a planned item is called: gettext message ids."""
    phases: Mapping[Phase, str]
    """The same of a window."""

    @property
    def today(self) -> date:
        """The day from which the courses are seen."""
        return self.views[-1].plan.today
