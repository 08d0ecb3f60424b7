"""Photos: kept and listed; the files of those that are no longer recorded are removed where a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker import album
from tracker.db import photos as recorded
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.envelope import Envelope
from tracker.errors import N_, Phrase
from tracker.facts import kind_of
from tracker.facts.photos import WORDS_OF, Photo
from tracker.history import History
from tracker.journeys.context import Context, look, look_at_all
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.readings.place import Place, place
from tracker.vocabulary import in_words, vocabulary


class Photos(Struct, frozen=True):
    """The photos that stand, in all courses of the patient, and where their files lie."""

    views: Sequence[View]
    photos: tuple[Photo, ...]
    """By area in the order of the words, then by day."""
    folder: Path
    missing: frozenset[str]
    """The names of those whose file is not there."""
    seal: Envelope | None = None
    """What the files are sealed with, beside an encrypted database."""

    def file(self, photo: Photo) -> Path:
        """Where the file of a photo lies."""
        return album.place(self.folder, photo.file, self.seal)

    def picture(self, name: str) -> bytes:
        """A photo itself, by its name."""
        return album.picture(self.folder, name, self.seal)

    def place(self, photo: Photo) -> Place:
        """Where its day lies in the courses."""
        return place(photo.on, (view.plan.timeline for view in self.views))


def folder(context: Context) -> Path:
    """Where the photos lie."""
    return album.folder_of(context.database.path)


def place_of_file(context: Context, photo: Photo) -> Path:
    """Where the file of a photo lies."""
    return album.place(folder(context), photo.file, recorded.seal(context.database))


def known(context: Context, area: str, source: str) -> Photo | None:
    """The photo that was made of the same file for the same area, where its copy is in its place."""
    found = _known(context, area, source)
    return (
        found
        if found is not None and album.is_there(folder(context), found.file, recorded.seal(context.database))
        else None
    )


def _known(context: Context, area: str, source: str) -> Photo | None:
    """The photo that was made of the same file for the same area, of whatever course."""
    views = look_at_all(context.reading(Photo))
    return next((one for view in reversed(views) if (one := _same(view.history, area, source)) is not None), None)


def already_there(context: Context, photo: Photo) -> Outcome:
    """What is said where nothing was to be done."""
    return Outcome(look(context.reading(Photo)), (photo,), (), None, already_there=True)


def log(context: Context, photo: Photo, octets: bytes) -> Outcome:
    """Keep the copy of a photo and record it; of the same file and area one entry stands, with its day of before.

    One whose file is missing is put back where it was: in the course that it belongs to, however long ago.
    """
    before = _known(context, photo.area, photo.source)

    def write(work: UnitOfWork) -> None:
        # What it is sealed with as well: while this command waited, another may have encrypted or decrypted all.
        seal = recorded.seal(context.database)
        same = _same(work.view.history, photo.area, photo.source)
        if same is None:
            check(photo, work.view, context.today)
        if same is not None and album.is_there(folder(context), same.file, seal):
            raise AlreadyThere(same)
        # Inside the transaction: nobody else records or removes a file meanwhile.
        with nullcontext() if context.database.is_rehearsal else album.placed(folder(context), octets, seal):
            number = work.void(same) if same is not None else None
            work.record(photo if same is None else replace(photo, on=same.on, note=photo.note or same.note), number)
        if same is not None:
            work.say(N_("The file of this photo was missing: it is in its place again, with the day of before."))

    what = in_words(kind_of(photo).say(photo))
    reason = Phrase(N_("{what} on {on}"), {"what": what, "on": photo.on})
    return carry_out(context.reading(Photo), "log", reason, write, fact_id=before.id if before is not None else None)


def _same(history: History, area: str, source: str) -> Photo | None:
    return next((one for one in history.all(Photo) if (one.area, one.source) == (area, source)), None)


def photos(context: Context) -> Photos:
    """The photos of the patient; raise NoCourseError where there is no course."""
    return photos_of(context, look_at_all(context.reading(Photo)))


def photos_of(context: Context, views: Sequence[View]) -> Photos:
    """The same of courses that were read."""
    order = [word.code for word in vocabulary(WORDS_OF).sites]
    found = [one for view in views for one in view.history.all(Photo)]
    found.sort(key=lambda one: (order.index(one.area) if one.area in order else len(order), one.area, one.on, one.id))
    where = folder(context)
    seal = recorded.seal(context.database) if found else None
    missing = frozenset(one.file for one in found if not album.is_there(where, one.file, seal))
    return Photos(views, tuple(found), where, missing, seal)


def unnamed(context: Context) -> list[str]:
    """The files that no entry of any patient names which stands."""
    with context.database.reading() as connection:
        return album.unnamed(folder(context), recorded.standing(connection), recorded.seal(context.database))


def in_copies(context: Context, names: Sequence[str]) -> list[str]:
    """Those of these files that a copy of the database needs where it is put back."""
    seal = recorded.seal(context.database)
    known = {one for name in recorded.in_copies(context.database) for one in (name, *album.all_on_the_disk(name, seal))}
    return [name for name in names if name in known]


def remove(context: Context, names: Sequence[str]) -> list[str]:
    """Remove those of these files for good that still no entry names; those that could not be removed.

    No entry can come to name one meanwhile: recording one waits for this transaction.
    """
    with context.database.writing() as connection:
        seal = recorded.seal(context.database)
        named = recorded.standing(connection)
        still = set(names).difference(named, (one for name in named for one in album.all_on_the_disk(name, seal)))
        return album.remove(folder(context), sorted(still)) if not context.database.is_rehearsal else []
