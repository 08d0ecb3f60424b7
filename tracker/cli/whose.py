"""Whose record a screen shows, a line has saved to, and a JSON is of."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.cli import notices, paper
from tracker.cli.base import confirm, context, flags, is_asked
from tracker.errors import N_, InputError, Listed, Name, Phrase
from tracker.i18n import active


def name() -> str | None:
    """The patient's name; None where there is one patient alone who has none."""
    from tracker.journeys.context import SELF, name_of

    at = context()
    patient = at.read.patient
    if patient is None or (patient.label == SELF and at.patient is None):
        return None
    return str(active().value(name_of(patient)))


def label() -> str | None:
    """The name by which ``--patient`` knows the record; for programs."""
    patient = context().read.patient
    return patient.label if patient is not None else None


def heading() -> None:
    """The first line of a screen: whose record, seen from which day; what is dangerous stands before it."""
    current = context().read.current
    if current is not None:
        notices.alarms(current.plan)
    who, today = name(), context().today
    fill = active().fill
    paper.put(active().day(today) if who is None else fill(N_("{name}, {today}"), {"name": who, "today": today}))


def saved(message: str, **values: object) -> None:
    """Say what was saved, or would be, and for whom where somebody is named."""
    text = named(active().fill(message, values))
    paper.put(active().fill(N_("(dry run, not saved) {text}"), {"text": text}) if flags().dry_run else text)


def not_encrypted() -> None:
    """Say of what was just written, where the database is encrypted, that this is not."""
    if context().database.is_encrypted:
        paper.put(active().fill(N_("It is not encrypted: whoever has it can read it."), {}))


def already_there(things: Sequence[tuple[str, int]], *, changed: bool = False) -> None:
    """Say of things, each in words and with its number, that they stand already: all that was said, or a part of it."""
    numbered = [Phrase(N_("{text} (number {id})"), {"text": text, "id": number}) for text, number in things]
    if numbered and changed:
        saved(N_("Already there: {things}."), things=Listed(tuple(numbered)))
    elif len(numbered) > 1:
        saved(N_("Already there: {things}. Nothing changed."), things=Listed(tuple(numbered)))
    else:
        for text, number in things:
            saved(N_("Already there: {text} (number {id}). Nothing changed."), text=text, id=number)


def named(text: str) -> str:
    """A line with whose record it is about in front, where somebody is named."""
    who = name()
    return text if who is None else active().fill(N_("[{name}] {text}"), {"name": who, "text": text})


def ask_about_a_new_name() -> bool:
    """Ask, where somebody is there to answer, whether a new name much like a known one is another person's.

    True where that was answered.
    """
    from tracker.journeys import patients

    at = context()
    if at.patient is None or not is_asked() or (alike := patients.names_like(at, at.patient)) is None:
        return False
    question = active().fill(
        N_("{name} is not known yet, but there is: {known}. Is {name} another person?"),
        {"name": Name(at.patient), "known": alike},
    )
    if not confirm(question, default=False):
        raise InputError(N_("nothing was saved; say the known name with --patient"))
    return True
