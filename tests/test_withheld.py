"""What comes from elsewhere never says where this machine writes, whom it speaks to, or how much a calendar tells."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support import TODAY, Machine, begun_in, opened, rows, say
from tracker.calendar.settings import NAMES
from tracker.db import published
from tracker.record import reading

NEW = ("--db", "new.db")
PLACES = {
    "subscribed-file": "elsewhere/.bash_aliases", "sync-url": "http://127.0.0.1:1/", "sync-user": "hana",
    "sync-form": "event", "sync-calendar": "http://127.0.0.1:1/cal/",
}  # fmt: skip
SAID = ("isotrack calendar subscribe FILE", "isotrack calendar sync --url URL --user NAME", "titles=full")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return begun_in(tmp_path, monkeypatch)


def kept(database: Path) -> dict[str, str]:
    return dict(rows(database, "SELECT name, value FROM setting WHERE value <> ''"))


def remember(database: Path, values: Mapping[str, str]) -> None:
    with opened(database) as connection:
        connection.executemany("INSERT OR REPLACE INTO setting (patient_id, name, value) VALUES (1, ?, ?)",
                               list(values.items()))  # fmt: skip


def forged(machine: Machine, change: Callable[[Any], object]) -> None:
    """An export of the record with its calendar, changed by somebody."""
    assert say("calendar", "export", "-o", "-").code == 0
    assert say("record", "export", "--with-calendar", "-o", "r.json", "--force").code == 0
    document = json.loads((machine.folder / "r.json").read_text())
    change(document)
    (machine.folder / "r.json").write_text(json.dumps(document))


def outside(document: Any) -> None:
    document["calendar"]["settings"] |= PLACES
    document["settings"]["titles"] = "full"


def is_said(text: str, lang: str) -> bool:
    flat = " ".join(text.split()).replace("isotrack --db new.db", "isotrack").replace("--lang ja ", "")
    named = ("File" in flat or "file" in flat or lang == "ja") and all(one in flat for one in SAID)
    return named and PLACES["subscribed-file"] in flat and PLACES["sync-url"] in flat


def test_every_setting_is_either_of_how_a_calendar_is_written_or_of_what_was_given() -> None:
    assert not {*NAMES} & {*published.GIVEN}
    assert set(published.of_the_machine(dict.fromkeys((*NAMES, *published.GIVEN), "full"))) == {
        "titles", *published.OF_A_MACHINE,
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_record_says_neither_where_to_write_nor_whom_to_speak_to_nor_how_much_to_tell(
    machine: Machine, lang: str
) -> None:
    forged(machine, outside)
    (machine.folder / "elsewhere").mkdir()
    rehearsed = say("record", "import", "r.json", *NEW, "--dry-run", "--lang", lang)
    assert (rehearsed.code, is_said(rehearsed.out, lang)) == (0, True), rehearsed
    done = say("record", "import", "r.json", *NEW, "--lang", lang)
    assert (done.code, is_said(done.out, lang)) == (0, True), done
    assert kept(machine.folder / "new.db").keys() & {*PLACES, "titles"} == set()
    assert say("log", "visit", *NEW).code == 0
    assert not any((machine.folder / "elsewhere").iterdir())
    assert "no server is known yet" in say("calendar", "sync", *NEW).err
    was, now = (rows(at, "SELECT uid, sequence FROM published ORDER BY uid") for at in (
        machine.db, machine.folder / "new.db"))  # fmt: skip
    assert was
    assert was == now  # what the calendars were given goes on
    # And where it comes to a record that is there, which never said anything of it.
    assert say("log", "weight", "56", "--on", TODAY).code == 0
    forged(machine, outside)
    added = say("record", "import", "r.json", "--yes", *NEW, "--lang", lang)
    assert (added.code, is_said(added.out, lang)) == (0, True), added
    assert kept(machine.folder / "new.db").keys() & {*PLACES, "titles"} == set()


def test_what_is_said_here_holds_and_is_not_asked_for_anew(machine: Machine) -> None:
    assert say("calendar", "settings", "titles=full").code == 0
    assert say("calendar", "subscribe", "here.ics").code == 0
    before = kept(machine.db)
    shutil.copy(machine.db, machine.folder / "new.db")
    assert say("log", "weight", "56", "--on", TODAY).code == 0
    forged(machine, lambda document: document["calendar"]["settings"].update({"subscribed-file": "x"}))
    said = say("record", "import", "r.json", "--yes", *NEW)
    assert (said.code, "Not taken" in said.out) == (0, False), said
    assert kept(machine.folder / "new.db")["subscribed-file"] == before["subscribed-file"]


def test_a_record_brings_only_settings_that_there_are_with_values_that_they_take(machine: Machine) -> None:
    forged(machine, lambda document: document["calendar"]["settings"].update({"undelivered": "{{{"}))
    refused = say("record", "import", "r.json", *NEW)
    assert (refused.code, len(refused.complaint), "$.calendar.settings" in refused.out) == (1, 1, True), refused
    assert not (machine.folder / "new.db").exists()
    document = json.loads((machine.folder / "r.json").read_text())
    for name, value in (
        ("cron", "x"), ("titles", "full"), ("undelivered", '{"u": "{}"}'), ("undelivered", '{"u": 1}'),
        ("undelivered", "[" * 100_000), ("last-changes", "[1]"), ("subscribed-file", "x" * 5000),
    ):  # fmt: skip
        document["calendar"]["settings"] = {name: value}
        found, faults = reading.read(json.dumps(document).encode(), "r.json")
        assert found is None, (name, value)
        assert {fault.path[:3] for fault in faults} == {("calendar", "settings", name)}


def test_what_is_remembered_and_cannot_be_read_stops_nothing_and_is_named_with_its_cure(machine: Machine) -> None:
    assert say("calendar", "export").code == 0
    spoilt = {"undelivered": "{{{", "last-changes": "3", "titles": "loud", "book.visit": "x", "sync-form": "x"}
    remember(machine.db, spoilt)
    for command in ("log visit", "calendar export --again", "calendar export --changes", "calendar preview", "status"):
        said = say(*command.split())
        assert (said.code in (0, 2), "inside" in said.err) == (True, False), (command, said)
    remember(machine.db, spoilt)
    told = " ".join(say("doctor").out.split())
    cures = {"undelivered": "calendar export", "titles": "calendar settings titles=discreet",
             "last-changes": "calendar export", "book.visit": "calendar settings book.visit=7d"}  # fmt: skip
    for name, cure in cures.items():
        assert f"as {name} can no longer be read. What to do: to write it anew: isotrack {cure}" in told, told
    for cure in {*cures.values()}:
        assert say(*cure.split()).code == 0
    assert "can no longer be read" not in say("doctor").out


def test_of_what_no_file_has_brought_a_content_that_is_none_is_taken_for_nothing(machine: Machine) -> None:
    assert say("calendar", "export").code == 0
    uids = [uid for (uid,) in rows(machine.db, "SELECT uid FROM published")]
    contents = ("", "{}", "[]", '{"key": 1}', "{{{", None)
    remember(machine.db, {"undelivered": json.dumps(dict(zip(uids, contents * len(uids), strict=False)))})
    for command in ("preview", "export --changes"):
        assert say("calendar", *command.split()).code == 0, command


def test_an_entry_that_was_given_and_cannot_be_read_is_given_anew_or_cancelled_by_its_identity(
    machine: Machine,
) -> None:
    assert say("book", "visit/1", "2026-12-20 15:30").code == 0
    assert say("calendar", "export", "-o", "x.ics").code == 0
    before = dict(rows(machine.db, "SELECT uid, sequence FROM published"))
    with opened(machine.db) as connection:
        connection.execute("UPDATE published SET content = '{}'")
    assert "as published can no longer be read" in " ".join(say("doctor").out.split())
    for command in (f"stop {TODAY}", "status", "calendar preview", "calendar export -o x.ics"):
        said = say(*command.split())
        assert (said.code, said.err) == (0, ""), (command, said)
    after = dict(rows(machine.db, "SELECT uid, sequence FROM published"))
    assert all(after[uid] > number for uid, number in before.items())
    assert "STATUS:CANCELLED" in (machine.folder / "x.ics").read_text()
    assert "can no longer be read" not in say("doctor").out


def test_a_copy_from_elsewhere_brings_no_place_and_its_own_copies_do(machine: Machine) -> None:
    remember(machine.db, PLACES | {"titles": "full"})
    (machine.folder / "elsewhere").mkdir()
    assert say("backup", "copy.db").code == 0
    assert say("backup").code == 0
    machine.db.unlink()
    shutil.move(machine.folder / "isotrack.db.backups", machine.folder / "away")
    assert is_said(say("restore", "copy.db", "--dry-run").out, "en")
    done = say("restore", "copy.db", "--yes")
    assert (done.code, is_said(done.out, "en")) == (0, True), done
    assert kept(machine.db).keys() & {*PLACES, "titles"} == set()
    assert not any((machine.folder / "elsewhere").iterdir())
    # With a database here that says nothing of it, the same; what that one says holds.
    done = say("restore", "copy.db", "--yes")
    assert (done.code, is_said(done.out, "en")) == (0, True), done
    assert kept(machine.db).keys() & {*PLACES, "titles"} == set()
    mine = {"subscribed-file": str(machine.folder / "mine.ics"), "titles": "full"}
    remember(machine.db, mine)
    done = say("restore", "copy.db", "--yes")
    assert (done.code, SAID[0] in done.out, SAID[2] in done.out) == (0, False, False), done
    assert mine.items() <= kept(machine.db).items()
    assert kept(machine.db).keys() & {*PLACES} == {"subscribed-file"}
    # What lies beside the database is of its own.
    machine.db.unlink()
    shutil.rmtree(machine.folder / "isotrack.db.backups")
    shutil.move(machine.folder / "away", machine.folder / "isotrack.db.backups")
    (own,) = (machine.folder / "isotrack.db.backups").glob("20*.db")
    done = say("restore", str(own), "--yes")
    assert (done.code, "Not taken" in done.out) == (0, False), done
    assert PLACES.items() <= kept(machine.db).items()
