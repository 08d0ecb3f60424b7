"""What can be corrected of an entry, by its kind: how what is typed for it is read, and what is said of the rest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import click

from tracker.cli import kinds, observed, placeholders
from tracker.cli.base import context
from tracker.cli.days import DAY
from tracker.cli.describe import describe
from tracker.cli.running import ExtraWordsError
from tracker.cli.values import Value, read_value, urgent_if_positive
from tracker.errors import N_, InputError, Listed
from tracker.facts import KINDS, Dose, Fact, kind_of
from tracker.facts.kind import DOSES, KEY, MILLIGRAMS, PRICE, TEXT, TRUTH, WORDS, Column, Kept, amount
from tracker.facts.lab import LabValue
from tracker.facts.money import about
from tracker.facts.observation import Observation
from tracker.i18n import _, active

Said = dict[str, Any]
"""What was typed for each value, by the name of its option."""
PRICED = frozenset(kind.name for kind in KINDS if any(column.sort is PRICE for column in kind.columns))
"""Kinds of entries that have their price in them; those of others stand beside them."""
_VALUE, _ON = "value", "on"
_OWN_WORDS = (TEXT, WORDS, KEY)
"""Sorts that take whatever is typed: it does not say by itself that such a value is meant."""
_CAN_BE = N_("what can be corrected there: {flags}; as it is now: {command}")
_IN_FRONT = r"(?:to|is|=|->|→|は|を)\s*"
_BEHIND = r"(?:に|です|でした)$"


def name_of(flag: str) -> str:
    """``--clinic-confirmed`` as Click names it, ``--taken/--missed`` by its first half."""
    return flag.partition("/")[0].removeprefix("--").replace("-", "_")


def columns_of(fact: Fact) -> dict[str, Column]:
    """The values of an entry that can be corrected, by the names of their options."""
    kind = kind_of(fact)
    columns: dict[str, Column] = {}
    if kind.value is not None:
        graded = isinstance(fact, Observation) and fact.value is None
        columns[_VALUE] = kind.column("grade" if graded else kind.value)
    columns |= {name_of(one.flag): one for one in kind.columns if one.flag is not None}
    if _VALUE in columns and columns[_VALUE].sort is PRICE:
        columns.setdefault("price", columns[_VALUE])
    return columns


def read(fact: Fact, said: Mapping[str, Any]) -> dict[str, Any]:
    """The values that were typed, each read as the kind of the entry has it."""
    kind, columns = kind_of(fact), columns_of(fact)
    if {"price", _VALUE} <= set(said) and columns.get("price") is columns.get(_VALUE):
        raise InputError(N_("--price and --value say the same thing"))
    for name in said:
        if name not in columns:
            raise refused(fact, N_("{flag} does not go with entry {id} ({what})"), flag="--" + name.replace("_", "-"))
    values: dict[str, Any] = {}
    left = dict(said)
    if isinstance(fact, Dose) and _VALUE in left:
        values["mg"] = _taken(fact, left.pop(_VALUE))
    if isinstance(fact, Observation) and _VALUE in left:
        found = observed.corrected(fact, left[_VALUE])
        if found is not None:
            values, left = found, {name: one for name, one in left.items() if name != _VALUE}
    if isinstance(fact, LabValue):
        from tracker.cli.blood import corrected

        return corrected(fact, left[_VALUE]) if left else {}
    return values | {columns[name].name: _read(columns[name], typed, kind.family) for name, typed in left.items()}


def _read(column: Column, typed: Any, family: str) -> Any:
    """The value; of a test whose result cannot be read it is first said what a positive one asks for."""
    try:
        return read_value(column.sort, typed, family)
    except InputError:
        if column.name == "result":
            urgent_if_positive(typed, typed)
        raise


def _taken(fact: Dose, typed: str) -> Decimal:
    """The milligrams of what was taken on the day of an entry, which can be said in capsules."""
    from tracker.cli.intakes import read_taken
    from tracker.journeys.course import intake, plausible

    found = read_taken(typed)
    if not found:
        raise plausible.nothing_taken(f"isotrack fix {fact.id} --missed")
    return intake.milligrams_of(context(), found, [fact.on]) if isinstance(found, int) else found


def refused(fact: Fact, message: str, **values: Any) -> InputError:
    """The error of what cannot be corrected there: it names what can, and a command that is right as it stands."""
    return InputError(message, _CAN_BE, id=fact.id, what=describe(fact), **_what_can_be(fact), **values)


def _what_can_be(fact: Fact) -> dict[str, Any]:
    return {"flags": Listed(tuple(_flags(fact))), "command": _as_it_is(fact)}


def _flags(fact: Fact) -> list[object]:
    found: list[object] = []
    for name, column in columns_of(fact).items():
        flag = column.flag if name != _VALUE else "--value"
        if column.sort is TRUTH:
            found.append(flag)
        elif column.sort.words:
            words = dict.fromkeys(column.sort.write(one) for one in column.sort.words.values())
            found.append(f"{flag} {'|'.join(words)}")
        else:
            found.append(f"{flag} {placeholders.in_words(placeholder(column))}")
    if kind_of(fact).name not in PRICED and about(fact) is not None:
        found.append(f"--price {placeholders.in_words('PRICE')}")
    return [*found, f"--on {placeholders.in_words('DATE')}", f"--note {placeholders.in_words('TEXT')}", "--remove"]


def placeholder(column: Column) -> str:
    """The word that stands for a value in a usage line."""
    if column.sort.kept is Kept.DAY:
        return "DATE"
    if column.sort is DOSES:
        return "MG"
    word = (TEXT if column.sort is WORDS else column.sort).name.upper()
    return word if word in placeholders.WORDS else "VALUE"


def _as_it_is(fact: Fact) -> str:
    """A correction that says of a value what stands: what is to be other in it is seen, and nothing is made up."""
    for name, column in columns_of(fact).items():
        value = getattr(fact, column.name)
        if value is None and column.sort is DOSES:
            value = getattr(fact, "doses", None)  # one dose a day is kept as its milligrams alone
        if value is None or column.sort in (TRUTH, KEY):
            continue
        written = column.sort.write(value)
        if column.sort is PRICE:
            written = f"{value.amount:f}"
        elif isinstance(value, Decimal):
            written = f"{amount(value)}"
        elif column.sort is DOSES:
            written = str(value)
        flag = "--value" if name == _VALUE else str(column.flag)
        return f"isotrack fix {fact.id} {flag} {shlex.quote(str(written))}"
    return f"isotrack fix {fact.id} --on {fact.on.isoformat()}"


def meant(fact: Fact, words: Sequence[str], said: Mapping[str, Any], on: str | None) -> tuple[Said, str | None]:
    """What was said with options, and with ``words`` without one, where those can be meant in one way alone.

    So it is with what was said to be the value of an entry whose kind does not say which of its values that is. Raise
    ExtraWordsError, or InputError with every way, where the words can be meant in none or in several.
    """
    found = dict(said)
    if _VALUE in found and _VALUE not in columns_of(fact):
        readings = _readings(fact, str(found[_VALUE]), {*said, *([_ON] if on is not None else [])})
        if len(readings) == 1:
            found = {name: one for name, one in found.items() if name != _VALUE} | readings[0]
    if words:
        text, taken = " ".join(words), {*said, *([_ON] if on is not None else [])}
        readings = _readings(fact, text, taken) or _of_two(fact, words, taken)
        if not readings:
            raise ExtraWordsError(
                active().fill(N_('"{words}" is nothing that entry {id} ({what}) can have'),
                              {"words": text, "id": fact.id, "what": describe(fact)}),
                click.get_current_context(), words, None if _is_said_elsewhere(words) else _instead(fact, text),
            )  # fmt: skip
        if len(readings) > 1:
            commands = tuple(f"isotrack fix {fact.id} {_as_options(one)}" for one in readings)
            raise InputError(N_('"{words}" can be meant for several things'), N_("say one of: {commands}"), words=text,
                             commands=Listed(commands))  # fmt: skip
        found |= readings[0]
    return found, found.pop(_ON, on)


def _instead(fact: Fact, text: str) -> str:
    """What is to be typed in place of words that are no value of the entry; a text of one's own is said as one."""
    column = columns_of(fact).get(_VALUE)
    if column is not None and column.sort is WORDS:
        commands = f"isotrack fix {fact.id} --value {shlex.quote(text)}"
        return active().addressed(_("did you mean: {commands}").format(commands=commands))
    return active().fill(_CAN_BE, _what_can_be(fact))


