"""``isotrack`` and ``isotrack plan``: where the course stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import capsules, conflicts, notices, paper, planned, pressing, show, whose
from tracker.cli.base import Command, as_json_option, context, flags
from tracker.dates import Span, Unit
from tracker.errors import N_, Listed
from tracker.facts import TestResult
from tracker.facts.intake import PRODUCT_NAMES, Product
from tracker.facts.stock import Stock
from tracker.i18n import _, active
from tracker.pattern import written
from tracker.plan import Phase, SpanInPlan
from tracker.rounding import half_up, kilograms

if TYPE_CHECKING:
    from tracker.capsules import Regimen
    from tracker.engine.view import View
    from tracker.history import History
    from tracker.journeys.course.taking import Beside
    from tracker.readings.intake import Intake


@click.command(
    cls=Command,
    help=N_("Show the whole plan: what to do and when, what is forbidden until when, and whose rule it is."),
)
@as_json_option()
@click.pass_context
def plan(ctx: click.Context, as_json: bool) -> None:
    """Every item and span."""
    from tracker.journeys.course import taking

    beside = taking.beside(context())
    view = beside.view
    if as_json or ctx.find_root().meta.get("as_json"):
        _contract(beside)
        return
    notices.alarms(view.plan)
    _heading(view)
    conflicts.show(beside)
    whole(view)


@click.command(
    cls=Command,
    help=N_("Show where you are today: day of the course, what is due, what is forbidden until when. So does isotrack"
            " without a command."),
)  # fmt: skip
@as_json_option()
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Where the course stands."""
    show_status(as_json=as_json or bool(ctx.find_root().meta.get("as_json")))


def whole(view: View) -> None:
    """All that a programme asks, when, and on whose authority."""
    click.echo()
    planned.items(sorted(view.plan.items, key=planned.day_of), zone=view.course.timezone)
    click.echo()
    planned.spans(view.plan.spans)
    click.echo()
    if view.plan.downtimes:
        planned.downtimes(view.plan.downtimes)
        click.echo()
    notices.show(view.plan)
    planned.authority(view)


def show_status(*, as_json: bool) -> None:
    """Day of the course, what is due, the next of each kind, what is forbidden until when."""
    from tracker.db.place import NoDatabaseError
    from tracker.journeys.context import NoCourseError, look_at_all
    from tracker.journeys.course import measuring, suffering, taking

    try:
        *earlier, view = views = look_at_all(suffering.reading(taking.reading(measuring.reading(context()))))
    except (NoCourseError, NoDatabaseError):
        at = context()
        if as_json or at.patient is not None or (not at.database.path.exists() and at.database.backups.may_be()):
            raise
        _greet()
        return
    beside = taking.beside_of(views, view.plan.today)
    sheet = measuring.sheet_of(views)
    felt = suffering.complaints_of(views)
    if as_json:
        from tracker.cli import noticed  # start-up: only for programs

        _contract(beside, findings=noticed.contract(sheet, felt, beside, view))
        return
    notices.alarms(view.plan)
    pressing.at_once(sheet, felt)
    _heading(view)
    _intake(view)
    capsules.put(capsules.not_seen(view))
    # A pregnancy that no test has ruled out, then what asks for the clinic; what is in no list can wait longest.
    notices.for_the_clinic(view.plan)
    pressing.soon(sheet, felt)
    conflicts.show_standing(beside)
    pressing.to_watch(sheet)
    conflicts.show_unknown(beside)
    _not_explained(view)
    notices.show(view.plan, said=notices.FOR_THE_CLINIC)
    pressing.too_young(views)
    pressing.newer_guidance(view)
    click.echo()
    coming = planned.next_of_each_kind(view)
    if coming:
        planned.items(coming, zone=view.course.timezone)
    else:
        show.say(N_("Nothing is planned."))
    planned.missed(view.plan)
    click.echo()
    planned.spans(span for span in view.plan.spans if span.phase is not Phase.ENDED)
    for before in earlier:
        going_on = [span for span in before.plan.spans if span.phase is Phase.ACTIVE or _is_outstanding(span, view)]
        if going_on:
            click.echo()
            show.say(N_("Still from the course that ended on {last}:"), last=before.plan.timeline.last_dose)
            planned.spans(going_on)


def _not_explained(view: View) -> None:
    """While the first capsule lies ahead, what of its consent nobody has ticked."""
    from tracker.journeys.course import consenting

    if points := consenting.open_before_the_first_capsule(context(), view):
        from tracker.vocabulary import vocabulary  # start-up: only where one is open

        words = vocabulary(consenting.FAMILY)
        show.say(N_("Not explained yet, before the first capsule: {points} (isotrack consent)"),
                 points=Listed(tuple(words.named(one.point) for one in points)))  # fmt: skip


