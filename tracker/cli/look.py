"""``isotrack`` and ``isotrack plan``: where the course stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import as_json as contract
from tracker.cli import notices, show, whose
from tracker.cli.base import Command, as_json_option, context, flags
from tracker.errors import N_
from tracker.facts import TestResult
from tracker.i18n import active
from tracker.laboratory import Level
from tracker.plan import Phase, SpanInPlan, State

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.journeys.course.measuring import Sheet


@click.command(
    cls=Command,
    help=N_("Show the whole plan: what to do and when, what is forbidden until when, and whose rule it is."),
)
@as_json_option()
@click.pass_context
def plan(ctx: click.Context, as_json: bool) -> None:
    """Every item and span."""
    from tracker.journeys.context import look

    view = look(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        _contract(view)
        return
    notices.alarms(view.plan)
    _heading(view)
    click.echo()
    show.items(view.plan.items, sources=True)
    click.echo()
    show.spans(view.plan.spans, sources=True)
    click.echo()
    notices.show(view.plan)
    show.authority(view)


def show_status(*, as_json: bool) -> None:
    """Day of the course, what is due, the next of each kind, what is forbidden until when."""
    from tracker.db.engine import NoDatabaseError
    from tracker.journeys.context import NoCourseError, look_at_all
    from tracker.journeys.course import measuring

    try:
        *earlier, view = views = look_at_all(measuring.reading(context()))
    except (NoCourseError, NoDatabaseError):
        if as_json or context().patient is not None:
            raise
        _greet()
        return
    if as_json:
        _contract(view)
        return
    notices.alarms(view.plan)
    sheet = measuring.sheet_of(views)
    _findings(sheet, Level.NOW)
    _heading(view)
    _intake(view)
    _findings(sheet, Level.CONTACT, Level.WATCH)
    notices.show(view.plan)
    _newer_guidance(view)
    click.echo()
    coming = show.next_of_each_kind(view)
    if coming:
        show.items(coming)
    else:
        show.say(N_("Nothing is planned."))
    click.echo()
    show.spans(span for span in view.plan.spans if span.phase is not Phase.ENDED)
    for before in earlier:
        going_on = [span for span in before.plan.spans if span.phase is Phase.ACTIVE or _is_outstanding(span, view)]
        if going_on:
            click.echo()
            show.say(N_("Still from the course that ended on {last}:"), last=before.plan.timeline.last_dose)
            show.spans(going_on)
    missed = sum(item.state is State.MISSED for item in view.plan.items)
    if missed:
        click.echo(
            active().ngettext("{count} missed item: isotrack plan", "{count} missed items: isotrack plan", missed)
        )


def _findings(sheet: Sheet, *levels: Level) -> None:
    """The most pressing finding in blood values, where it is of one of these levels."""
    if sheet.findings:
        from tracker.cli import findings  # start-up: only where there is one

        findings.show_worst(sheet, levels)


def _is_outstanding(span: SpanInPlan, newest: View) -> bool:
    """Whether the test that closes a span of an earlier course is still to be done, in the newest course perhaps."""
    done_since = any(one.result is TestResult.NEGATIVE and one.on > span.end for one in newest.history.done)
    return span.phase is Phase.OVER_TEST_OUTSTANDING and not done_since


def _contract(view: View) -> None:
    flags().alarmed = True  # they are among its notices
    contract.show({"patient": whose.label()} | contract.plan(view))


def _greet() -> None:
    show.say(N_("Welcome to isotrack: it keeps the dates of an isotretinoin course."))
    show.say(N_("Open a course with the day of the first capsule, your weight and the daily dose:"))
    click.echo(active().addressed("  isotrack start 2026-11-24 --weight 54 --dose 20"))


def _heading(view: View) -> None:
    line, today = view.plan.timeline, view.plan.today
    day = (today - line.first_dose).days + 1
    values = {
        "name": view.protocol.name.in_language(active().code),
        "protocol": f"{view.course.protocol_id}@{view.course.protocol_version}",
        "start": line.first_dose,
        "day": day,
        "days": 1 - day,
        "last": line.last_dose,
    }
    whose.heading()
    show.say(N_("{name} ({protocol})"), **values)
    if line.last_dose is not None:
        show.say(N_("Course from {start} to {last}: it has ended."), **values)
    elif day < 1:
        show.say(N_("First capsule on {start}, {days} days from today."), **values)
    else:
        show.say(N_("Day {day} of the course, first capsule {start}."), **values)
    if line.paused_since is not None:
        ahead = line.paused_since > view.plan.today
        show.say(
            N_("A pause is planned: no capsules from {since} on.")
            if ahead
            else N_("Paused: no capsules from {since} on."),
            since=line.paused_since,
        )
    if line.last_dose is None:
        show.say(N_("Last capsule: {projected} (estimate)"), projected=line.projected_last_dose)


def _intake(view: View) -> None:
    from tracker.capsules import prescribed_mg
    from tracker.readings.intake import intake

    history, line, today = view.history, view.plan.timeline, view.plan.today
    if line.first_dose > today or not (history.prescribed or history.doses):
        return
    taken = intake(history, line, today)
    daily = prescribed_mg(history, today)
    if daily is not None and line.last_dose is None:
        show.say(N_("Prescribed: {mg} mg a day"), mg=daily)
        for step in history.prescribed:
            if step.on > today:
                show.say(N_("From {on}: {mg} mg a day"), on=step.on, mg=step.mg)
    per_kg = taken.mg_per_kg
    if per_kg is not None and taken.start_weight_kg is not None:
        show.say(
            N_("Taken so far: {total} mg ({per_kg} mg/kg on the start weight of {kg} kg), {assumed} mg of it assumed")
            if taken.assumed_mg
            else N_("Taken so far: {total} mg ({per_kg} mg/kg on the start weight of {kg} kg)"),
            total=taken.total_mg, per_kg=f"{per_kg:.1f}", kg=taken.start_weight_kg, assumed=taken.assumed_mg,
        )  # fmt: skip
    else:
        show.say(
            N_("Taken so far: {total} mg, {assumed} mg of it assumed"), total=taken.total_mg, assumed=taken.assumed_mg
        )


def _newer_guidance(view: View) -> None:
    """Announce a newer version of a shipped programme; the course stays under the one that it was started under."""
    from tracker import protocols

    newest = protocols.newest_in_force(view.course.protocol_id, view.plan.today)
    if newest is not None and newest.version > view.course.protocol_version:
        show.say(
            N_("! {protocol} has a newer version, {newest}; this course stays under {version}. Ask your clinic."),
            protocol=newest.id,
            newest=newest.version,
            version=view.course.protocol_version,
        )
