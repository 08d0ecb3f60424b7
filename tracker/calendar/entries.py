"""What a plan looks like in a calendar: entries in one language, discreet or in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.settings import Settings, Titles, Windows
from tracker.calendar.titles import DISCREET, DISCREET_CAPSULE
from tracker.dates import Span, Unit, add
from tracker.errors import N_, Listed
from tracker.i18n import Language, language
from tracker.i18n import number as decimal
from tracker.plan import Downtime, Item, Plan, Series, SpanInPlan, State
from tracker.rules import Kind, Once

_BETWEEN = " + "
_MINUTE = timedelta(minutes=1)
_TO_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

_SETTLED = (State.AS_PLANNED, State.NOT_KNOWN)
"""Of the time before the course came into isotrack: nobody is reminded of it."""
TO_BOOK = ":book"
"""Stands after the key of an entry that says to book."""
DOWNTIME = ":downtime"
"""Stands after the key of a session, of the days on which the skin shows it."""
RUN_OUT = "stock" + TO_BOOK
"""The key of the entry that says in good time that the capsules at hand run out."""
TODO = "todo:"
"""Stands before the key of an entry that is a to-do."""
_CAPSULE = "capsule:"
_INTAKE = "#"
"""Stands before the number of an intake that is not the first of its day."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As iCalendar names them, from Monday on."""


class Entry(Struct, frozen=True, kw_only=True):
    """One calendar entry. ``start`` is a date (all day) or a local time of ``timezone``, both as ISO text."""

    key: str
    kind: str
    start: str
    last_day: str | None = None
    """Last day of an entry of several days, or of a daily series; None for one day."""
    timezone: str | None = None
    title: str
    description: str = ""
    category: str = ""
    alarm_minutes: int | None = None
    """How long before its start it rings; None for never."""
    busy: bool = False
    daily: bool = False
    """Whether it comes again and again, every day unless ``rule`` says otherwise."""
    done: bool = False
    cancelled: bool = False
    rule: str = ""
    """How a series comes that does not come every day: ``FREQ=DAILY;INTERVAL=2``, ``FREQ=WEEKLY;BYDAY=MO,FR``."""

    def content(self) -> str:
        """The entry as JSON, the same for the same entry, and for one that was published before there were rules."""
        return _TO_JSON({name: getattr(self, name) for name in self.__struct_fields__ if name != "rule" or self.rule})

    @classmethod
    def from_content(cls, content: str) -> Entry:
        """The entry that was published."""
        return cls(**json.loads(content))

    @classmethod
    def believed(cls, content: str) -> Entry | None:
        """The same of what may be anything: None for what is no entry."""
        try:
            found = msgspec.json.decode(content, type=cls)
            is_one = bool(found.when() and found.until and ZoneInfo(found.timezone or "UTC"))
        except (ValueError, TypeError, LookupError, OSError, msgspec.MsgspecError):
            return None
        return found if is_one else None

    @property
    def day(self) -> date:
        """The day on which it begins."""
        return date.fromisoformat(self.start[:10])

    @property
    def until(self) -> date:
        """The last of its days."""
        return date.fromisoformat(self.last_day) if self.last_day else self.day

    def when(self) -> date | datetime:
        """The start as a date or a local time."""
        return datetime.fromisoformat(self.start) if self.timezone else self.day


class LastAtHand(Struct, frozen=True):
    """The last day whose whole dose is at hand, and the day on which capsules came last."""

    on: date
    counted_on: date


