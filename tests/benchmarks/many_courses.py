"""A clinic's export beside icalendar alone: ``python tests/benchmarks/many_courses.py [COURSES]`` (10,000 unless said).

Prints events a second and their ratio, from one run, and the largest memory after a tenth and after all of the
courses; nothing is asserted. icalendar's part is what its documentation shows, for the very same events: ``Event()``,
``add`` for every property, ``to_ical``. isotrack's part is the whole journey: database, plan, comparison, files.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import icalendar

from tracker.db import store
from tracker.db.engine import Database
from tracker.facts import Course, FirstDosePlanned, Prescribed, Weight
from tracker.journeys.calendar import publishing
from tracker.journeys.calendar.delivery import Request
from tracker.journeys.context import Context

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def clinic(database: Database, courses: int) -> None:
    """Fill the database in one transaction."""
    with database.writing(create=True) as connection:
        for number in range(courses):
            patient = store.add_patient(connection, f"{number:05}", NOW)
            command = store.begin_command(connection, patient, "start", NOW)
            first = date(2026, 6, 1) + timedelta(days=number % 200)
            course = store.open_course(connection, patient, command, _course(first), None)
            for fact in (
                FirstDosePlanned(on=first), Weight(on=first, kg=Decimal(54)), Prescribed(on=first, mg=Decimal(20)),
            ):  # fmt: skip
                store.record(connection, command, course.id, fact, 1)


def _course(first: date) -> Course:
    return Course(
        id=0, uuid=store.new_uuid(), name=None, protocol_id="jp-standard", protocol_version="2025-11-17",
        enrolled=first - timedelta(days=1), timezone="Asia/Tokyo", can_become_pregnant=True,
    )  # fmt: skip


def by_icalendar(files: list[Path]) -> tuple[int, float]:
    """How many events there are, and the seconds that icalendar takes to build and write them."""
    count, seconds = 0, 0.0
    for file in files:
        plain = list(_plain(file))
        count += len(plain)
        begun = time.perf_counter()
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//benchmark//EN")
        calendar.add("version", "2.0")
        for properties, alarm in plain:
            event = icalendar.Event()
            for name, value in properties:
                event.add(name, value)
            if alarm:
                rings = icalendar.Alarm()
                for name, value in alarm:
                    rings.add(name, value)
                event.add_component(rings)
            calendar.add_component(event)
        calendar.to_ical()
        seconds += time.perf_counter() - begun
    return count, seconds


def _plain(file: Path) -> Iterator[tuple[list[tuple[str, Any]], list[tuple[str, Any]]]]:
    for event in icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT"):
        yield _values(event), next((_values(alarm) for alarm in event.walk("VALARM")), [])


def _values(component: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(value, "dt", value if isinstance(value, int) else str(value)))
            for name, value in component.items()]  # fmt: skip


def megabytes() -> float:
    """The largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(courses: int) -> None:
    """Fill, export, compare."""
    gc.set_threshold(200_000)  # as the program itself does
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(folder / "isotrack.db")
        clinic(database, courses)
        context = Context(database, "self", NOW.date(), NOW, "en")
        patients = publishing.everyone(context)
        early, files = 0.0, []
        begun = time.perf_counter()
        for filed in publishing.export_everyone(context, patients, folder, Request(target=None)):
            files.append(filed.file)
            if len(files) == courses // 10:
                early = megabytes()
        ours = time.perf_counter() - begun
        late = megabytes()
        events, theirs = by_icalendar(files)
    print(f"isotrack   {events / ours:8.0f} events/s  ({courses} files, {ours:.1f} s)")
    print(f"icalendar  {events / theirs:8.0f} events/s")
    print(f"ratio      {theirs / ours:8.2f}")
    print(f"memory     {early:8.0f} MiB after a tenth, {late:.0f} MiB after all")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
