"""Symptoms: recorded, ended, and read as a careful nurse would; what cannot wait becomes a red flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import dangers
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Fact, RedFlag, Risk, RiskKind, kind_of
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.course.observing import of_the_same_day, with_what_was_said
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.lexicon import Advice, Level, Word
from tracker.plan import Item
from tracker.readings.symptoms import (
    Noticed,
    Period,
    advice_on,
    is_open,
    is_there,
    noticed,
    periods,
    raised,
    there_on,
)
from tracker.rules import Kind, Text
from tracker.vocabulary import in_words, vocabulary

FAMILY, MOOD = "symptom", "mood"
_DAY = timedelta(days=1)


class Complaint(Struct, frozen=True):
    """A symptom as it was said: how strong, and its first day where that is in its words."""

    word: Word
    grade: int | None = None
    since: date | None = None
    note: str | None = None
    """The words in which it was said, where its name does not say as much."""


class Complaints(Struct, frozen=True):
    """What was said of symptoms, and what it comes to."""

    view: View
    periods: tuple[Period, ...]
    noticed: tuple[Noticed, ...]
    flags: tuple[RedFlag, ...]
    """The red flags that stand."""
    mood: tuple[Observation, ...] = ()
    """The newest answer to each question of the short check of mood."""
    seen: date | None = None
    """The day of the last visit."""

    @property
    def open(self) -> list[Period]:
        """What is there and was not said to be over."""
        return [one for one in self.periods if is_open(one, self.view.plan.today)]

    def advice(self, period: Period) -> Advice | None:
        """What one that is there asks for."""
        word = vocabulary(FAMILY).data.word(period.code)
        return advice_on(word, period, self.view.plan.today) if word is not None else None


def reading(context: Context) -> Context:
    """The context that has what symptoms are read with."""
    return context.reading(Observation)


def log(
    context: Context, said: Sequence[Complaint], like: Observation, *, since: date | None, until: date | None
) -> Outcome:
    """Record what was said of symptoms: from a day on, until a day, or that what is there has ended."""

    def write(work: UnitOfWork) -> None:
        same, new = work.stood, list[Observation]()
        for one in said:
            first = since or one.since
            day, note = first or until or like.on, one.note or like.note
            if one.word.records is None and not one.word.is_flag:
                fact = replace(like, family=FAMILY, code=one.word.code, grade=one.grade, note=note)
                new += _record(work, fact, same, since=first, until=until, today=context.today)
                continue
            if until is not None:
                work.say(N_("{what} is kept for {on}: it has no end of its own, only your clinic's word lifts it."),
                         what=one.word.name, on=day)  # fmt: skip
            risk = one.word.records and RiskKind(one.word.records)
            event = Risk(on=day, what=risk, note=note) if risk else RedFlag(on=day, code=one.word.code, note=note)
            same += _record_once(work, event, context.today)
            if isinstance(event, Risk):
                from tracker.journeys.course import untested  # start-up: the status says none of it

                untested.say_that_it_counts_for_nothing(work, event)
        raise_flags(work, new, context.today)
        if not work.recorded and same:
            raise AlreadyThere(*same, remarks=work.remarks)

    return carry_out(reading(context), "log", Phrase(N_("symptoms of {on} logged"), {"on": since or like.on}), write)


def _record_once(work: UnitOfWork, fact: Fact, today: date) -> list[Fact]:
    """Record a fact unless the very same stands, or it has no words of its own beside one that does."""
    check(fact, work.view, today)
    history = work.after().history
    same = history.same_as(fact)
    if same is None and isinstance(fact, RedFlag) and fact.note is None:
        same = next((one for one in history.red_flags if (one.on, one.code) == (fact.on, fact.code)), None)
    if same is None:
        work.record(fact)
    return [same] if same is not None else []


def _record(
    work: UnitOfWork, fact: Observation, same: list[Fact], *, since: date | None, until: date | None, today: date
) -> list[Observation]:
    """Record what was said of one symptom; the entries that are new."""
    if until is not None and since is None:
        if (there := there_on(_periods(work.after(), today), fact.code, until)) is not None:
            return _end(work, there, fact, same, until, today)
        # It was not recorded before: of the day that was said it is known, of no other.
        work.say(N_("{what} was not recorded as there: it is kept for {on} alone. From another day on: {command}"),
                 what=vocabulary(FAMILY).named(fact.code), on=until,
                 command=_with_name(f"isotrack log symptom {{}} --since ... --until {until.isoformat()}", fact.code),
                 )  # fmt: skip
    new = replace(fact, on=since or until or fact.on, until=until)
    check(new, work.view, today)
    earlier = of_the_same_day(work.after().history.all(Observation), new)
    stays = earlier is not None and new.grade is not None and (earlier.grade or 0) > new.grade
    if earlier is not None:
        new = with_what_was_said(new, earlier)
    known = work.after().history.same_as(new)
    if known is None:
        new = work.record(new, work.void(earlier) if earlier is not None else None)
    if stays:
        number = known.id if known is not None else new.id
        work.say(N_("Of that day the strongest stays: {what}. If that was wrong: {command}"),
                 what=in_words(kind_of(new).say(new)), command=f"isotrack fix {number} {fact.grade}")  # fmt: skip
    if known is not None:
        same.append(known)
        return []
    if earlier is not None and not stays and (earlier.grade, earlier.until) != (new.grade, new.until):
        work.say(N_("It takes the place of {what} from the same day."), what=in_words(kind_of(earlier).say(earlier)))
    own = next((one for one in _periods(work.after(), today) if one.code == new.code
                and any(stretch.entry.id == new.id for stretch in one.stretches)), None)  # fmt: skip
    if until is None and own is not None and own.end is not None:
        work.say(N_("It lies in a time that ended on {end}, and ends with it. If it is there today: {command}"),
                 end=own.end, command=_with_name("isotrack log symptom {}", new.code))  # fmt: skip
    return [new]


def _with_name(command: str, code: str) -> Text:
    """A command with a symptom where its braces are, as it is typed in each language."""
    return Text(command.format(code), command.format(vocabulary(FAMILY).named(code).ja))


def _end(
    work: UnitOfWork, there: Period, fact: Observation, same: list[Fact], until: date, today: date
) -> list[Observation]:
    """Say of what was there when it ended, and how strong it was last if that was said; also where that was said."""
    last, entry = there.stretches[-1].entry, there.ended_by or there.stretches[-1].entry
    if until < last.on:
        raise InputError(N_("{what} was there on {on} (number {id}): it has not ended on {until}"),
                         N_("to correct that: {command}"), what=vocabulary(FAMILY).named(last.code), on=last.on,
                         id=last.id, until=until,
                         command=Phrase(N_("isotrack fix {id} ..."), {"id": last.id}))  # fmt: skip
    # How strong it was last is said of that day: what was said of the days before stays.
    is_of_the_day = fact.grade not in (None, entry.grade) and until > entry.on
    wanted = [replace(fact, on=until, until=until)] if is_of_the_day else []
    ended = replace(entry, id=0, until=until, note=fact.note or entry.note,
                    grade=entry.grade if is_of_the_day else fact.grade or entry.grade)  # fmt: skip
    is_known = replace(ended, id=entry.id) == entry
    if not (is_known or (is_of_the_day and there.end is None)):
        wanted.append(ended)
    for one in wanted:
        check(one, work.view, today)
    if not wanted:
        same.append(entry)
    return [work.record(one, work.void(entry) if one is ended else None) for one in wanted]


def end(context: Context, words: Sequence[Word], until: date) -> Outcome:
    """Record that symptoms which are there have ended; raise InputError where one is not."""

    def write(work: UnitOfWork) -> None:
        same = work.stood
        for word in words:
            there = there_on(_periods(work.after(), context.today), word.code, until)
            if there is None:
                raise InputError(N_("{what} is not recorded as there on {on}"), N_("what is: {command}"),
                                 what=word.name, on=until, command="isotrack symptoms")  # fmt: skip
            _end(work, there, Observation(on=until, family=FAMILY, code=word.code), same, until, context.today)
        if not work.recorded and same:
            raise AlreadyThere(*same)

    return carry_out(reading(context), "over", Phrase(N_("symptoms ended on {on}"), {"on": until}), write)


def log_mood(
    context: Context, answers: Sequence[tuple[Word, int]], like: Observation, notes: Mapping[str, str]
) -> Outcome:
    """Record the answers of the short check of mood; an answer that is a red flag is recorded as that.

    Its note is what ``notes`` say for its question.
    """

    def write(work: UnitOfWork) -> None:
        same = work.stood
        for word, value in answers:
            flag = word.flag_at(value) if value else None
            if flag is not None:
                same += _record_once(work, RedFlag(on=like.on, code=flag, note=notes[word.code]), context.today)
                continue
            fact = replace(like, family=MOOD, code=word.code, value=Decimal(value))
            check(fact, work.view, context.today)
            if (known := work.after().history.same_as(fact)) is not None:
                same.append(known)
                continue
            of_the_day = [one for one in work.after().history.all(Observation)
                          if (one.on, one.family, one.code) == (fact.on, fact.family, fact.code)]  # fmt: skip
            recorded = work.record(fact)
            if of_the_day:
                _say_which_answer_stands(work, max(of_the_day, key=_value), recorded)
        if not work.recorded and same:
            raise AlreadyThere(*same)

    return carry_out(reading(context), "log", Phrase(N_("mood of {on} logged"), {"on": like.on}), write)


def _value(answer: Observation) -> Decimal:
    return answer.value or Decimal(0)


def _say_which_answer_stands(work: UnitOfWork, earlier: Observation, new: Observation) -> None:
    """Of two answers of a day both are kept, and the one that asks for more stands: a good hour undoes no bad one."""
    what = in_words(kind_of(earlier).say(earlier))
    if _value(new) > _value(earlier):
        work.say(N_("Earlier that day: {what} (number {id}). Both are kept; the new answer stands for the day."),
                 what=what, id=earlier.id)  # fmt: skip
        return
    right = Phrase(N_("isotrack fix {id} --value {value}"), {"id": earlier.id, "value": _value(new)})
    work.say(N_("Earlier that day: {what} (number {id}). Both are kept; the earlier answer stands for the day. If it"
                " was a slip: {command}"), what=what, id=earlier.id, command=right)  # fmt: skip


def raise_flags(work: UnitOfWork, new: Iterable[Observation], today: date) -> None:
    """Record the red flags that entries raise, by themselves or together with what else was there."""
    own = [one for one in new if one.family == FAMILY]
    if not own:
        return
    data = vocabulary(FAMILY).data
    for flag in raised(own, _periods(work.after(), today), data.codes, data.combinations):
        # Anew on another day, even while one stands: the clinic's word of a day between is about the first alone.
        if not any((one.code, one.on) == (flag.code, flag.on) for one in work.after().history.red_flags):
            work.record(RedFlag(on=flag.on, code=flag.code))


def complaints(context: Context) -> Complaints:
    """What was said of symptoms, and what it comes to."""
    return complaints_of(look_at_all(reading(context)))


def complaints_of(views: Sequence[View]) -> Complaints:
    """The same of courses that were read; the vocabulary is loaded only where something was said."""
    newest = views[-1]
    entries = [one for view in views for one in view.history.all(Observation)]
    own = [one for one in entries if one.family == FAMILY]
    today = newest.plan.today
    found = periods(own, today)
    asked: tuple[Noticed, ...] = ()
    if any(is_there(one, today) for one in found):
        data = vocabulary(FAMILY).data
        asked = noticed(found, data.codes, data.combinations, today)
    answers = [one for one in entries if one.family == MOOD and one.on <= today]
    answers.sort(key=lambda one: one.on)
    mood: dict[str, Observation] = {}
    for one in answers:  # a question that was left out keeps its answer; of one day the one that asks for most stands
        before = mood.get(one.code)
        if before is None or one.on > before.on or _value(one) > _value(before):
            mood[one.code] = one
    visits = [one.on for view in views for one in view.history.done if one.kind is Kind.VISIT]
    flags = tuple(one for one in dangers(newest.history) if isinstance(one, RedFlag))
    return Complaints(newest, found, asked, flags, tuple(mood.values()), max(visits, default=None))


def most_pressing_of_mood(
    mood: Sequence[Observation], today: date, seen: date | None = None
) -> tuple[Observation, Advice] | None:
    """The answer to the short check of mood that asks for most, and what it asks for; never a sum.

    One asks for nothing more once the clinic has been ``seen`` after it, or its time is over: mental health is looked
    at at each visit (K1), and after a month, which no source confirms.
    """
    data = vocabulary(MOOD).data
    said = [(one, data.word(one.code), int(one.value or 0)) for one in mood]
    found = [(one, advice) for one, word, value in said if word is not None for advice in word.advice
             if value >= advice.least and advice.level is not Level.RED_FLAG
             and (seen is None or seen <= one.on)
             and (advice.stands is None or today <= one.on + advice.stands * _DAY)]  # fmt: skip
    return max(found, key=lambda one: (one[1].level.rank, one[0].on), default=None)


def review_due(view: View) -> Item | None:
    """The review of mood that the programme asks for now; None where it asks for none."""
    return next((one for one in view.plan.items if one.kind is Kind.REVIEW and one.state.is_open
                 and one.window_start <= view.plan.today), None)  # fmt: skip


def _periods(view: View, today: date) -> tuple[Period, ...]:
    return periods((one for one in view.history.all(Observation) if one.family == FAMILY), today)
