"""The layout of a database: what an older one ends in is that of a new, whatever the order in which it was made.

Every clause that SQLite keeps of a table or an index is compared, in its words: a condition, a collation, a default or
what happens at a conflict that isotrack did not write is seen, in whatever letters it stands there. What is none of the
words and signs of such a clause stays as it is, and so is different from ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from tracker.db import encrypting, migrations
from tracker.db.seals import Ask, asking
from tracker.db.tables import all_tables

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
            "indexes": _sorted((*index[2:], _words(rows("SELECT * FROM pragma_index_xinfo(?)", index[1])), _said(rows(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", index[1]))) for index in indexes),
            "clauses": clauses(str(sql)),
            "form": _sorted(row[4:] for row in rows("SELECT * FROM pragma_table_list(?)", name)),
        }  # fmt: skip
    if _KINDS in found:
        found[_KINDS]["rows"] = _sorted(rows("SELECT name FROM fact_kind"))
    return found


def differences(ask: Ask) -> list[str]:
    """The names of what is not as in a new database."""
    fresh, kept = _ours()
    found = layout(ask)
    if found.get(encrypting.TABLE) == kept:
        del found[encrypting.TABLE]  # an encrypted file alone has it
    return sorted(name for name in fresh.keys() | found.keys() if fresh.get(name) != found.get(name))


@cache
def _ours() -> tuple[Layout, Any]:
    """The layout of a new database, and what an encrypted one has beside it."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
    migrations.create(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql(encrypting.KEPT)
        found = layout(asking(connection))
    return found, found.pop(encrypting.TABLE)


def clauses(sql: str) -> Counter[str]:
    """What a table is made of: its columns, conditions and keys, in whatever order, and what it is as a whole.

    A condition within a column is one of the table: so it came where a column was added to a table that was there.
    """
    words = list(_words_of(sql))
    first = words.index("(") if "(" in words else len(words)
    found, clause, depth = Counter[str](), list[str](), 0
    for word in words[first:]:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if (word == "(" and depth == 1 and not found and not clause) or (word, depth) in ((",", 1), (")", 0)):
            if clause:
                found.update(_apart(clause))
            clause = []
        else:
            clause.append(word)
    found[f"whole: {' '.join((*words[:first], *clause))}"] += 1
    return found


def _apart(clause: Sequence[str]) -> Iterator[str]:
    """A clause, and the condition at the end of a column by itself."""
    at = clause.index("check") if "check" in clause else 0
    if at and clause[at + 1 : at + 2] == ["("] and clause[0] not in ("constraint", "foreign", "primary", "unique"):
        yield " ".join(clause[:at])
        clause = clause[at:]
    yield " ".join(clause)


def _words_of(sql: str) -> Iterator[str]:
    """The words and signs of a statement: letters of no matter but in a text; of a table its name without its marks."""
    for word in _WORD.findall(sql):
        if word[0] == '"' and word[1:-1].lower() in _OURS:
            yield word[1:-1].lower()
        else:
            yield word if word[0] in "'\"" else word.lower()


_WORD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\s\w]""")
_OURS = {table.name for table in all_tables().tables.values()}


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=repr)


def _words(rows: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(row)[1:] for row in rows)


def _said(rows: Sequence[Any]) -> str:
    """What an index is, where it is one of its own."""
    return " ".join(_words_of(str(rows[0][0]))) if rows and rows[0][0] else ""
