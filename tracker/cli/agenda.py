"""``isotrack next``: what must I do, and by when, in a few lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate

import click

from tracker.cli import as_json as contract
from tracker.cli import capsules, conflicts, notices, paper, planned, pressing, show, whose
from tracker.cli.base import Command, as_json_option, context, flags
from tracker.errors import N_, Listed, Phrase
from tracker.facts import Appointment
from tracker.i18n import active
from tracker.plan import Item, Phase, SpanInPlan, State
from tracker.readings.agenda import Agenda, agenda
from tracker.rules import Kind, Permit, Point

MOST_LINES = 5


@click.command(
    cls=Command,
    name="next",
    short_help=N_("Say what to do next, and by when."),
    help=N_(
        "Say in five lines what to do and by when: what is overdue, what is due, what comes, what is forbidden. What"
        " asks for your clinic stands before them, in as many lines as it needs."
    ),
)
@as_json_option()
@click.pass_context
def coming(ctx: click.Context, as_json: bool) -> None:
    """What is to be done."""
    from tracker.journeys.context import look_at_all
    from tracker.journeys.course import measuring, suffering, taking

    views = look_at_all(suffering.reading(taking.reading(measuring.reading(context()))))
    view = views[-1]
    found, sheet, felt = agenda(view.plan), measuring.sheet_of(views), suffering.complaints_of(views)
    beside = taking.beside_of(views, view.plan.today)
    if as_json or ctx.find_root().meta.get("as_json"):
        from tracker.cli import noticed  # start-up: only for programs

        flags().alarmed = True  # they are among its notices
        contract.show({
            "patient": whose.label(),
            "today": view.plan.today.isoformat(),
            "pressing": [contract.item(one) for one in found.pressing],
            "coming": [contract.item(one) for one in found.coming],
            "closed": [contract.item(one) for one in found.closed],
            "missed": [contract.item(one) for one in found.missed],
            "running": [contract.span(one) for one in found.running],
            "notices": [notice.code.value for notice in view.plan.notices],
            "findings": noticed.contract(sheet, felt, beside, view),
        })  # fmt: skip
        return
    # A danger is never left out for want of room, and beside a call to the clinic nothing says that there is no need.
    dangers = notices.alarms(view.plan)
    before = paper.lines_so_far()
    notices.for_the_clinic(view.plan)
    pressing.for_the_clinic(sheet, felt)
    capsules.put(capsules.not_seen(view).of_doses)
    capsules.put_supply(view)
    conflicts.show(beside)
    if any(item.kind is Kind.ATTESTATION and item.done is not None for item in view.plan.items):
        from tracker.journeys.course import consenting  # start-up: only where one is signed

        pressing.signed_unexplained(consenting.signed_unexplained(view))
    pressing.too_young(views)
    pressing.newer_guidance(view)
    warned = dangers > 0 or paper.lines_so_far() > before or bool(found.closed)
    whose.heading()
    show.pause(view.plan)
    # What is said before the dates takes of their room, and never all of it.
    for line in lines(found, MOST_LINES - paper.lines_so_far(), paper.lines_of, is_calm=not warned):
        paper.put(line)


def lines(
    found: Agenda, room: int, lines_of: Callable[[str], int] = lambda _text: 1, *, is_calm: bool = True
) -> list[str]:
    """What fits: what presses, then the next thing that comes, then what is forbidden, then what else comes.

    How many things had no room is said at last, so that nobody believes that there is nothing else.

    The first of them, a test that was missed and contraception are said whatever there is; ``lines_of`` says how many
    lines a text has on the screen. Where it is not ``is_calm``, what is said before them takes the room: then all that
    presses and the next thing that comes are said as well, and that there is nothing to do is not. What is of one day
    has a line together, unless more is said where each has its own.
    """
    together, apart = _of_one_day(found.pressing), [[item] for item in found.pressing]
    if not is_calm:
        fits = not together or lines_of(_pressing(together[0], is_held=found.is_held)) <= room
        return _fitting(found, together if fits else apart, room, lines_of, is_calm=False)[1]
    said = (_fitting(found, groups, room, lines_of, is_calm=True) for groups in (together, apart))
    return min(said, key=lambda one: one[0])[1]


def _fitting(
    found: Agenda, groups: list[list[Item]], room: int, lines_of: Callable[[str], int], *, is_calm: bool
) -> tuple[int, list[str]]:
    """What fits where ``groups`` of what presses have a line each, and how many things had no room."""
    running = [*map(_beginning, found.beginning), *map(_running, found.running)]
    # Of a contraception that is over but for its test the test is said.
    never_cut = [
        line
        for line, span in zip(running, (*found.beginning, *found.running), strict=True)
        if span.rule.kind is Kind.CONTRACEPTION and not (is_calm and span.phase is Phase.OVER_TEST_OUTSTANDING)
    ]
    # Without the capsules of a time that ended nothing else goes on: it is the first thing that is told.
    pressing = [*map(_closed, found.closed), *(_pressing(those, is_held=found.is_held) for those in groups)]
    groups = [*([item] for item in found.closed), *groups]
    if is_calm and not pressing:
        pressing = [show.filled(N_("Nothing is due today.") if found.coming else N_("Nothing is to be done."))]
    later, missed = _of_one_day(found.coming), [_missed(item) for item in found.missed]
    coming = [_coming(those) for those in later]
    everything = [*pressing, *coming[:1], *missed, *running, *coming[1:]]
    # How many things each line says: that there is nothing to do is none.
    things = [*(map(len, groups) if groups else [0] * len(pressing)), *map(len, later[:1]), *[1] * len(missed),
              *[1] * len(running), *map(len, later[1:])]  # fmt: skip
    told = len(pressing) + len(coming[:1])
    never_cut = [*missed, *never_cut]
    always = range(told, told + len(never_cut))  # contraception is the first of what runs
    if not is_calm:
        reach = [0, *accumulate(map(lines_of, everything))]
        return 0, everything[: max(bisect_right(reach, room) - 1, always.stop, 1)]
    for count in range(len(everything), 0, -1):
        shown = [*range(count), *(at for at in always if at >= count)]
        left = sum(things) - sum(things[at] for at in shown)
        found_room = [*(everything[at] for at in shown), *([_more(left)] if left else [])]
        # Nothing that presses makes room for these: they have lines of their own then.
        more = sum(map(lines_of, never_cut)) if count <= len(pressing) else 0
        if count == 1 or sum(map(lines_of, found_room)) <= room + more:
            return left, found_room
    return 0, everything


def _of_one_day(items: Sequence[Item]) -> list[list[Item]]:
    """Items that follow one another and of which the same is to be said: of one day, until the same day, at no time."""
    found: list[list[Item]] = []
    for item in items:
        alike = [one for one in found[-1:] if _said_of(one[0]) == _said_of(item)]
        if alike and item.state is not State.AWAITING_RESULT:
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _said_of(item: Item) -> tuple[object, ...]:
    is_due = item.state is State.DUE
    ahead = item.state if item.state in (State.OVERDUE, State.DUE, State.BOOKED) else None
    return (item.kind in (Kind.SUPPLY, Kind.PROCEDURE) and item.kind, ahead, _moment(item),
            (item.hard_end or item.window_end) if is_due else None)  # fmt: skip


def _named(items: Sequence[Item]) -> Listed:
    return Listed(tuple(Phrase(N_("{what} ({key})"), {"what": one.rule.title, "key": one.key}) for one in items))


def _more(count: int) -> str:
    return active().ngettext("... and {count} more: isotrack plan", "... and {count} more: isotrack plan", count)


def _pressing(items: Sequence[Item], *, is_held: bool) -> str:
    item = items[0]
    what = {"items": _named(items), "when": _moment(item), "due": item.planned_day}
    if item.kind is Kind.SUPPLY:
        return planned.of_a_pack(item)
    if is_held and item.kind is Kind.PROCEDURE:
        return show.filled(
            N_("{items}, planned for {when}: not before your clinic's word on what stands above is recorded"), **what
        )
    match item.state:
        case State.OVERDUE:
            return show.filled(N_("Overdue, it was due {due}: {items}"), **what)
        case State.AWAITING_RESULT if item.awaiting is not None:
            command = Phrase(N_("isotrack fix {id} --result negative"), {"id": item.awaiting.id})
            return show.filled(N_("Result awaited since {on}: {items}. When you know it: {command}"),
                               on=item.awaiting.on, command=command, **what)  # fmt: skip
    last = item.hard_end or item.window_end
    if item.planned_day < last:
        what["when"] = _moment(item, active().short_day)  # two days, and room for what else presses
        return show.filled(N_("Due {when}, {last} at the latest: {items}"), last=active().short_day(last), **what)
    return show.filled(N_("Due {when}: {items}"), **what)


def _closed(item: Item) -> str:
    message = N_(
        "Ended {last}, and nothing is recorded: {what} ({key}). If it was done: isotrack log pick-up --on DATE; if not,"
        " ask your clinic."
    )
    if isinstance(item.rule.timing, Permit) and item.rule.timing.opened_by.point is Point.SPECIMEN:
        message = N_(
            "Ended {last}, and nothing is recorded: {what} ({key}). If it was done: isotrack log pick-up --on DATE; if"
            " not, a new negative pregnancy test is needed before the pick-up: ask your clinic."
        )
    return show.filled(message, last=item.window_end, what=item.rule.title, key=item.key)


def _missed(item: Item) -> str:
    """As the status says it."""
    on = Phrase(N_("{on} ({key})"), {"on": item.due, "key": item.key})
    return show.filled(N_("Missed: {title}, {days}"), title=item.rule.title, days=on)


def _coming(items: Sequence[Item]) -> str:
    booked = items[0].state is State.BOOKED
    message = N_("Booked for {when}: {items}") if booked else N_("Next, {when}: {items}")
    return show.filled(message, when=_moment(items[0]), items=_named(items))


def _running(span: SpanInPlan) -> str:
    title = span.rule.title
    if span.phase is Phase.OVER_TEST_OUTSTANDING:
        return show.filled(
            N_("{what}: its last day was {end}, the test that closes it is outstanding"), what=title, end=span.end
        )
    message = N_("{what} until {end} (estimate)") if span.end_is_estimate else N_("{what} until {end}")
    return show.filled(message, what=title, end=span.end)


def _beginning(span: SpanInPlan) -> str:
    message = (
        N_("{what} from {start} to {end} (estimate)") if span.end_is_estimate else N_("{what} from {start} to {end}")
    )
    return show.filled(message, what=span.rule.title, start=span.start, end=span.end)


def _moment(item: Item, written: Callable[[date], str] | None = None) -> str:
    booked: Appointment | None = item.appointment
    clock = f" {booked.at:%H:%M}" if booked is not None and booked.at is not None else ""
    return (written or active().day)(item.planned_day) + clock
