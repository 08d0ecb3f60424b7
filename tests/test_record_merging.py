"""A record that comes to one that is there: nothing is doubled, nothing is mixed up, and what is wrong is named."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import Isotrack
from tests.support import LONG, START, TODAY, Machine, faults, image, machine_in, rows, say, settle
from tests.test_durability import cut_off_at, needs_kill
from tests.test_record import flat, screens, without_the_moment

OTHER = ("--db", "other.db")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course, an export of it, and another database that took it in."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    ok(*START)
    ok("log", "weight", "55", "--on", TODAY)
    taken()
    ok("record", "import", "a.json", *OTHER)
    return place


def ok(*command: str) -> str:
    said = say(*command)
    assert said.code == 0, said
    return said.out


def taken(*flags: str, to: str = "a.json") -> None:
    ok("record", "export", "-o", to, "--force", *flags)


def everything(*flags: str) -> str:
    return without_the_moment(ok("record", "export", "-o", "-", *flags))


@pytest.mark.usefixtures("machine")
def test_the_same_record_once_more_changes_nothing() -> None:
    before = everything(*OTHER)
    assert "there already" in ok("record", "import", "a.json", *OTHER)
    assert everything(*OTHER) == before


@pytest.mark.usefixtures("machine")
def test_what_was_done_since_on_the_other_machine_is_taken_over() -> None:
    ok("log", "visit")
    ok("fix", "4", "--value", "56")
    ok("log", "dose", "--missed")
    ok("undo")
    ok("undo")
    taken()
    refused = say("record", "import", "a.json", *OTHER)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    ok("record", "import", "a.json", "--yes", *OTHER)
    assert everything(*OTHER) == everything()
    assert ok("redo", *OTHER).replace(" --db other.db", "") == ok("redo")
    assert everything(*OTHER) == everything()


@pytest.mark.usefixtures("machine")
def test_what_was_done_on_both_machines_stands_together_and_equal_entries_once() -> None:
    ok("log", "visit")
    ok("log", "dose", "20")
    ok("log", "weight", "57")
    ok("log", "visit", *OTHER)
    ok("log", "blood", "ALT=22", *OTHER)
    taken()
    ok("record", "import", "a.json", "--yes", *OTHER)
    history = json.loads(ok("history", "--json", *OTHER))
    kinds = sorted(fact["kind"] for command in history for fact in command["recorded"])
    assert kinds.count("visit") == 1
    assert kinds.count("dose") == 1
    assert kinds.count("weight") == 3
    assert kinds.count("lab") == 1
    assert "there already" in ok("record", "import", "a.json", *OTHER)


class Split(NamedTuple):
    """What was typed on the other machine and on this one, what is said of it, and what settles it here."""

    there: tuple[str, ...]
    here: tuple[str, ...]
    en: str
    ja: str
    settled: tuple[str, ...]


SPLIT = {
    "a correction": Split(
        ("fix", "4", "--value", "56"), ("fix", "4", "--value", "57"),
        "weight: in the file, 56 kg on Tue 24 Nov 2026; here, 57 kg on Tue 24 Nov 2026 [$.courses[0].facts[3]]: it was"
        " corrected or removed in both, in two ways",
        "体重：ファイルでは「2026年11月24日(火)の体重56kg」、こちらでは「2026年11月24日(火)の体重57kg」",
        ("fix", "{id}", "--value", "56"),
    ),
    "removed there": Split(
        ("fix", "4", "--remove"), ("fix", "4", "--value", "57"),
        "weight: in the file, removed; here, 57 kg on Tue 24 Nov 2026", "体重：ファイルでは「削除済み」、こちらでは",
        ("fix", "{id}", "--remove"),
    ),
    "removed here": Split(
        ("fix", "4", "--value", "56"), ("fix", "4", "--remove"),
        "weight: in the file, 56 kg on Tue 24 Nov 2026; here, removed", "こちらでは「削除済み」",
        ("log", "weight", "56", "--on", TODAY),
    ),
    "a dose": Split(
        ("log", "dose", "20"), ("log", "dose", "40"),
        "dose: in the file, 20 mg taken on Tue 24 Nov 2026; here, 40 mg taken on Tue 24 Nov 2026",
        "服用：ファイルでは「2026年11月24日(火)の20mgの服用」、こちらでは「2026年11月24日(火)の40mgの服用」",
        ("fix", "{id}", "--value", "20"),
    ),
    "a stop": Split(
        ("stop", TODAY), ("stop", TODAY, "--note", "mine"),
        "stop: in the file, last capsule on Tue 24 Nov 2026; here, last capsule on Tue 24 Nov 2026 (mine)",
        "2026年11月24日(火)の最終服用日（mine）", ("fix", "{id}", "--remove"),
    ),
    "a blood value": Split(
        ("log", "blood", "ALT=20"), ("log", "blood", "ALT=30"),
        "lab: in the file, ALT (GPT) 20 U/L on Tue 24 Nov 2026; here, ALT (GPT) 30 U/L on Tue 24 Nov 2026",
        "検査値：ファイルでは「2026年11月24日(火)のALT（GPT） 20U/L」", ("fix", "{id}", "--value", "20"),
    ),
    "a symptom": Split(
        ("log", "symptom", "lips", "1"), ("log", "symptom", "lips", "2"),
        "symptom: in the file, dry or cracked lips",
        "症状：ファイルでは", ("fix", "{id}", "--remove"),
    ),
}  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("case", SPLIT)
def test_two_records_that_say_different_things_are_told_apart_in_words_and_can_be_settled(case: str) -> None:
    split = SPLIT[case]
    ok(*split.there)
    ok(*split.here, *OTHER)
    taken()
    before = everything(*OTHER)
    refused = say("record", "import", "a.json", "--yes", *OTHER)
    assert refused.code == 1
    assert split.en in flat(refused.out)
    assert "take it into a database of its own: isotrack record import a.json --db other.db" in flat(refused.out)
    japanese = say("--lang", "ja", "record", "import", "a.json", "--yes", *OTHER)
    assert "".join(split.ja.split()) in "".join(japanese.out.split())
    assert everything(*OTHER) == before
    asked = re.search(r"fix (\d+)", refused.out)
    settled = [word.replace("{id}", asked[1] if asked else "") for word in split.settled]
    ok(*settled, *OTHER)
    ok("record", "import", "a.json", "--yes", *OTHER)


@pytest.mark.usefixtures("machine")
def test_all_that_two_records_disagree_about_is_said_at_once() -> None:
    for command in (SPLIT["a correction"], SPLIT["a dose"], SPLIT["a blood value"]):
        ok(*command.there)
        ok(*command.here, *OTHER)
    taken()
    refused = say("record", "import", "a.json", "--yes", *OTHER)
    assert [line.split(":")[0] for line in refused.out.splitlines() if line.startswith("- ")] == [
        "- weight", "- dose", "- lab",
    ]  # fmt: skip
    assert "3 disagreements, listed above; nothing was saved" in flat(refused.err)


@pytest.mark.usefixtures("machine")
def test_a_record_of_somebody_else_of_the_same_name_is_refused_until_it_has_another() -> None:
    ok("start", "2026-11-20", *START[2:], "--db", "third.db")
    taken("--db", "third.db", to="b.json")
    before = everything(*OTHER)
    refused = say("record", "import", "b.json", "--yes", *OTHER)
    assert (refused.code, "none of its courses" in refused.err) == (2, True)
    assert everything(*OTHER) == before
    ok("record", "import", "b.json", "--patient", "Hanako", *OTHER)
    assert everything("--patient", "me", *OTHER) == before
    refused = say("record", "import", "a.json", "--patient", "Hanako", *OTHER)
    assert (refused.code, "here already" in refused.err) == (2, True)


def test_a_dry_run_says_the_same_and_writes_nothing(machine: Machine) -> None:
    before = image(machine.folder)
    said = ok("record", "import", "a.json", "--db", "new.db", "--dry-run")
    assert "This was a dry run" in said
    assert "5 entries" in said or "4 entries" in said
    assert image(machine.folder) == before
    ok("record", "export", "-o", "b.json", "--dry-run")
    assert image(machine.folder) == before


def test_with_the_calendar_numbers_go_on_and_never_fall(machine: Machine) -> None:
    del machine
    ok("calendar", "export")
    ok("book", "visit/1", "2026-12-20 15:30")
    ok("calendar", "export")
    taken("--with-calendar")
    ok("record", "import", "a.json", "--db", "new.db")
    mine, theirs = screens()["calendar"].out, screens("--db", "new.db")["calendar"].out
    assert theirs == mine
    assert "SEQUENCE:1" in mine
    ok("book", "visit/1", "2026-12-21 15:30", "--db", "new.db")
    numbered = ok("calendar", "export", "-o", "-", "--db", "new.db")
    assert "SEQUENCE:2" in numbered
    taken("--with-calendar")
    say("record", "import", "a.json", "--yes", "--db", "new.db")
    assert ok("calendar", "export", "-o", "-", "--db", "new.db") == numbered


@pytest.mark.long
@needs_kill
@pytest.mark.slow
def test_an_import_that_is_killed_at_any_write_leaves_nothing_or_all(machine: Machine) -> None:
    wanted = everything()
    for moment in range(1, 400, 1 if LONG else 4):
        for path in machine.folder.glob("killed.db*"):
            path.unlink()
        was_cut = cut_off_at(moment, "record", "import", "a.json", "--db", "killed.db")
        there = machine.folder / "killed.db"
        if there.exists() and say("patients", "--db", "killed.db").code == 0:
            assert faults(there) == []
            if rows(there, "SELECT count(*) FROM fact") != [(0,)]:
                assert everything("--db", "killed.db") == wanted
            else:
                assert rows(there, "SELECT count(*) FROM patient") == [(0,)]
        if not was_cut:
            return
    pytest.fail("it was cut off again and again")


def edited(change: Any) -> tuple[int, list[str]]:
    """What an import says of the exported document with a change."""
    document = json.loads(Path("a.json").read_text())
    change(document)
    Path("edited.json").write_text(json.dumps(document))
    said = say("record", "import", "edited.json", "--db", "new.db")
    assert not Path("new.db").exists() or rows(Path("new.db"), "SELECT count(*) FROM fact") == [(0,)]
    return said.code, said.out.splitlines()


def put(path: str, value: Any) -> Any:
    """A change that puts a value at a place; None takes it away."""

    def change(document: Any) -> None:
        *before, last = [int(part) if part.isdecimal() else part for part in path.split("/")]
        for part in before:
            document = document[part]
        if value is None:
            del document[last]
        else:
            document[last] = value

    return change


MISTAKES: list[tuple[str, Any, str]] = [
    ("courses/0/facts/1/on", "2026-02-30", "$.courses[0].facts[1].on: expected a date"),
    ("courses/0/facts/1/on", "9999-12-31", "$.courses[0].facts[1].on: expected a date between 1900 and 2200"),
    ("courses/0/facts/1/onn", "2026-02-20", "$.courses[0].facts[1].onn: there is no such key"),
    ("courses/0/facts/1/on", None, '$.courses[0].facts[1]: the key "on" is missing'),
    ("courses/0/facts/1/kind", "wieght", '$.courses[0].facts[1].kind: "wieght" is not known here; did you mean'),
    ("courses/0/facts/1/kind", ["weight"], "$.courses[0].facts[1].kind: expected a kind of entry"),
    ("courses/0/facts/1/command", 99, "$.courses[0].facts[1].command: expected the id of one of the commands"),
    ("courses/0/facts/1/voided_by", 99, "$.courses[0].facts[1].voided_by: expected the id of one of the commands"),
    ("courses/0/facts/1/id", 1, "$.courses[0].facts[1].id: 1 stands here a second time"),
    ("courses/0/facts/1/number", 0, "$.courses[0].facts[1].number: expected a whole number"),
    ("courses/0/facts/1/note", "\ud800", "$.courses[0].facts[1].note: expected a text without broken"),
    ("courses/0/facts/1/value", None, '$.courses[0].facts[1]: the key "value" is missing'),
    ("courses/0/facts/1/value/weight_g", 5, "$.courses[0].facts[1]: a weight of 0.005 kg is not possible"),
    ("courses/0/facts/0", {"id": 1}, '$.courses[0].facts[0]: the key "kind" is missing'),
    ("courses/0/facts", [], "$.courses[0]: no entry of the kind first-dose stands"),
    ("courses/0/command", 7, "$.courses[0].command: expected the id of one of the commands"),
    ("courses/0/protocol/version", "1900-01-01", "$.courses[0].protocol: there is no protocol"),
    ("courses/0/protocol/text", "{}", "$.courses[0].protocol: "),
    ("courses/0/timezone", "Asia/Tokio", "$.courses[0].timezone: expected a time zone"),
    ("courses/0/uuid", "x", "$.courses[0].uuid: expected an identity"),
    ("commands/0/recorded_at", "yesterday", "$.commands[0].recorded_at: expected a moment"),
    ("commands/0/undone_order", 1, "$.commands[0]: undone_order goes with undone_at"),
    ("patient/name", "--me", "$.patient.name: expected the name of a patient"),
    ("preferences", {"dates": "x"}, "$.preferences.dates: there is no such setting"),
    ("settings", {"titles": "x"}, '$.settings.titles: "x" is not a value of titles'),
    ("settings", {"title": "full"}, '$.settings.title: there is no setting "title"'),
    ("version", "1", "$.version: expected a number that is known here"),
]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("path", "value", "words"), MISTAKES, ids=lambda one: str(one)[:40])
def test_each_mistake_is_named_by_its_place_and_nothing_is_saved(path: str, value: Any, words: str) -> None:
    code, lines = edited(put(path, value))
    assert code == 1
    assert [line for line in lines if line.startswith(words)], lines


@pytest.mark.usefixtures("machine")
def test_a_course_twice_and_many_mistakes_are_named_up_to_a_bound() -> None:
    code, lines = edited(lambda of: of["courses"].append(of["courses"][0]))
    assert "$.courses[1].uuid" in "".join(lines)
    code, lines = edited(lambda of: of["commands"].append(of["commands"][0]))
    assert lines == ["$.commands[2].id: 1 stands here a second time"]
    code, lines = edited(lambda of: of["commands"].extend([{"id": 0}] * 40))
    assert code == 1
    assert lines[-1].startswith("... and ")
    assert len(lines) == 21


FORMULAS = ["=1+1", "+1", "-1", "@x", "\uff1dx", "a,b", 'say "so"', "two\nlines"]


def test_a_table_is_read_back_by_a_spreadsheet_and_none_of_it_is_a_formula(isotrack: Isotrack) -> None:
    isotrack("start", "2026-11-01", "--weight", "54", "--dose", "20", "--cannot-become-pregnant")
    for day, note in enumerate(FORMULAS, start=2):
        isotrack("log", "dose", "20", "--on", f"2026-11-{day:02}", "--note", note)
    isotrack("log", "dose", "--missed", "--on", "2026-11-20")
    isotrack("log", "blood", "ALT=22", "TG=<50 mg/dL", "--on", "2026-11-20")
    isotrack("log", "symptom", "lips=2", "--on", "2026-11-20")
    for table, count in (("doses", 23), ("blood", 2), ("symptoms", 1)):
        isotrack("record", "export", "--csv", table)
        octets = Path(f"isotrack-{table}.csv").read_bytes()
        assert octets.startswith(b"\xef\xbb\xbf")
        found = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
        assert len(found) == count
        cells = [cell for row in found for cell in row.values()]
        assert [cell for cell in cells if cell[:1] in set("=+-@\t\r\uff1d")] == []
        if table == "doses":
            assert [row["note"].removeprefix("'") for row in found[1 : 1 + len(FORMULAS)]] == FORMULAS
            assert (found[19]["record"], found[19]["taken_mg"], found[19]["assumed_mg"]) == ("missed", "0", "")
            assert (found[0]["record"], found[0]["taken_mg"], found[0]["assumed_mg"]) == ("assumed", "", "20")
        assert (Path(f"isotrack-{table}.csv").stat().st_mode & 0o777) == 0o600
        isotrack("record", "export", "--csv", table)


@pytest.mark.usefixtures("machine")
def test_no_file_of_anybody_else_is_replaced() -> None:
    Path("mine.json").write_text("{}")
    assert say("record", "export", "-o", "mine.json").code == 1
    assert Path("mine.json").read_text() == "{}"
    ok("record", "export", "-o", "mine.json", "--force")
    Path("link.json").symlink_to("mine.json")
    assert say("record", "export", "-o", "link.json", "--force").code == 1
    assert say("record", "export", "-o", ".").code == 1
    assert say("record", "export", "--csv", "doses", "-o", "mine.json").code == 1
