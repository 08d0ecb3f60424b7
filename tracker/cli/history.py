"""``isotrack history``, ``fix`` and ``undo``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from tracker.cli import as_json as contract
from tracker.cli import show
from tracker.cli.amounts import read_kilograms, read_number
from tracker.cli.base import Command, as_json_option, code, context, flags, option
from tracker.cli.describe import describe
from tracker.cli.log import read_result
from tracker.cli.typed import Lean, plain, read_day, read_note
from tracker.errors import N_, InputError
from tracker.i18n import _, active
from tracker.model import Appointment, Done, Fact, FirstDosePlanned, Pause, Prescribed, Projection, Resume


@click.command(
    cls=Command, help=N_("Show what was recorded, newest command first; the numbers are those that fix takes.")
)
@as_json_option()
@click.pass_context
def history(ctx: click.Context, as_json: bool) -> None:
    """The ledger."""
    from tracker.journeys.course import correcting

    ledger = correcting.history(context())
    commands = ledger.commands
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([
            {"command": command.verb, "recorded_at": command.recorded_at.isoformat(),
             "recorded": [_fact(fact, ledger.counts) for fact in command.recorded],
             "voided": [fact.id for fact in command.voided]}
            for command in commands
        ])  # fmt: skip
        return
    ended = {fact.id: _(" (corrected)") if command.recorded else _(" (removed)")
             for command in commands for fact in command.voided}  # fmt: skip
    rows = [
        (
            str(fact.id),
            active().day(fact.on),
            with_keys(describe(fact), ledger.counts.get(fact.id, ())) + ended.get(fact.id, ""),
            fact.note or "",
            f"{command.recorded_at:%Y-%m-%d %H:%M}",
        )
        for command in commands
        for fact in command.recorded
    ]
    show.table([_("Number"), _("Day"), _("Entry"), _("Note"), _("Recorded (UTC)")], rows)


@click.command(
    cls=Command,
    help=N_("Correct one entry (isotrack history shows the numbers): say only what is different, or --remove it."),
)
@click.argument("number", type=click.IntRange(min=1))
@option("--on", metavar="DATE", help=N_("The right day."))
@option("--value", metavar="VALUE", help=N_("The right amount (mg or kg)."))
@option("--result", metavar="RESULT", help=N_("The right result of a test."))
@option("--taken/--missed", "taken", default=None, help=N_("Whether the capsules were taken."))
@option("--for", "for_key", metavar="KEY", help=N_("The planned item that it counts for."))
@option("--clinic-confirmed", is_flag=True, help=N_("The clinic itself counts it for that item."))
@option("--note", metavar="TEXT", help=N_("The right note; an empty one removes it."))
@option("--remove", is_flag=True, help=N_("It never happened."))
def fix(  # noqa: PLR0913 - one parameter a flag
    number: int,
    on: str | None,
    value: str | None,
    result: str | None,
    taken: bool | None,
    for_key: str | None,
    clinic_confirmed: bool,
    note: str | None,
    remove: bool,
) -> None:
    """Correct a fact."""
    from tracker.journeys.course import correcting

    changes: dict[str, Any] = {
        "on": _day_of(number, on) if on is not None else None,
        "amount": _amount(value),
        "result": read_result(result),
        "taken": taken,
        "pin": _key(for_key),
        "clinic_confirmed": clinic_confirmed or None,
        "note": read_note(note) if note else note,
    }
    if remove and any(change is not None for change in changes.values()):
        raise InputError(N_("--remove goes alone"))
    if clinic_confirmed and for_key is None:
        raise InputError(N_("--clinic-confirmed goes with --for"))
    done = correcting.fix(context(), number, correcting.Correction(remove=remove, **changes))
    if remove:
        show.say(N_("Saved: entry {id} is removed."), id=number)
    else:
        fact = done.recorded[0]
        what = with_keys(describe(fact), done.view.counts_for(fact))
        show.say(N_("Saved: {what} on {on} (new number {id})."), what=what, on=fact.on, id=fact.id)
    show.outcome(done, context())


@click.command(cls=Command, help=N_("Take back the last command; again takes back the one before."))
def undo() -> None:
    """Take back."""
    from tracker.journeys.course import correcting

    undone = correcting.undo(context())
    facts = [show.filled(N_("{what}, {on}"), what=describe(fact), on=fact.on) for fact in undone.command.recorded]
    facts += [
        show.filled(N_("restored: {what}, {on}"), what=describe(fact), on=fact.on) for fact in undone.command.voided
    ]
    show.say(
        N_("Taken back: isotrack {command} ({facts})"), command=undone.command.verb, facts=_(" / ").join(facts) or "-"
    )
    show.recounts(undone.recounted)
    show.moves(undone.moved, None)
    show.calendar_line(context())


def with_keys(text: str, keys: Sequence[str]) -> str:
    """A thing done with what it counts for."""
    return f"{text} - {show.keys(keys)}" if keys else text


def _fact(fact: Fact, counts: dict[int, tuple[str, ...]]) -> dict[str, Any]:
    from tracker.db.facts import kind_of

    found: dict[str, Any] = {"id": fact.id, "kind": kind_of(fact), "on": fact.on.isoformat(), "note": fact.note}
    if isinstance(fact, Done):
        found["for"] = list(counts.get(fact.id, ()))
        found["named_for"] = fact.pin
        found["result"] = fact.result.value if fact.result else None
    return found


def _day_of(number: int, typed: str) -> date:
    """The right day of an entry; one typed without its year is read as the entry's kind allows."""
    from tracker.journeys.course import correcting

    fact = correcting.find(context(), number)
    ahead = isinstance(fact, Appointment | FirstDosePlanned | Prescribed | Projection | Pause | Resume)
    return read_day(typed, flags().day(), code(), Lean.EITHER if ahead else Lean.PAST)


def _key(typed: str | None) -> str | None:
    if typed is not None and not plain(typed):
        raise InputError(N_("the planned item is missing"))
    return plain(typed) if typed is not None else None


def _amount(value: str | None) -> Any:
    if value is None:
        return None
    text = plain(value).lower()
    if text.endswith(("mg", "ミリグラム")):
        return read_number(value, ("mg", "ミリグラム"), "20 (mg)")[0]
    return read_kilograms(value)
