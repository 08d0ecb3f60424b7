"""What is recorded of invitations: the bookings that came of them, and word that some are called off."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from tracker.calendar.invitations import Cancellation, Invitation
from tracker.engine.view import View
from tracker.facts import Appointment, CalledOff, Copy
from tracker.plan import Item


class Held(Struct, frozen=True):
    """An open item, and its booking that came of an invitation, by that copy of it."""

    item: Item
    booked: Appointment
    copy: Copy


class Known(Struct, frozen=True, dict=True):
    """All of it for one course, with what a file calls off."""

    view: View
    cancellations: tuple[Cancellation, ...]
    unread: frozenset[str]
    """UIDs of which the file says more than could be read."""

    @property
    def today(self) -> date:
        """The day from which it is seen."""
        return self.view.plan.today

    @cached_property
    def open_items(self) -> list[Item]:
        """What can be booked."""
        return [item for item in self.view.plan.items if item.state.is_open]

    @cached_property
    def held(self) -> dict[str, list[Held]]:
        """The bookings that came of invitations, by UID."""
        found: dict[str, list[Held]] = defaultdict(list)
        for item in self.open_items:
            if item.appointment is not None and (copy := item.appointment.copy) is not None:
                found[copy.uid].append(Held(item, item.appointment, copy))
        return found

    @cached_property
    def called_off(self) -> dict[str, list[Copy]]:
        """The copies that called something off, by UID."""
        found: dict[str, list[Copy]] = defaultdict(list)
        for fact in self.view.history.all(CalledOff):
            found[fact.uid].append(fact.copy)
        return found

    def is_called_off(self, one: Invitation, copy: Copy) -> bool:
        """Whether word that it does not take place is as new as it."""
        said = [word for word in self.called_off[copy.uid] if self.is_of(word.recurrence_id, one.recurrence_id)]
        return any(not copy.is_newer_than(word) for word in (*self._sent_of(copy), *said))

    def is_called_off_here(self, copy: Copy) -> bool:
        """Whether the file itself says so of that day."""
        return bool(self._sent_of(copy))

    def _sent_of(self, copy: Copy) -> list[Copy]:
        return [sent for one, sent in self._sent[copy.uid] if self.is_meant(one, copy)]

    @cached_property
    def _sent(self) -> dict[str, list[tuple[Cancellation, Copy]]]:
        found: dict[str, list[tuple[Cancellation, Copy]]] = defaultdict(list)
        for one in self.cancellations:
            if (copy := copy_of(one)) is not None:
                found[copy.uid].append((one, copy))
        return found

    def is_meant(self, one: Cancellation, of: Copy) -> bool:
        """Whether a cancellation of the same UID is about that day."""
        if not one.onwards or one.recurrence_id is None or of.recurrence_id is None:
            return self.is_of(one.recurrence_id, of.recurrence_id)
        if len(one.recurrence_id) == len(of.recurrence_id):
            return of.recurrence_id >= one.recurrence_id
        first, day = self.day_of(one.recurrence_id), self.day_of(of.recurrence_id)
        return first is not None and day is not None and day >= first

    def is_of(self, said: str | None, day: str | None) -> bool:
        """Whether what is said of ``said``, or of all days where that is None, is about that day."""
        return said is None or self.is_same_day(said, day)

    def is_same_day(self, one: str | None, other: str | None) -> bool:
        """Whether two names of a day of a series mean the same: one may have a time, and the other none."""
        if one is None or other is None or one == other:
            return one == other
        return len(one) != len(other) and self.day_of(one) == self.day_of(other) is not None

    def day_of(self, recurrence_id: str) -> date | None:
        """The day of a series, in the zone of the course."""
        try:
            if "T" not in recurrence_id:
                return datetime.strptime(recurrence_id, "%Y%m%d").date()  # noqa: DTZ007 - a day
            instant = datetime.strptime(recurrence_id, "%Y%m%dT%H%M%S%z")
        except ValueError:
            return None
        return instant.astimezone(ZoneInfo(self.view.course.timezone)).date()


def copy_of(one: Invitation | Cancellation) -> Copy | None:
    """Which copy of which appointment it is; None for what names none."""
    if one.uid is None:
        return None
    return Copy(uid=one.uid, recurrence_id=one.recurrence_id, sequence=one.sequence, stamp=one.stamp)
