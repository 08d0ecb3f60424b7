"""A value in a protocol file that knows where it stands, and says what was expected there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from tracker.dates import TEN_YEARS, Span
from tracker.errors import N_, Phrase, ProtocolError

Choice = TypeVar("Choice", bound=StrEnum)

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""The form of an id: small letters, digits and hyphens."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a protocol file that knows where it stands."""

    value: Any
    path: str
    file: str
    bounded: bool = True
    """Whether its spans have an upper bound: not in a file that a course was started under before there was one."""

    def wrong(self, expected: str, **values: Any) -> NoReturn:
        """Say what was expected here; ``expected`` is a gettext message id."""
        raise ProtocolError(
            N_("{file}: {path}: expected {expected}"), file=self.file, path=self.path, expected=Phrase(expected, values)
        )

    def object(self, required: str, optional: str = "") -> dict[str, Node]:
        """The members of an object with exactly these keys."""
        if not isinstance(self.value, dict):
            self.wrong(N_("an object"))
        allowed = (required + " " + optional).split()
        for key in self.value:
            if key not in allowed:
                self[key].wrong(N_("no such key; known keys here: {keys}"), keys=", ".join(sorted(allowed)))
        for key in required.split():
            if key not in self.value:
                self.wrong(N_('the key "{key}"'), key=key)
        return {key: self[key] for key in self.value}

    def __getitem__(self, key: str) -> Node:
        return Node(self.value[key], f"{self.path}.{key}", self.file, self.bounded)

    def list(self) -> Iterator[Node]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.wrong(N_("a list"))
        return (Node(value, f"{self.path}[{index}]", self.file, self.bounded) for index, value in enumerate(self.value))

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.wrong(N_("a text"))
        if not self.value.isprintable():
            self.wrong(N_("a text without line ends and control characters"))
        return self.value

    def name(self) -> str:
        """A lower-case name with hyphens."""
        text = self.text()
        if not NAME.fullmatch(text):
            self.wrong(N_('a name of small letters, digits and hyphens, such as "blood-baseline"'))
        return text

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.wrong(N_("true or false"))
        return self.value

    def one_of(self, choices: type[Choice]) -> Choice:
        """A member of ``choices``."""
        try:
            return choices(self.text())
        except ValueError:
            self.wrong(N_("one of: {choices}"), choices=", ".join(choices))

    def day(self) -> date:
        """A date such as 2026-01-22."""
        try:
            found = date.fromisoformat(self.text())
        except ValueError:
            found = None
        if found is None or found.isoformat() != self.value:
            self.wrong(N_("a date such as 2026-01-22"))
        return found

    def span(self, at_least: int | None = 0) -> Span:
        """A span such as P1M, P30D or P4W, of ten years at most; with None as the least it may lie before."""
        try:
            span = Span.parse(self.value if isinstance(self.value, str) else "")
        except ValueError:
            self.wrong(N_("a span such as P1M, P30D or P4W"))
        if at_least is not None and span.count < at_least:
            self.wrong(N_("a span of at least {least}"), least=Span(at_least, span.unit))
        if self.bounded and not span.is_within_ten_years:
            self.wrong(N_("a span of at most ten years, {most}"), most=Span(TEN_YEARS[span.unit], span.unit))
        return span
