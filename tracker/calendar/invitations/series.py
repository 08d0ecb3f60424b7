"""The days of an entry that repeats, as far as a course can reach, by the rules of RFC 5545 as dateutil reads them."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from datetime import MAXYEAR, date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrulestr
from msgspec import Struct

from tracker.calendar.invitations.lines import Component, Property
from tracker.calendar.invitations.times import Clock, Moment, shown
from tracker.calendar.invitations.values import BrokenError
from tracker.errors import N_, Phrase

AHEAD = timedelta(days=731)
"""Two years: no course is planned farther."""
MOST = 60
"""Days of one series that are read."""
_DAY = timedelta(days=1)
_STEPS = 100_000
_PARTS = re.compile(
    r"(FREQ|UNTIL|COUNT|INTERVAL|BYDAY|BYMONTHDAY|BYMONTH|BYYEARDAY|BYWEEKNO|BYSETPOS|WKST|BYHOUR|BYMINUTE|BYSECOND)"
    r"=([\w,+-]+)",
    re.ASCII,
)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_NUMBER = re.compile(r"0*[1-9]\d{0,3}")


class Series(Struct, frozen=True):
    """The days of a series that lie ahead; ``goes_on`` where there are more in these years than are read."""

    moments: tuple[Moment, ...]
    goes_on: bool


def repeats(entry: Component) -> bool:
    """Whether an entry stands for more days than its first."""
    return any(one.value.strip() for one in entry.all("RRULE", "RDATE"))


def days(entry: Component, start: tuple[Moment, Property], clock: Clock, today: date) -> Series:
    """The days of an entry that repeats, from ``today`` on; raise BrokenError where they cannot be known."""
    first, said = start
    last = min(today, date.max - AHEAD - _DAY) + AHEAD
    if first.local.date() > last:
        return Series((first,), goes_on=False)
    found = {moment.key: moment for moment in (first, *_listed(entry, "RDATE", start, clock))}
    gone = {moment.key for moment in _listed(entry, "EXDATE", start, clock)}
    for rule in entry.all("RRULE", "EXRULE"):
        for local in _by_rule(rule, first, today, last) if rule.value.strip() else ():
            moment = clock.like(local, first, said)
            if _is_past_the_end(rule, moment, clock):
                break
            if rule.name == "RRULE":
                found.setdefault(moment.key, moment)
            else:
                gone.add(moment.key)
    kept = [
        moment
        for key, moment in found.items()
        if key not in gone and f"{moment.local:%Y%m%d}" not in gone
        and today <= clock.in_the_course(moment)[0] <= last
    ]  # fmt: skip
    kept.sort(key=lambda moment: moment.key)
    return Series(tuple(kept[:MOST]), goes_on=len(kept) > MOST)


def same_clock(found: Property, start: tuple[Moment, Property], clock: Clock) -> list[Moment]:
    """The times of another property of an entry: one without a zone goes by the clock of the entry's first day."""
    first, said = start
    moments = []
    for moment in clock.moments(found):
        if first.is_day:
            moments.append(Moment(clock.day_of(moment)))
        elif moment.names_no_zone:
            moments.append(clock.like(moment.local, first, said))
        else:
            moments.append(moment)
    return moments


def _listed(entry: Component, name: str, start: tuple[Moment, Property], clock: Clock) -> list[Moment]:
    return [moment for one in entry.all(name) if one.value.strip() for moment in same_clock(one, start, clock)]


def _by_rule(rule: Property, first: Moment, today: date, last: date) -> Iterator[datetime]:
    """The times that a rule gives between these days, by the clock of the entry, which may be a day behind or ahead.

    dateutil looks for a day that never comes until the year 9999: the rule is asked for years just before that.
    """
    shift = _shift(first.local.year, last.year + 1)
    begin, end = today - _DAY, last + _DAY
    text = ";".join(f"{name}={value}" for name, value in _parts(rule).items() if name != "UNTIL")
    try:
        for shifted in islice(rrulestr(text, dtstart=first.local.replace(year=first.local.year + shift)), _STEPS):
            local = shifted.replace(year=shifted.year - shift)
            if local.date() > end:
                return
            if local.date() >= begin:
                yield local
    except (ValueError, IndexError, TypeError, KeyError, AttributeError, OverflowError):
        raise _unreadable(rule) from None


@lru_cache(maxsize=256)
def _shift(first: int, last: int) -> int:
    """The most years by which these can be put off so that each day keeps its weekday, leap days too."""
    years = range(first, min(last, MAXYEAR) + 1)
    return next(
        shift
        for shift in range(MAXYEAR - years[-1], -1, -1)
        if all(
            isleap(year) == isleap(year + shift) and date(year, 1, 1).weekday() == date(year + shift, 1, 1).weekday()
            for year in years
        )
    )


def _parts(rule: Property) -> dict[str, str]:
    found = {}
    for part in rule.value.upper().replace(" ", "").strip(";").split(";"):
        match = _PARTS.fullmatch(part)
        if match is None or match[1] in found:
            raise _unreadable(rule)
        found[match[1]] = match[2]
    numbers = [found.get(name, "1") for name in ("INTERVAL", "COUNT")]
    if found.get("FREQ") not in _FREQUENCIES or not all(_NUMBER.fullmatch(one) for one in numbers):
        raise _unreadable(rule)
    return found


def _is_past_the_end(rule: Property, moment: Moment, clock: Clock) -> bool:
    until = _parts(rule).get("UNTIL")
    if until is None:
        return False
    end = clock.moment(Property(rule.name, {}, until))
    if end.instant is None or moment.instant is None:
        return moment.local.date() > end.local.date()
    return moment.local > end.local if end.names_no_zone else moment.instant > end.instant


def _unreadable(rule: Property) -> BrokenError:
    return BrokenError(
        Phrase(
            N_("the rule by which it repeats cannot be read ({property}: {value})"),
            {"property": rule.name, "value": shown(rule.value)},
        )
    )
