"""What was meant by a command that cannot be read: the same command with one word mended, or two.

A word is mended by what is near it (the names that could stand there, what people call them: :mod:`.called`) or by what
kind of word it is (a day, an amount) and where such a word goes. A mended command is offered only where it can be read
to its end, and offered is all that it is: nothing is ever carried out on a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from tracker.cli.days import DayInFrontError
from tracker.cli.meant.commands import other_commands
from tracker.cli.meant.line import LONGEST_COMMAND, Line, in_quotes, in_the_name_of, problem_of, with_instead
from tracker.cli.meant.nearness import MOST_OFFERED, nearest
from tracker.cli.meant.options import (
    apart,
    moved,
    noted,
    other_options,
    said_already,
    spoken,
    with_the_rest,
    without_a_day,
)
from tracker.cli.meant.whose import Known, with_whose
from tracker.cli.meant.within import within
from tracker.cli.running import ExtraWordsError, Flags
from tracker.cli.typed import SeveralDaysError
from tracker.errors import InputError, NoSuchError, PartlyTakenError
from tracker.i18n import active

__all__ = ["meant", "nearest"]

_MOST_MENDED = 2
"""Words of one command that are mended at once."""
_ENDS_BY_ITSELF = ("-h", "--help", "--version")
_ON_THE_WAY = (click.MissingParameter, click.exceptions.NoArgsIsHelpError)
"""What is still to be said of a command that is otherwise right."""


def meant(root: click.Group, line: Sequence[str], error: Exception, said: Flags) -> list[str]:
    """Commands that ``line`` may have been meant for, if any; ``said`` are the flags that it had."""
    if set(line) & set(_ENDS_BY_ITSELF) or sum(map(len, line)) > LONGEST_COMMAND:
        return []
    if isinstance(error, SeveralDaysError):
        return []  # the word stands where it should: which of its days is meant, the error asks
    carried = active().carried
    known = Known(list(line), said)
    with click.Context(root, obj=said):
        mended = [(in_the_name_of(root, known.addressed(root, one), said), problem)
                  for one, problem in _mended(root, list(line), error, known, _MOST_MENDED)]  # fmt: skip
    active().carried = carried  # reading a command says what others are suggested with
    return list(dict.fromkeys(
        " ".join(["isotrack", *in_quotes(words)]) + (" ..." if isinstance(problem, click.MissingParameter) else "")
        for words, problem in mended
    ))[:MOST_OFFERED]  # fmt: skip


def _mended(
    root: click.Group, line: Line, error: Exception, known: Known, left: int
) -> list[tuple[Line, Exception | None]]:
    """The line in forms that can be read, of the first way of mending that gives any."""
    for way in _ways(root, line, error, known):
        found: list[tuple[Line, Exception | None]] = []
        for mended in way:
            problem = problem_of(root, mended)
            if problem is None or isinstance(problem, _ON_THE_WAY):
                found.append((mended, problem))
            elif (left > 1 or isinstance(problem, SeveralDaysError)) and mended != line:
                found += _mended(root, mended, problem, known, left - 1)
        if found:
            # What can be carried out as it stands is meant rather than what lacks something.
            return [one for one in found if one[1] is None] or found
    return []


def _ways(root: click.Group, line: Line, error: Exception, known: Known) -> Iterator[Iterator[Line]]:
    """Ways of mending, the surest first."""
    yield with_whose(root, line, error, known)
    match error:
        case click.exceptions.NoSuchCommand():
            yield from other_commands(root, line, error)
        case click.NoSuchOption():
            yield from other_options(root, line, error.option_name)
        case ExtraWordsError() if error.hint is None:
            yield from moved(root, line, " ".join(error.words))
            yield said_already(root, line, " ".join(error.words))
            yield noted(root, line, " ".join(error.words))
        case DayInFrontError():
            yield without_a_day(root, line, error)
        case PartlyTakenError():
            yield spoken(root, line, str(error.values.get("typed", "")))
            yield with_the_rest(line, error)
        case NoSuchError():
            instead = (*error.instead, *nearest(error.word, error.among))
            # What was said by the environment is not in the line.
            yield (mended for near in instead if (mended := with_instead(line, error.word, near)) != line)
            yield from moved(root, line, error.word)
        case SeveralDaysError():
            yield (with_instead(line, error.values["typed"], day.isoformat()) for day in error.days)
        case InputError() if isinstance(error.values.get("typed"), str):
            yield apart(line, error.values["typed"])
            yield within(root, line, error.values["typed"])
            yield from moved(root, line, error.values["typed"])
            yield said_already(root, line, error.values["typed"])