def _is_outstanding(span: SpanInPlan, newest: View) -> bool:
    """Whether the test that closes a span of an earlier course is still to be done, in the newest course perhaps."""
    done_since = any(one.result is TestResult.NEGATIVE and one.on > span.end for one in newest.history.done)
    return span.phase is Phase.OVER_TEST_OUTSTANDING and not done_since


def _contract(beside: Beside, **more: list[dict[str, Any]]) -> None:
    flags().alarmed = True  # they are among its notices
    plan = contract.plan(beside.view)
    plan["notices"] += [conflicts.NOTICE] if beside.conflicts else []
    plan["notices"] += [conflicts.NOTICE_OF_BACKGROUND] if beside.against else []
    contract.show({"patient": whose.label()} | plan | more)


def _greet() -> None:
    show.say(N_("Welcome to isotrack: it keeps the dates of an isotretinoin course."))
    show.say(N_("Open a course with the day of the first capsule, your weight and the daily dose:"))
    paper.put(active().addressed("  isotrack start 2026-11-24 --weight 54 --dose 20"))


def _heading(view: View) -> None:
    line, today = view.plan.timeline, view.plan.today
    day = (today - line.first_dose).days + 1
    values = {
        "name": view.protocol.name.in_language(active().code),
        "protocol": view.reference,
        "start": line.first_dose,
        "day": day,
        "length": Span(1 - day, Unit.DAY),
        "last": line.last_dose,
    }
    whose.heading()
    show.say(N_("{name} ({protocol})"), **values)
    if line.last_dose is not None:
        show.say(N_("Course from {start} to {last}: it has ended."), **values)
    elif day < 1:
        show.say(N_("First capsule on {start}, in {length}."), **values)
    else:
        show.say(N_("Day {day} of the course, first capsule {start}."), **values)
    show.pause(view.plan)
    if line.last_dose is None:
        show.say(N_("Last capsule: {projected} (estimate)"), projected=line.projected_last_dose)


def _intake(view: View) -> None:
    from tracker.capsules import regimen_of
    from tracker.readings.intake import intake

    history, line, today = view.history, view.plan.timeline, view.plan.today
    if line.first_dose > today or not (history.prescribed or history.doses):
        return
    taken = intake(history, line, today)
    regimen = regimen_of(history)
    if history.prescribed and line.last_dose is None:
        show.say(N_("Prescribed: {doses}"), doses=regimen.said(today))
        _dose_of_today(regimen, history, today)
        for step in history.prescribed:
            if step.on > today:
                show.say(N_("From {on}: {doses}"), on=step.on, doses=step.said)
    for product in taken.sums:
        _sum(taken, product)
    _at_hand(view)


def _sum(taken: Intake, product: Product) -> None:
    """What was taken of one kind of capsules."""
    so_far, per_kg = taken.sums[product], taken.mg_per_kg(product)
    if per_kg is not None:
        message = N_("Taken so far: {total} mg ({per_kg} mg/kg on the start weight of {kg} kg)")
        if so_far.assumed_mg:
            message = N_(
                "Taken so far: {total} mg ({per_kg} mg/kg on the start weight of {kg} kg), {assumed} mg of it assumed"
            )
    else:
        message = N_("Taken so far: {total} mg, {assumed} mg of it assumed")
    text = show.filled(
        message, total=so_far.total_mg, per_kg=f"{half_up(per_kg, 1)}" if per_kg is not None else "",
        kg=kilograms(taken.start_weight_kg) if taken.start_weight_kg else None, assumed=so_far.assumed_mg,
    )  # fmt: skip
    if len(taken.sums) > 1 or product is not Product.CONVENTIONAL:
        text = show.filled(N_("{text} - {product} capsules"), text=text, product=_(PRODUCT_NAMES[product]))
    paper.put(text)


def _at_hand(view: View) -> None:
    """How long the capsules at hand last, where they are counted."""
    line, today = view.plan.timeline, view.plan.today
    if line.last_dose is not None or not view.history.all(Stock):
        return
    if capsules.put_supply(view):
        return
    from tracker.readings.stock import ends_within_a_pack, run_out

    out = run_out(view.history, line, today)
    if out is not None and today <= out.last and ends_within_a_pack(out, view.plan):
        show.say(N_("Capsules at hand until {on}"), on=out.last)


def _dose_of_today(regimen: Regimen, history: History, today: date) -> None:
    """What today has, where it is not the same every day."""
    from tracker.capsules import is_within, suspended

    step = regimen.step(today)
    if step is None or len(step.doses.days) == 1 or is_within(suspended(history), today):
        return
    if intakes := regimen.intakes(today):
        show.say(N_("Today: {mg} mg"), mg=written(intakes))
    else:
        show.say(N_("Today: no capsule by the prescription; the next one on {on}"), on=regimen.next_capsule(today))
