"""What is kept and can no longer be read as what it was: a day that is none, a kind that nobody knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tracker.errors import N_, StorageError

_NO_VALUE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What comes of a value that is none any more."""


class IllegibleError(StorageError):
    """Something in the database cannot be read as what it was."""


def damage() -> IllegibleError:
    """The error."""
    return IllegibleError(
        N_("something in the database can no longer be read as what it was: it is damaged"),
        N_("{command} says what, and what to do"), command="isotrack doctor",
    )  # fmt: skip


def check_pages(ask: Callable[[str], object], check: str = "PRAGMA quick_check(1)") -> None:
    """Raise an error for a file of which a page is damaged, and :func:`damage` where it is but a value."""
    if ask(check) == "ok":
        return
    ask("PRAGMA ignore_check_constraints = ON")
    is_sound = ask(check) == "ok"
    ask("PRAGMA ignore_check_constraints = OFF")
    raise damage() if is_sound else sqlite3.DatabaseError("malformed")


@contextmanager
def legible() -> Iterator[None]:
    """Say in words that what is read in the block is no value any more; the value itself is not said."""
    try:
        yield
    except _NO_VALUE as error:
        raise damage() from error
