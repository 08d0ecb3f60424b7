"""What SQLite's errors mean, and what there is to do about them."""

from __future__ import annotations

import errno

from tracker.errors import N_

ANOTHER_FILE = N_("name another file with --db or ISOTRACK_DB")
TO_WRITE = N_("make the file and its folder writable, or name another with --db or ISOTRACK_DB")


MAKE_ROOM = N_("make room on the disk, and try again")
TO_FINISH = N_("make room on the disk: encrypting or decrypting has begun, and the next command finishes it")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def hint_on(error: OSError, *, is_begun: bool) -> str:
    """What there is to do about an error of the system; ``is_begun`` is whether the file is to get another content."""
    if error.errno in _NO_ROOM:
        return TO_FINISH if is_begun else MAKE_ROOM
    return TO_WRITE


def sign_of(error: Exception) -> str:
    """By what an error of SQLite is known; empty for one that has no words of its own."""
    cause = getattr(error, "orig", error)
    reason = _MOVED if getattr(cause, "sqlite_errorname", None) == "SQLITE_READONLY_DBMOVED" else str(cause)
    return next((sign for sign in MEANINGS if sign in reason), "")


_MOVED = "moved away"
NO_DATABASE = "not a database"
_OTHER_LAYOUT = ("no such table", "no such column", "has no column", "already exists", "duplicate column")
"""What comes of a table that is gone, and of a format that is another than the file says."""
MEANINGS: dict[str, tuple[str, str | None]] = {
    "is empty": (N_("{path} is empty: it is not an isotrack database"), None),
    NO_DATABASE: (N_("{path} is not an isotrack database, or it is damaged; it was left as it is"), None),
    "malformed": (N_("{path} is damaged; it was left as it is"), None),
    **dict.fromkeys(_OTHER_LAYOUT, (N_("{path} is damaged; it was left as it is"), None)),
    "decode to UTF-8": (N_("{path} is damaged: a text in it can no longer be read; it was left as it is"), None),
    "locked": (N_("{path} is in use by another program, try again"), None),
    _MOVED: (N_("{path} was replaced by another command meanwhile, try again"), None),
    "readonly": (N_("{path} cannot be written: it is read-only"), TO_WRITE),
    "unable to open": (N_("{path} cannot be opened"), TO_WRITE),
    "full": (N_("the disk is full"), None),
    "disk I/O": (N_("the disk reported an error"), None),
    "": (N_("{path}: the database refused the command"), None),
}
"""By a part of SQLite's own words what is said instead, and what to do where that does not depend on the moment."""
DAMAGED = ("is empty", NO_DATABASE, "malformed", *_OTHER_LAYOUT, "decode to UTF-8")
RESTORE = N_("{command} shows the copies that there are, {doctor} what is damaged")
NO_COPIES = N_("there is no copy of it in {folder}; one that you made elsewhere comes back with: {command} FILE")
NOT_SEEN = N_("there may be copies in {folder}: it cannot be read by this account, or is another's")
BEFORE_THE_COMMIT = ("locked", "full")
"""What SQLite finds before the moment from which on a transaction counts, even where it finds it in the commit."""
UNCERTAIN = N_("whether it was saved is not certain: {command} shows it")
