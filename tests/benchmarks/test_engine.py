from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tracker.engine.schedule import plan
from tracker.facts import Course, Dose, FirstDosePlanned, Prescribed, Weight
from tracker.history import History, history_of
from tracker.plan import Plan
from tracker.protocols import find

FIRST_DOSE = date(2026, 11, 24)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Small:
    """The yardstick: what building a plan's worth of values costs on this machine."""

    key: str
    on: date
    number: int


@pytest.fixture
def six_months() -> History:
    protocol = find("jp-standard", FIRST_DOSE)
    course = Course(
        id=1, uuid="00000000-0000-4000-8000-000000000001", name=None, protocol_id=protocol.id,
        protocol_version=protocol.version, enrolled=FIRST_DOSE, timezone="Asia/Tokyo", can_become_pregnant=True,
    )  # fmt: skip
    begin = [
        FirstDosePlanned(id=1, number=1, on=FIRST_DOSE),
        Prescribed(id=2, number=1, on=FIRST_DOSE, mg=Decimal(20)),
        Weight(id=3, number=1, on=FIRST_DOSE, kg=Decimal(54)),
    ]
    taken = [Dose(id=4 + n, number=1 + n, on=FIRST_DOSE + n * DAY, taken=True) for n in range(180)]
    return history_of(course, [*begin, *taken])


@pytest.mark.benchmark(group="engine")
def test_the_plan_of_six_months_with_180_logged_doses(benchmark: BenchmarkFixture, six_months: History) -> None:
    protocol = find("jp-standard", FIRST_DOSE)
    made: Plan = benchmark(plan, protocol, six_months, FIRST_DOSE + 180 * DAY)
    assert made.timeline.first_dose == FIRST_DOSE


@pytest.mark.benchmark(group="engine")
def test_the_yardstick_of_300_small_frozen_values(benchmark: BenchmarkFixture) -> None:
    made: list[Small] = benchmark(lambda: [Small("visit/1", FIRST_DOSE, n) for n in range(300)])
    assert len(made) == 300
