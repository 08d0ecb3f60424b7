"""``isotrack start``: one command opens a course and prints what it will ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from click.core import ParameterSource

from tracker.cli import notices, show, whose
from tracker.cli.amounts import DURATION, KILOGRAMS, MILLIGRAMS, TARGET
from tracker.cli.base import COMING, NOTE, PAST, STARTING, Command, confirm, context, is_asked, option
from tracker.cli.values import Value
from tracker.dates import Span
from tracker.errors import N_, InputError
from tracker.facts.person import BORN, SEX, Person
from tracker.i18n import _, active
from tracker.rules import Sex

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.journeys.context import Context

_DEFAULT_PROTOCOL = "jp-standard"
_FALLBACK_ZONE = "UTC"


@click.command(
    cls=Command,
    help=N_(
        "Open a course whose first capsule is on DATE, or move a first capsule that still lies ahead (--move). Prints"
        " what the programme will ask, when, and on whose authority."
    ),
)
@click.argument("first_dose", type=STARTING, metavar="[DATE]", required=False)
@option("--weight", type=KILOGRAMS, metavar="KG", help=N_("Body weight, such as 54 or 119lb."))
@option("--dose", "mg", type=MILLIGRAMS, metavar="MG", help=N_("Daily dose in milligrams."))
@option("--sex", type=Value(SEX.sort, "person"), metavar="SEX", help=SEX.help)
@option("--born", type=Value(BORN.sort, "person"), metavar="DATE", help=BORN.help)
@option(
    "--protocol",
    metavar="ID|FILE",
    help=N_("Programme: an id, id@version, a country (jp, us, uk ...), or the path of your clinic's own file."),
)
@option("--can-become-pregnant/--cannot-become-pregnant", default=None, help=N_("Whether pregnancy is possible."))
@option("--duration", type=DURATION, metavar="SPAN", help=N_("How long the course is to last: 24w, 6m."))
@option(
    "--target", type=TARGET, metavar="MG/KG", help=N_("Cumulative dose at which the course is to end, in mg per kg.")
)
@option("--enrolled", type=PAST, metavar="DATE", help=N_("Day of enrolment, if it is not today."))
@option("--name", type=NOTE, metavar="TEXT", help=N_("A name for the course."))
@option("--timezone", metavar="ZONE", help=N_("Time zone of the appointments, such as Asia/Tokyo."))
@option(
    "--set",
    "own_values",
    multiple=True,
    metavar="RULE.FIELD=SPAN",
    help=N_("Your clinic's own value, such as contraception.tail=P12M."),
)
@option("--clinic-confirmed", is_flag=True, help=N_("The clinic itself gave a value that shortens a window."))
@option("--ics", type=click.Path(), metavar="FILE", help=N_("Write the calendar as well."))
@option("--move", type=COMING, metavar="DATE", help=N_("Move the first capsule of the open course to this day."))
def start(  # noqa: PLR0913 - one parameter a flag
    first_dose: date | None,
    weight: Decimal | None,
    mg: Decimal | None,
    sex: Sex | None,
    born: date | None,
    protocol: str | None,
    can_become_pregnant: bool | None,
    duration: Span | None,
    target: Decimal | None,
    enrolled: date | None,
    name: str | None,
    timezone: str | None,
    own_values: tuple[str, ...],
    clinic_confirmed: bool,
    ics: str | None,
    move: date | None,
) -> None:
    """Open a course or move its first dose."""
    from tracker.facts import Projection
    from tracker.journeys.course import opening

    at = context()
    if ics is not None:
        _check_export(at, ics)
    if move is not None:
        _move(at, move, alone=_is_alone(click.get_current_context()))
    else:
        if first_dose is None:
            raise InputError(N_("the day of the first capsule is missing"), N_("for example: {command}"),
                             command="isotrack start 2026-11-24 --weight 54 --dose 20")  # fmt: skip
        if duration is not None and target is not None:
            raise InputError(N_("say --duration or --target, not both"))
        projection = Projection(on=at.today, duration=duration, target=target) if duration or target else None
        whose.ask_about_a_new_name()
        zone = _zone(timezone) if timezone is not None else opening.zone_of_the_last_course(at) or _zone(None)
        said = opening.Opening(
            first_dose=first_dose,
            enrolled=enrolled,
            protocol=protocol or _asked_programme(zone),
            can_become_pregnant=_can_become_pregnant(can_become_pregnant),
            name=name,
            timezone=zone,
            weight=weight,
            dose=mg,
            projection=projection,
            person=Person(on=at.today, sex=sex, born=born) if sex or born else None,
            own_values=tuple(
                opening.own_value(text, at.today, clinic_confirmed=clinic_confirmed) for text in own_values
            ),
        )
        view, remarks = opening.start_course(at, said)
        _welcome(view)
        if can_become_pregnant is None and not is_asked():
            show.say(N_("! Not said whether pregnancy is possible: taken as possible (--cannot-become-pregnant)."))
        show.remarks(remarks)
        show.calendar_line(at)
    if ics is not None:
        _export(at, ics)
    if move is None and protocol is None and not is_asked():
        show.say(
            N_("! No programme was said: {protocol} is taken. Another one: isotrack undo, then start again with"
               " --protocol, for example --protocol us (isotrack protocols lists them)."),
            protocol=_DEFAULT_PROTOCOL,
        )  # fmt: skip


def _is_alone(ctx: click.Context) -> bool:
    """Whether ``--move`` is the only thing that was said."""
    own = {param.name for param in ctx.command.params if param.expose_value} - {"move"}
    return all(ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE for name in own if name)


def _move(at: Context, move: date, *, alone: bool) -> None:
    from tracker.journeys.course import opening

    if not alone:
        raise InputError(N_("--move only moves the first capsule: nothing else goes with it"))
    done = opening.move_first_dose(at, move)
    show.say(N_("The first capsule is planned for {on}."), on=move)
    show.outcome(done, at)
    notices.show(done.view.plan)


def _asked_programme(zone: str) -> str:
    """The programme that is chosen at a terminal, that of the time zone's country first; else the default."""
    from tracker import protocols

    if not is_asked():
        return _DEFAULT_PROTOCOL
    ready = [one for one in protocols.shipped() if one.status in protocols.CHOSEN_BY_THEMSELVES]
    first = protocols.of_zone(zone) or _DEFAULT_PROTOCOL
    ready.sort(key=lambda one: one.id != first)
    show.say(N_("Which programme does your clinic follow?"))
    for number, one in enumerate(ready, start=1):
        click.echo(f"  {number}  {one.id}: {one.name.in_language(active().code)}")
    chosen = click.prompt(_("Number"), type=click.IntRange(1, len(ready)), default=1)
    return ready[chosen - 1].id


