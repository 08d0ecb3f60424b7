"""Commands and options whose texts are translated when they are shown, and the flags that every command takes."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from tracker.cli import apart, days, names, paper, placeholders, running, texts
from tracker.cli.choices import Choice
from tracker.cli.help import Context as HelpContext
from tracker.cli.running import ExtraWordsError
from tracker.cli.words import joined
from tracker.errors import N_, InputError
from tracker.i18n import LANGUAGES, _, activate, active

if TYPE_CHECKING:
    from tracker.journeys.context import Context

_LONGEST_SHORT_HELP = 200
"""Of a command whose own text says nothing shorter; it is broken over lines."""
_ANSWERS = dict.fromkeys(("y", "yes", "はい", "ハイ", "ええ", "うん"), True) | dict.fromkeys(
    ("n", "no", "いいえ", "イイエ", "いや", "ううん"), False
)


flags = running.flags
"""The flags of the running command."""


def context() -> Context:
    """The database, the patient and the clock of the running command."""
    return flags().context()


@contextmanager
def at_work() -> Iterator[None]:
    """The block is what the command is for, and saves on its way: an error in it is the command's failure.

    Outside of such a block a command has done its work once it has saved something, whatever becomes of the rest.
    """
    said = flags()
    said.is_at_work = True
    yield
    said.is_at_work = False


def is_asked() -> bool:
    """Whether somebody sits at a terminal to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, default: bool) -> bool:
    """Ask until the answer is yes or no, in either language, full-width or not; an empty one is ``default``."""
    from tracker.cli.typed import plain

    answers = _(" [Y/n]: ") if default else _(" [y/N]: ")
    while True:
        typed = paper.ask(question, answers)
        with suppress(InputError):
            if not plain(typed):
                return default
        if (answer := read_answer(typed)) is not None:
            return answer
        paper.put(_("Please answer yes or no (y or n)."))


@contextmanager
def _in_its_words(ctx: click.Context, args: Sequence[str]) -> Iterator[None]:
    """An option that cannot be read is refused as it was typed: ``-20``, where Click takes it for ``-2`` and ``-0``."""
    typed = [word for word in args if re.match("-[^-]", word)]
    try:
        yield
    except click.BadOptionUsage as error:
        error.ctx = error.ctx or ctx
        raise
    except click.NoSuchOption as error:
        whole = next((word for word in typed if word.startswith(error.option_name)), error.option_name)
        raise click.NoSuchOption(whole, possibilities=error.possibilities, ctx=error.ctx) from None


def read_answer(typed: str) -> bool | None:
    """A yes or a no in either language, full-width or not; None for anything else."""
    from tracker.cli.typed import plain

    with suppress(InputError):
        return _ANSWERS.get(plain(typed).rstrip(".。!").lower())
    return None


DAY, PAST, COMING, STARTING, LOGGED = days.DAY, days.PAST, days.COMING, days.STARTING, days.LOGGED
NOTE, NAME = texts.NOTE, texts.NAME


class _Translated:
    """``help`` and ``short_help`` are kept in English and read in the active language."""

    _help: str | None = None
    _short_help: str | None = None

    @property
    def help(self) -> str | None:
        return _(self._help) if self._help else None

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text

    @property
    def short_help(self) -> str | None:
        return _(self._short_help) if self._short_help else None

    @short_help.setter
    def short_help(self, text: str | None) -> None:
        self._short_help = text


