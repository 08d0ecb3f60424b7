"""``isotrack record``: the whole record taken along, and tables for a spreadsheet."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import paper, show, whose, withheld
from tracker.cli.base import Command, Group, confirm, context, flags, is_asked, option
from tracker.cli.choices import Choice
from tracker.cli.names import A_FILE
from tracker.cli.running import octets_of, print_octets, target_of
from tracker.errors import N_, InputError, Listed, TrackerError, counted, in_a_file
from tracker.i18n import _, active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.facts import Fact
    from tracker.journeys.carrying import Arrival
    from tracker.protocols.faults import Fault
    from tracker.record import Disagreement
    from tracker.whole import Whole

DEFAULT_FILE, BUNDLE = "isotrack-record.json", "isotrack-fhir.json"
_MOST_FAULTS = 20
"""Mistakes of a file that are shown one by one."""


@click.group(
    cls=Group,
    help=N_("Take the whole record along: to another machine, or to a spreadsheet."),
    lazy={"import-doses": ("tracker.cli.diary:import_doses", N_("Take a diary of doses over from a table (CSV)."))},
)
def record() -> None:
    """The record."""


@record.command(
    cls=Command,
    short_help=N_("Write the whole record of a patient as one file."),
    help=N_(
        "Write the whole record of a patient as one file (JSON) that isotrack record import reads: every entry, also"
        " what was corrected or taken back. With --csv a table for a spreadsheet instead, with --fhir a bundle for the"
        " clinic's program."
    ),
)
@option("-o", "--output", type=A_FILE, metavar="FILE", help=N_("The file to write; - prints it."))
@option(
    "--with-calendar", is_flag=True,
    help=N_("Also what calendars were given, for a move to another machine that goes on with them."),
)  # fmt: skip
@option("--csv", "table", type=Choice(["doses", "blood", "symptoms"]), help=N_("Only a table of these."))
@option("--fhir", is_flag=True, help=N_("Only what stands, as a FHIR R4 bundle (JSON) that other programs read."))
@option("--force", is_flag=True, help=N_("Replace a file that isotrack did not write."))
def export(output: str | None, with_calendar: bool, table: str | None, fhir: bool, force: bool) -> None:
    """Write the record."""
    from tracker.journeys import carrying
    from tracker.record import writing

    if with_calendar and table is not None:
        raise InputError(N_("--with-calendar and --csv say different things"))
    if with_calendar and fhir:
        raise InputError(N_("--with-calendar and --fhir say different things"))
    if table is not None and fhir:
        raise InputError(N_("--csv and --fhir say different things"))
    if table is not None:
        _export_table(table, output, force=force)
        return
    if fhir:
        _export_bundle(output, force=force)
        return
    found = carrying.taken_along(context(), with_calendar=with_calendar)
    target = target_of(output if output is not None else DEFAULT_FILE)
    octets = writing.octets(found, context().now)
    if target is None:
        print_octets(octets)
        return
    _write(target, octets, writing.OURS, force=force)
    whose.saved(N_("Saved: {file} ({content})."), file=str(target), content=_content(found))
    whose.not_encrypted()
    count = len(tuple(writing.photos(found)))
    if count:
        from tracker import album

        if context().database.is_encrypted:
            show.say(N_("Its photos ({count}) are not in it: {command}"), count=count,
                     command="isotrack photos --export FOLDER")  # fmt: skip
        else:
            show.say(N_("Its photos ({count}) are not in it: copy the files of {folder} along."), count=count,
                     folder=str(album.folder_of(context().database.path)))  # fmt: skip
    if with_calendar:
        show.say(N_("It goes on with your calendars: from now on let only one of the two machines write them."))


def _export_table(table: str, output: str | None, *, force: bool) -> None:
    from tracker.journeys.course import tabulating
    from tracker.record import tables

    found = tabulating.TABLES[table](context())
    octets = tables.octets(table, found)
    target = target_of(output if output is not None else f"isotrack-{table}.csv")
    if target is None:
        print_octets(octets)
        return
    _write(target, octets, tables.ours(table), force=force)
    whose.saved(N_("Saved: {file} ({lines})."), file=str(target), lines=counted("{count} line", "{count} lines",
                count=len(found)))  # fmt: skip
    whose.not_encrypted()


def _export_bundle(output: str | None, *, force: bool) -> None:
    """What stands, seen from the given day, and nothing of what was typed to reach it."""
    from tracker.cli import exchange
    from tracker.fhir import bundle
    from tracker.journeys.course import reporting

    found = reporting.report(context(), None)
    with active().unaddressed():
        made = bundle.bundle(exchange.material(found, whose.name()))
    target = target_of(output if output is not None else BUNDLE)
    octets = bundle.octets(made)
    if target is None:
        print_octets(octets)
        return
    _write(target, octets, bundle.OURS, force=force)
    whose.saved(N_("Saved: {file} ({content})."), file=str(target), content=counted("{count} resource",
                "{count} resources", count=len(made["entry"])))  # fmt: skip
    whose.not_encrypted()
    show.say(N_("What you recorded is marked as your own word in it, and what is assumed as not known. Whoever has the"
                " file can read it."))  # fmt: skip


def _write(target: Path, octets: bytes, ours: object, *, force: bool) -> None:
    from tracker import files
    from tracker.journeys import noting

    assert isinstance(ours, files.Ours)  # noqa: S101 - imported where it is used
    files.check_target(target, ours, context().database.path, force=force)
    noting.require_own(context(), target, octets, force=force)
    if flags().dry_run:
        return
    with files.Aside([target], ours) as aside:
        aside.write(target, octets)
        noting.note(context(), {target: octets})
        aside.move_into_place([target])


def _content(found: Whole) -> object:
    return Listed((
        counted("{count} course", "{count} courses", count=len(found.courses)),
        counted("{count} command", "{count} commands", count=len(found.commands)),
        counted("{count} entry", "{count} entries", count=len(found.entries)),
    ))  # fmt: skip


@record.command(
    name="import",
    cls=Command,
    short_help=N_("Take a record in that isotrack record export wrote."),
    help=N_(
        "Take a record in that isotrack record export wrote: all of it or nothing. What is here already is not doubled."
        " Where the patient has entries here already it asks; --patient NAME takes it in under another name."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--yes", is_flag=True, help=N_("Save without asking."))
def import_(file: Path, yes: bool) -> None:
    """Take a record in."""
    from tracker.journeys import carrying
    from tracker.record import FaultyError

    coming = _read(file)
    try:
        arrival = carrying.look_in(context(), coming)
        if not arrival.is_new:
            context().read.patient = None
            paper.put(active().fill(N_("All of it was there already. Nothing changed."), {}))
            _differing(arrival)
            return
        if not arrival.addition.faults:
            _show(coming, arrival)
            if arrival.is_known and not yes and not flags().dry_run:
                _ask(arrival)
        done = carrying.take_in(context(), coming, arrival)
    except FaultyError as error:
        raise _refused(file, error.faults) from None
    _said(coming, done)


def _read(file: Path) -> Whole:
    from tracker.record import reading

    with in_a_file():
        found, faults = reading.read(octets_of(file, reading.LARGEST), str(file))
    if found is None:
        raise _refused(file, faults)
    return found


def _refused(file: Path, faults: Sequence[Fault]) -> TrackerError:
    """Name the mistakes of a file one by one; the error that ends the command."""
    from tracker.cli import kinds
    from tracker.facts import kind_of
    from tracker.record import Disagreement
    from tracker.record.reading import place

    for fault in faults[:_MOST_FAULTS]:
        if isinstance(fault, Disagreement):
            said = fault.there or fault.here
            show.say(N_("- {kind}: in the file, {there}; here, {here} [{place}]: {problem}"), there=_what(fault.there),
                     here=_what(fault.here), problem=fault.problem, place=place(fault.path),
                     kind=kinds.name(kind_of(said)) if said is not None else "")  # fmt: skip
        else:
            show.say(N_("{place}: {problem}"), place=place(fault.path), problem=fault.problem)
    if len(faults) > _MOST_FAULTS:
        show.say(N_("... and {count} more."), count=len(faults) - _MOST_FAULTS)
    if split := [one for one in faults if isinstance(one, Disagreement)]:
        _say_how_to_settle(file, split)
        apart = counted("{count} disagreement", "{count} disagreements", count=len(split))
        return TrackerError(N_("{file} and the record here contradict one another: {count}, listed above"),
                            N_("nothing was saved"), file=str(file), count=apart)  # fmt: skip
    mistakes = active().ngettext("{count} mistake", "{count} mistakes", len(faults))
    return TrackerError(N_("{file}: {mistakes}, listed above"), N_("nothing was saved"), file=str(file),
                        mistakes=mistakes)  # fmt: skip


def _what(fact: Fact | None) -> str:
    """What one of two records says, with its day and, where it stands here, the number that fix takes."""
    from tracker.cli.describe import dated

    return dated(fact, *filter(None, [fact.note])) if fact is not None else _("removed")


def _say_how_to_settle(file: Path, split: Sequence[Disagreement]) -> None:
    """What there is to do about two records that say different things: here, there, or not at all."""
    for one in split[:_MOST_FAULTS]:
        if one.here is None:
            show.say(N_("To settle it here, enter again what the file says ({there}), and import it again."),
                     there=_what(one.there))  # fmt: skip
            continue
        fixed, removed = f"isotrack fix {one.here.id} ...", f"isotrack fix {one.here.id} --remove"
        if one.there is None:
            show.say(N_("To settle it here, remove it here as well, and import the file again: {command}"),
                     command=removed)  # fmt: skip
        elif one.is_apart:
            show.say(N_("To settle it here, correct your entry to what the file says ({there}), or remove it, and"
                        " import the file again: {command}, {other}"),
                     there=_what(one.there), command=fixed, other=removed)  # fmt: skip
        else:
            show.say(N_("To settle it here, correct your entry to what the file says ({there}), and import the file"
                        " again: {command}"), there=_what(one.there), command=fixed)  # fmt: skip
    alone = f"isotrack record import {shlex.quote(str(file))} --db other.db"
    show.say(N_("Or correct it on the other machine, and export the record there again."))
    with active().unaddressed():  # another database is meant than the one that was typed
        show.say(N_("To look at the file by itself, take it into a database of its own: {command}"), command=alone)


def _show(coming: Whole, arrival: Arrival) -> None:
    """What would come in."""
    show.say(N_("In the file, of {name}: {content}."), name=_name(coming.name), content=_content(coming))
    if not arrival.is_known:
        return
    new = counted("{count} entry", "{count} entries", count=len(arrival.facts))
    show.say(N_("Here already, of {name}: {count} of its entries. New: {new}."), name=_name(arrival.name),
             count=arrival.already, new=new)  # fmt: skip
    if arrival.addition.changed or arrival.addition.voided or arrival.addition.unvoided:
        count = len(arrival.addition.changed) + len(arrival.addition.voided) + len(arrival.addition.unvoided)
        show.say(N_("Corrected or taken back since, and then here as well: {count}."), count=count)
    _differing(arrival)
    withheld.say(arrival.withheld)


def _differing(arrival: Arrival) -> None:
    if arrival.addition.differs:
        show.say(N_("Commands that stand in one of the two and are taken back in the other: {count}. They stay as they"
                    " are here."), count=arrival.addition.differs)  # fmt: skip


def _name(label: str) -> object:
    from tracker.db.patients import Patient
    from tracker.journeys.context import name_of

    return name_of(Patient(0, label))


def _ask(arrival: Arrival) -> None:
    if not is_asked():
        raise InputError(N_("{name} has entries here already; nothing was saved"), N_("to add what is new: --yes"),
                         name=_name(arrival.name))  # fmt: skip
    question = show.filled(N_("Add this to what is recorded of {name}?"), name=_name(arrival.name))
    if not confirm(question, default=False):
        raise InputError(N_("nothing was saved"))


def _said(coming: Whole, done: Arrival) -> None:
    whose.saved(N_("Saved from the record: {entries}."),
                entries=counted("{count} entry", "{count} entries", count=len(done.facts)))  # fmt: skip
    for remark in done.remarks:
        paper.put(str(active().value(remark)))
    if done.missing:
        from tracker import album

        show.say(N_("! Photos that are named and are not here: {count}. Copy their files into {folder}"),
                 count=len(done.missing), folder=str(album.folder_of(context().database.path)))  # fmt: skip
    if coming.given is None:
        if not done.is_known:
            show.say(N_("What calendars were given is not in the file: delete the old calendar before you write a new"
                        " one."))  # fmt: skip
    elif coming.given.published:
        show.say(N_("Its entries in calendars keep their numbers: let this machine alone write them from now on."))
    if not done.is_known:
        withheld.say(done.withheld)
