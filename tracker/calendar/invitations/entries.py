"""One entry by itself: what it says of itself, and when it is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time
from functools import cached_property
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.invitations import series
from tracker.calendar.invitations.charsets import UNREADABLE
from tracker.calendar.invitations.kinds import is_called_off, is_tentative, kinds
from tracker.calendar.invitations.lines import Component, Property
from tracker.calendar.invitations.source import Sent
from tracker.calendar.invitations.times import Clock, Moment, begin, shown
from tracker.calendar.invitations.values import BrokenError, Cancellation, Invitation, Refused, Status
from tracker.calendar.invitations.zones import Zones
from tracker.errors import N_, Phrase

_SENT_FOR = ("", "PUBLISH", "REQUEST", "ADD", "CANCEL")
_ANSWERS = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")
_CANCELLED = ("CANCELLED", "CANCELED")
_TAKES_PLACE = ("", "CONFIRMED", "ACCEPTED", "NEEDS-ACTION", "NEEDS ACTION", "SENT", "BUSY")
_NO_PERSON = ("ROOM", "RESOURCE")
_LONGEST_TITLE = 200
_LONGEST_UID = 255
"""Octets that RFC 7986 (5.3) asks for at most."""
_LARGEST_SEQUENCE = 2**31 - 1


class Told(Struct, frozen=True):
    """The appointments of one entry or several, what they call off, and what of them does neither."""

    invitations: tuple[Invitation, ...] = ()
    refused: tuple[Refused, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()


class Draft(Struct, frozen=True):
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
    is_cancelled: bool = False
    """Whether it calls off what the others of its UID say."""
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
        return dataclasses.replace(
            self.said, on=day, at=at, recurrence_id=recurrence_id, is_alone=self.replaces is not None
        )

    def cancellation(self) -> Cancellation:
        """What it calls off: that needs no time of its own."""
        said, known = self.said, self.start is not None
        return Cancellation(
            entry=said.entry, title=said.title, on=said.on if known else None, at=said.at if known else None,
            kinds=said.kinds, uid=said.uid, recurrence_id=self.replaces, onwards=self.onwards, sequence=said.sequence,
            stamp=said.stamp, method=said.method, texts=said.texts,
        )  # fmt: skip


class Reader(Struct, frozen=True, dict=True):
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
        draft = Draft(component, said, self.clock, None, is_cancelled=_is_cancelled(component, said, self.sent.subject))
        try:
            _check(component, said.method)
            if not draft.is_cancelled:
                _check_what_takes_place(component, said.title)
            draft = self._begun(draft)
            if (rid := component.first("RECURRENCE-ID")) is not None and rid.value.strip():
                draft = replace(draft, replaces=_replaces(rid, draft.start, self.clock), onwards=_onwards(rid))
            elif said.method == "ADD" and draft.start is not None and not draft.repeats:
                # A day beside those of the series, which it does not move (RFC 5546, 3.2.4).
                draft = replace(draft, replaces=draft.start[0].key)
        except BrokenError as broken:
            return self._broken(draft, broken.reason)
        if draft.onwards and not draft.is_cancelled:
            reason = N_("it changes this day of a series and all later ones ({property})")
            return replace(draft, reason=Phrase(reason, {"property": "RECURRENCE-ID;RANGE"}))
        return draft

    def _begun(self, draft: Draft) -> Draft:
        """The entry with its beginning; what is called off by its UID needs none."""
        try:
            start = begin(draft.component, self.clock)
            day, at = self.clock.in_the_course(start[0])
        except BrokenError:
            if draft.is_cancelled and draft.said.uid is not None:
                return draft
            raise
        return replace(draft, said=dataclasses.replace(draft.said, on=day, at=at), start=start)

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


def _replaces(rid: Property, start: tuple[Moment, Property] | None, clock: Clock) -> str:
    found = clock.moment(rid)
    if start is None:
        return found.key
    if not start[0].is_day:
        return series.same_clock(rid, start, clock)[0].key
    midnight = clock.day_of(found)
    return found.key if midnight.time() != time() else f"{midnight:%Y%m%d}"


def _said(component: Component, number: int, method: str) -> Invitation:
    """What an entry says of itself beside its time."""
    title = _one_line(component.text("SUMMARY"))
    method = component.word("METHOD") or method
    words = {one.text.strip().upper() for one in component.all("STATUS")}
    answer = _answer(component)
    tentative = "TENTATIVE" in words or answer == "TENTATIVE" or is_tentative(title)
    status = Status.TENTATIVE if tentative else Status.CONFIRMED
    return Invitation(
        entry=number, title=title, on=date.min, at=None,
        kinds=kinds(title, component.text("DESCRIPTION"), _place(component)), status=status,
        uid=_uid(component), sequence=_number(component), stamp=_stamp(component), method=method,
        partstat=answer, texts=_texts(component),
    )  # fmt: skip


def _place(component: Component) -> str:
    """Where it is, and whose name it is sent in."""
    organizers = (one.parameters.get("CN", "") for one in component.all("ORGANIZER"))
    return "\n".join((component.text("LOCATION"), *organizers))


def _texts(component: Component) -> tuple[str, ...]:
    people = (one.parameters.get("CN", "") for one in component.all("ATTENDEE"))
    return tuple(filter(None, (component.text("SUMMARY"), component.text("DESCRIPTION"), *people)))


def _is_cancelled(component: Component, said: Invitation, subject: str) -> bool:
    words = {one.text.strip().upper() for one in component.all("STATUS")}
    return said.method == "CANCEL" or bool(words & set(_CANCELLED)) or any(map(is_called_off, (said.title, subject)))


def _check(component: Component, method: str) -> None:
    """Raise BrokenError where an entry is neither an appointment nor word that one does not take place."""
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


def _check_what_takes_place(component: Component, title: str) -> None:
    """Raise BrokenError where an appointment cannot be understood apart from its time, or is none for this person."""
    if UNREADABLE in title:
        raise BrokenError(Phrase(N_("its title cannot be read: its character set is not known")))
    states = [one.text.strip().upper() for one in component.all("STATUS")]
    answers = _answers(component)
    if "DECLINED" in states or (answers and set(answers) == {"DECLINED"}):
        raise BrokenError(Phrase(N_("it was declined")))
    if "DECLINED" in answers:
        raise BrokenError(
            Phrase(N_("some of those who are invited declined it, and it is not known who of them you are"))
        )
    for state in states:
        if state not in (*_TAKES_PLACE, "TENTATIVE"):
            raise _unknown("STATUS", state)


def _unknown(name: str, value: str) -> BrokenError:
    return BrokenError(
        Phrase(N_("{property} has an unknown value: {value}"), {"property": name, "value": shown(value)})
    )


def _answers(component: Component) -> list[str]:
    """The answers of all persons who are invited; the one who invites counts only where nobody else is named."""
    persons = [one for one in component.all("ATTENDEE") if one.parameters.get("CUTYPE", "").upper() not in _NO_PERSON]
    invited = [one for one in persons if not _is_organizer(one, component)]
    return [one.parameters.get("PARTSTAT", "").strip().upper() or "NEEDS-ACTION" for one in invited or persons]


def _answer(component: Component) -> str | None:
    """The one answer that all who are invited gave; of several answers it is not known whose is this person's."""
    answers = set(_answers(component))
    return answers.pop() if len(answers) == 1 else None


def _is_organizer(attendee: Property, component: Component) -> bool:
    organizer = component.first("ORGANIZER")
    return organizer is not None and organizer.value.strip().casefold() == attendee.value.strip().casefold()


def _uid(component: Component) -> str | None:
    """The identity of an entry: without the blanks that bad folding leaves in it, a very long one by its digest."""
    uid = "".join(component.text("UID").split())
    if len(uid) <= _LONGEST_UID:
        return uid or None
    return sha256(uid.encode("utf-8", "replace")).hexdigest()


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
