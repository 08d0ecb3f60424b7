"""``isotrack wipe``: the database and all that belongs to it is deleted, or all that belongs to one patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import namesakes, paper, passphrase, passwords, show
from tracker.cli.base import Command, at_work, context, flags, is_asked, option
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, StorageError, counted
from tracker.i18n import _, active

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.journeys.traces import Account, Belongings, Left
    from tracker.journeys.unopened import Closed

_MOST_FILES = 20
"""Files that are named one by one."""
_BEYOND_REACH = (
    N_("- What you copied, printed, sent or redirected elsewhere; photos from which isotrack took its own; other"
       " machines to which this folder is synced; the history of the shell."),
    N_("- The disk: a deleted file is not overwritten. An SSD, a snapshot or the system's own backup may hold it for"
       " long; what was on an encrypted disk, or encrypted by isotrack, cannot be read from there."),
)  # fmt: skip


@click.command(
    cls=Command,
    short_help=N_("Delete the database and all that belongs to it."),
    help=N_(
        "Delete the database and all that belongs to it, for good: the record of every patient, the copies, the photos,"
        " calendars, records and pages that isotrack wrote, and the password of a calendar server in the keyring. With"
        " --patient only what belongs to that patient, out of the copies too. It shows first what goes and what it"
        " cannot reach, and asks for the name of the file, or of the patient; without a terminal it needs --yes."
        " Where it was cut off, it can be run again. With --unopened it deletes a database that cannot be opened: its"
        " passphrase is lost, it is damaged, or a newer isotrack wrote it; the path of the file is asked for then."
    ),
)
@option("--unopened", is_flag=True, help=N_("Ask for no passphrase; delete it even where it cannot be opened."))
@option("--yes", is_flag=True, help=N_("Without asking."))
def wipe(unopened: bool, yes: bool) -> None:
    """Nothing is left."""
    from tracker.journeys import unopened as closed
    from tracker.journeys import wiping

    at = context()
    if at.patient is not None:
        if unopened:
            raise InputError(N_("--unopened deletes the whole database: no patient can be named with it"))
        _wipe_patient(at.patient, yes=yes)
        return
    try:
        found = closed.look(at) if unopened else wiping.of_everybody(at)
    except StorageError as error:
        if not unopened and closed.is_closed(at):
            raise StorageError(error.message, N_("to delete it without opening it: {command}"),
                               **error.values | {"command": "isotrack wipe --unopened"}) from error  # fmt: skip
        raise
    if isinstance(found, closed.Closed):
        _wipe_closed(found, yes=yes)
        return
    if found.is_nothing:
        raise InputError(N_("there is nothing to delete: no database at {path}"), path=str(at.database.path))
    _say_what_goes(found)
    if not _is_agreed(at.database.path.name, yes=yes):
        return
    with at_work():
        _complain(wiping.wipe(at, found, _forget, _forget_passphrase))
    show.say(N_("Deleted: {path} and all that belonged to it."), path=str(at.database.path))


def _wipe_closed(closed: Closed, *, yes: bool) -> None:
    """Delete what nobody can open."""
    from tracker.journeys import unopened

    at = context()
    path = str(at.database.path.absolute())
    _say_what_goes(closed.found)
    if not closed.is_surely_ours:
        show.say(
            N_("! Nothing says that {file} is isotrack's: make sure that it is yours, and what you mean."), file=path
        )
    if flags().dry_run:
        show.say(N_("(dry run) Nothing was changed."))
        return
    if not (yes and closed.is_surely_ours):
        if not is_asked():
            hint = (N_("to delete it without being asked: --yes") if closed.is_surely_ours else
                    N_("nothing says that it is isotrack's: at a terminal its path is asked for"))  # fmt: skip
            raise InputError(N_("nothing was deleted"), hint)
        typed = paper.ask(show.filled(N_("To delete it, type its whole path: {path}"), path=path), _(": "))
        if plain(typed) != plain(path):
            raise InputError(N_("that is another path: nothing was deleted"))
    with at_work():
        _complain(unopened.wipe(at, closed, _forget, _forget_passphrase))
    show.say(N_("Deleted: {path} and all that belonged to it."), path=path)


def _wipe_patient(name: str, *, yes: bool) -> None:
    from tracker.journeys import patients, wiping
    from tracker.journeys.context import name_of

    at = context()
    who = patients.find(at, name)
    found = wiping.of_patient(at, who)
    called = active().value(name_of(who))
    held = patients.holding(at, who)
    show.say(
        N_("! The record of {name} goes for good: {courses} with {commands}. It cannot be taken back."), name=called,
        courses=counted("{count} course", "{count} courses", count=held.courses),
        commands=counted("{count} command", "{count} commands", count=held.commands),
    )  # fmt: skip
    if held.photos:
        show.say(N_("! With it go {files} of photos."), files=_files(held.photos))
    show.say(N_("! It goes out of every copy of the database that isotrack made as well."))
    for path in wiping.copies_that_go(at, who):
        show.say(N_("! With it goes the copy {file}: it has no other record."), file=str(path))
    _say_what_lies_elsewhere(found)
    namesakes.say(wiping.copies_of_namesakes(at, who), patients.journals_kept(at))
    if not _is_agreed(who.label, yes=yes):
        return
    with at_work():
        left, removed = wiping.wipe_patient(at, who, _forget)
        for file in removed.left:
            show.say(N_("! {file} could not be cleared of it: remove it yourself"), file=file)
        _complain(left)
    show.say(N_("Deleted: the whole record of {name}."), name=called)


def _say_what_goes(found: Belongings) -> None:
    at = context()
    file = str(at.database.path)
    if not found.is_known:
        show.say(N_("! The database {file} goes for good. It cannot be read: whose record it is and which passwords the"
                    " keyring has is not known."), file=file)  # fmt: skip
    elif found.database:
        show.say(
            N_("! The database {file} goes for good, and cannot be taken back: {patients} with {commands}."), file=file,
            patients=counted("{count} patient", "{count} patients", count=len(found.labels)),
            commands=counted("{count} command", "{count} commands", count=found.commands),
        )  # fmt: skip
    copies = [path for path in found.copies if path.suffix == ".db"]
    if copies:
        show.say(N_("! With it go {copies} in {folder}."), folder=str(at.database.backups.folder),
                 copies=counted("{count} copy", "{count} copies", count=len(copies)))  # fmt: skip
    if found.photos:
        show.say(N_("! With it go {files} of photos."), files=_files(len(found.photos)))
    _say_what_lies_elsewhere(found)


def _say_what_lies_elsewhere(found: Belongings) -> None:
    for one in found.elsewhere[:_MOST_FILES]:
        show.say(N_("! With it goes what isotrack wrote: {file}"), file=str(one.path))
    if (more := len(found.elsewhere) - _MOST_FILES) > 0:
        show.say(N_("! With it go {files} more that isotrack wrote."), files=_files(more))
    for account in found.accounts:
        show.say(N_("! With it goes the password for {name}, if the keyring has it."), name=_name(account))
    _say_what_stays(found)


def _say_what_stays(found: Belongings) -> None:
    show.say(N_("What this cannot reach:"))
    for paths, message in (
        (found.other, N_("- {file}: it is not known to be of what is deleted here; it stays")),
        (found.of_others, N_("- {file}: it is a copy that holds a record which is not of this database; it stays")),
        (found.misled,
         N_("- {file}: another account can put something else on the way to it; it is not looked at, and stays")),
        (found.databases, N_("- {file}: it is a database of its own by now, with copies beside it; it stays")),
        (found.not_believed,
         N_("- {file} is another account's, a link, or cannot be read: what it names or holds stays")),
        (found.linked,
         N_("- {file} has another name (a hard link) somewhere on this disk: what is in it stays there")),
        (found.unsure, N_("- {file}: it is encrypted, and may be what isotrack wrote; it stays")),
    ):  # fmt: skip
        for path in paths:
            show.say(message, file=str(path))
    if not found.is_known:
        show.say(N_("- a calendar on a server, if one was kept there, and the password for it in the keyring"))
    for path in found.away[:_MOST_FILES]:
        show.say(N_("- {file}: its folder is not there now; if it lies on another disk, it stays"), file=str(path))
    for account in found.accounts:
        show.say(N_("- the calendar on {url}: delete it there"), url=account.url)
    if found.imported or not found.is_known:
        show.say(N_("- reminders in calendar programs that imported a file: delete them there"))
    for text in _BEYOND_REACH:
        show.say(text)


def _is_agreed(name: str, *, yes: bool) -> bool:
    """Whether it is to be done; raise InputError where it is not agreed to."""
    if flags().dry_run:
        show.say(N_("(dry run) Nothing was changed."))
        return False
    if yes:
        return True
    if not is_asked():
        raise InputError(N_("nothing was deleted"), N_("to delete it without being asked: --yes"))
    typed = paper.ask(show.filled(N_("To delete it, type the name {name}"), name=name), _(": "))
    if plain(typed) != plain(name):
        raise InputError(N_("that is another name: nothing was deleted"))
    return True


def _forget(account: Account) -> bool:
    return passwords.Keep(account.user, account.url).forget()


def _forget_passphrase(database: Path) -> bool:
    is_forgotten = passphrase.forget(database)
    if not is_forgotten:
        show.say(N_("The copy of the passphrase in the keyring could not be removed."))
    return is_forgotten


def _name(account: Account) -> str:
    return passwords.name_of(account.user, account.url)


def _complain(left: Left) -> None:
    """Name what could not be deleted; raise StorageError where that is a file."""
    for account in left.passwords:
        passwords.Keep(account.user, account.url).complain()
    for path in left.files:
        show.say(N_("! {file} could not be removed"), file=str(path))
    if left.files:
        raise StorageError(N_("not all could be deleted; the rest is named above"),
                           N_("the same command deletes what it can reach then"))  # fmt: skip


def _files(count: int) -> object:
    return counted("{count} file", "{count} files", count=count)
