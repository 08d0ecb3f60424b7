"""What is remembered of a patient's calendar: its settings, the file that is kept up to date, the server."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from tracker.calendar.settings import Settings
from tracker.capsules import regimen_of
from tracker.db import published
from tracker.db.published import SUBSCRIBED, SYNC_URL
from tracker.journeys.context import Context, find_current, find_patient, patient_of


def settings_of(connection: Connection, context: Context) -> Settings:
    """How this patient wants the calendar written; the language of the screen where none was said."""
    return Settings.of(stored(connection, context), context.language)


class Chosen(Struct, frozen=True):
    """The settings, their defaults, and where the calendar is kept up to date: a file, a server."""

    settings: Settings
    defaults: Settings
    file: str | None
    server: str | None


def settings(context: Context) -> Chosen:
    """What was chosen for the calendar."""
    with context.database.reading() as connection:
        known = stored(connection, context)
    found, defaults = Settings.of(known, context.language), Settings(language=context.language)
    return Chosen(found, defaults, known.get(SUBSCRIBED) or None, known.get(SYNC_URL) or None)


def change_settings(context: Context, changes: dict[str, str]) -> Settings:
    """Remember settings; all of them or, where one is wrong, none."""
    with context.database.writing() as connection:
        found = settings_of(connection, context)
        for name, value in changes.items():
            found = found.with_value(name, value)
        for name in changes:
            remember_setting(connection, context, name, found.values()[name])
        return found


def intakes_without_a_time(context: Context) -> int:
    """The most intakes of a day that are prescribed from today on, where reminders have fewer times; else 0."""
    with context.database.reading() as connection:
        clocks = settings_of(connection, context).capsule
        view = find_current(connection, context) if clocks else None
    if view is None or view.plan.timeline.last_dose is not None:
        return 0
    now = regimen_of(view.history).step(context.today)
    coming = [step for step in view.history.prescribed if step is now or step.on > context.today]
    most = max((len(intakes) for step in coming for intakes in step.doses.days), default=0)
    return most if most > len(clocks) else 0


def remember_setting(connection: Connection, context: Context, name: str, value: str) -> None:
    """Remember one setting, if it is not what is remembered already."""
    if stored(connection, context).get(name) != value:
        published.remember(connection, patient_of(connection, context).id, name, value)


def remembered(connection: Connection, context: Context, name: str) -> str | None:
    """Something remembered of this patient's calendar beside the settings; None or empty where there is nothing."""
    return stored(connection, context).get(name) or None


def subscribed_file(connection: Connection, context: Context) -> str | None:
    """The file that is kept up to date, if there is one."""
    return remembered(connection, context, SUBSCRIBED)


def is_kept_for_another(connection: Connection, context: Context, file: Path) -> bool:
    """Whether the file is kept up to date for another patient."""
    name = name_of(file)
    return name is not None and published.is_remembered_elsewhere(
        connection, patient_of(connection, context).id, SUBSCRIBED, name
    )


def name_of(file: Path) -> str | None:
    """The path by which a file is remembered; None where it is no text that a database takes."""
    name = str(file.resolve())
    return name if name.encode(errors="replace").decode() == name else None


def kept_file(context: Context) -> str | None:
    """The file that is kept up to date, if there is a patient and one."""
    with context.database.reading() as connection:
        return subscribed_file(connection, context) if find_patient(connection, context) is not None else None


def stored(connection: Connection, context: Context) -> dict[str, str]:
    """Everything that is remembered, by name."""
    return published.settings(connection, patient_of(connection, context).id)
