"""What whoever sends an invitation says of it: which appointment it is, and which copy of it is newer."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tracker.errors import N_, Phrase
from tracker.facts.kind import INSTANT, TEXT, WHOLE, Column, Fact, FactKind


class Copy(Struct, frozen=True, kw_only=True):
    """One copy of an invitation.

    UID and RECURRENCE-ID name the appointment; of its copies that with the highest SEQUENCE holds, and of those the one
    that was made last (RFC 5546, 2.1.5).
    """

    uid: str
    recurrence_id: str | None = None
    """The day of a series; None for an appointment that is none of a series, or for the series itself."""
    sequence: int = 0
    stamp: datetime | None = None

    def is_newer_than(self, other: Copy) -> bool:
        """Whether it takes the other's place; not where that cannot be told."""
        if self.sequence != other.sequence:
            return self.sequence > other.sequence
        return self.stamp is not None and other.stamp is not None and self.stamp > other.stamp


class CalledOff(Fact, frozen=True, kw_only=True):
    """Word that an appointment does not take place; ``on`` is the day of that word. Older copies book it no more."""

    uid: str
    recurrence_id: str | None = None
    """None where all days of a series are meant."""
    sequence: int = 0
    stamp: datetime | None = None

    @property
    def copy(self) -> Copy:
        """The copy of the invitation that said so."""
        return Copy(uid=self.uid, recurrence_id=self.recurrence_id, sequence=self.sequence, stamp=self.stamp)


UID = Column(name="uid", sort=TEXT, required=True)
IDENTITY = (
    Column(name="recurrence_id", sort=TEXT),
    Column(name="sequence", sort=WHOLE, condition="sequence >= 0"),
    Column(name="stamp", sort=INSTANT),
)

KINDS = (
    FactKind(
        name="called-off",
        cls=CalledOff,
        since=5,
        table="called_off",
        columns=(UID, *IDENTITY),
        say=lambda _fact: Phrase(N_("invitation called off")),
    ),
)
