"""A zone that a calendar brings along (VTIMEZONE) is read by dateutil, from what it needs of it alone."""

from __future__ import annotations

import io
import re
from datetime import tzinfo

from dateutil.tz import tzical

from tracker.calendar.invitations.lines import Component

_OFFSET = re.compile(r"([+-]?)(\d{1,2}):?([0-5]\d)(?::?[0-5]\d)?")
_BEGIN = re.compile(r"\d{8}T\d{6}")
_DAY = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_RULE = re.compile(
    r"FREQ=YEARLY(?:;(?:BYMONTH=(?:0?[1-9]|1[0-2])|BYMONTHDAY=-?\d\d?(?:,-?\d\d?)*"
    rf"|BYDAY={_DAY}(?:,{_DAY})*|INTERVAL=\d{{1,3}}|COUNT=\d{{1,4}}|UNTIL=\d{{8}}(?:T\d{{6}}Z?)?|WKST=\w\w))*",
    re.IGNORECASE,
)
_NEVER = re.compile(r"INTERVAL=0*(?:;|$)", re.IGNORECASE)
_DATES = re.compile(r"\d{8}T\d{6}Z?(?:,\d{8}T\d{6}Z?)*")
_MOST = 400
"""Changes of a zone that are listed one by one: two a year since there are time zones."""


def zone_by_rules(component: Component) -> tzinfo | None:
    """The zone with the rules of a VTIMEZONE; None where they cannot be read."""
    parts = [part for part in component.children if part.name in ("STANDARD", "DAYLIGHT")]
    texts = [_part(part) for part in parts]
    if not texts or len(texts) > _MOST or any(text is None for text in texts):
        return None
    lines = ["BEGIN:VTIMEZONE", "TZID:own", *(line for text in texts for line in text or ()), "END:VTIMEZONE", ""]
    try:
        return tzical(io.StringIO("\r\n".join(lines))).get("own")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        return None


def _part(part: Component) -> list[str] | None:
    after = _offset(part, "TZOFFSETTO")
    before = _offset(part, "TZOFFSETFROM") or after
    begin = _BEGIN.search(part.word("DTSTART") or "19700101T000000")
    rules = [one.text.strip().rstrip(";") for one in part.all("RRULE")]
    dates = [one.text.strip() for one in part.all("RDATE")]
    if after is None or begin is None or len(dates) > _MOST:
        return None
    if not all(_RULE.fullmatch(one) and not _NEVER.search(one) for one in rules):
        return None
    if not all(_DATES.fullmatch(one) for one in dates):
        return None
    return [
        f"BEGIN:{part.name}", f"DTSTART:{begin[0]}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}",
        *(f"RRULE:{one.upper()}" for one in rules), *(f"RDATE:{one}" for one in dates), f"END:{part.name}",
    ]  # fmt: skip


def _offset(part: Component, name: str) -> str | None:
    """An offset in the form that dateutil takes, however it is written."""
    found = _OFFSET.fullmatch(part.word(name).replace(" ", ""))
    return f"{found[1] or '+'}{int(found[2]):02}{found[3]}" if found is not None else None
