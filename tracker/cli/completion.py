"""``isotrack completion``: what makes the shell complete the words of isotrack, installed for one user."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from tracker import shells
from tracker.cli import completing, paper, show
from tracker.cli.base import Command, Group, context, flags, option
from tracker.cli.choices import Choice
from tracker.cli.running import print_octets
from tracker.errors import N_, InputError, StorageError
from tracker.shells import Place

_SHELL = Choice(shells.SHELLS)


@click.group(cls=Group, help=N_("Let your shell complete commands, flags and words with the Tab key: bash, zsh, fish."))
def completion() -> None:
    """Completion."""


@completion.command(
    cls=Command,
    short_help=N_("Install it for you, where your shell looks."),
    help=N_(
        "Install completion for you alone, where your shell looks for it: the shell that you name, else that of SHELL."
        " It completes commands, flags and the words of the lists, and never a patient's name."
    ),
)
@click.argument("shell", required=False, type=_SHELL)
@option("--add-line", is_flag=True, help=N_("For zsh: also add the line that it needs to your .zshrc."))
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write."))
def install(shell: str | None, add_line: bool, force: bool) -> None:
    """Write the script, and the line where that is asked for."""
    found = _place(shell or _own_shell())
    if add_line and found.profile is None:
        raise InputError(N_("--add-line is for zsh: {shell} finds the file by itself"), shell=found.shell)
    shells.check(found, context().database.path, force=force)
    profile = shells.with_line(found) if add_line else None
    if profile is not None:
        shells.check_profile(found)
    octets = shells.script(found.shell, completing.source(found.shell))
    is_new = True if flags().dry_run else shells.install(found, octets)
    show.say(N_("Saved: {file}") if is_new else N_("{file} is there already."), file=_real(found.script))
    if profile is not None and not flags().dry_run:
        shells.write_profile(found, profile)
    _how_to_go_on(found, add_line=add_line)


@completion.command(name="show", cls=Command, help=N_("Print the script for a shell, without installing it."))
@click.argument("shell", type=_SHELL)
def show_(shell: str) -> None:
    """The script; a shell may ask for it each time that it starts, so nothing is read of the record."""
    flags().alarmed = True
    print_octets(shells.script(shell, completing.source(shell)))


@completion.command(
    cls=Command,
    short_help=N_("Take away what install wrote."),
    help=N_("Take away what isotrack completion install wrote: for the shell that you name, else for every shell."),
)
@click.argument("shell", required=False, type=_SHELL)
def remove(shell: str | None) -> None:
    """Remove the scripts, and the line for zsh."""
    problems: list[StorageError] = []
    gone: list[str] = []
    for found in map(_place, [shell] if shell else shells.SHELLS):
        try:
            gone += _removed(found)
        except StorageError as error:
            problems.append(error)  # the other shells' are removed all the same
    for text in gone:
        paper.put(text)
    if problems:
        raise problems[0]
    if not gone:
        show.say(N_("No completion that isotrack installed is there. Nothing changed."))
    _nothing_on_a_dry_run()


def _removed(found: Place) -> Iterator[str]:
    """Remove what is there of one shell; says each time what is gone."""
    is_dry = flags().dry_run
    if shells.is_there(found):
        if not is_dry:
            shells.remove(found)
        yield show.filled(N_("Removed: {files}."), files=_real(found.script))
    profile = shells.without_line(found)
    if profile is not None:
        shells.check_profile(found)
        if not is_dry:
            shells.write_profile(found, profile)
        yield show.filled(N_("The line for isotrack is taken out of {file}."), file=str(found.profile))


def _own_shell() -> str:
    """The shell that the user's account starts."""
    name = Path(os.environ.get("SHELL", "")).name
    if name not in shells.SHELLS:
        raise InputError(
            N_("which shell? the variable SHELL names none of: {choices}"), N_("name it: {command}"),
            choices=", ".join(shells.SHELLS), command="isotrack completion install bash",
        )  # fmt: skip
    return name


def _place(shell: str) -> Place:
    return shells.place(shell, Path.home(), os.environ)


def _real(file: Path) -> str:
    """Where the file really lies: a folder of settings is a link to another place often."""
    return str(file.parent.resolve() / file.name)


def _how_to_go_on(found: Place, *, add_line: bool) -> None:
    """When it works, and what makes it work at once."""
    match found.shell:
        case "bash":
            show.say(N_("Every new bash has it where the package bash-completion is installed. For this one, and"
                        " without that package as a line of ~/.bashrc:"))  # fmt: skip
            paper.put_lines([f"  source {shlex.quote(str(found.script))}"])
        case "fish":
            show.say(N_("fish has it from now on, in open windows too."))
        case _ if add_line:
            show.say(N_("The line that reads it stands in {file}. Every new zsh has it; in this one: exec zsh"),
                     file=str(found.profile))  # fmt: skip
        case _:
            show.say(N_("zsh has it once this line stands in {file} (with --add-line it is added):"),
                     file=str(found.profile))  # fmt: skip
            paper.put_lines([os.fsdecode(found.line)])
    if shutil.which("isotrack") is None:
        show.say(N_("! isotrack is not found in PATH here: shells complete it where it is."))
    _nothing_on_a_dry_run()


def _nothing_on_a_dry_run() -> None:
    if flags().dry_run:
        show.say(N_("This was a dry run: nothing was saved."))
