"""What a plan looks like in a calendar: one entry a date, in one language, discreet or in full."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from tracker.dates import Span, Unit, add
from tracker.errors import N_
from tracker.i18n import Language
from tracker.model import Item, Plan, SpanInPlan
from tracker.rules import Kind, Once

BOOK_BEFORE = timedelta(days=7)
"""A visit or blood test that is not booked is announced so long before its due day, for programs that drop alarms."""
EVENING_BEFORE = "-PT4H"
"""Alarm of an all-day entry: 20:00 on the evening before."""
DAY_BEFORE = "-P1D"
"""Alarm of an appointment: the same time a day before."""


class Titles(StrEnum):
    """Whether a title may say what it is about."""

    DISCREET = "discreet"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One calendar entry. ``start`` is a date (all day) or a local time of ``timezone``, both as ISO text."""

    key: str
    start: str
    timezone: str | None
    title: str
    description: str
    category: str
    alarm: str | None
    busy: bool
    cancelled: bool = False

    def content(self) -> str:
        """The entry as JSON, the same for the same entry."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_content(cls, content: str) -> Entry:
        """The entry that was published."""
        return cls(**json.loads(content))

    def when(self) -> date | datetime:
        """The start as a date or a local time."""
        return datetime.fromisoformat(self.start) if self.timezone else date.fromisoformat(self.start)


_DISCREET = {
    Kind.ATTESTATION: N_("Paperwork"),
    Kind.VISIT: N_("Clinic"),
    Kind.BLOOD_TEST: N_("Check A"),
    Kind.PREGNANCY_TEST: N_("Check B"),
    Kind.CONTRACEPTION: N_("Note C"),
    Kind.BLOOD_DONATION: N_("Note D"),
    Kind.BREAST_FEEDING: N_("Note E"),
    Kind.PROCEDURE: N_("Note F"),
    Kind.PICK_UP: N_("Errand"),
    Kind.SUPPLY: N_("Stock"),
    Kind.DOSE: N_("Note G"),
    Kind.REVIEW: N_("Questions"),
}

LEGEND = {
    Kind.BLOOD_TEST: N_("Check A = blood test"),
    Kind.PREGNANCY_TEST: N_("Check B = pregnancy test"),
    Kind.CONTRACEPTION: N_("Note C = contraception"),
    Kind.BLOOD_DONATION: N_("Note D = blood donation"),
    Kind.BREAST_FEEDING: N_("Note E = breast-feeding"),
    Kind.PROCEDURE: N_("Note F = procedures"),
    Kind.DOSE: N_("Note G = capsules"),
    Kind.PICK_UP: N_("Errand = pharmacy"),
    Kind.SUPPLY: N_("Stock = capsules run out"),
    Kind.REVIEW: N_("Questions = mood and well-being"),
}
"""What a discreet title means, told on the screen and never in the calendar."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Turns a plan into entries in one language."""

    language: Language
    titles: Titles

    def entries(self, plan: Plan) -> list[Entry]:
        """Every entry that the calendar should show, by key."""
        found = self._course(plan)
        reached = {item.rule.id: item.ordinal for item in plan.items if item.done is not None}
        for item in plan.items:
            # What a later one has overtaken is asked for no more. What merely grew old stays where it was: the
            # calendar changes with the facts, not with the clock.
            if item.done is not None or item.ordinal >= reached.get(item.rule.id, 0):
                found.extend(self._item(item, plan))
        for span in plan.spans:
            found.extend(self._span(span, plan))
        return found

    def cancelled(self, entry: Entry) -> Entry:
        """The tombstone of an entry that the plan no longer has."""
        title = self._say(N_("Cancelled: {title}"), title=entry.title)
        return replace(entry, title=title, alarm=None, busy=False, cancelled=True)

    def _say(self, message: str, **values: Any) -> str:
        return self.language.fill(message, values)

    def _entry(self, key: str, start: date, title: str, kind: Kind, description: str = "", **more: Any) -> Entry:
        full = self.titles is Titles.FULL
        values = {"timezone": None, "alarm": None, "busy": False} | more
        return Entry(
            key=key,
            start=start.isoformat(),
            title=title,
            description=description if full else "",
            category=kind.value if full else "",
            **values,
        )

    def _course(self, plan: Plan) -> list[Entry]:
        line, kind = plan.timeline, Kind.DOSE
        full = self.titles is Titles.FULL
        first = self._say(N_("First capsule") if full else N_("Note G begins"))
        last = self._say(N_("Last capsule") if full else N_("Note G ends"))
        if line.last_dose is None:
            last = self._say(N_("{title} (estimate)"), title=last)
        return [
            self._entry("course:first-dose", line.first_dose, first, kind, alarm=EVENING_BEFORE),
            self._entry("course:last-dose", line.end, last, kind),
        ]

    def _item(self, item: Item, plan: Plan) -> list[Entry]:
        rule = item.rule
        name = (
            rule.title.in_language(self.language.code)
            if self.titles is Titles.FULL
            else self._say(_DISCREET[item.kind])
        )
        if not isinstance(rule.timing, Once):
            name = f"{name} {item.ordinal}"
        why = self._why(item)
        if item.done is not None:
            title = self._say(N_("Done: {title}"), title=name)
            return [self._entry(item.key, item.done.on, title, item.kind, why)]
        if item.due_is_estimate:
            name = self._say(N_("{title} (estimate)"), title=name)
        booked = item.appointment
        if booked is not None:
            start = datetime.combine(booked.on, booked.at) if booked.at else booked.on
            zone = plan.course.timezone if booked.at else None
            alarm = DAY_BEFORE if booked.at else EVENING_BEFORE
            return [self._entry(item.key, start, name, item.kind, why, timezone=zone, alarm=alarm, busy=True)]
        found = [self._entry(item.key, item.due, name, item.kind, why, alarm=EVENING_BEFORE)]
        to_book = item.kind in (Kind.VISIT, Kind.BLOOD_TEST) and item.due - BOOK_BEFORE > plan.timeline.enrolled
        if to_book:
            title = self._say(N_("To book: {title}"), title=name)
            found.append(self._entry(f"{item.key}:book", item.due - BOOK_BEFORE, title, item.kind, why))
        return found

    def _why(self, item: Item) -> str:
        rule = item.rule
        lines = [
            rule.text.in_language(self.language.code),
            self._say(N_("Window: {start} to {end}"), start=item.window_start, end=item.window_end),
            self._say(N_("Source: {sources}"), sources=", ".join(rule.sources)),
        ]
        if not rule.confirmed:
            lines.append(self._say(N_("Not confirmed in a source: ask your clinic.")))
        return "\n".join(lines)

    def _span(self, span: SpanInPlan, plan: Plan) -> list[Entry]:
        full = self.titles is Titles.FULL
        name = span.rule.title.in_language(self.language.code) if full else self._say(_DISCREET[span.rule.kind])
        text = span.rule.text.in_language(self.language.code)
        last = self._say(N_("{title}: last day"), title=name)
        goes_on = self._say(N_("{title}: goes on"), title=name)
        if span.end_is_estimate:
            last = self._say(N_("{title} (estimate)"), title=last)
            goes_on = self._say(N_("{title} (estimate)"), title=goes_on)
        kind = span.rule.kind
        found = [self._entry(f"{span.key}:last-day", span.end, last, kind, text, alarm=EVENING_BEFORE)]
        if kind is Kind.CONTRACEPTION:
            begins = self._say(N_("{title}: begins"), title=name)
            found.append(self._entry(f"{span.key}:begins", span.start, begins, kind, text, alarm=EVENING_BEFORE))
            month = 1
            while (day := add(plan.timeline.end, Span(month, Unit.MONTH))) < span.end:
                found.append(self._entry(f"{span.key}:month-{month}", day, goes_on, kind, text))
                month += 1
        return found
