"""Copies of the database that nobody has to think of, and what comes back of them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import LONG, START, Machine, faults, image, machine_in, opened, rows, say, settle, some
from tests.test_durability import Moments, _refuse, cut_off_at, needs_kill
from tracker.cli import running
from tracker.db import backups, restoring
from tracker.db.backups import DAYS, MONTHS, WEEKS, staying

DAY = date(2026, 12, 20)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch, lang)
    on(monkeypatch, DAY)
    assert say(*START).code == 0
    return place


@pytest.fixture
def lang(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "en"))


in_both = pytest.mark.parametrize("lang", ["en", "ja"], indirect=True)
"""For what looks at words; what happens to files is the same in either language."""


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let the machine's clock say this day."""
    monkeypatch.setattr(running, "machine_day", lambda: day)
    monkeypatch.setattr("tracker.cli.copies.machine_day", lambda: day)
    monkeypatch.setattr("tracker.cli.doctor.machine_day", lambda: day)
    monkeypatch.setattr("tracker.cli.which_copy.machine_day", lambda: day)


def folder(machine: Machine) -> Path:
    return machine.folder / "isotrack.db.backups"


def copies(machine: Machine) -> list[str]:
    return sorted(path.name for path in folder(machine).glob("*.db")) if folder(machine).exists() else []


def notes(path: Path) -> set[str]:
    return {row[0] for row in rows(path, "SELECT note FROM fact WHERE note IS NOT NULL")}


# --- which copies stay ------------------------------------------------------------------------------------------


def lived(days: list[date]) -> set[date]:
    """The copies that there are after a copy was made on each of these days in turn."""
    there: set[date] = set()
    for day in days:
        there = staying(there | {day})
    return there


def test_after_years_there_are_twelve_days_ten_weeks_and_nine_months() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(900)]
    there = sorted(lived(days), reverse=True)
    assert there[:DAYS] == days[: -DAYS - 1 : -1]
    assert len(there) == DAYS + WEEKS + MONTHS
    assert timedelta(days=300) <= there[0] - there[-1] <= timedelta(days=400)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=120))
def test_whatever_days_were_written_on_the_newest_stay_and_no_gap_is_wider_than_it_must_be(gaps: list[int]) -> None:
    days = [date(2024, 1, 1)]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    there = lived(days)
    assert set(days[-DAYS:]) <= there <= set(days)
    assert len(there) <= DAYS + WEEKS + MONTHS
    assert staying(there) == there
    assert len(there) >= min(len(days), DAYS)


# --- one a day --------------------------------------------------------------------------------------------------


