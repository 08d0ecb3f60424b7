"""Whole plans of three reference patients under every shipped protocol, so that a changed rule is a diff of dates.

With ``ISOTRACK_WRITE_SNAPSHOTS=1`` they are written instead of compared; read the diff before you commit it.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tests.strategies import Story, story_of
from tracker.facts import Done, Pause, Resume, Stop, TestResult
from tracker.protocols import shipped
from tracker.rules import Kind, Protocol

SNAPSHOTS = Path(__file__).parent / "snapshots"
PROTOCOLS = shipped()


def _negative(kind: Kind) -> TestResult | None:
    return TestResult.NEGATIVE if kind is Kind.PREGNANCY_TEST else None


def from_a_month_end(protocol: Protocol) -> Story:
    """Enrolled on the last of a year, starts on 31 January, can become pregnant, comes on time twice, still runs."""
    story = story_of(protocol, date(2027, 1, 31), date(2026, 12, 31), enrolled=date(2026, 12, 31))
    story = story.with_fact(Done(on=date(2026, 12, 31), kind=Kind.PREGNANCY_TEST, result=TestResult.NEGATIVE))
    story = story.seen_from(date(2027, 1, 30))
    for kind in (Kind.ATTESTATION, Kind.BLOOD_TEST, Kind.PREGNANCY_TEST):
        story = story.with_fact(Done(on=date(2027, 1, 30), kind=kind, result=_negative(kind)))
    for day in (date(2027, 2, 28), date(2027, 3, 31)):
        story = story.seen_from(day)
        for kind in (Kind.VISIT, Kind.PREGNANCY_TEST):
            story = story.with_fact(Done(on=day, kind=kind, result=_negative(kind)))
    return story.seen_from(date(2027, 4, 10))


def over_a_leap_day(protocol: Protocol) -> Story:
    """Starts on 29 February, cannot become pregnant, logs nothing for two months."""
    return story_of(protocol, date(2028, 2, 29), date(2028, 4, 30), can_become_pregnant=False)


def stopped_early(protocol: Protocol) -> Story:
    """Visits late, pauses, logs one visit afterwards, stops on the last of August."""
    story = story_of(protocol, date(2026, 5, 15), date(2026, 6, 25), enrolled=date(2026, 4, 10))
    story = story.with_fact(Done(on=date(2026, 6, 25), kind=Kind.VISIT)).seen_from(date(2026, 8, 10))
    story = story.with_fact(Done(on=date(2026, 8, 10), kind=Kind.VISIT))
    story = story.with_fact(Done(on=date(2026, 7, 20), kind=Kind.BLOOD_TEST))
    story = story.with_fact(Pause(on=date(2026, 8, 12))).with_fact(Resume(on=date(2026, 8, 20)))
    return story.seen_from(date(2026, 9, 20)).with_fact(Stop(on=date(2026, 8, 31)))


def lines(story: Story) -> list[str]:
    plan, line = story.plan, story.plan.timeline
    found = [f"today {plan.today}, first dose {line.first_dose}, last dose {line.last_dose or line.projected_last_dose}"
             + ("" if line.last_dose else " (estimate)")]  # fmt: skip
    for item in plan.items:
        done = f", done {item.done.on}" if item.done else ""
        hard = f", at the latest {item.hard_end}" if item.hard_end else ""
        found.append(f"{item.key}: {item.due} [{item.window_start} to {item.window_end}{hard}] {item.state}{done}")
    for span in plan.spans:
        estimate = " (estimate)" if span.end_is_estimate else ""
        found.append(f"{span.key}: {span.start} until {span.end}{estimate} {span.phase}")
    return found + [f"notice: {notice.code}" for notice in plan.notices]


PATIENTS = (from_a_month_end, over_a_leap_day, stopped_early)


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.__name__)
@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: f"{protocol.id}@{protocol.version}")
def test_the_plan_of_a_reference_patient_is_as_it_was_reviewed(protocol: Protocol, patient: object) -> None:
    assert callable(patient)
    path = SNAPSHOTS / f"{protocol.id}@{protocol.version}" / f"{patient.__name__}.txt"
    now = "\n".join([f"# {patient.__doc__}", *lines(patient(protocol))]) + "\n"
    if os.environ.get("ISOTRACK_WRITE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now)
    assert path.read_text() == now
