"""Every command in any order, against a plain dict: nothing is lost, and every step can be walked back.

The model is a dict of the entries that stand, by number, and two lists of such dicts: what can be taken back, and what
can be brought back. After every command the program's own listing is that dict. The lines that are typed are those of
``test_input_fuzz``; what is added here is what has to be true of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import readers
from tests.strategies import DAY
from tests.support import LONG, START, Machine, Said, faults, image, rows, say
from tests.test_input_fuzz import Settled, command_lines, reset
from tests.test_input_fuzz import settled as machine_of_the_fuzz
from tests.test_record import say_there_what_no_file_says, without_the_moment
from tracker.db import cipher

Entries = dict[int, tuple[str, str]]
"""The model: the entries that stand, by number, with their kind and day."""

at = machine_of_the_fuzz
"""A fixture: a machine with a course of all kinds of facts, cut off from the world."""
TOMBSTONE = 90
"""Days for which a cancelled entry stays in the calendar."""
OF_THE_FILE: tuple[tuple[str, ...], ...] = (
    ("calendar", "export", "-o", "out.ics"), ("calendar", "preview"), ("report", "-o", "page.html"),
    ("record", "export", "-o", "again.json", "--force"), ("record", "export", "--fhir", "-o", "-"),
    ("settings", "dates=day-first"), ("calendar", "settings", "titles=full"),
    ("calendar", "settings", "titles=discreet"),
)  # fmt: skip
"""Commands that leave every entry as it is: what changes the form of the file alone belongs here too."""
APART = ("undo", "redo", "delete", "rename", "import", "import-doses", "subscribe", "sync", "wipe", "--patient", "--db")
"""Words of lines that are not typed at random: they have rules of their own, or are about other records."""
SAVED = re.compile(r"(?<!, not saved\) )Saved: .*\(number ([0-9]+)\)")

DAYS = st.integers(0, 40)
LOGGED = st.sampled_from([
    "visit", "blood", "blood ALT=22", "blood ALT=250 TG=145", "pregnancy-test negative", "pregnancy-test positive",
    "pregnancy-test unclear", "consent", "pick-up", "review", "weight 55", "weight 56.5", "dose", "dose 20",
    "dose --missed", "symptom headache=1", "symptom lips=2", "mood spirits=1 worry=0 sleep=0 harm=0", "skin chin red=3",
    "habit sleep=7", "substance minocycline", "background allergy peanuts", "stock 28 --strength 20", "lost 4",
    "risk unprotected", "cleared", "cost 1980 skin-care", "counselling effect", "person female", "earlier done",
    "visit --price 5000", "procedure dermapen", "red-flag rf-liver", "cleared rf-liver",
])  # fmt: skip
CHANGED = st.sampled_from([
    "dose 40", "dose 20/40", "until --duration 24w", "until --target 120", "pause", "resume", "stop",
    "procedure plan dermapen --sessions 3 --every P1M", "procedure log dermapen", "procedure cancel dermapen",
    "procedure profile consensus-2017 --clinic-confirmed", "adopt jp-strict --yes --clinic-confirmed",
    "adopt uk-mhra --yes --clinic-confirmed", "adopt jp-standard --yes --clinic-confirmed", "over headache",
    "log budget 300000", "book visit/2 --cancel",
])  # fmt: skip
ITEMS = st.sampled_from(["visit/1", "visit/2", "visit/3", "blood/1", "visit", "dermapen/1"])
FIXED = st.sampled_from([
    "--remove", "--note new", "--value 57", "--value 40", "--result unclear", "--on today", "--on yesterday",
    "--on 2026-11-22", "--value 2", "--price 100",
])  # fmt: skip
QUESTIONS = st.sampled_from(["May I go to the hot spring?", "温泉に行ってもよいですか", "a\u202eb"])


class EveryCommand(RuleBasedStateMachine):
    """One record, every command, and a dict beside it."""

    settled: Settled

    def __init__(self) -> None:
        super().__init__()
        self.machine: Machine = self.settled.machine
        self.today = date(2026, 11, 24)
        self.entries: Entries = {}
        self.behind: list[Entries] = []
        self.ahead: list[Entries] = []
        self.given: dict[str, tuple[int, date]] = {}
        """By UID what a calendar was given: its number, and the day on which it was last no cancelled one."""

    @initialize()
    def begin(self) -> None:
        self.entries = self.listed()

    def teardown(self) -> None:
        reset(self.machine, self.settled.state)

    # --- what is looked at ------------------------------------------------------------------------------------

    def say(self, *line: str) -> Said:
        said = say(*line, "--today", self.today.isoformat())
        assert said.code in (0, 1, 2), (line, said)
        assert "Traceback" not in said.err, (line, said)
        return said

    def read(self, *line: str) -> str:
        said = self.say(*line)
        assert said.code == 0, (line, said)
        return said.out

    def listed(self) -> Entries:
        """The entries that stand, by the program's own listing."""
        commands = json.loads(self.read("history", "--json"))
        gone = {number for command in commands for number in command["voided"]}
        recorded = (one for command in commands for one in command["recorded"])
        return {one["id"]: (one["kind"], one["on"]) for one in recorded if one["id"] not in gone}

    def listing(self) -> tuple[str, str]:
        """All that can be listed, to the byte."""
        return self.read("history", "--json"), self.plan()

    def calendar(self) -> str:
        """What calendars are given, to the byte."""
        return self.read("calendar", "export", "-o", "-")

    def plan(self) -> str:
        said = self.say("plan", "--json")
        return said.out if said.code == 0 else said.err

    def standing(self) -> int:
        return int(rows(self.machine.db, "SELECT count(*) FROM command WHERE undone_at IS NULL")[0][0])

    # --- commands ---------------------------------------------------------------------------------------------

    def typed(self, *line: str) -> None:
        """Carry out a command that may record something, and hold it against the model."""
        before, count = (self.listing(), self.calendar()), self.standing()
        files = image(self.machine.folder)
        said = self.say(*line)
        if said.code:
            assert image(self.machine.folder) == files, (line, said)
            return
        new, now = self.standing() - count, self.listed()
        assert new in (0, 1), (line, said)
        acknowledged = {int(number) for number in SAVED.findall(said.out)}
        assert acknowledged <= now.keys(), (line, said)
        if not new:
            assert now == self.entries, (line, said)
            return
        after = self.listing()
        undone = self.say("undo")
        assert (undone.code, self.listing(), self.calendar()) == (0, *before), (line, undone)
        redone = self.say("redo")
        assert (redone.code, self.listing()) == (0, after), (line, redone)
        self.behind.append(self.entries)
        self.ahead.clear()
        self.entries = now

    @rule(what=LOGGED, ago=DAYS)
    def log(self, what: str, ago: int) -> None:
        self.typed("log", *what.split(), "--on", (self.today - ago // 4 * DAY).isoformat())

    @rule(what=CHANGED)
    def change(self, what: str) -> None:
        self.typed(*what.split())

    @rule(item=ITEMS, ahead=DAYS, time=st.sampled_from(["", " 15:30"]))
    def book(self, item: str, ahead: int, time: str) -> None:
        verb = ("procedure", "book") if item.startswith("dermapen") else ("book",)
        self.typed(*verb, item, f"{(self.today + ahead * DAY).isoformat()}{time}")

    @rule(data=st.data(), how=FIXED)
    def fix(self, data: st.DataObject, how: str) -> None:
        self.typed("fix", str(data.draw(st.sampled_from([*sorted(self.entries), 999]))), *how.split())

    @rule(text=QUESTIONS)
    def ask(self, text: str) -> None:
        self.typed("ask", text)

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        asked = sorted(number for number, (kind, _on) in self.entries.items() if kind == "question")
        self.typed("ask", "--done", str(data.draw(st.sampled_from([*asked, 999]))), "--note", "yes")

    @rule(ahead=DAYS)
    def restart(self, ahead: int) -> None:
        start = (self.today + ahead * DAY).isoformat()
        self.typed("start", start, *START[2:])

    @rule(ahead=DAYS)
    def move(self, ahead: int) -> None:
        self.typed("start", "--move", (self.today + ahead * DAY).isoformat())

    @rule(line=command_lines())
    def anything(self, line: list[str]) -> None:
        if not any(word.startswith(APART) for word in line):
            self.typed(*line)

    @precondition(lambda self: self.behind)
    @rule()
    def undo(self) -> None:
        said = self.say("undo")
        assert (said.code, self.listed()) == (0, self.behind[-1]), said
        self.ahead.append(self.entries)
        self.entries = self.behind.pop()

    @rule()
    def redo(self) -> None:
        files = image(self.machine.folder)
        said = self.say("redo")
        if not self.ahead:
            assert (said.code, image(self.machine.folder)) == (2, files), said
            return
        assert (said.code, self.listed()) == (0, self.ahead[-1]), said
        self.behind.append(self.entries)
        self.entries = self.ahead.pop()

    @rule(command=st.sampled_from(OF_THE_FILE))
    def change_nothing(self, command: tuple[str, ...]) -> None:
        before = self.plan()
        self.say(*command)
        assert (self.listed(), self.plan()) == (self.entries, before), command

    @rule(days=DAYS)
    def wait(self, days: int) -> None:
        self.today += days * DAY

    @rule()
    def take_along(self) -> None:
        """What is exported and imported is the same; once more into the same record it is nothing new."""
        before = self.listing(), self.calendar()
        self.read("record", "export", "--with-calendar", "-o", "taken.json", "--force")
        again = self.say("record", "import", "taken.json", "--yes")
        assert (again.code, (self.listing(), self.calendar())) == (0, before), again
        there = self.machine.folder / "new.db"
        there.unlink(missing_ok=True)
        self.read("record", "import", "taken.json", "--db", "new.db")
        say_there_what_no_file_says(self.machine.db, there)
        taken = (self.machine.folder / "taken.json").read_text()
        brought = self.read("record", "export", "--with-calendar", "-o", "-", "--db", "new.db")
        assert without_the_moment(brought) == without_the_moment(taken)
        there.unlink()

    @rule(also=st.sampled_from([("log", "weight", "57"), ("undo",), ("plan",)]))
    def encrypt_and_back(self, also: tuple[str, ...]) -> None:
        """Encrypted it is the same record, and every command works; decrypted it is so again."""
        before = self.listing(), self.calendar()
        secret = self.machine.folder.parent / "secret"
        secret.write_text("correct horse battery")
        secret.chmod(0o600)
        self.read("encrypt", "--yes", "--passphrase-file", str(secret))
        assert self.machine.db.read_bytes()[:15] != b"SQLite format 3"
        found = [self.read(*line, "--passphrase-file", str(secret)) for line in
                 (("history", "--json"), ("calendar", "export", "-o", "-"))]  # fmt: skip
        assert found == [before[0][0], before[1]]
        assert self.say(*also, "--dry-run", "--passphrase-file", str(secret)).code in (0, 2)
        self.read("decrypt", "--yes", "--passphrase-file", str(secret))
        assert (self.listing(), self.calendar()) == before

    # --- what is always true ----------------------------------------------------------------------------------

    @invariant()
    def the_listing_is_the_model(self) -> None:
        assert self.listed() == self.entries
        assert faults(self.machine.db) == []

    @invariant()
    def numbers_of_calendar_entries_never_fall_and_they_keep_their_identity(self) -> None:
        found = dict(_entries(self.calendar()))
        for uid, (number, _cancelled) in found.items():
            assert number >= self.given.get(uid, (0, self.today))[0], uid
        alive = {uid for uid, (_number, day) in self.given.items() if (self.today - day).days < TOMBSTONE}
        assert alive - found.keys() == set()
        for uid, (number, cancelled) in found.items():
            day = self.given.get(uid, (0, self.today))[1] if cancelled else self.today
            self.given[uid] = (number, day)

    @invariant()
    def nothing_is_due_before_what_it_is_counted_from(self) -> None:
        plan: dict[str, Any] = json.loads(self.plan())
        start = plan["course"]["start"]
        for item in plan["items"]:
            assert item["window"]["start"] <= item["due"] <= (item["hard_end"] or item["window"]["end"]), item
            if item["rule"] in ("visit", "blood") and item["state"] == "planned":
                assert item["due"] >= start, item
        for span in plan["spans"]:
            assert span["start"] <= span["end"], span


def _entries(text: str) -> Iterator[tuple[str, tuple[int, bool]]]:
    """The entries of a calendar: by UID the number, and whether it is a cancelled one."""
    unfolded = text.replace("\r\n ", "").replace("\n ", "")
    for entry in unfolded.split("BEGIN:VEVENT")[1:]:
        found = dict(line.split(":", 1) for line in entry.splitlines() if ":" in line)
        yield found["UID"], (int(found.get("SEQUENCE", 0)), found.get("STATUS") == "CANCELLED")


@pytest.mark.slow
@pytest.mark.long
def test_every_command_in_any_order_is_what_the_model_says(at: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "check", lambda *_octets: None)  # other tests read calendars, and this makes hundreds
    monkeypatch.setattr(cipher, "ITERATIONS", 4)  # nobody guesses here
    EveryCommand.settled = at
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        EveryCommand,
        settings=settings(
            max_examples=500 if LONG else 4, stateful_step_count=50 if LONG else 16, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
