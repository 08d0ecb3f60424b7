"""Where a passphrase comes from: a prompt, a file, the environment, the keyring; never the command line."""

from __future__ import annotations

import os
import stat
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tracker import asides
from tracker.cli import paper
from tracker.db import cipher
from tracker.db.belongings import keyring_mark, keyring_name
from tracker.errors import N_, InputError, StorageError, reason_of
from tracker.i18n import _, active
from tracker.visible import visible

VARIABLE = "ISOTRACK_PASSPHRASE"
SHORTEST = 8
"""Characters of a new passphrase at the least."""
_LONGEST = 1024
_TRIES = 3
_SERVICE = "isotrack"
_NOT_OURS = N_("{file} was not written by isotrack for this account: the keyring is not used.")
_NO_TERMINAL = N_("to give it without one: --passphrase-file FILE, --passphrase-fd NUMBER or ISOTRACK_PASSPHRASE")


class Said(Protocol):
    """The flags of the command that are about it."""

    is_looked_at: bool
    passphrase_fd: int | None
    passphrase_file: Path | None
    read_of_fd: str | None


def opening(path: Path, before: int, said: Said) -> str | None:
    """What may open a file, when it was asked for so often before; None where there is no more."""
    if said.is_looked_at:
        return None
    given = from_outside(said)
    if given is not None:
        return given if before == 0 else None
    if before == 0:
        is_mark_believed(path)
    kept = _kept(path)
    if kept is not None and before == 0:
        return kept
    tries = before - (kept is not None)
    if tries >= _TRIES:
        return None
    if not is_at_a_terminal():
        if is_in_doubt(path):
            raise StorageError(
                N_("{path} is damaged or encrypted: its copies are not encrypted, and if it is, its passphrase is asked"
                   " for at a terminal, and here is none"),
                N_("to give the passphrase without one: --passphrase-file FILE, --passphrase-fd NUMBER or"
                   " ISOTRACK_PASSPHRASE; if there is none, move the file away, and put a copy in its place:"
                   " {command}"),
                path=str(path), command="isotrack restore",
            )  # fmt: skip
        raise StorageError(
            N_("{path} is encrypted, or it is no isotrack database: its passphrase is asked for at a terminal, and here"
               " is none"),
            _NO_TERMINAL, path=str(path),
        )  # fmt: skip
    if tries:
        paper.put(_("This passphrase does not open it."), err=True)
    return cipher.normalised(_typed(_("Passphrase of {file}: ").format(file=visible(str(path)))))


def is_in_doubt(path: Path) -> bool:
    """Whether a file that is none of SQLite's may as well be damaged: it has copies, and nothing else says which."""
    from tracker import album
    from tracker.db.backups import Backups
    from tracker.db.connecting import Connector

    connector = Connector()
    heads = [connector.head(copy.path) for copy in Backups(path, connector).all()]
    is_said = keyring_name(path) is not None or bool(album.sealed(album.folder_of(path)))
    return bool(heads) and not is_said and all(head.startswith(cipher.PLAIN) for head in heads)


def from_outside(said: Said) -> str | None:
    """The passphrase that was given for this run; None where it is to be asked for."""
    if said.passphrase_fd is not None and said.passphrase_file is not None:
        raise InputError(N_("--passphrase-fd and --passphrase-file say different things"))
    if said.passphrase_fd is not None:
        if said.read_of_fd is None:
            said.read_of_fd = of_fd(said.passphrase_fd, "--passphrase-fd")
        return said.read_of_fd
    if said.passphrase_file is not None:
        return of_file(said.passphrase_file)
    typed = os.environ.get(VARIABLE)
    return _read(typed, VARIABLE) if typed else None


def of_fd(number: int, flag: str) -> str:
    """The first line of an open file."""
    octets = b""
    try:
        while b"\n" not in octets and len(octets) <= _LONGEST and (more := os.read(number, _LONGEST)):
            octets += more
    except OSError as error:
        raise StorageError(N_("{source}: cannot be read ({reason})"), source=flag, reason=reason_of(error)) from None
    return _of_octets(octets, flag)


