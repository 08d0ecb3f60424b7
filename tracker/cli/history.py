"""``isotrack history``, ``fix`` and ``undo``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from tracker.cli import as_json as contract
from tracker.cli import show
from tracker.cli.amounts import read_kilograms, read_number
from tracker.cli.base import DAY, Command, as_json_option, desk, option
from tracker.cli.log import read_result
from tracker.cli.typed import plain, read_note
from tracker.errors import N_, InputError
from tracker.i18n import _, active
from tracker.model import (
    Appointment,
    Done,
    Dose,
    Fact,
    FirstDosePlanned,
    Override,
    Pause,
    Prescribed,
    Projection,
    Resume,
    Stop,
    TestResult,
    Weight,
)
from tracker.rules import KIND_NAMES

_RESULTS = {TestResult.NEGATIVE: N_("negative"), TestResult.POSITIVE: N_("positive"), TestResult.UNCLEAR: N_("unclear")}
_DATED: dict[type[Fact], str] = {
    FirstDosePlanned: N_("first capsule planned"),
    Pause: N_("pause"),
    Resume: N_("capsules again"),
    Stop: N_("last capsule"),
}


@click.command(
    cls=Command, help=N_("Show what was recorded, newest command first; the numbers are those that fix takes.")
)
@as_json_option()
@click.pass_context
def history(ctx: click.Context, as_json: bool) -> None:
    """The ledger."""
    from tracker.journeys import correcting

    commands = correcting.history(desk())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([
            {"command": command.verb, "recorded_at": command.recorded_at.isoformat(),
             "recorded": [_fact(fact) for fact in command.recorded], "voided": [fact.id for fact in command.voided]}
            for command in commands
        ])  # fmt: skip
        return
    ended = {fact.id: _(" (corrected)") if command.recorded else _(" (removed)")
             for command in commands for fact in command.voided}  # fmt: skip
    rows = [
        (
            str(fact.id),
            active().day(fact.on),
            describe(fact) + ended.get(fact.id, ""),
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
@option("--on", type=DAY, metavar="DATE", help=N_("The right day."))
@option("--value", metavar="VALUE", help=N_("The right amount (mg or kg)."))
@option("--result", metavar="RESULT", help=N_("The right result of a test."))
@option("--taken/--missed", "taken", default=None, help=N_("Whether the capsules were taken."))
@option("--for", "for_key", metavar="KEY", help=N_("The planned item that it counts for."))
@option("--note", metavar="TEXT", help=N_("The right note; an empty one removes it."))
@option("--remove", is_flag=True, help=N_("It never happened."))
def fix(  # noqa: PLR0913 - one parameter a flag
    number: int,
    on: date | None,
    value: str | None,
    result: str | None,
    taken: bool | None,
    for_key: str | None,
    note: str | None,
    remove: bool,
) -> None:
    """Correct a fact."""
    from tracker.journeys import correcting

    changes: dict[str, Any] = {
        "on": on,
        "amount": _amount(value),
        "result": read_result(result),
        "taken": taken,
        "fills": _key(for_key),
        "note": read_note(note) if note else note,
    }
    if remove and any(change is not None for change in changes.values()):
        raise InputError(N_("--remove goes alone"))
    done = correcting.fix(desk(), number, correcting.Correction(remove=remove, **changes))
    if remove:
        show.say(N_("Saved: entry {id} is removed."), id=number)
    else:
        fact = done.recorded[0]
        show.say(N_("Saved: {what} on {on} (new number {id})."), what=describe(fact), on=fact.on, id=fact.id)
    show.outcome(done, desk())


@click.command(cls=Command, help=N_("Take back the last command; again takes back the one before."))
def undo() -> None:
    """Take back."""
    from tracker.journeys import correcting

    undone = correcting.undo(desk())
    facts = [show.filled(N_("{what}, {on}"), what=describe(fact), on=fact.on) for fact in undone.command.recorded]
    facts += [
        show.filled(N_("restored: {what}, {on}"), what=describe(fact), on=fact.on) for fact in undone.command.voided
    ]
    show.say(
        N_("Taken back: isotrack {command} ({facts})"), command=undone.command.verb, facts=_(" / ").join(facts) or "-"
    )
    show.moves(undone.moved, None)
    show.calendar_line(desk())


def describe(fact: Fact) -> str:
    """A fact in a few words, without its day."""
    if type(fact) in _DATED:
        return _(_DATED[type(fact)])
    return _IN_WORDS[type(fact)](fact)


def _done_in_words(fact: Done) -> str:
    result = f" ({_(_RESULTS[fact.result])})" if fact.result is not None else ""
    return _(KIND_NAMES[fact.kind]) + result + (f" - {fact.fills}" if fact.fills else "")


def _dose_in_words(fact: Dose) -> str:
    if not fact.taken:
        return _("missed capsule")
    return _("capsule taken") if fact.mg is None else show.filled(N_("{mg} mg taken"), mg=fact.mg)


def _appointment_in_words(fact: Appointment) -> str:
    return show.filled(N_("appointment for {key}{at}"), key=fact.key, at=f" {fact.at:%H:%M}" if fact.at else "")


def _projection_in_words(fact: Projection) -> str:
    value = fact.until or fact.duration or f"{fact.target} mg/kg"
    return show.filled(N_("last capsule expected: {value}"), value=value)


_IN_WORDS: dict[type[Fact], Callable[[Any], str]] = {
    Done: _done_in_words,
    Dose: _dose_in_words,
    Prescribed: lambda fact: show.filled(N_("{mg} mg a day"), mg=fact.mg),
    Weight: lambda fact: show.filled(N_("{kg} kg"), kg=fact.kg),
    Appointment: _appointment_in_words,
    Projection: _projection_in_words,
    Override: lambda fact: f"{fact.rule}.{fact.field}={fact.value}",
}


def _fact(fact: Fact) -> dict[str, Any]:
    from tracker.db.facts import kind_of

    found: dict[str, Any] = {"id": fact.id, "kind": kind_of(fact), "on": fact.on.isoformat(), "note": fact.note}
    if isinstance(fact, Done):
        found["for"] = fact.fills
        found["result"] = fact.result.value if fact.result else None
    return found


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
