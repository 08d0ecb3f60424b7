"""Times of day: ``15:30``, ``10.30``, ``9h``, ``3pm``, 9時半, 午後3時, with a time zone behind them or without."""

from __future__ import annotations

import re
from datetime import time, timedelta, timezone

from msgspec import Struct

from tracker.errors import N_, InputError

_CLOCK = (
    r"(?P<half>午前|午後)?\s*(?P<hour>[0-9]{1,2})"
    r"(?:(?P<colon>:|\.)(?P<minute>[0-9]{2})(?P<seconds>:00(?:\.0+)?)?|\s*h(?P<minute_h>[0-9]{2})?"
    r"|時(?:(?P<minute_ja>[0-9]{1,2})分|(?P<half_past>半))?)?"
    r"\s*(?P<english>[ap]\.?m\.?)?"
)
_NOON = ("noon", "正午")
_ZONE = r"Z|UTC|GMT|JST|KST|[+\-][0-9]{2}:?[0-9]{2}"
_BEHIND = (
    rf"(?P<day>.*?)(?:,?\s+(?:at\s+)?|(?<=[^\x00-\x7f]|\)))(?P<clock>(?:{re.sub(r'P<[a-z_]+>', ':', _CLOCK)})"
    rf"|{'|'.join(_NOON)})(?:\s*(?P<zone>{_ZONE}))?"
)
_BETWEEN = r"(?<=[0-9])[Tt](?=[0-9]{1,2}:)"
"""The letter between the day and the time of a timestamp (ISO 8601)."""
_LONGEST = 100
_HOURS_FROM_UTC = {"Z": 0, "UTC": 0, "GMT": 0, "JST": 9, "KST": 9}
_TWELVE = 12
_OF_EITHER_HALF = range(1, 7)
"""Hours at which no clinic is open in the night."""
_SPOKEN = re.compile(
    r"\b(?:(?P<past>half|quarter)\s+past\s+(?P<hour>[0-9]{1,2}|[a-z]+)|(?P<sharp>[0-9]{1,2}|[a-z]+)\s*o['’]?\s?clock)\b",  # noqa: RUF001
    re.IGNORECASE,
)
_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MINUTES = {"half": "30", "quarter": "15"}


class Parts(Struct, frozen=True):
    """A text that ends in a time of day."""

    day: str
    clock: str
    zone: str | None


def split_clock(text: str) -> Parts | None:
    """A day and the time behind it apart; None where the text does not end in a time."""
    text = _SPOKEN.sub(_in_numbers, re.sub(_BETWEEN, " ", text)) if len(text) <= _LONGEST else ""
    match = re.fullmatch(_BEHIND, text, re.IGNORECASE)
    if match is None or not _is_a_time(match["clock"]):
        return None
    return Parts(match["day"], match["clock"], match["zone"])


def _in_numbers(spoken: re.Match[str]) -> str:
    """A time that is said in words, in numbers: half past three is 3:30."""
    said = (spoken["hour"] or spoken["sharp"]).lower()
    hour = str(_HOURS.index(said) + 1) if said in _HOURS else said
    return f"{hour}:{_MINUTES[spoken['past'].lower()] if spoken['past'] else '00'}" if hour.isdecimal() else spoken[0]


def _is_a_time(clock: str) -> bool:
    """Whether something says that the number is one of hours."""
    match = re.fullmatch(_CLOCK, clock, re.IGNORECASE)
    return match is None or any((match["colon"], "h" in clock.lower(), "時" in clock, match["english"]))


def is_of_either_half(clock: str) -> bool:
    """Whether an hour is as likely one of the afternoon as of the night: 3時, 3:30, but not 03:30 and not 3pm."""
    match = re.fullmatch(_CLOCK, clock, re.IGNORECASE)
    if match is None or match["half"] or match["english"] or match["hour"].startswith("0"):
        return False
    return int(match["hour"]) in _OF_EITHER_HALF


def read_clock(clock: str, typed: str) -> time:
    """The time of day that :func:`split_clock` found; InputError where there is none, or where it is two."""
    match = re.fullmatch(_CLOCK, clock, re.IGNORECASE)
    if match is None:
        return time(_TWELVE)
    hour = int(match["hour"])
    minute = int(match["minute"] or match["minute_h"] or match["minute_ja"] or (30 if match["half_past"] else 0))
    half, english = match["half"], (match["english"] or "").lower()
    if half and hour == _TWELVE:
        raise InputError(
            N_('"{typed}": {half}12 is noon for some and midnight for others; write {noon} or {midnight}'),
            typed=typed, half=half, noon=f"12:{minute:02}", midnight=f"0:{minute:02}",
        )  # fmt: skip
    if half or english:
        lowest, highest = (0, 11) if half else (1, 12)
        # Hours of half a day; any other is refused below.
        afternoon = half == "午後" or english.startswith("p")
        hour = hour % 12 + 12 * afternoon if lowest <= hour <= highest and not (half and english) else 25
    try:
        return time(hour, minute)
    except ValueError:
        raise InputError(N_('"{typed}": there is no such time of day'), typed=typed) from None


def read_zone(zone: str, typed: str) -> timezone:
    """The offset from UTC that stands behind a time."""
    known = _HOURS_FROM_UTC.get(zone.upper())
    if known is not None:
        return timezone(timedelta(hours=known))
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= timedelta(days=1):
        raise InputError(N_('"{typed}": there is no such time of day'), typed=typed)
    return timezone(-offset if zone[0] == "-" else offset)
