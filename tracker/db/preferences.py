"""How whoever sits at this database likes it: a name and a value each, for all patients."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from tracker.db.tables import preference


def preferences(connection: Connection) -> dict[str, str]:
    """What was ever said, by name."""
    return {row.name: row.value for row in connection.execute(select(preference))}


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember a preference in place of what it was."""
    connection.execute(delete(preference).where(preference.c.name == name))
    connection.execute(insert(preference).values(name=name, value=value))
