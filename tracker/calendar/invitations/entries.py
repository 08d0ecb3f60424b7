"""One entry by itself: what it says of itself, and when it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property

from tracker.calendar.invitations import series
from tracker.calendar.invitations.charsets import UNREADABLE
from tracker.calendar.invitations.kinds import is_called_off, kinds
from tracker.calendar.invitations.lines import Component, Property
from tracker.calendar.invitations.source import Sent
from tracker.calendar.invitations.times import Clock, Moment, begin, shown
from tracker.calendar.invitations.values import BrokenError, Invitation, Refused, Status
from tracker.calendar.invitations.zones import Zones
from tracker.errors import N_, Phrase

_SENT_FOR = ("", "PUBLISH", "REQUEST", "ADD", "CANCEL")
_ANSWERS = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")
_CANCELLED = ("CANCELLED", "CANCELED")
_TAKES_PLACE = ("", "CONFIRMED", "ACCEPTED", "NEEDS-ACTION", "NEEDS ACTION", "SENT", "BUSY")
_NO_PERSON = ("ROOM", "RESOURCE")
_LONGEST_TITLE = 200
_LARGEST_SEQUENCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Told:
    """The appointments of one entry or several, and what of them books nothing."""

    invitations: tuple[Invitation, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as far as it is read without the others; where it books nothing, with the reason."""

    component: Component
    said: Invitation
    """With the day on which the entry begins, for all its days."""
    clock: Clock
    start: tuple[Moment, Property] | None
    """None where it cannot be known."""
    replaces: str | None = None
    """The day of a series that it stands for."""
    onwards: bool = False
    """Whether it stands for all later ones too."""
    reason: Phrase | None = None

    @property
    def repeats(self) -> bool:
        """Whether it stands for more days than one."""
        return series.repeats(self.component)

    @property
    def is_answer(self) -> bool:
        """Whether it answers an invitation."""
        return self.said.method in _ANSWERS

    def refused(self, reason: Phrase) -> Refused:
        """This entry with the reason why it books nothing."""
        on, at = (None, None)
        if self.start is not None:
            on, at = self.said.on, self.said.at
        elif (local := _own_clock(self.component)) is not None:
            on, at = local.date(), None
        return Refused(entry=self.said.entry, reason=reason, title=self.said.title, on=on, at=at, uid=self.said.uid)

    def on(self, moment: Moment, recurrence_id: str | None) -> Invitation:
        """One of its days."""
        day, at = self.clock.in_the_course(moment)
        return replace(self.said, on=day, at=at, recurrence_id=recurrence_id)


@dataclass(frozen=True)
class Reader:
    """Reads the entries of one calendar."""

    sent: Sent
    timezone: str

    @cached_property
    def clock(self) -> Clock:
        """How times of this calendar are read."""
        own = self.sent.calendar.own
        return Clock(Zones(self.timezone, self.sent.calendar.zones), own.text("X-WR-TIMEZONE") or _offset(own))

    def draft(self, component: Component, number: int) -> Draft:
        """One entry; whatever is wrong with it is its reason."""
        said = _said(component, number, self.sent.method)
        draft = Draft(component, said, self.clock, None)
        try:
            _check(component, said.method, said.title)
            start = begin(component, self.clock)
            day, at = self.clock.in_the_course(start[0])
            draft = replace(draft, said=replace(said, on=day, at=at), start=start)
            if (rid := component.first("RECURRENCE-ID")) is not None and rid.value.strip():
                draft = replace(draft, replaces=_replaces(rid, start, self.clock), onwards=_onwards(rid))
        except BrokenError as broken:
            return self._broken(draft, broken.reason)
        if draft.onwards:
            reason = N_("it changes this day of a series and all later ones ({property})")
            return replace(draft, reason=Phrase(reason, {"property": "RECURRENCE-ID;RANGE"}))
        return draft

    def _broken(self, draft: Draft, reason: Phrase) -> Draft:
        """The entry with its reason, and with the day of a series that it stands for: the series is wrong there."""
        rid = draft.component.first("RECURRENCE-ID")
        if rid is None or draft.replaces is not None:
            return replace(draft, reason=reason)
        try:
            return replace(draft, reason=reason, replaces=self.clock.moment(rid).key, onwards=_onwards(rid))
        except BrokenError:
            # Which day it stands for is not known: it may be any.
            return replace(draft, reason=reason, replaces="", onwards=True)


