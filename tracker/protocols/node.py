"""A value in a data file that knows where it stands, and notes what was expected there.

A file is read whole: what is wrong in one place hides nothing in another. A reader asks an object for its members
(:class:`Members`), each with a reader of its own, and says that it is :meth:`~Members.done` before it makes a value of
them. Nothing here knows what the file is about: every catalogue of the program can be read with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, TypeVar, cast

from msgspec import Struct, field

from tracker.dates import TEN_YEARS, Span
from tracker.errors import N_, Listed, Phrase
from tracker.protocols.faults import Fault, Path, brief, near, shown

Choice = TypeVar("Choice", bound=StrEnum)
T = TypeVar("T")
D = TypeVar("D")

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""The form of an id: small letters, digits and hyphens."""


class SpoiltError(Exception):
    """A value cannot be made of what stands here; what is wrong with it has been noted."""


class Node(Struct, frozen=True):
    """A value in a data file that knows where it stands. All of a file note their faults in one list."""

    value: Any
    path: Path = ()
    faults: list[Fault] = field(default_factory=list)
    bounded: bool = True
    """Whether its spans have an upper bound: not in a file that a course was started under before there was one."""

    def note(self, problem: str, **values: Any) -> None:
        """Note what is wrong here; ``problem`` is a gettext message id."""
        fault = Fault(self.path, Phrase(problem, values))
        if fault not in self.faults:
            self.faults.append(fault)

    def refuse(self, problem: str, **values: Any) -> NoReturn:
        """Note what is wrong here, and give up on this value."""
        self.note(problem, **values)
        raise SpoiltError

    def wrong(self, expected: str, **values: Any) -> NoReturn:
        """Note what was expected here in place of what there is; ``expected`` is a gettext message id."""
        message = N_("expected {expected}, not {found}")
        self.refuse(message, expected=Phrase(expected, values), found=brief(self.value))

    def under(self, key: str | int, value: Any) -> Node:
        """A value inside this one."""
        return Node(value, (*self.path, key), self.faults, self.bounded)

    def object(self, required: str, optional: str = "") -> Members:
        """The members of an object with exactly these keys."""
        if not isinstance(self.value, dict):
            self.wrong(N_("an object"))
        return Members(self, required.split(), optional.split())

    def list(self) -> Iterator[Node]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.wrong(N_("a list"))
        return (self.under(index, value) for index, value in enumerate(self.value))

    def each(self, read: Callable[[Node], T]) -> tuple[T, ...]:
        """What ``read`` makes of every element of a list; all of them are tried."""
        found, spoilt = read_each(self.list(), read)
        if spoilt:
            raise SpoiltError
        return found

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
        return choices(self.among(choices))

    def among(self, choices: Iterable[str]) -> str:
        """One of these texts."""
        known = [str(choice) for choice in choices]
        if self.value not in known:
            self.wrong_choice(N_("one of: {choices}"), known, choices=Listed(tuple(known)))
        return str(self.value)

    def wrong_choice(self, expected: str, known: Iterable[str], **values: Any) -> NoReturn:
        """Note what was expected, and which of ``known`` may have been meant."""
        likely = near(self.value, known)
        if likely is None:
            self.wrong(expected, **values)
        self.refuse(
            N_('{found} is not known here; did you mean "{near}"?'), found=brief(self.value), near=shown(likely)
        )

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


class Members:
    """The members of an object, to be asked for one after the other; what is wrong with one hides none of the others.

    What they give back may only be used after :meth:`done`: until then something of it may be missing.
    """

    def __init__(self, node: Node, required: list[str], optional: list[str]) -> None:
        self.node = node
        self._spoilt = False
        self._meant: dict[str, str] = {}
        """The keys that stand in the place of those that were meant."""
        said: dict[str, Any] = node.value
        known = [*required, *optional]
        for key, value in said.items():
            if key not in known:
                likely = near(key, (one for one in known if one not in said))
                self._note_unknown(node.under(key, value), likely, known)
                if likely is not None:
                    self._meant.setdefault(likely, key)
        for key in required:
            if key not in said:
                self._spoilt = True
                if key not in self._meant:
                    node.note(N_('the key "{key}" is missing'), key=key)

    def _note_unknown(self, node: Node, likely: str | None, known: list[str]) -> None:
        self._spoilt = True
        if likely is None:
            node.note(N_("there is no such key; known keys here: {keys}"), keys=Listed(tuple(sorted(known))))
        else:
            node.note(N_('there is no such key; did you mean "{near}"?'), near=likely)

    def __contains__(self, key: str) -> bool:
        return key in self.node.value or key in self._meant

    def __getitem__(self, key: str) -> Node:
        """The member itself, which is there."""
        stands = self._meant.get(key, key)
        return self.node.under(stands, self.node.value[stands])

    def get(self, key: str, read: Callable[[Node], T]) -> T:
        """What ``read`` makes of a member."""
        with suppress(SpoiltError):
            if key in self:
                return read(self[key])
        self._spoilt = True
        return cast("T", None)

    def optional(self, key: str, read: Callable[[Node], T], default: D) -> T | D:
        """What ``read`` makes of a member; ``default`` where it is not there."""
        return self.get(key, read) if key in self else default

    def each(self, key: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """What ``read`` makes of every element of a list, without those that are wrong."""
        elements = self.get(key, lambda node: tuple(node.list())) or ()
        found, spoilt = read_each(elements, read)
        self._spoilt = self._spoilt or spoilt
        return found

    def done(self) -> None:
        """Say that all have been asked for; raise SpoiltError where something was wrong."""
        if self._spoilt:
            raise SpoiltError


def read_each(nodes: Iterable[Node], read: Callable[[Node], T]) -> tuple[tuple[T, ...], bool]:
    """What ``read`` makes of the nodes, and whether it could not of some."""
    found = []
    spoilt = False
    for node in nodes:
        try:
            found.append(read(node))
        except SpoiltError:
            spoilt = True
    return tuple(found), spoilt


def read_whole(value: Any, read: Callable[[Node], T], *, bounded: bool = True) -> tuple[T | None, list[Fault]]:
    """What ``read`` makes of a file's value, and all that is wrong with it; of a file with faults there is no value."""
    top = Node(value, bounded=bounded)
    found: T | None = None
    with suppress(SpoiltError):
        found = read(top)
    return (None if top.faults else found), top.faults
