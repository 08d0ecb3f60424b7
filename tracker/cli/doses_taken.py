"""``isotrack log dose``: the capsules of a day, or of several, taken or missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from tracker.cli import base, show, whose
from tracker.cli.amounts import MILLIGRAMS
from tracker.cli.base import Command, context, flags, note_option, option
from tracker.cli.days import LOGGED_DAYS
from tracker.cli.intakes import TAKEN
from tracker.cli.sure import sure
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Dose
from tracker.i18n import _, active, number

if TYPE_CHECKING:
    from tracker.journeys.writing import Outcome

_A_ROW = 2
"""So many days are said by themselves; more of them in a row by the first and the last."""
_QUESTION = N_("Was that much taken?")


@click.command(cls=Command, help=N_("The capsules of a day: taken (MG, as prescribed if not said) or --missed."))
@click.argument("mg", type=TAKEN, required=False)
@option(
    "--on",
    "days",
    type=LOGGED_DAYS,
    metavar="DATE[..DATE]",
    help=N_("The day of the capsules, or the first and the last: 1 Dec..4 Dec; today unless said."),
)
@option("--missed", is_flag=True, help=N_("They were not taken."))
@option("--first", is_flag=True, help=N_("It was the first capsule of the course."))
@option("--yes", is_flag=True, help=N_("It is right, however unusual."))
@note_option()
def dose(
    mg: Decimal | int | None, days: tuple[date, ...] | None, missed: bool, first: bool, yes: bool, note: str | None
) -> None:
    """The doses of a day, or of several."""
    from tracker.journeys.course import days_in_a_row, intake

    if missed and (mg is not None or first):
        raise InputError(N_("a missed dose has no milligrams and is not the first"))
    days = days or (flags().day(),)
    if isinstance(mg, int):
        mg = intake.milligrams_of(context(), mg, days)
    said = Dose(on=days[0], taken=not missed, mg=mg, note=note)
    first = first or (not missed and _is_said_to_be_the_first(said.on))
    if len(days) > 1:
        act = partial(days_in_a_row.log_doses, context(), said, days, first=first)
        _saved_days(sure(act, yes=yes, question=_QUESTION), said, days)
        return
    if not first and said.taken and mg is None:
        mg = _amount_on_a_day_off(said.on)
        said = replace(said, mg=mg)
    done = sure(partial(intake.log_dose, context(), said, first=first), yes=yes, question=_QUESTION)
    fact = done.recorded[-1]
    message = N_("missed capsule on {on}") if missed else N_("capsule taken on {on}")
    if mg is not None:
        message = N_("{mg} mg taken on {on}")
    show.saved(done, message, on=fact.on, mg=mg)
    show.outcome(done, context())


def _saved_days(done: Outcome, said: Dose, days: Sequence[date]) -> None:
    """Say of which days it is saved, and how many of them are new."""
    from tracker.journeys.course.days_in_a_row import is_in_a_row

    doses = [fact for fact in done.recorded if isinstance(fact, Dose)]
    days = sorted({fact.on for fact in doses}) or days  # what was left out is not said to be saved
    message = (
        N_("capsules missed from {first} to {last}") if not said.taken else N_("capsules taken from {first} to {last}")
    )
    if said.mg is not None:
        message = N_("{mg} mg a day taken from {first} to {last}")
    if not is_in_a_row(days) or len(days) == 1:
        message = N_("capsules missed on {days}") if not said.taken else N_("capsules taken on {days}")
        if said.mg is not None:
            message = N_("{mg} mg a day taken on {days}")
    text = show.filled(message, first=days[0], last=days[-1], mg=said.mg, days=_in_rows(days))
    if done.already_there:
        whose.saved(N_("Already there: {text}. Nothing changed."), text=text)
    else:
        count = active().ngettext("{count} day", "{count} days", len(doses))
        message = N_("Saved: {text}, {days} (numbers {one} to {other}).")
        if len(doses) == 1:
            message = N_("Saved: {text}, {days} (number {one}).")
        whose.saved(message, text=text, days=count,
                    one=doses[0].id, other=doses[-1].id)  # fmt: skip
    show.outcome(done, context())


def _in_rows(days: Sequence[date]) -> Listed:
    """Days in words, those that follow one another as one: 25 Aug to 28 Aug, 31 Aug."""
    rows: list[list[date]] = []
    for day in days:
        if rows and (day - rows[-1][-1]).days == 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    said: list[date | Phrase] = []
    for row in rows:
        long = Phrase(N_("{first} to {last}"), {"first": row[0], "last": row[-1]})
        said += [long] if len(row) > _A_ROW else row
    return Listed(tuple(said))


def _amount_on_a_day_off(on: date) -> Decimal | None:
    """Ask, where somebody sits at a terminal, how much was taken on a day without a capsule by the prescription."""
    from tracker.journeys.course import intake

    usual = intake.usual_amount_on_a_day_off(context(), on) if base.is_asked() else None
    if usual is None:
        return None
    show.say(N_("By the prescription {on} has no capsule."), on=on)
    mg: Decimal = click.prompt(_("How many mg were taken?"), default=number(usual), type=MILLIGRAMS)
    return mg


def _is_said_to_be_the_first(on: date) -> bool:
    """Ask, where somebody sits at a terminal, whether the first capsule logged is the first one of the course."""
    from tracker.journeys.course import intake

    planned = intake.may_be_the_first(context(), on) if base.is_asked() else None
    return planned is not None and base.confirm(
        show.filled(N_("The first capsule was planned for {planned}. Was that of {on} the first one?"),
                    planned=planned, on=on),
        default=False,
    )  # fmt: skip
