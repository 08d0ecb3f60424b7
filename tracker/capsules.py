"""Days with and without a capsule: pauses, what a positive test or a risk forbids, and what is prescribed on a day.

Milligrams and kilograms are Decimal. Milligrams per kilogram always use the start weight, see :func:`start_weight`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from tracker.errors import Phrase
from tracker.facts import Cleared, Done, Pause, Prescribed, RedFlag, Risk, RiskKind, TestResult, Weight
from tracker.history import History
from tracker.pattern import MOST_DAYS, Intakes, total
from tracker.rules import Answering

_DAY = timedelta(days=1)

Days = list[tuple[date, date | None]]
"""Periods: the first day of each and the first day after it, None where it goes on."""
Danger = Done | Risk | RedFlag
"""A positive test, a pregnancy that is possible although no test says so, or a red flag."""


def dangers(history: History) -> list[Danger]:
    """Positive tests, risks of pregnancy and red flags that the clinic has not cleared, in order of their days."""
    standing = [one for one in every_danger(history) if cleared_on(history, one) is None]
    return sorted(standing, key=lambda one: (one.on, one.id))


def every_danger(history: History) -> list[Danger]:
    """The same, and those that the clinic has cleared."""
    positive = (fact for fact in history.done if fact.result is TestResult.POSITIVE)
    return [*positive, *history.risks, *history.red_flags]


def cleared_on(history: History, danger: Danger) -> date | None:
    """The day on which the clinic cleared one; None while it stands."""
    word = word_about(history, danger)
    return word.on if word is not None else None


def word_about(history: History, danger: Danger) -> Cleared | None:
    """The first word of the clinic that settles one; None while it stands."""
    words = (word for word in history.cleared if _clears(word, danger))
    return min(words, key=lambda word: (word.on, word.id), default=None)


def settled_by(history: History, word: Cleared) -> list[Danger]:
    """What a word of the clinic settles, in order of days; nothing of what an earlier word has settled."""
    found = [one for one in every_danger(history) if (first := word_about(history, one)) and first.id == word.id]
    return sorted(found, key=lambda one: (one.on, one.id))


def _clears(word: Cleared, fact: Danger) -> bool:
    """Of one day the order of recording tells: a test that came after the word is not settled by it.

    A red flag is settled only by a word that names it, and such a word settles nothing else.
    """
    if word.code != (fact.code if isinstance(fact, RedFlag) else None):
        return False
    return word.on > fact.on or (word.on == fact.on and word.id > fact.id)


def settled_without_a_test(history: History, answering: Answering | None = None) -> list[Done | Risk]:
    """What the clinic has cleared though no negative test is logged since: the last of each risk and of positive tests.

    That a period is late a test of the same day can answer; of what happened that day it can say nothing yet, and
    ``answering`` says from when on: it is needed where the history has risks.
    """
    tests = [fact.on for fact in history.done if fact.result is TestResult.NEGATIVE]
    found: dict[RiskKind | None, Done | Risk] = {}
    for test in sorted(history.done, key=lambda one: (one.on, one.id)):
        is_cleared = test.result is TestResult.POSITIVE and cleared_on(history, test) is not None
        if is_cleared and not any(day > test.on for day in tests):
            found[None] = test
    for risk in sorted(history.risks, key=lambda one: (one.on, one.id)):
        first = first_test_that_answers(risk, answering)
        if cleared_on(history, risk) is not None and not any(day >= first for day in tests):
            found[risk.what] = risk
    return list(found.values())


def first_test_that_answers(risk: Risk, answering: Answering | None) -> date:
    """The first day whose negative test answers a risk."""
    if risk.what is RiskKind.MISSED_PERIOD:
        return risk.on
    return risk.on + _DAY if answering is None else answering.first_day(risk.on)


def tested_too_early(history: History, risk: Risk, answering: Answering | None) -> date | None:
    """The day of the last negative test after a risk that came before one can answer it."""
    first = first_test_that_answers(risk, answering)
    tests = (one.on for one in history.done if one.result is TestResult.NEGATIVE)
    return max((on for on in tests if risk.on < on < first), default=None)


def unclear_test(history: History) -> Done | None:
    """The last pregnancy test that said nothing, unless one has said yes or no since: of that day, if recorded later.

    The clinic's word about a danger settles none: it is no result.
    """
    tests = [one for one in history.done if one.result is not None]
    newest = max(tests, key=lambda one: (one.on, one.id), default=None)
    return newest if newest is not None and newest.result is TestResult.UNCLEAR else None


def pauses(history: History) -> Days:
    """Each pause: its first day without a capsule, and the first day with one again."""
    periods: Days = []
    start: date | None = None
    for fact in history.pauses:
        if isinstance(fact, Pause):
            start = fact.on if start is None else start
        elif start is not None:
            periods.append((start, fact.on))
            start = None
    if start is not None:
        periods.append((start, None))
    return periods


def is_paused(history: History, day: date) -> bool:
    """Whether ``day`` is a day without a capsule."""
    return is_within(pauses(history), day)


def holds(history: History) -> Days:
    """From each positive test, risk of pregnancy or red flag until the day on which the clinic cleared it."""
    return _merged([(one.on, cleared_on(history, one)) for one in every_danger(history)])


def suspended(history: History) -> Days:
    """The days on which no capsule is to be taken: pauses, and what a danger forbids."""
    return _merged(_suspensions(history))


def forbidden(history: History) -> Days:
    """The days on which dangers forbade capsules: each from the day after its own.

    Of one day nobody knows which came first, the capsule or the danger.
    """
    return [(one.on + _DAY, cleared_on(history, one)) for one in every_danger(history)]


def _suspensions(history: History) -> Days:
    """The same, each by itself: they may overlap."""
    return [*pauses(history), *((one.on, cleared_on(history, one)) for one in every_danger(history))]


def days_off(history: History) -> Days:
    """The days of them on which none was taken: one with a capsule is a day of the course like any other."""
    return without_capsules(suspended(history), history)


def without_capsules(periods: Days, history: History) -> Days:
    """The same periods without the days for which a capsule was logged as taken."""
    if not periods:
        return periods
    taken = [dose.on for dose in history.doses if dose.taken]
    left: Days = []
    for start, end in periods:
        free = start
        for day in taken[bisect_left(taken, start) : bisect_left(taken, end) if end is not None else None]:
            if free < day:
                left.append((free, day))
            free = day + _DAY
        if end is None or free < end:
            left.append((free, end))
    return left


def days_off_until(history: History, again: date) -> Days:
    """The same, where what goes on is taken to end: ``again`` has a capsule, if it has begun by then.

    What ends on a day that is known lasts until then, whatever goes on beside it.
    """
    ended: Days = [(start, end or max(again, start)) for start, end in _suspensions(history)]
    return without_capsules(_merged(ended), history)


def is_within(periods: Days, day: date) -> bool:
    """Whether the day lies in one of the periods."""
    return any(start <= day and (end is None or day < end) for start, end in periods)


def _merged(periods: Days) -> Days:
    """The same days in periods that neither meet nor overlap; empty ones are left out."""
    merged: Days = []
    for start, end in sorted(periods, key=lambda period: (period[0], period[1] or date.max)):
        if end is not None and end <= start:
            continue
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            before, until = merged[-1]
            merged[-1] = (before, None if until is None or end is None else max(until, end))
        else:
            merged.append((start, end))
    return merged


def start_weight(history: History, first_dose: date) -> Decimal | None:
    """Kilograms at the start: see :func:`weighed_at_the_start`."""
    weighed = weighed_at_the_start(history, first_dose)
    return weighed.kg if weighed is not None else None


def weighed_at_the_start(history: History, first_dose: date) -> Weight | None:
    """The last weight measured until the first dose, else the first one after it."""
    before = [weight for weight in history.weights if weight.on <= first_dose]
    return before[-1] if before else history.weights[0] if history.weights else None


def first_dose(history: History) -> date:
    """The planned day, or the first dose logged as taken where that came on it or before it.

    A person may log no dose for weeks and then one: the days before it are assumed taken. So a dose logged after the
    planned day is the first only where every day from the planned one until it that has a capsule was logged as missed.
    """
    planned = history.first_dose_planned
    first = next((dose.on for dose in history.doses if dose.taken), None)
    if first is None or first <= planned:
        return first or planned
    missed = {dose.on for dose in history.doses if not dose.taken and planned <= dose.on < first}
    regimen = _regimen(history, planned)
    days = (planned + number * _DAY for number in range((first - planned).days))
    return first if all(day in missed or regimen.is_off(day) for day in days) else planned


class Regimen(Struct, frozen=True):
    """What is prescribed on which day."""

    steps: tuple[Prescribed, ...]
    begins: tuple[date, ...]
    """The days on which a cycle begins anew, whatever was its turn: the first capsule, and the first after days off."""

    def step(self, day: date) -> Prescribed | None:
        """The prescription that holds on ``day``; before the first one the first, None where there is none."""
        index = bisect_right(self.steps, day, key=lambda step: step.on)
        return self.steps[max(index - 1, 0)] if self.steps else None

    def origin(self, day: date) -> date:
        """The day on which the cycle of ``day`` began."""
        step, first = self.step(day), self.begins[0]
        begun = self.begins[max(bisect_right(self.begins, day) - 1, 0)]
        # A first prescription that begins after the first capsule holds from that on.
        return begun if step is None or (step is self.steps[0] and step.on > first) else max(begun, step.on)

    def intakes(self, day: date) -> Intakes:
        """The milligrams of each intake of ``day``; none on a day without a capsule."""
        step = self.step(day)
        return step.doses.intakes(day, self.origin(day)) if step is not None else ()

    def is_off(self, day: date) -> bool:
        """Whether something is prescribed, and none of it for ``day``."""
        return bool(self.steps) and not self.intakes(day)

    def next_capsule(self, day: date) -> date | None:
        """The first day from ``day`` on with a capsule by the prescription, whatever is paused."""
        days = (day + number * _DAY for number in range(2 * MOST_DAYS))
        return next((one for one in days if self.intakes(one)), None)

    def said(self, day: date) -> Phrase | None:
        """What holds on ``day``, in a few words."""
        step = self.step(day)
        return step.said if step is not None else None

    def mg(self, day: date) -> Decimal:
        """The milligrams of ``day``."""
        return total(self.intakes(day))

    def usual_mg(self, day: date) -> Decimal:
        """The milligrams of ``day``, or where it has no capsule those of the next day with one; 0 where none has."""
        step = self.step(day)
        return total(step.doses.capsule_at(day, self.origin(day))) if step is not None else Decimal(0)

    def intakes_logged(self, day: date, *, taken: bool, mg: Decimal | None) -> Intakes:
        """What was taken on a day that was logged: as prescribed where it says nothing else.

        On a day without a capsule that is what the next day with one has.
        """
        step = self.step(day)
        prescribed = step.doses.capsule_at(day, self.origin(day)) if step is not None else ()
        if not taken:
            return ()
        return prescribed if mg in (None, total(prescribed)) else (mg,)

    def mg_logged(self, day: date, *, taken: bool, mg: Decimal | None) -> Decimal:
        """The milligrams that were taken on a day that was logged."""
        return total(self.intakes_logged(day, taken=taken, mg=mg))


def regimen_of(history: History, without: Days | None = None) -> Regimen:
    """What a course has prescribed on which day; ``without`` are its days off, where one is taken to end."""
    return _regimen(history, first_dose(history), without)


def is_day_off(history: History, day: date) -> bool:
    """Whether the prescription has no capsule for a day of the course that lies in no pause."""
    in_the_course = day >= first_dose(history) and not is_within(days_off(history), day)
    return in_the_course and regimen_of(history).is_off(day)


def _regimen(history: History, first: date, without: Days | None = None) -> Regimen:
    periods = days_off(history) if without is None else without
    again = (end for start, end in periods if end is not None and end > max(first, start))
    return Regimen(history.prescribed, (first, *again))


def stated_before(history: History, first_dose: date) -> tuple[date, Decimal] | None:
    """The day before which a total was said to have been taken, and its milligrams; None where none was said."""
    earlier = history.earlier
    if earlier is None or earlier.taken is None or earlier.on <= first_dose:
        return None
    return earlier.on, earlier.taken
