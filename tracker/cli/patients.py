"""``isotrack patients``: whose records there are."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import namesakes, paper, planned, show
from tracker.cli.base import NAME, Command, Group, as_json_option, at_work, confirm, context, is_asked
from tracker.cli.tables import Cell, Column, Row, table
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Name, counted
from tracker.i18n import _, active
from tracker.plan import State

if TYPE_CHECKING:
    from tracker.journeys.patients import Holding, Listing
    from tracker.plan import Item

_LIST = "list"
_ALIKE = N_("{new} is much like the name of another patient: {known}. Is {name} to be called so all the same?")
_COLUMNS = (
    Column(N_("Patient"), is_name=True), Column(N_("Programme"), drops=2),
    Column(N_("First capsule"), drops=3), Column(N_("Last capsule"), drops=4), Column(N_("Next"), drops=1),
)  # fmt: skip
"""None of them is broken over lines: what comes next stands below the row where that does not hold it."""


class _Patients(Group):
    """A word that is none of the commands is a part of a name to look for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with ``list`` said where no command is."""
        is_open = ctx.resilient_parsing and not args  # a shell asks which commands there are
        if not is_open and not any(word in self.commands or word in ctx.help_option_names for word in args):
            args = [_LIST, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Patients,
    help=N_(
        "Whose records there are. isotrack patients lists them all, isotrack patients PART those with this part in"
        " their names."
    ),
)
def patients() -> None:
    """The patients."""


@patients.command(name=_LIST, help=N_("List the patients, or those with this part in their names."))
@click.argument("part", nargs=-1, metavar="[PART]")
@as_json_option()
@click.pass_context
def list_(ctx: click.Context, part: tuple[str, ...], as_json: bool) -> None:
    """Everybody, with the newest course and what comes next."""
    from tracker.journeys import patients as journey

    at = context()
    found = journey.listed(at, plain(" ".join(part)))
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show([_for_programs(one) for one in found])
        return
    paper.put(active().day(at.today))
    if not found:
        show.say(N_('No name has "{part}" in it.'), part=" ".join(part))
        return
    table(_COLUMNS, map(_row, found))


def _row(one: Listing) -> Row:
    from tracker.journeys.context import name_of

    name = str(active().value(name_of(one.patient)))
    if one.view is None:
        return [name, _("no course"), "", "", ""]
    line = one.view.plan.timeline
    last = planned.day(line.end, is_estimate=line.last_dose is None)
    return [name, one.view.course.protocol_id, planned.day(line.first_dose), last, _next(one)]


def _next(one: Listing) -> Cell | str:
    item = _open(one)
    if item is None:
        return ""
    title, state, when = item.rule.title.in_language(active().code), planned.state(item), planned.when(item)

    def said(on: str) -> str:
        return show.filled(N_("{what}, {when} ({state})"), what=title, when=on, state=state)

    return Cell(said(when.form(short=False)), said(when.form(short=True)), signed=when.signed)


def _open(one: Listing) -> Item | None:
    """What is overdue or comes next."""
    assert one.view is not None  # noqa: S101 - asked for where there is a course
    still = [item for item in one.view.plan.items if item.state.is_open]
    return min(still, key=lambda item: (item.state is not State.OVERDUE, item.planned_day), default=None)


def _for_programs(one: Listing) -> dict[str, Any]:
    found: dict[str, Any] = {"patient": one.patient.label, "today": context().today.isoformat(), "course": None}
    if one.view is not None:
        item = _open(one)
        found["course"] = contract.plan(one.view)["course"]
        found["next"] = contract.item(item) if item is not None else None
    return found


@patients.command(cls=Command, help=N_("Call the patient NAME by another name from now on."))
@click.argument("name", type=NAME)
@click.argument("new", type=NAME, metavar="NEW")
def rename(name: str, new: str) -> None:
    """Another name."""
    from tracker.journeys import patients as journey
    from tracker.journeys.context import name_of

    at = context()
    who = journey.find(at, name)
    alike = journey.names_like(at, new, besides=who)
    is_sure = alike is not None and is_asked()
    if is_sure and not confirm(show.filled(_ALIKE, new=Name(new), known=alike, name=name_of(who)), default=False):
        raise InputError(N_("nothing was saved; the name is as it was"))
    journey.rename(at, name, new)
    show.say(N_("Saved: {name} is called {new} from {on} on."), name=name_of(who), new=Name(new), on=at.today)
    if alike is not None and not is_sure:
        show.say(N_("! Another patient has a name much like it: {known}."), known=alike)
    show.say(N_("isotrack undo takes back entries, not a name. To go back: {command}"),
             command=f"isotrack patients rename {shlex.quote(new)} {shlex.quote(who.label)}")  # fmt: skip


@patients.command(
    cls=Command,
    help=N_(
        "Delete the whole record of the patient NAME for good. It asks for the name once more; without a terminal the"
        " name is read from the standard input."
    ),
)
@click.argument("name", type=NAME)
def delete(name: str) -> None:
    """Nothing is left of a patient."""
    from tracker.cli import passwords
    from tracker.journeys import patients as journey
    from tracker.journeys import wiping
    from tracker.journeys.context import name_of

    at = context()
    who = journey.find(at, name)
    called = active().value(name_of(who))
    _say_what_goes(str(called), journey.holding(at, who))
    belongings = wiping.of_patient(at, who)
    if belongings.elsewhere:
        show.say(N_("! What isotrack wrote of it elsewhere stays. To delete that too: {command}"),
                 command=f"isotrack wipe --patient {shlex.quote(who.label)}")  # fmt: skip
    namesakes.say(journey.copies_of_namesakes(at, who), journey.journals_kept(at))
    typed = paper.ask(show.filled(N_("To delete it, type the name {name}"), name=who.label), _(": "))
    if plain(typed) != plain(who.label):
        raise InputError(N_("that is another name: nothing was deleted"))

    with at_work():
        done = wiping.delete(at, who, lambda account: passwords.Keep(account.user, account.url).forget_aloud())
    show.say(N_("Deleted: the whole record of {name}."), name=called)
    if done.copies:
        show.say(N_("It was taken out of {copies} beside the database as well."),
                 copies=counted("{count} copy", "{count} copies", count=done.copies))  # fmt: skip
    for file in done.left:
        show.say(N_("! {file} could not be cleared of it: remove it yourself"), file=file)
    show.say(N_("What you copied, exported or printed elsewhere still has it."))


def _say_what_goes(name: str, held: Holding) -> None:
    show.say(
        N_("! The record of {name} goes for good: {courses} with {commands}. It cannot be taken back."), name=name,
        courses=counted("{count} course", "{count} courses", count=held.courses),
        commands=counted("{count} command", "{count} commands", count=held.commands),
    )  # fmt: skip
    if held.photos:
        show.say(N_("! With it go {files} of photos."),
                 files=counted("{count} file", "{count} files", count=held.photos))  # fmt: skip
    for place in held.places:
        show.say(N_("! Reminders stay where they are until you delete them there: {place}"), place=place)
    if held.imported and not held.places:
        show.say(N_("! Reminders stay in every calendar that they were imported into."))
