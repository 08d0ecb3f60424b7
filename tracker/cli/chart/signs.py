"""The signs of which a picture is made: each takes one column on every screen, and tells what it is without colour."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from rich.console import Console
from rich.text import Text

from tracker.cli import paper


class Signs(Struct, frozen=True):
    """One sign for each thing that is drawn."""

    value: str
    above: str
    below: str
    band: str
    level: str
    confirmed: str
    assumed: str
    ahead: str
    nothing: str
    """A week or a day of which nothing is recorded."""


FULL = Signs(value="◉", above="▴", below="▾", band="░", level="╌", confirmed="▮", assumed="▯", ahead="⋅", nothing="⋅")
"""None of them is wider on a screen that is set up for Japanese, as ● and █ are."""
ASCII = Signs(value="o", above="^", below="v", band=":", level="-", confirmed="#", assumed="+", ahead=".", nothing=".")
AT_MOST, AT_LEAST = "<", ">"
"""A value that was printed as a bound."""
UPRIGHT = "|"
"""Today, where something lies ahead of it."""
RAISED = "!"
"""A red flag."""
SEVERAL = "+"
"""More values at one place than a digit says."""

_NARROW = 50
RANGE, OUTSIDE, VALUE, ASKED, AHEAD = "green", "bold red", "bold", "yellow", "cyan"
"""How things look where there are colours: as many as the output has, and none where it asks for none."""


class Screen(Struct, frozen=True):
    """What a picture is drawn on."""

    width: int
    signs: Signs = FULL

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for names at the right."""
        return self.width < _NARROW


def console() -> Console:
    """The output of this command."""
    return Console(width=paper.width(), highlight=False, markup=False, emoji=False, soft_wrap=True)


def screen(of: Console) -> Screen:
    """What there is room for on an output, and the signs that it has."""
    return Screen(of.width, ASCII if of.options.ascii_only else FULL)


def printed(lines: Iterable[Text], on: Console) -> list[str]:
    """The lines of a picture as they are sent to an output, in its colours."""
    with on.capture() as sent:
        for line in lines:
            on.print(line)
    return sent.get().splitlines()
