"""Reads the appointments of somebody else's calendar file or mail message: a clinic's invitation.

Octets (``source``, ``charsets``) become calendars of lines (``lines``). Each entry is read by itself (``entries``):
when it is (``times``, ``zones``), and what it is for (``kinds``, ``words``). Then it is seen which copy of it holds,
and on which days it repeats (``copies``, ``series``).
"""

from __future__ import annotations

from datetime import date, time

from tracker.calendar.ics import PRODUCT
from tracker.calendar.invitations import copies
from tracker.calendar.invitations.entries import Draft, Reader
from tracker.calendar.invitations.source import Sent, calendars_of
from tracker.calendar.invitations.values import Cancellation, Invitation, Reading, Refused, Status
from tracker.errors import N_, InputError, Phrase

__all__ = ["Cancellation", "Invitation", "Reading", "Refused", "Status", "read"]


def read(octets: bytes, timezone: str, today: date) -> Reading:
    """What a file or a message says, for a course in that zone; raise InputError where it is no invitation at all."""
    sent = calendars_of(octets)
    if all(_is_our_own(one) for one in sent):
        raise InputError(N_("this calendar is isotrack's own; an invitation from the clinic is expected"))
    drafts: list[Draft] = []
    refused: list[Refused] = []
    number = 0
    for one in sent:
        if _is_our_own(one):
            continue
        reader = Reader(one, timezone)
        for component in one.calendar.entries:
            number += 1
            drafts.append(reader.draft(component, number))
        if not one.calendar.own.whole:
            reason = N_("the file ends before its END:VCALENDAR: entries may be missing")
            refused.append(Refused(entry=None, reason=Phrase(reason)))
    if not drafts:
        raise InputError(N_("there is no appointment in this calendar file"))
    told = copies.told(drafts, today)
    return Reading(_in_order(told.invitations), (*told.refused, *refused), told.cancellations)


def _is_our_own(sent: Sent) -> bool:
    return sent.calendar.own.text("PRODID") == PRODUCT


def _in_order(found: tuple[Invitation, ...]) -> tuple[Invitation, ...]:
    return tuple(sorted(found, key=lambda one: (one.on, one.at or time.min, one.entry)))
