"""A pregnancy that is possible, and the clinic's word that settles it or a red flag."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from msgspec.structs import replace

from tracker.capsules import Danger, dangers, every_danger, is_within, pauses, suspended
from tracker.db.place import NoDatabaseError
from tracker.engine.laws import check
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import RISK_NAMES, Cleared, RedFlag, Risk, kind_of
from tracker.history import History
from tracker.journeys.context import Context, NoCourseError, WhoseError, look
from tracker.journeys.course import untested
from tracker.journeys.course.recording import stop_if_same
from tracker.journeys.writing import Outcome, UnitOfWork, carry_out
from tracker.plan import Notice, NoticeCode
from tracker.vocabulary import in_words

SETTLED = N_("Settled on your clinic's word: {what} of {on}.")
OF_PREGNANCY = ("rf-pregnancy",)
"""The red flags that are a positive test or a risk: those are cleared without a name."""


def log_risk(context: Context, fact: Risk) -> Outcome:
    """Record that a pregnancy is possible although no test says so."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        stop_if_same(work.view, fact)
        work.record(fact)
        untested.say_that_it_counts_for_nothing(work, fact)

    return carry_out(context, "log", Phrase(N_("a pregnancy is possible")), write)


def log_cleared(context: Context, fact: Cleared) -> Outcome:
    """Record the clinic's word that a positive test or a risk of pregnancy is settled."""
    if fact.code in OF_PREGNANCY:
        fact = replace(fact, code=None)

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        standing = [one for one in dangers(work.view.history) if one.on <= fact.on]
        settled = [one for one in standing if _code_of(one) == fact.code]
        others = {code for one in standing if (code := _code_of(one)) is not None} - {fact.code}
        picked_up = _picked_up_without_a_test(work.view.plan.notices, fact)
        if not settled and not picked_up:
            stop_if_same(work.view, fact)
            raise _nothing_to_clear(fact, sorted(others), work.view.plan.notices)
        recorded = work.record(fact)
        picked = [(Phrase(N_("capsules picked up without a test")), picked_up)] if picked_up else []
        for what, days in (*by_name(settled), *picked):
            work.say(SETTLED, what=what, on=Listed(days))
        if fact.note is None:
            work.say(N_("What your clinic said goes with it, for your doctor to read: {command}"),
                     command=f'isotrack fix {recorded.id} --note "..."')  # fmt: skip
        for code in sorted(others):
            work.say(N_("A red flag stays until your clinic's word about it is recorded: {command}"),
                     command=command_that_clears(code))  # fmt: skip
        if fact.code is not None and any(_code_of(one) is None for one in standing):
            work.say(N_("A positive test or a risk of pregnancy stays until your clinic's word about it is recorded:"
                        " {command}"), command=command_that_clears(None))  # fmt: skip
        for notice in work.after().plan.notices if fact.code is None else ():
            if notice.code is NoticeCode.TEST_AFTER_RISK:
                untested.say_of(work, notice)

    return carry_out(context, "log", Phrase(N_("cleared by the clinic on {on}"), {"on": fact.on}), write)


def _picked_up_without_a_test(notices: Sequence[Notice], word: Cleared) -> tuple[date, ...]:
    """The days on which capsules were, of which the clinic's word is."""
    days = (dict(one.values)["on"] for one in notices if one.code is NoticeCode.PICKED_UP_WITHOUT_TEST)
    return tuple(day for day in days if word.code is None and day <= word.on)


def say_what_no_longer_stands(work: UnitOfWork, stood: Sequence[Danger]) -> None:
    """Say of dangers that a correction took back, or that the clinic's word now settles, what follows for the capsules.

    That the capsules return is said only where nothing else keeps them away.
    """
    history = work.after().history
    left, standing = ({_of_one(one) for one in found} for found in (every_danger(history), dangers(history)))
    for one in stood:
        if _of_one(one) in standing:
            continue
        if _of_one(one) in left:
            work.say(SETTLED, what=name_of_danger(one), on=one.on)
            continue
        message, values = _what_follows(history, one.on, work.view.plan.today, work.after().plan.timeline.first_dose)
        work.say(message, what=name_of_danger(one), on=one.on, **values)


