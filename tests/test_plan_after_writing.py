"""A command keeps the plan that it has where what it records is nothing that a plan rests on: it is the same plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tracker.db.engine import Database
from tracker.errors import Phrase
from tracker.facts import Done, Dose, Fact, RedFlag, Stop, Weight
from tracker.facts.lab import LabValue
from tracker.facts.observation import Observation
from tracker.journeys.context import Context, seen
from tracker.journeys.course.measuring import reading
from tracker.journeys.writing import UnitOfWork, carry_out
from tracker.rules import Kind

TODAY = date(2027, 1, 25)
FACTS: tuple[Fact, ...] = (
    Done(on=TODAY, kind=Kind.VISIT),
    LabValue(on=TODAY, code="alt", value=Decimal(22), unit="U/L"),
    RedFlag(on=TODAY, code="rf-liver"),
    Observation(on=TODAY, family="symptom", code="lips", grade=2),
    Stop(on=TODAY - timedelta(days=3)),
)


@pytest.mark.parametrize("order", list(permutations(range(len(FACTS)), 3)))
def test_a_plan_that_is_kept_is_the_one_that_would_be_derived(
    isotrack: Isotrack, tmp_path: Path, order: tuple[int, ...]
) -> None:
    isotrack("start", "2026-12-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", today="2026-12-01")
    isotrack("log", "dose", "--on", "2027-01-24", today="2027-01-25")
    database = Database(tmp_path / "data" / "isotrack.db")
    context = reading(Context(database, None, TODAY, datetime(2027, 1, 25, 3, tzinfo=UTC), "en"))

    def is_as_derived(work: UnitOfWork) -> None:
        voided = {fact.id for fact in work.view.history.facts if work.is_voided(fact)}
        history = work.view.history.changed(voided, work.recorded)
        assert work.after() == seen(work.view.programmes.started, history, TODAY)

    def write(work: UnitOfWork) -> None:
        for number in order:
            work.record(FACTS[number])
            is_as_derived(work)
        for fact in (*work.view.history.all(Weight), *work.view.history.all(Dose)):
            work.void(fact)
            is_as_derived(work)

    carry_out(context, "log", Phrase("all of them"), write)
