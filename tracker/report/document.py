"""What stands on a page: sections of tables, lists, boxes, drawings and pictures, in the order in which they are read.

A drawing has its table with it: there is none without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from tracker.report.svg import Drawing


class Cell(Struct, frozen=True):
    """What stands in a row; ``is_loud`` is said in bold, and never by that alone."""

    text: str
    is_loud: bool = False


class Table(Struct, frozen=True):
    """Rows under headings; the first cell of a row is what it is about. ``numbers`` are the columns of figures."""

    kind: ClassVar[str] = "table"
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    numbers: frozenset[int] = frozenset()
    is_plain: bool = False
    """Whether its columns need no headings for who sees them."""


class Chart(Struct, frozen=True):
    """A drawing, and the figures that it is drawn from."""

    kind: ClassVar[str] = "chart"
    drawing: Drawing
    table: Table


class Lines(Struct, frozen=True):
    """Short texts, each by itself."""

    kind: ClassVar[str] = "lines"
    texts: Sequence[Cell | str]


class Prose(Struct, frozen=True):
    """A text that runs on."""

    kind: ClassVar[str] = "prose"
    text: str


class Box(Struct, frozen=True):
    """Something to tick, and what was said of it."""

    text: str
    said: str = ""
    is_ticked: bool = False
    mark: str = ""
    """What a ticked one is called, for who does not see the box."""


class Boxes(Struct, frozen=True):
    """Things to tick."""

    kind: ClassVar[str] = "boxes"
    boxes: Sequence[Box]


class Picture(Struct, frozen=True):
    """A photo: what it shows in words, and its octets as an address of their own."""

    caption: str
    address: str
    """Empty where the file is missing."""


class Pictures(Struct, frozen=True):
    """Photos side by side."""

    kind: ClassVar[str] = "pictures"
    title: str
    pictures: Sequence[Picture]


Block = Table | Chart | Lines | Prose | Boxes | Pictures


class Section(Struct, frozen=True):
    """A part of the page. ``is_wide`` takes the whole width, ``is_urgent`` is what is to be seen first."""

    title: str
    blocks: Sequence[Block]
    is_wide: bool = False
    is_urgent: bool = False
    is_small: bool = False


class Document(Struct, frozen=True):
    """A page in one language."""

    language: str
    title: str
    subtitle: str
    figures: Sequence[tuple[str, str]]
    """What is to be taken in at a glance, each with its name."""
    sections: Sequence[Section]
    foot: str
