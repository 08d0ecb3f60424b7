"""What is wrong with a screen: lines that are too wide, and what was broken over lines and must not be."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from itertools import pairwise

import click
from rich.cells import cell_len

from tracker.cli.main import cli

WIDTHS = (40, 60, 80, 100, 120)
_CLOSING, _OPENING = "、。，．・：；？！ー）」』】)]}>,.;:!?", "（「『【([{"  # noqa: RUF001
_EN = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [0-9]{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{2,4}\*?"
_JA = r"[0-9]{4}(?:年[0-9]{1,2}月[0-9]{1,2}日|/[0-9]{1,2}/[0-9]{1,2})\([月火水木金土日]\)\*?"
_DATE = re.compile(rf"(?:{_EN}|{_JA})(?: [0-9]{{2}}:[0-9]{{2}})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}")
_NO_FLAG = r"[^\s,;()（）、。「」]+"  # noqa: RUF001
_ARGUMENTS = (
    rf"(?: --[a-z][a-z-]*(?:[ =](?!--|puts|sends|and|or|をつけ){_NO_FLAG})?"
    rf"| (?:[A-Z]+|[0-9]{_NO_FLAG[:-1]}*|[a-z.-]+[/=]{_NO_FLAG}|日付|項目|体重kg|用量mg)(?!{_NO_FLAG[:-1]}))*"
)


@cache
def _paths() -> tuple[str, ...]:
    """The names of all commands, the longest first."""
    found: list[str] = []

    def walk(group: click.Group, before: str) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            found.append(before + name)
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                walk(command, f"{before}{name} ")

    walk(cli, "")
    return tuple(sorted(found, key=len, reverse=True))


def commands_in(text: str) -> list[str]:
    """The commands that a text tells a person to type."""
    return re.findall(rf"isotrack (?:{'|'.join(map(re.escape, _paths()))})(?![\w-]){_ARGUMENTS}", text)


def faults(shown: str, width: int, commands: Iterable[str] = ()) -> list[str]:
    """What is wrong with what was shown on so many columns; ``commands`` are those that have to be in it, whole."""
    lines = shown.splitlines()
    return [*_in_lines(lines, width), *_between(lines), *(one for one in commands if not any(one in a for a in lines))]


def _in_lines(lines: list[str], width: int) -> Iterator[str]:
    for line in lines:
        text = line.strip()
        if cell_len(line) > width and not text.startswith("isotrack ") and "://" not in text:
            yield f"{cell_len(line)} columns: {line}"
        if line != line.rstrip():
            yield f"ends with a space: {line}"
        if text and text[0] in _CLOSING and not re.match(r"! |\.[a-z.]|[<>]=? ", text):
            yield f"begins with what closes: {line}"
        if text and text[-1] in _OPENING:
            yield f"ends with what opens: {line}"


def _between(lines: list[str]) -> Iterator[str]:
    for one, other in pairwise(lines):
        for glue in ("", " "):
            both = one.rstrip() + glue + other.lstrip()
            at = len(one.rstrip())
            for date in _DATE.finditer(both):
                alone = _DATE.search(one.rstrip()[date.start() :]) or _DATE.match(other.lstrip())
                if date.start() < at < date.end() - len(glue) and alone is None:
                    yield f"a date over two lines: {both}"


def on_a_terminal(environment: dict[str, str], columns: int, *arguments: str) -> str:
    """What a command, the status unless said, looks like on a real terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with closing(os.fdopen(ours, "rb", buffering=0)) as screen:
        command = [sys.executable, "-m", "tracker", *arguments]
        with subprocess.Popen(command, env=environment, stdout=theirs, stdin=theirs):
            os.close(theirs)
            octets = b""
            try:
                while more := screen.read(4096):
                    octets += more
            except OSError:  # the other end is closed
                pass
        return octets.decode().replace("\r\n", "\n")
