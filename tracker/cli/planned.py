"""Prints what is to be done and when, what is asked for until when, and whose rules these are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.cli import paper
from tracker.cli.running import machine_zone
from tracker.cli.tables import Cell, Column, Row, drawn, table
from tracker.errors import N_, Listed, Phrase, counted
from tracker.i18n import _, active
from tracker.plan import Item, Phase, SpanInPlan, State
from tracker.rules import Kind

if TYPE_CHECKING:
    from tracker.engine.view import View
    from tracker.plan import Downtime, Move, Plan
    from tracker.readings.place import Place
    from tracker.rules import Remark, Rule, Source

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
_OF_A_PACK = {State.OVERDUE: N_("ran out"), State.DONE: N_("new pack")}
PHASES = {
    Phase.UPCOMING: N_("upcoming"),
    Phase.ACTIVE: N_("now"),
    Phase.OVER_TEST_OUTSTANDING: N_("over, test outstanding"),
    Phase.ENDED: N_("over"),
}
_STYLES: dict[State | Phase, paper.Style] = {
    State.DUE: paper.CAUTION,
    State.OVERDUE: paper.DANGER,
    State.AWAITING_RESULT: paper.CAUTION,
    State.DONE: {"fg": "green"},
    State.MISSED: {"fg": "red"},
    Phase.OVER_TEST_OUTSTANDING: paper.DANGER,
}
KEY = Column(N_("Item"), drops=1)
"""The key of an item, which is typed again: it stands last."""
FEWEST = 3
"""Items that are shown where there is hardly room."""
_COLUMNS = (Column(N_("What"), prose=True, is_name=True), Column(N_("When")), Column(N_("State")), KEY)
NO_ADVICE = N_("These are published rules, not medical advice: your clinic's word goes first.")


def day(on: date, at: time | None = None, *, is_estimate: bool = False) -> Cell:
    """A day in a table, with its time; the word for an estimate is a sign where there is little room."""
    clock = f" {at:%H:%M}" if at is not None else ""
    return Cell(
        active().day(on) + clock + (_(" (estimate)") if is_estimate else ""),
        active().short_day(on) + ("*" if is_estimate else "") + clock,
        signed=is_estimate,
    )


def place(of: Place) -> str:
    """Where a day lies in a course: its number, or how many days after the last capsule."""
    if of.after is not None:
        return str(active().value(counted("{count} day after it", "{count} days after it", count=of.after)))
    return str(of.day or "-")


def course_day(number: int) -> str:
    """The n-th day of the course; of one before the first capsule, how many days before."""
    return str(number) if number > 0 else str(active().fill(N_("{count} d before"), {"count": 1 - number}))


def moment(when: date | None) -> Cell | str:
    """A day, or a day and a time, in a table; a dash where there is none."""
    if when is None:
        return "-"
    return day(when.date(), when.time()) if isinstance(when, datetime) else day(when)


def items(found: Iterable[Item], *, zone: str) -> None:
    """A table of items; ``zone`` is where appointments have their times."""
    rows = list(found)
    table(_COLUMNS, map(_row, rows))
    if any(_clock(one) is not None for one in rows):
        name_zone(zone)


def that_fit(found: Sequence[Item], lines: int) -> Sequence[Item]:
    """The first of some items, as many as a table of so many lines holds, but the fewest at least."""
    count = len(found)
    while count > FEWEST and height(found[:count]) > lines:
        count -= 1
    return found[:count]


def height(found: Sequence[Item]) -> int:
    """The lines that a table of these items takes."""
    grid = drawn(_COLUMNS, [_row(one) for one in found], paper.width())
    return len(grid.lines) + grid.is_signed


def _row(item: Item) -> Row:
    style = paper.CAUTION if is_booked_late(item) else _STYLES.get(item.state)
    return [_title(item.rule), when(item), Cell(state(item), style=style), item.key]


def is_booked_late(item: Item) -> bool:
    """Whether an appointment lies behind the days in which the item is in time."""
    return item.state is State.BOOKED and item.planned_day > (item.hard_end or item.window_end)


def state(item: Item) -> str:
    """Where an item stands, in words; that capsules run out is nothing that is done, or late."""
    if item.kind is Kind.SUPPLY and item.state in _OF_A_PACK:
        return _(_OF_A_PACK[item.state])
    return _("booked late") if is_booked_late(item) else _(STATES[item.state])


def of_a_pack(item: Item) -> str:
    """When capsules run out, or ran out."""
    message = N_("Capsules run out on {on}, by what was recorded ({key})")
    if item.state is State.OVERDUE:
        message = N_("Capsules ran out on {on}, by what was recorded ({key})")
    return active().fill(message, {"on": item.planned_day, "key": item.key})


def spans(found: Iterable[SpanInPlan]) -> None:
    """A table of what is asked for or forbidden over a time."""
    table(
        [Column(N_("During and after the course"), prose=True, is_name=True), Column(N_("From"), drops=1),
         N_("Last day"), N_("State")],
        ([_title(one.rule), day(one.start), day(one.end, is_estimate=one.end_is_estimate),
          Cell(_(PHASES[one.phase]), style=_STYLES.get(one.phase))]
         for one in found),
    )  # fmt: skip


def downtimes(found: Sequence[Downtime]) -> None:
    """A table of the days on which a skin shows a procedure."""
    table(
        [Column(N_("Downtime"), prose=True, is_name=True), Column(N_("From")), Column(N_("Last day")), KEY],
        ([_title(one.rule), day(one.first), day(one.last, is_estimate=one.is_estimate), one.key] for one in found),
    )


def _title(rule: Rule) -> str:
    return rule.title.in_language(active().code)


def _clock(item: Item) -> time | None:
    booked = item.appointment
    return booked.at if booked is not None and item.state.is_open else None


def when(item: Item) -> Cell:
    """The day of an item: done, booked or due."""
    if item.done is not None:
        return day(item.done.on)
    return day(item.planned_day, _clock(item), is_estimate=item.due_is_estimate)


def day_of(item: Item) -> tuple[date, str]:
    """Where an item stands among others: by the day on which it was or is to be done."""
    return (item.done.on if item.done is not None else item.planned_day, item.key)


def moves(moved: Sequence[Move], reason: Phrase | None) -> None:
    """A table of the dates that moved."""
    if not moved:
        return
    if reason is not None:
        paper.put(active().fill(N_("What moved ({reason}):"), {"reason": reason}))
    table(
        [Column(N_("What"), prose=True, is_name=True), N_("Before"), N_("Now"), KEY],
        ([_title(one.rule), moment(one.before), moment(one.after) if one.after else _("no longer planned"), one.key]
         for one in moved),
    )  # fmt: skip


def missed(plan: Plan) -> None:
    """What was not done in its time, each by its name; that capsules ran out is nothing that was to be done."""
    found: dict[str, list[Item]] = {}
    for one in plan.items:
        if one.state is State.MISSED and one.rule.kind is not Kind.SUPPLY:
            found.setdefault(one.rule.id, []).append(one)
    for those in found.values():
        fill = active().fill
        days = _(", ").join(fill(N_("{on} ({key})"), {"on": one.due, "key": one.key}) for one in those)
        text = fill(N_("Missed: {title}, {days}"), {"title": _title(those[0].rule), "days": days})
        paper.put(text, hang=2, style=_STYLES[State.MISSED])


def next_of_each_kind(view: View) -> list[Item]:
    """What is due or overdue, and the next of each rule, in the order of their days."""
    found: dict[str, Item] = {}
    for item in view.plan.items:
        if item.state in (State.DUE, State.OVERDUE) or (item.state.is_open and item.rule.id not in found):
            found[item.key if item.rule.id in found else item.rule.id] = item
    return sorted(found.values(), key=lambda item: item.planned_day)


def authority(view: View) -> None:
    """What the programme remarks, each rule with its sources, what those are, and whose word goes first."""
    for one in view.protocol.remarks:
        remark(one)
    if view.protocol.remarks:
        paper.put("")
    rules = {one.rule.id: one.rule for one in view.plan.entries}
    table(
        [Column(N_("Rule"), prose=True, is_name=True), N_("Source")],
        ([_title(rule), cite(rule.sources, is_confirmed=rule.confirmed)] for rule in rules.values()),
    )
    paper.put("")
    _times_of_procedures(view)
    paper.put(_("Sources:"))
    cited_ids = {source for rule in rules.values() for source in rule.sources}
    cited_ids |= {source for one in view.protocol.remarks for source in one.sources}
    cited_ids |= {source for one in view.plan.notices for source in dict(one.values).get("sources") or ()}
    for source in (*view.protocol.sources, *_of_procedures(view, cited_ids)):
        if source.id in cited_ids:
            source_line(source)
    paper.put(_(NO_ADVICE))


def _times_of_procedures(view: View) -> None:
    """Whose times the days of sessions follow, where any is still to come."""
    names = {one.series for one in view.history.series}
    if not any(one.rule.id in names and one.state.is_open for one in view.plan.items):
        return
    from tracker.procedures import catalogue  # start-up: only where a session is planned

    chosen = view.history.profile
    values = {"profile": chosen, "text": catalogue().profiles[chosen]}
    paper.put(active().fill(N_("Times of procedures: {profile}. {text}"), values))
    paper.put("")


def _of_procedures(view: View, cited_ids: Collection[str]) -> Iterable[Source]:
    """The sources of sessions that the programme does not have itself."""
    own = {source.id for source in view.protocol.sources}
    if not set(cited_ids) - own:
        return []
    from tracker.pregnancy import tests  # start-up: only where one is cited
    from tracker.procedures import catalogue

    found = {source.id: source for source in (*tests().sources, *catalogue().sources)}
    return [source for source in found.values() if source.id not in own]


def source_line(source: Source, *about: str) -> None:
    """A source: its title, and in brackets what is known about it and its date."""
    cited(source.id, source.in_language(active().code), *about, *([source.dated] if source.dated else []))


def cited(name: str, title: str, *about: str) -> None:
    """A source by its name, with its title and what is known about it."""
    message = N_("  {id}: {title} ({about})") if about else N_("  {id}: {title}")
    paper.put(active().fill(message, {"id": source_name(name), "title": title, "about": Listed(about)}))


def remark(said: Remark) -> None:
    """What a programme states and no date hangs on, with its sources."""
    cited = cite(said.sources, is_confirmed=said.confirmed)
    values = {"text": said.text.in_language(active().code), "sources": cited}
    paper.put(active().fill(N_("- {text} [{sources}]"), values))


def source_name(name: str) -> str:
    """What a source is called in brackets; what isotrack chose itself, without one, is said in words."""
    return _("own") if name == "own" else name


def cite(sources: Sequence[str], *, is_confirmed: bool) -> str:
    """The names of sources, and whether the number was seen in one."""
    return _(", ").join(map(source_name, sources)) + ("" if is_confirmed else _(" (not confirmed)"))


def is_elsewhere(zone: str) -> bool:
    """Whether a clock of that time zone shows another time than that of this machine."""
    here = machine_zone()
    try:
        now = datetime.now(ZoneInfo(zone))
        return here != zone and (not here or now.utcoffset() != now.astimezone(ZoneInfo(here)).utcoffset())
    except (LookupError, ValueError, OSError):
        return True


def name_zone(zone: str) -> None:
    """Say in which time zone times are, where that is not the machine's."""
    if is_elsewhere(zone):
        paper.put(active().fill(N_("Times are those of the course's time zone, {zone}."), {"zone": zone}))
