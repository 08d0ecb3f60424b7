"""Whose record was meant: a name that was typed where none can stand, and a command that lacks one.

Only a name that is known is put behind ``--patient``, typed whole or as the half that one patient alone has; and only
where there are several patients.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property

import click
from msgspec.structs import replace

from tracker.cli.meant.line import Line, found_in, place_of, quietly
from tracker.cli.running import OF_NO_DATABASE, OF_NOBODY, ExtraWordsError, Flags
from tracker.errors import InputError, NoSuchError, TrackerError
from tracker.names import folded, half_of

_FLAG, _ALL = "--patient", "--all-patients"
_BEFORE_A_NAME = ("for", "of", "to")
_MOST_WORDS = 4
"""Of a name."""


class Known:
    """The patients in the database that a line is for; read where that is asked for, and nothing is written."""

    def __init__(self, line: Line, said: Flags) -> None:
        self._line, self._said = line, said

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Their names, where there are several."""
        from tracker.journeys import patients  # only where a name may be meant

        said = self._said
        if said.db is None and (typed := _value_in(self._line, "--db")) is not None:
            said = replace(said, db=typed, _context=None)  # it stands behind the word that cannot be read
        try:
            at = said.context()
            found = patients.names(at) if at.database.is_of_the_newest_version() else ()
        except (TrackerError, OSError):
            return ()
        return found if len(found) > 1 else ()

    def called(self, typed: str) -> str | None:
        """The patient of this name, or the only one of whom this is half of the name."""
        same = [name for name in self.names if folded(name) == folded(typed)]
        found = same or [name for name in self.names if half_of(typed, name)]
        return found[0] if len(found) == 1 else None

    def addressed(self, root: click.Group, line: Line) -> Line:
        """The line with ``--patient NAME`` where it would be refused without one."""
        if _says_whose(line) or _ALL in line or os.environ.get("ISOTRACK_PATIENT"):
            return line
        return [_FLAG, "NAME", *line] if _is_of_somebody(root, line) and self.names else line


def with_whose(root: click.Group, line: Line, error: Exception, known: Known) -> Iterator[Line]:
    """The line with a name that stands in it, where it cannot be read, behind ``--patient``."""
    span = _place_of(line, error)
    if span is None or not _is_of_somebody(root, line):
        return
    begin, end = span
    for start in range(begin, end):
        for stop in range(min(end, start + _MOST_WORDS), start, -1):
            typed = line[start:stop]
            if any(word.startswith("-") for word in typed):
                continue
            yield from _said_of(line, start, stop, known)


def _said_of(line: Line, start: int, stop: int, known: Known) -> Iterator[Line]:
    before, behind = line[:start], line[stop:]
    for words in range(2, _MOST_WORDS):
        # A name of several words, without quotes: --patient Sato Hanako.
        if before[-words : -words + 1] == [_FLAG]:
            name = known.called(" ".join(line[start - words + 1 : stop]))
            if name is not None:
                yield [*before[:-words], _FLAG, name, *behind]
    name = known.called(" ".join(line[start:stop])) if not _says_whose(line) else None
    if name is not None:
        while before and before[-1].lower() in _BEFORE_A_NAME:
            before = before[:-1]
        yield [_FLAG, name, *before, *behind]


def _place_of(line: Line, error: Exception) -> tuple[int, int] | None:
    """Where the words stand that cannot be read, with those behind them that may belong to the same name."""
    match error:
        case click.exceptions.NoSuchCommand():
            if error.command_name not in line:
                return None
            begin = line.index(error.command_name)
            return begin, next((at for at in range(begin, len(line)) if line[at].startswith("-")), len(line))
        case ExtraWordsError():
            return found_in(line, " ".join(error.words))
        case NoSuchError():
            return found_in(line, error.word)
        case InputError():
            typed = error.values.get("typed", error.values.get("text"))
            return found_in(line, typed) if isinstance(typed, str) else None
    return None


def _is_of_somebody(root: click.Group, line: Line) -> bool:
    """Whether the command, as far as it can be read, is about somebody's record."""
    place = quietly(lambda: place_of(root, line))
    return place is None or not {*place.path[:1]} & {*OF_NOBODY, *OF_NO_DATABASE}


def _says_whose(line: Line) -> bool:
    return _value_in(line, _FLAG) is not None


def _value_in(line: Sequence[str], flag: str) -> str | None:
    """What is said with a flag, behind it or beside an equals sign."""
    for word, behind in zip(line, [*line, ""][1:], strict=True):
        name, equals, value = word.partition("=")
        if name == flag:
            return value if equals else behind
    return None
