"""What a line of blood values names, and what of it cannot be taken: the rest is offered as a command by itself.

Nothing of a line is saved where a part of it is wrong, and nothing of it is lost either.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date

from msgspec import Struct

from tracker.analytes import analyte_named, is_analyte, laboratory, recorded_elsewhere
from tracker.cli import hcg
from tracker.cli.typed import plain
from tracker.cli.typed.measures import measured_pairs, plain_pair, read_measured
from tracker.errors import N_, InputError, Listed, NoSuchError, PartlyTakenError, Phrase
from tracker.facts.lab import LabValue
from tracker.laboratory import Analyte

Read = Callable[[Analyte, str], LabValue]
_NEXT = r"\s*[、，;；/／]\s*(?=[^\s=:：＝/]+\s*[=:：＝])"  # noqa: RUF001 - as it is typed
"""What stands between two values that are typed as one word; a unit may have a stroke."""
_RUN_TOGETHER = r"(\D+?)([<>≦≧＜＞]?=?\d.*)"  # noqa: RUF001 - typed with a Japanese keyboard


class _Left(Struct):
    """What of a line can be taken, and what is wrong with the rest."""

    values: list[LabValue]
    kept: list[str]
    """The words that say what can be taken."""
    problems: list[Phrase]
    error: InputError | None = None
    """Of the last that cannot."""


def values_of(typed: Sequence[str], read: Read, on: date) -> list[LabValue]:
    """The values of a line; raise InputError where one cannot be taken, with the command for those that can."""
    pairs = [one for name, printed in _pairs(typed) for one in _behind_hcg(name, printed)]
    found = [(at, name, printed, recorded_elsewhere(name)) for at, (name, printed) in enumerate(pairs)]
    others = [(at, name, printed, other) for at, name, printed, other in found if other is not None]
    results = {at: hcg.result_of(printed or hcg.said_behind(other[1])) for at, _name, printed, other in others}
    for result in results.values():
        hcg.warn_of(result)
    left = _Left([], [], [])
    unknown = [name for at, (name, _printed) in enumerate(pairs) if name and at not in results and not is_analyte(name)]
    for at, (name, printed) in enumerate(pairs):
        if at not in results and name not in unknown:
            _take(left, pairs[:at], name, printed, read)
    _name_the_unknown(left, unknown)
    for at, name, printed, other in others:
        command = hcg.command_for(other[0], results[at], on)
        said = f"{name} {printed}".strip()
        left.problems.append(Phrase(N_("{what} is recorded with: {command}"), {"what": said, "command": command}))
        left.error = left.error or InputError(N_("{what} is not recorded here"), N_("record it with: {command}"),
                                              what=said, command=command)  # fmt: skip
    _refuse(left, typed)
    return left.values


def _take(left: _Left, before: Sequence[tuple[str, str]], name: str, printed: str, read: Read) -> None:
    """Read one value; raise InputError for what is no matter of its own."""
    if not name:
        raise InputError(N_('"{typed}" stands without the name of what was measured'), N_("for example: {command}"),
                         typed=printed, command="isotrack log blood ALT=22 TG=145")  # fmt: skip
    analyte = analyte_named(name)
    first = next((value for word, value in before if is_analyte(word) and analyte_named(word) is analyte), None)
    if first is not None:
        raise InputError(N_("{what} was said twice: {first} and {second}"), what=analyte.name, first=first,
                         second=printed)  # fmt: skip
    try:
        if not printed:
            raise InputError(N_("{what}: the value is missing"), N_("for example: {command}"),  # noqa: TRY301
                             what=analyte.name, command=f"isotrack log blood {analyte.code.upper()}=22")  # fmt: skip
        left.values.append(read(analyte, printed))
        left.kept.append(f"{name}={printed}")
    except InputError as error:
        left.error = error
        left.problems.append(Phrase(error.message, error.values))


def _name_the_unknown(left: _Left, names: Sequence[str]) -> None:
    """Every item of a sheet that is not known, at once."""
    errors = []
    for name in names:
        try:
            analyte_named(name)
        except InputError as error:
            errors.append(error)
    if not errors:
        return
    slip = next((one for one in errors if isinstance(one, NoSuchError)), None)
    left.error = left.error or slip or errors[0]
    if len(names) > 1:
        left.problems.append(Phrase(N_("these items are not known: {names}"), {"names": Listed(tuple(names))}))
        if slip is None or left.kept:
            left.error = InputError(N_("these items are not known: {names}"), N_("blood values: {codes}"),
                                    names=Listed(tuple(names)),
                                    codes=Listed(tuple(one.code for one in laboratory().analytes)))  # fmt: skip
    else:
        left.problems.append(Phrase(errors[0].message, errors[0].values))


def _refuse(left: _Left, typed: Sequence[str]) -> None:
    """Raise what is wrong with the line; of one problem, itself, where it is a slip that can be mended."""
    if left.error is None:
        return
    is_one = len(left.problems) == 1
    if is_one and (isinstance(left.error, NoSuchError) or not left.kept):
        raise left.error
    said = left.problems[-1]
    for one in reversed(left.problems[:-1]):
        said = Phrase(N_("{one}; {other}"), {"one": one, "other": said})
    if not left.kept:
        raise InputError(N_("{problem}"), left.error.hint, **left.error.values | {"problem": said})
    raise PartlyTakenError(N_("{problem}"), left.error.hint, words=typed, kept=left.kept,
                           **left.error.values | {"problem": said})  # fmt: skip


def _pairs(typed: Sequence[str]) -> list[tuple[str, str]]:
    """Names with what was printed for them, the value empty where none was."""
    typed = [part for word in typed for part in re.split(_NEXT, word) if part]
    plainly = [pair for word in typed if (pair := plain_pair(word)) is not None]
    if len(plainly) == len(typed):
        return plainly
    _refuse_values_in_front(typed)
    return list(measured_pairs([_apart(visible(word)) for word in typed], is_analyte))


def _behind_hcg(name: str, printed: str) -> Iterator[tuple[str, str]]:
    """A pair, or two where the name of the second was read on from a result in words: hCG (+) AST=20."""
    words = name.split()
    if printed and recorded_elsewhere(name) is not None:
        for at in range(1, len(words)):
            if is_analyte(" ".join(words[at:])):
                yield " ".join(words[:at]), ""
                yield " ".join(words[at:]), printed
                return
    yield name, printed


def _refuse_values_in_front(typed: Sequence[str]) -> None:
    """Raise InputError for values that stand in front of their names, 70 ALT; nothing is turned round unasked."""
    words = [part for word in typed for part in visible(word).split()]
    pairs: list[str] = []
    while words:
        found = next(((value, end) for value in (1, 2) for end in range(min(len(words), value + 4), value, -1)
                      if is_analyte(" ".join(words[value:end])) and _is_a_value(words[:value])), None)  # fmt: skip
        if found is None:
            return
        value, end = found
        name = analyte_named(" ".join(words[value:end])).code.upper()
        pairs.append(shlex.quote(f"{name}={' '.join(words[:value])}"))
        words = words[end:]
    if pairs:
        raise InputError(N_('"{typed}": a value stands behind its name'), N_("did you mean: {commands}?"),
                         typed=" ".join(typed), commands=f"isotrack log blood {' '.join(pairs)}")  # fmt: skip


def _is_a_value(words: Sequence[str]) -> bool:
    """Whether words are a value by themselves, with its unit perhaps."""
    with suppress(InputError):
        read_measured(" ".join(words))
        return True
    return False


def _apart(word: str) -> str:
    """A word in which a value stands right behind its name, as in ALT22, with what is typed between them."""
    found = re.fullmatch(_RUN_TOGETHER, word)
    is_both = found is not None and is_analyte(found[1]) and not is_analyte(word)
    return f"{found[1]}={found[2]}" if found is not None and is_both else word


def visible(word: str) -> str:
    plain(word)  # what cannot be stored is refused before anything is read in it
    return word
