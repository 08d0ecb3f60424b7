"""What was answered to the short check of mood, day by day: in words, and never as a sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.cli.felt import MOOD
from tracker.cli.page.words import shortened
from tracker.cli.show import filled
from tracker.errors import N_, Listed, Phrase
from tracker.facts import RedFlag
from tracker.i18n import _, active
from tracker.report.document import Cell, Lines, Table
from tracker.rules import Kind
from tracker.vocabulary import Word, measured, vocabulary

if TYPE_CHECKING:
    from datetime import date

    from tracker.facts.observation import Observation
    from tracker.journeys.course.reporting import Report
    from tracker.report.document import Block

_DAYS = 4
"""Days with answers that are shown at most."""
_NOTES, _NOTE_LENGTH = 3, 200
"""Notes of reviews that stand on the page at most, and how much of each; the full page has all."""


def answers(found: Report, *, is_full: bool) -> Iterator[Block]:
    """The answers of the time that the page is about, and what was noted when it was gone over."""
    yield from _table(found, is_full=is_full)
    if said := list(_reviews(found, is_full=is_full)):
        yield Lines(said)


def _reviews(found: Report, *, is_full: bool) -> Iterator[str]:
    """The days on which mood and well-being were gone over, those with a note one by one; the newest first."""
    made = [one for view in found.views for one in view.history.done if one.kind is Kind.REVIEW
            and (is_full or found.is_in_it(one.on) or one.on == found.last_visit)]  # fmt: skip
    made.sort(key=lambda one: (one.on, one.id), reverse=True)
    noted = [one for one in made if one.note]
    named = noted if is_full else noted[:_NOTES]
    for one in named:
        note = shortened(one.note or "", None if is_full else _NOTE_LENGTH)
        yield filled(N_('Review of mood and well-being on {on}: "{note}"'), on=active().bare_day(one.on), note=note)
    if others := tuple(active().bare_day(one.on) for one in made if one not in named):
        yield filled(N_("Review of mood and well-being on {days}"), days=Listed(others))


def _table(found: Report, *, is_full: bool) -> Iterator[Block]:
    """A table of the answers of the time that the page is about, the newest day last."""
    words = vocabulary(MOOD).codes if found.mood or found.dangers else ()
    flags = [one for met in found.dangers for one in met.raised if isinstance(one, RedFlag) and found.is_in_it(one.on)]
    flagged = {(word.code, one.on) for word in words for one in flags if one.code == word.flag_at(word.most)}
    said = {(one.code, one.on): one for one in sorted(found.mood, key=lambda one: one.value or Decimal(0))}
    days = sorted({on for _code, on in (*said, *flagged)})
    if not said:
        yield Lines([_("Mood: no answer to the short check is recorded for this time.")])
        return
    shown = days if is_full else _shown(days, {on: _worst(on, said, flagged) for on in days})
    asked = [word for word in words if any((word.code, on) in said or (word.code, on) in flagged for on in days)]
    rows = [
        [active().bare_day(on), *(_cell(word, said.get((word.code, on)), is_flag=(word.code, on) in flagged)
                                  for word in asked)]
        for on in shown
    ]  # fmt: skip
    caption = _("Mood, as the patient answered; no score is made of it")
    yield Table(caption, [_("Day"), *(word.name.in_language(active().code) for word in asked)], rows)
    left = [on for on in days if on not in shown]
    between = sum(on > shown[0] for on in left)
    lines = []
    if earlier := len(left) - between:
        lines.append(
            active().ngettext("{count} earlier day is left out.", "{count} earlier days are left out.", earlier)
        )
    if between:
        lines.append(active().ngettext(
            "{count} day between these is left out.", "{count} days between these are left out.", between
        ))  # fmt: skip
    if lines:
        yield Lines(lines)


def _worst(on: date, said: dict[tuple[str, date], Observation], flagged: set[tuple[str, date]]) -> tuple[bool, Decimal]:
    """What a day had that was furthest from the usual, for the choice of days alone: a red flag, or one answer."""
    answers = [one.value or Decimal(0) for (_code, day), one in said.items() if day == on]
    return any(day == on for _code, day in flagged), max(answers, default=Decimal(0))


def _shown(days: list[date], worst: dict[date, tuple[bool, Decimal]]) -> list[date]:
    """The newest days, and never without the last of those that were worst."""
    newest, gravest = days[-_DAYS:], max(days, key=lambda on: (worst[on], on))
    return newest if gravest in newest else [gravest, *newest[1:]]


def _cell(word: Word, answer: Observation | None, *, is_flag: bool) -> Cell | str:
    if is_flag:
        # The flag may come from what was logged as a symptom: what was answered stays what was answered.
        flag = _("red flag that day")
        text = filled(N_("{answer}; {flag}"), answer=_answer(word, answer), flag=flag) if answer is not None else flag
        return Cell(text, is_loud=True)
    if answer is None:
        return "-"
    return Cell(_answer(word, answer), is_loud=bool(answer.value))


def _answer(word: Word, answer: Observation) -> str:
    return filled(N_("{what}"), what=measured(word, answer.value or Decimal(0)))


def newest(found: Report, on: date) -> str:
    """What was answered beyond the usual on the day on which the finding of mood stands."""
    words = vocabulary(MOOD)
    said = tuple(
        Phrase(N_("{what}: {text}"), {"what": word.name, "text": _answer(word, one)})
        for one in found.felt.mood if one.on == on and one.value and (word := words.data.word(one.code)) is not None
    )  # fmt: skip
    return filled(N_("mood, as said on {on}: {answers}"), on=on, answers=Listed(said))
