"""What Click refuses, in plain words of our own: they name what was typed or what is missing."""

from __future__ import annotations

from typing import Any

import click

from tracker.cli import placeholders
from tracker.cli.running import ExtraWordsError
from tracker.errors import N_
from tracker.i18n import _, active


def in_words(error: click.ClickException) -> str:
    """What was wrong with a command line, in one sentence of the active language."""
    match error:
        case click.NoSuchOption():
            return _fill(N_('there is no option "{typed}"'), typed=error.option_name)
        case click.exceptions.NoSuchCommand():
            return _fill(N_('there is no command "{typed}"'), typed=error.command_name)
        case click.BadParameter(param=click.Parameter() as param):
            what = _named(param, error.ctx)
            if isinstance(error, click.MissingParameter):
                return _fill(N_("{what} is missing"), what=what)
            return _fill(N_("{what}: {problem}"), what=what, problem=error.message)
        case click.BadOptionUsage():
            return _without_its_value(error)
    return error.format_message()


def hint(error: click.ClickException) -> str | None:
    """What is to be typed instead: an example of the command, or else where its help is."""
    if isinstance(error, ExtraWordsError) and error.hint is not None:
        return error.hint
    if isinstance(error, click.MissingParameter | ExtraWordsError) and error.ctx is not None:
        from tracker.cli.examples import example  # only a command that cannot be read needs it

        found = example(error.ctx.command_path.split()[1:])
        if found is not None:
            return active().fill(N_("for example: {command}"), {"command": found})
    if isinstance(error, click.UsageError) and error.ctx is not None:
        # As it is: help needs no record.
        return _("help: {command}").format(command=f"{error.ctx.command_path} --help")
    return None


def _without_its_value(error: click.BadOptionUsage) -> str:
    params = error.ctx.command.params if error.ctx is not None else []
    for param in params:
        takes_one = isinstance(param, click.Option) and not param.is_flag
        if takes_one and error.option_name in param.opts and error.ctx is not None:
            value = param.make_metavar(error.ctx)
            return _fill(N_("{flag} needs a value behind it: {value}"), flag=error.option_name, value=value)
    return error.format_message()


def _named(param: click.Parameter, ctx: click.Context | None) -> str:
    """An option by its flag, an argument by the word that stands for it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return placeholders.in_words(param.make_metavar(ctx or click.get_current_context()).strip("[]. "))


def _fill(message: str, **values: Any) -> str:
    return active().fill(message, values)
