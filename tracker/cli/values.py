"""What is typed for a value of a fact, read by the sort of the value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import click
from click.shell_completion import CompletionItem

from tracker.cli import names
from tracker.cli.amounts import (
    PacksError,
    read_capsules,
    read_count_of_days,
    read_kilograms,
    read_milligrams,
    read_number,
    read_price,
    read_span,
)
from tracker.cli.base import Option, code, context, flags
from tracker.cli.days import order_of_days
from tracker.cli.doses import read_doses
from tracker.cli.typed import Lean, plain, read_day, read_note
from tracker.errors import N_, InputError, Listed, NoSuchError
from tracker.facts import TestResult
from tracker.facts.kind import (
    CAPSULES,
    CODE,
    COUNT_OF_DAYS,
    DAY,
    DOSES,
    KEY,
    KILOGRAMS,
    LAST_DAY,
    MILLIGRAMS,
    NUMBER,
    PRICE,
    PROCEDURE,
    RED_FLAG,
    SPAN,
    TEXT,
    TRUTH,
    WHOLE,
    WORDS,
    Column,
    Kept,
    Sort,
)  # fmt: skip

_MOST_WORDS, _LONGEST_TEXT = 100, 500
"""Of a short text."""
_MOST_OF_A_NAME = 7
"""Words of one thing that is named: "my period is late"."""
_RISKS = ("risk", "risks", "リスク")
"""What a risk of pregnancy is called beside its names in the vocabulary."""
_RISK, _RESULT = "risk", "result"
_MINUS = dict.fromkeys(map(ord, "\N{MINUS SIGN}\u2010\u2011\u2012\u2013\u2014\u2015\u2500"), "-")
"""What is pasted for a minus sign."""


class Value(click.ParamType[Any]):
    """A value of a sort; ``family`` is the kind of fact that it is said of."""

    def __init__(self, sort: Sort, family: str) -> None:
        self.name = sort.name
        self._sort = sort
        self._family = family
        self.is_a_day = sort.kept is Kept.DAY
        if sort is WORDS:
            self.most_words = _MOST_WORDS
        if sort is RED_FLAG or sort.name in (_RISK, _RESULT):
            self.most_words = _MOST_OF_A_NAME

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it; InputError goes up to the error boundary."""
        del param, ctx
        return read_value(self._sort, value, self._family) if isinstance(value, str) else value

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one value: ``128 lb``, ``left cheek``."""
        if self._sort in (TEXT, KEY, WORDS):
            return self._sort is WORDS
        try:
            read_value(self._sort, words, self._family)
        except InputError as refused:
            # They are one amount, although one that cannot be taken.
            return isinstance(refused, PacksError) or (
                self._sort.name == _RESULT and " " in words and is_amount_of_hcg(words)
            )
        return True

    def shows_itself(self, word: str) -> bool:
        """Whether a word says by itself that such a value is meant: a name in the list does, a text does not."""
        if self._sort is PRICE:
            return not word.replace(",", "").isdecimal()
        if self._sort is not WORDS:
            return True
        from tracker.substances import meant_by  # only for a command that cannot be read

        return self._family == "substance" and meant_by(word).substance is not None

    def refuse(self, found: str) -> None:
        """Raise InputError for words that are read and refused only when the command is carried out."""
        if self._sort is WORDS and self._family == "substance":
            from tracker.facts.substances import Taken
            from tracker.journeys.course import naming_substances  # only where a command is looked for

            naming_substances.refuse_what_is_no_name(Taken(on=flags().day(), name=found))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that there are for it: values of a choice, codes, names, items."""
        del ctx, param
        if self._sort.words:
            values = [self._sort.write(value) for value in dict.fromkeys(self._sort.words.values())]
            words = {value: [typed for typed, one in self._sort.words.items() if self._sort.write(one) == value]
                     for value in values}  # fmt: skip
            return names.completions((names.Known(value, tuple(words[value])) for value in values), incomplete)
        if self._sort is CODE:
            return names.completions(names.areas_of(self._family)(), incomplete)
        if self._sort is KEY:
            return names.completions((names.Known(f"{one.code}/") for one in names.items()), incomplete)
        if self._sort is PROCEDURE:
            return names.completions(names.procedures(), incomplete)
        if self._sort is WORDS and self._family == "substance":
            return names.completions(names.substances(), incomplete)
        return []


class Unread(Value):
    """A value that is read by the kind of the entry, once that is known."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As it was typed."""
        del param, ctx
        return value


