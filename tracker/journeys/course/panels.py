"""A draw that lacks what the programme asks to be measured: what is missing, and how it is added or counted."""

from __future__ import annotations

from typing import Any

from tracker.analytes import said
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Done
from tracker.facts.kind import Term
from tracker.journeys.writing import UnitOfWork
from tracker.plan import Lacking


def say_what_is_missing(work: UnitOfWork, drawn: Done) -> None:
    """Say of a draw what the plan asks for and it lacks; raise InputError where it was named for just that item now."""
    plan = work.after().plan
    lacking = plan.lacking[drawn.id]
    values: dict[str, Any] = {"on": drawn.on, "missing": _in_words(lacking), "sources": _sources(lacking)}
    was_named = any((one.on, one.pin) == (drawn.on, drawn.pin) for one in work.view.history.done)
    if drawn.pin is not None and not was_named:
        raise InputError(N_("{key} is not counted on {on}: it asks for {missing} as well [{sources}]"),
                         N_("only your clinic can count it all the same: --clinic-confirmed"),
                         key=drawn.pin, **values)  # fmt: skip
    item = plan.item(lacking.key)
    if item is not None and item.done is not None:
        work.say(N_("This is an extra draw, outside the plan: {key} was done on {done}."), key=lacking.key,
                 done=item.done.on)  # fmt: skip
        return
    work.say(N_("This is an extra draw, outside the plan: {key} asks for {missing}, which the values of {on} lack"
                " [{sources}]. It stays open."), key=lacking.key, **values)  # fmt: skip
    names = " ".join(f"{code.upper()}=..." for code in lacking.missing)
    work.say(N_("If that was measured too: {command}. If your clinic counts the draw as it is: {other}"),
             command=f"isotrack log blood {names} --on {drawn.on.isoformat()}",
             other=f"isotrack fix {drawn.id} --for {lacking.key} --clinic-confirmed")  # fmt: skip


def _in_words(lacking: Lacking) -> Listed:
    return Listed(tuple(said(Phrase("{what}", {"what": Term("lab", code)})) for code in lacking.missing))


def _sources(lacking: Lacking) -> Listed | Phrase:
    found = Listed(lacking.panel.sources)
    return found if lacking.panel.confirmed else Phrase(N_("{sources}, not confirmed"), {"sources": found})
