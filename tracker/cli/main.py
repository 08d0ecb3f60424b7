"""The entry point and the one error boundary: no traceback ever reaches a person."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import click

from tracker import __version__
from tracker.cli import internal, usage
from tracker.cli.base import Group, option
from tracker.cli.running import Flags, closed, tell
from tracker.errors import FAILURE, N_, USAGE, InputError, PartlyTakenError, Phrase, TrackerError, reason_of
from tracker.i18n import LANGUAGES, _, activate, active
from tracker.visible import in_one_line

_TYPED = ("typed", "text")
"""What the values of errors are called that repeat what was typed."""
_LONGEST_TYPED = 60
_LONGEST_LINE = 4000
"""Characters of a command: nobody types more, and to look for what is meant in a pasted file would take minutes."""
_NO_WORD = re.compile(r"[^\s、。]{256,}")
"""What nobody reads again, wherever it comes from."""

COMMANDS = {
    "start": ("tracker.cli.start:start", N_("Open a course, or move its first capsule.")),
    "status": ("tracker.cli.look:status", N_("Show where you are today.")),
    "next": ("tracker.cli.agenda:coming", N_("Say what to do next, and by when.")),
    "plan": ("tracker.cli.look:plan", N_("Show the whole plan.")),
    "log": ("tracker.cli.log:log", N_("Record what was done, taken or measured.")),
    "book": ("tracker.cli.book:book", N_("Record an appointment for a planned item.")),
    "dose": ("tracker.cli.course:dose", N_("Record the dose prescribed from a day on.")),
    "money": ("tracker.cli.money:money", N_("Show what was spent, what is planned and what is left.")),
    "stock": ("tracker.cli.stock:stock", N_("Show the capsules at hand.")),
    "procedure": ("tracker.cli.procedure:procedure", N_("Plan and show procedures: Dermapen, laser, peels ...")),
    "blood": ("tracker.cli.sheet:blood", N_("Show the blood values against their ranges.")),
    "import-blood": (
        "tracker.cli.import_blood:import_blood",
        N_("Take blood values over from a table (CSV)."),
    ),
    "check": ("tracker.cli.check:check", N_("Say whether something goes with the capsules, by the sources.")),
    "substances": ("tracker.cli.beside:substances", N_("Show what is taken beside the capsules.")),
    "background": ("tracker.cli.beside:background", N_("Show allergies, illnesses and other medicines.")),
    "list": ("tracker.cli.listing:listing", N_("List the words that are known: analytes, substances, skin ...")),
    "consent": ("tracker.cli.consent:consent", N_("Show what is explained and signed before the start.")),
    "observed": ("tracker.cli.observed:observed", N_("Show what was observed, such as the skin.")),
    "skin": ("tracker.cli.skin:skin", N_("Show the skin by area, and what changed.")),
    "photos": ("tracker.cli.photos:photos", N_("List the photos of the skin.")),
    "care": ("tracker.cli.care:care", N_("Show what the skin needs in this phase, by the sources.")),
    "habits": ("tracker.cli.habits:habits", N_("Count habits by week.")),
    "symptoms": ("tracker.cli.symptoms:symptoms", N_("Show what symptoms there are, and by week.")),
    "over": ("tracker.cli.symptom:over", N_("Say that symptoms have ended.")),
    "crisis": ("tracker.cli.crisis:crisis", N_("Show whom to call in a crisis.")),
    "ask": ("tracker.cli.ask:ask", N_("Keep questions for the doctor, and tick them off.")),
    "chart": ("tracker.cli.chart:chart", N_("Draw a value by day in the terminal: dose, ALT, weight ...")),
    "report": ("tracker.cli.report:report", N_("Write a page for the doctor.")),
    "until": ("tracker.cli.course:until", N_("Say when the last capsule is expected.")),
    "pause": ("tracker.cli.course:pause", N_("Pause the capsules.")),
    "resume": ("tracker.cli.course:resume", N_("Take the capsules up again.")),
    "stop": ("tracker.cli.course:stop", N_("Record the last capsule.")),
    "can": ("tracker.cli.can:can", N_("Say whether something may be, by the rules.")),
    "why": ("tracker.cli.why:why", N_("Show how a day of the plan came about.")),
    "compare": ("tracker.cli.compare:compare", N_("Show side by side what another last day would change.")),
    "history": ("tracker.cli.history:history", N_("Show what was recorded, with numbers.")),
    "fix": ("tracker.cli.history:fix", N_("Correct or remove one entry.")),
    "undo": ("tracker.cli.history:undo", N_("Take back the last command.")),
    "redo": ("tracker.cli.history:redo", N_("Bring back what was taken back last.")),
    "calendar": ("tracker.cli.calendar:calendar", N_("Write reminders for a calendar program.")),
    "record": ("tracker.cli.record:record", N_("Take the whole record along, or bring it in.")),
    "backup": ("tracker.cli.copies:backup", N_("Make a copy of the whole database.")),
    "restore": ("tracker.cli.copies:restore", N_("Put a copy of the database back.")),
    "wipe": ("tracker.cli.wipe:wipe", N_("Delete the database and all that belongs to it.")),
    "doctor": ("tracker.cli.doctor:doctor", N_("Look whether the database is well, and say what to do.")),
    "encrypt": ("tracker.cli.encrypt:encrypt", N_("Encrypt the database with a passphrase.")),
    "decrypt": ("tracker.cli.encrypt:decrypt", N_("Take the encryption off the database.")),
    "passwd": ("tracker.cli.encrypt:passwd", N_("Set another passphrase.")),
    "patients": ("tracker.cli.patients:patients", N_("List, rename or delete patients.")),
    "adopt": ("tracker.cli.adopt:adopt", N_("Follow another programme, or a newer version.")),
    "protocols": ("tracker.cli.protocols:protocols", N_("Show and check the programmes.")),
    "completion": ("tracker.cli.completion:completion", N_("Let your shell complete words with the Tab key.")),
    "settings": ("tracker.cli.settings:settings", N_("Show or change how what you type is read.")),
}


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - Click's form
    del param
    if value and not ctx.resilient_parsing:
        click.echo(f"isotrack {__version__}")
        ctx.exit()


ALSO = {"today": "next", "状況": "status", "procedures": "procedure", "施術": "procedure"}  # other names


class _Isotrack(Group):
    """The program. After every command it repeats what stands until the clinic's word is recorded."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that was called, by whichever of its names."""
        return super().get_command(ctx, ALSO.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command, then repeat the alarms that it has not said itself."""
        result = super().invoke(ctx)
        from tracker.cli.alarms import repeat  # start-up: help and version end before this

        repeat(ctx)
        if ctx.find_root().ensure_object(Flags).dry_run:
            from tracker.cli.moved import end_of_a_dry_run

            end_of_a_dry_run()
        return result


@click.group(
    cls=_Isotrack,
    name="isotrack",
    lazy=COMMANDS,
    hide_flags=False,
    invoke_without_command=True,
    help=N_(
        "The dates of an isotretinoin course: visits, blood tests, pregnancy tests, contraception. Without a command:"
        " where you are today. isotrack repeats the rules of your programme with their sources; it gives no medical"
        " advice of its own. A - in the place of a value asks for it, or reads it from standard input, so that it"
        " stays out of the shell's history."
    ),
)
@click.option("--json", "as_json", is_flag=True, hidden=True)
@option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help=N_("Print the version.")
)
@click.pass_context
def cli(ctx: click.Context, as_json: bool) -> None:  # noqa: FBT001 - Click's form
    """Where you are, when no command is given."""
    if ctx.invoked_subcommand is None:
        from tracker.cli.look import show_status  # start-up

        show_status(as_json=as_json)
    elif as_json:
        ctx.meta["as_json"] = True


def language_asked_for(arguments: list[str]) -> str:
    """The language of ``--lang``, else of the environment, else English; known before anything is parsed."""
    said = None
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            said = arguments[index + 1]
        elif argument.startswith("--lang="):
            said = argument.removeprefix("--lang=")
    if said in LANGUAGES:
        return str(said)
    for name in ("ISOTRACK_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def run(arguments: list[str]) -> int:
    """Carry out one command; its exit code."""
    return internal.without_a_traceback(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    activate(language_asked_for(arguments))
    if os.environ.get("_ISOTRACK_COMPLETE"):
        from tracker.cli.completing import answer  # a shell asks what a word may be completed to

        answer(cli)
    said = Flags()
    said.line = tuple(arguments)
    code = _bounded(said, lambda: _carry_out(arguments, said))
    if said.has_saved or (said.has_tried_to_save and code == 0):
        # Here and nowhere else: no command can forget it, and none is cut off from it by what it cannot print.
        kept = _bounded(said, lambda: _keep(said))
        code = code or kept
    return code


def _carry_out(arguments: list[str], said: Flags) -> None:
    """Run the command. Not by Click's main(): that has a boundary of its own, which knows nothing of what was saved."""
    if (count := sum(map(len, arguments))) > _LONGEST_LINE:
        raise InputError(N_("this is too long to be read: {count} characters; at most {most} at once"),
                         count=count, most=_LONGEST_LINE)  # fmt: skip
    with cli.make_context("isotrack", arguments, obj=said) as context:
        cli.invoke(context)
    _flush(said)


def _keep(said: Flags) -> None:
    """Bring the file that calendars subscribe to in step, whatever became of the command's own output."""
    if (database := said.context().database).copied or database.is_encrypted:
        from tracker.cli import copies

        copies.after(said.context())
    from tracker.cli import show
    from tracker.journeys.calendar import keeping

    show.kept(keeping.keep(said.context()), silently=said.for_programs, capsules_stopped=said.capsules_stopped)


def _bounded(said: Flags, act: Callable[[], None]) -> int:
    """Do it; the exit code."""
    try:
        act()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt, EOFError) as stopped:
        return _stop(stopped, said)
    except Exception as error:  # noqa: BLE001 - the boundary: a person never meets a traceback
        if not isinstance(error, (click.ClickException, TrackerError)) and internal.is_debugged():
            raise
        said.for_programs = said.for_programs or isinstance(error, OSError)
        if said.has_saved and not said.is_at_work:
            return _regret(error)
        return _refuse(error, said)
    return 0


