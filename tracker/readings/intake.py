"""How much has been taken.

Between the first dose and today every day that has a capsule by the prescription counts as taken unless it was logged
otherwise (*assumed*): but not in a pause, not after the day that a stop names, and not from a positive test or a risk
of pregnancy on until the clinic has cleared it. Where it was said how much was taken before a day in all, that stands
for the days before it: never for less than what was logged on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.capsules import days_off, is_within, regimen_of, start_weight, stated_before
from tracker.history import History
from tracker.plan import Timeline

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """What has been taken until a day: milligrams logged, said in all and assumed, and per kilogram of start weight."""

    logged_mg: Decimal
    assumed_mg: Decimal
    start_weight_kg: Decimal | None
    stated_mg: Decimal = Decimal(0)
    """What was said to have been taken before a day in all, beyond what was logged of it."""
    stated_before: date | None = None
    """The day before which it was taken."""

    @property
    def total_mg(self) -> Decimal:
        """Logged, stated and assumed together."""
        return self.logged_mg + self.stated_mg + self.assumed_mg

    @property
    def mg_per_kg(self) -> Decimal | None:
        """Cumulative dose on the start weight; None without a weight."""
        return self.total_mg / self.start_weight_kg if self.start_weight_kg else None


def intake(history: History, line: Timeline, today: date) -> Intake:
    """What has been taken from the first dose until ``today`` or the last dose."""
    logged = {dose.on: dose for dose in history.doses}
    until = min(today, line.last_dose or today)
    # A capsule found after the stop counts for itself; the days between are not assumed.
    assumed_until = min(until, history.stop.on if history.stop else until)
    logged_mg = assumed_mg = Decimal(0)
    without, regimen = days_off(history), regimen_of(history)
    stated = stated_before(history, line.first_dose)
    logged_before = Decimal(0)
    day = line.first_dose
    while day <= until:
        dose = logged.get(day)
        if dose is not None:
            mg = regimen.mg_logged(day, taken=dose.taken, mg=dose.mg)
            logged_mg += mg
            if stated is not None and day < stated[0]:
                logged_before += mg
        elif stated is not None and day < stated[0]:
            pass  # the total that was said has it
        elif day <= assumed_until and not is_within(without, day):
            assumed_mg += regimen.mg(day)
        day += _DAY
    kg = start_weight(history, line.first_dose)
    if stated is None:
        return Intake(logged_mg, assumed_mg, kg)
    return Intake(logged_mg, assumed_mg, kg, max(stated[1] - logged_before, Decimal(0)), stated[0])
