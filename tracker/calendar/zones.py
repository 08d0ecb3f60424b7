"""When the clocks of a time zone change, in the one form that every calendar program was found to read alike.

A law that is in force is one yearly rule (``FREQ=YEARLY;BYMONTH=3;BYDAY=2SU``); every other change stands alone. A list
of dates (RDATE) would be as legal, but ical.js, which Thunderbird and Nextcloud read calendars with, takes one date of
it and forgets DTSTART. The changes are asked of ``zoneinfo``, which every other time of the calendar comes from too.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tracker.errors import N_, StorageError

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEP = timedelta(days=7)
"""No law puts the clock forward and back within a week."""
_SECOND = timedelta(seconds=1)
_CYCLE = 28
"""Years in which a weekday comes to every day of the month that it can: what holds so long is a yearly law."""
_LAWS_SINCE = 2000
"""A law is told from its first year since then: by the years 2000 to 2020 vobject tells a zone from UTC."""
_IN_EVERY_MONTH = 4
"""A month may lack a fifth Sunday."""
_LAST = -1


class Change(Struct, frozen=True, kw_only=True):
    """The clock is put from one offset to another, once or, where it is a law, every year from then on."""

    onset: datetime
    """By the clock as it was before; the first one of a law."""
    before: timedelta
    after: timedelta
    name: str
    """What the time is called from then on."""
    summer: bool
    """Whether summer time begins: the clock is put forward, and not for good."""
    law: tuple[int, str] | None = None
    """Month and weekday (``2SU``, ``-1SU``) of a law."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; raise StorageError where this machine has no data of it."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        raise StorageError(N_("the data of the time zone cannot be read; no calendar was written")) from None


def told(zone: str, first: int, last: int) -> list[Change]:
    """What a calendar has to be told of the zone for entries of these years.

    It begins a year before the first entry: ical.js takes what lies before all changes for UTC. It goes on for a year
    after the last, which may be moved.
    """
    begin, end = max(first - 1, MINYEAR + 1), min(last + 1, MAXYEAR - 1)
    horizon = min(end + _CYCLE, MAXYEAR - 1)
    found = []
    for alike in _alike(changes(zone, min(begin, _LAWS_SINCE), horizon)):
        law = _law(alike, horizon)
        once = [one for one in alike if one.onset.year >= begin and (law is None or one.onset < law.onset)]
        found += [one for one in (law, *once) if one is not None and one.onset.year <= end]
    if not found or any(one.law is None or one.onset.year >= begin for one in found):
        found.append(_unchanged(datetime(begin, 1, 1, tzinfo=zone_of(zone))))
    return sorted(found, key=lambda one: one.onset - one.before)


def is_steady(zone: str, first: int, last: int) -> bool:
    """Whether the clock is never changed in these years and the next."""
    try:
        return not changes(zone, first, min(last + 1, MAXYEAR - 1))
    except StorageError:
        # A calendar cannot be written then, and says so; nothing else has to fail for it.
        return True


@lru_cache(maxsize=64)
def changes(zone: str, first: int, last: int) -> tuple[Change, ...]:
    """Every change of the zone's offset in these years."""
    tz = zone_of(zone)
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    found = []
    while moment < end:
        later = min(moment + _STEP, end)
        before = moment.astimezone(tz)
        if later.astimezone(tz).utcoffset() == before.utcoffset():
            moment = later
            continue
        moment = _first_with_another_offset(moment, later, tz)
        found.append(_change(before, moment.astimezone(tz)))
    return tuple(found)


def _first_with_another_offset(moment: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    offset = moment.astimezone(zone).utcoffset()
    while later - moment > _SECOND:
        middle = moment + (later - moment) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            moment = middle
        else:
            later = middle
    return later


def _change(before: datetime, after: datetime) -> Change:
    was, now = _offset(before), _offset(after)
    return Change(
        onset=(after.astimezone(UTC) + was).replace(tzinfo=None), before=was, after=now, name=after.tzname() or "",
        summer=now > was and bool(before.dst() or after.dst()),
    )  # fmt: skip


def _unchanged(moment: datetime) -> Change:
    offset = _offset(moment)
    name = moment.tzname() or ""
    return Change(onset=moment.replace(tzinfo=None), before=offset, after=offset, name=name, summer=False)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _alike(found: tuple[Change, ...]) -> Iterator[list[Change]]:
    """The changes that one law could have made: of one kind, in one month, on one weekday, at one time."""
    groups: dict[object, list[Change]] = defaultdict(list)
    for one in found:
        when = one.onset
        groups[one.before, one.after, one.name, one.summer, when.month, when.weekday(), when.time()].append(one)
    yield from groups.values()


def _law(alike: list[Change], horizon: int) -> Change | None:
    """The first change under the law that is still in force in the last year; None where there is no such law."""
    first, nths = alike[-1], _nths(alike[-1].onset)
    for one in reversed(alike[:-1]):
        if one.onset.year != first.onset.year - 1 or not nths & _nths(one.onset):
            break
        first, nths = one, nths & _nths(one.onset)
    if alike[-1].onset.year < horizon or horizon - first.onset.year < _CYCLE - 1:
        return None
    return replace(first, law=(first.onset.month, f"{max(nths)}{_WEEKDAYS[first.onset.weekday()]}"))


def _nths(day: datetime) -> set[int]:
    """Which of its weekdays a day is in its month, counted from the beginning and from the end."""
    from_beginning = (day.day - 1) // 7 + 1
    found = {from_beginning} if from_beginning <= _IN_EVERY_MONTH else set()
    return found | {_LAST} if day.day + 7 > monthrange(day.year, day.month)[1] else found
