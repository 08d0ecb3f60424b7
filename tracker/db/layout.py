"""The layout of a database, whatever the words are in which it was made: what an older one ends in is that of a new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from tracker.db import encrypting, migrations
from tracker.db.seals import Ask, asking

Layout = dict[str, Any]
"""By the name of a table, a view, a trigger what it is; of the table of the kinds of facts also its rows."""
_KINDS = "fact_kind"


def layout(ask: Ask) -> Layout:
    """The layout of a database."""

    def rows(question: str, *values: Any) -> Sequence[Any]:
        return ask(question, values)[1]

    found: Layout = {}
    for kind, name, sql in rows("SELECT type, name, sql FROM sqlite_master WHERE type <> 'index' ORDER BY name"):
        if kind != "table":
            found[name] = (kind, sql)
            continue
        indexes = rows("SELECT * FROM pragma_index_list(?)", name)
        found[name] = {
            "columns": _sorted(column[1:] for column in rows("SELECT * FROM pragma_table_xinfo(?)", name)),
            "references": _sorted(key[2:] for key in rows("SELECT * FROM pragma_foreign_key_list(?)", name)),
            "indexes": _sorted((*index[2:], _words(rows("SELECT * FROM pragma_index_info(?)", index[1])), _where(rows(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", index[1]))) for index in indexes),
            "checks": sorted(checks(str(sql))),
            "form": _sorted(row[4:] for row in rows("SELECT * FROM pragma_table_list(?)", name)),
        }  # fmt: skip
    if _KINDS in found:
        found[_KINDS]["rows"] = _sorted(rows("SELECT name FROM fact_kind"))
    return found


def differences(ask: Ask) -> list[str]:
    """The names of what is not as in a new database."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
    migrations.create(engine)
    with engine.connect() as connection:
        fresh = layout(asking(connection))
    found = layout(ask)
    found.pop(encrypting.TABLE, None)  # an encrypted file alone has it
    return sorted(name for name in fresh.keys() | found.keys() if fresh.get(name) != found.get(name))


def checks(sql: str) -> list[str]:
    """The conditions of a table, blanks left out."""
    found = []
    for match in re.finditer(r"CHECK\s*\(", sql):
        depth, end = 1, match.end()
        while depth and end < len(sql):
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append("".join(sql[match.end() : end - 1].split()))
    return found


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=repr)


def _words(rows: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(row)[1:] for row in rows)


def _where(rows: Sequence[Any]) -> str:
    """The condition of an index that has one."""
    sql = str(rows[0][0]) if rows else ""
    return " ".join(sql.partition(" WHERE ")[2].split()).lower()