def _is_said_elsewhere(words: Sequence[str]) -> bool:
    """Whether a word is what an option is called: it is offered as that."""
    from tracker.cli.meant.called import CALLED_FLAGS

    bare = words[0].lstrip("-").lower()
    return any(bare in called or bare == flag.lstrip("-") for flag, called in CALLED_FLAGS.items())


def _as_options(reading: Said) -> str:
    return " ".join(f"--{name.replace('_', '-')} {shlex.quote(str(one))}" for name, one in reading.items())


def _of_two(fact: Fact, words: Sequence[str], taken: set[str]) -> list[Said]:
    """Two things said one behind the other, each of which can be meant in one way alone: a result and a day."""
    for count in range(1, len(words)):
        first, second = (_readings(fact, " ".join(part), taken) for part in (words[:count], words[count:]))
        if len(first) == len(second) == 1 and not set(first[0]) & set(second[0]):
            return [first[0] | second[0]]
    return []


def _readings(fact: Fact, typed: str, taken: set[str]) -> list[Said]:
    """The ways in which words can be meant for an entry, as options that were not said yet."""
    text = re.sub(_BEHIND, "", re.sub(rf"^{_IN_FRONT}", "", typed.strip(), flags=re.IGNORECASE)).strip()
    columns = columns_of(fact)
    named = {name.replace("_", "-"): name for name in columns} | {"day": _ON, "date": _ON, _ON: _ON}
    front, _sign, rest = re.sub(r"\s*[=:：\s]\s*", "=", text, count=1).partition("=")  # noqa: RUF001
    if rest and (name := named.get(front.lower().lstrip("-"))) is not None and _reads(fact, name, rest):
        return [{name: rest}] if name not in taken else []
    if rest and (_is_of_its_code(fact, front) or _is_its_kind(fact, front)):
        text = rest
    found: list[Said] = []
    for name, column in columns.items():
        if name in taken or column.sort in _OWN_WORDS:
            continue
        if column.sort is TRUTH:
            found += [{name: is_so} for half, is_so in _halves(column) if _is_called(half, text)]
        elif not any(columns[one].name == column.name for said in found for one in said) and _reads(fact, name, text):
            found.append({name: text})
    if _ON not in taken and not text.isdecimal() and DAY.takes(text):
        found.append({_ON: text})
    return found


