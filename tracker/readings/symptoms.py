"""What a careful nurse would notice in symptoms: what is there, since when, how strong, and what it asks for.

A symptom is there from the day on which it was said until the last day that was said, or goes on where none was. What
was said of it in between tells its grade from that day on. The same entries give the same periods in every order of
typing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product

from msgspec import Struct

from tracker.facts.observation import Observation
from tracker.lexicon import Advice, Combination, Level, Part, Word

_DAY = timedelta(days=1)
_LONG = 14
"""Days after which what goes on is no longer taken for said: no clinical limit."""


class Stretch(Struct, frozen=True):
    """What one entry says: a grade from a day until another."""

    entry: Observation
    end: date | None
    """The last day; None where it goes on."""

    @property
    def start(self) -> date:
        """The first day."""
        return self.entry.on

    @property
    def grade(self) -> int | None:
        """How strong it was; None where that was not said."""
        return self.entry.grade


class Period(Struct, frozen=True):
    """A symptom from the day on which it came until it was gone."""

    code: str
    stretches: tuple[Stretch, ...]
    """In order of their days; of one that goes on, the last says so."""
    end: date | None
    """The last day; None where it goes on."""

    @property
    def start(self) -> date:
        """The first day."""
        return self.stretches[0].start

    @property
    def grade(self) -> int | None:
        """How strong it was said to be last."""
        return next((one.grade for one in reversed(self.stretches) if one.grade is not None), None)

    @property
    def graded_since(self) -> date:
        """The day from which on no other grade than the last one was said."""
        said = [one for one in self.stretches if one.grade is not None]
        other = max((at for at, one in enumerate(said) if one.grade != self.grade), default=-1)
        return said[other + 1].start if other >= 0 else self.start

    @property
    def worst(self) -> int | None:
        """The highest grade that was said."""
        return max((one.grade for one in self.stretches if one.grade is not None), default=None)

    @property
    def said_last(self) -> date:
        """The newest day of which something was said of it."""
        return self.stretches[-1].start if self.end is None else self.end

    def is_said_of(self, day: date) -> bool:
        """Whether what was said of it last is not long ago on a day."""
        return (day - self.said_last).days <= _LONG

    @property
    def ended_by(self) -> Observation | None:
        """The entry that says its last day; None where it goes on."""
        said = (one.entry for one in reversed(self.stretches) if one.entry.until == self.end)
        return next(said, None) if self.end is not None else None


class Noticed(Struct, frozen=True):
    """What a symptom that is there, or several together, ask for."""

    advice: Advice
    periods: tuple[Period, ...]
    """The symptom, or those that are there together."""


def periods(entries: Iterable[Observation], today: date) -> tuple[Period, ...]:
    """The periods of every symptom until ``today``, in order of their first days."""
    by_code: dict[str, list[Observation]] = {}
    for one in entries:
        if one.on <= today:
            by_code.setdefault(one.code, []).append(one)
    found = [period for code, own in by_code.items() for period in _of_one(code, own)]
    return tuple(sorted(found, key=lambda one: (one.start, one.code)))


def there_on(found: Iterable[Period], code: str, day: date) -> Period | None:
    """The period of a symptom in which a day lies."""
    own = (one for one in found if one.code == code and one.start <= day)
    return next((one for one in own if one.end is None or day <= one.end), None)


def _of_one(code: str, entries: list[Observation]) -> list[Period]:
    """An entry belongs to the period that stands on its day; one without a last day that lies in it ends with it."""
    ordered = sorted(entries, key=lambda one: (one.on, one.until is not None, one.until or one.on, one.number))
    found: list[tuple[list[Observation], date | None]] = []
    for one in ordered:
        own, end = found[-1] if found else ([], date.min)
        if not own or (end is not None and one.on > end):
            found.append(([one], one.until))
            continue
        own.append(one)
        if one.until is not None:
            end = one.until if end is None else max(end, one.until)
        found[-1] = own, end
    return [Period(code, _stretches(own, end), end) for own, end in found]


def _stretches(entries: list[Observation], end: date | None) -> tuple[Stretch, ...]:
    nexts = [*(one.on for one in entries[1:]), end]
    return tuple(Stretch(one, one.until or after) for one, after in zip(entries, nexts, strict=True))


def is_there(period: Period, today: date) -> bool:
    """Whether it is there today: it goes on, or today is the last day that was said."""
    return period.end is None or period.end >= today


def is_open(period: Period, today: date) -> bool:
    """Whether nobody said that it is over: it goes on beyond today."""
    return period.end is None or period.end > today


def noticed(
    found: Sequence[Period], words: Iterable[Word], combinations: Iterable[Combination], today: date
) -> tuple[Noticed, ...]:
    """What the symptoms that are there today ask for, the most pressing first.

    Of what was said to be over today only what the clinic is to hear of the same day is still asked for. A red flag
    stands as an entry of its own; of what raised one, no second word is said here.
    """
    known = {one.code: one for one in words}
    there = [one for one in found if is_there(one, today)]
    single = (Noticed(advice, (one,)) for one in there if one.code in known
              for advice in [advice_on(known[one.code], one, today)] if advice is not None)  # fmt: skip
    several = (Noticed(one.advice, together) for one in combinations for together in _together(one, there, today)
               if one.advice.raises is None)  # fmt: skip
    standing = (one for one in (*several, *single) if one.advice.level.rank >= Level.TELL_NOW.rank
                or all(is_open(period, today) for period in one.periods))  # fmt: skip
    return tuple(sorted(standing, key=lambda one: -one.advice.level.rank))


def advice_on(word: Word, period: Period, today: date) -> Advice | None:
    """The most pressing advice that holds of a symptom as it is now; what is red is the red flag's to say."""
    grade = period.grade or 1
    lasted = ((min(period.end, today) if period.end is not None else today) - period.start).days
    reached = [one for one in word.advice if one.least <= grade and (one.longer is None or lasted >= one.longer)
               and one.level is not Level.RED_FLAG]  # fmt: skip
    return max(reached, key=lambda one: one.level.rank, default=None)


