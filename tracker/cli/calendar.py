"""``isotrack calendar``: the reminders."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import moved, show, whose
from tracker.cli.base import DAY, Command, Group, as_json_option, at_work, context, flags, option
from tracker.cli.changes import read_changes
from tracker.cli.choices import Choice
from tracker.cli.names import A_FILE
from tracker.cli.running import print_octets, target_of
from tracker.cli.tables import Column, table
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, NoSuchError, StorageError, counted, reason_of
from tracker.i18n import _, active
from tracker.rules import Kind
from tracker.visible import visible

if TYPE_CHECKING:
    from tracker.journeys.calendar.delivery import Request
    from tracker.journeys.calendar.publishing import Exported

DEFAULT_FILE, CHANGES_FILE, PART_FILE = "reminders.ics", "reminders-changes.ics", "reminders-part.ics"
"""Say nothing about what they are for; a part never takes the place of the whole unless its file is named."""


@click.group(
    cls=Group,
    help=N_("Write reminders for a calendar program."),
    lazy={
        "import-appointments": (
            "tracker.cli.invitation:import_appointments",
            N_("Book what a clinic's invitation (.ics) says."),
        ),
        "sync": ("tracker.cli.sync:sync", N_("Keep a calendar on a server (CalDAV) in step with the plan.")),
    },
)
def calendar() -> None:
    """The calendar."""


@calendar.command(
    cls=Command,
    short_help=N_("Write the plan as an .ics file to import."),
    help=N_(
        "Write the whole plan as an .ics file to import. Written again without a change it is the same to the byte;"
        " after a change the entries keep their identity, and what is no longer planned is cancelled."
    ),
)
@option("-o", "--output", type=A_FILE, metavar="FILE", help=N_("The file to write; - prints it."))
@option("--changes", is_flag=True, help=N_("Only what is new, changed or cancelled since the last export."))
@option("--again", is_flag=True, help=N_("Once more what the last export that had changes changed."))
@option("--only", metavar="KINDS", help=N_("Only these kinds, such as visit,blood-test."))
@option("--from", "first", type=DAY, metavar="DATE", help=N_("Only entries from this day on."))
@option("--until", "last", type=DAY, metavar="DATE", help=N_("Only entries until this day."))
@option("--as", "form", type=Choice(["event", "todo"]), default="event", help=N_("Events, or to-dos with a due day."))
@option(
    "--titles",
    type=Choice(["discreet", "full"]),
    help=N_("Whether titles may say what they are about; remembered."),
)
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write, or wrote for another patient."))
@option(
    "--all-patients",
    "folder",
    metavar="FOLDER",
    help=N_("A file for each patient in this folder, named without their names; redirected, lists whose is which."),
)
@click.pass_context
def export(
    ctx: click.Context,
    output: str | None,
    changes: bool,
    again: bool,
    only: str | None,
    first: date | None,
    last: date | None,
    form: str,
    titles: str | None,
    force: bool,
    folder: str | None,
) -> None:
    """Write the calendar."""
    from tracker.calendar.ledger import WHOLE, Part
    from tracker.calendar.settings import Titles
    from tracker.journeys.calendar import publishing
    from tracker.journeys.calendar.delivery import Request

    if first is not None and last is not None and last < first:
        raise InputError(N_("{last} lies before {first}"), first=first, last=last)
    if changes and again:
        raise InputError(N_("--changes and --again say different things"))
    if folder is not None and output is not None:
        raise InputError(N_("--all-patients names a folder; -o FILE does not go with it"))
    if folder is not None and flags(ctx).patient is not None:
        raise InputError(N_("--all-patients and --patient say different things"))
    part = Part(kinds=_kinds(only), first=first, last=last)
    usual = CHANGES_FILE if changes or again else DEFAULT_FILE if part == WHOLE else PART_FILE
    target = target_of(output if output is not None else usual)
    request = Request(
        target=target,
        titles=Titles(titles) if titles else None,
        lang=flags(ctx).lang,
        part=part,
        changes_only=changes,
        again=again,
        as_todos=form == "todo",
        force=force,
    )
    if folder is None:
        with at_work():
            done = publishing.export(context(), request, print_octets)
        report(done, target)
    else:
        _export_everyone(Path(folder), request)


def _export_everyone(folder: Path, request: Request) -> None:
    from tracker.calendar.ledger import Change
    from tracker.journeys.calendar import publishing
    from tracker.journeys.context import name_of

    everybody = publishing.everyone(context())
    listed = sys.stdout is not None and not sys.stdout.isatty()
    count = skipped = relabelled = 0
    changes: Counter[Change] = Counter()
    if not flags().dry_run:
        _make(folder)
    watched = sys.stderr is not None and sys.stderr.isatty()
    with at_work(), click.progressbar(length=len(everybody), file=sys.stderr, hidden=not watched) as bar:
        for filed in publishing.export_everyone(context(), everybody, folder, request):
            bar.update(1)
            count += filed.file is not None
            skipped += filed.file is None
            relabelled += filed.exported.language_changed
            changes += filed.exported.changes
            if listed and filed.file is not None:
                click.echo(visible(f"{filed.file.name}\t{active().value(name_of(filed.patient))}"))
            if filed.problem is not None:
                show.not_kept(filed.problem)
    saved = counted(
        "Saved: {count} file in {folder} ({new} new, {changed} changed, {cancelled} cancelled, {same} as before).",
        "Saved: {count} files in {folder} ({new} new, {changed} changed, {cancelled} cancelled, {same} as before).",
        count=count, folder=str(folder), **{change.value: changes[change] for change in Change},
    )  # fmt: skip
    click.echo(visible(active().value(saved)))
    if skipped:
        click.echo(active().value(counted(
            "For {count} patient there was nothing to write: no file.",
            "For {count} patients there was nothing to write: no file.", count=skipped,
        )))  # fmt: skip
    if relabelled:
        click.echo(active().value(counted(
            "{count} calendar is in this language from now on.",
            "{count} calendars are in this language from now on.", count=relabelled,
        )))  # fmt: skip


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        problem = N_("{file} cannot be written ({reason})")
        raise StorageError(problem, file=str(folder), reason=reason_of(error)) from None


@calendar.command(
    cls=Command,
    short_help=N_("Keep one file up to date, for programs that subscribe to it."),
    help=N_(
        "Keep FILE up to date: written now, and again by every command after which it is not the plan, or not as the"
        " settings say. For calendar programs that subscribe to a file, which then show the plan without an import."
    ),
)
@click.argument("file", required=False, type=A_FILE)
@option("--stop", "ends", is_flag=True, help=N_("Keep no file up to date any more."))
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write, or wrote for another patient."))
def subscribe(file: str | None, ends: bool, force: bool) -> None:
    """One stable file."""
    from tracker.journeys.calendar import publishing

    if ends:
        was = publishing.unsubscribe(context())
        whose.saved(N_("Saved: {file} is no longer kept up to date."), file=was)
        return
    target = target_of(file or DEFAULT_FILE)
    if target is None:
        raise InputError(N_("a file is needed to be kept up to date"))
    with at_work():
        done = publishing.subscribe(context(), target, force=force)
    report(done, target)
    show.say(N_("From now on every command that moves the plan rewrites it: {file}"), file=str(target.resolve()))


@calendar.command(cls=Command, help=N_("Show what the next export would add, move and cancel."))
@as_json_option()
@click.pass_context
def preview(ctx: click.Context, as_json: bool) -> None:
    """What is waiting."""
    from tracker.journeys.calendar import comparing

    found = comparing.preview(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([
            {"patient": whose.label(), "change": line.change.value, "title": line.entry.title, "now": line.entry.start,
             "before": line.before.start if line.before else None}
            for line in found.moved()
        ])  # fmt: skip
        return
    whose.heading()
    if not any(found.moved()):
        show.say(N_("The calendar is as it was exported."))
    moved.entries(found.moved())


@calendar.command(
    cls=Command,
    short_help=N_("Show or change how the calendar is written."),
    help=N_("Show the calendar's settings, or change some: isotrack calendar settings titles=full book.visit=10d"),
)
@click.argument("changes", nargs=-1, metavar="[SETTING=VALUE]...")
@as_json_option()
@click.pass_context
def settings(ctx: click.Context, changes: tuple[str, ...], as_json: bool) -> None:
    """How the calendar is written."""
    from tracker.calendar.settings import EXPECTED, MEANS
    from tracker.journeys.calendar import remembering

    if changes:
        remembering.change_settings(context(), read_changes(changes, "titles=full"))
    found = remembering.settings(context())
    values, unsaid = found.settings.values(), found.defaults.values()
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show({"patient": whose.label()} | values | {"subscribed-file": found.file, "server": found.server})
        return
    whose.heading()
    table(
        [N_("Setting"), N_("Value"), Column(N_("Default"), drops=1), Column(N_("Takes"), prose=True)],
        ([name, value, unsaid[name], _(", ").join(EXPECTED[name.partition(".")[0]])] for name, value in values.items()),
    )
    click.echo()
    for name, meaning in MEANS.items():
        show.say(N_("{setting}: {meaning}"), setting=name, meaning=_(meaning))
    if found.file:
        show.say(N_("Kept up to date: {file}"), file=found.file)
    if found.server:
        show.say(N_("Kept on a server: {url}"), url=found.server)
    if changes:
        show.times_of_reminders(context())
        show.calendar_line(context())


def report(done: Exported, target: Path | None) -> None:
    """Say what was written, unless it was printed."""
    from tracker.calendar.ledger import Change

    if target is None:
        return
    counts = {change.value: done.changes[change] for change in Change}
    whose.saved(
        N_("Saved: {file} ({new} new, {changed} changed, {cancelled} cancelled, {same} as before)."),
        file=str(target),
        **counts,
    )
    whose.not_encrypted()
    if done.language_changed:
        show.say(N_("The calendar is in this language from now on."))
    if done.legend:
        legend = _(", ").join(map(_, done.legend))
        show.say(N_("The titles are discreet: {legend}. Full ones: --titles full"), legend=legend)
    else:
        show.say(
            N_("The titles say what they are about, from now on in every export: anyone who sees the calendar can read"
               " them. Discreet ones again: isotrack calendar settings titles=discreet")
        )  # fmt: skip


def _kinds(typed: str | None) -> frozenset[str] | None:
    if typed is None:
        return None
    kinds = frozenset(plain(part).lower() for part in typed.split(","))
    for kind in sorted(kinds - set(Kind)):
        raise NoSuchError(N_('"{typed}" is not a kind; expected some of: {known}'), word=kind, among=[*Kind],
                          typed=kind, known=Listed(tuple(Kind)))  # fmt: skip
    return kinds
