"""What a copy that is put back does not bring along: where this machine writes a calendar, and to whom it speaks.

The copies that lie beside the database are its own; any other may come from anybody. What the database that is replaced
says of it holds on, and so does how little its calendars tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from tracker.db import patients, published
from tracker.db.backups import Backups
from tracker.db.tables import course, patient, remote, setting
from tracker.db.tables import published as published_entry


class Withheld(Struct, frozen=True):
    """What of a patient's settings was not taken."""

    patient: str
    settings: Mapping[str, str]


def is_own(backups: Backups, copy: Path) -> bool:
    """Whether a copy is one of those that lie beside the database."""
    return any(one.path.resolve() == copy.resolve() for one in backups.all())


def withhold(
    there: Connection, here: Mapping[int, Mapping[str, str]], *, of_its_own: bool
) -> tuple[Withheld, ...]:  # fmt: skip
    """Take out of a copy what it shall not bring along; ``here`` is what is remembered here, by the ids of there.

    ``of_its_own`` says that it is a copy of the database's own: that one knew its places, and may have told more.
    """
    found = []
    for who in patients.all_of_them(there):
        mine = here.get(who.id)
        apart = _apart(published.settings(there, who.id), mine, of_its_own=of_its_own)
        for name in apart:
            there.execute(delete(setting).where(setting.c.patient_id == who.id, setting.c.name == name))
        found.append(Withheld(who.label, _untold(apart, mine)))
    # What is remembered of nobody would be that of the next patient.
    somebody = select(patient.c.id)
    for table in (setting, remote):
        there.execute(delete(table).where(table.c.patient_id.not_in(somebody)))
    there.execute(delete(published_entry).where(published_entry.c.course_id.not_in(select(course.c.id))))
    return tuple(one for one in found if one.settings)


def foreseen(
    there: Mapping[str, Mapping[str, str]], here: Mapping[str, Mapping[str, str]], *, of_its_own: bool
) -> tuple[Withheld, ...]:  # fmt: skip
    """The same before a copy is put back, by the names of patients."""
    found = (Withheld(label, _untold(_apart(said, here.get(label), of_its_own=of_its_own), here.get(label)))
             for label, said in there.items())  # fmt: skip
    return tuple(one for one in found if one.settings)


def _apart(coming: Mapping[str, str], mine: Mapping[str, str] | None, *, of_its_own: bool) -> dict[str, str]:
    apart = published.withheld(coming, mine or {})
    if not of_its_own:
        return apart
    return {} if mine is None else {name: apart[name] for name in apart.keys() - {*published.OF_A_MACHINE}}


def _untold(apart: Mapping[str, str], mine: Mapping[str, str] | None) -> dict[str, str]:
    """Of what is not taken that in whose place there is nothing of here."""
    return {name: value for name, value in apart.items()
            if not (mine or {}).get(name) or name not in published.OF_A_MACHINE}  # fmt: skip