def _welcome(view: View) -> None:
    lang = active().code
    protocol = f"{view.course.protocol_id}@{view.course.protocol_version}"
    line = view.plan.timeline
    whose.saved(
        N_("Saved. A course under {name} ({protocol}), first capsule {start}."),
        name=view.protocol.name.in_language(lang), protocol=protocol, start=line.first_dose,
    )  # fmt: skip
    show.say(
        N_("Enrolled {enrolled}; last capsule {projected} (estimate); time zone {zone}."),
        enrolled=line.enrolled, projected=line.projected_last_dose, zone=view.course.timezone,
    )  # fmt: skip
    click.echo()
    show.items(view.plan.items, sources=True)
    click.echo()
    show.spans(view.plan.spans, sources=True)
    click.echo()
    notices.show(view.plan)
    for remark in view.protocol.remarks:
        sources = ", ".join(remark.sources) + ("" if remark.confirmed else _(" (not confirmed)"))
        click.echo(f"- {remark.text.in_language(lang)} [{sources}]")
    show.authority(view)
    if not view.history.prescribed or not view.history.weights:
        show.say(N_("Weight or dose not said: isotrack log weight KG, isotrack dose MG --from DATE add them."))


def _can_become_pregnant(said: bool | None) -> bool:
    if said is not None:
        return said
    if is_asked():
        return confirm(_("Can you become pregnant?"), default=True)
    return True


def _zone(said: str | None) -> str:
    if said is None:
        import tzlocal  # only a new course asks the machine for its zone

        try:
            return tzlocal.get_localzone_name() or _FALLBACK_ZONE
        except (LookupError, ValueError, OSError):
            return _FALLBACK_ZONE
    try:
        return ZoneInfo(said).key
    except (LookupError, ValueError, OSError):
        raise InputError(N_('"{zone}" is not a time zone; expected a name such as {examples}'), zone=said,
                         examples="Asia/Tokyo, Europe/London, America/New_York") from None  # fmt: skip


def _check_export(at: Context, ics: str) -> None:
    """Before anything is saved: a course is not opened by a command that cannot write its calendar."""
    from tracker import files
    from tracker.journeys.calendar.delivery import OURS

    if not ics.strip():
        raise InputError(N_("the name of the file is empty"))
    if ics != "-":
        files.check_target(Path(ics), OURS, at.database.path, force=False)


def _export(at: Context, ics: str) -> None:
    from tracker.cli.calendar import print_octets, report  # start-up: it imports icalendar
    from tracker.journeys.calendar import publishing
    from tracker.journeys.calendar.delivery import Request

    target = None if ics == "-" else Path(ics)
    report(publishing.export(at, Request(target=target), print_octets), target)
