"""The unit of work: one command's facts in one transaction, and what moved because of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from tracker.db import store
from tracker.engine.view import Recount, View, recounted
from tracker.errors import Phrase
from tracker.facts import Fact
from tracker.journeys.context import Context, current, find_current, look
from tracker.plan import Move, moves

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the facts that it recorded, the course as it is now, and what moved."""

    view: View
    recorded: tuple[Fact, ...]
    moved: tuple[Move, ...]
    reason: Phrase | None
    already_there: bool = False
    remarks: tuple[Phrase, ...] = ()
    recounted: tuple[Recount, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """Records facts of one command on one course."""

    connection: Connection
    command_id: int
    view: View
    recorded: list[Fact]
    remarks: list[Phrase]

    def record(self, fact: F, number: int | None = None) -> F:
        """Record a fact; the fact with its id."""
        done = store.record(self.connection, self.command_id, self.view.course.id, fact, number)
        self.recorded.append(done)
        return done

    def void(self, fact: Fact) -> int:
        """Void a fact that stands; the number that a correction keeps."""
        return store.void(self.connection, self.command_id, fact.id)

    def after(self, context: Context) -> View:
        """The course as it is with what was recorded so far."""
        view = find_current(self.connection, context, self.view.course.id)
        assert view is not None  # noqa: S101 - nothing here closes a course
        return view

    def say(self, message: str, **values: object) -> None:
        """Tell the user something about what was recorded."""
        self.remarks.append(Phrase(message, values))


class AlreadyThere(Exception):  # noqa: N818 - not an error: there is nothing to do
    """The very same fact stands already."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.fact = fact


@contextmanager
def _command(context: Context, verb: str, fact_id: int | None) -> Iterator[UnitOfWork]:
    with context.database.writing() as connection:
        view = current(connection, context)
        patient = store.known_patient_id(connection, context.patient)
        if fact_id is not None and (found := store.find_fact(connection, patient, fact_id)) is not None:
            view = find_current(connection, context, found[0]) or view
        yield UnitOfWork(connection, store.begin_command(connection, patient, verb, context.now), view, [], [])


def carry_out(
    context: Context, verb: str, reason: Phrase, write: Callable[[UnitOfWork], None], *, fact_id: int | None = None
) -> Outcome:
    """Run ``write`` in one transaction and say what moved because of it: on the newest course, or on that of a fact."""
    try:
        with _command(context, verb, fact_id) as work:
            write(work)
            return outcome(context, work, reason)
    except AlreadyThere as same:
        return Outcome(look(context), (same.fact,), (), None, already_there=True)


def outcome(context: Context, work: UnitOfWork, reason: Phrase | None) -> Outcome:
    """The course after the work's facts, and the difference to the plan before."""
    after = work.after(context)
    moved = moves(work.view.plan, after.plan)
    return Outcome(
        after, tuple(work.recorded), moved, reason if moved else None, remarks=tuple(work.remarks),
        recounted=recounted(work.view, after),
    )  # fmt: skip
