"""What is kept and can no longer be read as what it was: a day that is none, a kind that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
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


@contextmanager
def legible() -> Iterator[None]:
    """Say in words that what is read in the block is no value any more; the value itself is not said."""
    try:
        yield
    except _NO_VALUE as error:
        raise damage() from error