def _stop(why: BaseException, said: Flags) -> int:
    """Say of a command that was stopped, or whose input ended, whether it has saved; Click's Abort stands for both."""
    if sys.stderr is not None and sys.stderr.isatty():
        tell("")  # after the ^C that the terminal shows
    if isinstance(why, EOFError) or isinstance(why.__context__, EOFError):
        message = N_("the input ended; what was saved before stays saved")
        tell(_(message if said.has_saved else N_("the input ended; nothing was saved")))
        return FAILURE
    message = N_("stopped; what was saved before stays saved")
    tell(_(message if said.has_saved else N_("stopped; nothing was saved")))
    return internal.INTERRUPTED


def _flush(said: Flags) -> None:
    """Make sure that what was said is printed, and that a command which saved has said so somewhere."""
    if sys.stdout is not None:
        sys.stdout.flush()
    elif said.has_saved:
        raise closed()


def _regret(error: Exception) -> int:
    """Say what did not become of a command whose work is done and saved: it has not failed."""
    problem: Phrase | str
    match error:
        case OSError():
            problem = Phrase(N_("the output could not be printed ({reason})"), {"reason": reason_of(error)})
        case TrackerError():
            problem = Phrase(error.message, error.values)
        case _:
            problem = internal.in_words(error)
    _complain(active().fill(N_("saved; but {problem}"), {"problem": problem}), None)
    return 0


