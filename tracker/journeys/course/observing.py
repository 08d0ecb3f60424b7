"""Coded observations: recorded by the words of their family, and listed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from tracker.engine.laws import check
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts import kind_of, kinds_of
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.vocabulary import Word, in_words, vocabulary


def observation(family: str, word: Word, like: Observation, value: int | None) -> Observation:
    """``like`` for one code: with a grade or a count, as the code is measured; bare where it may be."""
    named = replace(like, family=family, code=word.code)
    if value is None:
        return named
    return replace(named, grade=value) if word.is_graded else replace(named, value=Decimal(value))


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
        raise NoSuchError(N_('"{family}" is nothing that is observed'), N_("it knows: {codes}"),
                          word=typed, among=[kind.name for kind in kinds],
                          family=typed, codes=Listed(tuple(kind.name for kind in kinds)))  # fmt: skip
    return found.name


def observed(context: Context, family: str) -> list[Observation]:
    """What was observed of a family in all courses of the patient, newest first."""
    views = look_at_all(context.reading(Observation))
    found = [one for view in views for one in view.history.all(Observation) if one.family == family]
    return sorted(found, key=lambda one: (one.on, one.id), reverse=True)


def check_measure(fact: Observation) -> None:
    """Raise InputError where a count or a grade cannot be meant for its code."""
    word = vocabulary(fact.family).word(fact.code)
    measure, least = (fact.grade, 1) if word is not None and word.is_graded else (fact.value, 0)
    if word is None or (measure is None and word.may_be_bare):
        return
    if measure is None and word.is_graded:
        return  # it was there, and nobody said how strong
    if measure is None or measure != int(measure) or not least <= measure <= word.most:
        raise InputError(N_("{what}: a whole number from {least} to {most} is expected"),
                         what=word.name, least=least, most=word.most)  # fmt: skip


def of_the_same_day(known: Sequence[Observation], fact: Observation) -> Observation | None:
    """What was said of the same code and place on that day."""
    same = (fact.on, fact.family, fact.code, fact.site)
    return next((one for one in known if (one.on, one.family, one.code, one.site) == same), None)
