"""The text of a protocol file, and what it says as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tracker.errors import N_, ProtocolError, reason_of

_LARGEST_FILE = 1 << 20
"""Bytes; a protocol file is some ten kilobytes."""


def read(path: Path) -> str:
    """The text of a protocol file; raise ProtocolError where there is none to be read."""
    try:
        if path.exists() and not path.is_file():
            raise ProtocolError(N_("{file}: not a file"), file=str(path))
        with path.open("rb") as file:
            octets = file.read(_LARGEST_FILE + 1)
        if len(octets) > _LARGEST_FILE:
            raise ProtocolError(N_("{file}: too large for a protocol file"), file=str(path))
        text = octets.decode("utf-8-sig")
    except OSError as error:
        raise ProtocolError(N_("{file}: cannot be read ({reason})"), file=str(path), reason=reason_of(error)) from None
    except UnicodeDecodeError:
        raise ProtocolError(N_("{file}: not a UTF-8 text file"), file=str(path)) from None
    return text


def value_of(text: str, file: str) -> Any:
    """What a text says as JSON; raise ProtocolError where it is none."""
    try:
        return json.loads(text, object_pairs_hook=_without_repeated_keys)
    except json.JSONDecodeError as error:
        raise _explained(error, text, file) from None
    except RecursionError:
        raise too_deep(file) from None
    except _RepeatedKeyError as error:
        raise ProtocolError(
            N_('{file}: the key "{key}" stands twice in one object'), file=file, key=error.key
        ) from None
    except ValueError:
        raise number_too_long(file) from None


def too_deep(file: str) -> ProtocolError:
    """The error of a file that no person wrote."""
    return ProtocolError(N_("{file}: nested too deeply"), file=file)


def number_too_long(file: str) -> ProtocolError:
    """The error of a number that no person wrote."""
    return ProtocolError(N_("{file}: holds a number that is too long"), file=file)


def _explained(error: json.JSONDecodeError, text: str, file: str) -> ProtocolError:
    """The slip in words where it can be told, for a person who types."""
    from tracker.protocols.checking import check_text  # only a file with a slip needs it

    slip = next((mistake for mistake in check_text(text, file).mistakes if mistake.place is None), None)
    if slip is not None:
        return ProtocolError(
            N_("{file}: line {line}, column {column}: {problem}"),
            file=file, line=slip.spot.line, column=slip.spot.column, problem=slip.problem,
        )  # fmt: skip
    return ProtocolError(
        N_("{file}: not JSON at line {line}, column {column}"), file=file, line=error.lineno, column=error.colno
    )


class _RepeatedKeyError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found
