"""Where a file lies and who can get at it: permissions, folders that are copied elsewhere, disks of other machines.

Nothing here follows a link: who may change a link could have anything mended.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

_SYNCED = {
    "iCloud": r"mobile documents|com~apple~clouddocs|icloud ?drive( .*)?",
    "Dropbox": r"dropbox( .*)?",
    "OneDrive": r"onedrive( ?-.*)?|skydrive",
    "Google Drive": r"google ?drive(-.*)?|googledrivefs|my drive|マイドライブ",
    "Nextcloud": r"nextcloud\d*( .*)?|owncloud( .*)?",
    "Syncthing": r"syncthing",
    "Box": r"box( sync)?|box-box",
    "pCloud": r"pcloud ?drive|pclouddrive",
    "MEGA": r"mega(sync)?( .*)?",
}
"""By the service the names of its folders, in small letters."""
_MARKS = {
    ".dropbox": "Dropbox", ".stfolder": "Syncthing", ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "Nextcloud",
}  # fmt: skip
"""What a service lays into the folder that it copies."""
_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|auristorfs|9p|ceph|glusterfs|lustre|gfs2?|ocfs2|davfs|"
    r"fuse\.(sshfs|rclone|davfs2?|s3fs|gcsfuse|glusterfs|cephfs?|ossfs|gvfsd-fuse|goofys|juicefs|curlftpfs)"
)
"""Kinds of mounts that lie on another machine."""
MOUNTS = Path("/proc/self/mounts")


def real(path: Path) -> Path:
    """What a path leads to; of links that lead in a circle, the path."""
    return Path(os.path.realpath(path))


def synced_by(path: Path) -> str | None:
    """The service that copies the folder of a file elsewhere, by what it is called; None where none is known."""
    for folder in (path.parent, *path.parent.parents):
        for service, names in _SYNCED.items():
            if folder.name and re.fullmatch(names, folder.name.lower()):
                return service
        for mark, service in _MARKS.items():
            if (folder / mark).exists():
                return service
    return None


def is_elsewhere(path: Path, mounts: str | None = None) -> bool:
    """Whether a file lies on the disk of another machine, as far as the system says; ``mounts`` is what it says."""
    if str(path).startswith("\\\\"):
        return True
    if mounts is None:
        try:
            mounts = MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return False  # Linux alone lists them so
    found = [line.split() for line in mounts.splitlines()]
    over = [(_unescaped(words[1]), words[2]) for words in found if len(words) > 2 and _is_under(path, words[1])]  # noqa: PLR2004 - device, place, kind
    return bool(over) and _REMOTE.fullmatch(max(over, key=lambda one: len(one[0]))[1]) is not None


def _is_under(path: Path, mount: str) -> bool:
    return PurePath(path).is_relative_to(_unescaped(mount))


def _unescaped(mount: str) -> str:
    """The place of a mount: the list writes blanks as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), mount)


def mode_of(path: Path) -> int | None:
    """The permissions of a file or folder of its own; None of a link, of what is not there, and on Windows."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return None if os.name == "nt" or stat.S_ISLNK(found.st_mode) else stat.S_IMODE(found.st_mode)


def is_ours(path: Path) -> bool:
    """Whether it belongs to this account."""
    return not hasattr(os, "geteuid") or path.lstat().st_uid == os.geteuid()


def take_away(path: Path, bits: int) -> bool:
    """Take permissions of a file or folder away, of a link never; whether that was possible."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & ~bits)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def files_of(folder: Path) -> Iterator[Path]:
    """The files of a folder that are files of their own, by name; none where it cannot be read or is a link."""
    if folder.is_symlink():
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except OSError:
        return
    yield from (folder / name for name in found)
