"""``isotrack backup`` and ``isotrack restore``: copies of the database, made and put back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tracker.cli import as_json as contract
from tracker.cli import passphrase, show, which_copy, withheld
from tracker.cli.base import Command, as_json_option, confirm, context, flags, is_asked, option
from tracker.cli.running import machine_day, tell
from tracker.cli.tables import Column, table
from tracker.errors import N_, InputError, Listed, StorageError, counted
from tracker.i18n import _, active

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db.backups import Copy
    from tracker.db.contents import Content
    from tracker.journeys.context import Context
    from tracker.journeys.copies import Held, Offer

_COLUMNS = (
    Column(N_("Copy"), is_name=True), N_("Patients"), N_("Commands"), Column(N_("Last entry"), drops=1),
    Column(N_("Made"), drops=2),
)  # fmt: skip
_ELSEWHERE = N_("! The copies of every day lie on the same disk as the database: what breaks or takes it takes them"
                " too. To make one elsewhere, once a month: {command}")  # fmt: skip
_LAID_OPEN = N_("! The database here was encrypted, and its key can no longer be read. What is put in its place is not"
                " encrypted: whoever has the disk can read it.")  # fmt: skip
_OPENED = N_("! The copy is encrypted, and the database here is not. What is put in its place, with its photos, is not"
             " encrypted: whoever has the disk can read it.")  # fmt: skip
_IN_DOUBT = N_("! The database here is damaged or encrypted, and nothing else says which. What is put in its place is"
               " not encrypted: whoever has the disk can read it.")  # fmt: skip


@click.command(
    cls=Command,
    short_help=N_("Make a copy of the whole database."),
    help=N_(
        "Make a copy of the whole database, of all patients: at FILE, or in the folder FILE with today's date in its"
        " name. Without FILE today's copy beside the database is made anew. One is made there by itself with the first"
        " entry of every day: twelve days stay, then ten weeks, then nine months. isotrack restore puts one back."
    ),
)
@click.argument("file", required=False, metavar="[FILE]")
@option("--list", "listing", is_flag=True, help=N_("Only list the copies beside the database."))
@option("--force", is_flag=True, help=N_("Replace a file that is there already."))
@as_json_option()
def backup(file: str | None, listing: bool, force: bool, as_json: bool) -> None:
    """Make a copy."""
    from tracker.journeys import copies

    at = context()
    if listing or as_json:
        if file is not None:
            raise InputError(N_("--list shows what there is, and FILE makes a copy: say one of them"))
        _show(copies.held(at), as_json=as_json)
        return
    target = which_copy.target(file, force=force) if file is not None else None
    if flags().dry_run:
        show.say(N_("(dry run) A copy would be made: {file}."), file=str(target or at.database.backups.folder))
        return
    if target is None:
        made = copies.make(at, machine_day())
        if made is None:
            raise InputError(N_("nothing is recorded yet: there is nothing to copy"))
        show.say(N_("Copied: {file}."), file=str(made))
        show.say(N_("It lies on the same disk. For another one: {command}"), command="isotrack backup FILE")
    else:
        copies.write(at, target, machine_day())
        show.say(N_("Copied: {file}."), file=str(target))
    if copies.has_photos(at):
        from tracker import album

        show.say(N_("The photos are not in it: copy the folder {folder} too."),
                 folder=str(album.folder_of(at.database.path)))  # fmt: skip


@click.command(
    cls=Command,
    short_help=N_("Put a copy of the database back."),
    help=N_(
        "Put a copy of the whole database back: a FILE, or the copy of a DATE. It shows what the copy has and what is"
        " not in it, asks, and keeps the database as it was before. Without a word it lists the copies beside the"
        " database."
    ),
)
@click.argument("which", nargs=-1, metavar="[FILE|DATE]")
@option("--yes", is_flag=True, help=N_("Without asking."))
@as_json_option()
def restore(which: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Put one back."""
    from tracker.journeys import copies

    flags().is_of_a_copy = True
    at = context()
    said = " ".join(which)
    if not said.strip():
        _show(copies.held(at), as_json=as_json)
        return
    offered = copies.offer(at, which_copy.chosen(said))
    _preview(offered)
    if flags().dry_run:
        withheld.say_of_all(offered.withheld)
        show.say(N_("(dry run) Nothing was changed."))
        return
    _agree(yes=yes)
    done = copies.restore(at, offered, machine_day(), is_agreed=not yes)
    show.say(N_("Restored: {file} is the database now."), file=str(offered.path))
    withheld.say_of_all(done.withheld)
    if done.kept is not None:
        show.say(N_("The database from before lies here: {file}"), file=str(done.kept))
    if done.has_calendar or done.orphans:
        _of_calendars(done.orphans, is_numbered=done.is_numbered)
    if done.photos:
        show.say(N_("Photos that were encrypted with the copy's key are no longer encrypted either: {files}."),
                 files=counted("{count} file", "{count} files", count=done.photos))  # fmt: skip
    if offered.is_laid_open:
        show.say(N_("! It is not encrypted. To encrypt it: {command}"), command="isotrack encrypt")
    for kept in copies.subscribed(at):
        show.kept(kept, silently=False, capsules_stopped=False)


def _agree(*, yes: bool) -> None:
    if yes:
        return
    if not is_asked():
        raise InputError(N_("nothing was changed"), N_("to put it back without being asked: --yes"))
    if not confirm(_("Put this copy in the place of the database?"), default=False):
        raise InputError(N_("nothing was changed"))


