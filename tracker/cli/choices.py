"""What is chosen: one of a few words, one of the programmes that are listed, one of the entries by its number."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from tracker.cli import paper
from tracker.errors import N_, InputError
from tracker.i18n import _, active


class Choice(click.Choice[str]):
    """One of a few words, which an error lists."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is wrong with a word that is none of them."""
        del ctx
        choices = _(", ").join(map(str, self.choices))
        return active().fill(N_('"{typed}" is none of: {choices}'), {"typed": value, "choices": choices})


_NUMBER = r"(?:(?:#|№|no\.?|nr\.?|number|entry|番号|記録)\s*)?([0-9]{1,9})\s*(?:番目?|号)?"
"""Of an entry, as people write it; compiled where one is read."""


class EntryNumber(click.ParamType[int]):
    """The number of an entry, as ``isotrack history`` shows it."""

    name = "number"

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one number: ``No. 12``."""
        return " " in words and _number(words) is not None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; InputError goes up to the error boundary."""
        del param, ctx
        number = _number(str(value))
        if number is not None:
            return number
        kind = _kind_called(str(value))
        raise InputError(
            N_('"{typed}" is not the number of an entry; expected for example {expected}'),
            N_("the numbers are shown by: {command}"),
            typed=value,
            expected="isotrack fix 12",
            command=f"isotrack history --kind {kind}" if kind is not None else "isotrack history",
        )


def _number(typed: str) -> int | None:
    from tracker.cli.typed import plain

    with suppress(InputError):
        found = re.fullmatch(_NUMBER, plain(typed), re.IGNORECASE)
        return int(found[1]) if found is not None and int(found[1]) else None
    return None


def _kind_called(typed: str) -> str | None:
    """The kind of entries that a word is a name of."""
    from tracker.cli import kinds

    with suppress(InputError):
        return min(kinds.named([typed]), default=None)
    return None


def pick(question: str, count: int, default: int = 1, words: Callable[[str], int | None] | None = None) -> int:
    """Ask for one of the numbers 1 to ``count``, full-width or not; an empty answer is ``default``.

    ``words`` gives the number that a word stands for.
    """
    from tracker.cli.typed import plain

    while True:
        typed = plain(paper.ask(question, f" [{default}]" + _(": "), default=str(default)))
        if words is not None and (number := words(typed)) is not None:
            return number
        with suppress(ValueError):
            if 1 <= (number := int(typed)) <= count:
                return number
        message = N_("Please answer with a number from 1 to {count}.")
        if words is not None:
            message = N_("Please answer with a number from 1 to {count}, or with its word.")
        paper.put(active().fill(message, {"count": count}))