def _offset(own: Component) -> str | None:
    """The offset of a whole file in vCalendar 1.0, that of summer beside it."""
    winter, summer = own.text("TZ"), own.text("DAYLIGHT").upper().split(";")
    if not winter:
        return None
    return f"GMT{winter}/{summer[1]}" if summer[0] == "TRUE" and len(summer) > 1 else winter


def _onwards(rid: Property) -> bool:
    return rid.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _replaces(rid: Property, start: tuple[Moment, Property], clock: Clock) -> str:
    found = clock.moment(rid)
    if not start[0].is_day:
        return series.same_clock(rid, start, clock)[0].key
    midnight = clock.day_of(found)
    return found.key if midnight.time() != time() else f"{midnight:%Y%m%d}"


def _said(component: Component, number: int, method: str) -> Invitation:
    """What an entry says of itself beside its time."""
    title = _one_line(component.text("SUMMARY"))
    method = component.word("METHOD") or method
    words = {one.text.strip().upper() for one in component.all("STATUS")}
    status = Status.TENTATIVE if "TENTATIVE" in words else Status.CONFIRMED
    if method == "CANCEL" or words & set(_CANCELLED) or is_called_off(title):
        status = Status.CANCELLED
    return Invitation(
        entry=number, title=title, on=date.min, at=None, kinds=kinds(title, component.text("DESCRIPTION")),
        status=status, uid=component.text("UID") or None, sequence=_number(component), stamp=_stamp(component),
        method=method, partstat=_answer(component),
    )  # fmt: skip


def _check(component: Component, method: str, title: str) -> None:
    """Raise BrokenError where an entry is no appointment, or cannot be understood apart from its time."""
    if not component.whole:
        raise BrokenError(Phrase(N_("the entry has no end ({property} is missing)"), {"property": "END:VEVENT"}))
    if method in _ANSWERS:
        raise BrokenError(
            Phrase(
                N_("it is an answer to an invitation, not an invitation ({property})"), {"property": f"METHOD:{method}"}
            )
        )
    if method not in _SENT_FOR:
        raise _unknown("METHOD", method)
    if UNREADABLE in title:
        raise BrokenError(Phrase(N_("its title cannot be read: its character set is not known")))
    states = [one.text.strip().upper() for one in component.all("STATUS")]
    if "DECLINED" in states or _answer(component) == "DECLINED":
        raise BrokenError(Phrase(N_("it was declined")))
    for state in states:
        if state not in (*_TAKES_PLACE, *_CANCELLED, "TENTATIVE"):
            raise _unknown("STATUS", state)


def _unknown(name: str, value: str) -> BrokenError:
    return BrokenError(
        Phrase(N_("{property} has an unknown value: {value}"), {"property": name, "value": shown(value)})
    )


def _answer(component: Component) -> str | None:
    """The answer of those who are invited: that it was declined, where one of them did."""
    answers = [
        one.parameters.get("PARTSTAT", "NEEDS-ACTION").upper() or "NEEDS-ACTION"
        for one in component.all("ATTENDEE")
        if one.parameters.get("CUTYPE", "").upper() not in _NO_PERSON and not _is_organizer(one, component)
    ]
    declined = [one for one in component.all("ATTENDEE") if one.parameters.get("PARTSTAT", "").upper() == "DECLINED"]
    if any(one.parameters.get("CUTYPE", "").upper() not in _NO_PERSON for one in declined):
        return "DECLINED"
    return answers[0] if answers else None


def _is_organizer(attendee: Property, component: Component) -> bool:
    organizer = component.first("ORGANIZER")
    return organizer is not None and organizer.value.strip().casefold() == attendee.value.strip().casefold()


def _number(component: Component) -> int:
    digits = component.word("SEQUENCE")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > len(str(_LARGEST_SEQUENCE)):
        return 0
    return min(int(digits), _LARGEST_SEQUENCE)


def _stamp(component: Component) -> datetime | None:
    """When this copy was made, where that can be read: no entry is refused for it."""
    clock = Clock(Zones("UTC", []), None)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        found = component.first(name)
        try:
            moment = clock.moment(found) if found is not None else None
        except BrokenError:
            continue
        if moment is not None:
            return moment.instant or moment.local.replace(tzinfo=UTC)
    return None


def _own_clock(component: Component) -> datetime | None:
    """The beginning by the entry's own clock, where only its zone is not known."""
    found = component.first("DTSTART")
    if found is None:
        return None
    try:
        return Clock(Zones("UTC", []), None).moment(Property(found.name, {}, found.value)).local
    except BrokenError:
        return None


def _one_line(text: str) -> str:
    title = " ".join(text.split())
    return "".join(letter for letter in title if letter.isprintable())[:_LONGEST_TITLE]
