"""``isotrack log mood``: a short check in words of our own, of which no score is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import click

from tracker.cli import complaints, felt, notices, paper, show, symptoms, urgent
from tracker.cli.base import LOGGED, Command, context, flags, is_asked, note_option, option
from tracker.cli.days import refuse_a_day_beside
from tracker.cli.describe import describe
from tracker.cli.names import Completed, codes_of
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import RedFlag
from tracker.facts.observation import Observation
from tracker.i18n import _, active
from tracker.lexicon import Advice, Word, as_typed
from tracker.lexicon import plain as bare
from tracker.rules import Text
from tracker.vocabulary import vocabulary

_ENDS = "ends"
_SIGNS = str.maketrans("=:,、", "    ")


def _refuse(said: tuple[str, ...]) -> None:
    """Raise InputError for what is no answer; nobody is asked."""
    _answered(said, [part for word in said for part in plain(word).translate(_SIGNS).split()])


@click.command(
    cls=Command,
    help=N_("A short check of mood in isotrack's own words: asked at a terminal, or said: spirits=1 worry=0 sleep=2"
            " harm=0, or in a word, low. No score is made of it."),
)  # fmt: skip
@click.argument("said", nargs=-1, metavar="[QUESTION=ANSWER ...]", type=Completed(codes_of(felt.MOOD), _refuse))
@option("--on", type=LOGGED, metavar="DATE", help=N_("The day of it; today unless said."))
@note_option()
def mood(said: tuple[str, ...], on: date | None, note: str | None) -> None:
    """How the patient is."""
    from tracker.journeys.course import suffering

    answers = _said(said) if said else _asked()
    _warn_of(answers)
    like = Observation(on=on or flags().day(), family=felt.MOOD, code="", note=note)
    notes = {word.code: _noted(word, value, note) for word, value in answers}
    done = suffering.log_mood(context(), answers, like, notes)
    notices.alarms(done.view.plan)
    felt.saved(done)
    found = [one for one in done.recorded if isinstance(one, Observation)]
    if any(isinstance(one, RedFlag) for one in done.recorded):
        show.outcome(done, context())
        return
    if len(answers) < len(vocabulary(felt.MOOD).codes):
        show.say(N_("Not every question was answered: nothing is concluded from what is missing."))
    today = done.view.plan.today
    pressing, now = suffering.most_pressing_of_mood(found, today), suffering.complaints(context())
    standing = suffering.most_pressing_of_mood(now.mood, today, now.seen)
    if pressing is not None and (standing is None or pressing[1].level.rank > standing[1].level.rank):
        paper.put(felt.asks(describe(pressing[0]), pressing[1]))  # asked for once: a newer answer or a visit stands
    if standing is not None:
        is_new = pressing is not None and pressing[0] == standing[0]
        what = describe(standing[0]) if is_new else symptoms.as_said(standing[0])
        paper.put(felt.asks(what, standing[1]))
        _say_how_long_it_stands(*standing)
    show.outcome(done, context())


def _noted(word: Word, value: int, note: str | None) -> str:
    """The note of a red flag that an answer is: the answer in words, behind a note of one's own."""
    answer = show.filled(N_("{what}: {answer}"), what=word.name, answer=word.grades[value])
    return answer if note is None else f"{note} / {answer}"


def _say_how_long_it_stands(answer: Observation, advice: Advice) -> None:
    message = N_("This stays on the screens until the check is answered otherwise on a later day or a later visit is"
                 " logged. As you are then: {command}")  # fmt: skip
    last = answer.on + timedelta(days=advice.stands) if advice.stands is not None else None
    if last is not None:
        message = N_("This stays on the screens until {last}, or until the check is answered otherwise on a later day"
                     " or a later visit is logged. As you are then: {command}")  # fmt: skip
    show.say(message, last=last, command="isotrack log mood")


def _warn_of(answers: Iterable[tuple[Word, int]]) -> None:
    for word, value in answers:
        code = word.flag_at(value) if value else None
        flag = vocabulary(felt.FAMILY).data.word(code) if code is not None else None
        if flag is not None:
            urgent.warn(flag)


def _said(said: Sequence[str]) -> list[tuple[Word, int]]:
    """The answers that were typed; where they are refused, what cannot wait in them is said first all the same."""
    typed = [part for word in said for part in plain(word).translate(_SIGNS).split()]
    try:
        return _answered(said, typed)
    except InputError:
        _warn_of_questions(typed)
        _warn_of_what_was_typed(said)
        raise


def _warn_of_questions(typed: Sequence[str]) -> None:
    """A question of which an answer is a red flag, with anything behind it but its "none": harm=2, harm=often."""
    for at in range(len(typed)):
        word, end = _question(typed[at:])
        if word is not None and all(_answer(word, " ".join(typed[at + end : at + end + count])) != 0
                                    for count in (1, 2, 3)):  # fmt: skip
            _warn_of((word, value) for value in range(word.most + 1))


