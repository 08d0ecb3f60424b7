"""Brings records from before format 3 over: what a person saw stays, unless it was laxer than the rules.

Until then it was stored what each thing done counts for, in the order of typing. Now it is derived from the days.
Where that gives something else, what was stored stays as if it had been named (``--for``), but never where it would
keep a test done that is too old, or open a window that the days do not open. All of it is said once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from tracker.db import store, tables
from tracker.engine.assigner import assign
from tracker.engine.assignment import Assignment
from tracker.engine.overrides import with_overrides
from tracker.engine.slots import kind_of
from tracker.engine.timeline import timeline
from tracker.errors import N_, Listed, Phrase, TrackerError
from tracker.facts import Done, FirstDosePlanned
from tracker.history import History, history_of
from tracker.journeys.context import pinned
from tracker.rules import KIND_NAMES, Permit, Protocol, Rule

_COULD_SLIP = timedelta(days=14)
"""Until format 2 a capsule logged at most so long after the planned first day was taken for the first one."""

_DONE = tables.details("done")


def settle(connection: Connection, now: datetime) -> list[Phrase]:
    """Settle every course of every patient; what there is to say about it."""
    patients = list(connection.execute(select(tables.patient.c.id, tables.patient.c.label)))
    said: list[Phrase] = []
    named = {row.fact_id: row.pin for row in connection.execute(select(_DONE.c.fact_id, _DONE.c.pin))}
    connection.execute(update(_DONE).values(pin=None))
    for patient, label in patients:
        command: int | None = None
        found: list[Phrase] = []
        for course, text in store.courses(connection, patient):
            try:
                protocol = pinned(course, text, now.date())
            except TrackerError:
                # Its programme is not known here: what was stored stays as it was.
                _pin(connection, {fact: pin for fact, pin in named.items() if pin is not None})
                continue
            history = store.load(connection, course)
            first = _first_day_as_seen(history)
            if first != timeline(history, now.date(), protocol.duration).first_dose:
                command = command or store.begin_command(connection, patient, "upgrade", now)
                store.record(connection, command, course.id, FirstDosePlanned(on=first))
                history = store.load(connection, course)
                found.append(Phrase(N_("The first capsule stays {on}, as it was logged."), {"on": first}))
            found += _settle_course(connection, protocol, history, named, now.date())
        several = len(patients) > 1
        said += [Phrase(N_("{patient}: {text}"), {"patient": label, "text": one}) if several else one for one in found]
    return said


def _settle_course(
    connection: Connection,
    protocol: Protocol,
    history: History,
    named: dict[int, str | None],
    today: date,
) -> Iterable[Phrase]:
    protocol = with_overrides(protocol, history.overrides)
    rules = protocol.rules_for(can_become_pregnant=history.course.can_become_pregnant)
    line = timeline(history, today, protocol.duration)

    def derived(pins: dict[int, str]) -> Assignment:
        renamed = (replace(one, pin=pins.get(one.id)) if isinstance(one, Done) else one for one in history.facts)
        return assign(rules, history_of(history.course, renamed), line)

    now = derived({})
    renamed = _new_numbers(rules, history, now)
    _rename_bookings(connection, history, renamed)
    pins: dict[int, str] = {}
    for fact in history.done:
        was = named.get(fact.id)
        key = renamed.get(was, was) if was is not None else None
        if key == next(iter(now.keys[fact.id]), None) or key in now.keys[fact.id]:
            continue
        values = {"what": Phrase(KIND_NAMES[fact.kind]), "on": fact.on, "key": key or "-",
                  "now": Listed(now.keys[fact.id]) if now.keys[fact.id] else Phrase(N_("nothing"))}  # fmt: skip
        if key is None:
            yield Phrase(N_("{what} of {on} counts for {now} by its day."), values)
            continue
        with_it = derived(pins | {fact.id: key})
        if key in with_it.keys[fact.id] and not _opens_more(rules, with_it, now):
            pins[fact.id] = key
            now = with_it
            yield Phrase(N_("{what} of {on} stays counted for {key} (by its day: {now})."), values)
        else:
            yield Phrase(N_("{what} of {on} no longer counts for {key} (by its day: {now})."), values)
    _pin(connection, pins)


def _opens_more(rules: tuple[Rule, ...], one: Assignment, other: Assignment) -> bool:
    """Whether a window is opened by something that opens none in the other assignment."""
    for rule in rules:
        if isinstance(rule.timing, Permit):
            opened, before = ({opening.event.id for opening in at.opened(rule)} for at in (one, other))
            if opened - before:
                return True
    return False


def _new_numbers(rules: tuple[Rule, ...], history: History, counts: Assignment) -> dict[str, str]:
    """The new key of each window that was numbered by the order in which what opened it was recorded."""
    found = {}
    for rule in rules:
        if isinstance(rule.timing, Permit):
            kind = kind_of(rule.timing.opened_by)
            numbers = {fact.id: fact.number for fact in history.done if fact.kind is kind}
            for opening in counts.opened(rule):
                found[f"{rule.id}/{numbers[opening.event.id]}"] = f"{rule.id}/{opening.ordinal}"
    return found


def _rename_bookings(connection: Connection, history: History, renamed: dict[str, str]) -> None:
    table = tables.details("appointment")
    for booked in history.appointments:
        if booked.key in renamed:
            statement = update(table).where(table.c.fact_id == booked.id)
            connection.execute(statement.values(item_key=renamed[booked.key]))


def _pin(connection: Connection, pins: dict[int, str]) -> None:
    table = _DONE
    for fact_id, key in pins.items():
        connection.execute(update(table).where(table.c.fact_id == fact_id).values(pin=key))


def _first_day_as_seen(history: History) -> date:
    """The first day by the rule of the older formats."""
    planned = history.first_dose_planned
    first = next((one.on for one in history.doses if one.taken), None)
    if first is None or first <= planned + _COULD_SLIP:
        return first or planned
    missed = {one.on for one in history.doses if not one.taken and planned <= one.on < first}
    return first if len(missed) == (first - planned).days else planned
