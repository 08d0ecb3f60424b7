"""When an entry begins: a day, or a time in the zone of the course, and never in a zone that is only guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from msgspec import Struct

from tracker.calendar.invitations.lines import Component, Property
from tracker.calendar.invitations.values import BrokenError
from tracker.calendar.invitations.zones import Zones
from tracker.errors import N_, Phrase

_TIME = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE | re.ASCII,
)
_YEARS = range(1900, 3000)
_SHOWN = 60
_LEAP_SECOND = 60
_MIDNIGHT = time()
_DAY = timedelta(days=1)
_PARAMETERS = ("TZID", "VALUE", "ENCODING", "CHARSET", "LANGUAGE", "RANGE")
"""What stands at times; anything else may be the name of a zone that was damaged."""
_ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY")
_LENGTH = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?", re.IGNORECASE
)


class Moment(Struct, frozen=True):
    """A day, or a time: ``local`` by its own clock, ``instant`` in UTC."""

    local: datetime
    instant: datetime | None = None
    """None for a day without a time."""
    names_no_zone: bool = False
    """Whether it goes by the clock that is the calendar's, or else by that of the course."""

    @property
    def is_day(self) -> bool:
        """Whether it is a day without a time."""
        return self.instant is None

    @property
    def key(self) -> str:
        """The one way of writing it by which copies of an entry know one another."""
        return f"{self.instant:%Y%m%dT%H%M%SZ}" if self.instant is not None else f"{self.local:%Y%m%d}"


class Clock(Struct, frozen=True):
    """How times of one calendar are read: its zones, and the one that it names for times without a zone."""

    zones: Zones
    default: str | None
    """None where it names none: such times are local ones, of the course's zone."""

    def moments(self, found: Property) -> list[Moment]:
        """The times of a property, which may list several; raise BrokenError where one cannot be known."""
        values = [one.strip() for one in found.value.split(",") if one.strip()]
        if not values:
            raise _no_time(found)
        return [self._moment(one.partition("/")[0].strip(), found) for one in values]

    def moment(self, found: Property) -> Moment:
        """The time of a property; raise BrokenError where it cannot be known."""
        moments = self.moments(found)
        if len(moments) > 1:
            raise _no_time(found)
        return moments[0]

    def like(self, local: datetime, first: Moment, found: Property) -> Moment:
        """Another time by the clock of ``first``, which that property says."""
        if first.is_day:
            return Moment(local)
        written = _TIME.fullmatch(found.value.strip())
        return self._time(local, written["zone"] if written else None, found)

    def in_the_course(self, moment: Moment) -> tuple[date, time | None]:
        """Its day and time by the clocks of the course."""
        if moment.instant is None:
            return moment.local.date(), None
        # The hour that clocks skip stays what it is: the booking of such a time is refused.
        at_home = moment.names_no_zone and self.default is None
        local = moment.local if at_home else moment.instant.astimezone(self.zones.course)
        return local.date(), local.time().replace(second=0, microsecond=0, tzinfo=None)

    def day_of(self, moment: Moment) -> datetime:
        """The midnight with which a day begins, by its own clock or by that of the course; else its own time."""
        if moment.instant is not None and moment.local.time() != _MIDNIGHT:
            at_home = moment.instant.astimezone(self.zones.course).replace(tzinfo=None)
            return at_home if at_home.time() == _MIDNIGHT else moment.local
        return moment.local

    def _moment(self, value: str, found: Property) -> Moment:
        written = _TIME.fullmatch(value)
        try:
            local = _local(written) if written is not None else None
        except ValueError:
            local = None
        if written is None or local is None or local.year not in _YEARS:
            raise _no_time(found)
        is_day = found.parameters.get("VALUE", "").upper() == "DATE" and local.time() == _MIDNIGHT
        if written["hour"] is None or is_day:
            return Moment(local)
        return self._time(local, written["zone"], found)

    def _time(self, local: datetime, offset: str | None, found: Property) -> Moment:
        name = found.parameters.get("TZID", "").strip() or None
        if offset is not None:
            instant = (local - _from_utc(offset)).replace(tzinfo=UTC)
            if name is not None and self._of_zone(local, name) != instant:
                raise BrokenError(
                    Phrase(N_("it names two time zones: {value}"), {"value": shown(f"{name}, {found.value}")})
                )
            return Moment(local, instant)
        if name is not None:
            return Moment(local, self._of_zone(local, name))
        strange = [one for one in found.parameters if one not in _PARAMETERS and not one.startswith("X-")]
        if strange or ("TZID" in found.parameters and self.default is None):
            raise _no_zone(", ".join(strange) or "-")
        if self.default is not None:
            return Moment(local, self._of_zone(local, self.default), names_no_zone=True)
        return Moment(local, local.replace(tzinfo=self.zones.course).astimezone(UTC), names_no_zone=True)

    def _of_zone(self, local: datetime, name: str) -> datetime:
        instant = self.zones.instant(local, name)
        if instant is None:
            raise _no_zone(name)
        return instant