def of_file(file: Path) -> str:
    """The first line of a file that its owner alone can read."""
    try:
        # A pipe without a writer would be waited for.
        with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            found = os.fstat(opened.fileno())
            octets = opened.read(_LONGEST + 1) if stat.S_ISREG(found.st_mode) else b""
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(file)
        raise StorageError(N_("{source}: cannot be read ({reason})"), source=str(file), reason=reason) from None
    if not stat.S_ISREG(found.st_mode):
        raise InputError(N_("{file} is not a file"), N_("what a program prints comes in with --passphrase-fd"),
                         file=str(file))  # fmt: skip
    if os.name != "nt" and (found.st_mode & 0o077 or found.st_uid not in (0, os.geteuid())):
        raise StorageError(N_("others can read {file}: it was not used"), N_("make it yours alone: {command}"),
                           file=str(file), command=f"chmod 600 {file}")  # fmt: skip
    return _of_octets(octets, str(file))


def _of_octets(octets: bytes, source: str) -> str:
    try:
        return _read(octets.split(b"\n")[0].removesuffix(b"\r").decode(), source)
    except UnicodeDecodeError:
        raise InputError(N_("{source}: the passphrase is no text in UTF-8"), source=source) from None


def _read(text: str, source: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(N_("{source}: the passphrase is no text in UTF-8"), source=source) from None
    if not text:
        raise InputError(N_("{source}: there is no passphrase in it"), source=source)
    if len(text) > _LONGEST:
        raise InputError(N_("{source}: the passphrase is too long"), source=source)
    return cipher.normalised(text)


def new(given: str | None) -> str:
    """A new passphrase: the one that was given, or typed twice; raise an error for one that is too short."""
    if given is None:
        given = cipher.normalised(_typed(_("New passphrase: ")))
        _check(given)
        if cipher.normalised(_typed(_("Once more: "))) != given:
            raise InputError(N_("the two passphrases are not the same; nothing was changed"))
    _check(given)
    return given


def _check(typed: str) -> None:
    if len(typed) < SHORTEST:
        raise InputError(
            N_("a passphrase has at least {count} characters; several words are better; nothing was changed"),
            count=SHORTEST,
        )


def is_at_a_terminal() -> bool:
    """Whether a passphrase can be typed without being seen."""
    return sys.stdin is not None and sys.stdin.isatty()


def _typed(question: str) -> str:
    """Ask for a line that is not echoed; raise StorageError where that cannot be."""
    if is_at_a_terminal():
        import getpass

        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return getpass.getpass(question)
            except (getpass.GetPassWarning, UnicodeDecodeError):
                pass
    raise StorageError(
        N_("the passphrase is asked for at a terminal, and here is none; nothing was done"),
        _NO_TERMINAL,
    )


# --- the copy in the keyring ------------------------------------------------------------------------------------


def _kept(path: Path) -> str | None:
    name = keyring_name(path)
    if name is None:
        return None
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(_SERVICE, name)
    except KeyringError:
        return None


def is_mark_believed(path: Path) -> bool:
    """Whether nothing else lies in the place of what isotrack writes of the keyring; it is said where it does."""
    if keyring_name(path) is None and os.path.lexists(keyring_mark(path)):
        with suppress(OSError):  # where nobody can hear it, it is not said
            paper.put("! " + active().fill(_NOT_OURS, {"file": str(keyring_mark(path))}), err=True)
        return False
    return True


def is_kept(path: Path) -> bool:
    """Whether the keyring has a copy of the passphrase of a database."""
    return keyring_name(path) is not None


def keep(path: Path, passphrase: str) -> bool:
    """Lay a copy into the keyring and read it back, whether it is there; the passphrase itself opens it in any case."""
    import uuid

    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return False
    name = before = keyring_name(path)
    try:
        if name is None:
            name = f"database {uuid.uuid4()}"
            # First: a copy of which nothing is known would never be taken out again.
            asides.write_private(keyring_mark(path), name)
            asides.sync_folder(path.parent)
        keyring.set_password(_SERVICE, name, passphrase)
        # Read back: some keyrings drop what they are given without a word.
        if keyring.get_password(_SERVICE, name) == passphrase:
            return True
    except NoKeyringError:
        if before is None:
            keyring_mark(path).unlink(missing_ok=True)
            return False
    except (KeyringError, OSError):
        pass
    forget(path)
    return False


def forget(path: Path) -> bool:
    """Take the copy out of the keyring; whether there is none any more."""
    name = keyring_name(path)
    if name is None:
        return True
    try:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError
    except ImportError:
        return False
    try:
        keyring.delete_password(_SERVICE, name)
    except PasswordDeleteError:
        pass  # it is not there
    except KeyringError:
        return False
    keyring_mark(path).unlink(missing_ok=True)
    return True
