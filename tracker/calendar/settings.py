"""How a patient wants the calendar written: each setting's name, what it takes and its default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tracker.errors import N_, InputError, Listed, NoSuchError
from tracker.pattern import MOST_INTAKES
from tracker.rules import Kind


class Titles(StrEnum):
    """Whether a title may say what it is about."""

    DISCREET = "discreet"
    FULL = "full"


class Windows(StrEnum):
    """How a span is shown: the days that matter, or one long entry."""

    MARKERS = "markers"
    BANNER = "banner"


BOOKED_AHEAD = (Kind.VISIT, Kind.BLOOD_TEST, Kind.SUPPLY)
"""Kinds for which an entry says in good time that an appointment is to be made: of a supply, before the capsules that
are counted run out."""

_WITH_ALARM = (
    Kind.ATTESTATION, Kind.VISIT, Kind.BLOOD_TEST, Kind.PREGNANCY_TEST, Kind.PICK_UP, Kind.SUPPLY, Kind.REVIEW,
    Kind.CONTRACEPTION, Kind.BLOOD_DONATION, Kind.BREAST_FEEDING, Kind.PROCEDURE, Kind.DOSE,
)  # fmt: skip
_EVENING_BEFORE = timedelta(hours=4)
"""Before an all-day entry: 20:00 on the evening before."""
_DAY_BEFORE = timedelta(days=1)
_LONGEST_LEAD = 60
_LONGEST_ALARM = timedelta(days=28)


class Settings(Struct, frozen=True, kw_only=True):
    """How the calendar is written."""

    titles: Titles = Titles.DISCREET
    language: str = "en"
    windows: Windows = Windows.MARKERS
    group: bool = False
    """Whether what falls on one day becomes one entry, the visit's."""
    capsule: tuple[time, ...] = ()
    """Local times of the capsule reminders of a day, one for each intake; empty for none."""
    appointment_alarm: timedelta | None = _DAY_BEFORE
    """How long before an appointment with a time its alarm sounds."""
    book: Mapping[Kind, int] = field(default_factory=lambda: dict.fromkeys(BOOKED_AHEAD, 7))
    """Days before the due day on which an entry says to book; absent for none."""
    alarm: Mapping[Kind, timedelta] = field(default_factory=lambda: dict.fromkeys(_WITH_ALARM, _EVENING_BEFORE))
    """How long before midnight of an all-day entry its alarm sounds; absent for none."""

    @classmethod
    def of(cls, stored: Mapping[str, str], language: str) -> Settings:
        """The settings that were said, the others at their default; so is what can no longer be read."""
        settings = cls(language=language)
        for name, value in stored.items():
            if name in NAMES:
                with suppress(InputError):
                    settings = settings.with_value(name, value)
        return settings

    @classmethod
    def illegible(cls, stored: Mapping[str, str]) -> list[str]:
        """The names of settings that have a value which they do not take."""
        found = []
        for name in NAMES:
            try:
                cls().with_value(name, stored.get(name, cls().values()[name]))
            except InputError:
                found.append(name)
        return found

    def with_value(self, name: str, typed: str) -> Settings:
        """These settings with one changed; raise InputError for a name or value that there is not."""
        typed = typed.strip().lower()
        if name not in NAMES:
            raise NoSuchError(
                N_('there is no setting "{name}"'), N_("settings: {known}"), word=name, among=NAMES,
                name=name, known=Listed(NAMES),
            )  # fmt: skip
        part, _dot, kind = name.partition(".")
        try:
            value = _READ[part](typed)
        except (ValueError, KeyError):
            raise InputError(
                N_('"{value}" is not a value of {name}; expected {expected}'),
                value=typed, name=name, expected=Listed(EXPECTED[part]),
            ) from None  # fmt: skip
        changes: dict[str, Any] = {part.replace("-", "_"): value}
        if kind:
            of_kinds = dict(getattr(self, part))
            of_kinds.pop(Kind(kind), None)
            changes = {part: of_kinds if value is None else of_kinds | {Kind(kind): value}}
        return replace(self, **changes)

    def values(self) -> dict[str, str]:
        """Every setting as it is typed."""
        return {name: self._typed(name) for name in NAMES}

    def _typed(self, name: str) -> str:
        part, _dot, kind = name.partition(".")
        value = getattr(self, part.replace("-", "_"))
        if kind:
            value = value.get(Kind(kind))
        return _write(value)