def _refuse(error: Exception, said: Flags) -> int:
    """Say in one line what was wrong and what is expected; the exit code."""
    fill = active().fill
    if internal.is_of_damage(error, said):
        from tracker.db import legible

        error = legible.damage()
    match error:
        case click.exceptions.NoArgsIsHelpError():
            with suppress(OSError):
                click.echo(error.format_message(), err=True)  # as it is laid out: it fits the screen by itself
            return USAGE
        case click.ClickException():
            _complain(usage.in_words(error), _meant(error, said) or usage.hint(error))
            return USAGE
        case TrackerError():
            values = _in_short(error.values)
            from tracker.cli.meant.days import with_the_days  # only where there is something to suggest

            message = with_the_days(cli, fill(error.message, values), said)
            hint = with_the_days(cli, fill(error.hint, values), said) if error.hint else None
            _complain(message, _meant(error, said) or hint)
            return error.exit_code
        case BrokenPipeError():
            return FAILURE  # The reader went away (``| head``), and nobody is there to hear more.
        case OSError():
            _complain(fill(N_("the operating system refused: {reason}"), {"reason": reason_of(error)}), None)
            return FAILURE
    _complain(internal.in_words(error), None)
    return FAILURE


def _in_short(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an error, with what was typed no longer than a person reads again."""
    return {
        name: value[:_LONGEST_TYPED] + "…" if name in _TYPED and len(str(value)) > _LONGEST_TYPED else value
        for name, value in values.items()
    }


def _meant(error: Exception, said: Flags) -> str | None:
    """The commands that were meant perhaps."""
    from tracker.cli.meant import meant  # only a command that cannot be read needs it

    commands = meant(cli, said.line, error, said)  # tries commands, and with them the language: only then whose names
    active().names.update(commands)
    is_rest = isinstance(error, PartlyTakenError) and error.is_rest_offered
    text = _("this can be saved: {commands}") if is_rest else _("did you mean: {commands}")
    return text.format(commands=_(" or ").join(commands)) if commands else None  # they have their flags, as typed


def _complain(message: str, hint: str | None) -> None:
    line = _in_one_line(message)
    line = line.rstrip(".。") + _("; ") + _in_one_line(hint) if hint else line
    line = _NO_WORD.sub(lambda word: word[0][:_LONGEST_TYPED] + "…", line)
    tell(f"isotrack: {in_one_line(line)}")


def _in_one_line(text: str) -> str:
    """Blanks within a line stay: they may be those of a path in a command."""
    return " ".join(filter(None, map(str.strip, text.splitlines())))
