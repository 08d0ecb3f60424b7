"""Files that are made aside and then given their name, and what is left of them where their maker was killed.

Whoever has something aside in a folder holds a shared lock on the folder. Who gets the folder alone knows that what
lies aside in it is nobody's any more. Where folders cannot be locked (Windows, some network disks) nothing is cleared:
one file too many harms less than one that was still in use.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

_TRIES = 50
_BETWEEN = 0.02
"""Seconds between two tries to get a folder: somebody clears it, which takes milliseconds."""


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Keep others from clearing what the block has aside in the folder."""
    with _opened(folder) as handle:
        if handle is not None:
            _locked(handle, fcntl.LOCK_SH, _TRIES)  # as far as it can be
        yield


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Keep others from having anything aside in the folder in the block; whether that was possible."""
    with _opened(folder) as handle:
        yield handle is not None and _locked(handle, fcntl.LOCK_EX, _TRIES)


_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV)
"""How disks that know no second names refuse one: FAT, some of other machines; and any for a name on another disk."""


def named_anew(file: Path, name: Path) -> None:
    """Give a file a second name, or where the disk knows none, a copy; raise FileExistsError where it is taken."""
    try:
        os.link(file, name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        how = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        copy = os.open(name, how, 0o600)
        try:
            with file.open("rb") as source, os.fdopen(copy, "wb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            name.unlink(missing_ok=True)
            raise


def clear(folder: Path, name: re.Pattern[str], is_left_over: Callable[[Path], bool]) -> None:
    """Remove the files of such a name that are ours, where nobody has anything aside in the folder."""
    if not named(folder, name):
        return
    with _opened(folder) as handle:
        if handle is None or not _locked(handle, fcntl.LOCK_EX):
            return
        for path in named(folder, name):
            with suppress(OSError):
                if path.is_file() and not path.is_symlink() and is_left_over(path):
                    path.unlink()


def named(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """What bears such a name there, the shortest first; nothing where the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(folder / entry.name for entry in entries if name.fullmatch(entry.name))
    except OSError:
        return []


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """The folder, to be locked; None where it cannot be. Closing it gives the lock up, and so does a kill."""
    handle = None
    if fcntl is not None:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _locked(handle: int, how: int, tries: int = 1) -> bool:
    """Lock an open folder; whether that was possible."""
    for left in reversed(range(tries)):
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_BETWEEN if left else 0)
        except OSError:
            return False
        else:
            return True
    return False


def behind(link: Path) -> Path | None:
    """The file to which a link leads; None for what is no link, and for a link to nothing that has a name."""
    with suppress(OSError):
        if link.is_symlink():
            found = Path(os.path.realpath(link))
            return found if link.samefile(found) else None
    return None


def is_of_another(path: Path, *trusted: Path) -> bool:
    """Whether another account has laid a file there: not this one, the system's, nor who has one of the trusted ones.

    Where others can write into a folder, its names are no proof of whose they are.
    """
    try:
        return _is_anothers(path.lstat(), trusted)
    except OSError:
        return False


def is_foreign(path: Path, *trusted: Path) -> bool:
    """The same, but for a disk that gives that owner to whatever is made there: there the owner says nothing."""
    if not is_of_another(path, *trusted):
        return False
    try:
        return path.lstat().st_uid != made_in(path if path.is_dir() else path.parent).st_uid
    except OSError:
        return True


def is_laid_there(folder: Path) -> bool:
    """Whether a folder beside a file is another account's; root may run for the one in whose folder it lies."""
    return os.name != "nt" and is_foreign(folder, *(() if os.geteuid() else (folder.parent,)))


def is_readable(folder: Path) -> bool:
    """Whether this account can see what lies in a folder; where there is none, nothing does."""
    try:
        os.scandir(folder).close()
        os.stat(os.path.join(folder, "."))  # noqa: PTH116, PTH118 - a Path leaves the point away
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True


