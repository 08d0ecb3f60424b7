"""Whom an invitation is for: another patient, where it names one, or where that one's record has it already."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.calendar.invitations import Cancellation, Invitation, Reading
from tracker.db import patients, store
from tracker.db.mentions import Names, addressed
from tracker.db.patients import Patient
from tracker.errors import N_, Phrase
from tracker.journeys.calendar.inviting.decisions import entry_of, to_book_by_hand
from tracker.journeys.context import SELF, Context, name_of, patient_of
from tracker.names import folded

TO_ANOTHER = Callable[[str], str]
"""The command that takes the file over for the patient with a name."""


class Other(Struct, frozen=True):
    """Somebody else whom an entry seems to be for: another patient, or a stranger whom it addresses by name."""

    name: str | Phrase
    command: str | None = None
    """What takes the file over for that patient; None for a stranger."""
    is_booked: bool = False
    """Whether that patient's record has it already; else it only names them."""

    def listed(self, one: Invitation | Cancellation) -> Phrase:
        """What is said where it is not taken over, with the command that does it for the other one."""
        if self.command is not None:
            said = N_("Not taken over: {reason} To take it over there: {command}")
            return Phrase(said, {"reason": self.reason(one), "command": self.command})
        if isinstance(one, Cancellation):
            return Phrase(N_("Not taken over: {reason}"), {"reason": self.reason(one)})
        said = N_("Not taken over: {reason} If it is for this patient all the same: {command}")
        return Phrase(said, {"reason": self.reason(one), "command": to_book_by_hand(None, one)})

    def reason(self, one: Invitation | Cancellation) -> Phrase:
        """Why it seems so."""
        said = N_("{entry} names {other}, who is another patient.")
        if self.command is None:
            said = N_("{entry} is addressed to {other}, who is no patient here.")
        elif self.is_booked:
            said = N_("{entry} is booked already for {other}, who is another patient.")
        return Phrase(said, {"entry": entry_of(one), "other": self.name})


class Addressees(Struct, frozen=True):
    """Whose record a file is taken over into, and by its entries who else may be meant."""

    mine: str | Phrase = ""
    others: Mapping[int, Other] = field(default_factory=dict)

    def other(self, one: Invitation | Cancellation) -> Other | None:
        """The other patient whom an entry seems to be for."""
        return self.others.get(one.entry)

    def but(self, held: Container[str | None], reading: Reading) -> Addressees:
        """The same without the entries of which this patient has bookings, by their UIDs."""
        own = {one.entry for one in _entries(reading) if one.uid in held}
        return replace(self, others={entry: other for entry, other in self.others.items() if entry not in own})


def addressees(connection: Connection, context: Context, reading: Reading, to_another: TO_ANOTHER) -> Addressees:
    """Look for the names of all patients and for the UIDs of their bookings; nothing where there is one patient."""
    mine = patient_of(connection, context)
    known = patients.all_of_them(connection)
    if len(known) == 1:
        return Addressees()
    by_id = {one.id: one for one in known}
    entries = _entries(reading)
    uids = (one.uid for one in entries if one.uid is not None)
    booked = store.patients_by_uid(connection, uids, but=mine.id)
    names = Names.of(one for one in known if one.label != SELF)
    by_texts: dict[tuple[str, ...], Patient | str | None] = {}
    found: dict[int, Other] = {}
    for one in entries:
        if one.texts not in by_texts:
            by_texts[one.texts] = _named(names.within(one.texts), mine) or _stranger(one.texts, names, mine)
        named = by_texts[one.texts]
        if one.uid in booked:
            patient = by_id[booked[one.uid]]
            found[one.entry] = Other(name_of(patient), to_another(patient.label), is_booked=True)
        elif isinstance(named, Patient):
            found[one.entry] = Other(name_of(named), to_another(named.label))
        elif named is not None:
            found[one.entry] = Other(named)
    return Addressees(name_of(mine), found)


def _named(found: set[Patient], mine: Patient) -> Patient | None:
    """The other patient who is named, where this one is not."""
    return None if mine in found else min(found, key=lambda one: one.label, default=None)


def _stranger(texts: tuple[str, ...], names: Names, mine: Patient) -> str | None:
    """Whom the texts address by a name that is not the patient's; nobody where the patient has none or is named."""
    if mine.label == SELF or mine in names.within(texts):
        return None
    name = addressed(texts)
    own = folded(mine.label)
    return name if name is not None and folded(name) not in own and own not in folded(name) else None


def _entries(reading: Reading) -> list[Invitation | Cancellation]:
    return [*reading.invitations, *reading.cancellations]