def test_the_first_entry_of_a_day_makes_a_copy_of_what_was_there_before(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copies(machine) == [], "before the first entry there is nothing to copy"
    assert say("log", "weight", "55", "--note", "first").code == 0
    assert copies(machine) == ["2026-12-20.db"]
    assert say("log", "weight", "56", "--note", "second").code == 0
    assert say("--today", "2026-12-30", "plan").code == 0
    on(monkeypatch, DAY + timedelta(days=1))
    assert say("plan").code == 0
    assert say("--dry-run", "log", "weight", "57").code == 0
    assert copies(machine) == ["2026-12-20.db"]
    assert say("--today", "2026-12-30", "log", "weight", "57", "--note", "third").code == 0
    assert copies(machine) == ["2026-12-20.db", "2026-12-21.db"]
    assert (notes(folder(machine) / "2026-12-20.db"), notes(folder(machine) / "2026-12-21.db")) == (
        set(), {"first", "second"},
    )  # fmt: skip
    for name in copies(machine):
        assert faults(folder(machine) / name) == []
        assert stat.S_IMODE((folder(machine) / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(machine).stat().st_mode) == 0o700


def test_copies_are_thinned_out_and_what_a_person_keeps_stays(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ["mine.db", "format-3.db", "replaced-2026-12-01.db", "2026-12-01.db.txt"]
    folder(machine).mkdir(mode=0o700)
    for name in kept:
        shutil.copy(machine.db, folder(machine) / name)
    days = [DAY + timedelta(days=number) for number in range(40)]
    for day in days:
        on(monkeypatch, day)
        assert say("log", "weight", "55", "--note", day.isoformat()).code == 0
    there = {path.name for path in folder(machine).iterdir()}
    assert there == {*kept, "elsewhere", *(f"{day.isoformat()}.db" for day in lived(days))}


@settings(max_examples=40)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.sets(st.integers(1, 4000), max_size=40))
def test_copies_that_come_after_all_others_take_no_turn_of_theirs(gaps: list[int], ahead: set[int]) -> None:
    days = {DAY - timedelta(days=sum(gaps[:at])) for at in range(len(gaps))}
    oldest = {DAY + timedelta(days=number) for number in ahead}
    there = staying(days, oldest)
    assert there & days == staying(days)
    assert len(there) <= DAYS + WEEKS + MONTHS
    assert there == staying(there & days, there & oldest)


def test_a_copy_of_a_day_to_come_pushes_none_out_goes_in_its_turn_and_is_offered_only_if_it_knows_most(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was ten years ahead for an entry, and is right again."""
    for name, most in (("DAYS", 3), ("WEEKS", 2), ("MONTHS", 1)):
        monkeypatch.setattr(backups, name, most)

    def write(day: date) -> set[date]:
        on(monkeypatch, day)
        assert say("log", "weight", "55", "--note", day.isoformat(), "--today", "2026-12-20").code == 0
        return {date.fromisoformat(name.removesuffix(".db")) for name in copies(machine)}

    ahead, days = date(2036, 12, 20), [DAY + timedelta(days=30 * number) for number in range(7)]
    for day in days[:4]:
        write(day)
    assert write(ahead) == {*days[:4], ahead}
    on(monkeypatch, days[4])
    for lang, word in (("en", "Of a day to come"), ("ja", "未来の日付")):
        said = say("restore", "--lang", lang).out
        assert (word in said, "restore 2036-12-20" in said) == (True, True), said
    for number in (4, 5):
        assert write(days[number]) == {*days[: number + 1], ahead}
        assert f"restore {days[number].isoformat()}" in say("restore").out
    assert "(0 days ago)" in " ".join(say("doctor").out.split())
    assert write(days[6]) == staying(days)  # now as many as count know as much: it is the oldest
    newest = folder(machine) / f"{days[-1].isoformat()}.db"
    shutil.copy(folder(machine) / f"{days[-2].isoformat()}.db", folder(machine) / f"{ahead.isoformat()}.db")
    with opened(machine.db) as connection:
        connection.execute("UPDATE weight SET weight_g = 54321")
    assert f"isotrack restore {newest.stem} " in " ".join(say("doctor").out.split())


WRONG: dict[str, Callable[[Machine], None]] = {
    "a file in the folder's place": lambda machine: folder(machine).write_bytes(b"mine"),
    "a link in the folder's place": lambda machine: folder(machine).symlink_to(machine.folder),
}


@in_both
@pytest.mark.parametrize("wrong", WRONG)
def test_where_no_copy_can_be_made_the_command_does_its_work_and_says_so(machine: Machine, wrong: str) -> None:
    WRONG[wrong](machine)
    said = say("log", "weight", "55", "--note", "kept")
    assert (said.code, len(said.complaint)) == (0, 1), said.err
    assert str(folder(machine)) in said.err
    assert notes(machine.db) == {"kept"}


@in_both
def test_of_a_first_page_that_is_noise_beside_plain_copies_it_is_not_said_that_it_was_encrypted(
    machine: Machine, lang: str
) -> None:
    assert say("log", "weight", "55").code == 0
    with machine.db.open("r+b") as file:
        file.write(bytes(range(256)) * 16)
    doubt, way = {
        "en": ("damaged or encrypted", "move the file away"),
        "ja": ("破損しているか、暗号化", "別の場所に移し"),
    }[lang]
    for command in (["status"], ["restore", copies(machine)[0], "--yes"], ["doctor"]):
        refused = say(*command)
        assert (refused.code, len(refused.complaint), doubt in refused.err, way in refused.err) == (1, 1, True, True)
        assert (doubt in refused.out, "was encrypted" in refused.out) == (command[0] == "restore", False), refused
    machine.db.rename(machine.folder / "away.db")
    assert say("restore", copies(machine)[0], "--yes").code == 0
    machine.db.write_bytes((machine.folder / "away.db").read_bytes())
    shutil.copy(machine.db, folder(machine) / "2026-01-01.db")  # as one that was made while it was encrypted
    refused = say("status")
    assert (refused.code, doubt in refused.err) == (1, False), refused


@pytest.mark.slow
def test_a_disk_that_refuses_at_any_moment_loses_no_entry_and_leaves_no_half_copy(machine: Machine) -> None:
    state = image(machine.folder)
    for moment in range(100):
        moments = Moments(moment, _refuse)
        with moments.watched():
            said = say("log", "weight", "55", "--note", "kept")
        assert ("kept" in notes(machine.db)) == (said.code == 0), (moment, said.err)
        assert all(faults(path) == [] for path in folder(machine).glob("*.db"))
        if len(moments.seen) <= moment:
            break
        reset(machine, state)
    assert moment > 10


def reset(machine: Machine, state: dict[str, bytes]) -> None:
    shutil.rmtree(machine.folder)
    machine.folder.mkdir(mode=0o700)
    for name, octets in state.items():
        (machine.folder / name).parent.mkdir(exist_ok=True)
        (machine.folder / name).write_bytes(octets)


@needs_kill
@pytest.mark.slow
def test_a_first_entry_of_a_day_that_is_killed_leaves_whole_copies_and_the_next_one_clears_up(
    machine: Machine,
) -> None:
    state, moment = image(machine.folder), 0
    while cut_off_at(moment, "log", "weight", "55", "--note", "cut"):
        assert all(faults(path) == [] for path in folder(machine).glob("*.db")), moment
        assert say("log", "weight", "56", "--note", "kept").code == 0
        assert "kept" in notes(machine.db)
        assert copies(machine) == ["2026-12-20.db"]
        if (left := [path.name for path in folder(machine).iterdir() if ".new-" in path.name]) != []:
            folder(machine).joinpath("2026-12-20.db").unlink()
            assert say("log", "weight", "57").code == 0
            assert [name for name in left if (folder(machine) / name).exists()] == []
        reset(machine, state)
        moment += 1
    assert moment > 10


def test_once_a_month_it_is_said_that_all_copies_lie_on_one_disk(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for number in range(100):
        on(monkeypatch, DAY + timedelta(days=number))
        if number == 50:
            assert say("backup", str(machine.folder / "elsewhere.db")).code == 0
        if "isotrack backup /" in say("log", "weight", "55", "--note", str(number)).err:
            said.append(number)
    assert said == [30, 80]


# --- by hand ----------------------------------------------------------------------------------------------------


def test_a_copy_goes_where_it_is_wanted_and_over_nothing_else(machine: Machine) -> None:
    (machine.folder / "usb").mkdir()
    assert say("backup", "usb").code == 0
    assert say("backup", "usb").code == 0, "the one of today is made anew"
    target = machine.folder / "usb" / "isotrack-2026-12-20.db"
    assert (faults(target), stat.S_IMODE(target.stat().st_mode)) == ([], 0o600)
    (machine.folder / "mine.txt").write_text("mine")
    (machine.folder / "link").symlink_to(machine.folder / "mine.txt")
    before = image(machine.folder)
    for wrong in ("mine.txt", "isotrack.db", "", "  ", "nowhere/a.db", "nowhere/", "/dev/null", "link"):
        said = say("backup", wrong)
        assert said.code in (1, 2), wrong
        assert len(said.complaint) == 1, said.err
        assert image(machine.folder) == before
    assert say("backup", "isotrack.db", "--force").code == 1
    assert say("backup", "mine.txt", "--force").code == 0
    assert faults(machine.folder / "mine.txt") == []
    assert say("--dry-run", "backup", "more.db").code == 0
    assert not (machine.folder / "more.db").exists()


@in_both
def test_what_there_is_can_be_listed(machine: Machine, lang: str) -> None:
    assert json.loads(say("backup", "--json").out) == []
    assert say("log", "weight", "55").code == 0
    (folder(machine) / "2026-12-01.db").write_bytes(b"damaged")
    listed = json.loads(say("backup", "--list", "--json").out)
    assert [(one["day"], one["readable"], one["commands"]) for one in listed] == [
        ("2026-12-20", True, 1), ("2026-12-01", False, None),
    ]  # fmt: skip
    for command in (("backup", "--list"), ("restore",)):
        said = say(*command)
        assert said.code == 0
        assert "2026-12-20" in said.out
        assert ("Copies in" in said.out) == (lang == "en")


# --- back again -------------------------------------------------------------------------------------------------


@pytest.fixture
def two_days(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A copy of yesterday with one note, and a database with three."""
    assert say("log", "weight", "55", "--note", "one").code == 0
    on(monkeypatch, DAY + timedelta(days=1))
    assert say("log", "weight", "56", "--note", "two").code == 0
    assert say("log", "weight", "57", "--note", "three").code == 0
    return machine


def test_whatever_rows_are_lost_a_copy_is_shown_and_comes_back(two_days: Machine) -> None:
    before = two_days.db.read_bytes()
    tables = [name for (name,) in rows(two_days.db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    kinds = [kind for (kind,) in rows(two_days.db, "SELECT DISTINCT kind FROM fact")]
    some = (*(f'"{name}"' for name in tables if not name.startswith("sqlite")),
            *(f"fact WHERE kind = '{kind}'" for kind in kinds))  # fmt: skip
    for lost in some:
        two_days.db.write_bytes(before)
        with opened(two_days.db) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{trigger}"')
            connection.execute(f"DELETE FROM {lost}")  # noqa: S608 - of a test
        shown, back = say("restore"), say("restore", "2026-12-21", "--yes")
        assert (shown.code, back.code, faults(two_days.db), notes(two_days.db)) == (0, 0, [], {"one"}), (lost, back)
        assert "To put one back" in shown.out


@pytest.mark.parametrize("said", ["2026-12-21", "2026-12-25", "isotrack.db.backups/2026-12-21.db", "2026-12-21.db"])
def test_a_copy_comes_back_and_what_was_there_is_kept(two_days: Machine, said: str) -> None:
    asked = say("--today", "2026-12-26", "restore", said)
    assert (asked.code, notes(two_days.db)) == (2, {"one", "two", "three"})
    assert "--yes" in asked.err
    assert say("--today", "2026-12-26", "restore", said, "--yes", "--dry-run").code == 0
    assert notes(two_days.db) == {"one", "two", "three"}
    assert say("--today", "2026-12-26", "restore", said, "--yes").code == 0
    assert (faults(two_days.db), notes(two_days.db)) == ([], {"one"})
    kept = folder(two_days) / "replaced-2026-12-21.db"
    assert (faults(kept), notes(kept)) == ([], {"one", "two", "three"})
    assert say("log", "weight", "58", "--note", "four").code == 0
    assert say("restore", kept.name, "--yes").code == 0
    assert notes(two_days.db) == {"one", "two", "three"}
    assert notes(folder(two_days) / "replaced-2026-12-21-2.db") == {"one", "four"}


@in_both
@pytest.mark.usefixtures("two_days")
def test_what_would_be_lost_and_what_would_come_back_is_said_before(lang: str) -> None:
    out = {"en": ("2 commands, recorded on ", "taken back or deleted here since: 1 command"),
           "ja": ("操作2件", "操作1件")}[lang]  # fmt: skip
    lost = say("restore", "2026-12-21")
    assert (lost.code, out[0] in lost.out) == (2, True), lost.out
    # By the clock of the course: where this machine has the 24th, it may be the 25th there.
    assert lang == "ja" or any(f"{out[0]}{day} Nov 2026" in lost.out for day in ("Tue 24", "Wed 25")), lost.out
    for _ in range(3):
        assert say("undo").code == 0
    back = say("restore", "2026-12-21")
    assert (back.code, out[1] in back.out) == (2, True), back.out


def _foreign(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.commit()


def _newer(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()


def _spoiled(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[8192:20000] = b"\xff" * (20000 - 8192)
    path.write_bytes(octets)


BAD: dict[str, Callable[[Path, Path], None]] = {
    "nothing": lambda _path, _good: None,
    "empty": lambda path, _good: path.write_bytes(b""),
    "a text": lambda path, _good: path.write_bytes(b"dear diary\n" * 100),
    "a half": lambda path, good: path.write_bytes(good.read_bytes()[:30_000]),
    "another program's": lambda path, _good: _foreign(path),
    "a newer one": lambda path, good: (shutil.copy(good, path), _newer(path))[1],
    "damaged": lambda path, good: (shutil.copy(good, path), _spoiled(path))[1],
    "a folder": lambda path, _good: path.mkdir(),
}


@in_both
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_copy_is_refused_and_nothing_is_touched(two_days: Machine, bad: str) -> None:
    path = two_days.folder / "bad.db"
    BAD[bad](path, two_days.db)
    before = image(two_days.folder)
    said = say("restore", "bad.db", "--yes")
    assert said.code in (1, 2), said.out
    assert len(said.complaint) == 1, said.err
    assert image(two_days.folder) == before


@pytest.mark.parametrize(
    "said", ["isotrack.db", "2019-01-01", "2026-02-30", "yesterdayish", "format-99", "./none.db", "  x "]
)
@in_both
def test_what_names_no_copy_is_refused_in_one_line(two_days: Machine, said: str) -> None:
    before = image(two_days.folder)
    found = say("restore", said, "--yes")
    assert (found.code, len(found.complaint)) == (2, 1), found.err
    assert image(two_days.folder) == before


def test_a_copy_of_an_older_format_comes_back_in_this_one(two_days: Machine) -> None:
    old = Path(__file__).parent / "data" / "v1.db"
    shutil.copy(old, two_days.folder / "old.db")
    assert say("restore", "old.db", "--yes").code == 0
    assert faults(two_days.db) == []
    assert say("--patient", "me", "plan").code == 0
    assert (two_days.folder / "old.db").read_bytes() == old.read_bytes()
    assert [path.name for path in two_days.folder.iterdir() if ".restored-" in path.name] == []


def sequences(path: Path) -> dict[str, tuple[int, bytes]]:
    events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return {str(one["UID"]): (int(one["SEQUENCE"]), one.to_ical()) for one in events}


@pytest.mark.parametrize("state", ["whole", "gone", "garbage", "a damaged page"])
def test_no_number_of_a_calendar_falls_and_entries_follow(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    target = machine.folder / "reminders.ics"
    export = ("calendar", "export", "-o", str(target))
    assert say(*export).code == 0
    first = sequences(target)
    on(monkeypatch, DAY + timedelta(days=1))
    for number in range(3):
        assert say("until", f"2027-0{5 + number}-01").code == 0
        assert say(*export).code == 0
    given_out = sequences(target)
    assert max(number for number, _text in given_out.values()) >= 2
    {"whole": lambda: None, "gone": machine.db.unlink, "garbage": lambda: machine.db.write_bytes(b"x" * 5000),
     "a damaged page": lambda: _spoiled(machine.db)}[state]()  # fmt: skip
    assert say("restore", "2026-12-21", "--yes").code == 0
    assert say(*export).code == 0
    now = sequences(target)
    for uid, (number, text) in given_out.items():
        if uid in now:
            assert now[uid][0] > number or (now[uid] == (number, text)), uid
    body = [line for line in first[next(iter(first))][1].splitlines() if line.startswith(b"DTSTART")]
    assert body == [line for line in now[next(iter(first))][1].splitlines() if line.startswith(b"DTSTART")]
    assert faults(machine.db) == []


def test_the_file_that_calendars_subscribe_to_follows_at_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = machine.folder / "kept.ics"
    assert say("calendar", "subscribe", "kept.ics").code == 0
    on(monkeypatch, DAY + timedelta(days=1))
    before = sequences(target)
    assert say("until", "2027-08-01").code == 0
    moved = sequences(target)
    assert say("restore", "2026-12-21", "--yes").code == 0
    after = sequences(target)
    assert {uid for uid in moved if after[uid][0] < moved[uid][0]} == set()
    days = {uid: [line for line in text.splitlines() if line.startswith(b"DTSTART")]
            for uid, (_number, text) in before.items()}  # fmt: skip
    assert days == {uid: [line for line in after[uid][1].splitlines() if line.startswith(b"DTSTART")] for uid in before}


@needs_kill
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("state", ["whole", "garbage"])
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_copy(two_days: Machine, state: str) -> None:
    if state == "garbage":
        two_days.db.write_bytes(b"x" * 5000)
        two_days.db.with_name("isotrack.db-journal").write_bytes(b"y" * 2000)
    before = two_days.db.read_bytes()
    files = image(two_days.folder) | {
        f"isotrack.db.backups/{name}": (folder(two_days) / name).read_bytes() for name in copies(two_days)
    }
    moment = 0
    while cut_off_at(moment, "restore", "2026-12-21", "--yes"):
        if two_days.db.read_bytes() != before:
            assert (faults(two_days.db), notes(two_days.db)) == ([], {"one"}), moment
        if state == "garbage":
            kept = [path for path in folder(two_days).glob("replaced-*.db") if path.read_bytes() == before]
        else:
            kept = [path for path in folder(two_days).glob("replaced-*.db") if len(notes(path)) == len("abc")]
        assert kept or two_days.db.read_bytes() == before, moment
        assert say("restore", "2026-12-21", "--yes").code == 0
        assert (faults(two_days.db), notes(two_days.db)) == ([], {"one"})
        assert say("log", "weight", "58").code == 0
        assert [path.name for path in two_days.folder.iterdir() if ".restored-" in path.name] == [], moment
        reset(two_days, files)
        moment += 1 if LONG else 6
    assert moment > 10


LOGGING = """
import sys
from tracker.cli.main import run
for number in range(int(sys.argv[2])):
    print(run(["log", "weight", "55", "--note", f"{sys.argv[1]} {number}"]) == 0, flush=True)
"""


@pytest.mark.slow
def test_what_others_write_while_a_copy_is_put_back_is_in_one_of_the_two(two_days: Machine) -> None:
    with suppress(ExceptionGroup):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", LOGGING, f"w{number}", "8"], cwd=two_days.folder, text=True,
                env=two_days.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for number in range(4)
        ]  # fmt: skip
        for _ in range(3):
            assert two_days.isotrack("restore", "2026-12-21", "--yes").code == 0
        said = [writer.communicate() for writer in writers]
    acknowledged = {
        f"w{number} {place}"
        for number, (out, _err) in enumerate(said)
        for place, line in enumerate(line for line in out.splitlines() if line in ("True", "False"))
        if line == "True"
    }
    found = notes(two_days.db).union(*(notes(path) for path in folder(two_days).glob("replaced-*.db")))
    assert acknowledged - found == set()
    assert faults(two_days.db) == []


def _bad(path: Path, *statements: str) -> None:
    with opened(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE command SET recorded_at = 'never' WHERE id = 2", "UPDATE command SET patient_id = 1 << 62 WHERE id = 2",
     "UPDATE command SET verb = CAST(x'ff' AS TEXT) WHERE id = 2", "UPDATE fact SET kind = '' WHERE id = 2",
     "UPDATE setting SET value = '' WHERE name = 'language'"],
)  # fmt: skip
def test_a_value_that_is_none_never_lets_the_file_be_replaced_while_others_write(
    two_days: Machine, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    _bad(two_days.db, "PRAGMA foreign_keys = OFF", statement)
    before = two_days.db.stat().st_ino
    assert say("restore", "2026-12-21").code == 2
    monkeypatch.setattr(restoring, "_swap", lambda *_: pytest.fail("swapped"))
    said = say("restore", "2026-12-21", "--yes")
    assert (said.code, two_days.db.stat().st_ino) == (0, before), said
    assert (faults(two_days.db), notes(two_days.db)) == ([], {"one"})
    assert len(list(folder(two_days).glob("replaced-*.db"))) == 1


BEYOND_USE = {
    "a newer format": "PRAGMA user_version = 63", "an older format": "PRAGMA user_version = 3",
    "no format": "PRAGMA user_version = 0", "another program's mark": "PRAGMA application_id = 7",
    "no table of weights": "DROP TABLE weight", "no table of commands": "DROP TABLE command",
    "no column": "ALTER TABLE fact DROP COLUMN note", "a kind that is gone": "DELETE FROM fact_kind WHERE name = 'lab'",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("what", some(BEYOND_USE, 2))
def test_a_file_that_is_no_database_of_ours_any_more_is_replaced_and_kept(two_days: Machine, what: str) -> None:
    _bad(two_days.db, "PRAGMA foreign_keys = OFF", BEYOND_USE[what])
    assert "isotrack restore" in say("doctor").out
    said = say("log", "weight", "58", "--lang", "ja")
    assert said.code == 0 if what == "a kind that is gone" else len(said.complaint) == said.code == 1, said
    assert "isotrack restore" in said.err or said.code == 0 or "newer" in what
    assert say("restore", "2026-12-21", "--yes").code == 0
    assert (faults(two_days.db), notes(two_days.db)) == ([], {"one"})
    [kept] = folder(two_days).glob("replaced-*.db")
    assert what == "no column" or "command" in what or {"two", "three"} <= notes(kept)
    assert say("doctor").code in (0, 1)
    assert "it is of no use" not in say("doctor").out


def test_a_file_of_another_program_without_copies_beside_it_is_never_replaced(two_days: Machine) -> None:
    shutil.copy(two_days.db, two_days.folder / "good.db")
    shutil.rmtree(folder(two_days))
    _bad(two_days.db, "PRAGMA application_id = 7")
    was = two_days.db.read_bytes()
    assert (say("restore", "good.db", "--yes").code, two_days.db.read_bytes()) == (1, was)


@in_both
def test_where_the_database_is_gone_its_copies_are_named_and_none_is_begun_anew(two_days: Machine, lang: str) -> None:
    assert say("record", "export", "-o", "record.json").code == 0
    two_days.db.unlink()
    before = image(two_days.folder)
    for command in ((), ("status",), ("log", "weight", "58"), START, ("record", "import", "record.json", "--yes")):
        said = say(*command, "--lang", lang)
        assert (said.code, len(said.complaint), "isotrack restore" in said.err) == (2, 1, True), said
        assert image(two_days.folder) == before
    assert say("restore", "2026-12-21", "--yes").code == 0
    assert notes(two_days.db) == {"one"}


@pytest.mark.parametrize("onto", ["a database", "nothing"])
def test_a_copy_with_a_value_that_is_none_is_no_copy_less(two_days: Machine, onto: str) -> None:
    copy = folder(two_days) / "2026-12-21.db"
    _bad(copy, "UPDATE command SET recorded_at = '[' WHERE id = 2",
         "UPDATE fact SET on_date = '[' WHERE kind = 'weight' AND note IS NULL")  # fmt: skip
    if onto == "nothing":
        two_days.db.unlink()
        assert "it is of no use" not in say("doctor").out
    said = say("restore", "2026-12-21", "--yes")
    assert (said.code, "not what was recorded" in said.out, notes(two_days.db)) == (0, True, {"one"}), said
    assert say("doctor", "--accept", "--yes").code == 0
    assert say("log", "weight", "58").code == 0


def test_what_came_while_the_question_stood_is_not_lost(two_days: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def others_write(*_: Any, **__: Any) -> bool:
        assert say("log", "weight", "58", "--note", "late").code == 0
        return True

    monkeypatch.setattr("tracker.cli.copies.is_asked", lambda: True)
    monkeypatch.setattr("tracker.cli.copies.confirm", others_write)
    said = say("restore", "2026-12-21")
    assert (said.code, len(said.complaint), "changed meanwhile" in said.err) == (2, 1, True), said
    assert notes(two_days.db) == {"one", "two", "three", "late"}
    assert say("restore", "2026-12-21", "--yes").code == 0


# --- what is deleted is deleted ---------------------------------------------------------------------------------


def test_a_patient_who_is_deleted_is_in_no_copy_any_more(two_days: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say(*START, "--patient", "Canaria Hanako").code == 0
    assert say("--patient", "Canaria Hanako", "log", "weight", "55", "--note", "canaryword").code == 0
    for number in range(2, 5):
        on(monkeypatch, DAY + timedelta(days=number))
        assert say("--patient", "Canaria Hanako", "log", "weight", "55", "--note", f"canaryword {number}").code == 0
    assert say("patients", "rename", "Canaria Hanako", "Canaria Jiro").code == 0
    assert say("restore", "2026-12-23", "--yes").code == 0
    assert say("patients", "rename", "Canaria Hanako", "Canaria Jiro").code == 0
    (folder(two_days) / "2026-12-01.db").write_bytes(b"damaged")
    monkeypatch.setattr(sys, "stdin", __import__("io").StringIO("Canaria Jiro\n"))
    said = say("patients", "delete", "Canaria Jiro")
    assert said.code == 0, said.err
    assert "2026-12-01.db" in said.out
    for path in two_days.folder.rglob("*"):
        if path.is_file():
            assert b"anaria" not in path.read_bytes(), path
            assert b"canaryword" not in path.read_bytes(), path
    assert {"one"} <= notes(folder(two_days) / "2026-12-21.db")


# --- hints ------------------------------------------------------------------------------------------------------


@in_both
def test_of_a_damaged_file_only_what_is_there_is_named(two_days: Machine) -> None:
    two_days.db.write_bytes(b"x" * 5000)
    assert "isotrack restore" in say("plan").err
    shutil.rmtree(folder(two_days))
    said = say("plan")
    assert "isotrack restore FILE" in said.err or "isotrack restore ファイル" in said.err
    assert str(folder(two_days)) in said.err


def test_names_of_copies_say_nothing_of_anybody(two_days: Machine) -> None:
    assert {backups._copy(path) is not None for path in folder(two_days).glob("*.db")} == {True}
    assert sqlite3.sqlite_version_info >= (3, 37)
    assert os.path.basename(folder(two_days)) == "isotrack.db.backups"  # noqa: PTH119
