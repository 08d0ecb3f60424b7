"""``calendar sync`` against real servers, with another device (the caldav library) at work on the same calendar."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import caldav
import icalendar
import pytest

from tests import ical_js
from tests.conftest import Isotrack, Ran
from tests.dav_servers import PASSWORD, USER, Dav, Line, Moment, running
from tests.ical_js import needs_ical_js
from tests.invitation_files import ics
from tests.readers import ring_of_js
from tests.support import LONG, Machine, doomed, machine_in, rows
from tests.test_journeys import START
from tests.test_zones import check_rings, published_with_lists_of_dates
from tracker import dav
from tracker.cli.main import run

SERVERS = ["radicale", "xandikos"]
pytestmark = [pytest.mark.slow, pytest.mark.loopback]
KILLS = 100 if LONG else 2
FEWEST_KILLS = 4 if LONG else 2
CONNECTIONS: list[caldav.DAVClient] = []


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dav]:
    with running(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dav]:
    with running("radicale", tmp_path_factory.mktemp("one")) as found:
        yield found


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    program = tmp_path / "password"
    program.write_text(f"#!/bin/sh\necho '{PASSWORD}'\n")
    program.chmod(0o700)
    monkeypatch.setenv("ISOTRACK_PASSWORD_COMMAND", str(program))
    yield
    while CONNECTIONS:
        CONNECTIONS.pop().close()


class Phone:
    """Another device: it is told the calendar's address, and knows nothing else of isotrack."""

    def __init__(self, server: Dav, database: Path = Path("data") / "isotrack.db") -> None:
        address = rows(database, "SELECT value FROM setting WHERE name = 'sync-calendar'")[0][0]
        client = caldav.DAVClient(url=server.url, username=USER, password=PASSWORD, enable_rfc6764=False)
        self.calendar = client.calendar(url=address)
        CONNECTIONS.append(client)

    def all(self) -> list[Any]:
        return [*self.calendar.get_events(), *self.calendar.get_todos(include_completed=True)]

    def objects(self) -> dict[str, Any]:
        return {str(main(one)["SUMMARY"]): one for one in self.all()}

    def shown(self) -> dict[str, Any]:
        return {title: main(one) for title, one in self.objects().items()}

    def days(self) -> dict[str, Any]:
        return {str(main(one)["UID"]): main(one)["DTSTART"].dt for one in self.all()}

    def move(self, title: str, start: date, end: date) -> None:
        found = self.objects()[title]
        event = main(found)
        for name, value in (("DTSTART", start), ("DTEND", end)):
            event.pop(name)
            event.add(name, value)
        found.save()

    def delete(self, title: str) -> None:
        self.objects()[title].delete()

    def put(self, title: str, name: str, value: Any) -> None:
        found = self.objects()[title]
        main(found).pop(name, None)
        main(found).add(name, value)
        found.save()


def main(found: Any) -> Any:
    return found.icalendar_component


def first_sync(isotrack: Isotrack, server: Dav, *more: str, today: str = "2026-11-23") -> Ran:
    return isotrack("calendar", "sync", "--url", server.url, "--user", USER, "--yes", *more, today=today)


def exported(isotrack: Isotrack, today: str) -> dict[str, Any]:
    isotrack("calendar", "export", "-o", "whole.ics", "--force", today=today)
    events = icalendar.Calendar.from_ical(Path("whole.ics").read_bytes()).walk("VEVENT")
    return {str(one["UID"]): one["DTSTART"].dt for one in events if one["STATUS"] != "CANCELLED"}