def _span(typed: str) -> timedelta | None:
    if typed == "off":
        return None
    match = re.fullmatch(r"([0-9]{1,3})(m|h|d)", typed)
    if match is None:
        raise ValueError(typed)
    span = timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[match[2]]: int(match[1])})
    if span > _LONGEST_ALARM:
        raise ValueError(typed)
    return span


def _days(typed: str) -> int | None:
    if typed == "off":
        return None
    match = re.fullmatch(r"([0-9]{1,2})d?", typed)
    if match is None or not 1 <= int(match[1]) <= _LONGEST_LEAD:
        raise ValueError(typed)
    return int(match[1])


def _clocks(typed: str) -> tuple[time, ...]:
    if typed == "off":
        return ()
    said = re.split(r"[,\N{IDEOGRAPHIC COMMA}]\s*|\s+", typed)
    if not all(re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", clock) for clock in said):
        raise ValueError(typed)
    clocks = {time.fromisoformat(clock.zfill(5)) for clock in said}
    if len(clocks) < len(said) or len(clocks) > MOST_INTAKES:
        raise ValueError(typed)
    return tuple(sorted(clocks))


def _language(typed: str) -> str:
    return {"en": "en", "ja": "ja"}[typed]


def _switch(typed: str) -> bool:
    return {"on": True, "off": False}[typed]


def _write(value: Any) -> str:
    match value:
        case bool() | None:
            return "on" if value else "off"
        case time():
            return value.isoformat("minutes")
        case tuple():
            return ",".join(map(_write, value)) or "off"
        case int():
            return f"{value}d"
        case timedelta():
            minutes = int(value.total_seconds()) // 60
            size, unit = next(
                ((size, unit) for size, unit in ((1440, "d"), (60, "h")) if minutes and minutes % size == 0), (1, "m")
            )
            return f"{minutes // size}{unit}"
    return str(value)


_READ: dict[str, Callable[[str], Any]] = {
    "titles": Titles,
    "language": _language,
    "windows": Windows,
    "group": _switch,
    "capsule": _clocks,
    "appointment-alarm": _span,
    "book": _days,
    "alarm": _span,
}
EXPECTED = {
    "titles": ("discreet", "full"),
    "language": ("en", "ja"),
    "windows": ("markers", "banner"),
    "group": ("on", "off"),
    "capsule": ("off", "08:30", "08:30,20:00"),
    "appointment-alarm": ("off", "2h", "1d"),
    "book": ("off", "7d"),
    "alarm": ("off", "4h", "30m"),
}
"""What each setting takes, as it is typed."""
MEANS = {
    "titles": N_("discreet: titles give nothing away; full: they say what an entry is about."),
    "language": N_("The language of the calendar: English (en) or Japanese (ja)."),
    "windows": N_("markers: an entry where a window begins and ends; banner: one long entry over all of it."),
    "group": N_("on: what falls on the day of a visit becomes one entry with it."),
    "capsule": N_("The time of a daily capsule reminder, such as 08:30; off: none."),
    "appointment-alarm": N_("How long before an appointment it rings, such as 2h (hours) or 1d (days); off: never."),
    "book": N_("How many days before, such as 7d, an entry says that an appointment is to be made; off: none."),
    "alarm": N_(
        "How long before midnight of its day an entry rings, such as 4h: at 20:00 on the day before; off: never."
    ),
}
"""What each setting is for, and what its values mean: gettext message ids."""

NAMES = (
    *(name.replace("_", "-") for name in Settings.__struct_fields__ if name not in ("book", "alarm")),
    *(f"book.{kind.value}" for kind in BOOKED_AHEAD),
    *(f"alarm.{kind.value}" for kind in _WITH_ALARM),
)
"""The names of all settings."""
