"""``isotrack start``: one command opens a course and prints what it will ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from click.core import ParameterSource
from msgspec.structs import replace

from tracker.cli import conflicts, entering, later, laxer, notices, paper, show, welcome, whose
from tracker.cli.amounts import DURATION, KILOGRAMS, MILLIGRAMS, TARGET
from tracker.cli.base import COMING, NOTE, PAST, STARTING, Command, confirm, context, flags, is_asked, option
from tracker.cli.choices import pick
from tracker.cli.doses import DOSES
from tracker.cli.running import machine_zone, print_octets, tell
from tracker.cli.sure import sure
from tracker.cli.values import Value
from tracker.dates import Span
from tracker.errors import N_, InputError, Listed
from tracker.facts import HowEarlier
from tracker.facts.intake import PRODUCT, PRODUCT_COLUMN, Product
from tracker.facts.person import BORN, SEX, Person
from tracker.i18n import _
from tracker.pattern import Pattern
from tracker.rules import Sex

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.facts import Projection
    from tracker.journeys.context import Context

_DEFAULT_PROTOCOL = "jp-standard"
_FALLBACK_ZONE = "UTC"


@click.command(
    cls=Command,
    help=N_(
        "Open a course whose first capsule is on DATE, or move a first capsule that still lies ahead (--move). Prints"
        " what comes next, and with --all everything that the programme will ask, when, and on whose authority."
    ),
)
@click.argument("first_dose", type=STARTING, metavar="[DATE]", required=False)
@option("--weight", type=KILOGRAMS, metavar="KG", help=N_("Body weight, such as 54 or 119lb."))
@option(
    "--dose", "doses", type=DOSES, metavar="MG", help=N_("Dose in milligrams: 20, 20/40, 20 every 2 days, 20x2 ...")
)
@option("--product", type=Value(PRODUCT, "prescription"), metavar="PRODUCT", help=PRODUCT_COLUMN.help)
@option("--yes", is_flag=True, help=N_("The dose is right, however unusual."))
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
@option(
    "--clinic-confirmed",
    is_flag=True,
    help=N_("The clinic itself gave a value that shortens a window, or made its programme laxer."),
)
@option(
    "--earlier",
    "how_earlier",
    type=entering.EARLIER,
    metavar="done|unknown|open",
    help=N_("What of the plan lies before today: done as planned, not known, or still open."),
)
@option(
    "--taken-so-far",
    type=MILLIGRAMS,
    metavar="MG",
    help=N_("Milligrams taken in all before; as prescribed unless said."),
)
@option("--ics", type=click.Path(), metavar="FILE", help=N_("Write the calendar as well."))
@option("--move", type=COMING, metavar="DATE", help=N_("Move the first capsule of the open course to this day."))
@option("--all", "everything", is_flag=True, help=N_("Print the whole plan, the remarks and the sources as well."))
def start(  # noqa: PLR0913 - one parameter a flag
    first_dose: date | None,
    weight: Decimal | None,
    doses: Pattern | None,
    product: Product | None,
    yes: bool,
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
    how_earlier: HowEarlier | None,
    taken_so_far: Decimal | None,
    ics: str | None,
    move: date | None,
    everything: bool,
) -> None:
    """Open a course or move its first dose."""
    from tracker.journeys.course import opening

    at = context()
    with at.database.named():
        view, is_first = None, not at.database.path.exists()
    if ics is not None:
        _check_export(at, ics)
    if move is not None:
        _move(at, move, alone=_is_alone(click.get_current_context()))
    else:
        if first_dose is None:
            later.stop(sex, born, enrolled, can_become_pregnant=can_become_pregnant)
            raise InputError(N_("the day of the first capsule is missing"), N_("for example: {command}"),
                             command="isotrack start 2026-11-24 --weight 54 --dose 20")  # fmt: skip
        projection = _projection(at.today, duration, target)
        opening.check_the_last_course(at, first_dose)
        is_another = whose.ask_about_a_new_name()
        zone = _zone(timezone) if timezone is not None else opening.zone_of_the_last_course(at) or _zone(None)
        programme = protocol or _asked_programme(zone)
        pregnant = _can_become_pregnant(can_become_pregnant)
        if not _is_agreed_to(at, programme, can_become_pregnant=pregnant, clinic_confirmed=clinic_confirmed):
            show.say(N_("Nothing was changed."))
            return
        said = opening.Opening(
            first_dose=first_dose,
            enrolled=enrolled,
            protocol=programme,
            can_become_pregnant=pregnant,
            name=name,
            timezone=zone,
            weight=weight,
            doses=doses,
            product=product,
            projection=projection,
            person=Person(on=at.today, sex=sex, born=born) if sex or born else None,
            own_values=tuple(
                opening.own_value(text, at.today, clinic_confirmed=clinic_confirmed) for text in own_values
            ),
            earlier=entering.earlier(first_dose, at.today, how_earlier, taken_so_far),
            is_laxer=True,
            is_another=is_another,
        )
        view, remarks = sure(lambda *, is_sure: opening.start_course(at, replace(said, is_sure=is_sure)), yes=yes)
        welcome.saved(view, everything=everything)
        if weight is not None:
            _say_weight(view)
        show.remarks(remarks)
        _say_what_does_not_go_with_it(at)
        entering.say(view)
        show.calendar_line(at)
    if ics is not None:
        _export(at, ics)
    if view is not None:
        offer = [_offer()] if is_first and not flags().dry_run else []
        is_open = can_become_pregnant is None and not is_asked()
        to_be_said = [welcome.whether_pregnancy_is_possible()] if is_open else []
        to_be_said += [_which_was_taken()] if protocol is None and not is_asked() else []
        _end_with_what_matters(view, offer, to_be_said, everything=everything)


def _say_what_does_not_go_with_it(at: Context) -> None:
    """What is taken from an earlier course on, or known of the person, and does not go with the new one's capsules."""
    from tracker.journeys.course import taking

    conflicts.show(taking.beside(at))


