"""``isotrack log symptom`` and ``isotrack over``."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Sequence
from datetime import date

import click
from msgspec.structs import replace

from tracker import laboratory
from tracker.cli import (
    absent,
    asked_now,
    complaints,
    felt,
    missed,
    notices,
    own_words,
    paper,
    periods,
    said_beside,
    show,
)
from tracker.cli.base import LOGGED, Command, confirm, context, flags, is_asked, note_option, option
from tracker.cli.complaints import Denied, Part, Said, Unclear
from tracker.cli.days import refuse_a_day_beside
from tracker.cli.names import Completed, codes_of
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts.observation import Observation
from tracker.i18n import _
from tracker.lexicon import Advice, Word, as_typed
from tracker.rules import Text
from tracker.vocabulary import vocabulary

_Graded = tuple[Word, int | None]
"""A symptom and its grade, if one is said."""
_SINCE = N_("The first day on which it was so; --on is the same.")


def _refuse(said: tuple[str, ...]) -> None:
    """Raise InputError for what is no symptom to the letter; nobody is asked."""
    parts = complaints.read(said, vocabulary(felt.FAMILY))
    unclear = next((part for part in parts if not isinstance(part, Said)), None)
    if unclear is not None:
        raise InputError("{text}", text=unclear.text)


@click.command(
    cls=Command,
    help=N_("Symptoms, with a grade from 1 to 3 (mild, moderate, severe): lips 2, headache=1 nausea. It goes on from"
            " that day until --until says when it ended; isotrack observed symptom lists the words."),
)  # fmt: skip
@click.argument("said", nargs=-1, metavar="SYMPTOM [GRADE] ...", type=Completed(codes_of(felt.FAMILY), _refuse))
@option("--on", type=LOGGED, metavar="DATE", help=N_("The day from which on it is so; today unless said."))
@option("--since", type=LOGGED, metavar="DATE", help=_SINCE)
@option("--until", type=LOGGED, metavar="DATE", help=N_("The last day on which it was so; of what goes on, its end."))
@note_option()
def symptom(said: tuple[str, ...], on: date | None, since: date | None, until: date | None, note: str | None) -> None:
    """What is felt."""
    from tracker.journeys.course import measuring, suffering

    if on is not None and since is not None and on != since:
        raise InputError(N_("{flag} is said twice, and differently: {first} and {second}"), N_("say one of them"),
                         flag="--since", first=on, second=since)  # fmt: skip
    found, denied = _understood(said, since or on or until)
    if not found:
        absent.say_that_nothing_needs_to_be_logged()
        return
    today = flags().day()
    ends = until is not None and since is None
    asked = [suffering.Complaint(one.word, _graded(one), one.first_day(today), own_words.noted(one, note, ends=ends))
             for one in found]  # fmt: skip
    beside = [suffering.Complaint(word, grade, one.first_day(today)) for one in found for word, grade in one.also
              if all(other.word is not word for other in found)]  # fmt: skip
    like = Observation(on=today, family=felt.FAMILY, code="", note=note)
    # Some blood values ask for more together with a symptom: they are read with the course, once.
    done = suffering.log(measuring.reading(context()), [*asked, *beside], like, since=since or on, until=until)
    # What is dangerous because of it stands before all else, where it is known only together with what was recorded.
    notices.alarms(done.view.plan)
    grades = {fact.code: fact.grade for fact in (*done.stood, *done.recorded) if isinstance(fact, Observation)}
    _say_which_blood_goes_with(set(grades))
    felt.saved(done)
    said_beside.say_what_is_denied(denied)
    standing, told = asked_now.of_symptoms(set(grades)), list[Advice | None]()
    for one in asked:
        about = [advice for advice, codes, _text in standing if one.word.code in codes]
        told.append(felt.say_what_it_asks(one.word, grades.get(one.word.code, one.grade), about))
    for advice, _codes, text in standing:
        if advice not in told:
            paper.put(text)
    show.outcome(done, context())


def _say_which_blood_goes_with(codes: set[str]) -> None:
    """Say which blood values ask for the clinic now because such a symptom is there."""
    from tracker.cli import findings  # start-up: only after something was recorded
    from tracker.journeys.course import measuring

    sheet = measuring.sheet(context())
    pressing = [one for one in sheet.findings if one.level is laboratory.Level.NOW]
    found = [one for one in pressing if codes.intersection(one.limit.symptoms)]
    for line in findings.lines(sheet, found):
        paper.put(line)


def _understood(said: Sequence[str], on: date | None) -> tuple[list[Said], list[Word]]:
    """What was typed, to the letter, and what is denied beside it; what is near a word is asked about.

    A red flag has its text printed first, whatever is said of it.
    """
    words = vocabulary(felt.FAMILY)
    for one in said:
        plain(one)  # what cannot be stored is refused before anything is read in it
    missed.refuse(" ".join(said))
    try:
        read = complaints.read(said, words)
    except InputError:
        # What cannot wait is told, whichever number cannot be meant.
        text = unicodedata.normalize("NFKC", " ".join(said))
        absent.warn(complaints.read([complaints.NUMBER.sub(" ", text)], words), is_recorded=False)
        raise
    parts = periods.without_alarm(periods.without_a_pregnancy(read), " ".join(said))
    are_said = all(isinstance(part, Said) for part in parts)
    absent.warn([part for part in parts if not periods.counts_for_nothing(part, on)], is_recorded=are_said)
    if absent.is_all_well(parts):
        return [], []
    if not parts:
        raise InputError(N_("what is felt is missing"), N_("for example: {command}"),
                         command=felt.example("isotrack log symptom {} 2", "cheilitis"))  # fmt: skip
    if any(isinstance(part, Unclear) for part in parts):
        refuse_a_day_beside(said)
    parts, denied = said_beside.apart_from_denials(parts)
    found = [one for at, part in enumerate(parts) for one in _settled(part, parts[:at], parts[at + 1 :])]
    each = dict.fromkeys(one.word.code for one in found)
    return [_as_one([one for one in found if one.word.code == code], found) for code in each], denied


def _as_one(same: Sequence[Said], found: Sequence[Said]) -> Said:
    """What was said of one symptom in several words, 目が乾く コンタクトがつらい 2; InputError where they differ."""
    first, *_others = same
    grades = {one.grade for one in same} - {None}
    lasted = {one.lasted for one in same} - {None}
    if len(grades) > 1 or len(lasted) > 1:
        others = [(one.word, one.grade) for one in found if one.word is not first.word]
        commands = (_offered(first.word, Unclear("", (), one.grade, one.lasted), [], others) for one in same)
        raise InputError(N_("{what} was said twice, and differently"), N_("did you mean: {commands}?"),
                         what=first.word.name, commands=Listed(tuple(commands)))  # fmt: skip
    return replace(first, grade=next(iter(grades), None), lasted=next(iter(lasted), None),
                   also=tuple(dict.fromkeys(part for one in same for part in one.also)),
                   text=" / ".join(dict.fromkeys(one.text for one in same if one.text)))  # fmt: skip


def _settled(part: complaints.Part, before: Sequence[Part] = (), behind: Sequence[Part] = ()) -> list[Said]:
    """The symptoms that were meant; where that is not clear, and nobody says so, InputError: with the other parts."""
    match part:
        case Said():
            if part.word.code == "rf-pregnancy":
                raise _which_risk()
            return [part]
        case Denied():
            raise absent.refusal(part, [*before, *behind])
    if is_asked():
        word = _meant(part.text, part.near)
        grade = None if word.is_flag or word.records else part.grade
        grade = grade if grade is None or grade <= word.most else None
        return _settled(Said(word, grade, part.lasted, text=part.text if word.is_flag or word.records else ""))
    raise _what_was_meant(part, before, behind)


def _meant(text: str, near: Sequence[Word]) -> Word:
    """The one that was meant, as whoever sits there says; raise InputError where it was none of them."""
    for word in near:
        if confirm(show.filled(N_('By "{text}", is {what} meant?'), text=text, what=word.name), default=False):
            return word
    raise InputError(N_("nothing was saved"))


def _again(parts: Sequence[Part]) -> list[_Graded] | None:
    """Parts as they may be typed again, each as what it may be first; None where one has to be said otherwise."""
    found: list[_Graded] = []
    for part in parts:
        word = next(iter(complaints.words_of(part)), None)
        if isinstance(part, Denied) or word is None or word.is_flag or word.records is not None:
            return None
        grade = part.grade if part.grade is None or part.grade <= word.most else None
        found.append((word, grade))
    return found


def _what_was_meant(part: Unclear, before: Sequence[Part], behind: Sequence[Part]) -> InputError:
    beside = [*before, *behind]
    if not part.near:
        hint = Phrase(N_("the words: {command}; to keep it for your doctor in your own words: {other}"), {
            "command": "isotrack list symptoms", "other": f"isotrack ask {shlex.quote(part.text)}"})  # fmt: skip
        return said_beside.refused(N_('"{text}" is no symptom that isotrack knows; nothing was saved'), hint,
                                   part.text, beside)  # fmt: skip
    first, last = _again(before), _again(behind)
    offered = Listed(tuple(_offered(word, part, first, last) for word in part.near))
    is_all = first is not None and last is not None and not part.lasted
    advice = Phrase(N_("did you mean: {commands}?"), {"commands": offered})
    if vocabulary(felt.FAMILY).asked(part.text):  # it may be another thing
        advice = Phrase(N_("did you mean: {commands}? To keep it for your doctor in your own words: {other}"),
                        {"commands": offered, "other": f"isotrack ask {shlex.quote(part.text)}"})  # fmt: skip
    return said_beside.refused(N_('"{text}" is not clear, and nothing was saved'), advice, part.text,
                               () if is_all else beside)  # fmt: skip


def _offered(word: Word, part: Unclear, before: list[_Graded] | None, behind: list[_Graded] | None) -> Phrase:
    """The command for a word that may be meant, with all else that was said where one command can say it."""
    grade, since = part.grade, f" --since -{part.lasted}d" if part.lasted else ""
    note = f" --note {shlex.quote(part.text)}" if part.text else ""  # in other words than those of its name
    if word.code == "rf-pregnancy":
        return _named("isotrack log pregnancy-test positive", word)
    if word.records is not None:
        return _named(f"isotrack log risk {word.records}{note}", word)
    if word.is_flag:
        flag = as_typed("isotrack log symptom {}", word)
        return _named(Text(flag.en + since + note, flag.ja + since + note), word)
    said: list[_Graded] = [(word, grade if grade is not None and grade <= word.most else None)]
    if before is not None and behind is not None and not since:
        said = [*before, *said, *behind]
    command = " ".join(("isotrack log symptom", *("{}" if one is None else f"{{}} {one}" for _word, one in said)))
    return _named(as_typed(command + since, *(one for one, _grade in said)), word)


def _named(command: Text | str, word: Word) -> Phrase:
    return Phrase(N_("{command} ({what})"), {"command": command, "what": word.name})


def _which_risk() -> InputError:
    return InputError(N_("which of them is it? nothing was saved"), N_("record it with: {commands}"),
                      commands=Listed(("isotrack log pregnancy-test positive", "isotrack log risk missed-period",
                                       "isotrack log risk unprotected")))  # fmt: skip


def _graded(one: Said) -> int | None:
    """The grade that was said, or is said now at a terminal; None where nobody says it."""
    if one.grade is not None or one.word.is_flag or one.word.records or not is_asked():
        return one.grade
    show.say(N_("{what}: {grades}"), what=one.word.name, grades=felt.grades(one.word))
    while True:
        question = _("How strong is it (1 to {most}; Enter leaves it open)").format(most=one.word.most)
        typed = plain(paper.ask(question, _(": ")))
        if not typed:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= one.word.most:
            return int(typed)


@click.command(
    cls=Command, help=N_("Say that symptoms have ended, such as headache; their last day is today unless --on says it.")
)
@click.argument("said", nargs=-1, metavar="SYMPTOM ...", required=True)
@option("--on", type=LOGGED, metavar="DATE", help=N_("The last day on which it was so."))
def over(said: tuple[str, ...], on: date | None) -> None:
    """What is felt no more."""
    from tracker.journeys.course import suffering

    words = vocabulary(felt.FAMILY)
    for word in said:
        plain(word)
    if complaints.goes_on(said, words):
        raise InputError(N_('"{text}" says that it goes on; nothing was saved'), N_("what is there: {command}"),
                         text=" ".join(said), command="isotrack symptoms")  # fmt: skip
    parts = complaints.read(said, words, whole=True)
    if any(isinstance(part, Unclear) for part in parts):
        refuse_a_day_beside(said)
    said_beside.stop_at_both(parts, " ".join(said))
    named = [word for part in parts for word in _what_has_ended(part)]
    flag = next((word for word in named if word.is_flag or word.records), None)
    if flag is not None:
        raise InputError(N_("{what} stands until your clinic's word"), N_("record it with: {command}"), what=flag.name,
                         command=f"isotrack log cleared{'' if flag.records else ' ' + flag.code}")  # fmt: skip
    if not named:
        raise InputError(N_("what is felt is missing"), N_("for example: {command}"),
                         command=felt.example("isotrack over {}", "headache"))  # fmt: skip
    done = suffering.end(context(), list(dict.fromkeys(named)), on or flags().day())
    felt.saved(done)
    for _advice, _codes, text in asked_now.of_symptoms({word.code for word in named}):
        paper.put(text)
    show.outcome(done, context())


def _what_has_ended(part: Part) -> Sequence[Word]:
    """The symptoms of a part; where it names none to the letter, and nobody says what was meant, InputError."""
    if isinstance(part, Said) or (isinstance(part, Denied) and not part.is_near):
        return complaints.words_of(part)
    near = [word for word in complaints.words_of(part) if not word.is_flag and not word.records]
    if is_asked():
        return [_meant(part.text, near)]
    if not near:
        raise InputError(N_('"{text}" is no symptom that isotrack knows; nothing was saved'),
                          N_("what is there: {command}"), text=part.text, command="isotrack symptoms")  # fmt: skip
    commands = Listed(tuple(_named(as_typed("isotrack over {}", word), word) for word in near))
    raise InputError(N_('"{text}" is not clear, and nothing was saved'), N_("did you mean: {commands}?"),
                      text=part.text, commands=commands)  # fmt: skip
