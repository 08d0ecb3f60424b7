"""Whose records there are: the list of patients, a new one, another name, and taking one out for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker import album
from tracker.db import journals, patients, photos, published, store
from tracker.db.patients import Patient
from tracker.db.place import NoDatabaseError
from tracker.db.restoring import Whose
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Name, Phrase
from tracker.journeys import copies
from tracker.journeys.context import SELF, Context, find_current, name_of, named_in_short, no_patient


class Listing(Struct, frozen=True):
    """A patient and the newest course."""

    patient: Patient
    view: View | None


def listed(context: Context, part: str) -> list[Listing]:
    """The patients whose names have this part, by name, each with the newest course."""
    with context.database.reading() as connection:
        return [
            Listing(one, find_current(connection, replace(context, patient=one.label)))
            for one in patients.with_part(connection, part)
        ]


def names(context: Context) -> tuple[str, ...]:
    """The names of all patients."""
    with context.database.reading() as connection:
        return tuple(one.label for one in patients.all_of_them(connection))


def remarks_on_a_new_patient(connection: Connection, context: Context, *, is_another: bool) -> list[Phrase]:
    """What there is to say where a name opens a record of its own; before the patient is added.

    ``is_another`` says that a name much like a known one was said to be another person's.
    """
    if context.patient is None:
        return []
    others = patients.all_of_them(connection)
    remarks = [Phrase(N_("{name} is a new patient."), {"name": Name(context.patient)})]
    if len(others) == 1:
        remarks.append(Phrase(N_("There are two patients now: from here on every command asks for --patient NAME.")))
    if any(one.label == SELF for one in others):
        remarks.append(Phrase(N_("The record from before has no name: {command} gives it one."),
                              {"command": Phrase(N_("isotrack patients rename me NAME"))}))  # fmt: skip
    if not is_another and (alike := patients.near(connection, context.patient)):
        remarks.append(
            Phrase(
                N_("Another patient has a name much like it: {known}. If it is the same person: {command}"),
                {"known": named_in_short(alike, len(alike)), "command": "isotrack undo"},
            )
        )
    return remarks


def names_like(context: Context, name: str, besides: Patient | None = None) -> Listed | Phrase | None:
    """Other patients whose names are much like a new one; None where there are none, or the name is known."""
    try:
        with context.database.reading() as connection:
            known = patients.named(connection, name)
            alike = [one for one in patients.near(connection, name) if one != besides] if known is None else []
    except NoDatabaseError:
        return None
    return named_in_short(alike, len(alike)) if alike else None


def find(context: Context, name: str) -> Patient:
    """The patient of this name; raise InputError where there is none."""
    with context.database.reading() as connection:
        return _known(connection, name)


def rename(context: Context, name: str, new: str) -> Patient:
    """Call a patient by another name, which is nobody else's; the patient as called before."""
    with context.database.writing() as connection:
        who = _known(connection, name)
        other = patients.named(connection, new)
        if other is not None and other.id != who.id:
            raise InputError(
                N_("another patient is called {name}: two records cannot have one name"), name=name_of(other)
            )
        patients.rename(connection, who, new)
        return who


class Holding(Struct, frozen=True):
    """What there is of a patient: courses, entries, and where calendars still show the dates."""

    courses: int
    commands: int
    places: tuple[str, ...]
    """The file that is kept up to date, the server."""
    imported: bool
    """Whether a calendar was ever written."""
    photos: int = 0
    """Files of photos that no other patient's entries name."""


def holding(context: Context, who: Patient) -> Holding:
    """What goes with a patient, and what stays in calendars."""
    with context.database.reading() as connection:
        return held(connection, who)


def held(connection: Connection, who: Patient) -> Holding:
    """The same, of a database that is open."""
    kept = published.settings(connection, who.id)
    places = tuple(kept[name] for name in published.PLACES if kept.get(name))
    given = bool(published.forms(connection, who.id, ""))
    return Holding(
        len(store.courses(connection, who.id)), len(store.commands(connection, who.id)), places, imported=given,
        photos=len(photos.of_patient(connection, who.id)),
    )  # fmt: skip


def uuids(connection: Connection, who: Patient) -> set[str]:
    """By what a patient's courses are known, those that were taken back too."""
    courses = [one.uuid for one, _text in store.courses(connection, who.id)]
    return {*courses, *(uuid for _id, uuid in store.withdrawn_courses(connection, who.id))}


def whose(connection: Connection, who: Patient) -> Whose:
    """By what copies know a patient."""
    others = (uuids(connection, one) for one in patients.all_of_them(connection) if one.id != who.id)
    return Whose(who.label, frozenset(uuids(connection, who)), frozenset().union(*others))


def copies_of_namesakes(context: Context, who: Patient, elsewhere: Iterable[Path] = ()) -> list[Path]:
    """The copies beside the database, and of those elsewhere, with somebody of that name who is nobody of here."""
    with context.database.reading() as connection:
        known = whose(connection, who)
    return copies.of_namesakes(context, known, elsewhere)


def journals_kept(context: Context) -> list[Path]:
    """What was set aside of files that are gone: nothing is taken out of it, whosever record it holds."""
    return journals.kept_alone(context.database.backups.folder)


class Removed(Struct, frozen=True):
    """What became of what lies beside the database: photos and copies."""

    left: tuple[str, ...] = ()
    """Files that could not be removed."""
    copies: int = 0
    """Copies of the database that the record was taken out of."""


def remove(context: Context, who: Patient, beside: Callable[[Connection], None] = lambda _: None) -> Removed:
    """Take the whole record of a patient out of the copies, then the photos, then out of the database, for good.

    The database goes last: what is killed on its way is begun again by the same command. Nobody else even reads it
    meanwhile: a copy that another command makes is there before, or is made without the patient. ``beside`` takes away
    what else there is, while the database still says what that is.
    """
    database = context.database
    with database.writing(alone=True) as connection:  # the copy of the day was made before it begins
        _unchanged(connection, who)
        files = photos.of_patient(connection, who.id)
        known = whose(connection, who)
        done = Removed()
        if not database.is_rehearsal:
            beside(connection)
            cleared, still = copies.forget(context, known)
            done = Removed(tuple(map(str, still)), cleared)
        patients.remove(connection, who)
        if files and not database.is_rehearsal:
            sealed = photos.seal(database, connection)
            both = {*files, *(one for name in files for one in album.all_on_the_disk(name, sealed))}
            left = album.remove(album.folder_of(database.path), sorted(both))
            done = Removed((*left, *done.left), done.copies)
    return done


def _unchanged(connection: Connection, who: Patient) -> None:
    if patients.named(connection, who.label) != who:
        raise InputError(N_("the patients have changed meanwhile; nothing was deleted"))


def _known(connection: Connection, name: str) -> Patient:
    found = patients.named(connection, name)
    if found is None:
        raise no_patient(connection, name)
    return found