class _WithHelp(_Translated, click.Command):
    """A command whose usage line and ``--help`` speak the active language too, and fit the screen."""

    context_class = HelpContext

    def make_parser(self, ctx: click.Context) -> Any:
        """Click's parser, which reads what is said apart: see :mod:`tracker.cli.apart`."""
        return apart.Parser(super().make_parser(ctx), ctx, self.params)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The usage line behind the command's name."""
        return [placeholders.in_words(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Click's own option, which it makes once, in the language of that moment."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = _("Show this message and exit.")
        return found


class Option(_Translated, click.Option):
    """An option whose help, and the word for its value, are translated when shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The word that stands for its value."""
        return placeholders.in_words(super().make_metavar(ctx))


class Command(_WithHelp):
    """A command that takes the common flags, and days such as ``-3d`` as arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [*kwargs.get("params", []), *_common_flags(hidden=True)]
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with the words of one day or amount joined: see :mod:`tracker.cli.words`."""
        ctx.allow_extra_args = True
        with _in_its_words(ctx, args):
            extra = super().parse_args(ctx, joined(self.params, apart.marked(args)))
        if extra and not ctx.resilient_parsing:
            raise ExtraWordsError(_('"{words}" does not belong here').format(words=" ".join(extra)), ctx, extra)
        return extra


class Group(_WithHelp, click.Group):
    """A group of commands that are imported only when they are called.

    ``lazy`` gives for each name the module and attribute of the command and its line in the group's help.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        self.lazy = lazy or {}
        kwargs["params"] = [*kwargs.get("params", []), *_common_flags(hidden=kwargs.pop("hide_flags", True))]
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with the words of one day joined that is said before the command: ``--today 8 Mar``."""
        with _in_its_words(ctx, args):
            return super().parse_args(ctx, joined(self.params, apart.marked(args)))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are met."""
        del ctx
        return [*self.commands, *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that was called."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _colon, attribute = self.lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the commands' names without importing them."""
        begun = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        own = {name: self.get_command(ctx, name) for name in begun if name not in self.lazy}
        lines = {name: one.get_short_help_str() for name, one in own.items() if one is not None and not one.hidden}
        lines |= {name: _(self.lazy[name][1]) for name in begun if name in self.lazy}
        found = [CompletionItem(name, help=lines[name]) for name in begun if name in lines]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        known = [self.get_command(ctx, name) for name in self.list_commands(ctx) if name not in self.lazy]
        shown = [command for command in known if command is not None and not command.hidden]
        rows = [(str(command.name), command.get_short_help_str(limit=_LONGEST_SHORT_HELP)) for command in shown]
        rows.extend((name, _(line)) for name, (_module, line) in self.lazy.items())
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """A translated option."""
    return click.option(*names, cls=Option, **attributes)


def _common_flags(*, hidden: bool) -> list[click.Parameter]:
    def rehearse(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - Click's form
        if value:
            flags(ctx).rehearse()

    def remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        for one in value if param.multiple else [value]:
            if one is None:
                continue
            said = flags(ctx)
            if param.multiple:
                said.agree(param.name or "", one)
            setattr(said, param.name or "", one)
            if param.name == "lang":
                activate(one)
            if param.name == "today":
                said.is_today_typed = ctx.get_parameter_source("today") is ParameterSource.COMMANDLINE
        _carry(ctx)

    def flag(name: str, kind: Any, text: str, metavar: str | None = None, *, multiple: bool = False) -> click.Parameter:
        return Option(
            [name],
            type=kind,
            help=text,
            metavar=metavar,
            multiple=multiple,
            expose_value=False,
            is_eager=True,
            hidden=hidden,
            callback=remember,
            # Of the first command alone: behind it the environment would stand above what was said before it.
            envvar="ISOTRACK_TODAY" if name == "--today" and not hidden else None,
        )

    return [
        flag("--lang", Choice(LANGUAGES), N_("Language: English or Japanese.")),
        flag("--today", days.TODAY, N_("Take this day for today."), "DATE"),
        flag("--db", names.A_FILE, N_("The database file (or set ISOTRACK_DB)."), "PATH", multiple=True),
        flag("--patient", NAME, N_("Whose course, where there are several patients."), "NAME", multiple=True),
        flag("--passphrase-fd", click.IntRange(min=0), N_("The number of an open file with the passphrase."), "NUMBER"),
        flag("--passphrase-file", click.Path(path_type=Path),
             N_("A file with the passphrase, which nobody else may read."), "FILE"),
        Option(["--dry-run"], is_flag=True, expose_value=False, is_eager=True, hidden=hidden, callback=rehearse,
               help=N_("Only show what would be saved, moved and changed in calendars: nothing is written.")),
    ]  # fmt: skip


def _carry(ctx: click.Context) -> None:
    """See to it that every command which is suggested reaches the record that this one was typed for, on its day."""
    database, patient, today = flags(ctx).given()
    root = ctx.find_root().command
    named = "" if patient else running.flag_of_the_environment()
    is_given = any((database, patient, today, named))
    names = root.list_commands(ctx) if isinstance(root, click.Group) and is_given else []
    of_whom = dict.fromkeys(running.ALWAYS_NAMED, patient or named)
    active().carried = {
        name: (database, "", "") if name in running.OF_NOBODY else (database, of_whom.get(name, patient), today)
        for name in names if name not in running.OF_NO_DATABASE
    }  # fmt: skip


def as_json_option() -> Callable[[Any], Any]:
    """``--json`` of a reading command."""
    return option("--json", "as_json", is_flag=True, help=N_("Print JSON for programs."))


def note_option() -> Callable[[Any], Any]:
    """``--note TEXT``."""
    return option("--note", type=NOTE, metavar="TEXT", help=N_("A note of your own; - reads it from standard input."))


def code() -> str:
    """The code of the active language."""
    return active().code
