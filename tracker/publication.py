"""What calendars remember of the plan: what was published, and what a person sees of an entry on another device."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict, replace

_OF_CAPSULES = re.compile(
    r"RRULE (FREQ=(?:DAILY|WEEKLY));UNTIL=([0-9]{8}T[0-9]{6}Z)((?:;INTERVAL=[0-9]+)?(?:;BYDAY=[A-Z,]+)?)"
)


class Seen(Struct, frozen=True, kw_only=True):
    """What a person sees of an entry. Two devices agree on it as long as these are equal, but for each one's own."""

    start: str
    """ISO date, or date and time: in UTC, or local to wherever one is where it has no offset. Empty where none."""
    end: str = ""
    repeats: str = ""
    """How it repeats, but for single days that were taken out of a series or changed."""
    title: str = ""
    text: str = ""
    gone: bool = False
    """Cancelled."""
    done: bool = False
    """Whether a to-do is ticked."""
    done_at: str = ""
    """When it was, in the form of ``start``."""
    alarms: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """The single days of a series that were taken out or changed."""

    @property
    def last(self) -> str:
        """The last time of a series of capsules, in the form of ``start``; empty where it is none."""
        plain = _OF_CAPSULES.fullmatch(self.repeats)
        return datetime.fromisoformat(plain[2]).isoformat() if plain else ""

    @property
    def turns(self) -> str:
        """How a series of capsules comes again, without its end; empty where it is none."""
        plain = _OF_CAPSULES.fullmatch(self.repeats)
        return f"{plain[1]}{plain[3]}" if plain else ""

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Seen:
        """As it was kept."""
        return cls._of(json.loads(text))

    @classmethod
    def several(cls, text: str) -> tuple[Seen, ...]:
        """As they were kept: one, or a list of them."""
        values = json.loads(text)
        return tuple(cls._of(one) for one in (values if isinstance(values, list) else [values]))

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Seen:
        return cls(**values | {name: tuple(values.get(name, ())) for name in ("alarms", "own")})

    def agrees(self, other: Seen) -> bool:
        """Whether nobody would see a difference; alarms and single days are each device's own affair."""
        return replace(self, alarms=(), own=()) == replace(other, alarms=(), own=())


GONE = Seen(start="", gone=True)
"""What is seen of an entry that is not there."""


class Known(Struct, frozen=True, kw_only=True):
    """What was last seen on the server as it was put there, and what was sent since and was not seen there yet."""

    digest: str = ""
    """Of what the server last confirmed; empty from when something is sent until it does."""
    seen: Seen | None = None
    sent: tuple[Seen, ...] = ()
    """The oldest first: a line may hold up what was sent, and bring it when the next run has begun."""


class Published(Struct, frozen=True, kw_only=True):
    """A calendar entry as it was last written: calendars have memory, so this is the one thing remembered of a plan."""

    uid: str
    entry: str
    """Its key in the plan's calendar, such as ``visit/2``."""
    sequence: int
    digest: str
    stamp: datetime
    cancelled: bool
    content: str
    """The entry as JSON, from which it can be cancelled when the plan no longer has it."""


def local(moment: str, timezone: str) -> date | datetime | None:
    """The day of an entry, or its local time in ``timezone``; None where there is none that a calendar has."""
    if "T" not in moment:
        return date.fromisoformat(moment) if moment else None
    found = datetime.fromisoformat(moment)
    try:
        return found.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if found.tzinfo else found
    except OverflowError:
        return None
