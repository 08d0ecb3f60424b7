"""Whatever the plan, another device and a bad line do to a synced calendar, in whatever order: nothing is lost.

A server of a few lines stands in for a real one, so that hundreds of histories run; real ones are in ``test_sync``.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support import LONG
from tracker.calendar import resource
from tracker.dav import ChangedMeanwhileError, Held, ServerError
from tracker.db.engine import Database
from tracker.errors import TrackerError
from tracker.facts import Done, Pause, Prescribed, Resume
from tracker.journeys.calendar import comparing, remembering, syncing
from tracker.journeys.context import Context
from tracker.journeys.course import ending, opening, prescribing, recording, taking_back
from tracker.pattern import Pattern
from tracker.rules import Kind

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = date(2026, 11, 24)
WHERE = syncing.Setup("https://calendar.example", "yuki")


@dataclass
class Memory:
    """A server: objects by address, each with a version, and a line that breaks when it is told to."""

    held: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    version: int = 0
    cut_in: int | None = None
    """How many requests still pass before the line breaks; None for a good line."""
    reached: bool = True
    """Whether the request at which it breaks still arrives."""
    made: bool = False

    def calendar(self, uuid: str, component: str) -> str | None:
        del uuid, component
        return "/calendar/" if self.made else None

    def make_calendar(self, uuid: str, name: str, component: str) -> str:
        del uuid, name, component
        self.made = True
        return "/calendar/"

    def entries(self, calendar: str, component: str) -> list[Held]:
        del component
        assert calendar == "/calendar/"
        return [Held(href, str(version), data) for href, (version, data) in self.held.items()]

    def create(self, calendar: str, uid: str, data: bytes) -> None:
        with self._line():
            if calendar + uid in self.held:
                raise ChangedMeanwhileError
            self.put(calendar + uid, data)

    def update(self, held: Held, data: bytes) -> None:
        with self._line():
            self._require(held)
            self.put(held.href, data)

    def delete(self, held: Held) -> None:
        with self._line():
            self._require(held)
            del self.held[held.href]

    def put(self, href: str, data: bytes) -> None:
        self.version += 1
        self.held[href] = (self.version, data)

    def _require(self, held: Held) -> None:
        if held.href not in self.held or str(self.held[held.href][0]) != held.etag:
            raise ChangedMeanwhileError

    @contextmanager
    def _line(self) -> Iterator[None]:
        broken = self.cut_in == 0
        if self.cut_in is not None:
            self.cut_in -= 1
        if broken and not self.reached:
            raise ServerError("cut")
        yield
        if broken:
            raise ServerError("cut")


@dataclass
class World:
    """A patient, a server and another device."""

    context: Context = field(repr=False)
    """Like what the server holds it is too long to be shown."""
    server: Memory = field(default_factory=Memory, repr=False)
    touched: set[str] = field(default_factory=set)
    """Entries that another device ever changed."""
    accepted: set[str] = field(default_factory=set)
    """Entries that another device deleted, which was taken over."""

    def wanted(self) -> dict[str, str]:
        with self.context.database.reading() as connection:
            lines = comparing.compared(connection, self.context).lines
        return {line.published.uid: line.entry.start[:10] for _course, line in lines if not line.entry.cancelled}

    def shown(self) -> dict[str, str]:
        read = [resource.read(one.data) for one in self.server.entries("/calendar/", "VEVENT")]
        return {uid: seen.start[:10] for uid, seen in read}

    def differing(self) -> set[str]:
        """The entries that are not on the server as the plan has them."""
        shown, wanted = self.shown(), self.wanted()
        return {uid for uid in shown.keys() | wanted.keys() if shown.get(uid) != wanted.get(uid)}

    def synced(self, *, pull: bool = False, restore: bool = False) -> syncing.Synced:
        try:
            where = syncing.setup(self.context) or WHERE
            done = syncing.sync(self.context, where, self.server, take_over=pull, restore=restore)  # type: ignore[arg-type]
        finally:
            self.accepted &= self.differing()
        self.accepted |= {one.uid for one in done.pulled.left} & self.differing()
        return done

    def visit(self, days: int) -> None:
        self.context = replace(self.context, today=self.context.today + timedelta(days=days + 15))
        with suppress(TrackerError):
            recording.log_done(self.context, Done(on=self.context.today, kind=Kind.VISIT))

    def book(self, number: int) -> None:
        with suppress(TrackerError):
            day = self.context.today + timedelta(days=3 * number)
            recording.book(self.context, f"visit/{number % 6 + 1}", day, None, None)

    def undo(self, _number: int) -> None:
        with suppress(TrackerError):
            taking_back.undo(self.context)

    def move(self, number: int) -> None:
        if held := sorted(self.server.held):
            href = held[number % len(held)]
            self.touched.add(resource.read(self.server.held[href][1])[0])
            self.server.put(href, moved(self.server.held[href][1], number - 100))

    def delete(self, number: int) -> None:
        if held := sorted(self.server.held):
            href = held[number % len(held)]
            self.touched.add(resource.read(self.server.held[href][1])[0])
            del self.server.held[href]

    def cut(self, number: int, *, reached: bool = False) -> None:
        self.server.cut_in, self.server.reached = number, reached
        with suppress(ServerError):
            self.synced()
        self.server.cut_in = None

    def lose(self, number: int) -> None:
        self.cut(number, reached=True)

    def sync(self, _number: int) -> None:
        before = self.shown()
        done = self.synced()
        differing = self.differing()
        assert {one.uid for one in done.left} == differing - self.accepted
        # Nothing that this machine itself did is ever taken for another device's doing.
        assert differing <= self.touched
        # What another device changed is still as it made it.
        after = self.shown()
        assert all(before[uid] == after[uid] for uid in differing & before.keys() & after.keys())

    def pull(self, _number: int) -> None:
        self.synced(pull=True)

    def restore(self, _number: int) -> None:
        self.synced(restore=True)
        assert self.shown() == self.wanted()


def moved(data: bytes, days: int) -> bytes:
    calendar = icalendar.Calendar.from_ical(data)
    event = calendar.walk("VEVENT")[0]
    for name in ("DTSTART", "DTEND"):
        value = event[name].dt + timedelta(days=days)
        event.pop(name)
        event.add(name, value)
    return bytes(calendar.to_ical())


steps = st.one_of(
    st.tuples(st.just("visit"), st.integers(0, 20)),
    st.tuples(st.just("book"), st.integers(0, 5)),
    st.tuples(st.just("undo"), st.just(0)),
    st.tuples(st.just("move"), st.integers(0, 40)),
    st.tuples(st.just("delete"), st.integers(0, 40)),
    st.tuples(st.just("cut"), st.integers(0, 30)),
    st.tuples(st.just("lose"), st.integers(0, 30)),
    st.tuples(st.just("sync"), st.just(0)),
    st.tuples(st.just("pull"), st.just(0)),
    st.tuples(st.just("restore"), st.just(0)),
)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A course whose calendar was synced once."""
    context = Context(
        Database(tmp_path_factory.mktemp("begun") / "isotrack.db"), "self", FIRST - timedelta(days=1), NOW, "en"
    )
    request = opening.Opening(
        first_dose=FIRST, enrolled=None, protocol="jp-standard", can_become_pregnant=True, name=None,
        timezone="Asia/Tokyo", weight=Decimal(54), doses=Pattern.daily(Decimal(20)), projection=None, own_values=(),
    )  # fmt: skip
    opening.start_course(context, request)
    world = World(context)
    world.synced()
    return world


