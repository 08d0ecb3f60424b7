"""Prints plans, moves and tables; CJK text is measured by rich, which is imported only where a table is printed."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli import notices
from tracker.cli.base import flags
from tracker.cli.describe import describe
from tracker.cli.running import tell
from tracker.errors import N_, Listed, Phrase, TrackerError
from tracker.facts import Done, Risk, TestResult
from tracker.i18n import _, active
from tracker.plan import Item, Phase, SpanInPlan, State

if TYPE_CHECKING:
    from tracker.calendar.ledger import Change
    from tracker.engine.view import Recount, View
    from tracker.journeys.calendar.keeping import Kept
    from tracker.journeys.context import Context
    from tracker.journeys.writing import Outcome
    from tracker.plan import Move
    from tracker.rules import Remark, Source

_NARROWEST = 60
_WIDTH_OF_A_FILE = 160
"""Columns of a table that goes to a file or a pipe."""

STATES = {
    State.PLANNED: N_("planned"),
    State.DUE: N_("due"),
    State.OVERDUE: N_("overdue"),
    State.BOOKED: N_("booked"),
    State.AWAITING_RESULT: N_("result awaited"),
    State.DONE: N_("done"),
    State.AS_PLANNED: N_("as planned, not recorded"),
    State.NOT_KNOWN: N_("not known"),
    State.MISSED: N_("missed"),
}
PHASES = {
    Phase.UPCOMING: N_("upcoming"),
    Phase.ACTIVE: N_("now"),
    Phase.OVER_TEST_OUTSTANDING: N_("over, test outstanding"),
    Phase.ENDED: N_("over"),
}


def filled(message: str, **values: object) -> str:
    """A translated text with its values; ``message`` is a gettext message id."""
    return active().fill(message, values)


def say(message: str, **values: object) -> None:
    """Print a translated line."""
    click.echo(filled(message, **values))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; nothing where there are no rows."""
    from rich.console import Console  # start-up: only what prints a table pays for it
    from rich.table import Table

    found = list(rows)
    if not found:
        return
    at_a_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = max(shutil.get_terminal_size().columns, _NARROWEST) if at_a_terminal else _WIDTH_OF_A_FILE
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        # A key is typed again: it stays in one piece however narrow the screen.
        grid.add_column(heading, overflow="fold", no_wrap=heading == _("Item"))
    for row in found:
        grid.add_row(*(_escape(cell) for cell in row))
    # Drawn aside: rich leaves the program by itself where the output is a broken pipe, whatever was saved.
    drawn = io.StringIO()
    console = Console(
        file=drawn,
        force_terminal=at_a_terminal,
        width=width,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
    )
    console.print(grid)
    for line in drawn.getvalue().splitlines():
        click.echo(line.rstrip())


def _escape(text: str) -> str:
    """Text of the user's own, with nothing in it that moves the cursor or turns the line round."""
    shown = (c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in text.replace("\n", " / "))
    return "".join(shown)


def when(item: Item) -> str:
    """The day of an item: done, booked or due."""
    if item.done is not None:
        return active().day(item.done.on)
    booked = item.appointment
    day = active().day(item.planned_day)
    clock = f" {booked.at:%H:%M}" if booked is not None and booked.at is not None and item.state.is_open else ""
    return day + clock + (_(" (estimate)") if item.due_is_estimate else "")


def until(span: SpanInPlan) -> str:
    """The last day of a span."""
    return active().day(span.end) + (_(" (estimate)") if span.end_is_estimate else "")


def items(found: Iterable[Item], *, sources: bool = False) -> None:
    """A table of items."""
    lang = active().code
    headings = [_("Item"), _("What"), _("When"), _("State")] + ([_("Source")] if sources else [])
    table(
        headings,
        (
            [item.key, item.rule.title.in_language(lang), when(item), _(STATES[item.state])]
            + ([_source(item)] if sources else [])
            for item in found
        ),
    )


def spans(found: Iterable[SpanInPlan], *, sources: bool = False) -> None:
    """A table of what is asked for or forbidden over a time."""
    lang = active().code
    headings = [_("During and after the course"), _("From"), _("Last day"), _("State")] + (
        [_("Source")] if sources else []
    )
    table(
        headings,
        (
            [span.rule.title.in_language(lang), active().day(span.start), until(span), _(PHASES[span.phase])]
            + ([_source(span)] if sources else [])
            for span in found
        ),
    )


def _source(of: Item | SpanInPlan) -> str:
    return _(", ").join(of.rule.sources) + ("" if of.rule.confirmed else _(" (not confirmed)"))


def keys(found: Sequence[str]) -> str:
    """The keys of items, as they are read out."""
    return _(" and ").join(found)


def recounts(found: Iterable[Recount]) -> None:
    """What counts for something else than it did."""
    for one in found:
        say(
            N_("{what} of {on} now counts for {after} (before: {before})."),
            what=describe(one.fact), on=one.fact.on, after=keys(one.after) or _("nothing"),
            before=keys(one.before) or _("nothing"),
        )  # fmt: skip


def remarks(found: Iterable[Phrase]) -> None:
    """What a command has to say about what it recorded."""
    for phrase in found:
        click.echo("! " + active().value(phrase))


