"""Booking and taking away: by a person's own word, and by what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.errors import N_, Phrase
from tracker.facts import Appointment, Standing
from tracker.journeys.writing import UnitOfWork
from tracker.plan import Item, NoticeCode, Plan
from tracker.rules import Kind


def by_hand(new: Appointment, booked: Appointment | None) -> Appointment:
    """A person's own word on what an invitation may have booked, which from then on moves it only when asked to."""
    return new if booked is None else new.by(booked.copy, Standing.OWN)


def rebook(work: UnitOfWork, booked: Appointment | None, new: Appointment) -> None:
    """Record a booking, in place of the one that the item had."""
    if booked is not None:
        work.void(booked)
    work.record(new)


def take_away(work: UnitOfWork, booked: Appointment) -> None:
    """Take a booking away; one that came of an invitation is not booked again by the same copy of it."""
    work.void(booked)
    word = booked.called_off(work.view.plan.today)
    if word is not None:
        work.record(word)


def outside_the_window(item: Item, booked: Appointment) -> Phrase | None:
    """What is to be said of an appointment that is too early or too late for its item.

    Of a session of the person's own series that follows from the windows of its procedure: the plan says it.
    """
    if item.kind is Kind.PROCEDURE or item.window_start <= booked.on <= item.window_end:
        return None
    return Phrase(
        N_("{on} is outside the window of {key} ({start} to {end}). Ask your clinic if that is fine."),
        {"on": booked.on, "key": item.key, "start": item.window_start, "end": item.window_end},
    )


def too_early(plan: Plan, on: date) -> Iterator[Phrase]:
    """What is to be said of a procedure that is booked in a window that forbids it, or too soon after the last one."""
    for notice in plan.notices:
        if notice.code in _BOOKED_TOO_EARLY and dict(notice.values)["on"] == on:
            from tracker import remarks  # start-up: only where it is too early

            yield remarks.phrase(notice)


_BOOKED_TOO_EARLY = (NoticeCode.PROCEDURE_BOOKED_TOO_EARLY, NoticeCode.PROCEDURE_BOOKED_TOO_SOON)
