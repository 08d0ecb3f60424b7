"""Settings as they are changed: ``titles=full``."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.cli.typed import plain
from tracker.errors import N_, InputError


def read_changes(typed: Iterable[str], example: str) -> dict[str, str]:
    """The values by setting; raise InputError for what is no change, and where a setting is given two values."""
    found: dict[str, str] = {}
    for text in typed:
        name, equals, value = (part.strip().lower() for part in plain(text).partition("="))
        if not equals:
            raise InputError(N_('"{typed}" is not a change; expected SETTING=VALUE, such as {example}'), typed=text,
                             example=example)  # fmt: skip
        if found.setdefault(name, value) != value:
            raise InputError(N_("{name} is given two values: {one} and {other}"), name=name, one=found[name],
                             other=value)  # fmt: skip
    return found
