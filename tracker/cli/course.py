"""``isotrack dose``, ``until``, ``pause``, ``resume`` and ``stop``: the course itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from tracker.cli import notices, show, whose
from tracker.cli.amounts import DURATION, TARGET
from tracker.cli.base import COMING, DAY, LOGGED, Command, as_json_option, context, flags, note_option, option
from tracker.cli.describe import describe
from tracker.cli.doses import DOSES, EVERY, spaced
from tracker.cli.sure import sure
from tracker.cli.values import Value
from tracker.dates import Span
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Pause, Prescribed, Projection, Resume
from tracker.facts.intake import PRODUCT, PRODUCT_COLUMN, Product
from tracker.facts.stock import Stock
from tracker.pattern import Pattern
from tracker.plan import Phase
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.journeys.writing import Outcome

_FEW = 4
"""Days of a turn that are named."""


@click.command(
    cls=Command,
    help=N_(
        "Record the dose prescribed from a day on: 20, 20/40 (one day this, the next that), 20 every 2 days,"
        " 20 mon,wed,fri, 20 twice a day. Without a dose: how much was taken so far, and when 120 and 150 mg/kg are"
        " reached."
    ),
)
@click.argument("doses", type=DOSES, metavar="[MG]", required=False)
@option("--from", "since", type=DAY, metavar="DATE", help=N_("The first day of this dose; today unless said."))
@option("--every", type=EVERY, metavar="DAYS", help=N_("On one day of so many: 2 for every second day."))
@option("--product", type=Value(PRODUCT, "prescription"), metavar="PRODUCT", help=PRODUCT_COLUMN.help)
@option("--yes", is_flag=True, help=N_("The dose is right, however unusual."))
@as_json_option()
@note_option()
@click.pass_context
def dose(  # noqa: PLR0913 - one parameter a flag
    ctx: click.Context, doses: Pattern | None, since: date | None, every: int | None, product: Product | None,
    yes: bool, as_json: bool, note: str | None,
) -> None:  # fmt: skip
    """The prescription changes, or what was taken so far is shown."""
    if doses is None:
        if since or every or product or yes or note:
            raise InputError(N_("the dose is missing"), N_("for example: {command}"),
                             command="isotrack dose 40 --from 2026-12-24")  # fmt: skip
        from tracker.cli import taken

        taken.show_doses(as_json=as_json or bool(ctx.find_root().meta.get("as_json")))
        return
    if as_json:
        raise InputError(N_("--json goes with the report alone: say no dose"))
    from tracker.journeys.course import prescribing

    fact = Prescribed(on=since or flags().day(), pattern=spaced(doses, every), product=product, note=note)
    done = sure(lambda *, is_sure: prescribing.prescribe(context(), fact, is_sure=is_sure), yes=yes)
    recorded = done.recorded[0]
    assert isinstance(recorded, Prescribed)  # noqa: S101 - that is what was recorded
    _saved(done, N_("{doses} from {on}"), doses=recorded.said)
    _say_whose_turn_it_is(done, recorded)
    _say_what_makes_no_dose(done, recorded)
    show.outcome(done, context())
    show.times_of_reminders(context())


def _say_whose_turn_it_is(done: Outcome, new: Prescribed) -> None:
    """Say of doses that change from day to day which day has which."""
    if new.doses.weekly or not 1 < len(new.doses.days) <= _FEW:
        return
    from tracker.capsules import regimen_of
    from tracker.pattern import written

    regimen = regimen_of(done.view.history)
    first = max(new.on, done.view.plan.timeline.first_dose)
    days = [first + timedelta(days=number) for number in range(len(new.doses.days))]
    turns = [Phrase(N_("{on}: {mg} mg"), {"on": day, "mg": written(regimen.intakes(day))}) for day in days]
    show.say(N_("In turn, {days}, and so on."), days=Listed(tuple(turns)))


def _say_what_makes_no_dose(done: Outcome, new: Prescribed) -> None:
    """Say at once where the capsules at hand do not make what is prescribed now."""
    if not done.view.history.all(Stock):
        return
    from tracker.cli import capsules  # start-up: only where they are counted
    from tracker.readings.stock import at_hand

    found = at_hand(done.view.history, done.view.plan.timeline, done.view.plan.today)
    if found is not None and found.unfit is not None and found.unfit.on >= new.on:
        capsules.do_not_make(found.unfit)


@click.command(
    cls=Command,
    help=N_(
        "Say when the last capsule is expected: on DATE, after --duration, or at --target mg/kg. It stays an estimate."
    ),
)
@click.argument("on", type=COMING, metavar="[DATE]", required=False)
@option("--duration", type=DURATION, metavar="SPAN", help=N_("How long the course is to last: 24w, 6m."))
@option(
    "--target", type=TARGET, metavar="MG/KG", help=N_("Cumulative dose at which the course is to end, in mg per kg.")
)
def until(on: date | None, duration: Span | None, target: Decimal | None) -> None:
    """The projected last dose."""
    from tracker.journeys.course import opening

    if sum(value is not None for value in (on, duration, target)) != 1:
        raise InputError(N_("say one of: a day, --duration or --target"))
    done = opening.project_end(context(), Projection(on=flags().day(), until=on, duration=duration, target=target))
    fact = done.recorded[0]
    whose.saved(
        N_("Saved: last capsule {projected} (estimate, number {id}).") if on is not None else
        N_("Saved: {what} (number {id}). The last capsule is now {projected} (estimate)."),
        what=describe(fact), id=fact.id, projected=done.view.plan.timeline.projected_last_dose,
    )  # fmt: skip
    show.outcome(done, context())


@click.command(cls=Command, help=N_("Pause the capsules: DATE is the first day without one, today unless said."))
@click.argument("on", type=DAY, metavar="[DATE]", required=False)
@option("--resume", type=DAY, metavar="DATE", help=N_("The first day with a capsule again, of a pause that is over."))
@note_option()
def pause(on: date | None, resume: date | None, note: str | None) -> None:
    """The first day without a capsule."""
    from tracker.journeys.course import ending

    end = Resume(on=resume) if resume is not None else None
    done = ending.pause(context(), Pause(on=on or flags().day(), note=note), end)
    if resume is None:
        _saved(done, N_("no capsules from {on} on"))
    else:
        _saved(done, N_("no capsules from {on} to {last}, capsules again from {resume} on"),
               last=resume - timedelta(days=1), resume=resume)  # fmt: skip
    show.outcome(done, context())


@click.command(cls=Command, help=N_("Take the capsules up again: DATE is the first day with one, today unless said."))
@click.argument("on", type=DAY, metavar="[DATE]", required=False)
@note_option()
def resume(on: date | None, note: str | None) -> None:
    """The first day with a capsule again."""
    from tracker.journeys.course import ending

    done = ending.resume(context(), Resume(on=on or flags().day(), note=note))
    _saved(done, N_("capsules again from {on} on"))
    show.outcome(done, context())
    notices.show(done.view.plan)


@click.command(
    cls=Command,
    help=N_("End the course: DATE is the day of the last capsule; unsaid, the latest possible day is taken."),
)
@click.argument("on", type=LOGGED, metavar="[DATE]", required=False)
@note_option()
def stop(on: date | None, note: str | None) -> None:
    """The last capsule."""
    from tracker.journeys.course import ending

    done = ending.stop(context(), on, note)
    _saved(done, N_("last capsule on {on}"))
    show.outcome(done, context())
    for span in done.view.plan.spans:
        if span.rule.kind is Kind.CONTRACEPTION and span.phase is not Phase.ENDED:
            show.say(N_("Contraception goes on: its last day is {end}."), end=span.end)


def _saved(done: Outcome, message: str, **values: object) -> None:
    fact = done.recorded[0]
    text = show.filled(message, on=fact.on, **values)
    if done.already_there:
        whose.saved(N_("Already there: {text}. Nothing changed."), text=text)
    else:
        whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)
