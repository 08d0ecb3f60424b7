"""Single days of a series of capsules that another device took out or changed.

They are the person's own, like a place or an alarm: the plan moves its series under them. A day stays out, and a
reminder stays where it was put, in whichever series the plan has that day now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component, Event, vDDDLists, vRecur
from msgspec import Struct

from tracker.calendar.entries import WEEKDAYS, Entry, intake_of

_OF_THE_SERIES = ("SUMMARY", "DESCRIPTION", "CATEGORIES", "CLASS", "TRANSP")
"""What a changed occurrence says as its series does, unless a person changed that."""


class Single(Struct, frozen=True):
    """One occurrence of a series that was taken out or changed there."""

    at: date
    """When the series has it: a moment, or a day."""
    series: Component
    changed: Component | None = None
    """As it was changed; None where it was taken out."""

    def __str__(self) -> str:
        """As it is remembered."""
        return f"{'-' if self.changed is None else '~'}{self.moment}"

    @property
    def moment(self) -> str:
        """When the series has it, in the form of what is seen."""
        return _moment(self.at)

    @property
    def is_seen(self) -> bool:
        """Whether a person sees that the day is not as the others. Some programs note there what was dismissed."""
        one = self.changed
        return (
            one is None
            or _moment(_when(one, "DTSTART")) != self.moment
            or one.get("SUMMARY") != self.series.get("SUMMARY")
        )

    def day(self, zone: ZoneInfo) -> date:
        """The day that it is about, where the plan has its days."""
        if not isinstance(self.at, datetime):
            return self.at
        return (self.at.astimezone(zone) if self.at.tzinfo is not None else self.at).date()


class Turns(Struct, frozen=True):
    """On which days a series comes: every so many from the first one on, or by the day of the week."""

    every: int = 1
    weekdays: tuple[str, ...] = ()
    """As iCalendar names them, in the order of the week; empty where it is not by them."""

    @classmethod
    def of(cls, rule: str) -> Turns:
        """Those of a rule of ours."""
        parts = dict(part.split("=") for part in rule.split(";"))
        return cls(int(parts.get("INTERVAL", 1)), tuple(filter(None, parts.get("BYDAY", "").split(","))))

    def has(self, first: date, day: date) -> bool:
        """Whether a series that begins on ``first`` comes on ``day``."""
        if self.weekdays:
            return WEEKDAYS[day.weekday()] in self.weekdays
        return (day - first).days % self.every == 0

    def offsets(self, first: date) -> list[int]:
        """The days after ``first`` on which it comes, of one round."""
        return [number for number in range(self.round) if self.has(first, first + timedelta(days=number))]

    @property
    def round(self) -> int:
        """The days after which it comes as before."""
        return len(WEEKDAYS) if self.weekdays else self.every

    def written(self, until: str) -> str:
        """The rule, with its end, in one form."""
        if self.weekdays:
            return f"FREQ=WEEKLY;UNTIL={until};BYDAY={','.join(self.weekdays)}"
        return f"FREQ=DAILY;UNTIL={until}" + (f";INTERVAL={self.every}" if self.every > 1 else "")


EVERY_DAY = Turns()


class Days(Struct, frozen=True):
    """The days of one of the plan's series."""

    first: date
    last: date
    zone: ZoneInfo
    turns: Turns = EVERY_DAY
    intake: int = 1
    """Which intake of its days it reminds of."""

    @classmethod
    def of(cls, entry: Entry) -> Days:
        """The days of a series of the calendar."""
        turns = Turns.of(entry.rule) if entry.rule else EVERY_DAY
        return cls(entry.day, entry.until, ZoneInfo(str(entry.timezone)), turns, intake_of(entry.key))

    def has(self, single: Single) -> bool:
        """Whether the day of a single one is among them."""
        day = single.day(self.zone)
        return self.first <= day <= self.last and self.turns.has(self.first, day)


def is_series(entry: Component) -> bool:
    """Whether an entry has a time and comes again and again."""
    return isinstance(entry, Event) and "RRULE" in entry and isinstance(_when(entry, "DTSTART"), datetime)


def changes_the_rest(occurrence: Component) -> bool:
    """Whether an occurrence was changed together with those after it: then it is no single one."""
    return "RANGE" in _property(occurrence, "RECURRENCE-ID").params


def singles(series: Component, others: Iterable[Component]) -> list[Single]:
    """Every single occurrence of a series that was taken out or changed."""
    if not is_series(series):
        return []
    found = _property(series, "EXDATE")
    lists = found if isinstance(found, list) else [found]
    moments = (one.dt for part in lists if isinstance(part, vDDDLists) for one in part.dts)
    out = [Single(at, series) for at in moments if isinstance(at, date)]
    return out + [_changed(one, series) for one in others if not changes_the_rest(one)]


def _changed(occurrence: Component, series: Component) -> Single:
    """An occurrence that was changed; one that was cancelled is taken out, which more programs understand."""
    # What cannot be read is said while it is read, not when it is to be written.
    times = [_when(occurrence, "RECURRENCE-ID"), _when(occurrence, "DTSTART"), _when(series, "DTEND")]
    if not all(isinstance(one, date) for one in times):
        raise ValueError(str(times))
    gone = str(occurrence.get("STATUS", "")) == "CANCELLED"
    return Single(times[0], series, None if gone else occurrence)


