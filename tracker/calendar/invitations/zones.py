"""Which zone is meant by the name that a program wrote; where that cannot be known, none is.

A name stands for one zone or for several that may be meant: ``(UTC-05:00) Eastern Time (US & Canada)`` says a place,
``GMT-05.00/-04.00`` only the offsets of winter and summer. A time is known where all that may be meant agree on it.
Windows' names are those that tzlocal keeps, cities those of the time zone data.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

from tracker.calendar.invitations.lines import Component
from tracker.calendar.invitations.rules_of_zones import zone_by_rules

_IN_UTC = ("utc", "gmt", "z", "ut", "etc/utc", "coordinated universal time", "greenwich mean time", "zulu", "utc/gmt")
_JAPANESE = {"東京 (標準時)": "Asia/Tokyo", "日本標準時": "Asia/Tokyo", "日本時間": "Asia/Tokyo", "日本": "Asia/Tokyo"}
"""What Windows and people call it in Japanese."""
_MAIL = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Abbreviations that RFC 5322 (4.3) gives a meaning: hours from UTC."""
_OFFSET = re.compile(r"([+-])\s?(\d{1,2})(?:[:.]?([0-5]\d))?(?:[:.]?[0-5]\d)?(?!\d)")
_IN_BRACKETS = re.compile(r"\((?:utc|gmt)\)", re.IGNORECASE)
_FROM_UTC = re.compile(r"\(?\b(?:utc|gmt)\b\s*(?:[+-]\s?\d{1,2}(?:[:.]?\d{2})?)?\)?", re.IGNORECASE)
_POSIX = re.compile(r"([a-z]{3,5})([+-]?)(\d{1,2})", re.IGNORECASE)
_BARE = re.compile(r"[a-z]{2,5}", re.IGNORECASE)
_FARTHEST = timedelta(hours=14)
_WINTER_AND_SUMMER = 2


class Zones:
    """The zones of one calendar: its own rules beside the names that are known everywhere."""

    def __init__(self, course: str, components: list[Component]) -> None:
        self.course = ZoneInfo(course)
        self._own: dict[str, Component] = {}
        for component in components:
            if (tzid := component.first("TZID")) is not None:
                self._own.setdefault(tzid.text.strip().strip('"'), component)
        self._read: dict[str, tzinfo | None] = {}
        self._found: dict[tuple[str, int], tuple[tzinfo, ...]] = {}

    def instant(self, local: datetime, name: str) -> datetime | None:
        """A local time of the zone that is called so, in UTC; None where it cannot be known."""
        plain = name.strip().strip('"').replace("\\", "")
        if (plain, local.year) not in self._found:
            self._found[plain, local.year] = self._meant(plain, local)
        found = self._found[plain, local.year]
        try:
            instants = {local.replace(tzinfo=zone).astimezone(UTC) for zone in found}
        except (ValueError, OverflowError, IndexError, TypeError, AttributeError):
            # dateutil looks at the rules of a zone when a time is asked for.
            return None
        return instants.pop() if len(instants) == 1 else None

    def _meant(self, name: str, local: datetime) -> tuple[tzinfo, ...]:
        """Every zone that may be meant."""
        zone = _by_place(name) or self._by_own_rules(name)
        if zone is not None:
            return (zone,)
        plain = " ".join(unicodedata.normalize("NFKC", name).replace("\u2212", "-").split())
        if plain.casefold().removeprefix("tzone://microsoft/") in _IN_UTC:
            return (UTC,)
        known = _known_names().get(plain.casefold()) or _JAPANESE.get(plain)
        if known is not None:
            return (ZoneInfo(known),)
        return self._abbreviated(plain, local) or _described(plain, local)

    def _by_own_rules(self, name: str) -> tzinfo | None:
        """What the calendar itself says of the zone: another name for it, or its rules."""
        component = self._own.get(name)
        if component is None:
            return None
        for other in ("TZID-ALIAS-OF", "X-LIC-LOCATION", "X-TZ-LOCATION"):
            if (said := component.first(other)) is not None and (zone := _by_place(said.text.strip())) is not None:
                return zone
        if name not in self._read:
            self._read[name] = zone_by_rules(component)
        return self._read[name]

    def _abbreviated(self, name: str, local: datetime) -> tuple[tzinfo, ...]:
        """JST is one thing everywhere; CST is Chicago's in a mail, but may be Shanghai's in a course there."""
        if not _BARE.fullmatch(name):
            return ()
        offset = _abbreviation(name, local.year)
        at_home = _own_abbreviations(self.course, local.year).get(name.casefold(), offset)
        return (timezone(offset),) if offset is not None and at_home == offset else ()


def _by_place(name: str) -> tzinfo | None:
    """The zone of a name with a place in it, Windows' own names too, whatever program's name stands before it."""
    parts = name.replace(" ", "_").strip("/").split("/")
    for start in range(len(parts) - 1):
        known = _known_names().get("/".join(parts[start:]).casefold())
        if known is not None:
            return ZoneInfo(known)
    windows = _windows().get(" ".join(name.split()).casefold())
    return ZoneInfo(windows) if windows is not None else None


