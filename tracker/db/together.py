"""What one command said together with something else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from tracker.facts import Fact

_COMMANDS = """
SELECT now.id, version.command_id FROM fact now
  JOIN fact version ON (version.course_id, version.kind, version.number) = (now.course_id, now.kind, now.number)
  WHERE now.id IN :ids
"""
"""By the ids of facts every command that recorded a version of theirs."""


def said_with(connection: Connection, one: Fact, among: Iterable[Fact]) -> list[Fact]:
    """Those of these facts of a course that one command said together with another, in whatever version of both."""
    others = list(among)
    statement = text(_COMMANDS).bindparams(bindparam("ids", expanding=True))
    commands: dict[int, set[int]] = {}
    for fact_id, command_id in connection.execute(statement, {"ids": [one.id, *(each.id for each in others)]}):
        commands.setdefault(fact_id, set()).add(command_id)
    return [each for each in others if commands.get(each.id, set()) & commands.get(one.id, set())]
