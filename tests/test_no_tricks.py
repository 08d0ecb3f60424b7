"""Whatever a text says, and from whatever side it came: no sign that tricks reaches a terminal, a page or JSON."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import LONG, Machine, Said, rows, say
from tests.test_input_fuzz import Settled, assert_no_tricks
from tests.test_input_fuzz import settled as machine_of_the_fuzz
from tracker.cli.main import run
from tracker.visible import escaped, in_one_line, json_for, visible

at = machine_of_the_fuzz
"""A fixture: a machine with a course of all kinds of facts, cut off from the world."""
STORED = "a\u202eb\u2066c\u200bd\u2028e\u00adf\u3164g"
"""Signs that a text may have: they are kept."""
TRICK = f"{STORED}\x1b[31mh\x9b1mi\x07\x08j\x7f"
"""All of them, as another program may have written them into a file."""
SCREENS = [
    "", "--json", "next", "next --json", "plan", "plan --json", "history", "history --json", "dose --json", "money",
    "money --json",
    "procedure", "procedure --json", "blood", "blood --json", "symptoms", "symptoms --json", "substances",
    "substances --json", "background", "background --json", "stock --json", "observed --json", "ask", "ask --json",
    "photos", "photos --json", "habits --json", "skin", "care --json", "consent --json", "why", "why --json",
    "can give-blood", "compare --stop today", "chart", "patients", "patients list --json", "calendar preview",
    "calendar settings", "calendar settings --json", "settings --json",
    "report -o - --full", "record export -o -", "record export --with-calendar -o -", "record export --fhir -o -",
    "record export --csv doses -o -", "record export --csv blood -o -", "record export --csv symptoms -o -",
    "undo --dry-run", "fix 1 --note x --dry-run", "export", "log visit --for visit/99",
]  # fmt: skip
PLANTED = [
    ("log", "visit", "--note", STORED), ("ask", STORED), ("log", "substance", STORED),
    ("log", "cost", "100", "other", "--note", STORED),
    ("log", "background", "allergy", STORED), ("log", "background", "illness", STORED),
    ("log", "background", "medicine", STORED), ("log", "background", "note", STORED),
    ("log", "dose", "20", "--on", "2026-11-20", "--note", STORED), ("log", "blood", "ALT=22", "--note", STORED),
    ("log", "symptom", "headache", "--note", STORED), ("log", "skin", "chin", "red=3", "--note", STORED),
    ("procedure", "log", "dermapen", "--area", STORED, "--note", STORED), ("dose", "40", "--note", STORED),
    ("procedure", "plan", "potenza", "--sessions", "2", "--every", "P1M", "--note", STORED),
    ("book", "visit/3", "2027-01-22", "10:00", "--note", STORED), ("log", "budget", "1000", "--note", STORED),
]  # fmt: skip


@pytest.fixture
def planted(at: Settled) -> Iterator[Machine]:
    """A record with such signs in every text that a command takes."""
    said = [say(*command) for command in PLANTED]
    assert [one for one in said if one.code != 0] == []
    for one in said:
        assert_no_tricks(one)
    yield at.machine
    _put_back(at)


def _put_back(at: Settled) -> None:
    for path in at.machine.folder.iterdir():
        if path.is_file() and path.name not in at.state:
            path.unlink()
    for name, octets in at.state.items():
        (at.machine.folder / name).write_bytes(octets)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_was_typed_reaches_no_screen_unescaped(planted: Machine, lang: str) -> None:
    assert planted.db.exists()
    shown = set()
    for screen in SCREENS:
        said = say(*screen.split(), "--lang", lang)
        assert_no_tricks(said)
        if escaped("\u202e") in said.out:
            shown.add(screen)
    assert shown >= {"history", "history --json", "ask", "ask --json", "substances", "report -o - --full"}
    commands = json.loads(say("history", "--json").out)
    assert STORED in {one["note"] for command in commands for one in command["recorded"]}


def _texts(db: Path) -> list[tuple[str, str]]:
    """Every column of the database that holds text."""
    tables = [name for (name,) in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [(table, name) for table in tables for _at, name, sort, *_rest in rows(db, f"PRAGMA table_info({table})")
            if sort == "TEXT"]  # fmt: skip


FREE = ("note", "text", "name", "label", "what", "area", "printed", "key", "verb")
"""Names of columns that hold a person's own words; a long run plants in all others too."""


