"""The dangers of a time: what was raised, from which day on, and the clinic's word that settled it."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from tracker.capsules import Danger, every_danger, word_about
from tracker.facts import Cleared, RedFlag
from tracker.history import History


class Met(Struct, frozen=True):
    """One danger, raised on one day or on several, and the word of the clinic that settled all of them."""

    raised: tuple[Danger, ...]
    word: Cleared | None
    """None where no word of the clinic is recorded."""

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it was raised, each once."""
        return tuple(dict.fromkeys(one.on for one in self.raised))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the patient said of it, each once."""
        return tuple(dict.fromkeys(one.note for one in self.raised if one.note))


def met(history: History, since: date) -> tuple[Met, ...]:
    """What was raised from a day on, or stood then, in order of their days; the same that one word settled is one."""
    found: dict[object, list[Danger]] = {}
    words: dict[object, Cleared | None] = {}
    for danger in sorted(every_danger(history), key=lambda one: (one.on, one.id)):
        word = word_about(history, danger)
        if word is not None and word.on < since:
            continue
        about = danger.code if isinstance(danger, RedFlag) else getattr(danger, "what", None)
        key = (type(danger), about, word.id if word is not None else None)
        found.setdefault(key, []).append(danger)
        words[key] = word
    return tuple(Met(tuple(raised), words[key]) for key, raised in found.items())
