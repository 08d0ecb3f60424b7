"""What is said of symptoms and mood wherever they are met: what they ask for, and what was saved of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tracker.cli import paper, show, urgent, whose
from tracker.cli.describe import describe
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Fact
from tracker.facts.observation import Observation
from tracker.lexicon import Advice, Level, Word, as_typed
from tracker.rules import Text
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.journeys.writing import Outcome

FAMILY, MOOD = "symptom", "mood"
LEVELS = {
    Level.RECORD: N_("{what}: kept for your doctor"),
    Level.EXPECTED: N_("{what}: expected during a course"),
    Level.TELL: N_("! {what}: contact your clinic"),
    Level.TELL_NOW: N_("! {what}: contact your clinic today"),
    Level.RED_FLAG: N_("! {what}: stop taking the capsules and get medical help now"),
}
"""What is asked at each level."""


def warn(word: Word, grade: int | None) -> None:
    """Say what to do now, where the word is a red flag at its grade, before anything else."""
    code = word.flag_at(grade)
    flag = vocabulary(FAMILY).data.word(code) if code is not None else None
    if flag is not None:
        urgent.warn(flag)


def example(command: str, code: str) -> Text:
    """A command with a symptom where its braces are, as it is typed in each language."""
    return Text(command.format(code), command.format(vocabulary(FAMILY).named(code).ja))


def saved(done: Outcome) -> None:
    """What was saved, with the numbers that ``fix`` takes."""
    for fact in () if done.already_there else done.recorded:
        whose.saved(N_("Saved: {text} (number {id})."), text=_dated(fact), id=fact.id)
    stood = done.recorded if done.already_there else done.stood
    whose.already_there([(_dated(fact), fact.id) for fact in stood], changed=not done.already_there)


def _dated(fact: Fact) -> str:
    """A symptom with its first day and its last, if it has one; anything else with its day."""
    if not isinstance(fact, Observation) or fact.family != FAMILY:
        return show.filled(N_("{what} on {on}"), what=describe(fact), on=fact.on)
    what = describe(replace(fact, until=None))
    if fact.until is None:
        return show.filled(N_("{what}, from {on}"), what=what, on=fact.on)
    return show.filled(N_("{what}, from {on} until {until}"), what=what, on=fact.on, until=fact.until)


def asks(what: object, advice: Advice) -> str:
    """What an advice says of a symptom, with its sources."""
    return reasoned(show.filled(LEVELS[advice.level], what=what), advice)


def reasoned(text: str, advice: Advice) -> str:
    """A text with what an advice says beside its level, and its sources."""
    about: list[object] = [advice.text] if advice.text is not None else []
    if not advice.confirmed:
        about.append(Phrase(N_("not confirmed by a source")))
    if about:
        text = show.filled(N_("{text} ({about})"), text=text, about=Listed(tuple(about)))
    if not advice.sources:
        return text
    return show.filled(N_("{text} [{sources}]"), text=text, sources=Listed(advice.sources))


def checked(word: Word, grade: int | None) -> int | None:
    """A grade that the word has; a red flag has none, and what was said of its strength changes nothing."""
    if grade is None or word.is_flag or word.records:
        return None
    if 1 <= grade <= word.most:
        return grade
    raise InputError(N_("{what}: a grade from 1 to {most} is expected: {grades}"), what=word.name, most=word.most,
                     grades=grades(word))  # fmt: skip


def grades(word: Word) -> Listed:
    """What each grade of a symptom means."""
    return Listed(tuple(
        Phrase(N_("{grade} {meaning}"), {"grade": number, "meaning": text})
        for number, text in enumerate(word.grades, start=1)
    ))  # fmt: skip


def say_what_it_asks(word: Word, grade: int | None, standing: Sequence[Advice] = ()) -> Advice | None:
    """What the grade means and what it asks for; where no grade was said, from which grade on it asks for what.

    ``standing`` is what is asked for because of it today, as it has lasted and with what else is there: what is calmer
    than that is not said. What was said that it asks for, apart from that.
    """
    if word.is_flag or word.records:
        return None
    if grade is not None:
        show.say(N_("Grade {grade} of {most}: {meaning}"), grade=grade, most=word.most, meaning=word.grades[grade - 1])
    else:
        show.say(N_("{what} is kept without a grade; to say one: {command}"), what=word.name,
                 command=as_typed("isotrack log symptom {} 2", word))  # fmt: skip
    held = [one for one in word.advice if one.least <= (grade or 1)]
    now = max((one for one in held if one.longer is None), key=lambda one: one.level.rank, default=None)
    most = max((one.level.rank for one in standing), default=-1)
    is_said = now is not None and now.level is not Level.RED_FLAG and (now in standing or now.level.rank > most)
    if now is not None and is_said:
        paper.put(asks(word.name, now))
    for one in word.advice:
        if grade is None and one.least > 1:
            show.say(N_("From grade {grade} on: {text}"), grade=one.least,
                     text=asks(word.name, one).removeprefix("! "))  # fmt: skip
        elif one.longer is not None and one.level.rank > max(most, now.level.rank if now is not None else -1):
            show.say(N_("If it lasts more than {count} days: {text}"), count=one.longer,
                     text=asks(word.name, one).removeprefix("! "))  # fmt: skip
    return now if is_said else None
