"""Texts of a person's own as parameters: a note, a name."""

from __future__ import annotations

from typing import Any

import click


class Note(click.ParamType[str]):
    """A text of the user's own."""

    name, longest = "text", 1 << 16

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check and compose it; InputError goes up to the error boundary."""
        from tracker.cli.typed import read_note

        del param, ctx
        return read_note(str(value))


class Name(click.ParamType[str]):
    """The name of a patient."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check and compose it; InputError goes up to the error boundary."""
        from tracker.cli.typed import read_name

        del param, ctx
        return read_name(str(value))


NOTE = Note()
NAME = Name()
