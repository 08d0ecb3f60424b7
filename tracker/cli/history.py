"""``isotrack history``, ``fix``, ``undo`` and ``redo``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from msgspec.structs import replace

from tracker.cli import as_json as contract
from tracker.cli import asked_now, corrections, kinds, planned, show, whose
from tracker.cli.base import DAY, Command, as_json_option, code, context, flags, option
from tracker.cli.choices import EntryNumber
from tracker.cli.days import UnreadDay, order_of_days
from tracker.cli.describe import dated, describe
from tracker.cli.names import Completed
from tracker.cli.running import ExtraWordsError
from tracker.cli.sure import sure
from tracker.cli.tables import Column, table
from tracker.cli.typed import Lean, read_day, read_note
from tracker.cli.values import AnyAmount, Unread, option_of, read_value
from tracker.errors import N_, InputError, Phrase
from tracker.facts import KINDS, Cleared, Done, Fact, When, kind_of
from tracker.facts.kind import PRICE
from tracker.facts.lab import LabValue
from tracker.facts.money import about
from tracker.i18n import _

if TYPE_CHECKING:
    from tracker.journeys.course.correcting import Ledger
    from tracker.journeys.course.measuring import Sheet
    from tracker.journeys.course.taking_back import Undone

_NOTE = N_("Note")
"""The heading of a column that is left out where no entry has a note."""


@click.command(
    cls=Command, help=N_("Show what was recorded, newest command first; the numbers are those that fix takes.")
)
@option(
    "--kind", "typed", multiple=True, metavar="KIND", type=kinds.KIND,
    help=N_("Only entries of this kind, such as visit, dose or blood; again, or with commas, for several."),
)  # fmt: skip
@option("--from", "first", type=DAY, metavar="DATE", help=N_("Only entries of this day and later."))
@option("--until", "last", type=DAY, metavar="DATE", help=N_("Only entries of this day and before."))
@as_json_option()
@click.pass_context
def history(ctx: click.Context, typed: Sequence[str], first: date | None, last: date | None, as_json: bool) -> None:
    """The ledger."""
    from tracker.journeys.course import correcting

    if first is not None and last is not None and last < first:
        raise InputError(N_("the last day, {until}, lies before the first, {on}"), until=last, on=first)
    wanted = kinds.named(typed)
    ledger = correcting.history(context(), wanted, first, last)
    commands = ledger.commands
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([
            {"patient": whose.label(), "command": command.verb, "recorded_at": command.recorded_at.isoformat(),
             "recorded": [contract.fact(fact, ledger.counts.get(fact.id, ())) for fact in command.recorded],
             "voided": [fact.id for fact in command.voided]}
            for command in commands
        ])  # fmt: skip
        return
    whose.heading()
    ended = {fact: _(" (corrected)") if corrected else _(" (removed)") for fact, corrected in ledger.voided.items()}
    zone = _zone()
    rows = [
        (
            str(fact.id),
            planned.day(fact.on),
            with_keys(_with_what_follows(fact, ledger), ledger.counts.get(fact.id, ())) + ended.get(fact.id, ""),
            fact.note or "",
            f"{command.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for command in commands
        for fact in reversed(command.recorded)
    ]
    if not rows and (wanted or first or last):
        show.say(N_("No entry is like that."))
        return
    columns = [Column(N_("Number")), Column(N_("Day")), Column(N_("Entry"), prose=True, is_name=True),
               Column(_NOTE, prose=True, drops=1), Column(N_("Recorded"), drops=2)]  # fmt: skip
    said = [at for at, column in enumerate(columns) if column.heading != _NOTE or any(row[at] for row in rows)]
    table([columns[at] for at in said], [[row[at] for at in said] for row in rows])
    planned.name_zone(zone.key)


def _zone() -> ZoneInfo:
    """The time zone of the newest course, in which it is said when something was recorded."""
    current = context().read.current
    return ZoneInfo(current.course.timezone if current is not None else "UTC")


def _values() -> list[click.Parameter]:
    """An option for every value that a kind of fact has under a flag; it is read by the kind of the entry."""
    columns = {str(column.flag): (column, kind.family) for kind in KINDS for column in kind.columns if column.flag}
    return [option_of(column, corrections.name_of(flag), Unread(column.sort, of))
            for flag, (column, of) in columns.items()]  # fmt: skip


def _refuse_words(words: tuple[str, ...]) -> None:
    """What is said without an option is read by the kind of the entry: no command is offered with it."""
    raise ExtraWordsError("", click.get_current_context(), words)


@click.command(
    cls=Command,
    params=_values(),
    help=N_("Correct one entry (isotrack history shows the numbers): say only what is different, or --remove it."),
)
@click.argument("number", type=EntryNumber())
@click.argument("words", nargs=-1, type=Completed(tuple, _refuse_words), metavar="[VALUE]")
@option("--on", type=UnreadDay(), metavar="DATE", help=N_("The right day."))
@option(
    "--value", type=AnyAmount(), metavar="VALUE",
    help=N_("The right amount, as it is logged: mg (20/40 as for dose), kg, capsules."),
)  # fmt: skip
@option("--note", metavar="TEXT", help=N_("The right note; an empty one removes it."))
@option("--remove", is_flag=True, help=N_("It never happened."))
@option("--yes", is_flag=True, help=N_("It is right, however unusual."))
def fix(
    number: int, words: tuple[str, ...], on: str | None, value: str | None, note: str | None, remove: bool, yes: bool,
    **typed: Any,
) -> None:  # fmt: skip
    """Correct a fact."""
    from tracker.journeys.course import correcting

    said = {name: one for name, one in {"value": value, **typed}.items() if one is not None}
    if remove and (said or words or on is not None or note is not None):
        raise InputError(N_("--remove goes alone"))
    correction = correcting.Correction(remove=remove, note=read_note(note) if note else note)
    if not remove and note is None:
        fact = correcting.find(context(), number)
        if not said and not words and on is None:
            raise corrections.refused(fact, N_("nothing to correct was said of entry {id} ({what})"))
    if said or words or on is not None:
        fact = correcting.find(context(), number)
        said, on = corrections.meant(fact, words, said, on)
        if "price" in said and kind_of(fact).name not in corrections.PRICED and about(fact) is not None:
            _reprice(fact, said, alone=on is None and note is None)
            return
        if "clinic_confirmed" in said and "for" not in said and isinstance(fact, Done):
            raise InputError(N_("--clinic-confirmed goes with --for"))
        correction = replace(correction, on=_day_of(fact, on), values=corrections.read(fact, said))
    before, asked = _sheet_of(number), asked_now.everything()
    act = partial(correcting.fix, context(), number, correction)
    done = sure(act, yes=yes, question=N_("Is that right?"))
    if done.already_there:
        fact = done.recorded[0]
        whose.already_there([(dated(fact), fact.id)])
    elif remove:
        whose.saved(N_("Saved: entry {id} is removed."), id=number)
    else:
        fact = done.recorded[0]
        what = with_keys(describe(fact), done.view.counts_for(fact))
        whose.saved(N_("Saved: {text}."), text=dated(fact, Phrase(N_("new number {id}"), {"id": fact.id}), what=what))
    if before is not None and not done.already_there:
        _say_of_values(before, done.recorded)
    asked_now.since(asked, about=done.recorded, with_blood=before is None)
    show.outcome(done, context())


def _sheet_of(number: int) -> Sheet | None:
    """The blood values as they are, where the entry is one of them."""
    from tracker.journeys.course import correcting

    if not isinstance(correcting.find(context(), number), LabValue):
        return None
    from tracker.journeys.course import measuring  # start-up: only for blood

    return measuring.sheet(context())


def _say_of_values(before: Sheet, recorded: Sequence[Fact]) -> None:
    """What there is to notice in blood values now that one was corrected or removed."""
    from tracker.cli import beside_findings, findings
    from tracker.journeys.course import measuring

    now = measuring.sheet(context())
    findings.show_all(now)
    beside_findings.outside(now, recorded)
    beside_findings.fallen(before, now)


def _reprice(fact: Fact, said: dict[str, Any], *, alone: bool) -> None:
    """Correct what was paid for a visit, a test or capsules: an entry of its own that goes with theirs."""
    from tracker.journeys.course import paying

    if not alone or set(said) != {"price"}:
        raise InputError(N_("what was paid is corrected by itself"), N_("say: {command}"),
                         command=f"isotrack fix {fact.id} --price {shlex.quote(said['price'])}")  # fmt: skip
    done = paying.reprice(context(), fact, read_value(PRICE, said["price"], ""))
    cost = done.recorded[0]
    if done.already_there:
        whose.already_there([(dated(cost), cost.id)], changed=False)
    else:
        whose.saved(N_("Paid: {text} (number {id})."), text=describe(cost), id=cost.id)
    show.outcome(done, context())


@click.command(cls=Command, help=N_("Take back the last command; again takes back the one before."))
def undo() -> None:
    """Take back."""
    from tracker.journeys.course import taking_back

    asked = asked_now.everything()
    _say(taking_back.undo(context()), N_("Taken back: {command} ({facts})"), N_("restored: {text}"), asked)


@click.command(
    cls=Command, help=N_("Bring back what undo took back last; again brings back the one before. A new entry ends it.")
)
def redo() -> None:
    """Bring back."""
    from tracker.journeys.course import taking_back

    asked = asked_now.everything()
    _say(taking_back.redo(context()), N_("Brought back: {command} ({facts})"), N_("no longer: {text}"), asked)


def _say(undone: Undone, message: str, of_voided: str, asked: Sequence[str]) -> None:
    """Which command it was, with its facts, and what moved; ``of_voided`` says it of a fact that the command voided.

    ``asked`` is what the clinic was asked for before it: what is new is said.
    """
    facts = [dated(fact, message=N_("{what}, {on}")) for fact in undone.command.recorded]
    facts += [show.filled(of_voided, text=dated(fact, message=N_("{what}, {on}"))) for fact in undone.command.voided]
    whose.saved(message, command=undone.command.verb, facts=_(" / ").join(facts) or "-")
    if undone.emptied and (name := whose.label()) is not None:
        show.say(N_("No course is left here. To take the name out as well: {command}"),
                 command=f"isotrack patients delete {shlex.quote(name)}")  # fmt: skip
    asked_now.since(asked)
    show.remarks(undone.remarks)
    show.recounts(undone.recounted)
    planned.moves(undone.moved, None)
    show.calendar_line(context())


def _with_what_follows(fact: Fact, ledger: Ledger) -> str:
    """A fact in words: of a word of the clinic what it settled, of a draw that lacks something that it is extra."""
    said = describe(fact)
    settled = ledger.settled.get(fact.id)
    if isinstance(fact, Cleared) and fact.code is None and settled:
        from tracker.journeys.course import dangers  # start-up: only where the clinic's word is known

        return show.filled(N_("cleared by the clinic: {what}"), what=dangers.in_a_row(settled))
    return show.filled(N_("{what} (extra, outside the plan)"), what=said) if fact.id in ledger.extra else said


def with_keys(text: str, keys: Sequence[str]) -> str:
    """A thing done with what it counts for."""
    return show.filled(N_("{what} - {keys}"), what=text, keys=show.keys(keys)) if keys else text


def _day_of(fact: Fact, typed: str | None) -> date | None:
    """The right day of an entry; one typed without its year is read as the entry's kind allows."""
    if typed is None:
        return None
    lean = Lean.EITHER if kind_of(fact).when is When.COMING else Lean.PAST
    return read_day(typed, flags().day(), code(), lean, order_of_days)
