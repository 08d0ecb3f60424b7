"""What the reading of an invitation gives: appointments, and what could not be taken with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from msgspec import Struct

from tracker.errors import Phrase
from tracker.rules import Kind


class Status(StrEnum):
    """Whether the appointment takes place."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One appointment that was sent: its day, its local time in the course's zone, and what it says that it is for.

    ``uid``, ``recurrence_id``, ``sequence`` and ``stamp`` say which appointment it is and which copy of it is newer.
    """

    entry: int
    """It is of the n-th entry of the file; the days of a series share it."""
    title: str
    on: date
    at: time | None
    kinds: tuple[Kind, ...]
    """Empty where nothing says what it is for."""
    status: Status = Status.CONFIRMED
    uid: str | None = None
    recurrence_id: str | None = None
    """Which day of a series it is: when that was to begin, ``20270119T010000Z`` in UTC, or ``20270119`` without a time;
    None outside of a series."""
    sequence: int = 0
    stamp: datetime | None = None
    """When this copy was made (DTSTAMP, or LAST-MODIFIED)."""
    method: str = ""
    """What the file is sent for, in capitals: REQUEST, PUBLISH, CANCEL; empty where it does not say."""
    partstat: str | None = None
    """What the one who is invited has answered, in capitals: NEEDS-ACTION, ACCEPTED, TENTATIVE."""
    is_alone: bool = False
    """Whether it says what is on this one day of a series, and nothing of the others."""
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """All that may name whom it is for: its title, its description, those who are invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """Word that an appointment, a day of a series or all its days, do not take place."""

    entry: int
    title: str
    on: date | None
    """The day that it names; None where it names none: what it calls off is known by its UID."""
    at: time | None
    kinds: tuple[Kind, ...]
    uid: str | None = None
    recurrence_id: str | None = None
    onwards: bool = False
    """Whether all later days of the series are meant too."""
    sequence: int = 0
    stamp: datetime | None = None
    method: str = ""
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """All that may name whom it is for."""


class Refused(Struct, frozen=True, kw_only=True):
    """An entry, or some days of it, that books nothing, and why."""

    entry: int | None
    """None where it is the file itself."""
    reason: Phrase
    title: str = ""
    on: date | None = None
    """Its day by its own clock, where it says one."""
    at: time | None = None
    uid: str | None = None


class Reading(Struct, frozen=True):
    """Everything that a file said: the appointments in order of their times, what is called off, and the rest."""

    invitations: tuple[Invitation, ...]
    refused: tuple[Refused, ...]
    cancellations: tuple[Cancellation, ...] = ()


class BrokenError(Exception):
    """An entry that books nothing."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__()
        self.reason = reason
