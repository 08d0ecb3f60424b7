"""The one base error: what was wrong, what to do about it, and the exit code."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field

USAGE = 2
"""Exit code for a wrong command or a value that cannot be taken; nothing was written."""
FAILURE = 1
"""Exit code for what went wrong on our side or the machine's."""


def N_(message: str) -> str:  # noqa: N802 - the gettext tools know this name
    """Mark ``message`` for translation; it is translated where it is shown."""
    return message


class Phrase(Struct, frozen=True):
    """A phrase inside a message: a gettext message id of its own and its values."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("there is no permission for it"),
    errno.EPERM: N_("there is no permission for it"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EEXIST: N_("there is another file of that name"),
    errno.EROFS: N_("it can only be read there"),
    errno.ENOSPC: N_("the disk has no room left"),
    errno.EFBIG: N_("it is too large"),
    errno.EIO: N_("the disk or device fails"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.EINVAL: N_("its name cannot be used"),
    errno.EILSEQ: N_("its name cannot be used"),
    errno.ELOOP: N_("its links lead in a circle"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENFILE: N_("too many files are open"),
    errno.EBUSY: N_("another program uses it"),
    errno.ETXTBSY: N_("another program uses it"),
    errno.EBADF: N_("it is closed"),
    errno.EPIPE: N_("nobody reads it any more"),
    errno.ENOMEM: N_("there is not enough memory"),
    errno.ENXIO: N_("there is no such device"),
    errno.ENODEV: N_("there is no such device"),
    errno.ECONNREFUSED: N_("the connection was refused"),
    errno.ETIMEDOUT: N_("there was no answer"),
}
"""What an error of the operating system means, in words of our own: gettext message ids that go into brackets."""


def reason_of(error: OSError) -> Phrase:
    """Why the operating system refused, in plain words; of what is not known here, the system's number."""
    known = REASONS.get(error.errno or 0)
    if known is not None:
        return Phrase(known)
    return Phrase(N_("error {number} of the system"), {"number": error.errno or type(error).__name__})


class Name(str):
    """A person's name: a text says it without a line's end in it."""

    __slots__ = ()


class Listed(Struct, frozen=True):
    """Values in a row, with the comma of the language between them."""

    parts: tuple[Any, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))


class Counted(Phrase, frozen=True):
    """A phrase that is another one where its ``count`` is not one: see :func:`counted`."""

    many: str = ""

    def __str__(self) -> str:
        return (self.message if self.values["count"] == 1 else self.many).format(**self.values)


def counted(one: str, many: str, **values: Any) -> Counted:
    """A phrase for one and for many of ``count``; both are gettext message ids."""
    return Counted(one, values, many)


class TrackerError(Exception):
    """A message for a person, still in English and with its values apart.

    ``message`` and ``hint`` are gettext message ids with ``{name}`` fields; the command line translates
    them and fills in ``values`` (dates in the habit of the language), so nothing below it knows a language.
    """

    exit_code = FAILURE

    def __init__(self, message: str, hint: str | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


class InputError(TrackerError):
    """What was typed cannot be taken."""

    exit_code = USAGE


class ServerError(TrackerError):
    """The calendar server cannot be reached, or refused; what was acknowledged stays done on both sides."""


@contextmanager
def in_a_file() -> Iterator[None]:
    """What cannot be taken stands in a file: the command was right, and has failed."""
    try:
        yield
    except TrackerError as error:
        error.exit_code = FAILURE
        raise


class NoSuchError(InputError):
    """A word that names nothing; ``among`` are those that are near it perhaps, ``instead`` what is meant by it."""

    def __init__(
        self, message: str, hint: str | None = None, *, word: str, among: Collection[str] = (),
        instead: Collection[str] = (), **values: Any,
    ) -> None:  # fmt: skip
        super().__init__(message, hint, **values)
        self.word = word
        self.among = among
        self.instead = instead


class PartlyTakenError(InputError):
    """Of several things that were typed at once some cannot be taken; ``kept`` are words that say the others."""

    def __init__(
        self, message: str, hint: str | None = None, *, words: Collection[str], kept: Collection[str], **values: Any
    ) -> None:
        super().__init__(message, hint, **values)
        self.words = words
        self.kept = kept
        self.is_rest_offered = False
        """Whether a command with the others alone is offered, and none that has all of it in other words."""


class StorageError(TrackerError):
    """The database or a file cannot be read or written; what was there is untouched."""


class ProtocolError(TrackerError):
    """A protocol file is wrong: names the file, the path in it and what was expected."""

    exit_code = USAGE