def _together(one: Combination, there: Sequence[Period], today: date) -> list[tuple[Period, ...]]:
    """Periods that make a combination today; of each symptom one."""
    choices = [[period for period in there if _fits(part, period.code, period.grade)] for part in one.parts]
    found = [chosen for chosen in product(*choices) if _last_start(chosen) <= today]
    return found[:1]


def _last_start(chosen: Iterable[Period]) -> date:
    return max(one.start for one in chosen)


def _fits(part: Part, code: str, grade: int | None) -> bool:
    return code in part.codes and (grade or 1) >= part.least


class Raised(Struct, frozen=True):
    """A red flag that entries raise, and its first day."""

    code: str
    on: date


def raised(
    new: Iterable[Observation], found: Sequence[Period], words: Iterable[Word], combinations: Iterable[Combination]
) -> tuple[Raised, ...]:
    """The red flags that entries raise, by themselves or together with what else was there on a common day."""
    known = {one.code: one for one in words}
    stretches = [stretch for period in found for stretch in period.stretches]
    flags: list[Raised] = []
    for entry in new:
        word = known.get(entry.code)
        if word is not None and (code := word.flag_at(entry.grade)) is not None:
            flags.append(Raised(code, entry.on))
        own = [stretch for stretch in stretches if _same(stretch.entry, entry)]
        for one in combinations:
            if one.advice.raises is not None:
                flags += [Raised(one.advice.raises, on) for stretch in own for on in _met(one, stretch, stretches)]
    first: dict[str, Raised] = {}
    for flag in sorted(flags, key=lambda one: one.on):
        first.setdefault(flag.code, flag)
    return tuple(first.values())


def _same(one: Observation, other: Observation) -> bool:
    return (one.code, one.on, one.until, one.grade) == (other.code, other.on, other.until, other.grade)


def _met(one: Combination, own: Stretch, stretches: Sequence[Stretch]) -> list[date]:
    """The first days on which a stretch is there together with the others of a combination."""
    days = []
    for place, part in enumerate(one.parts):
        if not _fits(part, own.entry.code, own.grade):
            continue
        others = [[other for other in stretches if _fits(wanted, other.entry.code, other.grade)]
                  for at, wanted in enumerate(one.parts) if at != place]  # fmt: skip
        days += [max(stretch.start for stretch in chosen) for rest in product(*others)
                 if _overlap(chosen := (own, *rest), one.within)]  # fmt: skip
    return sorted(days)[:1]


def _overlap(chosen: Sequence[Stretch], within: int) -> bool:
    """Whether all have a day in common, or so few days lie between them."""
    start = max(one.start for one in chosen)
    end = min(one.end or date.max for one in chosen)
    return (start - end).days <= within


def in_week(found: Iterable[Period], first: date, last: date) -> dict[str, int | None]:
    """By code the highest grade from a day to another of what was there then; None where no grade was said."""
    grades: dict[str, int | None] = {}
    for period in found:
        for stretch in period.stretches:
            if stretch.start <= last and (stretch.end or date.max) >= first:
                grade = max(stretch.grade or 0, grades.get(period.code) or 0)
                grades[period.code] = grade or None
    return grades