class AnyAmount(click.ParamType[str]):
    """An amount of any sort, which is read by the kind of the entry."""

    name = "amount"
    most_words = 12

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one amount."""
        return any(Value(sort, "").takes(words) for sort in (DOSES, KILOGRAMS, CAPSULES))


def option_of(
    column: Column, name: str, kind: click.ParamType[Any] = click.STRING, *, required: bool = False
) -> click.Parameter:
    """The option of ``log`` and ``fix`` for a value that has a flag, given to the command as ``name``."""
    flag = [str(column.flag), name]
    if column.sort is TRUTH:
        return Option(flag, is_flag=True, default=None, help=column.help)
    return Option(
        flag,
        type=kind,
        metavar="DATE"
        if column.sort.kept is Kept.DAY
        else (TEXT if column.sort is WORDS else column.sort).name.upper(),
        help=column.help,
        required=required,
    )


def read_value(sort: Sort, typed: Any, family: str = "") -> Any:
    """The value of what was typed, or of a flag; raise InputError where it is none.

    ``family`` is the kind of fact that it is said of: its vocabulary has the areas.
    """
    if sort.words:
        return _word(sort, typed)
    if sort is CODE:
        from tracker.vocabulary import vocabulary

        return vocabulary(family).site(typed).code
    return READERS[sort.name](typed)


def _word(sort: Sort, typed: str) -> Any:
    try:
        return sort.words[plain(typed).lower().replace(" ", "-").translate(_MINUS)]
    except KeyError:
        from tracker.cli.risks import risk_of  # start-up: only where a word is not known

        if sort.name == _RISK and (risk := risk_of(typed)) is not None:
            return risk
        if sort.name == _RESULT and is_result_in_own_words(typed):
            return TestResult.POSITIVE
        instead = _result_of(typed) if sort.name == _RESULT else ()
        assert sort.expected is not None  # noqa: S101 - a choice says what is expected
        from tracker.cli.meant.nearness import clearly_meant  # only where a word is not known

        raise NoSuchError(
            sort.expected, word=typed, instead=instead or clearly_meant(typed, sort.words), typed=typed
        ) from None


def is_result_in_own_words(typed: str) -> bool:
    """Whether a positive test is said in words that say more than that, such as a faint line."""
    from tracker.cli import faint  # only where a word is not known

    return faint.is_positive(typed)


def is_amount_of_hcg(typed: str) -> bool:
    """Whether a number was typed where the result of a test is asked for."""
    from tracker.cli import hcg  # only where a word is not known

    return hcg.is_amount(typed)


def _result_of(typed: str) -> tuple[str, ...]:
    from tracker.cli import hcg  # only where a word is not known

    found = hcg.amount_of(typed)
    return (found.value,) if found is not None else ()


def urgent_if_positive(typed: str, said: str) -> None:
    """Say what a positive test for pregnancy asks for, where words that cannot be read may be of one, or a number."""
    from tracker.cli import faint, hcg

    if faint.may_be_positive(typed) or hcg.amount_of(said) is TestResult.POSITIVE:
        hcg.warn_of(TestResult.POSITIVE)


def _number(typed: str) -> Decimal:
    return read_number(typed, ("",), "12")[0]


def _whole(typed: str) -> int:
    value = _number(typed)
    if value != value.to_integral_value():
        raise InputError(N_('"{typed}" is not such a number; expected for example {expected}'), typed=typed,
                         expected="2")  # fmt: skip
    return int(value)


def _day(typed: str) -> date:
    return read_day(typed, flags().day(), code(), Lean.PAST, order_of_days)


def _last_day(typed: str) -> date:
    return read_day(typed, flags().day(), code(), Lean.EITHER, order_of_days)


def _words(typed: str) -> str:
    """A short text in one line, its words as they were typed."""
    text = " ".join(read_note(typed).split())
    if len(text) > _LONGEST_TEXT:
        raise InputError(N_("the text is too long (at most {most} letters)"), most=_LONGEST_TEXT)
    return text


def read_key(typed: str) -> str:
    """The key of a planned item, such as ``visit/2``; they have no capitals."""
    if not plain(typed):
        raise InputError(N_("the planned item is missing"))
    return plain(typed).lower()


def _red_flag(typed: str) -> str:
    """The code of a red flag, by its exact name alone."""
    from tracker.vocabulary import vocabulary

    words = vocabulary("symptom")
    said = "rf-pregnancy" if plain(typed).lower() in _RISKS else plain(typed)
    found = words.flag(said)
    if found is None:
        from tracker.journeys.course import dangers

        standing = dangers.commands_that_clear(context())
        near = [word.code for word in words.meant(typed) if dangers.command_that_clears(word.code) in standing]
        hint = N_("what stands is cleared with: {commands}") if standing else N_("nothing stands that could be cleared")
        raise NoSuchError(N_('"{typed}" is no red flag'), hint, word=typed, instead=near, typed=typed,
                          commands=Listed(tuple(standing)))  # fmt: skip
    return found.code


def _procedure(typed: str) -> str:
    """The code of a procedure."""
    from tracker.i18n import active
    from tracker.procedures import meant_by

    return meant_by(typed, active().code).code


READERS: dict[str, Callable[[Any], Any]] = {
    MILLIGRAMS.name: read_milligrams,
    DOSES.name: read_doses,
    KILOGRAMS.name: read_kilograms,
    CAPSULES.name: read_capsules,
    NUMBER.name: _number,
    WHOLE.name: _whole,
    COUNT_OF_DAYS.name: read_count_of_days,
    TEXT.name: read_note,
    WORDS.name: _words,
    DAY.name: _day,
    LAST_DAY.name: _last_day,
    KEY.name: read_key,
    PRICE.name: read_price,
    PROCEDURE.name: _procedure,
    RED_FLAG.name: _red_flag,
    SPAN.name: read_span,
    TRUTH.name: bool,
}
"""How each sort of value is read that a person says to ``log`` or ``fix``."""
