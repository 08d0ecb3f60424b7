"""The red flags and possible pregnancies of the time that the page is about: their days, and the clinic's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from tracker.capsules import dangers
from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts import RISK_NAMES, RedFlag, Risk
from tracker.i18n import _
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.capsules import Danger
    from tracker.journeys.course.reporting import Report
    from tracker.plan import Notice
    from tracker.readings.dangers import Met


def cleared(found: Report) -> Iterator[str]:
    """What the clinic has settled, the newest word first: the signs, their days, the day of the word, and the word.

    What was settled on one day in the same words is one row.
    """
    settled = [(one.word, one) for one in found.dangers if one.word is not None]
    by_word: dict[tuple[date, str | None], list[str]] = {}
    for word, one in sorted(settled, key=lambda pair: (pair[0].on, pair[0].id), reverse=True):
        by_word.setdefault((word.on, word.note), []).append(_began(one))
    for (on, note), began in by_word.items():
        message = N_("{what}; cleared by the clinic on {on}, what it said was not recorded")
        if note:
            message = N_('{what}; cleared by the clinic on {on}, as the patient recorded it: "{word}"')
        yield filled(message, what=_("; ").join(began), on=on, word=note)


def of_earlier_courses(found: Report) -> Iterator[str]:
    """What no word settled in a course before the newest."""
    newest = {one.id for one in dangers(found.view.history)}
    for one in found.dangers:
        if one.word is None and not newest & {danger.id for danger in one.raised}:
            yield filled(N_("{what}, in an earlier course; no word of the clinic is recorded"), what=_began(one))


def in_own_words(text: str, notice: Notice, found: Report) -> str:
    """A danger that stands, with what the patient noted of it."""
    about = dict(notice.values)
    notes = tuple(note for one in found.dangers if one.word is None and about["on"] in one.days
                  and _code(one.raised[0]) == about.get("code") for note in one.notes)  # fmt: skip
    if not notes:
        return text
    return filled(N_('{text} The patient\'s note: "{note}"'), text=text, note=Listed(notes))


def _began(one: Met) -> str:
    """What it was and since when, with what the patient noted of it."""
    values = {"what": name(one.raised[0]), "on": Listed(one.days)}
    if one.notes:
        return filled(N_('{what}, began {on} ("{note}")'), note=Listed(one.notes), **values)
    return filled(N_("{what}, began {on}"), **values)


def name(danger: Danger) -> Phrase:
    """What it is."""
    if isinstance(danger, RedFlag):
        return Phrase(N_("Red flag: {name}"), {"name": vocabulary("symptom").named(danger.code)})
    if isinstance(danger, Risk):
        return Phrase(N_("Possible pregnancy: {what}"), {"what": Phrase(RISK_NAMES[danger.what])})
    return Phrase(N_("Positive pregnancy test"))


def _code(danger: Danger) -> str | None:
    return danger.code if isinstance(danger, RedFlag) else None
