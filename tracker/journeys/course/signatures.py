"""Signatures that were to come before the first capsule, where they did not: what is said, and how it is put right."""

from __future__ import annotations

from tracker.errors import N_, Phrase
from tracker.journeys.writing import UnitOfWork
from tracker.readings.departures import Unsigned, departures


def say_of(work: UnitOfWork) -> None:
    """Say of what was recorded that the first capsule came before a signature."""
    after = work.after()
    for one in departures(after.history, after.plan).unsigned:
        work.say(N_("{what}. {todo}"), what=unsigned(one), todo=signed_else(one))


def unsigned(one: Unsigned) -> Phrase:
    """That the first capsule came before a signature."""
    values = {"title": one.item.rule.title, "key": one.item.key, "first": one.first, "on": one.signed}
    if one.signed is None:
        return Phrase(N_("{title} ({key}) is not recorded, and the first capsule was taken on {first}"), values)
    return Phrase(N_("{title} ({key}) is recorded for {on}, after the first capsule ({first})"), values)


def signed_else(one: Unsigned) -> Phrase:
    """How it is put right where it was signed in time."""
    if one.item.done is not None:
        fix = Phrase(N_("isotrack fix {id} --on DATE"), {"id": one.item.done.id})
        return Phrase(N_("If it was signed before: {command}"), {"command": fix})
    log = Phrase(N_("isotrack log consent --on DATE"))
    return Phrase(N_("If it was signed before: {command}"), {"command": log})
