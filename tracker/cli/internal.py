"""What nobody foresaw: one line with the kind of error and its place in the program, and no value of the record.

The text of such an error may hold what was recorded, so it is never printed; nor is a traceback, unless somebody asks
for it with ISOTRACK_DEBUG=1, and is told beforehand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from tracker.cli.running import Flags, tell
from tracker.errors import FAILURE, N_, TrackerError
from tracker.i18n import _, active

INTERRUPTED = 130
_UNKNOWN = "?"


def is_debugged() -> bool:
    """Whether a traceback was asked for; it is said what may be in one."""
    if not os.environ.get("ISOTRACK_DEBUG"):
        return False
    with suppress(Exception):
        tell("! " + _("What follows may hold what you recorded: read it before you pass it on."))
    return True


def is_of_damage(error: Exception, said: Flags) -> bool:
    """Whether it comes of a database that is not what was recorded: a value that is none, a row that refers to nothing.

    Any of them may be what nobody foresaw, and so may be that there is no course.
    """
    context = sys.modules.get("tracker.journeys.context")
    is_without_course = context is not None and isinstance(error, context.NoCourseError)
    if context is None or (isinstance(error, (TrackerError, OSError)) and not is_without_course):
        return False
    with suppress(Exception):
        from tracker.db import contents

        return contents.is_damaged(said.context().database.of_the_disk())
    return False


def in_words(error: BaseException) -> str:
    """The error as a person can report it."""
    return active().fill(
        N_(
            "something went wrong inside isotrack ({kind}); if isotrack doctor says that all is well, please report it:"
            " with ISOTRACK_DEBUG=1 it says more"
        ),
        {"kind": _kind(error)},
    )


def without_a_traceback(act: Callable[[], int]) -> int:
    """Do it; the exit code. What fails even in saying that something failed is said by the plainest means there are."""
    try:
        return act()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("ISOTRACK_DEBUG"):
            raise
        with suppress(Exception):
            said = f"something went wrong inside isotrack ({_kind(error)}); ISOTRACK_DEBUG=1 says more"
            sys.stderr.write(f"isotrack: {said}\n")
            sys.stderr.flush()
        return FAILURE


def _kind(error: BaseException) -> str:
    """The class of an error and, of our own code, the last place that it came from: ``KeyError, cli.look:120``."""
    import traceback  # start-up: only where nobody foresaw it

    place = _UNKNOWN
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("tracker."):
            place = f"{name.removeprefix('tracker.')}:{line}"
    return f"{type(error).__name__}, {place}"