def _what_follows(history: History, on: date, today: date, first_dose: date) -> tuple[str, dict[str, object]]:
    """What is said of the capsules once a danger of a day is taken back: what still keeps them away, if anything."""
    if history.stop is not None and history.stop.on < today:
        return (N_("Taken back: {what} of {on}. The course stays ended: its last capsule was on {last}."),
                {"last": history.stop.on})  # fmt: skip
    if others := dangers(history):
        return (N_("Taken back: {what} of {on}. Capsules stay held, because of: {others}."),
                {"others": in_a_row(others)})  # fmt: skip
    if is_within(pauses(history), today):
        return (N_("Taken back: {what} of {on}. The course stays paused. When your clinic has you go on: {command}"),
                {"command": "isotrack resume"})  # fmt: skip
    if any(start <= today and (end is None or on < end) for start, end in suspended(history)):
        return (N_("Taken back: {what} of {on}. The days from then on that nothing else holds are assumed to have had"
                   " their capsules, and the reminders return."), {})  # fmt: skip
    if today < first_dose:
        return (N_("Taken back: {what} of {on}. It holds no capsules any more; by the plan the first one is on"
                   " {first}."), {"first": first_dose})  # fmt: skip
    return N_("Taken back: {what} of {on}. Capsules from then on are assumed taken and their reminders return."), {}


def _of_one(one: Danger) -> tuple[object, ...]:
    return one.on, type(one), getattr(one, "code", None), getattr(one, "what", None)


def commands_that_clear(context: Context) -> list[str]:
    """The commands that record the clinic's word about what stands; none where nothing does, or no course is known."""
    with suppress(NoDatabaseError, NoCourseError, WhoseError):
        codes = {_code_of(one) for one in dangers(look(context).history)}
        return [command_that_clears(code) for code in sorted(codes, key=lambda code: code or "")]
    return []


def _code_of(fact: Danger) -> str | None:
    return fact.code if isinstance(fact, RedFlag) else None


def _nothing_to_clear(fact: Cleared, others: Sequence[str], notices: Sequence[Notice]) -> InputError:
    untested_yet = any(one.code in (NoticeCode.TEST_AFTER_RISK, NoticeCode.UNCLEAR_TEST) for one in notices)
    if not others and fact.code is None and untested_yet:
        return InputError(
            N_("there is nothing to be cleared on {on}: a negative pregnancy test alone answers what is outstanding"),
            N_("to log it: {command}"), on=fact.on,
            command=Phrase(N_("isotrack log pregnancy-test negative --on DATE")),
        )  # fmt: skip
    if not others:
        return InputError(
            N_("there is nothing to be cleared: no positive test, no risk and no red flag stands on {on}"), on=fact.on
        )
    commands = Listed(tuple(map(command_that_clears, others)))
    if fact.code is None:
        return InputError(N_("no positive test and no risk stands on {on}; a red flag is cleared by its name"),
                          N_("record your clinic's word with: {commands}"), on=fact.on, commands=commands)  # fmt: skip
    return InputError(N_("that red flag does not stand on {on}"), N_("those that do: {commands}"), on=fact.on,
                      commands=commands)  # fmt: skip


def command_that_clears(code: str | None) -> str:
    """The command that records the clinic's word about a red flag; about a positive test or a risk without a code."""
    return "isotrack log cleared" if code is None else f"isotrack log cleared {code}"


def by_name(found: Sequence[Danger]) -> list[tuple[Phrase, tuple[date, ...]]]:
    """Dangers in words, each name once with all of its days."""
    days: dict[object, tuple[Phrase, list[date]]] = {}
    for one in found:
        _name, known = days.setdefault(
            (type(one), getattr(one, "what", None), _code_of(one)), (name_of_danger(one), [])
        )
        if one.on not in known:
            known.append(one.on)
    return [(name, tuple(known)) for name, known in days.values()]


def in_a_row(found: Sequence[Danger]) -> Listed:
    """Dangers in words, with their days."""
    return Listed(
        tuple(Phrase(N_("{what} of {on}"), {"what": what, "on": Listed(days)}) for what, days in by_name(found))
    )


def name_of_danger(fact: Danger) -> Phrase:
    """A positive test, a risk or a red flag in words."""
    if isinstance(fact, RedFlag):
        return in_words(kind_of(fact).say(fact))
    return Phrase(RISK_NAMES[fact.what] if isinstance(fact, Risk) else N_("positive test"))