def _question(words: Sequence[str]) -> tuple[Word | None, int]:
    """The question with which words begin, and how many of them it is."""
    known = vocabulary(felt.MOOD).known
    end = next((at for at in range(min(3, len(words)), 0, -1) if known(" ".join(words[:at]))), 0)
    return (known(" ".join(words[:end])) if end else None), end


def _answered(said: Sequence[str], typed: Sequence[str]) -> list[tuple[Word, int]]:
    """The answers that were typed, to the letter; ``low`` alone is an answer to the first question."""
    words = vocabulary(felt.MOOD)
    found: dict[str, tuple[Word, int]] = {}
    left = list(typed)
    if not left:
        raise _no_answer(" ".join(said), None)
    whole = _answer(words.codes[0], " ".join(left))
    if whole is not None:
        return [(words.codes[0], whole)]
    while left:
        word, end = _question(left)
        value = None
        for behind in range(min(4, len(left) - end), 0, -1):
            value = _answer(word, " ".join(left[end : end + behind])) if word is not None else None
            if value is not None:
                end += behind
                break
        if word is None or value is None:
            refuse_a_day_beside(said)
            raise _no_answer(" ".join(said), word)
        if found.setdefault(word.code, (word, value))[1] != value:
            raise InputError(N_("{what} was said twice, and differently"), what=word.name)
        left = left[end:]
    return list(found.values())


def _answer(word: Word, typed: str) -> int | None:
    """The answer that a text is to a question, by its number or its words."""
    if typed.isdecimal():
        return int(typed) if int(typed) <= word.most else None
    if word.most == 1 and typed.lower() in ("yes", "y", "no", "n", "はい", "いいえ"):
        return int(typed.lower() in ("yes", "y", "はい"))
    said = bare(typed)
    return next((value for value, text in enumerate(word.grades) if said in (bare(text.en), bare(text.ja))), None)


def _says_no(part: str) -> bool:
    """Whether a word is a question with the answer that there is nothing of it: harm=no."""
    name, _equals, answer = plain(part).partition("=")
    word = vocabulary(felt.MOOD).known(name)
    return word is not None and _answer(word, answer) == 0


def _warn_of_what_was_typed(said: Sequence[str]) -> None:
    """What is a red flag, or near thoughts of self-harm, in any words has its text printed first."""
    words = vocabulary(felt.FAMILY)
    said = [part for part in said if not _says_no(part)]
    for part in complaints.read([" ".join(said)], words) if not any(map(str.isdecimal, "".join(said))) else []:
        for word in complaints.words_of(part):
            if word.is_crisis or (word.is_flag and isinstance(part, complaints.Said)):
                felt.warn(word, None)


def _example() -> Text:
    """How the check is said; its first question a little, the others not at all."""
    questions = [word for word in vocabulary(felt.MOOD).codes if word.question is not None]
    return as_typed("isotrack log mood {}=1" + " {}=0" * (len(questions) - 1), *questions)


def _no_answer(typed: str, word: Word | None) -> InputError:
    example = _example()
    asked = word or vocabulary(felt.MOOD).codes[0]
    answers = Listed(tuple(Phrase(N_("{grade} {meaning}"), {"grade": value, "meaning": text})
                           for value, text in enumerate(asked.grades)))  # fmt: skip
    if word is None:
        return InputError(N_('"{text}" is no answer to the check of mood; nothing was saved; {what} has the answers'
                             " {answers}"), N_("for example: {command}"),
                          text=typed, what=asked.name, answers=answers, command=example)  # fmt: skip
    return InputError(N_("{what}: one of these is expected: {answers}"), N_("for example: {command}"), what=word.name,
                      answers=answers, command=example)  # fmt: skip


def _asked() -> list[tuple[Word, int]]:
    """Question after question at a terminal; an answer that is a red flag ends it."""
    if not is_asked():
        raise InputError(N_("the check of mood is asked at a terminal, or said"), N_("for example: {command}"),
                         command=_example())  # fmt: skip
    show.say(N_("Answer with a number; Enter leaves a question out, a full stop ends."))
    found: list[tuple[Word, int]] = []
    for word in vocabulary(felt.MOOD).codes:
        if word.question is None:
            continue
        paper.put(word.question.in_language(active().code))
        for value, text in enumerate(word.grades):
            paper.put(f"  {value} {text.in_language(active().code)}")
        value = _one_answer(word)
        if value is _ENDS:
            break
        if isinstance(value, int):
            found.append((word, value))
            if value and word.flag_at(value) is not None:
                break
    if not found:
        raise InputError(N_("nothing was saved"))
    return found


def _one_answer(word: Word) -> Any:
    """An answer, None for a question that is left out, or that the check ends."""
    while True:
        typed = plain(paper.ask(word.name.in_language(active().code), _(": ")))
        if typed in (".", "。"):
            return _ENDS
        if not typed:
            return None
        value = _answer(word, typed)
        if value is not None:
            return value
        _warn_of_what_was_typed([typed])
        show.say(N_("A number from 0 to {most} is expected."), most=word.most)
