"""``isotrack log photo`` and ``isotrack photos``."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import base, paper, planned, show, whose
from tracker.cli.base import LOGGED, Command, as_json_option, code, context, flags, note_option, option
from tracker.cli.describe import describe
from tracker.cli.names import Completed, areas_of
from tracker.cli.tables import Cell, Column, Row, table
from tracker.cli.values import Value
from tracker.errors import N_, InputError, Phrase, StorageError, counted
from tracker.facts.kind import CODE
from tracker.facts.photos import WORDS_OF, Photo
from tracker.i18n import _
from tracker.rules import Text
from tracker.vocabulary import vocabulary

if TYPE_CHECKING:
    from tracker.journeys.course.picturing import Photos
    from tracker.journeys.writing import Outcome


@click.command(
    cls=Command,
    help=N_("Keep a photo of the skin: a copy without its place and device, beside the database. FILE stays as it is."),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--area", type=Value(CODE, WORDS_OF), metavar="AREA", help=N_("Where on the body, such as forehead."))
@option("--on", type=LOGGED, metavar="DATE", help=N_("The day it was taken; today unless said."))
@note_option()
def photo(file: Path, area: str | None, on: date | None, note: str | None) -> None:
    """A photo."""
    from tracker import album, files, pictures
    from tracker.journeys.course import picturing

    if area is None:
        raise InputError(N_("the area is missing"), N_("for example: {command}"),
                         command=_with_an_area(f"isotrack log photo {shlex.quote(str(file))} --area"))  # fmt: skip
    pictures.require_library()
    files.require_own_way(file)
    octets = album.original(file)
    source = album.digest(octets)
    known = picturing.known(context(), area, source)
    if known is not None:
        _say(picturing.already_there(context(), known), on)
        return
    picture = pictures.cleaned(octets, str(file))
    day, of = _day(picture.taken, on)
    sha256 = album.digest(picture.octets)
    new = Photo(on=day, note=note, area=area, file=album.name_of(sha256), sha256=sha256, source=source)
    done = picturing.log(context(), new, picture.octets)
    _say(done, on)
    if done.already_there:
        return
    recorded = done.recorded[-1]
    if of is not None and recorded.on == day:
        command: object = f"isotrack fix {recorded.id} --on {picture.taken}"
        if picture.taken is None:
            command = Phrase(N_("isotrack fix {id} --on DATE"), {"id": recorded.id})
        show.say(of, taken=picture.taken, command=command)
    if not flags().dry_run:
        show.say(N_("The copy, without place and device: {file}"), file=str(picturing.place_of_file(context(), new)))


def _with_an_area(command: str, code: str = "left-cheek") -> Text:
    """A command that ends in an area, as it is typed in either language."""
    area = vocabulary(WORDS_OF).site(code)
    return Text(f"{command} {area.code}", f"{command} {area.name.ja}")


def _say(done: Outcome, on: date | None) -> None:
    fact = done.recorded[-1]
    text = show.filled(N_("{what} on {on}"), what=describe(fact), on=fact.on)
    if not done.already_there:
        whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)
    else:
        whose.saved(N_("Already there: {text} (number {id}). Nothing changed."), text=text, id=fact.id)
        if on is not None and on != fact.on:
            show.say(N_("If {on} is the right day: {command}"), on=on, command=f"isotrack fix {fact.id} --on {on}")
    show.outcome(done, context())


def _day(taken: date | None, on: date | None) -> tuple[date, str | None]:
    """The day of a photo, and what is said of where that comes from: a gettext message id."""
    today = flags().day()
    if on is not None:
        return on, None
    if taken is not None and taken > today:
        taken = None  # a clock that is wrong
    if taken == today:
        return today, N_("The day is today, as the photo itself says.")
    if taken is not None and base.is_asked():
        question = show.filled(N_("The photo itself says that it was taken on {taken}. Is that its day?"), taken=taken)
        if base.confirm(question, default=True):
            return taken, N_("The day is the one that the photo itself says.")
        return today, N_("The day is today. To say another: {command}")
    if taken is not None:
        return today, N_("The day is today; the photo itself says {taken}. If that is right: {command}")
    return today, N_("The day is today. To say another: {command}")


@click.command(
    cls=Command,
    help=N_("List the photos of the skin, of all areas or of one AREA. --export writes them into a FOLDER, not"
            " encrypted. --clean removes the files of photos that are no longer recorded, for good, after a question."),
)  # fmt: skip
@click.argument("area", nargs=-1, metavar="[AREA]", type=Completed(areas_of(WORDS_OF)))
@option("--export", "export", type=click.Path(path_type=Path), metavar="FOLDER",
        help=N_("Write the photos into this folder, as pictures that any program shows."))  # fmt: skip
@option("--clean", is_flag=True, help=N_("Remove the files of photos that are no longer recorded."))
@option("--yes", is_flag=True, help=N_("Remove them without a question."))
@as_json_option()
@click.pass_context
def photos(
    ctx: click.Context, area: tuple[str, ...], export: Path | None, clean: bool, yes: bool, as_json: bool
) -> None:
    """The photos."""
    from tracker.journeys.course import picturing

    if clean:
        if area or export is not None:
            raise InputError(N_("--clean goes alone"))
        _clean(yes=yes)
        return
    if yes:
        raise InputError(N_("--yes goes with --clean"))
    site = vocabulary(WORDS_OF).site(" ".join(area)).code if area else None
    found = picturing.photos(context())
    wanted = [one for one in found.photos if site in (None, one.area)]
    if export is not None:
        _export(found, wanted, export)
        return
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found, wanted))
        return
    whose.heading()
    if not wanted:
        show.say(N_("Nothing was recorded yet. For example: {command}"),
                 command=_with_an_area("isotrack log photo photo.jpg --area"))  # fmt: skip
    else:
        _table(found, wanted)
    left = picturing.unnamed(context())
    needed = picturing.in_copies(context(), left) if left else []
    if len(left) > len(needed):
        show.say(N_("{files} of photos that are no longer recorded: {command}"), command="isotrack photos --clean",
                 files=_files([one for one in left if one not in needed]))  # fmt: skip
    if needed:
        show.say(N_("{files} of photos that are recorded in copies of the database alone ({command}), which need them"
                    " when they are put back."), files=_files(needed), command="isotrack restore")  # fmt: skip


def _export(found: Photos, wanted: list[Photo], folder: Path) -> None:
    """Write the photos themselves, each by its day and area, and over no other file."""
    from tracker import files
    from tracker.files import Aside, Ours, check_target
    from tracker.journeys import noting

    there = [one for one in wanted if one.file not in found.missing]
    if not folder.is_dir():
        raise InputError(N_("there is no folder {folder}"), folder=str(folder))
    ours = Ours(b"\xff\xd8\xff", b"", N_("{file} is there already; it was left as it is"))
    targets = {folder / f"{one.on.isoformat()}-{one.area}-{one.id}.jpg": found.picture(one.file) for one in there}
    database = context().database
    for target, octets in targets.items():
        check_target(target, ours, database.path, force=False)
        if target.exists() and not files.holds(target, octets):
            raise StorageError(ours.refusal, file=str(target))
    if not database.is_rehearsal:
        with Aside(targets, ours) as aside:
            for target, octets in targets.items():
                aside.write(target, octets)
            noting.note(context(), targets)
            aside.move_into_place(targets)
    whose.saved(N_("Saved: {photos}, in {folder}."), folder=str(folder),
                photos=counted("{count} photo", "{count} photos", count=len(targets)))  # fmt: skip
    whose.not_encrypted()


def _table(found: Photos, wanted: list[Photo]) -> None:
    words, lang = vocabulary(WORDS_OF), code()
    rows: list[Row] = [
        [str(one.id), planned.day(one.on), planned.place(found.place(one)),
         words.named(one.area).in_language(lang), _file(one, found), one.note or ""]
        for one in wanted
    ]  # fmt: skip
    columns: list[Column | str] = [
        N_("Number"), N_("Day"), Column(N_("Day of the course"), drops=2), Column(N_("Area"), is_name=True),
        N_("File"), Column(N_("Note"), prose=True, drops=1),
    ]  # fmt: skip
    has_notes = any(one.note for one in wanted)
    table(columns if has_notes else columns[:-1], rows if has_notes else [row[:-1] for row in rows])
    show.say(N_("The files lie in {folder}"), folder=str(found.folder))
    gone = next((one for one in wanted if one.file in found.missing), None)
    if gone is not None:
        show.say(
            N_("A missing file is put back, with its day, by logging the same photo again: {command}"),
            command=_with_an_area("isotrack log photo photo.jpg --area", gone.area),
        )


def _file(one: Photo, found: Photos) -> Cell | str:
    if one.file not in found.missing:
        return found.file(one).name
    return Cell(show.filled(N_("{file} (missing)"), file=one.file), style=paper.DANGER)


def _files(names: list[str]) -> Any:
    return counted("{count} file", "{count} files", count=len(names))


def _clean(*, yes: bool) -> None:
    from tracker.journeys.course import picturing

    names = picturing.unnamed(context())
    if not names:
        show.say(N_("There is no file of a photo that is no longer recorded."))
        return
    show.say(N_("{files} of photos that are no longer recorded in this database, in {folder}:"), files=_files(names),
             folder=str(picturing.folder(context())))  # fmt: skip
    for name in names:
        paper.put(f"  {name}")
    if needed := picturing.in_copies(context(), names):
        show.say(N_("! Copies of the database need {files} of them: put back without, they lack these photos."
                    " {command} shows the copies."), files=_files(needed), command="isotrack restore")  # fmt: skip
    if not yes and not base.is_asked():
        raise InputError(N_("nothing was removed"), N_("to remove them for good: {command}"),
                         command="isotrack photos --clean --yes")  # fmt: skip
    question = _("Remove them for good? An undo that brings an entry back will not find its file.")
    if not yes and not base.confirm(question, default=False):
        raise InputError(N_("nothing was removed"))
    left = picturing.remove(context(), names)
    whose.saved(N_("Removed: {files}."), files=_files([one for one in names if one not in left]))
    for name in left:
        show.say(N_("! {file} could not be removed"), file=name)


def _contract(found: Photos, wanted: list[Photo]) -> dict[str, Any]:
    """As in ``schemas/photos.schema.json``."""
    from tracker.readings.photos import first_and_last

    words = vocabulary(WORDS_OF)
    return {
        "patient": whose.label(),
        "today": context().today.isoformat(),
        "folder": str(found.folder),
        "photos": [
            {"id": one.id, "on": one.on.isoformat(), "area": one.area, "name": contract.both(words.named(one.area)),
             "day_of_course": found.place(one).day, "days_after_course": found.place(one).after,
             "file": str(found.file(one)), "sha256": one.sha256,
             "missing": one.file in found.missing, "note": one.note}
            for one in wanted
        ],
        "pairs": [{"area": pair.area, "before": pair.before.id, "after": pair.after.id}
                  for pair in first_and_last(wanted)],
    }  # fmt: skip
