"""Prints what a command did, tables, and what calendars do not know yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracker.cli import notices, paper, planned, whose
from tracker.cli.base import flags
from tracker.cli.describe import describe
from tracker.cli.running import tell
from tracker.errors import N_, Phrase, TrackerError
from tracker.facts import PLANNING, Appointment, Done, RedFlag, Risk, TestResult, kind_of
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.calendar.ledger import Change
    from tracker.engine.view import Recount
    from tracker.journeys.calendar.keeping import Kept
    from tracker.journeys.context import Context
    from tracker.journeys.writing import Outcome
    from tracker.plan import Plan


def filled(message: str, **values: object) -> str:
    """A translated text with its values; ``message`` is a gettext message id."""
    return active().fill(message, values)


def say(message: str, **values: object) -> None:
    """Print a translated text, broken between words."""
    paper.put(filled(message, **values))


def pause(plan: Plan) -> None:
    """Say that no capsules are taken in a pause, or will not be."""
    since = plan.timeline.paused_since
    if since is not None:
        planned = since > plan.today
        say(N_("A pause is planned: no capsules from {since} on.") if planned
            else N_("Paused: no capsules from {since} on."), since=since)  # fmt: skip


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
        paper.put("! " + active().value(phrase))


def saved(done: Outcome, message: str, *, key: str = "", **values: Any) -> None:
    """Say that it is saved, on which day and for what, with the number that ``fix`` takes."""
    text = filled(message, **values)
    fact = done.recorded[-1]
    if done.already_there:
        whose.saved(N_("Already there: {text} (number {id}). Nothing changed."), text=text, id=fact.id)
    elif key:
        whose.saved(N_("Saved: {text}, for {key} (number {id})."), text=text, key=key, id=fact.id)
    else:
        whose.saved(N_("Saved: {text} (number {id})."), text=text, id=fact.id)


def outcome(done: Outcome, at: Context) -> None:
    """What moved because of a command, and why."""
    notices.alarms(done.view.plan)
    if any(isinstance(fact, Risk | RedFlag) or (isinstance(fact, Done) and fact.result is TestResult.POSITIVE)
           for fact in done.recorded):  # fmt: skip
        _where_capsules_ring(at)
    if done.paid is not None:
        say(N_("Paid: {text} (number {id})."), text=describe(done.paid), id=done.paid.id)
    remarks(done.remarks)
    recounts(done.recounted)
    planned.moves(done.moved, done.reason)
    if any(isinstance(fact, Appointment) and fact.at is not None for fact in done.recorded):
        planned.name_zone(done.view.course.timezone)
    moves_calendars = any(kind_of(fact) in PLANNING for fact in done.recorded)
    if moves_calendars and not done.already_there and not at.database.is_rehearsal:
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
    from tracker.journeys.calendar import given

    try:
        if not given.has_calendar(at):
            return
        from tracker.journeys.calendar import comparing  # start-up: only where there is one

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
        (tell if silently else paper.put)(filled(N_("! No capsule reminder rings any more in: {file}"), file=done.file))
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