class Writer(Struct, frozen=True):
    """Turns a plan into entries as the settings ask."""

    settings: Settings

    @property
    def language(self) -> Language:
        """The language of the calendar."""
        return language(self.settings.language)

    def entries(self, plan: Plan, capsules: Iterable[Series], last_at_hand: LastAtHand | None = None) -> list[Entry]:
        """Every entry that the calendar should show; ``capsules`` are the days with a daily dose."""
        reached = {item.rule.id: item.ordinal for item in plan.items if item.done is not None}
        # What a later one has overtaken is asked for no more. What merely grew old stays where it was: the
        # calendar changes with the facts, not with the clock.
        shown = [
            item for item in plan.items
            if item.done is not None or (item.ordinal >= reached.get(item.rule.id, 0) and item.state not in _SETTLED)
        ]  # fmt: skip
        items = [self._item(item, plan) for item in shown]
        found = [*self._course(plan), *(self._grouped(items) if self.settings.group else items)]
        for item in shown:
            found.extend(self._to_book(item, plan))
        for span in plan.spans:
            found.extend(self._span(span, plan))
        found += [self._downtime(one) for one in plan.downtimes]
        for series in capsules:
            found.extend(self._capsules(series, plan))
        if last_at_hand is not None:
            found.extend(self._run_out(last_at_hand))
        return found

    def cancelled(self, entry: Entry) -> Entry:
        """The tombstone of an entry that the plan no longer has; discreet where titles are by now."""
        if entry.category and not self._full:
            # It was published with a full title, which stays on no lock screen once titles are discreet.
            discreet = self._say(N_("Cancelled: {title}"), title=self._say(DISCREET[Kind(entry.kind)]))
            entry = replace(entry, title=discreet, description="", category="")
        elif not entry.cancelled:
            entry = replace(entry, title=self._say(N_("Cancelled: {title}"), title=entry.title))
        return replace(entry, alarm_minutes=None, busy=False, cancelled=True)

    @property
    def _full(self) -> bool:
        return self.settings.titles is Titles.FULL

    def _say(self, message: str, **values: Any) -> str:
        return self.language.fill(message, values)

    def _named(self, kind: Kind, full: str) -> str:
        return full if self._full else self._say(DISCREET[kind])

    def _entry(self, key: str, kind: Kind, start: date, title: str, why: str = "", *, rings: bool = False,
               **more: Any) -> Entry:  # fmt: skip
        alarm = self.settings.alarm.get(kind) if rings else None
        values: dict[str, Any] = {"alarm_minutes": alarm // _MINUTE if alarm is not None else None} | more
        return Entry(
            key=key, kind=kind.value, start=start.isoformat(), title=title,
            description=why if self._full else "", category=kind.value if self._full else "", **values,
        )  # fmt: skip

    def _course(self, plan: Plan) -> list[Entry]:
        line, kind = plan.timeline, Kind.DOSE
        first = self._say(N_("First capsule") if self._full else N_("Note G begins"))
        last = self._say(N_("Last capsule") if self._full else N_("Note G ends"))
        if line.last_dose is None:
            last = self._say(N_("{title} (estimate)"), title=last)
        return [
            self._entry("course:first-dose", kind, line.first_dose, first, rings=True),
            self._entry("course:last-dose", kind, line.end, last),
        ]

    def _title(self, item: Item) -> str:
        name = self._named(item.kind, item.rule.title.in_language(self.settings.language))
        if not isinstance(item.rule.timing, Once):
            name = f"{name} {item.ordinal}"
        if item.kind is Kind.PICK_UP and item.done is None:
            name = self._say(N_("{title}: last day"), title=name)
        return self._say(N_("{title} (estimate)"), title=name) if item.due_is_estimate else name

    def _item(self, item: Item, plan: Plan) -> Entry:
        name, why = self._title(item), self._why(item)
        if item.done is not None:
            title = self._say(N_("Done: {title}"), title=name)
            if item.kind is Kind.SUPPLY and self._full:
                title = self._say(N_("New pack"))  # that the one before runs out is nothing to be done
            return self._entry(item.key, item.kind, item.done.on, title, why, done=True)
        booked = item.appointment
        if booked is None:
            return self._entry(item.key, item.kind, item.due, name, why, rings=True)
        if booked.at is None:
            return self._entry(item.key, item.kind, booked.on, name, why, rings=True, busy=True)
        alarm = self.settings.appointment_alarm
        return self._entry(
            item.key, item.kind, datetime.combine(booked.on, booked.at), name, why,
            busy=True, timezone=plan.course.timezone, alarm_minutes=alarm // _MINUTE if alarm is not None else None,
        )  # fmt: skip

    def _to_book(self, item: Item, plan: Plan) -> Iterator[Entry]:
        days = self.settings.book.get(item.kind) if item.kind is not Kind.SUPPLY else None
        if days is None or item.done is not None or item.appointment is not None:
            return
        day = item.due - timedelta(days=days)
        if day > plan.timeline.enrolled:
            title = self._say(N_("To book: {title}"), title=self._title(item))
            yield self._entry(item.key + TO_BOOK, item.kind, day, title, self._why(item))

    def _run_out(self, at_hand: LastAtHand) -> Iterator[Entry]:
        """So long before the capsules at hand run out that the visit can be booked; no earlier than they came."""
        days = self.settings.book.get(Kind.SUPPLY)
        if days is None:
            return
        title = self._say(N_("To book: {title}"), title=self._say(DISCREET[Kind.SUPPLY]))
        if self._full:
            title = self._say(N_("To book: visit; capsules until {on}"), on=at_hand.on)
        why = self._say(N_("By what was recorded the last whole dose at hand is that of {on}."), on=at_hand.on)
        yield self._entry(
            RUN_OUT, Kind.SUPPLY, max(at_hand.on - timedelta(days=days), at_hand.counted_on), title, why, rings=True
        )

    def _why(self, item: Item) -> str:
        rule = item.rule
        lines = [
            rule.text.in_language(self.settings.language),
            self._say(N_("Window: {start} to {end}"), start=item.window_start, end=item.window_end),
            self._say(N_("Source: {sources}"), sources=Listed(rule.sources)),
        ]
        if not rule.confirmed:
            lines.append(self._say(N_("Not confirmed in a source: ask your clinic.")))
        if item.done is None and item.appointment is not None and item.appointment.note:
            lines.append(item.appointment.note)
        return "\n".join(lines)

    def _grouped(self, items: list[Entry]) -> list[Entry]:
        """Those that fall on the day of a visit become one with it; what is done or has its own time stands alone."""
        visits = {entry.day: entry for entry in items if entry.kind == Kind.VISIT and not entry.done}
        found = []
        for entry in items:
            visit = visits.get(entry.day)
            if entry is visit:
                same = [one for one in items if one.day == entry.day and one is not entry and _can_join(one)]
                titles = [one.title for one in (entry, *same)]
                texts = [one.description for one in (entry, *same) if one.description]
                found.append(replace(entry, title=_BETWEEN.join(titles), description="\n\n".join(texts)))
            elif visit is None or not _can_join(entry):
                found.append(entry)
        return found

    def _span(self, span: SpanInPlan, plan: Plan) -> Iterator[Entry]:
        kind = span.rule.kind
        name = self._named(kind, span.rule.title.in_language(self.settings.language))
        text = span.rule.text.in_language(self.settings.language)

        def title(message: str) -> str:
            found = self._say(message, title=name)
            return self._say(N_("{title} (estimate)"), title=found) if span.end_is_estimate else found

        yield self._entry(f"{span.key}:last-day", kind, span.end, title(N_("{title}: last day")), text, rings=True)
        if self.settings.windows is Windows.BANNER:
            banner = title(N_("{title}"))
            yield self._entry(f"{span.key}:banner", kind, span.start, banner, text, last_day=span.end.isoformat())
        elif kind is Kind.CONTRACEPTION:
            begins = self._say(N_("{title}: begins"), title=name)
            yield self._entry(f"{span.key}:begins", kind, span.start, begins, text, rings=True)
            month = 1
            while (day := add(plan.timeline.end, Span(month, Unit.MONTH))) < span.end:
                yield self._entry(f"{span.key}:month-{month}", kind, day, title(N_("{title}: goes on")), text)
                month += 1

    def _downtime(self, of: Downtime) -> Entry:
        kind = Kind.PROCEDURE
        title = self._named(kind, of.rule.title.in_language(self.settings.language))
        title = self._say(N_("Downtime: {title}") if self._full else N_("{title}: after it"), title=title)
        if of.is_estimate:
            title = self._say(N_("{title} (estimate)"), title=title)
        return self._entry(of.key + DOWNTIME, kind, of.first, title, last_day=of.last.isoformat())

    def _capsules(self, series: Series, plan: Plan) -> Iterator[Entry]:
        """A series for each intake; where there are fewer times than intakes, the last is that of all that are left."""
        clocks = self.settings.capsule[: max(len(series.intakes), 1)]
        for number, at in enumerate(clocks, start=1):
            intakes = series.intakes[number - 1 : number if number < len(clocks) else None]
            mg = _BETWEEN.join(map(decimal, intakes))
            if not self._full:
                title = self._say(DISCREET_CAPSULE)
            else:
                title = self._say(N_("Capsule, {mg} mg"), mg=mg) if mg else self._say(N_("Capsule"))
            yield self._entry(
                f"{_CAPSULE}{series.key}{_INTAKE}{number}" if number > 1 else f"{_CAPSULE}{series.key}", Kind.DOSE,
                datetime.combine(series.first, at), title, timezone=plan.course.timezone, daily=True,
                last_day=series.last.isoformat(), rule=_rule(series), alarm_minutes=0,
            )  # fmt: skip


def intake_of(key: str) -> int:
    """Which intake of a day a series of capsules reminds of, by the key of its entry."""
    return int(key.partition(_INTAKE)[2] or 1)


def _rule(series: Series) -> str:
    if series.weekdays:
        return f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[number] for number in series.weekdays)}"
    return f"FREQ=DAILY;INTERVAL={series.every}" if series.every > 1 else ""


def _can_join(entry: Entry) -> bool:
    return not entry.done and entry.timezone is None
