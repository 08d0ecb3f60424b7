"""What is wrong with a data file, where it stands, and how the place is named for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from tracker.errors import N_, Phrase, ProtocolError
from tracker.visible import escaped

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of a file."""

_LONGEST_VALUE = 40


class Fault(Struct, frozen=True):
    """One mistake of a file."""

    path: Path
    problem: Phrase


def place(path: Path, top: Any, nouns: Mapping[str, str]) -> Phrase | str:
    """A place in words: elements of a list are counted from one, and have their id beside the number.

    ``nouns`` gives the message for an element of each list at the top of the file, such as "rule {number}".
    """
    key, index, rest = path[:1], path[1:2], path[2:]
    if not index or not isinstance(index[0], int) or key[0] not in nouns:
        return _dotted(path) or Phrase(N_("the file"))
    element = Phrase(nouns[str(key[0])], {"number": index[0] + 1})
    entry = top[key[0]][index[0]]
    if isinstance(entry, dict) and isinstance(entry.get("id"), str):
        element = Phrase(N_("{element} ({id})"), {"element": element, "id": shown(entry["id"])})
    return Phrase(N_("{element}, {field}"), {"element": element, "field": _dotted(rest)}) if rest else element


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f" {part + 1}" if isinstance(part, int) else f".{shown(str(part))}"
    return text.removeprefix(".")


def refusal(file: str, faults: list[Fault], top: Any, nouns: Mapping[str, str]) -> ProtocolError:
    """An error that says the first mistake of a file, and how many there are besides."""
    message = N_("{file}: {place}: {problem}")
    if len(faults) > 1:
        message = N_("{file}: {place}: {problem} (and {more} more: isotrack protocols check names all)")
    first = faults[0]
    where = place(first.path, top, nouns)
    return ProtocolError(message, file=file, place=where, problem=first.problem, more=len(faults) - 1)


def brief(value: Any) -> Phrase | str:
    """A value as it stands in a file, short enough for a line."""
    match value:
        case dict():
            return Phrase(N_("an object"))
        case list():
            return Phrase(N_("a list"))
    return shown(json.dumps(value, ensure_ascii=False))


def shown(text: str) -> str:
    """What was typed, as it may be repeated on a line of a terminal."""
    safe = "".join(c if c.isprintable() else escaped(c) for c in text)
    return safe if len(safe) <= _LONGEST_VALUE else safe[: _LONGEST_VALUE - 1] + "…"


def near(word: Any, known: Iterable[str]) -> str | None:
    """The one of ``known`` that may have been meant."""
    import difflib  # only a file with a mistake needs it

    if not isinstance(word, str):
        return None
    by_form = {_form(one): one for one in known}
    found = difflib.get_close_matches(_form(word[:_LONGEST_VALUE]), by_form, 1)
    return by_form[found[0]] if found else None


def _form(word: str) -> str:
    return word.casefold().strip().replace("_", "-").replace(" ", "-")
