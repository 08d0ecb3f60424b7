"""The signs of which a picture is made: each takes one column on every screen, and tells what it is without colour."""

from __future__ import annotations

from msgspec import Struct

from tracker.cli import paper
from tracker.cli.paper import Style


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
RANGE: Style = {"fg": "green"}
OUTSIDE: Style = {"fg": "red", "bold": True}
VALUE: Style = {"bold": True}
ASKED: Style = {"fg": "yellow"}
AHEAD: Style = {"fg": "cyan"}


def signs() -> Signs:
    """Those that the output has."""
    return FULL if paper.can_print("".join(getattr(FULL, name) for name in FULL.__struct_fields__)) else ASCII


class Screen(Struct, frozen=True):
    """What a picture is drawn on."""

    width: int
    signs: Signs = FULL
    is_coloured: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for names at the right."""
        return self.width < _NARROW


def screen() -> Screen:
    """The output of this command."""
    return Screen(paper.width(), signs(), paper.is_coloured())