def _reads(fact: Fact, name: str, text: str) -> bool:
    """Whether such a value of the entry can be said so."""
    if name == _ON:
        return DAY.takes(text)
    column = columns_of(fact)[name]
    if isinstance(fact, Dose | Observation | LabValue) and name == _VALUE:
        with suppress(InputError):
            return bool(read(fact, {name: text}))
        return False
    if column.sort in (MILLIGRAMS, WORDS):
        with suppress(InputError):
            read_value(column.sort, text, kind_of(fact).family)
            return True
        return False
    return Value(column.sort, kind_of(fact).family).takes(text)


def _halves(column: Column) -> list[tuple[str, bool]]:
    """The flags of what is or is not so."""
    return list(zip(str(column.flag).split("/"), (True, False), strict=False))


def _is_called(flag: str, text: str) -> bool:
    from tracker.cli.meant.called import CALLED_FLAGS

    return text.lower() in (flag.lstrip("-"), *CALLED_FLAGS.get(flag, ()))


def _is_its_kind(fact: Fact, word: str) -> bool:
    """Whether a word is what entries of its kind are called: weight of a weight."""
    with suppress(InputError):
        return kind_of(fact).name in kinds.named([word])
    return False


def _is_of_its_code(fact: Fact, word: str) -> bool:
    """Whether a word is the name of what the entry is of: ALT of a value of ALT, red of a count of it."""
    if isinstance(fact, LabValue):
        from tracker.analytes import analyte_named, is_analyte

        return is_analyte(word) and analyte_named(word).code == fact.code
    if isinstance(fact, Observation):
        from tracker.vocabulary import vocabulary

        known = vocabulary(fact.family).known(word)
        return known is not None and known.code == fact.code
    return False
