"""``isotrack adopt``: another programme, or a newer version of it, in a course that runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.cli import laxer, notices, planned, show, whose
from tracker.cli.base import PAST, Command, confirm, context, flags, is_asked, note_option, option
from tracker.errors import N_, InputError, Phrase
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.journeys.course.adopting import Proposal


@click.command(
    cls=Command,
    help=N_(
        "Let the running course follow another programme, or a newer version of its own: an id, id@version, or the path"
        " of your clinic's file. Shows what would move and asks before anything is recorded. What is done stays done."
    ),
)
@click.argument("programme", metavar="ID|FILE")
@option("--on", type=PAST, metavar="DATE", help=N_("The day from which it holds; today unless said."))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@option("--clinic-confirmed", is_flag=True, help=N_("What is laxer in it is your clinic's own word."))
@note_option()
def adopt(programme: str, on: date | None, yes: bool, clinic_confirmed: bool, note: str | None) -> None:
    """Another programme."""
    from tracker.journeys.course import adopting

    at = context()
    proposal = adopting.propose(at, programme, on or flags().day(), note)
    if proposal.already:
        whose.saved(N_("Already there: {text}. Nothing changed."), text=proposal.fact.reference)
        return
    _show(proposal)
    agreed = laxer.is_agreed_to(proposal.laxer, proposal.held, clinic_confirmed=clinic_confirmed)
    if not (agreed and _is_wanted(yes=yes)):
        show.say(N_("Nothing was changed."))
        return
    done = adopting.adopt(at, proposal)
    fact = done.recorded[-1]
    whose.saved(N_("Saved: programme {protocol} from {on} on (number {id})."),
             protocol=done.view.reference, on=fact.on, id=fact.id)  # fmt: skip
    notices.alarms(done.view.plan)
    notices.show(done.view.plan)
    show.calendar_line(at)


def _show(proposal: Proposal) -> None:
    whose.heading()
    show.say(
        N_("From {on} on {name} ({protocol}), in place of {before}."),
        on=proposal.fact.on, name=proposal.name.name.in_language(active().code), protocol=proposal.fact.reference,
        before=proposal.held,
    )  # fmt: skip
    if proposal.moved:
        show.say(N_("What would move:"))
        planned.moves(proposal.moved, None)
    else:
        show.say(N_("No planned day would move."))
    show.recounts(proposal.recounted)
    for own, problem in proposal.left_out:
        value = f"{own.rule}.{own.field}={own.value}"
        show.say(N_("! Your clinic's own value {value} would hold no more: {problem}."),
                 value=value, problem=Phrase(problem.message, problem.values))  # fmt: skip


def _is_wanted(*, yes: bool) -> bool:
    if yes:
        return True
    if not is_asked():
        raise InputError(N_("nothing was changed: what would move has to be agreed to"), N_("to agree, add --yes"))
    return confirm(_("Adopt it?"), default=False)
