"""What findings ask for from a command on: because of what it recorded, corrected, took back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from tracker.cli import felt, findings, paper, symptoms
from tracker.cli.base import context
from tracker.errors import TrackerError
from tracker.facts import Fact
from tracker.facts.observation import Observation
from tracker.laboratory import Level

if TYPE_CHECKING:
    from tracker.lexicon import Advice

Asked = tuple["Advice", tuple[str, ...], str]
"""What an advice is, of which symptoms (of mood none), and in words."""


def of_symptoms(codes: Collection[str]) -> list[Asked]:
    """What is asked for that has to do with these symptoms, the most pressing first: what, of which, in words."""
    from tracker.journeys.course import suffering

    found = [(advice, of, text) for advice, of, _on, text in symptoms.said(suffering.complaints(context()))]
    return sorted((one for one in found if set(codes) & set(one[1])), key=lambda one: -one[0].level.rank)


def everything() -> list[str]:
    """Whatever blood values, symptoms and mood ask the clinic for; nothing where there is no course."""
    return [text for _is_of_blood, _codes, text in _everything()]


def since(before: Collection[str], *, about: Iterable[Fact] = (), with_blood: bool = True) -> None:
    """Print what is asked for now that was not ``before``, and what of it is about symptoms that were corrected.

    ``with_blood`` also of blood values: of those that are said elsewhere it is left out.
    """
    of = {fact.code for fact in about if isinstance(fact, Observation) and fact.family == felt.FAMILY}
    for is_of_blood, codes, text in _everything():
        if (text not in before and (with_blood or not is_of_blood)) or of.intersection(codes):
            paper.put(text)


def _everything() -> Iterator[tuple[bool, tuple[str, ...], str]]:
    from tracker.journeys.context import look_at_all
    from tracker.journeys.course import measuring, suffering

    try:
        views = look_at_all(suffering.reading(measuring.reading(context())))
    except TrackerError:  # without a course
        return
    sheet = measuring.sheet_of(views)
    pressing = [one for one in sheet.findings if one.level is not Level.WATCH]
    for text in findings.lines(sheet, pressing) if pressing else ():
        yield True, (), text
    for _advice, codes, _on, text in symptoms.said(suffering.complaints_of(views)):
        yield False, codes, text
