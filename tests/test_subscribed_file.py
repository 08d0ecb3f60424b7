"""The file that calendars subscribe to is the plan after every command, whatever was exported and whatever failed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import LONG, START, TODAY, Machine, Said, faults, image, machine_in, opened, rows, say, settle
from tests.test_durability import Moments, _refuse, _restore, cut_off_at, needs_kill
from tracker import files
from tracker.calendar import ics

pytestmark = pytest.mark.slow

FEED = "feed.ics"
BEHIND = "! The file that calendars subscribe to is behind"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course whose calendar is kept in a file."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    assert say(*START).code == 0
    assert say("calendar", "subscribe", FEED).code == 0
    return place


def whole(machine: Machine, *flags: str, patient: str = "me") -> bytes:
    """What an export of the whole calendar would write now."""
    copy = machine.folder.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copy(machine.db, copy / "isotrack.db")
    with opened(copy / "isotrack.db") as connection:
        connection.execute("DELETE FROM setting WHERE name = 'subscribed-file'")
    target = copy / "whole.ics"
    said = say("--db", str(copy / "isotrack.db"), "--patient", patient, *flags, "calendar", "export", "-o", str(target))
    assert said.code == 0, said
    return target.read_bytes()


def _feed(machine: Machine) -> bytes:
    return (machine.folder / FEED).read_bytes()


def _is_kept(machine: Machine) -> bool:
    return _feed(machine) == whole(machine)


def _full_disk(patch: pytest.MonkeyPatch) -> None:
    """No calendar can be written; the database can."""

    def refuse(**_: object) -> None:
        _refuse("open")

    patch.setattr(files.tempfile, "mkstemp", refuse)


# --- what was exported meanwhile ----------------------------------------------------------------------------------

ELSEWHERE = {
    "whole": ("calendar", "export", "-o", "out.ics"),
    "changes": ("calendar", "export", "--changes"),
    "a part": ("calendar", "export", "--only", "visit", "-o", "out.ics"),
    "to-dos": ("calendar", "export", "--as", "todo", "-o", "out.ics"),
    "to the screen": ("calendar", "export", "-o", "-"),
    "for all": ("calendar", "export", "--all-patients", "all"),
    "discreet": ("calendar", "export", "--titles", "discreet", "-o", "out.ics"),
    "in Japanese": ("--lang", "ja", "calendar", "export", "-o", "out.ics"),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_file_that_could_not_be_rewritten_is_rewritten_whatever_was_exported_meanwhile(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert say("calendar", "settings", "titles=full").code == 0
    old = _feed(machine)
    with monkeypatch.context() as patch:
        _full_disk(patch)
        said = say("log", "visit")
    assert (said.code, len(said.complaint)) == (0, 1)
    assert said.err.startswith(BEHIND)
    assert _feed(machine) == old
    assert say(*ELSEWHERE[name]).code == 0
    assert _is_kept(machine)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_file_that_an_export_left_behind_is_rewritten_by_the_next_command(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert say("calendar", "settings", "titles=full").code == 0
    assert say("log", "visit").code == 0
    with monkeypatch.context() as patch:
        # The export itself is written, and what comes after it is not.
        patch.setattr("tracker.journeys.calendar.keeping.keep", lambda _context: None)
        assert say(*ELSEWHERE[name]).code == 0
    said = say("log", "weight", "55")
    assert (said.code, said.err) == (0, "")
    assert _is_kept(machine)


def test_discreet_titles_leave_no_full_one_in_the_file(machine: Machine) -> None:
    assert say("calendar", "settings", "titles=full").code == 0
    assert b"Blood test" in _feed(machine)
    assert say("calendar", "export", "--titles", "discreet", "-o", "out.ics").code == 0
    assert b"Blood test" not in _feed(machine)
    assert b"CATEGORIES" not in _feed(machine)


def test_the_same_command_again_writes_the_file_that_it_could_not_write(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _full_disk(patch)
        assert say("log", "visit").err.startswith(BEHIND)
    said = say("log", "visit")
    assert said.out.startswith("Already there")
    assert said.out.endswith(f"written to {machine.folder / FEED}.\n")
    assert _is_kept(machine)


def test_a_file_that_somebody_deleted_is_written_anew_and_that_is_said(machine: Machine) -> None:
    (machine.folder / FEED).unlink()
    said = say("log", "weight", "55")
    assert said.out.endswith("was behind; it is written anew.\n")
    assert _is_kept(machine)
    assert say("calendar", "subscribe", "--stop").code == 0
    (machine.folder / FEED).unlink()
    assert say("log", "visit").code == 0
    assert not (machine.folder / FEED).exists()


CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "a word": lambda octets: octets.replace(b"Clinic", b"Walk"),
    "cut short": lambda octets: octets[:-40],
    "longer": lambda octets: octets * 2,
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_calendar_of_ours_that_somebody_changed_is_put_right(
    machine: Machine, change: Callable[[bytes], bytes]
) -> None:
    (machine.folder / FEED).write_bytes(change(_feed(machine)))
    assert say("log", "weight", "55").code == 0
    assert _is_kept(machine)


@pytest.mark.parametrize("octets", [b"", b"mine", b"BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org//EN\r\nEND:VCALENDAR\r\n"])
def test_a_file_that_is_no_calendar_of_ours_any_more_is_left_alone_and_named(machine: Machine, octets: bytes) -> None:
    (machine.folder / FEED).write_bytes(octets)
    said = say("log", "visit")
    assert (said.code, len(said.complaint)) == (0, 1)
    assert said.err.startswith(BEHIND)
    assert str(machine.folder / FEED) in said.err
    assert _feed(machine) == octets
    assert say("calendar", "subscribe", FEED, "--force").code == 0
    assert _is_kept(machine)


def test_a_file_that_is_as_it_should_be_is_not_touched(machine: Machine) -> None:
    before = (machine.folder / FEED).stat()
    for command in (("log", "weight", "55"), ("calendar", "export"), ("log", "weight", "56"), ("undo",)):
        said = say(*command)
        assert (said.code, said.err) == (0, "")
        assert FEED not in said.out
    after = (machine.folder / FEED).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_file_loses_what_was_cancelled_long_ago(machine: Machine) -> None:
    assert say("stop", "today").code == 0
    assert b"CANCELLED" in _feed(machine)
    later = str(date.fromisoformat(TODAY) + timedelta(days=91))
    assert say("--today", later, "log", "weight", "55").code == 0
    assert b"CANCELLED" not in _feed(machine)
    assert _feed(machine) == whole(machine, "--today", later)


def test_the_file_has_all_courses_of_the_patient(machine: Machine) -> None:
    assert say("stop", "today").code == 0
    assert say("start", "2026-12-20", "--cannot-become-pregnant", "--timezone", "Asia/Tokyo").code == 0
    assert _is_kept(machine)
    assert b"20261220" in _feed(machine)
    assert say("undo").code == 0
    assert _is_kept(machine)


def test_the_files_of_other_patients_are_kept_by_an_export_for_all(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("--patient", "b", *START).code == 0
    assert say("--patient", "b", "calendar", "subscribe", "b.ics").code == 0
    assert say("calendar", "export", "--all-patients", "all", "--titles", "full").code == 0
    assert _is_kept(machine)
    assert (machine.folder / "b.ics").read_bytes() == whole(machine, patient="b")
    (machine.folder / "b.ics").write_bytes(b"mine")
    said = say("calendar", "export", "--all-patients", "all", "--titles", "discreet")
    assert (said.code, len(said.complaint)) == (0, 1)
    assert said.err.startswith(BEHIND)
    assert _is_kept(machine)
    with monkeypatch.context() as patch:
        _full_disk(patch)
        assert say("calendar", "export", "--all-patients", "new").code == 1


def test_no_export_takes_the_place_of_a_file_that_is_kept_for_another_patient(machine: Machine) -> None:
    assert say("--patient", "b", *START).code == 0
    before = _feed(machine)
    for command in (("export", "-o", FEED), ("export", "-o", FEED, "--force"), ("subscribe", FEED)):
        said = say("--patient", "b", "calendar", *command)
        assert (said.code, len(said.complaint)) == (2, 1), command
    assert _feed(machine) == before


def test_an_output_that_cannot_be_printed_keeps_no_file_behind(machine: Machine) -> None:
    said = machine.isotrack("log", "visit", under=("sh", "-c", 'exec "$@" >/dev/full', "sh"))
    assert (said.code, len(said.complaint)) == (0, 1)
    assert _is_kept(machine)
    said = say("calendar", "settings", "titles=full", "--json")
    assert said.out.startswith("{")
    assert said.out.endswith("}\n")
    assert _is_kept(machine)
    said = say("calendar", "export", "--titles", "discreet", "-o", "-")
    assert said.out.endswith("END:VCALENDAR\r\n".replace("\r\n", os.linesep)) or said.out.endswith("END:VCALENDAR\r\n")
    assert _is_kept(machine)


def test_a_subscription_that_cannot_be_written_is_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("calendar", "subscribe", "--stop").code == 0
    with monkeypatch.context() as patch:
        _full_disk(patch)
        said = say("calendar", "subscribe", "new.ics")
    assert (said.code, len(said.complaint)) == (1, 1)
    assert rows(machine.db, "SELECT value FROM setting WHERE name = 'subscribed-file'") == [("",)]


@pytest.mark.skipif(os.name == "nt", reason="names there are texts")
def test_a_name_that_is_no_text_is_exported_to_and_not_kept(machine: Machine) -> None:
    name = os.fsdecode(b"\xff.ics")
    assert say("calendar", "export", "-o", name).code == 0
    said = say("calendar", "subscribe", name)
    assert (said.code, len(said.complaint)) == (2, 1)
    assert _is_kept(machine)
    assert say("calendar", "subscribe", "予定 é.ics").code == 0
    assert say("log", "visit").code == 0
    assert (machine.folder / "予定 é.ics").read_bytes() == whole(machine)


# --- what counts as delivered -------------------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course, an export and a change since."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    for command in (START, ("calendar", "export"), ("log", "visit")):
        assert say(*command).code == 0
    return place


def _entries(octets: bytes) -> dict[str, bytes]:
    parts = icalendar.Calendar.from_ical(octets).walk()
    return {str(one["UID"]): one.to_ical() for one in parts if one.name in ("VEVENT", "VTODO")}


def _changes(*more: str) -> dict[str, bytes]:
    said = say("calendar", "export", "--changes", *more)
    assert said.code == 0, said
    return _entries(Path("reminders-changes.ics").read_bytes())


def _titles(entries: dict[str, bytes]) -> list[str]:
    return [str(icalendar.Event.from_ical(text)["SUMMARY"]) for text in entries.values()]


def test_changes_that_could_not_be_written_are_still_to_be_delivered(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = say("calendar", "preview", "--json").out
    assert preview != "[]\n"
    for command in (("-o", "c.ics"), ("--changes",), ("--only", "visit"), ("--again",)):
        with monkeypatch.context() as patch:
            _full_disk(patch)
            assert say("calendar", "export", *command).code == 1
        assert say("calendar", "preview", "--json").out == preview
    assert "isotrack calendar export writes it" in say("log", "weight", "56").out
    assert sorted(one["title"] for one in json.loads(preview)) == sorted(_titles(_changes()))
    assert _changes() == {}
    assert say("calendar", "preview", "--json").out == "[]\n"
    assert exported.db.exists()


def test_changes_that_could_not_be_printed_are_still_to_be_delivered(exported: Machine) -> None:
    preview = say("calendar", "preview", "--json").out
    for where in (">/dev/full", ">&-"):
        shell = ("sh", "-c", f'exec "$@" {where}', "sh")
        said = exported.isotrack("calendar", "export", "--changes", "-o", "-", under=shell)
        assert (said.code, len(said.complaint)) == (1, 1), said
        assert say("calendar", "preview", "--json").out == preview
    said = say("calendar", "export", "--changes", "-o", "-")
    assert said.code == 0
    assert _entries(said.out.encode())
    assert _changes() == {}


def test_what_was_numbered_and_not_delivered_is_delivered_though_it_is_as_before_again(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may have been imported all the same, where a run was cut off after it had been moved into place."""
    with monkeypatch.context() as patch:
        _full_disk(patch)
        assert say("calendar", "export", "--changes").code == 1
    assert say("undo").code == 0
    changed = _changes()
    assert changed
    assert max(int(icalendar.Event.from_ical(text)["SEQUENCE"]) for text in changed.values()) == 2
    assert _changes() == {}
    assert exported.db.exists()


