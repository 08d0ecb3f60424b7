"""What a careful nurse would notice in blood values: which limits the newest of each analyte has reached.

A limit of the data holds as its source says it: "reached" counts the limit itself, "above" does not. What reaches
none, but was marked by the laboratory itself, is to be watched. A finding asks
for the clinic's word and gives no advice; a newer value that reaches no limit closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from tracker.facts.lab import LabValue
from tracker.laboratory import AS_PRINTED, Analyte, Bound, Grade, Level, Limit, Of
from tracker.rules import Sex
from tracker.sheet import (
    Flag,
    Range,
    amount_of,
    beyond_the_sheets_range,
    flag,
    found_by_the_laboratory,
    in_first_unit,
    is_beyond,
    range_of_limits,
)

SymptomsThen = Callable[[date, "date | None"], Collection[str]]
"""The codes of those that go with a value of a day, until the day of the next value; None where there is none yet."""


class Finding(Struct, frozen=True):
    """A value that has reached a limit."""

    analyte: Analyte
    value: LabValue
    limit: Limit
    """The most pressing that it has reached."""
    amount: Decimal | None
    """What that limit comes to, in the unit of the value; not rounded. None of a mark of the laboratory alone."""
    range: Range
    """What the upper limit of normal is taken from."""
    grade: int | None
    """Its grade in the CTCAE, where that has one."""
    baseline: LabValue | None
    """The value at the start, where that was above its range already: grades may be counted from it."""
    previous: LabValue | None
    """The value of the draw before."""

    @property
    def level(self) -> Level:
        """How much it asks of the patient."""
        return self.limit.level


class _Read(Struct, frozen=True):
    """A value with all that a limit may be a multiple of."""

    analyte: Analyte
    value: LabValue
    range: Range
    flag: Flag | None
    baseline: LabValue | None
    previous: LabValue | None
    is_abnormal_from_the_start: bool

    def amount(self, bound: Bound) -> Decimal | None:
        """What a bound comes to in the unit of the value, before any rounding; None where it has nothing to stand on.

        It is a numerator over the unit's factor: compare with :meth:`has_reached`, which does not divide.
        """
        found = self._in_first_unit(bound)
        return found / self.analyte.unit(self.value.unit).factor if found is not None else None

    def has_reached(self, bound: Bound) -> bool:
        """Whether the value has reached a bound."""
        limit = self._in_first_unit(bound)
        if limit is None:
            return False
        if bound.of is Of.UPPER and bound.times == 1 and not bound.reached:
            return self.flag is Flag.HIGH
        return is_beyond(self.value, in_first_unit(self.analyte, self.value), limit, reached=bound.reached)

    def _in_first_unit(self, bound: Bound) -> Decimal | None:
        match bound.of:
            case Of.BASELINE:
                found = self.baseline if self.is_abnormal_from_the_start else None
            case Of.PREVIOUS:
                found = self.previous
            case Of.SHEET:
                return None
            case _:
                return amount_of(bound, self.analyte, self.value, self.range)
        return in_first_unit(self.analyte, found) * bound.times if found is not None else None


def findings(
    analytes: Iterable[Analyte],
    values: Sequence[LabValue],
    *,
    sex: Sex | None,
    first_dose: date,
    since: date | None = None,
    symptoms: SymptomsThen,
) -> tuple[Finding, ...]:
    """What stands open, the most pressing first: of each analyte what its newest value has reached.

    Of one level the highest grade goes first, then what is most times its limit.

    A value of before ``first_dose`` is the one to start from, but none of a course before: of those only what was drawn
    after its last dose (``since``).
    Some limits hold only together with a symptom: one that was there while the value was the newest counts, and that
    it is over closes nothing.
    """
    found = []
    for analyte in analytes:
        own = _of_one(analyte, values)
        if not own:
            continue
        finding = _finding(analyte, own, sex, _start(own, first_dose, since), _asked(analyte, symptoms, own[-1].on))
        if finding is not None:
            found.append(finding)
    return tuple(sorted(found, key=_urgency, reverse=True))


def of_every_value(
    analytes: Iterable[Analyte],
    values: Sequence[LabValue],
    *,
    sex: Sex | None,
    first_dose: date,
    since: date | None,
    symptoms: SymptomsThen,
) -> tuple[Finding, ...]:
    """What every value had reached while it was the newest of its analyte, by analyte and oldest first."""
    found = []
    for analyte in analytes:
        own = _of_one(analyte, values)
        for count, value in enumerate(own, start=1):
            until = own[count].on if count < len(own) else None
            start = _start(own[:count], first_dose, since)
            finding = _finding(analyte, own[:count], sex, start, _asked(analyte, symptoms, value.on, until))
            found += [finding] if finding is not None else []
    return tuple(found)


def _asked(analyte: Analyte, symptoms: SymptomsThen, drawn: date, until: date | None = None) -> Collection[str]:
    """The symptoms that go with a value, looked for only where a limit of the analyte hangs on one."""
    return symptoms(drawn, until) if any(one.symptoms for one in analyte.limits) else ()


def _urgency(one: Finding) -> tuple[int, int, Decimal]:
    return one.level.rank, one.grade or 0, one.value.value / one.amount if one.amount else Decimal(0)


def _of_one(analyte: Analyte, values: Iterable[LabValue]) -> list[LabValue]:
    return sorted((one for one in values if one.code == analyte.code), key=lambda one: (one.on, one.id))


def _start(values: Sequence[LabValue], first_dose: date, since: date | None) -> LabValue | None:
    """The value to start from, of those before the last of them."""
    known = (one for one in reversed(values[:-1]) if one.on <= first_dose and (since is None or one.on > since))
    return next(known, None)


def _finding(
    analyte: Analyte, values: list[LabValue], sex: Sex | None, baseline: LabValue | None, symptoms: Collection[str]
) -> Finding | None:
    *before, newest = values
    was_high = baseline is not None and flag(analyte, baseline, sex) is Flag.HIGH
    previous = next((one for one in reversed(before) if one.on < newest.on), None)
    read = _Read(analyte, newest, range_of_limits(analyte, newest, sex), flag(analyte, newest, sex),
                 baseline, previous, was_high)  # fmt: skip
    reached = [limit for limit in analyte.limits if _holds(limit, read, symptoms)]
    if not reached:
        return _as_printed(read)
    # Of one level what a source confirms goes first, then what says more: the later of the data.
    limit = max(reversed(reached), key=lambda one: (one.level.rank, one.confirmed))
    amount = read.amount(limit.bound)
    assert amount is not None  # noqa: S101 - it was reached
    return Finding(analyte, newest, limit, amount, read.range, _grade(read), baseline if was_high else None, previous)


def _as_printed(read: _Read) -> Finding | None:
    """What the laboratory has marked, or printed a range for that the value is beyond, where no limit was reached.

    What is low in an analyte that has limits is none: they say from where on it matters, and all of them lie above.
    """
    value, side = read.value, found_by_the_laboratory(read.value)
    if side is None or (side is Flag.LOW and read.analyte.limits):
        return None
    is_beyond_it = beyond_the_sheets_range(value) is side
    end = (value.high if side is Flag.HIGH else value.low) if is_beyond_it else None
    baseline = read.baseline if read.is_abnormal_from_the_start else None
    return Finding(read.analyte, value, AS_PRINTED, end, read.range, _grade(read), baseline, read.previous)


def _holds(limit: Limit, read: _Read, symptoms: Collection[str]) -> bool:
    if limit.symptoms and not set(limit.symptoms) & set(symptoms):
        return False
    if limit.beyond is not None and not read.has_reached(Bound(reached=True, times=limit.beyond, of=Of.UPPER)):
        return False
    return read.has_reached(limit.bound)


def _grade(read: _Read) -> int | None:
    """The grade in the CTCAE: where the value was above its range at the start, counted from there."""
    analyte = read.analyte
    from_the_start = read.is_abnormal_from_the_start and analyte.grades_from_baseline
    grades: tuple[Grade, ...] = analyte.grades_from_baseline if from_the_start else analyte.grades
    return max((one.grade for one in grades if read.has_reached(one.bound)), default=None)
