"""A drawing as inline SVG: presentation attributes alone, for what prints a page may know no stylesheet in it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

SOLID, DASHED, DOTTED = "", "5 3", "1.2 2.6"
INK, GREY, BAND, PALE = "#14202b", "#59636e", "#d5e3ee", "#c3cad1"
_FONT = "sans-serif"


class Drawing:
    """Shapes on a field of so many units; ``says`` tells in words what is to be seen."""

    def __init__(self, width: float, height: float, title: str, says: str) -> None:
        self.width, self.height, self.title, self.says = width, height, title, says
        self._shapes: list[str] = []

    def line(
        self, points: Iterable[tuple[float, float]], *, dash: str = SOLID, colour: str = INK, width: float = 1.6
    ) -> None:
        """A line through points; of those on one straight line the outer ones stay."""
        kept = " ".join(f"{_short(x)},{_short(y)}" for x, y in corners(points))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        cap = ' stroke-linecap="round"' if dash == DOTTED else ""
        self._shapes.append(
            f'<polyline points="{kept}" fill="none" stroke="{colour}" stroke-width="{_short(width)}"{dashed}{cap}/>'
        )

    def field(self, x: float, y: float, width: float, height: float, *, colour: str = BAND) -> None:
        """A filled rectangle."""
        self._shapes.append(f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(max(width, 0))}"'
                            f' height="{_short(max(height, 0))}" fill="{colour}"/>')  # fmt: skip

    def dot(self, x: float, y: float, *, is_filled: bool = True) -> None:
        """A round mark, or a square one with a border for what stands out."""
        if is_filled:
            self._shapes.append(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="1.9" fill="{INK}"/>')
        else:
            self._shapes.append(f'<rect x="{_short(x - 2.6)}" y="{_short(y - 2.6)}" width="5.2" height="5.2"'
                                f' fill="#ffffff" stroke="{INK}" stroke-width="1.5"/>')  # fmt: skip

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "start", size: float = 9, colour: str = INK,
        is_bold: bool = False,
    ) -> None:  # fmt: skip
        """Words at a place."""
        bold = ' font-weight="bold"' if is_bold else ""
        self._shapes.append(f'<text x="{_short(x)}" y="{_short(y)}" font-size="{_short(size)}" text-anchor="{anchor}"'
                            f' fill="{colour}"{bold}>{escape(text)}</text>')  # fmt: skip

    def __str__(self) -> str:
        return (
            f'<svg viewBox="0 0 {_short(self.width)} {_short(self.height)}" width="100%" role="img"'
            f' font-family="{_FONT}" aria-label="{escape(f"{self.title}: {self.says}")}">{"".join(self._shapes)}</svg>'
        )


def corners(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points at which a line changes its direction, with its ends."""
    kept: list[tuple[float, float]] = []
    for x, y in points:
        while len(kept) > 1 and _is_straight(kept[-2], kept[-1], (x, y)):
            kept.pop()
        kept.append((x, y))
    return kept


def _is_straight(one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> bool:
    cross = (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
    return abs(cross) < 1e-6  # noqa: PLR2004 - nothing that can be seen


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
