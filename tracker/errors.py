"""The one base error: what was wrong, what to do about it, and the exit code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

USAGE = 2
"""Exit code for a wrong command or a value that cannot be taken; nothing was written."""
FAILURE = 1
"""Exit code for what went wrong on our side or the machine's."""


def N_(message: str) -> str:  # noqa: N802 - the gettext tools know this name
    """Mark ``message`` for translation; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase inside a message: a gettext message id of its own and its values."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


@dataclass(frozen=True, slots=True)
class Listed:
    """Values in a row, with the comma of the language between them."""

    parts: tuple[Any, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))


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


class StorageError(TrackerError):
    """The database or a file cannot be read or written; what was there is untouched."""


class ProtocolError(TrackerError):
    """A protocol file is wrong: names the file, the path in it and what was expected."""

    exit_code = USAGE
