"""``isotrack procedure``: what a clinic does to the skin, planned, booked and done, and until when it is kept apart."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import names, notices, planned, show, whose
from tracker.cli.base import NOTE, Command, Group, as_json_option, context, flags, note_option, option
from tracker.cli.names import Completed
from tracker.cli.tables import Column, Row, table
from tracker.cli.values import Value, option_of
from tracker.dates import Span, Unit
from tracker.errors import N_, InputError
from tracker.facts import SeriesPlan, Session, TimesChosen, by_name
from tracker.facts.kind import PRICE, PROCEDURE
from tracker.i18n import _, active
from tracker.plan import Phase, State
from tracker.treatments import LEVEL_NAMES, Level, Profile

if TYPE_CHECKING:
    from tracker.currencies import Money
    from tracker.journeys.course.treating import Overview
    from tracker.journeys.writing import Outcome
    from tracker.plan import Item

_SERIES = by_name()["procedure-series"]
_ANY = Span(1, Unit.MONTH)
"""Between the sessions of a series that has one."""
_ALSO = {
    "計画": "plan", "予定": "plan", "記録": "log", "予約": "book", "中止": "cancel", "取消": "cancel",
    "取り消し": "cancel", "プロファイル": "profile",
}  # fmt: skip


class _Procedure(Group):
    """Its commands, one of which is that of ``log``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are met."""
        return [*super().list_commands(ctx), "log"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that was called, by whichever of its names."""
        name = _ALSO.get(cmd_name, cmd_name)
        if name == "log":
            from tracker.cli.log import command_of

            return command_of("procedure", "log")
        return super().get_command(ctx, name)


@click.group(
    cls=_Procedure,
    invoke_without_command=True,
    lazy={"book": ("tracker.cli.book:book", N_("Record an appointment for a planned item."))},
    help=N_(
        "Procedures around the course: what is planned, booked and done, and until when each is restricted. isotrack"
        " list procedures shows the names."
    ),
)
@as_json_option()
@click.pass_context
def procedure(ctx: click.Context, as_json: bool) -> None:
    """What is planned and done, when no command is given."""
    if ctx.invoked_subcommand is not None:
        if as_json:
            ctx.find_root().meta["as_json"] = True
        return
    from tracker.journeys.course import treating

    found = treating.overview(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found))
        return
    whose.heading()
    _show(found)


def _column(name: str) -> click.Parameter:
    column = _SERIES.column(name)
    return option_of(column, name, Value(column.sort, _SERIES.name), required=name == "sessions")


@procedure.command(
    cls=Command,
    short_help=N_("Plan a series of sessions after the course."),
    help=N_(
        "Plan a series: so many sessions, so long apart, after the time in which the procedure is restricted around the"
        " course. As long as the last capsule is an estimate they move with it."
    ),
    params=[_column(name) for name in ("sessions", "every", "begins", "price", "downtime", "clinic_confirmed")],
)
@click.argument("code", metavar="PROCEDURE", type=Value(PROCEDURE, "procedure"))
@option("--after", metavar="SERIES", type=Completed(names.procedures),
        help=N_("The series that it follows, such as dermapen."))  # fmt: skip
@note_option()
def plan(code: str, every: Span | None, clinic_confirmed: bool | None, **said: Any) -> None:
    """A series."""
    from tracker.journeys.course import treating

    if every is None and said["sessions"] != 1:
        example = f"isotrack procedure plan {code} --sessions {said['sessions']} --every P1M"
        raise InputError(N_("--every is missing: how long lies between two sessions"), N_("for example: {command}"),
                         command=example)  # fmt: skip
    planning = treating.Planning(code=code, every=every or _ANY, clinic_confirmed=bool(clinic_confirmed), **said)
    _saved(treating.plan_series(context(), planning))


@procedure.command(
    cls=Command,
    short_help=N_("End a series, or call off one booking."),
    help=N_("End a series: its open sessions are no longer planned. With a key, dermapen/2, call off that booking."),
)
@click.argument("series", type=Completed(names.procedures))
@option("--from", "since", metavar="NUMBER", type=Value(_SERIES.column("sessions").sort, "procedure"),
        help=N_("Only from this session on: 3."))  # fmt: skip
def cancel(series: str, since: int | None) -> None:
    """No more sessions."""
    from tracker.cli.typed import plain
    from tracker.journeys.course import treating

    done = treating.cancel(context(), plain(series), since)
    if done.recorded:
        _saved(done)
        return
    whose.saved(N_("Saved: {key} has no appointment any more."), key=plain(series))
    show.outcome(done, context())


_PROFILE = by_name()["procedure-profile"].column("profile")