def test_a_cancellation_that_no_file_has_brought_is_brought_however_late(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _entries(Path("reminders.ics").read_bytes())
    assert say("stop", "today").code == 0
    with monkeypatch.context() as patch:
        _full_disk(patch)
        assert say("calendar", "export", "--changes").code == 1
    later = ("--today", str(date.fromisoformat(TODAY) + timedelta(days=200)))
    assert say(*later, "calendar", "export", "--changes").code == 0
    changed = _entries(Path("reminders-changes.ics").read_bytes())
    assert say(*later, "calendar", "export").code == 0
    wanted = _entries(Path("reminders.ics").read_bytes())
    cancelled = {uid for uid, text in wanted.items() if b"CANCELLED" in text}
    assert cancelled >= {uid for uid in shown if uid not in wanted or b"CANCELLED" in wanted[uid]}
    assert cancelled <= set(changed)
    assert {uid: wanted[uid] for uid in changed} == changed
    assert exported.db.exists()


def test_no_changes_leave_what_can_be_written_again(exported: Machine) -> None:
    changed = _changes()
    for _ in range(2):
        assert _changes() == {}
        assert say("calendar", "export").code == 0
        assert say("calendar", "export", "--again").code == 0
        assert _entries(Path("reminders-changes.ics").read_bytes()) == changed
    assert exported.db.exists()


def test_writing_again_delivers_nothing_that_it_does_not_write(exported: Machine) -> None:
    first = _changes()
    assert say("book", "visit/2", "2026-12-21", "15:30").code == 0
    waiting = say("calendar", "preview", "--json").out
    assert say("calendar", "export", "--again").code == 0
    written = _entries(Path("reminders-changes.ics").read_bytes())
    assert set(written) == set(first)
    left = {one["title"] for one in json.loads(say("calendar", "preview", "--json").out)}
    assert left == {one["title"] for one in json.loads(waiting)} - set(_titles(written))
    assert exported.db.exists()


def test_a_number_means_one_text_for_ever_whatever_was_killed(exported: Machine) -> None:
    """Killed when the file was in its place and nothing was remembered of it."""
    move, numbers = files.Aside.move_into_place, {}

    class KilledError(BaseException):
        pass

    def moved_and_killed(*arguments: Any) -> None:
        move(*arguments)
        raise KilledError

    for command in (("book", "visit/2", "2026-12-21"), ("undo",), ("book", "visit/2", "2026-12-22"), ("log", "blood")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files.Aside, "move_into_place", moved_and_killed)
            with pytest.raises(KilledError):
                say("calendar", "export")
        for uid, text in _entries(Path("reminders.ics").read_bytes()).items():
            number = int(icalendar.Event.from_ical(text)["SEQUENCE"])
            assert numbers.setdefault((uid, number), text) == text
        assert say(*command).code == 0
    assert exported.db.exists()


# --- locks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("-o", "out.ics"), ("--all-patients", "all"), ("--changes",), ("-o", "-")])
def test_no_lock_is_held_while_a_calendar_is_made_and_written(
    exported: Machine, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    free: list[str] = []

    def meet(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            with opened(exported.db) as connection:
                connection.execute("PRAGMA busy_timeout = 0")
                connection.execute("BEGIN EXCLUSIVE")
                free.append(name)
                connection.execute("ROLLBACK")
            return real(*arguments, **named)

        return call

    monkeypatch.setattr(ics, "calendar", meet("made", ics.calendar))
    monkeypatch.setattr(files.Aside, "write", meet("written", files.Aside.write))
    monkeypatch.setattr("tracker.cli.calendar.print_octets", meet("printed", lambda _octets: None))
    assert say("calendar", "export", *command).code == 0
    assert free == ["made", "printed" if command == ("-o", "-") else "written"]


def test_a_plan_that_moves_while_its_calendar_is_written_is_written_again(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, others = files.Aside.write, [("book", "visit/2", "2026-12-21"), ("log", "blood"), ("dose", "40")]
    written = []

    def meanwhile(*arguments: Any) -> None:
        write(*arguments)
        written.append(arguments[1])
        if others:
            assert exported.isotrack(*others.pop()).code == 0

    with monkeypatch.context() as patch:
        patch.setattr(files.Aside, "write", meanwhile)
        said = say("calendar", "export")
    assert (said.code, len(written)) == (0, 4)
    assert Path("reminders.ics").read_bytes() == whole(exported)
    assert [path for path in exported.folder.iterdir() if path.name.startswith(".")] == []
    assert say("calendar", "preview", "--json").out == "[]\n"


def test_a_plan_that_never_stands_still_is_not_waited_for_without_an_end(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.journeys.calendar.delivery._TRIES", 3)
    write, times = files.Aside.write, 0

    def meanwhile(*arguments: Any) -> None:
        nonlocal times
        write(*arguments)
        times += 1
        with opened(exported.db) as connection:
            connection.execute("INSERT INTO setting VALUES (1, 'test', ?)", (times,)) if times == 1 else None
            connection.execute("UPDATE setting SET value = ? WHERE name = 'test'", (str(times),))

    monkeypatch.setattr(files.Aside, "write", meanwhile)
    said = say("calendar", "export")
    assert (said.code, len(said.complaint), times) == (1, 1, 3)


def test_what_was_printed_while_the_plan_moved_is_delivered_once_more(
    exported: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tracker.cli.calendar.print_octets", lambda _octets: exported.isotrack("log", "blood"))
        assert say("calendar", "export", "--changes", "-o", "-").code == 0
    assert _changes()
    assert _changes() == {}


@pytest.mark.parametrize("together", [4])
def test_commands_at_once_leave_the_file_as_the_plan_is_after_all_of_them(machine: Machine, together: int) -> None:
    running = [
        machine.begin("-m", "tracker", *command)
        for number in range(together)
        for command in (("log", "weight", "55", "--note", f"{number}"), ("book", "visit/2", f"2026-12-2{number}"))
    ]
    for process in running:
        _out, err = process.communicate()
        assert process.returncode == 0, err
    assert _is_kept(machine)
    assert faults(machine.db) == []
    assert sorted(image(machine.folder)) == [FEED, "isotrack.db"]


# --- killed at any write ------------------------------------------------------------------------------------------


@needs_kill
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("command", [("log", "visit"), ("calendar", "settings", "titles=full"), ELSEWHERE["discreet"]])
def test_a_command_that_is_killed_at_any_write_is_made_good_by_the_next(
    machine: Machine, command: tuple[str, ...]
) -> None:
    before, reached = image(machine.folder), 0
    for moment in count(0, 1 if LONG else 11):
        if not cut_off_at(moment, *command):
            break
        reached = moment
        said = say("log", "weight", "55")
        assert (said.code, said.err) == (0, ""), moment
        assert _is_kept(machine), moment
        assert {FEED, "isotrack.db"} <= set(image(machine.folder)) <= {FEED, "isotrack.db", "out.ics"} | _aside(command)
        _restore(machine, before)
    assert reached >= 40


def _aside(command: tuple[str, ...]) -> set[str]:
    """What a killed export to another file leaves, which the next one to that file clears."""
    if command[:2] != ("calendar", "export"):
        return set()
    return {path.name for path in Path().iterdir() if path.name.startswith(".out.ics.")}


# --- any sequence -------------------------------------------------------------------------------------------------

STEPS: list[tuple[str, ...]] = [
    ("log", "visit"),
    ("log", "blood"),
    ("log", "weight", "55"),
    ("log", "dose", "--missed"),
    ("book", "visit", "+7d"),
    ("book", "visit/3", "+30d", "15:30"),
    ("dose", "40"),
    ("until", "--duration", "24w"),
    ("until", "--duration", "30w"),
    ("pause",),
    ("resume",),
    ("stop", "today"),
    ("start", "+14d", "--cannot-become-pregnant", "--timezone", "Asia/Tokyo"),
    ("undo",),
    ("undo",),
    ("fix", "1", "--note", "x"),
    ("calendar", "settings", "titles=full"),
    ("calendar", "settings", "titles=discreet"),
    ("calendar", "settings", "capsule=08:30"),
    ("calendar", "settings", "windows=banner", "group=on"),
    ("--lang", "ja", "calendar", "export", "-o", "out.ics"),
    *ELSEWHERE.values(),
    ("calendar", "export", "--titles", "full", "-o", "out.ics"),
    ("calendar", "export", "--again"),
    ("calendar", "export", "-o", FEED),
    ("calendar", "subscribe", FEED),
    ("plan",),
]
FAULTS = ["none", "none", "none", "refused once", "refused from then on", "stopped", "killed", "no calendar"]
TAMPERING = ["delete", "an old one", "cut short"]

steps = st.one_of(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(FAULTS), st.integers(0, 45)),
    st.tuples(st.just(("days",)), st.just(""), st.sampled_from([1, 7, 30, 95])),
    st.tuples(st.just(("tamper",)), st.sampled_from(TAMPERING), st.just(0)),
)


@dataclass
class World:
    """A machine over time: its day, a program that imports every file it meets, and what every number stood for."""

    machine: Machine
    today: date
    numbers: dict[tuple[str, int], bytes] = field(default_factory=dict)
    shown: dict[str, tuple[int, str]] = field(default_factory=dict)
    old: bytes = b""

    def say(self, *command: str) -> Said:
        return say("--today", str(self.today), *command)

    def step(self, command: tuple[str, ...], fault: str, at: int) -> Said | None:
        """Carry a command out with a fault in it; what it said, None where it was killed."""
        if fault == "killed":
            return None if cut_off_at(at, "--today", str(self.today), *command) else Said(0, "", "unknown")
        with pytest.MonkeyPatch.context() as patch:
            if fault == "no calendar":
                _full_disk(patch)
            if fault in ("none", "no calendar"):
                return self.say(*command)
            moments = _Faulty(at, fault)
            with moments.watched():
                return self.say(*command)

    def take(self, octets: bytes) -> None:
        """Import a file, as a program does that obeys UID and SEQUENCE."""
        for one in icalendar.Calendar.from_ical(octets).walk():
            if one.name not in ("VEVENT", "VTODO"):
                continue
            uid, number = str(one["UID"]), int(one["SEQUENCE"])
            assert self.numbers.setdefault((uid, number), one.to_ical()) == one.to_ical(), "one number for two texts"
            if one.name == "VEVENT" and number >= self.shown.get(uid, (-1, ""))[0]:
                self.shown[uid] = (number, str(one["STATUS"]))

    def look(self) -> None:
        """Import every file that lies there."""
        for path in self.machine.folder.rglob("*.ics"):
            octets = path.read_bytes()
            if not path.name.startswith(".") and octets.endswith(b"END:VCALENDAR\r\n"):
                self.take(octets)

    def tamper(self, how: str) -> None:
        feed = self.machine.folder / FEED
        if how == "delete":
            feed.unlink(missing_ok=True)
        elif how == "an old one":
            feed.write_bytes(self.old)
        elif feed.exists():
            feed.write_bytes(feed.read_bytes()[:-50])

    def check(self) -> None:
        assert _feed(self.machine) == whole(self.machine, "--today", str(self.today))

    def check_program(self) -> None:
        """The program shows the plan."""
        wanted = {
            str(one["UID"]): (int(one["SEQUENCE"]), str(one["STATUS"]))
            for one in icalendar.Calendar.from_ical(whole(self.machine, "--today", str(self.today))).walk("VEVENT")
        }
        shown = {uid: one for uid, one in self.shown.items() if one[1] != "CANCELLED"}
        assert shown == {uid: one for uid, one in wanted.items() if one[1] != "CANCELLED"}


class _Faulty(Moments):
    """The disk refuses one write, or all from then on, or somebody presses Ctrl-C."""

    def __init__(self, at: int, fault: str) -> None:
        super().__init__(at, self._fail)
        self.fault = fault

    def _fail(self, name: str) -> None:
        if self.fault == "stopped":
            raise KeyboardInterrupt
        _refuse(name)

    def meet(self, name: str) -> None:
        super().meet(name)
        if self.fault == "refused from then on" and len(self.seen) - 1 > (self.at or 0) and name != "ROLLBACK":
            self._fail(name)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which every sequence begins: a course that is kept in a file."""
    with pytest.MonkeyPatch.context() as patch:
        place = machine_in(tmp_path_factory.mktemp("any"))
        settle(place, patch)
        assert say(*START).code == 0
        assert say("calendar", "subscribe", FEED).code == 0
        yield place


@needs_kill
@pytest.mark.slow
@pytest.mark.long
@given(st.booleans(), st.lists(steps, min_size=2, max_size=9))
@settings(
    max_examples=600 if LONG else 20, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_after_every_command_that_succeeds_the_file_is_a_whole_export_and_changes_bring_the_rest(
    template: Machine, kept: bool, sequence: list[tuple[tuple[str, ...], str, int]]
) -> None:
    before = image(template.folder)
    world = World(template, date.fromisoformat(TODAY))
    world.old = before[FEED]
    world.look()
    try:
        if not kept:
            assert say("calendar", "subscribe", "--stop").code == 0
            (template.folder / FEED).unlink()
        for command, fault, at in sequence:
            if command == ("days",):
                world.today += timedelta(days=at)
            elif command == ("tamper",):
                world.tamper(fault) if kept else None
            elif kept or "subscribe" not in command:
                said = world.step(command, fault, at)
                world.look()
                if said is not None and (said.code, said.err) == (0, "") and command != ("plan",):
                    if "-" in command:
                        world.take(said.out.encode())
                    world.check() if kept else None
            assert faults(template.db) == []
        said = world.say("calendar", "export", "--changes")
        assert said.code == 0, said
        world.look()
        world.check() if kept else None
        world.check_program()
    finally:
        shutil.rmtree(template.folder / "all", ignore_errors=True)
        with suppress(FileNotFoundError):
            _restore(template, before)