def _say_weight(view: View) -> None:
    """The weight that was taken, as it was typed."""
    from tracker.cli import weighed

    weight = view.history.weights[-1]
    if not weighed.say_if_pounds_may_be_meant(weight, view.protocol.jurisdiction, flag="--weight"):
        weighed.say_back(weight, dated=weight.on < view.plan.today)


def _projection(today: date, duration: Span | None, target: Decimal | None) -> Projection | None:
    from tracker.facts import Projection

    if duration is not None and target is not None:
        raise InputError(N_("say --duration or --target, not both"))
    return Projection(on=today, duration=duration, target=target) if duration or target else None


def _offer() -> str:
    """What can be done about everybody who can read the file."""
    from tracker.db import cipher

    first = "" if cipher.is_installed() else f"{cipher.COMMAND} && "
    return show.filled(N_("To keep this record behind a passphrase: {command}"), command=f"{first}isotrack encrypt")


def _which_was_taken() -> str:
    return show.filled(
        N_("! No programme was said: {protocol} is taken. Another one: isotrack undo, then start again with"
           " --protocol, for example --protocol us (isotrack protocols lists them)."),
        protocol=_DEFAULT_PROTOCOL,
    )  # fmt: skip


def _end_with_what_matters(view: View, offer: list[str], to_be_said: list[str], *, everything: bool) -> None:
    """What is next and what is forbidden; what was taken that nobody said is beside the output too."""
    if flags().for_programs:
        for text in (*offer, *to_be_said):
            tell(text)
    else:
        welcome.what_matters(view, offer, to_be_said, everything=everything)


def _is_agreed_to(at: Context, programme: str, *, can_become_pregnant: bool, clinic_confirmed: bool) -> bool:
    """Whether a clinic's own file is not laxer than where it came from, or the clinic's word says that it may be."""
    from tracker.journeys.course import adopting

    if not adopting.is_a_file(programme):
        return True
    found, than = adopting.laxer_than_its_origin(programme, at.today, can_become_pregnant=can_become_pregnant)
    return laxer.is_agreed_to(found, than, clinic_confirmed=clinic_confirmed)


def _is_alone(ctx: click.Context) -> bool:
    """Whether ``--move`` is the only thing that was said."""
    own = {param.name for param in ctx.command.params if param.expose_value} - {"move"}
    return all(ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE for name in own if name)


def _move(at: Context, move: date, *, alone: bool) -> None:
    from tracker.journeys.course import opening

    if not alone:
        raise InputError(N_("--move only moves the first capsule: nothing else goes with it"))
    done = opening.move_first_dose(at, move)
    whose.saved(N_("Saved: first capsule planned for {on} (number {id})."), on=move, id=done.recorded[0].id)
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
        paper.put(f"  {number}  " + show.filled(N_("{id}: {title}"), id=one.id, title=one.name))
    return ready[pick(_("Number"), len(ready)) - 1].id


def _can_become_pregnant(said: bool | None) -> bool:
    if said is not None:
        return said
    if is_asked():
        return confirm(_("Can you become pregnant?"), default=True)
    return True


def _zone(said: str | None) -> str:
    if said is None:
        return machine_zone() or _FALLBACK_ZONE
    try:
        return ZoneInfo(said).key
    except (LookupError, ValueError, OSError):
        from tracker.cli import timezones  # only for a zone that is none

        near = timezones.like(said, flags().day().year)
        raise InputError(
            N_('"{zone}" is not a time zone; expected a name such as {examples}'),
            N_("did you mean: {known}") if near else None, zone=said, known=Listed(tuple(near)),
            examples=Listed(("Asia/Tokyo", "Europe/London", "America/New_York")),
        ) from None  # fmt: skip


def _check_export(at: Context, ics: str) -> None:
    """Before anything is saved: a course is not opened by a command that cannot write its calendar."""
    from tracker import files
    from tracker.journeys.calendar.delivery import OURS

    if not ics.strip():
        raise InputError(N_("the name of the file is empty"))
    if ics != "-":
        files.check_target(Path(ics), OURS, at.database.path, force=False)


def _export(at: Context, ics: str) -> None:
    from tracker.cli.calendar import report  # start-up: it imports icalendar
    from tracker.journeys.calendar import publishing
    from tracker.journeys.calendar.delivery import Request

    target = None if ics == "-" else Path(ics)
    report(publishing.export(at, Request(target=target), print_octets), target)
