"""Days of the week: ``friday``, ``last friday``, ``tuesday next week``, 来週の火曜日; weeks begin on Monday.

Where some mean one day by the same words and others one a week away, both are given.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from tracker.cli.typed.years import Asked, Lean

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES_JA = "月火水木金土日"
_SHORTEST_NAME = 3
_SUNDAY = 7
_A_WEEK = timedelta(days=7)

_NAME = r"(?P<name>[a-z]{3,9})\.?"
_NAME_JA = r"(?P<name_ja>[月火水木金土日])曜日?"
_ALONE = rf"(?:on\s+)?(?:(?P<way>last|past|this|next|coming|this\s+coming|this\s+past)\s+)?{_NAME}"
_OF_A_WEEK = (
    rf"(?:on\s+)?{_NAME},?\s+(?:of\s+)?(?P<week>last|this|next)\s+week",
    rf"(?P<week>last|this|next)\s+week,?\s+(?:on\s+)?{_NAME}",
    rf"(?P<week>先々週|先週|今週|来週|再来週)\s*の?\s*{_NAME_JA}",
)
_ALONE_JA = rf"(?:(?P<way>次|今度|前|この前)\s*の\s*)?{_NAME_JA}"
_WEEKS = {"先々週": -2, "last": -1, "先週": -1, "this": 0, "今週": 0, "next": 1, "来週": 1, "再来週": 2}
_BEFORE, _AFTER = ("last", "past", "this past", "前", "この前"), ("coming", "this coming")
_IN_FRONT = r"([A-Za-z]{3,9})\.?,?\s+(?=[0-9A-Za-z])"
_BEHIND = r"\s*\(([月火水木金土日])(?:曜日?)?\)$|(?<=[0-9日])\s*([月火水木金土日])曜日?$"


def of_the_week(text: str, asked: Asked) -> set[date]:
    """The days that the name of a day of the week can mean, as it is said; none where the text is no such thing."""
    words = " ".join(text.lower().split())
    for form in _OF_A_WEEK:
        match = re.fullmatch(form, words)
        if match and (weekday := _weekday(match)):
            return _of_a_week(weekday, _WEEKS[match["week"]], asked)
    match = re.fullmatch(_ALONE, words) or re.fullmatch(_ALONE_JA, words)
    if match is None or not (weekday := _weekday(match)):
        return set()
    return _by_itself(weekday, match["way"], asked)


def _by_itself(weekday: int, way: str | None, asked: Asked) -> set[date]:
    today = asked.today
    this_week = today + timedelta(days=weekday - today.isoweekday())
    before = this_week if this_week < today else this_week - _A_WEEK
    after = this_week if this_week > today else this_week + _A_WEEK
    if way in _BEFORE:
        found = {before}
    elif way in _AFTER:
        found = {after}
    elif way == "this":
        # On a Sunday this Friday was, for those whose weeks begin on Monday, and will be for the others.
        found = {this_week} if this_week >= today else asked.allowed({this_week, after})
    elif way is not None:
        # On a Monday next Tuesday is tomorrow for some, and the Tuesday of next week for others.
        found = {after, this_week + _A_WEEK}
    else:
        found = {this_week} if this_week == today else set()
        found |= {before} if asked.lean is not Lean.COMING else set()
        found |= {after} if asked.lean is not Lean.PAST else set()
    return found


def _of_a_week(weekday: int, weeks: int, asked: Asked) -> set[date]:
    """A day of a calendar week; a Sunday is the last day of one week for some, and the first of the next for others."""
    found = asked.today + timedelta(days=weekday - asked.today.isoweekday(), weeks=weeks)
    if weekday == _SUNDAY != asked.today.isoweekday():
        return asked.allowed({found - _A_WEEK, found})
    return {found}


def by_itself(text: str) -> int:
    """The number from Monday = 1 of a day of the week that is named without its week; 0 where the text is no such."""
    words = " ".join(text.lower().split())
    match = re.fullmatch(_ALONE, words) or re.fullmatch(_ALONE_JA, words)
    return _weekday(match) if match is not None and match["way"] is None else 0


def is_in_a_week(text: str) -> bool:
    """Whether a text names a day of the week with its week, or says which one: 先週の水曜, last friday."""
    words = " ".join(text.lower().split())
    found = (re.fullmatch(form, words) for form in (*_OF_A_WEEK, _ALONE, _ALONE_JA))
    return any(match is not None and _weekday(match) for match in found) and not by_itself(text)


def without_weekday(text: str) -> tuple[str, int]:
    """The text without the day of the week beside it, and its number from Monday = 1; 0 where none stands there."""
    if match := re.search(_BEHIND, text):
        return text[: match.start()], _NAMES_JA.index(match[1] or match[2]) + 1
    match = re.match(_IN_FRONT, text)
    weekday = named(match[1], _NAMES) if match else 0
    return (text[match.end() :], weekday) if match and weekday else (text, 0)


def named(word: str, names: tuple[str, ...]) -> int:
    """Which of ``names`` the word is, whole or shortened, from 1; 0 for none."""
    short = word.lower()
    found = [number for number, name in enumerate(names, start=1) if name.startswith(short)]
    return found[0] if len(short) >= _SHORTEST_NAME and found else 0


def _weekday(match: re.Match[str]) -> int:
    said = match.groupdict()
    if said.get("name_ja"):
        return _NAMES_JA.index(said["name_ja"]) + 1
    return named(said.get("name") or "", _NAMES)
