"""``--dry-run``: the command says what it would do, and not an octet is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Isotrack
from tests.support import some

START = ("start", "2026-09-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
TODAY = "2026-11-27"
BEFORE = (
    START,
    ("log", "visit", "--on", "2026-10-02"),
    ("log", "blood", "ALT=22", "--on", "2026-10-02"),
    ("log", "substance", "vitamin C"),
)
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("log", "visit"),
    ("log", "blood", "ALT=300", "CK=900"),
    ("log", "symptom", "lips=2", "dark urine"),
    ("log", "dose", "--missed"),
    ("log", "dose", "20", "--on", "2026-11-20..2026-11-23"),
    ("log", "pregnancy-test", "positive"),
    ("log", "substance", "minocycline"),
    ("log", "stock", "28", "--strength", "20"),
    ("book", "visit/3", "2026-12-02 15:30"),
    ("dose", "40", "--from", "2026-12-01"),
    ("until", "2027-04-01"),
    ("pause", "2026-11-20"),
    ("stop", "2026-11-20"),
    ("start", "--move", "2026-09-03"),
    ("fix", "4", "--on", "2026-10-03"),
    ("undo",),
    ("adopt", "jp-strict", "--yes"),
    ("settings", "dates=day-first"),
    ("calendar", "settings", "book.visit=10d"),
    ("patients", "rename", "me", "Yuki"),
)  # fmt: skip


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    found = (one for one in folder.rglob("*") if one.is_file())
    return {str(one): (one.read_bytes(), one.stat().st_mtime_ns) for one in found}


def said(text: str, *, end: str) -> list[str]:
    """The lines of a command, without what calendars do not know yet and what a dry run says beside."""
    lines = text.replace("(dry run, not saved) ", "").partition(end)[0].splitlines()
    return [line for line in lines if not line.startswith(("Calendar:", "In the calendar", "This was a dry run"))]


CALENDARS = [(), ("export",), ("subscribe", "reminders.ics")]


@pytest.mark.long
@pytest.mark.parametrize(("command", "calendar"), [
    (command, calendar) for at, command in enumerate(COMMANDS) for calendar in some(CALENDARS, 3, at)
], ids=lambda words: " ".join(words) or "none")  # fmt: skip
def test_it_says_what_the_command_says_and_writes_nothing(
    isotrack: Isotrack, tmp_path: Path, command: tuple[str, ...], calendar: tuple[str, ...]
) -> None:
    for one in BEFORE:
        isotrack(*one, today=TODAY)
    if calendar:
        isotrack("calendar", *calendar, today=TODAY)
    before = state(tmp_path)
    rehearsed = isotrack(*command, "--dry-run", today=TODAY, ok=None)
    assert state(tmp_path) == before
    assert rehearsed.out.splitlines()[-1:] == ["This was a dry run: nothing was saved."] * (rehearsed.code == 0)
    done = isotrack(*command, today=TODAY, ok=None)
    assert (said(rehearsed.out, end="In the calendar would"), rehearsed.err) == (said(done.out, end="\0"), done.err)


def test_what_would_change_in_the_calendar_is_what_changes(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    isotrack("calendar", "export", today=TODAY)
    isotrack("log", "visit", "--on", "2026-10-02", today=TODAY)  # waits already, and is none of the dry run
    rehearsed = isotrack("log", "weight", "55", "--dry-run", today=TODAY).out
    assert "In the calendar nothing would change." in rehearsed
    rehearsed = isotrack("stop", "2026-11-20", "--dry-run", today=TODAY).out
    before = {line["title"]: line["now"] for line in preview(isotrack)}
    isotrack("stop", "2026-11-20", today=TODAY)
    changed = [line for line in preview(isotrack) if before.get(line["title"]) != line["now"]]
    assert changed
    for line in changed:
        title = line["title"].removeprefix("Cancelled: ")
        assert title in rehearsed or "more of later days" in rehearsed


def preview(isotrack: Isotrack) -> list[dict[str, str]]:
    found: list[dict[str, str]] = isotrack("calendar", "preview", "--json", today=TODAY).json
    return found


def test_a_course_can_be_tried_out_before_there_is_a_database(isotrack: Isotrack, tmp_path: Path) -> None:
    ran = isotrack(*START, "--dry-run", today="2026-09-01")
    assert ran.out.startswith("(dry run, not saved) Saved.")
    assert [one.name for one in tmp_path.rglob("*")] == []


@pytest.mark.parametrize("version", [1, 3, 5, 6])
def test_a_file_of_an_older_format_stays_as_it_is(isotrack: Isotrack, tmp_path: Path, version: int) -> None:
    database = tmp_path / "data" / "isotrack.db"
    database.parent.mkdir()
    shutil.copy(Path(__file__).parent / "data" / f"v{version}.db", database)
    before = state(tmp_path)
    isotrack("log", "visit", "--patient", "me", "--dry-run", today="2027-02-01")
    assert state(tmp_path) == before


def test_a_file_that_is_written_to_elsewhere_is_still_read(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START, today=TODAY)
    (tmp_path / "data").chmod(0o500)
    try:
        assert isotrack("log", "visit", "--dry-run", today=TODAY).out.startswith("(dry run, not saved) Saved: visit")
    finally:
        (tmp_path / "data").chmod(0o700)


def test_an_export_writes_no_file(isotrack: Isotrack, tmp_path: Path) -> None:
    isotrack(*START, today=TODAY)
    before = state(tmp_path)
    for command in (("export",), ("subscribe", "a.ics"), ("export", "--all-patients", "out")):
        isotrack("calendar", *command, "--dry-run", today=TODAY)
        assert state(tmp_path) == before
        assert not (tmp_path / "out").exists()
