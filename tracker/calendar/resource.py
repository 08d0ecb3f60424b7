"""One entry as a CalDAV server holds it: read back, and laid over what another device added to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Component, Event, Todo

from tracker.calendar import single
from tracker.calendar.single import Single
from tracker.publication import Seen

_OURS = {
    "UID", "DTSTART", "DTEND", "DURATION", "DUE", "RRULE", "RDATE", "EXDATE", "SUMMARY", "DESCRIPTION", "CATEGORIES",
    "STATUS", "COMPLETED", "PERCENT-COMPLETE", "CLASS", "TRANSP", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED",
}  # fmt: skip
"""What isotrack says in an entry; every other property of it is left to whoever set it."""


def read(data: bytes) -> tuple[str, Seen]:
    """The UID of a resource and what a person sees of it; raise ValueError where it cannot be read."""
    try:
        main, others = _split(Calendar.from_ical(data))
        return str(main["UID"]), _seen(main, others)
    except (KeyError, IndexError, AttributeError, TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def days(data: bytes) -> list[Single]:
    """The single days of a series that were taken out of it or changed."""
    return single.singles(*_split(Calendar.from_ical(data)))


def with_days(text: bytes, own: Sequence[Single]) -> bytes:
    """The text of a series with the single days that another device took out of it or changed."""
    if not own:
        return text
    new = Calendar.from_ical(text)
    single.lay(new, own)
    return _written(new)


def laid_over(ours: bytes, theirs: bytes, known: Seen | None) -> bytes:
    """Our new text of an entry with all that another device added to its old one: a place, an attachment, a colour.

    Alarms stay theirs where they are no longer those that isotrack wrote (``known``). SEQUENCE rises above both.
    """
    new = Calendar.from_ical(ours)
    fresh, _none = _split(new)
    old, _overrides = _split(Calendar.from_ical(theirs))
    for name in old.keys() - _OURS - fresh.keys():
        fresh[name] = old[name]
    if known is not None and _alarms(old) != known.alarms:
        kept = [part for part in old.subcomponents if part.name == "VALARM"]
        fresh.subcomponents = [part for part in fresh.subcomponents if part.name != "VALARM"] + kept
    before = old.get("SEQUENCE")
    above = before + 1 if isinstance(before, int) else 0
    fresh.add("sequence", max(int(fresh.pop("SEQUENCE")), above))
    return _written(new)


def _written(calendar: Component) -> bytes:
    """As :mod:`tracker.calendar.ics` writes: icalendar writes no time as P0D, and PT0S is known to ring everywhere."""
    octets: bytes = calendar.to_ical(sorted=False)
    return octets.replace(b"\r\nTRIGGER:P0D\r\n", b"\r\nTRIGGER:PT0S\r\n")


def _split(calendar: Component) -> tuple[Component, list[Component]]:
    """The entry itself and the occurrences of it that were changed one by one."""
    parts = [part for part in calendar.walk() if isinstance(part, Event | Todo)]
    main = [part for part in parts if "RECURRENCE-ID" not in part]
    return (main or parts)[0], [part for part in parts if "RECURRENCE-ID" in part]


def _seen(main: Component, others: Iterable[Component]) -> Seen:
    todo = isinstance(main, Todo)
    start = (_value(main, "DUE") if todo else None) or _value(main, "DTSTART")
    begins = _moment(start.dt) if start is not None else ""
    status, done = str(main.get("STATUS", "")), _value(main, "COMPLETED")
    return Seen(
        start=begins,
        end="" if todo else _end(main),
        repeats="; ".join(sorted(_repeats(main, others))),
        title=str(main.get("SUMMARY", "")),
        text=str(main.get("DESCRIPTION", "")),
        gone=status == "CANCELLED",
        done=status == "COMPLETED",
        done_at="" if status != "COMPLETED" else _moment(done.dt) if done is not None else begins,
        alarms=_alarms(main),
        own=tuple(sorted({str(one) for one in single.singles(main, others)})),
    )


def _repeats(main: Component, others: Iterable[Component]) -> list[str]:
    """How an entry repeats, but for the single days of a series, which are each device's own affair."""
    series = single.is_series(main)
    rule = single.rule(main) if series else None
    rules = [rule] if rule is not None else _texts(main, "RRULE")
    found = [f"RRULE {text}" for text in rules] + [f"RDATE {text}" for text in _texts(main, "RDATE")]
    if not series:
        found += [f"EXDATE {text}" for text in _texts(main, "EXDATE")]
    changed = [one for one in others if not series or single.changes_the_rest(one)]
    return found + [f"changed {text}" for one in changed for text in _texts(one, "RECURRENCE-ID")]


def _value(component: Component, name: str) -> Any:
    return component.get(name)


def _texts(component: Component, name: str) -> list[str]:
    found = _value(component, name) or []
    return [one.to_ical().decode() for one in (found if isinstance(found, list) else [found])]


def _end(event: Component) -> str:
    start, end, lasts = _value(event, "DTSTART").dt, _value(event, "DTEND"), _value(event, "DURATION")
    if end is not None:
        return _moment(end.dt)
    if lasts is not None:
        return _moment(start + lasts.dt)
    return _moment(start if isinstance(start, datetime) else start + timedelta(days=1))


def _moment(value: date) -> str:
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC).isoformat()
    return value.isoformat()


def _alarms(component: Component) -> tuple[str, ...]:
    return tuple(sorted(text for part in component.walk("VALARM") for text in _texts(part, "TRIGGER")))
