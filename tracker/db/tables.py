"""The tables. One header row a fact, and a typed table for each kind of fact that carries values, as it is declared.

A fact stands as long as the command that recorded it has not been undone and no standing command voids it;
nothing is ever edited in place or deleted. Milligrams are kept as whole micrograms, kilograms as whole grams,
dates as the patient's local calendar dates and instants in UTC. SQLite-only checks are made by dialect, so the
same tables can be created elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from tracker.db.legible import legible
from tracker.facts import KINDS, FactKind
from tracker.facts.kind import Kept

metadata = MetaData()
"""Of the tables that were made so far: see :func:`all_tables`."""


class _Iso(TypeDecorator[Any]):
    """A value kept as ISO 8601 text where the database has no type of its own for it (SQLite)."""

    impl = Text
    cache_ok = True
    native: Callable[[], TypeEngine[Any]]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102 - SQLAlchemy's
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else self.native())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: D102 - SQLAlchemy's
        return self.write(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: D102 - SQLAlchemy's
        if value is None or dialect.name != "sqlite":
            return value
        with legible():
            return self.read(value)

    def write(self, value: Any) -> str:
        """The value as text."""
        return str(value.isoformat())

    @staticmethod
    def read(text: str) -> Any:
        """The value of a text."""
        raise NotImplementedError


class Day(_Iso):
    """A local calendar date."""

    native = Date
    cache_ok = True

    @staticmethod
    def read(text: str) -> date:
        """The value of a text."""
        return date.fromisoformat(text)


class Clock(_Iso):
    """A local time of day."""

    native = Time
    cache_ok = True

    @staticmethod
    def read(text: str) -> time:
        """The value of a text."""
        return time.fromisoformat(text)

    def write(self, value: time) -> str:
        """Hours and minutes."""
        return value.isoformat("minutes")


class Instant(_Iso):
    """A moment in UTC, to the second."""

    native = staticmethod(lambda: DateTime(timezone=True))
    cache_ok = True

    @staticmethod
    def read(text: str) -> datetime:
        """The value of a text."""
        return datetime.fromisoformat(text)

    def write(self, value: datetime) -> str:
        """In UTC, to the second."""
        return value.astimezone(UTC).isoformat(timespec="seconds")


class Truth(TypeDecorator[bool]):
    """A boolean: an integer in a STRICT table of SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102 - SQLAlchemy's
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: D102 - SQLAlchemy's
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002, D102 - SQLAlchemy's
        return bool(value) if value is not None else None


def _table(name: str, *parts: Any, rowid: bool = True) -> Table:
    """A table whose dates and truths are checked, STRICT where the database is SQLite."""
    checks = []
    for column in (part for part in parts if isinstance(part, Column)):
        if isinstance(column.type, Day):
            # Plain date(x) takes 2026-02-30 on older releases of SQLite.
            checks.append(f"{column.name} IS date({column.name}, '+0 days')")
        elif isinstance(column.type, Truth):
            checks.append(f"{column.name} IN (0, 1)")
    constraints = [CheckConstraint(check).ddl_if(dialect="sqlite") for check in checks]
    return Table(name, metadata, *parts, *constraints, sqlite_strict=True, sqlite_with_rowid=rowid)


_TYPES: dict[Kept, type[TypeEngine[Any]]] = {
    Kept.INTEGER: Integer, Kept.TEXT: Text, Kept.DAY: Day, Kept.CLOCK: Clock, Kept.TRUTH: Truth,
}  # fmt: skip


def _detail(kind: FactKind[Any], name: str) -> Table:
    """The table of a kind's values, as its declaration has them."""
    columns = [Column(one.column, _TYPES[one.sort.kept], nullable=not one.required) for one in kind.columns]
    conditions = [*(one.condition for one in kind.columns if one.condition), *kind.conditions]
    key = Column("fact_id", Integer, ForeignKey("fact.id"), primary_key=True)
    return _table(name, key, *columns, *(CheckConstraint(condition) for condition in conditions))


patient = _table(
    "patient",
    Column("id", Integer, primary_key=True),
    Column("label", Text, nullable=False, unique=True),
    Column("recorded_at", Instant, nullable=False),
)

command = _table(
    "command",
    Column("id", Integer, primary_key=True),
    Column("patient_id", Integer, ForeignKey("patient.id"), nullable=False),
    Column("verb", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undone_order", Integer),
    Index("command_of_patient", "patient_id"),
)
# Few commands are ever undone, and every reading asks for them.
Index("undone_command", command.c.id, sqlite_where=command.c.undone_at.is_not(None))

course = _table(
    "course",
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("patient_id", Integer, ForeignKey("patient.id"), nullable=False),
    Column("command_id", Integer, ForeignKey("command.id"), nullable=False),
    Column("name", Text),
    Column("protocol_id", Text, nullable=False),
    Column("protocol_version", Text, nullable=False),
    Column("protocol_text", Text),
    Column("enrolled", Day, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("can_become_pregnant", Truth, nullable=False),
    Index("course_of_patient", "patient_id"),
)

fact_kind = _table("fact_kind", Column("name", Text, primary_key=True))

fact = _table(
    "fact",
    Column("id", Integer, primary_key=True),
    Column("course_id", Integer, ForeignKey("course.id"), nullable=False),
    Column("command_id", Integer, ForeignKey("command.id"), nullable=False),
    Column("kind", Text, ForeignKey("fact_kind.name"), nullable=False),
    Column("on_date", Day, nullable=False),
    Column("number", Integer, nullable=False),
    Column("note", Text),
    Column("voided_by", Integer, ForeignKey("command.id")),
    CheckConstraint("number >= 1"),
    Index("fact_of_course", "course_id"),
)

_FIRST = {kind.table: kind for kind in reversed(KINDS) if kind.table is not None}
"""By the table of the values of facts the kind that declares its columns; others may share it."""
DETAILS = tuple(reversed(_FIRST))
"""The names of the tables of the values of facts, in the order of their kinds."""
COLUMNS = {table: ("fact_id", *(one.column for one in kind.columns)) for table, kind in _FIRST.items()}
"""The columns of each."""
PLACES = {
    kind.name: tuple(COLUMNS[kind.table].index(one.column) for one in kind.columns) if kind.table is not None else ()
    for kind in KINDS
}
"""Where in a row of its table the values of a kind of fact stand, in the order of its columns."""


@cache
def details(name: str) -> Table:
    """The table of the values of facts of this name, made when it is asked for: few commands write to many."""
    return _detail(_FIRST[name], name)


def all_tables() -> MetaData:
    """Every table that there is."""
    for name in DETAILS:
        details(name)
    return metadata


published = _table(
    "published",
    Column("uid", Text, primary_key=True),
    Column("course_id", Integer, ForeignKey("course.id"), nullable=False),
    Column("entry", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("stamp", Instant, nullable=False),
    Column("cancelled", Truth, nullable=False, server_default=false()),
    Column("content", Text, nullable=False),
    CheckConstraint("sequence >= 0"),
    UniqueConstraint("course_id", "entry"),
)

setting = _table(
    "setting",
    Column("patient_id", Integer, ForeignKey("patient.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

preference = _table(
    "preference",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

remote = _table(
    "remote",
    Column("calendar", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("patient_id", Integer, ForeignKey("patient.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("seen", Text),
    Column("sent", Text),
)

seal = _table(
    "seal",
    Column("patient_id", Integer, ForeignKey("patient.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("link", Text, nullable=False),
    Column("marks", Text, nullable=False),
    rowid=False,
)
"""What each transaction made or changed of a patient, chained: see :mod:`tracker.db.seals`."""