@pytest.mark.slow
@pytest.mark.long
@example(story=[("visit", 0), ("lose", 3), ("visit", 0), ("cut", 0)])  # taken, not acknowledged, and then not sent
@given(story=st.lists(steps, max_size=10))
@example(story=[("visit", 0), ("lose", 1), ("undo", 0), ("lose", 0)]).via("two runs cut off")
@settings(max_examples=300 if LONG else 12)
def test_nothing_is_lost_in_either_direction(begun: World, story: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "isotrack.db"
        shutil.copy(begun.context.database.path, database)
        server = dataclasses.replace(begun.server, held=dict(begun.server.held))
        world = World(replace(begun.context, database=Database(database)), server)
        for step, number in story:
            getattr(world, step)(number)
        # At the end, whatever there was, a sync shows the plan but for what it names, and a restoring one shows all.
        world.sync(0)
        world.restore(0)
        again = world.synced()
        assert (again.sent, again.left) == ((), ())


@dataclass
class Reminders(World):
    """Daily reminders, of which a person takes out some and puts off others on a phone."""

    out: set[date] = field(default_factory=set)
    """The days that were taken out."""
    put_off: set[date] = field(default_factory=set)
    """The days on which the reminder was moved, and that have been in the plan ever since."""
    ever_put_off: set[date] = field(default_factory=set)
    clock: time = time(8, 30)

    def planned(self) -> set[date]:
        with self.context.database.reading() as connection:
            lines = comparing.compared(connection, self.context).lines
        series = [line.entry for _course, line in lines if line.entry.daily and not line.entry.cancelled]
        return {day for one in series for day in self.days(one.rule or "FREQ=DAILY", one.day, one.until)}

    @staticmethod
    def days(rule: str, first: date, last: date) -> list[date]:
        """The days of a series, as dateutil has them."""
        begin, until = (datetime.combine(day, time()) for day in (first, last))
        return [one.date() for one in rrulestr(f"{rule};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=begin)]

    def days_of(self, series: icalendar.Event) -> list[date]:
        """The days of a series that is on the server."""
        start, until = series["DTSTART"].dt, series["RRULE"]["UNTIL"][0]
        rule = ";".join(part for part in series["RRULE"].to_ical().decode().split(";") if "UNTIL" not in part)
        return self.days(rule, start.date(), until.astimezone(start.tzinfo).date())

    def series(self) -> list[tuple[str, icalendar.Event, list[icalendar.Event]]]:
        """Of every series on the server its address, the series, and its changed occurrences."""
        found = []
        for href, (_version, data) in sorted(self.server.held.items()):
            main, *others = icalendar.Calendar.from_ical(data).walk("VEVENT")
            if "RRULE" in main:
                found.append((href, main, others))
        return found

    def rings(self) -> tuple[set[date], set[date]]:
        """The days on which it rings there, and those of them on which it was put off."""
        days, moved = [], set()
        for _href, main, others in self.series():
            start, span = main["DTSTART"].dt, self.days_of(main)
            out = {one.astimezone(start.tzinfo) for one in main.exdates}
            days += [day for day in span if datetime.combine(day, start.time(), start.tzinfo) not in out]
            ids = [one["RECURRENCE-ID"].dt for one in others]
            assert all(one.timetz() == start.timetz() and one.date() in span for one in ids)
            assert (start.time(), {one["DTSTART"].dt.time() for one in others} - {time(11, 45)}) == (self.clock, set())
            moved |= {one.date() for one in ids}
        assert len(days) == len(set(days))
        return set(days), moved

    def on_the_phone(self, number: int, change: Callable[[icalendar.Calendar, datetime], None]) -> date | None:
        """Change the occurrence of some day; the day."""
        series = self.series()
        if not series:
            return None
        href, main, others = series[number % len(series)]
        start, days = main["DTSTART"].dt, self.days_of(main)
        day = days[number * 7 % len(days)]
        at = datetime.combine(day, start.time(), start.tzinfo)
        if at in main.exdates or any(one["RECURRENCE-ID"].dt == at for one in others):
            return None
        calendar = icalendar.Calendar.from_ical(self.server.held[href][1])
        change(calendar, at)
        self.server.put(href, bytes(calendar.to_ical()))
        return day

    def take_out(self, number: int) -> None:
        day = self.on_the_phone(number, lambda calendar, at: calendar.walk("VEVENT")[0].add("exdate", at))
        self.out |= {day} if day else set()

    def put_to_noon(self, number: int) -> None:
        def change(calendar: icalendar.Calendar, at: datetime) -> None:
            one = calendar.walk("VEVENT")[0].copy(recursive=True)
            for name in ("RRULE", "EXDATE", "DTSTART", "DTEND"):
                one.pop(name, None)
            noon = datetime.combine(at.date(), time(11, 45), at.tzinfo)
            for name, value in (("recurrence-id", at), ("dtstart", noon), ("dtend", noon + timedelta(minutes=5))):
                one.add(name, value)
            calendar.add_component(one)

        day = self.on_the_phone(number, change)
        self.put_off |= {day} if day else set()
        self.ever_put_off |= self.put_off

    def pause(self, number: int) -> None:
        with suppress(TrackerError):
            ending.pause(self.context, Pause(on=self.context.today + timedelta(days=number)))

    def resume(self, number: int) -> None:
        with suppress(TrackerError):
            ending.resume(self.context, Resume(on=self.context.today + timedelta(days=3 * number)))

    def dose(self, number: int) -> None:
        with suppress(TrackerError):
            day = self.context.today + timedelta(days=2 * number)
            mg = Decimal(20 + 10 * number)
            turns = [Pattern.daily(mg), Pattern(((mg,), (Decimal(10),))), Pattern.daily(mg).spaced(2),
                     Pattern(((mg,), (), (mg,), (), (mg,), (), ()), weekly=True)]  # fmt: skip
            prescribing.prescribe(self.context, Prescribed(on=day, pattern=turns[number % len(turns)]), is_sure=True)

    def clock_to(self, number: int) -> None:
        self.clock = time(8 + number % 3, 30)
        remembering.change_settings(self.context, {"capsule": self.clock.isoformat("minutes")})

    def cut(self, number: int, *, reached: bool = False) -> None:
        self.put_off &= self.planned()
        super().cut(number % 4, reached=reached)

    def sync(self, _number: int) -> None:
        self.put_off &= self.planned()
        done = self.synced()
        assert done.left == ()
        days, moved = self.rings()
        assert days == self.planned() - self.out
        assert self.put_off <= moved <= self.ever_put_off

    def restore(self, _number: int) -> None:
        self.synced(restore=True)
        assert self.rings() == (self.planned(), set())
        self.out.clear()
        self.put_off.clear()


@pytest.fixture(scope="module")
def reminded(begun: World, tmp_path_factory: pytest.TempPathFactory) -> Reminders:
    """The same course with daily reminders, which were synced."""
    database = tmp_path_factory.mktemp("reminded") / "isotrack.db"
    shutil.copy(begun.context.database.path, database)
    server = dataclasses.replace(begun.server, held=dict(begun.server.held))
    world = Reminders(replace(begun.context, database=Database(database)), server)
    remembering.change_settings(world.context, {"capsule": "08:30"})
    world.synced()
    return world


reminder_steps = st.tuples(
    st.sampled_from(
        ["take_out", "take_out", "put_to_noon", "put_to_noon", "pause", "resume", "dose", "clock_to", "undo", "cut",
         "lose", "sync", "sync", "restore"]
    ),
    st.integers(0, 40),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@given(story=st.lists(reminder_steps, max_size=14))
@settings(max_examples=400 if LONG else 8)
def test_what_a_person_did_to_single_reminders_stays_while_the_plan_moves_them(
    reminded: Reminders, story: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "isotrack.db"
        shutil.copy(reminded.context.database.path, database)
        server = dataclasses.replace(reminded.server, held=dict(reminded.server.held))
        world = Reminders(replace(reminded.context, database=Database(database)), server)
        for step, number in story:
            getattr(world, step)(number)
        world.sync(0)
        again = world.synced()
        assert (again.sent, again.left, again.kept) == ((), (), ())
        world.restore(0)
        again = world.synced(restore=True)
        assert (again.sent, again.left) == ((), ())