def _no_zone(name: str) -> BrokenError:
    return BrokenError(Phrase(N_("its time zone is not known: {zone}"), {"zone": shown(name)}))


def shown(value: str) -> str:
    """A value of a file as it is shown: in one line, and not longer than that."""
    plain = "".join(letter if letter.isprintable() else " " for letter in value)
    text = " ".join(plain.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def begin(entry: Component, clock: Clock) -> tuple[Moment, Property]:
    """When an entry begins, and the property that says it; raise BrokenError where it says none, or two."""
    found = [one for one in entry.all("DTSTART") if one.value.strip()] or entry.all("DTSTART")
    if not found:
        raise BrokenError(Phrase(N_("it has no start ({property} is missing)"), {"property": "DTSTART"}))
    if len({(one.value, tuple(one.parameters.items())) for one in found}) > 1:
        values = shown(", ".join(one.value for one in found))
        raise BrokenError(
            Phrase(N_("it has more than one {property}: {value}"), {"property": "DTSTART", "value": values})
        )
    moment = clock.moment(found[0])
    return _as_a_day(moment, entry, clock), found[0]


def _as_a_day(moment: Moment, entry: Component, clock: Clock) -> Moment:
    """The day where an entry lasts from midnight to midnight."""
    midnight = clock.day_of(moment)
    if moment.is_day or midnight.time() != _MIDNIGHT:
        return moment
    lasts = _length(moment, entry, clock)
    says_so = any(entry.word(name) in ("TRUE", "1") for name in _ALL_DAY)
    whole_days = lasts is not None and lasts >= _DAY and not lasts % _DAY
    return Moment(midnight) if says_so or whole_days else moment


def _length(moment: Moment, entry: Component, clock: Clock) -> timedelta | None:
    """How long it lasts by its own clock; None where that is not said in a form that can be read, or twice."""
    end, duration = entry.first("DTEND"), entry.word("DURATION")
    if end is not None:
        try:
            return clock.moment(end).local - moment.local
        except BrokenError:
            return None
    found = _LENGTH.fullmatch(duration)
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _local(written: re.Match[str]) -> datetime:
    day = datetime(int(written["year"]), int(written["month"]), int(written["day"]))  # noqa: DTZ001 - by its own clock
    if written["hour"] is None:
        return day
    second = int(written["second"] or 0)
    return day.replace(
        hour=int(written["hour"]), minute=int(written["minute"]), second=second - (second == _LEAP_SECOND)
    )


def _from_utc(offset: str) -> timedelta:
    if offset.upper() == "Z":
        return timedelta(0)
    digits = offset[1:].replace(":", "").ljust(4, "0")
    found = timezone(timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))).utcoffset(None)
    return -found if offset[0] == "-" else found


def _no_time(found: Property) -> BrokenError:
    return BrokenError(
        Phrase(
            N_("{property} is not a day or a time: {value}"),
            {"property": found.name, "value": shown(found.value) or "-"},
        )
    )
