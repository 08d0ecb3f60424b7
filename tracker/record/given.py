"""Reads what calendars were given, of the document of a record: only what isotrack keeps of them, as it keeps it."""

from __future__ import annotations

from collections.abc import Callable

from tracker.db import published as kept
from tracker.errors import N_
from tracker.protocols.node import Node
from tracker.publication import Published, Seen
from tracker.record import values
from tracker.whole import Given, RemoteEntry

_LONGEST_PLACE = 4_096
_AS_WRITTEN = N_("a value as isotrack record export writes it")


def given(node: Node, courses: int) -> Given:
    """What calendars were given."""
    of = node.object("settings published remote")
    found = Given(
        of.each("published", lambda one: _published(one, courses)), of.get("settings", _kept),
        of.each("remote", _remote),
    )  # fmt: skip
    of.done()
    values.tell_apart(of["published"], [(("uid",), one.uid) for _at, one in found.published])
    values.tell_apart(of["published"], [(("entry",), (at, one.entry)) for at, one in found.published])
    values.tell_apart(of["remote"], [(("uid",), (one.calendar, one.uid)) for one in found.remote])
    return found


def _kept(node: Node) -> dict[str, str]:
    """What is kept of calendars beside their entries: only what isotrack keeps, as it keeps it."""
    found = values.texts(node)
    for name, value in found.items():
        at = node.under(name, value)
        if name not in kept.GIVEN or (name in kept.OF_A_MACHINE and len(value) > _LONGEST_PLACE):
            at.note(N_("there is no such setting, or no such value of it"))
    for name in kept.illegible(found):
        node.under(name, found[name]).note(N_("there is no such setting, or no such value of it"))
    for before in kept.undelivered(found).values():
        values.or_none(node.under(kept.UNDELIVERED, before), values.calendar_entry)
    return found


def _published(node: Node, courses: int) -> tuple[int, Published]:
    of = node.object("course uid entry sequence digest stamp cancelled content")
    course = of.get("course", lambda one: values.among(one, range(1, courses + 1)))
    found = Published(
        uid=of.get("uid", Node.text), entry=of.get("entry", Node.text),
        sequence=of.get("sequence", values.count_from_0), digest=of.get("digest", Node.text),
        stamp=of.get("stamp", values.instant), cancelled=of.get("cancelled", Node.truth),
        content=of.get("content", values.calendar_entry),
    )  # fmt: skip
    of.done()
    return course, found


def _remote(node: Node) -> RemoteEntry:
    of = node.object("calendar uid digest seen sent")
    found = RemoteEntry(
        of.get("calendar", Node.text), of.get("uid", Node.text), of.get("digest", values.text),
        of.get("seen", lambda one: values.or_none(one, _seen)),
        of.get("sent", lambda one: values.or_none(one, lambda sent: _seen(sent, Seen.several))),
    )  # fmt: skip
    of.done()
    return found


def _seen(node: Node, read: Callable[[str], object] = Seen.from_json) -> str:
    text = values.text(node)
    try:
        read(text)
    except (ValueError, TypeError, AttributeError):
        node.wrong(_AS_WRITTEN)
    return text