def rule(series: Component) -> str | None:
    """The rule of a series of capsules, as isotrack writes it; None for any other.

    Programs that take a day out write the rule anew in their own words: with the week's first day, an end at midnight,
    a count.
    """
    said, start = _property(series, "RRULE"), _when(series, "DTSTART")
    if not isinstance(said, vRecur) or start.tzinfo is None:
        return None
    parts = {name: value for name, value in said.items() if name != "WKST"}
    turns = _turns(parts, start)
    offsets = turns.offsets(start.date()) if turns is not None else []
    if turns is None or len(parts) != 1 or offsets[:1] != [0]:
        return None
    ((name, (end, *_more)),) = parts.items()
    if name == "COUNT":
        rounds, rest = divmod(end - 1, len(offsets))
        days = rounds * turns.round + offsets[rest]
    elif name == "UNTIL" and isinstance(end, datetime) and end.tzinfo is not None:
        until = end.astimezone(start.tzinfo)
        rounds, rest = divmod((until.date() - start.date()).days - (until.time() < start.time()), turns.round)
        days = rounds * turns.round + max(offset for offset in offsets if offset <= rest)
    else:
        return None
    last = datetime.combine(date.fromordinal(start.toordinal() + days), start.time(), start.tzinfo)
    return turns.written(f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def _turns(parts: dict[str, Any], start: datetime) -> Turns | None:
    """On which days a series comes by the parts of its rule, which are taken out; None for what is no such series."""
    (frequency, *_), (every, *_) = parts.pop("FREQ", [None]), parts.pop("INTERVAL", [1])
    if frequency == "DAILY" and isinstance(every, int) and every >= 1:
        return Turns(every)
    if frequency != "WEEKLY" or every != 1:
        return None
    named = {str(day) for day in parts.pop("BYDAY", [WEEKDAYS[start.weekday()]])}
    weekdays = tuple(day for day in WEEKDAYS if day in named)
    return Turns(weekdays=weekdays) if len(weekdays) == len(named) else None


def share_out(
    held: Mapping[str, Iterable[Single]], plan: Mapping[str, Days], intakes: Mapping[str, int] | None = None
) -> dict[str, list[Single]]:
    """Which series of the plan has which single occurrence: the one that has its day now, for the same intake of it.

    What was taken out of days that no series has stays where it was, or goes to the series before, for when the plan
    has them again. What was put elsewhere on such a day would ring, and is dropped. ``intakes`` says which intake a
    series reminded of that the plan has no more.
    """
    found: dict[str, dict[tuple[date, bool], Single]] = {uid: {} for uid in plan}
    for holder, days in sorted(held.items(), key=lambda one: one[0] in plan):
        intake = plan[holder].intake if holder in plan else (intakes or {}).get(holder, 1)
        same = {uid: series for uid, series in plan.items() if series.intake == intake}
        for single in days:
            owners = [uid for uid, series in same.items() if series.has(single)]
            if not owners and single.changed is None and same:
                owners = [holder if holder in plan else _before(single, same)]
            for uid in owners:
                found[uid][single.day(plan[uid].zone), single.changed is None] = single
    return {uid: list(days.values()) for uid, days in found.items()}


def _before(single: Single, plan: Mapping[str, Days]) -> str:
    """The last series that begins before a day; the first one where none does."""
    return max(plan, key=lambda uid: (plan[uid].first <= single.day(plan[uid].zone), plan[uid].first))


def lay(calendar: Component, days: Iterable[Single]) -> None:
    """Put single occurrences into a calendar that holds a series of ours and nothing else."""
    (series,) = calendar.walk("VEVENT")
    for single in days:
        if single.changed is None:
            series.add("exdate", _occurrence(series, single))
        else:
            calendar.add_component(_moved_along(single, single.changed, series))


def _moved_along(single: Single, changed: Component, series: Component) -> Component:
    """A changed occurrence as one of the series as it is now: what nobody changed in it is the series' own."""
    made = changed.copy(recursive=True)
    for name in _OF_THE_SERIES:
        if changed.get(name) == single.series.get(name):
            made.pop(name, None)
            if name in series:
                made[name] = series[name]
    if _alarms(changed) == _alarms(single.series):
        made.subcomponents = [part for part in made.subcomponents if part.name != "VALARM"] + series.walk("VALARM")
    at = _occurrence(series, single)
    if _moment(_when(changed, "DTSTART")) == single.moment:
        made.pop("DURATION", None)
        _say(made, "DTSTART", at)
        _say(made, "DTEND", at + (_when(series, "DTEND") - _when(series, "DTSTART")))
    for name in ("DTSTART", "DTEND"):
        moment = _when(made, name)
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            # In the one zone that the file describes.
            _say(made, name, moment.astimezone(at.tzinfo))
    _say(made, "UID", str(series["UID"]))
    _say(made, "RECURRENCE-ID", at)
    return made


def _occurrence(series: Component, single: Single) -> datetime:
    start = _when(series, "DTSTART")
    return datetime.combine(single.day(start.tzinfo), start.time(), start.tzinfo)


def _property(component: Component, name: str) -> Any:
    return component.get(name)


def _when(component: Component, name: str) -> Any:
    found = _property(component, name)
    return found.dt if found is not None else None


def _say(component: Component, name: str, value: Any) -> None:
    component.pop(name, None)
    component.add(name, value)


def _alarms(component: Component) -> list[bytes]:
    triggers = (_property(part, "TRIGGER") for part in component.walk("VALARM"))
    return sorted(one.to_ical() for one in triggers if one is not None)


def _moment(when: date) -> str:
    if isinstance(when, datetime) and when.tzinfo is not None:
        return when.astimezone(UTC).isoformat()
    return when.isoformat()
