"""``isotrack encrypt``, ``decrypt`` and ``passwd``: the database is encrypted with a passphrase, or is no longer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import passphrase, show
from tracker.cli.base import Command, confirm, context, flags, is_asked, option
from tracker.cli.running import tell
from tracker.errors import N_, InputError
from tracker.i18n import _, active

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.journeys.context import Context
    from tracker.journeys.encrypting import Left

_NO_WAY_BACK = N_("! Without the passphrase nobody can ever open it again: there is no way back, and no one who could"
                  " help. Write it down and keep it where you will find it.")  # fmt: skip
_PLAIN = N_("Not encrypted are: calendars, pages, records and tables that you export; copies that you made elsewhere;"
            " what the disk, its snapshots and backups keep of what was there before.")  # fmt: skip
_YES = N_("Without asking.")
_KEEP = N_("Keep a copy of the passphrase in the keyring of the system.")


@click.command(
    cls=Command,
    short_help=N_("Encrypt the database with a passphrase."),
    help=N_(
        "Encrypt the database, its copies and its photos with a passphrase, which every command asks for from then on:"
        " at the terminal, or from --passphrase-file, --passphrase-fd or ISOTRACK_PASSPHRASE. There is no way back"
        " without the passphrase. Exported calendars, pages and records are not encrypted."
    ),
)
@option("--keyring", is_flag=True, help=_KEEP)
@option("--yes", is_flag=True, help=_YES)
def encrypt(keyring: bool, yes: bool) -> None:
    """Encrypt it."""
    from tracker.db import cipher
    from tracker.db.encrypting import require_one_name
    from tracker.journeys import encrypting

    flags().is_passphrase_new = True
    at = context()
    with at.database.reading():
        pass
    if at.database.is_encrypted:
        raise InputError(N_("{path} is encrypted already"), N_("another passphrase: {command}"),
                         path=str(at.database.path), command="isotrack passwd")  # fmt: skip
    cipher.require_installed()
    require_one_name(at.database)
    at.database.backups.require_seen()  # they would stay as they are
    show.say(N_("{file}, its copies ({count}) and its photos are encrypted with a passphrase. Every command asks for"
                " it from then on."), file=str(at.database.path), count=len(at.database.backups.all()))  # fmt: skip
    show.say(_NO_WAY_BACK)
    show.say(_PLAIN)
    if flags().dry_run:
        show.say(N_("(dry run) Nothing was changed."))
        return
    _agree(_("Encrypt it?"), yes=yes)
    typed = passphrase.new(passphrase.from_outside(flags()))
    left = encrypting.encrypt(at, typed)
    show.say(N_("Encrypted: {file}."), file=str(at.database.path))
    _name(left)
    if keyring:
        _keep(at, typed)


@click.command(
    cls=Command,
    short_help=N_("Take the encryption off the database."),
    help=N_(
        "Take the encryption off the database, its copies and its photos: whoever can read the files can read them."
    ),
)
@option("--yes", is_flag=True, help=_YES)
def decrypt(yes: bool) -> None:
    """Make it plain."""
    from tracker.journeys import encrypting

    at = context()
    encrypting.require_encrypted(at)
    show.say(N_("! Afterwards whoever can read {file}, its copies and its photos reads everything in them."),
             file=str(at.database.path))  # fmt: skip
    if flags().dry_run:
        show.say(N_("(dry run) Nothing was changed."))
        return
    _agree(_("Take the encryption off?"), yes=yes)
    left = encrypting.decrypt(at)
    show.say(N_("No longer encrypted: {file}."), file=str(at.database.path))
    if left.closed:
        tell("! " + active().fill(N_("Still encrypted, because they cannot be opened with this passphrase: {files}"),
                                  {"files": _listed(left.closed)}))  # fmt: skip
    if not passphrase.forget(at.database.path):
        tell("! " + _("The copy of the passphrase in the keyring could not be removed."))


@click.command(
    cls=Command,
    short_help=N_("Set another passphrase."),
    help=N_(
        "Set another passphrase for an encrypted database and its copies. The new one is asked for twice, or comes from"
        " --new-passphrase-file or --new-passphrase-fd. Copies that you made elsewhere keep the old one."
    ),
)
@option("--new-passphrase-fd", type=click.IntRange(min=0), metavar="NUMBER",
        help=N_("The number of an open file with the new passphrase."))  # fmt: skip
@option("--new-passphrase-file", type=click.Path(path_type=Path), metavar="FILE",
        help=N_("A file with the new passphrase, which nobody else may read."))  # fmt: skip
@option("--keyring/--no-keyring", default=None, help=N_("Keep a copy in the keyring of the system, or no longer."))
@option("--yes", is_flag=True, help=_YES)
def passwd(
    new_passphrase_fd: int | None, new_passphrase_file: Path | None, keyring: bool | None, yes: bool
) -> None:  # fmt: skip
    """Change it."""
    from tracker.journeys import encrypting

    at = context()
    if new_passphrase_fd is not None and new_passphrase_file is not None:
        raise InputError(N_("--new-passphrase-fd and --new-passphrase-file say different things"))
    encrypting.require_encrypted(at)
    show.say(_NO_WAY_BACK)
    show.say(N_("Copies that you made elsewhere keep the passphrase that they have."))
    if flags().dry_run:
        show.say(N_("(dry run) Nothing was changed."))
        return
    _agree(_("Set another passphrase?"), yes=yes)
    given = None
    if new_passphrase_fd is not None:
        given = passphrase.of_fd(new_passphrase_fd, "--new-passphrase-fd")
    elif new_passphrase_file is not None:
        given = passphrase.of_file(new_passphrase_file)
    typed = passphrase.new(given)
    left = encrypting.change(at, typed)
    show.say(N_("Another passphrase opens {file} now."), file=str(at.database.path))
    _name(left)
    was_kept = passphrase.is_kept(at.database.path)
    if keyring or (was_kept and keyring is None):
        _keep(at, typed)
    elif was_kept and not passphrase.forget(at.database.path):
        tell("! " + _("The copy of the passphrase in the keyring could not be removed."))


def _keep(at: Context, typed: str) -> None:
    if passphrase.keep(at.database.path, typed):
        show.say(N_("The keyring of this system has a copy of the passphrase: keep it elsewhere all the same."))
    elif passphrase.is_mark_believed(at.database.path):
        tell("! " + _("There is no keyring to keep the passphrase in; it will be asked for each time."))


def _agree(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not is_asked():
        raise InputError(N_("nothing was changed"), N_("to do it without being asked: --yes"))
    if not confirm(question, default=False):
        raise InputError(N_("nothing was changed"))


def _name(left: Left) -> None:
    if left.plain:
        tell("! " + active().fill(N_("Not encrypted, and readable by whoever can read your files: {files}"),
                                  {"files": _listed(left.plain)}))  # fmt: skip
    if left.closed:
        tell("! " + active().fill(N_("These copies keep another passphrase, or cannot be read: {files}"),
                                  {"files": _listed(left.closed)}))  # fmt: skip


def _listed(files: Iterable[Path]) -> str:
    return _(", ").join(map(str, files))


def after(at: Context) -> None:
    """What a killed command left is encrypted by the next one that saves; what cannot be is named."""
    from tracker.journeys import encrypting

    _name(encrypting.finish(at))
