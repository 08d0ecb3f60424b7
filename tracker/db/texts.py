"""Texts in a file that are none any more: one flipped bit is enough, and every command that meets one would fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tracker.db.seals import Ask


class Torn(Struct, frozen=True):
    """A text that cannot be read, and where it stands."""

    table: str
    column: str
    key: dict[str, Any]
    octets: bytes


def torn(ask: Ask) -> Iterator[Torn]:
    """Every such text of a file, of whatever table."""
    tables = "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    for table, has_no_rowid in ask(tables, ())[1]:
        if str(table).startswith("sqlite_"):
            continue
        columns = ask("SELECT name, pk, type FROM pragma_table_info(?)", (table,))[1]
        key = [name for name, place, _type in columns if place] if has_no_rowid else ["rowid"]
        for column in (name for name, _place, sort in columns if sort == "TEXT" and name not in key):
            chosen = ", ".join(f'"{one}"' for one in key)
            found = f'SELECT {chosen}, CAST("{column}" AS BLOB) FROM "{table}" WHERE typeof("{column}") = \'text\''  # noqa: S608 - names of the schema
            for *place, octets in ask(found, ())[1]:
                if octets and not _is_text(octets):
                    yield Torn(table, column, dict(zip(key, place, strict=True)), octets)


def mend(ask: Ask, found: Torn) -> None:
    """Let the text be what can still be read of it, with a mark in place of the rest."""
    where = " AND ".join(f'"{name}" = ?' for name in found.key)
    changed = f'UPDATE "{found.table}" SET "{found.column}" = ? WHERE {where}'  # noqa: S608 - as above
    ask(changed, (found.octets.decode("utf-8", "replace"), *found.key.values()))


def _is_text(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True
