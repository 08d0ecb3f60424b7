"""Reads single values of the document of a record: those that the database keeps, and what they were made of."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from tracker.calendar.entries import Entry as CalendarEntry
from tracker.errors import N_, TrackerError
from tracker.facts.kind import Column, Kept
from tracker.protocols.faults import Path
from tracker.protocols.node import Node
from tracker.whole import VERBS

T = TypeVar("T")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_LARGEST_NUMBER = 1 << 53
_LONGEST_TEXT = 1 << 20
_RULE = re.compile("[A-Z0-9=;,]*")
_LONGEST_ALARM = 60 * 24 * 366
"""Minutes before an entry."""


def or_none(node: Node, read_one: Callable[[Node], T]) -> T | None:
    """What is read of a value; None for null."""
    return None if node.value is None else read_one(node)


def among(node: Node, known: Collection[int]) -> int:
    """One of these numbers."""
    if isinstance(node.value, bool) or node.value not in known:
        node.wrong(N_("a number that is known here"))
    return int(node.value)


def verb(node: Node) -> str:
    """The name of a command that records something."""
    said = node.text()
    if said not in VERBS:
        node.wrong(N_("a command that this isotrack knows"))
    return said


def known_command(node: Node, commands: Collection[int]) -> int:
    """The id of one of these commands."""
    if isinstance(node.value, bool) or not isinstance(node.value, int) or node.value not in commands:
        node.wrong(N_("the id of one of the commands"))
    return node.value


def integer(node: Node) -> int:
    """A whole number."""
    if isinstance(node.value, bool) or not isinstance(node.value, int) or abs(node.value) > _LARGEST_NUMBER:
        node.wrong(N_("a whole number"))
    return node.value


def count_from_0(node: Node) -> int:
    """A whole number, 0 at least."""
    if integer(node) < 0:
        node.wrong(N_("a whole number, 0 at least"))
    return int(node.value)


def count(node: Node) -> int:
    """A whole number, 1 at least."""
    if integer(node) < 1:
        node.wrong(N_("a whole number, 1 at least"))
    return int(node.value)


def text(node: Node) -> str:
    """A text of a person's own, or one that the program has made: it may have several lines."""
    if not isinstance(node.value, str) or len(node.value) > _LONGEST_TEXT:
        node.wrong(N_("a text"))
    if any("\ud800" <= one <= "\udfff" or one == "\0" for one in node.value):
        node.wrong(N_("a text without broken characters"))
    return node.value


def day(node: Node) -> date:
    """A day of this age."""
    found = node.day()
    if not _FIRST_DAY <= found <= _LAST_DAY:
        node.wrong(N_("a date between {first} and {last}"), first=_FIRST_DAY.year, last=_LAST_DAY.year)
    return found


def clock(node: Node) -> time:
    """A local time of day."""
    if not isinstance(node.value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", node.value):
        node.wrong(N_("a time such as 08:30"))
    return time.fromisoformat(node.value)


def instant(node: Node) -> datetime:
    """A moment, in UTC."""
    try:
        found = datetime.fromisoformat(node.text())
    except ValueError:
        found = datetime.fromtimestamp(0)  # noqa: DTZ006 - none that is taken
    if found.tzinfo is None or not _FIRST_DAY.year < found.year < _LAST_DAY.year:
        node.wrong(N_("a moment such as 2026-01-22T08:30:00+00:00"))
    return found.astimezone(UTC).replace(microsecond=0)


def identity(node: Node) -> str:
    """The identity of a course."""
    text = node.text()
    try:
        is_one = str(uuid.UUID(text)) == text
    except ValueError:
        is_one = False
    if not is_one:
        node.wrong(N_("an identity such as 00000000-0000-4000-8000-000000000001"))
    return text


def zone(node: Node) -> str:
    """The name of a time zone."""
    text = node.text()
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        node.wrong(N_("a time zone such as Asia/Tokyo"))
    return text


_KEPT: dict[Kept, Callable[[Node], Any]] = {
    Kept.INTEGER: integer, Kept.TEXT: text, Kept.DAY: day, Kept.CLOCK: clock, Kept.TRUTH: Node.truth,
}  # fmt: skip


def taken(node: Node, column: Column) -> Any:
    """A value of the form in which it is kept, back as what it was."""
    sort = column.sort
    if "enum" in sort.json:
        node.among(sort.json["enum"])
    raw = _KEPT[sort.kept](node)
    try:
        found = sort.take(raw)
        is_same = sort.keep(found) == raw and not (isinstance(found, Decimal) and not found.is_finite())
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, TrackerError):
        is_same, found = False, None
    if not is_same:
        node.wrong(N_("a value as isotrack record export writes it"))
    return found


def calendar_entry(node: Node) -> str:
    """What a calendar was given, from which it is cancelled one day."""
    content = text(node)
    try:
        entry = msgspec.json.decode(content, type=CalendarEntry)
        known = CalendarEntry.from_content(content) == entry and _RULE.fullmatch(entry.rule) is not None
        known = known and entry.day <= entry.until and 0 <= (entry.alarm_minutes or 0) <= _LONGEST_ALARM
        entry.when()
        ZoneInfo(entry.timezone or "UTC")
    except (ValueError, TypeError, LookupError, OSError, msgspec.MsgspecError):
        known = False
    if not known:
        node.wrong(N_("a value as isotrack record export writes it"))
    return content


def texts(node: Node) -> dict[str, str]:
    """An object of texts."""
    if not isinstance(node.value, dict):
        node.wrong(N_("an object"))
    return {key: text(node.under(key, value)) for key, value in node.value.items()}


def tell_apart(node: Node, found: Iterable[tuple[Path, Any]]) -> None:
    """Note every element of a list that says what another one has said already."""
    seen: dict[Any, int] = {}
    for index, (path, value) in enumerate(found):
        if value is not None and seen.setdefault(value, index) != index:
            Node(value, (*node.path, index, *path), node.faults).note(
                N_("{value} stands here a second time"), value=str(value)
            )
