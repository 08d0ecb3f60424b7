"""What shells are given: Click's scripts for them, and words in the form in which each takes them."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import NoReturn

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
)

_PROGRAM = "isotrack"
VARIABLE = "_ISOTRACK_COMPLETE"
"""Set where a shell asks what a word may be completed to."""
_SPECIAL = re.compile(r"""[\s'"\\$`!&|;<>(){}*?~#\[\]]""")
"""What means something else to a shell where it stands bare."""


class Bash(BashComplete):
    """Bash, which takes a word as it is put on the line: what is special to it is escaped."""

    def format_completion(self, item: CompletionItem) -> str:
        """Each backslash twice: Click's script reads the line with ``read``, which takes one away."""
        escaped = _SPECIAL.sub(r"\\\\\g<0>", str(item.value))
        return f"{item.type},{escaped}"


def answer(cli: click.Command) -> NoReturn:
    """Say what a word may be completed to, and leave. What cannot be read has no answer: nobody wants to see why."""
    add_completion_class(Bash)
    with suppress(Exception):
        cli.main(prog_name=_PROGRAM)  # it leaves by itself
    sys.exit(1)


def source(shell: str) -> str:
    """Click's own script for a shell: of any version of it, whether or not it is installed here."""
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - Click knows all of these
    return ShellComplete.source(found(click.Command(_PROGRAM), {}, _PROGRAM, VARIABLE))
