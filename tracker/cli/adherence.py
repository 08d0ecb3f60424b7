"""How much of what was prescribed so far was taken, in words; and what was taken on days that ask for nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tracker.cli import show
from tracker.errors import N_, counted

if TYPE_CHECKING:
    from tracker.journeys.course.dosing import Doses
    from tracker.readings.intake import Intake


def lines(found: Doses) -> list[str]:
    """How much of what was prescribed so far was taken, by the days that have a record."""
    so_far, fill = found.intake.adherence, show.filled
    if not so_far.prescribed_days:
        return list(_left_out(found.intake))
    if not so_far.recorded_days:
        return [fill(N_("Adherence: not known; none of the {days} prescribed days so far has a record"),
                     days=so_far.prescribed_days), *_left_out(found.intake)]  # fmt: skip
    numbers = {"taken": so_far.taken_days, "days": so_far.prescribed_days}
    if so_far.rate is None:
        # Of who logs little else than what was missed a share of the days says nothing.
        said = [fill(N_("Adherence: not known; {recorded} of {days} prescribed days so far have a record (logged as"
                        " taken: {taken})"), recorded=so_far.recorded_days, **numbers)]  # fmt: skip
    else:
        said = [fill(
            N_("Adherence: {percent} % of the days ({taken} of the {recorded} prescribed days so far that have a"
               " record); {percent_mg} % of the amount ({mg} of {of} mg)"),
            percent=percent(so_far.taken_days, so_far.recorded_days), mg=so_far.kept_mg, of=so_far.recorded_mg,
            percent_mg=percent(so_far.rate), recorded=so_far.recorded_days, taken=so_far.taken_days,
        )]  # fmt: skip
    if beyond := so_far.taken_mg - so_far.kept_mg:
        said.append(fill(N_("  taken beyond the prescription: {mg} mg (not counted in it)"), mg=beyond))
    if so_far.missed_days:
        said.append(fill(N_("  logged as missed: {count}"), count=so_far.missed_days))
    if so_far.is_today_assumed:
        said.append(fill(N_("  without a record: {count}, and today (not counted here, in the sum assumed"
                            " taken)"), count=so_far.assumed_days))  # fmt: skip
    elif so_far.assumed_days:
        said.append(fill(N_("  without a record: {count} (not counted here, in the sum assumed taken)"),
                         count=so_far.assumed_days))  # fmt: skip
    if so_far.beyond_days:
        said.append(fill(N_("  without a record, and no whole dose was at hand: {count} (not assumed taken)"),
                         count=so_far.beyond_days))  # fmt: skip
    return [*said, *_left_out(found.intake)]


def _left_out(found: Intake) -> Iterator[str]:
    """What was taken on days on which nothing was to be taken."""
    for message, beside in (
        (N_("  taken on held or paused days: {mg} mg on {days} (in the sum, in no adherence)"), found.suspended),
        (N_("  taken on days without a capsule by the prescription: {mg} mg on {days} (in the sum, in no adherence)"),
         found.unasked),
    ):  # fmt: skip
        if beside.days:
            days = counted("{count} day", "{count} days", count=beside.days)
            yield show.filled(message, mg=beside.mg, days=days)


def percent(part: Decimal | Fraction | int, whole: Decimal | int = 1) -> str:
    """A part of a whole, in whole hundredths."""
    return str(math.floor(100 * Fraction(part) / Fraction(whole) + Fraction(1, 2)))  # a half goes up, as people round