def test_the_calendar_there_is_the_plan_before_and_after_it_moves(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    ran = first_sync(isotrack, server)
    phone = Phone(server)
    assert phone.days() == exported(isotrack, "2026-11-23")
    assert f"{len(phone.days())} new, 0 changed, 0 deleted" in ran.out
    again = isotrack("calendar", "sync")
    assert "0 new, 0 changed, 0 deleted" in again.out
    ran = isotrack("log", "visit", today="2026-12-20")
    assert "isotrack calendar sync" in ran.out
    isotrack("book", "visit/2", "2027-01-19", "15:30", today="2026-12-20")
    isotrack("calendar", "settings", "capsule=08:30", today="2026-12-20")
    isotrack("calendar", "sync", today="2026-12-20")
    assert phone.days() == exported(isotrack, "2026-12-20")
    assert "calendar sync" not in isotrack("log", "weight", "54", today="2026-12-20").out
    isotrack("stop", "today", today="2027-01-19")
    isotrack("calendar", "sync", today="2027-01-19")
    assert phone.days() == exported(isotrack, "2027-01-19")


def test_what_is_there_is_nobodys_to_overwrite(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, server)
    phone = Phone(server)
    phone.move("Clinic 1", date(2026, 12, 22), date(2026, 12, 23))
    phone.delete("Clinic 3")
    phone.put("Clinic 4", "SUMMARY", "Clinic 4, bring the form")
    for _run in range(2):
        ran = isotrack("calendar", "sync", "--lang", "en", today="2026-12-01")
        assert "0 new, 0 changed, 0 deleted" in ran.out
        assert [line.split()[0] for line in ran.out.splitlines() if "Clinic" in line] == ["Clinic"] * 3
        assert "Tue 22 Dec 2026" in ran.out
    shown = phone.shown()
    assert shown["Clinic 1"]["DTSTART"].dt == date(2026, 12, 22)
    assert "Clinic 3" not in shown
    assert "Clinic 4, bring the form" in shown
    isotrack("calendar", "sync", "--restore", today="2026-12-01")
    assert phone.days() == exported(isotrack, "2026-12-01")
    assert "Clinic 4" in phone.shown()
    assert "Changed by another device" not in isotrack("calendar", "sync", today="2026-12-01").out


def test_what_another_device_changed_can_be_taken_over_as_facts(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, server)
    phone = Phone(server)
    at = datetime(2026, 12, 22, 6, 30, tzinfo=UTC)
    phone.move("Clinic 1", at, at + timedelta(hours=1))
    phone.move("Note C: last day (estimate)", date(2027, 6, 1), date(2027, 6, 2))
    phone.delete("Note D: last day (estimate)")
    phone.delete("To book: Clinic 5")
    phone.put("Clinic 4", "SUMMARY", "Clinic 4, bring the form")
    ran = isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert "Taken over" in ran.out
    items = isotrack("plan", "--json", today="2026-12-01").items()
    assert items["visit/1"]["booked_at"] == "2026-12-22T15:30"
    shown = phone.shown()
    assert "Note D: last day (estimate)" not in shown
    assert "Clinic 4, bring the form" in shown
    # What would hide a day of the plan or show a wrong one stays reported until the plan's own is put back.
    left = isotrack("calendar", "sync", today="2026-12-01").out
    assert sorted(line[:6] for line in left.splitlines() if "last day" in line) == ["Note C", "Note D"]
    assert "Clinic" not in left
    isotrack("undo", today="2026-12-01")
    assert isotrack("plan", "--json", today="2026-12-01").items()["visit/1"]["booked_at"] is None
    isotrack("calendar", "sync", "--restore", today="2026-12-01")
    assert phone.shown()["Clinic 1"]["DTSTART"].dt == date(2026, 12, 24)


def test_the_same_day_on_both_sides_is_no_difference(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    at = datetime(2026, 12, 22, 6, 30, tzinfo=UTC)
    phone.move("Clinic 1", at, at + timedelta(hours=2))
    isotrack("book", "visit/1", "2026-12-22", "15:30")
    assert "Changed by another device" not in isotrack("calendar", "sync").out
    assert phone.days() == exported(isotrack, "2026-11-23")


def test_a_deleted_appointment_is_taken_away(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    isotrack("book", "visit/1", "2026-12-22", "15:30")
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    assert phone.shown()["Clinic 1"]["DTSTART"].dt.hour == 15
    phone.delete("Clinic 1")
    isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert isotrack("plan", "--json", today="2026-12-01").items()["visit/1"]["booked_at"] is None
    assert phone.shown()["Clinic 1"]["DTSTART"].dt == date(2026, 12, 24)


def test_what_another_device_does_to_an_appointment_that_was_sent_is_a_persons_own_word(
    isotrack: Isotrack, radicale: Dav, tmp_path: Path
) -> None:
    def sent(sequence: int, on: str) -> str:
        entry = f"UID:a1|SEQUENCE:{sequence}|DTSTART;TZID=Asia/Tokyo:{on}T100000|SUMMARY:Dermatology"
        (tmp_path / "in.ics").write_text(ics(entry), newline="")
        return isotrack("calendar", "import-appointments", "in.ics", today="2026-12-01", ok=None).out

    isotrack(*START)
    sent(0, "20261221")
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    at = datetime(2026, 12, 22, 6, 30, tzinfo=UTC)
    phone.move("Clinic 1", at, at + timedelta(hours=1))
    isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert "is booked by hand: visit/1, Tue 22 Dec 2026 15:30" in sent(1, "20261223")
    phone.delete("Clinic 1")
    isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert "called off" in sent(0, "20261221")
    assert isotrack("plan", "--json", today="2026-12-01").items()["visit/1"]["booked_at"] is None


def test_a_ticked_to_do_is_done(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, server, "--as", "todo")
    phone = Phone(server)
    ticked = phone.objects()["Clinic 1"]
    ticked.complete(datetime(2026, 12, 23, 16, 0, tzinfo=UTC))
    ran = isotrack("calendar", "sync", today="2026-12-28")
    assert "ticked" in ran.out
    ran = isotrack("calendar", "sync", "--pull", today="2026-12-28")
    assert isotrack("plan", "--json", today="2026-12-28").items()["visit/1"]["done_on"] == "2026-12-24"
    assert str(phone.shown()["Done: Clinic 1"]["STATUS"]) == "COMPLETED"
    assert "ticked" not in isotrack("calendar", "sync", today="2026-12-28").out


def test_a_ticked_session_of_a_series_is_done(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    isotrack("stop", "2027-01-31", today="2027-02-01")
    isotrack("procedure", "plan", "dermapen", "--sessions", "2", "--every", "P1M", today="2027-02-01")
    first_sync(isotrack, server, "--as", "todo", today="2027-02-01")
    phone = Phone(server)
    ticked = phone.objects()["Note F 1"]
    ticked.complete(datetime(2027, 8, 10, 3, 0, tzinfo=UTC))
    isotrack("calendar", "sync", "--pull", today="2027-08-11")
    found = isotrack("plan", "--json", today="2027-08-11").items()
    assert (found["dermapen/1"]["done_on"], found["dermapen/2"]["due"]) == ("2027-08-10", "2027-09-10")


def test_a_place_and_an_alarm_of_ones_own_stay_when_the_plan_moves(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, server)
    phone = Phone(server)
    phone.put("Clinic 2", "LOCATION", "3F, 北口")
    found = phone.objects()["Clinic 2"]
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "x")
    alarm.add("trigger", timedelta(hours=-2))
    main(found).subcomponents = [alarm]
    found.save()
    isotrack("log", "visit", today="2026-12-20")
    assert "Changed by another device" not in isotrack("calendar", "sync", today="2026-12-20").out
    event = phone.shown()["Clinic 2"]
    assert (event["DTSTART"].dt, str(event["LOCATION"])) == (date(2027, 1, 20), "3F, 北口")
    assert [one["TRIGGER"].dt for one in event.walk("VALARM")] == [timedelta(hours=-2)]


def test_entries_of_others_are_left_alone(isotrack: Isotrack, server: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, server)
    phone = Phone(server)
    phone.calendar.add_event(summary="Birthday", dtstart=date(2027, 1, 1), uid="mine-1")
    isotrack("stop", "2026-12-30", today="2026-12-31")
    isotrack("calendar", "sync", "--restore", today="2026-12-31")
    assert "Birthday" in phone.shown()


@pytest.mark.parametrize("reached", [True, False], ids=["answer-lost", "never-arrived"])
def test_a_run_that_is_cut_off_is_completed_by_the_next(
    isotrack: Isotrack, server: Dav, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    isotrack(*START)
    send = dav.Server._send
    for today, cut, later in (("2026-11-23", 5, "2026-12-20"), ("2026-12-20", 4, "2027-01-12")):
        sent = 0

        def cut_off(self: dav.Server, *arguments: Any, cut: int = cut) -> None:
            nonlocal sent
            sent += 1
            if sent != cut:
                send(self, *arguments)
                return
            if reached:
                send(self, *arguments)
            raise dav.ServerError("the line is cut")

        monkeypatch.setattr(dav.Server, "_send", cut_off)
        ran = isotrack("calendar", "sync", "--url", server.url, "--user", USER, "--yes", today=today, ok=False)
        assert ran.code == 1
        assert "goes on from there" in ran.err
        monkeypatch.setattr(dav.Server, "_send", send)
        # The plan moves on before the next run: what arrived is neither the plan nor what was there before.
        isotrack("log", "visit", today=later)
        ran = isotrack("calendar", "sync", today=later)
        assert "Changed by another device" not in ran.out
        assert Phone(server).days() == exported(isotrack, later)
        isotrack("log", "blood", today=later)
        isotrack("book", "visit/3", "2027-02-10", "10:00", today=later)


def test_a_dry_run_writes_nothing_anywhere(isotrack: Isotrack, server: Dav, tmp_path: Path) -> None:
    isotrack(*START)
    database = tmp_path / "data" / "isotrack.db"
    before = database.read_bytes()
    setup = ("calendar", "sync", "--url", server.url, "--user", USER)
    files = set(server.folder.rglob("*.ics"))
    ran = isotrack(*setup, "--dry-run")
    assert "Clinic 1" in ran.out
    assert isotrack(*setup, ok=False).code == 2
    assert database.read_bytes() == before
    assert set(server.folder.rglob("*.ics")) == files


def test_what_cannot_be_is_one_clear_line(isotrack: Isotrack, radicale: Dav, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isotrack("calendar", "sync", ok=False).code == 2
    isotrack(*START)
    assert isotrack("calendar", "sync", ok=False).code == 2
    assert isotrack("calendar", "sync", "--stop", ok=False).code == 2

    def refused(url: str, *more: str, user: str = USER) -> Ran:
        return isotrack("calendar", "sync", "--url", url, "--user", user, "--yes", *more, ok=False)

    assert refused("http://example.com/").code == 2
    assert refused("ftp://127.0.0.1/").code == 2
    assert refused("https://me:secret@127.0.0.1/").code == 2
    assert "secret" not in refused("https://me:secret@127.0.0.1/").err
    assert refused("http://127.0.0.1:9/").code == 1
    assert refused(radicale.url, user="nobody").code == 1
    assert refused(radicale.url, "--pull", "--restore").code == 2
    assert refused(radicale.url, "--password-command", "/bin/false").code == 1
    assert refused(radicale.url, "--password-command", "/bin/true").code == 1
    assert refused(radicale.url, "--password-command", "'").code == 1
    monkeypatch.delenv("ISOTRACK_PASSWORD_COMMAND")
    assert refused(radicale.url).code == 2


def test_a_calendar_that_was_deleted_there_is_made_again_when_asked(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    Phone(radicale).calendar.delete()
    assert isotrack("calendar", "sync", ok=False).code == 1
    isotrack("calendar", "sync", "--restore")
    assert Phone(radicale).days() == exported(isotrack, "2026-11-23")


def test_one_stops_and_goes_on_without_a_second_calendar(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    other = isotrack("calendar", "sync", "--url", "https://example.com", ok=False)
    assert "--stop" in other.err
    isotrack("calendar", "sync", "--stop")
    isotrack("log", "visit", today="2026-12-20")
    ran = first_sync(isotrack, radicale, today="2026-12-20")
    assert "0 new, " in ran.out
    assert Phone(radicale).days() == exported(isotrack, "2026-12-20")


def test_no_password_is_kept_in_the_database_or_said(isotrack: Isotrack, radicale: Dav, tmp_path: Path) -> None:
    isotrack(*START)
    said = first_sync(isotrack, radicale)
    assert PASSWORD not in said.out + said.err
    for path in filter(Path.is_file, (tmp_path / "data").rglob("*")):
        assert PASSWORD.encode() not in path.read_bytes()


def test_the_password_comes_from_the_keyring(
    isotrack: Isotrack, radicale: Dav, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class Kept(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return PASSWORD if (service, username) == ("isotrack", f"{USER}@127.0.0.1") else None

        def set_password(self, *_what: str) -> None:
            raise AssertionError

        delete_password = set_password

    before = keyring.get_keyring()
    monkeypatch.delenv("ISOTRACK_PASSWORD_COMMAND")
    keyring.set_keyring(Kept())
    try:
        isotrack(*START)
        assert "new" in first_sync(isotrack, radicale).out
    finally:
        keyring.set_keyring(before)


@pytest.mark.long
@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.value)
def test_a_run_that_is_killed_at_any_change_is_completed_by_the_next(
    radicale: Dav, tmp_path: Path, moment: Moment
) -> None:
    machine = machine_in(tmp_path)
    environment = {"ISOTRACK_TODAY": "2026-12-20", "ISOTRACK_PASSWORD_COMMAND": str(tmp_path / "password")}
    assert machine.isotrack(*START, ISOTRACK_TODAY="2026-11-23").code == 0
    assert machine.isotrack("log", "visit", **environment).code == 0
    dice, kills = random.Random(1), 0  # noqa: S311 - dice, no secret
    with Line(radicale).open() as line:
        sync = ("calendar", "sync", "--url", line.url, "--user", USER, "--yes")
        # A change that never arrived is made by the next run first, so there the second is met.
        while kills < KILLS and _killed(line, 1 + (moment is Moment.SENT), moment, dice, machine, *sync, **environment):
            kills += 1
        assert kills >= FEWEST_KILLS
        done = machine.isotrack(*sync, **environment)
        assert (done.code, done.err) == (0, "")
        assert "another device" not in done.out
        assert machine.isotrack("calendar", "export", **environment).code == 0
        events = icalendar.Calendar.from_ical((machine.folder / "reminders.ics").read_bytes()).walk("VEVENT")
        phone = Phone(replace(radicale, url=line.url), machine.db)
        assert phone.days() == {str(one["UID"]): one["DTSTART"].dt for one in events}


def _killed(
    line: Line, number: int, moment: Moment, dice: random.Random, machine: Machine, *sync: str, **environment: str
) -> bool:
    """Kill a sync at a moment of its ``number``-th change; whether it came so far."""
    begun = threading.Event()

    def kill() -> None:
        begun.wait()
        if moment is Moment.ANSWERED:
            time.sleep(dice.uniform(0, 0.02))
        process.kill()

    line.meet(number, moment, kill)
    with doomed(machine.begin("-m", "tracker", *sync, **environment)) as process:
        begun.set()
        _out, err = process.communicate()
    if line.changes < number:
        assert (process.returncode, err) == (0, "")
        return False
    assert process.returncode == -signal.SIGKILL or (moment is Moment.ANSWERED and process.returncode == 0)
    return True


def test_a_change_at_the_very_moment_of_a_sync_is_not_overwritten(
    isotrack: Isotrack, server: Dav, monkeypatch: pytest.MonkeyPatch
) -> None:
    isotrack(*START)
    first_sync(isotrack, server)
    phone, update = Phone(server), dav.Server.update
    isotrack("log", "visit", today="2026-12-20")
    raced = False

    def in_between(self: dav.Server, held: dav.Held, data: bytes) -> None:
        nonlocal raced
        if not raced and b"Clinic 3" in held.data:
            raced = True
            phone.move("Clinic 3", date(2027, 2, 11), date(2027, 2, 12))
        update(self, held, data)

    monkeypatch.setattr(dav.Server, "update", in_between)
    ran = isotrack("calendar", "sync", today="2026-12-20")
    assert raced
    assert [line.split()[:2] for line in ran.out.splitlines() if line.startswith("Clinic")] == [["Clinic", "3"]]
    assert phone.shown()["Clinic 3"]["DTSTART"].dt == date(2027, 2, 11)
    assert phone.shown()["Clinic 2"]["DTSTART"].dt == date(2027, 1, 20)


def take_out(phone: Phone, title: str, day: date) -> None:
    """Delete one occurrence, as phones do: an EXDATE, and the rule written anew in words of their own."""
    found = phone.objects()[title]
    event = main(found)
    event.add("exdate", datetime.combine(day, event["DTSTART"].dt.timetz()))
    event["RRULE"]["WKST"], event["RRULE"]["INTERVAL"] = ["MO"], [1]
    found.save()


def put_off(phone: Phone, title: str, day: date, hours: int) -> None:
    """Move one occurrence by some hours."""
    found = phone.objects()[title]
    event, one = main(found), icalendar.Event()
    at = datetime.combine(day, event["DTSTART"].dt.timetz())
    for name in ("UID", "SUMMARY", "DTSTAMP"):
        one[name] = event[name]
    one.add("recurrence-id", at)
    one.add("dtstart", at + timedelta(hours=hours))
    one.add("dtend", at + timedelta(hours=hours, minutes=5))
    one.subcomponents = list(event.subcomponents)
    found.icalendar_instance.add_component(one)
    found.save()


def series(phone: Phone) -> dict[str, tuple[date, date, list[date], list[tuple[date, int]]]]:
    """Of every series its title, first and last day, the days that were taken out, and the hours of moved ones."""
    found = {}
    for one in phone.all():
        event, *others = one.icalendar_instance.walk("VEVENT")
        if "RRULE" in event:
            start, until = event["DTSTART"].dt, event["RRULE"]["UNTIL"][0]
            moved = [(other["RECURRENCE-ID"].dt.date(), other["DTSTART"].dt.hour) for other in others]
            out = sorted(day.date() for day in event.exdates)
            found[str(event["UID"])] = (start.date(), until.astimezone(start.tzinfo).date(), out, sorted(moved))
            assert {str(other["SUMMARY"]) for other in others} <= {str(event["SUMMARY"])}
            assert {str(other["UID"]) for other in others} <= {str(event["UID"])}
    return dict(sorted(found.items(), key=lambda one: one[1][0]))


def test_capsule_reminders_that_were_deleted_or_put_off_stay_so_while_the_plan_moves(
    isotrack: Isotrack, server: Dav
) -> None:
    isotrack(*START)
    isotrack("calendar", "settings", "capsule=08:30", "titles=full")
    first_sync(isotrack, server)
    phone = Phone(server)
    deleted, later, put_to = date(2026, 12, 1), date(2027, 2, 1), date(2026, 12, 3)
    for day in (deleted, later):
        take_out(phone, "Capsule, 20 mg", day)
    put_off(phone, "Capsule, 20 mg", put_to, 2)
    said = isotrack("calendar", "sync", today="2026-12-01").out
    assert [line.split()[3:] for line in said.splitlines() if line.startswith("Capsule")] == [
        ["deleted", "Tue", "1", "Dec", "2026", "08:30"], ["changed", "Thu", "3", "Dec", "2026", "08:30"],
        ["deleted", "Mon", "1", "Feb", "2027", "08:30"],
    ]  # fmt: skip
    assert "0 new, 0 changed, 0 deleted" in said
    assert "Capsule" not in isotrack("calendar", "sync", today="2026-12-01").out
    # A pause: the end moves, and everything that was taken out stays out, for when the pause is taken back.
    isotrack("pause", "2027-01-05", today="2026-12-01")
    said = isotrack("calendar", "sync", today="2026-12-01").out
    assert "0 new, 1 changed, 0 deleted" in said
    assert "device" not in said
    (first,) = series(phone)
    assert series(phone) == {first: (date(2026, 11, 24), date(2027, 1, 4), [deleted, later], [(put_to, 10)])}
    # A new series after the pause, and one from a dose step on: a day is taken out of the one that has it now.
    isotrack("resume", "2027-01-10", today="2026-12-01")
    isotrack("dose", "40", "--from", "2026-12-02", today="2026-12-01")
    assert "device" not in isotrack("calendar", "sync", today="2026-12-01").out
    assert list(series(phone).values()) == [
        (date(2026, 11, 24), date(2026, 12, 1), [deleted], []),
        (date(2026, 12, 2), date(2027, 1, 4), [], [(put_to, 10)]),
        (date(2027, 1, 10), date(2027, 5, 29), [later], []),
    ]
    # Another time: what was put off is still at ten.
    isotrack("calendar", "settings", "capsule=09:15", today="2026-12-01")
    assert "device" not in isotrack("calendar", "sync", today="2026-12-01").out
    assert list(series(phone).values())[1] == (date(2026, 12, 2), date(2027, 1, 4), [], [(put_to, 10)])
    assert b"EXDATE;TZID=Asia/Tokyo:20270201T091500" in phone.objects()["Capsule, 40 mg"].data.encode() + b"".join(
        one.data.encode() for one in phone.all()
    )
    # All back in one series.
    for _command in ("dose", "resume", "pause"):
        isotrack("undo", today="2026-12-01")
    isotrack("calendar", "sync", today="2026-12-01")
    assert series(phone) == {first: (date(2026, 11, 24), date(2027, 5, 24), [deleted, later], [(put_to, 10)])}
    isotrack("calendar", "sync", "--restore", today="2026-12-01")
    assert series(phone) == {first: (date(2026, 11, 24), date(2027, 5, 24), [], [])}
    assert "0 new, 0 changed, 0 deleted" in isotrack("calendar", "sync", "--restore", today="2026-12-01").out


def test_a_series_that_ends_earlier_elsewhere_is_no_single_day(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    isotrack("calendar", "settings", "capsule=08:30")
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    rule = icalendar.vRecur.from_ical("FREQ=DAILY;UNTIL=20270131T143000Z")
    phone.put("Reminder", "RRULE", rule)
    said = isotrack("calendar", "sync", today="2026-12-01").out
    assert "Changed by another device" in said
    assert "another last day Mon 24 May 2027 08:30 Sun 31 Jan 2027 08:30" in " ".join(said.split())
    assert "None of this" in isotrack("calendar", "sync", "--pull", today="2026-12-01").out
    phone.put("Reminder", "RRULE", icalendar.vRecur.from_ical("FREQ=WEEKLY;BYDAY=MO"))
    assert "repeats in another way" in isotrack("calendar", "sync", today="2026-12-01").out
    isotrack("calendar", "sync", "--restore", today="2026-12-01")
    assert [last for _first, last, *_rest in series(phone).values()] == [date(2027, 5, 24)]


@needs_ical_js
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Sydney"])
def test_the_hours_on_the_server_are_the_plans_before_and_after_they_move(
    isotrack: Isotrack, radicale: Dav, zone: str
) -> None:
    isotrack(*START[:-1], zone)
    isotrack("calendar", "settings", "capsule=08:30")
    isotrack("book", "visit/1", "2026-12-24 15:30")
    first_sync(isotrack, radicale)
    for booked in ("2027-05-03 15:30", "2027-01-13 09:15"):
        isotrack("book", "visit/1", booked)
        isotrack("calendar", "sync")
        there = Phone(radicale).objects()
        (visit,) = ical_js.read(there["Clinic 1"].data.encode())
        at = datetime.fromisoformat(booked).replace(tzinfo=ZoneInfo(zone))
        assert ring_of_js(*visit["start"]) == at.astimezone(UTC)
        check_rings(there["Reminder"].data.encode(), zone)


@pytest.mark.parametrize(("zone", "again"), [("America/New_York", 2), ("Asia/Tokyo", 0)])
def test_times_that_were_put_with_lists_of_dates_are_put_again_once(
    isotrack: Isotrack, radicale: Dav, zone: str, again: int
) -> None:
    isotrack(*START[:-1], zone)
    isotrack("calendar", "settings", "capsule=08:30")
    isotrack("book", "visit/1", "2027-05-03 15:30")
    first_sync(isotrack, radicale)
    exported(isotrack, "2026-11-23")
    before = Phone(radicale).shown()
    published_with_lists_of_dates()
    assert f"0 new, {again} changed, 0 deleted" in isotrack("calendar", "sync").out
    after = Phone(radicale).shown()
    raised = [title for title, one in after.items() if one["SEQUENCE"] == before[title].get("SEQUENCE") + 1]
    assert len(raised) == again
    assert {title: one["DTSTART"].dt for title, one in after.items()} == {
        title: one["DTSTART"].dt for title, one in before.items()
    }
    assert "0 new, 0 changed, 0 deleted" in isotrack("calendar", "sync").out


def test_two_syncs_at_once_end_in_the_plan(radicale: Dav, tmp_path: Path) -> None:
    machine = machine_in(tmp_path)
    assert machine.isotrack(*START, ISOTRACK_TODAY="2026-11-23").code == 0
    environment = {"ISOTRACK_TODAY": "2026-11-23", "ISOTRACK_PASSWORD_COMMAND": str(tmp_path / "password")}
    setup = ["-m", "tracker", "calendar", "sync", "--url", radicale.url, "--user", USER, "--yes"]
    both = [machine.begin(*setup, **environment) for _number in range(2)]
    for one in both:
        out, err = one.communicate(timeout=60)
        assert "another device, and left" not in out + err
    done = machine.isotrack(*setup[2:], **environment)
    assert "0 new, 0 changed, 0 deleted" in done.out
    assert machine.isotrack("calendar", "export", **environment).code == 0
    events = icalendar.Calendar.from_ical((machine.folder / "reminders.ics").read_bytes()).walk("VEVENT")
    assert Phone(radicale, machine.db).days() == {str(one["UID"]): one["DTSTART"].dt for one in events}


@pytest.mark.parametrize("status", [301, 307])
def test_no_redirect_to_an_address_without_encryption_is_followed(isotrack: Isotrack, status: int) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:  # noqa: N802 - the name of the method
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Location", "http://example.invalid/dav/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_OPTIONS = do_REPORT = do_GET = do_PROPFIND  # noqa: N815 - the names of the methods

        def log_message(self, *_what: object) -> None:
            pass

    isotrack(*START)
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{web.server_address[1]}/"
        ran = isotrack("calendar", "sync", "--url", url, "--user", USER, "--yes", ok=False)
        web.shutdown()
    assert asked
    assert "without encryption" in ran.err


@pytest.mark.parametrize("answer", [b"", b"<html>login</html>", b"<?xml version='1.0'?><a/>", b"\xff\xfe\x00"])
def test_a_web_page_that_is_no_calendar_server_is_one_clear_line(isotrack: Isotrack, answer: bytes) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:  # noqa: N802 - the name of the method
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_OPTIONS = do_REPORT = do_GET = do_MKCALENDAR = do_PUT = do_PROPFIND  # noqa: N815 - the names of the methods

        def log_message(self, *_what: object) -> None:
            pass

    isotrack(*START)
    with HTTPServer(("127.0.0.1", 0), Page) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{web.server_address[1]}/"
        ran = isotrack("calendar", "sync", "--url", url, "--user", USER, "--yes", ok=False)
        web.shutdown()
    assert ran.code == 1


WRITTEN_BY_OTHERS = [
    "SEQUENCE:abc", "SEQUENCE:1\r\nSEQUENCE:2", "DTSTART:99991231T235959Z", "DTSTART:00010101T000000Z", "DURATION:x",
    "RRULE:FREQ=NONSENSE", "STATUS:WEIRD", "DTEND:20261224T000000", "EXDATE:20261224", "SUMMARY;LANGUAGE=ja:x",
]  # fmt: skip


def test_what_another_program_writes_into_an_entry_stops_no_sync(
    isotrack: Isotrack, radicale: Dav, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    address = rows(Path("data") / "isotrack.db", "SELECT value FROM setting WHERE name = 'sync-calendar'")[0][0]
    folder = next(radicale.folder.rglob(address.rstrip("/").rpartition("/")[2]))
    file = next(path for path in sorted(folder.glob("*.ics")) if b"SUMMARY:Clinic 2" in path.read_bytes())
    sent, record = file.read_bytes(), (Path("data") / "isotrack.db").read_bytes()
    for line in WRITTEN_BY_OTHERS:
        name = line.partition(":")[0].partition(";")[0].encode()
        kept = [one for one in sent.splitlines() if not one.startswith((name + b":", name + b";"))]
        at = kept.index(b"BEGIN:VEVENT") + 1
        file.write_bytes(b"\r\n".join([*kept[:at], line.encode(), *kept[at:], b""]))
        (Path("data") / "isotrack.db").write_bytes(record)
        isotrack("log", "visit", today="2026-12-20")
        for option in ((), ("--pull",), ("--restore",)):
            # Entries that cannot be read are named on stderr; the fixture looks for tracebacks in any case.
            monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-20")
            assert run(["calendar", "sync", *option]) in (0, 1), line
            assert "inside isotrack" not in capfd.readouterr().err, line


def test_an_entry_that_appears_at_the_very_moment_of_a_sync_is_not_overwritten(
    isotrack: Isotrack, server: Dav, monkeypatch: pytest.MonkeyPatch
) -> None:
    isotrack(*START)
    create, raced = dav.Server.create, False

    def in_between(self: dav.Server, calendar: str, uid: str, data: bytes) -> None:
        nonlocal raced
        if not raced and b"SUMMARY:Clinic 2\r\n" in data:
            raced = True
            client = caldav.DAVClient(url=server.url, username=USER, password=PASSWORD, enable_rfc6764=False)
            client.put(f"{calendar}{uid}.ics", data.decode().replace("20270124", "20270131"), {})
            client.close()
        create(self, calendar, uid, data)

    monkeypatch.setattr(dav.Server, "create", in_between)
    ran = first_sync(isotrack, server)
    assert raced
    assert "Changed by another device" in ran.out
    assert Phone(server).shown()["Clinic 2"]["DTSTART"].dt == date(2027, 1, 31)


def test_no_planned_day_is_dropped_by_taking_over_a_deletion(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    for one in phone.all():
        one.delete()
    ran = isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert "None of this can be taken over" in ran.out
    assert "Note C: last day" in isotrack("calendar", "sync", "--dry-run", today="2026-12-01").out
    isotrack("calendar", "sync", "--restore", today="2026-12-01")
    assert phone.days() == exported(isotrack, "2026-12-01")


def test_a_tick_on_a_day_that_has_not_come_is_not_logged(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale, "--as", "todo")
    Phone(radicale).objects()["Clinic 3"].complete(datetime(2027, 2, 24, 1, 0, tzinfo=UTC))
    ran = isotrack("calendar", "sync", "--pull", today="2026-12-01")
    assert "ticked" in ran.out
    assert not [one for one in isotrack("plan", "--json", today="2026-12-01").json["items"] if one["done_on"]]


def test_the_report_says_what_the_plan_has_now(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    phone = Phone(radicale)
    phone.move("Note C: last day (estimate)", date(2027, 10, 1), date(2027, 10, 2))
    phone.move("Clinic 5", date(2027, 4, 26), date(2027, 4, 27))
    isotrack("stop", "2026-12-20", today="2026-12-20")
    out = isotrack("calendar", "sync", today="2026-12-20").out
    assert "Sun 20 Jun 2027 Fri 1 Oct 2027" in " ".join(out.split())
    assert "no longer planned" in out


def test_the_language_of_a_synced_calendar_is_that_of_the_first_sync(isotrack: Isotrack, radicale: Dav) -> None:
    isotrack(*START)
    first_sync(isotrack, radicale)
    assert "0件、変更0件" in isotrack("--lang", "ja", "calendar", "sync").out


def test_without_the_extra_the_way_to_it_is_named(isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dav, "find_spec", lambda _name: None)
    isotrack(*START)
    refused = isotrack("calendar", "sync", "--url", "https://example.com", "--user", "x", ok=False)
    assert "[sync]" in refused.err