def _described(name: str, local: datetime) -> tuple[tzinfo, ...]:
    """The zones that a name for people may mean: by its offsets, and by the places that it names."""
    posix = _POSIX.fullmatch(name)
    if posix is not None and posix[1].casefold() not in ("utc", "gmt"):
        return _as_in_posix(posix, local.year)
    offsets = [_offset(one) for one in _OFFSET.finditer(name)]
    if any(offset is None or abs(offset) > _FARTHEST for offset in offsets):
        return ()
    if len(offsets) >= _WINTER_AND_SUMMER:
        return tuple(zone for zone in _all_zones() if _both(zone, local.year) == (min(offsets), max(offsets)))
    rest = _FROM_UTC.sub(" ", _OFFSET.sub(" ", name))
    places = _places(rest)
    if not offsets and not _IN_BRACKETS.search(name):
        return places
    offset = offsets[0] if offsets else timedelta(0)
    if rest.strip(" ()[]-").casefold() in ("", *_IN_UTC):
        return (timezone(offset),)
    # Where nobody knows the place by this name, all zones with this offset have to agree.
    return tuple(zone for zone in places if _both(zone, local.year)[0] == offset) or tuple(
        zone for zone in _all_zones() if _both(zone, local.year)[0] == offset
    )


def _as_in_posix(found: re.Match[str], year: int) -> tuple[tzinfo, ...]:
    """JST-9, counted to the west, is known; EST-5 contradicts itself."""
    offset = timedelta(hours=int(found[3]) * (1 if found[2] == "-" else -1))
    known = _abbreviation(found[1], year)
    return (timezone(offset),) if abs(offset) <= _FARTHEST and known in (None, offset) else ()


def _offset(found: re.Match[str]) -> timedelta:
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -offset if found[1] == "-" else offset


def _places(name: str) -> tuple[ZoneInfo, ...]:
    """The zones of the places that are named: Windows' name with fewer words, or cities."""
    plain = " ".join(re.sub(r"\([^)]*\)|[()]", " ", name).split())
    short = re.sub(r"\b(?:Standard |Daylight |Summer )?Time\b", "", plain, flags=re.IGNORECASE).strip()
    for one in (plain, short):
        found = _windows().get(f"{one} standard time".casefold()) or _windows().get(one.casefold())
        if found is not None:
            return (ZoneInfo(found),)
    cities = [short, *re.split(r"[,;&、・]|\band\b", name)]
    names = [one.strip().replace(" ", "_").casefold() for one in cities]
    return tuple(ZoneInfo(zone) for one in names if one for zone in _cities().get(one, ()))


@lru_cache(maxsize=1)
def _all_zones() -> tuple[ZoneInfo, ...]:
    """One zone for each of Windows' names."""
    return tuple(ZoneInfo(name) for name in sorted(set(win_tz.values())))


@lru_cache(maxsize=4096)
def _both(zone: ZoneInfo, year: int) -> tuple[timedelta, timedelta]:
    """The smaller and the larger offset of a year: the time of winter, and that of summer."""
    found = [_at(zone, year, month).utcoffset() or timedelta(0) for month in (1, 7)]
    return min(found), max(found)


def _at(zone: tzinfo, year: int, month: int) -> datetime:
    return datetime(year, month, 1, 12, tzinfo=zone)


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    """The names of the time zone data, by their small letters; what a machine calls its own zone is none of them."""
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names if name != "Factory"}


@lru_cache(maxsize=1)
def _cities() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in _known_names().values():
        if not name.startswith("Etc/"):
            found[name.rpartition("/")[2].casefold()].append(name)
    return found


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    """Windows' names by their small letters, those of summer too."""
    names = {name.casefold(): zone for name, zone in win_tz.items()}
    return {name.replace(" standard ", " daylight "): zone for name, zone in names.items()} | names


@lru_cache(maxsize=64)
def _own_abbreviations(zone: ZoneInfo, year: int) -> dict[str, timedelta]:
    found = [_at(zone, year, month) for month in (1, 7)]
    return {(one.tzname() or "").casefold(): one.utcoffset() or timedelta(0) for one in found}


def _abbreviation(name: str, year: int) -> timedelta | None:
    """What an abbreviation means: in mail, else in all zones that use it."""
    hours = _MAIL.get(name.casefold())
    if hours is not None:
        return timedelta(hours=hours)
    offsets = _abbreviations(year).get(name.casefold(), frozenset())
    return next(iter(offsets)) if len(offsets) == 1 else None


@lru_cache(maxsize=8)
def _abbreviations(year: int) -> dict[str, frozenset[timedelta]]:
    """What every abbreviation means in the zones of the world."""
    found: dict[str, set[timedelta]] = defaultdict(set)
    for name in _known_names().values():
        for short, offset in _own_abbreviations(ZoneInfo(name), year).items():
            found[short].add(offset)
    return {short: frozenset(offsets) for short, offsets in found.items()}
