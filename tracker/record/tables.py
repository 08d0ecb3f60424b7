"""Tables for a spreadsheet: CSV in UTF-8 with its mark, stable headings, ISO days, and no formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.errors import N_
from tracker.files import Ours
from tracker.visible import visible

HEADINGS = {
    "doses": ("day", "course", "course_day", "prescribed_mg", "taken_mg", "assumed_mg", "record", "capsules", "note"),
    "blood": ("day", "course", "code", "name", "comparator", "value", "unit", "low", "high", "printed", "note"),
    "symptoms": ("day", "until", "course", "code", "name", "present", "grade", "red_flag", "note"),
}
"""By table the names of its columns: new ones come last, none is renamed."""
_MARK = "\N{BYTE ORDER MARK}"
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def ours(table: str) -> Ours:
    """By what a table of isotrack's is known."""
    heading = _written([HEADINGS[table]]).encode()
    return Ours(heading, heading, N_("{file} exists and is not such a table of isotrack's"))


def octets(table: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """The file of a table."""
    return _written([HEADINGS[table], *rows]).encode()


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_cell(one) for one in row] for row in rows)
    return _MARK + text.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case str() if _FORMULA.match(value):
            return visible(f"'{value}")
    return visible(str(value))