@procedure.command(
    cls=Command,
    short_help=N_("Show or say whose times hold."),
    help=N_(
        "Show whose times hold for procedures, or say it: label-conservative (nothing during the course and six months"
        " after it), or consensus-2017, which needs the clinic's word."
    ),
)
@click.argument("profile", required=False, type=Value(_PROFILE.sort, "procedure-profile"))
@option("--clinic-confirmed", is_flag=True, help=N_("Your clinic told you so."))
@option("--note", type=NOTE, metavar="TEXT", help=N_("A note of your own; - reads it from standard input."))
def profile(profile: Profile | None, clinic_confirmed: bool, note: str | None) -> None:
    """Whose times hold."""
    from tracker.journeys.course import treating

    if profile is None:
        _of_the_profile(treating.overview(context()).view.history.profile)
        return
    fact = TimesChosen(on=flags().day(), profile=profile, note=note)
    _saved(treating.choose_times(context(), fact, clinic_confirmed=clinic_confirmed))
    _of_the_profile(profile)


def _saved(done: Outcome) -> None:
    """What was recorded, with its number, and what moved."""
    from tracker.cli.describe import describe

    fact = done.recorded[-1]
    message = N_("Saved: {text} (number {id}).")
    if done.already_there:
        message = N_("Already there: {text} (number {id}). Nothing changed.")
    whose.saved(message, text=describe(fact), id=fact.id)
    show.outcome(done, context())


def _show(found: Overview) -> None:
    view = found.view
    notices.of_procedures(view.plan)
    items = found.items
    alone = [*found.before, *(one for one in view.history.sessions if not view.counts_for(one))]
    if not items and not alone:
        show.say(N_("No procedure is planned or recorded. For example: {command}"),
                 command="isotrack procedure plan dermapen --sessions 5 --every P1M")  # fmt: skip
    prices = {one.series: one for one in view.history.series}
    dated = [(one.planned_day if one.done is None else one.done.on, _row(one, prices[one.rule.id])) for one in items]
    dated += [(one.on, [_name(one.code), planned.day(one.on), _(planned.STATES[State.DONE]), _price(one.price),
                        f"procedure ({one.id})"]) for one in alone]  # fmt: skip
    rows = [row for _on, row in sorted(dated, key=itemgetter(0))]
    columns = [Column(N_("What"), prose=True, is_name=True), Column(N_("When")), Column(N_("State")),
               Column(N_("Price"), drops=2), planned.KEY]  # fmt: skip
    used = [at for at in range(len(columns)) if at != 3 or any(row[3] for row in rows)]  # noqa: PLR2004 - the price
    table([columns[at] for at in used], [[row[at] for at in used] for row in rows])
    if view.plan.downtimes:
        click.echo()
        planned.downtimes(view.plan.downtimes)
    if found.windows:
        click.echo()
        _windows(found)
    _of_the_profile(view.history.profile)


def _row(item: Item, series: SeriesPlan) -> Row:
    price = item.done.price if isinstance(item.done, Session) else series.price
    title = item.rule.title.in_language(active().code)
    return [title, planned.when(item), planned.state(item), _price(price), item.key]


def _price(price: Money | None) -> str:
    return str(active().value(price)) if price is not None else ""


def _name(code: str) -> str:
    from tracker.procedures import name_of

    return name_of(code).in_language(active().code)


def _windows(found: Overview) -> None:
    """Until when each procedure is kept apart, by which source; and until when it is for the clinic to say."""
    rows: list[Row] = []
    for one in found.windows:
        for level in (Level.FORBIDDEN, Level.ASK):
            window = one.last_of(level)
            if window is not None:
                is_over = window.last < found.view.plan.today
                rows.append([
                    one.procedure.name.in_language(active().code),
                    _(planned.PHASES[Phase.ENDED] if is_over else LEVEL_NAMES[level]),
                    planned.day(window.last, is_estimate=window.is_estimate),
                    planned.cite(window.sources, is_confirmed=window.confirmed),
                ])  # fmt: skip
    table([Column(N_("Procedure"), prose=True, is_name=True), Column(N_("Level"), drops=2), Column(N_("Last day")),
           Column(N_("Source"), drops=1)], rows)  # fmt: skip


def _of_the_profile(chosen: Profile) -> None:
    from tracker.procedures import catalogue

    show.say(N_("Times: {profile}. {text}"), profile=chosen, text=catalogue().profiles[chosen])


def _contract(found: Overview) -> dict[str, Any]:
    view = found.view
    series = {one.series: one for one in view.history.series}
    return {
        "patient": whose.label(), "today": view.plan.today.isoformat(), "profile": view.history.profile.value,
        "items": [
            contract.item(one) | {"procedure": series[one.rule.id].code, "price": _priced(one, series[one.rule.id])}
            for one in found.items
        ],
        "sessions": [contract.fact(one, view.counts_for(one)) for one in (*found.before, *view.history.sessions)],
        "downtimes": [contract.downtime(one) for one in view.plan.downtimes],
        "windows": [contract.washout(one, view.plan.today) for one in found.windows],
        "notices": [one.code.value for one in view.plan.notices if one.code in notices.OF_PROCEDURES],
    }  # fmt: skip


def _priced(item: Item, series: SeriesPlan) -> dict[str, Any] | None:
    price = item.done.price if isinstance(item.done, Session) else series.price
    return PRICE.write(price) if price is not None else None