def outcome(done: Outcome, at: Context) -> None:
    """What moved because of a command, and why."""
    notices.alarms(done.view.plan)
    if any(isinstance(fact, Risk) or (isinstance(fact, Done) and fact.result is TestResult.POSITIVE)
           for fact in done.recorded):  # fmt: skip
        _where_capsules_ring(at)
    remarks(done.remarks)
    recounts(done.recounted)
    moves(done.moved, done.reason)
    if not done.already_there:
        calendar_line(at)


def _where_capsules_ring(at: Context) -> None:
    """Which calendars stop reminding of capsules by themselves, and which have to be told."""
    from tracker.journeys.calendar import comparing

    found = comparing.ringing(at)
    if found is None:
        return
    flags().capsules_stopped = found.file is not None
    if found.server:
        say(N_("! The calendar on {server} still rings for capsules until you send the change: isotrack calendar sync"),
            server=found.server)  # fmt: skip
    if found.imported:
        say(N_("! A calendar into which you imported a file still rings for capsules every day until you import it"
               " anew: isotrack calendar export --changes"))  # fmt: skip


def times_of_reminders(at: Context) -> None:
    """A line where capsules are reminded of at fewer times of a day than they are taken at."""
    from tracker.journeys.calendar import remembering

    if intakes := remembering.intakes_without_a_time(at):
        say(N_("! {count} intakes a day, and fewer times at which the calendar reminds of them: {command}"),
            count=intakes, command="isotrack calendar settings capsule=08:30,20:00")  # fmt: skip


def calendar_line(at: Context) -> None:
    """A line on what calendars do not know yet; the file that they subscribe to is kept when the command has ended."""
    from tracker.journeys.calendar import comparing

    try:
        waiting = comparing.waiting(at)
    except TrackerError as error:
        # The fact is saved: what cannot be read now is said, and is no failure of the command.
        tell("! " + active().fill(error.message, error.values))
        return
    if waiting is None:
        return
    if waiting.changes.total() and waiting.file is None:
        say(
            N_("Calendar: {new} new, {changed} changed, {cancelled} cancelled; isotrack calendar export writes it."),
            **_counts(waiting.changes),
        )
    if waiting.unsent:
        say(N_("Calendar server: {count} to send; isotrack calendar sync sends them."), count=waiting.unsent)


def kept(done: Kept | None, *, silently: bool, capsules_stopped: bool) -> None:
    """What became of the file that calendars subscribe to."""
    if done is None:
        return
    if done.problem is not None:
        not_kept(done.problem)
        if capsules_stopped:
            tell(filled(N_("! It still rings for capsules: {file}"), file=done.file))
        return
    if capsules_stopped:
        (tell if silently else click.echo)(
            filled(N_("! No capsule reminder rings any more in: {file}"), file=done.file)
        )
    if not done.was_behind or silently:
        return
    counts = _counts(done.changes)
    if any(counts.values()):
        say(
            N_("Calendar: {new} new, {changed} changed, {cancelled} cancelled, written to {file}."),
            file=done.file, **counts,
        )  # fmt: skip
    else:
        say(N_("Calendar: {file} was behind; it is written anew."), file=done.file)


def not_kept(error: TrackerError) -> None:
    """Say why the file that calendars subscribe to is behind: the next command tries again."""
    problem = Phrase(error.message, error.values)
    tell(filled(N_("! The file that calendars subscribe to is behind: {problem}"), problem=problem))


def _counts(changes: Mapping[Change, int]) -> dict[str, int]:
    counts = {change.value: count for change, count in changes.items()}
    return {name: counts.get(name, 0) for name in ("new", "changed", "cancelled")}


def moves(moved: Sequence[Move], reason: Phrase | None) -> None:
    """A table of the dates that moved."""
    if not moved:
        return
    if reason is not None:
        say(N_("What moved ({reason}):"), reason=reason)
    day, lang = active().day, active().code
    table(
        [_("Item"), _("What"), _("Before"), _("Now")],
        (
            [move.key, move.rule.title.in_language(lang), day(move.before) if move.before else "-",
             day(move.after) if move.after else _("no longer planned")]
            for move in moved
        ),
    )  # fmt: skip


def next_of_each_kind(view: View) -> list[Item]:
    """What is due or overdue, and the next of each rule."""
    found: dict[str, Item] = {}
    for item in view.plan.items:
        if item.state in (State.DUE, State.OVERDUE) or (item.state.is_open and item.rule.id not in found):
            found[item.key if item.rule.id in found else item.rule.id] = item
    return list(found.values())


def source_line(source: Source, *about: str) -> None:
    """A source: its title, and in brackets what is known about it and its date."""
    known = (*about, *([source.dated] if source.dated else []))
    title = source.in_language(active().code)
    message = N_("  {id}: {title} ({about})") if known else N_("  {id}: {title}")
    say(message, id=source.id, title=title, about=Listed(known))


def remark(said: Remark) -> None:
    """What a programme states and no date hangs on, with its sources."""
    confirmed = "" if said.confirmed else _(" (not confirmed)")
    sources = _(", ").join(said.sources) + confirmed
    say(N_("- {text} [{sources}]"), text=said.text.in_language(active().code), sources=sources)


def authority(view: View) -> None:
    """The sources that the plan cites, and whose word goes first."""
    say(N_("Sources:"))
    cited = {source for one in view.plan.entries for source in one.rule.sources}
    for source in view.protocol.sources:
        if source.id in cited:
            source_line(source)
    say(N_("These are published rules, not medical advice: your clinic's word goes first."))
