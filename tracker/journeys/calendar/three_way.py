"""The three sides of a synced calendar, put together: the plan, what was last put on the server, what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import Connection

from tracker.calendar import ics, resource
from tracker.calendar.entries import intake_of
from tracker.calendar.ledger import Line
from tracker.calendar.merge import Action, Elsewhere, Step, Wanted, decide
from tracker.calendar.single import Days, Single, share_out
from tracker.dav import Held
from tracker.db import remote
from tracker.journeys.calendar import comparing
from tracker.journeys.context import Context
from tracker.publication import GONE, Known, Seen, local


class Form(StrEnum):
    """What the entries are on the server."""

    EVENT = "event"
    TODO = "todo"

    @property
    def component(self) -> str:
        """Its name in iCalendar."""
        return "VTODO" if self is Form.TODO else "VEVENT"


class There(Struct, frozen=True):
    """The server's entries that can be read, by UID, and those that cannot."""

    held: dict[str, Held]
    seen: dict[str, Seen]
    unread: tuple[Held, ...] = ()

    @property
    def unreadable(self) -> int:
        """How many entries cannot be read."""
        return len(self.unread)

    def hidden(self, uids: Iterable[str]) -> set[str]:
        """Which of these entries are there, but cannot be read: nobody can say what became of them."""
        return {uid for uid in uids if any(uid in one.href or uid.encode() in one.data for one in self.unread)}

    def days(self) -> dict[str, list[Single]]:
        """The single days of every series."""
        return {uid: resource.days(self.held[uid].data) for uid, seen in self.seen.items() if seen.own}

    @classmethod
    def of(cls, entries: Iterable[Held]) -> There:
        """What the server holds, as far as it can be read."""
        held: dict[str, Held] = {}
        seen, unread = {}, []
        for one in entries:
            try:
                uid, found = resource.read(one.data)
            except ValueError:
                unread.append(one)
                continue
            # A copy that another program made of an entry has an address of that program's.
            if uid not in held or one.href.endswith(f"/{uid}.ics"):
                held[uid], seen[uid] = one, found
        return cls(held, seen, tuple(unread))


class Difference(Struct, frozen=True):
    """What another device changed: the entry's title, when the plan has it, and when it is there."""

    uid: str
    title: str
    elsewhere: Elsewhere
    plan: date | datetime | None
    """None where the plan has it no more."""
    here: date | datetime | None
    """None where it is not there."""


class Kept(Struct, frozen=True):
    """A single day of a series that another device took out or changed, and that stays so."""

    title: str
    when: date | datetime | None
    taken_out: bool


class Sides(Struct, frozen=True):
    """The lines of the plan (each with the id of its course), and what has to be done, by UID."""

    lines: dict[str, tuple[int, Line]]
    octets: dict[str, bytes]
    """Of every entry that the plan wants."""
    wanted: dict[str, Wanted]
    known: dict[str, Known]
    steps: list[Step]
    days: dict[str, list[Single]]
    """The single days that each series of the plan keeps as another device has them."""
    kept: tuple[Kept, ...]
    """Of these the ones that were not known before."""
    timezone: str

    def text(self, step: Step, held: Mapping[str, Held]) -> bytes:
        """What is to be on the server: the plan's, laid over what another device added."""
        ours = self.octets[step.uid]
        if step.action is Action.UPDATE:
            ours = resource.laid_over(ours, held[step.uid].data, step.before)
        return resource.with_days(ours, self.days.get(step.uid, ()))

    def title(self, uid: str) -> str:
        """The title of an entry of ours."""
        if uid in self.lines:
            _course, line = self.lines[uid]
            return (line.before or line.entry).title if line.entry.cancelled else line.entry.title
        was = self.known[uid]
        return (was.seen or (*was.sent, GONE)[0]).title

    def day(self, step: Step) -> date | datetime | None:
        """The day or local time that the step is about."""
        want = self.wanted.get(step.uid)
        return local((want.seen if want is not None else step.here).start, self.timezone)

    def difference(self, step: Step) -> Difference | None:
        """What another device did to an entry, if one did anything."""
        if step.elsewhere is None:
            return None
        want = self.wanted.get(step.uid)
        plan, here = want.seen.start if want is not None else "", step.here.start
        if step.elsewhere is Elsewhere.TICKED:
            here = step.here.done_at
        elif step.elsewhere is Elsewhere.ENDED:
            plan, here = want.seen.last if want is not None else "", step.here.last
        now = local(here, self.timezone) if not step.here.gone else None
        title = self.title(step.uid) or step.here.title
        return Difference(step.uid, title, step.elsewhere, local(plan, self.timezone), now)


def sides(
    connection: Connection,
    context: Context,
    form: Form,
    calendar: str | None,
    there: There,
    *,
    restore: bool = False,
) -> Sides:
    """The sides as they stand; ``calendar`` is None where none was made yet."""
    as_todos = form is Form.TODO
    found = comparing.compared(connection, context, as_todos=as_todos)
    lines = {line.published.uid: (course, line) for course, line in found.lines}
    shown = {uid: line for uid, (_course, line) in lines.items() if not line.entry.cancelled}
    octets = {uid: ics.alone(line, as_todos=as_todos) for uid, line in shown.items()}
    wanted = {
        uid: Wanted(digest=shown[uid].published.digest, seen=resource.read(data)[1]) for uid, data in octets.items()
    }
    known = remote.load(connection, calendar) if calendar else {}
    order = {uid: number for number, uid in enumerate(lines)}
    hidden = there.hidden(wanted.keys() | known.keys()) - there.seen.keys()
    for uid in hidden:
        wanted.pop(uid, None)
        known.pop(uid, None)
    steps = decide(wanted, known, there.seen, restore=restore)
    steps.sort(key=lambda step: order.get(step.uid, -1))
    timezone = found.courses[-1].course.timezone if found.courses else "UTC"
    intakes = {uid: intake_of(line.entry.key) for uid, (_course, line) in lines.items() if line.entry.daily}
    days, kept = ({}, ()) if restore else _days(shown, known, there, timezone, intakes)
    return Sides(lines, octets, wanted, known, steps, days, kept, timezone)


def _days(
    shown: Mapping[str, Line], known: Mapping[str, Known], there: There, timezone: str, intakes: Mapping[str, int]
) -> tuple[dict[str, list[Single]], tuple[Kept, ...]]:
    held = {uid: days for uid, days in there.days().items() if uid in shown or uid in known}
    series = {uid: Days.of(line.entry) for uid, line in shown.items() if line.entry.daily}
    kept = []
    for uid, days in held.items():
        was = known.get(uid, Known())
        own = {day for one in (was.seen or GONE, *was.sent) for day in one.own}
        new = [one for one in days if one.is_seen and str(one) not in own]
        kept += [Kept(there.seen[uid].title, local(one.moment, timezone), one.changed is None) for one in new]
    return share_out(held, series, intakes), tuple(sorted(kept, key=lambda one: str(one.when)))