def _of_calendars(orphans: int, *, is_numbered: bool) -> None:
    """What has to be done for calendars to follow."""
    show.say(N_("Calendars still show the plan from before: isotrack calendar export or sync brings them in step."))
    if not is_numbered:
        show.say(N_("What calendars were given could not be read: every entry gets a new number, and follows."))
    if orphans:
        show.say(N_("! {entries} in calendars belong to a course that is not in the copy: delete them there."),
                 entries=counted("{count} entry", "{count} entries", count=orphans))  # fmt: skip


def _preview(offered: Offer) -> None:
    found = offered.content
    show.say(N_("The copy: {file}"), file=str(offered.path))
    show.say(N_("It has {patients} and {commands}, the last of {moment}."), **_in_words(found))
    if offered.flaws:
        show.say(
            N_("! Something in it is not what was recorded ({rows}): {command} says whether another copy is whole."),
            rows=counted("{count} row", "{count} rows", count=offered.flaws), command="isotrack doctor",
        )  # fmt: skip
    if offered.here is None:
        show.say(N_("The database here is missing or cannot be read."))
        if offered.is_laid_open:
            show.say(_IN_DOUBT if passphrase.is_in_doubt(context().database.path) else _LAID_OPEN)
        return
    if offered.is_laid_open:
        show.say(_OPENED)
    lost, back = offered.lost, offered.back
    if lost:
        days = sorted(_day(one.at) for one in lost)
        message = (N_("! Not in it, and gone afterwards: {commands}, recorded on {first}.") if days[0] == days[-1] else
                   N_("! Not in it, and gone afterwards: {commands}, recorded from {first} to {last}."))  # fmt: skip
        show.say(message, commands=_commands(len(lost)), first=days[0], last=days[-1])
    if back:
        show.say(N_("In it, and taken back or deleted here since: {commands}."), commands=_commands(len(back)))
    coming = [name for name in found.patients if name not in offered.here.patients]
    if coming:
        show.say(N_("Patients who come back: {names}."), names=_(", ").join(coming))
    if not lost and not back:
        show.say(N_("Every command that stands here is in it."))


def _in_words(found: Content) -> dict[str, object]:
    return {
        "patients": counted("{count} patient", "{count} patients", count=len(found.patients)),
        "commands": _commands(len(found.commands)),
        "moment": _moment(found.newest, _zone()),
    }


def _commands(count: int) -> object:
    return counted("{count} command", "{count} commands", count=count)


def _moment(moment: datetime | None, zone: ZoneInfo | None) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else "–"


def _zone() -> ZoneInfo | None:
    """The time zone of the course, as every other screen has it; None, the machine's, where no course is known."""
    from tracker.journeys.course import opening

    # The record may be broken in whatever way: what is to be put in its place is shown all the same.
    with suppress(Exception):
        name = opening.zone_of_the_last_course(context())
        return ZoneInfo(name) if name is not None else None
    return None


def _day(moment: datetime) -> date:
    return moment.astimezone(_zone()).date()


def _show(found: list[Held], *, as_json: bool) -> None:
    from tracker.journeys import copies

    if not found:
        context().database.backups.require_seen()
    if as_json:
        contract.show([_for_programs(one) for one in found])
        return
    folder = str(context().database.backups.folder)
    if not found:
        show.say(N_("There are no copies in {folder} yet: the first entry of a day makes one."), folder=folder)
        return
    show.say(N_("Copies in {folder}:"), folder=folder)
    zone = _zone()
    table(_COLUMNS, [_row(one, zone) for one in found])
    if ahead := [_name(one.copy) for one in found if one.copy.day is not None and one.copy.day > machine_day()]:
        show.say(N_("! Of a day to come, as the clock said when they were made: {copies}"), copies=Listed(tuple(ahead)))
    show.say(
        N_("To put one back: {command}"), command=f"isotrack restore {_name(copies.best(found, machine_day()).copy)}"
    )


def _row(one: Held, zone: ZoneInfo | None) -> list[str]:
    made = _sort(one.copy)
    if one.content is None:
        return [_name(one.copy), "", "", _("encrypted, and not opened") if one.is_locked else _("cannot be read"), made]
    return [_name(one.copy), str(len(one.content.patients)), str(len(one.content.commands)),
            _moment(one.content.newest, zone), made]  # fmt: skip


def _name(copy: Copy) -> str:
    return copy.path.name.removesuffix(".db")


def _sort(copy: Copy) -> str:
    if copy.is_of_a_day:
        return _("by the first entry of the day")
    return _("before it was replaced") if copy.day is not None else _("before a new format")


def _for_programs(one: Held) -> dict[str, Any]:
    content = one.content
    return {
        "file": str(one.copy.path), "day": one.copy.day.isoformat() if one.copy.day is not None else None,
        "daily": one.copy.is_of_a_day, "readable": content is not None,
        "format": content.version if content is not None else None,
        "patients": list(content.patients) if content is not None else None,
        "commands": len(content.commands) if content is not None else None,
        "last_entry": content.newest.isoformat() if content is not None and content.newest is not None else None,
    }  # fmt: skip


def after(at: Context) -> None:
    """What there is to say of the copy that the command made by the way, or could not make."""
    if at.database.is_encrypted and not at.database.is_rehearsal:
        from tracker.cli import encrypt

        encrypt.after(at)
    copied = at.database.copied
    if not copied:
        return
    from tracker.journeys import copies

    if isinstance(copied, StorageError):
        tell("! " + active().fill(copied.message, copied.values))
    elif copies.is_time_to_copy_elsewhere(at, machine_day()):
        tell(show.filled(_ELSEWHERE, command="isotrack backup /PATH/ON/ANOTHER/DISK"))
