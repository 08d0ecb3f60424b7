"""Whether a calendar was ever given: what tells most commands that there is nothing to compare, at little cost."""

from __future__ import annotations

from tracker.db import store
from tracker.journeys.context import Context, find_patient


def has_calendar(context: Context) -> bool:
    """Whether anything of the patient was ever published, or chosen for a calendar."""
    with context.database.reading() as connection:
        patient = find_patient(connection, context)
        return patient is not None and store.has_calendar(connection, patient.id)
