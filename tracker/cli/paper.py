"""What commands print on: how wide it is, whether it takes colours, and prose on it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress
from typing import Any, ClassVar, Self

import click

from tracker.cli.lines import cells, wrapped
from tracker.i18n import active
from tracker.visible import visible

_NARROWEST = 30
_LINES = "tracker.cli.paper.lines"
_MARK = re.compile(r" *(?:[!-] )?")
Style = dict[str, Any]
"""How a text looks where there are colours: the arguments of :func:`click.style`."""
CAUTION: Style = {"fg": "yellow", "bold": True}
DANGER: Style = {"fg": "red", "bold": True}


def width() -> int:
    """Of the output: what COLUMNS says, else the terminal; 80 columns of a file or a pipe."""
    return max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST)


def _width_of_errors() -> int | None:
    """Of stderr: what COLUMNS says, else its terminal; None in a file or a pipe, where a message is one line."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return max(int(said), _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stderr.fileno()).columns, _NARROWEST)
    except (AttributeError, ValueError, OSError):
        return None


def is_coloured(*, err: bool = False) -> bool:
    """Whether the output takes colours: a terminal does, unless NO_COLOR or TERM=dumb asks for none."""
    stream = sys.stderr if err else sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream is not None and stream.isatty()


def can_print(text: str) -> bool:
    """Whether the output has every character of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def put(text: str, *, err: bool = False, hang: int | None = None, style: Style | None = None) -> None:
    """Print a text of one paragraph, broken between words; ``hang`` indents what follows its first line."""
    _print(prose(text, err=err, hang=hang, style=style), err=err)


def ask(question: str, behind: str, *, default: str = "", err: bool = False) -> str:
    """Ask for a line; ``behind`` closes the question, and fits the screen with it. An empty answer is ``default``."""
    Passing.make_way()
    shown = prose((question + behind).rstrip(), err=err)
    answer: str = click.prompt(
        shown, default=default, show_default=False, prompt_suffix=" " * behind.endswith(" "), err=err
    )
    return answer


def put_lines(lines: list[str]) -> None:
    """Print lines as they are."""
    _print("\n".join(lines), err=False)


class Passing:
    """A line at a terminal that says how far something has come: gone before anything else is said, and at the end.

    It is erased by blanks, which every terminal knows, and never wider than one line of the screen, where the cursor
    could not come back from.
    """

    _open: ClassVar[Passing | None] = None

    def __init__(self) -> None:
        self._cells = 0

    def __enter__(self) -> Self:
        Passing._open = self
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, (KeyboardInterrupt, click.Abort)):
            self._cells = 0  # it ends with the ^C that the terminal shows
        self.clear()
        Passing._open = None

    def show(self, text: str) -> None:
        """Take the place of what it said before."""
        if sys.stderr is None or not sys.stderr.isatty():
            return
        text = visible(text)
        with suppress(OSError, ValueError):
            if cells(text) >= (os.get_terminal_size(sys.stderr.fileno()).columns or cells(text) + 1):
                self.clear()
                return
        blanks = max(self._cells - cells(text), 0)
        self._put("\r" * bool(self._cells) + text + " " * blanks + "\b" * blanks)
        self._cells = cells(text)

    def clear(self) -> None:
        """Leave an empty line, and the cursor at its beginning."""
        if self._cells:
            self._put("\r" + " " * self._cells + "\r")
            self._cells = 0

    @staticmethod
    def _put(text: str) -> None:
        with suppress(OSError):  # whoever does not see it misses nothing
            click.echo(text, nl=False, err=True)

    @classmethod
    def make_way(cls) -> None:
        """Something else is about to be said."""
        if cls._open is not None:
            cls._open.clear()


def _print(text: str, *, err: bool) -> None:
    """At once: where the output breaks, a text is there or it is not."""
    Passing.make_way()
    click.echo(text, err=err)
    running = click.get_current_context(silent=True)
    if running is not None and not err:
        running.meta[_LINES] = lines_so_far() + text.count("\n") + 1


def lines_so_far() -> int:
    """How many lines the running command has printed."""
    running = click.get_current_context(silent=True)
    return int(running.meta.get(_LINES, 0)) if running is not None else 0


def lines_of(text: str) -> int:
    """How many lines a text of one paragraph has on the output."""
    return prose(text).count("\n") + 1


def prose(text: str, *, err: bool = False, hang: int | None = None, style: Style | None = None) -> str:
    """A text of one paragraph as it is printed: below a mark (``! ``, ``- ``) unless ``hang`` says how far."""
    text = visible(text)
    columns = _width_of_errors() if err else width()
    if hang is None:
        mark = _MARK.match(text)
        hang = (mark.end() if mark else 0) + 2 * text.startswith(" ")
    lines = [text] if columns is None else wrapped(text, columns, hang, active().names)
    if not is_coloured(err=err):
        return "\n".join(lines)
    if style is not None:
        lines = [click.style(line, **style) for line in lines]
    elif text.startswith("! "):
        lines[0] = click.style("!", **CAUTION) + lines[0][1:]
    return "\n".join(lines)