def made_in(folder: Path) -> os.stat_result:
    """What the disk says of a new file that its owner alone may read; raise OSError where none can be made."""
    aside = folder / f".isotrack-{os.urandom(8).hex()}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        return os.fstat(handle)
    finally:
        os.close(handle)
        aside.unlink(missing_ok=True)


def others_write(folder: Path, made: Path) -> bool:
    """Whether another account can lay files into the folder in which a file was made.

    On disks that keep no permissions, and give all files one owner, whatever is made shows the same: there nothing can
    be said. What stands there says so only together with a new file: anybody can open a file of their own to all.
    """
    if os.name == "nt":
        return False
    if os.geteuid() and is_foreign(folder):
        return True
    open_to = open_to_others(folder)
    if not open_to or open_to & ~made.stat().st_mode:
        return bool(open_to)
    try:
        return bool(open_to & ~made_in(folder).st_mode)
    except OSError as error:
        return error.errno != errno.EROFS


def open_to_others(folder: Path) -> int:
    """Of the permissions of a folder those by which other accounts write in it."""
    if os.name == "nt":
        return 0
    found = folder.stat()
    mode = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if mode & stat.S_IWGRP and not _is_shared(found.st_gid) and not _has_list(folder):
        mode &= ~stat.S_IWGRP
    return mode


def _has_list(folder: Path) -> bool:
    """Whether a folder has a list of accounts and groups (ACL): what stands for its group is then the most of them."""
    try:
        return bool(os.getxattr(folder, "system.posix_acl_access"))
    except (AttributeError, OSError):
        return False  # there is none, or not on this system


def _is_shared(group: int) -> bool:
    """Whether others than this account are in a group: many systems give each account one of its own."""
    import grp
    import pwd

    accounts, mine = pwd.getpwall(), (0, os.geteuid())
    if any(one.pw_gid == group and one.pw_uid not in mine for one in accounts):
        return True
    names = {one.pw_name for one in accounts if one.pw_uid in mine}
    try:
        found = grp.getgrgid(group)
        if os.geteuid() not in {one.pw_uid for one in accounts}:
            # Of accounts of a network not all are listed: a group is known as one's own by its name alone.
            # In the group of root, as in a container that gives an account any number, only who is listed counts.
            with suppress(*((KeyError,) if group == 0 else ())):
                names.add(own := pwd.getpwuid(os.geteuid()).pw_name)
            if group != 0 and found.gr_name != own:
                return True
    except KeyError:
        return False
    return not names.issuperset(found.gr_mem)


def _is_anothers(found: os.stat_result, trusted: Iterable[Path]) -> bool:
    if not hasattr(os, "geteuid"):
        return False  # Windows: others cannot write there unless they were let
    owners = {0, os.geteuid()}
    for one in trusted:
        with suppress(OSError):
            owners.add(one.stat().st_uid)
    return found.st_uid not in owners


def read_own(path: Path, *trusted: Path) -> tuple[os.stat_result, bytes]:
    """The content of a file that no other account has laid there, and what the system says of it.

    Whose it is is asked of the very file that is read: another may have its name a moment later. Raise OSError for a
    link, or where nothing is; PermissionError with EPERM for a pipe, and for what is another's.
    """
    how = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    with os.fdopen(os.open(path, how), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or _is_anothers(found, trusted):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))
        return found, file.read()


def make_private(folder: Path) -> None:
    """The folder, for its owner alone; raise OSError where something else stands in its place, or another's."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        sync_folder(folder.parent)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if is_of_another(folder, folder.parent):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(folder))
    if os.name != "nt" and stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a small file of our own in one step, for its owner alone; raise OSError where that cannot be."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, text.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    aside.replace(path)


def sync_file(path: Path) -> None:
    """Put a file's content on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk."""
    if os.name == "nt":  # pragma: no cover - folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def removed(aside: Path) -> Iterator[None]:
    """What is made aside is gone when the block ends, unless it was given its name."""
    try:
        yield
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