@pytest.mark.slow
@pytest.mark.long
def test_what_another_program_wrote_into_the_database_reaches_no_screen_unescaped(planted: Machine) -> None:
    whole = planted.db.read_bytes()
    copy = planted.folder / "other.db"
    screens = SCREENS if LONG else [*SCREENS[:8], "ask", "report -o - --full", "record export -o -", "patients"]
    for table, column in _texts(planted.db):
        if not (LONG or column in FREE):
            continue
        copy.write_bytes(whole)
        with closing(sqlite3.connect(copy)) as connection:
            try:
                connection.execute(f"UPDATE {table} SET {column} = {column} || ?", (TRICK,))  # noqa: S608 - our own
            except sqlite3.IntegrityError:
                continue
            connection.commit()
        for screen in screens:
            said = say("--db", "other.db", *screen.split())
            assert said.code in (0, 1, 2), (table, column, screen, said)
            assert "Traceback" not in said.err
            assert_no_tricks(said)


@pytest.mark.slow
def test_a_record_with_such_texts_is_refused_or_shown_with_escapes(planted: Machine) -> None:
    assert say("record", "export", "--with-calendar", "-o", "taken.json").code == 0
    file = planted.folder / "taken.json"
    text = file.read_text()
    assert "\u202e" not in text
    for sign in ("\u001b[31m", "\u009b31m", "\u202e", "\u0007"):
        file.write_text(text.replace(escaped("\u202e"), escaped(sign)))
        _assert_shown(say("record", "import", "taken.json", "--db", "new.db"), "new.db")
        (planted.folder / "new.db").unlink(missing_ok=True)


def _assert_shown(said: Said, db: str) -> None:
    assert_no_tricks(said)
    assert said.code in (0, 1)
    if said.code == 0:
        for screen in ("history", "history --json", "ask", "report -o -"):
            assert_no_tricks(say(*screen.split(), "--db", db))


@pytest.mark.slow
def test_names_of_files_and_titles_of_invitations_are_shown_with_escapes(planted: Machine) -> None:
    names = ["a\u202eb", "a\x1b[31mb", "a\x9bb", "a\u200bb"]
    for name in names:
        for command in ("record import", "record import-doses", "import-blood", "calendar import-appointments",
                        "protocols check", "log photo", "calendar export -o", "record export -o", "report -o",
                        "--db", "adopt", "start --protocol", "calendar export --all-patients"):  # fmt: skip
            assert_no_tricks(say(*command.split(), name))
        shutil.rmtree(planted.folder / name, ignore_errors=True)
        (planted.folder / name).unlink(missing_ok=True)
    text = (planted.folder / "invitation.ics").read_text().replace("Clinic visit", f"Clinic {TRICK} visit")
    (planted.folder / "in.ics").write_text(text, encoding="utf-8")
    assert_no_tricks(say("calendar", "import-appointments", "in.ics"))
    for screen in ("history", "history --json"):
        assert_no_tricks(say(*screen.split()))


class _Terminal(io.TextIOWrapper):
    """An output at which a person looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.slow
@pytest.mark.parametrize("screen", ["calendar export -o - --titles full", "record export --csv doses -o -"])
def test_a_file_that_is_printed_on_a_terminal_is_looked_at(
    planted: Machine, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = _Terminal(io.BytesIO(), "utf-8", write_through=True)
    with redirect_stdout(out):
        assert run(screen.split()) == 0
    shown = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert planted.db.exists()
    assert escaped("\u202e") in shown
    assert visible(shown.removeprefix("\N{BYTE ORDER MARK}")) in (shown, shown.removeprefix("\N{BYTE ORDER MARK}"))


# --- the rule itself ---------------------------------------------------------------------------------------------


def test_every_sign_of_format_and_control_is_known() -> None:
    signs = (chr(number) for number in range(sys.maxunicode + 1))
    wanted = [one for one in signs if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") and one not in "\n\t"]
    assert [hex(ord(one)) for one in wanted if visible(one) == one] == []
    # What is before DEL is escaped by whoever writes JSON.
    assert [hex(ord(one)) for one in wanted if one > "~" and json_for(f'"{one}"') != f'"{escaped(one)}"'] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"), ("\x1b[31m", "\\u001b[31m"), ("\U000e0041", "\\udb40\\udc41"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"), ("a\u200db", "a\\u200db"),
        ("\U0001f469\u200d\u2695\ufe0f", "\U0001f469\u200d\u2695\ufe0f"), ("佐藤\u3000花子", "佐藤\u3000花子"),
        ("葛\U000e0100城", "葛\U000e0100城"), ("two\nlines\tx", "two\nlines\tx"),
        ("é ぱ \U0001f338", "é ぱ \U0001f338"),
    ],
)  # fmt: skip
def test_a_text_is_shown_as_what_it_is(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert in_one_line(text) == shown.replace("\n", " / ").replace("\t", " ")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-8", "cp932", "ascii", "cp437"]))
def test_json_says_the_same_in_every_encoding(text: str, encoding: str) -> None:
    shown = json_for(json.dumps({"text": text}, ensure_ascii=False), encoding)
    assert json.loads(shown.encode(encoding).decode(encoding)) == {"text": text}
    assert visible(shown) == shown
