"""Coded observations: recorded by the words of their family, and listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts import kind_of, kinds_of
from tracker.facts.kind import LONGEST_NOTE
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.readings.place import Place, place
from tracker.readings.skin import Area, areas
from tracker.rules import Kind
from tracker.vocabulary import Word, in_words, vocabulary

SKIN = "skin"
LAST_VISIT = "last-visit"
"""What is said in place of a day: since the last visit."""


def observation(family: str, word: Word, like: Observation, value: Decimal | None, site: str | None) -> Observation:
    """``like`` for one code: with a grade or a number, as the code is measured; bare where it may be."""
    named = replace(like, family=family, code=word.code, site=site)
    return named if value is None else replace(named, **measure_of(word, value))


def measure_of(word: Word, value: Decimal) -> dict[str, Any]:
    """The value of a code by the fields of an observation: nothing of something graded is the number 0."""
    if word.is_graded and value != int(value):
        raise not_meant(word, 1)
    if word.is_graded and value:
        return {"grade": int(value), "value": None}
    return {"grade": None, "value": value}


def log(context: Context, facts: Sequence[Observation]) -> Outcome:
    """Record what was observed on a day; one of the same code and place on that day takes the place of the earlier."""

    def write(work: UnitOfWork) -> None:
        same = None
        for fact in facts:
            check(fact, work.view, context.today)
            check_measure(fact)
            same = work.after().history.same_as(fact)
            if same is not None:
                continue
            earlier = of_the_same_day(work.after().history.all(Observation), fact)
            number = work.void(earlier) if earlier is not None else None
            work.record(fact, number)
            if earlier is not None:
                what = in_words(kind_of(earlier).say(earlier))
                work.say(N_("It takes the place of {what} from the same day."), what=what)
            _say_what_a_source_says(work, fact)
        if not work.recorded and same is not None:
            raise AlreadyThere(same)

    reason = Phrase(N_("{what} on {on}"), {"what": in_words(kind_of(facts[0]).say(facts[0])), "on": facts[0].on})
    return carry_out(context.reading(Observation), "log", reason, write)


def _say_what_a_source_says(work: UnitOfWork, fact: Observation) -> None:
    word = vocabulary(fact.family).word(fact.code)
    if word is not None and word.remark is not None and fact.value != word.remark.unless:
        work.say(N_("{what}: {text} [{sources}]"), what=word.name, text=word.remark.text,
                 sources=Listed(word.remark.sources))  # fmt: skip


def family_named(typed: str) -> str:
    """The family that a person calls by its name or by one of its names in ``log``; raise InputError for none."""
    kinds = kinds_of(Observation)
    found = next((kind for kind in kinds if typed in (kind.name, *(kind.log.names if kind.log else ()))), None)
    if found is None:
        raise NoSuchError(N_('"{family}" is nothing that is observed'), N_("what is observed: {codes}"),
                          word=typed, among=[kind.name for kind in kinds],
                          family=typed, codes=Listed(tuple(kind.name for kind in kinds)))  # fmt: skip
    return found.name


def observed(context: Context, family: str) -> list[Observation]:
    """What was observed of a family in all courses of the patient, newest first."""
    views = look_at_all(context.reading(Observation))
    found = [one for view in views for one in view.history.all(Observation) if one.family == family]
    return sorted(found, key=lambda one: (one.on, one.id), reverse=True)


def check_measure(fact: Observation) -> None:
    """Raise InputError where a count, an amount or a grade cannot be meant for its code."""
    word = vocabulary(fact.family).word(fact.code)
    if word is None or (word.is_graded and fact.grade is None):
        return  # it was there, and nobody said how strong, or it was counted before it had grades
    measure, least = (fact.grade, 1) if word.is_graded else (fact.value, 0)
    if measure is None:
        possible = word.may_be_bare
    else:
        possible = least <= measure <= word.most and (word.unit is not None or measure == int(measure))
    if not possible:
        raise not_meant(word, least)


def not_meant(word: Word, least: int = 0) -> InputError:
    """The error of a value that cannot be meant for a code: it says what is expected."""
    if word.has_own_words:
        return InputError(N_("{what}: one of these is expected: {words}"), what=word.name,
                          words=Listed(tuple(grades_of(word))))  # fmt: skip
    if word.unit is not None:
        most = Phrase(N_("{amount} {unit}"), {"amount": word.most, "unit": word.unit})
        return InputError(N_("{what}: a number from {least} to {most} is expected"), what=word.name, least=least,
                          most=most)  # fmt: skip
    if word.is_truth:
        return InputError(N_("{what}: yes or no is expected"), what=word.name)
    return InputError(N_("{what}: a whole number from {least} to {most} is expected"), what=word.name, least=least,
                      most=word.most)  # fmt: skip


def grades_of(word: Word) -> Iterator[Phrase]:
    """What may be said of a code with grades of its own, each as number and word."""
    texts = ([word.zero.name] if word.zero is not None else []) + list(word.grades)
    for number, text in enumerate(texts, start=0 if word.zero is not None else 1):
        yield Phrase(N_("{number} = {text}"), {"number": number, "text": text})


def of_the_same_day(known: Sequence[Observation], fact: Observation) -> Observation | None:
    """What was said of the same code and place on that day."""
    same = (fact.on, fact.family, fact.code, fact.site)
    return next((one for one in known if (one.on, one.family, one.code, one.site) == same), None)


def with_what_was_said(new: Observation, earlier: Observation) -> Observation:
    """What is said once more of a symptom of a day: the strongest of both, with the words of both.

    In the evening something may be milder than in the morning; that it never was so strong is said with ``fix``.
    """
    grades = [one.grade for one in (new, earlier) if one.grade is not None]
    notes = [one.note for one in (earlier, new) if one.note]
    together = notes[0] if len(notes) > 1 and notes[1] in notes[0] else " / ".join(notes)
    if len(together.encode()) > LONGEST_NOTE:
        raise InputError(N_("the text is too long (at most {most} bytes)"), most=LONGEST_NOTE)
    return replace(new, grade=max(grades, default=None), note=together or None)


class Skin(Struct, frozen=True):
    """What the skin shows, with the days against which it is held."""

    view: View
    areas: tuple[Area, ...]
    last_visit: date | None
    views: Sequence[View] = ()
    """The courses, oldest first."""

    def place(self, on: date) -> Place:
        """Where a day lies in the courses."""
        return place(on, (view.plan.timeline for view in self.views))


def skin(context: Context) -> Skin:
    """What was observed of the skin by area, in all courses; held against the start of the newest and the last visit.

    A visit of today is the one at which this is shown: the one before it counts.
    """
    return skin_of(look_at_all(context.reading(Observation)), context.today)


def skin_of(views: Sequence[View], today: date) -> Skin:
    """The same of courses that were read."""
    last = last_visit_of(views, today)
    words = vocabulary(SKIN)
    found = [one for view in views for one in view.history.all(Observation) if one.family == SKIN]
    codes, sites = [word.code for word in words.codes], [word.code for word in words.sites]
    return Skin(views[-1], areas(found, codes, sites, views[-1].plan.timeline.first_dose, last), last,
                views)  # fmt: skip


def last_visit_of(views: Sequence[View], today: date) -> date | None:
    """The last visit before today: one of today is the one at which this is shown."""
    visits = [one.on for view in views for one in view.history.done if one.kind is Kind.VISIT]
    return max((on for on in visits if on < today), default=None)
