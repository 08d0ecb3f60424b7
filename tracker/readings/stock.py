"""The capsules at hand and the day they run out.

Counted from the first day on which capsules came to hand: what was logged or is assumed taken since then is gone, in
the fewest capsules that make each dose. Capsules that nobody recorded are not owed: what is at hand is never less than
none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tracker.capsules import days_off, is_within, regimen_of
from tracker.facts.stock import Stock
from tracker.history import History
from tracker.pattern import Intakes, Pattern
from tracker.plan import Timeline

_DAY = timedelta(days=1)
_LONGEST = 3653
"""Days after which a run-out is no longer looked for (ten years)."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """What is at hand at the end of a day."""

    capsules: tuple[tuple[Decimal, Fraction], ...]
    """Milligrams in one capsule and how many there are, the strongest first; a part where a dose is no whole number."""
    daily_mg: Decimal | None
    """The dose of the next day with capsules; None where none is prescribed or the course has ended."""
    lasts_until: date | None
    """The last day with capsules whose whole dose is at hand; today where that of the next one is not, None where no
    day ahead takes any."""
    doses: Pattern | None = None
    """What is prescribed on the next day with capsules."""

    @property
    def mg(self) -> Fraction:
        """Milligrams at hand."""
        return sum((Fraction(strength) * count for strength, count in self.capsules), Fraction(0))


def at_hand(history: History, line: Timeline, today: date) -> AtHand | None:
    """The capsules at hand at the end of ``today``; None where none were ever recorded."""
    received = history.all(Stock)
    if not received or received[0].on > today:
        return None
    left: dict[Decimal, Fraction] = {}
    without, regimen = days_off(history), regimen_of(history)
    logged = {dose.on: dose for dose in history.doses}
    assumed_until = min(today, history.stop.on if history.stop else today)
    day = received[0].on
    while day <= today:
        for one in received:
            if one.on == day:
                left[one.strength] = left.get(one.strength, Fraction(0)) + one.capsules
        if day in logged:
            _take(left, regimen.intakes_logged(day, taken=logged[day].taken, mg=logged[day].mg))
        elif line.first_dose <= day <= assumed_until and not is_within(without, day):
            _take(left, regimen.intakes(day))
        day += _DAY
    found = tuple(sorted(((strength, count) for strength, count in left.items() if count > 0), reverse=True))
    following, until = _run_out(history, line, today, dict(left))
    step = regimen.step(following) if following is not None else None
    if following is None or step is None:
        return AtHand(found, None, until)
    return AtHand(found, regimen.mg(following), until, step.doses)


def _run_out(
    history: History, line: Timeline, today: date, left: dict[Decimal, Fraction]
) -> tuple[date | None, date | None]:
    """The next day with capsules, and the last one on which the whole dose is at hand."""
    without, regimen = days_off(history), regimen_of(history)
    goes_on = not without or without[-1][1] is not None
    if line.last_dose is not None or not history.prescribed:
        return None, None
    first, day, last = None, max(today + _DAY, line.first_dose), today
    for _ in range(_LONGEST):
        if is_within(without, day):
            if not goes_on and day >= without[-1][0]:
                return first, None
        elif intakes := regimen.intakes(day):
            first = first or day
            if _take(left, intakes) > 0:
                return first, last
            last = day
        day += _DAY
    return first, last if first is not None else None


def _take(left: dict[Decimal, Fraction], intakes: Intakes) -> Fraction:
    """Take a day's doses from what is left; the milligrams that were not there."""
    return sum((_take_one(left, Fraction(mg)) for mg in intakes), Fraction(0))


def _take_one(left: dict[Decimal, Fraction], owed: Fraction) -> Fraction:
    """Take one dose, the strongest capsules that fit first; the milligrams that were not there."""
    for strength in sorted(left, reverse=True):
        whole = min(owed // Fraction(strength), left[strength] // 1)
        left[strength] -= whole
        owed -= whole * Fraction(strength)
    for strength in sorted(left):
        # What no capsule fits is a part of the weakest one: 10 mg a day are a capsule of 20 mg every second day.
        part = min(owed / Fraction(strength), left[strength])
        left[strength] -= part
        owed -= part * Fraction(strength)
    return owed
