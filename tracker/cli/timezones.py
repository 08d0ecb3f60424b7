"""Which time zones may be meant by a word that is none: an abbreviation, an offset, a city, a slip."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

_KNOWN_BEST = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Kolkata", "Australia/Sydney", "Europe/London",
    "Europe/Paris", "Europe/Berlin", "Europe/Helsinki", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles",
)  # fmt: skip
"""One zone for each clock that many people live by."""
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?")
_MONTHS = (1, 7)
"""In winter and in summer."""
_MOST = 3


def like(said: str, year: int) -> list[str]:
    """The zones that are meant perhaps, the likeliest first; a few at most."""
    word = "_".join(said.lower().replace("\N{MINUS SIGN}", "-").split())
    # The signs of Etc/GMT-5 are the other way round: it is five hours ahead.
    names = {name.lower(): name for name in sorted(available_timezones()) if "/" in name and "Etc/" not in name}
    if word in names:
        return [names[word]]
    found = [name for key, name in names.items() if key.rpartition("/")[2] == word]
    found += [name for name in _KNOWN_BEST if word.upper() in _abbreviations(name, year)]
    if (offset := _offset(word)) is not None:
        found += [name for name in _KNOWN_BEST if offset in {one.utcoffset() for one in _moments(name, year)}]
    found += [names[key] for key in difflib.get_close_matches(word, names, n=_MOST, cutoff=0.8)]
    return list(dict.fromkeys(found))[:_MOST]


def _offset(word: str) -> timedelta | None:
    found = _OFFSET.fullmatch(word)
    if found is None:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -offset if found[1] == "-" else offset


def _abbreviations(name: str, year: int) -> set[str | None]:
    return {one.tzname() for one in _moments(name, year)}


def _moments(name: str, year: int) -> Iterator[datetime]:
    for month in _MONTHS:
        yield datetime(year, month, 1, tzinfo=ZoneInfo(name))
